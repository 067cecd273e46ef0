"""A person reads the story, does what each chapter asks for, and the page notices."""

import re

import pytest
from playwright.sync_api import expect

from acting import arrived, open_wire, paint, press, set_weight, settled, turn_to
from axe_findings import violations
from glassnet import explain
from glassnet.network import Network
from glassnet.web import BUNDLED

GREY = [0.5, 0, 0.75, -0.75]


def train(page):
    page.get_by_label("Speed").select_option("")
    press(page, "Train")


def pin(page):
    train(page)
    expect(page.locator(".charts figure")).to_have_count(2)
    press(page, "Pause")
    press(page, "Pin this run")


def make_the_neuron_answer(page):
    open_wire(page, "1/0/3")
    set_weight(page, -3)


def pin_two(page):
    pin(page)
    expect(page.locator(".runs")).to_be_visible()
    page.get_by_label("seed").fill("4")
    press(page, "New weights")
    expect(page.get_by_label("Moment of the run")).to_be_disabled()
    pin(page)


def turn_the_chain(page):
    open_wire(page, "2/0/0")
    expect(page.locator(".inspector h3")).to_contain_text("to neuron 0 of layer 2")
    set_weight(page, 0.5)


def lower_a_weight(page):
    page.locator(".terms .link").first.click()
    set_weight(page, -3)


def train_with_biases(page):
    page.get_by_role("checkbox", name="Biases").check()
    train(page)


def drop_out(page):
    struck = page.locator(".picture .struck")
    expect(struck).to_have_count(0)
    press(page, "Step")
    expect(struck).not_to_have_count(0)
    page.get_by_label("Speed").select_option("")
    press(page, "Train")
    expect(page.locator(".task")).to_contain_text("Done:")
    press(page, "Pause")
    expect(page.locator(".telling .live").nth(1)).to_have_text(re.compile("%"))


def stop_at_epoch(page, epoch):
    if page.locator(".stop-at").get_attribute("open") is None:
        page.locator(".stop-at summary").click()
    field = page.get_by_label("at epoch")
    field.fill(str(epoch))
    field.press("Enter")
    settled(page)


def heal(page):
    page.get_by_label("Speed").select_option("")
    stop_at_epoch(page, 20_000)
    press(page, "Train")
    expect(page.locator(".scrubber .small")).to_have_text("epoch 20,000")
    expect(page.locator(".task")).to_contain_text("To do")  # long training does not help
    expect(page.locator(".doctor .finding").first).to_contain_text("vanishing gradients")
    page.get_by_role("button", name=re.compile("^Do this")).first.click()
    settled(page)
    stop_at_epoch(page, 5000)
    press(page, "Train")


def snap(page):
    page.locator(".task").get_by_role("button", name="Snap weights to −1, 0, 1").click()
    settled(page)
    expect(page.locator(".telling")).to_contain_text("and still 8 of 8 are right")


TASKS = {
    "The camera": lambda page: paint(page, [1, 1, 1, 1]),
    "Categories": lambda page: paint(page, [1, 1, -1, 1]),
    "Simple rules fail": train,
    "A neuron": lower_a_weight,
    "The squash": make_the_neuron_answer,
    "Layers, receptive fields": lambda page: page.locator('.neuron[data-neuron="2/1"]').click(),
    "ReLU": lambda page: press(page, "Negative"),
    "The answer": lambda page: page.locator('.neuron[data-neuron="4/1"]').click(),
    "Errors": lambda page: page.get_by_label("Right is").select_option("solid"),
    "Going downhill": lambda page: [press(page, "Step") for _ in range(5)],
    "Slope": lambda page: set_weight(page, -0.83),
    "Measuring is expensive": lambda page: press(page, "Check the derivatives"),
    "Chaining": turn_the_chain,
    "Backpropagation": lambda page: (press(page, "Backward pass in slow motion"), press(page, "To the sum")),
    "Training from scratch": train,
    "The final result": snap,
    "Biases": train_with_biases,
    "Dropout": drop_out,
    "What can go wrong": heal,
    "Tips": pin_two,
}


def begin(page):
    press(page, "The story")
    arrived(page, 1)


def test_every_chapter_has_something_to_do_and_the_page_sees_that_it_was_done(open_page):
    page = open_page(reduced_motion="reduce")
    begin(page)
    expect(page.locator(".strip button")).to_have_count(len(TASKS))
    for number, (title, task) in enumerate(TASKS.items(), start=1):
        expect(page.locator("#story-title")).to_have_text(
            re.compile(rf"^{number} of {len(TASKS)}\s*{title}$")
        )
        arrived(page, number)
        expect(page.locator(".task")).to_contain_text("To do")
        task(page)
        expect(page.locator(".task")).to_contain_text("Done:")
        expect(page.locator(f'[data-chapter="{number}"]')).to_have_class("was-done")
        if number < len(TASKS):
            page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_in_any_chapter_and_nothing_is_too_wide(open_page, scheme, width):
    page = open_page(width=width, color_scheme=scheme, reduced_motion="reduce")
    begin(page)
    for number in range(1, len(TASKS) + 1):
        turn_to(page, number)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def numbers(page):
    """The live numbers of the open chapter."""
    return page.locator(".telling .live").all_inner_texts()


def written(value, digits=3):
    return f"{value:.{digits}g}".replace("-", "−")


def test_the_numbers_in_the_text_are_those_of_the_network(open_page):
    page = open_page()
    begin(page)
    expect(page.locator(".telling")).to_contain_text("0.5, 0, 0.75, −0.75")
    turn_to(page, 5)
    expect(page.locator(".telling")).to_contain_text("Here −1.075 becomes −0.7913")
    turn_to(page, 8)
    outputs = Network.drawn_four_pixel().run(GREY).outputs()[0]
    expect(page.locator(".telling .live").last).to_have_text("vertical")
    assert numbers(page)[:-1] == [written(value) for value in outputs]
    turn_to(page, 14)
    expect(page.locator(".telling")).to_contain_text("paths the slope of the selected weight")
    experiment = BUNDLED.begin("from-scratch")
    trace = experiment.network.run(experiment.data.inputs)
    chain = explain.chain(trace, experiment.data.targets, 4, 1, 2, 3)
    assert numbers(page) == [str(chain.n_paths), written(chain.slope, 4)]


def test_the_keyboard_alone_goes_through_the_story(open_page):
    page = open_page()
    page.get_by_role("button", name="The story").focus()
    page.keyboard.press("Enter")
    page.locator('[data-chapter="1"]').focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#story-title")).to_contain_text("2 of 20")
    expect(page.locator('[data-chapter="2"]')).to_be_focused()
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#story-title")).to_contain_text("3 of 20")
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    expect(page.locator(".story [role=status]")).to_have_text("Chapter 3: Simple rules fail")


def test_a_scene_can_be_set_again_and_the_story_closed(open_page):
    page = open_page()
    begin(page)
    paint(page, [1, 1, 1, 1])
    expect(page.locator(".task")).to_contain_text("Done:")
    page.locator(".story").get_by_role("button", name="Again").click()
    arrived(page, 1)
    expect(page.locator('[data-pixel="2"]')).to_have_attribute("aria-label", re.compile("0.75"))
    turn_to(page, 3)
    page.wait_for_selector('[data-experiment="story-linear"]')
    expect(page.locator(".open select option:checked")).to_have_text("Story: no hidden layer")
    page.locator(".story").get_by_role("button", name="Close").click()
    expect(page.locator(".story")).to_have_count(0)
    expect(page.locator(".open select")).to_have_value("story-linear")


def test_a_chapter_can_be_asked_for_by_number_and_what_is_none_is_ignored(open_page):
    page = open_page()
    said = page.evaluate(
        """() => import('/desk.js').then(({ createDesk }) => {
            const desk = createDesk(() => ({ send() {} }));
            return [7, 0, 21, 1.5, NaN, '3', undefined, 20, null].map((chapter) => {
                desk.actions.chapter(chapter);
                return desk.store.get().chapter;
            });
        })"""
    )
    assert said == [7, 7, 7, 7, 7, 7, 7, 20, None]
