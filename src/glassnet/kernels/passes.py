"""The forward pass, from inputs to outputs, and the backward pass, from the loss to every parameter.

The arrays of a pass hold a number for each neuron and each example, layer after layer
(`glassnet.kernels.layers.block`): `weighted_sums`, `outputs` and `grad_sums` (dloss_dz).
"""

from __future__ import annotations

import numpy as np

from glassnet.kernels.activations import squash, times_slope
from glassnet.kernels.compiling import kernel
from glassnet.kernels.layers import biases_of, block, weights_of
from glassnet.kernels.products import add_product, add_product_turned, turn
from glassnet.kernels.random_numbers import draw

__all__ = ["backward", "forward"]


@kernel
def forward(layers, parameters, inputs, weighted_sums, outputs, dropping, dropout_key):
    """Run `inputs` (n_examples, n_inputs) through every layer.

    Fills `weighted_sums` and `outputs`. With `dropping`, the outputs of layers with dropout are
    thinned out with the random numbers of `dropout_key`; prediction runs without.
    """
    n_examples = inputs.shape[0]
    handed_on = inputs
    for k in range(layers.size):
        layer = layers[k]
        sums = block(layer, weighted_sums, n_examples)
        answers = block(layer, outputs, n_examples)
        _start_with(biases_of(layer, parameters), sums)
        add_product(handed_on, weights_of(layer, parameters), sums)
        squash(layer.activation, layer.constant, sums, answers)
        if dropping and layer.dropout > 0:
            _drop(answers, layer.dropout, draw(dropout_key, k))
        handed_on = answers


@kernel
def _start_with(biases, sums):
    """Set each row of `sums` to the biases, or to 0 where there are none."""
    for s in range(sums.shape[0]):
        for j in range(sums.shape[1]):
            sums[s, j] = biases[j] if biases.size > 0 else sums.dtype.type(0)


@kernel
def _drop(values, rate, key):
    """Set a share `rate` of the values to 0 and scale the others by 1 / (1 - rate): inverted dropout.

    Called with the same key on outputs (forward) and on their gradients (backward).
    """
    scale = values.dtype.type(1 / (1 - rate))
    zero = values.dtype.type(0)
    for s in range(values.shape[0]):
        for j in range(values.shape[1]):
            chance = np.float64(draw(key, s * values.shape[1] + j) >> np.uint64(11)) * 2.0**-53
            values[s, j] = values[s, j] * scale if chance >= rate else zero


@kernel
def backward(
    layers, parameters, inputs, weighted_sums, outputs, grad_sums, turned, gradient, dropping, dropout_key
):
    """Turn dloss_dz of the last layer into the gradient of every parameter.

    `grad_sums` comes with the block of the last layer filled and leaves with all of them filled.
    `gradient`, laid out as `parameters`, is added to. Nothing here changes a parameter: an update
    comes after the whole pass, so every slope is taken with the weights of the forward pass.
    `turned` is room for the largest weight matrix.
    """
    n_examples = inputs.shape[0]
    for k in range(layers.size - 1, -1, -1):
        layer = layers[k]
        grads = block(layer, grad_sums, n_examples)
        handed_on = block(layers[k - 1], outputs, n_examples) if k > 0 else inputs
        add_product_turned(handed_on, grads, weights_of(layer, gradient))
        _add_rows(grads, biases_of(layer, gradient))
        if k == 0:
            break
        before = layers[k - 1]
        grads_before = block(before, grad_sums, n_examples)
        hand_back(layer, parameters, grads, turned, grads_before)
        sums, answers = block(before, weighted_sums, n_examples), block(before, outputs, n_examples)
        if dropping and before.dropout > 0:
            _drop(grads_before, before.dropout, draw(dropout_key, k - 1))
            # The slope belongs to what the squash made of z, before some of it was dropped.
            squash(before.activation, before.constant, sums, answers)
        times_slope(before.activation, before.constant, sums, answers, grads_before)


@kernel
def hand_back(layer, parameters, grads, turned, grads_before):
    """grads_before = grads weightsᵀ: what each input of a layer is to blame for.

    The weights are turned first, so that the innermost loop of the product runs along memory.
    """
    size = layer.n_inputs * layer.n_neurons
    weights_turned = turned[:size].reshape(layer.n_neurons, layer.n_inputs)
    turn(weights_of(layer, parameters), weights_turned)
    grads_before[:] = 0
    add_product(grads, weights_turned, grads_before)


@kernel
def _add_rows(rows, total):
    """Total += the sum of the rows; does nothing for a layer without biases."""
    for s in range(rows.shape[0]):
        for j in range(total.size):
            total[j] += rows[s, j]
