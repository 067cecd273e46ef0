"""What it takes to put networks side by side: the same sizes, and a layer's numbers in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.errors import ShapeError
from glassnet.explain.places import neuron_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["check_same_sizes", "weights_and_biases"]


def check_same_sizes(one: Network, other: Network, what: str) -> None:
    """Return if two networks have the same sizes.

    Raises
    ------
    ShapeError
        They have not.
    """
    if one.sizes != other.sizes:
        raise ShapeError(f"{what}: got networks {one.name} and {other.name}, expected the same sizes")


def weights_and_biases(network: Network, layer: int) -> NDArray[np.float64]:
    """Return a layer's weights with its biases as a last row, shape (n_inputs + 1, n_neurons).

    A bias is a weight from an input that is held at 1; in a layer without biases it is 0.

    Raises
    ------
    ShapeError
        One of them is not finite.

    Examples
    --------
    >>> from glassnet import Network
    >>> weights_and_biases(Network.drawn_four_pixel(), 1)[:, 3]
    array([ 0.,  1.,  0., -1.,  0.])
    """
    weights, biases = network.weights(layer), network.biases(layer)
    last = biases if biases.size else np.zeros(weights.shape[1])
    both = np.vstack([weights, last]).astype(np.float64)
    if (bad := np.argwhere(~np.isfinite(both))).size:
        source, neuron = bad[0]
        what = "bias" if source == len(weights) else f"weight from {neuron_name(layer - 1, int(source))}"
        value = both[source, neuron]
        raise ShapeError(
            f"{neuron_name(layer, int(neuron))}: its {what} is {value}, expected a finite number"
        )
    return both
