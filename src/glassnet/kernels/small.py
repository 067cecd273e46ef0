"""Training steps of small networks: no tiles, which would be mostly empty, but lanes.

The loops are written for *numbers* (`glassnet.kernels.lanes`), and the arrays decide what a number is:

- values with lanes, parameters without: sixteen examples side by side through one network;
- values and parameters with lanes: sixteen or 32 networks side by side, each on an example of its own.

For batches of one or two, where there are no lanes to fill, see `glassnet.kernels.alone`.

Weighted sums, outputs and slopes come out with the bits that tiles give them. So does the gradient,
but with sixteen examples side by side, where it is added up in sixteen parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glassnet.kernels.activations import slope_at, softmax, squash
from glassnet.kernels.answers import is_right, number_of_right
from glassnet.kernels.arithmetic import fma, sum_of_lanes
from glassnet.kernels.codes import ADAMW, SOFTMAX
from glassnet.kernels.compiling import kernel, short_loop
from glassnet.kernels.lanes import address, at, borrowed, lane_at, lanes_of, like, put, put_lane, spread
from glassnet.kernels.losses import loss_of_example, set_sums_slopes, total_of
from glassnet.kernels.structures import batches_at, learner_at, rule_at
from glassnet.kernels.threads import flush_denormals, restore_denormals
from glassnet.kernels.updates import (
    add_penalty_slope,
    corrections_of_step,
    disconnect,
    how_to_update,
    is_penalized,
    square_length,
    update,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SmallWorkspace", "judge_small", "pass_forward", "small_room_at", "train_small"]


class SmallWorkspace(NamedTuple):
    """Room for a step: a number, or lanes, for each input and then for each neuron, layer after layer."""

    sums: NDArray
    outputs: NDArray
    grads: NDArray
    targets: NDArray  # behind as many rows as there are before the last layer's neurons
    weights: NDArray  # of the examples of a group
    losses: NDArray  # of each group of examples, times their weights
    right: NDArray
    gradient: NDArray  # lanes for each parameter; without lanes the learner's own
    ahead: NDArray  # float64 (2, LANES), for the corrections of Adam


@kernel
def small_room_at(room):
    """The same room by addresses."""
    return SmallWorkspace(
        address(room.sums),
        address(room.outputs),
        address(room.grads),
        address(room.targets),
        address(room.weights),
        address(room.losses),
        address(room.right),
        address(room.gradient),
        address(room.ahead),
    )


@short_loop
def train_small(layers, learner, batches, room, loss, rule, learning_rates, losses, right, first_step):
    """Train for as many steps as there are `learning_rates`; see `glassnet.kernels.steps.train_steps`."""
    before = flush_denormals()
    layers_, rule_ = borrowed(layers), rule_at(rule)
    batches_, learner_, room_ = batches_at(batches), learner_at(learner), small_room_at(room)
    done = 0
    for k in range(learning_rates.size):
        start = at(batches_.starts, k)
        n_examples = at(batches_.starts, k + 1) - start
        add_up_gradient(layers_, learner_, batches_, start, n_examples, room_, loss)
        losses[k] = total_of(room_.losses, n_examples) / (n_examples if loss.mean else 1)
        if not np.isfinite(losses[k]):
            break
        if rule_.classifying:
            right[k] = number_of_right(room_.right, n_examples)
        finish_gradient(layers_, learner_, rule_, room_)
        factor = shortening(layers_, learner_.gradient, rule_.longest)
        rate = like(at(learner_.parameters, 0), learning_rates[k])
        corrections = corrections_of_step(rule_, room_.ahead, first_step, k)
        update_all(layers_, learner_, rule_, rate, corrections, factor)
        done = k + 1
    restore_denormals(before)
    return done


@kernel
def judge_small(layers, learner, batches, room, loss):
    """Judge all examples, group by group, without changing a parameter.

    Parameters
    ----------
    layers, learner, batches, room, loss
        As for `train_small`; the examples are those of ``batches.rows``.

    Returns
    -------
    loss : float
        The sum over the examples.
    n_right : int
    """
    before = flush_denormals()
    layers_ = borrowed(layers)
    batches_, learner_, room_ = batches_at(batches), learner_at(learner), small_room_at(room)
    n_examples = batches.rows.size
    n_together = lanes_of(room_.outputs)
    total, n_right = 0.0, 0
    for first in range(0, n_examples, n_together):
        n_live = min(n_together, n_examples - first)
        load_examples(layers_, batches_, first, n_live, n_together, room_)
        pass_forward(layers_, learner_.parameters, room_)
        judge_examples(layers_, room_, loss, 1, 0)
        for lane in range(n_live):
            total += lane_at(room_.losses, 0, lane)
            n_right += int(lane_at(room_.right, 0, lane))
    restore_denormals(before)
    return total, n_right


@kernel
def add_up_gradient(layers, learner, batches, start, n_examples, room, loss):
    """Add up the gradient of a batch in the room, group by group of examples, and note their losses."""
    last = layers[layers.size - 1]
    n_together = lanes_of(room.outputs) // lanes_of(learner.parameters)
    divisor = n_examples if loss.mean else 1
    for p in range(last.biases + last.n_biases):
        put(room.gradient, p, like(at(learner.parameters, 0), 0.0))
    for first in range(0, n_examples, n_together):
        load_examples(layers, batches, start + first, min(n_together, n_examples - first), n_together, room)
        pass_forward(layers, learner.parameters, room)
        judge_examples(layers, room, loss, divisor, first // n_together)
        _pass_backward(layers, learner.parameters, room)


@kernel
def load_examples(layers, batches, start, n_live, n_together, room):
    """Examples into the lanes of the room, or one example into all of them.

    Lanes without an example of their own repeat the last, with weight 0.
    """
    n_inputs, last = layers[0].n_inputs, layers[layers.size - 1]
    begin = n_inputs + last.neurons
    if n_together == 1:
        row = at(batches.rows, start)
        put(room.weights, 0, at(batches.weights, row))
        for i in range(n_inputs):
            put(room.outputs, i, at(batches.inputs, row * n_inputs + i))
        for j in range(last.n_neurons):
            put(room.targets, begin + j, at(batches.targets, row * last.n_neurons + j))
        return
    for lane in range(n_together):
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
    zero = spread(like(one, 0.0), one)
    before, begin = 0, layers[0].n_inputs
    for k in range(layers.size):
        # Fields are read once: for all the compiler knows, a store below could change the table.
        n_inputs, n_neurons = layers[k].n_inputs, layers[k].n_neurons
        code, constant = layers[k].activation, layers[k].constant
        weights, biases, n_biases = layers[k].weights, layers[k].biases, layers[k].n_biases
        # Four neurons at a time: each sum waits for its last term, and the others fill the time.
        fours = n_neurons - n_neurons % 4
        for j in range(0, fours, 4):
            z0, z1, z2, z3 = zero, zero, zero, zero
            if n_biases > 0:
                z0, z1 = spread(at(parameters, biases + j), one), spread(at(parameters, biases + j + 1), one)
                z2 = spread(at(parameters, biases + j + 2), one)
                z3 = spread(at(parameters, biases + j + 3), one)
            for i in range(n_inputs):
                x, row = at(room.outputs, before + i), weights + i * n_neurons + j
                z0 = fma(x, at(parameters, row), z0)
                z1 = fma(x, at(parameters, row + 1), z1)
                z2 = fma(x, at(parameters, row + 2), z2)
                z3 = fma(x, at(parameters, row + 3), z3)
            place = begin + j
            put(room.sums, place, z0)
            put(room.sums, place + 1, z1)
            put(room.sums, place + 2, z2)
            put(room.sums, place + 3, z3)
        for j in range(fours, n_neurons):
            z = spread(at(parameters, biases + j), one) if n_biases > 0 else zero
            for i in range(n_inputs):
                z = fma(at(room.outputs, before + i), at(parameters, weights + i * n_neurons + j), z)
            put(room.sums, begin + j, z)
        if code == SOFTMAX:
            softmax(room.sums, room.outputs, begin, 1, n_neurons)
        else:
            squash(code, constant, room.sums, room.outputs, begin, begin + n_neurons)
        before, begin = begin, begin + n_neurons


@kernel
def judge_examples(layers, room, loss, divisor, group):
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
        n_inputs, n_neurons = layers[k].n_inputs, layers[k].n_neurons
        code, constant = layers[max(k - 1, 0)].activation, layers[max(k - 1, 0)].constant
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
def finish_gradient(layers, learner, rule, room):
    """Put the lanes of the gradient together, add the slope of the penalty, leave out missing connections."""
    last = layers[layers.size - 1]
    n_parameters = last.biases + last.n_biases
    if lanes_of(room.gradient) > lanes_of(learner.gradient):
        for p in range(n_parameters):
            put(learner.gradient, p, sum_of_lanes(at(room.gradient, p)))
    if is_penalized(rule):
        for k in range(layers.size):
            add_penalty_slope(
                learner.parameters, learner.gradient, layers[k].weights, layers[k].biases, rule.l1, rule.l2
            )
    if rule.missing:
        disconnect(learner.connected, learner.gradient, 0, n_parameters)


@kernel
def shortening(layers, gradient, longest):
    """What the gradient, as one vector, is to be multiplied by to be no longer than `longest`."""
    if not np.isfinite(longest):
        return 1.0
    last = layers[layers.size - 1]
    length = np.sqrt(square_length(gradient, 0, last.biases + last.n_biases))
    return longest / length if length > longest else 1.0


@kernel
def update_all(layers, learner, rule, rate, corrections, factor):
    """Update every parameter by the gradient times a factor; only AdamW tells weights from biases."""
    last = layers[layers.size - 1]
    how = how_to_update(rule, rate, corrections, False, False, factor)
    if rule.optimizer != ADAMW:
        update(how, learner, 0, last.biases + last.n_biases)
        return
    on_weights = how_to_update(rule, rate, corrections, True, False, factor)
    for k in range(layers.size):
        biases = layers[k].biases
        update(on_weights, learner, layers[k].weights, biases)
        update(how, learner, biases, biases + layers[k].n_biases)
