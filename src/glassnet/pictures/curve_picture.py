"""Draws how the loss went down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.pictures import colours
from glassnet.pictures.curve_geometry import Axis, drawable, epoch_axis, loss_axis, thinned, unbroken
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.svg import Picture, Point, add, canvas, coordinate, finished
from glassnet.pictures.text import counted, readable, sentences, shortened

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.training import History

__all__ = ["loss_curve"]

# All in px.
WIDTH, HEIGHT = 720.0, 420.0
PLOT = Box(84, 82, WIDTH - 84 - 32, HEIGHT - 82 - 64)
TITLE_SIZE, TEXT_SIZE = 17.0, 12.0
MOST_MARKERS = 40  # more would hide their line


@dataclass(frozen=True)
class _Line:
    """A line of the diagram: not by its colour alone, also by its dashes and markers."""

    name: str
    colour: str
    dashes: str
    marked: bool
    points: list[Point]


def loss_curve(history: History) -> Picture:
    """Draw the loss of a training over its epochs, and which epoch was kept.

    One line is the training loss of each epoch, measured on the way; the other the loss between epochs,
    on held-out data where there are any. The axis is logarithmic where the losses span more than two
    decades. Of a long training at most 500 points a line are drawn, among them every peak and dip that
    such a picture can show.

    Parameters
    ----------
    history : History

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet.training import History
    >>> "no epochs" in str(loss_curve(History()))
    True
    """
    lines = _lines(history)
    losses = [loss for line in lines for _, loss in line.points if drawable(loss)]
    title = f"Loss over {counted(history.epochs, 'epoch')}" if history.epochs else "Loss: no epochs yet"
    root = canvas(WIDTH, HEIGHT, title, _description(history, lines), colours.PAPER)
    heading = shortened(title, TITLE_SIZE, PLOT.width)
    add(root, "text", heading, x=32, y=36, fill=colours.INK, font_size=TITLE_SIZE, font_weight="bold")
    if not losses:
        said = "no loss was finite" if lines else "no epochs"
        x, y = PLOT.middle
        add(root, "text", said, x=x, y=y, fill=colours.INK, font_size=TITLE_SIZE, text_anchor="middle")
        return finished(root)
    axes = epoch_axis(max(epoch for line in lines for epoch, _ in line.points)), loss_axis(losses)
    _draw_axes(root, *axes)
    if history.epochs:
        _draw_kept_epoch(root, axes[0], history.kept_epoch)
    for line in lines:
        _draw_line(root, line, *axes)
    _draw_legend(root, lines)
    return finished(root)


def _lines(history: History) -> list[_Line]:
    on_the_way = [(float(epoch), loss) for epoch, loss in enumerate(history.losses, start=1)]
    between = [(float(moment.epoch), moment.loss) for moment in history.moments]
    where = "held-out loss" if history.held_out else "training loss between epochs"
    lines = [
        _Line("training loss on the way", colours.TRAINING, "none", False, thinned(on_the_way)),
        _Line(where, colours.HELD_OUT, "7 4", True, thinned(between)),
    ]
    return [line for line in lines if line.points]


def _description(history: History, lines: list[_Line]) -> str:
    said = [
        f"{line.name}: from {readable(line.points[0][1])} at epoch {line.points[0][0]:,.0f} "
        f"to {readable(line.points[-1][1])} at epoch {line.points[-1][0]:,.0f}"
        for line in lines
    ]
    if history.epochs:
        said.append(f"the network was kept as it was after {counted(history.kept_epoch, 'epoch')}")
    if history.not_finite is not None:
        said.append(str(history.not_finite))
    if not said:
        said = ["nothing was trained"]
    return sentences(said)


def _draw_axes(root: ET.Element, across: Axis, up: Axis) -> None:
    """Draw the grid, its numbers, and what they count."""
    grid = add(root, "g", stroke=colours.AXIS, stroke_width=1)
    numbers = add(root, "g", fill=colours.INK, font_size=TEXT_SIZE)
    for tick in up.ticks:
        y = PLOT.y + PLOT.height * (1 - up.share(tick))
        add(grid, "path", d=f"M{coordinate(PLOT.x)} {coordinate(y)}h{coordinate(PLOT.width)}")
        add(numbers, "text", _loss_tick(tick, up), x=PLOT.x - 8, y=y + 4, text_anchor="end")
    bottom = PLOT.y + PLOT.height
    for tick in across.ticks:
        x = PLOT.x + PLOT.width * across.share(tick)
        add(grid, "path", d=f"M{coordinate(x)} {coordinate(bottom)}v5", stroke=colours.INK)
        add(numbers, "text", f"{tick:,.0f}", x=x, y=bottom + 20, text_anchor="middle")
    add(numbers, "text", "epoch", x=PLOT.middle[0], y=bottom + 44, text_anchor="middle")
    unit = "loss (logarithmic)" if up.logarithmic else "loss"
    x, y = 20.0, PLOT.middle[1]
    turned = f"rotate(-90 {coordinate(x)} {coordinate(y)})"
    add(numbers, "text", unit, x=x, y=y, transform=turned, text_anchor="middle")


def _loss_tick(tick: float, axis: Axis) -> str:
    if axis.logarithmic and not 1e-4 < tick < 1e5:
        return f"{tick:.0e}".replace("e+0", "e").replace("e-0", "e−").replace("e+", "e").replace("e-", "e−")
    return readable(tick)


def _draw_kept_epoch(root: ET.Element, across: Axis, epoch: int) -> None:
    x = PLOT.x + PLOT.width * across.share(epoch)
    place = f"M{coordinate(x)} {coordinate(PLOT.y - 12)}v{coordinate(PLOT.height + 12)}"
    add(root, "path", d=place, stroke=colours.INK, stroke_width=1.5, stroke_dasharray="2 3")
    # The words stand on the side where there is room for them.
    left = across.share(epoch) > 0.5
    words = f"kept: epoch {epoch:,}"
    anchor, shift = ("end", -6) if left else ("start", 6)
    add(
        root,
        "text",
        words,
        x=x + shift,
        y=PLOT.y - 5,
        fill=colours.INK,
        font_size=TEXT_SIZE,
        text_anchor=anchor,
    )


def _draw_line(root: ET.Element, line: _Line, across: Axis, up: Axis) -> None:
    """Draw a line, broken where a loss was not finite; each measurement has a marker while they are few."""
    group = add(root, "g", fill="none", stroke=line.colour, stroke_width=2, stroke_linejoin="round")
    few = len(line.points) <= MOST_MARKERS
    for run in unbroken(line.points):
        places = [
            (PLOT.x + PLOT.width * across.share(epoch), PLOT.y + PLOT.height * (1 - up.share(loss)))
            for epoch, loss in run
        ]
        text = " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in places)
        add(group, "polyline", points=text, stroke_dasharray=line.dashes)
        # A single point has no line: without a marker nothing would be seen of it.
        for x, y in places if (line.marked and few) or len(run) == 1 else ():
            add(group, "circle", cx=x, cy=y, r=3.5, fill=colours.PAPER)


def _draw_legend(root: ET.Element, lines: list[_Line]) -> None:
    x = PLOT.x
    for line in lines:
        sample = f"M{coordinate(x)} 58h34"
        add(root, "path", d=sample, stroke=line.colour, stroke_width=2, stroke_dasharray=line.dashes)
        if line.marked:
            add(
                root,
                "circle",
                cx=x + 17,
                cy=58,
                r=3.5,
                fill=colours.PAPER,
                stroke=line.colour,
                stroke_width=2,
            )
        add(root, "text", line.name, x=x + 42, y=62, fill=colours.INK, font_size=TEXT_SIZE)
        x += 230
