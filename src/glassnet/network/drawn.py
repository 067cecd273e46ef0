"""The network that the slides draw, weight by weight."""

from __future__ import annotations

import numpy as np

from glassnet.data import Camera, four_pixel
from glassnet.network.network import Network

__all__ = ["drawn_four_pixel"]


def drawn_four_pixel() -> Network:
    """Return the network 4-4-4-8-4 of the four pixel camera; see `Network.drawn_four_pixel`."""
    network = Network(
        [4, 4, 4, 8, 4],
        ["tanh", "tanh", "relu", "identity"],
        biases=False,
        loss="squared",
        categories=four_pixel().categories,
        encoder=Camera(2, 2),
    )
    # Rows are neurons here; pixels row by row: top left, top right, bottom left, bottom right.
    network.weights(1)[:] = np.transpose([[1, 0, 1, 0], [0, 1, 0, 1], [1, 0, -1, 0], [0, 1, 0, -1]])
    network.weights(2)[:] = np.transpose([[1, 1, 0, 0], [-1, 1, 0, 0], [0, 0, 1, -1], [0, 0, 1, 1]])
    network.weights(3)[:] = np.transpose(np.kron(np.eye(4), [[1], [-1]]))
    network.weights(4)[:] = np.transpose(np.kron(np.eye(4), [1, 1]))
    return network
