"""A real server, a real browser: what all tests of the page share."""

import contextlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from acting import settled

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
]

LONG = 30_000  # a busy machine, and the very first time everything is compiled [ms]
expect.set_options(timeout=LONG)


@contextlib.contextmanager
def served(port="0", *named):
    """Run a server, on a model or data if named, and yield its process and the address of its page."""
    playing = subprocess.Popen(
        [sys.executable, "-m", "glassnet", "play", *named, "--no-browser", "--port", port],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        printed = ""
        while "http://" not in printed:
            line = playing.stdout.readline()
            assert line, "the server ended before it told its address"
            printed += line
        yield playing, re.search(r"http://\S+", printed)[0]
    finally:
        playing.terminate()
        playing.communicate(timeout=30)


@pytest.fixture(scope="session")
def address():
    """The address of a server that all tests share."""
    with served() as (_, address):
        yield address


@pytest.fixture
def server():
    """A server of a test's own: its process and the address of its page."""
    with served() as process_and_address:
        yield process_and_address


@pytest.fixture
def start_server():
    """Start servers of a test's own, at a port and on files if some are named, and end them with the test."""
    with contextlib.ExitStack() as running:
        yield lambda *given: running.enter_context(served(*given))


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium."""
    assert CHROMIUM.is_file(), f"{CHROMIUM} is missing; make test installs it, or apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def pages_with(browser, address):
    """Open pages in a browser that was started with further arguments."""

    @contextlib.contextmanager
    def pages_with(*arguments):
        other = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *arguments])
        try:
            with page_opener(other, address) as open_page:
                yield open_page
        finally:
            other.close()

    return pages_with


@pytest.fixture
def open_page(browser, address):
    """Open the page as a new person would; what goes wrong in it, or is asked of others, fails the test."""
    with page_opener(browser, address) as open_page:
        yield open_page


@contextlib.contextmanager
def page_opener(browser, address):
    """Yield what opens pages, and see at the end that nothing went wrong in them."""
    wrong = []
    own = address.split("/?")[0]

    def note_message(message):
        if message.type in ("error", "warning"):
            wrong.append(f"console: {message.text}")

    def note_request(request):
        if not request.url.startswith((own, f"blob:{own}", "data:")):
            wrong.append(f"asked for {request.url}")

    with contextlib.ExitStack() as contexts:

        def open_page(width=1280, height=800, link="", **settings):
            context = browser.new_context(viewport={"width": width, "height": height}, **settings)
            contexts.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(2 * LONG)
            page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
            page.on("console", note_message)
            page.on("request", note_request)
            page.goto(address + link)
            page.wait_for_selector(".picture .neuron")
            settled(page)
            return page

        yield open_page
    assert wrong == []
