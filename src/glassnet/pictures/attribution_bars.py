"""Draws what inputs with names have to do with an answer: a bar for each, the strongest on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.pictures.colours import AXIS, INK, by_share
from glassnet.pictures.diagram import TEXT_SIZE
from glassnet.pictures.svg import add, coordinate
from glassnet.pictures.text import readable, shortened

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.explain.attribution import Attribution
    from glassnet.pictures.network_geometry import Box

__all__ = ["bars_height", "draw_bars"]

MOST_BARS = 16

# All in px.
ROW, BAR = 24.0, 16.0
NAMES, NUMBERS = 210.0, 70.0  # room for the names; for the inputs beside them, and for the values at the bars


def bars_height(n_inputs: int) -> float:
    """Return how high the bars of so many inputs stand [px]."""
    return ROW * (min(n_inputs, MOST_BARS) + (n_inputs > MOST_BARS) + 1)


def draw_bars(root: ET.Element, attribution: Attribution, box: Box) -> None:
    """Draw the bars into a box: to the right for the category, to the left against it."""
    order = np.argsort(-np.abs(attribution.values), kind="stable")
    shown, more = order[:MOST_BARS].tolist(), order[MOST_BARS:]
    rows = [
        (attribution.input_names[k], readable(attribution.inputs[k]), float(attribution.values[k]))
        for k in shown
    ]
    if more.size:
        rows.append((f"{more.size:,} more together", "", float(attribution.values[more].sum())))
    largest = max((abs(value) for *_, value in rows), default=0.0) or 1.0
    room = (box.width - NAMES - 3 * NUMBERS) / 2
    zero = box.x + NAMES + 2 * NUMBERS + room
    heads = add(root, "g", fill=INK, font_size=TEXT_SIZE, font_weight="bold", text_anchor="end")
    y = box.y + BAR
    for x, words in ((box.x + NAMES, "input"), (box.x + NAMES + NUMBERS - 10, "is"), (zero - 8, "− against")):
        add(heads, "text", words, x=x, y=y)
    add(heads, "text", "for +", x=zero + 8, y=y, text_anchor="start")
    for k, (name, is_, value) in enumerate(rows, start=1):
        _draw_row(
            root, (box.x, box.y + k * ROW), (name, is_, readable(value)), (zero, value / largest * room)
        )
    line = f"M{coordinate(zero)} {coordinate(box.y + ROW)}v{coordinate(ROW * len(rows))}"
    add(root, "path", d=line, stroke=AXIS, stroke_width=1)


def _draw_row(
    root: ET.Element, place: tuple[float, float], words: tuple[str, str, str], bar: tuple[float, float]
) -> None:
    """Draw an input: its name, what it is, and a bar from `bar[0]` that is `bar[1]` long, with its value."""
    (left, top), (name, is_, value), (zero, length) = place, words, bar
    group = add(root, "g", fill=INK, font_size=TEXT_SIZE, text_anchor="end")
    y = top + BAR
    add(group, "text", shortened(name, TEXT_SIZE, NAMES - 10), x=left + NAMES, y=y)
    if is_:  # many inputs together are nothing
        add(group, "text", is_, x=left + NAMES + NUMBERS - 10, y=y)
    start, width = min(zero, zero + length), abs(length)
    colour = by_share(1 if length > 0 else -1)
    add(group, "rect", x=start, y=top + 4, width=width, height=BAR, fill=colour)
    anchor, x = ("start", zero + length + 6) if length >= 0 else ("end", zero + length - 6)
    add(group, "text", value, x=x, y=y, text_anchor=anchor)
