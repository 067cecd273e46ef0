"""load: one door to all data."""

import struct

import numpy as np
import pytest
from PIL import Image

import glassnet.data
from glassnet.data import Camera, load


def test_bundled_names():
    assert load("four-pixel").n_examples == 8
    assert load("four-pixel", n=20, noise=0.1, seed=4).n_examples == 20
    assert load("digits").n_examples == 1797


@pytest.mark.parametrize("as_text", [True, False])
def test_files_and_folders(tmp_path, as_text):
    table, arrays, inputs, targets = (tmp_path / name for name in ("t.csv", "a.npz", "x.npy", "y.npy"))
    table.write_text("a,b\n1,x\n2,y\n")
    np.savez(arrays, inputs=np.ones((3, 2)), targets=[0, 1, 0])
    np.save(inputs, np.ones((4, 2)))
    np.save(targets, np.array([0, 1, 0, 1]))
    pictures = tmp_path / "pictures-idx3-ubyte"
    pictures.write_bytes(struct.pack(">HBBIII", 0, 8, 3, 5, 1, 1) + bytes(5))
    labels = tmp_path / "labels"
    labels.write_bytes(struct.pack(">HBBI", 0, 8, 1, 5) + bytes([0, 1, 0, 1, 0]))
    for i in range(6):
        path = tmp_path / "folder" / f"category{i % 2}" / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (2, 2)).save(path)

    def named(path):
        return str(path) if as_text else path

    assert load(named(table), target="a").n_examples == 2
    assert load(named(arrays)).n_examples == 3
    assert load(named(inputs), targets=targets).n_examples == 4
    assert load(named(pictures), labels=labels).n_examples == 5
    assert load(named(tmp_path / "folder"), camera=Camera(1, 1)).n_inputs == 1


def test_public_names():
    assert glassnet.data.__all__ == sorted(glassnet.data.__all__)
    for name in glassnet.data.__all__:
        assert hasattr(glassnet.data, name)
