"""axe finds nothing to complain about, in light and dark, with something selected and without."""

import re

import pytest
from playwright.sync_api import expect

from acting import open_experiment
from axe_findings import violations


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, scheme):
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    assert violations(page) == []
    open_experiment(page, "from-scratch")
    page.get_by_role("button", name="Receptive fields").click()
    page.get_by_role("button", name="Epoch").click()
    expect(page.locator(".charts figure")).to_have_count(2)
    page.locator('.neuron[data-neuron="4/2"]').click()
    expect(page.locator(".errors")).to_be_visible()
    page.get_by_text("The network as a table").click()
    expect(page.locator(".as-table table")).to_be_visible()
    assert violations(page) == []
    page.locator(".terms .link").first.click()
    expect(page.locator(".slopes")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_with_digits(open_page, scheme):
    page = open_page(width=390, height=800, color_scheme=scheme)
    page.select_option(".open select", "digits")
    expect(page.locator(".canvas")).to_be_visible()
    page.get_by_label("Optimizer").select_option("sgd")
    expect(page.locator(".notice")).to_be_visible()
    assert violations(page) == []


def test_the_colours_can_be_chosen_and_are_remembered(open_page):
    page = open_page(color_scheme="light")
    ground = "getComputedStyle(document.querySelector('.glassnet')).backgroundColor"
    light = page.evaluate(ground)
    toggle = page.get_by_role("button", name=re.compile("^Colours"))
    toggle.click()
    expect(toggle).to_contain_text("light")
    page.wait_for_url(re.compile("#open="))  # the address is written: it must not hold on to these colours
    toggle.click()
    expect(toggle).to_contain_text("dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    page.wait_for_selector(".picture .neuron")
    assert page.evaluate(ground) == dark
