"""How bad an answer is, and its slope: value and slope always stand side by side.

The loss of an example is the sum over its outputs. The loss of a batch is the mean, or the sum, over
its examples, each times its weight. Arrays are flat, or hold lanes of examples: an example's outputs,
and its targets, begin at `begin`.
"""

from __future__ import annotations

from glassnet.kernels.activations import slope_at, times_softmax_slope
from glassnet.kernels.arithmetic import absolute, where_greater
from glassnet.kernels.codes import (
    ABSOLUTE,
    BINARY_CROSS_ENTROPY,
    CROSS_ENTROPY,
    HUBER,
    LOGISTIC,
    SOFTMAX,
    SQUARED,
)
from glassnet.kernels.compiling import kernel
from glassnet.kernels.elementary import exp, log
from glassnet.kernels.lanes import at, lane_at, lanes_of, like, put, spread

__all__ = ["loss_of_example", "loss_slope", "loss_slopes", "loss_values", "set_sums_slopes", "total_of"]


@kernel
def _sign(x):
    zero = like(x, 0.0)
    return where_greater(x, zero, like(x, 1.0), where_greater(zero, x, like(x, -1.0), zero))


@kernel
def _loss_of_output(code, constant, log_total, z, output, target):
    """The loss of one output, or of lanes of them.

    The two cross entropies are computed from the weighted sum: the logarithm of an output that was
    rounded to 0 would be infinite. They stand behind softmax and logistic outputs only.
    """
    error = output - target
    if code == CROSS_ENTROPY:  # -target log(output), where log(output) = z - log(sum of exp(z))
        return target * (log_total - z)
    if code == SQUARED:
        return error * error
    if code == ABSOLUTE:
        return absolute(error)
    if code == HUBER:
        size, half, bend = absolute(error), like(z, 0.5), like(z, constant)
        return where_greater(size, bend, bend * (size - half * bend), half * error * error)
    # Binary cross entropy: log(1 + exp(z)) - target z, without overflow.
    positive = where_greater(like(z, 0.0), z, like(z, 0.0), z)
    return positive + log(like(z, 1.0) + exp(-absolute(z))) - target * z


@kernel
def _log_total(code, weighted_sums, outputs, begin, n_outputs):
    """Log(sum of exp(z)) of a softmax, from its highest output: exp(highest z) divided by that sum."""
    highest, top = at(weighted_sums, begin), at(outputs, begin)
    if code != CROSS_ENTROPY:
        return highest
    for j in range(begin + 1, begin + n_outputs):
        z, output = at(weighted_sums, j), at(outputs, j)
        highest = where_greater(z, highest, z, highest)
        top = where_greater(output, top, output, top)
    return highest - log(top)


@kernel
def loss_of_example(code, constant, weighted_sums, outputs, targets, begin, n_outputs):
    """The loss of an example, or of lanes of examples: the sum over its outputs."""
    log_total = _log_total(code, weighted_sums, outputs, begin, n_outputs)
    total = spread(like(log_total, 0.0), log_total)
    for j in range(begin, begin + n_outputs):
        z, output, target = at(weighted_sums, j), at(outputs, j), at(targets, j)
        total = total + _loss_of_output(code, constant, log_total, z, output, target)
    return total


@kernel
def loss_values(code, constant, weighted_sums, outputs, targets, values):
    """Set the loss of each output of one example; all of shape (n_outputs,)."""
    log_total = _log_total(code, weighted_sums, outputs, 0, values.size)
    for j in range(values.size):
        z, output, target = at(weighted_sums, j), at(outputs, j), at(targets, j)
        put(values, j, _loss_of_output(code, constant, log_total, z, output, target))


@kernel
def loss_slope(code, constant, output, target):
    """The slope of the loss over an output, dloss_doutput (0 at a kink).

    An output may have been rounded to 0 or 1: a target of just 0 or 1 is then no division of 0 by 0.
    """
    error = output - target
    if code == SQUARED:
        return error + error
    if code == ABSOLUTE:
        return _sign(error)
    bend, zero, one = like(error, constant), like(error, 0.0), like(error, 1.0)
    if code == HUBER:
        return where_greater(absolute(error), bend, bend * _sign(error), error)
    from_top = where_greater(absolute(target), zero, -target / output, zero)
    if code == CROSS_ENTROPY:
        return from_top
    to_bottom = where_greater(one, target, (one - target) / (one - output), zero)
    return from_top + to_bottom


@kernel
def loss_slopes(code, constant, outputs, targets, slopes):
    """Set the slope over each output of one example; all of shape (n_outputs,)."""
    for j in range(slopes.size):
        put(slopes, j, loss_slope(code, constant, at(outputs, j), at(targets, j)))


@kernel
def set_sums_slopes(code, constant, layer, weighted_sums, outputs, targets, grads, begin, factor):
    """Set the grads of an example, or of lanes of examples: `factor` times dloss_dz of the last layer.

    With softmax and cross entropy, and with logistic and binary cross entropy, the product of the two
    slopes is a plain difference; the factors on their own would divide by outputs near 0.
    """
    end = begin + layer.n_neurons
    if code == CROSS_ENTROPY and layer.activation == SOFTMAX:
        total = at(targets, begin)
        for j in range(begin + 1, end):
            total = total + at(targets, j)
        for j in range(begin, end):
            put(grads, j, (total * at(outputs, j) - at(targets, j)) * factor)
    elif code == BINARY_CROSS_ENTROPY and layer.activation == LOGISTIC:
        for j in range(begin, end):
            put(grads, j, (at(outputs, j) - at(targets, j)) * factor)
    else:
        for j in range(begin, end):
            put(grads, j, loss_slope(code, constant, at(outputs, j), at(targets, j)) * factor)
        if layer.activation == SOFTMAX:
            times_softmax_slope(outputs, grads, begin, layer.n_neurons)
            return
        for j in range(begin, end):
            z, output, grad = at(weighted_sums, j), at(outputs, j), at(grads, j)
            put(grads, j, slope_at(layer.activation, layer.constant, z, output, grad))


@kernel
def total_of(losses, n_examples):
    """What the examples of a batch have in all, added in their order: the same for any loop and threads."""
    n_lanes, total = lanes_of(losses), 0.0
    for s in range(n_examples):
        total += lane_at(losses, s // n_lanes, s % n_lanes)
    return total
