"""The gradient check: a dot for each parameter where its numbers say, crosses at kinks."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.explain.gradient_check import GOOD, WRONG, GradientCheck
from glassnet.explain.gradient_check import gradient_check as explain
from glassnet.pictures.gradient_check_picture import SCATTER, SNAP, STRIP
from glassnet.pictures.gradient_check_picture import gradient_check as draw
from glassnet.pictures.text import readable
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts

DOT, CROSS = "#0072b2", "#d55e00"


def made(numeric, direct, kinks=None, n_parameters=None) -> GradientCheck:
    numeric, direct = np.asarray(numeric, dtype=float), np.asarray(direct, dtype=float)
    larger = np.maximum(np.abs(numeric), np.abs(direct))
    errors = np.divide(np.abs(numeric - direct), larger, out=np.zeros_like(larger), where=larger != 0)
    n = len(numeric)
    return GradientCheck(
        np.arange(n), numeric, direct, errors, kinks or {}, 1e-5, n_parameters or n, 2 * n, 0.25, 0.001
    )


def drawn_network() -> GradientCheck:
    patterns = data.four_pixel()
    return explain(Network.drawn_four_pixel(), patterns.inputs, patterns.targets)


def many() -> GradientCheck:
    slopes = np.random.default_rng(0).normal(size=50_000) * np.geomspace(1e-12, 1, 50_000)
    return made(slopes * (1 + 1e-9), slopes)


CHECKS = {
    "drawn network": drawn_network,
    "agrees": lambda: made([1, -2, 0.5], [1, -2, 0.5]),
    "wrong": lambda: made([1.11, -2, 0.5], [1, -2, 0.5]),
    "other sign": lambda: made([1, -1e-9], [-1, 1e-9]),
    "one": lambda: made([3], [3], n_parameters=1_000_000),
    "none": lambda: made([], []),
    "zeros": lambda: made([0, 0], [0, 0]),
    "all at kinks": lambda: made([1, 2], [0, 0], {0: "relu of layer 1 <b>", 1: "the same"}),
    "not finite": lambda: replace(
        made([math.nan, math.inf, 1], [1, 1, 1]), relative_errors=np.array([math.nan, math.nan, 0])
    ),
    "huge and tiny": lambda: made([1e200, 1e-200], [1e200, 1e-200]),
    "many": many,
}


@pytest.fixture(params=CHECKS.values(), ids=list(CHECKS))
def check(request):
    with np.errstate(invalid="ignore"):
        return request.param()


def marks(picture, colour: str, box) -> list[tuple[float, float]]:
    """Where the marks of a colour stand that lie in a box."""
    places = []
    for path in elements(picture, "path"):
        if path.get("stroke") == colour:
            pattern = r"M([\d.]+) ([\d.]+)h.01" if colour == DOT else r"M([\d.]+) ([\d.]+)h10"
            shift = 0 if colour == DOT else 5
            places += [(float(x) + shift, float(y)) for x, y in re.findall(pattern, path.get("d"))]
    left, right = box.x - SNAP, box.x + box.width + SNAP
    return [(x, y) for x, y in places if left <= x <= right and y >= box.y - SNAP]


def test_everything_is_inside(check):
    picture = draw(check)
    assert outside(picture) == []
    assert "nan" not in str(picture).lower()
    assert len(str(picture)) < 400_000


def test_the_verdict_and_the_costs_are_said(check):
    picture = draw(check)
    assert parsed(picture).find(f"{SVG}title").text == f"Gradient check: {check.verdict}"
    assert f"Gradient check: {check.verdict}" in texts(picture)
    assert f"{check.forward_passes:,} forward passes, {readable(check.numeric_seconds)} s" in described(
        picture
    )


def test_each_slope_has_its_place():
    picture = draw(made([10, -10, 0], [10, 10, 0]))  # the axes go from -10 to 10
    left, right, top, bottom = SCATTER.x, SCATTER.x + SCATTER.width, SCATTER.y, SCATTER.y + SCATTER.height
    middle = SCATTER.middle
    assert marks(picture, DOT, SCATTER) == [
        pytest.approx(at) for at in (middle, (right, top), (right, bottom))
    ]
    assert left < middle[0]


def test_each_relative_error_has_its_place():
    errors = np.array([1e-16, 1e-7, 1e-2, 0.0])
    check = replace(made([1, 1, 1, 1], [1, 1, 1, 1]), relative_errors=errors)
    places = marks(draw(check), DOT, STRIP)
    assert [x for x, _ in places] == pytest.approx(np.linspace(STRIP.x, STRIP.x + STRIP.width, 4), abs=SNAP)
    height = [(STRIP.y + STRIP.height - y) / STRIP.height * 18 - 17 for _, y in places]
    assert height == pytest.approx([-16, -7, -2, -17], abs=0.1)


def test_the_lines_are_those_of_the_verdict():
    for threshold, below, above in (
        (GOOD, "the gradients agree", "differ slightly"),
        (WRONG, "differ slightly", "one of the gradients is wrong"),
    ):
        check = made([1.0], [1.0])
        assert below in replace(check, relative_errors=np.array([threshold * 0.99])).verdict
        assert above in replace(check, relative_errors=np.array([threshold * 1.01])).verdict
    dashed = [line for line in elements(draw(made([1], [1])), "polyline") if line.get("stroke-dasharray")]
    assert len(dashed) == 2


def test_parameters_at_kinks_are_crosses():
    picture = draw(made([1, 2, 3], [1, 2, 9], {2: "relu of layer 1 changes sides"}))
    assert len(marks(picture, DOT, STRIP)) == 2
    assert len(marks(picture, CROSS, STRIP)) == 1
    assert "1 at a kink: relu of layer 1 changes sides" in texts(picture)
    assert "at a kink: differences say nothing" in texts(picture)
    assert "kink:" not in " ".join(texts(draw(made([1], [1]))))


def test_the_worst_parameter_is_named():
    check = made([1, 2, 3.3], [1, 2, 3], n_parameters=7)
    assert (
        f"3 of 7 parameters checked, the largest relative error is {readable(check.worst)} at parameter 2"
        in (texts(draw(check)))
    )


def test_slopes_that_are_not_finite_are_counted():
    with np.errstate(invalid="ignore"):
        assert "2 with a slope that is not finite" in described(draw(CHECKS["not finite"]()))


def test_marks_that_hide_each_other_are_drawn_once():
    assert len(marks(draw(made([1] * 50, [1] * 50)), DOT, SCATTER)) == 1


def test_a_hostile_name_stays_text():
    assert "2 at a kink: relu of layer 1 <b>" in texts(draw(CHECKS["all at kinks"]()))


def test_the_same_check_gives_the_same_bytes():
    check = drawn_network()
    assert draw(check) == draw(check)
