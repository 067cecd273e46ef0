"""Data sets from a folder of pictures, one sub-folder for each category."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassnet.data.camera import Camera
from glassnet.data.categories import in_order
from glassnet.data.dataset import Dataset
from glassnet.data.grey import grey_picture
from glassnet.errors import ChoiceError, DataError, GlassnetError, PathError, nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["load_folder", "load_pictures"]

SMALL_SIDE = 32
"""Pictures no larger than this that share one size are used pixel for pixel."""

USUAL_CAMERA = Camera(28, 28)
"""Otherwise they are seen with as many pixels as those of MNIST."""

MOST_NAMED = 20
"""A warning names this many of the files that were left out."""


def load_folder(
    path: str | os.PathLike[str], camera: Camera | None = None, on_error: str = "stop"
) -> Dataset:
    """Load pictures from a folder with one sub-folder for each category.

    The pictures lie directly in the sub-folders; hidden files are left out.

    Parameters
    ----------
    path : path
        The folder.
    camera : Camera, optional
        What the pictures are seen with; without it, a camera of their own size if they share one of at
        most 32 x 32 pixels, else one of 28 x 28.
    on_error : {"stop", "skip"}
        What to do about a file that is no picture: stop with an error, or leave it out and say so in
        a warning.

    Raises
    ------
    PathError
        There is no such folder.
    PictureError
        A file is no picture.
    DataError
        No sub-folders or only one, or one without pictures.
    ChoiceError
        An unknown `on_error`.
    """
    if on_error not in ("stop", "skip"):
        near = nearest(on_error, ["stop", "skip"])
        raise ChoiceError(f"on_error: got {on_error!r}, {near}expected stop or skip")
    folder = Path(path)
    groups = _files_by_category(folder)
    files = {name: {file.name: file for file in group} for name, group in groups.items()}
    return _load(files, folder, folder.resolve().name, camera, on_error)


def load_pictures(pictures: Mapping[str, Mapping[str, bytes]], name: str) -> Dataset:
    """Load pictures that are no files, such as those a browser hands over; see `load_folder`.

    Parameters
    ----------
    pictures : mapping of category to mapping of name to bytes
        The content of each picture, in the order that the examples are to have.
    name : str
        Name of the data set.

    Raises
    ------
    PictureError, DataError
        See `load_folder`; a picture is named by its category and name.
    """
    named = {
        category: {one: _Named(content, f"{name}/{category}/{one}") for one, content in group.items()}
        for category, group in ((each, pictures[each]) for each in in_order(pictures))
    }
    if len(named) < 2:
        found = f"only the sub-folder {next(iter(named))!r}" if named else "no sub-folders with pictures"
        raise DataError(f"{name}: {found}, expected at least two, one for each category")
    return _load(named, Path(name), name, None, "stop")


class _Named(io.BytesIO):
    """A picture in memory that has a name for messages, and can be read more than once."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name

    def read(self, size: int | None = -1, /) -> bytes:
        return self.getvalue() if size in (None, -1) else super().read(size)


def _load(
    files: Mapping[str, Mapping[str, Path | _Named]],
    folder: Path,
    title: str,
    camera: Camera | None,
    on_error: str,
) -> Dataset:
    """Let the camera see every picture of every category."""
    camera = (
        camera or _own_size([file for group in files.values() for file in group.values()]) or USUAL_CAMERA
    )
    inputs: list[NDArray[np.float32]] = []
    labels: list[str] = []
    names: list[str] = []
    left_out: list[str] = []
    for category, group in files.items():
        pictures = _take(group, camera, left_out if on_error == "skip" else None)
        if not pictures:
            raise DataError(f"{folder / category}: no pictures in it; add some, or remove the folder")
        inputs.extend(pictures.values())
        labels.extend([category] * len(pictures))
        names.extend(f"{category}/{name}" for name in pictures)
    if left_out:
        first = "; ".join(left_out[:MOST_NAMED]) + ("; ..." if len(left_out) > MOST_NAMED else "")
        warnings.warn(f"{folder}: left out {len(left_out)} of its files: {first}", stacklevel=2)
    return Dataset.from_arrays(
        np.stack(inputs),
        labels,
        categories=tuple(files),
        encoder=camera,
        names=names,
        name=title,
    )


def _take(
    files: Mapping[str, Path | _Named], camera: Camera, left_out: list[str] | None
) -> dict[str, NDArray[np.float32]]:
    """Return what the camera sees of each file, by name; `left_out`, if given, gets why one is not."""
    pictures = {}
    for name, file in files.items():
        try:
            pictures[name] = camera.picture(file).astype(np.float32)
        except GlassnetError as error:
            if isinstance(file, _Named):  # where nothing can be typed
                raise
            if left_out is None:
                raise type(error)(f"{error}; with on_error='skip' such files are left out") from error
            left_out.append(str(error))
    return pictures


def _files_by_category(folder: Path) -> dict[str, list[Path]]:
    """Return the files in each sub-folder, all in an order that does not depend on the disk."""
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        groups = {
            entry.name: [file for file in entry.iterdir() if not file.name.startswith(".")]
            for entry in entries
            if entry.is_dir()
        }
    except FileNotFoundError as error:
        raise PathError(f"{folder}: there is no such folder") from error
    except (OSError, ValueError) as error:  # ValueError: a name that no folder can have
        reason = getattr(error, "strerror", None) or error
        raise PathError(f"{folder}: cannot be opened as a folder: {reason}") from error
    if len(groups) < 2:
        found = f"only the sub-folder {next(iter(groups))!r}" if groups else "no sub-folders"
        raise DataError(
            f"{folder}: {found} among its {len(entries)} entries, "
            "expected at least two, one for each category"
        )
    return {name: sorted(groups[name], key=lambda file: file.name) for name in in_order(groups)}


def _own_size(files: Sequence[Path | _Named]) -> Camera | None:
    """Return a camera of the pictures' own size, if they share one and it is small."""
    shared = None
    for file in files:
        try:
            shape = grey_picture(file).shape
        except GlassnetError:
            continue  # met again, and spoken of, when the pictures are taken
        if shape != (shared or shape) or max(shape) > SMALL_SIDE:
            return None
        shared = shape
    return Camera(*shared) if shared else None
