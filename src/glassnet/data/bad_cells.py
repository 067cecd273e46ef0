"""Cells of a table that cannot be used: all of them are found, and named in the order of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from glassnet.errors import TableError

__all__ = ["BadCell", "BadCellsError", "Place", "bad_cells", "in_file_order"]

Place = Callable[[int], str]
"""Says where the cell of a row stands, for messages."""

MOST_NAMED = 4
"""After the first bad cell at most so many places of others are named."""

_Result = TypeVar("_Result")


class BadCell(NamedTuple):
    """A cell that cannot be used.

    Attributes
    ----------
    row : int
    place : callable
        Says where it stands.
    why : str
    """

    row: int
    place: Place
    why: str


class BadCellsError(TableError):
    """Cells that cannot be used, see `bad_cells`.

    Parameters
    ----------
    message : str
        As of every error of glassnet, so that others can raise it again with other words.
    cells : sequence of BadCell
        In the order of the file.
    """

    def __init__(self, message: str, cells: Sequence[BadCell] = ()) -> None:
        super().__init__(message)
        self.cells = cells


def bad_cells(cells: Sequence[BadCell]) -> BadCellsError:
    """Return the error that says why of the first of some cells, and where others stand.

    Parameters
    ----------
    cells : sequence of BadCell
        At least one, in the order of the file.
    """
    first, others = cells[0], cells[1 : MOST_NAMED + 1]
    text = f"{first.place(first.row)}: {first.why}"
    if others:
        dots = "; ..." if len(cells) > MOST_NAMED + 1 else ""
        places = "; ".join(other.place(other.row) for other in others)
        n = len(cells) - 1
        text += f" ({n:,} more cell{'s' * (n > 1)} cannot be used: {places}{dots})"
    return BadCellsError(text, cells)


def in_file_order(columns: Iterable[Callable[[], _Result]]) -> list[_Result]:
    """Do something with each column, and return what came of it.

    Parameters
    ----------
    columns : iterable of callables
        What is done with one column each.

    Raises
    ------
    BadCellsError
        Those of all columns, in the order of the file.
    """
    results: list[_Result] = []
    bad: list[BadCell] = []
    for column in columns:
        try:
            results.append(column())
        except BadCellsError as error:
            bad += error.cells
    if bad:
        raise bad_cells(sorted(bad, key=lambda cell: cell.row))  # stable: a row's cells go by column
    return results
