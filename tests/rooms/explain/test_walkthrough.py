"""One example on its way through a network."""

import numpy as np
import pytest

from glassnet import Network, data, explain
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.places import parameter_at, parameter_place
from random_networks import clouds


@pytest.fixture(scope="module")
def network():
    return Network([5, 8, 6, 3], ["tanh", "relu", "softmax"], categories=["a", "b", "c"], seed=3)


def test_every_part_is_what_explain_says_alone(network):
    examples = clouds()
    trace = network.run(examples.inputs)
    walk = explain.walkthrough(trace, 7, examples.targets, strongest=2)
    output = walk.answer.index
    assert walk.answer == network.classify(examples.inputs)[7]
    assert walk.output == explain.neuron(trace, 7, 3, output)
    assert walk.error == explain.error(trace, examples.targets, 7)
    assert walk.attribution.to_json() == explain.attribution(trace, 7).to_json()
    assert [layer.layer for layer in walk.layers] == [1, 2, 3]
    for layer in walk.layers:
        outputs = trace.outputs(layer.layer)[7]
        strongest = sorted(range(len(outputs)), key=lambda k: -abs(outputs[k]))[:2]
        assert [neuron.neuron for neuron in layer.neurons] == strongest
        assert [neuron.output for neuron in layer.neurons] == outputs[strongest].tolist()


def test_the_steepest_slope_of_layer_1_is_taken_apart(network):
    examples = clouds()
    walk = explain.walkthrough(network.run(examples.inputs), 7, examples.targets)
    _, gradient = network.gradient(examples.inputs[7:8], examples.targets[7:8])
    first = gradient[: 5 * 8 + 8]
    assert abs(walk.steepest.slope) == pytest.approx(np.abs(first).max(), rel=1e-12)


def test_where_nothing_can_be_learned_it_says_so():
    network = Network([2, 2, 2], ["relu", "identity"])
    network.parameters[:] = 0
    network.biases(1)[:] = -1
    walk = explain.walkthrough(network.run([1.0, 1.0]), 0, [[1.0, 0.0]])
    assert walk.steepest is None
    assert "Every slope of layer 1 is 0" in str(walk)


def test_of_a_tie_the_first_output_is_explained():
    walk = explain.walkthrough(Network.drawn_four_pixel().run(data.four_pixel_odd()), 0)
    assert walk.answer.ties == ("solid", "vertical", "diagonal", "horizontal")
    assert walk.output.neuron == 0
    assert walk.attribution.category == "solid"
    assert walk.error is None


def test_what_is_not_there_or_not_finite_is_named(network):
    trace = network.run(clouds().inputs)
    with pytest.raises(SettingError, match="the trace has examples 0 to"):
        explain.walkthrough(trace, len(trace.inputs))
    with pytest.raises(SettingError, match="strongest: got 0"):
        explain.walkthrough(trace, 0, strongest=0)
    broken = network.copy()
    broken.weights(2)[1, 4] = np.inf
    with pytest.raises(ShapeError, match="weighted sum of layer 2, neuron 4 is not finite"):
        explain.walkthrough(broken.run(clouds().inputs))


def test_every_parameter_is_found_again(network):
    for place in range(network.n_parameters):
        assert parameter_place(network, *parameter_at(network, place))[0] == place
    with pytest.raises(SettingError, match=f"place: got {network.n_parameters}"):
        parameter_at(network, network.n_parameters)


def test_without_biases_too():
    network = Network.drawn_four_pixel()
    for place in range(network.n_parameters):
        assert parameter_place(network, *parameter_at(network, place))[0] == place
