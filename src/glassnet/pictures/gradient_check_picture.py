"""Draws the numeric gradient against the direct one, and how far apart they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.explain.gradient_check import GOOD, WRONG
from glassnet.pictures.colours import HELD_OUT, INK, TRAINING
from glassnet.pictures.curve_geometry import Axis, drawable, exact_axis
from glassnet.pictures.diagram import MARGIN, TEXT_SIZE, draw_axes, draw_line, sheet, write_lines
from glassnet.pictures.diagram_geometry import Diagram, symmetric_axis
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import counted, readable, sentences

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterable

    from glassnet.explain.gradient_check import GradientCheck
    from glassnet.pictures.svg import Point

__all__ = ["gradient_check"]

# All in px.
WIDTH, HEIGHT = 880.0, 520.0
SCATTER, STRIP = Box(104, 88, 300, 300), Box(508, 88, 250, 300)
SNAP = 2.0  # places are rounded to this: markers that hide each other are drawn once
DOT, CROSS = 5.0, 5.0  # how wide the one is, how far the other reaches from its middle

ERRORS = Axis(1e-17, 10.0, (1e-16, 1e-13, 1e-10, 1e-7, 1e-4, 1e-1), logarithmic=True)


def gradient_check(check: GradientCheck) -> Picture:
    """Draw numeric slopes against direct ones, and the relative error of each parameter.

    A dot is a parameter; a cross is one whose numeric slope straddles a kink, where it says nothing.
    On the left all should lie on the line; on the right, where the errors stand that are too small to
    be seen on the left, all dots should lie below the lower dashed line.

    Parameters
    ----------
    check : GradientCheck
        From `glassnet.explain.gradient_check`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet import Network
    >>> from glassnet.explain.gradient_check import gradient_check as check
    >>> "the gradients agree" in str(gradient_check(check(Network([2, 2]), [[1, 2]], [[0, 1]])))
    True
    """
    said = _words(check)
    root = sheet(WIDTH, HEIGHT, f"Gradient check: {check.verdict}", sentences(said))
    slopes = [slope for slope in (*check.numeric.tolist(), *check.direct.tolist()) if drawable(slope)]
    axis = symmetric_axis(slopes)
    scatter = Diagram(SCATTER, axis, axis)
    strip = Diagram(STRIP, exact_axis(0, max(check.places.max(initial=0), 1)), ERRORS)
    draw_axes(root, scatter, "slope by backpropagation", "slope by differences")
    ends = [scatter.place(end, end) for end in (axis.low, axis.high)]
    draw_line(root, ends, stroke=INK, stroke_width=1)
    draw_axes(root, strip, "place of the parameter", "relative error")
    _draw_thresholds(root, strip)
    pairs = zip(check.direct.tolist(), check.numeric.tolist(), strict=True)
    _draw_points(root, scatter, list(pairs), check)
    errors = (max(error, ERRORS.low) for error in check.relative_errors.tolist())
    _draw_points(root, strip, list(zip(check.places.tolist(), errors, strict=True)), check)
    _draw_legend(root, check)
    write_lines(root, (f"{line[:1].upper()}{line[1:]}" for line in said), (MARGIN, HEIGHT - 66))
    return finished(root)


def _words(check: GradientCheck) -> list[str]:
    """Say what was compared, how it came out, and what it cost."""
    compared = f"{len(check.places):,} of {counted(check.n_parameters, 'parameter')} checked"
    errors = np.delete(check.relative_errors, list(check.kinks))
    if errors.size:
        compared += f", the largest relative error is {readable(check.worst)}"
    if check.worst > 0:
        place = np.delete(check.places, list(check.kinks))[np.argmax(errors)]
        compared += f" at parameter {place:,}"
    n_broken = np.count_nonzero(~np.isfinite(check.direct) | ~np.isfinite(check.numeric))
    return [
        compared + (f"; {n_broken:,} with a slope that is not finite" if n_broken else ""),
        (
            f"differences: {check.forward_passes:,} forward passes, {readable(check.numeric_seconds)} s; "
            f"backpropagation: 1 forward and 1 backward pass, {readable(check.direct_seconds)} s"
        ),
        *([f"{len(check.kinks):,} at a kink: {next(iter(check.kinks.values()))}"] if check.kinks else []),
    ]


def _draw_thresholds(root: ET.Element, strip: Diagram) -> None:
    """Draw the two lines between agreement and error, and say beside them what they part."""
    group = add(root, "g", fill=INK, font_size=TEXT_SIZE)
    add(group, "text", "0", x=STRIP.x - 8, y=STRIP.y + STRIP.height + 4, text_anchor="end")
    right = STRIP.x + STRIP.width
    for error, words in ((GOOD, "1e−7"), (WRONG, "1e−2")):
        y = strip.place(0, error)[1]
        draw_line(group, [(STRIP.x, y), (right + 6, y)], stroke=INK, stroke_width=1.2, stroke_dasharray="6 4")
        add(group, "text", words, x=right + 12, y=y + 4)
    for error, words in (
        (0.3, "wrong"),
        (1e-4, "rounding, or"),
        (1e-5, "a kink nearby"),
        (1e-12, "the same"),
    ):
        add(group, "text", words, x=right + 12, y=strip.place(0, error)[1] + 4)


def _draw_legend(root: ET.Element, check: GradientCheck) -> None:
    """Say what the marks are: a dot, and a cross where there are any."""
    y = SCATTER.y - 24
    _draw_dots(root, [(SCATTER.x + 4, y - 4)])
    group = add(root, "g", fill=INK, font_size=TEXT_SIZE)
    add(group, "text", "a parameter", x=SCATTER.x + 16, y=y)
    if check.kinks:
        _draw_crosses(root, [(SCATTER.x + 118, y - 4)])
        add(group, "text", "at a kink: differences say nothing", x=SCATTER.x + 132, y=y)


def _draw_points(root: ET.Element, diagram: Diagram, points: list[Point], check: GradientCheck) -> None:
    """Draw a dot for each point and a cross for each at a kink; what is not finite has no place."""
    smooth: list[Point] = []
    kinks: list[Point] = []
    for k, point in enumerate(points):
        if all(map(drawable, point)):
            (kinks if k in check.kinks else smooth).append(diagram.place(*point))
    _draw_dots(root, _apart(smooth))
    _draw_crosses(root, _apart(kinks))


def _apart(places: Iterable[Point]) -> list[Point]:
    """Return places that can be told apart, each once."""
    snapped = {(round(x / SNAP) * SNAP, round(y / SNAP) * SNAP) for x, y in places}
    return sorted(snapped)


def _draw_dots(parent: ET.Element, places: Iterable[Point]) -> None:
    dots = "".join(f"M{coordinate(x)} {coordinate(y)}h.01" for x, y in places)
    if dots:
        add(parent, "path", d=dots, stroke=TRAINING, stroke_width=DOT, stroke_linecap="round")


def _draw_crosses(parent: ET.Element, places: Iterable[Point]) -> None:
    crosses = "".join(
        f"M{coordinate(x - CROSS)} {coordinate(y)}h{2 * CROSS:.0f}"
        f"M{coordinate(x)} {coordinate(y - CROSS)}v{2 * CROSS:.0f}"
        for x, y in places
    )
    if crosses:
        add(parent, "path", d=crosses, stroke=HELD_OUT, stroke_width=2)
