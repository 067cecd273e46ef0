"""Learns from a table: which columns are numbers, which are text, and which is the answer."""

from __future__ import annotations

import warnings
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassnet.data.bad_cells import BadCell, bad_cells, in_file_order
from glassnet.data.column import Column, NumberColumn, TextColumn, as_numbers, is_missing, looks_like_number
from glassnet.data.columns import Columns
from glassnet.data.csv_file import Table, TableSource, read_csv
from glassnet.data.dataset import Dataset
from glassnet.errors import ChoiceError, TableError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["load_table"]

MANY_VALUES = 20
"""A text column with fewer different values is never taken for one that names the rows."""

MOST_CODES, ROWS_PER_CODE = 10, 5
"""A target of at most so many different whole numbers, each in at least so many rows, may be categories."""


def load_table(
    source: TableSource,
    *,
    target: str | None = None,
    task: str | None = None,
    missing: str = "error",
    ignore: Sequence[str] = (),
) -> Dataset:
    """Load a table from a CSV file whose first line names the columns.

    A column is numbers if more than half of its cells are; a word among them is then an error. Numbers
    are scaled so that the smallest becomes -1 and the largest +1, text becomes one of n. Cells that are
    empty, ``NA``, ``NaN`` or ``?`` are missing.

    Parameters
    ----------
    source : path or text file
        CSV in UTF-8; cells separated by commas, semicolons or tabs. With the latter two, numbers may have
        decimal commas: all of a file, or none.
    target : str, optional
        Name of the column with the right answers; the last column without it.
    task : {"categories", "numbers"}, optional
        What the target is: categories to tell apart, or numbers to be met (regression). Without it, text
        is categories and numbers are numbers; so categories that are called 0, 1, 2 need it.
    missing : {"error", "fill"}
        ``"fill"`` puts the column's mean, or its most frequent text, where a value is missing; rows that
        are read later with the same columns are treated the same. A missing target is always an error.
    ignore : sequence of str, optional
        Names of columns to leave out, such as one that numbers the samples. Tables that are read later may
        have them or not.

    Returns
    -------
    Dataset
        Its encoder is the `Columns` that read further tables; targets that are numbers are scaled too.

    Raises
    ------
    TableError
        A table that cannot be read or learned from; the message names line and column.
    ChoiceError
        An unknown `task` or `missing`.
    PathError
        The file is missing or cannot be opened.

    Warns
    -----
    UserWarning
        A column of text has a different value in nearly every row; or, without `task`, the target has so
        few different whole numbers that they may be codes of categories.
    """
    _check_choice("task", task, (None, "categories", "numbers"))
    _check_choice("missing", missing, ("error", "fill"))
    table = read_csv(source)
    names = _kept(table, (ignore,) if isinstance(ignore, str) else ignore, target)
    target = names[-1] if target is None else target
    table.column(target)  # refuses a name that is none
    learned = in_file_order(
        partial(_learn_target, table, name, task)
        if name == target
        else partial(_learn, table, name, fill=missing == "fill")
        for name in names
    )
    answer = learned.pop(names.index(target))
    inputs = tuple(learned)
    columns = Columns(inputs, answer)
    _warn_of_names(table, inputs)
    if task is None and isinstance(answer, NumberColumn):
        _warn_of_codes(table, answer.name)
    return Dataset.from_arrays(
        columns.encode(table, columns.columns),
        columns.encode(table, [answer]),
        categories=columns.categories,
        encoder=columns,
        name=Path(table.where).stem,
    )


def _kept(table: Table, ignore: Sequence[str], target: str | None) -> list[str]:
    """Return the names of the columns that are not left out."""
    for name in ignore:
        table.column(name)  # refuses a name that is none
        if name == target:
            raise TableError(f"{table.where}: the column {name!r} cannot be the target and be left out")
    names = [name for name in table.cells if name not in ignore]
    if len(names) < 2:
        only = f"only the column {names[0]!r}" if names else "no column"
        left = " is left" if ignore else ""
        raise TableError(f"{table.where}: {only}{left}, expected inputs and a target")
    return names


def _warn_of_names(table: Table, inputs: Sequence[Column]) -> None:
    """Warn of text that tells the rows apart instead of kinds of thing: nothing can be learned from it."""
    for column in inputs:
        n_rows = sum(not is_missing(cell) for cell in table.column(column.name))
        if column.width >= MANY_VALUES and column.width * 2 > n_rows:
            nearly = "" if column.width == n_rows else "nearly "
            warnings.warn(
                f"{table.where}: {column.name} has {column.width:,} different values in {n_rows:,} rows: "
                f"it {nearly}names rows; leave it out with ignore={column.name!r}",
                stacklevel=3,
            )


def _warn_of_codes(table: Table, target: str) -> None:
    """Warn of a target that is taken for numbers but may be categories with numbers for names."""
    counts = Counter(as_numbers(table.column(target)).tolist())
    few = 2 <= len(counts) <= MOST_CODES and min(counts.values()) >= ROWS_PER_CODE
    if few and all(number.is_integer() for number in counts):
        values = ", ".join(f"{number:g}" for number in sorted(counts))
        warnings.warn(
            f"{table.where}: {target} has only the values {values} and is taken for a number; if these are "
            "categories: task='categories'",
            stacklevel=3,
        )


def _learn(table: Table, name: str, *, fill: bool) -> Column:
    """Return how the cells of a column become numbers."""
    cells, place = table.column(name), partial(table.place, column=name)
    no_number = np.flatnonzero(np.isnan(as_numbers(cells))).tolist()
    words = [cells[i] for i in no_number if not is_missing(cells[i])]
    n_known = len(cells) - len(no_number) + len(words)
    if n_known == 0:
        raise TableError(f"{table.where}: column {name!r} is empty; take it out")
    n_words = len(words) - sum(map(looks_like_number, words))
    kind: type[NumberColumn | TextColumn] = NumberColumn if n_words * 2 < n_known else TextColumn
    return kind.learn(name, cells, place, fill=fill)


def _learn_target(table: Table, name: str, task: str | None) -> Column:
    """Return how the right answers become targets."""
    cells, place = table.column(name), partial(table.place, column=name)
    why = "the target is missing; take the row out"
    missing = [BadCell(i, place, why) for i, cell in enumerate(cells) if is_missing(cell)]
    if missing:
        raise bad_cells(missing)
    if task is None:
        column = _learn(table, name, fill=False)
    else:
        kind: type[NumberColumn | TextColumn] = NumberColumn if task == "numbers" else TextColumn
        column = kind.learn(name, cells, place, fill=False)
    if (column.low == column.high) if isinstance(column, NumberColumn) else (len(column.values) == 1):
        raise TableError(f"{table.where}: the target {name!r} is {cells[0]!r} in every row: nothing to learn")
    return column


def _check_choice(what: str, value: str | None, known: tuple[str | None, ...]) -> None:
    if value not in known:
        names = [name for name in known if name is not None]
        raise ChoiceError(f"{what}: got {value!r}, {nearest(str(value), names)}expected {' or '.join(names)}")
