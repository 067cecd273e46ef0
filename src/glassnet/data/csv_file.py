"""Reads a CSV file as columns of text that know the line of each cell."""

from __future__ import annotations

import csv
import io
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from glassnet.data.decimal_comma import with_points
from glassnet.data.reading import open_file
from glassnet.errors import TableError, nearest

__all__ = ["Table", "TableSource", "read_csv", "table_of_rows"]

TableSource = str | os.PathLike[str] | TextIO

SEPARATORS = (",", ";", "\t")

BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets put it before the first name."""


@dataclass(frozen=True)
class Table:
    """A table of text, column by column.

    Parameters
    ----------
    where : str
        The file, for messages.
    cells : mapping of str to list of str
        Each column's cells, without blanks around them.
    lines : sequence of int
        The line of each row in the file, for messages.
    row_word : str
        What `lines` counts.
    """

    where: str
    cells: Mapping[str, list[str]]
    lines: Sequence[int]
    row_word: str = "line"

    def column(self, name: str) -> list[str]:
        """Return the cells of a column.

        Raises
        ------
        TableError
            There is no such column.
        """
        if name not in self.cells:
            raise TableError(
                f"{self.where}: there is no column {name!r}, {nearest(name, self.cells)}"
                f"the columns are {', '.join(self.cells)}"
            )
        return self.cells[name]

    def place(self, row: int, column: str) -> str:
        """Return where a cell stands, for messages."""
        return f"{self.where}, {self.row_word} {self.lines[row]}, column {column!r}"


def read_csv(source: TableSource) -> Table:
    """Read a CSV file whose first line names the columns.

    Parameters
    ----------
    source : path or text file
        UTF-8; cells are separated by the comma, semicolon or tab that occurs most in the first line.
        Numbers with decimal commas get decimal points where nothing else can be meant, see
        `glassnet.data.decimal_comma`. Empty lines are left out.

    Raises
    ------
    TableError
        No text in UTF-8, no header, a column without a name or with another's name, rows of different
        lengths, or no rows.
    PathError
        The file is missing or cannot be opened.
    """
    if not isinstance(source, str | os.PathLike):
        return _read(source, str(getattr(source, "name", "the open file")))
    with (
        open_file(Path(source), "a CSV file") as file,
        io.TextIOWrapper(file, encoding="utf-8", newline="") as text,
    ):
        return _read(text, str(source))


def table_of_rows(
    rows: Sequence[Mapping[str, object]] | Sequence[Sequence[object]], names: Sequence[str]
) -> Table:
    """Make a table from rows in Python.

    Parameters
    ----------
    rows : sequence of mappings or of sequences
        Mappings from column name to value, which may have further names; or values in the order of `names`.
        None is a missing value.
    names : sequence of str
        The columns.

    Raises
    ------
    TableError
        A row lacks a column, or has another number of values; or there are no rows.
    """
    cells: dict[str, list[str]] = {name: [] for name in names}
    for i, row in enumerate(rows):
        if isinstance(row, Mapping):
            lacking = [name for name in names if name not in row]
            if lacking:
                raise TableError(
                    f"rows, row {i}: column {lacking[0]!r} is missing, expected {', '.join(names)}"
                )
            values: Iterable[object] = (row[name] for name in names)
        else:
            if isinstance(row, str) or len(row) != len(names):
                raise TableError(
                    f"rows, row {i}: got {row!r}, expected {len(names)} values: {', '.join(names)}"
                )
            values = row
        for name, value in zip(names, values, strict=True):
            cells[name].append("" if value is None else str(value).strip())
    if len(rows) == 0:
        raise TableError("rows: there are none, expected at least one")
    return Table("rows", cells, range(len(rows)), row_word="row")


def _read(file: TextIO, where: str) -> Table:
    try:
        names, rows, lines, separator = _split(file, where)
    except UnicodeDecodeError as error:
        # No guess at another encoding: a wrong one would put wrong names and categories into the model.
        raise TableError(
            f"{where}: not text in UTF-8; save the table as CSV in UTF-8 "
            "(Excel: Save As, file type 'CSV UTF-8')"
        ) from error
    _check_names(names, where)
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(names):
            raise TableError(
                f"{where}, line {line}: {len(row)} cells, expected {len(names)}, "
                "as many as the first line names"
            )
    if not rows:
        raise TableError(f"{where}: no rows below the names of the columns")
    columns = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)]
    if separator != ",":
        columns = with_points(columns)
    return Table(where, dict(zip(names, columns, strict=True)), lines)


def _split(file: TextIO, where: str) -> tuple[list[str], list[list[str]], list[int], str]:
    """Return the names of the columns, the rows, the line on which each row ends, and the separator."""
    first_line = file.readline()
    if not isinstance(first_line, str):
        raise TableError(f"{where}: opened as bytes, expected a file opened as text")
    first_line = first_line.removeprefix(BYTE_ORDER_MARK)
    if not first_line.strip():
        raise TableError(f"{where}: the first line is empty, expected the names of the columns")
    separator = max(SEPARATORS, key=first_line.count)
    all_lines = itertools.chain([first_line], file)
    reader = csv.reader(all_lines, delimiter=separator, skipinitialspace=True, strict=True)
    rows, lines = [], []
    try:
        names = [name.strip() for name in next(reader)]
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise TableError(f"{where}, line {reader.line_num}: {error}") from error
    return names, rows, lines, separator


def _check_names(names: Sequence[str], where: str) -> None:
    if "" in names:
        raise TableError(
            f"{where}, line 1: column {names.index('') + 1} has no name; name it, or take it out"
        )
    for name, count in Counter(names).items():
        if count > 1:
            raise TableError(f"{where}, line 1: {count} columns are named {name!r}; give each its own name")
