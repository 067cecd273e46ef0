"""Draws the slope of the loss over one weight as strips: every factor on every path to the loss."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from glassnet.pictures import colours
from glassnet.pictures.chain_geometry import (
    CELL,
    HEAD,
    NAME_LINE,
    NAME_SIZE,
    TEXT_SIZE,
    lay_out_chains,
)
from glassnet.pictures.curve_geometry import drawable
from glassnet.pictures.diagram import MARGIN, TITLE_SIZE, sheet, write_lines
from glassnet.pictures.marks import draw_bias, draw_input, draw_signed_bar, draw_squash, draw_wire
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.squash_curve import squash_curve
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import counted, readable, sentences, shortened, text_width, typeset

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.explain.chain import ChainLine, ChainSum, Factor, Path, PrintedChains
    from glassnet.pictures.chain_geometry import ChainGeometry, Station

__all__ = ["chain"]

# All in px.
RADIUS = 15.0  # of a sum
SQUASH = (40.0, 26.0)
BAR, TOTAL_BAR = 14.0, 18.0
BELOW = 32.0  # from the middle of a mark to its number


def chain(chain_sum: ChainSum, *, shown: int = 8) -> Picture:
    """Draw how the slope of the loss over one weight comes about, path by path.

    Each strip is a path from the weight to the loss, the strongest first: its inputs, sums, squashes and
    weights (white is positive, black is negative, wider is larger), with the factor of each below it. The
    product of the factors stands at the end, as a number and as a bar; what is printed adds up to the slope.

    Parameters
    ----------
    chain_sum : ChainSum
        From `glassnet.explain`.
    shown : int
        How many paths get a strip; the others are summed in one line, and it is said how many they are.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from glassnet import Network
    >>> from glassnet.explain.chain import chain as explain_chain
    >>> network = Network([1, 1, 1], "identity", biases=False, loss="absolute")
    >>> network.parameters[:] = 3, -4
    >>> chains = explain_chain(network.run([2.0]), [[-25.0]], example=0, layer=1, neuron=0, source=0)
    >>> "layer 1: −8.000" in str(chain(chains))
    True
    """
    printed = chain_sum.printed(shown=shown)
    whose = "all examples" if chain_sum.example is None else f"example {chain_sum.example}"
    title = f"Slope of the loss of {whose} over {chain_sum.what}: {typeset(printed.slope)}"
    notes = [
        _carried(chain_sum, printed),
        "Along a path the factors are multiplied, and the paths are added up.",
        "In a circle stands the number of the neuron that sums up.",
    ]
    words = max(text_width(title, TITLE_SIZE), *(text_width(note, NAME_SIZE) for note in notes))
    geometry = lay_out_chains(chain_sum, printed, words)
    description = sentences([*_paths_in_words(printed), *(note.rstrip(".") for note in notes)])
    root = sheet(geometry.width, geometry.height, title, description, ground=colours.GROUND, ink=colours.TEXT)
    _draw_heads(root, geometry)
    for line, y in zip(printed.lines, geometry.rows, strict=False):
        group = add(root, "g", fill=colours.TEXT, font_size=TEXT_SIZE)
        if line.path is None:
            _write_further(group, printed, y)
        else:
            _draw_strip(group, geometry, line.path, y)
            if chain_sum.example is None:
                add(group, "text", f"example {line.path.example:,}", x=MARGIN, y=y + 4)
        _draw_product(group, geometry, line, y)
    _draw_slope(root, geometry, chain_sum.slope, typeset(printed.slope))
    write_lines(root, notes, (MARGIN, geometry.notes_y), colours.TEXT)
    return finished(root)


def _carried(chains: ChainSum, printed: PrintedChains) -> str:
    """Say how many paths are drawn, and how much of the slope they carry."""
    if not chains.n_paths:
        return "No path leads to the loss."
    if not printed.n_further:
        return f"All {counted(chains.n_paths, 'path')}." if chains.n_paths > 1 else "The only path."
    n_shown = chains.n_paths - printed.n_further
    said = f"The strongest {n_shown:,} of {counted(chains.n_paths, 'path')}"
    if math.isnan(printed.share):
        return f"{said}."
    share = f"{printed.share:,.1%}".replace("-", "−")
    if 0 <= printed.share <= 1:
        return f"{said}, which carry {share} of the slope."
    return f"{said}, which add up to {share} of the slope; the others work against them."


def _paths_in_words(printed: PrintedChains) -> list[str]:
    said = []
    for line in printed.lines:
        if line.path is None:
            said.append(f"{_further(printed)} add {typeset(line.product)}")
        else:
            factors = ", ".join(f"{f.name} ({f.place}) {readable(f.value)}" for f in line.path.factors)
            said.append(f"{factors}: product {typeset(line.product)}")
    return said


def _further(printed: PrintedChains) -> str:
    return f"{counted(printed.n_further, 'further path')} together"


def _draw_heads(root: ET.Element, geometry: ChainGeometry) -> None:
    """Write over each station what it is, and over those of a layer which one."""
    names = add(root, "g", fill=colours.TEXT, font_size=NAME_SIZE, text_anchor="middle")
    for station in geometry.stations:
        top = geometry.names_y - NAME_LINE * (len(station.lines) - 1)
        for k, line in enumerate(station.lines):
            add(names, "text", line, x=station.x, y=top + k * NAME_LINE, font_style="italic")
    for layer, group in itertools.groupby(geometry.stations, key=lambda station: station.layer):
        stations = list(group)
        if layer is not None:
            left, right = stations[0].left + 4, stations[-1].left + stations[-1].width - 4
            add(names, "text", f"layer {layer}", x=(left + right) / 2, y=HEAD, font_weight="bold")
            under = f"M{coordinate(left)} {coordinate(HEAD + 6)}h{coordinate(right - left)}"
            add(names, "path", d=under, stroke=colours.AXIS, stroke_width=1)
    add(
        names,
        "text",
        "product",
        x=geometry.product_x,
        y=geometry.names_y,
        text_anchor="end",
        font_style="italic",
    )


def _draw_strip(group: ET.Element, geometry: ChainGeometry, path: Path, y: float) -> None:
    """Draw one path: a mark for each factor, and its number below."""
    stations = geometry.stations
    left, right = stations[0].x, stations[-1].x
    thread = f"M{coordinate(left)} {coordinate(y)}h{coordinate(right - left)}"
    add(group, "path", d=thread, stroke=colours.AXIS, stroke_width=0.75)
    for station, factor in zip(stations, path.factors, strict=True):
        _draw_mark(group, geometry, station, factor, path, y)
        number = readable(factor.value)
        add(group, "text", number, x=station.x, y=y + BELOW, text_anchor="middle", font_size=NAME_SIZE)
        if station is not stations[0]:
            add(group, "text", "×", x=station.left, y=y + BELOW, text_anchor="middle", font_size=NAME_SIZE)


def _draw_mark(
    group: ET.Element, geometry: ChainGeometry, station: Station, factor: Factor, path: Path, y: float
) -> None:
    """Draw what a factor belongs to."""
    if station.kind == "input":
        draw_input(group, (station.x, y), factor.value)
    elif station.kind == "bias":
        draw_bias(group, (station.x, y))
    elif station.kind == "weight":
        draw_wire(group, (station.left, y), CELL, factor.value, geometry.largest_weight)
    elif station.kind == "sum" and station.neuron is not None:
        add(
            group,
            "circle",
            cx=station.x,
            cy=y,
            r=RADIUS,
            fill=colours.DISC,
            stroke=colours.TEXT,
            stroke_width=1.5,
        )
        name = str(path.neurons[station.neuron])
        add(group, "text", name, x=station.x, y=y + 4, text_anchor="middle", font_size=NAME_SIZE)
    elif station.kind == "squash":
        plate = Box(station.x - CELL / 2 + 4, y - 18, CELL - 8, 36)
        _draw_plate(group, plate)
        box = Box(station.x - SQUASH[0] / 2, y - SQUASH[1] / 2, *SQUASH)
        draw_squash(group, box, squash_curve(factor.name))
    else:
        plate = Box(station.left + 4, y - 14, station.width - 8, 28)
        _draw_plate(group, plate)
        place = "mean" if station.kind == "share" else factor.place
        said = shortened(place, NAME_SIZE, plate.width - 8)
        add(group, "text", said, x=station.x, y=y + 4, text_anchor="middle", font_size=NAME_SIZE)


def _draw_plate(group: ET.Element, box: Box) -> None:
    add(group, "rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=6, fill=colours.DISC)


def _write_further(group: ET.Element, printed: PrintedChains, y: float) -> None:
    add(group, "text", _further(printed), x=MARGIN, y=y + 4)


def _draw_product(group: ET.Element, geometry: ChainGeometry, line: ChainLine, y: float) -> None:
    product = typeset(line.product)
    add(group, "text", product, x=geometry.product_x, y=y + 4, text_anchor="end")
    if drawable(line.amount):
        draw_signed_bar(group, (geometry.bars.middle[0], y), geometry.bar(line.amount), BAR)


def _draw_slope(root: ET.Element, geometry: ChainGeometry, slope: float, text: str) -> None:
    """Draw the slope below a line, as under any sum, and the zero of all bars."""
    y = geometry.rows[-1]
    group = add(root, "g", fill=colours.TEXT, font_size=TEXT_SIZE, font_weight="bold")
    under = f"M{coordinate(MARGIN)} {coordinate(y - 22)}h{coordinate(geometry.product_x - MARGIN)}"
    add(group, "path", d=under, stroke=colours.TEXT, stroke_width=1)
    add(group, "text", "slope of the loss: the sum", x=MARGIN, y=y + 4)
    add(group, "text", text, x=geometry.product_x, y=y + 4, text_anchor="end")
    if drawable(slope):
        draw_signed_bar(group, (geometry.bars.middle[0], y), geometry.bar(slope), TOTAL_BAR)
    zero_x, box = geometry.bars.middle[0], geometry.bars
    zero = f"M{coordinate(zero_x)} {coordinate(box.y)}v{coordinate(y + 14 - box.y)}"
    add(root, "path", d=zero, stroke=colours.AXIS, stroke_width=0.75)
