"""The picture of one neuron: its numbers are the explanation's, its bars walk to the sum."""

import math
from decimal import Decimal

import numpy as np
import pytest

from glassnet import Network
from glassnet.explain.neuron import NeuronSum, Term
from glassnet.explain.neuron import neuron as explain
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.neuron_geometry import lay_out_neuron, tangent
from glassnet.pictures.neuron_picture import neuron as draw
from glassnet.pictures.text import typeset
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts

EXAMPLE = [0.50, 0.00, 0.75, -0.75]


def of_the_slides(activation: str = "tanh") -> NeuronSum:
    """The neuron of the slides, with their clockwise pixels."""
    network = Network([4, 1], activation, biases=False)
    network.weights(1)[:, 0] = -0.2, 0, 0.8, -0.5
    return explain(network.run([0.50, 0.00, -0.75, 0.75]), 0, 1, 0)


def wide(layer: int, activation: str = "softmax") -> NeuronSum:
    network = Network([784, 30, 10], activations=["relu", activation], seed=1)
    network.biases(1)[:] = -0.3
    return explain(network.run(np.random.default_rng(0).uniform(-1, 1, 784)), 0, layer, 3)


def made_of(*products: float, bias: float | None = None, activation: str = "identity") -> NeuronSum:
    terms = tuple(Term(k, product, 1.0, product, connected=True) for k, product in enumerate(products))
    total = sum(products) + (bias or 0.0)
    return NeuronSum(1, 0, 0, activation, terms, bias, total, 1.0, total)


ALL = {
    "drawn": lambda: explain(Network.drawn_four_pixel().run(EXAMPLE), 0, 2, 1),
    "slides": of_the_slides,
    "mnist": lambda: wide(1),
    "softmax": lambda: wide(2),
    "logistic": lambda: of_the_slides("logistic"),
    "leaky": lambda: of_the_slides("leaky_relu(slope=0.2)"),
    "elu": lambda: of_the_slides("elu"),
    "nothing": lambda: made_of(0.0, 0.0),
    "one": lambda: made_of(2.0),
    "tiny": lambda: made_of(1e-12, -3e-12),
    "denormal": lambda: made_of(5e-324, bias=0.0),
    "huge": lambda: made_of(3e250, -1e250),
    "saturated": lambda: made_of(40.0, 2.0, activation="relu"),
    "infinite": lambda: made_of(1.0, math.inf, -2.0),
    "not a number": lambda: made_of(math.nan, 1.0, bias=math.inf),
}


@pytest.fixture(params=ALL, ids=list(ALL))
def explained(request):
    return ALL[request.param]()


def test_everything_is_inside(explained):
    assert outside(draw(explained)) == []


def test_it_has_a_text_alternative(explained):
    picture = draw(explained)
    root, said, printed = parsed(picture), described(picture), explained.printed()
    assert root.get("role") == "img"
    assert f"= {typeset(printed.output)}" in root.find(f"{SVG}title").text
    assert f"The weighted sum is {typeset(printed.total)}." in said
    for line in printed.lines:
        assert line.name in said.lower()


def test_the_same_neuron_gives_the_same_bytes(explained):
    assert draw(explained) == draw(explained)


def test_the_numbers_are_those_of_the_explanation(explained):
    said, printed = texts(draw(explained)), explained.printed()
    for line in printed.lines:
        assert line.name in said
        assert typeset(line.product) in said
        assert typeset(line.weight) in [*said, ""]
        assert typeset(line.input) in [*said, ""]
    assert {typeset(printed.total), typeset(printed.output), typeset(printed.slope)} <= set(said)


def test_the_slides_neuron():
    said = texts(draw(of_the_slides()))
    assert {"−0.600", "−0.375", "−0.100", "−1.075", "−0.7913"} <= set(said)
    assert "Neuron 0 of layer 1, example 0: tanh(−1.075) = −0.7913" in said


@pytest.mark.parametrize("layer", [1, 2])
def test_printed_terms_add_up_to_the_printed_sum(layer):
    explained = wide(layer)
    printed = explained.printed()
    said = texts(draw(explained))
    assert all(typeset(line.product) in said for line in printed.lines)
    assert sum(Decimal(line.product) for line in printed.lines) == Decimal(printed.total)


def bars(picture) -> list[tuple[float, float, str]]:
    """Left end, length and colour of each bar; plates behind numbers have round corners."""
    found = elements(picture, "rect")
    return [(float(r.get("x")), float(r.get("width")), r.get("fill")) for r in found if not r.get("rx")]


def test_bars_are_as_long_as_terms_and_coloured_by_sign():
    picture = draw(made_of(2.0, -1.5, 1.0, -0.25, bias=0.5))
    found = bars(picture)
    lengths = [length for _, length, _ in found]
    assert lengths == pytest.approx([abs(v) * lengths[0] / 2 for v in (2, 1.5, 1, 0.25, 0.5, 1.75)], abs=0.02)
    white, black = "#ffffff", "#000000"
    assert [colour for *_, colour in found] == [white, black, white, black, white, white]


def test_each_bar_begins_where_the_last_one_ended():
    explained = made_of(2.0, -3.5, 1.0)
    geometry = lay_out_neuron(explained, explained.printed())
    (a, a_length, _), (b, b_length, _), (c, c_length, _), (total, total_length, _) = bars(draw(explained))
    assert a == pytest.approx(geometry.x(0), abs=0.02)
    assert a + a_length == pytest.approx(b + b_length, abs=0.02)
    assert b == pytest.approx(c, abs=0.02)
    assert total == pytest.approx(c + c_length, abs=0.02)
    assert total + total_length == pytest.approx(a, abs=0.02)


def test_wires_are_as_wide_as_weights():
    explained = of_the_slides()
    lines = [line for line in elements(draw(explained), "line") if line.get("y1") == line.get("y2")]
    drawn = [(line.get("stroke"), float(line.get("stroke-width"))) for line in lines]
    assert drawn == [("#ffffff", 6.0), ("#000000", 3.94), ("#000000", 1.88)]  # 0.8, -0.5, -0.2; none for 0


def test_the_point_lies_on_the_curve_and_the_tangent_on_the_point():
    explained = of_the_slides()
    geometry = lay_out_neuron(explained, explained.printed())
    x, y = geometry.x(explained.weighted_sum), geometry.y(explained.output)
    point = elements(draw(explained), "circle")[-1]
    assert (float(point.get("cx")), float(point.get("cy"))) == pytest.approx((x, y), abs=0.01)
    before = max((p for p in geometry.curve if p[0] <= explained.weighted_sum), key=lambda p: p[0])
    behind = min((p for p in geometry.curve if p[0] >= explained.weighted_sum), key=lambda p: p[0])
    assert before[1] <= explained.output <= behind[1]
    (x1, y1), (x2, y2) = tangent((x, y), geometry.steepness(explained.slope), geometry.squash)
    steep = (geometry.y(behind[1]) - geometry.y(before[1])) / (geometry.x(behind[0]) - geometry.x(before[0]))
    assert (y2 - y1) / (x2 - x1) == pytest.approx(steep, rel=0.02)


def test_a_tangent_stays_inside():
    box = Box(0, 0, 100, 100)
    for place in ((0, 0), (100, 50), (50, 99), (3, 3)):
        for slope in (0, 0.5, -3, 1e9, -1e9):
            for x, y in tangent(place, slope, box):
                assert -1e-6 <= x <= 100 + 1e-6
                assert -1e-6 <= y <= 100 + 1e-6


def test_weak_terms_share_a_line():
    said = texts(draw(wide(1)))
    assert "772 more" in said
    assert sum(text.startswith("input ") for text in said) == 12
    assert "782 more" in texts(draw(wide(1), shown=2))


def test_a_missing_connection_has_no_wire():
    explained = NeuronSum(
        1, 0, 0, "identity", (Term(0, 0.0, 1.0, 0.0, connected=False),), None, 0.0, 1.0, 0.0
    )
    assert "missing" in texts(draw(explained))
    assert "Input 0: no connection." in described(draw(explained))


def test_softmax_has_no_curve_and_says_why():
    picture = draw(wide(2))
    assert elements(picture, "polyline") == []
    assert "softmax shares 1 out among all outputs: no curve of one sum" in texts(picture)


def test_where_it_stopped_being_finite_is_said():
    network = Network([2, 2, 1], "tanh")
    network.weights(1)[0, 1] = np.nan
    picture = draw(explain(network.run([1, 1]), 0, 2, 0))
    assert "not finite from neuron 1 of layer 1 on" in texts(picture)
    assert "not a number" in texts(picture)
