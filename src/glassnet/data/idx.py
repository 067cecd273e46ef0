"""Data sets in IDX files, the format of MNIST: a short header, then the bytes of all pictures."""

from __future__ import annotations

import gzip
import math
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.reading import decoding, open_file
from glassnet.data.stored import held_in_memory
from glassnet.errors import DataError, PathError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["load_idx", "read_idx"]

UNSIGNED_BYTES = 0x08
"""The format's number for values from 0 to 255, the only ones that MNIST and its kin use."""

GZIP_MAGIC = b"\x1f\x8b"

MOST_GZIP_RATIO = 1032
"""Deflate cannot pack more than this many bytes into one; a header that says more is wrong."""


def load_idx(path: str | os.PathLike[str], labels: str | os.PathLike[str] | None = None) -> Dataset:
    """Load pictures and their categories from two IDX files, packed with gzip or not.

    An unpacked file that takes more than 1 GiB as float32 stays on the disk and is read block by block.

    Parameters
    ----------
    path : path
        The pictures, such as ``train-images-idx3-ubyte.gz``.
    labels : path, optional
        Their labels; without it, the file beside the pictures with MNIST's name for it, such as
        ``train-labels-idx1-ubyte.gz``.

    Raises
    ------
    DataError
        No whole IDX files of pictures and labels.
    PathError
        A file is missing or cannot be opened.
    """
    images = read_idx(path)
    if images.ndim != 3:
        raise DataError(
            f"{path}: values of shape {images.shape}, expected pictures: (n_examples, rows, columns)"
        )
    answers_path = _labels_beside(Path(path)) if labels is None else Path(labels)
    answers = read_idx(answers_path)
    if answers.ndim != 1:
        raise DataError(f"{answers_path}: values of shape {answers.shape}, expected labels: (n_examples,)")
    return Dataset.from_arrays(held_in_memory(images), np.array(answers), name=Path(path).name)


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Return the array in an IDX file of bytes; mapped to memory if the file is not packed.

    Raises
    ------
    DataError
        Not an IDX file of bytes, empty, or of another length than its header says.
    PathError
        The file is missing or cannot be opened.
    """
    where, expected = str(path), "a whole IDX file"
    with open_file(Path(path), "an IDX file") as file, decoding(where, expected, DataError):
        n_bytes = file.seek(0, os.SEEK_END)
        file.seek(0)
        packed = file.read(2) == GZIP_MAGIC
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                return _read_packed(cast("BinaryIO", unpacked), n_bytes, where)
        shape = _read_header(file, where)
        offset = file.tell()
        _check_length(n_bytes - offset, math.prod(shape), where)
        return np.memmap(path, dtype=np.uint8, mode="r", offset=offset, shape=shape)


def _read_header(file: BinaryIO, where: str) -> tuple[int, ...]:
    """Return the shape of the array, and leave the file at its first value."""
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[3] == 0:
        raise DataError(f"{where}: not an IDX file, it starts with {magic.hex(' ') or 'nothing'}")
    if magic[2] != UNSIGNED_BYTES:
        raise DataError(f"{where}: values of type 0x{magic[2]:02x}, expected 0x08, bytes from 0 to 255")
    n_axes = magic[3]
    lengths = file.read(4 * n_axes)
    if len(lengths) < 4 * n_axes:
        raise DataError(f"{where}: cut short in its header")
    shape = struct.unpack(f">{n_axes}I", lengths)
    if 0 in shape:
        raise DataError(f"{where}: empty, its header says {' x '.join(map(str, shape))} values")
    return shape


def _read_packed(file: BinaryIO, n_packed: int, where: str) -> NDArray[np.uint8]:
    shape = _read_header(file, where)
    n_values = math.prod(shape)
    if n_values > n_packed * MOST_GZIP_RATIO:
        raise DataError(
            f"{where}: {n_packed:,} packed bytes cannot hold the {n_values:,} that its header says"
        )
    values = file.read(n_values)
    _check_length(len(values) + len(file.read(1)), n_values, where)
    return np.frombuffer(values, dtype=np.uint8).reshape(shape)


def _check_length(n_values: int, expected: int, where: str) -> None:
    if n_values < expected:
        raise DataError(f"{where}: cut short, {n_values:,} of the {expected:,} values that its header says")
    if n_values > expected:
        raise DataError(f"{where}: more than the {expected:,} values that its header says")


def _labels_beside(images: Path) -> Path:
    """Return the file of labels that belongs to a file of pictures, by MNIST's names."""
    name = images.name.replace("images", "labels").replace("idx3", "idx1")
    for candidate in (name, name.removesuffix(".gz"), f"{name}.gz"):
        if candidate != images.name and (images.parent / candidate).is_file():
            return images.parent / candidate
    raise PathError(f"{images}: no file of labels beside it, such as {name}; hand it in as labels")
