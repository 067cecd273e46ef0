"""What does not exist is refused, and what does is said: examples, layers, neurons, weights."""

import numpy as np
import pytest

from glassnet import Network
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.places import check_loss, check_neuron, parameter_place


@pytest.fixture
def network():
    network = Network([3, 2, 4], "tanh", biases=[True, False], connections=[np.eye(3, 2), None])
    network.parameters[:] = np.arange(network.n_parameters)
    return network


def test_places_are_those_of_the_views(network):
    for layer in (1, 2):
        for source, neuron in np.argwhere(network.connections(layer)):
            place, _ = parameter_place(network, layer, neuron, source)
            assert network.parameters[place] == network.weights(layer)[source, neuron]
    place, what = parameter_place(network, 1, 1, "bias")
    assert network.parameters[place] == network.biases(1)[1]
    assert what == "the bias of neuron 1 of layer 1"


@pytest.mark.parametrize(
    ("layer", "source", "what"),
    [
        (1, 0, "the weight from input 0 to neuron 0 of layer 1"),
        (2, 1, "the weight from neuron 1 of layer 1 to neuron 0 of layer 2"),
    ],
)
def test_a_weight_is_named_by_both_its_ends(network, layer, source, what):
    assert parameter_place(network, layer, 0, source)[1] == what


@pytest.mark.parametrize("layer", [-1, 0, 3, 1.5, "1"])
def test_a_layer_that_does_not_exist(network, layer):
    with pytest.raises(SettingError, match=f"layer {layer}: the network has layers 1 to 2"):
        parameter_place(network, layer, 0, 0)


@pytest.mark.parametrize("neuron", [-1, 2, 0.5, "a"])
def test_a_neuron_that_does_not_exist(network, neuron):
    with pytest.raises(SettingError, match=f"neuron {neuron} of layer 1: .* neurons 0 to 1"):
        check_neuron(network, 1, neuron)


def test_an_input_that_does_not_exist(network):
    with pytest.raises(SettingError, match="input 3: there is none; there are inputs 0 to 2"):
        check_neuron(network, 0, 3)


@pytest.mark.parametrize(
    ("layer", "source", "message"),
    [
        (1, -1, "weight into neuron 0 of layer 1: got source -1, expected 0 to 2 or 'bias'"),
        (1, 3, "got source 3, expected 0 to 2 or 'bias'"),
        (1, "bais", "got source 'bais', expected 0 to 2 or 'bias'"),
        (1, 1, "weight from input 1 into neuron 0 of layer 1: this connection is missing"),
        (2, "bias", "bias of neuron 0 of layer 2: the neurons of this layer have none"),
    ],
)
def test_a_weight_that_does_not_exist(network, layer, source, message):
    with pytest.raises(SettingError, match=message):
        parameter_place(network, layer, 0, source)


def test_a_loss_that_is_not_finite_has_no_slopes(network):
    network.weights(1)[0, 0] = np.nan
    with pytest.raises(ShapeError, match="slope: the weighted sum of layer 1, neuron 0 is not finite"):
        check_loss(np.nan, network, np.ones((1, 3)), "slope")
    network.weights(1)[0, 0] = 0
    with pytest.raises(ShapeError, match="slope: the loss is inf, too large to have slopes"):
        check_loss(np.inf, network, np.ones((1, 3)), "slope")
    check_loss(1.0, network, np.ones((1, 3)), "slope")
