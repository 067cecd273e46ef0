"""What a person sees after doing something is what the engine and `explain` say, number by number."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from acting import number, open_experiment, open_wire, press, set_weight, settled
from axe_findings import violations
from glassnet import data, explain
from glassnet.network import Network
from glassnet.web import BUNDLED

ALL = """() =>
  [...document.querySelectorAll(".picture .neuron")].map((one) => one.getAttribute("aria-label"))"""
ROWS = """name => {
  const tables = [...document.querySelectorAll("details.as-table")];
  const table = tables.find((one) => one.querySelector("summary").innerText.includes(name));
  return [...table.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.innerText));
}"""


def model_of(page, folder):
    """The network as the page hands it over."""
    page.get_by_role("button", name="Share …").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Model", exact=True).click()
    file = folder / "model.safetensors"
    waiting.value.save_as(file)
    page.keyboard.press("Escape")
    return Network.load(file)


def open_table(page, name):
    table = page.locator("details.as-table", has=page.locator("summary", has_text=name))
    table.locator("summary").click()
    expect(table.locator("tbody tr").first).to_be_visible()


def outputs_in_table(page):
    return [number(row[3]) for row in page.evaluate(ROWS, "The network as a table")]


def test_of_each_pattern_every_neuron_shows_the_engines_number(open_page):
    page = open_page()
    network, patterns = Network.drawn_four_pixel(), data.four_pixel()
    open_table(page, "The network as a table")
    for example in range(8):
        page.get_by_role("button", name=re.compile(f"example {example}")).click()
        settled(page)
        trace = network.run(patterns.inputs[example])
        expected = [float(value) for layer in range(5) for value in trace.outputs(layer)[0]]
        assert outputs_in_table(page) == pytest.approx(expected, rel=6e-4, abs=1e-12)
        category = patterns.categories[int(patterns.labels[example])]
        expect(page.locator(".answer strong")).to_have_text(category)
        expect(page.locator(".picture .label .name.won")).to_contain_text(f"{category} ◂ truth")


def slope_curve(network, value, rate=0.01):
    experiment = BUNDLED.begin("from-scratch")
    if value is not None:
        network.weights(1)[3, 2] = value
    example = slice(4, 5)
    return explain.slope(
        network, experiment.data.inputs[example], experiment.data.targets[example], 1, 2, 3,
        learning_rate=rate, n_points=61,
    )  # fmt: skip


DRAWN = """() => {
  const of = (name, ...attributes) => {
    const one = document.querySelector(`.plot .${name}`);
    return attributes.flatMap((each) => one.getAttribute(each).match(/-?[\\d.]+/g).map(Number));
  };
  const [curve, tangent, step] = ["curve", "tangent", "step"].map((name) => of(name, "d"));
  return { curve, tangent, step, point: of("point", "cx", "cy"), next: of("next", "cx", "cy") };
}"""


def test_the_error_curve_its_tangent_and_the_next_step_stand_where_explain_says(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    page.get_by_label("Learning rate").select_option("0.1")
    open_wire(page, "1/2/3")
    set_weight(page, 0.7)
    curve = slope_curve(BUNDLED.begin("from-scratch").network, 0.7, rate=0.1)
    drawn = page.evaluate(DRAWN)
    xs, ys = np.array(drawn["curve"][::2]), np.array(drawn["curve"][1::2])
    assert len(xs) == len(curve.values)
    # The axes, as the curve itself gives them.
    to_x = np.polyfit(curve.values, xs, 1)
    to_y = np.polyfit(curve.losses, ys, 1)
    assert ys == pytest.approx(np.polyval(to_y, curve.losses), abs=0.2)

    def place(value, loss):
        return pytest.approx([np.polyval(to_x, value), np.polyval(to_y, loss)], abs=0.5)

    assert drawn["point"] == place(0.7, curve.loss)
    assert drawn["next"] == place(curve.next_value, curve.next_loss)
    assert drawn["step"] == [*drawn["point"], *drawn["next"]]
    for end, value in ((drawn["tangent"][:2], curve.values[0]), (drawn["tangent"][2:], curve.values[-1])):
        assert end == place(value, curve.tangent([value])[0])
    said = page.locator(".inspector").inner_text()
    assert f"goes to {curve.next_value:.4g}".replace("-", "−") in said
    open_table(page, "The error over the weight")
    rows = np.array(
        [[number(text) for text in row] for row in page.evaluate(ROWS, "The error over the weight")]
    )
    seen = [int(np.abs(curve.values - value).argmin()) for value in rows[:, 0]]
    assert (seen[0], seen[-1], len(set(seen))) == (0, len(xs) - 1, len(rows))
    assert rows[:, 1] == pytest.approx(curve.losses[seen], rel=6e-4)


def test_a_weight_is_dragged_on_its_curve_and_everything_follows(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    open_wire(page, "1/2/3")
    outputs = page.evaluate(ALL)
    plot, point = page.locator(".plot"), page.locator(".plot .point")
    plot.scroll_into_view_if_needed()
    at, box = point.bounding_box(), plot.bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"], steps=6)
    page.mouse.up()
    settled(page)
    value = number(page.get_by_label("Value of the weight").input_value())
    assert value > 0.9
    network = BUNDLED.begin("from-scratch").network
    curve = slope_curve(network, value)
    assert number(page.locator("[data-slope]").inner_text()) == pytest.approx(curve.slope, rel=1e-5)
    now = page.evaluate(ALL)
    assert now != outputs
    output = network.run([1, -1, -1, 1]).outputs(1)[0, 2]
    assert number(now[4 + 2].split(": ")[1]) == pytest.approx(output, abs=0.006)
    page.get_by_label("Weight", exact=True).focus()  # and by the keys of its slider
    page.keyboard.press("ArrowLeft")
    settled(page)
    assert number(page.get_by_label("Value of the weight").input_value()) < value


def test_the_receptive_fields_are_explains(open_page):
    page = open_page()
    press(page, "Receptive fields")
    network = Network.drawn_four_pixel()
    for layer, n_neurons in ((1, 4), (2, 4), (3, 8), (4, 4)):
        for neuron in range(n_neurons):
            image = page.locator(f'.neuron[data-neuron="{layer}/{neuron}"] image')
            content = base64.b64decode(image.get_attribute("href").split(",")[1])
            pixels = np.array(Image.open(io.BytesIO(content)).convert("RGBA")).reshape(-1, 4)
            field = explain.receptive_field(network, layer, neuron).picture
            assert (pixels[:, 3] == 0).tolist() == np.isnan(field).tolist()
            assert (pixels[:, 0] > 128).tolist() == (np.nan_to_num(field, nan=-1) > 0).tolist()


TERMS = """() => [
  [...document.querySelectorAll(".terms tbody td:last-child")].map((one) => one.innerText),
  document.querySelector("[data-total]").innerText,
]"""


def test_numbers_under_the_cursor_live_while_training_runs_and_add_up_at_any_moment(open_page, tmp_path):
    page = open_page()
    open_experiment(page, "from-scratch")
    page.locator('.neuron[data-neuron="2/1"]').click()
    settled(page)
    press(page, "Train")
    page.locator(".terms tbody tr").nth(1).hover()
    expect(page.locator(".picture .mark")).to_have_count(1)
    totals = set()
    while len(totals) < 6:
        terms, total = page.evaluate(TERMS)
        assert sum(map(number, terms)) == pytest.approx(number(total), abs=1e-9)
        totals.add(total)
    press(page, "Pause")
    settled(page)
    _, total = page.evaluate(TERMS)
    printed = explain.neuron(model_of(page, tmp_path).run([1, -1, -1, 1]), 0, 2, 1).printed()
    assert total == printed.total.replace("-", "−")


def test_the_errors_and_slopes_of_an_answer_are_explains(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    page.locator('.neuron[data-neuron="4/2"]').click()
    settled(page)
    experiment = BUNDLED.begin("from-scratch")
    printed = explain.error(experiment.network.run([1, -1, -1, 1]), experiment.data.targets[4]).printed()
    rows = page.locator(".errors tbody tr")
    for row, line in zip(rows.all(), printed.lines, strict=True):
        seen = [text.replace("−", "-") for text in row.locator("td").all_inner_texts()]
        assert seen == [line.target, line.answer, line.loss, line.slope]


def test_a_term_that_is_pointed_at_lights_its_own_wire(open_page):
    page = open_page()
    page.locator('.neuron[data-neuron="2/2"]').click()
    settled(page)
    network = Network.drawn_four_pixel()
    line = explain.neuron(network.run([1, -1, -1, 1]), 0, 2, 2).printed().lines[0]
    page.locator(".terms tbody tr").first.hover()
    wire = page.locator(f'.wire[data-wire="2/2/{line.term.source}"]').get_attribute("d")
    expect(page.locator(".picture .mark")).to_have_attribute("d", wire)


def test_a_drawn_digit_is_answered_as_the_network_answers_it(open_page, tmp_path):
    page = open_page()
    open_experiment(page, "digits")
    page.get_by_label("Speed").select_option("")
    press(page, "Train")
    expect(page.locator(".score")).to_contain_text(re.compile(r"held out\s*9\d"))
    press(page, "Pause")
    press(page, "Clear")
    box = page.locator(".canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.9, steps=12)
    page.mouse.up()
    settled(page)
    content = base64.b64decode(page.locator(".canvas img").get_attribute("src").split(",")[1])
    seen = np.array(Image.open(io.BytesIO(content)).convert("L")).ravel() / 127.5 - 1
    network = model_of(page, tmp_path)
    outputs = network.predict(seen[np.newaxis])[0]
    expect(page.locator(".answer strong")).to_have_text(network.category_names[int(outputs.argmax())])
    shown = [
        number(label.split(": ")[1].split(",")[0].replace("~", "")) for label in page.evaluate(ALL)[-10:]
    ]
    assert shown == pytest.approx(outputs, abs=0.02)


@pytest.mark.parametrize(
    ("label", "value", "kept"),
    [
        ("Learning rate", "0.03", "All weights and the run so far were kept"),
        ("Optimizer", "momentum", "momentum begins with an empty memory"),
        ("Activation of layer 1", "relu", "116 of 116 weights and biases were kept"),
        ("Dropout", "0.2", "116 of 116 weights and biases were kept"),
    ],
)
def test_a_change_keeps_what_can_be_kept_and_says_what_was(open_page, tmp_path, label, value, kept):
    page = open_page()
    open_experiment(page, "from-scratch")
    for _ in range(3):
        press(page, "Epoch")
    expect(page.locator(".scrubber .small")).to_have_text("epoch 3")
    before = model_of(page, tmp_path).parameters
    page.get_by_label(label).select_option(value)
    settled(page)
    expect(page.locator(".notice").last).to_contain_text(kept)
    expect(page.locator(".scrubber .small")).to_have_text("epoch 3")
    assert np.array_equal(model_of(page, tmp_path).parameters, before)
    press(page, "Epoch")
    expect(page.locator(".scrubber .small")).to_have_text("epoch 4")


def test_going_back_and_on_gives_the_same_network(open_page, tmp_path):
    page = open_page()
    open_experiment(page, "from-scratch")
    for _ in range(5):
        press(page, "Epoch")
    expect(page.locator(".scrubber .small")).to_have_text("epoch 5")
    first = model_of(page, tmp_path).parameters
    page.get_by_label("Moment of the run").fill("2")
    settled(page)
    expect(page.locator(".scrubber .small")).to_have_text("epoch 2 of 5")
    assert not np.array_equal(model_of(page, tmp_path).parameters, first)
    for _ in range(3):
        press(page, "Epoch")
    expect(page.locator(".scrubber .small")).to_have_text("epoch 5")
    assert np.array_equal(model_of(page, tmp_path).parameters, first)


def test_the_curves_stand_in_a_table_too(open_page):
    page = open_page(reduced_motion="reduce")
    open_experiment(page, "digits")
    for _ in range(3):
        press(page, "Epoch")
    expect(page.locator(".scrubber .small")).to_have_text("epoch 3")
    open_table(page, "The curves as a table")
    rows = page.evaluate(ROWS, "The curves as a table")
    assert [row[0] for row in rows] == ["1", "2", "3"]
    shown = page.locator(".score").inner_text()
    assert rows[-1][4] in shown
    assert violations(page) == []
    assert number(rows[-1][1]) < number(rows[0][1])
