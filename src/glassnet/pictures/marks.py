"""The marks for an input, a bias, a weight, a squash and a signed number, which several pictures share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.pictures import colours
from glassnet.pictures.curve_geometry import drawable
from glassnet.pictures.diagram import draw_line
from glassnet.pictures.svg import add, coordinate

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.pictures.network_geometry import Box
    from glassnet.pictures.svg import Point

__all__ = ["RADIUS", "draw_bias", "draw_input", "draw_signed_bar", "draw_squash", "draw_wire"]

RADIUS = 11.0  # of an input or a bias [px]
THINNEST_WIRE, WIDEST_WIRE = 0.5, 6.0  # [px]


def draw_input(parent: ET.Element, place: Point, value: float) -> None:
    """Draw an input as a disc of its brightness."""
    x, y = place
    fill = colours.grey(value) if drawable(value) else colours.DISC
    add(parent, "circle", cx=x, cy=y, r=RADIUS, fill=fill, stroke=colours.by_sign(value), stroke_width=1.5)


def draw_bias(parent: ET.Element, place: Point) -> None:
    """Draw a bias neuron, which always says 1."""
    x, y = place
    add(parent, "circle", cx=x, cy=y, r=RADIUS, fill=colours.DISC, stroke=colours.TEXT, stroke_width=1.5)
    add(parent, "text", "1", x=x, y=y + 4, font_weight="bold", text_anchor="middle")


def draw_wire(parent: ET.Element, start: Point, length: float, weight: float, largest: float) -> None:
    """Draw a weight: white if positive, black if negative, none if 0, wider if larger."""
    if weight == 0 or not drawable(weight):
        return
    x, y = start
    width = THINNEST_WIRE + (WIDEST_WIRE - THINNEST_WIRE) * abs(weight) / largest
    add(parent, "line", x1=x, y1=y, x2=x + length, y2=y, stroke=colours.by_sign(weight), stroke_width=width)


def draw_signed_bar(parent: ET.Element, start: Point, length: float, height: float) -> None:
    """Draw a bar from a place: white and to the right if positive, black and to the left if negative."""
    x, y = start
    add(
        parent,
        "rect",
        x=min(x, x + length),
        y=y - height / 2,
        width=abs(length),
        height=height,
        fill=colours.by_sign(length),
    )


def draw_squash(parent: ET.Element, box: Box, curve: tuple[Point, ...]) -> None:
    """Draw the curve of a squash over its axes, as large as the box allows; nothing if there is none."""
    if not curve:
        return
    low, high = min(0.0, *(y for _, y in curve)), max(0.0, *(y for _, y in curve))
    across = box.width / (curve[-1][0] - curve[0][0])
    down = box.height / (high - low)
    zero_x, zero_y = box.middle[0], box.y + high * down
    axes = f"M{coordinate(box.x)} {coordinate(zero_y)}h{coordinate(box.width)}"
    axes += f"M{coordinate(zero_x)} {coordinate(box.y)}v{coordinate(box.height)}"
    add(parent, "path", d=axes, fill="none", stroke="#000000", stroke_width=0.75)
    points = [(zero_x + x * across, zero_y - y * down) for x, y in curve]
    draw_line(parent, points, stroke=colours.TEXT, stroke_width=2)
