"""Training steps of small networks: no tiles, which would be mostly empty, but numbers and lanes.

The loops are written for *numbers* (`glassnet.kernels.lanes`), and the arrays decide what a number is:

- vectors everywhere: one example after the other, for batches of one or two;
- values with lanes, parameters without: sixteen examples side by side through one network;
- values and parameters with lanes: sixteen networks side by side, each on an example of its own.

Weighted sums, outputs and slopes come out with the bits that tiles give them. So does the gradient,
but with sixteen examples side by side, where it is added up in sixteen parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glassnet.kernels.activations import slope_at, softmax, squash_number
from glassnet.kernels.answers import is_right
from glassnet.kernels.codes import ADAMW, SOFTMAX
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import (
    address,
    at,
    fma,
    lane_at,
    lanes_of,
    like,
    put,
    put_lane,
    spread,
    sum_of_lanes,
)
from glassnet.kernels.losses import loss_of_example, set_sums_slopes
from glassnet.kernels.rooms import batches_at, learner_at
from glassnet.kernels.threads import flush_denormals, restore_denormals
from glassnet.kernels.updates import (
    adam_corrections,
    add_penalty_slope,
    disconnect,
    scale,
    square_length,
    update,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SmallRoom", "pass_forward", "small_room_at", "train_small"]


class SmallRoom(NamedTuple):
    """Room for a step: a number, or lanes, for each input and then for each neuron, layer after layer."""

    sums: NDArray
    outputs: NDArray
    grads: NDArray
    targets: NDArray  # behind as many rows as there are before the last layer's neurons
    weights: NDArray  # of the examples of a group
    losses: NDArray  # of each group of examples, times their weights
    right: NDArray
    gradient: NDArray  # lanes for each parameter; without lanes the learner's own


@kernel
def small_room_at(room):
    """The same room by addresses."""
    return SmallRoom(
        address(room.sums),
        address(room.outputs),
        address(room.grads),
        address(room.targets),
        address(room.weights),
        address(room.losses),
        address(room.right),
        address(room.gradient),
    )


@kernel
def train_small(layers, learner, batches, room, loss, rule, learning_rates, losses, right, first_step):
    """Train for as many steps as there are `learning_rates`; see `glassnet.kernels.steps.train_steps`."""
    before = flush_denormals()
    batches_, learner_, room_ = batches_at(batches), learner_at(learner), small_room_at(room)
    done = 0
    for k in range(learning_rates.size):
        start = at(batches_.starts, k)
        n_examples = at(batches_.starts, k + 1) - start
        result = _set_gradient(layers, learner_, batches_, start, n_examples, room_, loss)
        losses[k] = result
        if not np.isfinite(result):
            break
        if rule.classifying:
            right[k] = _total(room_.right, n_examples)
        _learn(layers, learner_, rule, room_, learning_rates[k], first_step + k + 1)
        done = k + 1
    restore_denormals(before)
    return done


@kernel
def _set_gradient(layers, learner, batches, start, n_examples, room, loss):
    """Add up the gradient of a batch in the room, group by group, and return the loss of the batch."""
    last = layers[layers.size - 1]
    n_parameters = last.biases + last.n_biases
    n_lanes = lanes_of(room.outputs)
    divisor = n_examples if loss.mean else 1
    for p in range(n_parameters):
        put(room.gradient, p, like(at(learner.parameters, 0), 0.0))
    for first in range(0, n_examples, n_lanes):
        _load(layers, batches, start + first, min(n_lanes, n_examples - first), room)
        pass_forward(layers, learner.parameters, room)
        _judge(layers, room, loss, divisor, first // n_lanes)
        _pass_backward(layers, learner.parameters, room)
    return _total(room.losses, n_examples) / divisor


@kernel
def _load(layers, batches, start, n_live, room):
    """An example into each lane; lanes without one of their own repeat the last, with weight 0."""
    n_inputs, last = layers[0].n_inputs, layers[layers.size - 1]
    begin = n_inputs + last.neurons
    for lane in range(lanes_of(room.outputs)):
        row = at(batches.rows, start + min(lane, n_live - 1))
        weight = at(batches.weights, row)
        put_lane(room.weights, 0, lane, weight if lane < n_live else like(weight, 0.0))
        for i in range(n_inputs):
            put_lane(room.outputs, i, lane, at(batches.inputs, row * n_inputs + i))
        for j in range(last.n_neurons):
            put_lane(room.targets, begin + j, lane, at(batches.targets, row * last.n_neurons + j))


@kernel
def pass_forward(layers, parameters, room):
    """From the inputs in the room to the outputs of the last layer."""
    one = at(room.outputs, 0)
    zero = like(one, 0.0)
    before, begin = 0, layers[0].n_inputs
    for k in range(layers.size):
        # Fields are read once: for all the compiler knows, a store below could change the table.
        n_inputs, n_neurons, code, constant = _shape(layers[k])
        weights, biases, n_biases = layers[k].weights, layers[k].biases, layers[k].n_biases
        for j in range(n_neurons):
            z = spread(at(parameters, biases + j) if n_biases > 0 else zero, one)
            for i in range(n_inputs):
                z = fma(at(room.outputs, before + i), at(parameters, weights + i * n_neurons + j), z)
            put(room.sums, begin + j, z)
            put(room.outputs, begin + j, squash_number(code, constant, z))
        if code == SOFTMAX:
            softmax(room.sums, room.outputs, begin, 1, n_neurons)
        before, begin = begin, begin + n_neurons


@kernel
def _shape(layer):
    return layer.n_inputs, layer.n_neurons, layer.activation, layer.constant


@kernel
def _judge(layers, room, loss, divisor, group):
    """The losses of a group of examples, which of them are right, and dloss_dz of the last layer."""
    layer = layers[layers.size - 1]
    begin = layers[0].n_inputs + layer.neurons
    weight = at(room.weights, 0)
    value = loss_of_example(
        loss.code, loss.constant, room.sums, room.outputs, room.targets, begin, layer.n_neurons
    )
    put(room.losses, group, value * weight)
    put(room.right, group, is_right(room.outputs, room.targets, begin, layer.n_neurons))
    factor = weight / like(weight, divisor)
    set_sums_slopes(
        loss.code, loss.constant, layer, room.sums, room.outputs, room.targets, room.grads, begin, factor
    )


@kernel
def _pass_backward(layers, parameters, room):
    """Add the slope over every parameter, and hand dloss_dz back from layer to layer.

    Nothing here changes a parameter: every slope is taken with the weights of the forward pass.
    """
    zero = spread(like(at(room.outputs, 0), 0.0), at(room.outputs, 0))
    begin = layers[0].n_inputs + layers[layers.size - 1].neurons
    for k in range(layers.size - 1, -1, -1):
        n_inputs, n_neurons, _, _ = _shape(layers[k])
        _, _, code, constant = _shape(layers[max(k - 1, 0)])
        weights, biases, n_biases = layers[k].weights, layers[k].biases, layers[k].n_biases
        before = begin - n_inputs
        for i in range(n_inputs):
            x, blame, row = at(room.outputs, before + i), zero, weights + i * n_neurons
            for j in range(n_neurons):
                grad = at(room.grads, begin + j)
                put(room.gradient, row + j, fma(x, grad, at(room.gradient, row + j)))
                blame = fma(grad, at(parameters, row + j), blame)
            if k > 0:
                put(room.grads, before + i, slope_at(code, constant, at(room.sums, before + i), x, blame))
        for j in range(n_biases):
            put(room.gradient, biases + j, at(room.gradient, biases + j) + at(room.grads, begin + j))
        begin = before


@kernel
def _total(values, n_examples):
    """What the examples of a batch have in all, added in their order."""
    n_lanes = lanes_of(values)
    total = 0.0
    for s in range(n_examples):
        total += lane_at(values, s // n_lanes, s % n_lanes)
    return total


@kernel
def _learn(layers, learner, rule, room, learning_rate, number_of_update):
    """Put the lanes of the gradient together, finish it, and update every parameter."""
    last = layers[layers.size - 1]
    n_parameters = last.biases + last.n_biases
    if lanes_of(room.gradient) > 1:
        for p in range(n_parameters):
            put(learner.gradient, p, sum_of_lanes(at(room.gradient, p)))
    if rule.l1 > 0 or rule.l2 > 0:
        for k in range(layers.size):
            add_penalty_slope(
                learner.parameters, learner.gradient, layers[k].weights, layers[k].biases, rule.l1, rule.l2
            )
    if rule.missing:
        disconnect(learner.connected, learner.gradient, 0, n_parameters)
    if np.isfinite(rule.longest):
        length = np.sqrt(square_length(learner.gradient, 0, n_parameters))
        if length > rule.longest:
            scale(learner.gradient, 0, n_parameters, rule.longest / length)
    rate = like(at(learner.parameters, 0), learning_rate)
    corrections = adam_corrections(rule.optimizer, rule.constants, number_of_update)
    if rule.optimizer != ADAMW:
        _update(learner, rule, rate, False, corrections, 0, n_parameters)
        return
    for k in range(layers.size):
        biases = layers[k].biases
        _update(learner, rule, rate, True, corrections, layers[k].weights, biases)
        _update(learner, rule, rate, False, corrections, biases, biases + layers[k].n_biases)


@kernel
def _update(learner, rule, rate, decay, corrections, begin, end):
    update(
        rule.optimizer, rule.constants, rate, decay, corrections, learner.parameters, learner.gradient,
        learner.first, learner.second, begin, end,
    )  # fmt: skip
