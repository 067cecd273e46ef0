"""Simple rules, learned from examples in a moment: what a network has to beat."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glassnet.data import Dataset
from glassnet.explain.best_linear import MOST_EXAMPLES, most_separable
from glassnet.network import Network
from glassnet.network.answers import winners
from glassnet.training import train

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from glassnet.explain.information import Group, Ranges

__all__ = ["Rule", "rules_for_categories", "rules_for_numbers"]

# How a linear classifier is trained where there are too many examples to search for the best one.
_BATCH = 64
_FEWEST_STEPS = 1000
_FEWEST_EPOCHS = 8

# An input that differs from its mean by less than this share of it is taken to be constant.
_ROUNDING = 1e-12

# Directions in which the inputs spread less than this share of their widest spread are left out of a least
# squares fit: along them there is more rounding than information.
_NARROWEST = 1e-10


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule that has been learned from examples.

    Attributes
    ----------
    name : str
        Which kind of rule.
    detail : str
        What was learned, where that can be said in a few words.
    exact : bool
        Whether no rule of its kind does better on the examples that it learned from.
    answer : callable
        From inputs (n_examples, n_inputs) to the index of each example's category, -1 for a tie; or to
        numbers (n_examples, n_outputs).
    """

    name: str
    detail: str
    exact: bool
    answer: Callable[[NDArray[np.float64]], NDArray[np.float64] | NDArray[np.int64]]


def rules_for_categories(
    inputs: NDArray[np.float64],
    labels: NDArray[np.intp],
    categories: Sequence[str],
    input_names: Sequence[str],
    groups: Sequence[Sequence[Group]],
    ranges: Ranges,
) -> list[Rule]:
    """Learn every simple rule that answers categories.

    Parameters
    ----------
    inputs : ndarray, shape (n_examples, n_inputs)
    labels : ndarray of int, shape (n_examples,)
    categories, input_names : sequence of str
    groups : sequence of sequence of Group
        The single inputs, then the pairs, that tables of answers are made from.
    ranges : Ranges
        Of the inputs.
    """
    rules = [_majority(labels, categories)]
    for name, candidates in zip(("best single input", "best pair of inputs"), groups, strict=False):
        size = len(candidates[0].inputs)
        all_tried = len(candidates) == math.comb(inputs.shape[1], size)
        rules.append(_table(name, candidates, ranges, input_names, exact=ranges.exact and all_tried))
    rules.append(_nearest_mean(inputs, labels, len(categories)))
    rules.extend(_linear(inputs, labels, len(categories), bias=bias) for bias in (False, True))
    return rules


def rules_for_numbers(
    inputs: NDArray[np.float64], targets: NDArray[np.float64], input_names: Sequence[str]
) -> list[Rule]:
    """Learn every simple rule that answers numbers, each the one with the smallest squared error."""
    mean = targets.mean(axis=0)
    centre, scale = _scaling(inputs, centred=True)
    scaled, moved = (inputs - centre) / scale, targets - mean

    def answer_mean(given: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.broadcast_to(mean, (len(given), len(mean)))

    slopes = scaled.T @ moved / len(inputs)  # of each line alone, because scaled inputs have variance 1
    best = int(np.argmax((slopes**2).sum(axis=1)))

    def answer_line(given: NDArray[np.float64]) -> NDArray[np.float64]:
        moved_along = (given[:, best : best + 1] - centre[best]) / scale[best]
        return np.asarray(mean + moved_along * slopes[best])

    weights = _least_squares(scaled, moved)

    def answer_plane(given: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(mean + (given - centre) / scale @ weights)

    return [
        Rule("mean of the targets", ", ".join(f"{value:.6g}" for value in mean[:4]), True, answer_mean),
        Rule("best line over one input", input_names[best], True, answer_line),
        Rule("linear least squares", "all inputs", True, answer_plane),
    ]


def _majority(labels: NDArray[np.intp], categories: Sequence[str]) -> Rule:
    most = int(np.argmax(np.bincount(labels)))
    return Rule("most frequent category", categories[most], True, lambda given: np.full(len(given), most))


def _table(
    name: str, candidates: Sequence[Group], ranges: Ranges, input_names: Sequence[str], *, exact: bool
) -> Rule:
    """Look up what was most frequent where these inputs lie in the same ranges.

    References
    ----------
    .. [1] R. Holte, "Very simple classification rules perform well on most commonly used datasets",
       Machine Learning 11 (1993).
    """
    best = max(candidates, key=lambda group: group.n_right)
    answers = np.argmax(best.counts, axis=1)
    # A combination of ranges that was never seen answers what is most frequent in all.
    answers[~best.counts.any(axis=1)] = np.argmax(best.counts.sum(axis=0))
    detail = " and ".join(input_names[k] for k in best.inputs)
    return Rule(name, detail, exact, lambda given: answers[ranges.cells(given, best.inputs)])


def _nearest_mean(inputs: NDArray[np.float64], labels: NDArray[np.intp], n_categories: int) -> Rule:
    seen = np.flatnonzero(np.bincount(labels, minlength=n_categories))
    means = np.array([inputs[labels == k].mean(axis=0) for k in seen])

    def answer(given: NDArray[np.float64]) -> NDArray[np.int64]:
        # Half the squared distance with its sign turned, less a part that is the same for all means.
        nearness = given @ means.T - (means**2).sum(axis=1) / 2
        nearest = winners(nearness)
        return np.where(nearest < 0, -1, seen[nearest])

    return Rule("nearest mean of a category", "", True, answer)


def _linear(inputs: NDArray[np.float64], labels: NDArray[np.intp], n_categories: int, *, bias: bool) -> Rule:
    """Learn a linear classifier: the best one for few different examples, else one by softmax regression."""
    # Without bias, an input of 0 has to stay 0.
    centre, scale = _scaling(inputs, centred=bias)
    scaled = (inputs - centre) / scale
    name = f"linear classifier {'with' if bias else 'without'} bias"
    weights = _best_weights(_with_ones(scaled, bias), labels, n_categories)
    if weights is not None:
        chosen = weights
        return Rule(
            name,
            "proven: none gets more right",
            True,
            lambda given: winners(_with_ones((given - centre) / scale, bias) @ chosen),
        )
    network = _softmax_regression(scaled, labels, n_categories, bias=bias)

    def answer(given: NDArray[np.float64]) -> NDArray[np.int64]:
        return winners(network.predict((given - centre) / scale))

    return Rule(name, "found by softmax regression", bool(np.all(answer(inputs) == labels)), answer)


def _best_weights(
    inputs: NDArray[np.float64], labels: NDArray[np.intp], n_categories: int
) -> NDArray[np.float64] | None:
    """Return the weights of the best linear classifier, or None where that is too much to search for."""
    times: Counter[tuple[int, bytes]] = Counter()
    first = []
    for k, example in enumerate(zip(labels.tolist(), map(np.ndarray.tobytes, inputs), strict=True)):
        if example not in times:
            first.append(k)
        times[example] += 1
        if len(first) > MOST_EXAMPLES:
            return None
    counts = np.array(list(times.values()))
    # Weights only matter along the examples: as many directions as there are examples are enough.
    directions = np.linalg.qr(inputs[first].T)[0]
    weights = most_separable(inputs[first] @ directions, labels[first], counts, n_categories)
    return None if weights is None else directions @ weights


def _softmax_regression(
    inputs: NDArray[np.float64], labels: NDArray[np.intp], n_categories: int, *, bias: bool
) -> Network:
    """Return a network of one layer, trained to answer the categories."""
    data = Dataset.from_arrays(inputs, labels, categories=[str(k) for k in range(n_categories)])
    network = Network([inputs.shape[1], n_categories], "softmax", biases=bias)
    epochs = max(_FEWEST_EPOCHS, math.ceil(_FEWEST_STEPS / math.ceil(len(inputs) / _BATCH)))
    history = train(
        network, data, epochs=epochs, batch=_BATCH, optimizer="adam", learning_rate=0.01, schedule="cosine"
    )
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    return network


def _least_squares(inputs: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shortest weights with the smallest squared error, shape (n_inputs, n_outputs)."""
    # The smaller of the two matrices of products: by far quicker than a fit of all the examples.
    if len(inputs) < inputs.shape[1]:
        among_examples = np.linalg.lstsq(inputs @ inputs.T, targets, rcond=_NARROWEST)[0]
        return np.asarray(inputs.T @ among_examples)
    return np.asarray(np.linalg.lstsq(inputs.T @ inputs, inputs.T @ targets, rcond=_NARROWEST)[0])


def _scaling(
    inputs: NDArray[np.float64], *, centred: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what to subtract from each input and to divide it by, so that its mean square becomes 1.

    An input that never differs from what is subtracted says nothing; divided by infinity, it is 0 for
    every example to come.
    """
    centre = inputs.mean(axis=0) if centred else np.zeros(inputs.shape[1])
    spread = np.sqrt(((inputs - centre) ** 2).mean(axis=0))
    return centre, np.where(spread > _ROUNDING * np.abs(centre), spread, np.inf)


def _with_ones(inputs: NDArray[np.float64], bias: bool) -> NDArray[np.float64]:
    return np.hstack([inputs, np.ones((len(inputs), 1))]) if bias else inputs
