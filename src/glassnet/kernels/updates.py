"""From a gradient to new parameters: penalties, clipping, missing connections, and the optimizers."""

from __future__ import annotations

import numpy as np

from glassnet.kernels.codes import ADAM, ADAMW, MOMENTUM, NESTEROV, RMSPROP
from glassnet.kernels.compiling import kernel
from glassnet.kernels.layers import weights_of

__all__ = ["add_penalty", "clip", "disconnect", "update"]


@kernel
def add_penalty(layers, parameters, l1, l2, gradient):
    """Add the slope of the penalty to `gradient` and return the penalty.

    The penalty is l1 sum|w| + l2/2 sum w² over all weights; biases go free.
    """
    number = gradient.dtype.type
    zero, one, strength1, strength2 = number(0), number(1), number(l1), number(l2)
    size, square = 0.0, 0.0
    for k in range(layers.size):
        weights = weights_of(layers[k], parameters).reshape(-1)
        slopes = weights_of(layers[k], gradient).reshape(-1)
        for i in range(weights.size):
            w = weights[i]
            sign = one if w > zero else -one if w < zero else zero
            slopes[i] += strength1 * sign + strength2 * w
            size += abs(w)
            square += w * w
    return l1 * size + 0.5 * l2 * square


@kernel
def disconnect(connected, gradient):
    """Set the gradient of missing connections to 0, so that no update ever brings them back.

    `connected` is empty where nothing is missing.
    """
    zero = gradient.dtype.type(0)
    for i in range(connected.size):
        gradient[i] = gradient[i] if connected[i] else zero


@kernel
def clip(gradient, longest):
    """Shorten the gradient, as one vector, to the length `longest` where it is longer; return its length."""
    square = 0.0
    for i in range(gradient.size):
        square += np.float64(gradient[i]) * np.float64(gradient[i])
    length = np.sqrt(square)
    if length > longest:
        factor = gradient.dtype.type(longest / length)
        for i in range(gradient.size):
            gradient[i] *= factor
    return length


@kernel
def update(code, constants, learning_rate, number_of_update, layers, parameters, gradient, first, second):
    """Change the parameters by one step of an optimizer.

    Parameters
    ----------
    code : int
        The optimizer's number in `codes`.
    constants : ndarray, shape (4,)
        Its constants, in the order of its row in `glassnet.functions.OPTIMIZERS`.
    learning_rate : float
        Of this step.
    number_of_update : int
        1 for the first one of the run.
    layers : table of layers
        To tell weights from biases.
    parameters, gradient : ndarray, shape (n_parameters,)
    first, second : ndarray, shape (n_parameters,) or (0,)
        The optimizer's memory: running means of the gradient and of its square.
    """
    number = parameters.dtype.type
    one, rate = number(1), number(learning_rate)
    if code in (ADAM, ADAMW):
        if code == ADAMW:
            _shrink_weights(layers, parameters, learning_rate * constants[3])
        _adam(constants, learning_rate, number_of_update, parameters, gradient, first, second)
    elif code == RMSPROP:
        keep, epsilon = number(constants[0]), number(constants[1])
        for i in range(parameters.size):
            second[i] = keep * second[i] + (one - keep) * gradient[i] * gradient[i]
            parameters[i] -= rate * gradient[i] / (np.sqrt(second[i]) + epsilon)
    elif code == MOMENTUM:
        momentum = number(constants[0])
        for i in range(parameters.size):
            first[i] = momentum * first[i] + gradient[i]
            parameters[i] -= rate * first[i]
    elif code == NESTEROV:
        momentum = number(constants[0])
        for i in range(parameters.size):
            first[i] = momentum * first[i] + gradient[i]
            parameters[i] -= rate * (gradient[i] + momentum * first[i])
    else:
        for i in range(parameters.size):
            parameters[i] -= rate * gradient[i]


@kernel
def _adam(constants, learning_rate, number_of_update, parameters, gradient, first, second):
    """Both means start at 0; dividing by 1 - beta^t makes up for that."""
    number = parameters.dtype.type
    one = number(1)
    beta1, beta2, epsilon = number(constants[0]), number(constants[1]), number(constants[2])
    rate = number(learning_rate / (1 - constants[0] ** number_of_update))
    root = number(np.sqrt(1 - constants[1] ** number_of_update))
    for i in range(parameters.size):
        first[i] = beta1 * first[i] + (one - beta1) * gradient[i]
        second[i] = beta2 * second[i] + (one - beta2) * gradient[i] * gradient[i]
        parameters[i] -= rate * first[i] / (np.sqrt(second[i]) / root + epsilon)


@kernel
def _shrink_weights(layers, parameters, share):
    """Take a share off every weight: decay apart from the gradient, the W of AdamW."""
    factor = parameters.dtype.type(1 - share)
    for k in range(layers.size):
        weights = weights_of(layers[k], parameters).reshape(-1)
        for i in range(weights.size):
            weights[i] *= factor
