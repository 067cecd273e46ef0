"""How much a few inputs tell about the category, in bits, and the table of answers that they make possible.

An input is seen only as one of a few ranges of values: each value a range of its own where there are few
different ones, else ranges with about equally many examples. Bits are counted over the examples at hand
[1]_. That is exact where the values are few and the examples are all there are; on a sample with many
ranges it is an estimate, and rather too high than too low.

References
----------
.. [1] T. Cover, J. Thomas, "Elements of information theory" (2006), section 2.3.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["Group", "Information", "Ranges", "count_groups", "entropy", "information"]

_MOST_VALUES = 8  # with more different values, an input is cut into _RANGES
_RANGES = 4

# All pairs are tried among so many inputs, those that tell most alone: 435 pairs, well under a second.
_MOST_IN_PAIRS = 30
_MOST_IN_TRIPLES = 10


@dataclass(frozen=True)
class Information:
    """What any so many inputs tell about the category.

    Attributes
    ----------
    inputs : tuple of int
        Those that tell most, from 0; the first of them where several tell as much.
    bits : float
        How much they tell [bit].
    lowest_bits : float
        How much those tell that tell least, among the groups that were tried [bit].
    n_tried : int
        How many groups of so many inputs were tried.
    all_tried : bool
        Whether these were all that there are.
    exact : bool
        Whether each value that occurs is a range of its own, in all inputs.
    """

    inputs: tuple[int, ...]
    bits: float
    lowest_bits: float
    n_tried: int
    all_tried: bool
    exact: bool


@dataclass(frozen=True, eq=False)
class Ranges:
    """The ranges of values that each input is seen in.

    Attributes
    ----------
    edges : tuple of ndarray
        For each input, the ends of its ranges but the last.
    exact : bool
        Whether each value that occurs is a range of its own, in all inputs.
    """

    edges: tuple[NDArray[np.float64], ...]
    exact: bool

    @classmethod
    def of(cls, inputs: NDArray[np.float64]) -> Ranges:
        """Return the ranges that suit the inputs of some examples, shape (n_examples, n_inputs)."""
        edges, exact = [], True
        quarters = len(inputs) * np.arange(1, _RANGES) // _RANGES
        for ordered in np.sort(inputs.T, axis=1):
            values = ordered[np.append(True, np.diff(ordered) > 0)]
            if len(values) <= _MOST_VALUES:
                edges.append((values[:-1] + values[1:]) / 2)
            else:
                edges.append(np.unique((ordered[quarters - 1] + ordered[quarters]) / 2))
                exact = False
        return cls(tuple(edges), exact)

    def cells(self, inputs: NDArray[np.float64], group: Sequence[int]) -> NDArray[np.intp]:
        """Return which combination of ranges of a group of inputs each example is in, from 0 on."""
        cells = np.zeros(len(inputs), dtype=np.intp)
        for k in group:
            cells = cells * (len(self.edges[k]) + 1) + np.searchsorted(self.edges[k], inputs[:, k])
        return cells

    def n_cells(self, group: Sequence[int]) -> int:
        """Return how many combinations of ranges a group of inputs has."""
        return int(np.prod([len(self.edges[k]) + 1 for k in group]))


@dataclass(frozen=True, eq=False)
class Group:
    """A group of inputs, and how often each category occurs in each combination of their ranges.

    Attributes
    ----------
    inputs : tuple of int
    counts : ndarray of int, shape (n_cells, n_categories)
    """

    inputs: tuple[int, ...]
    counts: NDArray[np.intp]

    @property
    def bits(self) -> float:
        """How much the inputs tell about the category [bit]."""
        apart = entropy(self.counts.sum(axis=0)) + entropy(self.counts.sum(axis=1))
        # Rounding may make a difference of equal numbers a little less than 0.
        return max(0.0, apart - entropy(self.counts))

    @property
    def n_right(self) -> int:
        """How many examples are right when each cell answers the category most frequent there."""
        return int(self.counts.max(axis=1).sum())


def count_groups(
    inputs: NDArray[np.float64], labels: NDArray[np.intp], n_categories: int, ranges: Ranges
) -> list[list[Group]]:
    """Return the groups of one input, of two, and for few inputs of three, that are worth trying.

    Parameters
    ----------
    inputs : ndarray, shape (n_examples, n_inputs)
    labels : ndarray of int, shape (n_examples,)
    n_categories : int
    ranges : Ranges

    Returns
    -------
    list of list of Group
        Groups of one size each. Pairs are formed among the 30 inputs that tell most alone.
    """

    def counted(groups: Iterable[tuple[int, ...]]) -> list[Group]:
        counted_groups = []
        for group in groups:
            places = ranges.cells(inputs, group) * n_categories + labels
            counts = np.bincount(places, minlength=ranges.n_cells(group) * n_categories)
            counted_groups.append(Group(group, counts.reshape(-1, n_categories)))
        return counted_groups

    n_inputs = inputs.shape[1]
    inputs = np.asfortranarray(inputs)  # because it is read column by column
    singles = counted((k,) for k in range(n_inputs))
    telling = np.argsort([-single.bits for single in singles], kind="stable")[:_MOST_IN_PAIRS]
    sizes = [singles, counted(itertools.combinations(sorted(telling.tolist()), 2))]
    if n_inputs <= _MOST_IN_TRIPLES:
        sizes.append(counted(itertools.combinations(range(n_inputs), 3)))
    return [groups for groups in sizes if groups]


def information(groups: Sequence[Group], n_inputs: int, ranges: Ranges) -> Information:
    """Sum up what groups of one size tell about the category; `n_inputs` is how many inputs there are."""
    bits = [group.bits for group in groups]
    best = groups[int(np.argmax(np.round(bits, 12)))]  # not decided by rounding
    return Information(
        inputs=best.inputs,
        bits=best.bits,
        lowest_bits=min(bits),
        n_tried=len(groups),
        all_tried=len(groups) == math.comb(n_inputs, len(best.inputs)),
        exact=ranges.exact,
    )


def entropy(counts: NDArray[np.intp]) -> float:
    """Return how many bits it takes, on average, to say which of several things occurred.

    Examples
    --------
    >>> entropy(np.array([2, 2, 2, 2]))
    2.0
    """
    shares = counts[counts > 0] / counts.sum()
    return float(-np.sum(shares * np.log2(shares))) + 0.0
