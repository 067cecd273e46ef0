"""Attribution over a picture and as bars: colours, signs and numbers are those of the values."""

import re
from dataclasses import replace

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.data import Camera, Columns, NumberColumn, TextColumn
from glassnet.errors import ShapeError
from glassnet.explain.attribution import ATTRIBUTION_METHODS, Attribution
from glassnet.explain.attribution import attribution as explain
from glassnet.pictures.attribution_picture import attribution as draw
from glassnet.pictures.colours import by_share
from glassnet.pictures.text import readable
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts


def made(values, inputs=None, **fields) -> Attribution:
    values = np.asarray(values, dtype=float)
    found = Attribution(
        method="occlusion",
        example=0,
        category="yes",
        input_names=tuple(f"input {k}" for k in range(values.size)),
        inputs=np.linspace(-1, 1, values.size) if inputs is None else np.asarray(inputs, dtype=float),
        values=values,
        weighted_sum=2.5,
        rest=None,
    )
    return replace(found, **fields)


def four_pixel():
    network = Network.drawn_four_pixel()
    return explain(network.run([0.5, 0, 0.75, -0.75])), network.encoder


def digits():
    some = data.digits()
    network = Network([64, 8, 10], categories=some.categories, encoder=some.encoder, seed=2)
    return explain(network.run(some.inputs[:3]), 2, 0, "exact_split"), some.encoder


def table():
    columns = Columns(
        (NumberColumn("size", 0, 10), TextColumn("colour", tuple(map(str, range(30))))),
        TextColumn("kind", ("a", "b")),
    )
    network = Network([31, 4, 2], "tanh", categories=["a", "b"], encoder=columns)
    return explain(network.run(np.linspace(-1, 1, 31))), columns


CASES = {
    "four pixel": four_pixel,
    "digits": digits,
    "mnist": lambda: (made(np.sin(np.arange(784.0))), Camera(28, 28)),
    "large camera": lambda: (made(np.sin(np.arange(10_000.0))), Camera(100, 100)),
    "flat camera": lambda: (made([1, -1, 0.5]), Camera(1, 3)),
    "high camera": lambda: (made(np.arange(40.0)), Camera(40, 1)),
    "nothing": lambda: (made(np.zeros(4)), Camera(2, 2)),
    "table": table,
    "no encoder": lambda: (made([1, -2, 0.5]), None),
    "one input": lambda: (made([0.0]), None),
    "hostile": lambda: (made([1, -1], input_names=("<b>&\x00", "W" * 200), category="<i>" * 99), None),
    "huge": lambda: (made([1e250, -1e250]), None),
}


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def case(request):
    return request.param()


def test_everything_is_inside(case):
    picture = draw(*case)
    assert outside(picture) == []
    assert "nan" not in str(picture).lower()
    assert len(str(picture)) < 120_000


def test_it_has_a_text_alternative(case):
    attribution, encoder = case
    picture = draw(attribution, encoder)
    title = parsed(picture).find(f"{SVG}title").text
    assert title == f"Why {attribution.category}? By {attribution.method.replace('_', ' ')}"
    strongest = int(np.argmax(np.abs(attribution.values)))
    assert readable(attribution.values[strongest]) in described(picture)


def test_it_says_what_it_means_and_what_not(case):
    attribution, encoder = case
    said = " ".join(texts(draw(attribution, encoder)))
    assert f"This is {attribution.means}." in said
    assert f"It is not {attribution.does_not_mean}." in said


@pytest.mark.parametrize("method", ATTRIBUTION_METHODS)
def test_what_adds_up_is_said_with_its_error(method):
    network = Network([2, 2], "identity", categories=["left", "right"], seed=4)
    attribution = explain(network.run([0.5, -1.0]), method=method)
    said = " ".join(texts(draw(attribution)))
    assert f"is {readable(attribution.weighted_sum)}: {readable(attribution.total)} from the inputs" in said
    if attribution.rest is not None:
        rest, error = readable(attribution.rest), readable(attribution.error)
        assert f"{rest} from none of them, and an error of {error}." in said
    else:
        assert "which need not be the same by this method" in said


def overlay(picture):
    """From a place to its colour: the second picture, which stands right of the first."""
    groups = [
        group for group in elements(picture, "g") if group.get("transform", "").startswith("translate(380")
    ]
    cells = {}
    for path in groups[0]:
        if path.get("shape-rendering") == "crispEdges":
            for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)", path.get("d")):
                cells.update({(int(y), int(x) + k): path.get("stroke") for k in range(int(n))})
    return cells, groups[0]


def test_each_cell_has_the_colour_of_its_value():
    values = np.array([[4.0, -4.0, 0.0], [2.0, -1.0, 0.2]])
    cells, _ = overlay(draw(made(values.ravel()), Camera(2, 3)))
    assert len(cells) == 6
    for place, value in np.ndenumerate(values):
        assert cells[place] == by_share(round(value / 4 * 8) / 8)
    assert len(set(cells.values())) == 6 - 1  # 0.2 is as good as 0


def test_few_cells_carry_numbers_and_more_carry_signs():
    values = np.array([3.0, -2.0, 0.5, 0.0])
    assert {"3", "−2", "0.5"} <= set(texts(draw(made(values), Camera(2, 2))))
    many = np.zeros(64)
    many[[5, 9, 12]] = 1, -1, 0.4
    _, group = overlay(draw(made(many), Camera(8, 8)))
    signs = [path.get("d") for path in group if path.get("stroke-width") == "0.12"]
    assert signs == ["M5.25 0h.5M5.5 -0.25v.5M1.25 1h.5"]  # a plus and a minus; the weak one has none


def test_the_picture_is_found_again_as_an_outline():
    inputs = -np.ones((6, 6))
    inputs[2, 3] = 1
    _, group = overlay(draw(made(np.ones(36), inputs.ravel()), Camera(6, 6)))
    outline = [path.get("d") for path in group if path.get("stroke-opacity")]
    assert outline == ["M3 1.5v1M4 1.5v1M3 1.5h1M3 2.5h1"]


def test_the_scale_goes_to_the_largest_value():
    assert {"+ 3", "0", "− 3"} <= set(texts(draw(made([3, -2, 1, 0]), Camera(2, 2))))


def bars(picture):
    """From the input to the left end, the width and the colour of its bar."""
    found = {}
    for group in elements(picture, "g"):
        rect = group.find(f"{SVG}rect")
        if rect is not None and group.find(f"{SVG}text") is not None:
            left, width = float(rect.get("x")), float(rect.get("width"))
            found[group.find(f"{SVG}text").text] = (left, width, rect.get("fill"))
    return found


def test_bars_are_as_long_as_their_values_and_sorted():
    picture = draw(made([1, -4, 2]))
    found = bars(picture)
    assert list(found) == ["input 1", "input 2", "input 0"]
    (left, width, against), (zero, half, speaking), (also_zero, quarter, _) = found.values()
    assert (half, quarter) == pytest.approx((width / 2, width / 4), abs=0.01)
    assert zero == also_zero == pytest.approx(left + width, abs=0.01)
    assert (against, speaking) == (by_share(-1), by_share(1))
    assert {"−4", "2", "1", "is", "− against", "for +"} <= set(texts(picture))


def test_many_inputs_are_summed_in_one_bar():
    attribution, columns = table()
    picture = draw(attribution, columns)
    order = np.argsort(-np.abs(attribution.values))
    assert list(bars(picture)) == [*(attribution.input_names[k] for k in order[:16]), "15 more together"]
    assert readable(attribution.values[order[16:]].sum()) in texts(picture)


def test_hostile_names_stay_text():
    picture = draw(*CASES["hostile"]())
    assert elements(picture, "b") == elements(picture, "i") == []
    assert "<b>&\ufffd" in texts(picture)


def test_a_camera_of_another_size_is_refused():
    with pytest.raises(ShapeError, match=r"of 3 inputs, the camera has 4 pixels"):
        draw(made([1, 2, 3]), Camera(2, 2))


def test_the_same_attribution_gives_the_same_bytes():
    assert draw(*digits()) == draw(*digits())
