"""Numbers with a decimal comma, as German and French spreadsheets write them, get a decimal point.

In a file whose cells are separated by commas, 4,82 in quotes could as well be a way to write thousands, and
stays an error. Where semicolons or tabs separate the cells, and no cell of the file is a number with a point,
it can only be 4.82.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.data.column import is_missing, looks_like_number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["with_points"]


def with_points(columns: Sequence[list[str]]) -> list[list[str]]:
    """Return the columns of a table with decimal points, if its numbers are written with commas.

    A column whose cells are mostly no numbers is text, and stays as it is.

    Parameters
    ----------
    columns : sequence of list of str
        The cells of a table that is separated by semicolons or tabs, column by column.

    Examples
    --------
    >>> with_points([["4,82", "5"], ["red, green", "1,2"], ["2.1.1999", "3.1.1999"]])
    [['4.82', '5'], ['red, green', '1,2'], ['2.1.1999', '3.1.1999']]
    >>> with_points([["4,82", "5"], ["1.200", "3"]])
    [['4,82', '5'], ['1.200', '3']]
    """
    if any("." in cell and looks_like_number(cell) for cells in columns for cell in cells):
        return list(columns)
    return [_changed(cells) if any("," in cell for cell in cells) else cells for cells in columns]


def _changed(cells: list[str]) -> list[str]:
    numbers = [looks_like_number(cell) for cell in cells]
    n_words = sum(not number and not is_missing(cell) for number, cell in zip(numbers, cells, strict=True))
    if n_words >= sum(numbers):
        return cells
    return [cell.replace(",", ".") if number else cell for number, cell in zip(numbers, cells, strict=True)]
