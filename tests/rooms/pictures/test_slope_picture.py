"""The slope curve: every number is the data's, and odd curves are still pictures."""

import math
from dataclasses import replace

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.explain.slope import slope as explain
from glassnet.pictures.slope_picture import PLOT
from glassnet.pictures.slope_picture import slope as draw
from glassnet.pictures.text import readable
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts


def parabola(**settings):
    """The curve of SPEC section 7: error = weight^2 at -1."""
    network = Network([1, 1], "identity", biases=False, loss="squared")
    network.parameters[:] = -1
    return explain(network, [[1.0]], [[0.0]], 1, 0, 0, **settings)


def digits():
    some = data.digits()
    network = Network([64, 8, 10], "tanh", categories=some.categories, encoder=some.encoder, seed=3)
    return explain(network, some.inputs[:20], some.targets[:20], 2, 3, "bias", learning_rate=5.0)


def broken(**values):
    return replace(parabola(), **values)


CURVES = {
    "parabola": parabola,
    "digits": digits,
    "flat": lambda: broken(slope=0.0, loss=0.0, losses=np.zeros(101), next_loss=0.0, next_value=-1.0),
    "one step is huge": lambda: parabola(learning_rate=1e6),
    "no differences": lambda: parabola(steps=[]),
    "many differences": lambda: parabola(steps=[2.0**-k for k in range(20)]),
    "holes": lambda: broken(losses=np.where(np.arange(101) % 7 == 0, math.nan, np.arange(101.0))),
    "nothing finite": lambda: broken(loss=math.nan, slope=math.nan, losses=np.full(101, math.inf)),
    "huge": lambda: broken(losses=np.geomspace(1e-200, 1e250, 101), slope=1e250, loss=1e10),
}


@pytest.fixture(params=CURVES.values(), ids=list(CURVES))
def curve(request):
    return request.param()


def test_everything_is_inside(curve):
    picture = draw(curve)
    assert outside(picture) == []
    assert "nan" not in str(picture).lower()


def test_it_has_a_text_alternative(curve):
    picture = draw(curve)
    assert parsed(picture).get("role") == "img"
    assert parsed(picture).find(f"{SVG}title").text == f"Loss over {curve.what}"
    assert f"its slope {readable(curve.slope)}." in described(picture)


def test_the_numbers_are_the_datas(curve):
    said = texts(draw(curve))
    assert f"its tangent: slope {readable(curve.slope)}" in said
    for value in (curve.value, curve.loss, curve.next_value, curve.next_loss):
        assert readable(value, 6) in said
    for difference in curve.differences:
        assert readable(difference.step, 6) in said
        assert readable(difference.forward, 6) in said
        assert readable(difference.central, 6) in said


def test_the_parabola_of_the_slides():
    said = texts(draw(parabola()))
    assert "its tangent: slope −2" in said
    assert said.count("−2") >= 7  # the central difference at all six steps, and the slope
    assert {"−1.9", "−1.99", "−1.999", "−0.8", "0.64"} <= set(said)


def line(picture, colour):
    """The longest line of a colour; the shorter one is its sample."""
    found = [one for one in elements(picture, "polyline") if one.get("stroke") == colour]
    longest = max(found, key=lambda one: len(one.get("points")))
    return [tuple(map(float, pair.split(","))) for pair in longest.get("points").split()]


def test_the_curve_lies_where_its_numbers_say():
    points = line(draw(parabola()), "#0072b2")
    assert len(points) == 101
    xs, ys = zip(*points, strict=True)
    assert xs == pytest.approx(np.linspace(PLOT.x, PLOT.x + PLOT.width, 101), abs=0.01)
    heights = (PLOT.y + PLOT.height - np.array(ys)) / PLOT.height * 10  # the axis goes from 0 to 10
    assert heights == pytest.approx(np.linspace(-3, 1, 101) ** 2, abs=0.01)


def test_the_tangent_touches_the_curve_where_the_weight_is():
    (x1, y1), (x2, y2) = line(draw(parabola()), "#d55e00")
    here = PLOT.x + PLOT.width / 2, PLOT.y + PLOT.height * 0.9  # weight -1 of -3 to 1, loss 1 of 0 to 10
    assert (here[1] - y1) / (here[0] - x1) == pytest.approx((y2 - y1) / (x2 - x1), rel=1e-3)
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in elements(draw(parabola()), "circle")]
    assert here == pytest.approx(dots[-1], abs=0.01)


def test_only_steps_that_can_be_seen_have_a_line():
    picture = draw(parabola())
    titles = [line.find(f"{SVG}title") for line in elements(picture, "polyline")]
    assert [title.text for title in titles if title is not None] == ["a step of 1: −1"]


def test_a_step_that_leaves_the_plot_has_no_end_in_it():
    assert len(elements(draw(parabola()), "circle")) == 2
    assert len(elements(draw(CURVES["one step is huge"]()), "circle")) == 1


def test_a_hostile_name_stays_text():
    picture = draw(broken(what="<script>alert(1)</script>\x00"))
    assert elements(picture, "script") == []
    assert "Loss over <script>alert(1)</script>\ufffd" in texts(picture)


def test_the_same_curve_gives_the_same_bytes():
    assert draw(parabola()) == draw(parabola())
