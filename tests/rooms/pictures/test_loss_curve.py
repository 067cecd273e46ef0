"""The loss curve: every loss has its place, and odd histories are still pictures."""

import math

import numpy as np
import pytest

from glassnet.pictures import loss_curve
from glassnet.pictures.curve_geometry import Axis, epoch_axis, loss_axis, thinned, unbroken
from glassnet.training import History, Moment, NotFinite
from rooms.pictures.reading import SVG, corners, elements, parsed, size, texts


def moments(*losses: float) -> list[Moment]:
    return [Moment(epoch, loss, None, None) for epoch, loss in enumerate(losses)]


def usual(held_out: bool = True) -> History:
    return History(
        losses=[2.0, 1.0, 0.5, 0.4], moments=moments(3, 1.5, 0.8, 0.7, 0.9), held_out=held_out, kept_epoch=3
    )


HISTORIES = {
    "usual": usual(),
    "empty": History(),
    "one epoch": History(losses=[0.5], moments=moments(0.7, 0.4), kept_epoch=1),
    "only measured": History(moments=moments(0.7)),
    "thousands": History(losses=list(np.geomspace(10, 1e-30, 5000)), kept_epoch=5000),
    "constant": History(losses=[0.5] * 9, kept_epoch=9),
    "zero": History(losses=[0.0] * 9, kept_epoch=9),
    "down to zero": History(losses=[1.0, 1e-9, 0.0], kept_epoch=3),
    "not finite": History(losses=[1.0, math.nan, 2.0, math.inf, -math.inf], kept_epoch=1),
    "never finite": History(losses=[math.nan, math.inf], kept_epoch=0),
    "huge": History(losses=[1e308, 1.7e308, 1e299, 1e-320, 5e-324], kept_epoch=1),
    "tiny": History(losses=[5e-324, 1e-320], kept_epoch=1),
    "negative": History(losses=[-1.0, -2.0], kept_epoch=2),
    "near": History(losses=[1.0, 1 + 1e-15], kept_epoch=2),
}


@pytest.fixture(params=HISTORIES.values(), ids=list(HISTORIES))
def history(request):
    return request.param


def test_everything_is_inside(history):
    picture = loss_curve(history)
    width, height = size(picture)
    points = corners(picture)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points), points
    assert "nan" not in str(picture).lower()


def test_it_has_a_text_alternative(history):
    root = parsed(loss_curve(history))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text.startswith("Loss")
    assert root.find(f"{SVG}desc").text


def points(picture, k: int = 0) -> list[tuple[float, float]]:
    line = elements(picture, "polyline")[k]
    return [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]


def test_each_loss_has_its_place():
    (x1, y1), (x2, y2), (x3, y3), (x4, _) = points(loss_curve(usual()))
    assert x2 - x1 == pytest.approx(x3 - x2, abs=0.02)
    assert x4 - x1 == pytest.approx(3 * (x2 - x1), abs=0.02)
    assert (y2 - y1) / (y3 - y2) == pytest.approx((2.0 - 1.0) / (1.0 - 0.5), rel=1e-3)


def test_the_lines_differ_by_more_than_their_colour():
    first, second = elements(loss_curve(usual()), "polyline")
    assert (first.get("stroke-dasharray"), second.get("stroke-dasharray")) == ("none", "7 4")
    assert len(elements(loss_curve(usual()), "circle")) == 5 + 1  # each measurement, and the legend


def test_words_say_what_was_measured_and_kept():
    assert {"training loss on the way", "held-out loss", "kept: epoch 3", "epoch"} <= set(
        texts(loss_curve(usual()))
    )
    assert "training loss between epochs" in texts(loss_curve(usual(held_out=False)))
    described = parsed(loss_curve(usual())).find(f"{SVG}desc").text
    assert "Held-out loss: from 3 at epoch 0 to 0.9 at epoch 4." in described
    assert "kept as it was after 3 epochs" in described


def test_where_a_loss_stopped_being_finite_is_said():
    history = History(losses=[1.0], not_finite=NotFinite(7, 2, math.inf, 1, 0, 3), kept_epoch=1)
    assert "The loss became inf at step 7" in parsed(loss_curve(history)).find(f"{SVG}desc").text


def test_two_decades_make_the_axis_logarithmic():
    assert not loss_axis([1, 100]).logarithmic
    assert loss_axis([1, 101]).logarithmic
    assert not loss_axis([0, 1000]).logarithmic
    assert "loss (logarithmic)" in texts(loss_curve(HISTORIES["thousands"]))
    assert "loss" in texts(loss_curve(usual()))


def test_ticks_are_tidy():
    assert loss_axis([0.13, 2.9]).ticks == (0, 0.5, 1, 1.5, 2, 2.5, 3)
    assert loss_axis([0.9, 1.0]).ticks == pytest.approx((0.9, 0.92, 0.94, 0.96, 0.98, 1.0))
    assert loss_axis([0.003, 2]).ticks == (0.001, 0.01, 0.1, 1, 10)
    assert epoch_axis(1).ticks == (0, 1)
    assert epoch_axis(30).ticks == (0, 5, 10, 15, 20, 25, 30)
    assert epoch_axis(2000).ticks == tuple(range(0, 2001, 500))


@pytest.mark.parametrize("losses", [[0.5], [0.0], [1e-300, 1e299], [3, 5], [-1, 4], [7, 7.0000001]])
def test_an_axis_holds_its_losses(losses):
    axis = loss_axis(losses)
    assert axis.low < axis.high
    assert all(-1e-9 <= axis.share(loss) <= 1 + 1e-9 for loss in losses)
    assert 2 <= len(axis.ticks) <= 9


def test_half_way_on_a_logarithmic_axis():
    assert Axis(0.01, 1, (), logarithmic=True).share(0.1) == pytest.approx(0.5)


def test_a_long_line_is_thinned_without_losing_peaks_and_ends():
    losses = np.random.default_rng(0).random(10_000)
    losses[7_777], losses[3_333] = 5, -5
    line = [(float(epoch), float(loss)) for epoch, loss in enumerate(losses)]
    kept = thinned(line)
    assert len(kept) <= 500
    assert kept == sorted(set(kept))
    assert set(kept) <= set(line)
    assert {line[0], line[-1], line[7_777], line[3_333]} <= set(kept)
    assert thinned(line[:500]) == line[:500]


def test_a_long_line_of_nothing_finite_is_thinned_too():
    kept = thinned([(float(epoch), math.nan) for epoch in range(5000)])
    assert len(kept) <= 500
    assert unbroken(kept) == []


def test_a_line_breaks_where_a_loss_is_not_finite():
    nan = math.nan
    assert unbroken([(1, nan), (2, 5.0), (3, 4.0), (4, nan), (5, nan), (6, 3.0)]) == [
        [(2, 5.0), (3, 4.0)],
        [(6, 3.0)],
    ]
    picture = loss_curve(HISTORIES["not finite"])
    assert len(elements(picture, "polyline")) == 2
    assert len(elements(picture, "circle")) == 2  # a stretch of one point needs a marker to be seen


@pytest.mark.parametrize(("name", "said"), [("empty", "no epochs"), ("never finite", "no loss was finite")])
def test_nothing_to_draw_is_said(name, said):
    picture = loss_curve(HISTORIES[name])
    assert said in texts(picture)
    assert elements(picture, "polyline") == []


def test_the_same_history_gives_the_same_bytes():
    assert loss_curve(usual()) == loss_curve(usual())
