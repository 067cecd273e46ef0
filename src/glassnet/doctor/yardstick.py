"""What can be learned from data without a network: a yardstick, and how many answers look wrong.

Simple learners judge each example by all the others: its nearest neighbours, and linear rules on the inputs,
on random squashed sums of them, and on their products. All are exact formulas: some hundredths of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Yardstick", "measure_yardstick"]

_NEIGHBOURS = (1, 5, 15)
_VOTERS = 10
_MOST_FOR_PRODUCTS = 16
_SUREST = 5  # one in so many
_RANDOM_SUMS = 120
_RIDGES = (1e-3, 1e-1, 1e1)


@dataclass(frozen=True)
class Yardstick:
    """What simple learners reach, each example judged by the others.

    Attributes
    ----------
    score : float
        The share of right answers; for numbers the explained share of their variance.
    by : str
        The learner that reaches it.
    linear_score : float
        What the linear rule alone reaches.
    n_examples : int
    wrong_labels : float or None
        Among the fifth of the examples that a learner is most sure of, the share that carries another answer,
        by the learner of which that is least; None for numbers. Where categories overlap it is small, for
        there no learner is sure; where answers are wrong at random it is their share.
    """

    score: float
    by: str
    linear_score: float
    n_examples: int
    wrong_labels: float | None


def measure_yardstick(
    inputs: NDArray[np.float64], targets: NDArray[np.float64], *, categories: bool
) -> Yardstick:
    """Judge each example by all the others.

    Parameters
    ----------
    inputs : ndarray, shape (n_examples, n_inputs)
    targets : ndarray, shape (n_examples, n_outputs)
    categories : bool
        Whether the targets say which category is right; else numbers to be met.
    """
    spread = inputs.std(axis=0)
    scaled = (inputs - inputs.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    wide = np.ptp(inputs, axis=0)
    if wide.max(initial=0) < 4 and inputs.shape[1] > 16:
        # Inputs on one scale, such as pixels: to scale each by itself would blow up those at the border.
        scaled = inputs - inputs.mean(axis=0)
    answers = {"a linear rule": _ridge(scaled, targets)}
    scores = {"a linear rule": _score(answers["a linear rule"], targets, categories=categories)}
    linear = scores["a linear rule"]
    sums = np.random.default_rng(0).normal(size=(scaled.shape[1] + 1, _RANDOM_SUMS))
    size = np.sqrt(np.mean(np.sum(scaled**2, axis=1))) or 1.0
    for steep in (1.0, 3.0):
        squashed = np.tanh(scaled @ (steep * sums[:-1] * np.sqrt(scaled.shape[1]) / size) + sums[-1])
        answers[f"sums {steep}"] = _ridge(np.hstack([scaled, squashed]), targets)
        found = _score(answers[f"sums {steep}"], targets, categories=categories)
        scores["random squashed sums"] = max(found, scores.get("random squashed sums", found))
    if scaled.shape[1] <= _MOST_FOR_PRODUCTS:
        one, other = np.triu_indices(scaled.shape[1])
        products = np.hstack([scaled, scaled[:, one] * scaled[:, other]])
        answers["products"] = _ridge(products, targets)
        scores["products of two inputs"] = _score(answers["products"], targets, categories=categories)
    order = _nearest(scaled)
    for k in _NEIGHBOURS:
        if k < len(inputs):
            votes = targets[order[:, :k]].mean(axis=1)
            scores[f"its {k} nearest"] = _score(votes, targets, categories=categories)
    best = max(scores, key=lambda name: scores[name])
    wrong = None
    if categories and len(inputs) > 2 * _VOTERS:
        answers["neighbours"] = targets[order[:, :_VOTERS]].mean(axis=1)
        wrong = min(_wrong_labels(each, targets) for each in answers.values())
    return Yardstick(scores[best], best, linear, len(inputs), wrong)


def _score(answers: NDArray[Any], targets: NDArray[Any], *, categories: bool) -> float:
    if categories:
        return float(np.mean(answers.argmax(axis=1) == targets.argmax(axis=1)))
    variance = float(np.sum((targets - targets.mean(axis=0)) ** 2))
    return 1 - float(np.sum((answers - targets) ** 2)) / variance if variance else 1.0


def _nearest(inputs: NDArray[Any]) -> NDArray[np.intp]:
    """Return the other examples, the nearest first."""
    squares = np.sum(inputs**2, axis=1)
    distances = squares[:, None] + squares - 2 * inputs @ inputs.T
    np.fill_diagonal(distances, np.inf)
    n_kept = min(max(*_NEIGHBOURS, _VOTERS), len(inputs) - 1)
    return np.argsort(distances, axis=1, kind="stable")[:, :n_kept]


def _ridge(inputs: NDArray[Any], targets: NDArray[Any]) -> NDArray[Any]:
    """Return the answer of the best ridge regression for each example, learned from all the others."""
    rows = np.hstack([inputs, np.ones((len(inputs), 1))])
    # The eigenvectors of the smaller product: much quicker than a singular value decomposition of the rows.
    tall = rows.shape[0] > rows.shape[1]
    squares, vectors = np.linalg.eigh(rows.T @ rows if tall else rows @ rows.T)
    kept = squares > 1e-10 * squares[-1]
    squares = squares[kept]
    left = (rows @ vectors[:, kept]) / np.sqrt(squares) if tall else vectors[:, kept]
    turned = left.T @ targets
    best, least = targets, np.inf
    for ridge in _RIDGES:
        shares = (squares / (squares + ridge * len(rows) / 100))[:, None]
        fitted = left @ (shares * turned)
        leverage = np.sum(left**2 * shares[:, 0], axis=1, keepdims=True)
        without = targets - (targets - fitted) / np.maximum(1 - leverage, 1e-6)
        error = float(np.mean((without - targets) ** 2))
        if error < least:
            best, least = without, error
    return best


def _wrong_labels(answers: NDArray[Any], targets: NDArray[Any]) -> float:
    """Return how often a learner is contradicted where its best answer is furthest above the next one."""
    second, best = np.partition(answers, -2, axis=1)[:, -2:].T
    surest = np.argsort(second - best, kind="stable")[: len(targets) // _SUREST]
    return float(np.mean(answers[surest].argmax(axis=1) != targets[surest].argmax(axis=1)))
