"""The functions after the weighted sum, and their slopes."""

from __future__ import annotations

import numpy as np

from glassnet.kernels.codes import ELU, LEAKY_RELU, LOGISTIC, RELU, SOFTMAX, TANH
from glassnet.kernels.compiling import kernel

__all__ = ["squash", "times_slope"]


@kernel
def squash(code, constant, weighted_sums, outputs):
    """Outputs = activation(weighted_sums), both of shape (n_examples, n_neurons).

    A weighted sum that is not a number gives an output that is not a number, with every activation.
    """
    if code == SOFTMAX:
        _softmax(weighted_sums, outputs)
        return
    number = outputs.dtype.type
    zero, one, constant = number(0), number(1), number(constant)
    sums, answers = weighted_sums.reshape(-1), outputs.reshape(-1)
    if code == TANH:
        for k in range(sums.size):
            answers[k] = np.tanh(sums[k])
    elif code == LOGISTIC:
        for k in range(sums.size):
            answers[k] = one / (one + np.exp(-sums[k]))
    elif code == RELU:
        for k in range(sums.size):
            answers[k] = max(sums[k], zero)
    elif code == LEAKY_RELU:
        for k in range(sums.size):
            answers[k] = constant * sums[k] if sums[k] < zero else sums[k]
    elif code == ELU:
        for k in range(sums.size):
            answers[k] = constant * np.expm1(sums[k]) if sums[k] < zero else sums[k]
    else:
        for k in range(sums.size):
            answers[k] = sums[k]


@kernel
def _softmax(weighted_sums, outputs):
    """Each row becomes exp(z - max z), divided by its sum: positive shares that add up to 1."""
    for s in range(weighted_sums.shape[0]):
        highest = weighted_sums[s, 0]
        for j in range(weighted_sums.shape[1]):
            highest = max(highest, weighted_sums[s, j])
        total = outputs.dtype.type(0)
        for j in range(weighted_sums.shape[1]):
            outputs[s, j] = np.exp(weighted_sums[s, j] - highest)
            total += outputs[s, j]
        for j in range(weighted_sums.shape[1]):
            outputs[s, j] /= total


@kernel
def times_slope(code, constant, weighted_sums, outputs, grads):
    """Grads *= slope of the activation: from dloss_doutput to dloss_dz.

    It is given both z and output, so that no caller has to know which one a formula wants. At a kink
    (z = 0) the slope is that of the left side.
    """
    if code == SOFTMAX:
        _times_softmax_slope(outputs, grads)
        return
    number = grads.dtype.type
    zero, one, constant = number(0), number(1), number(constant)
    sums, answers, slopes = weighted_sums.reshape(-1), outputs.reshape(-1), grads.reshape(-1)
    if code == TANH:
        for k in range(sums.size):
            slopes[k] *= one - answers[k] * answers[k]
    elif code == LOGISTIC:
        for k in range(sums.size):
            slopes[k] *= answers[k] * (one - answers[k])
    elif code == RELU:
        for k in range(sums.size):
            slopes[k] = slopes[k] if sums[k] > zero else zero
    elif code == LEAKY_RELU:
        for k in range(sums.size):
            slopes[k] = slopes[k] if sums[k] > zero else constant * slopes[k]
    elif code == ELU:
        for k in range(sums.size):
            slopes[k] = slopes[k] if sums[k] > zero else slopes[k] * (answers[k] + constant)


@kernel
def _times_softmax_slope(outputs, grads):
    """Every weighted sum moves every share: grad_j becomes output_j (grad_j - sum_k output_k grad_k)."""
    for s in range(outputs.shape[0]):
        mean = grads.dtype.type(0)
        for j in range(outputs.shape[1]):
            mean += outputs[s, j] * grads[s, j]
        for j in range(outputs.shape[1]):
            grads[s, j] = outputs[s, j] * (grads[s, j] - mean)
