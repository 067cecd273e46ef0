"""What a person does on the page, each waiting until the page has answered; nothing here waits for a time."""

import re

from playwright.sync_api import expect


def settled(page):
    """Wait until everything that was asked of the session is done and shown."""
    page.wait_for_selector('html[data-settled="true"]', state="attached")


def press(page, name):
    """Press a button by its whole name."""
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def open_experiment(page, name):
    """Choose an experiment and wait until it is there."""
    page.select_option(".open select", name)
    page.wait_for_selector(f'[data-experiment="{name}"]')
    settled(page)


def number(text):
    """What a printed number says."""
    return float(re.sub(r"[×=,\s]", "", text.replace("−", "-")))


def paint(page, pixels):
    """Turn the camera's pixels over until they are as asked: 1 white, -1 black."""
    for pixel, value in enumerate(pixels):
        button = page.locator(f'[data-pixel="{pixel}"]')
        name = re.compile(rf": {'1' if value > 0 else '−1'}$")
        for _ in range(2):
            if not name.search(button.get_attribute("aria-label")):
                button.click()
                settled(page)
        expect(button).to_have_attribute("aria-label", name)


def open_wire(page, name):
    """Look into a weight, by "layer/neuron/source"."""
    page.locator(f'.hit[data-wire="{name}"]').dispatch_event("click")
    settled(page)
    expect(page.get_by_label("Value of the weight")).to_be_visible()


def set_weight(page, value):
    """Type the value of the weight that is looked into."""
    field = page.get_by_label("Value of the weight")
    field.fill(str(value))
    field.press("Enter")
    settled(page)


def arrived(page, number):
    """Wait until the scene of a chapter has come."""
    expect(page.locator("#story-title")).to_contain_text(re.compile(rf"^{number} of"))
    settled(page)
    expect(page.locator(".story")).to_have_attribute("aria-busy", "false")


def turn_to(page, number):
    """Open a chapter by the strip of the story, and wait until its scene has come."""
    page.locator(f'[data-chapter="{number}"]').click()
    arrived(page, number)
