"""Bad pictures, and folders of them: each a clear error that says what to do, and nothing else."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from broken_bytes import cut_short, is_refused, with_wrong_bytes
from glassnet.data import (
    Camera,
    load_folder,
)
from glassnet.errors import (
    ChoiceError,
    DataError,
    PathError,
    PictureError,
)

CAMERA = Camera(2, 2)


def png(width=6, height=5) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + b"\0\0\0\0IDAT"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"x\.png: the file is empty, expected a PNG, JPEG, BMP, GIF or WebP picture"),
        (b"hello, I am text", r"x\.png: not a picture that can be read, expected a PNG"),
        (png()[:60], r"x\.png: broken or cut short, expected a PNG"),
        (png()[:-30], r"x\.png: broken or cut short"),
        (
            png_that_claims(10_001, 10_000),
            r"x\.png: 10001 x 10000 pixels: too large, expected at most 100,000,000",
        ),
        (png_that_claims(60_000, 60_000), r"x\.png: too large, expected at most 100,000,000 pixels; make it"),
    ],
)
def test_files_that_are_no_picture(content, message, tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=message):
        CAMERA.picture(path)


def test_other_formats_of_pillow_are_not_tried(tmp_path):
    path = tmp_path / "x.png"
    Image.new("L", (2, 2)).save(path, "TIFF")
    with pytest.raises(
        PictureError, match="not a picture that can be read, expected a PNG, JPEG, BMP, GIF or WebP"
    ):
        CAMERA.picture(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.png", r"missing\.png: there is no such file; expected a PNG"),
        ("", "is a folder, expected a PNG"),
        ("nul\0", "cannot be opened: embedded null"),
        ("n" * 300, "cannot be opened: .*too long"),
    ],
)
def test_paths_without_a_picture(name, message, tmp_path):
    with pytest.raises(PathError, match=message):
        CAMERA.picture(f"{tmp_path}/{name}" if name else tmp_path)


def test_a_file_closed_to_us(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(PathError, match=r"x\.png: cannot be opened: Permission denied"):
        CAMERA.picture(tmp_path / "x.png")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (np.zeros((2, 2), np.int64), "got values of type int64, expected uint8 or uint16 .* or floats"),
        (None, "got values of type object"),
        ([["a"]], "got values of type <U1"),
        ([[0.0], [0.0, 1.0]], "its rows have different lengths"),
        (np.zeros(4), r"got shape \(4,\), expected \(height, width\) or \(height, width, 1, 3 or 4\)"),
        (np.zeros((2, 2, 2)), r"got shape \(2, 2, 2\)"),
        (np.zeros((0, 2)), r"got shape \(0, 2\)"),
        (
            np.array([[0.0, 255.0]]),
            r"floats from 0 to 255, expected brightness from -1 .*; hand in .* as uint8",
        ),
        (np.array([[0.0, np.nan]]), "floats from nan to nan"),
        (np.full((1, 1, 4), -0.5), "an opacity below 0"),
        (Image.new("L", (0, 3)), "the Pillow image: 0 x 3 pixels, expected at least one"),
        (Image.frombytes("I", (1, 1), struct.pack("=i", 70_000)), "grey values outside 0 to 65535"),
        (b"", "the picture's bytes: the file is empty"),
        (io.StringIO("text"), "the open file: opened as text, expected a file opened with mode 'rb'"),
    ],
)
def test_things_that_are_no_picture(source, message):
    with pytest.raises(PictureError, match=message):
        CAMERA.picture(source)


def test_a_pillow_image_that_is_too_large(monkeypatch):
    monkeypatch.setattr("glassnet.data.grey.MOST_PIXELS", 10)
    with pytest.raises(PictureError, match="the Pillow image: 4 x 3 pixels: too large"):
        CAMERA.picture(Image.new("L", (4, 3)))


def test_more_memory_than_there_is(monkeypatch):
    def refuse(*_, **__):
        raise MemoryError

    monkeypatch.setattr(Image, "open", refuse)
    with pytest.raises(PictureError, match="the picture's bytes: needs more memory than there is"):
        CAMERA.picture(png())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP"])
def test_pictures_cut_short_anywhere_or_with_wrong_bytes(kind):
    file = io.BytesIO()
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(6, 8) * 5).save(file, kind, exif=Image.Exif())
    content = file.getvalue()
    assert sum(is_refused(CAMERA.picture, part) for part in cut_short(content)) > 0
    assert sum(is_refused(CAMERA.picture, part) for part in with_wrong_bytes(content)) > 0


@pytest.fixture
def folder(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").write_bytes(png())
    return tmp_path


def test_a_file_that_is_no_picture_is_named(folder):
    (folder / "cat" / "Thumbs.db").write_text("x")
    with pytest.raises(
        PictureError, match=r"Thumbs\.db: not a picture .* on_error='skip' such files are left out"
    ):
        load_folder(folder)


def test_a_folder_among_the_pictures_is_named(folder):
    (folder / "cat" / "more").mkdir()
    with pytest.raises(PathError, match="more: is a folder, expected a PNG"):
        load_folder(folder)


def test_a_missing_folder(tmp_path):
    with pytest.raises(PathError, match="nowhere: there is no such folder"):
        load_folder(tmp_path / "nowhere")
    with pytest.raises(PathError, match="cannot be opened as a folder: embedded null"):
        load_folder("a\0")


def test_a_file_instead_of_a_folder(folder):
    with pytest.raises(PathError, match=r"1\.png: cannot be opened as a folder: Not a directory"):
        load_folder(folder / "cat" / "1.png")


def test_a_folder_without_categories(folder):
    with pytest.raises(DataError, match="cat: no sub-folders among its 1 entries, expected at least two"):
        load_folder(folder / "cat")


def test_a_folder_with_one_category(folder):
    (folder / "dog").rename(folder / "cat" / ".dog")
    with pytest.raises(
        DataError, match="only the sub-folder 'cat' among its 1 entries, expected at least two"
    ):
        load_folder(folder)


@pytest.mark.parametrize("on_error", ["stop", "skip"])
def test_an_empty_category(folder, on_error):
    (folder / "emu").mkdir()
    with pytest.raises(DataError, match="emu: no pictures in it; add some, or remove the folder"):
        load_folder(folder, on_error=on_error)


def test_an_unknown_way_to_go_on(folder):
    with pytest.raises(
        ChoiceError, match=r"on_error: got 'skp', did you mean 'skip'\? expected stop or skip"
    ):
        load_folder(folder, on_error="skp")
