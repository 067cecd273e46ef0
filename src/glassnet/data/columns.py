"""The columns of a table: how its rows become inputs and targets, and outputs numbers again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, record
from glassnet.data.bad_cells import in_file_order
from glassnet.data.column import Column, NumberColumn, TextColumn, as_numbers, column_from_json, is_missing
from glassnet.data.csv_file import Table, TableSource, read_csv, table_of_rows
from glassnet.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Columns"]

ROUNDING = 1e-9
"""A scaled number that is outside [-1, 1] by no more is inside."""


@dataclass(frozen=True)
class Columns:
    """Turns the rows of a table into inputs, by what was learned from the table trained on.

    Numbers are scaled so that those trained on lie between -1 and 1; text becomes one of n.

    Parameters
    ----------
    columns : tuple of NumberColumn or TextColumn
        The columns that become inputs, in order.
    target : NumberColumn or TextColumn
        The column that holds the right answers.

    Raises
    ------
    DataError
        No columns, or two of one name.

    Examples
    --------
    >>> from glassnet.data import NumberColumn, TextColumn
    >>> columns = Columns((NumberColumn("size", 0, 10), TextColumn("colour", ("blue", "red"))),
    ...                   target=NumberColumn("price", 100, 300))
    >>> columns.inputs([{"size": 5, "colour": "red"}])
    array([[0., 0., 1.]])
    >>> columns.target_numbers([[0.5]])
    array([[250.]])
    """

    columns: tuple[Column, ...]
    target: Column

    def __post_init__(self) -> None:
        names = [column.name for column in (*self.columns, self.target)]
        if len(names) < 2 or len(set(names)) != len(names):
            raise DataError(f"columns: named {', '.join(names)}; expected at least two, with different names")

    @property
    def n_inputs(self) -> int:
        """Number of inputs that a row becomes."""
        return sum(column.width for column in self.columns)

    @property
    def places(self) -> tuple[tuple[Column, slice], ...]:
        """Each column, and which of a row's inputs it becomes.

        Examples
        --------
        >>> columns = Columns((NumberColumn("size", 0, 10), TextColumn("colour", ("blue", "red"))),
        ...                   target=NumberColumn("price", 100, 300))
        >>> [(column.name, place.start, place.stop) for column, place in columns.places]
        [('size', 0, 1), ('colour', 1, 3)]
        """
        ends = tuple(accumulate(column.width for column in self.columns))
        return tuple(
            (column, slice(end - column.width, end)) for column, end in zip(self.columns, ends, strict=True)
        )

    @property
    def input_names(self) -> tuple[str, ...]:
        """What each input is called: the column, and for text its value."""
        return tuple(label for column in self.columns for label in column.labels)

    @property
    def categories(self) -> tuple[str, ...] | None:
        """What the outputs are called, where the target is text."""
        return self.target.values if isinstance(self.target, TextColumn) else None

    def inputs(
        self, rows: Sequence[Mapping[str, object]] | Sequence[Sequence[object]]
    ) -> NDArray[np.float64]:
        """Return the inputs of rows.

        Parameters
        ----------
        rows : sequence of mappings or of sequences
            Values by column name (further names do not matter), or in the order of `columns`. None is a
            missing value.

        Returns
        -------
        ndarray, shape (n_rows, n_inputs)

        Raises
        ------
        TableError
            A value is missing, no number where one is expected, or a text that was not trained on.
        """
        return self.encode(table_of_rows(rows, [column.name for column in self.columns]), self.columns)

    def read(self, source: TableSource) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return the inputs and targets of another table.

        Parameters
        ----------
        source : path or text file
            CSV with the same columns, in any order; others do not matter.

        Returns
        -------
        inputs : ndarray, shape (n_rows, n_inputs)
        targets : ndarray, shape (n_rows, n_outputs), or None
            None where the target's column is not there, or all of it is empty.

        Raises
        ------
        TableError
            The table cannot be read, lacks a column, or has a value as described for `inputs`.
        PathError
            The file is missing or cannot be opened.
        """
        table = read_csv(source)
        known = self.target.name in table.cells and not all(map(is_missing, table.cells[self.target.name]))
        parts = [self.columns, *([[self.target]] if known else [])]
        inputs, *targets = in_file_order(partial(self.encode, table, part) for part in parts)
        return inputs, targets[0] if known else None

    def read_asked(self, source: TableSource) -> tuple[NDArray[np.float64], list[str | float | None]]:
        """Return the inputs of a table that is asked about, and its answers as far as they are known.

        Parameters
        ----------
        source : path or text file
            As for `read`.

        Returns
        -------
        inputs : ndarray, shape (n_rows, n_inputs)
        answers : list of str, float or None, length n_rows
            None where an answer is missing, or is none that was learned.

        Raises
        ------
        TableError
            As `read`, but for answers.
        PathError
            The file is missing or cannot be opened.
        """
        table = read_csv(source)
        inputs = self.encode(table, self.columns)
        if self.target.name not in table.cells:
            return inputs, [None] * len(inputs)
        cells = table.cells[self.target.name]
        if isinstance(self.target, TextColumn):
            return inputs, [cell if cell in self.target.values else None for cell in cells]
        numbers = as_numbers(cells).tolist()
        return inputs, [number if math.isfinite(number) else None for number in numbers]

    def outside(self, inputs: ArrayLike) -> list[list[tuple[NumberColumn, float]]]:
        """Return which numbers of each row lie outside those learned from: the network can only guess there.

        Parameters
        ----------
        inputs : array_like, shape (n_rows, n_inputs)
            From `inputs` or `read`.

        Returns
        -------
        list of list of (NumberColumn, float)
            For each row the columns, and the numbers in their own unit.

        Examples
        --------
        >>> columns = Columns((NumberColumn("size", 0, 10),), target=NumberColumn("price", 100, 300))
        >>> [(column.name, value) for column, value in columns.outside([[3.0]])[0]]
        [('size', 20.0)]
        """
        own = self.own_numbers(inputs)
        scaled = np.asarray(inputs, dtype=np.float64)
        found: list[list[tuple[NumberColumn, float]]] = [[] for _ in own]
        for column, place in self.places:
            if isinstance(column, NumberColumn):
                for i in np.flatnonzero(np.abs(scaled[:, place.start]) > 1 + ROUNDING).tolist():
                    found[i].append((column, float(own[i, place.start])))
        return found

    def own_numbers(self, inputs: ArrayLike) -> NDArray[np.float64]:
        """Return inputs as the table has them: numbers in their own unit; 1 for the text that is there.

        Parameters
        ----------
        inputs : array_like, shape (n_rows, n_inputs)
            From `inputs` or `read`.

        Returns
        -------
        ndarray, shape (n_rows, n_inputs)

        Examples
        --------
        >>> columns = Columns((NumberColumn("size", 0, 10),), target=NumberColumn("price", 100, 300))
        >>> columns.own_numbers([[0.5]])
        array([[7.5]])
        """
        axes = ("n_rows", "n_inputs")
        own = matrix(inputs, "inputs", columns=self.n_inputs, axes=axes, dtype=np.float64).copy()
        for column, place in self.places:
            if isinstance(column, NumberColumn):
                own[:, place] = column.decode(own[:, place])
        return own

    def target_numbers(self, outputs: ArrayLike) -> NDArray[np.float64]:
        """Turn a network's outputs into numbers in the target's own unit.

        Parameters
        ----------
        outputs : array_like, shape (n_examples, 1)
            -1 stands for the smallest number trained on, +1 for the largest.

        Returns
        -------
        ndarray, shape (n_examples, 1)
            [unit of the target's column]

        Raises
        ------
        DataError
            The target is text.
        ShapeError
            More than one output an example.
        """
        if isinstance(self.target, TextColumn):
            raise DataError(f"column {self.target.name!r}: the target is text, its outputs are no numbers")
        return self.target.decode(
            matrix(outputs, "outputs", columns=1, axes=("n_examples", "1"), dtype=np.float64)
        )

    def keeping(self, inputs: Sequence[int]) -> Columns | None:
        """Return the columns without those of which no input is kept.

        Parameters
        ----------
        inputs : sequence of int
            Which inputs are kept, ascending.

        Returns
        -------
        Columns or None
            None where a part of a column would be left, or nothing.
        """
        kept, left = set(inputs), []
        for column, place in self.places:
            own = kept & set(range(place.start, place.stop))
            if own and len(own) < column.width:
                return None
            left += [column] if own else []
        return Columns(tuple(left), self.target) if left else None

    def to_json(self) -> dict[str, Any]:
        """Return the columns as plain values for a JSON file."""
        return {
            "kind": "columns",
            "columns": [column.to_json() for column in self.columns],
            "target": self.target.to_json(),
        }

    @classmethod
    def from_json(cls, values: object) -> Columns:
        """Return the columns that `to_json` wrote.

        Raises
        ------
        DataError
            A value is missing, unknown, or none that a column may have.
        """
        fields = record(values, "columns", {"kind": str, "columns": list, "target": dict})
        if fields["kind"] != "columns":
            raise DataError("columns: of another kind, expected 'columns'")
        return cls(tuple(map(column_from_json, fields["columns"])), column_from_json(fields["target"]))

    @staticmethod
    def encode(table: Table, columns: Sequence[Column]) -> NDArray[np.float64]:
        """Return what the cells of the columns become, side by side."""
        return np.hstack(
            in_file_order(
                partial(column.encode, table.column(column.name), partial(table.place, column=column.name))
                for column in columns
            )
        )
