"""Where the points and the ticks of a curve stand: numbers only, nothing is drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glassnet.pictures.svg import Point

__all__ = [
    "Axis",
    "drawable",
    "epoch_axis",
    "exact_axis",
    "linear_axis",
    "loss_axis",
    "plain_axis",
    "thinned",
    "unbroken",
]

MOST_POINTS = 500
"""More than a line of this width has pixels for."""

MOST_TICKS = 7

# Beyond these a float has no tidy number above or below it any more: as good as infinite, as good as 0.
_LARGEST, _SMALLEST = 1e300, 1e-300


def drawable(loss: float) -> bool:
    """Say whether a loss has a place in a diagram: not if it is infinite, or NaN."""
    return abs(loss) < _LARGEST


@dataclass(frozen=True)
class Axis:
    """An axis of a diagram.

    Attributes
    ----------
    low, high : float
        Where it begins and ends, low < high.
    ticks : tuple of float
        The values that are marked.
    logarithmic : bool
        Whether equal steps are equal factors.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Return how far along the axis a value stands, from 0 to 1.

        Examples
        --------
        >>> Axis(1, 10_000, (), logarithmic=True).share(100)
        0.5
        """
        if self.logarithmic:
            low = math.log10(self.low)
            return (math.log10(value) - low) / (math.log10(self.high) - low)
        return (value - self.low) / (self.high - self.low)


def epoch_axis(epochs: float) -> Axis:
    """Return the axis from before the first epoch to behind the last."""
    last = max(int(epochs), 1)
    step = max(1, round(_tidy_step(last)))
    return Axis(0, last, tuple(range(0, last + 1, step)))


def loss_axis(losses: Iterable[float]) -> Axis:
    """Return an axis for losses: logarithmic where they are positive and span more than two decades.

    Parameters
    ----------
    losses : iterable of float
        Drawable ones; at least one.
    """
    values = list(losses)
    low, high = min(values), max(values)
    if low > _SMALLEST and high / low > 100:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        step = math.ceil((last - first) / MOST_TICKS)
        ticks = tuple(float(f"1e{decade}") for decade in range(first, last + 1, step))
        return Axis(ticks[0], float(f"1e{last}"), ticks, logarithmic=True)
    return plain_axis(values)


def plain_axis(values: Iterable[float]) -> Axis:
    """Return a linear axis for values that can be drawn; at least one.

    Examples
    --------
    >>> plain_axis([0.3, 1.7]).ticks
    (0.0, 0.5, 1.0, 1.5, 2.0)
    """
    values = list(values)
    low, high = min(values), max(values)
    if 0 <= low <= high / 2 or low == high:
        low = min(low, 0.0)  # the axis begins at 0 where that does not squeeze the line
    return linear_axis(low, high if high - low > _SMALLEST else low + 1)


def exact_axis(low: float, high: float) -> Axis:
    """Return an axis that begins and ends where it is told, with tidy ticks between.

    Examples
    --------
    >>> exact_axis(-0.9, 1.1).ticks
    (-0.5, 0.0, 0.5, 1.0)
    """
    if not high - low > _SMALLEST:
        low, high = low - 1, high + 1
    step = _tidy_step(high - low)
    first, last = math.ceil(low / step), math.floor(high / step)
    return Axis(low, high, tuple(k * step for k in range(first, last + 1)))


def linear_axis(low: float, high: float) -> Axis:
    """Return an axis that holds two numbers, low < high, and whose ends are tidy.

    Examples
    --------
    >>> linear_axis(-0.7, 1.3).ticks
    (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5)
    """
    step = _tidy_step(high - low)
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(k * step for k in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def _tidy_step(span: float) -> float:
    """Return the smallest of ..., 0.1, 0.2, 0.5, 1, 2, 5, ... that gives few enough ticks."""
    least = span / MOST_TICKS
    decade = 10.0 ** math.floor(math.log10(least))
    return next(step * decade for step in (1, 2, 5, 10) if step * decade >= least)


def thinned(points: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """Return at most so many points that draw the same line: the lowest and the highest of each stretch.

    The first and the last point stay. Losses that cannot be drawn are kept only where they fill a stretch:
    elsewhere their gap is narrower than the line.

    Parameters
    ----------
    points : sequence of (x, y)
    most : int
        At least 4.
    """
    if len(points) <= most:
        return list(points)
    n_stretches = (most - 2) // 2
    kept = [points[0]]
    inner = points[1:-1]
    for k in range(n_stretches):
        stretch = inner[k * len(inner) // n_stretches : (k + 1) * len(inner) // n_stretches]
        found = [point for point in stretch if drawable(point[1])]
        if found:
            ends = {min(found, key=_height), max(found, key=_height)}
            kept += sorted(ends)
        else:
            kept += stretch[:1]
    return [*kept, points[-1]]


def unbroken(points: Iterable[Point]) -> list[list[Point]]:
    """Cut a line into the stretches between losses that cannot be drawn.

    Examples
    --------
    >>> unbroken([(1, 0.5), (2, math.nan), (3, 0.25)])
    [[(1, 0.5)], [(3, 0.25)]]
    """
    runs: list[list[Point]] = [[]]
    for point in points:
        if drawable(point[1]):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _height(point: Point) -> float:
    return point[1]
