"""Data sets from a folder of pictures."""

import numpy as np
import pytest
from PIL import Image

from glassnet.data import Camera, load_folder


def save(path, value=0, size=(4, 3)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, value).save(path)


@pytest.fixture
def folder(tmp_path):
    save(tmp_path / "10" / "b.png", 255)
    save(tmp_path / "10" / "a.bmp", 51)
    save(tmp_path / "9" / "c.gif", 0)
    (tmp_path / "9" / ".hidden").write_text("not a picture")
    (tmp_path / ".cache").mkdir()
    (tmp_path / "README").write_text("beside the categories")
    return tmp_path


def test_categories_names_and_pictures_in_order(folder):
    data = load_folder(folder)
    assert data.categories == ("9", "10")
    assert data.names == ("9/c.gif", "10/a.bmp", "10/b.png")
    assert data.labels.tolist() == [0, 1, 1]
    assert data.encoder == Camera(3, 4)
    assert data.inputs.dtype == np.float32
    np.testing.assert_array_equal(data.inputs, np.repeat(np.float32([[-1], [-0.6], [1]]), 12, axis=1))
    assert data.name == folder.name


def test_pictures_of_different_sizes_are_seen_with_28_x_28(folder):
    save(folder / "9" / "d.png", 0, size=(3, 4))
    assert load_folder(folder).encoder == Camera(28, 28)


def test_large_pictures_are_seen_with_28_x_28(folder):
    for path in list(folder.glob("*/[a-z]*")):
        path.unlink()
    for name in ("9", "10"):
        save(folder / name / "x.png", 255, size=(33, 33))
    data = load_folder(folder)
    assert data.encoder == Camera(28, 28)
    assert (data.inputs == 1).all()


def test_a_camera_may_be_given(folder):
    data = load_folder(folder, camera=Camera(2, 2, negative=True))
    assert data.encoder == Camera(2, 2, negative=True)
    np.testing.assert_array_equal(data.inputs[:, 0], np.float32([1, 0.6, -1]))


def test_files_that_are_no_pictures_are_left_out_and_named(folder):
    (folder / "9" / "notes.txt").write_text("hello")
    (folder / "10" / "deeper").mkdir()
    with pytest.warns(UserWarning, match=r"left out 2 of its files: .*notes\.txt.*; .*deeper"):
        data = load_folder(folder, on_error="skip")
    assert data.names == ("9/c.gif", "10/a.bmp", "10/b.png")
    assert data.encoder == Camera(3, 4)


def test_a_warning_names_only_the_first_of_many(folder):
    for i in range(30):
        (folder / "9" / f"bad{i:02}").touch()
    with pytest.warns(UserWarning, match=r"left out 30 of its files: .*bad19[^;]*; \.\.\.$"):
        load_folder(folder, on_error="skip")
