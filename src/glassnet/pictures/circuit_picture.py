"""Draws an expression as a circuit: forward values above its wires, backward values below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.pictures import colours
from glassnet.pictures.circuit_geometry import (
    DIGITS,
    NUMBER_SIZE,
    RULE_LINE,
    RULE_SIZE,
    SYMBOL_SIZE,
    lay_out_circuit,
)
from glassnet.pictures.diagram import LINE, MARGIN, TITLE_SIZE, draw_arrow, draw_line, sheet, write_lines
from glassnet.pictures.svg import Picture, add, finished
from glassnet.pictures.text import readable, sentences, text_width

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from glassnet.explain.circuit import Circuit
    from glassnet.pictures.circuit_geometry import CircuitGeometry, GateBox
    from glassnet.pictures.svg import Point

__all__ = ["circuit"]

NOTES = (
    "Above a wire: its value, on the way forward.",
    "Below it: how much the result changes with that value, on the way backward.",
    "Where a wire forks, each branch hands back a part of that; the parts add up.",
)
MOST_TITLE = 900.0  # a longer expression is cut short [px]


def circuit(circuit: Circuit) -> Picture:
    """Draw an expression gate by gate, with the forward and the backward value on every wire.

    The numbers and names that go in stand on the left, the result leaves on the right. Above the wire
    behind a gate stands its value; below it how much the result changes with that value. Below a gate
    stands its rule for handing the gradient back. Where a wire forks, each branch has its own part of
    the gradient, and the parts add up.

    Parameters
    ----------
    circuit : Circuit
        From `glassnet.explain`.

    Returns
    -------
    Picture

    References
    ----------
    .. [1] A. Karpathy and others, CS231n notes, "Backpropagation, Intuitions" (2015).

    Examples
    --------
    >>> from glassnet.explain.circuit import circuit as explain_circuit
    >>> "(x + y) * z = −12" in str(circuit(explain_circuit("(x + y) * z", x=-2, y=5, z=-4)))
    True
    """
    geometry = lay_out_circuit(circuit)
    title = f"{' '.join(circuit.expression.split())} = {readable(circuit.value, DIGITS)}"
    notes = NOTES if geometry.branches else NOTES[:-1]
    words = max(
        min(text_width(title, TITLE_SIZE), MOST_TITLE), *(text_width(note, NUMBER_SIZE) for note in notes)
    )
    root = sheet(max(geometry.width, words + 2 * MARGIN), geometry.height, title, _description(circuit))
    _draw_wires(root, geometry)
    for box, middle in zip(geometry.boxes, geometry.middles, strict=True):
        _draw_gate(root, box, middle, is_result=box is geometry.boxes[-1])
    write_lines(root, notes, (MARGIN, geometry.height - 3 * LINE - 8))
    return finished(root)


def _description(circuit: Circuit) -> str:
    return sentences(
        f"{gate.text}: forward {readable(gate.forward, DIGITS)}, backward {readable(gate.backward, DIGITS)}, "
        f"{gate.rule}"
        for gate in circuit.gates
    )


def _draw_wires(root: ET.Element, geometry: CircuitGeometry) -> None:
    """Draw all wires between gates; a branch has its own part of the gradient below it."""
    group = add(root, "g", stroke=colours.INK, stroke_width=1.5, stroke_linejoin="round")
    for way in geometry.wires.values():
        draw_line(group, way)
    numbers = add(root, "g", font_size=NUMBER_SIZE, fill=colours.BACKWARD, text_anchor="end")
    for place, part in geometry.branches.items():
        x, y = geometry.wires[place][-1]
        add(numbers, "text", part, x=x - 5, y=y + 12)


def _draw_gate(root: ET.Element, box: GateBox, middle: Point, *, is_result: bool) -> None:
    """Draw a gate, the two values on the wire that leaves it, and its rule below."""
    (x, y), gate = middle, box.gate
    group = add(root, "g", fill=colours.INK)
    add(group, "title", f"{gate.text}: forward {gate.forward!r}, backward {gate.backward!r}")
    start = x + box.width / 2
    if is_result:
        draw_arrow(group, (start, y), (x + box.behind, y), colours.INK)
    is_operation = gate.kind == "operation"
    add(
        group,
        "rect",
        x=x - box.width / 2,
        y=y - box.height / 2,
        width=box.width,
        height=box.height,
        rx=20 if is_operation else 4,
        fill="#ffffff" if is_operation else colours.PAPER,
        stroke=colours.INK if gate.kind != "number" else colours.AXIS,
        stroke_width=2 if is_operation else 1,
    )
    add(group, "text", box.symbol, x=x, y=y + 5, font_size=SYMBOL_SIZE, text_anchor="middle")
    for value, colour, below in (
        (gate.forward, colours.FORWARD, -5),
        (gate.backward, colours.BACKWARD, 14),
    ):
        number = readable(value, DIGITS)
        add(group, "text", number, x=start + 5, y=y + below, fill=colour, font_size=NUMBER_SIZE)
    words = add(group, "g", font_size=RULE_SIZE, text_anchor="middle")
    for k, line in enumerate(box.rule):
        add(words, "text", line, x=x, y=y + box.height / 2 + (k + 1) * RULE_LINE)
