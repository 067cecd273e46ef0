"""Draws what a finding of the doctor can be seen by: curves, bars, or examples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.proof import Bars, Curves, Examples
from glassnet.errors import SettingError
from glassnet.pictures.colours import AXIS, HELD_OUT, INK, TRAINING
from glassnet.pictures.curve_geometry import Axis, drawable, exact_axis, loss_axis, plain_axis, unbroken
from glassnet.pictures.diagram import MARGIN, TEXT_SIZE, draw_axes, draw_line, sheet
from glassnet.pictures.diagram_geometry import Diagram, decades
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.pixels import draw_pixels, fewer_pixels
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import readable, sentences, shortened, text_width

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.doctor import Finding

__all__ = ["finding"]

# All in px.
WIDTH, TOP = 560.0, 78.0
CURVES = Box(92.0, TOP + 22, WIDTH - 92.0 - MARGIN, 180.0)
BARS_X, BARS_WIDTH, BAR_ROW, BAR = 260.0, 204.0, 26.0, 16.0
PICTURE, GAP = 72.0, 14.0

_COLOURS = (TRAINING, HELD_OUT, INK)
_DASHES = ("none", "7 4", "2 3")


def finding(finding: Finding) -> Picture:
    """Draw the proof of a finding.

    Parameters
    ----------
    finding : Finding
        From `glassnet.doctor.examine`.

    Returns
    -------
    Picture

    Raises
    ------
    SettingError
        The finding has nothing that can be drawn.

    Examples
    --------
    >>> from glassnet import data, doctor
    >>> patterns = data.four_pixel().take([0, 1, 2, 3, 4, 5])
    >>> found = doctor.examine(None, patterns).findings[0]
    >>> found.name, "examples of each category" in str(finding(found))
    ('labels missing', True)
    """
    proof = finding.proof
    if isinstance(proof, Curves):
        return _curves(finding.name, proof)
    if isinstance(proof, Bars):
        return _bars(finding.name, proof)
    if isinstance(proof, Examples):
        return _examples(finding.name, proof)
    raise SettingError(f"finding: {finding.name} has nothing that can be drawn")


def _new_sheet(name: str, title: str, height: float, parts: list[str]) -> ET.Element:
    root = sheet(WIDTH, height, sentences([name])[:-1], sentences([title, *parts]))
    words = shortened(title, TEXT_SIZE, WIDTH - 2 * MARGIN)
    add(root, "text", words, x=MARGIN, y=58, fill=INK, font_size=TEXT_SIZE)
    return root


def _curves(name: str, proof: Curves) -> Picture:
    points = [point for _, line in proof.lines for point in line]
    xs = [x for x, _ in points] + ([proof.mark[0]] if proof.mark else [])
    ys = [y for _, y in points if drawable(y)] or [0.0, 1.0]
    # A loss may fall by decades; a slope has both signs.
    up = loss_axis(ys) if proof.across == "epoch" else plain_axis(ys)
    diagram = Diagram(CURVES, exact_axis(min(xs, default=0.0), max(xs, default=1.0)), up)
    height = CURVES.y + CURVES.height + 58
    root = _new_sheet(name, proof.title, height, [line for line, _ in proof.lines])
    draw_axes(root, diagram, proof.across, "")
    if proof.mark is not None:
        x, _ = diagram.place(proof.mark[0], up.high)
        path = f"M{coordinate(x)} {coordinate(CURVES.y)}v{coordinate(CURVES.height)}"
        add(root, "path", d=path, stroke=INK, stroke_dasharray="1 3")
        left = x < CURVES.middle[0]
        place = {"x": x + (4 if left else -4), "y": CURVES.y + 12}
        anchor = "start" if left else "end"
        add(root, "text", proof.mark[1], **place, fill=INK, font_size=11.0, text_anchor=anchor)
    across = CURVES.x
    for k, (line, values) in enumerate(proof.lines):
        colour, dashes = _COLOURS[k % 3], _DASHES[k % 3]
        for stretch in unbroken(values):
            places = [diagram.place(*point) for point in stretch]
            draw_line(root, places, stroke=colour, stroke_width=2, stroke_dasharray=dashes)
            if len(places) == 1:
                add(root, "circle", cx=places[0][0], cy=places[0][1], r=3, fill=colour)
        sample = f"M{coordinate(across)} {coordinate(TOP - 1)}h22"
        add(root, "path", d=sample, stroke=colour, stroke_width=2, stroke_dasharray=dashes)
        add(root, "text", line, x=across + 28, y=TOP + 3, fill=INK, font_size=11.0)
        across += 44 + text_width(line, 11.0)
    return finished(root)


def _bars(name: str, proof: Bars) -> Picture:
    height = TOP + BAR_ROW * len(proof.bars) + 34
    root = _new_sheet(name, proof.title, height, [f"{bar} {readable(value)}" for bar, value in proof.bars])
    sizes = [value for _, value in proof.bars if drawable(value)]
    if proof.level is not None:
        sizes.append(proof.level[0])
    axis = _axis(sizes, logarithmic=proof.logarithmic)
    bottom = TOP + BAR_ROW * len(proof.bars)
    line = f"M{coordinate(BARS_X)} {coordinate(TOP)}v{coordinate(bottom - TOP)}"
    add(root, "path", d=line, stroke=AXIS, stroke_width=1)
    for k, (bar, value) in enumerate(proof.bars):
        y = TOP + BAR_ROW * k
        words = shortened(bar, TEXT_SIZE, BARS_X - MARGIN - 10)
        add(root, "text", words, x=BARS_X - 8, y=y + 17, fill=INK, font_size=TEXT_SIZE, text_anchor="end")
        length = BARS_WIDTH * _share(axis, value)
        add(root, "rect", x=BARS_X, y=y + 5, width=length, height=BAR, fill=TRAINING)
        x = BARS_X + length + 6
        add(root, "text", readable(value), x=x, y=y + 17, fill=INK, font_size=TEXT_SIZE)
    if proof.level is not None:
        x = BARS_X + BARS_WIDTH * _share(axis, proof.level[0])
        path = f"M{coordinate(x)} {coordinate(TOP - 4)}v{coordinate(bottom - TOP + 8)}"
        add(root, "path", d=path, stroke=HELD_OUT, stroke_width=1.5, stroke_dasharray="4 3")
        words = f"{proof.level[1]}: {readable(proof.level[0])}"
        add(root, "text", words, x=x, y=bottom + 20, fill=INK, font_size=11.0, text_anchor="middle")
    return finished(root)


def _axis(sizes: list[float], *, logarithmic: bool) -> Axis:
    positive = [size for size in sizes if size > 0] or [1.0]
    if logarithmic:
        last = math.ceil(math.log10(max(positive)) + 1e-9)
        return decades(max(min(math.floor(math.log10(min(positive)) - 1e-9), last - 1), last - 12), last)
    return Axis(0.0, max(positive), ())


def _share(axis: Axis, value: float) -> float:
    """Return how long a bar is, from 0 to 1; what is not finite is as long as can be."""
    if not drawable(value):
        return 1.0
    if axis.logarithmic and value < axis.low:
        return 0.0
    return min(max(axis.share(value), 0.0), 1.0)


def _examples(name: str, proof: Examples) -> Picture:
    rows, columns = proof.shape
    tall = PICTURE * rows / columns
    root = _new_sheet(name, proof.title, TOP + tall + 40, [words for words, _ in proof.pictures])
    for k, (words, pixels) in enumerate(proof.pictures):
        x = MARGIN + k * (PICTURE + GAP)
        brightness = np.clip(np.array(pixels), -1, 1).reshape(rows, columns)
        draw_pixels(root, Box(x, TOP, PICTURE, tall), fewer_pixels(brightness))
        caption = shortened(words, 10.0, PICTURE + GAP - 4)
        add(root, "text", caption, x=x, y=TOP + tall + 18, fill=INK, font_size=10.0)
    return finished(root)
