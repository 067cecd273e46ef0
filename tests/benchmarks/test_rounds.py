"""Medians, spreads, ratios."""

import pytest
from benchmarks.rounds import best_variant, middle, ratio


def test_the_median_with_its_spread():
    found = middle([3.0, 1.0, 2.0])
    assert (found.median, found.low, found.high) == (2.0, 1.0, 3.0)


def test_a_ratio_is_taken_within_the_round():
    # A load that doubles everything in the second round changes no ratio.
    found = ratio([10.0, 20.0, 10.0], [1.0, 2.0, 1.0])
    assert (found.median, found.low, found.high) == (10.0, 10.0, 10.0)


def test_rounds_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])


def test_the_faster_number_of_threads_counts():
    peers = {
        "PyTorch@2": {"rounds": [4.0, 5.0]},
        "PyTorch@1": {"rounds": [2.0, 3.0]},
        "PyTorch@3": {"error": "no"},
        "JAX@2": {"rounds": [1.0]},
    }
    assert best_variant(peers, "PyTorch") == "PyTorch@1"
    assert best_variant(peers, "NumPy") is None
