"""From a gradient to new parameters: penalties, clipping, missing connections, and the optimizers.

Every function works on a part, begin to end, of vectors that are laid out as the parameters, so that
threads can share them out. The vectors may hold lanes: one network a lane.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from glassnet.kernels.arithmetic import fma, square_root, sum_of_lanes, where_greater
from glassnet.kernels.codes import ADAM, ADAMW, MOMENTUM, NESTEROV, RMSPROP, SGD
from glassnet.kernels.compiling import formula, kernel
from glassnet.kernels.elementary import exp, log
from glassnet.kernels.fours import FOUR, four_of
from glassnet.kernels.lanes import (
    LANES,
    at,
    at_like,
    lane_at,
    lanes_of,
    like,
    put,
    put_lane,
    sixteen,
    spread,
    wide,
)

__all__ = [
    "adam_corrections",
    "add_penalty_slope",
    "corrections_of_step",
    "disconnect",
    "how_to_update",
    "is_penalized",
    "is_plain",
    "needs_whole_gradient",
    "penalty",
    "square_length",
    "update",
]


@kernel
def is_plain(rule):
    """Whether a step is learning rate times gradient and nothing else: then no gradient need be stored."""
    return rule.optimizer == SGD and not is_penalized(rule) and not needs_whole_gradient(rule)


@kernel
def is_penalized(rule):
    """Whether the size of the weights counts."""
    return rule.l1 > 0 or rule.l2 > 0


@kernel
def needs_whole_gradient(rule):
    """Whether the gradient must be complete, with the slope of the penalty, before any parameter changes."""
    return np.isfinite(rule.longest) or rule.missing


@kernel
def penalty(parameters, begin, end, l1, l2):
    """Return l1 sum|w| + l2/2 sum w² over a part of the parameters."""
    size, square = 0.0, 0.0
    for k in range(begin, end):
        size += abs(np.float64(parameters[k]))
        square += np.float64(parameters[k]) ** 2
    return l1 * size + 0.5 * l2 * square


@formula
def penalty_slope(w, l1, l2):
    """The slope of the penalty over a weight (of l1, 0 where the weight is 0)."""
    zero = like(w, 0.0)
    return where_greater(w, zero, l1, where_greater(zero, w, -l1, zero)) + l2 * w


@kernel
def add_penalty_slope(parameters, gradient, begin, end, l1, l2):
    """Gradient += the slope of the penalty (of l1, 0 where a weight is 0)."""
    for k in range(begin, end):
        w = at(parameters, k)
        put(gradient, k, at(gradient, k) + penalty_slope(w, like(w, l1), like(w, l2)))


@kernel
def disconnect(connected, gradient, begin, end):
    """Set the gradient of missing connections to 0, so that no update ever brings them back."""
    for k in range(begin, end):
        if at(connected, k) == 0:
            put(gradient, k, like(at(gradient, k), 0.0))


@kernel
def square_length(gradient, begin, end):
    """The sum of the squares of a part of the gradient, sixteen sums side by side."""
    whole, one = begin + (end - begin) // LANES * LANES, like(at(gradient, begin), 1.0)
    sums, left_over = sixteen(0.0), 0.0
    for k in range(begin, whole, LANES):
        slopes = wide(at_like(gradient, k, sixteen(one)))
        sums = sums + slopes * slopes
    for k in range(whole, end):
        slope = wide(at(gradient, k))
        left_over += slope * slope
    return sum_of_lanes(sums) + left_over


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


class How(NamedTuple):
    """How each parameter of a span changes: what an optimizer's formula needs, as numbers of their type."""

    optimizer: int
    shortened: bool  # whether the gradient is to be multiplied by the factor
    factor: float
    penalized: bool  # whether the slope of the penalty has yet to be added
    l1: float
    l2: float
    rate: float
    pace: float  # Adam's rate for a mean that began at 0
    upscale: float  # for the same reason, what the root of the mean of the squares is multiplied by
    keep: float  # what AdamW leaves of a weight
    c0: float
    c1: float
    c2: float
    rest0: float  # 1 - c0 and 1 - c1, before they were rounded to the type
    rest1: float


@kernel
def how_to_update(rule, rate, corrections, on_weights, penalized, factor):
    """What `update` needs to know.

    Parameters
    ----------
    rule : Rule
    rate : number, or lanes
        The learning rate of this step, of the parameters' type.
    corrections : tuple of two floats
        See `adam_corrections`.
    on_weights : bool
        Whether the parameters are weights: AdamW takes its share off these, and penalties count them only.
    penalized : bool
        Whether the slope of the penalty has yet to be added to the gradient.
    factor : float
        What the gradient is to be multiplied by.
    """
    constants = rule.constants
    share = constants[3] if on_weights and rule.optimizer == ADAMW else 0.0
    return How(
        rule.optimizer,
        factor != 1,
        like(rate, factor),
        on_weights and penalized,
        like(rate, rule.l1),
        like(rate, rule.l2),
        rate,
        rate / like(rate, corrections[0]),
        like(rate, 1 / corrections[1]),
        like(rate, 1.0) - rate * like(rate, share),
        like(rate, constants[0]),
        like(rate, constants[1]),
        like(rate, constants[2]),
        like(rate, 1 - constants[0]),
        like(rate, 1 - constants[1]),
    )


@formula
def _change(how, learner, k, one):
    """Change the parameters at k, as many as `one` has lanes: sixteen neighbours go side by side."""
    w, slope = at_like(learner.parameters, k, one), at_like(learner.gradient, k, one)
    optimizer, rate = how.optimizer, how.rate
    if how.shortened:
        slope = slope * how.factor
    if how.penalized:
        slope = slope + penalty_slope(w, how.l1, how.l2)
    if optimizer in (ADAM, ADAMW):
        before = at_like(learner.first, k, one)
        mean = fma(how.rest0, slope - before, before)
        square = fma(how.rest1 * slope, slope, how.c1 * at_like(learner.second, k, one))
        put(learner.first, k, mean)
        put(learner.second, k, square)
        if optimizer == ADAMW:
            w = how.keep * w
        put(learner.parameters, k, w - how.pace * mean / fma(square_root(square), how.upscale, how.c2))
    elif optimizer == RMSPROP:
        square = fma(how.rest0 * slope, slope, how.c0 * at_like(learner.second, k, one))
        put(learner.second, k, square)
        put(learner.parameters, k, w - rate * slope / (square_root(square) + how.c1))
    elif optimizer == MOMENTUM:
        mean = how.c0 * at_like(learner.first, k, one) + slope
        put(learner.first, k, mean)
        put(learner.parameters, k, w - rate * mean)
    elif optimizer == NESTEROV:
        mean = how.c0 * at_like(learner.first, k, one) + slope
        put(learner.first, k, mean)
        put(learner.parameters, k, w - rate * (slope + how.c0 * mean))
    else:
        put(learner.parameters, k, w - rate * slope)


@kernel
def update(how, learner, begin, end):
    """Change the parameters from begin to end by one step of an optimizer."""
    if lanes_of(learner.parameters) > 1:
        for k in range(begin, end):
            _change(how, learner, k, like(how.rate, 1.0))
        return
    one = like(how.rate, 1.0)
    whole = begin + (end - begin) // LANES * LANES
    for k in range(begin, whole, LANES):
        _change(how, learner, k, sixteen(one))
    fours = end - (end - whole) % FOUR
    for k in range(whole, fours, FOUR):
        _change(how, learner, k, four_of(one, one, one, one))
    for k in range(fours, end):
        _change(how, learner, k, one)
