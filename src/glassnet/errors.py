"""Every error that glassnet raises on purpose, as one family.

::

    GlassnetError
    ├── ChoiceError         (ValueError)         a name that is in no table; the nearest one is suggested
    ├── CircuitError        (ValueError)         an expression that is no circuit, or has no value
    ├── SettingError        (ValueError)         a number or switch outside what it may be
    ├── ShapeError          (ValueError)         an array of another shape or type than promised
    ├── DataError           (ValueError)         data that cannot be used as they are
    │   ├── PictureError                         a picture that cannot be read
    │   └── TableError                           a table that cannot be read
    ├── PathError           (OSError)            a file or folder that is missing, in use or cannot be written
    ├── OutOfMemoryError    (MemoryError)        what needs more memory than is free, said before it is taken
    ├── ModelFileError      (ValueError)         a file that is no whole, valid glassnet model
    ├── MessageError        (ValueError)         a message between page and program that says nothing known
    └── LossNotFinite       (FloatingPointError) training that met an infinite loss or NaN

Each is also the built-in error that a Python user would catch. A message says where, what came,
what was expected and what to do.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ChoiceError",
    "CircuitError",
    "DataError",
    "GlassnetError",
    "LossNotFinite",
    "MessageError",
    "ModelFileError",
    "OutOfMemoryError",
    "PathError",
    "PictureError",
    "SettingError",
    "ShapeError",
    "TableError",
    "nearest",
]


class GlassnetError(Exception):
    """Anything that glassnet refuses, with a message for a person."""


class ChoiceError(GlassnetError, ValueError):
    """A name that is in no table."""


class CircuitError(GlassnetError, ValueError):
    """An expression that is no circuit, or that has no value or no slope where it was asked for."""


class SettingError(GlassnetError, ValueError):
    """A number or switch outside what it may be."""


class ShapeError(GlassnetError, ValueError):
    """An array of another shape or type than promised."""


class DataError(GlassnetError, ValueError):
    """Data that cannot be used as they are."""


class PictureError(DataError):
    """A picture that cannot be read."""


class TableError(DataError):
    """A table that cannot be read."""


class PathError(GlassnetError, OSError):
    """A file or folder that is missing, in use or cannot be written."""


class OutOfMemoryError(GlassnetError, MemoryError):
    """Something that needs more memory than is free, said before any of it is taken."""


class ModelFileError(GlassnetError, ValueError):
    """A file that is no whole, valid glassnet model."""


class MessageError(GlassnetError, ValueError):
    """A message between the page and the program that is of no known kind, or says what it may not."""


class LossNotFinite(GlassnetError, FloatingPointError):  # noqa: N818 - reads as what happened
    """Training met a loss that is infinite or not a number, and stopped there.

    The network has been put back to the last moment at which its loss was finite.
    """


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant.

    Parameters
    ----------
    name : str
        What was given.
    known : iterable of str
        What exists.

    Returns
    -------
    str
        ``"did you mean 'tanh'? "``, or an empty string when nothing is near; a prefix for a message
        that goes on with the whole list.

    Examples
    --------
    >>> nearest("tahn", ["identity", "tanh"])
    "did you mean 'tanh'? "
    """
    close = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}? " if close else ""
