"""A person follows one backward pass, factor by factor, and sees the gradient come about."""

import math
import re

import pytest
from playwright.sync_api import expect

from acting import open_experiment
from axe_findings import violations
from glassnet import explain
from glassnet.web import BUNDLED

PLACE = (1, 2, 3)


def open_weight(page):
    open_experiment(page, "from-scratch")
    page.locator('.hit[data-wire="1/2/3"]').dispatch_event("click")
    expect(page.get_by_label("Value of the weight")).to_be_visible()


def begin(page):
    page.get_by_role("button", name="Backward pass in slow motion").click()
    expect(page.locator(".slow-pass")).to_be_visible()


def number(locator):
    return float(re.sub(r"[×,\s]", "", locator.text_content().replace("−", "-")))


def strongest_path():
    """The factors of the strongest path of the weight, from the error back, without those of 1 for a sum."""
    experiment = BUNDLED.begin("from-scratch")
    trace = experiment.network.run(experiment.data.inputs)
    chain = explain.chain(trace, experiment.data.targets, 4, *PLACE, top=5)
    path = chain.printed(shown=5).lines[0].path
    factors = [factor for factor in path.factors if factor.name not in ("sum", "identity")]
    return factors[::-1], path, chain


def test_each_factor_is_lit_with_its_number_and_the_product_so_far(open_page):
    page = open_page(reduced_motion="reduce")
    open_weight(page)
    begin(page)
    factors, path, _ = strongest_path()
    so_far = 1.0
    for k, factor in enumerate(factors, start=1):
        so_far *= factor.value
        expect(page.locator(".stage-said")).to_contain_text(f"Path 1, factor {k} of {len(factors)}")
        expect(page.locator(".slow-pass .factor")).to_have_count(k)
        assert number(page.locator("[data-so-far]")) == pytest.approx(so_far, rel=5e-3)
        assert number(page.locator(".lit text")) == pytest.approx(factor.value, rel=5e-3)
        lit = page.locator(".lit .lit-now")
        expect(lit).to_have_count(1)
        assert (lit.evaluate("one => one.tagName") == "path") == (factor.name == "weight")
        page.get_by_role("button", name="Step", exact=True).last.click()
    assert so_far == pytest.approx(path.product)
    expect(page.locator(".stage-said")).to_contain_text("Path 2, factor 1")
    assert page.locator(".lit .lit-path").count() == 4  # one wire for each layer
    assert number(page.locator(".products td").first) == pytest.approx(path.product, abs=6e-4)


def test_the_first_factor_is_the_slope_of_the_error_at_the_right_and_the_last_the_input(open_page):
    page = open_page(reduced_motion="reduce")
    open_weight(page)
    begin(page)
    expect(page.locator(".stage-said")).to_contain_text("slope of the squared error, output")
    for _ in range(len(strongest_path()[0]) - 1):
        page.get_by_role("button", name="Step", exact=True).last.click()
    expect(page.locator(".stage-said")).to_contain_text("input, input 3")
    first, last = (page.locator(".slow-pass .factor").nth(k).bounding_box() for k in (0, 3))
    assert first["x"] > last["x"]


def test_the_paths_add_up_to_the_gradient_that_is_used(open_page):
    page = open_page(reduced_motion="reduce")
    open_weight(page)
    begin(page)
    page.get_by_role("button", name="To the sum").click()
    products = [number(cell) for cell in page.locator(".products tbody td").all()]
    total, used = number(page.locator("[data-sum]")), number(page.locator("[data-used]"))
    assert math.fsum(products) == pytest.approx(total, abs=1e-9)
    experiment = BUNDLED.begin("from-scratch")
    _, gradient = experiment.network.gradient(experiment.data.inputs[4:5], experiment.data.targets[4:5])
    assert used == pytest.approx(gradient[3 * 4 + 2], rel=1e-5)
    assert total == pytest.approx(used, abs=6e-4)
    assert violations(page) == []
    page.get_by_role("button", name="Close the backward pass").click()
    expect(page.locator(".lit")).to_have_count(0)
    expect(page.locator(".slopes")).to_be_visible()


def test_it_plays_by_itself_and_can_be_paused(open_page):
    page = open_page(reduced_motion="no-preference")
    open_weight(page)
    page.get_by_role("button", name="Train", exact=True).click()
    begin(page)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()  # training waits for it
    expect(page.locator(".stage-said")).to_contain_text("factor 3 of")
    page.get_by_role("button", name="Pause").click()
    said = page.locator(".stage-said").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator(".stage-said").inner_text() == said
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.locator(".stage-said")).not_to_have_text(said)
    page.locator('.neuron[data-neuron="1/1"]').click()
    expect(page.locator(".lit")).to_have_count(0)


def test_with_reduced_motion_it_goes_by_steps_only(open_page):
    page = open_page(reduced_motion="reduce", width=360, color_scheme="dark")
    open_weight(page)
    begin(page)
    expect(page.locator(".slow-pass").get_by_role("button", name="Play")).to_have_count(0)
    expect(page.locator(".slow-pass").get_by_role("button", name="Pause")).to_have_count(0)
    expect(page.locator("#slow-pass-title")).to_be_focused()
    page.wait_for_timeout(1500)
    expect(page.locator(".stage-said")).to_contain_text("factor 1 of")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_in_a_picture_of_many_pixels_the_pixel_is_lit(open_page):
    page = open_page(reduced_motion="reduce")
    open_experiment(page, "digits")
    page.locator('.hit[data-wire^="1/"]').first.dispatch_event("click")
    page.get_by_role("button", name="this picture").click()
    begin(page)
    expect(page.locator(".stage-said")).to_contain_text("cross entropy after softmax")
    for _ in range(9):
        if "input, input" in page.locator(".stage-said").inner_text():
            break
        page.locator(".slow-pass").get_by_role("button", name="Step").click()
    expect(page.locator(".stage-said")).to_contain_text("input, input")
    expect(page.locator(".lit circle")).to_have_count(1)
