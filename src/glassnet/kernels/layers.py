"""The table of layers, one row a layer, that drives every compiled loop, and the views it gives.

One compilation serves every depth, width and activation, because a loop reads them from this table
instead of being written for them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from glassnet.kernels.compiling import kernel

__all__ = ["LAYER", "biases_of", "block", "weights_of"]

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


@kernel
def weights_of(layer, parameters):
    """The weights of a layer, a view of shape (n_inputs, n_neurons)."""
    end = layer.weights + layer.n_inputs * layer.n_neurons
    return parameters[layer.weights : end].reshape(layer.n_inputs, layer.n_neurons)


@kernel
def biases_of(layer, parameters):
    """The biases of a layer, a view of shape (n_biases,)."""
    return parameters[layer.biases : layer.biases + layer.n_biases]


@kernel
def block(layer, values, n_examples):
    """The part of `values` that belongs to a layer, a view of shape (n_examples, n_neurons).

    `values` holds a number for each neuron of the network and each example, layer after layer.
    """
    start = layer.neurons * n_examples
    return values[start : start + n_examples * layer.n_neurons].reshape(n_examples, layer.n_neurons)
