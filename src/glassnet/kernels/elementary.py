"""Exponential, logarithm and hyperbolic tangent, of one number or of lanes.

They are written out because a library's cannot go through lanes, and because the same bits must come
out wherever a number stands: alone, in a lane, or in a loop that the compiler widened. Each is the
textbook series after the textbook reduction of its argument [1]_, to within about 5 units in the last
place, and costs a tenth of a call to the system's library.

References
----------
.. [1] J.-M. Muller, "Elementary Functions", 3rd ed., 2016, chapters 3 and 11.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from glassnet.kernels.arithmetic import (
    absolute,
    copysign,
    exponent_of,
    fma,
    nearest,
    power_series,
    two_to,
    where_greater,
)
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import like

__all__ = ["exp", "expm1", "log", "tanh"]

_LOG2: Final = math.log(2)
# What the type loses of log 2, in each type; the high part is log 2 as the type has it.
_LOG2_REST32: Final = _LOG2 - float(np.float32(_LOG2))
_LOG2_REST64: Final = 2.3190468138462996e-17

# exp(r) = 1 + r + r²/2! + ...  and  (exp(r) - 1) / r = 1 + r/2! + r²/3! + ...,  for |r| <= log(2)/2
_exp_series = power_series([1 / math.factorial(k) for k in range(14)], 8, 14)
_expm1_series = power_series([1 / math.factorial(k + 1) for k in range(14)], 7, 14)
# log((1+s)/(1-s)) / 2s = 1 + s²/3 + s⁴/5 + ...,  for |s| <= 0.1716, as a series in s²
_log_series = power_series([1 / (2 * k + 1) for k in range(12)], 5, 12)


@kernel
def _reduce(x, n):
    """`x - n log 2`: what is left for the series."""
    rest = fma(n, like(x, -_LOG2), x)
    single = like(x, _LOG2) != _LOG2
    return fma(n, like(x, -_LOG2_REST32 if single else -_LOG2_REST64), rest)


@kernel
def _highest(x):
    """The largest argument whose exponential the type still holds, a little less for safety."""
    return like(x, 88.0) if like(x, _LOG2) != _LOG2 else like(x, 709.0)


@kernel
def exp(x):
    """The exponential of x; 0 and infinity where the type's range ends."""
    highest = _highest(x)
    inside = where_greater(x, highest, highest, where_greater(-highest, x, -highest, x))
    n = nearest(inside * like(x, 1 / _LOG2))
    result = _exp_series(_reduce(inside, n)) * two_to(n)
    result = where_greater(x, highest, like(x, np.inf), result)
    return where_greater(-highest, x, like(x, 0.0), result)


@kernel
def expm1(x):
    """The exponential of x, less 1, exact near 0 too."""
    highest = _highest(x)
    inside = where_greater(x, highest, highest, where_greater(-highest, x, -highest, x))
    return where_greater(x, highest, like(x, np.inf), _expm1_inside(inside))


@kernel
def _expm1_inside(x):
    """The same for an x whose exponential the type can hold."""
    n = nearest(x * like(x, 1 / _LOG2))
    r = _reduce(x, n)
    power = two_to(n)
    return fma(power, r * _expm1_series(r), power - like(x, 1.0))


@kernel
def log(x):
    """The natural logarithm of a normal x > 0; NaN for infinity and NaN, and nothing else may be given."""
    n = exponent_of(x)
    m = x * two_to(-n)
    s = (m - like(x, 1.0)) / (m + like(x, 1.0))
    high = fma(n, like(x, _LOG2), (s + s) * _log_series(s * s))
    return high + (x - x)


@kernel
def tanh(x):
    """(e^2x - 1) / (e^2x + 1), taken of |x|: rising from -1 to 1, and odd to the last bit."""
    twice, most = absolute(x + x), like(x, 40.0)  # beyond, both types round to 1
    t = _expm1_inside(where_greater(twice, most, most, twice))
    return copysign(t / (t + like(x, 2.0)), x)
