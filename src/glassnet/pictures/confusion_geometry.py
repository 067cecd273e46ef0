"""Where everything in a confusion matrix, or in a list of confusions, stands: numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.pictures.diagram import MARGIN
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.text import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glassnet.pictures.svg import Point

__all__ = ["ListGeometry", "MatrixGeometry", "lay_out_list", "lay_out_matrix"]

# All in px.
NAME_SIZE, LONGEST_NAME = 13.0, 170.0
LARGE_CELL, SMALL_CELL = 46.0, 34.0  # of up to 10 categories, and of more
LARGE_NUMBER, SMALL_NUMBER = 13.0, 11.0
HEAD = 66.0  # the line of "answer"
EXAMPLES, RIGHT = 76.0, 64.0  # width of the columns behind the matrix
LINE, LIST_BARS = 28.0, 280.0  # of a list: from line to line; the longest bar
LIST_COUNTS, LEAST_WIDTH = 150.0, 640.0  # room for "12 of 1,000"; for the note below


@dataclass(frozen=True)
class MatrixGeometry:
    """Where everything in a matrix stands.

    Attributes
    ----------
    width, height : float
        Of the whole picture.
    cells : Box
        All cells.
    cell : (float, float)
        Width and height of one.
    size : float
        Of the numbers in them.
    turned : frozenset of str
        The names of columns that are written upwards, since they are too long to stand side by side.
    examples_x, right_x : float
        Where the columns behind the matrix end.
    note_y : float
        The line below it.
    """

    width: float
    height: float
    cells: Box
    cell: tuple[float, float]
    size: float
    turned: frozenset[str]
    examples_x: float
    right_x: float
    note_y: float

    def middle(self, row: int, column: int) -> Point:
        """Return the middle of a cell."""
        width, height = self.cell
        return self.cells.x + (column + 0.5) * width, self.cells.y + (row + 0.5) * height


@dataclass(frozen=True)
class ListGeometry:
    """Where everything in a list of confusions stands.

    Attributes
    ----------
    width, height : float
        Of the whole picture.
    truth_x, answer_x, bar_x : float
        Where the columns begin.
    rows : tuple of float
        The middle of each line, the last is the note's.
    """

    width: float
    height: float
    truth_x: float
    answer_x: float
    bar_x: float
    rows: tuple[float, ...]


def lay_out_matrix(rows: Sequence[str], columns: Sequence[str], largest: int) -> MatrixGeometry:
    """Lay out a confusion matrix; `largest` is a count that no cell is above."""
    few = len(rows) <= 10
    size, height = (LARGE_NUMBER, LARGE_CELL) if few else (SMALL_NUMBER, SMALL_CELL)
    width = max(height, text_width(f"{largest:,}", size) + 10)
    upwards = max(text_width(name, NAME_SIZE) for name in rows) > width - 6
    # The column "no category" alone does not turn the names of all the others.
    turned = [name for name in columns if upwards or text_width(name, NAME_SIZE) > width - 6]
    above = _room(turned) if turned else NAME_SIZE
    left = MARGIN + max(_room(rows), 60.0) + 10
    cells = Box(left, HEAD + 12 + above + 10, len(columns) * width, len(rows) * height)
    examples_x = cells.x + cells.width + EXAMPLES
    right_x = examples_x + RIGHT
    note_y = cells.y + cells.height + 32
    return MatrixGeometry(
        width=max(right_x + MARGIN, LEAST_WIDTH),
        height=note_y + 24,
        cells=cells,
        cell=(width, height),
        size=size,
        turned=frozenset(turned),
        examples_x=examples_x,
        right_x=right_x,
        note_y=note_y,
    )


def lay_out_list(pairs: Sequence[tuple[str, str]]) -> ListGeometry:
    """Lay out a list of confusions, each a true category and an answer."""
    truth_x = MARGIN
    answer_x = truth_x + _room(truth for truth, _ in pairs) + 24
    bar_x = answer_x + _room(answer for _, answer in pairs) + 24
    top = HEAD + 8
    return ListGeometry(
        width=max(bar_x + LIST_BARS + LIST_COUNTS, LEAST_WIDTH),
        height=top + (len(pairs) + 1) * LINE + 20,
        truth_x=truth_x,
        answer_x=answer_x,
        bar_x=bar_x,
        rows=tuple(top + (k + 0.5) * LINE for k in range(len(pairs) + 1)),
    )


def _room(names: Iterable[str]) -> float:
    return min(max((text_width(name, NAME_SIZE) for name in names), default=0.0), LONGEST_NAME)
