"""Draws how wrong an answer is, output by output: the error table of the slides as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.pictures import colours
from glassnet.pictures.curve_geometry import drawable
from glassnet.pictures.diagram import draw_line, sheet
from glassnet.pictures.error_geometry import LONGEST_NAME, PITCH, TEXT_SIZE, lay_out_errors
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import readable, sentences, shortened, typeset

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.explain.error import ErrorLine, ErrorTable, OutputError, PrintedErrors
    from glassnet.pictures.error_geometry import ErrorGeometry
    from glassnet.pictures.svg import Point

__all__ = ["error"]

# All in px.
SMALL_SIZE = 12.0
MARK, BAR = 6.5, 14.0


def error(error_table: ErrorTable, *, shown: int = 12) -> Picture:
    """Draw the loss of one example, output by output.

    Each line is an output: the truth as a diamond and the answer as a disc on one axis, the loss as a
    bar, and the slope, which says how the loss changes with the answer, as a bar to the right if
    positive, to the left if negative. The printed losses add up to the printed total.

    Parameters
    ----------
    error_table : ErrorTable
        From `glassnet.explain`.
    shown : int
        How many outputs get a line of their own, those with the largest losses; the rest are summed in one.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet import Network
    >>> from glassnet.explain.error import error as explain_error
    >>> trace = Network.drawn_four_pixel().run([1, 1, 1, 1])
    >>> "Example 0, squared loss: 0.001716" in str(error(explain_error(trace, [[1, 0, 0, 0]])))
    True
    """
    printed = error_table.printed(shown=shown)
    geometry = lay_out_errors(printed)
    title = f"Example {error_table.example}, {error_table.loss} loss: {typeset(printed.total)}"
    root = sheet(geometry.width, geometry.height, title, _description(printed))
    _draw_heads(root, geometry)
    _draw_grid(root, geometry)
    for line, y in zip(printed.lines, geometry.rows, strict=False):
        _draw_line(root, geometry, line, y)
    _draw_total(root, geometry, printed.total)
    return finished(root)


def _description(printed: PrintedErrors) -> str:
    said = []
    for line in printed.lines:
        target, answer, loss, slope = map(typeset, (line.target, line.answer, line.loss, line.slope))
        if line.output is None:
            said.append(f"{line.name}: loss {loss}")
        else:
            said.append(f"{line.name}: truth {target}, answer {answer}, loss {loss}, slope {slope}")
    return sentences([*said, f"the total loss is {typeset(printed.total)}"])


def _draw_heads(root: ET.Element, geometry: ErrorGeometry) -> None:
    """Write what the columns are; the marks stand beside their names."""
    y = geometry.marks.y - 20
    group = add(root, "g", fill=colours.INK, font_size=SMALL_SIZE, font_style="italic")
    add(group, "text", "truth", x=geometry.target_x, y=y, text_anchor="end")
    add(group, "text", "answer", x=geometry.answer_x, y=y, text_anchor="end")
    add(group, "text", "loss", x=geometry.loss_x, y=y, text_anchor="end")
    add(group, "text", "slope", x=geometry.slope_x, y=y, text_anchor="end")
    left = geometry.marks.x + 8
    _draw_truth(group, (left, y - 4))
    add(group, "text", "truth", x=left + 14, y=y)
    _draw_answer(group, (left + 74, y - 4))
    add(group, "text", "answer", x=left + 88, y=y)
    add(group, "text", "the way between", x=left + 170, y=y)
    way = f"M{coordinate(left + 140)} {coordinate(y - 4)}h22"
    add(group, "path", d=way, stroke=colours.HELD_OUT, stroke_width=3)


def _draw_grid(root: ET.Element, geometry: ErrorGeometry) -> None:
    """Draw the axis of truth and answer, and the zeros of the bars."""
    box = geometry.marks
    grid = add(root, "g", stroke=colours.AXIS, stroke_width=1)
    numbers = add(root, "g", fill=colours.INK, font_size=SMALL_SIZE, text_anchor="middle")
    for tick in geometry.across.ticks:
        x = geometry.x(tick)
        add(grid, "path", d=f"M{coordinate(x)} {coordinate(box.y)}v{coordinate(box.height)}")
        add(numbers, "text", readable(tick), x=x, y=box.y + box.height + 18)
    for x in (geometry.losses.x, geometry.slopes.middle[0]):
        zero = f"M{coordinate(x)} {coordinate(box.y)}v{coordinate(box.height)}"
        add(grid, "path", d=zero, stroke=colours.INK)


def _draw_line(root: ET.Element, geometry: ErrorGeometry, line: ErrorLine, y: float) -> None:
    group = add(root, "g", fill=colours.INK, font_size=TEXT_SIZE)
    add(group, "text", shortened(line.name, TEXT_SIZE, LONGEST_NAME), x=geometry.name_x, y=y + 4)
    columns = (
        (line.target, geometry.target_x),
        (line.answer, geometry.answer_x),
        (line.loss, geometry.loss_x),
        (line.slope, geometry.slope_x),
    )
    for number, x in columns:
        if number:
            add(group, "text", typeset(number), x=x, y=y + 4, text_anchor="end")
    if line.output is not None:
        _draw_marks(group, geometry, line.output, y)
        if drawable(line.output.loss):
            _draw_bar(group, geometry.loss_bar(line.output.loss), y, colours.HELD_OUT)
        if drawable(line.output.slope):
            _draw_bar(group, geometry.slope_bar(line.output.slope), y, colours.TRAINING)


def _draw_marks(group: ET.Element, geometry: ErrorGeometry, output: OutputError, y: float) -> None:
    """Draw truth and answer, and the way between them."""
    target, answer = ((geometry.x(v), y) if drawable(v) else None for v in (output.target, output.output))
    if target and answer:
        way = f"M{coordinate(target[0])} {coordinate(y)}h{coordinate(answer[0] - target[0])}"
        add(group, "path", d=way, stroke=colours.HELD_OUT, stroke_width=3)
    if answer:
        _draw_answer(group, answer)
    if target:
        _draw_truth(group, target)


def _draw_truth(group: ET.Element, place: Point) -> None:
    x, y = place
    corners = [(x, y - MARK), (x + MARK, y), (x, y + MARK), (x - MARK, y), (x, y - MARK)]
    draw_line(group, corners, stroke=colours.INK, stroke_width=2)


def _draw_answer(group: ET.Element, place: Point) -> None:
    x, y = place
    add(group, "circle", cx=x, cy=y, r=MARK - 1.5, fill=colours.TRAINING)


def _draw_bar(group: ET.Element, bar: tuple[float, float], y: float, colour: str) -> None:
    left, length = bar
    add(group, "rect", x=left, y=y - BAR / 2, width=length, height=BAR, fill=colour)


def _draw_total(root: ET.Element, geometry: ErrorGeometry, total: str) -> None:
    """Write the total below a line, as under any sum."""
    y = geometry.rows[-1]
    group = add(root, "g", fill=colours.INK, font_size=TEXT_SIZE, font_weight="bold")
    left, right = geometry.marks.x + geometry.marks.width + 20, geometry.loss_x
    under = f"M{coordinate(left)} {coordinate(y - PITCH / 2)}h{coordinate(right - left)}"
    add(group, "path", d=under, stroke=colours.INK, stroke_width=1)
    add(group, "text", "total", x=left, y=y + 4)
    add(group, "text", typeset(total), x=right, y=y + 4, text_anchor="end")
