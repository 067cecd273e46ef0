"""The paths from a neuron to the loss, and the strongest of them, found exactly.

A path goes through one neuron in each layer. Its strength is the size of the product of the factors on
it, and a product of sizes can be built up from the end: the k strongest paths from a neuron are among the
k strongest from each neuron of the next layer. So they are found in one sweep over the layers, however
many paths there are.
"""

from __future__ import annotations

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
        Of the squash of each neuron, layer by layer from 0; 1 for the inputs, which have none.
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
    def of(cls, trace: Trace, example: int, ends: NDArray[Any]) -> Paths:
        """Return the factors that a trace recorded for one of its examples."""
        network = trace.network
        layers = range(1, network.n_layers + 1)
        inner = [trace.slopes(layer)[example] for layer in layers[:-1]]
        return cls(
            slopes=[np.ones(network.sizes[0], dtype=network.dtype), *inner],
            weights=[network.weights(layer) for layer in layers],
            connections=[network.connections(layer) for layer in layers],
            ends=ends,
        )

    def count(self, layer: int, neuron: int) -> int:
        """Return how many paths lead from a neuron to the loss; layer 0 is the input."""
        counts = np.ones(len(self.ends), dtype=object)  # Python's whole numbers: there can be very many
        for connected in reversed(self.connections[layer:]):
            counts = connected.astype(object) @ counts
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
            The neurons of each path, from the first one's own layer to the last.
        """
        n_layers = len(self.weights)
        # Strength of the best paths from each neuron, and where each goes on: (next neuron, rank there).
        strength = np.abs(self.ends).astype(np.float64)[:, np.newaxis]
        onward: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
        for k in range(n_layers - 1, layer - 1, -1):
            begin = [neuron] if k == layer else range(len(self.slopes[k]))
            chosen = [self._best_from(k, a, strength, top) for a in begin]
            longest = max((len(flat) for flat, _ in chosen), default=0)
            flat = np.full((len(chosen), longest), -1, dtype=np.intp)
            best = np.full((len(chosen), longest), -1.0)
            for row, (places, sizes) in enumerate(chosen):
                flat[row, : len(places)], best[row, : len(places)] = places, sizes
            onward.append(np.divmod(flat, strength.shape[1]))
            strength = best
        if layer == n_layers:
            return [(neuron,)]
        onward.reverse()
        n_found = int(np.count_nonzero(strength[0] >= 0))
        return [self._follow(onward, neuron, rank) for rank in range(n_found)]

    def _best_from(
        self, layer: int, neuron: int, strength: NDArray[np.float64], top: int
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The best ways on from a neuron, as places in `strength`, and how strong they make it."""
        steps = np.abs(self.slopes[layer][neuron] * self.weights[layer][neuron]).astype(np.float64)
        sizes = steps[:, np.newaxis] * strength
        sizes[strength < 0] = -1  # fewer paths than ranks
        sizes[~self.connections[layer][neuron]] = -1
        flat = sizes.reshape(-1)
        if flat.size > top:
            # All that reach the size of the last one to be chosen, so that ties fall the same way always.
            least = np.partition(flat, flat.size - top)[flat.size - top]
            candidates = np.flatnonzero(flat >= least)
        else:
            candidates = np.arange(flat.size)
        candidates = candidates[flat[candidates] >= 0]
        order = candidates[np.argsort(-flat[candidates], kind="stable")][:top]
        return order, flat[order]

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
