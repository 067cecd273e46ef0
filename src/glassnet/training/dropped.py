"""Which neurons a step of training left out: dropout draws them by a key, so they can be named afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.kernels.random_numbers import kept_neurons

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
    dropped = []
    for k, layer in enumerate(network.layers):
        kept = np.empty(layer["n_neurons"], dtype=bool)
        kept_neurons(np.uint64(seed), step, k, row, float(layer["dropout"]), kept)
        dropped.append(np.flatnonzero(~kept))
    return dropped
