"""Any expression as a circuit of gates, with the forward and the backward value on every wire.

It is backpropagation in the small: numbers flow forward through the gates to the result; then each gate,
beginning with the last, hands the gradient back to its inputs, times its local slope towards each [1]_.

References
----------
.. [1] A. Karpathy and others, CS231n notes, "Backpropagation, Intuitions" (2015).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from glassnet.checks import number
from glassnet.errors import ChoiceError, CircuitError, SettingError, nearest
from glassnet.explain.circuit_operations import Operation
from glassnet.explain.circuit_reading import Wire, read_expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Circuit", "Gate", "Step", "circuit"]


@dataclass(frozen=True)
class Gate:
    """One gate of a circuit, or one number that goes in, with the wire that leaves it.

    Attributes
    ----------
    id : int
        Its place in the forward order, from 0.
    kind : {"input", "number", "operation"}
        A name that was given a value, a number that stands in the expression, or an operation.
    symbol : str
        The name, the number, or the operation: ``x``, ``2``, ``+``, ``max``, ``**2``.
    inputs : tuple of int
        The gates whose values go in.
    forward : float
        The value on the wire.
    backward : float
        How much the result changes with this value: d result / d value.
    slopes : tuple of float
        The local slope towards each input: how much this gate's value changes with it.
    rule : str
        How the gradient is handed back here, in words.
    text : str
        The piece of the expression that it stands for.
    """

    id: int
    kind: str
    symbol: str
    inputs: tuple[int, ...]
    forward: float
    backward: float
    slopes: tuple[float, ...]
    rule: str
    text: str


@dataclass(frozen=True)
class Step:
    """One step of the backward pass: a gate hands a part of the gradient to one of its inputs.

    Attributes
    ----------
    gate, towards : int
        From which gate to which.
    backward : float
        The gradient that the gate itself has got.
    slope : float
        Its local slope towards that input.
    part : float
        The product of the two. A gate that gets several parts adds them up.
    """

    gate: int
    towards: int
    backward: float
    slope: float
    part: float


@dataclass(frozen=True)
class Circuit:
    """An expression, gate by gate.

    Attributes
    ----------
    expression : str
        As it was written.
    gates : tuple of Gate
        In forward order: each behind the gates that go into it, the last one is the result.
    steps : tuple of Step
        The backward pass, in its order.
    """

    expression: str
    gates: tuple[Gate, ...]
    steps: tuple[Step, ...]

    @property
    def value(self) -> float:
        """The result."""
        return self.gates[-1].forward

    @property
    def gradient(self) -> dict[str, float]:
        """How much the result changes with each name, in the order in which they first occur."""
        return {gate.symbol: gate.backward for gate in self.gates if gate.kind == "input"}

    def parts(self, gate: int) -> tuple[float, ...]:
        """Return the parts of the gradient that a gate got, one for each use of its value.

        Raises
        ------
        SettingError
            There is no such gate.
        """
        if not 0 <= gate < len(self.gates):
            raise SettingError(f"gate {gate}: the circuit has gates 0 to {len(self.gates) - 1}")
        return tuple(step.part for step in self.steps if step.towards == gate)

    def to_json(self) -> dict[str, Any]:
        """Return the circuit as plain JSON values."""
        return {**asdict(self), "value": self.value, "gradient": self.gradient}

    def __str__(self) -> str:
        heads = ("gate", "", "forward", "backward", "")
        rows = [
            (
                str(gate.id),
                self._formula(gate),
                _short(gate.forward),
                _short(gate.backward),
                self._remark(gate),
            )
            for gate in self.gates
        ]
        widths = [max(len(row[k]) for row in (heads, *rows)) for k in range(4)]
        lines = [f"{self.expression.strip()} = {_short(self.value)}", ""]
        for place, formula, forward, backward, remark in (heads, *rows):
            line = (
                f"{place:>{widths[0]}}  {formula:<{widths[1]}}  "
                f"{forward:>{widths[2]}}  {backward:>{widths[3]}}  {remark}"
            )
            lines.append(line.rstrip())
        return "\n".join(lines)

    def _formula(self, gate: Gate) -> str:
        """Write a gate with its inputs: names and numbers as they are, other gates as ``#`` and place."""
        inputs = [self.gates[k] for k in gate.inputs]
        terms = [f"#{each.id}" if each.kind == "operation" else each.symbol for each in inputs]
        if not terms:
            return gate.symbol
        if gate.symbol[0].isalpha():
            return f"{gate.symbol}({', '.join(terms)})"
        terms = [f"({term})" if term.startswith("-") else term for term in terms]
        if len(terms) == 2:
            return f" {gate.symbol} ".join(terms)
        return f"-{terms[0]}" if gate.symbol == "-" else f"{terms[0]}{gate.symbol}"

    def _remark(self, gate: Gate) -> str:
        parts = self.parts(gate.id)
        return f"{gate.rule}: {_sum(parts)}" if len(parts) > 1 else gate.rule


def circuit(expression: str, /, **values: float) -> Circuit:
    """Take an expression apart into gates, and show how each one moves the result.

    Parameters
    ----------
    expression : str
        Numbers, names, ``+ - * / **``, brackets, and the functions max, min, abs, exp, log, sqrt, tanh,
        logistic (or sigmoid), relu, sin and cos. It is read, never run as code. A name used several
        times is one wire that forks; an operation written twice is two gates.
    **values : float
        A value for each name.

    Returns
    -------
    Circuit
        Its gradients are those of backpropagation: exact but for rounding. Where a function has a kink,
        the slope is that of the left side for relu, 0 for abs, and max and min choose the first.

    Raises
    ------
    CircuitError
        An expression that cannot be used, with the column; or one without a value or slope at these
        values (division by zero, log of a negative number, a result too large), with the piece of it.
    ChoiceError
        An unknown function, or a value for a name that does not occur; the nearest one is suggested.
    SettingError
        A name without a value, or a value that is no finite number.

    Examples
    --------
    >>> print(circuit("(x + y) * z", x=-2, y=5, z=-4))
    (x + y) * z = -12
    <BLANKLINE>
    gate          forward  backward
       0  x            -2        -4  an input
       1  y             5        -4  an input
       2  x + y         3        -4  a sum hands the gradient on unchanged to each input
       3  z            -4         3  an input
       4  #2 * z      -12         1  a product swaps its inputs: each gets the gradient times the other
    """
    wires = read_expression(expression)
    given = _check_values(values, [wire.source for wire in wires if isinstance(wire.source, str)])
    forward = _run_forward(wires, given)
    slopes = [_local_slopes(wire, forward, k) for k, wire in enumerate(wires)]
    backward, steps = _run_backward(wires, slopes)
    used = [sum(wire.inputs.count(k) for wire in wires) for k in range(len(wires))]
    gates = [
        Gate(
            id=k,
            kind=_kind(wire),
            symbol=_symbol(wire),
            inputs=wire.inputs,
            forward=forward[k],
            backward=backward[k],
            slopes=slopes[k],
            rule=_rule(wire, used[k]),
            text=wire.text,
        )
        for k, wire in enumerate(wires)
    ]
    return Circuit(expression, tuple(gates), tuple(steps))


def _check_values(values: Mapping[str, float], names: Sequence[str]) -> dict[str, float]:
    """Return a finite value for each name, and refuse any other."""
    listed = ", ".join(names) or "none"
    for name in values:
        if name not in names:
            raise ChoiceError(
                f"circuit: a value for {name!r}, which does not occur; {nearest(name, names)}"
                f"the names in the expression are: {listed}"
            )
    missing = [name for name in names if name not in values]
    if missing:
        raise SettingError(f"circuit: no value for {', '.join(missing)}; give one, as in {missing[0]}=1")
    return {name: number(value, f"circuit: value of {name}") for name, value in values.items()}


def _run_forward(wires: Sequence[Wire], given: Mapping[str, float]) -> list[float]:
    """Return the value on each wire."""
    values: list[float] = []
    for wire in wires:
        if isinstance(wire.source, Operation):
            inputs = tuple(values[k] for k in wire.inputs)
            reason = wire.source.refusal(inputs)
            if reason is not None:
                raise _refused(wire, reason)
            try:
                value = wire.source.value(inputs)
            except OverflowError:
                value = math.inf
            if not math.isfinite(value):
                raise _refused(wire, "the value is too large for a float")
        else:
            value = given[wire.source] if isinstance(wire.source, str) else wire.source
        values.append(value)
    return values


def _local_slopes(wire: Wire, forward: Sequence[float], place: int) -> tuple[float, ...]:
    if not isinstance(wire.source, Operation):
        return ()
    try:
        slopes = wire.source.slopes(tuple(forward[k] for k in wire.inputs), forward[place])
    except OverflowError:
        slopes = (math.inf,)
    if not all(map(math.isfinite, slopes)):
        raise _refused(wire, "the slope is too large for a float")
    return slopes


def _run_backward(
    wires: Sequence[Wire], slopes: Sequence[tuple[float, ...]]
) -> tuple[list[float], list[Step]]:
    """Return the gradient on each wire, and the steps that led there, from the result backward."""
    gradients = [0.0] * len(wires)
    gradients[-1] = 1.0
    steps = []
    # A gate comes behind its inputs, so all uses of a wire have handed back their parts before it is reached.
    for k in reversed(range(len(wires))):
        for towards, slope in zip(wires[k].inputs, slopes[k], strict=True):
            part = gradients[k] * slope
            gradients[towards] += part
            if not math.isfinite(gradients[towards]):
                raise _refused(wires[k], "the gradient is too large for a float")
            steps.append(Step(gate=k, towards=towards, backward=gradients[k], slope=slope, part=part))
    return gradients, steps


def _kind(wire: Wire) -> str:
    if isinstance(wire.source, Operation):
        return "operation"
    return "input" if isinstance(wire.source, str) else "number"


def _symbol(wire: Wire) -> str:
    if isinstance(wire.source, Operation):
        return wire.source.symbol
    return wire.source if isinstance(wire.source, str) else repr(wire.source).removesuffix(".0")


def _rule(wire: Wire, times_used: int) -> str:
    if isinstance(wire.source, Operation):
        return wire.source.rule
    if isinstance(wire.source, str):
        return "an input" if times_used < 2 else "an input that forks; forks add up"
    return "a number"


def _refused(wire: Wire, reason: str) -> CircuitError:
    text = wire.text if len(wire.text) <= 60 else f"{wire.text[:57]}..."
    return CircuitError(f"circuit, column {wire.column}, {text}: {reason}")


def _short(value: float) -> str:
    return f"{value + 0.0:.8g}"  # adding 0 turns -0 into 0


def _sum(values: Sequence[float]) -> str:
    """Write a sum, as in ``2 - 0.5``."""
    further = (f" {'-' if value < 0 else '+'} {_short(abs(value))}" for value in values[1:])
    return _short(values[0]) + "".join(further)
