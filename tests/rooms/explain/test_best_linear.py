"""The best linear classifier of few examples, against searches that need no algebra."""

import itertools
import math

import numpy as np
import pytest

from glassnet.explain.best_linear import most_separable


def right_by(weights, inputs, labels):
    ordered = np.sort(inputs @ weights, axis=1)
    clear = ordered[:, -1] - ordered[:, -2] > 1e-6
    return (np.argmax(inputs @ weights, axis=1) == labels) & clear


def most_by_thresholds(values, labels, counts):
    """The most that one threshold, either way round, gets right among numbers of two categories."""
    cuts = [-math.inf, *((a + b) / 2 for a, b in itertools.pairwise(np.unique(values))), math.inf]
    guesses = [(values > cut) == way for cut in cuts for way in (True, False)]
    return max(counts[guess == labels].sum() for guess in guesses)


@pytest.mark.parametrize("seed", range(30))
def test_best_linear_classifier_of_one_input(seed):
    chance = np.random.default_rng(seed)
    values = chance.integers(-5, 6, 10).astype(float)
    labels, counts = chance.integers(0, 2, 10), chance.integers(1, 4, 10)
    inputs = np.c_[values, np.ones(10)]
    weights = most_separable(inputs, labels, counts, 2)
    assert counts[right_by(weights, inputs, labels)].sum() == most_by_thresholds(values, labels, counts)


def most_by_angles(inputs, labels):
    """The most that a line through the middle gets right: one direction from each sector between normals."""
    normals = np.sort(
        np.mod(
            np.arctan2(inputs[:, 1], inputs[:, 0])[:, np.newaxis] + [np.pi / 2, -np.pi / 2], 2 * np.pi
        ).ravel()
    )
    angles = (normals + np.roll(normals, -1)) / 2
    angles[-1] += np.pi
    sums = inputs @ [np.cos(angles), np.sin(angles)]
    return max(np.count_nonzero((side > 0) == labels) for side in sums.T)


@pytest.mark.parametrize("seed", range(30))
def test_best_linear_classifier_of_two_inputs_without_bias(seed):
    chance = np.random.default_rng(seed)
    inputs, labels = chance.normal(size=(12, 2)), chance.integers(0, 2, 12)
    weights = most_separable(inputs, labels, np.ones(12, dtype=int), 2)
    assert np.count_nonzero(right_by(weights, inputs, labels)) == most_by_angles(inputs, labels)


def test_a_planted_classifier_of_several_categories_is_found():
    chance = np.random.default_rng(0)
    for _ in range(10):
        inputs = chance.normal(size=(16, 4))
        labels = np.argmax(inputs @ chance.normal(size=(4, 4)), axis=1)
        weights = most_separable(inputs, labels, np.ones(16, dtype=int), 4)
        assert right_by(weights, inputs, labels).all()


def test_an_input_of_nothing_is_never_right_without_bias():
    inputs, labels = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([0, 0, 1])
    weights = most_separable(inputs, labels, np.ones(3, dtype=int), 2)
    assert right_by(weights, inputs, labels).tolist() == [False, True, True]
    assert most_separable(np.zeros((2, 1)), np.array([0, 1]), np.ones(2, dtype=int), 2).shape == (1, 2)


def test_little_room_between_two_categories():
    """Down to a millionth the search tells them apart; where rounding decides, it claims nothing."""
    for room in (1e-2, 1e-4, 1e-6):
        inputs = np.array([[0.5, 1.0], [0.5 + room, 1.0], [0.5 + 2 * room, 1.0]])
        weights = most_separable(inputs, np.array([0, 1, 1]), np.ones(3, dtype=int), 2)
        assert np.argmax(inputs @ weights, axis=1).tolist() == [0, 1, 1]
    inputs = np.array([[0.5, 1.0], [0.5 + 1e-10, 1.0]])
    assert most_separable(inputs, np.array([0, 1]), np.ones(2, dtype=int), 2) is None
