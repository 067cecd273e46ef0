"""Writes a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from glassnet.errors import PathError

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], content: bytes | str) -> Path:
    """Write `content` to `path` so that nobody ever sees half of it, not even after a power cut.

    The content goes to a new file in the same folder, is synced to the disk, and then takes the
    place of the old one in a single step. When anything fails, the old file stays as it was.

    Parameters
    ----------
    path : path
        The file; its folder must exist.
    content : bytes or str
        Text is written as UTF-8.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    PathError
        The folder is missing or closed to us, or the disk is full.
    """
    path = Path(path)
    data = content.encode() if isinstance(content, str) else content
    aside = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        aside = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(_usual_mode())  # a temporary file is private; the finished one is not
        aside.replace(path)
        _sync_folder(path.parent)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        why = getattr(error, "strerror", None) or error
        raise PathError(f"cannot write {path} ({len(data):,} bytes): {why}; nothing was changed") from error
    finally:
        if aside is not None:  # gone already when all went well
            aside.unlink(missing_ok=True)
    return path


def _usual_mode() -> int:
    """The mode that a new file gets from this process."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make a renaming last; on systems where a folder cannot be opened there is nothing to do."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
