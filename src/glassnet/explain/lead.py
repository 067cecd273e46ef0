"""Whether a network is ahead of a simple rule on the same examples, or its lead could be chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.explain.score import Score

__all__ = ["Lead", "lead_in_errors", "lead_in_right_answers"]

# A lead that chance alone would give less often than this is taken to be real: the usual 95 %.
_RARE = 0.05


@dataclass(frozen=True, eq=False)
class Lead:
    """A network and the best simple rule, on the same examples.

    Attributes
    ----------
    rule : str
        Which simple rule it is.
    network, simple : Score
        How each of them does.
    ahead : {"network", "rule", "neither"}
        Which of them does better on these examples.
    p_value : float
        How often chance alone would give a lead at least as large, if both were equally good.
    test : str
        Which test says so.
    """

    rule: str
    network: Score
    simple: Score
    ahead: str
    p_value: float
    test: str

    @property
    def by_chance(self) -> bool:
        """Whether the lead is so small that it could be chance (p of 0.05 or more)."""
        return self.p_value >= _RARE

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain JSON values."""
        return {
            "rule": self.rule,
            "network": self.network.to_json(),
            "simple": self.simple.to_json(),
            "ahead": self.ahead,
            "p_value": self.p_value,
            "test": self.test,
            "by_chance": self.by_chance,
            "says": str(self),
        }

    def __str__(self) -> str:
        proof = f"{self.test}, p = {self.p_value:.2g}, {self.network.n_examples:,} examples"
        if self.ahead == "network":
            so = "chance could give such a lead" if self.by_chance else "more than chance would give"
            return (
                f"The network is ahead of the best simple rule, {self.rule}: "
                f"{self.network} against {self.simple}; {so} ({proof})."
            )
        better = self.ahead == "rule" and not self.by_chance
        so = "better than the network" if better else "already as good"
        return f"A simple rule is {so}, {self.rule}: {self.simple} against {self.network} ({proof})."


def lead_in_right_answers(network: NDArray[np.bool_], rule: NDArray[np.bool_]) -> tuple[float, str]:
    """Return how often chance would give such a lead in right answers, and the name of the test.

    Only examples that one of the two gets right and the other wrong count; were both equally good, each
    of these would be a toss of a coin.

    Parameters
    ----------
    network, rule : ndarray of bool, shape (n_examples,)
        Which examples each of them gets right.

    References
    ----------
    .. [1] Q. McNemar, "Note on the sampling error of the difference between correlated proportions",
       Psychometrika 12 (1947).

    Examples
    --------
    >>> lead_in_right_answers(np.array([True, True, True, True]), np.array([True, False, False, False]))
    (0.25, "McNemar's exact test")
    """
    only_network = int(np.count_nonzero(network & ~rule))
    only_rule = int(np.count_nonzero(rule & ~network))
    n_tosses, fewer = only_network + only_rule, min(only_network, only_rule)
    ways, total = 1, 0  # whole numbers of any length: exact for thousands of tosses
    for k in range(fewer + 1):
        total += ways
        ways = ways * (n_tosses - k) // (k + 1)
    return min(1.0, 2 * total / 2**n_tosses), "McNemar's exact test"


def lead_in_errors(network: NDArray[np.float64], rule: NDArray[np.float64]) -> tuple[float, str]:
    """Return how often chance would give such a lead in mean squared error, and the name of the test.

    The mean difference of the two errors is compared with its standard error, as if it were normally
    distributed; with few examples that is only a rough guide.

    Parameters
    ----------
    network, rule : ndarray, shape (n_examples,)
        The squared error of each of them on each example.
    """
    differences = network - rule
    test = "paired z test"
    mean = float(differences.mean())
    if mean == 0 or len(differences) < 2:
        return 1.0, test
    standard_error = float(differences.std(ddof=1)) / math.sqrt(len(differences))
    if standard_error == 0:
        return 0.0, test
    return math.erfc(abs(mean) / standard_error / math.sqrt(2)), test
