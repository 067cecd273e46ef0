"""Draws the pixels of a picture: brightness as grey, "don't care" as a dot."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.camera import area_means
from glassnet.pictures.colours import OUTLINE, TEXT, grey
from glassnet.pictures.svg import add, coordinate

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.pictures.network_geometry import Box

__all__ = ["MOST_PIXELS_A_SIDE", "draw_cells", "draw_pixels", "fewer_pixels"]

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
    group = draw_cells(parent, box, brightness, _colour)
    nothing = np.argwhere(np.isnan(brightness)).tolist()
    if nothing:
        dots = "".join(f"M{x}.5 {y}h.01" for y, x in nothing)
        add(group, "path", d=dots, stroke=TEXT, stroke_width=0.2, stroke_linecap="round")
    if cell >= _OUTLINED:
        lines = [f"M{x} -.5v{rows}" for x in range(columns + 1)]
        lines += [f"M0 {coordinate(y - 0.5)}h{columns}" for y in range(rows + 1)]
        add(group, "path", d="".join(lines), stroke=OUTLINE, stroke_width=0.8 / cell)


def draw_cells(
    parent: ET.Element, box: Box, values: NDArray[Any], colour: Callable[[float], str]
) -> ET.Element:
    """Draw square cells into a box, a path for each colour and in it a stroke for each run of cells.

    Parameters
    ----------
    parent : Element
    box : Box
    values : ndarray, shape (rows, columns)
    colour : callable
        From a value to its colour; empty for a cell that is left out.

    Returns
    -------
    Element
        The group; in it one unit is a cell, and y counts the middles of the rows.
    """
    cell = box.width / values.shape[1]
    place = f"translate({coordinate(box.x)} {coordinate(box.y + cell / 2)}) scale({cell:.4f})"
    group = add(parent, "g", transform=place)
    runs: dict[str, list[str]] = {}
    for y, row in enumerate(values.tolist()):
        x = 0
        for chosen, cells in itertools.groupby(row, key=colour):
            n = len(list(cells))
            if chosen:
                runs.setdefault(chosen, []).append(f"M{x} {y}h{n}")
            x += n
    for chosen, path in sorted(runs.items()):
        add(group, "path", d="".join(path), stroke=chosen, shape_rendering="crispEdges")
    return group


def _colour(brightness: float) -> str:
    """The colour of a pixel, empty for one that does not matter."""
    return "" if math.isnan(brightness) else grey(brightness)
