"""Data sets from NumPy's own files: one .npz, or a pair of .npy files that may be larger than memory."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from glassnet.data.dataset import Dataset
from glassnet.data.reading import decoding, open_file
from glassnet.data.stored import held_in_memory
from glassnet.errors import DataError

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

__all__ = ["load_npy", "load_npz", "read_npz"]

KEYS = ("images", "labels", "inputs", "targets", "weights", "categories")


def load_npz(path: str | os.PathLike[str]) -> Dataset:
    """Load a data set from an ``.npz`` file.

    It holds ``images``, grey values as uint8 of shape (n_examples, rows, columns), or ``inputs``, numbers
    of shape (n_examples, n_inputs); and ``labels``, text or whole numbers that name each example's
    category, or ``targets``, which may also be floats: numbers to be met. Besides, if wanted,
    ``weights`` of the examples, and ``categories``, the names that whole numbers count from 0.

    Raises
    ------
    DataError
        No whole ``.npz`` file, arrays that are missing or do not fit together, or Python objects in it.
    PathError
        The file is missing or cannot be opened.
    """
    where = str(path)
    arrays = read_npz(path)
    inputs, targets = (
        _one_of(arrays, ("images", "inputs"), where),
        _one_of(arrays, ("labels", "targets"), where),
    )
    if inputs == "images" and arrays["images"].ndim != 3:
        raise DataError(
            f"{where}: images of shape {arrays['images'].shape}, expected (n_examples, rows, columns), grey"
        )
    labels = arrays[targets]
    if targets == "labels" and (labels.ndim != 1 or labels.dtype.kind not in "biuSU"):
        raise DataError(
            f"{where}: labels of type {labels.dtype} and shape {labels.shape}, expected whole numbers or "
            "text of shape (n_examples,); numbers to be met are called targets"
        )
    categories = arrays.get("categories")
    return Dataset.from_arrays(
        arrays[inputs],
        labels,
        categories=None if categories is None else categories.astype(str).ravel().tolist(),
        weights=arrays.get("weights"),
        name=Path(path).stem,
    )


def load_npy(path: str | os.PathLike[str], targets: str | os.PathLike[str]) -> Dataset:
    """Load a data set from two ``.npy`` files: inputs or pictures in one, targets in the other.

    A file that takes more than 1 GiB as float32 stays on the disk and is read block by block.

    Parameters
    ----------
    path : path
        Inputs of shape (n_examples, n_inputs), or pictures of shape (n_examples, rows, columns).
    targets : path
        Whole numbers or text that name categories, or floats to be met.

    Raises
    ------
    DataError
        No whole ``.npy`` file, arrays that do not fit together, or Python objects in one.
    PathError
        A file is missing or cannot be opened.
    """
    return Dataset.from_arrays(held_in_memory(_map(path)), np.array(_map(targets)), name=Path(path).stem)


def read_npz(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """Return the arrays in an ``.npz`` file that a data set is made of.

    Raises
    ------
    DataError
        No whole ``.npz`` file, or an array of Python objects, which could run code when it is read.
    PathError
        The file is missing or cannot be opened.
    """
    where = str(path)
    with open_file(Path(path), "an .npz file") as file, decoding(where, "a whole .npz file", DataError):
        if not zipfile.is_zipfile(file):
            raise DataError(f"{where}: no .npz file, or cut short; expected what numpy.savez writes")
        with zipfile.ZipFile(file) as archive:
            present = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            arrays = {key: _read_member(archive, present[key], where) for key in KEYS if key in present}
    if not arrays:
        raise DataError(
            f"{where}: holds {_listed(present)}, expected images or inputs, and labels or targets"
        )
    return arrays


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> NDArray[Any]:
    """Return one array, after its size has been compared with the room that its header asks for."""
    with archive.open(info) as member:
        major, minor = npy.read_magic(member)
        if (major, minor) not in ((1, 0), (2, 0)):
            raise DataError(
                f"{where}: {info.filename} is in version {major}.{minor} of the format, expected 1 or 2"
            )
        read_header = npy.read_array_header_1_0 if major == 1 else npy.read_array_header_2_0
        shape, _, dtype = read_header(member)
        size = info.file_size - member.tell()
    if dtype.hasobject:
        raise DataError(f"{where}: {info.filename} holds Python objects, expected numbers or text")
    expected = dtype.itemsize
    for length in shape:  # Python's whole numbers: a product that cannot overflow
        expected *= length
    if expected != size:
        raise DataError(f"{where}: {info.filename} has {size:,} bytes, but its header says {expected:,}")
    with archive.open(info) as member:
        array: NDArray[Any] = npy.read_array(member, allow_pickle=False)
    return array


def _map(path: str | os.PathLike[str]) -> NDArray[Any]:
    with (
        open_file(Path(path), "an .npy file"),
        decoding(str(path), "a whole .npy file of numbers", DataError),
    ):
        array: NDArray[Any] = npy.open_memmap(path, mode="r")
    return array


def _one_of(arrays: dict[str, NDArray[Any]], keys: tuple[str, str], where: str) -> str:
    """Return which of two keys is there."""
    found = [key for key in keys if key in arrays]
    if len(found) != 1:
        raise DataError(f"{where}: holds {_listed(arrays)}, expected {' or '.join(keys)}, one of them")
    return found[0]


def _listed(names: Any) -> str:
    return ", ".join(names) or "nothing"
