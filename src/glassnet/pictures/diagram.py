"""Draws what diagrams share: the sheet with its heading, axes, lines, arrows, and lines of text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from glassnet.pictures.colours import AXIS, INK, PAPER, TEXT
from glassnet.pictures.diagram_geometry import arrow_head
from glassnet.pictures.svg import add, canvas, coordinate
from glassnet.pictures.text import readable, shortened

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterable, Sequence

    from glassnet.pictures.curve_geometry import Axis
    from glassnet.pictures.diagram_geometry import Diagram
    from glassnet.pictures.svg import Point

__all__ = [
    "LINE",
    "MARGIN",
    "TEXT_SIZE",
    "TITLE_SIZE",
    "draw_arrow",
    "draw_axes",
    "draw_line",
    "sheet",
    "tick_text",
    "write_lines",
]

# All in px.
MARGIN = 32.0
TITLE_SIZE, TEXT_SIZE = 17.0, 12.0
LINE = 18.0  # from one line of text to the next
TITLE_Y = 36.0
ARROW_HEAD = 11.0


def sheet(
    width: float, height: float, title: str, description: str, *, ground: str = PAPER, ink: str = INK
) -> ET.Element:
    """Return a picture with its title on it and nothing else yet; see `canvas`."""
    root = canvas(width, height, title, description, ground)
    heading = shortened(title, TITLE_SIZE, width - 2 * MARGIN)
    add(root, "text", heading, x=MARGIN, y=TITLE_Y, fill=ink, font_size=TITLE_SIZE, font_weight="bold")
    return root


def draw_axes(parent: ET.Element, diagram: Diagram, across_name: str, up_name: str) -> None:
    """Draw the grid of a diagram, its numbers, and what they are.

    Parameters
    ----------
    parent : Element
    diagram : Diagram
    across_name, up_name : str
        Cut short where the side is too short for them; an empty one is left out.
    """
    box = diagram.box
    grid = add(parent, "g", stroke=AXIS, stroke_width=1)
    numbers = add(parent, "g", fill=INK, font_size=TEXT_SIZE)
    for tick in diagram.up.ticks:
        y = box.y + box.height * (1 - diagram.up.share(tick))
        add(grid, "path", d=f"M{coordinate(box.x)} {coordinate(y)}h{coordinate(box.width)}")
        add(numbers, "text", tick_text(tick, diagram.up), x=box.x - 8, y=y + 4, text_anchor="end")
    bottom = box.y + box.height
    for tick in diagram.across.ticks:
        x = box.x + box.width * diagram.across.share(tick)
        add(grid, "path", d=f"M{coordinate(x)} {coordinate(bottom)}v5", stroke=INK)
        number = tick_text(tick, diagram.across)
        add(numbers, "text", number, x=x, y=bottom + 20, text_anchor="middle")
    x, y = box.middle
    if across_name:
        name = shortened(across_name, TEXT_SIZE, box.width)
        add(numbers, "text", name, x=x, y=bottom + 42, text_anchor="middle")
    if up_name:
        x = box.x - 60
        turned = f"rotate(-90 {coordinate(x)} {coordinate(y)})"
        name = shortened(up_name, TEXT_SIZE, box.height)
        add(numbers, "text", name, x=x, y=y, transform=turned, text_anchor="middle")


def tick_text(tick: float, axis: Axis) -> str:
    """Write the number at a tick; a power of ten that would be long as "1e−7"."""
    size = abs(tick)
    if axis.logarithmic and size and not 1e-4 < size < 1e5:
        return f"{'−' if tick < 0 else ''}1e{round(math.log10(size))}".replace("e-", "e−")
    return readable(tick)


def draw_line(parent: ET.Element, points: Sequence[Point], **attributes: float | str) -> ET.Element:
    """Draw a line through some places [px]."""
    text = " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)
    return add(parent, "polyline", None, points=text, **{"fill": "none", **attributes})


def draw_arrow(parent: ET.Element, start: Point, end: Point, colour: str) -> None:
    """Draw an arrow with a light seam, seen on every ground; none where it would be shorter than its head."""
    if math.dist(start, end) <= ARROW_HEAD:
        return
    head = arrow_head(start, end, ARROW_HEAD)
    neck = (head[1][0] + head[2][0]) / 2, (head[1][1] + head[2][1]) / 2
    group = add(parent, "g", stroke_linejoin="round")
    for line, seam in ((TEXT, 3.0), (colour, 0.0)):
        draw_line(group, [start, neck], stroke=line, stroke_width=2.5 + seam)
        draw_line(group, [*head, head[0]], fill=line, stroke=line, stroke_width=seam)


def write_lines(parent: ET.Element, lines: Iterable[str], place: Point, colour: str = INK) -> None:
    """Write lines of text, one below the other; `place` is where the first begins."""
    group = add(parent, "g", fill=colour, font_size=TEXT_SIZE)
    for k, line in enumerate(lines):
        add(group, "text", line, x=place[0], y=place[1] + k * LINE)
