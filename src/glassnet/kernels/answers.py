"""What outputs say: which is the highest, and whether it stands alone."""

from __future__ import annotations

import numpy as np

from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import at, epsilon_of, like, where_greater

__all__ = ["is_right", "ties", "winner"]


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
    best, own, wanted = at(targets, begin), at(outputs, begin), like(at(targets, begin), 0.0)
    wanted = wanted + (best - best)
    for j in range(1, n_outputs):
        target = at(targets, begin + j)
        own = where_greater(target, best, at(outputs, begin + j), own)
        wanted = where_greater(target, best, like(target, j), wanted)
        best = where_greater(target, best, target, best)
    rival = like(best, -np.inf) + (best - best)
    for j in range(n_outputs):
        output, away = at(outputs, begin + j), wanted - like(best, j)
        higher = where_greater(output, rival, output, rival)
        rival = where_greater(away * away, like(best, 0.0), higher, rival)
    margin = like(best, 8.0) * epsilon_of(best) * where_greater(own, -own, own, -own)
    return where_greater(own - rival, margin, like(best, 1.0), like(best, 0.0) + (best - best))
