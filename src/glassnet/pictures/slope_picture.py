"""Draws the loss as a curve over one weight: where it is, how steep it is there, and where it goes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from glassnet.pictures.colours import AXIS, DOWNHILL, HELD_OUT, INK, PAPER, TRAINING
from glassnet.pictures.curve_geometry import drawable, exact_axis, plain_axis, unbroken
from glassnet.pictures.diagram import (
    LINE,
    MARGIN,
    TEXT_SIZE,
    draw_arrow,
    draw_axes,
    draw_line,
    sheet,
    write_lines,
)
from glassnet.pictures.diagram_geometry import Diagram, clipped
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.svg import Picture, add, finished
from glassnet.pictures.text import readable, sentences

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Sequence

    from glassnet.explain.slope import SlopeCurve

__all__ = ["slope"]

_Row = tuple[str | float, str | float, str | float]

# All in px.
WIDTH, LEAST_HEIGHT = 792.0, 470.0
PLOT = Box(96, 64, 396, 330)
SIDE = 520.0  # where the words and the table beside the plot begin
COLUMNS = (SIDE + 56, SIDE + 148, SIDE + 240)  # the right ends of the table's
LEAST_STEP = 10.0  # a shorter difference cannot be told from the tangent
MARKER = 5.0

DIGITS = 6  # of the differences, so that they are seen to approach the slope


def slope(curve: SlopeCurve) -> Picture:
    """Draw the loss as a curve over one weight, with its tangent and the next step downhill.

    Dotted lines are the slope as a difference, for steps that are long enough to be seen; a table beside
    the curve shows how the differences approach the slope as their steps get smaller.

    Parameters
    ----------
    curve : SlopeCurve
        From `glassnet.explain.slope`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet import Network
    >>> from glassnet.explain.slope import slope as slope_curve
    >>> network = Network([1, 1], "identity", biases=False, loss="squared")
    >>> network.parameters[:] = -1
    >>> "tangent: slope −2" in str(slope(slope_curve(network, [[1.0]], [[0.0]], 1, 0, 0)))
    True
    """
    height = max(LEAST_HEIGHT, PLOT.y + 12 * LINE + (len(curve.differences) + 2) * LINE)
    root = sheet(WIDTH, height, f"Loss over {curve.what}", _description(curve))
    losses = [loss for loss in (*curve.losses.tolist(), curve.loss) if drawable(loss)]
    values = curve.values.tolist()
    diagram = Diagram(PLOT, exact_axis(values[0], values[-1]), plain_axis(losses or [0.0]))
    draw_axes(root, diagram, "its value", "loss")
    if drawable(curve.loss) and drawable(curve.slope):
        _draw_differences(root, curve, diagram)
        _draw_tangent(root, curve, diagram)
    _draw_curve(root, curve, diagram)
    _draw_step(root, curve, diagram)
    _draw_legend(root, curve)
    _draw_table(root, curve)
    return finished(root)


def _description(curve: SlopeCurve) -> str:
    said = [
        f"at {readable(curve.value)} the loss is {readable(curve.loss)}, its slope {readable(curve.slope)}",
        (
            f"one step of learning rate {readable(curve.learning_rate)} leads to "
            f"{readable(curve.next_value)}, where the loss is {readable(curve.next_loss)}"
        ),
        *(
            f"over a step of {readable(d.step)} the forward difference is {readable(d.forward, DIGITS)}, "
            f"the central one {readable(d.central, DIGITS)}"
            for d in curve.differences
        ),
    ]
    return sentences(said)


def _draw_curve(root: ET.Element, curve: SlopeCurve, diagram: Diagram) -> None:
    points = zip(curve.values.tolist(), curve.losses.tolist(), strict=True)
    for run in unbroken(points):
        draw_line(root, [diagram.place(*point) for point in run], stroke=TRAINING, stroke_width=2.5)


def _draw_tangent(root: ET.Element, curve: SlopeCurve, diagram: Diagram) -> None:
    ends = [diagram.across.low, diagram.across.high]
    first, last = zip(ends, curve.tangent(ends).tolist(), strict=True)
    if drawable(first[1]) and drawable(last[1]):
        line = clipped(diagram.place(*first), diagram.place(*last), PLOT)
        if line is not None:
            draw_line(root, line, stroke=HELD_OUT, stroke_width=2, stroke_dasharray="7 4")


def _draw_differences(root: ET.Element, curve: SlopeCurve, diagram: Diagram) -> None:
    """Draw the forward differences whose step can be seen: from here to a step ahead."""
    here = diagram.place(curve.value, curve.loss)
    for difference in curve.differences:
        ahead = curve.value + difference.step
        loss = curve.loss + difference.forward * difference.step
        if not drawable(loss):
            continue
        there = diagram.place(ahead, loss)
        line = clipped(here, there, PLOT)
        if line is not None and there[0] - here[0] >= LEAST_STEP and ahead <= diagram.across.high:
            secant = draw_line(root, line, stroke=INK, stroke_width=1.5, stroke_dasharray="1.5 3")
            words = f"a step of {readable(difference.step)}: {readable(difference.forward, DIGITS)}"
            add(secant, "title", words)
            add(root, "rect", x=line[1][0] - 3, y=line[1][1] - 3, width=6, height=6, fill=INK)


def _draw_step(root: ET.Element, curve: SlopeCurve, diagram: Diagram) -> None:
    """Mark where the weight is and, as far as that is inside the plot, where the next step leads."""
    if not drawable(curve.loss):
        return
    here = diagram.place(curve.value, curve.loss)
    if drawable(curve.next_loss) and drawable(curve.next_value):
        there = diagram.place(curve.next_value, curve.next_loss)
        line = clipped(here, there, PLOT)
        if line is not None:
            draw_arrow(root, *line, DOWNHILL)
        if line is not None and math.dist(line[1], there) < 1:
            add(root, "circle", cx=there[0], cy=there[1], r=MARKER, fill=PAPER, stroke=INK, stroke_width=2)
    add(root, "circle", cx=here[0], cy=here[1], r=MARKER, fill=INK, stroke=PAPER, stroke_width=1.5)


def _draw_legend(root: ET.Element, curve: SlopeCurve) -> None:
    """Say beside the plot what its lines are, and where the step leads."""
    y = PLOT.y + 8
    words = (
        "the loss",
        f"its tangent: slope {readable(curve.slope)}",
        "differences over a step",
        f"one step, learning rate {readable(curve.learning_rate)}",
    )
    write_lines(root, words, (SIDE + 44, y))
    samples = ((TRAINING, "none", 2.5), (HELD_OUT, "7 4", 2.0), (INK, "1.5 3", 1.5))
    for k, (colour, dashes, width) in enumerate(samples):
        line = [(SIDE, y - 4 + k * LINE), (SIDE + 34, y - 4 + k * LINE)]
        draw_line(root, line, stroke=colour, stroke_dasharray=dashes, stroke_width=width)
    draw_arrow(root, (SIDE, y - 4 + 3 * LINE), (SIDE + 34, y - 4 + 3 * LINE), DOWNHILL)
    here, then = ("here", curve.value, curve.loss), ("then", curve.next_value, curve.next_loss)
    _write_table(root, y + 5.5 * LINE, [("", "value", "loss"), here, then])


def _draw_table(root: ET.Element, curve: SlopeCurve) -> None:
    y = PLOT.y + 8 + 9.5 * LINE
    group = add(root, "g", fill=INK, font_size=TEXT_SIZE, font_weight="bold")
    add(group, "text", "The slope as a difference", x=SIDE, y=y)
    differences: list[_Row] = [(d.step, d.forward, d.central) for d in curve.differences]
    rows = [("step", "forward", "central"), *differences, ("slope", "", curve.slope)]
    _write_table(root, y + LINE + 4, rows)


def _write_table(root: ET.Element, top: float, rows: Sequence[_Row]) -> None:
    """Write three columns; the first row says what they are."""
    for k, row in enumerate(rows):
        group = add(root, "g", fill=INK, font_size=TEXT_SIZE, text_anchor="end")
        y = top + k * LINE
        for x, cell in zip(COLUMNS, row, strict=True):
            if cell != "":
                add(group, "text", cell if isinstance(cell, str) else readable(cell, DIGITS), x=x, y=y)
    line = [(SIDE, top + 5), (WIDTH - MARGIN, top + 5)]
    draw_line(root, line, stroke=AXIS, stroke_width=1)
