"""The confusion matrix: its counts, its shades, and the list that stands for many categories."""

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.errors import SettingError, ShapeError
from glassnet.network.answers import Evaluation
from glassnet.pictures.colours import PAPER, RIGHT, WRONG, ink_on, mixed
from glassnet.pictures.confusion_picture import confusion as draw
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts


def evaluation(counts) -> Evaluation:
    counts = np.array(counts, dtype=np.int64)
    return Evaluation(0.125, int(counts.sum()), int(np.trace(counts[:, :-1])), counts)


def random(n: int, n_wrong: int, ties: int = 0) -> Evaluation:
    rng = np.random.default_rng(n)
    counts = np.zeros((n, n + 1), dtype=np.int64)
    counts[np.arange(n), np.arange(n)] = rng.integers(50, 200, n)
    for i, j in rng.integers(n, size=(n_wrong, 2)):
        counts[i, j] += 3
    counts[0, -1] = ties
    return evaluation(counts)


SMALL = evaluation([[8, 2, 0], [1, 1, 0]])
NAMES = [f"name {k}" for k in range(200)]

ALL = {
    "small": (SMALL, ["yes", "no"]),
    "ten": (random(10, 30, 2), [str(k) for k in range(10)]),
    "twenty": (random(20, 90), NAMES[:20]),
    "hundred": (random(100, 900, 1), NAMES[:100]),
    "all right": (random(30, 0), NAMES[:30]),
    "few wrong": (random(30, 2), NAMES[:30]),
    "one category": (evaluation([[5, 0]]), ["all"]),
    "empty row": (evaluation([[0, 0, 0], [3, 1, 0]]), ["none", "some"]),
    "long names": (SMALL, ["W" * 99, "漢" * 99]),
    "many examples": (evaluation([[12_345_678, 1, 0], [0, 9, 0]]), ["a", "b"]),
}


@pytest.fixture(params=ALL, ids=list(ALL))
def case(request):
    return ALL[request.param]


def test_everything_is_inside(case):
    assert outside(draw(*case)) == []


def test_the_same_counts_give_the_same_bytes(case):
    assert draw(*case) == draw(*case)


def test_it_has_a_text_alternative(case):
    root = parsed(draw(*case))
    right = f"{case[0].n_right:,} of {case[0].n_examples:,} right"
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text.startswith(right)
    assert described(draw(*case)).startswith(right)


def test_the_four_pixels_are_all_right():
    patterns = data.four_pixel()
    found = Network.drawn_four_pixel().evaluate(patterns)
    said = texts(draw(found, patterns.categories))
    assert "8 of 8 right (100.00%)" in said
    assert said.count("100.0%") == 4
    assert "no category" not in said


def cells(picture, n: int) -> list:
    """The rectangles of the cells, row by row; the first of all is the ground."""
    found = elements(picture, "rect")[1:]
    return [found[k : k + n] for k in range(0, len(found), n)]


def test_every_count_stands_in_its_cell():
    counts = np.arange(1, 21).reshape(4, 5)
    counts[:, -1] = 0
    picture = draw(evaluation(counts), list("abcd"))
    groups = [g for g in elements(picture, "g") if g.find(f"{SVG}rect") is not None]
    found = [[int(text.text) for text in group.iter(f"{SVG}text")] for group in groups]
    assert found == counts[:, :4].tolist()
    for group in groups:
        for rect, text in zip(group.iter(f"{SVG}rect"), group.iter(f"{SVG}text"), strict=True):
            left, width = float(rect.get("x")), float(rect.get("width"))
            assert left < float(text.get("x")) < left + width


def test_a_cell_is_shaded_by_its_share_and_framed_if_right():
    (a, b), (c, d) = cells(draw(SMALL, ["yes", "no"]), 2)
    shares = (0.8, 0.2, 0.5, 0.5)
    full = (RIGHT, WRONG, WRONG, RIGHT)
    expected = [mixed(PAPER, colour, share**0.5) for colour, share in zip(full, shares, strict=True)]
    assert [cell.get("fill") for cell in (a, b, c, d)] == expected
    assert [cell.get("stroke-width") for cell in (a, b, c, d)] == ["1.5", "0.75", "0.75", "1.5"]


def luminance(colour: str) -> float:
    shares = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return float(
        np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
        @ [0.2126, 0.7152, 0.0722]
    )


@pytest.mark.parametrize("full", [RIGHT, WRONG])
def test_numbers_are_readable_on_every_shade(full):
    for share in np.linspace(0, 1, 101):
        ground = mixed(PAPER, full, share)
        light, dark = sorted((luminance(ground), luminance(ink_on(ground))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_no_category_is_a_column_only_where_there_were_ties():
    assert "no category" not in texts(draw(SMALL, ["yes", "no"]))
    said = texts(draw(evaluation([[8, 2, 3], [1, 1, 0]]), ["yes", "no"]))
    assert {"no category", "3"} <= set(said)
    assert "3 of 13 examples of yes put into no category." in described(
        draw(evaluation([[8, 2, 3], [1, 1, 0]]), ["yes", "no"])
    )


def test_short_names_stand_level_and_long_ones_upwards():
    level = [t for t in elements(draw(*ALL["ten"]), "text") if t.get("transform")]
    assert [text.text for text in level] == ["no category"]
    upwards = [t for t in elements(draw(*ALL["twenty"]), "text") if t.get("transform")]
    assert [text.text for text in upwards] == NAMES[:20]


def test_the_worst_confusions_are_said():
    assert "2 of 10 examples of yes taken for no. 1 of 2 examples of no taken for yes." in described(
        draw(SMALL, ["yes", "no"])
    )
    assert "further confusions" in described(draw(*ALL["hundred"]))


def test_many_categories_are_a_list_of_the_worst():
    found, names = ALL["hundred"]
    picture = draw(found, names)
    said = texts(picture)
    bars = [float(rect.get("width")) for rect in elements(picture, "rect")[1:]]
    wrong = found.confusion.copy()
    np.fill_diagonal(wrong, 0)
    worst = np.sort(wrong, axis=None)[::-1]
    counts = [int(text.split(" of ")[0]) for text in said if text[0].isdigit() and "right" not in text]
    assert counts == worst[:20].tolist()
    assert bars == pytest.approx([280 * count / worst[0] for count in counts], abs=0.02)
    n_further = np.count_nonzero(wrong) - 20
    assert f"Not shown: {n_further:,} further confusions of {worst[20:].sum():,} examples." in said


def test_a_list_that_is_complete_says_so():
    assert "These are all confusions." in texts(draw(*ALL["few wrong"]))
    assert "No example was put into a wrong category." in texts(draw(*ALL["all right"]))


def test_hostile_names_stay_text():
    picture = draw(SMALL, ["<script>alert(1)</script>", "a\x00\nb"])
    assert elements(picture, "script") == []
    assert "a\ufffd b" in texts(picture)
    assert "<script>" in described(picture)


def test_regression_and_wrong_names_are_refused():
    with pytest.raises(SettingError, match="without categories"):
        draw(Evaluation(0.1, 4, None, None), [])
    with pytest.raises(ShapeError, match="got 3 names, expected 2"):
        draw(SMALL, ["a", "b", "c"])
