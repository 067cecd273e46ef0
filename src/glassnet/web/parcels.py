"""Files and camera pictures that a page hands over: what a parcel may hold, and how large it may be.

A parcel is one binary message: the length of its label (4 bytes, the lowest first), the label (one JSON
object with ``kind`` and ``files``, each with ``name`` and ``size``), and the bytes of the files, one after
the other. The names are shown to people and never used as paths.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from glassnet.checks import whole_number
from glassnet.errors import GlassnetError, MessageError
from glassnet.web.messages import Message

__all__ = ["KINDS", "LARGEST_PARCEL", "MOST_FILES", "Parcel", "read_parcel"]

LARGEST_PARCEL = 64 << 20
"""Of all files together, with their label [bytes]."""

MOST_FILES = 20_000

KINDS = ("picture", "webcam", "table", "folder", "model")

_LONGEST_NAME = 200
_LONGEST_LABEL = 8 << 20
_MOST_PIXELS_A_SIDE = 1024


@dataclass(frozen=True, eq=False)
class Parcel(Message):
    """Files from a page.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    name : str
        Of the file, or of the folder that the files were in.
    files : tuple of (str, bytes)
        Name and content; in a folder the name is ``category/file``.
    shape : tuple of int
        Rows and columns of a webcam's picture, whose content is red, green, blue of every pixel.
    """

    kind: str
    name: str
    files: tuple[tuple[str, bytes], ...]
    shape: tuple[int, int] = (0, 0)


def read_parcel(content: bytes) -> Parcel:
    """Return the parcel that a page sent.

    Raises
    ------
    MessageError
        Its label is none, or its files are not what the label says.

    Examples
    --------
    >>> label = b'{"kind": "picture", "name": "a.png", "files": [{"name": "a.png", "size": 2}]}'
    >>> read_parcel(len(label).to_bytes(4, "little") + label + b"ab").files
    (('a.png', b'ab'),)
    """
    length = int.from_bytes(content[:4], "little")
    if len(content) < 4 or not 0 < length <= min(_LONGEST_LABEL, len(content) - 4):
        raise MessageError("parcel: expected a label and files")
    try:
        label = json.loads(content[4 : 4 + length])
    except (ValueError, RecursionError):
        raise MessageError("parcel, label: expected one JSON object") from None
    if not isinstance(label, dict) or not {"kind", "name", "files"} <= set(label) <= {
        *("kind", "name", "files", "rows", "columns")
    }:
        raise MessageError("parcel, label: expected the fields kind, name and files")
    kind = label["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise MessageError(f"parcel: got the kind {kind!r:.40}, expected {', '.join(KINDS)}")
    name = _name(label["name"], "parcel")
    files = _files(label["files"], content, 4 + length, kind)
    return Parcel(kind, name, files, _shape(label, files[0][1]) if kind == "webcam" else (0, 0))


def _files(listed: object, content: bytes, at: int, kind: str) -> tuple[tuple[str, bytes], ...]:
    most = MOST_FILES if kind == "folder" else 1
    if not isinstance(listed, list) or not 0 < len(listed) <= most:
        raise MessageError(f"{kind}: expected 1 to {most:,} files")
    files: list[tuple[str, bytes]] = []
    for one in listed:
        if not isinstance(one, dict) or set(one) != {"name", "size"}:
            raise MessageError(f"{kind}: expected name and size of each file")
        size = _whole(one["size"], f"{kind}, size", LARGEST_PARCEL)
        if kind == "folder":
            category, _, name = str(one["name"]).partition("/")
            where = f"{_name(category, kind)}/{_name(name, kind)}"
        else:
            where = _name(one["name"], kind)
        files.append((where, content[at : at + size]))
        at += size
    if at != len(content):
        raise MessageError(f"{kind}: the files are not as large as the label says")
    if len({name for name, _ in files}) < len(files):
        raise MessageError(f"{kind}: two files have the same name")
    return tuple(files)


def _name(value: object, what: str) -> str:
    """A plain name: nothing in it leads anywhere."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME:
        raise MessageError(f"{what}: expected names of 1 to {_LONGEST_NAME} letters")
    if value.startswith(".") or not value.isprintable() or set(value) & set("/\\"):
        raise MessageError(f"{what}: the name {value!r:.60} is no plain name of a file or folder")
    return value


def _shape(label: dict[str, object], content: bytes) -> tuple[int, int]:
    rows, columns = (
        _whole(label.get(side), f"webcam, {side}", _MOST_PIXELS_A_SIDE, low=1) for side in ("rows", "columns")
    )
    if len(content) != 3 * rows * columns:
        raise MessageError(f"webcam: expected {3 * rows * columns:,} bytes, got {len(content):,}")
    return rows, columns


def _whole(value: object, what: str, high: int, low: int = 0) -> int:
    try:
        return whole_number(value, what, low=low, high=high)
    except GlassnetError as error:
        raise MessageError(str(error)) from error
