"""From a gradient to new parameters: penalties, clipping, missing connections, and the optimizers.

Every function works on a part, begin to end, of vectors that are laid out as the parameters, so that
threads can share them out. The vectors may hold lanes: one network a lane.
"""

from __future__ import annotations

import numpy as np

from glassnet.kernels.codes import ADAM, ADAMW, MOMENTUM, NESTEROV, RMSPROP, SGD
from glassnet.kernels.compiling import kernel
from glassnet.kernels.elementary import exp, log
from glassnet.kernels.lanes import LANES, at, lane_at, like, put, put_lane, spread, square_root, where_greater

__all__ = [
    "adam_corrections",
    "add_penalty_slope",
    "corrections_of_step",
    "disconnect",
    "is_plain",
    "penalty",
    "scale",
    "square_length",
    "update",
]


@kernel
def is_plain(rule):
    """Whether a step is learning rate times gradient and nothing else: then no gradient need be stored."""
    penalized, clipped = rule.l1 > 0 or rule.l2 > 0, np.isfinite(rule.longest)
    return rule.optimizer == SGD and not penalized and not clipped and not rule.missing


@kernel
def penalty(parameters, begin, end, l1, l2):
    """Return l1 sum|w| + l2/2 sum w² over a part of the parameters."""
    size, square = 0.0, 0.0
    for k in range(begin, end):
        size += abs(np.float64(parameters[k]))
        square += np.float64(parameters[k]) ** 2
    return l1 * size + 0.5 * l2 * square


@kernel
def add_penalty_slope(parameters, gradient, begin, end, l1, l2):
    """Gradient += the slope of the penalty (of l1, 0 where a weight is 0)."""
    for k in range(begin, end):
        w = at(parameters, k)
        zero, strength = like(w, 0.0), like(w, l1)
        sign = where_greater(w, zero, strength, where_greater(zero, w, -strength, zero))
        put(gradient, k, at(gradient, k) + sign + like(w, l2) * w)


@kernel
def disconnect(connected, gradient, begin, end):
    """Set the gradient of missing connections to 0, so that no update ever brings them back."""
    for k in range(begin, end):
        if at(connected, k) == 0:
            put(gradient, k, like(at(gradient, k), 0.0))


@kernel
def square_length(gradient, begin, end):
    """The sum of the squares of a part of the gradient, in as many sums as there are lanes."""
    sums = np.zeros(LANES)
    whole = begin + (end - begin) // LANES * LANES
    for k in range(begin, whole, LANES):
        for lane in range(LANES):
            slope = np.float64(at(gradient, k + lane))
            put(sums, lane, at(sums, lane) + slope * slope)
    for k in range(whole, end):
        slope = np.float64(at(gradient, k))
        put(sums, k - whole, at(sums, k - whole) + slope * slope)
    total = 0.0
    for lane in range(LANES):
        total += sums[lane]
    return total


@kernel
def scale(gradient, begin, end, factor):
    """Gradient *= factor."""
    for k in range(begin, end):
        put(gradient, k, at(gradient, k) * like(at(gradient, k), factor))


@kernel
def adam_corrections(code, constants, number_of_update):
    """Return 1 - beta1^t and the root of 1 - beta2^t, which make up for means that begin at 0."""
    if code not in (ADAM, ADAMW):
        return 1.0, 1.0
    t = np.float64(number_of_update)
    return _rest_of_power(constants[0], t), square_root(_rest_of_power(constants[1], t))


@kernel
def _rest_of_power(base, t):
    """1 - base^t, of a number of updates or of lanes of them."""
    one = spread(like(t, 1.0), t)
    return one - exp(t * like(t, log(base))) if base > 0 else one


@kernel
def corrections_of_step(rule, ahead, first_step, k):
    """The same for step k of a chunk, out of room for sixteen steps: two rows of lanes.

    So many go through exponential and logarithm together; one after the other they take 38 of the 270 ns
    of a step of 4-4-4-8-4.
    """
    if rule.optimizer not in (ADAM, ADAMW):
        return 1.0, 1.0
    place = k % LANES
    if place == 0:
        for s in range(LANES):
            put_lane(ahead, 0, s, np.float64(first_step + k + 1 + s))
        t = at(ahead, 0)
        put(ahead, 0, _rest_of_power(rule.constants[0], t))
        put(ahead, 1, square_root(_rest_of_power(rule.constants[1], t)))
    return lane_at(ahead, 0, place), lane_at(ahead, 1, place)


@kernel
def update(code, constants, rate, decay, corrections, parameters, gradient, first, second, begin, end):
    """Change a part of the parameters by one step of an optimizer.

    Parameters
    ----------
    code : int
        The optimizer's number in `codes`.
    constants : ndarray, shape (4,)
        Its constants, in the order of its row in `glassnet.functions.OPTIMIZERS`.
    rate : number, or lanes
        The learning rate of this step, of the parameters' type.
    decay : bool
        Whether AdamW takes its share off these parameters: off weights, not off biases.
    corrections : tuple of two floats
        See `adam_corrections`.
    parameters, gradient : vectors
    first, second : vectors, or empty
        The optimizer's memory: running means of the gradient and of its square.
    """
    one = like(rate, 1.0)
    c0, c1, c2 = like(rate, constants[0]), like(rate, constants[1]), like(rate, constants[2])
    if code in (ADAM, ADAMW):
        pace, root = rate / like(rate, corrections[0]), like(rate, corrections[1])
        keep = one - rate * like(rate, constants[3] if decay and code == ADAMW else 0.0)
        for k in range(begin, end):
            slope = at(gradient, k)
            mean = c0 * at(first, k) + (one - c0) * slope
            square = c1 * at(second, k) + (one - c1) * slope * slope
            put(first, k, mean)
            put(second, k, square)
            put(parameters, k, keep * at(parameters, k) - pace * mean / (square_root(square) / root + c2))
    elif code == RMSPROP:
        for k in range(begin, end):
            slope = at(gradient, k)
            square = c0 * at(second, k) + (one - c0) * slope * slope
            put(second, k, square)
            put(parameters, k, at(parameters, k) - rate * slope / (square_root(square) + c1))
    elif code == MOMENTUM:
        for k in range(begin, end):
            mean = c0 * at(first, k) + at(gradient, k)
            put(first, k, mean)
            put(parameters, k, at(parameters, k) - rate * mean)
    elif code == NESTEROV:
        for k in range(begin, end):
            slope = at(gradient, k)
            mean = c0 * at(first, k) + slope
            put(first, k, mean)
            put(parameters, k, at(parameters, k) - rate * (slope + c0 * mean))
    else:
        for k in range(begin, end):
            put(parameters, k, at(parameters, k) - rate * at(gradient, k))
