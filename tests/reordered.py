"""The same network with its hidden neurons in another order, for whoever undoes that."""

import numpy as np


def reordered(network, changes):
    """A copy in which neuron k of a layer is its old neuron order[k], times signs[k].

    `changes` is {layer: (order, signs)}. The answers stay the same where no sign turns, or only those behind
    squashes that are odd.
    """
    twin = network.copy()
    twin.connected = network.connected.copy()
    for layer, (order, signs) in changes.items():
        order, signs = list(order), np.array(list(signs))
        twin.weights(layer)[:] = twin.weights(layer)[:, order] * signs
        twin.weights(layer + 1)[:] = twin.weights(layer + 1)[order] * signs[:, np.newaxis]
        if twin.biases(layer).size:
            twin.biases(layer)[:] = twin.biases(layer)[order] * signs
        if twin.connected.size:
            twin.connections(layer)[:] = twin.connections(layer)[:, order]
            twin.connections(layer + 1)[:] = twin.connections(layer + 1)[order]
    return twin
