"""The most examples that any linear classifier can get right: exactly, with a proof, for few examples.

A linear classifier adds up the inputs with one set of weights a category and answers the category with the
highest sum. It gets an example right where the difference of two sums is positive for each wrong category:
one linear condition each. Whether weights exist that meet all conditions of some examples is decided by
`_meet`, which returns either such weights or the examples that contradict each other: a share of each of
their conditions that add up to nothing, so that no weights can make all of them positive (Gordan's theorem).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_EXAMPLES", "most_separable"]

MOST_EXAMPLES = 16
"""So many different examples have 65,536 subsets that could be given up; each further one doubles them."""

# Lengths up to this count as 0, where conditions have length 1.
_ROUNDING = 1e-13


class _Meeting(NamedTuple):
    """Weights that meet all conditions, or None with the share of each condition in a contradiction."""

    weights: NDArray[np.float64] | None
    blame: NDArray[np.float64]


def most_separable(
    inputs: NDArray[np.float64], labels: NDArray[np.intp], counts: NDArray[np.intp], n_categories: int
) -> NDArray[np.float64] | None:
    """Return the weights of a linear classifier that gets as many examples right as any can.

    Sets of examples to be given up are tried from the lightest on; each contradiction that is found
    rules out all the sets that would keep it whole [1]_.

    Parameters
    ----------
    inputs : ndarray, shape (n_examples, n_inputs)
        Different examples, at most `MOST_EXAMPLES`. A column of ones makes the classifier one with bias.
    labels : ndarray of int, shape (n_examples,)
    counts : ndarray of int, shape (n_examples,)
        How many times each of them occurs.
    n_categories : int

    Returns
    -------
    ndarray, shape (n_inputs, n_categories), or None
        None where rounding leaves it open whether some examples can be told apart.

    References
    ----------
    .. [1] E. Moreno-Centeno, R. Karp, "The implicit hitting set approach to solve combinatorial optimization
       problems", Operations Research 61 (2013).

    Examples
    --------
    >>> inputs, labels = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]]), np.array([0, 0, 1])
    >>> weights = most_separable(inputs, labels, np.ones(3, dtype=int), n_categories=2)
    >>> int(np.count_nonzero(np.argmax(inputs @ weights, axis=1) == labels))  # two of a category are opposite
    2
    """
    given_up = (np.arange(2 ** len(inputs))[:, np.newaxis] >> np.arange(len(inputs))) & 1 == 1
    given_up = given_up[np.argsort(given_up @ counts, kind="stable")]
    conditions, owners = _conditions(inputs, labels, n_categories)
    while True:  # ends at the latest where all examples are given up, and no condition is left
        asked = ~given_up[0, owners]
        meeting = _meet(conditions[asked])
        if meeting is None:
            return None
        if meeting.weights is not None:
            return meeting.weights.reshape(n_categories, -1).T
        to_blame = np.unique(owners[asked][meeting.blame > 0])
        given_up = given_up[given_up[:, to_blame].any(axis=1)]


def _conditions(
    inputs: NDArray[np.float64], labels: NDArray[np.intp], n_categories: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return a row for each example and wrong category, to be met by ``row @ weights > 0``, and its example.

    The weights are laid end to end, category after category. Rows have length 1.
    """
    n_examples, n_inputs = inputs.shape
    lengths = np.linalg.norm(inputs, axis=1, keepdims=True)
    directions = inputs / (np.sqrt(2) * np.where(lengths > 0, lengths, 1))
    rows, owners = [], []
    for example in range(n_examples):
        for wrong in range(n_categories):
            if wrong != labels[example]:
                row = np.zeros((n_categories, n_inputs))
                row[labels[example]] = directions[example]
                row[wrong] = -directions[example]
                rows.append(row.ravel())
                owners.append(example)
    return np.array(rows), np.array(owners)


def _meet(conditions: NDArray[np.float64]) -> _Meeting | None:
    """Return weights with ``conditions @ weights > 0``, or a proof that there are none; None if it is open.

    The shortest weights with ``conditions @ weights >= 1`` come from a least squares problem with shares
    that may not be negative; it has an error of 0 where, and only where, there are no such weights [1]_.

    References
    ----------
    .. [1] C. Lawson, R. Hanson, "Solving least squares problems" (1974), chapter 23, section 4.
    """
    n_weights = conditions.shape[1]
    if not len(conditions):
        return _Meeting(np.zeros(n_weights), np.zeros(0))
    goal = np.zeros(n_weights + 1)
    goal[-1] = 1
    shares = _shares(np.hstack([conditions, np.ones((len(conditions), 1))]).T, goal)
    rest = conditions.T @ shares
    length = float(np.linalg.norm(rest))
    if length <= _ROUNDING * shares.sum():
        return _Meeting(None, shares)
    weights = rest / length
    # Weights are tried before they are believed: the shares may be too inexact where there is little room.
    return _Meeting(weights, shares) if (conditions @ weights).min() > _ROUNDING else None


def _shares(columns: NDArray[np.float64], goal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return x >= 0 that brings ``columns @ x`` as near to the goal as it can be.

    References
    ----------
    .. [1] C. Lawson, R. Hanson, "Solving least squares problems" (1974), chapter 23, section 3.
    """
    shares = np.zeros(columns.shape[1])
    free = np.zeros(columns.shape[1], dtype=bool)  # the others are held at 0
    for _ in range(10 * columns.shape[1] + 10):
        pull = np.where(free, 0.0, columns.T @ (goal - columns @ shares))
        if pull.max(initial=0) <= _ROUNDING:
            break
        free[np.argmax(pull)] = True
        while True:
            wanted = np.zeros_like(shares)
            wanted[free] = np.linalg.lstsq(columns[:, free], goal, rcond=None)[0]
            negative = free & (wanted <= 0)
            if not negative.any():
                break
            # Go towards it only until the first share becomes 0, and hold that one there.
            reach = np.min(shares[negative] / (shares[negative] - wanted[negative]))
            shares += reach * (wanted - shares)
            free &= shares > _ROUNDING
            shares[~free] = 0
        shares = wanted
    return shares
