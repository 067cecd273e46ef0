"""What a network's outputs mean: the category, by how much, and ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import ShapeError
from glassnet.kernels.answers import ties, winner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Classification", "Evaluation", "classify_outputs", "winners"]


@dataclass(frozen=True)
class Classification:
    """The category of one example.

    Attributes
    ----------
    index : int
        Which output is the highest; -1 for a tie.
    category : str or None
        Its name; None for a tie: "no category".
    margin : float
        The highest output less the second highest, in the outputs' own unit.
    ties : tuple of str
        The categories that share the highest output; empty where one is ahead.
    outputs : tuple of float
        All outputs, in the order of the categories.
    """

    index: int
    category: str | None
    margin: float
    ties: tuple[str, ...]
    outputs: tuple[float, ...]

    def __str__(self) -> str:
        if self.category is None:
            return f"no category (a tie of {', '.join(self.ties)})"
        return f"{self.category} (ahead by {self.margin:.4g})"


@dataclass(frozen=True)
class Evaluation:
    """How a network does on a data set.

    Attributes
    ----------
    loss : float
        The mean (or, with a loss that is summed, the sum) over the examples, each times its weight.
    n_examples : int
        How many examples there were.
    n_right : int or None
        How many were put into their category; a tie is not right. None for regression.
    confusion : ndarray of int, shape (n_categories, n_categories + 1), or None
        Rows are the true categories, columns the answers; the last column counts ties.
    """

    loss: float
    n_examples: int
    n_right: int | None
    confusion: NDArray[np.int64] | None

    @property
    def accuracy(self) -> float | None:
        """The share of the examples that were put into their category, from 0 to 1."""
        return None if self.n_right is None else self.n_right / self.n_examples

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation as plain JSON values."""
        return {
            "loss": self.loss,
            "n_examples": self.n_examples,
            "n_right": self.n_right,
            "accuracy": self.accuracy,
            "confusion": None if self.confusion is None else self.confusion.tolist(),
        }

    def __str__(self) -> str:
        if self.accuracy is None:
            return f"loss {self.loss:.6g} over {self.n_examples:,} examples"
        return f"{self.n_right:,} of {self.n_examples:,} right ({self.accuracy:.2%}), loss {self.loss:.6g}"


def winners(outputs: NDArray[Any]) -> NDArray[np.int64]:
    """Return which output of each example is the highest, -1 for a tie; shape (n_examples,)."""
    return np.fromiter((winner(row) for row in outputs), dtype=np.int64, count=len(outputs))


def classify_outputs(outputs: NDArray[Any], categories: Sequence[str]) -> list[Classification]:
    """Return the category of each row of `outputs` (n_examples, n_categories).

    Raises
    ------
    ShapeError
        Some output is not a number, so nothing can be said of the example.
    """
    broken = np.flatnonzero(~np.isfinite(outputs).all(axis=1))
    if len(broken):
        raise ShapeError(
            f"outputs of example {broken[0]}: {outputs[broken[0]].tolist()}, expected finite numbers; "
            "the network holds or produces values that are not finite"
        )
    return [_classify(row, index, categories) for row, index in zip(outputs, winners(outputs), strict=True)]


def _classify(row: NDArray[Any], index: int, categories: Sequence[str]) -> Classification:
    ranked = np.sort(row)[::-1]
    margin = float(ranked[0] - ranked[1]) if len(row) > 1 else float(abs(row[0]))
    tied: tuple[str, ...] = ()
    if index < 0:
        epsilon = np.finfo(row.dtype).eps
        tied = tuple(
            name for name, output in zip(categories, row, strict=True) if ties(ranked[0], output, epsilon)
        )
    category = categories[index] if index >= 0 else None
    return Classification(int(index), category, margin, tied, tuple(float(output) for output in row))
