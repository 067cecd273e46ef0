"""Inputs as they are stored, in memory or in a mapped file, and read as floats a few rows at a time."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix
from glassnet.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.data.camera import Camera

__all__ = ["StoredInputs", "held_in_memory", "store"]

MOST_BYTES_IN_MEMORY = 2**30
"""Pictures and files that take more than this [bytes] as float32 are converted block by block."""


@dataclass(frozen=True, eq=False)
class StoredInputs:
    """An array of examples, and which of its rows belong to this data set.

    Parameters
    ----------
    array : ndarray, shape (n_stored, ...)
        Numbers; with a camera, unsigned integers are grey values.
    camera : Camera, optional
        Turns grey values into inputs.
    rows : ndarray of int, shape (n_examples,), optional
        The rows that belong to the data set; without it, all in order.
    """

    array: NDArray[Any]
    camera: Camera | None = None
    rows: NDArray[np.intp] | None = None

    @property
    def n_examples(self) -> int:
        """Number of examples."""
        return len(self.array) if self.rows is None else len(self.rows)

    @property
    def n_inputs(self) -> int:
        """Number of inputs of an example."""
        return int(np.prod(self.array.shape[1:]))

    @property
    def streams(self) -> bool:
        """Whether the inputs are mapped or no floats yet, and so are best read block by block."""
        return self.array.dtype.kind != "f" or _is_mapped(self.array)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The floating type that holds the inputs: float32 where that loses nothing."""
        return np.result_type(self.array.dtype, np.float32)

    def read(self, rows: slice | NDArray[np.intp], dtype: Any) -> NDArray[Any]:
        """Return the inputs of some examples, as a new array; nothing else is read or converted.

        Raises
        ------
        DataError
            A value in a mapped file is infinite or not a number.
        """
        kept = rows if self.rows is None else self.rows[rows]
        block = np.asarray(self.array)[kept]  # a mapped array's own way to take rows is many times as slow
        block = block.reshape(len(block), self.n_inputs)
        if self.camera is not None and block.dtype.kind == "u":
            # In the type that memory would hold them in, so that both ways give the same bits.
            return self.camera.inputs(block, block.dtype, self.dtype).astype(dtype, copy=False)
        with np.errstate(over="ignore"):  # too large for `dtype`: infinite
            # Single rows are a copy already; a slice is a view.
            values = np.array(block, dtype=dtype, order="C", copy=True if isinstance(kept, slice) else None)
        # Values in memory were checked when they came in; a large file is checked as it is read.
        if self.streams and not np.isfinite(values).all():
            example = int(np.argwhere(~np.isfinite(values))[0, 0])
            stored = np.arange(len(self.array))[kept][example]
            raise DataError(f"inputs: a value that is infinite or not a number in stored example {stored}")
        return values

    def take(self, rows: NDArray[np.intp]) -> StoredInputs:
        """Return the inputs of some examples; of a mapped file, only which rows they are."""
        if self.streams:
            return StoredInputs(self.array, self.camera, rows if self.rows is None else self.rows[rows])
        return StoredInputs(self.read(rows, self.array.dtype), self.camera)


def store(array: NDArray[Any], camera: Camera | None, where: str) -> StoredInputs:
    """Take inputs in: small ones as floats in memory, large and mapped ones as they are.

    Parameters
    ----------
    array : ndarray, shape (n_examples, ...)
        Numbers; with a camera, unsigned integers of 8 or 16 bits are grey values.
    camera : Camera, optional
        Turns grey values into inputs.
    where : str
        The data set, for messages.

    Raises
    ------
    DataError
        The array has no examples or no inputs, or pictures of values that are no grey values.
    ShapeError
        Not numbers, or values that are not finite.
    """
    if array.ndim < 2 or array.size == 0:
        raise DataError(
            f"{where}: inputs of shape {array.shape}, expected (n_examples, n_inputs), both at least 1"
        )
    grey = array.dtype.kind in "iu" and camera is not None
    if grey and array.dtype not in (np.uint8, np.uint16):
        raise DataError(f"{where}: pictures of type {array.dtype}, expected uint8, uint16 or floats")
    if (_is_mapped(array) and array.dtype.kind in "fiu") or (grey and array.size * 4 > MOST_BYTES_IN_MEMORY):
        return StoredInputs(array, camera)
    if grey:
        array = StoredInputs(array, camera).read(slice(None), np.float32)
    floats = matrix(array.reshape(len(array), -1), f"{where}: inputs", axes=("n_examples", "n_inputs"))
    if camera is not None and (floats.min() < -1 or floats.max() > 1):
        raise DataError(
            f"{where}: pictures of floats from {floats.min():g} to {floats.max():g}, expected brightness "
            "from -1 (black) to +1 (white); hand in grey values from 0 to 255 as uint8"
        )
    return StoredInputs(floats, camera)


def held_in_memory(mapped: NDArray[Any]) -> NDArray[Any]:
    """Return a mapped array as one in memory if it is small enough, else as it is."""
    return np.array(mapped) if mapped.size * 4 <= MOST_BYTES_IN_MEMORY else mapped


def _is_mapped(array: NDArray[Any]) -> bool:
    """Whether the values lie in a mapped file; a view of such an array need not say so itself."""
    owner: object = array
    while isinstance(owner, np.ndarray):
        if isinstance(owner, np.memmap):
            return True
        owner = owner.base
    return isinstance(owner, mmap.mmap)
