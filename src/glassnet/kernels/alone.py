"""Training steps of small networks in batches of one or two: an example at a time, four neurons at once.

A step of the four pixel camera is so short that its time is that of a chain: each layer waits for the one
before. Four neurons side by side leave half of the instructions beside that chain: a step takes 0.21 us,
and 0.32 us number by number.

Weighted sums, outputs and slopes are the same chains of products as in tiles, and have the same bits.
"""

from __future__ import annotations

import numpy as np

from glassnet.kernels.activations import slope_at, squash_number
from glassnet.kernels.answers import number_of_right
from glassnet.kernels.arithmetic import fma, where_greater
from glassnet.kernels.codes import SOFTMAX
from glassnet.kernels.compiling import kernel, short_loop
from glassnet.kernels.elementary import exp
from glassnet.kernels.fours import FOUR, four_at, four_of, transposed
from glassnet.kernels.lanes import at, borrowed, like, put
from glassnet.kernels.losses import total_of
from glassnet.kernels.small import (
    finish_gradient,
    judge_examples,
    load_examples,
    shortening,
    small_room_at,
    update_all,
)
from glassnet.kernels.structures import batches_at, learner_at, rule_at
from glassnet.kernels.threads import flush_denormals, restore_denormals
from glassnet.kernels.updates import corrections_of_step, is_plain

__all__ = ["train_alone"]


@short_loop
def train_alone(layers, learner, batches, room, loss, rule, learning_rates, losses, right, first_step):
    """Train for as many steps as there are `learning_rates`; see `glassnet.kernels.steps.train_steps`."""
    before = flush_denormals()
    layers_, rule_ = borrowed(layers), rule_at(rule)
    batches_, learner_, room_ = batches_at(batches), learner_at(learner), small_room_at(room)
    plain, done = is_plain(rule_), 0
    for k in range(learning_rates.size):
        start = at(batches_.starts, k)
        n_examples = at(batches_.starts, k + 1) - start
        at_once = plain and n_examples == 1
        rate = like(at(learner_.parameters, 0), learning_rates[k])
        for s in range(n_examples):
            load_examples(layers_, batches_, start + s, 1, 1, room_)
            _forward(layers_, learner_.parameters, room_)
            judge_examples(layers_, room_, loss, n_examples if loss.mean else 1, s)
            if at_once and not np.isfinite(at(room_.losses, 0)):
                break
            _backward(layers_, learner_.parameters, room_, s == 0, at_once, rate)
        losses[k] = total_of(room_.losses, n_examples) / (n_examples if loss.mean else 1)
        if not np.isfinite(losses[k]):
            break
        if rule_.classifying:
            right[k] = number_of_right(room_.right, n_examples)
        if not at_once:
            finish_gradient(layers_, learner_, rule_, room_)
            factor = shortening(layers_, learner_.gradient, rule_.longest)
            corrections = corrections_of_step(rule_, room_.ahead, first_step, k)
            update_all(layers_, learner_, rule_, rate, corrections, factor)
        done = k + 1
    restore_denormals(before)
    return done


@kernel
def _forward(layers, parameters, room):
    """From the inputs in the room to the outputs of the last layer."""
    zero = like(at(parameters, 0), 0.0)
    before, begin = 0, layers[0].n_inputs
    for k in range(layers.size):
        n_inputs, n_neurons = layers[k].n_inputs, layers[k].n_neurons
        code, constant = layers[k].activation, layers[k].constant
        weights, biases, n_biases = layers[k].weights, layers[k].biases, layers[k].n_biases
        fours = n_neurons - n_neurons % FOUR
        for j in range(0, fours, FOUR):
            z = four_of(zero, zero, zero, zero)
            if n_biases > 0:
                z = four_at(parameters, biases + j)
            place = weights + j
            # Four inputs a turn: with fewer branches, the processor predicts them right (decision 53).
            for i in range(before, before + n_inputs - FOUR + 1, FOUR):
                z = fma(at(room.outputs, i), four_at(parameters, place), z)
                z = fma(at(room.outputs, i + 1), four_at(parameters, place + n_neurons), z)
                z = fma(at(room.outputs, i + 2), four_at(parameters, place + 2 * n_neurons), z)
                z = fma(at(room.outputs, i + 3), four_at(parameters, place + 3 * n_neurons), z)
                place += FOUR * n_neurons
            for i in range(before + n_inputs - n_inputs % FOUR, before + n_inputs):
                z = fma(at(room.outputs, i), four_at(parameters, place), z)
                place += n_neurons
            put(room.sums, begin + j, z)
            put(room.outputs, begin + j, squash_number(code, constant, z))
        for j in range(fours, n_neurons):
            z = zero
            if n_biases > 0:
                z = at(parameters, biases + j)
            for i in range(n_inputs):
                z = fma(at(room.outputs, before + i), at(parameters, weights + i * n_neurons + j), z)
            put(room.sums, begin + j, z)
            put(room.outputs, begin + j, squash_number(code, constant, z))
        if code == SOFTMAX:
            _softmax(room.sums, room.outputs, begin, n_neurons)
        before, begin = begin, begin + n_neurons


@kernel
def _softmax(sums, outputs, begin, n_neurons):
    """As `glassnet.kernels.activations.softmax`, by fours: a step of 4-4-4-8-4 takes 0.88 of the time."""
    highest = at(sums, begin)
    for j in range(begin + 1, begin + n_neurons):
        z = at(sums, j)
        highest = where_greater(z, highest, z, highest)
    fours = begin + n_neurons - n_neurons % FOUR
    for j in range(begin, fours, FOUR):
        put(outputs, j, exp(four_at(sums, j) - highest))
    for j in range(fours, begin + n_neurons):
        put(outputs, j, exp(at(sums, j) - highest))
    total = at(outputs, begin)
    for j in range(begin + 1, begin + n_neurons):
        total = total + at(outputs, j)
    share = like(total, 1.0) / total
    for j in range(begin, fours, FOUR):
        put(outputs, j, four_at(outputs, j) * share)
    for j in range(fours, begin + n_neurons):
        put(outputs, j, at(outputs, j) * share)


@kernel
def _backward(layers, parameters, room, first, at_once, rate):
    """Hand dloss_dz back from layer to layer, and set the slope over every parameter.

    Behind the first example of a batch it is added to. `at_once` makes the step of plain gradient descent
    instead; each layer hands back before it is changed, so that every slope is taken with the weights of
    the forward pass.
    """
    begin = layers[0].n_inputs + layers[layers.size - 1].neurons
    for k in range(layers.size - 1, -1, -1):
        n_inputs, n_neurons = layers[k].n_inputs, layers[k].n_neurons
        weights, biases, n_biases = layers[k].weights, layers[k].biases, layers[k].n_biases
        before = begin - n_inputs
        if k > 0:
            code, constant = layers[k - 1].activation, layers[k - 1].constant
            _hand_back(parameters, weights, room, before, begin, n_inputs, n_neurons, code, constant)
        if at_once:
            _descend(parameters, weights, room, before, begin, n_inputs, n_neurons, rate)
            for j in range(n_biases):
                put(parameters, biases + j, at(parameters, biases + j) - rate * at(room.grads, begin + j))
        else:
            _add_products(room, weights, before, begin, n_inputs, n_neurons, first)
            if n_biases > 0:
                _add_slopes(room, biases, begin, n_neurons, first)
        begin = before


@kernel
def _descend(parameters, weights, room, before, begin, n_inputs, n_neurons, rate):
    """Update the weights of a layer by plain gradient descent, without a gradient that goes through memory.

    A step of 4-4-4-8-4 takes 4 % less time so.
    """
    fours = n_neurons - n_neurons % FOUR
    for j in range(0, fours, FOUR):
        grad = four_at(room.grads, begin + j)
        for i in range(n_inputs):
            x, place = at(room.outputs, before + i), weights + i * n_neurons + j
            put(parameters, place, four_at(parameters, place) - rate * (x * grad))
    for j in range(fours, n_neurons):
        grad = at(room.grads, begin + j)
        for i in range(n_inputs):
            x, place = at(room.outputs, before + i), weights + i * n_neurons + j
            put(parameters, place, at(parameters, place) - rate * (x * grad))


@kernel
def _add_products(room, weights, before, begin, n_inputs, n_neurons, first):
    """The slope over each weight of a layer: what came in, times dloss_dz of the neuron."""
    zero = like(at(room.outputs, 0), 0.0)
    none, fours = four_of(zero, zero, zero, zero), n_neurons - n_neurons % FOUR
    for j in range(0, fours, FOUR):
        grad = four_at(room.grads, begin + j)
        for i in range(n_inputs):
            x, place = at(room.outputs, before + i), weights + i * n_neurons + j
            put(room.gradient, place, fma(x, grad, none if first else four_at(room.gradient, place)))
    for j in range(fours, n_neurons):
        grad = at(room.grads, begin + j)
        for i in range(n_inputs):
            x, place = at(room.outputs, before + i), weights + i * n_neurons + j
            put(room.gradient, place, fma(x, grad, zero if first else at(room.gradient, place)))


@kernel
def _add_slopes(room, biases, begin, n_neurons, first):
    """The slope over each bias of a layer, which is dloss_dz of the neuron."""
    for j in range(n_neurons):
        grad, place = at(room.grads, begin + j), biases + j
        put(room.gradient, place, grad if first else at(room.gradient, place) + grad)


@kernel
def _hand_back(parameters, weights, room, before, begin, n_inputs, n_neurons, code, constant):
    """Set dloss_dz of the layer before: what each input of this one is to blame for, times its slope."""
    zero = like(at(parameters, 0), 0.0)
    fours, columns = n_inputs - n_inputs % FOUR, n_neurons - n_neurons % FOUR
    for i in range(0, fours, FOUR):
        blame = four_of(zero, zero, zero, zero)
        first, second = weights + i * n_neurons, weights + (i + 1) * n_neurons
        third, fourth = weights + (i + 2) * n_neurons, weights + (i + 3) * n_neurons
        for j in range(0, columns, FOUR):
            w0, w1, w2, w3 = transposed(
                four_at(parameters, first + j),
                four_at(parameters, second + j),
                four_at(parameters, third + j),
                four_at(parameters, fourth + j),
            )
            blame = fma(at(room.grads, begin + j), w0, blame)
            blame = fma(at(room.grads, begin + j + 1), w1, blame)
            blame = fma(at(room.grads, begin + j + 2), w2, blame)
            blame = fma(at(room.grads, begin + j + 3), w3, blame)
        for j in range(columns, n_neurons):
            column = four_of(
                at(parameters, first + j),
                at(parameters, second + j),
                at(parameters, third + j),
                at(parameters, fourth + j),
            )
            blame = fma(at(room.grads, begin + j), column, blame)
        z, output = four_at(room.sums, before + i), four_at(room.outputs, before + i)
        put(room.grads, before + i, slope_at(code, constant, z, output, blame))
    for i in range(fours, n_inputs):
        blame = zero
        for j in range(n_neurons):
            blame = fma(at(room.grads, begin + j), at(parameters, weights + i * n_neurons + j), blame)
        z, output = at(room.sums, before + i), at(room.outputs, before + i)
        put(room.grads, before + i, slope_at(code, constant, z, output, blame))
