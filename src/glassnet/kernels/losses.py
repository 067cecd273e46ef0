"""How bad an answer is, and its slope: value and slope always stand side by side.

The loss of an example is the sum over its outputs. The loss of a batch is the mean, or the sum, over
its examples, each times its weight.
"""

from __future__ import annotations

import numpy as np

from glassnet.kernels.activations import times_slope
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

__all__ = ["loss_slopes", "loss_sums_slopes", "loss_values", "total_loss"]


@kernel
def loss_values(code, constant, weighted_sums, outputs, targets, values):
    """Fill `values` with the loss of each output; all shapes (n_examples, n_outputs).

    The two cross entropies are computed from the weighted sums: the logarithm of an output that was
    rounded to 0 would be infinite. They stand behind softmax and logistic outputs only.
    """
    if code == CROSS_ENTROPY:
        _cross_entropy_values(weighted_sums, targets, values)
        return
    number = values.dtype.type
    zero, one, half, constant = number(0), number(1), number(0.5), number(constant)
    for s in range(values.shape[0]):
        for j in range(values.shape[1]):
            error = outputs[s, j] - targets[s, j]
            if code == SQUARED:
                values[s, j] = error * error
            elif code == ABSOLUTE:
                values[s, j] = abs(error)
            elif code == HUBER:
                size = abs(error)
                near = half * error * error
                values[s, j] = near if size <= constant else constant * (size - half * constant)
            else:  # binary cross entropy: log(1 + exp(z)) - target z, without overflow
                z = weighted_sums[s, j]
                softplus = max(z, zero) + np.log(one + np.exp(-abs(z)))
                values[s, j] = softplus - targets[s, j] * z + (z - z)


@kernel
def _cross_entropy_values(weighted_sums, targets, values):
    """-target log(output) for softmax outputs; log(output) = z - log(sum of exp(z))."""
    number = values.dtype.type
    for s in range(values.shape[0]):
        highest = weighted_sums[s, 0]
        for j in range(values.shape[1]):
            highest = max(highest, weighted_sums[s, j])
        total = number(0)
        for j in range(values.shape[1]):
            total += np.exp(weighted_sums[s, j] - highest)
        log_total = highest + np.log(total)
        for j in range(values.shape[1]):
            values[s, j] = targets[s, j] * (log_total - weighted_sums[s, j])


@kernel
def loss_slopes(code, constant, outputs, targets, slopes):
    """Fill `slopes` with the slope of the loss over each output, dloss_doutput (0 at a kink).

    An output may have been rounded to 0 or 1: a target of just 0 or 1 is then no division of 0 by 0.
    """
    number = slopes.dtype.type
    zero, one, two, constant = number(0), number(1), number(2), number(constant)
    for s in range(slopes.shape[0]):
        for j in range(slopes.shape[1]):
            output, target = outputs[s, j], targets[s, j]
            error = output - target
            sign = one if error > zero else -one if error < zero else zero
            if code == SQUARED:
                slopes[s, j] = two * error
            elif code == ABSOLUTE:
                slopes[s, j] = sign
            elif code == HUBER:
                slopes[s, j] = error if abs(error) <= constant else constant * sign
            elif code == CROSS_ENTROPY:
                slopes[s, j] = -target / output if target != zero else zero
            elif target == zero:
                slopes[s, j] = one / (one - output)
            elif target == one:
                slopes[s, j] = -one / output
            else:
                slopes[s, j] = error / (output * (one - output))


@kernel
def loss_sums_slopes(code, constant, layer, weighted_sums, outputs, targets, grads):
    """Fill `grads` with the slope of each example's loss over the last layer's weighted sums, dloss_dz.

    With softmax and cross entropy, and with logistic and binary cross entropy, the product of the two
    slopes is a plain difference; the factors on their own would divide by outputs near 0.
    """
    if code == CROSS_ENTROPY and layer.activation == SOFTMAX:
        for s in range(grads.shape[0]):
            total = grads.dtype.type(0)
            for j in range(grads.shape[1]):
                total += targets[s, j]
            for j in range(grads.shape[1]):
                grads[s, j] = total * outputs[s, j] - targets[s, j]
    elif code == BINARY_CROSS_ENTROPY and layer.activation == LOGISTIC:
        for s in range(grads.shape[0]):
            for j in range(grads.shape[1]):
                grads[s, j] = outputs[s, j] - targets[s, j]
    else:
        loss_slopes(code, constant, outputs, targets, grads)
        times_slope(layer.activation, layer.constant, weighted_sums, outputs, grads)


@kernel
def total_loss(values, weights):
    """The losses of all outputs (n_examples, n_outputs), each example times its weight, added up."""
    total = 0.0
    for s in range(values.shape[0]):
        example = 0.0
        for j in range(values.shape[1]):
            example += values[s, j]
        total += weights[s] * example
    return total
