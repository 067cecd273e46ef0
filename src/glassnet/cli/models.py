"""Finds the model that a command names, and says in words what goes into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.data import Camera, Columns
from glassnet.errors import PathError
from glassnet.training import MODEL

if TYPE_CHECKING:
    from glassnet.data import Encoder

__all__ = ["describe_encoder", "find_model"]


def find_model(model: str) -> Path:
    """Return the model file that a run folder or a file's name stands for.

    Raises
    ------
    PathError
        The folder holds no model.
    """
    path = Path(model)
    if not path.is_dir():
        return path
    if not (path / MODEL).is_file():
        raise PathError(
            f"{path}: the folder has no {MODEL}; expected a run, and if it was killed: "
            f"glassnet train --resume {path}"
        )
    return path / MODEL


def describe_encoder(encoder: Encoder | None) -> str:
    """Say what becomes the inputs of a network.

    Examples
    --------
    >>> describe_encoder(Camera(8, 8))
    'pictures of 8 x 8 pixels'
    """
    if isinstance(encoder, Camera):
        negative = ", black and white swapped" if encoder.negative else ""
        return f"pictures of {encoder.rows} x {encoder.columns} pixels{negative}"
    if isinstance(encoder, Columns):
        return f"columns {', '.join(column.name for column in encoder.columns)}"
    return "bare numbers"
