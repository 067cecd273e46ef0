"""Where things stand in a diagram, a box with an axis along two of its sides: numbers only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.pictures.curve_geometry import MOST_TICKS, Axis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from glassnet.pictures.network_geometry import Box
    from glassnet.pictures.svg import Point

__all__ = ["Diagram", "SymmetricAxis", "arrow_head", "clipped", "decades", "symmetric_axis"]

_MOST_DECADES = 6  # to each side of 0 on a symmetric axis; what is smaller is as good as 0 beside the rest


@dataclass(frozen=True)
class Diagram:
    """A box with an axis along its lower side and one along its left side."""

    box: Box
    across: Axis
    up: Axis

    def place(self, x: float, y: float) -> Point:
        """Return where a point of the diagram stands in the picture [px]."""
        box = self.box
        return box.x + box.width * self.across.share(x), box.y + box.height * (1 - self.up.share(y))


@dataclass(frozen=True)
class SymmetricAxis(Axis):
    """An axis from -high to high: logarithmic to both sides, linear between -smallest and smallest."""

    smallest: float = 1.0

    def share(self, value: float) -> float:
        """Return how far along the axis a value stands, from 0 to 1.

        Examples
        --------
        >>> axis = SymmetricAxis(-10, 10, (), smallest=0.1)
        >>> axis.share(-10), axis.share(0), axis.share(10)
        (0.0, 0.5, 1.0)
        """
        return 0.5 + math.copysign(self._height(abs(value)) / self._height(self.high) / 2, value)

    def _height(self, size: float) -> float:
        """Count decades above `smallest`, which is 1 high itself."""
        return size / self.smallest if size < self.smallest else 1 + math.log10(size / self.smallest)


def symmetric_axis(values: Iterable[float]) -> SymmetricAxis:
    """Return an axis for numbers of both signs and of very different sizes."""
    sizes = [abs(value) for value in values if value] or [1.0]
    last = math.ceil(math.log10(max(sizes)))
    first = max(min(math.floor(math.log10(min(sizes))), last - 1), last - _MOST_DECADES)
    step = math.ceil((last - first) / 2)  # at most two ticks to each side, which their numbers have room for
    positive = [float(f"1e{decade}") for decade in range(last, first, -step)]
    ticks = (*(-tick for tick in positive), 0.0, *reversed(positive))
    return SymmetricAxis(-positive[0], positive[0], ticks, smallest=float(f"1e{first}"))


def decades(first: int, last: int) -> Axis:
    """Return a logarithmic axis from 10^first to 10^last, with few enough ticks.

    Examples
    --------
    >>> decades(-3, 0).ticks
    (0.001, 0.01, 0.1, 1.0)
    """
    step = math.ceil((last - first) / MOST_TICKS)
    ticks = tuple(float(f"1e{decade}") for decade in range(last, first - 1, -step))
    return Axis(float(f"1e{first}"), float(f"1e{last}"), ticks[::-1], logarithmic=True)


def clipped(start: Point, end: Point, box: Box) -> tuple[Point, Point] | None:
    """Return the part of a straight line that lies inside a box; None where none of it does.

    References
    ----------
    .. [1] Y.-D. Liang, B. Barsky, "A new concept and method for line clipping" (1984).
    """
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    first, last = 0.0, 1.0
    for change, room in (
        (-dx, x - box.x),
        (dx, box.x + box.width - x),
        (-dy, y - box.y),
        (dy, box.y + box.height - y),
    ):
        if change == 0:
            if room < 0:
                return None
        elif change < 0:
            first = max(first, room / change)
        else:
            last = min(last, room / change)
    if first > last:
        return None
    return (x + first * dx, y + first * dy), (x + last * dx, y + last * dy)


def arrow_head(start: Point, end: Point, size: float) -> list[Point]:
    """Return the three corners of the head of an arrow, its tip first.

    Parameters
    ----------
    start, end : Point
        Of the arrow, some way apart.
    size : float
        Length of the head [px].
    """
    length = math.dist(start, end)
    ahead = (end[0] - start[0]) / length * size, (end[1] - start[1]) / length * size
    aside = -0.4 * ahead[1], 0.4 * ahead[0]
    back = end[0] - ahead[0], end[1] - ahead[1]
    return [end, (back[0] + aside[0], back[1] + aside[1]), (back[0] - aside[0], back[1] - aside[1])]
