"""The loss surface: bands where the losses say, and the arrow straight down."""

import math
from dataclasses import replace

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.explain.slope import Surface
from glassnet.explain.slope import surface as explain
from glassnet.pictures.colours import valley
from glassnet.pictures.surface_geometry import bands_of, cells
from glassnet.pictures.surface_picture import PLOT
from glassnet.pictures.surface_picture import surface as draw
from glassnet.pictures.text import readable
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts


def bowl(n_points: int = 21, scale: float = 1.0) -> Surface:
    """Loss = a^2 + 4 b^2 at (1, 1)."""
    first, second = np.linspace(-1, 3, n_points), np.linspace(-1, 3, n_points)
    losses = scale * (first[:, np.newaxis] ** 2 + 4 * second**2)
    return Surface(("the first <b>", "the second"), (1.0, 1.0), first, second, losses, (2 * scale, 8 * scale))


def four_pixel() -> Surface:
    network, patterns = Network.drawn_four_pixel(), data.four_pixel()
    return explain(network, patterns.inputs, patterns.targets, (1, 0, 0), (2, 1, 0), n_points=11)


SURFACES = {
    "bowl": bowl,
    "four pixel": four_pixel,
    "two points": lambda: bowl(2),
    "fine": lambda: bowl(301),
    "flat": lambda: bowl(scale=0.0),
    "tiny": lambda: bowl(scale=1e-300),
    "huge": lambda: bowl(scale=1e250),
    "holes": lambda: replace(bowl(), losses=np.where(np.eye(21) > 0, math.inf, bowl().losses)),
    "nothing finite": lambda: replace(bowl(), losses=np.full((21, 21), math.nan), slopes=(math.nan, 1.0)),
}


@pytest.fixture(params=SURFACES.values(), ids=list(SURFACES))
def surface(request):
    return request.param()


def test_everything_is_inside(surface):
    picture = draw(surface)
    assert outside(picture) == []
    assert "nan" not in str(picture).lower()
    assert len(str(picture)) < 150_000


def test_it_has_a_text_alternative_with_the_numbers(surface):
    picture = draw(surface)
    assert parsed(picture).find(f"{SVG}title").text == "Loss over two weights"
    said = described(picture)
    for number in (*surface.at, *surface.slopes):
        assert readable(number) in said
    finite = surface.losses[np.isfinite(surface.losses)]
    if finite.size:
        assert f"The loss goes from {readable(finite.min())} to {readable(finite.max())}" in said


def test_losses_that_are_not_finite_are_counted():
    assert "it is not finite at 21 of 441 points" in described(draw(SURFACES["holes"]()))


def test_the_arrow_points_against_the_slopes():
    picture = draw(bowl())
    shafts = [line for line in elements(picture, "polyline") if line.get("stroke-width") == "2.5"]
    (x1, y1), (x2, y2) = (map(float, pair.split(",")) for pair in shafts[0].get("points").split())
    assert (x1, y1) == pytest.approx((PLOT.x + PLOT.width / 2, PLOT.y + PLOT.height / 2))
    assert x2 < x1
    assert y2 > y1  # down in the picture is less of the second weight
    assert (y2 - y1) / (x1 - x2) == pytest.approx(4, rel=1e-2)


def test_where_it_is_flat_there_is_no_arrow():
    picture = draw(bowl(scale=0.0))
    assert elements(picture, "polyline") == []
    assert ": it is flat here" in described(picture)


def test_each_point_lies_in_its_band():
    surface = bowl(41)
    bands = bands_of(surface.losses)
    drawn = cells(surface.losses, bands, 123)  # three cells a point or so
    assert drawn.shape == (123, 123)
    for a, b in [(0, 0), (20, 20), (40, 40), (3, 31), (40, 0)]:
        column, row = round((a / 40) * 123 - 0.5), round((1 - b / 40) * 123 - 0.5)
        share = np.array([bands.axis.share(surface.losses[a, b])])
        height = drawn[min(max(row, 0), 122), min(max(column, 0), 122)]
        assert abs(height - bands.heights(share)[0]) <= 1.01 / (bands.n_bands - 1)


def test_the_first_weight_goes_across_and_the_second_up():
    losses = np.add.outer(10.0 * np.arange(5), np.arange(5))  # the first counts ten times as much
    drawn = cells(losses, bands_of(losses), 50)
    assert (drawn[-1, 0], drawn[0, -1]) == (0, drawn.max())
    assert (drawn[:, 0] < drawn[:, -1]).all()


def test_the_bands_are_those_of_the_scale():
    surface = bowl()
    picture = draw(surface)
    bands = bands_of(surface.losses)
    scale = [rect.get("fill") for rect in elements(picture, "rect")][1:]
    assert scale == [valley(k / (bands.n_bands - 1)) for k in range(bands.n_bands)]
    assert {path.get("stroke") for path in elements(picture, "path")} - {"#222222", None} <= set(scale)
    assert {readable(tick) for tick in bands.axis.ticks} <= set(texts(picture))


def test_two_decades_make_the_bands_logarithmic():
    assert not bands_of(np.array([[1.0, 99.0]])).axis.logarithmic
    bands = bands_of(np.array([[0.001, 1.0]]))
    assert bands.axis.logarithmic
    assert bands.n_bands == 6
    assert bands.heights(np.array([0.0, 1.0, math.nan])).tolist()[:2] == [0, 1]


def test_a_hostile_name_stays_text():
    assert "the first <b>" in texts(draw(bowl()))


def test_the_same_surface_gives_the_same_bytes():
    assert draw(bowl()) == draw(bowl())
