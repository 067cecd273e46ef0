"""Draws a decision map: the areas of the categories over two inputs, and examples as marks on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.pictures.colours import AXIS, CATEGORIES, INK, PAPER, mixed
from glassnet.pictures.curve_geometry import exact_axis
from glassnet.pictures.decision_map_geometry import deepest, pattern, shape, spread, tints
from glassnet.pictures.diagram import LINE, MARGIN, TEXT_SIZE, draw_axes, draw_line, sheet, write_lines
from glassnet.pictures.diagram_geometry import Diagram
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.pixels import draw_cells
from glassnet.pictures.svg import Picture, Point, add, finished
from glassnet.pictures.text import counted, readable, sentences, shortened, text_width

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from numpy.typing import NDArray

    from glassnet.explain.decision_map import DecisionMap

__all__ = ["decision_map"]

# All in px.
WIDTH, TOP = 800.0, 64.0
PLOT = Box(96, TOP, 420, 420)
LEGEND_X, LEGEND_ROW, SWATCH = 544.0, 30.0, (42.0, 21.0)
LONGEST_NAME = 150.0
MARK, RING = 4.5, 8.0
PATTERN_STEP = 21.0

TINTS = (0.3, 0.55, 0.8)  # of a colour on paper: the surer the answer, the fuller
MOST_MARKS, MOST_ROWS, MOST_HELD = 300, 13, 6


def decision_map(decisions: DecisionMap) -> Picture:
    """Draw which category a network answers over two inputs, and how sure it is.

    Each category has a colour, a pattern and, where there is room, its name in its area; the colour is
    the fuller the further the answer is ahead of the second. Grey is a tie. Examples are marks, of the
    shape and colour of their right category; a ring is round those that the network takes for another.
    Of many examples 300 are drawn.

    Parameters
    ----------
    decisions : DecisionMap
        From `glassnet.explain.decision_map`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet import Network
    >>> from glassnet.explain.decision_map import decision_map as answers
    >>> network = Network([2, 2], "identity", categories=["left", "right"])
    >>> "right" in str(decision_map(answers(network)))
    True
    """
    said = _words(decisions)
    shares = [f"{name} takes {share:.1%}" for name, share in decisions.shares.items() if share > 0]
    height = PLOT.y + PLOT.height + 64 + len(said) * LINE + 12
    title = f"Answers over {decisions.what[0]} and {decisions.what[1]}"
    root = sheet(WIDTH, height, title, sentences([*shares, *(words.rstrip(".") for words in said)]))
    diagram = Diagram(
        PLOT, exact_axis(decisions.low, decisions.high), exact_axis(decisions.low, decisions.high)
    )
    answers = decisions.answers.T[::-1]  # the second input goes up
    _draw_areas(root, answers, decisions.margins.T[::-1])
    draw_axes(root, diagram, *decisions.what)
    _draw_marks(root, decisions, diagram)
    _write_names(root, decisions, answers)
    _draw_legend(root, decisions)
    write_lines(root, said, (MARGIN, height - len(said) * LINE))
    return finished(root)


def _words(decisions: DecisionMap) -> list[str]:
    """Say what the tints and rings mean, what is held, and what is left out."""
    said = ["The fuller the colour, the further the answer is ahead of the second."]
    n_held = decisions.held.size - 2
    if n_held > 0:
        held = set(decisions.held.tolist())
        values = f"at {readable(held.pop())}" if len(held) == 1 else "at the values of an example"
        said.append(f"{counted(n_held, 'other input')} {'is' if n_held == 1 else 'are'} held {values}.")
    if len(decisions.examples):
        inside = ((decisions.examples >= decisions.low) & (decisions.examples <= decisions.high)).all(axis=1)
        n_wrong = np.count_nonzero(decisions.targets != decisions.example_answers)
        shown = min(int(inside.sum()), MOST_MARKS)
        said.append(
            f"{shown:,} of {counted(len(decisions.examples), 'example')} shown; {n_wrong:,} of all are taken "
            "for another category (a ring)."
        )
    return said


def _draw_areas(root: ET.Element, answers: NDArray[np.int64], margins: NDArray[np.float64]) -> None:
    """Draw the cells in the colours of their categories, and the patterns over them."""
    codes = np.where(answers < 0, -1, answers * len(TINTS) + tints(margins, len(TINTS)))
    cells = draw_cells(root, PLOT, codes, _colour)
    cell = PLOT.width / answers.shape[1]
    step = max(2, round(PATTERN_STEP / cell))
    for number in np.unique(answers[answers >= 0]).tolist():
        _draw_pattern(cells, answers == number, number, step, cell)


def _colour(code: float) -> str:
    if code < 0:
        return AXIS
    number, tint = divmod(int(code), len(TINTS))
    return mixed(PAPER, CATEGORIES[number % len(CATEGORIES)], TINTS[tint])


def _draw_pattern(cells: ET.Element, area: NDArray[np.bool_], number: int, step: int, cell: float) -> None:
    path = pattern(area, number, step)
    if path:
        width = f"{1 / cell:.4f}"
        is_dots = "h.01" in path
        add(
            cells,
            "path",
            d=path,
            stroke=INK,
            stroke_width=f"{2.6 / cell:.4f}" if is_dots else width,
            stroke_linecap="round" if is_dots else "butt",
            stroke_opacity=0.55,
        )


def _write_names(root: ET.Element, decisions: DecisionMap, answers: NDArray[np.int64]) -> None:
    """Write the name of each category into its area, where there is room."""
    cell = PLOT.width / answers.shape[1]
    for number, name in enumerate(decisions.categories):
        place = deepest(answers == number)
        if place is None or place[2] * cell < TEXT_SIZE:
            continue
        text = shortened(name, TEXT_SIZE, LONGEST_NAME)
        width = text_width(text, TEXT_SIZE) + 8
        x = PLOT.x + (place[1] + 0.5) * cell
        x = min(max(x, PLOT.x + width / 2), PLOT.x + PLOT.width - width / 2)
        y = PLOT.y + (place[0] + 0.5) * cell
        group = add(root, "g", fill=INK, font_size=TEXT_SIZE, font_weight="bold", text_anchor="middle")
        plate = add(group, "rect", x=x - width / 2, y=y - 9, width=width, height=18, rx=4, fill=PAPER)
        plate.set("fill-opacity", "0.85")
        add(group, "text", text, x=x, y=y + 4)


def _draw_marks(root: ET.Element, decisions: DecisionMap, diagram: Diagram) -> None:
    inside = np.flatnonzero(
        ((decisions.examples >= decisions.low) & (decisions.examples <= decisions.high)).all(axis=1)
    )
    group = add(root, "g", stroke=INK, stroke_width=1, stroke_linejoin="round")
    for k in spread(len(inside), MOST_MARKS):
        example = int(inside[k])
        x, y = diagram.place(*decisions.examples[example].tolist())
        _draw_mark(group, int(decisions.targets[example]), (x, y))
        if decisions.targets[example] != decisions.example_answers[example]:
            add(group, "circle", cx=x, cy=y, r=RING, fill="none", stroke_width=1.8)


def _draw_mark(parent: ET.Element, number: int, place: Point) -> None:
    colour = CATEGORIES[number % len(CATEGORIES)]
    corners = shape(number, place, MARK)
    if corners:
        draw_line(parent, corners, fill=colour)
    else:
        add(parent, "circle", cx=place[0], cy=place[1], r=MARK, fill=colour)


def _draw_legend(root: ET.Element, decisions: DecisionMap) -> None:
    """Show the colour, pattern and mark of each category, and how much of the map is its."""
    rows = list(decisions.shares.items())
    cell = 3.0
    area = np.ones((round(SWATCH[1] / cell), round(SWATCH[0] / cell)), dtype=bool)
    group = add(root, "g", fill=INK, font_size=TEXT_SIZE)
    y = PLOT.y
    for number, (name, share) in enumerate(rows[:MOST_ROWS]):
        box = Box(LEGEND_X, y, *SWATCH)
        cells = draw_cells(group, box, np.where(area, number * len(TINTS) + len(TINTS) - 1, 0), _colour)
        _draw_pattern(cells, area, number, round(PATTERN_STEP / cell / 2), cell)
        if len(decisions.examples):
            _draw_mark(add(group, "g", stroke=INK), number, (LEGEND_X + SWATCH[0] + 16, y + SWATCH[1] / 2))
        text = shortened(name, TEXT_SIZE, LONGEST_NAME - 40)
        add(group, "text", text, x=LEGEND_X + SWATCH[0] + 32, y=y + 15)
        add(group, "text", f"{share:.0%}", x=WIDTH - MARGIN, y=y + 15, text_anchor="end")
        y += LEGEND_ROW
    if len(rows) > MOST_ROWS:
        add(group, "text", f"and {len(rows) - MOST_ROWS:,} more", x=LEGEND_X + SWATCH[0] + 32, y=y + 15)
        y += LEGEND_ROW
    if (decisions.answers < 0).any():
        add(group, "rect", x=LEGEND_X, y=y, width=SWATCH[0], height=SWATCH[1], fill=AXIS)
        add(group, "text", "a tie", x=LEGEND_X + SWATCH[0] + 32, y=y + 15)
        tied = float(np.mean(decisions.answers < 0))
        add(group, "text", f"{tied:.0%}", x=WIDTH - MARGIN, y=y + 15, text_anchor="end")
