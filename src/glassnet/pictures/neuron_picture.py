"""Draws one neuron at work: its terms, how they add up, and what the squash makes of the sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.explain.places import neuron_name
from glassnet.pictures import colours
from glassnet.pictures.curve_geometry import drawable
from glassnet.pictures.diagram import draw_line, sheet
from glassnet.pictures.marks import draw_bias, draw_input, draw_signed_bar, draw_wire
from glassnet.pictures.neuron_geometry import (
    PITCH,
    TEXT_SIZE,
    WIRE,
    NeuronGeometry,
    lay_out_neuron,
    tangent,
)
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import readable, sentences, text_width, typeset

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.explain.neuron import NeuronSum, PrintedSum, SumLine

__all__ = ["neuron"]

# All in px.
SMALL_SIZE = 12.0
BAR, TOTAL_BAR = 14.0, 18.0


@dataclass(frozen=True)
class _Scene:
    """All that the drawing functions look up."""

    neuron: NeuronSum
    printed: PrintedSum
    geometry: NeuronGeometry


def neuron(neuron_sum: NeuronSum, *, shown: int = 12) -> Picture:
    """Draw how one neuron came to its output.

    Each line is a term: the input, the weight as a wire (white is positive, black is negative, wider is
    larger) and their product as a bar, to the right if positive, to the left if negative. Each bar begins
    where the one above it ended, so the bars walk to the weighted sum; from there a dotted line falls onto
    the curve of the squash, with the output and the tangent. The printed terms add up to the printed sum.

    Parameters
    ----------
    neuron_sum : NeuronSum
        From `glassnet.explain`.
    shown : int
        How many terms get a line of their own, the strongest; the rest are summed in one.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet import Network
    >>> from glassnet.explain.neuron import neuron as explain_neuron
    >>> trace = Network.drawn_four_pixel().run([0.5, 0.0, 0.75, -0.75])
    >>> "tanh(−0.7500) = −0.6351" in str(neuron(explain_neuron(trace, example=0, layer=1, neuron=1)))
    True
    """
    printed = neuron_sum.printed(shown=shown)
    scene = _Scene(neuron_sum, printed, lay_out_neuron(neuron_sum, printed))
    geometry = scene.geometry
    name = neuron_name(neuron_sum.layer, neuron_sum.neuron)
    title = f"{name[:1].upper()}{name[1:]}, example {neuron_sum.example}: {_squash(scene)}"
    root = sheet(
        geometry.width,
        geometry.height,
        title,
        _description(scene),
        ground=colours.GROUND,
        ink=colours.TEXT,
    )
    _draw_heads(root, geometry)
    _draw_axis(root, geometry)
    for line, y in zip(printed.lines, geometry.rows, strict=False):
        _draw_line(root, scene, line, y)
    _draw_total(root, scene)
    if geometry.curve:
        _draw_curve(root, scene)
    _draw_output(root, scene)
    return finished(root)


def _squash(scene: _Scene) -> str:
    others = ", and the other sums" if scene.neuron.activation == "softmax" else ""
    printed = scene.printed
    return f"{scene.neuron.activation}({typeset(printed.total)}{others}) = {typeset(printed.output)}"


def _description(scene: _Scene) -> str:
    said = []
    for line in scene.printed.lines:
        weight, value, product = map(typeset, (line.weight, line.input, line.product))
        if line.term is None:
            said.append(f"{line.name}: {product}")
        elif line.term.connected:
            said.append(f"{line.name}: {value} times weight {weight} is {product}")
        else:
            said.append(f"{line.name}: no connection")
    said.append(f"the weighted sum is {typeset(scene.printed.total)}")
    said.append(f"the output is {_squash(scene)}, where the slope is {typeset(scene.printed.slope)}")
    return sentences([*said, *filter(None, [_note(scene.neuron)])])


def _draw_heads(root: ET.Element, geometry: NeuronGeometry) -> None:
    group = add(root, "g", fill=colours.TEXT, font_size=SMALL_SIZE, font_style="italic")
    y = geometry.bars.y - 14
    add(group, "text", "input", x=geometry.value_x, y=y, text_anchor="end")
    add(group, "text", "× weight", x=geometry.wire_x + WIRE / 2, y=y, text_anchor="middle")
    add(group, "text", "= term", x=geometry.product_x, y=y, text_anchor="end")
    add(group, "text", "the sum so far", x=geometry.bars.middle[0], y=y, text_anchor="middle")


def _draw_axis(root: ET.Element, geometry: NeuronGeometry) -> None:
    """Draw the axis of weighted sums: its numbers below all, and a line through 0."""
    box, top, bottom = geometry.squash, geometry.bars.y - 6, geometry.bottom
    zero = f"M{coordinate(geometry.x(0))} {coordinate(top)}v{coordinate(bottom - top)}"
    ground = f"M{coordinate(box.x)} {coordinate(bottom)}h{coordinate(box.width)}"
    add(root, "path", d=zero + ground, fill="none", stroke=colours.AXIS, stroke_width=0.75)
    numbers = add(root, "g", fill=colours.TEXT, font_size=SMALL_SIZE, text_anchor="middle")
    for tick in geometry.across.ticks:
        add(numbers, "text", readable(tick), x=geometry.x(tick), y=bottom + 16)
    add(numbers, "text", "weighted sum", x=box.middle[0], y=bottom + 36, font_style="italic")


def _draw_line(root: ET.Element, scene: _Scene, line: SumLine, y: float) -> None:
    """Draw one line: input, wire, product, bar."""
    geometry = scene.geometry
    group = add(root, "g", fill=colours.TEXT, font_size=TEXT_SIZE)
    add(group, "text", line.name, x=geometry.name_x, y=y + 4)
    if line.term is not None:
        add(group, "text", typeset(line.input), x=geometry.value_x, y=y + 4, text_anchor="end")
        draw_input(group, (geometry.disc_x, y), line.term.input)
        _draw_weight(group, geometry, line.term.weight, typeset(line.weight), y)
    elif line.kind == "bias":
        draw_bias(group, (geometry.disc_x, y))
        _draw_weight(group, geometry, line.amount, "", y)
    add(group, "text", typeset(line.product), x=geometry.product_x, y=y + 4, text_anchor="end")
    _draw_bar(group, geometry, (line.before, line.after), y, BAR)
    if drawable(line.after):
        # On to the next line.
        x = geometry.x(line.after)
        add(group, "line", x1=x, y1=y, x2=x, y2=y + PITCH, stroke=colours.TEXT, stroke_width=0.75)


def _draw_weight(group: ET.Element, geometry: NeuronGeometry, weight: float, text: str, y: float) -> None:
    """Draw a weight as a wire, with its number on a plate that keeps it clear of the wire."""
    draw_wire(group, (geometry.wire_x, y), WIRE, weight, geometry.largest_weight)
    if text:
        middle, plate = geometry.wire_x + WIRE / 2, text_width(text, SMALL_SIZE) + 6
        add(group, "rect", x=middle - plate / 2, y=y - 9, width=plate, height=18, rx=4, fill=colours.GROUND)
        add(group, "text", text, x=middle, y=y + 4, font_size=SMALL_SIZE, text_anchor="middle")


def _draw_bar(
    group: ET.Element, geometry: NeuronGeometry, ends: tuple[float, float], y: float, height: float
) -> None:
    if all(map(drawable, ends)):
        start, end = map(geometry.x, ends)
        draw_signed_bar(group, (start, y), end - start, height)


def _draw_total(root: ET.Element, scene: _Scene) -> None:
    """Draw the weighted sum below a line, as under any sum."""
    geometry, total = scene.geometry, scene.neuron.weighted_sum
    y = geometry.rows[-1]
    group = add(root, "g", fill=colours.TEXT, font_size=TEXT_SIZE, font_weight="bold")
    left, right = geometry.name_x, geometry.product_x
    under = f"M{coordinate(left)} {coordinate(y - PITCH / 2)}h{coordinate(right - left)}"
    add(group, "path", d=under, stroke=colours.TEXT, stroke_width=1)
    add(group, "text", "weighted sum", x=left, y=y + 4)
    add(group, "text", typeset(scene.printed.total), x=right, y=y + 4, text_anchor="end")
    _draw_bar(group, geometry, (0.0, total), y, TOTAL_BAR)


def _draw_curve(root: ET.Element, scene: _Scene) -> None:
    """Draw the squash, the way from the sum down to the curve and across to the output, and the tangent."""
    geometry, neuron = scene.geometry, scene.neuron
    box = geometry.squash
    zero = f"M{coordinate(box.x)} {coordinate(geometry.y(0))}h{coordinate(box.width)}"
    add(root, "path", d=zero, stroke=colours.AXIS, stroke_width=0.75)
    numbers = add(root, "g", fill=colours.TEXT, font_size=SMALL_SIZE)
    for tick in geometry.up.ticks:
        add(numbers, "text", readable(tick), x=box.x + box.width + 8, y=geometry.y(tick) + 4)
    points = [(geometry.x(z), geometry.y(output)) for z, output in geometry.curve]
    draw_line(root, points, stroke=colours.TEXT, stroke_width=2.5)
    if not (drawable(neuron.weighted_sum) and drawable(neuron.output)):
        return
    x, y = geometry.x(neuron.weighted_sum), geometry.y(neuron.output)
    top = geometry.rows[-1] + TOTAL_BAR / 2
    way = f"M{coordinate(x)} {coordinate(top)}v{coordinate(y - top)}h{coordinate(box.x - x)}"
    add(root, "path", d=way, fill="none", stroke=colours.TEXT, stroke_width=1.5, stroke_dasharray="2 3")
    ends = tangent((x, y), geometry.steepness(neuron.slope), box)
    draw_line(root, ends, stroke=colours.WINNER, stroke_width=3, stroke_dasharray="8 4")
    add(root, "circle", cx=x, cy=y, r=5.5, fill=colours.WINNER, stroke="#000000", stroke_width=1.5)


def _draw_output(root: ET.Element, scene: _Scene) -> None:
    """Write what the squash makes of the sum, at the height where the dotted line ends."""
    geometry, neuron, printed = scene.geometry, scene.neuron, scene.printed
    box = geometry.squash
    y = geometry.y(neuron.output) if drawable(neuron.output) else box.middle[1]
    y = min(max(y, box.y + 12), box.y + box.height - 40)
    group = add(root, "g", fill=colours.TEXT, font_size=TEXT_SIZE)
    add(group, "text", "output", x=geometry.name_x, y=y + 4, font_weight="bold")
    output = typeset(printed.output)
    add(group, "text", output, x=geometry.product_x, y=y + 4, font_weight="bold", text_anchor="end")
    slope = f"slope of {neuron.activation} there"
    add(group, "text", slope, x=geometry.name_x, y=y + 26)
    add(group, "text", typeset(printed.slope), x=geometry.product_x, y=y + 26, text_anchor="end")
    note = _note(neuron)
    if note:
        add(group, "text", note, x=geometry.name_x, y=y + 46, font_size=SMALL_SIZE)


def _note(neuron: NeuronSum) -> str:
    """Say what the curve cannot show."""
    if neuron.not_finite:
        return f"not finite from {neuron_name(*neuron.not_finite)} on"
    if neuron.activation == "softmax":
        return "softmax shares 1 out among all outputs: no curve of one sum"
    return ""
