"""The functions after the weighted sum, and their slopes: of a number, and of whole arrays.

A weighted sum that is not a number gives an output that is not a number, with every activation.
"""

from __future__ import annotations

from glassnet.kernels.arithmetic import where_greater
from glassnet.kernels.codes import ELU, IDENTITY, LEAKY_RELU, LOGISTIC, RELU, TANH
from glassnet.kernels.compiling import formula, kernel
from glassnet.kernels.elementary import exp, expm1, tanh
from glassnet.kernels.lanes import at, like, put

__all__ = ["slope_at", "softmax", "squash", "squash_number", "times_slope", "times_softmax_slope"]


@formula
def squash_number(code, constant, z):
    """The output of a weighted sum, or of lanes of them; `constant` is the activation's own."""
    zero = like(z, 0.0)
    if code == TANH:
        return tanh(z)
    if code == LOGISTIC:
        return like(z, 1.0) / (like(z, 1.0) + exp(-z))
    if code == RELU:
        return where_greater(zero, z, zero, z)
    if code == LEAKY_RELU:
        return where_greater(zero, z, z * like(z, constant), z)
    if code == ELU:
        return where_greater(zero, z, expm1(z) * like(z, constant), z)
    return z


@kernel
def slope_at(code, constant, z, output, grad):
    """`grad` times the slope of the activation: from dloss_doutput to dloss_dz.

    It is given both z and output, so that no caller has to know which one a formula wants. At a kink
    (z = 0) the slope is that of the left side.
    """
    zero, one = like(z, 0.0), like(z, 1.0)
    if code == TANH:
        return grad * (one - output * output)
    if code == LOGISTIC:
        return grad * (output * (one - output))
    if code == RELU:
        return where_greater(z, zero, grad, zero)
    if code == LEAKY_RELU:
        return where_greater(z, zero, grad, grad * like(z, constant))
    if code == ELU:
        return where_greater(z, zero, grad, grad * (output + like(z, constant)))
    return grad


@kernel
def squash(code, constant, weighted_sums, outputs, begin, end):
    """outputs[begin:end] = activation(weighted_sums[begin:end]), flat arrays; not for softmax.

    The activation is chosen outside the loops, which the compiler can then run on as many numbers at
    once as the machine has room for.
    """
    if code == TANH:
        _squash_by(TANH, constant, weighted_sums, outputs, begin, end)
    elif code == LOGISTIC:
        _squash_by(LOGISTIC, constant, weighted_sums, outputs, begin, end)
    elif code == RELU:
        _squash_by(RELU, constant, weighted_sums, outputs, begin, end)
    elif code == LEAKY_RELU:
        _squash_by(LEAKY_RELU, constant, weighted_sums, outputs, begin, end)
    elif code == ELU:
        _squash_by(ELU, constant, weighted_sums, outputs, begin, end)
    else:
        _squash_by(IDENTITY, constant, weighted_sums, outputs, begin, end)


@formula
def _squash_by(code, constant, weighted_sums, outputs, begin, end):
    for k in range(begin, end):
        put(outputs, k, squash_number(code, constant, at(weighted_sums, k)))


@kernel
def times_slope(code, constant, weighted_sums, outputs, grads, begin, end):
    """grads[begin:end] *= slope of the activation, flat arrays; not for softmax."""
    if code == TANH:
        _times_slope_by(TANH, constant, weighted_sums, outputs, grads, begin, end)
    elif code == LOGISTIC:
        _times_slope_by(LOGISTIC, constant, weighted_sums, outputs, grads, begin, end)
    elif code == RELU:
        _times_slope_by(RELU, constant, weighted_sums, outputs, grads, begin, end)
    elif code == LEAKY_RELU:
        _times_slope_by(LEAKY_RELU, constant, weighted_sums, outputs, grads, begin, end)
    elif code == ELU:
        _times_slope_by(ELU, constant, weighted_sums, outputs, grads, begin, end)


@formula
def _times_slope_by(code, constant, weighted_sums, outputs, grads, begin, end):
    for k in range(begin, end):
        put(grads, k, slope_at(code, constant, at(weighted_sums, k), at(outputs, k), at(grads, k)))


@kernel
def softmax(weighted_sums, outputs, begin, n_examples, n_neurons):
    """The outputs of an example become exp(z - max z), divided by their sum: positive shares of 1.

    The arrays are flat, or hold lanes; the first example's neurons begin at `begin`. All exponentials are
    taken in one loop, which the compiler widens however few neurons an example has.
    """
    end = begin + n_examples * n_neurons
    for first in range(begin, end, n_neurons):
        highest = at(weighted_sums, first)
        for j in range(first + 1, first + n_neurons):
            z = at(weighted_sums, j)
            highest = where_greater(z, highest, z, highest)
        for j in range(first, first + n_neurons):
            put(outputs, j, at(weighted_sums, j) - highest)
    for j in range(begin, end):
        put(outputs, j, exp(at(outputs, j)))
    for first in range(begin, end, n_neurons):
        total = at(outputs, first)
        for j in range(first + 1, first + n_neurons):
            total = total + at(outputs, j)
        share = like(total, 1.0) / total
        for j in range(first, first + n_neurons):
            put(outputs, j, at(outputs, j) * share)


@kernel
def times_softmax_slope(outputs, grads, begin, n_neurons):
    """Every weighted sum moves every share: grad_j becomes output_j (grad_j - sum_k output_k grad_k)."""
    mean = at(outputs, begin) * at(grads, begin)
    for j in range(begin + 1, begin + n_neurons):
        mean = mean + at(outputs, j) * at(grads, j)
    for j in range(begin, begin + n_neurons):
        put(grads, j, at(outputs, j) * (at(grads, j) - mean))
