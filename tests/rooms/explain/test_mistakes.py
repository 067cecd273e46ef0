"""The worst answers of a network."""

import importlib

import numpy as np
import pytest

from glassnet import Network, explain
from glassnet.data import Dataset, NumberColumn, digits, four_pixel_odd
from glassnet.data.columns import Columns
from glassnet.errors import DataError, SettingError, ShapeError


@pytest.fixture(scope="module")
def network():
    return Network([64, 10], categories=[str(k) for k in range(10)], seed=1)


def test_the_worst_are_found(network):
    examples = digits()
    found = explain.mistakes(network, examples, top=4)
    outputs = network.predict(examples.inputs)
    answers, each = outputs.argmax(axis=1), np.arange(len(outputs))
    ahead = outputs[each, answers] - outputs[each, examples.labels]
    assert found.n_wrong == np.count_nonzero(answers != examples.labels)
    assert found.n_ties == 0
    assert [mistake.example for mistake in found.worst] == np.argsort(-ahead, kind="stable")[:4].tolist()
    for mistake in found.worst:
        assert mistake.off_by == ahead[mistake.example]
        assert mistake.answer == str(answers[mistake.example])
        assert mistake.truth == str(examples.labels[mistake.example])
        assert mistake.attribution.category == mistake.answer
        np.testing.assert_array_equal(mistake.attribution.inputs, examples.inputs[mistake.example])


def test_blocks_change_nothing(network, monkeypatch):
    whole = explain.mistakes(network, digits(), top=6).to_json()
    module = importlib.import_module("glassnet.explain.mistakes")  # its function hides it
    monkeypatch.setattr(module, "rows_at_once", lambda _size: 100)
    assert explain.mistakes(network, digits(), top=6).to_json() == whole


def test_ties_are_counted_apart():
    network = Network.drawn_four_pixel()
    odd = Dataset.from_arrays(four_pixel_odd(), np.zeros(8, dtype=int), categories=network.categories)
    found = explain.mistakes(network, odd)
    assert (found.n_wrong, found.n_ties, found.worst) == (0, 8, ())
    assert str(found) == "arrays: 0 of 8 put into a wrong category, 8 into none"


def test_numbers_are_off_in_their_own_unit():
    columns = Columns((NumberColumn("size", 0, 10),), NumberColumn("price", 100, 300))
    examples = Dataset.from_arrays([[0.0], [1.0]], [[0.5], [-1.0]], encoder=columns, names=["a", "b"])
    network = Network([1, 1], encoder=columns)
    network.parameters[:] = 0.5, 0
    found = explain.mistakes(network, examples)
    assert str(found).splitlines() == [
        "arrays: the worst of 2 answers",
        "b: 100, answered 250 (off by 150)",
        "a: 250, answered 200 (off by 50)",
    ]


def test_what_does_not_fit_is_refused(network):
    with pytest.raises(SettingError, match="top: got 0"):
        explain.mistakes(network, digits(), top=0)
    with pytest.raises(DataError, match="the data have 64 inputs"):
        explain.mistakes(Network([4, 10]), digits())
    broken = network.copy()
    broken.parameters[:] = np.nan
    with pytest.raises(ShapeError, match="digits, from example 0: the weighted sum of layer 1, neuron 0"):
        explain.mistakes(broken, digits())
