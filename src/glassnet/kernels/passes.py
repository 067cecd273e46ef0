"""The forward pass, from inputs to outputs, and the backward pass, from the loss to every parameter.

The arrays of a pass are flat and hold a number for each neuron and each example, layer after layer,
and in a layer example after example: `weighted_sums`, `outputs` and `grad_sums` (dloss_dz). Each thread
of a team does its share of every layer; they meet wherever one needs what others have made.
"""

from __future__ import annotations

from glassnet.kernels.activations import squash, times_slope
from glassnet.kernels.codes import SOFTMAX
from glassnet.kernels.compiling import kernel
from glassnet.kernels.factors import place_rows, place_terms, put_factors, put_grads
from glassnet.kernels.lanes import at, like, put
from glassnet.kernels.pairs import in_pairs
from glassnet.kernels.products import descend, hand_back, set_gradient, weigh
from glassnet.kernels.random_numbers import draw, is_kept
from glassnet.kernels.registers import TILE_ROWS, panel_width
from glassnet.kernels.threads import meet, share

__all__ = [
    "backward",
    "bias_part",
    "descend_all",
    "forward",
    "gradient_part",
    "layer_part",
    "rows_part",
    "set_gradients",
]


@kernel
def rows_part(n_rows, team, me):
    """A thread's examples, first to last, where examples are shared out."""
    first, last, _, _ = share(n_rows, 0, TILE_ROWS, 1, team, me)
    return first, last


@kernel
def layer_part(n_rows, n_columns, panel, team, me):
    """A thread's part of a product of matrices: rows first to last, columns begin to end."""
    return share(n_rows, n_columns, TILE_ROWS, panel_width(panel), team, me)


@kernel
def gradient_part(layer, panel, team, me):
    """A thread's part of the gradient of a layer: whole rows, unless there are too few of them.

    What is updated is then one piece of memory. Cut by columns, the parts of two threads take turns in each
    row, and the processor, which reads ahead, takes from one what the other is about to write.
    """
    if layer.n_inputs >= TILE_ROWS * team.n_threads:
        first, last = rows_part(layer.n_inputs, team, me)
        return first, last, 0, layer.n_neurons
    return layer_part(layer.n_inputs, layer.n_neurons, panel, team, me)


@kernel
def forward(layers, parameters, inputs, places, n_examples, room, dropping, dropout_key, panel, team, me):
    """Run examples, which stand at their `places` in the flat array `inputs`, through every layer.

    Fills `weighted_sums` and `outputs` of the room. With `dropping`, the outputs of layers with dropout
    are thinned out with the random numbers of `dropout_key`; prediction runs without. Of a softmax, which
    needs all the sums of an example, only the sums are made here. `places` is this thread's own, and is
    written over.
    """
    factors = inputs
    for k in range(layers.size):
        layer = layers[k]
        block = layer.neurons * n_examples
        if k > 0:
            factors = room.factors
            place_rows(places, layers[k - 1], k - 1, n_examples, panel)
        first, last, begin, end = layer_part(n_examples, layer.n_neurons, panel, team, me)
        weigh(
            layer, parameters, room.zeros, factors, places, first, last, begin, end, panel,
            room.weighted_sums, block,
        )  # fmt: skip
        if layer.activation != SOFTMAX:
            _squash_part(layer, room, block, first, last, begin, end)
        if dropping:
            _drop(layer, room.outputs, room.handed_on, block, first, last, begin, end, draw(dropout_key, k))
        if in_pairs(panel) and k + 1 < layers.size:
            put_factors(layer, k, room, n_examples, first, last, begin, end, panel)
        meet(team, me)


@kernel
def _squash_part(layer, room, block, first, last, begin, end):
    """Squash the weighted sums of a part of a layer; whole rows, which have no gap, in one go."""
    width = layer.n_neurons
    if end - begin == width:
        squash(
            layer.activation, layer.constant, room.weighted_sums, room.outputs,
            block + first * width, block + last * width,
        )  # fmt: skip
        return
    for s in range(first, last):
        squash(
            layer.activation, layer.constant, room.weighted_sums, room.outputs,
            block + s * width + begin, block + s * width + end,
        )  # fmt: skip


@kernel
def _slope_part(layer, room, block, first, last, begin, end):
    """Turn dloss_doutput of a part of a layer into dloss_dz, in the same way."""
    width = layer.n_neurons
    if end - begin == width:
        times_slope(
            layer.activation, layer.constant, room.weighted_sums, room.outputs, room.grad_sums,
            block + first * width, block + last * width,
        )  # fmt: skip
        return
    for s in range(first, last):
        times_slope(
            layer.activation, layer.constant, room.weighted_sums, room.outputs, room.grad_sums,
            block + s * width + begin, block + s * width + end,
        )  # fmt: skip


@kernel
def _drop(layer, values, result, block, first, last, begin, end, key):
    """`result` is `values`, but a share of them 0 and the others times 1 / (1 - share): inverted dropout.

    Called with the same key on outputs (forward) and on their gradients (backward).
    """
    zero = like(at(values, block), 0.0)
    factor = like(zero, 1 / (1 - layer.dropout))
    for s in range(first, last):
        row = s * layer.n_neurons
        if layer.dropout == 0:
            for j in range(row + begin, row + end):
                put(result, block + j, at(values, block + j))
        else:
            for j in range(row + begin, row + end):
                kept = is_kept(key, j, layer.dropout)
                put(result, block + j, at(values, block + j) * factor if kept else zero)


@kernel
def backward(layers, parameters, places, n_examples, room, dropping, dropout_key, panel, team, me):
    """Turn dloss_dz of the last layer into that of every layer before.

    `grad_sums` of the room comes with the block of the last layer filled and leaves with all of them
    filled. Nothing here changes a parameter: an update comes after the whole pass, so every slope is
    taken with the weights of the forward pass. `places` is room for those of a layer.
    """
    for k in range(layers.size - 1, 0, -1):
        layer, before = layers[k], layers[k - 1]
        block = before.neurons * n_examples
        grads = room.factors if in_pairs(panel) else room.grad_sums
        place_rows(places, layer, k, n_examples, panel)
        first, last, begin, end = layer_part(n_examples, before.n_neurons, panel, team, me)
        hand_back(
            layer, parameters, room.zeros, grads, places, room.grad_sums, block,
            first, last, begin, end, panel,
        )  # fmt: skip
        if dropping and before.dropout > 0:
            key = draw(dropout_key, k - 1)
            _drop(before, room.grad_sums, room.grad_sums, block, first, last, begin, end, key)
        _slope_part(before, room, block, first, last, begin, end)
        if in_pairs(panel) and k > 1:
            put_grads(before, k - 1, room, n_examples, first, last, begin, end, panel)
        meet(team, me)


@kernel
def set_gradients(layers, inputs, places, n_examples, room, gradient, panel, team, me):
    """Set the slope of the loss over every weight and bias, from dloss_dz of every layer.

    Each thread sets, and later updates, the parameters of its own part of every layer. `places` comes with
    those of the inputs.
    """
    factors = inputs
    for k in range(layers.size):
        layer = layers[k]
        block = layer.neurons * n_examples
        if k > 0:
            factors = room.factors
            place_terms(places, layers[k - 1], k - 1, n_examples, panel)
        first, last, begin, end = gradient_part(layer, panel, team, me)
        set_gradient(
            layer, room.zeros, room.one, factors, places, room.grad_sums, block, n_examples,
            first, last, begin, end, panel, gradient,
        )  # fmt: skip


@kernel
def descend_all(layers, inputs, places, n_examples, room, parameters, rate, panel, team, me):
    """The same, and one step of plain gradient descent at once: the gradient is stored nowhere."""
    factors = inputs
    for k in range(layers.size):
        layer = layers[k]
        block = layer.neurons * n_examples
        if k > 0:
            factors = room.factors
            place_terms(places, layers[k - 1], k - 1, n_examples, panel)
        first, last, begin, end = layer_part(layer.n_inputs, layer.n_neurons, panel, team, me)
        descend(
            layer, room.one, factors, places, room.grad_sums, block, n_examples,
            first, last, begin, end, panel, parameters, rate,
        )  # fmt: skip


@kernel
def bias_part(layer, first, last, begin, end):
    """The biases that belong to a part of a layer's weights: to its columns, where it has the first row."""
    if layer.n_biases == 0 or first > 0 or first == last:
        return 0, 0
    return begin, end
