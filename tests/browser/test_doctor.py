"""A training goes wrong; the doctor says what, where and why, and what he proposes is done by a click."""

import re

import pytest
from playwright.sync_api import expect

from acting import open_experiment, press, settled
from axe_findings import violations
from glassnet.doctor.causes import CAUSES

DEEP = "#open=story-deep"


def train_until(page, epoch):
    page.locator(".stop-at summary").click()
    field = page.get_by_label("at epoch")
    field.fill(str(epoch))
    field.press("Enter")
    settled(page)
    page.get_by_label("Speed").select_option("")
    press(page, "Train")
    expect(page.locator(".doctor [role=status]")).to_contain_text(f"At epoch {epoch}")
    settled(page)


def test_the_doctor_answers_by_himself_when_training_stops_and_says_why(open_page):
    page = open_page(link=DEEP, reduced_motion="reduce")
    page.wait_for_selector('[data-experiment="story-deep"]')
    settled(page)
    expect(page.locator(".doctor")).to_contain_text("When training stops")
    train_until(page, 600)
    finding = page.locator(".doctor .finding")
    expect(finding).to_have_count(1)
    expect(finding).to_contain_text("vanishing gradients")
    expect(finding).to_contain_text(CAUSES["vanishing gradients"].words)
    expect(finding.locator(".facts-list")).to_contain_text("layer 1 / last layer")
    assert violations(page) == []
    finding.get_by_role("button", name=re.compile("^Chapter 19 of the story")).click()
    expect(page.locator("#story-title")).to_contain_text("What can go wrong")


def test_the_network_and_its_neurons_say_that_something_is_wrong_and_ask_why(open_page):
    page = open_page(link=DEEP, reduced_motion="reduce")
    page.wait_for_selector('[data-experiment="story-deep"]')
    settled(page)
    train_until(page, 600)
    page.locator(".finding summary").click()  # shut
    expect(page.locator(".finding")).not_to_have_attribute("open", re.compile(".*"))
    mark = page.get_by_role("button", name="The doctor finds vanishing gradients in layer 1: why?")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".finding summary")).to_be_focused()
    expect(page.locator(".finding")).to_have_attribute("open", re.compile(".*"))
    page.locator('.neuron[data-neuron="1/2"]').click()
    expect(page.locator(".why-line")).to_contain_text("The doctor finds vanishing gradients here")
    page.locator('.neuron[data-neuron="5/2"]').click()
    expect(page.locator(".inspector h3")).to_have_text("Neuron 2 of layer 5")
    expect(page.locator(".why-line")).to_have_count(0)
    expect(page.locator(".training .why-button")).to_contain_text("vanishing gradients")


def test_what_the_doctor_proposes_is_done_by_a_click_and_helps(open_page):
    page = open_page(link=DEEP, reduced_motion="reduce")
    page.wait_for_selector('[data-experiment="story-deep"]')
    settled(page)
    train_until(page, 600)
    page.get_by_role("button", name=re.compile("^Do this: Take relu")).click()
    settled(page)
    expect(page.get_by_label("Activation of layer 4")).to_have_value("relu")
    expect(page.locator(".scrubber .small")).to_have_text("epoch 0")
    field = page.get_by_label("at epoch")
    field.fill("2000")
    field.press("Enter")
    settled(page)
    press(page, "Train")
    expect(page.locator("[data-right]")).to_have_text("8 of 8")


def test_a_loss_that_is_lost_is_told_at_once_with_where_and_the_step_before(open_page):
    page = open_page(reduced_motion="reduce")
    open_experiment(page, "from-scratch")
    page.get_by_label("Activation of layer 1").select_option("relu")
    page.get_by_label("Activation of layer 2").select_option("relu")
    page.get_by_label("Optimizer").select_option("sgd")
    page.get_by_label("Learning rate").select_option("3")
    press(page, "Train")
    finding = page.locator(".doctor .finding.fatal").first
    expect(finding).to_contain_text("loss not finite")
    expect(finding).to_contain_text(re.compile(r"at step \d+"))
    expect(page.locator(".notice").last).to_contain_text("The network is back at step")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(page.locator(".score dd").first).not_to_have_text("?")
    assert violations(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 390)])
def test_the_doctor_fits_a_phone_and_axe_finds_nothing(open_page, scheme, width):
    page = open_page(width=width, height=800, color_scheme=scheme, link=DEEP, reduced_motion="reduce")
    page.wait_for_selector('[data-experiment="story-deep"]')
    settled(page)
    train_until(page, 600)
    page.locator(".finding").scroll_into_view_if_needed()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_of_a_healthy_training_nothing_is_said_but_advice(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    train_until(page, 500)
    expect(page.locator(".doctor [role=status]")).to_contain_text("nothing wrong was found")
    expect(page.locator(".doctor .further summary").first).to_be_visible()
    expect(page.locator(".why-button")).to_have_count(0)


def test_what_is_wrong_with_data_is_mended_by_a_click(open_page, tmp_path):
    table = tmp_path / "sizes.csv"
    rows = [f"{k},7,{-k * k % 13},{'small' if k < 30 else 'large'}" for k in range(60)]
    table.write_text("\n".join(["length,dull,width,kind", *rows]), encoding="utf-8")
    page = open_page()
    page.get_by_role("button", name="Open …").click()
    page.locator('input[data-for="Table or arrays …"]').set_input_files(table)
    page.wait_for_selector('[data-experiment="own sizes.csv"]')
    expect(page.locator(".camera")).to_contain_text("dull")
    press(page, "Ask the doctor")
    expect(page.locator(".doctor")).to_contain_text("constant inputs")
    press(page, "Do this: Leave these inputs out.")
    page.wait_for_selector('[data-experiment="own sizes.csv, without constant inputs"]')
    expect(page.locator(".camera label").first).to_contain_text("length")
    expect(page.locator(".camera")).not_to_contain_text("dull")
    press(page, "Ask the doctor")
    expect(page.locator(".doctor [role=status]")).to_be_visible()
    expect(page.locator(".doctor")).not_to_contain_text("constant inputs")
