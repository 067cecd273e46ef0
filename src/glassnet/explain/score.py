"""How well answers fit the targets of a data set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data import Columns, Dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Score", "in_own_unit", "score_categories", "score_numbers"]


@dataclass(frozen=True, eq=False)
class Score:
    """How well answers fit the targets of some examples.

    Attributes
    ----------
    misses : ndarray, shape (n_examples,)
        For categories 1 where the answer is wrong, else 0; for numbers the squared error of each
        example, the mean over its outputs.
    n_right, n_ties : int or None
        How many categories are right, and how many answers were a tie, which is not right.
    rmse : float or None
        Root mean squared error, for numbers [unit of the targets].
    r_squared : float or None
        The share of the targets' variance that the answers account for; None where there is none.
    """

    misses: NDArray[np.float64] = field(repr=False)
    n_right: int | None = None
    n_ties: int | None = None
    rmse: float | None = None
    r_squared: float | None = None

    @property
    def n_examples(self) -> int:
        """How many examples there were."""
        return len(self.misses)

    @property
    def accuracy(self) -> float | None:
        """The share of categories that are right, from 0 to 1."""
        return None if self.n_right is None else self.n_right / self.n_examples

    def to_json(self) -> dict[str, Any]:
        """Return the score as plain JSON values, without the misses."""
        names = ("n_examples", "n_right", "n_ties", "accuracy", "rmse", "r_squared")
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        if self.accuracy is not None:
            ties = f", {self.n_ties:,} ties" if self.n_ties else ""
            return f"{self.n_right:,} of {self.n_examples:,} ({self.accuracy:.1%}{ties})"
        explained = "" if self.r_squared is None else f" (R² {self.r_squared:.3f})"
        return f"RMSE {self.rmse:.4g}{explained}"


def score_categories(answers: NDArray[np.int64], data: Dataset) -> Score:
    """Score categories, each given as its index, -1 for a tie; shape (n_examples,)."""
    wrong = answers != data.labels
    return Score(
        misses=wrong.astype(np.float64),
        n_right=int(np.count_nonzero(~wrong)),
        n_ties=int(np.count_nonzero(answers < 0)),
    )


def score_numbers(answers: NDArray[np.float64], targets: NDArray[np.float64]) -> Score:
    """Score numbers, both of shape (n_examples, n_outputs)."""
    misses = ((answers - targets) ** 2).mean(axis=1)
    variance = float(targets.var(axis=0).mean())
    return Score(
        misses=misses,
        rmse=float(np.sqrt(misses.mean())),
        r_squared=None if variance == 0 else 1 - float(misses.mean()) / variance,
    )


def in_own_unit(data: Dataset, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return targets, or answers to them, in the unit of the table's column that they come from."""
    return data.encoder.target_numbers(numbers) if isinstance(data.encoder, Columns) else numbers
