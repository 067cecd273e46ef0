"""A person opens the page, does something, and sees what `explain` says."""

import re

import pytest
from playwright.sync_api import expect

from acting import open_experiment, settled
from glassnet import explain
from glassnet.network import Network

MANY_FRAMES = """() => new Promise((done) => {
  let left = 40;
  const next = () => (left-- ? requestAnimationFrame(next) : done());
  next();
})"""


def said(page):
    return page.locator(".answer strong")


def pixel(page, name):
    return page.locator(".camera").get_by_role("button", name=re.compile(f"^Pixel {name}"))


def number(text):
    return float(text.strip().replace("−", "-").replace(",", ""))


def test_the_page_opens_with_a_picture_and_its_answer(open_page):
    page = open_page()
    assert "token" not in page.url
    expect(said(page)).to_have_text("diagonal")
    expect(page.locator("[data-right]")).to_have_text("8 of 8")
    assert page.locator(".picture .neuron").count() == 4 + 4 + 4 + 8 + 4
    assert page.locator(".picture .wire").count() == 32


def test_a_clicked_pixel_changes_the_answer(open_page):
    page = open_page()
    page.get_by_role("button", name=re.compile("^solid, example 0")).click()
    expect(said(page)).to_have_text("solid")
    pixel(page, "bottom left").click()
    expect(said(page)).to_have_text("no category")
    pixel(page, "bottom right").click()
    expect(said(page)).to_have_text("horizontal")
    expect(page.locator(".verdict")).to_contain_text("right")


def test_dragging_paints_every_pixel_on_the_way(open_page):
    page = open_page()
    page.get_by_role("button", name=re.compile("^solid, example 0")).click()
    expect(said(page)).to_have_text("solid")
    left, right = (page.locator(f'[data-pixel="{k}"]').bounding_box() for k in (2, 3))
    page.mouse.move(left["x"] + 20, left["y"] + 20)
    page.mouse.down()
    page.mouse.move(right["x"] + 20, right["y"] + 20, steps=5)
    page.mouse.up()
    expect(said(page)).to_have_text("horizontal")


def test_keys_paint_and_a_slider_makes_grey(open_page):
    page = open_page()
    page.locator('[data-pixel="0"]').focus()
    for key in ("Space", "ArrowRight", "Enter", "ArrowDown", "Space", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    expect(said(page)).to_have_text("diagonal")  # its negative
    page.get_by_label("bottom left", exact=True).fill("0.5")
    expect(pixel(page, "bottom left: 0.5")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(pixel(page, "bottom left: 0")).to_have_text("0")


def test_a_neuron_shows_terms_that_add_up_and_a_term_lights_its_wire(open_page):
    page = open_page()
    page.locator('.neuron[data-neuron="2/2"]').click()
    expect(page.locator(".inspector h3")).to_have_text("Neuron 2 of layer 2")
    terms = [number(text) for text in page.locator(".terms tbody td:last-child").all_inner_texts()]
    total = number(page.locator("[data-total]").inner_text())
    assert sum(terms) == pytest.approx(total, abs=1e-9)
    network = Network.drawn_four_pixel()
    printed = explain.neuron(network.run([1, -1, -1, 1]), 0, 2, 2).printed()
    assert page.locator("[data-output]").inner_text() == printed.output.replace("-", "−")
    page.locator(".terms tbody tr").first.hover()
    expect(page.locator(".picture .mark")).to_have_count(1)


def test_a_weight_shows_its_slope_three_ways_and_can_be_typed(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    page.locator('.neuron[data-neuron="2/1"]').click()
    page.locator(".terms .link").first.click()
    expect(page.locator(".inspector h3")).to_contain_text("The weight from neuron")
    direct = number(page.locator("[data-slope]").inner_text())
    central = number(page.locator(".slopes tbody tr:last-child td:last-child").inner_text())
    chained = number(page.locator("[data-chain]").inner_text())
    assert direct != 0
    assert central == pytest.approx(direct, rel=1e-4)
    assert chained == pytest.approx(direct, rel=1e-2)
    products = [number(text.lstrip("= ")) for text in page.locator(".product").all_inner_texts()]
    assert sum(products) == pytest.approx(chained, abs=1e-9)
    value = page.get_by_label("Value of the weight")
    value.fill("1,25")
    value.press("Enter")
    expect(page.locator(".plot")).to_have_attribute("aria-label", re.compile("at 1.25 it is"))
    value.fill("heavy")
    value.press("Enter")
    expect(value).to_have_value("1.25")


def test_an_answer_shows_its_error(open_page):
    page = open_page()
    page.locator('.neuron[data-neuron="4/2"]').click()
    expect(page.locator(".errors tr.chosen th")).to_have_text("diagonal")
    losses = page.locator(".errors tbody td:nth-child(4)").all_inner_texts()
    total = number(page.locator(".errors tfoot td").first.inner_text())
    assert sum(map(number, losses)) == pytest.approx(total, abs=1e-12)
    page.get_by_label("Right is").select_option("unknown")
    expect(page.locator(".inspector")).to_contain_text("Say what is right")


def test_training_from_scratch_reaches_eight_of_eight_and_can_be_taken_back(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("[data-right]")).to_have_text("8 of 8")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(page.locator(".charts figure")).to_have_count(2)
    moment = page.get_by_label("Moment of the run")
    moment.fill("0")
    expect(page.locator("[data-right]")).not_to_have_text("8 of 8")
    expect(page.locator(".scrubber .small")).to_have_text(re.compile(r"epoch 0 of \d+"))
    page.get_by_role("button", name="Step").click()
    expect(page.locator(".scrubber .small")).to_have_text("epoch 1")


def test_a_wider_layer_says_what_was_kept(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    width = page.get_by_label("Neurons of layer 2")
    width.fill("6")
    width.press("Tab")
    expect(page.locator(".notice")).to_contain_text("116 of 142 weights and biases were kept")
    expect(page.locator(".picture .neuron")).to_have_count(26)
    page.get_by_label("Optimizer").select_option("sgd")
    expect(page.get_by_label("Learning rate")).to_have_value("0.1")


def test_new_weights_follow_the_seed(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    loss = page.locator(".score dd").first
    first = loss.inner_text()
    page.get_by_label("seed").fill("3")
    page.get_by_role("button", name="New weights").click()
    expect(loss).not_to_have_text(first)
    page.get_by_label("seed").fill("0")
    page.get_by_role("button", name="New weights").click()
    expect(loss).to_have_text(first)


def test_digits_are_learned_and_drawn(open_page):
    page = open_page()
    open_experiment(page, "digits")
    expect(page.locator(".picture .heading").nth(1)).to_contain_text("20 more")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator(".score")).to_contain_text(re.compile(r"held out\s*9\d"))
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Weights", exact=True).click()
    expect(page.locator(".neuron image")).to_have_count(12)
    page.get_by_role("button", name="Clear").click()
    before = page.locator(".canvas img").get_attribute("src")
    box = page.locator(".canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 20, steps=8)
    page.mouse.up()
    expect(page.locator(".canvas img")).not_to_have_attribute("src", before)


def test_the_keyboard_alone_goes_from_neuron_to_weight(open_page):
    page = open_page()
    page.locator('.picture [tabindex="0"]').focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".inspector h3")).to_have_text("Neuron 1 of layer 1")
    page.locator(".terms .link").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".inspector h3")).to_contain_text("The weight from input")


def test_zooming_in_shows_a_part_and_fit_shows_all(open_page):
    page = open_page()
    whole = page.locator(".picture").get_attribute("viewBox")
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator(".picture")).not_to_have_attribute("viewBox", whole)
    page.get_by_role("button", name="Fit").click()
    expect(page.locator(".picture")).to_have_attribute("viewBox", whole)


def test_derivatives_are_checked_on_demand(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    page.get_by_role("button", name="Check the derivatives").click()
    expect(page.locator(".checking")).to_contain_text("the gradients agree")


@pytest.mark.parametrize("width", [360, 768, 1280, 2560])
def test_nothing_is_wider_than_the_window(open_page, width):
    page = open_page(width=width)
    page.locator('.neuron[data-neuron="2/2"]').click()
    expect(page.locator(".inspector h3")).to_have_text("Neuron 2 of layer 2")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator('.neuron[data-neuron="4/2"]').click()
    expect(page.locator(".errors")).to_be_visible()
    cards = page.locator(".card").all()
    assert all(card.evaluate("card => card.scrollWidth <= card.clientWidth") for card in cards)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_numbers_are_short_and_say_nothing_false(open_page):
    page = open_page()

    def write(how, *numbers):
        script = f"numbers => import('/numbers.js').then(({{ {how} }}) => numbers.map((one) => {how}(one)))"
        return page.evaluate(script, numbers)

    assert write("readable", 0, 0.958576, -1.5, 150, 1234567, 1e-5, -2.5e-12, None) == [
        *("0", "0.959", "−1.5", "150", "1.23e6", "1e−5", "−2.5e−12", "?")
    ]
    assert write("brief", 0, 0.001, -0.0841, 0.958576, 12.34, 12345) == [
        "0",
        "~0",
        "−0.08",
        "0.96",
        "12",
        "12,345",
    ]
    assert write("percent", 0, 0.5, 0.99999, 1) == ["0.0 %", "50.0 %", "99.9 %", "100 %"]


def test_the_page_says_when_the_program_has_stopped(browser, server):
    process, address = server
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector(".picture .neuron")
    process.terminate()
    expect(page.locator(".notice.error")).to_contain_text("The program behind this page does not answer")
    expect(said(page)).to_have_text("diagonal")  # what was there can still be read
    page.close()


def test_a_page_that_nobody_touches_asks_for_nothing(open_page):
    page = open_page()
    sent = []
    page.on("websocket", lambda line: line.on("framesent", lambda message: sent.append(message)))
    page.reload()
    page.wait_for_selector(".picture .neuron")
    settled(page)
    page.evaluate(MANY_FRAMES)
    before = len(sent)
    page.evaluate(MANY_FRAMES)
    assert len(sent) == before < 20
