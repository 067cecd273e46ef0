"""Numbers as they are printed: short, true to their last digit, and adding up."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.checks import whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Decimals", "add_up", "decimals_for", "fixed", "in_columns", "json_values"]

# Numbers from 0.0001 to below 100,000,000 are printed as they are [powers of ten].
_PLAIN = range(-4, 8)


class Decimals(NamedTuple):
    """How many decimals some numbers are printed with, in units of which power of ten.

    One for a whole column: digits that are added up by eye must stand below each other.
    """

    places: int
    exponent: int = 0

    @property
    def unit(self) -> Fraction:
        """What one more in the last digit is worth."""
        return Fraction(10) ** (self.exponent - self.places)

    def write(self, units: int) -> str:
        """Return so many units of the last digit as text."""
        digits = f"{abs(units):0{self.places + 1}}"
        point = len(digits) - self.places
        text = f"{digits[:point]}.{digits[point:]}" if self.places else digits
        power = f"e{self.exponent:+03}" if self.exponent else ""
        return f"{'-' if units < 0 else ''}{text}{power}"


def decimals_for(numbers: Sequence[float], significant: int) -> Decimals:
    """Return the decimals that show the largest of some numbers with so many significant digits.

    Very small and very large numbers are shown in units of the power of ten of the largest.

    Examples
    --------
    >>> decimals_for([0.5, -1.075], 4), decimals_for([12345.0], 4)
    (Decimals(places=3, exponent=0), Decimals(places=0, exponent=0))
    >>> decimals_for([2.5e-12, 1e-14], 4)
    Decimals(places=3, exponent=-12)
    """
    whole_number(significant, "significant", low=1)
    largest = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)
    if largest == 0:
        return Decimals(significant)
    magnitude = math.floor(math.log10(largest))
    if magnitude not in _PLAIN:
        return Decimals(significant - 1, magnitude)
    return Decimals(max(0, significant - 1 - magnitude))


def fixed(number: float, decimals: Decimals) -> str:
    """Return a number with so many decimals, and never "-0".

    Examples
    --------
    >>> fixed(-1.076, Decimals(2)), fixed(-0.0001, Decimals(2)), fixed(2.5e-12, Decimals(3, -12))
    ('-1.08', '0.00', '2.500e-12')
    """
    if not math.isfinite(number):
        return str(number)
    return decimals.write(round(Fraction(number) / decimals.unit))


def add_up(terms: Sequence[float], total: float, decimals: Decimals) -> tuple[list[str], str]:
    """Round terms so that what is printed adds up to the printed total, to the last digit.

    The total is rounded as always. Each term is rounded down or up, the ones with the largest remainders
    up, until they add up; so every printed term is less than one unit of the last digit off, and not more
    than that beyond what the total itself is off from the sum of the terms.

    Parameters
    ----------
    terms : sequence of float
    total : float
        Their sum, as a compiled loop found it: within rounding of the exact one.
    decimals : Decimals

    Returns
    -------
    terms : list of str
    total : str

    Examples
    --------
    >>> add_up([1 / 3, 1 / 3, 1 / 3], 1.0, Decimals(2))
    (['0.34', '0.33', '0.33'], '1.00')
    """
    if not all(map(math.isfinite, [*terms, total])):
        return [fixed(term, decimals) for term in terms], fixed(total, decimals)
    exact = [Fraction(term) / decimals.unit for term in terms]
    units = [math.floor(term) for term in exact]
    total_units = round(Fraction(total) / decimals.unit)
    each, rest = divmod(total_units - sum(units), max(1, len(terms)))
    nearest_above = sorted(range(len(terms)), key=lambda k: units[k] - exact[k])
    for rank, k in enumerate(nearest_above):
        units[k] += each + (rank < rest)
    return [decimals.write(term) for term in units], decimals.write(total_units)


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines: the first column flush left, the others flush right.

    Examples
    --------
    >>> in_columns([("", "truth"), ("solid", "1.00")])
    ['       truth', 'solid   1.00']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    ]


def json_values(values: Any) -> Any:
    """Return dicts, lists and arrays as JSON has them; infinity and NaN, which it has not, become None.

    Examples
    --------
    >>> json_values({"slope": float("nan"), "terms": (1.0, 2.0)})
    {'slope': None, 'terms': [1.0, 2.0]}
    """
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, dict):
        return {key: json_values(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [json_values(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values
