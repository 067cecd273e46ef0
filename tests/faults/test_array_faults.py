"""Bad files of arrays: each a clear error, and never code that is run."""

import gzip
import io
import struct
import zipfile

import numpy as np
import pytest

from broken_bytes import cut_short, is_refused, with_wrong_bytes
from glassnet.data import (
    load_idx,
    load_npy,
    load_npz,
)
from glassnet.errors import (
    DataError,
    PathError,
    ShapeError,
)


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def idx(values: np.ndarray, kind=8) -> bytes:
    return struct.pack(f">HBB{values.ndim}I", 0, kind, values.ndim, *values.shape) + values.tobytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"x\.npz: no \.npz file, or cut short; expected what numpy\.savez writes"),
        (b"hello", r"no \.npz file"),
        (npz(inputs=np.ones((2, 2)), targets=[0, 1])[:-30], r"no \.npz file, or cut short"),
        (
            npz(x_train=[1], y_train=[2]),
            "holds x_train, y_train, expected images or inputs, and labels or targets",
        ),
        (npz(), "holds nothing, expected images or inputs"),
        (npz(images=np.zeros((2, 1, 1), np.uint8)), "holds images, expected labels or targets, one of them"),
        (npz(labels=[0, 1]), "holds labels, expected images or inputs, one of them"),
        (
            npz(images=[0], inputs=[0], labels=[0]),
            "holds images, labels, inputs, expected images or inputs, one",
        ),
        (
            npz(images=np.zeros((2, 4), np.uint8), labels=[0, 1]),
            r"images of shape \(2, 4\), expected \(n_examples, r",
        ),
        (
            npz(images=np.zeros((2, 4, 4), int), labels=[0, 1]),
            "pictures of type int64, expected uint8, uint16 or",
        ),
        (
            npz(images=np.full((2, 1, 1), 7.0), labels=[0, 1]),
            "pictures of floats from 7 to 7, expected brightness",
        ),
        (
            npz(images=np.zeros((3, 2, 2), np.uint8), labels=[0, 1]),
            r"targets of shape \(2, 2\), expected \(3, n_out",
        ),
        (
            npz(inputs=np.ones((2, 2)), labels=[0.5, 1]),
            "labels of type float64 and shape .* are called targets",
        ),
        (npz(inputs=np.ones((2, 2)), labels=[[0], [1]]), r"labels of type int64 and shape \(2, 1\)"),
        (npz(inputs=np.ones((2, 2)), labels=[0, 0]), "only the category 0; expected at least two"),
        (npz(inputs=[[1, np.nan], [1, 1]], targets=[0, 1]), "x: inputs: nan at row 0, column 1"),
        (npz(inputs=[["a"], ["b"]], targets=[0, 1]), "x: inputs: got values of type <U1, expected numbers"),
        (
            npz(inputs=np.ones(2), targets=[0, 1]),
            r"inputs of shape \(2,\), expected \(n_examples, n_inputs\)",
        ),
        (npz(inputs=np.ones((0, 3)), targets=[0, 1]), r"inputs of shape \(0, 3\)"),
        (npz(inputs=np.ones((2, 2)), targets=[0, 1], weights=[1]), r"weights of examples: got shape \(1,\)"),
        (
            npz(inputs=np.ones((2, 2)), targets=[0, 1], weights=[1, -1]),
            "weights .* at least 0, and not all 0",
        ),
        (npz(inputs=np.ones((2, 2)), targets=[0, 1], weights=[0, 0]), "weights .* at least 0, and not all 0"),
        (
            npz(inputs=np.ones((2, 2)), targets=[0, 3], categories=["a", "b"]),
            "label 3, expected one of the 2 categories, c",
        ),
        (
            npz(inputs=np.ones((2, 2)), targets=[0, -1], categories=["a", "b"]),
            "label -1, expected one of the 2",
        ),
        (npz(inputs=np.ones((2, 2)), targets=[0, 1], categories=["a", "a"]), "a category is named twice"),
    ],
)
def test_npz_files_that_cannot_be_used(content, message, tmp_path):
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises((DataError, ShapeError), match=message):
        load_npz(path)


def test_python_objects_in_an_npz_are_never_read(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was read",))

    path = tmp_path / "x.npz"
    np.savez(path, inputs=np.array([[Trap()]], dtype=object), targets=[0])
    with pytest.raises(DataError, match=r"inputs\.npy holds Python objects, expected numbers or text"):
        load_npz(path)
    np.save(tmp_path / "x.npy", np.array([[Trap()]], dtype=object))
    with pytest.raises(
        DataError, match=r"x\.npy: broken or cut short, expected a whole \.npy file of numbers"
    ):
        load_npy(tmp_path / "x.npy", tmp_path / "x.npy")


@pytest.mark.parametrize("shape", [(10**6, 10**6), (2**40, 2**40), (1, 1)])
def test_an_npz_whose_header_asks_for_other_room(shape, tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": shape})
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inputs.npy", header.getvalue() + bytes(64))
    size = f"{8 * shape[0] * shape[1]:,}"
    with pytest.raises(DataError, match=rf"inputs\.npy has 64 bytes, but its header says {size}"):
        load_npz(path)


def test_an_npz_of_a_later_version(tmp_path):
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inputs.npy", b"\x93NUMPY\x03\x00" + bytes(64))
    with pytest.raises(DataError, match=r"inputs\.npy is in version 3\.0 of the format, expected 1 or 2"):
        load_npz(path)


def test_missing_files_of_arrays(tmp_path):
    with pytest.raises(PathError, match=r"x\.npz: there is no such file; expected an \.npz file"):
        load_npz(tmp_path / "x.npz")
    with pytest.raises(PathError, match=r"x\.npy: there is no such file; expected an \.npy file"):
        load_npy(tmp_path / "x.npy", tmp_path / "y.npy")


@pytest.mark.parametrize("content", [b"", b"hello"])
def test_npy_files_that_are_none(content, tmp_path):
    path = tmp_path / "x.npy"
    path.write_bytes(content)
    with pytest.raises(
        DataError, match=r"x\.npy: broken or cut short, expected a whole \.npy file of numbers"
    ):
        load_npy(path, path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file, it starts with nothing"),
        (b"hello", "not an IDX file, it starts with 68 65 6c 6c"),
        (struct.pack(">HBB", 0, 13, 3), "values of type 0x0d, expected 0x08, bytes from 0 to 255"),
        (struct.pack(">HBBI", 0, 8, 3, 5), "cut short in its header"),
        (idx(np.zeros((0, 2, 2), np.uint8)), "empty, its header says 0 x 2 x 2 values"),
        (idx(np.zeros((3, 2, 2), np.uint8))[:-1], "cut short, 11 of the 12 values that its header says"),
        (idx(np.zeros((3, 2, 2), np.uint8)) + b"!", "more than the 12 values that its header says"),
        (struct.pack(">HBBIII", 0, 8, 3, *[2**32 - 1] * 3), r"cut short, 0 of the 79,228,162,4\S+ values"),
        (idx(np.zeros(3, np.uint8)), r"values of shape \(3,\), expected pictures"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_idx_files_that_cannot_be_used(content, message, packed, tmp_path):
    path = tmp_path / "x-images-idx3-ubyte"
    path.write_bytes(gzip.compress(content) if packed else content)
    if packed and "79,228" in message:
        message = "packed bytes cannot hold the 79,228,162,4"
    with pytest.raises(DataError, match=message):
        load_idx(path)


def test_idx_pictures_without_labels(tmp_path):
    path = tmp_path / "x-images-idx3-ubyte"
    path.write_bytes(idx(np.zeros((3, 2, 2), np.uint8)))
    with pytest.raises(
        PathError, match="no file of labels beside it, such as x-labels-idx1-ubyte; hand it in"
    ):
        load_idx(path)
    with pytest.raises(DataError, match=r"values of shape \(3, 2, 2\), expected labels: \(n_examples,\)"):
        load_idx(path, labels=path)
    (tmp_path / "x-labels-idx1-ubyte").write_bytes(idx(np.arange(4, dtype=np.uint8)))
    with pytest.raises(
        DataError, match=r"targets of shape \(4, 4\), expected \(3, n_outputs\): a row for each"
    ):
        load_idx(path)


def load_bytes(loader, path, content, *arguments):
    path.write_bytes(content)
    loader(path, *arguments)


@pytest.mark.parametrize("packed", [False, True])
def test_idx_cut_short_anywhere_or_with_wrong_bytes(packed, tmp_path):
    path, labels = tmp_path / "idx", tmp_path / "labels"
    labels.write_bytes(idx(np.arange(3, dtype=np.uint8)))
    content = idx(np.arange(12, dtype=np.uint8).reshape(3, 2, 2))
    content = gzip.compress(content) if packed else content
    assert all(is_refused(load_bytes, load_idx, path, part, labels) for part in cut_short(content))
    assert sum(is_refused(load_bytes, load_idx, path, part, labels) for part in with_wrong_bytes(content)) > 0


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_cut_short_anywhere_or_with_wrong_bytes(save, tmp_path):
    file, path = io.BytesIO(), tmp_path / "x.npz"
    save(file, images=np.arange(12, dtype=np.uint8).reshape(3, 2, 2), labels=np.array(["a", "b", "a"]))
    content = file.getvalue()
    assert all(is_refused(load_bytes, load_npz, path, part) for part in cut_short(content))
    assert sum(is_refused(load_bytes, load_npz, path, part) for part in with_wrong_bytes(content, 500)) > 0


def test_npy_cut_short_anywhere_or_with_wrong_bytes(tmp_path):
    file, path, targets = io.BytesIO(), tmp_path / "x.npy", tmp_path / "y.npy"
    np.save(file, np.arange(12, dtype=np.uint8).reshape(3, 2, 2))
    np.save(targets, np.arange(3))
    content = file.getvalue()
    assert all(is_refused(load_bytes, load_npy, path, part, targets) for part in cut_short(content))
    assert (
        sum(is_refused(load_bytes, load_npy, path, part, targets) for part in with_wrong_bytes(content)) > 0
    )
