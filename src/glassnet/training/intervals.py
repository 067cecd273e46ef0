"""How sure a few trainings make one: 95 % intervals of a share and of a median, and their range."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Spread", "interval_of_share"]

_Z = 1.96  # of a normal distribution, 95 % lie within so many standard deviations
_OUTSIDE = 0.025  # and so many beyond either end of an interval


@dataclass(frozen=True)
class Spread:
    """Where some measurements of one thing lie.

    Attributes
    ----------
    median, lowest, highest : float
    interval : tuple of float and float, or None
        That of the median, at 95 % or a little more, whatever the distribution: two of the values
        themselves. Fewer than six values have none.

    Examples
    --------
    >>> Spread.of([3.0, 1.0, 2.0, 5.0, 4.0, 6.0])
    Spread(median=3.5, lowest=1.0, highest=6.0, interval=(1.0, 6.0))

    References
    ----------
    .. [1] Conover, Practical Nonparametric Statistics (1999), section 3.2.
    """

    median: float
    lowest: float
    highest: float
    interval: tuple[float, float] | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of at least one value."""
        ordered = sorted(values)
        rank = _rank(len(ordered))
        interval = None if rank is None else (ordered[rank], ordered[-1 - rank])
        return cls(statistics.median(ordered), ordered[0], ordered[-1], interval)


def _rank(n: int) -> int | None:
    """How many of n sorted values may be left out at either end: the median is seldom beyond the next."""
    below, rank = 0.0, None
    for k in range(n // 2):
        below += math.comb(n, k) / 2**n
        if below > _OUTSIDE:
            break
        rank = k
    return rank


def interval_of_share(n_hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share: what may be true where `n_hits` of `n` were counted.

    Examples
    --------
    >>> low, high = interval_of_share(168, 200)
    >>> f"{low:.3f} to {high:.3f}"
    '0.783 to 0.884'

    References
    ----------
    .. [1] Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    share = n_hits / n
    middle = share + _Z**2 / (2 * n)
    reach = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    low, high = (middle - reach) / (1 + _Z**2 / n), (middle + reach) / (1 + _Z**2 / n)
    return max(low, 0.0), min(high, 1.0)
