"""Draws the loss over two weights as a map: bands of equal loss, where the weights are, and where down is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from glassnet.pictures.colours import AXIS, DOWNHILL, INK, PAPER, valley
from glassnet.pictures.curve_geometry import drawable, exact_axis
from glassnet.pictures.diagram import MARGIN, TEXT_SIZE, draw_arrow, draw_axes, sheet, tick_text, write_lines
from glassnet.pictures.diagram_geometry import Diagram
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.pixels import draw_cells
from glassnet.pictures.surface_geometry import bands_of, cells
from glassnet.pictures.svg import Picture, add, finished
from glassnet.pictures.text import readable, sentences

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.explain.slope import Surface
    from glassnet.pictures.surface_geometry import Bands

__all__ = ["surface"]

# All in px.
WIDTH, HEIGHT = 640.0, 620.0
PLOT = Box(96, 64, 420, 420)
SCALE = Box(540, 84, 18, 400)
N_CELLS = 210  # to each side
ARROW = 70.0


def surface(surface: Surface) -> Picture:
    """Draw the loss over two weights as a map, with the arrow of the steepest way down.

    A colour is a band of losses, lighter where the loss is higher; the scale beside the map says which.
    It is logarithmic where the losses span more than two decades. Between the points of the surface the
    map is drawn straight. The arrow shows the direction only, not the length of a step.

    Parameters
    ----------
    surface : Surface
        From `glassnet.explain.surface`.

    Returns
    -------
    Picture
    """
    said = _words(surface)
    title = "Loss over two weights"
    root = sheet(
        WIDTH, HEIGHT, title, sentences([f"across: {surface.what[0]}", f"up: {surface.what[1]}", *said])
    )
    ends = [(values.tolist()[0], values.tolist()[-1]) for values in (surface.first, surface.second)]
    diagram = Diagram(PLOT, *(exact_axis(*pair) for pair in ends))
    draw_axes(root, diagram, *surface.what)
    if np.any([drawable(loss) for loss in surface.losses.ravel().tolist()]):
        bands = bands_of(surface.losses)
        draw_cells(root, PLOT, cells(surface.losses, bands, N_CELLS), _colour)
        _draw_scale(root, bands)
    _draw_place(root, surface, diagram)
    write_lines(root, (f"{line[:1].upper()}{line[1:]}" for line in said), (MARGIN, HEIGHT - 64))
    return finished(root)


def _words(surface: Surface) -> list[str]:
    """Say where the weights are, how steep it is there, and what lies between."""
    losses = surface.losses[np.isfinite(surface.losses)]
    span = f"the loss goes from {readable(losses.min())} to {readable(losses.max())}" if losses.size else ""
    n_broken = surface.losses.size - losses.size
    return [
        "the weights are at " + " and ".join(map(readable, surface.at)),
        "there the slopes are " + " and ".join(map(readable, surface.slopes)) + _downhill(surface),
        span + (f"; it is not finite at {n_broken:,} of {surface.losses.size:,} points" if n_broken else ""),
    ]


def _downhill(surface: Surface) -> str:
    if not all(map(drawable, surface.slopes)):
        return ""
    return "; the arrow points straight downhill" if any(surface.slopes) else ": it is flat here"


def _colour(height: float) -> str:
    return AXIS if math.isnan(height) else valley(height)


def _draw_scale(root: ET.Element, bands: Bands) -> None:
    """Draw the bands one above the other, with the losses where they end."""
    group = add(root, "g", shape_rendering="crispEdges")
    heights = bands.heights((bands.edges[1:] + bands.edges[:-1]) / 2).tolist()
    for low, high, height in zip(bands.edges, bands.edges[1:], heights, strict=False):
        top = SCALE.y + SCALE.height * (1 - high)
        size = SCALE.height * (high - low)
        add(group, "rect", x=SCALE.x, y=top, width=SCALE.width, height=size, fill=valley(height))
    numbers = add(root, "g", fill=INK, font_size=TEXT_SIZE)
    add(numbers, "text", "loss", x=SCALE.x, y=SCALE.y - 14)
    for tick in bands.axis.ticks:
        y = SCALE.y + SCALE.height * (1 - bands.axis.share(tick))
        add(numbers, "text", tick_text(tick, bands.axis), x=SCALE.x + SCALE.width + 6, y=y + 4)


def _draw_place(root: ET.Element, surface: Surface, diagram: Diagram) -> None:
    """Mark where the weights are, and draw the arrow against their slopes."""
    x, y = diagram.place(*surface.at)
    length = math.hypot(*surface.slopes)
    if drawable(length) and length > 0:
        # Both axes are equally long, in weights and in px, so that the arrow keeps its direction.
        across, up = (-slope / length * ARROW for slope in surface.slopes)
        draw_arrow(root, (x, y), (x + across, y - up), DOWNHILL)
    add(root, "circle", cx=x, cy=y, r=5.5, fill=INK, stroke=PAPER, stroke_width=2)
