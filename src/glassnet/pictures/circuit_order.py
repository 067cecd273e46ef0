"""Which gate of a circuit stands in which column, and in which order from the top, so that few wires cross.

It is the usual way to draw layered graphs [1]_: columns by the longest way from an input; a wire that
passes a column takes a place there too; then each column is sorted by the mean place of its neighbours,
to and fro, and the order with the fewest crossings stays.

References
----------
.. [1] K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
   structures" (1981).
"""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glassnet.explain.circuit import Gate

__all__ = ["Arrangement", "Segment", "arrange"]

_ROUNDS = 8


@dataclass(frozen=True)
class Segment:
    """A piece of a wire, from one column to the next.

    Attributes
    ----------
    source, target : int
        The places that it joins. Those below the number of gates are gates, the others are passages.
    gate, port : int
        Where the whole wire leads: which input of which gate.
    height : float
        Where it ends beside the middle of its target, from -0.5, top, to 0.5.
    """

    source: int
    target: int
    gate: int
    port: int
    height: float


@dataclass(frozen=True)
class Arrangement:
    """The places of a circuit.

    Attributes
    ----------
    columns : tuple of tuple of int
        From left to right the places from top to bottom: gates by their number, then passages of wires.
    segments : tuple of tuple of Segment
        From each column to the next.
    """

    columns: tuple[tuple[int, ...], ...]
    segments: tuple[tuple[Segment, ...], ...]


def arrange(gates: Sequence[Gate]) -> Arrangement:
    """Arrange gates, each behind those that go into it, the last one the result.

    Examples
    --------
    >>> from glassnet.explain.circuit import circuit
    >>> arrange(circuit("(x + y) * z", x=1, y=2, z=3).gates).columns
    ((0, 1, 3), (2, 5), (4,))
    """
    column_of = _columns(gates)
    places, segments = _run_wires(gates, column_of)
    best = _first_order(gates, places, segments)
    fewest = _crossings(best, segments)
    order = best
    for turn in range(_ROUNDS):
        if not fewest:
            break
        order = _sorted_by_neighbours(order, segments, forward=turn % 2 == 0)
        crossings = _crossings(order, segments)
        if crossings < fewest:
            best, fewest = order, crossings
    return Arrangement(tuple(map(tuple, best)), tuple(map(tuple, segments)))


def _columns(gates: Sequence[Gate]) -> list[int]:
    """Return the column of each gate: inputs in the first, numbers just before the gate that they go into."""
    columns: list[int] = []
    for gate in gates:
        columns.append(1 + max((columns[k] for k in gate.inputs), default=-1))
    for gate in gates:
        for k in gate.inputs:
            if gates[k].kind == "number":
                columns[k] = columns[gate.id] - 1
    return columns


def _run_wires(gates: Sequence[Gate], column_of: Sequence[int]) -> tuple[list[int], list[list[Segment]]]:
    """Return the column of each place, passages included, and the segments between columns."""
    places = list(column_of)
    segments: list[list[Segment]] = [[] for _ in range(max(column_of))]
    for gate in gates:
        for port, k in enumerate(gate.inputs):
            source = k
            for column in range(column_of[k], column_of[gate.id]):
                last = column + 1 == column_of[gate.id]
                if not last:
                    places.append(column + 1)
                target = gate.id if last else len(places) - 1
                height = (port + 0.5) / len(gate.inputs) - 0.5 if last else 0.0
                segments[column].append(Segment(source, target, gate.id, port, height))
                source = target
    return places, segments


def _first_order(
    gates: Sequence[Gate], places: Sequence[int], segments: Sequence[Sequence[Segment]]
) -> list[list[int]]:
    """Return the places in the order in which they are met on all ways back from the result.

    Where nothing is used twice, no wires cross then.
    """
    into: dict[int, list[int]] = {}
    for segment in itertools.chain.from_iterable(segments):
        into.setdefault(segment.target, []).append(segment.source)
    order: list[list[int]] = [[] for _ in range(max(places) + 1)]
    seen = set()
    ahead = [gates[-1].id]
    while ahead:
        place = ahead.pop()
        if place not in seen:
            seen.add(place)
            order[places[place]].append(place)
            ahead += reversed(into.get(place, []))
    return order


def _sorted_by_neighbours(
    order: Sequence[Sequence[int]], segments: Sequence[Sequence[Segment]], *, forward: bool
) -> list[list[int]]:
    """Sort each column by the mean place of the neighbours before it, or behind it."""
    columns = [list(column) for column in order]
    between = list(range(len(segments)))
    for k in between if forward else reversed(between):
        fixed, moved = (k, k + 1) if forward else (k + 1, k)
        rank = {place: float(at) for at, place in enumerate(columns[fixed])}
        heights: dict[int, list[float]] = {}
        for segment in segments[k]:
            if forward:
                heights.setdefault(segment.target, []).append(rank[segment.source])
            else:
                heights.setdefault(segment.source, []).append(rank[segment.target] + segment.height)
        means = {
            place: sum(heights[place]) / len(heights[place]) if place in heights else float(at)
            for at, place in enumerate(columns[moved])
        }
        columns[moved].sort(key=means.__getitem__)
    return columns


def _crossings(order: Sequence[Sequence[int]], segments: Sequence[Sequence[Segment]]) -> int:
    """Count the pairs of wires that cross."""
    total = 0
    for k, between in enumerate(segments):
        left, right = ({place: at for at, place in enumerate(column)} for column in order[k : k + 2])
        ends = sorted((left[s.source], right[s.target] + s.height) for s in between)
        passed: list[float] = []
        for _, end in ends:
            total += len(passed) - bisect.bisect_right(passed, end)
            bisect.insort(passed, end)
    return total
