"""Opens files that others wrote; whatever is wrong with them becomes a clear error."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from glassnet.errors import DataError, GlassnetError, PathError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["decoding", "open_file"]


def open_file(path: str | Path, expected: str) -> BinaryIO:
    """Open a file for reading bytes.

    Parameters
    ----------
    path : path
        The file.
    expected : str
        What kind of file it should be, for the message.

    Raises
    ------
    PathError
        The file is missing, a folder, or closed to us.
    """
    try:
        return Path(path).open("rb")
    except FileNotFoundError as error:
        raise PathError(f"{path}: there is no such file; expected {expected}") from error
    except IsADirectoryError as error:
        raise PathError(f"{path}: is a folder, expected {expected}") from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise PathError(f"{path}: cannot be opened: {getattr(error, 'strerror', None) or error}") from error


@contextmanager
def decoding(where: str, expected: str, error_class: type[DataError]) -> Iterator[None]:
    """Turn whatever a decoder raises inside the block into one clear error.

    Parameters
    ----------
    where : str
        The file, for the message.
    expected : str
        What it should have been, for the message.
    error_class : class
        The error to raise.

    Raises
    ------
    DataError
        As `error_class`; errors of glassnet's own pass through.
    """
    try:
        yield
    except GlassnetError:
        raise
    except MemoryError as error:
        raise error_class(f"{where}: needs more memory than there is") from error
    except Exception as error:  # decoders answer broken bytes with errors of every class
        raise error_class(f"{where}: broken or cut short, expected {expected} ({error})") from error
