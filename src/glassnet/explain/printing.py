"""Numbers as they are printed: short, true to their last digit, and adding up."""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["add_up", "decimals_for", "fixed"]


def decimals_for(numbers: Sequence[float], significant: int) -> int:
    """Return how many decimals show the largest of some numbers with so many significant digits.

    Examples
    --------
    >>> decimals_for([0.5, -1.075], 4), decimals_for([12345.0], 4), decimals_for([0.0], 4)
    (3, 0, 4)
    """
    largest = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)
    if largest == 0:
        return significant
    return max(0, significant - 1 - math.floor(math.log10(largest)))


def fixed(number: float, decimals: int) -> str:
    """Return a number with so many decimals, and never "-0".

    Examples
    --------
    >>> fixed(-1.076, 2), fixed(-0.0001, 2)
    ('-1.08', '0.00')
    """
    text = f"{number:.{decimals}f}"
    return text[1:] if text.startswith("-") and float(text) == 0 else text


def add_up(terms: Sequence[float], total: float, decimals: int) -> tuple[list[str], str]:
    """Round terms so that what is printed adds up to the printed total, to the last digit.

    The total is rounded as always. Each term is rounded down or up, the ones with the largest remainders
    up, until they add up; so every printed term is less than one unit of the last digit off, unless the
    total itself is further off than that from the sum of the terms.

    Parameters
    ----------
    terms : sequence of float
    total : float
        Their sum, as a compiled loop found it: within rounding of the exact one.
    decimals : int

    Returns
    -------
    terms : list of str
    total : str

    Examples
    --------
    >>> add_up([1 / 3, 1 / 3, 1 / 3], 1.0, 2)
    (['0.34', '0.33', '0.33'], '1.00')
    """
    if not all(map(math.isfinite, [*terms, total])):
        return [fixed(term, decimals) for term in terms], fixed(total, decimals)
    unit = Decimal(1).scaleb(-decimals)
    printed_total = Decimal(fixed(total, decimals))
    exact = [Decimal(term) for term in terms]
    floors = [term.quantize(unit, ROUND_FLOOR) for term in exact]
    missing = int((printed_total - sum(floors, Decimal(0))) / unit)
    order = sorted(range(len(terms)), key=lambda k: (floors[k] - exact[k], k))
    steps = [0] * len(terms)
    for k in range(abs(missing)):
        place = order[k % len(order)] if missing > 0 else order[-1 - k % len(order)]
        steps[place] += 1 if missing > 0 else -1
    printed = [floor + step * unit for floor, step in zip(floors, steps, strict=True)]
    return [fixed(float(p), decimals) for p in printed], str(printed_total)
