"""The decision map: areas, patterns, names and marks are where the answers say."""

import re
from dataclasses import replace

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.explain.decision_map import DecisionMap
from glassnet.explain.decision_map import decision_map as explain
from glassnet.pictures.colours import AXIS, CATEGORIES, PAPER, mixed
from glassnet.pictures.decision_map_geometry import deepest, pattern, shape, spread, tints
from glassnet.pictures.decision_map_picture import MOST_MARKS, PLOT, TINTS
from glassnet.pictures.decision_map_picture import decision_map as draw
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts


def halves() -> Network:
    """Left of the middle it answers left, else right; the second input does not matter."""
    network = Network([2, 2], "identity", biases=False, categories=["left", "right"])
    network.parameters[:] = [-1, 1, 0, 0]
    return network


def examples() -> data.Dataset:
    inputs = np.array([[-0.5, 0.5], [0.5, 0.5], [0.5, -0.5], [2, 2]])
    return data.Dataset.from_arrays(inputs, [0, 1, 0, 1], categories=["left", "right"])


def many_categories() -> DecisionMap:
    names = [f"<b>{k}</b> " + "W" * k for k in range(30)]
    return explain(Network([5, 40, 30], "tanh", categories=names, seed=3), held=[0.5, 0.1, 0.2, 0.3, 1])


MAPS = {
    "halves": lambda: explain(halves(), examples(), n_points=20),
    "no examples": lambda: explain(halves()),
    "four pixel": lambda: explain(
        Network.drawn_four_pixel(), data.four_pixel(), second=3, held=[0, 0, 0.75, -0.75]
    ),
    "all tied": lambda: explain(Network.drawn_four_pixel(), data.four_pixel()),
    "many categories": many_categories,
    "many examples": lambda: explain(
        Network([64, 10], categories=data.digits().categories), data.digits(), first=20, second=43
    ),
    "two points": lambda: explain(halves(), n_points=2),
    "far away": lambda: explain(halves(), examples(), low=1e6, high=1.001e6),
}


@pytest.fixture(params=MAPS.values(), ids=list(MAPS))
def decisions(request):
    return request.param()


def test_everything_is_inside(decisions):
    picture = draw(decisions)
    assert outside(picture) == []
    assert "nan" not in str(picture).lower()
    assert len(str(picture)) < 150_000


def test_the_shares_are_said(decisions):
    picture = draw(decisions)
    assert parsed(picture).find(f"{SVG}title").text == (
        f"Answers over {decisions.what[0]} and {decisions.what[1]}"
    )
    for name, share in list(decisions.shares.items())[:13]:
        assert f"{share:.0%}" in texts(picture)
        if share > 0:
            assert f"{name} takes {share:.1%}".lower() in described(picture).lower()


def cells(picture):
    """From (row, column) to the colour of the map there."""
    found = {}
    group = next(
        one
        for one in elements(picture, "g")
        if one.get("transform", "").startswith(f"translate({PLOT.x:.0f} ")
    )
    for path in group:
        if path.get("shape-rendering") == "crispEdges":
            for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)", path.get("d")):
                found.update({(int(y), int(x) + k): path.get("stroke") for k in range(int(n))})
    return found


def test_each_cell_has_the_colour_of_its_answer():
    decisions = explain(halves(), n_points=10)
    found = cells(draw(decisions))
    assert len(found) == 100
    for (row, column), colour in found.items():
        number, margin = decisions.answers[column, 9 - row], decisions.margins[column, 9 - row]
        tint = min(int(margin / decisions.margins.max() * len(TINTS)), len(TINTS) - 1)
        assert colour == mixed(PAPER, CATEGORIES[number], TINTS[tint])
    assert found[0, 0] == mixed(PAPER, CATEGORIES[0], TINTS[-1])  # left is on the left


def test_the_second_input_goes_up():
    network = halves()
    network.parameters[:] = [0, 0, -1, 1]  # now the second input decides
    found = cells(draw(explain(network, n_points=6)))
    assert found[0, 3] == mixed(PAPER, CATEGORIES[1], TINTS[-1])
    assert found[5, 3] == mixed(PAPER, CATEGORIES[0], TINTS[-1])


def test_a_tie_is_grey_and_said():
    picture = draw(MAPS["all tied"]())
    assert set(cells(picture).values()) == {AXIS}
    assert {"a tie", "100%"} <= set(texts(picture))
    assert "a tie" not in texts(draw(MAPS["no examples"]()))


def test_areas_carry_their_names_and_different_patterns():
    picture = draw(MAPS["four pixel"]())
    for name in ("solid", "vertical", "diagonal", "horizontal"):
        assert texts(picture).count(name) == 2  # in the area, and in the legend
    patterns = [path.get("d") for path in elements(picture, "path") if path.get("stroke-opacity") == "0.55"]
    assert len(set(patterns)) == 2 * 3  # all but the first, on the map and in the legend


def test_examples_have_their_places_and_the_wrong_ones_a_ring():
    picture = draw(explain(halves(), examples()))
    quarter = PLOT.width / 4
    circles = [(float(c.get("cx")), float(c.get("cy")), c.get("fill")) for c in elements(picture, "circle")]
    left, top = PLOT.x, PLOT.y
    assert (left + quarter, top + quarter, CATEGORIES[0]) in circles
    assert (left + 3 * quarter, top + 3 * quarter, CATEGORIES[0]) in circles  # it is a left one
    assert [(x, y) for x, y, fill in circles if fill == "none"] == [(left + 3 * quarter, top + 3 * quarter)]
    assert "3 of 4 examples shown; 1 of all are taken for another category (a ring)." in texts(picture)


def test_of_many_examples_some_are_drawn():
    picture = draw(MAPS["many examples"]())
    assert f"{MOST_MARKS} of 1,797 examples shown;" in " ".join(texts(picture))


def test_what_is_held_is_said():
    assert "62 other inputs are held at 0." in texts(draw(MAPS["many examples"]()))
    assert "3 other inputs are held at the values of an example." in texts(draw(many_categories()))
    assert "held" not in " ".join(texts(draw(MAPS["halves"]())))


def test_hostile_names_stay_text():
    decisions = replace(many_categories(), what=("<script>", "W" * 300))
    picture = draw(decisions)
    assert elements(picture, "script") == elements(picture, "b") == []
    assert "<script>" in texts(picture)
    assert "and 17 more" in texts(picture)
    assert outside(picture) == []


def test_the_same_map_gives_the_same_bytes():
    assert draw(many_categories()) == draw(many_categories())


def test_the_deepest_cell_of_an_area():
    area = np.zeros((9, 9), dtype=bool)
    assert deepest(area) is None
    area[1:8, 2:7] = True
    area[0, :] = True
    assert deepest(area) == (4, 4, 3)
    assert deepest(np.ones((1, 1), dtype=bool)) == (0, 0, 1)


def test_patterns_stay_in_their_area_and_differ():
    area = np.zeros((12, 12), dtype=bool)
    area[2:10, 3:11] = True
    paths = [pattern(area, k, 4) for k in range(6)]
    assert paths[0] == ""
    assert len(set(paths)) == 6
    assert pattern(area, 7, 4) == paths[1]
    for path in paths[1:]:
        for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path):
            assert 3 <= float(x) < 11
            assert 1.5 <= float(y) < 10


def test_marks_differ():
    assert shape(0, (0, 0), 1) == []
    corners = [tuple(shape(k, (5, 5), 2)) for k in range(1, 5)]
    assert len(set(corners)) == 4
    assert all(mark[0] == mark[-1] for mark in corners)
    assert shape(6, (5, 5), 2) == shape(1, (5, 5), 2)


def test_tints_go_from_unsure_to_sure():
    assert tints(np.array([0.0, 0.3, 0.4, 0.9]), 3).tolist() == [0, 1, 1, 2]
    assert tints(np.zeros(3), 3).tolist() == [0, 0, 0]


def test_some_of_many_are_evenly_spread():
    chosen = spread(1000, 300)
    assert (len(chosen), chosen[0], chosen[-1]) == (300, 0, 999)
    assert chosen == sorted(set(chosen))
