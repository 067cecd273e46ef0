"""Data sets from .npz, .npy and IDX files."""

import gzip
import struct

import numpy as np
import pytest

from glassnet.data import Camera, load_idx, load_npy, load_npz
from glassnet.data import stored as stored_module

PICTURES = np.arange(5 * 2 * 3, dtype=np.uint8).reshape(5, 2, 3) * 8
LABELS = np.array([7, 3, 3, 7, 3], dtype=np.uint8)


def idx(values: np.ndarray) -> bytes:
    return struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape) + values.tobytes()


def check_pictures(data):
    assert data.encoder == Camera(2, 3)
    assert data.categories == ("3", "7")
    assert data.labels.tolist() == [1, 0, 0, 1, 0]
    np.testing.assert_array_equal(data.inputs, np.float32((2.0 * PICTURES.reshape(5, 6) - 255) / 255))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_of_images_and_labels(save, tmp_path):
    path = tmp_path / "some.npz"
    save(path, images=PICTURES, labels=LABELS)
    data = load_npz(path)
    check_pictures(data)
    assert data.name == "some"
    assert not data.streams


def test_npz_of_numbers(tmp_path):
    path = tmp_path / "some.npz"
    np.savez(path, inputs=np.ones((2, 3)), targets=[0.5, 1.5], weights=[1.0, 2.0], note="unread")
    data = load_npz(path)
    assert data.categories is None
    assert data.targets.tolist() == [[0.5], [1.5]]
    assert data.weights.tolist() == [1, 2]
    assert data.encoder is None


def test_npz_of_numbers_and_categories(tmp_path):
    path = tmp_path / "some.npz"
    np.savez(path, inputs=np.ones((2, 3)), targets=[1, 0], categories=["no", "yes", "perhaps"])
    data = load_npz(path)
    assert data.categories == ("no", "yes", "perhaps")
    assert data.labels.tolist() == [1, 0]


def test_npz_of_text_labels(tmp_path):
    path = tmp_path / "some.npz"
    np.savez(path, inputs=np.asfortranarray(np.arange(6.0).reshape(2, 3)), targets=["up", "down"])
    data = load_npz(path)
    assert data.categories == ("down", "up")
    assert data.inputs.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_npy_pair(tmp_path):
    np.save(tmp_path / "x.npy", PICTURES)
    np.save(tmp_path / "y.npy", LABELS)
    data = load_npy(tmp_path / "x.npy", tmp_path / "y.npy")
    check_pictures(data)
    assert not data.streams


def test_large_npy_stays_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(stored_module, "MOST_BYTES_IN_MEMORY", 100)
    np.save(tmp_path / "x.npy", PICTURES)
    np.save(tmp_path / "y.npy", LABELS)
    data = load_npy(tmp_path / "x.npy", tmp_path / "y.npy")
    assert data.streams
    check_pictures(data)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz"),
    ],
)
def test_idx_finds_the_labels_by_mnists_names(images, labels, tmp_path):
    for name, values in ((images, PICTURES), (labels, LABELS)):
        content = idx(values)
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    check_pictures(load_idx(tmp_path / images))


def test_idx_with_labels_given(tmp_path):
    (tmp_path / "a").write_bytes(idx(PICTURES))
    (tmp_path / "b").write_bytes(idx(LABELS))
    check_pictures(load_idx(tmp_path / "a", labels=tmp_path / "b"))


def test_large_idx_stays_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(stored_module, "MOST_BYTES_IN_MEMORY", 100)
    (tmp_path / "a").write_bytes(idx(PICTURES))
    (tmp_path / "b").write_bytes(idx(LABELS))
    data = load_idx(tmp_path / "a", labels=tmp_path / "b")
    assert data.streams
    check_pictures(data)
