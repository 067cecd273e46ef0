"""The loss as a curve over one weight, and as a surface over two: where it is, and where down is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, number, vector, whole_number
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
    """The loss over two weights, or along two directions, everything else held.

    Attributes
    ----------
    what : tuple of str
        The two, in words.
    at : tuple of float
        Where they are; 0 for a direction.
    first, second : ndarray, shape (n_points,)
        Values of the first and of the second; how far along it for a direction.
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
    axis = _axis(network, (layer, neuron, source))
    curve = _Losses(network, inputs, targets)
    value = axis.start
    direct = axis.slope(curve.slopes())
    here = curve.at([(axis, value)])
    values = np.linspace(value - reach, value + reach, n_points)
    differences = []
    for step in steps:
        number(step, "step", above=0)
        above, below = curve.at([(axis, value + step)]), curve.at([(axis, value - step)])
        differences.append(Difference(float(step), (above - here) / step, (above - below) / (2 * step)))
    next_value = value - learning_rate * direct
    return SlopeCurve(
        what=axis.what,
        value=value,
        loss=here,
        slope=direct,
        values=values,
        losses=np.array([curve.at([(axis, v)]) for v in values]),
        learning_rate=learning_rate,
        next_value=next_value,
        next_loss=curve.at([(axis, next_value)]),
        differences=tuple(differences),
    )


def surface(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    first: Place | NDArray[Any],
    second: Place | NDArray[Any],
    *,
    reach: float = 2.0,
    n_points: int = 41,
) -> Surface:
    """Draw the loss as a surface over two weights or biases, or along two directions.

    Parameters
    ----------
    network : Network
        Left as it is.
    inputs : array_like, shape (n_examples, n_inputs)
    targets : array_like, shape (n_examples, n_outputs)
    first, second : (layer, neuron, source or "bias"), or ndarray, shape (n_parameters,)
        Which two weights or biases; or directions in which all parameters move together, such as the
        gradient, or the difference of two networks.
    reach : float
        How far the surface goes to all sides.
    n_points : int
        How many points each way.

    Raises
    ------
    SettingError, ShapeError
        There is no such weight, both are the same, or a setting or array is not what it may be.

    Examples
    --------
    >>> from glassnet import Network
    >>> network = Network([1, 1, 1], "identity", biases=False, loss="squared")
    >>> network.parameters[:] = 1, 1
    >>> together = np.ones(2)
    >>> over = surface(network, [[1.0]], [[1.0]], together, (1, 0, 0), reach=1, n_points=3)
    >>> over.losses[:, 1]
    array([1., 0., 9.])
    """
    number(reach, "reach", above=0)
    whole_number(n_points, "n_points", low=2)
    axes = [_axis(network, chosen) for chosen in (first, second)]
    if axes[0].what == axes[1].what and axes[0].place is not None:
        raise SettingError(f"surface: both are {axes[0].what}, expected two different weights")
    values = [np.linspace(axis.start - reach, axis.start + reach, n_points) for axis in axes]
    losses = _Losses(network, inputs, targets)
    slopes = losses.slopes()
    grid = [[losses.at([(axes[0], a), (axes[1], b)]) for b in values[1]] for a in values[0]]
    return Surface(
        what=(axes[0].what, axes[1].what),
        at=(axes[0].start, axes[1].start),
        first=values[0],
        second=values[1],
        losses=np.array(grid),
        slopes=(axes[0].slope(slopes), axes[1].slope(slopes)),
    )


@dataclass(frozen=True, eq=False)
class _Axis:
    """One way to move the parameters: a single one, or all of them along a direction.

    `start` is the value at which nothing has moved: the parameter's own, or 0.
    """

    what: str
    start: float
    place: int | None
    direction: NDArray[np.float64] | None

    def put(self, parameters: NDArray[np.float64], value: float) -> None:
        if self.direction is None:
            parameters[self.place] += value - self.start
        else:
            parameters += value * self.direction

    def slope(self, slopes: NDArray[np.float64]) -> float:
        return float(slopes[self.place] if self.direction is None else slopes @ self.direction)


def _axis(network: Network, chosen: Place | NDArray[Any]) -> _Axis:
    if isinstance(chosen, tuple):
        place, what = parameter_place(network, *chosen)
        return _Axis(what, float(network.parameters[place]), place, None)
    direction = vector(chosen, "direction", size=network.n_parameters, axis="n_parameters", dtype=np.float64)
    if not direction.any():
        raise SettingError("direction: every number of it is 0, expected one that leads somewhere")
    if network.connected.size:
        direction = direction * network.connected  # missing connections stay missing
    return _Axis(f"a direction of length {np.linalg.norm(direction):.4g}", 0.0, None, direction)


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
        self._room = new_workspace(self._network.layers, np.float64, len(self._inputs), judging=True)
        self._weights = np.ones(len(self._inputs))

    def at(self, moves: Sequence[tuple[_Axis, float]]) -> float:
        """Return the loss with some parameters moved, in order."""
        parameters = self._network.parameters
        parameters[:] = self._parameters
        for axis, value in moves:
            axis.put(parameters, value)
        return running.loss(self._network, self._inputs, self._targets, self._weights, self._room)

    def slopes(self) -> NDArray[np.float64]:
        """Return the slope over every parameter where it is, by backpropagation."""
        self._network.parameters[:] = self._parameters
        loss, gradient = self._network.gradient(self._inputs, self._targets)
        check_loss(loss, self._network, self._inputs, "slope")
        return gradient
