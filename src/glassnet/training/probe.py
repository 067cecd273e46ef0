"""Looks into a network while it is trained, without changing anything, at a fixed share of the time."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.network import running
from glassnet.training.array_passes import Pass, run_both_ways
from glassnet.training.statistics import LayerStatistics, Statistics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network import Network
    from glassnet.network.examples import Examples
    from glassnet.training.settings import Settings

__all__ = ["EXAMPLES_OF_A_LOOK", "Probe", "layer_statistics"]

# So many training examples are run forward and backward each time ...
EXAMPLES_OF_A_LOOK = 128

# ... as often as this share of the training's time allows, between these numbers.
_SHARE = 0.02
_FEWEST, _MOST = 1, 24

# What a training and a look take, about [ns]: each step, and each parameter in it; each example, and each
# parameter it meets; each measurement; a look, each layer of it, and each parameter in each example.
# Measured in trainings of networks of 100 to 100 000 parameters, and rather too low for trainings. A clock
# would know better, but then a run would not look at the same steps twice.
_STEP, _PARAMETER_OF_STEP, _EXAMPLE, _PARAMETER_OF_EXAMPLE = 300, 0.7, 60, 0.05
_MOMENT = 40_000
_LOOK, _LAYER_OF_LOOK, _PARAMETER_OF_LOOK = 220_000, 35_000, 0.1

# Up to so many parameters the passes of a look are NumPy's: then nothing is compiled for them (training has
# loops of its own for such networks), and no product is so large that a BLAS would wake its threads for it.
# Such a look is some 0.4 ms of Python, and a training may take 7: it is made when somebody reads it.
_BY_NUMPY = 2000

# Products of more numbers than this a BLAS would share out among threads; where other programs keep the
# processors busy, these wait for each other: a look then took 23 ms instead of half a millisecond.
_ONE_THREAD = 8000

# A squash is flat where its slope is below 1 % of its steepest, as in `glassnet.explain.distributions`.
_FLAT = 0.01

# Two neurons are twins if their answers differ by less than this share of their size.
_SAME = 1e-4


class Probe:
    """Takes the statistics of a network's layers, dense at the beginning and thinner later.

    When it looks is a function of settings and data alone: a run that is resumed looks at the same steps.

    Parameters
    ----------
    network : Network
    examples : Examples
        That are learned from.
    settings : Settings
    n_moments : int
        How often the network is measured: each costs time, and each may be a moment to look.
    """

    def __init__(self, network: Network, examples: Examples, settings: Settings, n_moments: int) -> None:
        self._network = network
        self._epochs: list[int] = []
        if not settings.statistics:
            return
        affordable = _affordable(network, examples.n_examples, settings, n_moments)
        times = int(min(max(affordable, _FEWEST), _MOST, settings.epochs))
        # From before the first epoch to before the last, so that a step follows each look.
        shares = [(k / max(times - 1, 1)) ** 2 for k in range(times)]
        self._epochs = sorted({round((settings.epochs - 1) * share) for share in shares})
        rows = np.arange(examples.n_examples)
        if rows.size > EXAMPLES_OF_A_LOOK:  # one may be drawn twice
            drawn = np.random.PCG64(settings.seed).random_raw(EXAMPLES_OF_A_LOOK)
            rows = np.sort(drawn % rows.size).astype(np.intp)
        self._inputs = (
            examples.data.read(rows, network.dtype) if examples.inputs is None else examples.inputs[rows]
        )
        self._targets = examples.targets[rows]

    def begin(self) -> None:
        """Have the loops compiled that `look` needs."""
        if self._epochs and self._network.n_parameters > _BY_NUMPY:
            _passes(self._network, self._inputs[:1], self._targets[:1])

    def due(self, epoch: int, taken: list[Statistics]) -> bool:
        """Whether to look between this epoch and the next."""
        n_planned = bisect.bisect_right(self._epochs, epoch)
        return n_planned > 0 and (not taken or self._epochs[n_planned - 1] > taken[-1].epoch)

    def look(self, step: int, epoch: int) -> Statistics:
        """Return the statistics of the network as it is; of a small one a copy, to be looked at later."""
        inputs, targets = self._inputs, self._targets
        if self._network.n_parameters > _BY_NUMPY:
            return Statistics(step, epoch, layer_statistics(self._network, inputs, targets))
        then = self._network.copy()
        return Statistics.later(step, epoch, lambda: layer_statistics(then, inputs, targets))

    def waiting(self, step: int, taken: list[Statistics]) -> bool:
        """Whether the next step is the one whose update is to be measured."""
        return bool(taken) and taken[-1].step == step

    def with_update(self, taken: Statistics, before: NDArray[Any]) -> Statistics:
        """Return the statistics with what a step made of the parameters that were `before`."""
        table, after = self._network.layers, self._network.parameters
        if self._network.n_parameters > _BY_NUMPY:
            return Statistics(taken.step, taken.epoch, _with_ratios(taken.layers, table, before, after))
        after = after.copy()
        return Statistics.later(
            taken.step, taken.epoch, lambda: _with_ratios(taken.layers, table, before, after)
        )


def _with_ratios(
    layers: Sequence[LayerStatistics], table: NDArray[Any], before: NDArray[Any], after: NDArray[Any]
) -> tuple[LayerStatistics, ...]:
    made = []
    for row, layer in zip(table, layers, strict=True):
        weights = slice(int(row["weights"]), int(row["biases"]))
        with np.errstate(over="ignore", invalid="ignore"):  # a step may have been endless
            moved = _size(after[weights] - before[weights])
        made.append(dataclasses.replace(layer, update_ratio=moved / max(_size(before[weights]), 1e-30)))
    return tuple(made)


def _affordable(network: Network, n_examples: int, settings: Settings, n_moments: int) -> float:
    """Return how many looks take the share of the training's time that they may."""
    n, n_steps = network.n_parameters, -(-n_examples // settings.batch)
    epoch = n_steps * (_STEP + n * _PARAMETER_OF_STEP) + n_examples * (_EXAMPLE + n * _PARAMETER_OF_EXAMPLE)
    training = settings.epochs * epoch + n_moments * _MOMENT
    a_look = min(EXAMPLES_OF_A_LOOK, n_examples) * n * _PARAMETER_OF_LOOK
    return _SHARE * training / (_LOOK + network.n_layers * _LAYER_OF_LOOK + a_look)


def layer_statistics(
    network: Network, inputs: NDArray[Any], targets: NDArray[Any]
) -> tuple[LayerStatistics, ...]:
    """Return the statistics of each layer, by one forward and one backward pass.

    Parameters
    ----------
    network : Network
    inputs : ndarray, shape (n_examples, n_inputs)
    targets : ndarray, shape (n_examples, n_outputs)
        Both contiguous and of the network's own type.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is infinite, and said to be so
        return _layer_statistics(network, inputs, targets)


def _layer_statistics(
    network: Network, inputs: NDArray[Any], targets: NDArray[Any]
) -> tuple[LayerStatistics, ...]:
    layers = []
    passes = _passes(network, inputs, targets)
    for row, chosen, one in zip(network.layers, network.activations, passes, strict=True):
        mean = _mean(one.outputs)
        layers.append(
            LayerStatistics(
                weights_size=_size(network.parameters[int(row["weights"]) : int(row["biases"])]),
                outputs_mean=mean,
                outputs_spread=_size(one.outputs - one.outputs.dtype.type(mean)),
                sums_size=_size(one.sums),
                grad_sums_mean=_mean(one.grad_sums),
                grad_sums_size=_size(one.grad_sums),
                grad_weights_size=_size(one.grad_weights),
                saturated=_saturated(chosen.name, one.outputs),
                dead=_dead(chosen.name, one.outputs),
                twins=_twins(one.sums),
            )
        )
    return tuple(layers)


def _passes(network: Network, inputs: NDArray[Any], targets: NDArray[Any]) -> list[Pass]:
    """Return what each layer was like: by NumPy where that is as quick, else by the passes of training."""
    if network.n_parameters <= _BY_NUMPY:
        return run_both_ways(network, inputs, targets)
    n_examples = len(inputs)
    weights = np.ones(n_examples, dtype=network.dtype)
    _, gradient, room = running.backward(network, inputs, targets, weights)
    scale = n_examples if network.loss_rule.mean else 1
    passes, first = [], 0
    for row in network.layers:
        size = n_examples * int(row["n_neurons"])
        sums, outputs, grads = (
            values[first : first + size].reshape(n_examples, -1)
            for values in (room.weighted_sums, room.outputs, room.grad_sums)
        )
        passes.append(Pass(sums, outputs, grads * scale, gradient[int(row["weights"]) : int(row["biases"])]))
        first += size
    return passes


def _size(values: NDArray[Any]) -> float:
    """Return the root mean square, without an array in between and without waking a BLAS's threads."""
    flat = values.ravel()
    squares = np.dot(flat, flat) if flat.size <= _ONE_THREAD else np.einsum("i,i", flat, flat)
    return math.sqrt(float(squares) / max(flat.size, 1))


def _mean(values: NDArray[Any]) -> float:
    return float(np.add.reduce(values, axis=None)) / values.size


def _saturated(activation: str, outputs: NDArray[Any]) -> float | None:
    if activation == "tanh":
        return float(np.count_nonzero(1 - outputs * outputs < _FLAT) / outputs.size)
    if activation == "logistic":
        return float(np.count_nonzero(outputs * (1 - outputs) < _FLAT / 4) / outputs.size)
    return None


def _dead(activation: str, outputs: NDArray[Any]) -> float:
    if activation != "relu":
        return 0.0
    return float(np.count_nonzero(np.maximum.reduce(outputs, axis=0) <= 0) / outputs.shape[1])


@functools.lru_cache(maxsize=4)
def _direction(n_examples: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a fixed direction that is blind to what all examples have in common."""
    direction = np.cos(np.arange(1, n_examples + 1))
    centred: NDArray[Any] = direction - direction.mean()
    return centred.astype(dtype)


def _twins(sums: NDArray[Any]) -> float:
    """Return the share of neurons whose sums go up and down with those of another one, as far and as often.

    Neurons whose sums never change do not count. What the others do is projected on one fixed direction:
    twins fall on the same place.
    """
    changes = sums - sums[0]
    direction = _direction(len(sums), sums.dtype)
    projected = direction @ changes if sums.size <= _ONE_THREAD else np.einsum("i,ij", direction, changes)
    places = projected[np.logical_or.reduce(changes, axis=0)]
    if places.size < 2:
        return 0.0
    places.sort()
    same = places[1:] - places[:-1] <= _SAME * max(_size(places), 1e-30)
    near = np.zeros(places.size + 1, dtype=bool)
    near[1:-1] = same
    return float(np.count_nonzero(near[1:] | near[:-1]) / sums.shape[1])
