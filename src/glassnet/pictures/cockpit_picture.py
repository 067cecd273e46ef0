"""Draws a whole training as a cockpit: its loss, and what the layers were like on the way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from glassnet.pictures.colours import CATEGORIES, HELD_OUT, INK, TRAINING
from glassnet.pictures.curve_geometry import drawable, epoch_axis, exact_axis, loss_axis, thinned, unbroken
from glassnet.pictures.diagram import LINE, MARGIN, TEXT_SIZE, draw_axes, draw_line, sheet, write_lines
from glassnet.pictures.diagram_geometry import Diagram, decades
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import counted, sentences, shortened

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Callable, Sequence

    from glassnet.doctor import Diagnosis
    from glassnet.pictures.curve_geometry import Axis
    from glassnet.pictures.svg import Point
    from glassnet.training import History, LayerStatistics

__all__ = ["cockpit"]

# All in px.
WIDTH = 1040.0
PANEL_WIDTH, PANEL_HEIGHT = 390.0, 190.0
LEFTS = (100.0, 600.0)
TOP, ROW = 100.0, 290.0

_DASHES = ("none", "8 4", "2 3", "10 3 2 3", "5 2", "1 2")
_USUAL_STEP = 1e-3  # of an update as a share of the weights
_MOST_LAYERS = 5  # more lines than that cannot be told apart
_MOST_DECADES = 12
_MOST_FINDINGS = 6


class _Line(NamedTuple):
    name: str
    colour: str
    dashes: str
    points: list[Point]


class _Panel(NamedTuple):
    title: str
    up: Axis
    lines: list[_Line]
    mark: float | None = None


def cockpit(history: History, diagnosis: Diagnosis | None = None) -> Picture:
    """Draw the loss over the epochs, and by layer: gradients, steps, flat or dead neurons, and outputs.

    Parameters
    ----------
    history : History
        Its `statistics` hold what the layers were like.
    diagnosis : Diagnosis, optional
        Its findings are named above.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet import Network, data, train
    >>> history = train(Network([4, 8, 4], ["tanh", "softmax"]), data.four_pixel(), epochs=50)
    >>> "size of a step" in str(cockpit(history))
    True
    """
    found = _findings(diagnosis)
    panels = _panels(history)
    top = TOP + LINE * len(found)
    n_rows = math.ceil(len(panels) / len(LEFTS))
    title = f"A training of {counted(history.epochs, 'epoch')}, {history.stopped}"
    height = top + ROW * n_rows
    root = sheet(WIDTH, height, title, sentences([*found, *(panel.title for panel in panels)]))
    write_lines(root, found, (MARGIN, 64.0))
    across = epoch_axis(max(1, history.epochs))
    for place, panel in enumerate(panels):
        row, column = divmod(place, len(LEFTS))
        box = Box(LEFTS[column], top + row * ROW, PANEL_WIDTH, PANEL_HEIGHT)
        _draw(root, panel, Diagram(box, across, panel.up), "epoch" if row == n_rows - 1 else "")
    return finished(root)


def _findings(diagnosis: Diagnosis | None) -> list[str]:
    if diagnosis is None:
        return []
    if diagnosis.healthy:
        return ["nothing wrong was found"]
    said = [f"{each.severity}: {each.name}, {each.place}" for each in diagnosis.findings]
    return [
        *said[:_MOST_FINDINGS],
        *([f"and {len(said) - _MOST_FINDINGS} more"] if len(said) > _MOST_FINDINGS else []),
    ]


def _panels(history: History) -> list[_Panel]:
    panels = [_losses(history)]
    n_layers = len(history.statistics[0].layers) if history.statistics else 0
    if not n_layers:
        return panels
    panels += [
        _logarithmic("gradient dloss/dz of an example, by layer", history, lambda each: each.grad_sums_size),
        _logarithmic("size of a step, as a share of the weights", history, _step, mark=_USUAL_STEP),
        _shares("share of dead neurons, or of outputs where the squash is flat", history),
        _logarithmic("spread of the outputs, by layer", history, lambda each: each.outputs_spread),
        _logarithmic("size of the weights, by layer", history, lambda each: each.weights_size),
    ]
    return [panel for panel in panels if panel.lines]


def _step(layer: LayerStatistics) -> float:
    return math.nan if layer.update_ratio is None else layer.update_ratio


def _losses(history: History) -> _Panel:
    where = "held-out loss" if history.held_out else "training loss between epochs"
    lines = [
        _Line(
            "training loss",
            TRAINING,
            "none",
            thinned([(float(k), loss) for k, loss in enumerate(history.losses, start=1)]),
        ),
        _Line(where, HELD_OUT, "7 4", thinned([(float(each.epoch), each.loss) for each in history.moments])),
    ]
    lines = [line for line in lines if line.points]
    values = [y for line in lines for _, y in line.points if drawable(y)]
    return _Panel("loss", loss_axis(values or [0.0, 1.0]), lines)


def _by_layer(history: History, read: Callable[[LayerStatistics], float]) -> list[_Line]:
    n_layers = len(history.statistics[0].layers)
    step = math.ceil(n_layers / _MOST_LAYERS)
    return [
        _Line(
            f"layer {layer + 1}",
            CATEGORIES[(4, 5, 2, 6, 0, 1, 7, 3)[place % 8]],
            _DASHES[place % len(_DASHES)],
            [(float(each.epoch), read(each.layers[layer])) for each in history.statistics],
        )
        for place, layer in enumerate(range(0, n_layers, step))
    ]


def _logarithmic(
    title: str, history: History, read: Callable[[LayerStatistics], float], mark: float | None = None
) -> _Panel:
    """Return a panel of sizes; what is 0 has no place on it and leaves a gap."""
    lines = [
        line._replace(points=[(x, y if y > 0 else math.nan) for x, y in line.points])
        for line in _by_layer(history, read)
    ]
    values = [y for line in lines for _, y in line.points if drawable(y)] + ([mark] if mark else [])
    if not any(drawable(y) for line in lines for _, y in line.points):
        return _Panel(title, decades(-1, 0), [])
    last = math.ceil(math.log10(max(values)) + 1e-9)
    first = max(math.floor(math.log10(min(values)) - 1e-9), last - _MOST_DECADES)
    lowest = 10.0**first
    lines = [line._replace(points=[(x, max(y, lowest)) for x, y in line.points]) for line in lines]
    return _Panel(title, decades(first, max(last, first + 1)), lines, mark)


def _shares(title: str, history: History) -> _Panel:
    lines = _by_layer(history, lambda each: max(each.saturated or 0.0, each.dead))
    return _Panel(title, exact_axis(0.0, 1.0), lines)


def _draw(root: ET.Element, panel: _Panel, diagram: Diagram, across: str) -> None:
    box = diagram.box
    heading = shortened(panel.title, TEXT_SIZE, box.width)
    add(root, "text", heading, x=box.x, y=box.y - 30, fill=INK, font_size=TEXT_SIZE, font_weight="bold")
    draw_axes(root, diagram, across, "")
    if panel.mark is not None:
        _, y = diagram.place(0, panel.mark)
        add(
            root,
            "path",
            d=f"M{coordinate(box.x)} {coordinate(y)}h{coordinate(box.width)}",
            stroke=INK,
            stroke_dasharray="1 3",
        )
        add(root, "text", "usual", x=box.x + box.width + 4, y=y + 4, fill=INK, font_size=10.0)
    for line in panel.lines:
        for stretch in unbroken(line.points):
            _draw_stretch(root, [diagram.place(*point) for point in stretch], line)
    _legend(root, panel.lines, box)


def _draw_stretch(root: ET.Element, places: Sequence[Point], line: _Line) -> None:
    draw_line(root, places, stroke=line.colour, stroke_width=2, stroke_dasharray=line.dashes)
    for x, y in places if len(places) <= 24 else ():
        add(root, "circle", cx=x, cy=y, r=2.5, fill=line.colour)


def _legend(root: ET.Element, lines: Sequence[_Line], box: Box) -> None:
    x, y = box.x, box.y - 12
    size = 10.0
    for line in lines:
        sample = f"M{coordinate(x)} {coordinate(y - 3)}h22"
        add(root, "path", d=sample, stroke=line.colour, stroke_width=2, stroke_dasharray=line.dashes)
        add(root, "text", line.name, x=x + 26, y=y, fill=INK, font_size=size)
        x += 34 + 5.2 * len(line.name) + 6
