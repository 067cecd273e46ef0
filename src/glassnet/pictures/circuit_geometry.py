"""Where the gates and the wires of a circuit stand: numbers only, nothing is drawn here."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.pictures.circuit_order import Arrangement, arrange
from glassnet.pictures.diagram import MARGIN
from glassnet.pictures.text import readable, shortened, text_width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from glassnet.explain.circuit import Circuit, Gate
    from glassnet.pictures.svg import Point

__all__ = ["CircuitGeometry", "GateBox", "lay_out_circuit", "settled"]

# All in px.
SYMBOL_SIZE, NUMBER_SIZE, RULE_SIZE = 15.0, 12.0, 10.5
RULE_LINE, RULE_WIDTH = 13.0, 160.0
HEAD, FOOT = 66.0, 96.0  # above the gates, below them
GATE, PORT = 40.0, 24.0  # least side of a gate; from one of its inputs to the next
LONGEST_SYMBOL = 130.0
SLOPE_GAP = 64.0  # between columns, where wires go up or down
ABOVE, BELOW = 20.0, 22.0  # room above and below what belongs to a gate
PASSAGE = 16.0  # above and below a wire that passes a column
ARROW = 20.0  # behind the result

DIGITS = 4  # of the numbers on the wires

_SWEEPS = 12


@dataclass(frozen=True)
class GateBox:
    """A gate, and the numbers and words that belong to it.

    Attributes
    ----------
    gate : Gate
    symbol : str
        As it is written, cut short where it is too long.
    rule : tuple of str
        In lines; empty for inputs that do not fork and for numbers.
    width, height : float
        Of the gate itself.
    before, behind : float
        From its middle to where its input wires come in horizontally, and to the end of its own wire.
    """

    gate: Gate
    symbol: str
    rule: tuple[str, ...]
    width: float
    height: float
    before: float
    behind: float

    @property
    def above(self) -> float:
        """Room above its middle."""
        return self.height / 2 + ABOVE

    @property
    def below(self) -> float:
        """Room below its middle."""
        return self.height / 2 + RULE_LINE * len(self.rule) + BELOW


@dataclass(frozen=True)
class CircuitGeometry:
    """Where everything stands.

    Attributes
    ----------
    width, height : float
        Of the whole picture.
    boxes : tuple of GateBox
        In the order of the gates.
    middles : tuple of Point
        Of the gates.
    wires : dict of (int, int) to list of Point
        From (gate, port) to the way of the wire that comes in there, from its source to the gate.
    branches : dict of (int, int) to str
        From (gate, port) to the part of the gradient that is handed back there, where a wire has forked.
    """

    width: float
    height: float
    boxes: tuple[GateBox, ...]
    middles: tuple[Point, ...]
    wires: dict[tuple[int, int], list[Point]]
    branches: dict[tuple[int, int], str]


def lay_out_circuit(circuit: Circuit) -> CircuitGeometry:
    """Lay out a circuit from left to right."""
    branches = _branches(circuit)
    boxes = tuple(_box(circuit, gate, branches) for gate in circuit.gates)
    arrangement = arrange(circuit.gates)
    lefts, rights, column_x = _spread(arrangement, boxes)
    ys = _settle(arrangement, boxes)
    middles = tuple(
        (column_x[k], ys[gate])
        for gate, k in sorted(
            (place, k)
            for k, column in enumerate(arrangement.columns)
            for place in column
            if place < len(boxes)
        )
    )
    lowest = max(ys[place] + _below(boxes, place) for column in arrangement.columns for place in column)
    return CircuitGeometry(
        width=rights[-1] + MARGIN,
        height=lowest + FOOT,
        boxes=boxes,
        middles=middles,
        wires=_wires(arrangement, boxes, middles, ys, lefts, rights),
        branches=branches,
    )


def _branches(circuit: Circuit) -> dict[tuple[int, int], str]:
    """From (gate, port) to the part of the gradient that is handed back there, where a wire has forked."""
    ports = {gate.id: itertools.count() for gate in circuit.gates}
    forks = {gate.id for gate in circuit.gates if len(circuit.parts(gate.id)) > 1}
    return {
        (step.gate, port): readable(step.part, DIGITS)
        for step, port in ((step, next(ports[step.gate])) for step in circuit.steps)
        if step.towards in forks
    }


def _box(circuit: Circuit, gate: Gate, parts: Mapping[tuple[int, int], str]) -> GateBox:
    symbol = shortened(_written(gate), SYMBOL_SIZE, LONGEST_SYMBOL)
    uses = len(circuit.parts(gate.id))
    tells = gate.kind == "operation" or uses > 1
    rule = tuple(wrapped(gate.rule, RULE_SIZE, RULE_WIDTH)) if tells else ()
    width = max(GATE, text_width(symbol, SYMBOL_SIZE) + 16)
    numbers = [readable(value, DIGITS) for value in (gate.forward, gate.backward)]
    branches = [parts[gate.id, port] for port in range(len(gate.inputs)) if (gate.id, port) in parts]
    room = _widest(rule, RULE_SIZE) / 2
    return GateBox(
        gate=gate,
        symbol=symbol,
        rule=rule,
        width=width,
        height=max(GATE, PORT * len(gate.inputs)),
        before=max(width / 2 + (_widest(branches, NUMBER_SIZE) + 16 if gate.inputs else 0), room),
        behind=max(width / 2 + _widest(numbers, NUMBER_SIZE) + 10 + (0 if uses else ARROW), room),
    )


def _widest(texts: Iterable[str], size: float) -> float:
    return max((text_width(text, size) for text in texts), default=0.0)


def _written(gate: Gate) -> str:
    """Write the symbol of a gate with the signs that are made for reading."""
    return "×" if gate.symbol == "*" else gate.symbol.replace("-", "−")


def _spread(
    arrangement: Arrangement, boxes: Sequence[GateBox]
) -> tuple[list[float], list[float], list[float]]:
    """Return where each column begins, where it ends, and where the middles of its gates are."""
    lefts, rights, middles = [], [], []
    x = MARGIN
    for column in arrangement.columns:
        gates = [boxes[place] for place in column if place < len(boxes)]
        lefts.append(x)
        x += max(box.before for box in gates)
        middles.append(x)
        x += max(box.behind for box in gates)
        rights.append(x)
        x += SLOPE_GAP
    return lefts, rights, middles


def _settle(arrangement: Arrangement, boxes: Sequence[GateBox]) -> dict[int, float]:
    """Return how far from the top each place stands: near its neighbours, without touching in a column."""
    ys = {place: 0.0 for column in arrangement.columns for place in column}
    neighbours: dict[int, list[tuple[int, float]]] = {place: [] for place in ys}
    for segment in itertools.chain.from_iterable(arrangement.segments):
        height = segment.height * boxes[segment.gate].height
        neighbours[segment.target].append((segment.source, -height))
        neighbours[segment.source].append((segment.target, height))
    forward = list(arrangement.columns)
    for sweep in range(_SWEEPS):
        for column in forward if sweep % 2 else forward[::-1]:
            wanted = [_mean([ys[other] + height for other, height in neighbours[place]]) for place in column]
            gaps = [_below(boxes, a) + _above(boxes, b) for a, b in itertools.pairwise(column)]
            ys.update(zip(column, settled(wanted, gaps), strict=True))
    top = min(ys[place] - _above(boxes, place) for place in ys)
    return {place: y - top + HEAD for place, y in ys.items()}


def settled(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return places in order that keep their gaps and are as near as can be to where they are wanted.

    Parameters
    ----------
    wanted : sequence of float
    gaps : sequence of float
        The least distance from each to the next.

    References
    ----------
    .. [1] R. Barlow and others, "Statistical inference under order restrictions" (1972): pooling
       neighbours that are in each other's way, and giving them their mean.

    Examples
    --------
    >>> settled([0, 0, 50], [10, 10])
    [-5.0, 5.0, 50.0]
    """
    starts = list(itertools.accumulate(gaps, initial=0.0))
    pools: list[tuple[float, int]] = []  # where the gaps are taken away: the mean of how many
    for want, start in zip(wanted, starts, strict=True):
        mean, n = want - start, 1
        while pools and pools[-1][0] >= mean:
            before, n_before = pools.pop()
            mean, n = (before * n_before + mean * n) / (n_before + n), n_before + n
        pools.append((mean, n))
    levels = itertools.chain.from_iterable([mean] * n for mean, n in pools)
    return [level + start for level, start in zip(levels, starts, strict=True)]


def _wires(
    arrangement: Arrangement,
    boxes: Sequence[GateBox],
    middles: Sequence[Point],
    ys: Mapping[int, float],
    lefts: Sequence[float],
    rights: Sequence[float],
) -> dict[tuple[int, int], list[Point]]:
    """Return the ways of the wires: level inside the columns, up or down between them."""
    ways: dict[tuple[int, int], list[Point]] = {}
    for k, segments in enumerate(arrangement.segments):
        for segment in segments:
            way = ways.setdefault((segment.gate, segment.port), [])
            height = ys[segment.target] + segment.height * boxes[segment.gate].height
            if segment.source < len(boxes):
                x, y = middles[segment.source]
                way.append((x + boxes[segment.source].width / 2, y))
            way += [(rights[k], ys[segment.source]), (lefts[k + 1], height)]
            if segment.target == segment.gate:
                way.append((middles[segment.gate][0] - boxes[segment.gate].width / 2, height))
    return ways


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _above(boxes: Sequence[GateBox], place: int) -> float:
    return boxes[place].above if place < len(boxes) else PASSAGE


def _below(boxes: Sequence[GateBox], place: int) -> float:
    return boxes[place].below if place < len(boxes) else PASSAGE
