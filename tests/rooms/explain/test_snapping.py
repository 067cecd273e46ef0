"""Weights snapped to -1, 0 and 1, and whether the network still works."""

import json

import numpy as np
import pytest

from glassnet import Network
from glassnet.data import digits, four_pixel
from glassnet.errors import DataError, SettingError, ShapeError
from glassnet.explain.snapping import snapped


def test_the_drawn_network_comes_back_from_noise_and_scale():
    drawn = Network.drawn_four_pixel()
    chance = np.random.default_rng(3)
    for _ in range(20):
        network = drawn.copy()
        for layer in (1, 2, 3, 4):
            network.weights(layer)[:] *= chance.uniform(0.3, 3, network.sizes[layer])  # neuron by neuron
            strongest = np.abs(network.weights(layer)).max(axis=0)
            network.weights(layer)[:] += strongest * chance.uniform(-0.25, 0.25, network.weights(layer).shape)
        result = snapped(network, four_pixel())
        np.testing.assert_array_equal(result.network.parameters, drawn.parameters)
        assert result.after.n_right == 8


def test_the_threshold_is_a_share_of_the_neurons_strongest_weight():
    network = Network([4, 2], "identity")
    network.weights(1)[:] = np.transpose([[10, -4.1, 4, 0], [-0.01, 0.005, 0.0, 0.003]])
    network.biases(1)[:] = [-5, 0.001]
    result = snapped(network)
    np.testing.assert_array_equal(result.network.weights(1).T, [[1, -1, 0, 0], [-1, 1, 0, 0]])
    np.testing.assert_array_equal(result.network.biases(1), [-1, 0])
    assert (result.n_negative, result.n_zero, result.n_positive) == (3, 5, 2)
    rest = snapped(network, threshold=0)
    np.testing.assert_array_equal(rest.network.weights(1).T, [[1, -1, 1, 0], [-1, 1, 0, 1]])


def test_a_bias_may_be_the_strongest():
    network = Network([2, 1], "identity")
    network.parameters[:] = [0.3, -1, 5]
    np.testing.assert_array_equal(snapped(network).network.parameters, [0, 0, 1])


def test_missing_connections_stay_missing_and_are_not_counted():
    network = Network([2, 2], "tanh", connections=[np.eye(2, dtype=bool)], biases=False, seed=1)
    result = snapped(network)
    assert result.n_zero == 0
    assert result.n_negative + result.n_positive == 2
    np.testing.assert_array_equal(result.network.connections(1), np.eye(2))


def test_the_loss_before_and_after_is_reported_and_the_network_left():
    network = Network([4, 4, 4], "tanh", categories=four_pixel().categories, seed=2)
    before = network.parameters.copy()
    result = snapped(network, four_pixel())
    np.testing.assert_array_equal(network.parameters, before)
    assert result.before.loss == network.evaluate(four_pixel()).loss
    assert result.after.loss == result.network.evaluate(four_pixel()).loss != result.before.loss
    assert str(result).splitlines()[1:] == [f"before: {result.before}", f"after:  {result.after}"]
    assert snapped(network).before is snapped(network).after is None


def test_neurons_without_weights_stay_so():
    network = Network([2, 1], "identity")
    network.parameters[:] = 0
    assert snapped(network).n_zero == 3


@pytest.mark.parametrize("threshold", [-0.1, 1.0, np.nan])
def test_thresholds_that_it_refuses(threshold):
    with pytest.raises(SettingError, match="threshold: got"):
        snapped(Network.drawn_four_pixel(), threshold=threshold)


def test_what_it_refuses():
    network = Network.drawn_four_pixel()
    with pytest.raises(DataError, match="64 inputs"):
        snapped(network, digits())
    biased = Network([2, 2])
    biased.biases(1)[1] = -np.inf
    with pytest.raises(ShapeError, match="neuron 1 of layer 1: its bias is -inf"):
        snapped(biased)


def test_as_json():
    result = snapped(Network.drawn_four_pixel(), four_pixel())
    read = json.loads(json.dumps(result.to_json()))
    assert read["parameters"][:4] == [1, 0, 1, 0]
    assert read["after"]["n_right"] == 8
    assert (read["n_negative"], read["n_zero"], read["n_positive"]) == (8, 64, 24)
