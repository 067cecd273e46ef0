"""The few words of SVG that the pictures are written in, and the finished `Picture`."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.files import write_whole

if TYPE_CHECKING:
    import os
    from pathlib import Path

__all__ = ["Picture", "Point", "add", "canvas", "coordinate", "finished"]

Point = tuple[float, float]
"""How far from the left edge, and how far from the top [px]."""

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"

# What XML 1.0 cannot hold, not even escaped: most control characters, half characters, two non-characters.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Picture:
    """A finished picture; a notebook shows it by itself.

    Attributes
    ----------
    svg : str
        The whole SVG document, as `save` writes it and as a web page may hold it.
    """

    svg: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to an ``.svg`` file, whole or not at all.

        Raises
        ------
        PathError
            The file cannot be written.
        """
        return write_whole(path, self.svg)

    def _repr_svg_(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Picture, {len(self.svg):,} characters of SVG>"


def canvas(width: float, height: float, title: str, description: str, ground: str) -> ET.Element:
    """Return an empty picture on a ground of its own, with its text alternatives.

    Parameters
    ----------
    width, height : float
        [px]; where a page is narrower, the picture shrinks with it.
    title, description : str
        What a screen reader says: in short, and in full.
    ground : str
        Colour of the ground, so that the picture looks the same on a light and on a dark page.
    """
    root = ET.Element("svg", xmlns="http://www.w3.org/2000/svg")
    size = {"width": coordinate(width), "height": coordinate(height)}
    root.attrib.update(
        viewBox=f"0 0 {size['width']} {size['height']}",
        **size,
        style="max-width: 100%; height: auto",
        role="img",
        **{"font-family": FONT},
    )
    add(root, "title", title)
    add(root, "desc", description)
    add(root, "rect", x=0, y=0, width=width, height=height, rx=12, fill=ground)
    return root


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: float | str) -> ET.Element:
    """Add an element to another and return it.

    Parameters
    ----------
    parent : Element
    tag : str
        Such as "line".
    text : str, optional
        Anybody's text: it is escaped, and what XML cannot hold is replaced.
    **attributes : float or str
        With ``_`` for ``-``; numbers are written by `coordinate`.
    """
    element = ET.SubElement(parent, tag)
    for name, value in attributes.items():
        written = _holdable(value) if isinstance(value, str) else coordinate(value)
        element.set(name.replace("_", "-"), written)
    if text is not None:
        element.text = _holdable(text)
    return element


def finished(root: ET.Element) -> Picture:
    """Return the picture that stands under `root`."""
    ET.indent(root)
    return Picture(ET.tostring(root, encoding="unicode") + "\n")


def coordinate(value: float) -> str:
    """Write a number with at most two decimals, the same way everywhere.

    Examples
    --------
    >>> coordinate(12.0), coordinate(0.125), coordinate(-0.001)
    ('12', '0.12', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _holdable(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
