"""SPEC, section 9: the share of 200 seeds that learn the four pixel camera. `make seeds` prints all rows."""

import importlib
from pathlib import Path

import pytest

from glassnet import Network
from glassnet.data import four_pixel

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def from_scratch():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield importlib.import_module("from_scratch")


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("squared error, gradient descent, no bias", 0.87),
        ("Adam, bias", 0.92),
        ("logistic squash, Adam, no bias", 0.40),
        ("tanh everywhere, Adam, no bias", 0.0),
    ],
)
def test_as_many_seeds_succeed_as_were_measured(from_scratch, name, share):
    row = next(row for row in from_scratch.ROWS if row.name == name)
    assert row.spec == share
    assert from_scratch.agrees(share, from_scratch.count(row)[0], from_scratch.N_SEEDS)


def test_a_tie_counts_for_the_first_category_or_for_none(from_scratch):
    data = four_pixel()
    network = Network([4, 4], "identity", categories=data.categories)
    network.parameters[:] = 0  # all four outputs tie
    assert from_scratch.first_of_ties(network, data) == 2  # both solid patterns
    assert network.evaluate(data).n_right == 0


@pytest.mark.parametrize(
    ("n_right", "agrees"), [(155, False), (162, True), (174, True), (185, True), (190, False)]
)
def test_two_samples_may_differ_by_so_much(from_scratch, n_right, agrees):
    assert from_scratch.agrees(0.87, n_right, 200) == agrees
