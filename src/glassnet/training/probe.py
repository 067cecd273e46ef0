"""Looks into a network while it is trained, without changing anything, at a fixed share of the time."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.network import running
from glassnet.training.statistics import LayerStatistics, Statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.kernels.small import SmallRoom
    from glassnet.network import Network
    from glassnet.network.examples import Examples
    from glassnet.training.settings import Settings

__all__ = ["Probe", "layer_statistics"]

# So many training examples are run forward and backward each time ...
_EXAMPLES = 128
# ... as often as this share of the training's own work allows, between these numbers. Work is counted in
# products of a weight and an output; the calls between two compiled loops cost as much as so many [products].
_SHARE = 0.01
_FEWEST, _MOST = 3, 24
_CALLS_OF_LOOK, _CALLS_OF_EXAMPLE = 150_000, 100

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
    small_room : SmallRoom, optional
        Where the training's loops are those for small networks: the looks then go through them too.
    """

    def __init__(
        self,
        network: Network,
        examples: Examples,
        settings: Settings,
        small_room: SmallRoom | None = None,
    ) -> None:
        self._network = network
        self._small_room = small_room
        if not settings.statistics:
            self._epochs: list[int] = []
            return
        n_examples = min(_EXAMPLES, examples.n_examples)
        training = settings.epochs * examples.n_examples * (network.n_parameters + _CALLS_OF_EXAMPLE)
        affordable = _SHARE * training / (n_examples * network.n_parameters + _CALLS_OF_LOOK)
        times = int(min(max(affordable, _FEWEST), _MOST, settings.epochs))
        # From before the first epoch to before the last, so that a step follows each look.
        shares = [(k / max(times - 1, 1)) ** 2 for k in range(times)]
        self._epochs = sorted({round((settings.epochs - 1) * share) for share in shares})
        drawn = examples.data.draw(n_examples, settings.seed)
        self._inputs = drawn.read(slice(None), network.dtype)
        self._targets = drawn.targets.astype(network.dtype)

    def begin(self) -> None:
        """Have the loops compiled that `look` needs."""
        if self._epochs:
            layer_statistics(self._network, self._inputs[:1], self._targets[:1], self._small_room)

    def due(self, epoch: int, taken: list[Statistics]) -> bool:
        """Whether to look between this epoch and the next."""
        last = taken[-1].epoch if taken else -1
        return any(last < planned <= epoch for planned in self._epochs)

    def look(self, step: int, epoch: int) -> Statistics:
        """Return the statistics of the network as it is."""
        layers = layer_statistics(self._network, self._inputs, self._targets, self._small_room)
        return Statistics(step, epoch, layers)

    def waiting(self, step: int, taken: list[Statistics]) -> bool:
        """Whether the next step is the one whose update is to be measured."""
        return bool(taken) and taken[-1].step == step and taken[-1].layers[0].update_ratio is None

    def with_update(self, taken: Statistics, before: NDArray[Any]) -> Statistics:
        """Return the statistics with what a step made of the parameters that were `before`."""
        layers = []
        for row, layer in zip(self._network.layers, taken.layers, strict=True):
            weights = slice(int(row["weights"]), int(row["biases"]))
            with np.errstate(over="ignore", invalid="ignore"):  # a step may have been endless
                moved = _size(self._network.parameters[weights] - before[weights])
            layers.append(dataclasses.replace(layer, update_ratio=moved / max(_size(before[weights]), 1e-30)))
        return dataclasses.replace(taken, layers=tuple(layers))


def layer_statistics(
    network: Network, inputs: NDArray[Any], targets: NDArray[Any], small_room: SmallRoom | None = None
) -> tuple[LayerStatistics, ...]:
    """Return the statistics of each layer, by one forward and one backward pass as training makes them.

    Parameters
    ----------
    network : Network
    inputs : ndarray, shape (n_examples, n_inputs)
    targets : ndarray, shape (n_examples, n_outputs)
        Both contiguous and of the network's own type.
    small_room : SmallRoom, optional
        Room for the loops for small networks, which are taken then.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is infinite, and said to be so
        return _layer_statistics(network, inputs, targets, small_room)


def _layer_statistics(
    network: Network, inputs: NDArray[Any], targets: NDArray[Any], small_room: SmallRoom | None
) -> tuple[LayerStatistics, ...]:
    n_examples = len(inputs)
    weights = np.ones(n_examples, dtype=network.dtype)
    _, gradient, room = running.backward(network, inputs, targets, weights, small_room)
    # dloss_dz of one example, whether the loss is their mean or their sum.
    scale = n_examples if network.loss_rule.mean else 1
    first, layers = 0, []
    for row, chosen in zip(network.layers, network.activations, strict=True):
        size = n_examples * int(row["n_neurons"])
        sums, outputs, grads = (
            values[first : first + size].reshape(n_examples, -1)
            for values in (room.weighted_sums, room.outputs, room.grad_sums)
        )
        first += size
        places = slice(int(row["weights"]), int(row["biases"]))
        mean = float(outputs.mean())
        layers.append(
            LayerStatistics(
                weights_size=_size(network.parameters[places]),
                outputs_mean=mean,
                outputs_spread=_size(outputs - outputs.mean()),
                sums_size=_size(sums),
                grad_sums_size=_size(grads) * scale,
                grad_weights_size=_size(gradient[places]),
                saturated=_saturated(chosen.name, outputs),
                dead=_dead(chosen.name, outputs),
                twins=_twins(sums),
            )
        )
    return tuple(layers)


def _size(values: NDArray[Any]) -> float:
    """Return the root mean square, without an array in between."""
    flat = values.ravel()
    return math.sqrt(float(np.dot(flat, flat)) / max(flat.size, 1))


def _saturated(activation: str, outputs: NDArray[Any]) -> float | None:
    if activation == "tanh":
        return float(np.mean(1 - outputs * outputs < _FLAT))
    if activation == "logistic":
        return float(np.mean(outputs * (1 - outputs) < _FLAT / 4))
    return None


def _dead(activation: str, outputs: NDArray[Any]) -> float:
    return float(np.mean(outputs.max(axis=0) <= 0)) if activation == "relu" else 0.0


def _twins(sums: NDArray[Any]) -> float:
    """Return the share of neurons whose sums go up and down with those of another one, as far and as often.

    Neurons whose sums never change do not count. The sums, less their mean, are projected on one fixed
    direction: twins fall on the same place.
    """
    direction = np.cos(np.arange(1, len(sums) + 1)).astype(sums.dtype)
    places = np.sort((direction @ (sums - sums.mean(axis=0)))[np.ptp(sums, axis=0) > 0])
    if places.size < 2:
        return 0.0
    near = np.diff(places) <= _SAME * max(_size(places), 1e-30)
    n_twins = np.count_nonzero(np.append(near, False) | np.insert(near, 0, False))
    return float(n_twins / sums.shape[1])
