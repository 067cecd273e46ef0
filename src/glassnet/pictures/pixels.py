"""Draws the pixels of a picture: brightness as grey, "don't care" as a dot."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from glassnet.data.camera import area_means
from glassnet.pictures.colours import OUTLINE, TEXT, grey
from glassnet.pictures.svg import add, coordinate

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from numpy.typing import NDArray

    from glassnet.pictures.network_geometry import Box

__all__ = ["MOST_PIXELS_A_SIDE", "draw_pixels", "fewer_pixels"]

MOST_PIXELS_A_SIDE = 64
"""More are smaller than the pixels of a screen."""

_OUTLINED = 5.0  # pixels of at least this size have an outline [px]


def fewer_pixels(brightness: NDArray[Any]) -> NDArray[Any]:
    """Return a picture as it looks through a camera of at most 64 x 64 pixels.

    Parameters
    ----------
    brightness : ndarray, shape (rows, columns)
    """
    rows, columns = (min(n, MOST_PIXELS_A_SIDE) for n in brightness.shape)
    return brightness if brightness.shape == (rows, columns) else area_means(brightness, rows, columns)


def draw_pixels(parent: ET.Element, box: Box, brightness: NDArray[Any]) -> None:
    """Draw a picture into a box, a path for each level of grey.

    Parameters
    ----------
    parent : Element
    box : Box
    brightness : ndarray, shape (rows, columns)
        From -1, black, to +1, white; NaN is a pixel that does not matter.
    """
    rows, columns = brightness.shape
    cell = box.width / columns
    # One unit is a pixel from here on, and y counts the middles of the rows.
    place = f"translate({coordinate(box.x)} {coordinate(box.y + cell / 2)}) scale({cell:.4f})"
    group = add(parent, "g", transform=place)
    runs: dict[str, list[str]] = {}
    dots = []
    for y, row in enumerate(brightness.tolist()):
        x = 0
        for colour, pixels in itertools.groupby(row, key=_colour):
            n = len(list(pixels))
            if colour:
                runs.setdefault(colour, []).append(f"M{x} {y}h{n}")
            else:
                dots += [f"M{x + i}.5 {y}h.01" for i in range(n)]
            x += n
    for colour, path in sorted(runs.items()):
        add(group, "path", d="".join(path), stroke=colour, shape_rendering="crispEdges")
    if dots:
        add(group, "path", d="".join(dots), stroke=TEXT, stroke_width=0.2, stroke_linecap="round")
    if cell >= _OUTLINED:
        lines = [f"M{x} -.5v{rows}" for x in range(columns + 1)]
        lines += [f"M0 {coordinate(y - 0.5)}h{columns}" for y in range(rows + 1)]
        add(group, "path", d="".join(lines), stroke=OUTLINE, stroke_width=0.8 / cell)


def _colour(brightness: float) -> str:
    """The colour of a pixel, empty for one that does not matter."""
    return "" if math.isnan(brightness) else grey(brightness)
