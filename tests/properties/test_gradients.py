"""Backpropagation against numeric slopes: every activation, loss, bias, mask, reduction and penalty."""

import numpy as np
import pytest
from hypothesis import assume, given, settings

from random_networks import ENDINGS, HIDDEN, cases, distance_to_kink, make_case

STEP = 1e-4


def numeric_gradient(case):
    """Central differences with two steps, of fourth order; missing connections are not moved."""
    network = case.network
    gradient = np.zeros(network.n_parameters)
    movable = network.connected if network.connected.size else np.ones(network.n_parameters, dtype=bool)

    def loss_at(index, change):
        twin = network.copy()
        twin.parameters[index] += change
        return twin.gradient(*case.batch, **case.options)[0]

    for i in np.flatnonzero(movable):
        near = loss_at(i, STEP) - loss_at(i, -STEP)
        far = loss_at(i, 2 * STEP) - loss_at(i, -2 * STEP)
        gradient[i] = (8 * near - far) / (12 * STEP)
    return gradient


def assert_gradient_is_right(case):
    exact = case.network.gradient(*case.batch, **case.options)[1]
    numeric = numeric_gradient(case)
    # Slopes of less than a thousandth of the largest are compared with that: their own digits are rounding.
    scale = np.maximum(np.maximum(np.abs(exact), np.abs(numeric)), 1e-3 * np.abs(exact).max() + 1e-6)
    assert (np.abs(exact - numeric) / scale).max() < 1e-7


def away_from_kinks(*arguments, **options):
    """The first of the cases with seeds 0, 1, ... in which no step crosses a kink."""
    candidates = (make_case(*arguments, **options, seed=seed) for seed in range(100))
    return next(case for case in candidates if distance_to_kink(case) > 50 * STEP)


@pytest.mark.parametrize(("last", "loss"), ENDINGS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_each_activation_with_each_loss(hidden, last, loss):
    assert_gradient_is_right(away_from_kinks([3, 3, 2], [hidden, last], loss, missing=0.2, l1=0.1, l2=0.2))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(cases())
def test_random_networks(case):
    assume(distance_to_kink(case) > 50 * STEP)
    assert_gradient_is_right(case)
