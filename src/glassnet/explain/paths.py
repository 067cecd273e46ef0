"""The paths from a neuron to the loss, and the strongest of them, found exactly.

A path goes through one neuron in each layer. Its strength is the size of the product of the factors on
it, and a product of sizes can be built up from the end: the k strongest paths from a neuron are among the
k strongest from each neuron of the next layer. So they are found in one sweep over the layers, however
many paths there are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Trace

__all__ = ["Paths"]


@dataclass(frozen=True, eq=False)
class Paths:
    """Every factor between the neurons of a network and the loss, for one example.

    Attributes
    ----------
    slopes : list of ndarray, shape (n_neurons,)
        Of the squash of each neuron, layer by layer from 0; 1 for the inputs, which have none. That of the
        last layer is part of `ends` already.
    weights : list of ndarray, shape (n_inputs, n_neurons)
        Of each layer from 1.
    connections : list of ndarray of bool
        Which of them exist.
    ends : ndarray, shape (n_outputs,)
        dloss_dz of the last layer: where every path ends.
    """

    slopes: list[NDArray[Any]]
    weights: list[NDArray[Any]]
    connections: list[NDArray[np.bool_]]
    ends: NDArray[Any]

    @classmethod
    def of(cls, trace: Trace, examples: NDArray[np.intp], ends: NDArray[Any]) -> list[Paths]:
        """Return the factors that a trace recorded for each of some examples."""
        network = trace.network
        layers = range(1, network.n_layers + 1)
        slopes = [np.ones_like(trace.inputs), *(trace.slopes(layer) for layer in layers)]
        weights = [network.weights(layer) for layer in layers]
        connections = [network.connections(layer) for layer in layers]
        return [
            cls([values[example] for values in slopes], weights, connections, end)
            for example, end in zip(examples, ends, strict=True)
        ]

    def count(self, layer: int, neuron: int) -> int:
        """Return how many paths lead from a neuron to the loss; layer 0 is the input."""
        most = math.prod(len(slopes) for slopes in self.slopes)
        exact = np.int64 if most < 2**63 else object  # Python's whole numbers are slow, but have no end
        counts = np.ones(len(self.ends), dtype=exact)
        for connected in reversed(self.connections[layer:]):
            counts = connected.astype(exact) @ counts
        return int(counts[neuron])

    def strongest(self, layer: int, neuron: int, top: int) -> list[tuple[int, ...]]:
        """Return the strongest paths from a neuron, the strongest first.

        Parameters
        ----------
        layer, neuron : int
            Where they begin; layer 0 is the input.
        top : int
            How many to return at most.

        Returns
        -------
        list of tuple of int
            The neurons of each path, from the first one's own layer to the last. Equally strong paths come
            in the order of their neurons; those without any strength, in one that is always the same.
        """
        n_layers = len(self.weights)
        if layer == n_layers:
            return [(neuron,)]
        # Strength of the best paths from each neuron; where each goes on: (next neuron, rank there).
        strength = np.abs(self.ends).astype(np.float64)[:, np.newaxis]
        onward: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
        for k in range(n_layers - 1, layer - 1, -1):
            begin = np.array([neuron]) if k == layer else np.arange(len(self.slopes[k]))
            following, ranks, strength = self._best_from(k, begin, strength, top)
            onward.append((following, ranks))
        onward.reverse()
        n_found = int(np.count_nonzero(strength[0] >= 0))
        return [self._follow(onward, neuron, rank) for rank in range(n_found)]

    def _best_from(
        self, layer: int, begin: NDArray[np.intp], strength: NDArray[np.float64], top: int
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """Return the best ways on from some neurons: next neuron, rank there, and how strong they make it.

        All have shape (n_begin, n_ways); -1 is the strength of a way that does not exist.
        """
        rows = np.arange(len(begin))[:, np.newaxis]
        steps = np.abs(self.slopes[layer][begin, np.newaxis] * self.weights[layer][begin].astype(np.float64))
        steps[~self.connections[layer][begin]] = np.nan
        # Only so many next neurons can matter as there are paths wanted: those with the best best path.
        near = np.argsort(-_times(steps, strength[:, 0]), axis=1, kind="stable")[:, :top]
        near.sort(axis=1)  # equally strong paths come in the order of their neurons
        sizes = _times(steps[rows, near][:, :, np.newaxis], strength[near]).reshape(len(begin), -1)
        best = np.argsort(-sizes, axis=1, kind="stable")[:, :top]
        place, ranks = np.divmod(best, strength.shape[1])
        return near[rows, place], ranks, sizes[rows, best]

    @staticmethod
    def _follow(
        onward: list[tuple[NDArray[np.intp], NDArray[np.intp]]], neuron: int, rank: int
    ) -> tuple[int, ...]:
        neurons = [neuron]
        row = 0  # the first step has a row for its one beginning only
        for following, ranks in onward:
            neuron, rank = int(following[row, rank]), int(ranks[row, rank])
            neurons.append(neuron)
            row = neuron
        return tuple(neurons)


def _times(steps: NDArray[np.float64], strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strengths one step further up; -1 where there is no connection (NaN) or no path (below 0)."""
    with np.errstate(all="ignore"):
        longer = np.nan_to_num(steps * strength)  # 0 times infinity is 0: such a path is closed
    longer[np.isnan(steps) | (strength < 0)] = -1
    return longer
