"""The numeric gradient beside the direct one: whether they are the same, and what each of them costs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, number, whole_number
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.places import check_loss
from glassnet.explain.printing import json_values
from glassnet.network import Trace, running
from glassnet.network.workspace import new_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network import Network

__all__ = ["GOOD", "WRONG", "GradientCheck", "gradient_check"]

# Relative errors: below the first the gradients are the same, above the second one of them is wrong.
# CS231n, "Neural networks part 3", section on gradient checks.
GOOD, WRONG = 1e-7, 1e-2

# The loss and the outputs that it comes from are rounded in their last places; a difference of slopes within
# that, divided by the step, is no difference [units in the last place of the larger of the two].
_ROUNDING = 16


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """Numeric and direct slopes of the same parameters, and what they cost.

    Attributes
    ----------
    places : ndarray of int, shape (n_checked,)
        Which parameters were checked: their places in `Network.parameters`.
    numeric, direct : ndarray, shape (n_checked,)
        Their slopes, by central differences and by backpropagation.
    relative_errors : ndarray, shape (n_checked,)
        |numeric - direct| / max(|numeric|, |direct|); at most 1e-7 where the difference is within the
        rounding of the loss.
    kinks : dict of int to str
        The checked parameters (their numbers in `places`) whose two evaluations lie on different sides of
        a kink or bend, and what changed sides: a ReLU, an absolute error. There the difference is no
        slope, or not as near to it, and nobody is to blame.
    step : float
        Half the distance between the two evaluations.
    n_parameters : int
        How many there are to check in all: missing connections do not count.
    forward_passes : int
        What the numeric slopes cost; the direct ones cost one forward and one backward pass.
    numeric_seconds, direct_seconds : float
        [s]
    """

    places: NDArray[np.int64]
    numeric: NDArray[np.float64]
    direct: NDArray[np.float64]
    relative_errors: NDArray[np.float64]
    kinks: dict[int, str]
    step: float
    n_parameters: int
    forward_passes: int
    numeric_seconds: float
    direct_seconds: float

    @property
    def worst(self) -> float:
        """The largest relative error away from kinks; 0 where every parameter sits at one."""
        smooth = np.delete(self.relative_errors, list(self.kinks))
        return float(np.max(smooth, initial=0.0))

    @property
    def agrees(self) -> bool:
        """Whether the two gradients are the same, away from kinks."""
        return self.worst <= GOOD

    @property
    def verdict(self) -> str:
        """What the comparison says, in words."""
        if self.kinks and len(self.kinks) == len(self.places):
            return "every parameter sits at a kink: there is nothing to compare"
        if self.agrees:
            return "the gradients agree"
        if self.worst < WRONG:
            return "the gradients differ slightly: probably rounding, or a kink nearby"
        return "one of the gradients is wrong"

    @property
    def all_passes(self) -> dict[str, int]:
        """How many forward passes the slopes of all parameters cost, by method."""
        return {"central differences": 2 * self.n_parameters, "one-sided differences": self.n_parameters + 1}

    @property
    def all_seconds(self) -> float:
        """How long central differences for all parameters take, as the checked ones went [s]."""
        return self.numeric_seconds * self.n_parameters / max(len(self.places), 1)

    def to_json(self) -> dict[str, Any]:
        """Return the check as plain JSON values."""
        values: dict[str, Any] = json_values(
            {
                "verdict": self.verdict,
                "worst": self.worst,
                "step": self.step,
                "n_parameters": self.n_parameters,
                "forward_passes": self.forward_passes,
                "all_passes": self.all_passes,
                "numeric_seconds": self.numeric_seconds,
                "direct_seconds": self.direct_seconds,
                "parameters": [
                    {
                        "place": int(place),
                        "numeric": float(self.numeric[k]),
                        "direct": float(self.direct[k]),
                        "relative_error": float(self.relative_errors[k]),
                        "kink": self.kinks.get(k),
                    }
                    for k, place in enumerate(self.places)
                ],
            }
        )
        return values

    def __str__(self) -> str:
        passes = self.all_passes
        lines = [
            f"{len(self.places):,} of {self.n_parameters:,} parameters checked with a step of {self.step:g}:",
            f"{self.verdict} (largest relative error {self.worst:.1e})",
            f"numeric: {self.forward_passes:,} forward passes, {self.numeric_seconds:.3g} s",
            f"direct:  1 forward and 1 backward pass, {self.direct_seconds:.3g} s",
            (
                f"all {self.n_parameters:,}: {passes['central differences']:,} forward passes, or one-sided "
                f"{passes['one-sided differences']:,}; about {self.all_seconds:.3g} s"
            ),
        ]
        if self.kinks:
            lines.insert(2, f"{len(self.kinks):,} left out at a kink: {next(iter(self.kinks.values()))}")
        return "\n".join(lines)


def gradient_check(
    network: Network,
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    step: float = 1e-5,
    most: int | None = None,
    seed: int = 0,
    direct: Callable[[Network, NDArray[Any], NDArray[Any]], NDArray[Any]] | None = None,
) -> GradientCheck:
    """Compare backpropagation with central differences, parameter by parameter.

    The check runs in float64 whatever the network's own type is, and without dropout.

    Parameters
    ----------
    network : Network
    inputs : array_like, shape (n_examples, n_inputs)
    targets : array_like, shape (n_examples, n_outputs)
    step : float
        Half the distance between the two evaluations.
    most : int, optional
        Check only so many parameters, drawn by chance; all of them without it.
    seed : int
        Of that drawing.
    direct : callable, optional
        Another way to the gradient (n_parameters,), to be checked in place of the network's own.

    Raises
    ------
    ShapeError, SettingError
        The arrays have another shape, or a setting is not what it may be.

    References
    ----------
    .. [1] A. Karpathy, "CS231n: Neural networks part 3: gradient checks".

    Examples
    --------
    >>> from glassnet import Network, data
    >>> patterns = data.four_pixel()
    >>> network = Network([4, 4, 4], ["tanh", "identity"], biases=False)
    >>> check = gradient_check(network, patterns.inputs, patterns.targets)
    >>> check.forward_passes, check.verdict
    (64, 'the gradients agree')
    """
    step = number(step, "step", above=0)
    exact = network.copy(np.float64)
    given = matrix(inputs, "inputs", columns=network.sizes[0], axes=("n_examples", "n_inputs"), dtype=float)
    wanted = matrix(targets, "targets", rows=len(given), columns=network.sizes[-1], dtype=float)
    if len(given) == 0:
        raise SettingError("gradient_check: got no examples, expected at least one")
    every = np.flatnonzero(network.connected) if network.connected.size else np.arange(network.n_parameters)
    places = every
    if most is not None and whole_number(most, "most", low=1) < len(every):
        chance = np.random.default_rng(whole_number(seed, "seed"))
        places = np.sort(chance.choice(every, most, replace=False))

    loss, _ = exact.gradient(given, wanted)  # compiled before the clock starts, as are the differences
    check_loss(loss, exact, given, "gradient check")
    _central_differences(exact, given, wanted, places[:1], step)
    twin = exact.copy()  # a faulty gradient may well change its network
    began = time.perf_counter()
    slopes = twin.gradient(given, wanted)[1] if direct is None else direct(twin, given, wanted)
    direct_seconds = time.perf_counter() - began
    began = time.perf_counter()
    numeric, kinks = _central_differences(exact, given, wanted, places, step)
    numeric_seconds = time.perf_counter() - began

    if np.shape(slopes) != network.parameters.shape:
        raise ShapeError(
            f"gradient check: the direct gradient has shape {np.shape(slopes)}, expected "
            f"({network.n_parameters},)"
        )
    chosen = np.asarray(slopes, dtype=np.float64)[places]
    # A small loss can be a difference of large outputs and targets, or the logarithm of almost 1.
    largest = max(abs(loss), float(np.max(np.abs(exact.predict(given)))))
    rounding = _ROUNDING * np.finfo(np.float64).eps * largest / step
    return GradientCheck(
        places=places,
        numeric=numeric,
        direct=chosen,
        relative_errors=_relative_errors(numeric, chosen, rounding),
        kinks=kinks,
        step=step,
        n_parameters=len(every),
        forward_passes=2 * len(places),
        numeric_seconds=numeric_seconds,
        direct_seconds=direct_seconds,
    )


def _relative_errors(
    numeric: NDArray[np.float64], direct: NDArray[np.float64], rounding: float
) -> NDArray[np.float64]:
    difference = np.abs(numeric - direct)
    # Within the rounding, slopes count as at least so large that the difference is a good one.
    least = np.where(difference <= rounding, rounding / GOOD, 0)
    larger = np.maximum(np.maximum(np.abs(numeric), np.abs(direct)), least)
    return np.divide(difference, larger, out=np.zeros_like(larger), where=difference != 0)


def _central_differences(
    network: Network, inputs: NDArray[Any], targets: NDArray[Any], places: NDArray[np.int64], step: float
) -> tuple[NDArray[np.float64], dict[int, str]]:
    """The numeric slopes, and which of them cross a kink."""
    numeric = np.empty(len(places))
    kinks: dict[int, str] = {}
    room = new_workspace(network.layers, network.dtype, len(inputs), judging=True)
    trace = Trace(network, inputs, room.weighted_sums, room.outputs)  # sees each pass in turn
    weights = np.ones(len(inputs))
    for k, place in enumerate(places):
        value = network.parameters[place]
        network.parameters[place] = value + step
        above = running.loss(network, inputs, targets, weights, room)
        sides = _sides(trace, targets)
        network.parameters[place] = value - step
        below = running.loss(network, inputs, targets, weights, room)
        crossed = _crossed(sides, _sides(trace, targets))
        network.parameters[place] = value
        numeric[k] = (above - below) / (2 * step)
        if crossed:
            kinks[k] = crossed
    return numeric, kinks


def _sides(trace: Trace, targets: NDArray[Any]) -> dict[str, NDArray[np.bool_]]:
    """On which side of its kink or bend every squash and every error lies, by layer."""
    network = trace.network
    sides = {}
    for layer, chosen in enumerate(network.activations, start=1):
        if chosen.name in ("relu", "leaky_relu", "elu"):
            sides[f"{chosen.name} of layer {layer}"] = trace.weighted_sums(layer) > 0
    if network.loss.name == "absolute":
        sides["absolute error of the output"] = trace.outputs() > targets
    if network.loss.name == "huber":
        far = np.abs(trace.outputs() - targets) > network.loss.number("threshold")
        sides["huber error of the output"] = far
    return sides


def _crossed(above: dict[str, NDArray[np.bool_]], below: dict[str, NDArray[np.bool_]]) -> str:
    """What lies on different sides, in words; empty if nothing does."""
    for what, side in above.items():
        if (different := np.argwhere(side != below[what])).size:
            example, neuron = different[0]
            return f"{what} changes sides at neuron {neuron}, example {example}"
    return ""
