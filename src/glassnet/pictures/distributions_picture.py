"""Draws how outputs and gradients are spread, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.pictures.colours import AXIS, HELD_OUT, INK, TRAINING
from glassnet.pictures.diagram import LINE, MARGIN, TEXT_SIZE, draw_axes, sheet
from glassnet.pictures.distributions_geometry import (
    GRADIENTS_X,
    OUTPUTS_X,
    ROW,
    TOP,
    WIDTH,
    bars,
    gradients_diagram,
    outputs_diagram,
)
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import counted, sentences, shortened

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.explain.distribution import Distributions, Histogram, LayerDistribution
    from glassnet.pictures.diagram_geometry import Diagram

__all__ = ["distributions"]


def distributions(distributions: Distributions) -> Picture:
    """Draw histograms of the outputs and, where they are known, of the gradients of each layer.

    The gradients of all layers share one logarithmic axis, so that vanishing and exploding ones are seen
    as hills that wander from layer to layer. What is exactly 0 is in no bar but said beside them.

    Parameters
    ----------
    distributions : Distributions
        From `glassnet.explain.distributions`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet import Network, data
    >>> from glassnet.explain.distribution import distributions as spread
    >>> patterns = data.four_pixel()
    >>> found = spread(Network.drawn_four_pixel().run(patterns.inputs), patterns.targets)
    >>> "layer 4" in str(distributions(found))
    True
    """
    layers = distributions.layers
    examples = counted(distributions.n_examples, "example")
    what = "Outputs and gradients" if any(layer.gradients for layer in layers) else "Outputs"
    described = [str(layer) for layer in layers]
    height = TOP + len(layers) * ROW + 8
    root = sheet(WIDTH, height, f"{what} by layer, over {examples}", sentences(described))
    heads = add(root, "g", fill=INK, font_size=TEXT_SIZE, font_weight="bold")
    add(heads, "text", "outputs", x=OUTPUTS_X, y=TOP - 22)
    if any(layer.gradients for layer in layers):
        add(heads, "text", "size of the gradients dloss/dz", x=GRADIENTS_X, y=TOP - 22)
    for row, layer in enumerate(layers):
        _write_layer(root, row, layer)
        _draw_histogram(root, layer.outputs, outputs_diagram(row, layer.outputs), TRAINING)
        if layer.gradients is not None:
            _draw_histogram(root, layer.gradients, gradients_diagram(row, layer.gradients), HELD_OUT)
    return finished(root)


def _write_layer(root: ET.Element, row: int, layer: LayerDistribution) -> None:
    """Say what the layer is, and how much of it is saturated or dead; in bold where that is a lot."""
    lines = [
        (f"layer {layer.layer}", True),
        (f"{layer.activation}, {counted(layer.n_neurons, 'neuron')}", False),
        (f"{len(layer.dead):,} dead", bool(layer.dead)),
    ]
    if layer.saturated is not None:
        lines.append((f"{layer.saturated:.1%} saturated", layer.saturated > 0.5))
    group = add(root, "g", fill=INK, font_size=TEXT_SIZE)
    for k, (words, strong) in enumerate(lines):
        text = shortened(words, TEXT_SIZE, OUTPUTS_X - MARGIN - 16)
        weight = "bold" if strong else "normal"
        add(group, "text", text, x=MARGIN, y=TOP + row * ROW + 14 + k * LINE, font_weight=weight)


def _draw_histogram(root: ET.Element, histogram: Histogram, diagram: Diagram, colour: str) -> None:
    """Draw the bars over their axis, and say above them what is in no bar."""
    box = diagram.box
    draw_axes(root, diagram, "", "")
    found = bars(histogram, diagram)
    path = "".join(
        f"M{coordinate(bar.x)} {coordinate(bar.y + bar.height)}v{coordinate(-bar.height)}"
        f"h{coordinate(bar.width)}v{coordinate(bar.height)}"
        for bar in found
    )
    if path:
        add(root, "path", d=path, fill=colour, stroke=colour, stroke_width=0.5)
    line = f"M{coordinate(box.x)} {coordinate(box.y + box.height)}h{coordinate(box.width)}"
    add(root, "path", d=line, stroke=AXIS, stroke_width=1)
    apart = [
        f"{number / histogram.n_numbers:.1%} {what}"
        for number, what in ((histogram.zeros, "exactly 0"), (histogram.not_finite, "not finite"))
        if number
    ]
    if apart:
        x, y = box.x + box.width, box.y - 5
        add(root, "text", ", ".join(apart), x=x, y=y, fill=INK, font_size=TEXT_SIZE, text_anchor="end")
