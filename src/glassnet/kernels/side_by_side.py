"""Training steps of sixteen or 32 small networks of one shape, side by side on the same examples.

Each network is a lane of its own in every value and every parameter (`glassnet.kernels.lanes`); the passes
are those of `glassnet.kernels.small`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glassnet.kernels.activations import slope_at
from glassnet.kernels.arithmetic import fma, sum_of_lanes
from glassnet.kernels.codes import JUDGE
from glassnet.kernels.compiling import formula, kernel, short_loop
from glassnet.kernels.lanes import address, at, borrowed, lane_at, lanes_of, like, put, put_lane, spread, wide
from glassnet.kernels.small import (
    add_up_gradient,
    finish_gradient,
    judge_examples,
    load_examples,
    pass_forward,
    small_room_at,
    update_all,
)
from glassnet.kernels.structures import batches_at, learner_at, rule_at
from glassnet.kernels.threads import flush_denormals, restore_denormals
from glassnet.kernels.updates import corrections_of_step, is_plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Course", "Notes", "train_side_by_side"]


class Course(NamedTuple):
    """Where the steps of a chunk stand in a training."""

    first_step: int
    steps_per_epoch: int
    n_examples: int  # of an epoch


class Notes(NamedTuple):
    """What is noted of a chunk of steps, of each network in its lane."""

    losses: NDArray  # float64, lanes of each epoch: what the steps have in all, or in the mean
    right: NDArray  # the same, how many were answered right
    stopped: NDArray  # int (n_networks,): the step at which the loss was not finite, or -1
    met: NDArray  # float64 (n_networks,): that loss
    kept: NDArray  # as the parameters: what the parameters were before that step


@kernel
def _notes_at(notes):
    """The same notes by addresses."""
    return Notes(
        address(notes.losses),
        address(notes.right),
        address(notes.stopped),
        address(notes.met),
        address(notes.kept),
    )


@short_loop
def train_side_by_side(
    layers, learner, batches, room, loss, rule, learning_rates, own_rates, course, notes
):  # fmt: skip
    """Train networks of one shape on the same examples, each in a lane of its own.

    A rule whose goal it is to judge changes no parameter. A network whose loss was not finite goes on, but
    its numbers are worth nothing from there.

    Parameters
    ----------
    layers, batches, loss, rule
        As for `train_small`; the gradient is not clipped.
    learner : Learner
        Vectors with lanes: (n_parameters, LANES), or (n_parameters, 2, LANES) of twice as many networks.
    room : SmallWorkspace
        With lanes, for one example after the other.
    learning_rates : ndarray, shape (n_steps,)
    own_rates : ndarray, with lanes of each step, or empty
        Instead, where networks have learning rates of their own.
    course : Course
    notes : Notes
        Added to: an epoch may come in several chunks.
    """
    before = flush_denormals()
    layers_, rule_, notes_ = borrowed(layers), rule_at(rule), _notes_at(notes)
    batches_, learner_, room_ = batches_at(batches), learner_at(learner), small_room_at(room)
    rates_, own_rates_ = address(learning_rates), address(own_rates)
    learning, differing = rule_.goal != JUDGE, len(own_rates) > 0
    plain = is_plain(rule_)
    epoch, place = 0, course.first_step % course.steps_per_epoch
    for k in range(batches.starts.size - 1):
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
        mean = total / like(total, n_examples if loss.mean else 1)
        share = n_examples / course.n_examples if loss.mean else 1.0
        put(notes_.losses, epoch, at(notes_.losses, epoch) + wide(mean) * share)
        put(notes_.right, epoch, at(notes_.right, epoch) + wide(n_right))
        place += 1
        if place == course.steps_per_epoch:
            epoch, place = epoch + 1, 0
        if not learning:
            continue
        if sum_of_lanes(total - total) != 0:  # 0, but for what is not finite
            put(room_.losses, 0, mean)
            _keep(layers_, learner_.parameters, notes_, room_, course.first_step + k)
        rate = at(own_rates_, k) if differing else spread(at(rates_, k), total)
        if at_once:
            _descend(layers_, learner_.parameters, room_, rate)
        else:
            finish_gradient(layers_, learner_, rule_, room_)
            corrections = corrections_of_step(rule_, room_.ahead, course.first_step, k)
            update_all(layers_, learner_, rule_, rate, corrections, 1.0)
    restore_denormals(before)


@kernel
def _keep(layers, parameters, notes, room, step):
    """Keep the networks whose loss is not finite for the first time, as they are before this step."""
    last = layers[layers.size - 1]
    for lane in range(lanes_of(room.losses)):
        loss = np.float64(lane_at(room.losses, 0, lane))
        if at(notes.stopped, lane) < 0 and not np.isfinite(loss):
            put(notes.stopped, lane, step)
            put(notes.met, lane, loss)
            for p in range(last.biases + last.n_biases):
                put_lane(notes.kept, p, lane, lane_at(parameters, p, lane))


@kernel
def _descend(layers, parameters, room, rate):
    """One step of plain gradient descent for one example: the gradient never goes through memory.

    Storing sixteen numbers takes as long as two products of them. A step of 4-4-4-8-4 takes 0.72 of the time.
    """
    zero = spread(like(at(room.outputs, 0), 0.0), at(room.outputs, 0))
    begin = layers[0].n_inputs + layers[layers.size - 1].neurons
    for k in range(layers.size - 1, -1, -1):
        n_inputs, n_neurons = layers[k].n_inputs, layers[k].n_neurons
        code, constant = layers[max(k - 1, 0)].activation, layers[max(k - 1, 0)].constant
        weights, biases, n_biases = layers[k].weights, layers[k].biases, layers[k].n_biases
        before = begin - n_inputs
        # Four inputs at a time: the grad of a neuron is loaded once for all of them.
        fours = n_inputs - n_inputs % 4
        for i in range(before, before + fours, 4):
            x0, x1, x2, x3 = (
                at(room.outputs, i),
                at(room.outputs, i + 1),
                at(room.outputs, i + 2),
                at(room.outputs, i + 3),
            )
            blame0, blame1, blame2, blame3 = zero, zero, zero, zero
            for j in range(n_neurons):
                grad, place = at(room.grads, begin + j), weights + (i - before) * n_neurons + j
                blame0 = _take_step(parameters, place, rate, x0, grad, blame0)
                blame1 = _take_step(parameters, place + n_neurons, rate, x1, grad, blame1)
                blame2 = _take_step(parameters, place + 2 * n_neurons, rate, x2, grad, blame2)
                blame3 = _take_step(parameters, place + 3 * n_neurons, rate, x3, grad, blame3)
            if k > 0:
                put(room.grads, i, slope_at(code, constant, at(room.sums, i), x0, blame0))
                put(room.grads, i + 1, slope_at(code, constant, at(room.sums, i + 1), x1, blame1))
                put(room.grads, i + 2, slope_at(code, constant, at(room.sums, i + 2), x2, blame2))
                put(room.grads, i + 3, slope_at(code, constant, at(room.sums, i + 3), x3, blame3))
        for i in range(before + fours, begin):
            x, blame = at(room.outputs, i), zero
            for j in range(n_neurons):
                grad, place = at(room.grads, begin + j), weights + (i - before) * n_neurons + j
                blame = _take_step(parameters, place, rate, x, grad, blame)
            if k > 0:
                put(room.grads, i, slope_at(code, constant, at(room.sums, i), x, blame))
        for j in range(n_biases):
            put(parameters, biases + j, at(parameters, biases + j) - rate * at(room.grads, begin + j))
        begin = before


@formula
def _take_step(parameters, place, rate, x, grad, blame):
    """Change a weight by its step; return `blame` with what it hands back, as it was before."""
    weight = at(parameters, place)
    put(parameters, place, weight - rate * (x * grad))
    return fma(grad, weight, blame)
