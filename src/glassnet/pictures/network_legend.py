"""Says below the picture of a network what its wires, its rings and the insides of its neurons mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.pictures import colours
from glassnet.pictures.network_geometry import LEGEND_LINE, MARGIN, Box
from glassnet.pictures.pixels import draw_pixels
from glassnet.pictures.svg import add, coordinate

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.pictures.network_geometry import Geometry
    from glassnet.pictures.network_insides import Insides

__all__ = ["N_LINES", "draw_legend"]

N_LINES = 3
WIDTH = 40.0  # of the samples, which the words stand behind [px]


def draw_legend(root: ET.Element, geometry: Geometry, insides: Insides) -> None:
    """Draw the legend: a sample and its meaning in each line."""
    group = add(root, "g", fill=colours.TEXT, font_size=12)
    y = geometry.legend_y
    for weight, shift in ((1, -4), (-1, 4)):
        wire = f"M{coordinate(MARGIN)} {coordinate(y + shift)}h{coordinate(WIDTH)}"
        add(group, "path", d=wire, stroke=colours.by_sign(weight), stroke_width=3, stroke_linecap="round")
    _say(group, y, "weight: white is positive, black is negative, wider is larger, none is 0")

    y += LEGEND_LINE
    for output, x in ((1, 10), (-1, 30)):
        colour = colours.by_sign(output)
        add(group, "circle", cx=MARGIN + x, cy=y, r=7, fill=colours.DISC, stroke=colour, stroke_width=3)
    _say(group, y, "ring round a neuron: its output, in the same way")

    y += LEGEND_LINE
    if insides.sample is not None:
        draw_pixels(group, Box(MARGIN + WIDTH / 2 - 9, y - 9, 18, 18), insides.sample)
    else:
        add(group, "circle", cx=MARGIN + WIDTH / 2, cy=y, r=9, fill=colours.grey(0.6))
    _say(group, y, insides.meaning)


def _say(group: ET.Element, y: float, text: str) -> None:
    add(group, "text", text, x=MARGIN + WIDTH + 14, y=y + 4)
