"""What diagrams share: axes, lines that end at the edge, arrows, colours."""

import math
import xml.etree.ElementTree as ET

import pytest

from glassnet.pictures.colours import by_share, ink_on, mixed, valley
from glassnet.pictures.curve_geometry import Axis, exact_axis
from glassnet.pictures.diagram import draw_arrow, sheet, tick_text, write_lines
from glassnet.pictures.diagram_geometry import (
    Diagram,
    arrow_head,
    clipped,
    decades,
    symmetric_axis,
)
from glassnet.pictures.network_geometry import Box

BOX = Box(10, 20, 100, 50)


def test_a_point_of_a_diagram_has_its_place():
    diagram = Diagram(BOX, Axis(0, 10, ()), Axis(-1, 1, ()))
    assert diagram.place(0, -1) == (10, 70)
    assert diagram.place(10, 1) == (110, 20)
    assert diagram.place(5, 0) == BOX.middle


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((20, 30), (30, 40), ((20, 30), (30, 40))),
        ((0, 45), (200, 45), ((10, 45), (110, 45))),
        ((60, 0), (60, 100), ((60, 20), (60, 70))),
        ((0, 10), (120, 70), ((20, 20), (110, 65))),
        ((60, 45), (60, 45), ((60, 45), (60, 45))),
        ((0, 0), (5, 5), None),
        ((0, 45), (9, 45), None),
        ((60, 0), (60, 10), None),
    ],
)
def test_lines_end_at_the_edge(start, end, expected):
    found = clipped(start, end, BOX)
    if expected is None:
        assert found is None
    else:
        assert found == tuple(pytest.approx(point) for point in expected)


def test_a_symmetric_axis_mirrors_and_rises():
    axis = symmetric_axis([0.003, -20.0, 0.0])
    assert axis.ticks == (-100, -0.1, 0, 0.1, 100)
    values = [-20, -1, -0.003, -1e-9, 0, 1e-9, 0.003, 1, 20]
    shares = [axis.share(value) for value in values]
    assert shares == sorted(set(shares))
    assert 0 <= shares[0] < shares[-1] <= 1
    for value in values:
        assert axis.share(value) + axis.share(-value) == pytest.approx(1)


@pytest.mark.parametrize("values", [[], [0.0], [5.0], [1e200, 1e-200], [1, 1, 1], [-3e-9]])
def test_a_symmetric_axis_holds_its_values(values):
    axis = symmetric_axis(values)
    assert axis.low == -axis.high < 0 < axis.smallest < axis.high
    assert all(0 <= axis.share(value) <= 1 for value in values)
    assert len(axis.ticks) <= 7
    assert 0 in axis.ticks


def test_decades_have_few_ticks():
    assert decades(-2, 1).ticks == (0.01, 0.1, 1, 10)
    assert len(decades(-20, 0).ticks) <= 8
    assert decades(-20, 0).share(1e-10) == pytest.approx(0.5)


@pytest.mark.parametrize("ends", [(0, 1), (-2.207, 1.793), (1e6, 1e6 + 1), (5, 5), (-1e-9, 1e-9)])
def test_an_exact_axis_ends_where_it_is_told(ends):
    axis = exact_axis(*ends)
    assert axis.low < axis.high
    if ends[0] < ends[1]:
        assert (axis.low, axis.high) == ends
    assert 2 <= len(axis.ticks) <= 9
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks)


@pytest.mark.parametrize(
    ("tick", "text"),
    [(1e-7, "1e−7"), (1e-4, "1e−4"), (0.01, "0.01"), (1e5, "1e5"), (-1e-7, "−1e−7"), (0.0, "0")],
)
def test_powers_of_ten_are_short(tick, text):
    assert tick_text(tick, Axis(1e-9, 1, (), logarithmic=True)) == text


def test_the_head_of_an_arrow_lies_behind_its_tip():
    tip, left, right = arrow_head((0, 0), (30, 40), 10)
    assert tip == (30, 40)
    for corner in (left, right):
        assert math.dist(tip, corner) == pytest.approx(math.hypot(10, 4))
    assert ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2) == pytest.approx((24, 32))


def test_an_arrow_shorter_than_its_head_is_not_drawn():
    root = ET.Element("svg")
    draw_arrow(root, (5, 5), (8, 5), "#000000")
    assert len(root) == 0
    draw_arrow(root, (5, 5), (50, 5), "#000000")
    assert len(root) == 1


def test_a_sheet_has_its_title_on_it_and_lines_follow_each_other():
    root = sheet(300, 200, "A <b>title", "What it shows.")
    write_lines(root, ["one", "two"], (32, 100))
    written = [(text.text, text.get("y")) for text in root.iter("text")]
    assert written == [("A <b>title", "36"), ("one", "100"), ("two", "118")]


def test_colours_of_shares_are_symmetric_in_lightness_not_in_colour():
    assert by_share(0) == "#fbfbf9"
    assert by_share(-0.5) != by_share(0.5)
    assert by_share(-7) == by_share(-1)


def test_a_valley_gets_lighter_with_height():
    def light(colour: str) -> int:
        return sum(int(colour[k : k + 2], 16) for k in (1, 3, 5))

    colours = [valley(k / 20) for k in range(21)]
    assert len(set(colours)) == 21
    assert light(colours[0]) < light(colours[7]) < light(colours[14]) < light(colours[20])


@pytest.mark.parametrize(
    ("share", "colour"), [(-1, "#102030"), (0, "#102030"), (1, "#304050"), (9, "#304050")]
)
def test_mixed_colours_stay_between(share, colour):
    assert mixed("#102030", "#304050", share) == colour


@pytest.mark.parametrize("ground", ["#ffffff", "#f0e442", "#d55e00"])
def test_dark_letters_stand_on_light_grounds(ground):
    assert ink_on(ground) == "#000000"


@pytest.mark.parametrize("ground", ["#000000", "#0072b2", "#00224e"])
def test_light_letters_stand_on_dark_grounds(ground):
    assert ink_on(ground) == "#ffffff"
