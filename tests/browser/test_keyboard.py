"""The main path by the keyboard alone: train, paint, look inside, change a weight, go back; focus is seen."""

import re

from playwright.sync_api import expect

from acting import settled

HERE = """() => {
  const one = document.activeElement;
  const seen = getComputedStyle(one).outlineStyle !== "none" || one.matches(".picture *");
  return [one.getAttribute("aria-label") ?? one.labels?.[0]?.innerText ?? one.innerText ?? "", seen];
}"""


def tab_to(page, name, backwards=False, most=90):
    """Press Tab until something of this name has the focus, and see on the way that focus can be seen."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        words, seen = page.evaluate(HERE)
        assert seen, f"nobody sees that {words!r} has the focus"
        if re.search(name, words):
            return
    raise AssertionError(f"no Tab comes to {name}")


def test_the_main_path_needs_no_mouse(open_page):
    page = open_page()
    tab_to(page, "^Experiment")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector('[data-experiment="from-scratch"]')
    settled(page)
    tab_to(page, "^Train$")
    page.keyboard.press("Enter")
    expect(page.locator("[data-right]")).to_have_text("8 of 8")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_focused()
    tab_to(page, "^Pixel top left")
    page.keyboard.press("Space")
    settled(page)
    expect(page.locator(".answer strong")).not_to_have_text("diagonal")
    tab_to(page, "^Pixel top left|^Layer|^Answer")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".inspector h3")).to_contain_text("of layer 1")
    tab_to(page, "^Weight from")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator(".inspector h3")).to_contain_text("The weight from input")
    tab_to(page, "^Value of the weight")
    page.keyboard.press("Control+A")
    page.keyboard.type("-2")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator(".plot")).to_have_attribute("aria-label", re.compile("at −2 it is"))
    tab_to(page, "^Moment of the run", backwards=True)
    page.keyboard.press("Home")
    settled(page)
    expect(page.locator(".scrubber .small")).to_contain_text("epoch 0 of")
