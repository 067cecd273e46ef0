"""A line that is lost, a page that is left, and names of sessions that somebody guesses."""

import json
import threading

import pytest
from starlette.testclient import TestClient

from glassnet.web import BUNDLED, server
from glassnet.web.security import Keys

LIVE = "ws://127.0.0.1:8460/live"
OWN = {"origin": "http://127.0.0.1:8460"}


@pytest.fixture
def browser():
    keys = Keys(8460)
    with TestClient(server.build_app(BUNDLED, keys), base_url="http://127.0.0.1:8460") as client:
        client.get(f"/?token={keys.token}")
        yield client


def next_of(page, kind, enough=lambda _message: True):
    while True:
        message = json.loads(page.receive_text())
        if message["kind"] == "frame":
            page.send_json({"kind": "shown", "frame": message["frame"]})
        if message["kind"] == kind and enough(message):
            return message


def stepped(page, step):
    page.send_json({"kind": "step"})
    return next_of(page, "frame", lambda frame: frame["training"]["step"] == step)


def sessions():
    return [thread for thread in threading.enumerate() if thread.name == "glassnet session"]


def end(threads):
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def begun(browser, code):
    """Make a step in a session of its own, and end the line with a code; return its name and its thread."""
    before = sessions()
    with browser.websocket_connect(LIVE, headers=OWN) as page:
        name = next_of(page, "welcome")["session"]
        stepped(page, 1)
        mine = [thread for thread in sessions() if thread not in before]
        page.close(code)
    return name, mine


def test_a_session_whose_line_was_lost_is_found_again_by_its_name(browser):
    name, mine = begun(browser, 4000)
    with browser.websocket_connect(f"{LIVE}?session={name}", headers=OWN) as page:
        welcome = next_of(page, "welcome")
        assert (welcome["session"], welcome["again"]) == (name, True)
        assert next_of(page, "structure")["experiment"] == "drawn"
        assert next_of(page, "frame")["training"]["step"] == 1
        stepped(page, 2)
    end(mine)


def test_a_page_that_is_left_frees_its_session_at_once(browser):
    name, mine = begun(browser, 1001)
    end(mine)
    with browser.websocket_connect(f"{LIVE}?session={name}", headers=OWN) as page:
        assert next_of(page, "welcome")["session"] != name


def test_nobody_waits_for_ever(browser, monkeypatch):
    monkeypatch.setattr(server, "_PATIENCE", 0.01)
    _, mine = begun(browser, 4000)
    end(mine)


@pytest.mark.parametrize("guess", ["", "x", "%00", "a" * 5000])
def test_a_guessed_name_gives_a_session_of_its_own(browser, guess):
    name, mine = begun(browser, 4000)
    with browser.websocket_connect(f"{LIVE}?session={guess}", headers=OWN) as page:
        welcome = next_of(page, "welcome")
        assert welcome["again"] is False
        assert welcome["session"] not in (name, guess)
        assert len(welcome["session"]) > 20
        assert next_of(page, "frame")["training"]["step"] == 0
    with browser.websocket_connect(f"{LIVE}?session={name}", headers=OWN) as page:
        assert next_of(page, "frame")["training"]["step"] == 1
    end(mine)
