"""Distributions against NumPy's own counting, and the gradients against differences."""

import json
import math

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.distribution import distributions


def digits():
    some = data.digits()
    network = Network([64, 20, 15, 10], ["tanh", "relu", "softmax"], categories=some.categories, seed=3)
    return network, some.inputs[:50], some.targets[:50]


def counted(histogram) -> int:
    return int(histogram.counts.sum()) + histogram.zeros + histogram.not_finite


def test_every_number_is_counted_once():
    network, inputs, targets = digits()
    found = distributions(network.run(inputs), targets)
    assert found.n_examples == 50
    for layer in found.layers:
        assert counted(layer.outputs) == counted(layer.gradients) == 50 * network.sizes[layer.layer]
        assert layer.outputs.n_numbers == counted(layer.outputs)


def test_outputs_are_counted_in_their_bins():
    network, inputs, _ = digits()
    trace = network.run(inputs)
    for layer in distributions(trace, n_bins=9).layers:
        outputs = trace.outputs(layer.layer).astype(float)
        edges, counts = layer.outputs.edges, layer.outputs.counts
        assert layer.outputs.zeros == np.count_nonzero(outputs == 0)
        for k in range(9):
            inside = (outputs >= edges[k]) & ((outputs < edges[k + 1]) | (k == 8)) & (outputs != 0)
            assert counts[k] == np.count_nonzero(inside)


def test_gradients_are_dloss_dz():
    # The slope over a bias is the dloss_dz of its neuron, here for one of four examples at a time.
    network = Network([3, 2], "identity", loss="squared", seed=1)
    inputs, targets = np.arange(12.0).reshape(4, 3) / 7, np.ones((4, 2))
    slopes = [network.gradient(inputs[k : k + 1], targets[k : k + 1])[1][-2:] / 4 for k in range(4)]
    (layer,) = distributions(network.run(inputs), targets).layers
    sizes = np.abs(slopes).ravel()
    assert layer.gradients.counts.sum() == 8
    assert layer.gradients.counts.tolist() == np.histogram(sizes, layer.gradients.edges)[0].tolist()


def test_all_layers_share_one_axis_of_decades():
    network, inputs, targets = digits()
    layers = distributions(network.run(inputs), targets).layers
    edges = layers[0].gradients.edges
    assert all((layer.gradients.edges == edges).all() for layer in layers)
    decades = np.log10(edges)
    assert np.diff(decades) == pytest.approx(0.5)
    assert decades[[0, -1]] == pytest.approx(np.round(decades[[0, -1]]))


def test_saturated_squashes_are_found():
    network = Network([1, 2, 2], ["tanh", "logistic"], biases=False)
    network.weights(1)[:] = [[0.5, 20]]
    network.weights(2)[:] = [[0, 0], [0, 9]]
    tanh, logistic = distributions(network.run([[1.0], [0.9], [0.01], [0.02]])).layers
    assert tanh.saturated == 2 / 8  # tanh(20) and tanh(18); tanh(0.4) is not
    outputs = network.predict([[1.0], [0.9], [0.01], [0.02]])
    assert logistic.saturated == np.mean(outputs * (1 - outputs) < 0.0025)
    assert 0 < logistic.saturated < 1


def test_where_the_slope_never_vanishes_nothing_is_saturated():
    (layer,) = distributions(Network([1, 1], "identity").run([1e6])).layers
    assert layer.saturated is None


def test_dead_neurons_are_found():
    network = Network([2, 4, 1], "relu")
    network.biases(1)[:] = [-100, 100, -100, 0]
    network.weights(1)[:, 3] = [1, -1]
    first, _ = distributions(network.run([[1, 0], [0, 1]])).layers
    assert first.dead == (0, 2)
    assert first.n_neurons == 4
    assert "2 of 4 neurons dead" in str(first)


def test_vanished_gradients_are_counted_as_zeros():
    network = Network([2, 3, 1], ["relu", "identity"])
    network.biases(1)[:] = -100
    first, last = distributions(network.run([1, 1]), [[5.0]]).layers
    assert first.gradients.zeros == 3
    assert last.gradients.zeros == 0
    everything = distributions(network.run([1, 1]), network.predict([[1, 1]])).layers
    assert [layer.gradients.zeros for layer in everything] == [3, 1]


def test_gradients_far_below_the_largest_stand_in_the_lowest_bin():
    network = Network([1, 2], "identity", biases=False, loss="squared")
    network.weights(1)[:] = [[1, 1e-40]]
    (layer,) = distributions(network.run([1.0]), [[0.0, 0.0]]).layers
    assert layer.gradients.counts[0] == 1
    assert layer.gradients.edges[-1] / layer.gradients.edges[0] <= 1.001e20


def test_what_is_not_finite_is_counted_apart():
    network = Network([2, 2, 1], ["relu", "identity"])
    network.weights(1)[:, 0] = math.nan
    first, _ = distributions(network.run([1, 2]), [[0.0]]).layers
    assert first.outputs.not_finite == 1
    assert counted(first.outputs) == 2


def test_without_targets_there_are_no_gradients():
    network, inputs, _ = digits()
    assert all(layer.gradients is None for layer in distributions(network.run(inputs)).layers)


def test_it_is_json():
    network, inputs, targets = digits()
    found = distributions(network.run(inputs), targets)
    again = json.loads(json.dumps(found.to_json()))
    assert again["n_examples"] == 50
    assert again["layers"][1]["outputs"]["counts"] == found.layers[1].outputs.counts.tolist()
    assert again["layers"][1]["activation"] == "relu"


def test_arrays_of_another_shape_and_bins_that_are_none():
    network, inputs, targets = digits()
    with pytest.raises(ShapeError, match="targets"):
        distributions(network.run(inputs), targets[:-1])
    with pytest.raises(SettingError, match="n_bins"):
        distributions(network.run(inputs), n_bins=0)
