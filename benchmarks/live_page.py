"""Measure the page in a real browser: first picture, frames a second while training, answer to a pixel."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
]

# From the press on a pixel to the other answer in the document [ms].
ANSWER = """(pixel) => new Promise((resolve) => {
  const answer = document.querySelector(".picture");
  const began = performance.now();
  const observer = new MutationObserver(() => {
    observer.disconnect();
    resolve(performance.now() - began);
  });
  observer.observe(answer, { subtree: true, attributes: true, characterData: true });
  const box = document.querySelector(`[data-pixel="${pixel}"]`).getBoundingClientRect();
  const at = { clientX: box.x + 9, clientY: box.y + 9, bubbles: true };
  document.querySelector(`[data-pixel="${pixel}"]`).dispatchEvent(new PointerEvent("pointerdown", at));
  window.dispatchEvent(new PointerEvent("pointerup", at));
})"""


@contextmanager
def served(*arguments, rest=7, **environment):
    """Serve the page, let it come to rest [s], and yield its address."""
    command = [sys.executable, "-m", "glassnet", "play", *arguments, "--no-browser", "--port", "0"]
    everything = {**os.environ, **environment}
    playing = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=everything)
    try:
        line = ""
        while "http://" not in line:
            line = playing.stdout.readline()
        time.sleep(rest)  # what has to be compiled is compiled once, and not what is measured
        yield re.search(r"http://\S+", line)[0]
    finally:
        playing.terminate()
        playing.communicate()


def open_page(browser, address):
    """Open the page and return it, and how long its first picture took [ms]."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.shown = 0  # frames that the page says it has shown

    def note(payload):
        page.shown += '"shown"' in payload

    page.on("websocket", lambda socket: socket.on("framesent", note))
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".picture .neuron")
    return page, 1000 * (time.perf_counter() - began)


def frames(page, seconds=4):
    """Train for a while and return the frames a second."""
    page.click(".primary")
    page.wait_for_selector("text=/epoch [1-9]/")
    before, began = page.shown, time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    return (page.shown - before) / (time.perf_counter() - began)


def main():
    """Print a table."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        with served(rest=0, GLASSNET_CACHE_DIR=f"{folder}/nothing compiled") as address:
            _, first = open_page(browser, address)
            print(f"first picture on a machine where nothing is compiled {first:4.0f} ms (wanted: 1000)")
        with served() as address:
            page, first = open_page(browser, address)
            print(f"first picture                                    {first:7.0f} ms (wanted: 1000)")
            answers = [page.evaluate(ANSWER, k % 4) for k in range(40)]
            print(
                f"answer to a painted pixel, median                {statistics.median(answers):7.1f} ms (30)"
            )
            print(f"frames a second, four pixels, 200 steps a second {frames(page):7.1f}    (50)")
            answers = [page.evaluate(ANSWER, k % 4) for k in range(40)]
            print(f"answer to a painted pixel while it trains        {statistics.median(answers):7.1f} ms")
        chance = np.random.default_rng(0)
        file = Path(folder) / "pictures.npz"
        inputs = chance.integers(0, 255, (2000, 28, 28)).astype(np.uint8)
        np.savez(file, inputs=inputs, targets=chance.integers(0, 10, 2000))
        with served(str(file)) as address:
            page, _ = open_page(browser, address)
            print(f"frames a second, 784-128-10, full speed          {frames(page):7.1f}    (25)")
        browser.close()


if __name__ == "__main__":
    main()
