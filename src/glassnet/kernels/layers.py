"""The table of layers, one row a layer, that drives every compiled loop.

One compilation serves every depth, width and activation, because a loop reads them from this table
instead of being written for them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

__all__ = ["LAYER"]

LAYER: Final = np.dtype(
    [
        ("n_inputs", np.int64),
        ("n_neurons", np.int64),
        ("weights", np.int64),  # where its weights begin in `parameters`
        ("biases", np.int64),  # where its biases begin in `parameters`
        ("n_biases", np.int64),  # n_neurons, or 0 for a layer without biases
        ("neurons", np.int64),  # how many neurons the layers before it have
        ("activation", np.int64),  # its number in `codes`
        ("constant", np.float64),  # of the activation: the slope of leaky_relu, say
        ("dropout", np.float64),  # share of its outputs that training sets to 0
    ],
    align=True,
)
