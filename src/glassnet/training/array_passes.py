"""A pass forward and backward through a network in NumPy: for a look now and then nothing must be compiled.

The formulas are those of `glassnet.kernels.activations` and `glassnet.kernels.losses`; a test holds the
two against each other. Results differ from theirs by rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["Pass", "run_both_ways"]


class Pass(NamedTuple):
    """What a layer was like, example by example; arrays (n_examples, n_neurons) and (n_inputs, n_neurons)."""

    sums: NDArray[Any]
    outputs: NDArray[Any]
    grad_sums: NDArray[Any]  # dloss_dz of an example: neither divided by the number of examples nor weighted
    grad_weights: NDArray[Any]  # of the loss of the batch, missing connections too; of any shape


def run_both_ways(network: Network, inputs: NDArray[Any], targets: NDArray[Any]) -> list[Pass]:
    """Return the passes of layer 1, 2, ... for a batch.

    Parameters
    ----------
    network : Network
    inputs : ndarray, shape (n_examples, n_inputs)
    targets : ndarray, shape (n_examples, n_outputs)
        Both of the network's own type.
    """
    sums, outputs, values = [], [], inputs
    for layer, row in enumerate(network.layers, start=1):
        z = values @ network.weights(layer)
        if row["n_biases"]:
            z += network.biases(layer)
        values = _squashed(network.activations[layer - 1].name, float(row["constant"]), z)
        sums.append(z)
        outputs.append(values)
    divisor = len(inputs) if network.loss_rule.mean else 1
    grads, passes = _at_the_end(network, sums[-1], outputs[-1], targets), []
    for layer in range(network.n_layers, 0, -1):
        before = outputs[layer - 2] if layer > 1 else inputs
        passes.append(Pass(sums[layer - 1], outputs[layer - 1], grads, before.T @ grads / divisor))
        if layer > 1:
            row, name = network.layers[layer - 2], network.activations[layer - 2].name
            slopes = _slopes(name, float(row["constant"]), sums[layer - 2], before)
            grads = (grads @ network.weights(layer).T) * slopes
    return passes[::-1]


def _squashed(name: str, constant: float, z: NDArray[Any]) -> Any:
    if name == "tanh":
        return np.tanh(z)
    if name == "logistic":
        return 1 / (1 + np.exp(-z))
    if name == "relu":
        return np.maximum(z, 0)
    if name == "leaky_relu":
        return np.where(z > 0, z, z * z.dtype.type(constant))
    if name == "elu":
        return np.where(z > 0, z, np.expm1(np.minimum(z, 0)) * z.dtype.type(constant))
    if name == "softmax":
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
    return z


def _slopes(name: str, constant: float, z: NDArray[Any], outputs: NDArray[Any]) -> Any:
    if name == "tanh":
        return 1 - outputs * outputs
    if name == "logistic":
        return outputs * (1 - outputs)
    if name == "relu":
        return z > 0
    if name == "leaky_relu":
        return np.where(z > 0, z.dtype.type(1), z.dtype.type(constant))
    if name == "elu":
        return np.where(z > 0, z.dtype.type(1), outputs + z.dtype.type(constant))
    return 1


def _at_the_end(network: Network, z: NDArray[Any], outputs: NDArray[Any], targets: NDArray[Any]) -> Any:
    """Return dloss_dz of the last layer."""
    last, loss, row = network.activations[-1].name, network.loss, network.layers[-1]
    if loss.name == "cross_entropy":  # behind softmax only, as the other behind logistic
        return targets.sum(axis=1, keepdims=True) * outputs - targets
    if loss.name == "binary_cross_entropy":
        return outputs - targets
    errors = outputs - targets
    if loss.name == "squared":
        slopes = errors + errors
    elif loss.name == "absolute":
        slopes = np.sign(errors)
    else:
        threshold = loss.number("threshold")
        slopes = np.clip(errors, -threshold, threshold)
    if last == "softmax":
        return outputs * (slopes - (slopes * outputs).sum(axis=1, keepdims=True))
    return slopes * _slopes(last, float(row["constant"]), z, outputs)
