"""One column of a table: how its cells become numbers, and what stands in for a missing one."""

from __future__ import annotations

import contextlib
import math
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import record
from glassnet.data.bad_cells import BadCell, Place, bad_cells
from glassnet.data.categories import in_order, one_of_n
from glassnet.errors import DataError, TableError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "Column",
    "NumberColumn",
    "TextColumn",
    "as_numbers",
    "column_from_json",
    "is_missing",
    "looks_like_number",
]

MISSES = "the value is missing; fill it in, take the row out, or load with missing='fill'"

MISSING = frozenset({"", "na", "nan", "?"})

MOST_VALUES = 1_000
"""A text column with more different values holds running numbers or prose, no kinds of thing."""


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers, scaled so that those learned from lie between -1 and 1.

    Parameters
    ----------
    name : str
        Name of the column.
    low, high : float
        Smallest and largest number learned from [the column's own unit].
    fill : float, optional
        What stands in for a missing number; without it, a missing number is an error.

    Raises
    ------
    DataError
        Numbers that are not finite, or `low` above `high`.
    """

    name: str
    low: float
    high: float
    fill: float | None = None

    def __post_init__(self) -> None:
        for value in (self.low, self.high, *([] if self.fill is None else [self.fill])):
            if not -sys.float_info.max <= value <= sys.float_info.max:
                raise DataError(f"column {self.name!r}: {value} is no finite number")
        if self.low > self.high:
            raise DataError(f"column {self.name!r}: from {self.low} to {self.high}, expected low to high")

    @property
    def width(self) -> int:
        """Number of numbers that a cell becomes."""
        return 1

    @property
    def labels(self) -> tuple[str, ...]:
        """What each of these numbers is called."""
        return (self.name,)

    @classmethod
    def learn(cls, name: str, cells: Sequence[str], place: Place, *, fill: bool) -> NumberColumn:
        """Return the column that scales these cells.

        Raises
        ------
        TableError
            A cell that is no finite number, or is missing without `fill`.
        """
        numbers = _read_numbers(cells, place, may_miss=fill)
        numbers = numbers[~np.isnan(numbers)]
        low, high = float(numbers.min()), float(numbers.max())
        scale = 2.0 ** len(numbers).bit_length()  # a power of two rounds nothing, and no sum overflows
        mean = float(np.mean(numbers / scale)) * scale
        return cls(name, low, high, min(max(mean, low), high) if fill else None)

    def encode(self, cells: Sequence[str], place: Place) -> NDArray[np.float64]:
        """Return the scaled numbers, shape (n_rows, 1); a number outside `low` to `high` is outside [-1, 1].

        A column that never changed says nothing: it becomes 0.

        Raises
        ------
        TableError
            A cell that is missing, or no finite number.
        """
        values = _read_numbers(cells, place, may_miss=self.fill is not None)[:, np.newaxis]
        if self.fill is not None:
            values[np.isnan(values)] = self.fill
        if self._span == 0:
            return np.zeros_like(values)
        with np.errstate(over="ignore"):
            scaled = (values / 2 - self.low / 2) / self._span * 2 - 1
        far = np.flatnonzero(~np.isfinite(scaled)).tolist()
        _refuse([BadCell(i, place, f"{cells[i]} is too far from {self.low:g} to {self.high:g}") for i in far])
        return scaled

    def decode(self, encoded: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the numbers, in the column's own unit, that `encode` would turn into these."""
        return ((encoded + 1) / 2 * self._span + self.low / 2) * 2

    def to_json(self) -> dict[str, Any]:
        """Return the column as plain values for a JSON file."""
        return {"kind": "number", **asdict(self)}

    @property
    def _span(self) -> float:
        """Half of `high` - `low`: the whole may be larger than the largest float."""
        return self.high / 2 - self.low / 2


@dataclass(frozen=True)
class TextColumn:
    """A column of text, each value one of n.

    Parameters
    ----------
    name : str
        Name of the column.
    values : tuple of str
        All values, in order.
    fill : str, optional
        What stands in for a missing value; without it, a missing value is an error.

    Raises
    ------
    DataError
        No values, one that is twice there, or a `fill` that is none of them.
    """

    name: str
    values: tuple[str, ...]
    fill: str | None = None

    def __post_init__(self) -> None:
        texts = all(isinstance(value, str) for value in self.values)
        if not texts or not self.values or len(set(self.values)) != len(self.values):
            raise DataError(f"column {self.name!r}: values {self.values}, expected different texts")
        if self.fill is not None and self.fill not in self.values:
            raise DataError(f"column {self.name!r}: fill {self.fill!r} is none of its values")

    @property
    def width(self) -> int:
        """Number of numbers that a cell becomes."""
        return len(self.values)

    @property
    def labels(self) -> tuple[str, ...]:
        """What each of these numbers is called."""
        return tuple(f"{self.name}={value}" for value in self.values)

    @classmethod
    def learn(cls, name: str, cells: Sequence[str], place: Place, *, fill: bool) -> TextColumn:
        """Return the column that tells the values among these cells apart.

        Raises
        ------
        TableError
            Too many different values, or one is missing without `fill`.
        """
        counts = Counter(cell for cell in cells if not is_missing(cell))
        values = in_order(counts)
        if len(values) > MOST_VALUES:
            raise TableError(
                f"{place(0)}: the column has {len(values):,} different texts, expected at most "
                f"{MOST_VALUES:,}; take the column out if it only names the rows"
            )
        if not fill:
            _refuse([BadCell(i, place, MISSES) for i, cell in enumerate(cells) if is_missing(cell)])
        # Of equally frequent values the first in order: max keeps the first of equals.
        return cls(name, values, max(values, key=lambda value: counts[value]) if fill else None)

    def encode(self, cells: Sequence[str], place: Place) -> NDArray[np.float64]:
        """Return one-of-n rows, shape (n_rows, n_values).

        Raises
        ------
        TableError
            A cell that is missing, or with a value that was not learned.
        """
        index = {value: i for i, value in enumerate(self.values)}
        if self.fill is not None:
            index |= dict.fromkeys(filter(is_missing, cells), index[self.fill])
        bad = [BadCell(i, place, self._why_not(cell)) for i, cell in enumerate(cells) if cell not in index]
        _refuse(bad)
        return one_of_n(np.array([index[cell] for cell in cells], dtype=np.intp), len(self.values))

    def _why_not(self, cell: str) -> str:
        """Say why a cell cannot be used."""
        if is_missing(cell):
            return MISSES
        known = ", ".join(self.values[:20]) + (" ..." if len(self.values) > 20 else "")
        return f"unknown value {cell!r}, {nearest(cell, self.values)}expected one of {known}"

    def to_json(self) -> dict[str, Any]:
        """Return the column as plain values for a JSON file."""
        return {"kind": "text", "name": self.name, "values": list(self.values), "fill": self.fill}


Column = NumberColumn | TextColumn


def column_from_json(values: object) -> Column:
    """Return the column that `to_json` wrote.

    Raises
    ------
    DataError
        A value is missing, unknown, or none that a column may have.
    """
    kind = values.get("kind") if isinstance(values, dict) else None
    if kind == "number":
        number = (int, float)
        fields = record(
            values,
            "column",
            {"kind": str, "name": str, "low": number, "high": number, "fill": (*number, type(None))},
        )
        return NumberColumn(fields["name"], fields["low"], fields["high"], fields["fill"])
    if kind == "text":
        fields = record(
            values, "column", {"kind": str, "name": str, "values": list, "fill": (str, type(None))}
        )
        return TextColumn(fields["name"], tuple(fields["values"]), fields["fill"])
    raise DataError(f"column: of kind {kind!r}, expected 'number' or 'text'")


def is_missing(cell: str) -> bool:
    """Whether a cell says that its value is not known: empty, NA, NaN or ?."""
    return cell.lower() in MISSING


def as_numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    """Return the number in each cell, infinite ones included; NaN where there is none."""
    with contextlib.suppress(ValueError):  # a cell is no number: then one by one, which takes far longer
        if "_" not in "".join(cells):
            return np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    return np.array([_as_number(cell) for cell in cells])


def looks_like_number(cell: str) -> bool:
    """Whether a cell was meant as a number, even if its decimal point is a comma."""
    return not math.isnan(_as_number(cell.replace(",", ".")))


def _as_number(cell: str) -> float:
    try:
        return math.nan if "_" in cell else float(cell)  # Python's 1_000 is no number in a table
    except ValueError:
        return math.nan


def _read_numbers(cells: Sequence[str], place: Place, *, may_miss: bool) -> NDArray[np.float64]:
    """Return the finite number in each cell, NaN where it may be missing and is."""
    numbers = as_numbers(cells)
    bad = []
    for i in np.flatnonzero(~np.isfinite(numbers)).tolist():
        cell = cells[i]
        if np.isinf(numbers[i]):
            bad.append(BadCell(i, place, f"got {cell}, expected a finite number"))
        elif not is_missing(cell):
            hint = "; write numbers with a decimal point" if looks_like_number(cell) else ""
            bad.append(BadCell(i, place, f"got {cell!r}, expected a number{hint}"))
        elif not may_miss:
            bad.append(BadCell(i, place, MISSES))
    _refuse(bad)
    return numbers


def _refuse(bad: Sequence[BadCell]) -> None:
    if bad:
        raise bad_cells(bad)
