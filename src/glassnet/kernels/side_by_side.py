"""Training steps of sixteen small networks of one shape, side by side on the same examples.

Each network is a lane of its own in every value and every parameter (`glassnet.kernels.lanes`); the passes
are those of `glassnet.kernels.small`.
"""

from __future__ import annotations

import numpy as np

from glassnet.kernels.activations import slope_at
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import (
    LANES,
    address,
    at,
    borrowed,
    fma,
    lane_at,
    like,
    put,
    put_lane,
    spread,
    sum_of_lanes,
)
from glassnet.kernels.rooms import batches_at, learner_at, rule_at
from glassnet.kernels.small import (
    add_up_gradient,
    finish_gradient,
    judge_examples,
    load_examples,
    pass_forward,
    shape_of,
    small_room_at,
    update_all,
)
from glassnet.kernels.threads import flush_denormals, restore_denormals
from glassnet.kernels.updates import corrections_of_step, is_plain

__all__ = ["train_side_by_side"]


@kernel
def train_side_by_side(
    layers,
    learner,
    batches,
    room,
    loss,
    rule,
    learning_rates,
    losses,
    right,
    first_step,
    stopped,
    kept,
):
    """Train `LANES` networks of one shape on the same examples, each in a lane of its own.

    Parameters
    ----------
    layers, batches, loss, rule, first_step
        As for `train_small`; the gradient is not clipped.
    learner : Learner
        Vectors with lanes: (n_parameters, LANES).
    room : SmallRoom
        With lanes, for one example after the other.
    learning_rates, losses, right : ndarray, shape (n_steps, LANES)
        As for `train_small`, of each network its own.
    stopped : ndarray of int, shape (LANES,)
        The step at which a network's loss was not finite, or -1. Its numbers go on, and are worth nothing;
        what its parameters were before that step is in `kept`, of shape (n_parameters, LANES).
    """
    before = flush_denormals()
    layers_, rule_ = borrowed(layers), rule_at(rule)
    batches_, learner_, room_ = batches_at(batches), learner_at(learner), small_room_at(room)
    rates_, losses_, right_, kept_ = address(learning_rates), address(losses), address(right), address(kept)
    last = layers_[layers_.size - 1]
    plain = is_plain(rule_)
    for k in range(len(learning_rates)):
        start = at(batches_.starts, k)
        n_examples = at(batches_.starts, k + 1) - start
        at_once = plain and n_examples == 1
        if at_once:
            load_examples(layers_, batches_, start, 1, 1, room_)
            pass_forward(layers_, learner_.parameters, room_)
            judge_examples(layers_, room_, loss, 1, 0)
        else:
            add_up_gradient(layers_, learner_, batches_, start, n_examples, room_, loss)
        total, n_right = at(room_.losses, 0), at(room_.right, 0)
        for s in range(1, n_examples):
            total, n_right = total + at(room_.losses, s), n_right + at(room_.right, s)
        put(losses_, k, total / like(total, n_examples if loss.mean else 1))
        put(right_, k, n_right)
        if sum_of_lanes(total - total) != 0:  # 0, but for what is not finite
            for lane in range(LANES):
                if stopped[lane] < 0 and not np.isfinite(lane_at(losses_, k, lane)):
                    stopped[lane] = first_step + k
                    for p in range(last.biases + last.n_biases):
                        put_lane(kept_, p, lane, lane_at(learner_.parameters, p, lane))
        if at_once:
            _descend(layers_, learner_.parameters, room_, at(rates_, k))
        else:
            finish_gradient(layers_, learner_, rule_, room_)
            corrections = corrections_of_step(rule_, room_.ahead, first_step, k)
            update_all(layers_, learner_, rule_, at(rates_, k), corrections)
    restore_denormals(before)


@kernel
def _descend(layers, parameters, room, rate):
    """One step of plain gradient descent for one example: the gradient never goes through memory.

    Storing sixteen numbers takes as long as two products of them. A step of 4-4-4-8-4 takes 0.72 of the time.
    """
    zero = spread(like(at(room.outputs, 0), 0.0), at(room.outputs, 0))
    begin = layers[0].n_inputs + layers[layers.size - 1].neurons
    for k in range(layers.size - 1, -1, -1):
        n_inputs, n_neurons, _, _ = shape_of(layers[k])
        _, _, code, constant = shape_of(layers[max(k - 1, 0)])
        weights, biases, n_biases = layers[k].weights, layers[k].biases, layers[k].n_biases
        before = begin - n_inputs
        for i in range(n_inputs):
            x, blame, row = at(room.outputs, before + i), zero, weights + i * n_neurons
            for j in range(n_neurons):
                grad, weight = at(room.grads, begin + j), at(parameters, row + j)
                blame = fma(grad, weight, blame)
                put(parameters, row + j, weight - rate * (x * grad))
            if k > 0:
                put(room.grads, before + i, slope_at(code, constant, at(room.sums, before + i), x, blame))
        for j in range(n_biases):
            put(parameters, biases + j, at(parameters, biases + j) - rate * at(room.grads, begin + j))
        begin = before
