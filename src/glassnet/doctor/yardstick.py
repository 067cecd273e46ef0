"""What can be learned from data without a network: a yardstick, and how many answers look wrong.

Simple learners judge each example by all the others: its nearest neighbours, and linear rules on the inputs,
on random squashed sums of them, and on their products. All are exact formulas: some hundredths of a second.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

__all__ = ["Yardstick", "measure_yardstick"]

_NEIGHBOURS = (1, 5, 10, 15)
_VOTERS = 10  # of those, the number that says how sure an answer is
_MOST_FOR_PRODUCTS = 16
_SUREST = 5  # one in so many
_RANDOM_SUMS = 120
_RIDGES = (1e-3, 1e-1, 1e1)


@dataclass(frozen=True, eq=False)
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
    answers : ndarray, shape (n_new, n_outputs), or None
        What the same learner answers to new examples, if there are any.
    """

    score: float
    by: str
    linear_score: float
    n_examples: int
    wrong_labels: float | None
    answers: NDArray[np.float64] | None = None


class _Learner(NamedTuple):
    """What one simple learner makes of the examples."""

    name: str
    others: NDArray[np.float64]  # its answer to each example, learned from all the others
    answer: Callable[[NDArray[np.float64]], NDArray[np.float64]]  # to new inputs, learned from all
    sure: bool = True  # whether how far its best answer is above the next one says how sure it is


def measure_yardstick(
    inputs: NDArray[np.float64],
    targets: NDArray[np.float64],
    new: NDArray[np.float64] | None = None,
    *,
    categories: bool,
) -> Yardstick:
    """Judge each example by all the others, and let the best learner answer new ones.

    Parameters
    ----------
    inputs : ndarray, shape (n_examples, n_inputs)
    targets : ndarray, shape (n_examples, n_outputs)
    new : ndarray, shape (n_new, n_inputs), optional
        Inputs of other examples.
    categories : bool
        Whether the targets say which category is right; else numbers to be met.
    """
    scale = _scale(inputs)
    learners = list(_learners(scale(inputs), targets))
    scores = [_score(each.others, targets, categories=categories) for each in learners]
    best = int(np.argmax(scores))
    wrong = None
    if categories and len(inputs) > 2 * _VOTERS:
        judges = (each for each in learners if each.sure)
        wrong = min(_wrong_labels(each.others, targets) for each in judges)
    answers = None if new is None else learners[best].answer(scale(new))
    return Yardstick(scores[best], learners[best].name, scores[0], len(inputs), wrong, answers)


def _scale(inputs: NDArray[np.float64]) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return what brings inputs to one scale, the size of their spread among these."""
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0)
    kept = spread > 0
    if np.ptp(inputs, axis=0).max(initial=0) < 4 and inputs.shape[1] > 16:
        # Inputs on one scale, such as pixels: to scale each by itself would blow up those at the border.
        return lambda values: values - mean
    return lambda values: (values - mean)[:, kept] / spread[kept]


def _learners(inputs: NDArray[np.float64], targets: NDArray[np.float64]) -> Iterator[_Learner]:
    yield _ridge("a linear rule", inputs, targets, lambda values: values)
    sums = np.random.default_rng(0).normal(size=(inputs.shape[1] + 1, _RANDOM_SUMS))
    size = np.sqrt(np.mean(np.sum(inputs**2, axis=1))) or 1.0
    for steep in (1.0, 3.0):
        weights = steep * sums[:-1] * np.sqrt(inputs.shape[1]) / size
        yield _ridge(
            "random squashed sums", inputs, targets, functools.partial(_with_squashed, weights, sums[-1])
        )
    if inputs.shape[1] <= _MOST_FOR_PRODUCTS:
        yield _ridge("products of two inputs", inputs, targets, _with_products)
    order = _nearest(inputs)
    for k in _NEIGHBOURS:
        if k < len(inputs):
            votes, answer = targets[order[:, :k]].mean(axis=1), functools.partial(_vote, inputs, targets, k)
            name = "nearest neighbour" if k == 1 else f"{k} nearest neighbours"
            yield _Learner(name, votes, answer, k == _VOTERS)


def _with_squashed(
    weights: NDArray[np.float64], biases: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.hstack([values, np.tanh(values @ weights + biases)])


def _with_products(values: NDArray[np.float64]) -> NDArray[np.float64]:
    one, other = np.triu_indices(values.shape[1])
    return np.hstack([values, values[:, one] * values[:, other]])


def _score(answers: NDArray[Any], targets: NDArray[Any], *, categories: bool) -> float:
    if categories:
        return float(np.mean(answers.argmax(axis=1) == targets.argmax(axis=1)))
    variance = float(np.sum((targets - targets.mean(axis=0)) ** 2))
    return 1 - float(np.sum((answers - targets) ** 2)) / variance if variance else 1.0


def _nearest(inputs: NDArray[Any]) -> NDArray[np.intp]:
    """Return the other examples, the nearest first."""
    distances = _distances(inputs, inputs)
    np.fill_diagonal(distances, np.inf)
    n_kept = min(max(_NEIGHBOURS), len(inputs) - 1)
    return np.argsort(distances, axis=1, kind="stable")[:, :n_kept]


def _distances(new: NDArray[Any], inputs: NDArray[Any]) -> NDArray[Any]:
    """Return the squares of the distances of new examples from others."""
    distances: NDArray[Any] = np.sum(new**2, axis=1)[:, None] + np.sum(inputs**2, axis=1) - 2 * new @ inputs.T
    return distances


def _vote(inputs: NDArray[Any], targets: NDArray[Any], k: int, new: NDArray[Any]) -> NDArray[Any]:
    votes: NDArray[Any] = targets[np.argsort(_distances(new, inputs), axis=1, kind="stable")[:, :k]].mean(
        axis=1
    )
    return votes


def _ridge(
    name: str,
    inputs: NDArray[Any],
    targets: NDArray[Any],
    features: Callable[[NDArray[Any]], NDArray[Any]],
) -> _Learner:
    """Return the best ridge regression on features of the inputs, each example judged by all the others."""
    rows = _and_one(features(inputs))
    # The eigenvectors of the smaller product: much quicker than a singular value decomposition of the rows.
    tall = rows.shape[0] > rows.shape[1]
    squares, vectors = np.linalg.eigh(rows.T @ rows if tall else rows @ rows.T)
    kept = squares > 1e-10 * squares[-1]
    squares, vectors = squares[kept], vectors[:, kept]
    left = (rows @ vectors) / np.sqrt(squares) if tall else vectors
    turned = left.T @ targets
    others, chosen, least = targets, 0.0, np.inf
    for each in _RIDGES:
        ridge = each * len(rows) / 100
        shares = (squares / (squares + ridge))[:, None]
        fitted = left @ (shares * turned)
        leverage = np.sum(left**2 * shares[:, 0], axis=1, keepdims=True)
        without = targets - (targets - fitted) / np.maximum(1 - leverage, 1e-6)
        error = float(np.mean((without - targets) ** 2))
        if error < least:
            others, chosen, least = without, ridge, error

    def answer(new: NDArray[Any]) -> NDArray[Any]:
        right = vectors if tall else rows.T @ vectors / np.sqrt(squares)
        weights = right @ ((np.sqrt(squares) / (squares + chosen))[:, None] * turned)
        answers: NDArray[Any] = _and_one(features(new)) @ weights
        return answers

    return _Learner(name, others, answer)


def _and_one(rows: NDArray[Any]) -> NDArray[Any]:
    return np.hstack([rows, np.ones((len(rows), 1))])


def _wrong_labels(answers: NDArray[Any], targets: NDArray[Any]) -> float:
    """Return how often a learner is contradicted where its best answer is furthest above the next one."""
    second, best = np.partition(answers, -2, axis=1)[:, -2:].T
    surest = np.argsort(second - best, kind="stable")[: len(targets) // _SUREST]
    return float(np.mean(answers[surest].argmax(axis=1) != targets[surest].argmax(axis=1)))
