"""The loss as a curve over one weight, and as a surface over two: where it is, and where down is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, number, whole_number
from glassnet.errors import SettingError
from glassnet.explain.places import check_loss, parameter_place
from glassnet.explain.printing import json_values
from glassnet.network import running
from glassnet.network.workspace import new_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network import Network

__all__ = ["Difference", "Place", "SlopeCurve", "Surface", "slope", "surface"]

Place = tuple[int, int, int | str]
"""Layer, neuron, and source or "bias": one weight or bias."""

_STEPS = (1.0, 0.1, 0.01, 0.001, 1e-4, 1e-5)


@dataclass(frozen=True)
class Difference:
    """A slope as difference: how much the loss changes over a step, divided by the step."""

    step: float
    forward: float
    central: float


@dataclass(frozen=True, eq=False)
class SlopeCurve:
    """The loss as a curve over one weight, everything else held.

    Attributes
    ----------
    what : str
        The weight or bias, in words.
    value, loss, slope : float
        Where the weight is, and there the loss and its slope by backpropagation.
    values, losses : ndarray, shape (n_points,)
        The curve.
    learning_rate : float
    next_value, next_loss : float
        After one step of gradient descent on this weight alone.
    differences : tuple of Difference
        The slope as differences, at smaller and smaller steps.
    """

    what: str
    value: float
    loss: float
    slope: float
    values: NDArray[np.float64]
    losses: NDArray[np.float64]
    learning_rate: float
    next_value: float
    next_loss: float
    differences: tuple[Difference, ...]

    def tangent(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the straight line that touches the curve where the weight is, at some values of it."""
        line: NDArray[np.float64] = self.loss + self.slope * (np.asarray(values, dtype=float) - self.value)
        return line

    def to_json(self) -> dict[str, Any]:
        """Return the curve as plain JSON values."""
        differences = [vars(difference) for difference in self.differences]
        values: dict[str, Any] = json_values({**vars(self), "differences": differences})
        return values

    def __str__(self) -> str:
        lines = [
            f"Loss over {self.what}",
            f"at {self.value:.6g} the loss is {self.loss:.6g} and its slope {self.slope:.6g}",
            (
                f"one step of learning rate {self.learning_rate:g} goes to {self.next_value:.6g}: "
                f"loss {self.next_loss:.6g}"
            ),
            f"{'step':>10} {'forward':>14} {'central':>14}",
        ]
        lines += [f"{d.step:>10g} {d.forward:>14.8g} {d.central:>14.8g}" for d in self.differences]
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class Surface:
    """The loss over two weights, everything else held.

    Attributes
    ----------
    what : tuple of str
        The two, in words.
    at : tuple of float
        Where they are.
    first, second : ndarray, shape (n_points,)
        Values of the first and of the second.
    losses : ndarray, shape (n_points, n_points)
        A row for each value of the first.
    slopes : tuple of float
        Of the loss over each of them, where they are.
    """

    what: tuple[str, str]
    at: tuple[float, float]
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    losses: NDArray[np.float64]
    slopes: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Return the surface as plain JSON values."""
        values: dict[str, Any] = json_values(vars(self))
        return values


def slope(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    layer: int,
    neuron: int,
    source: int | str,
    *,
    learning_rate: float = 0.1,
    reach: float = 2.0,
    n_points: int = 101,
    steps: Sequence[float] = _STEPS,
) -> SlopeCurve:
    """Draw the loss as a curve over one weight or bias, with its tangent and the next step.

    Parameters
    ----------
    network : Network
        Left as it is.
    inputs : array_like, shape (n_examples, n_inputs)
    targets : array_like, shape (n_examples, n_outputs)
    layer, neuron, source : int, int, int or "bias"
        Which weight or bias.
    learning_rate : float
        Of the next step.
    reach : float
        How far the curve goes to both sides of the weight.
    n_points : int
        How many points it has.
    steps : sequence of float
        Of the finite differences.

    Raises
    ------
    SettingError, ShapeError
        There is no such weight, or a setting or array is not what it may be.

    Examples
    --------
    >>> from glassnet import Network
    >>> network = Network([1, 1], "identity", biases=False, loss="squared")
    >>> network.parameters[:] = -1
    >>> curve = slope(network, [[1.0]], [[0.0]], 1, 0, 0, steps=[1])
    >>> curve.slope, curve.differences[0].central, curve.differences[0].forward
    (-2.0, -2.0, -1.0)
    """
    learning_rate = number(learning_rate, "learning_rate", above=0)
    number(reach, "reach", above=0)
    whole_number(n_points, "n_points", low=2)
    place, what = parameter_place(network, layer, neuron, source)
    curve = _Losses(network, inputs, targets)
    value = float(network.parameters[place])
    direct = curve.slopes()[place]
    here = curve.at({place: value})
    values = np.linspace(value - reach, value + reach, n_points)
    differences = []
    for step in steps:
        number(step, "step", above=0)
        above, below = curve.at({place: value + step}), curve.at({place: value - step})
        differences.append(Difference(float(step), (above - here) / step, (above - below) / (2 * step)))
    next_value = value - learning_rate * direct
    return SlopeCurve(
        what=what,
        value=value,
        loss=here,
        slope=direct,
        values=values,
        losses=np.array([curve.at({place: v}) for v in values]),
        learning_rate=learning_rate,
        next_value=next_value,
        next_loss=curve.at({place: next_value}),
        differences=tuple(differences),
    )


def surface(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    first: Place,
    second: Place,
    *,
    reach: float = 2.0,
    n_points: int = 41,
) -> Surface:
    """Draw the loss as a surface over two weights or biases.

    Parameters
    ----------
    network : Network
        Left as it is.
    inputs : array_like, shape (n_examples, n_inputs)
    targets : array_like, shape (n_examples, n_outputs)
    first, second : (layer, neuron, source or "bias")
        Which two.
    reach : float
        How far the surface goes to all sides.
    n_points : int
        How many points each way.

    Raises
    ------
    SettingError, ShapeError
        There is no such weight, both are the same, or a setting or array is not what it may be.
    """
    number(reach, "reach", above=0)
    whole_number(n_points, "n_points", low=2)
    (place1, what1), (place2, what2) = (parameter_place(network, *place) for place in (first, second))
    if place1 == place2:
        raise SettingError(f"surface: both are {what1}, expected two different weights")
    at = float(network.parameters[place1]), float(network.parameters[place2])
    values1, values2 = (np.linspace(value - reach, value + reach, n_points) for value in at)
    losses = _Losses(network, inputs, targets)
    slopes = losses.slopes()
    return Surface(
        what=(what1, what2),
        at=at,
        first=values1,
        second=values2,
        losses=np.array([[losses.at({place1: a, place2: b}) for b in values2] for a in values1]),
        slopes=(slopes[place1], slopes[place2]),
    )


class _Losses:
    """The loss of a network with some of its parameters put elsewhere."""

    def __init__(self, network: Network, inputs: ArrayLike, targets: ArrayLike) -> None:
        self._network = network.copy(np.float64)
        self._parameters = self._network.parameters.copy()
        self._inputs = matrix(
            inputs, "inputs", columns=network.sizes[0], axes=("n_examples", "n_inputs"), dtype=np.float64
        ).copy()
        self._targets = matrix(
            targets, "targets", rows=len(self._inputs), columns=network.sizes[-1], dtype=np.float64
        ).copy()
        if len(self._inputs) == 0:
            raise SettingError("slope: got no examples, expected at least one")
        self._room = new_workspace(self._network.layers, np.float64, len(self._inputs))
        self._weights = np.ones(len(self._inputs))

    def at(self, values: dict[int, float]) -> float:
        """Return the loss with the parameters at some places put to other values."""
        for place, value in values.items():
            self._network.parameters[place] = value
        loss = running.loss(self._network, self._inputs, self._targets, self._weights, self._room)
        for place in values:
            self._network.parameters[place] = self._parameters[place]
        return loss

    def slopes(self) -> list[float]:
        """Return the slope over every parameter where it is, by backpropagation."""
        loss, gradient = self._network.gradient(self._inputs, self._targets)
        check_loss(loss, self._network, self._inputs, "slope")
        slopes: list[float] = gradient.tolist()
        return slopes
