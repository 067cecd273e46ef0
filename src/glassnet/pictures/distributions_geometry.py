"""Where the histograms of a layer and their bars stand: numbers only, nothing is drawn here."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from glassnet.pictures.curve_geometry import Axis, exact_axis
from glassnet.pictures.diagram_geometry import Diagram, decades
from glassnet.pictures.network_geometry import Box

if TYPE_CHECKING:
    from glassnet.explain.distribution import Histogram

__all__ = ["ROW", "TOP", "WIDTH", "bars", "gradients_diagram", "outputs_diagram"]

# All in px.
TOP, ROW = 88.0, 132.0
HEIGHT = 84.0  # of the bars
OUTPUTS_X, GRADIENTS_X, BARS = 228.0, 548.0, 280.0
WIDTH = GRADIENTS_X + BARS + 32

_SHARES = Axis(0.0, 1.0, ())  # up: a share of the highest bar


def outputs_diagram(row: int, histogram: Histogram) -> Diagram:
    """Return where the histogram of a layer's outputs stands."""
    edges = histogram.edges.tolist()
    return Diagram(_box(row, OUTPUTS_X), exact_axis(edges[0], edges[-1]), _SHARES)


def gradients_diagram(row: int, histogram: Histogram) -> Diagram:
    """Return where the histogram of a layer's gradients stands; its axis counts decades."""
    edges = histogram.edges.tolist()
    first, last = (round(math.log10(edge)) for edge in (edges[0], edges[-1]))
    return Diagram(_box(row, GRADIENTS_X), decades(first, last), _SHARES)


def bars(histogram: Histogram, diagram: Diagram) -> list[Box]:
    """Return a box for each bin that holds anything; the fullest is as high as the diagram."""
    most = int(histogram.counts.max(initial=0))
    boxes = []
    for (low, high), count in zip(pairwise(histogram.edges.tolist()), histogram.counts.tolist(), strict=True):
        if count:
            left, top = diagram.place(low, count / most)
            right, bottom = diagram.place(high, 0)
            boxes.append(Box(left, top, right - left, bottom - top))
    return boxes


def _box(row: int, x: float) -> Box:
    return Box(x, TOP + row * ROW, BARS, HEIGHT)
