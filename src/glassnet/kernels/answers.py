"""What outputs say: which is the highest, and whether it stands alone."""

from __future__ import annotations

import numpy as np

from glassnet.kernels.arithmetic import sum_of_lanes, where_greater
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import (
    LANES,
    at,
    at_like,
    epsilon_of,
    lane_at,
    lanes_of,
    like,
    sixteen,
    spread,
    wide,
)

__all__ = ["is_right", "number_of_right", "ties", "winner"]


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
def is_right(outputs, targets, begin, n_outputs):
    """1 where an example has its highest output where its highest target stands, and no tie; else 0.

    For flat arrays, or arrays that hold lanes of examples; the outputs and targets begin at `begin`.
    Outputs that are not numbers count as low.
    """
    best, own = at(targets, begin), at(outputs, begin)
    wanted = spread(like(best, 0.0), best)
    for j in range(1, n_outputs):
        target = at(targets, begin + j)
        own = where_greater(target, best, at(outputs, begin + j), own)
        wanted = where_greater(target, best, like(target, j), wanted)
        best = where_greater(target, best, target, best)
    rival = spread(like(best, -np.inf), best)
    for j in range(n_outputs):
        output, away = at(outputs, begin + j), wanted - like(best, j)
        higher = where_greater(output, rival, output, rival)
        rival = where_greater(away * away, like(best, 0.0), higher, rival)
    margin = like(best, 8.0) * epsilon_of(best) * where_greater(own, -own, own, -own)
    return where_greater(own - rival, margin, like(best, 1.0), like(best, 0.0))


@kernel
def number_of_right(right, n_examples):
    """How many examples of a batch were answered right, from 1 or 0 for each.

    Sixteen are counted side by side, in any order: a sum of whole numbers is exact. One after the other
    they are a twentieth of a step of 64-32-10.
    """
    whole, one = n_examples // LANES * LANES, sixteen(like(at(right, 0), 1.0))
    counts, left_over = sixteen(0.0), 0.0
    for s in range(0, whole, LANES):
        counts = counts + wide(at_like(right, s // lanes_of(right), one))
    for s in range(whole, n_examples):
        left_over += wide(lane_at(right, s // lanes_of(right), s % lanes_of(right)))
    return sum_of_lanes(counts) + left_over
