"""What users hand in becomes arrays of the promised shape, or a clear error."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import DataError, SettingError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["finite", "matrix", "number", "record", "vector", "whole_number"]


def number(
    value: object,
    what: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return `value` as a finite float inside its bounds.

    Parameters
    ----------
    value : object
        What was handed in; bool and text are refused.
    what : str
        What the number is, for the message.
    low, high : float
        Bounds that may be reached.
    above, below : float
        Bounds that may not be reached.

    Raises
    ------
    SettingError
        `value` is no number, not finite or out of bounds.

    Examples
    --------
    >>> number(0.1, "learning rate", above=0)
    0.1
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise SettingError(f"{what}: got {value!r}, expected a number")
    try:
        result = float(value)
    except OverflowError:
        raise SettingError(f"{what}: got a number of too many digits") from None
    bounds = [
        text
        for text, given in (
            (f"at least {low:g}", low > -math.inf),
            (f"above {above:g}", above > -math.inf),
            (f"at most {high:g}", high < math.inf),
            (f"below {below:g}", below < math.inf),
        )
        if given
    ]
    inside = low <= result <= high and above < result < below
    if not math.isfinite(result) or not inside:
        expected = " and ".join(bounds) or "a finite number"
        raise SettingError(f"{what}: got {result:g}, expected {expected}")
    return result


def whole_number(value: object, what: str, *, low: int = 0, high: int | None = None) -> int:
    """Return `value` as an int between `low` and `high`, both included.

    Raises
    ------
    SettingError
        `value` is not whole or out of bounds.

    Examples
    --------
    >>> whole_number(32, "batch", low=1)
    32
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise SettingError(f"{what}: got {value!r}, expected a whole number")
    result = int(value)
    if result < low or (high is not None and result > high):
        expected = f"at least {low}" if high is None else f"from {low} to {high}"
        raise SettingError(f"{what}: got {result}, expected {expected}")
    return result


def matrix(
    values: ArrayLike,
    what: str,
    *,
    columns: int | None = None,
    rows: int | None = None,
    axes: Sequence[str] = ("n_examples", "n_columns"),
    dtype: Any = None,
) -> NDArray[Any]:
    """Return `values` as a two-dimensional array of finite floats.

    Parameters
    ----------
    values : array_like
        Numbers, any memory layout; one row may come as a vector.
    what : str
        What the array is, for the message.
    columns, rows : int, optional
        The lengths that the axes must have.
    axes : sequence of str
        The names of the axes, for the message.
    dtype : dtype, optional
        The floating type of the result; a floating `values` keeps its own without it.

    Returns
    -------
    ndarray, shape (rows, columns)
        C-contiguous; the same memory as `values` where that already fits.

    Raises
    ------
    ShapeError
        Not numbers, another shape, or a value that is not finite (its place is named).
    """
    shape = f"({axes[0] if rows is None else rows}, {axes[1] if columns is None else columns})"
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ShapeError(f"{what}: rows of different lengths, expected an array of shape {shape}") from error
    if array.dtype.kind not in "fiub":
        raise ShapeError(f"{what}: got values of type {array.dtype}, expected numbers of shape {shape}")
    _unmasked(values, what)
    if array.ndim == 1 and array.size and (columns is None or array.size == columns):
        array = array[np.newaxis]
    wrong = array.ndim != 2 or (columns is not None and array.shape[1] != columns)
    if wrong or (rows is not None and array.shape[0] != rows):
        raise ShapeError(f"{what}: got shape {np.shape(values)}, expected {shape}")
    return finite(_floats(array, dtype), what)


def vector(
    values: ArrayLike, what: str, *, size: int | None = None, axis: str = "n_examples", dtype: Any = None
) -> NDArray[Any]:
    """Return `values` as a one-dimensional array of finite floats, `size` of them.

    Raises
    ------
    ShapeError
        Not numbers, another shape, or a value that is not finite.
    """
    expected = f"({axis if size is None else size},)"
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ShapeError(f"{what}: values of different lengths, expected shape {expected}") from error
    if array.dtype.kind not in "fiub":
        raise ShapeError(f"{what}: got values of type {array.dtype}, expected numbers of shape {expected}")
    _unmasked(values, what)
    if array.ndim != 1 or (size is not None and array.size != size):
        raise ShapeError(f"{what}: got shape {array.shape}, expected {expected}")
    return finite(_floats(array, dtype), what)


def _unmasked(values: object, what: str) -> None:
    if np.ma.is_masked(values):
        raise ShapeError(f"{what}: some values are masked; fill them in, or leave their rows out")


def finite(array: NDArray[Any], what: str) -> NDArray[Any]:
    """Return `array` if no value in it is infinite or not a number.

    Raises
    ------
    ShapeError
        Some value is not finite; the message names the first and counts the rest.
    """
    # A sum is finite only if every value is (or it overflowed): it needs no second array of the size.
    with np.errstate(all="ignore"):
        if np.isfinite(np.sum(array)):
            return array
    bad = ~np.isfinite(array)
    count = int(np.count_nonzero(bad))
    if count:
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        place = f"row {first[0]}, column {first[1]}" if len(first) == 2 else f"place {first[0]}"
        raise ShapeError(
            f"{what}: {array[first]} at {place} ({count} of {array.size} values are not finite); "
            "remove these examples or fill them in first"
        )
    return array


def record(values: object, what: str, fields: Mapping[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """Return `values`, read from a JSON file, if it has exactly these fields with these types.

    Parameters
    ----------
    values : object
        What was read.
    what : str
        What it should be, for the message.
    fields : mapping of str to type or types
        Name of each field, and what its value may be; true and false pass for bool only.

    Raises
    ------
    DataError
        Not a record, or a field is missing, unknown or of another type.

    Examples
    --------
    >>> record({"rows": 2}, "camera", {"rows": int})
    {'rows': 2}
    """
    if not isinstance(values, dict) or set(values) != set(fields):
        got = ", ".join(map(str, values)) if isinstance(values, dict) else type(values).__name__
        raise DataError(f"{what}: got {got or 'nothing'}, expected the fields {', '.join(fields)}")
    for name, types in fields.items():
        allowed = types if isinstance(types, tuple) else (types,)
        value = values[name]
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            expected = " or ".join(kind.__name__ for kind in allowed)
            raise DataError(f"{what}: {name} is {value!r}, expected {expected}")
    return dict(values)


def _floats(array: NDArray[Any], dtype: Any) -> NDArray[Any]:
    if dtype is None:
        dtype = array.dtype if array.dtype in (np.float32, np.float64) else np.float64
    with np.errstate(over="ignore"):  # too large for float32: infinite, which the caller refuses
        return np.ascontiguousarray(array, dtype=dtype)
