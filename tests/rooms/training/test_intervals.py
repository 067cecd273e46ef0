import math

import pytest

from glassnet.training.intervals import Spread, interval_of_share


@pytest.mark.parametrize(("n", "low", "high"), [(6, 1, 6), (10, 2, 9), (20, 6, 15), (100, 40, 61)])
def test_the_interval_of_a_median_is_that_of_the_books(n, low, high):
    """The ranks stand in tables, such as Conover's."""
    spread = Spread.of([float(k) for k in range(n, 0, -1)])
    assert spread.interval == (low, high)
    assert (spread.median, spread.lowest, spread.highest) == ((n + 1) / 2, 1, n)
    inside = sum(math.comb(n, k) for k in range(low, high)) / 2**n
    assert inside >= 0.95


@pytest.mark.parametrize("n", range(1, 6))
def test_few_values_have_no_interval(n):
    assert Spread.of([1.0] * n).interval is None


@pytest.mark.parametrize(
    ("n_hits", "n", "low", "high"),
    [
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
        (0, 200, 0, 0.0188),
        (100, 200, 0.4314, 0.5686),
        (174, 200, 0.8163, 0.9097),
    ],
)
def test_the_interval_of_a_share_is_wilsons(n_hits, n, low, high):
    assert interval_of_share(n_hits, n) == pytest.approx((low, high), abs=1e-4)


def test_infinite_losses_are_values_like_others():
    spread = Spread.of([1.0, math.inf, 2.0])
    assert (spread.median, spread.highest) == (2.0, math.inf)
