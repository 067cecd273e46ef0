"""Where the names, patterns and marks of a decision map stand: numbers only, nothing is drawn here."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.pictures.svg import Point

__all__ = ["N_PATTERNS", "N_SHAPES", "deepest", "pattern", "shape", "spread", "tints"]

N_PATTERNS, N_SHAPES = 6, 5


def deepest(area: NDArray[np.bool_]) -> tuple[int, int, int] | None:
    """Return the cell that lies deepest inside an area, and how deep, in cells; None for an empty area.

    The area is worn away from all sides, by a cell at a time; of what is left last, the middle one of
    all cells in order is taken.

    Returns
    -------
    row, column, depth : int

    Examples
    --------
    >>> deepest(np.ones((3, 5), dtype=bool))
    (1, 2, 2)
    """
    if not area.any():
        return None
    depth = 0
    left = area
    while left.any():
        core, depth = left, depth + 1
        padded = np.pad(left, 1)
        left = left & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    cells = np.argwhere(core)
    row, column = cells[len(cells) // 2].tolist()
    return row, column, depth


def pattern(area: NDArray[np.bool_], number: int, step: int) -> str:
    """Return a path of thin strokes over an area, in cells, where y counts the middles of the rows.

    Parameters
    ----------
    area : ndarray of bool, shape (rows, columns)
    number : int
        Which pattern: none, lines across, lines down, dots, both lines, dashes; then again from the first.
    step : int
        From one line to the next [cells].
    """
    kind = number % N_PATTERNS
    rows, columns = np.arange(area.shape[0])[:, np.newaxis], np.arange(area.shape[1])
    across, down = area & (rows % step == 0), area & (columns % step == 0)
    if kind == 1:
        return _across(across)
    if kind == 2:
        return _down(down)
    if kind == 3:
        staggered = across & ((columns + rows // step % 2 * (step // 2)) % step == 0)
        return "".join(f"M{x}.5 {y}h.01" for y, x in np.argwhere(staggered).tolist())
    if kind == 4:
        return _across(across) + _down(down)
    if kind == 5:
        return _across(across & ((columns + rows // step % 2 * step) % (2 * step) < step))
    return ""


def _across(cells: NDArray[np.bool_]) -> str:
    """Strokes through the middles of the rows, one for each run of cells."""
    return "".join(f"M{x} {y}h{n}" for y, x, n in _runs(cells))


def _down(cells: NDArray[np.bool_]) -> str:
    """Strokes through the middles of the columns."""
    return "".join(f"M{x}.5 {y - 0.5}v{n}" for x, y, n in _runs(cells.T))


def _runs(cells: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Return line, first cell and length of each run of cells in a line."""
    runs = []
    for line, row in enumerate(cells.tolist()):
        place = 0
        for inside, group in itertools.groupby(row):
            n = len(list(group))
            if inside:
                runs.append((line, place, n))
            place += n
    return runs


def shape(number: int, middle: Point, size: float) -> list[Point]:
    """Return the corners of a mark, the first again at the end; none for a circle.

    Parameters
    ----------
    number : int
        Which: circle, square, triangle, diamond, triangle on its tip; then again from the first.
    middle : Point
    size : float
        How far it reaches from the middle, about [px].
    """
    corners: dict[int, list[tuple[float, float]]] = {
        0: [],
        1: [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
        2: [(0, -1.1), (1, 0.8), (-1, 0.8)],
        3: [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
        4: [(0, 1.1), (1, -0.8), (-1, -0.8)],
    }
    found = [(middle[0] + size * x, middle[1] + size * y) for x, y in corners[number % N_SHAPES]]
    return [*found, *found[:1]]


def spread(n: int, most: int) -> list[int]:
    """Return at most so many of the numbers from 0 to n - 1, evenly spread.

    Examples
    --------
    >>> spread(3, 5), spread(100, 3)
    ([0, 1, 2], [0, 50, 99])
    """
    return list(range(n)) if n <= most else np.linspace(0, n - 1, most).round().astype(int).tolist()


def tints(margins: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Return how sure each cell is, in `n` equal steps of the largest margin from 0 to n - 1."""
    largest = float(margins.max(initial=0)) or 1.0
    steps: NDArray[np.int64] = np.minimum((margins / largest * n).astype(np.int64), n - 1)
    return steps
