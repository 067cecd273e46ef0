"""A person pins a run, trains another one, and compares; and lets a run stop by itself."""

import re

import pytest
from playwright.sync_api import expect

from acting import open_experiment, settled
from axe_findings import violations


def open_from_scratch(page):
    open_experiment(page, "from-scratch")


def stop_at(page, name, value):
    details = page.locator(".stop-at")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    field = page.get_by_label(name)
    field.fill(value)
    field.press("Enter")
    settled(page)


def train_to_the_stop(page):
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator(".notice").last).to_contain_text("Stopped at epoch")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()


def ink(page, colour):
    """How many pixels of the first chart have about the colour of a custom property."""
    return page.evaluate(
        """name => {
            const chart = document.querySelector(".charts canvas");
            const canvas = new OffscreenCanvas(chart.width, chart.height);
            const context = canvas.getContext("2d", { willReadFrequently: true });
            context.drawImage(chart, 0, 0);
            const probe = document.createElement("i");
            probe.style.color = `var(${name})`;
            chart.parentElement.append(probe);
            const wanted = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
            probe.remove();
            const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let k = 0; k < data.length; k += 4)
                if (data[k + 3] > 150 && wanted.every((one, j) => Math.abs(one - data[k + j]) < 12)) count++;
            return count;
        }""",
        colour,
    )


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_two_runs_are_compared(open_page, scheme, width):
    page = open_page(width=width, color_scheme=scheme, reduced_motion="reduce")
    open_from_scratch(page)
    pin = page.get_by_role("button", name="Pin this run")
    expect(pin).to_be_disabled()
    stop_at(page, "at epoch", "120")
    train_to_the_stop(page)
    pin.click()
    runs = page.locator(".runs tbody")
    expect(runs).to_have_count(2)
    expect(runs.nth(1)).to_contain_text("made in the same way")
    page.get_by_label("seed").fill("5")
    page.get_by_role("button", name="New weights").click()
    page.get_by_label("Learning rate").select_option("0.03")
    expect(runs.nth(0)).to_contain_text("adam 0.03 · seed 5")
    expect(runs.nth(1)).to_contain_text("adam 0.01 · seed 0")
    expect(runs.nth(1).locator(".number").first).to_have_text("120")
    expect(page.locator(".runs caption")).to_contain_text("4 tanh 4 tanh 8 leaky_relu")
    train_to_the_stop(page)
    expect(page.locator(".charts [role=img]").first).to_have_attribute(
        "aria-label", re.compile("beside 1 pinned run$")
    )
    assert ink(page, "--pin-1") > 30
    assert ink(page, "--learned") > 30
    assert ink(page, "--pin-2") == 0
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Take pin 1 away").click()
    expect(page.locator(".runs")).to_have_count(0)
    expect(page.locator(".charts [role=img]").first).not_to_have_attribute("aria-label", re.compile("beside"))


def test_a_run_stops_when_all_are_right_and_goes_on_when_it_is_asked_to(open_page):
    page = open_page()
    open_from_scratch(page)
    stop_at(page, "right at least", "100")
    expect(page.locator(".stop-at summary")).to_contain_text("100 % right")
    train_to_the_stop(page)
    expect(page.locator("[data-right]")).to_have_text("8 of 8")
    epoch = page.locator(".scrubber .small").inner_text()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator(".scrubber .small")).not_to_have_text(epoch)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_a_stop_can_be_typed_while_training_goes_on(open_page):
    page = open_page()
    open_from_scratch(page)
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".stop-at summary").click()
    field = page.get_by_label("right at least")
    epoch = page.locator(".scrubber .small").inner_text()
    field.press_sequentially("12")
    expect(page.locator(".scrubber .small")).not_to_have_text(epoch)  # drawn anew meanwhile
    expect(field).to_have_value("12")
    field.press("Enter")
    expect(page.locator(".stop-at summary")).to_contain_text("12.0 % right")


def test_nonsense_as_a_stop_changes_nothing(open_page):
    page = open_page()
    open_from_scratch(page)
    stop_at(page, "error at most", "0.5")
    expect(page.locator(".stop-at summary")).to_contain_text("error 0.5")
    stop_at(page, "right at least", "150")
    expect(page.get_by_label("right at least")).to_have_value("")
    stop_at(page, "error at most", "-1")
    expect(page.get_by_label("error at most")).to_have_value("0.5")
    stop_at(page, "error at most", "")
    expect(page.locator(".stop-at summary")).to_have_text("Stop by itself …")
