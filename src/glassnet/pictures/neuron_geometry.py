"""Where everything in the picture of one neuron stands: numbers only, nothing is drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.pictures.curve_geometry import Axis, drawable, linear_axis
from glassnet.pictures.diagram import MARGIN
from glassnet.pictures.diagram_geometry import clipped
from glassnet.pictures.marks import RADIUS
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.squash_curve import squash_curve
from glassnet.pictures.text import text_width, typeset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glassnet.explain.neuron import NeuronSum, PrintedSum, SumLine
    from glassnet.pictures.svg import Point

__all__ = ["NeuronGeometry", "lay_out_neuron", "tangent"]

# All in px.
TEXT_SIZE = 13.0
HEAD, PITCH, GAP = 104.0, 34.0, 16.0  # above the first line; from line to line; between columns
WIRE, BARS = 150.0, 400.0  # length of a wire; width of the diagram
SQUASH_GAP, SQUASH_HEIGHT, NOTE_HEIGHT = 26.0, 150.0, 56.0
FOOT, BEHIND = (
    64.0,
    40.0,
)  # below the squash: the numbers of the axis and what they are; behind it, those of outputs
TANGENT = 64.0  # half its length

_N_POINTS = 121  # of the curve

# The axis reaches so far to both sides, to show the bend of the squash; but only so many times as far as
# the longest bar, so that the bars stay readable.
_REACH, _MOST_BARS = 2.0, 4.0

_SMALLEST_SPAN = 1e-300


@dataclass(frozen=True)
class NeuronGeometry:
    """Where everything stands.

    Attributes
    ----------
    width, height : float
        Of the whole picture.
    name_x, value_x, disc_x, wire_x, product_x : float
        Where names begin, values end, the middles of the discs, where wires begin, products end.
    rows : tuple of float
        The middle of each line, the last is the total's.
    bars : Box
        Of the diagram of the running sum.
    squash : Box
        Of the curve, below the bars and as wide; so a weighted sum has the same place in both.
    across, up : Axis
        Of weighted sums, and of outputs.
    curve : tuple of (float, float)
        (weighted sum, output) along the curve; empty where there is none.
    largest_weight : float
        The size of the weight, or bias, with the widest wire.
    """

    width: float
    height: float
    name_x: float
    value_x: float
    disc_x: float
    wire_x: float
    product_x: float
    rows: tuple[float, ...]
    bars: Box
    squash: Box
    across: Axis
    up: Axis
    curve: tuple[tuple[float, float], ...]
    largest_weight: float

    def x(self, weighted_sum: float) -> float:
        """Return the place of a weighted sum, from the left."""
        return self.bars.x + self.bars.width * self.across.share(weighted_sum)

    @property
    def bottom(self) -> float:
        """Where the axis of weighted sums lies, from the top."""
        lowest = self.squash if self.curve else self.bars
        return lowest.y + lowest.height

    def steepness(self, slope: float) -> float:
        """Return a slope of the squash as it is drawn: down for across [px / px]."""
        across = self.bars.width / (self.across.high - self.across.low)
        return -slope * self.squash.height / (self.up.high - self.up.low) / across

    def y(self, output: float) -> float:
        """Return the place of an output, from the top."""
        return self.squash.y + self.squash.height * (1 - self.up.share(output))


def lay_out_neuron(neuron: NeuronSum, printed: PrintedSum) -> NeuronGeometry:
    """Lay out the picture of one neuron."""
    name_x = MARGIN
    lines = printed.lines
    value_x = name_x + _room([line.name for line in lines] + ["weighted sum"]) + GAP
    value_x += _room(typeset(line.input) for line in lines)
    disc_x = value_x + 10 + RADIUS
    wire_x = disc_x + RADIUS
    products = [typeset(line.product) for line in lines] + [typeset(printed.total), typeset(printed.output)]
    product_x = wire_x + WIRE + GAP + _room(products)
    n_rows = len(lines) + 1
    bars = Box(product_x + GAP, HEAD, BARS, n_rows * PITCH)
    across = _sums_axis(neuron, lines)
    curve = squash_curve(neuron.activation, across.low, across.high, _N_POINTS)
    height = SQUASH_HEIGHT if curve else NOTE_HEIGHT
    squash = Box(bars.x, bars.y + bars.height + SQUASH_GAP, BARS, height)
    return NeuronGeometry(
        width=bars.x + BARS + BEHIND + MARGIN,
        height=squash.y + squash.height + FOOT,
        name_x=name_x,
        value_x=value_x,
        disc_x=disc_x,
        wire_x=wire_x,
        product_x=product_x,
        rows=tuple(HEAD + (k + 0.5) * PITCH for k in range(n_rows)),
        bars=bars,
        squash=squash,
        across=across,
        up=_outputs_axis(neuron, curve),
        curve=curve,
        largest_weight=max(filter(drawable, map(abs, _weights(lines))), default=0.0),
    )


def tangent(middle: Point, slope: float, box: Box) -> tuple[Point, Point]:
    """Return the ends of a tangent, at most so long that it stays inside a box.

    Parameters
    ----------
    middle : Point
        Where it touches, inside the box.
    slope : float
        Down for across, as in a picture [px / px].
    box : Box
    """
    x, y = middle
    dx = TANGENT / math.hypot(1, slope)
    return clipped((x - dx, y - dx * slope), (x + dx, y + dx * slope), box) or (middle, middle)


def _weights(lines: Iterable[SumLine]) -> Iterator[float]:
    for line in lines:
        if line.term is not None:
            yield line.term.weight
        elif line.kind == "bias":
            yield line.amount


def _room(texts: Iterable[str]) -> float:
    return max((text_width(text, TEXT_SIZE) for text in texts), default=0.0)


def _sums_axis(neuron: NeuronSum, lines: Iterable[SumLine]) -> Axis:
    """Return the axis of the weighted sums."""
    sums = [0.0, *filter(drawable, (neuron.weighted_sum, *(line.after for line in lines)))]
    amounts = filter(drawable, (neuron.weighted_sum, *(line.amount for line in lines)))
    reach = min(_REACH, _MOST_BARS * max(map(abs, amounts), default=0.0))
    return _axis(min(-reach, *sums), max(reach, *sums))


def _outputs_axis(neuron: NeuronSum, curve: Iterable[Point]) -> Axis:
    found = [0.0, *filter(drawable, (neuron.output, *(output for _, output in curve)))]
    return _axis(min(found), max(found))


def _axis(low: float, high: float) -> Axis:
    # A span that is too small for a float has no tidy steps.
    return linear_axis(low, high) if high - low > _SMALLEST_SPAN else linear_axis(-1.0, 1.0)
