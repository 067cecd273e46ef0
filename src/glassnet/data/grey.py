"""Reads any picture as grey values: a path, bytes, an open file, a Pillow image or an array."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from glassnet.data.reading import decoding, open_file
from glassnet.errors import PictureError

__all__ = ["PictureSource", "brightness", "grey_picture"]

PictureSource = str | os.PathLike[str] | bytes | IO[bytes] | Image.Image | NDArray[Any] | Sequence[Any]

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
"""What is read; Pillow knows more, but each further decoder is a further door for hostile files."""

MOST_PIXELS = 100_000_000
"""A larger picture is refused before it is decoded: a file of a few bytes can claim any size."""

LUMA = np.array([19595, 38470, 7471]) / 65536
"""How bright red, green and blue look (ITU-R BT.601), as Pillow rounds them; they sum to exactly 1."""

EXPECTED = "a PNG, JPEG, BMP, GIF or WebP picture"


def grey_picture(source: PictureSource) -> NDArray[Any]:
    """Return the grey values of a picture, row by row.

    Colours become grey as bright as they look (ITU-R BT.601); transparent parts lie on white paper; a
    photograph that says how the camera was held (EXIF) is turned upright; of a film, the first picture.

    Parameters
    ----------
    source : path, bytes, binary file, PIL.Image.Image or array_like
        An array has the shape (height, width) or (height, width, channels), with 1 channel (grey),
        3 (red, green, blue) or 4 (and opacity). Its type says what its numbers mean: bool and
        unsigned integers of 8 or 16 bits go from black to white over their full range; floats are
        brightness already, from -1 (black) to +1 (white), with an opacity from 0 to 1.

    Returns
    -------
    ndarray, shape (height, width)
        uint8 or uint16 over their full range, or float64 brightness in [-1, 1].

    Raises
    ------
    PictureError
        Not a picture, broken, cut short, empty, or too large.
    PathError
        The file is missing or cannot be opened.
    """
    if isinstance(source, Image.Image):
        return _decode(source, "the Pillow image")
    if isinstance(source, str | os.PathLike):
        with open_file(Path(source), EXPECTED) as file:
            return _open(file, str(source))
    where = "the picture's bytes"
    if hasattr(source, "read"):
        where = str(getattr(source, "name", "the open file"))
        source = source.read()
        if isinstance(source, str):
            raise PictureError(f"{where}: opened as text, expected a file opened with mode 'rb'")
    if isinstance(source, bytes | bytearray | memoryview):
        return _open(io.BytesIO(source), where)
    return _grey_of_array(source, "the picture's array")


def brightness(grey: NDArray[Any], stored_as: np.dtype[Any], dtype: Any = np.float64) -> NDArray[Any]:
    """Turn grey values into brightness from -1 (black) to +1 (white), as a new array.

    Parameters
    ----------
    grey : ndarray
        Grey values, or means of them.
    stored_as : dtype
        How the picture holds its grey values: unsigned integers over their full range, or floats, which
        are brightness already.
    dtype : dtype
        The floating type of the result.

    Examples
    --------
    >>> brightness(np.array([0, 255]), np.dtype(np.uint8))
    array([-1.,  1.])
    """
    values = np.array(grey, dtype=dtype, order="C")
    if stored_as.kind == "u":
        # In this order only the division rounds, so that float32 and float64 agree as well as they can.
        white = np.iinfo(stored_as).max
        values *= 2
        values -= white
        values /= white
    return values


def _open(file: IO[bytes], where: str) -> NDArray[Any]:
    """Decode a picture from bytes."""
    # Pillow warns of odd metadata and large sizes; the former does not matter, the latter we judge.
    with decoding(where, EXPECTED, PictureError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(file, formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise PictureError(f"{where}: {_too_large()}") from error
        except UnidentifiedImageError as error:
            file.seek(0)
            what = "not a picture that can be read" if file.read(1) else "the file is empty"
            raise PictureError(f"{where}: {what}, expected {EXPECTED}") from error
        with image:
            return _decode(image, where)


def _decode(image: Image.Image, where: str) -> NDArray[Any]:
    """Return the grey values of a Pillow image, turned upright."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise PictureError(f"{where}: {width} x {height} pixels: {_too_large()}")
    if width * height == 0:
        raise PictureError(f"{where}: {width} x {height} pixels, expected at least one")
    with decoding(where, EXPECTED, PictureError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _grey_of_image(ImageOps.exif_transpose(image), where)


def _too_large() -> str:
    return f"too large, expected at most {MOST_PIXELS:,} pixels; make it smaller first"


def _grey_of_image(image: Image.Image, where: str) -> NDArray[Any]:
    if image.mode == "F":
        return _grey_of_array(np.asarray(image), where)
    if image.mode == "I" or image.mode.startswith("I;16"):
        # Not convert("L"), which cuts everything above 255 down to white.
        grey = np.array(image)
        if grey.min() < 0 or grey.max() > 65535:
            raise PictureError(f"{where}: grey values outside 0 to 65535, expected 16 bits")
        if "transparency" in image.info:
            grey[grey == image.info["transparency"]] = 65535  # white paper
        return grey.astype(np.uint16)
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    if image.mode not in ("1", "L"):
        image = image.convert("RGB")
    return np.asarray(image.convert("L"))


def _grey_of_array(values: Any, where: str) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise PictureError(f"{where}: its rows have different lengths") from error
    if array.dtype == bool:
        array = array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind != "f" and array.dtype not in (np.uint8, np.uint16):
        raise PictureError(
            f"{where}: got values of type {array.dtype}, expected uint8 or uint16 (0 black to full white) "
            "or floats (-1 black to +1 white)"
        )
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in (1, 3, 4) or array.size == 0:
        raise PictureError(
            f"{where}: got shape {array.shape}, expected (height, width) or (height, width, 1, 3 or 4)"
        )
    if array.dtype.kind == "f":
        array = array.astype(np.float64)
        _check_floats(array, where)
    if channels == 1:
        return array.reshape(array.shape[:2])
    if array.dtype == np.uint8:
        return _grey_of_image(Image.fromarray(array), where)
    grey: NDArray[Any] = brightness(array[..., :3], array.dtype) @ LUMA
    if channels == 4:
        opacity = array[..., 3] if array.dtype.kind == "f" else array[..., 3] / np.iinfo(array.dtype).max
        grey = opacity * grey + (1 - opacity)  # white paper has brightness 1
    return grey


def _check_floats(array: NDArray[Any], where: str) -> None:
    low, high = float(array.min()), float(array.max())  # NaN, if there is one
    if not (low >= -1 and high <= 1):
        raise PictureError(
            f"{where}: floats from {low:g} to {high:g}, expected brightness from -1 (black) to +1 (white); "
            "hand in grey values from 0 to 255 as uint8"
        )
    if array.ndim == 3 and array.shape[2] == 4 and array[..., 3].min() < 0:
        raise PictureError(f"{where}: an opacity below 0, expected 0 (clear) to 1 (opaque)")
