"""Weights of examples and of categories: how much each counts."""

import numpy as np
import pytest

from glassnet import Network, Settings, train
from glassnet.data import Dataset
from glassnet.errors import ChoiceError, DataError, GlassnetError
from glassnet.network.examples import Examples
from glassnet.training import Run
from random_networks import clouds

UNEQUAL = Dataset.from_arrays(np.eye(6), ["a", "a", "a", "b", "b", "c"])


def weights_fed(data, **settings):
    network = Network([data.n_inputs, data.n_outputs])
    run = Run(network, Examples(data, network), None, Settings(shuffle=False, **settings))
    return run.feed.chunk(0, run.n_steps).weights


def trained(data, loss="squared", **settings):
    network = Network([data.n_inputs, 4, data.n_outputs], ["tanh", "identity"], loss=loss, seed=1)
    settings = {"epochs": 20, "batch": 100, "optimizer": "sgd", "schedule": "constant", **settings}
    train(network, data, **settings)
    return network.parameters


def test_balanced_lets_every_category_count_as_much():
    weights = weights_fed(UNEQUAL, class_weights="balanced")
    assert weights.mean() == pytest.approx(1)
    assert np.bincount(UNEQUAL.labels, weights) == pytest.approx([2, 2, 2])


def test_balanced_takes_weights_of_examples_into_account():
    data = Dataset.from_arrays(UNEQUAL.inputs, UNEQUAL.labels, weights=[1, 2, 3, 4, 5, 6])
    weights = weights_fed(data, class_weights="balanced")
    assert np.bincount(data.labels, weights) == pytest.approx([2, 2, 2])
    assert weights[:3] / weights[0] == pytest.approx([1, 2, 3])


def test_weights_by_category_multiply_those_of_the_examples():
    weights = weights_fed(UNEQUAL, class_weights={"b": 4.0, "c": 0.0})
    assert weights / weights[0] == pytest.approx([1, 1, 1, 4, 4, 0])
    assert weights.mean() == pytest.approx(1)


def test_heavy_examples_stay_heavy_in_a_batch_of_their_own():
    data = Dataset.from_arrays(UNEQUAL.inputs, UNEQUAL.labels, weights=[1, 1, 1, 1, 1, 7])
    assert weights_fed(data, batch=1).tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5, 0.5, 3.5])


@pytest.mark.parametrize("loss", ["squared(reduction=mean)", "absolute(reduction=sum)"])
def test_a_weight_of_two_counts_as_the_example_twice(loss):
    data = clouds(12)
    rows = np.repeat(np.arange(12), np.arange(12) % 2 + 1)
    twice = data.take(rows)
    weighted = Dataset.from_arrays(
        data.inputs, data.labels, categories=data.categories, weights=np.arange(12) % 2 + 1
    )
    # The loss of a sum adds up 12 weights of mean 1, or 18 examples.
    rate = 0.01 if "mean" in loss else 0.01 * 12 / 18
    np.testing.assert_allclose(
        trained(weighted, loss, learning_rate=0.01), trained(twice, loss, learning_rate=rate), rtol=1e-9
    )


def test_an_example_of_weight_zero_teaches_nothing():
    data = clouds(12)
    weights = np.ones(12)
    weights[4] = 0
    weighted = Dataset.from_arrays(data.inputs, data.targets, weights=weights)
    rest = data.take(weights > 0)
    without = Dataset.from_arrays(rest.inputs, rest.targets)
    np.testing.assert_allclose(trained(weighted), trained(without), rtol=1e-9)


@pytest.mark.parametrize(
    ("class_weights", "error", "message"),
    [
        ("ballanced", ChoiceError, "got 'ballanced', expected 'balanced' or a mapping"),
        (3, GlassnetError, "class_weights: got 3, expected 'balanced' or a mapping"),
        ({"d": 1}, ChoiceError, "there is no category 'd'.*known are a, b, c"),
        (
            {0: 1},
            ChoiceError,
            "there is no category 0; .*known are a, b, c",
        ),
        ({"a": "much"}, GlassnetError, "class_weights of a: got 'much', expected a number"),
        ({"a": -1}, GlassnetError, "at least 0"),
        ({"a": float("nan")}, GlassnetError, "at least 0"),
        ({"a": 0, "b": 0, "c": 0}, DataError, "not all 0"),
    ],
)
def test_class_weights_that_cannot_be(class_weights, error, message):
    with pytest.raises(error, match=message):
        weights_fed(UNEQUAL, class_weights=class_weights)


def test_class_weights_need_categories():
    data = Dataset.from_arrays(np.eye(3), [0.1, 0.2, 0.3])
    with pytest.raises(DataError, match="class_weights need categories, but the targets are numbers"):
        weights_fed(data, class_weights="balanced")
