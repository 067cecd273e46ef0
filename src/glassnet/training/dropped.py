"""Which neurons a step of training left out: dropout draws them by a key, so they can be named afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.kernels.random_numbers import DROPOUT, draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["dropped_neurons"]


def dropped_neurons(network: Network, seed: int, step: int, row: int = 0) -> list[NDArray[np.intp]]:
    """Return the neurons that dropout leaves out in a step, layer by layer from layer 1 on.

    Parameters
    ----------
    network : Network
    seed : int
        `Settings.seed` of the training.
    step : int
        Counted from 0.
    row : int
        Which example of the step's batch: each has neurons of its own left out.

    Examples
    --------
    >>> from glassnet import Network
    >>> network = Network([4, 8, 2], dropout=0.5)
    >>> [neurons.tolist() for neurons in dropped_neurons(network, seed=0, step=0)]
    [[1, 2, 3, 6, 7], []]
    """
    key = _draw(_draw(np.uint64(seed), DROPOUT), step)
    dropped = []
    for k, layer in enumerate(network.layers):
        n_neurons, share = int(layer["n_neurons"]), float(layer["dropout"])
        bound = np.uint64(share * 2.0**53)
        of_layer = _draw(key, k)
        places = range(row * n_neurons, (row + 1) * n_neurons) if share else ()
        kept = [_draw(of_layer, place) >> np.uint64(11) >= bound for place in places]
        dropped.append(np.flatnonzero(~np.array(kept, dtype=bool)))
    return dropped


def _draw(key: np.uint64, counter: int) -> np.uint64:
    """Draw as the loops do: called from Python, the compiled function forgets that its bits have no sign."""
    return np.uint64(draw(key, counter))
