"""Draws a network and one example on its way through it, as the slides do."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glassnet.pictures import colours
from glassnet.pictures.marks import draw_squash
from glassnet.pictures.network_contents import Contents, Wire, choose_contents
from glassnet.pictures.network_geometry import MARGIN, RADIUS, Box, Geometry, lay_out, side_by_side
from glassnet.pictures.network_insides import Insides, find_insides
from glassnet.pictures.network_legend import N_LINES, draw_legend
from glassnet.pictures.network_words import Words, find_words
from glassnet.pictures.pixels import draw_pixels, fewer_pixels
from glassnet.pictures.squash_curve import squash_curve
from glassnet.pictures.svg import Picture, Point, add, canvas, finished
from glassnet.pictures.text import readable, shortened, text_width

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterable

    from glassnet.network import Trace

__all__ = ["network"]

# All in px.
TITLE_SIZE, NAME_SIZE, TEXT_SIZE = 17.0, 15.0, 12.0
LONGEST_NAME = 200.0
THINNEST_WIRE, WIDEST_WIRE = 0.5, 4.5
WIDEST_RING = 4.0
SQUASH = (44.0, 26.0)
TITLE_Y, LAYER_Y, SQUASH_Y, ACTIVATION_Y = 34.0, 64.0, 70.0, 112.0


@dataclass(frozen=True)
class _Scene:
    """All that the drawing functions look up."""

    trace: Trace
    example: int
    contents: Contents
    insides: Insides
    words: Words
    geometry: Geometry


def network(trace: Trace, example: int = 0, *, values: bool = True) -> Picture:
    """Draw a network and what happened inside it for one example.

    From left to right stand the input picture and the layers. A wire is a weight: white is positive,
    black is negative, missing is 0; it is wider for a larger weight of the same layer. Inside a neuron
    stands its receptive field where it is known (for pictures of more than 12 pixels: the weights of the
    first layer), else its output as a brightness. The ring round it is its output: white, black, and
    wider for a larger one. Of wide layers the strongest neurons and wires are shown; the picture says
    how many are left out.

    Parameters
    ----------
    trace : Trace
        From `Network.run`.
    example : int
        Which of its examples, from 0.
    values : bool
        Whether to write each neuron's output below it.

    Returns
    -------
    Picture

    Raises
    ------
    SettingError
        The trace has no such example.

    Examples
    --------
    >>> from glassnet import Network
    >>> trace = Network.drawn_four_pixel().run([0.5, 0, 0.75, -0.75])
    >>> "answer: vertical" in str(network(trace))
    True
    """
    trace.check_example(example)
    contents = choose_contents(trace, example)
    insides = find_insides(trace, example, contents)
    words = find_words(trace, example, contents, insides.meaning)
    values_room = _room([label.value for label in words.outputs.values()], TEXT_SIZE)
    names_room = _room([label.name for label in words.outputs.values()], NAME_SIZE)
    geometry = lay_out(
        contents,
        names_before=_room(words.inputs.values(), NAME_SIZE),
        names_behind=max(names_room, values_room),
        n_legend_lines=N_LINES,
    )
    scene = _Scene(trace, example, contents, insides, words, geometry)
    root = canvas(geometry.width, geometry.height, words.title, words.description, colours.GROUND)
    _draw_headings(root, scene)
    _draw_wires(root, scene)
    if geometry.picture is not None and contents.shape is not None:
        # On top of the wires, which come out from beneath it, each in the direction of its pixel.
        draw_pixels(root, geometry.picture, fewer_pixels(trace.inputs[example].reshape(contents.shape)))
    _draw_biases(root, scene)
    _draw_neurons(root, scene, values=values)
    _draw_names(root, scene)
    draw_legend(root, geometry, insides)
    return finished(root)


def _room(texts: Iterable[str], size: float) -> float:
    """The width of the longest text, as far as it is shown."""
    return min(max((text_width(text, size) for text in texts), default=0.0), LONGEST_NAME)


def _draw_headings(root: ET.Element, scene: _Scene) -> None:
    """Write the answer on top, over each column what it is, and below it what is left out."""
    geometry = scene.geometry
    title = shortened(scene.words.title, TITLE_SIZE, geometry.width - 2 * MARGIN)
    add(root, "text", title, x=MARGIN, y=TITLE_Y, fill=colours.TEXT, font_size=TITLE_SIZE, font_weight="bold")
    group = add(root, "g", fill=colours.TEXT, font_size=TEXT_SIZE, text_anchor="middle")
    first = "pixels" if scene.contents.shape else "inputs"
    add(group, "text", first, x=geometry.column_x[0], y=LAYER_Y)
    for k, chosen in enumerate(map(str, scene.trace.network.activations), start=1):
        x = geometry.column_x[k]
        add(group, "text", f"layer {k}", x=x, y=LAYER_Y)
        draw_squash(group, Box(x - SQUASH[0] / 2, SQUASH_Y, *SQUASH), squash_curve(chosen))
        add(group, "text", chosen, x=x, y=ACTIVATION_Y, font_style="italic")
    for column, x in zip(scene.contents.columns, geometry.column_x, strict=True):
        if column.neurons and column.n_left_out:
            add(group, "text", f"{column.n_left_out:,} more", x=x, y=geometry.below_y)
    for wires, left, right in zip(
        scene.contents.wires, geometry.column_x, geometry.column_x[1:], strict=False
    ):
        if wires.n_left_out:
            shown = f"{len(wires.shown):,} of {wires.n_wires:,} weights"
            add(group, "text", shown, x=(left + right) / 2, y=geometry.below_y + 16)


def _draw_wires(root: ET.Element, scene: _Scene) -> None:
    for wires in scene.contents.wires:
        group = add(root, "g", stroke_linecap="round")
        for wire in wires.shown:
            _draw_wire(group, scene.geometry, wires.layer, wire)


def _draw_wire(group: ET.Element, geometry: Geometry, layer: int, wire: Wire) -> None:
    (x1, y1), (x2, y2) = geometry.source(layer, wire.source), geometry.neurons[layer, wire.target]
    width = THINNEST_WIRE + (WIDEST_WIRE - THINNEST_WIRE) * wire.strength
    colour = colours.by_sign(wire.weight)
    line = add(group, "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width)
    source = "bias" if wire.source is None else f"{_place(layer - 1)} {wire.source}"
    add(line, "title", f"{source} to {_place(layer)} {wire.target}: weight {readable(wire.weight)}")


def _place(layer: int) -> str:
    return f"layer {layer}, neuron" if layer else "input"


def _draw_biases(root: ET.Element, scene: _Scene) -> None:
    """Draw the bias neurons, which always say 1."""
    for x, y in scene.geometry.biases.values():
        group = add(root, "g", text_anchor="middle", fill=colours.TEXT, font_size=TEXT_SIZE)
        add(group, "circle", cx=x, cy=y, r=13, fill=colours.DISC, stroke=colours.TEXT, stroke_width=1.5)
        add(group, "text", "1", x=x, y=y + 4, font_weight="bold")
        add(group, "text", "bias", x=x, y=y + 28)


def _draw_neurons(root: ET.Element, scene: _Scene, *, values: bool) -> None:
    """Draw all shown neurons; brightness and ring are relative to the layer's largest output, if above 1."""
    for column in scene.contents.columns:
        outputs = scene.trace.outputs(column.layer)[scene.example]
        largest = max(1.0, float(np.max(np.abs(outputs), initial=0, where=np.isfinite(outputs))))
        is_last = column.layer == scene.trace.network.n_layers
        for neuron in column.neurons:
            output = float(outputs[neuron])
            group = add(root, "g")
            add(group, "title", f"{_place(column.layer)} {neuron}: output {readable(output)}")
            if is_last and scene.words.outputs[neuron].won:
                _draw_winner(group, scene.geometry, column.layer, neuron)
            _draw_neuron(group, scene, (column.layer, neuron), output, output / largest)
            if values and not is_last:  # the last ones have theirs beside them, with the names
                x, y = scene.geometry.neurons[column.layer, neuron]
                _draw_value(group, readable(output), (x, y + RADIUS + 14))


def _draw_winner(group: ET.Element, geometry: Geometry, layer: int, neuron: int) -> None:
    x, y = geometry.neurons[layer, neuron]
    add(group, "circle", cx=x, cy=y, r=RADIUS + 6, fill="none", stroke=colours.WINNER, stroke_width=5)


def _draw_neuron(
    group: ET.Element, scene: _Scene, place: tuple[int, int], output: float, share: float
) -> None:
    """Draw a neuron: what is inside, and the ring, as wide as its share of the largest output."""
    x, y = scene.geometry.neurons[place]
    inside = scene.insides.pictures.get(place, [])
    ring = 1 + (WIDEST_RING - 1) * min(abs(share), 1) if not math.isnan(share) else 1
    fill = colours.DISC if inside or math.isnan(share) else colours.grey(share)
    stroke = colours.by_sign(output)
    add(group, "circle", cx=x, cy=y, r=RADIUS, fill=fill, stroke=stroke, stroke_width=ring)
    for box, picture in zip(side_by_side(inside, (x, y), RADIUS), inside, strict=True):
        draw_pixels(group, box, picture)


def _draw_value(group: ET.Element, text: str, place: Point) -> None:
    """Write a number centred on `place`, on a plate that keeps it clear of the wires."""
    x, y = place
    width, height = text_width(text, TEXT_SIZE), TEXT_SIZE + 3
    add(
        group, "rect", x=x - width / 2, y=y - TEXT_SIZE, width=width, height=height, rx=3, fill=colours.GROUND
    )
    add(group, "text", text, x=x, y=y, fill=colours.TEXT, font_size=TEXT_SIZE, text_anchor="middle")


def _draw_names(root: ET.Element, scene: _Scene) -> None:
    """Write the names of the inputs before their neurons, those of the outputs with values behind theirs."""
    geometry = scene.geometry
    before = add(root, "g", fill=colours.TEXT, font_size=NAME_SIZE, text_anchor="end")
    for neuron, name in scene.words.inputs.items():
        x, y = geometry.neurons[0, neuron]
        name = shortened(name, NAME_SIZE, LONGEST_NAME)
        add(before, "text", name, x=x - RADIUS - 10, y=y + 5)
    last = scene.trace.network.n_layers
    for neuron, label in scene.words.outputs.items():
        x, y = geometry.labels_x, geometry.neurons[last, neuron][1]
        weight = "bold" if label.ahead else "normal"
        behind = add(root, "g", fill=colours.TEXT, font_weight=weight)
        name = shortened(label.name, NAME_SIZE, LONGEST_NAME)
        add(behind, "text", name, x=x, y=y - 2, font_size=NAME_SIZE)
        add(behind, "text", label.value, x=x, y=y + 16, font_size=TEXT_SIZE)
