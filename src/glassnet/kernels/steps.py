"""Whole chunks of training steps, and whole data sets of answers, inside one compiled call.

One training step fits on a screen: `_one_step`. The loops of this file serve networks of any size;
`glassnet.kernels.small` has their counterparts for networks so small that tiles would be mostly empty.
"""

from __future__ import annotations

import numpy as np

from glassnet.kernels.activations import softmax
from glassnet.kernels.answers import number_of_right
from glassnet.kernels.codes import JUDGE, LEARN, SOFTMAX
from glassnet.kernels.compiling import kernel
from glassnet.kernels.factors import gather_pairs, put_grads
from glassnet.kernels.judging import judge
from glassnet.kernels.lanes import LANES, address, at, borrowed, like, put
from glassnet.kernels.losses import total_of
from glassnet.kernels.pairs import in_elements, in_pairs
from glassnet.kernels.passes import (
    backward,
    bias_part,
    descend_all,
    forward,
    gradient_part,
    rows_part,
    set_gradients,
)
from glassnet.kernels.products import PANEL_ROWS, set_places
from glassnet.kernels.random_numbers import dropout_key
from glassnet.kernels.structures import (
    batches_at,
    learner_at,
    own_part,
    room_at,
    rule_at,
)
from glassnet.kernels.threads import at_end, end_in_time, flush_denormals, meet, restore_denormals
from glassnet.kernels.updates import (
    adam_corrections,
    add_penalty_slope,
    disconnect,
    how_to_update,
    is_penalized,
    is_plain,
    needs_whole_gradient,
    square_length,
    update,
)

__all__ = [
    "CLIP_PIECE",
    "add_up_epochs",
    "run_forward",
    "run_sum_slopes",
    "train_steps",
]


@kernel
def run_forward(layers, parameters, inputs, n_examples, room, alone):
    """Run flat `inputs` through every layer; fills weighted sums and outputs of the room.

    `alone` is a team of one thread.
    """
    before = flush_denormals()
    here, there, key = room_at(room), address(inputs), np.uint64(0)
    weights, places = address(parameters), here.places
    set_places(places, 0, layers[0].n_inputs, n_examples)
    forward(layers, weights, there, places, n_examples, here, False, key, here.panels, alone, 0)
    last = layers[layers.size - 1]
    if last.activation == SOFTMAX:
        softmax(here.weighted_sums, here.outputs, last.neurons * n_examples, n_examples, last.n_neurons)
    restore_denormals(before)


@kernel
def run_sum_slopes(layers, parameters, inputs, n_examples, room, gradient, alone):
    """A pass forward, and backward from what `grad_sums` of the room holds for the last layer.

    `alone` is a team of one thread.
    """
    before = flush_denormals()
    here, there, key = room_at(room), address(inputs), np.uint64(0)
    weights, places, n_inputs = address(parameters), here.places, layers[0].n_inputs
    set_places(places, 0, n_inputs, n_examples)
    forward(layers, weights, there, places, n_examples, here, False, key, here.panels, alone, 0)
    backward(layers, weights, places, n_examples, here, False, key, here.panels, alone, 0)
    set_places(places, 0, n_inputs, n_examples)
    set_gradients(layers, there, places, n_examples, here, address(gradient), here.panels, alone, 0)
    restore_denormals(before)


@kernel
def train_steps(
    layers, learner, batches, room, loss, rule, learning_rates, losses, right, first_step, team, me
):  # fmt: skip
    """Train for as many steps as there are `learning_rates`; return the steps made.

    Each step is one forward and one backward pass over a batch, then one update, as far as ``rule.goal``
    wants it: a network is judged, and its gradient taken, by the same loop. Fills `losses` and
    `right` with the loss of each batch and how many of its examples were answered right, both before
    the update. A loss that is not finite stops the run before that step changes anything: then fewer
    steps come back, and ``losses[steps]`` holds what was met.

    Every thread of the team calls this with its own number `me`. A team that was given up before it
    was complete makes no step; one whose time is over makes fewer, and leaves the other losses alone.
    """
    before = flush_denormals()
    layers_, rule_ = borrowed(layers), rule_at(rule)
    panel, places = own_part(room.panels, team, me), own_part(room.places, team, me)
    batches_, learner_, room_ = batches_at(batches), learner_at(learner), room_at(room)
    inputs = own_part(room.inputs, team, me) if in_pairs(panel) else batches_.inputs
    done = 0
    if meet(team, me):
        for k in range(learning_rates.size):
            end_in_time(team, me, k + 1)
            result = _one_step(
                layers_, learner_, batches_, k, inputs, places, room_, loss, rule_, learning_rates[k], right,
                first_step + k, panel, team, me,
            )  # fmt: skip
            if me == 0:
                losses[k] = result
            if not np.isfinite(result):
                break
            done = k + 1
            if at_end(team, done):
                break
        meet(team, me)  # nobody is at the last step any more
    restore_denormals(before)
    return done


@kernel
def _one_step(
    layers, learner, batches, k, inputs, places, room, loss, rule, learning_rate, right, step, panel, team, me
):  # fmt: skip
    """Forward, judge, backward, update; return the loss of the batch before the update.

    Threads meet where one reads what others have written.
    """
    start = at(batches.starts, k)
    n_examples = at(batches.starts, k + 1) - start
    n_inputs = layers[0].n_inputs
    if in_pairs(panel):
        gather_pairs(batches, start, n_examples, n_inputs, inputs, panel)
    _place_input_rows(batches, start, n_examples, n_inputs, places, panel)
    _gather_targets(layers, batches, start, n_examples, room, team, me)
    key = dropout_key(rule.key, step)
    forward(layers, learner.parameters, inputs, places, n_examples, room, rule.dropping, key, panel, team, me)
    divisor, learning = n_examples if loss.mean else 1, rule.goal != JUDGE
    first, last = rows_part(n_examples, team, me)
    for s in range(first, last, LANES):
        n_live = min(LANES, last - s)
        judge(
            layers, room.targets, room.weights, n_examples, s, n_live, room, loss, divisor, learning, me
        )  # fmt: skip
    if in_pairs(panel) and learning:
        n_before = layers.size - 1
        layer = layers[n_before]
        put_grads(layer, n_before, room, n_examples, first, last, 0, layer.n_neurons, panel)
    meet(team, me)
    result = total_of(room.losses, n_examples) / divisor
    if rule.classifying and me == 0:
        right[k] = number_of_right(room.right, n_examples)
    if not np.isfinite(result) or not learning:
        return result
    backward(layers, learner.parameters, places, n_examples, room, rule.dropping, key, panel, team, me)
    _place_input_terms(batches, start, n_examples, n_inputs, places, panel)
    rate = like(at(learner.parameters, 0), learning_rate)
    if rule.goal == LEARN and is_plain(rule) and n_examples <= PANEL_ROWS:
        descend_all(layers, inputs, places, n_examples, room, learner.parameters, rate, panel, team, me)
    else:
        set_gradients(layers, inputs, places, n_examples, room, learner.gradient, panel, team, me)
        if rule.goal == LEARN:
            factor = _finish_gradient(layers, learner, rule, room, panel, team, me)
            _update_part(layers, learner, rule, rate, factor, step + 1, panel, team, me)
    meet(team, me)
    return result


@kernel
def _place_input_rows(batches, start, n_examples, n_inputs, places, panel):
    """Have `places` say where the examples of a step stand in the data: they are read there, and not copied.

    Pairs of them were made for this step, one example behind the other.
    """
    if in_pairs(panel):
        set_places(places, 0, in_elements(n_inputs, panel), n_examples)
    else:
        for s in range(n_examples):
            put(places, s, at(batches.rows, start + s) * n_inputs)


@kernel
def _place_input_terms(batches, start, n_examples, n_inputs, places, panel):
    """The same for sums over the examples."""
    if in_pairs(panel):
        begin = n_examples * in_elements(n_inputs, panel)
        set_places(places, begin, n_inputs, in_elements(n_examples, panel))
    else:
        _place_input_rows(batches, start, n_examples, n_inputs, places, panel)


@kernel
def _gather_targets(layers, batches, start, n_examples, room, team, me):
    """Copy what each thread will judge its examples by."""
    n_outputs = layers[layers.size - 1].n_neurons
    first, last = rows_part(n_examples, team, me)
    for s in range(first, last):
        row = at(batches.rows, start + s)
        put(room.weights, s, at(batches.weights, row))
        for j in range(n_outputs):
            put(room.targets, s * n_outputs + j, at(batches.targets, row * n_outputs + j))


@kernel
def _finish_gradient(layers, learner, rule, room, panel, team, me):
    """Have the gradient complete, where it must be, and return what shortens it."""
    if not needs_whole_gradient(rule):
        return 1.0
    for k in range(layers.size):
        layer = layers[k]
        first, last, begin, end = gradient_part(layer, panel, team, me)
        for i in range(first, last):
            start = layer.weights + i * layer.n_neurons
            if is_penalized(rule):
                add_penalty_slope(
                    learner.parameters, learner.gradient, start + begin, start + end, rule.l1, rule.l2
                )
            if rule.missing:
                disconnect(learner.connected, learner.gradient, start + begin, start + end)
    if not np.isfinite(rule.longest):
        return 1.0
    last_layer = layers[layers.size - 1]
    n_parameters = last_layer.biases + last_layer.n_biases
    return _shortening(learner.gradient, n_parameters, rule.longest, room, team, me)


# The length of a gradient is the root of the sums of this many squares each, whoever added them up.
CLIP_PIECE = 4096


@kernel
def _shortening(gradient, n_parameters, longest, room, team, me):
    """What the gradient, as one vector, is to be multiplied by to be no longer than `longest`."""
    meet(team, me)
    n_pieces = (n_parameters + CLIP_PIECE - 1) // CLIP_PIECE
    for piece in range(me, n_pieces, team.n_threads):
        end = min(n_parameters, (piece + 1) * CLIP_PIECE)
        put(room.lengths, piece, square_length(gradient, piece * CLIP_PIECE, end))
    meet(team, me)
    length = np.sqrt(total_of(room.lengths, n_pieces))
    return longest / length if length > longest else 1.0


@kernel
def _update_part(layers, learner, rule, rate, factor, number_of_update, panel, team, me):
    """Update the parameters whose gradient this thread has set, row by row where its part has gaps."""
    corrections = adam_corrections(rule.optimizer, rule.constants, number_of_update)
    penalized = is_penalized(rule) and not needs_whole_gradient(rule)
    on_weights = how_to_update(rule, rate, corrections, True, penalized, factor)
    on_biases = how_to_update(rule, rate, corrections, False, False, factor)
    for k in range(layers.size):
        layer = layers[k]
        first, last, begin, end = gradient_part(layer, panel, team, me)
        place = layer.weights + first * layer.n_neurons
        if end - begin == layer.n_neurons:
            update(on_weights, learner, place, layer.weights + last * layer.n_neurons)
        else:
            for _ in range(first, last):
                update(on_weights, learner, place + begin, place + end)
                place += layer.n_neurons
        begin, end = bias_part(layer, first, last, begin, end)
        update(on_biases, learner, layer.biases + begin, layer.biases + end)


@kernel
def add_up_epochs(losses, right, place, steps_per_epoch, total, total_right, epoch_losses, epoch_right):
    """Add up the steps of each epoch; return what the unfinished last epoch has so far.

    `place` is the place of the first step in its epoch; `total` and `total_right` are what that epoch
    has already. Losses are added one by one, because the cut into chunks then changes no bit.
    """
    epoch = 0
    for k in range(losses.size):
        total += losses[k]
        total_right += right[k]
        place += 1
        if place == steps_per_epoch:
            epoch_losses[epoch], epoch_right[epoch] = total, total_right
            epoch += 1
            total, total_right, place = 0.0, 0, 0
    return total, total_right
