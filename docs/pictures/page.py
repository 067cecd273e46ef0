"""Make docs/pictures/page.png: the page in Chromium, a chapter of the story after some training."""

import io
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
]
COLOURS = 128


def take(address):
    """Return a picture of the page as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 960}, color_scheme="light").new_page()
        page.goto(address)
        page.get_by_role("button", name="The story").click()
        page.locator('[data-chapter="15"]').click()
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_selector("text=8 of 8")
        page.wait_for_selector("text=/epoch [6-9][0-9][0-9]/")
        page.get_by_role("button", name="Pause").click()
        page.locator('.neuron[data-neuron="4/2"]').click()
        page.wait_for_selector(".errors")
        page.wait_for_selector("text=nothing wrong was found", state="attached")
        page.evaluate("document.activeElement.blur()")
        page.mouse.move(5, 5)
        picture = page.screenshot()
        browser.close()
    return picture


def main():
    """Serve the page, take a picture of it, and save it with few colours."""
    command = [sys.executable, "-m", "glassnet", "play", "--no-browser", "--port", "0"]
    playing = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = ""
        while "http://" not in line:
            line = playing.stdout.readline()
        picture = take(re.search(r"http://\S+", line)[0])
    finally:
        playing.terminate()
        playing.communicate()
    small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(Path(__file__).with_name("page.png"), optimize=True)


if __name__ == "__main__":
    main()
