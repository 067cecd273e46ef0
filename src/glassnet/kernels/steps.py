"""Whole chunks of training steps, and whole data sets of answers, inside one compiled call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glassnet.kernels.compiling import kernel
from glassnet.kernels.layers import block
from glassnet.kernels.losses import loss_sums_slopes, loss_values, total_loss
from glassnet.kernels.passes import backward, forward
from glassnet.kernels.random_numbers import DROPOUT, draw
from glassnet.kernels.updates import add_penalty, clip, disconnect, update

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Batches",
    "Learner",
    "LossRule",
    "Rule",
    "Workspace",
    "add_up_epochs",
    "count_right",
    "gradient_of",
    "measure",
    "ties",
    "train_steps",
    "winner",
]


class Learner(NamedTuple):
    """What one step changes, each of shape (n_parameters,) unless it says otherwise."""

    parameters: NDArray
    gradient: NDArray
    first: NDArray  # the optimizer's memory, or empty
    second: NDArray
    connected: NDArray  # bool; empty where no connection is missing


class Batches(NamedTuple):
    """The examples of a chunk of steps, and which of them each step takes."""

    inputs: NDArray  # (n_examples, n_inputs)
    targets: NDArray  # (n_examples, n_outputs)
    weights: NDArray  # (n_examples,), with mean 1 over the data set
    rows: NDArray  # the examples of all steps, one step after the other
    starts: NDArray  # (n_steps + 1,): step k takes rows[starts[k] : starts[k + 1]]


class Workspace(NamedTuple):
    """Room for one batch: flat arrays, layer after layer. Nothing is allocated inside a loop."""

    inputs: NDArray
    targets: NDArray
    weights: NDArray
    weighted_sums: NDArray
    outputs: NDArray
    grad_sums: NDArray
    values: NDArray  # the loss of each output
    turned: NDArray  # the largest weight matrix, turned


class LossRule(NamedTuple):
    """Which loss, its constant, and whether a batch counts as the mean or the sum of its examples."""

    code: int
    constant: float
    mean: bool


class Rule(NamedTuple):
    """How one step is made, the same for every step of a run."""

    optimizer: int
    constants: NDArray  # (4,)
    l1: float
    l2: float
    longest: float  # the gradient is clipped to this length; infinity: never
    dropping: bool
    classifying: bool  # whether to count right answers
    key: np.uint64  # of all random numbers of the run


@kernel
def gradient_of(layers, learner, inputs, targets, weights, workspace, loss, dropping, dropout_key):
    """One forward and one backward pass: set the gradient and return the loss of the batch.

    Where the loss is not finite there is no gradient to be had, and the old one stays.
    """
    n_examples = inputs.shape[0]
    forward(
        layers, learner.parameters, inputs, workspace.weighted_sums, workspace.outputs, dropping, dropout_key
    )
    last = layers[layers.size - 1]
    sums = block(last, workspace.weighted_sums, n_examples)
    outputs = block(last, workspace.outputs, n_examples)
    values = workspace.values[: targets.size].reshape(targets.shape)
    divisor = n_examples if loss.mean else 1
    loss_values(loss.code, loss.constant, sums, outputs, targets, values)
    result = total_loss(values, weights) / divisor
    if not np.isfinite(result):
        return result
    grads = block(last, workspace.grad_sums, n_examples)
    loss_sums_slopes(loss.code, loss.constant, last, sums, outputs, targets, grads)
    for s in range(n_examples):
        factor = grads.dtype.type(weights[s] / divisor)
        for j in range(grads.shape[1]):
            grads[s, j] *= factor
    learner.gradient[:] = 0
    backward(
        layers,
        learner.parameters,
        inputs,
        workspace.weighted_sums,
        workspace.outputs,
        workspace.grad_sums,
        workspace.turned,
        learner.gradient,
        dropping,
        dropout_key,
    )
    return result


@kernel
def train_steps(layers, learner, batches, workspace, loss, rule, learning_rates, losses, right, first_step):
    """Train for as many steps as there are `learning_rates`; return the steps made.

    Each step is one forward and one backward pass over a batch, then one update. Fills `losses` and
    `right` with the loss of each batch and how many of its examples were answered right, both before
    the update. A loss that is not finite stops the run before that step changes anything: then fewer
    steps come back, and ``losses[steps]`` holds what was met.
    """
    n_inputs, n_outputs = batches.inputs.shape[1], batches.targets.shape[1]
    for k in range(learning_rates.size):
        step = first_step + k
        rows = batches.rows[batches.starts[k] : batches.starts[k + 1]]
        inputs = workspace.inputs[: rows.size * n_inputs].reshape(rows.size, n_inputs)
        targets = workspace.targets[: rows.size * n_outputs].reshape(rows.size, n_outputs)
        weights = workspace.weights[: rows.size]
        for s in range(rows.size):
            weights[s] = batches.weights[rows[s]]
            for i in range(n_inputs):
                inputs[s, i] = batches.inputs[rows[s], i]
            for j in range(n_outputs):
                targets[s, j] = batches.targets[rows[s], j]
        dropout_key = draw(draw(rule.key, DROPOUT), step)
        losses[k] = gradient_of(
            layers, learner, inputs, targets, weights, workspace, loss, rule.dropping, dropout_key
        )
        if not np.isfinite(losses[k]):
            return k
        if rule.classifying:
            last = layers[layers.size - 1]
            right[k] = count_right(block(last, workspace.outputs, rows.size), targets)
        if rule.l1 > 0 or rule.l2 > 0:
            add_penalty(layers, learner.parameters, rule.l1, rule.l2, learner.gradient)
        disconnect(learner.connected, learner.gradient)
        if np.isfinite(rule.longest):
            clip(learner.gradient, rule.longest)
        update(
            rule.optimizer,
            rule.constants,
            learning_rates[k],
            step + 1,
            layers,
            learner.parameters,
            learner.gradient,
            learner.first,
            learner.second,
        )
    return learning_rates.size


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


@kernel
def ties(highest, other, epsilon):
    """Whether only rounding tells two outputs apart: at most 8 units in the last place.

    `epsilon` is the spacing of the floating type at 1.
    """
    return highest - other <= 8 * epsilon * abs(highest)


@kernel
def winner(outputs):
    """Which output of one example is the highest; -1 for a tie or for outputs that are not finite."""
    epsilon = np.finfo(outputs.dtype).eps
    best = 0
    for j in range(outputs.size):
        if not np.isfinite(outputs[j]):
            return -1
        if outputs[j] > outputs[best]:
            best = j
    for j in range(outputs.size):
        if j != best and ties(outputs[best], outputs[j], epsilon):
            return -1
    return best


@kernel
def count_right(outputs, targets):
    """How many examples have their highest output where the highest target stands, and no tie."""
    n_right = 0
    for s in range(outputs.shape[0]):
        n_right += winner(outputs[s]) == np.argmax(targets[s])
    return n_right


@kernel
def measure(layers, parameters, inputs, targets, weights, workspace, loss):
    """Return the weighted sum of the examples' losses, and how many of them are answered right."""
    n_examples = inputs.shape[0]
    forward(layers, parameters, inputs, workspace.weighted_sums, workspace.outputs, False, np.uint64(0))
    last = layers[layers.size - 1]
    outputs = block(last, workspace.outputs, n_examples)
    values = workspace.values[: targets.size].reshape(targets.shape)
    loss_values(
        loss.code,
        loss.constant,
        block(last, workspace.weighted_sums, n_examples),
        outputs,
        targets,
        values,
    )
    return total_loss(values, weights), count_right(outputs, targets)
