"""What a neuron writes: by hand in the drawn network, and against runs of the whole network."""

import json

import numpy as np
import pytest

from glassnet import Network
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.writes import writes

EXAMPLE = [0.5, 0.0, 0.75, -0.75]


@pytest.mark.parametrize(
    ("layer", "height"), [(3, 1.0), (2, 1.0)], ids=["a rectifier", "a pattern, through its rectifier"]
)
def test_inside_the_drawn_network_from_rest(layer, height):
    network = Network.drawn_four_pixel()
    for neuron in range(network.sizes[layer]):
        written = writes(network, layer, neuron)
        category = neuron // 2 if layer == 3 else neuron
        np.testing.assert_array_equal(written.changes, height * (np.arange(4) == category))
        assert written.from_rest


def test_a_first_neuron_writes_through_all_layers():
    written = writes(Network.drawn_four_pixel(), 1, 3)
    np.testing.assert_allclose(written.changes, [0, 0, np.tanh(1), np.tanh(1)], rtol=1e-15)
    np.testing.assert_array_equal(written.weights, [0, 0, -1, 1])


def test_a_pixel_writes_too():
    network = Network.drawn_four_pixel()
    written = writes(network, 0, 2)
    np.testing.assert_array_equal(written.at_one, network.predict([0, 0, 1, 0])[0])
    np.testing.assert_array_equal(written.at_zero, np.zeros(4))


@pytest.mark.parametrize("last", ["identity", "softmax"])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_from_an_example(layer, last):
    network = Network([4, 5, 6, 3], ["tanh", "relu", last], biases=[True, False, True], seed=3)
    network.biases(3)[:] = [1, -1, 0.5]
    outputs = network.run(EXAMPLE).outputs(layer)[0]
    for neuron in range(network.sizes[layer]):
        written = writes(network, layer, neuron, EXAMPLE)
        for value, answer in ((0, written.at_zero), (1, written.at_one)):
            values = outputs.copy()
            values[neuron] = value
            np.testing.assert_allclose(answer, continued(network, layer, values), rtol=1e-13)
        np.testing.assert_array_equal(written.weights, network.weights(layer + 1)[neuron])
        assert not written.from_rest


def continued(network, layer, outputs):
    """The layers behind one, by NumPy."""
    squashes = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "identity": lambda z: z,
        "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
    }
    for k in range(layer + 1, network.n_layers + 1):
        biases = network.biases(k) if network.biases(k).size else 0
        outputs = squashes[network.activations[k - 1].name](outputs @ network.weights(k) + biases)
    return outputs


def test_a_float32_network_stays_float32():
    network = Network([4, 3, 2], seed=1, dtype="float32")
    network32, network64 = writes(network, 1, 0), writes(network.copy(np.float64), 1, 0)
    np.testing.assert_allclose(network32.changes, network64.changes, rtol=1e-6)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((4, 0), "layer 4 is the last, expected 0 to 3"),
        ((5, 0), "layers 1 to 4"),
        ((3, 8), "neurons 0 to 7"),
        ((0, 4), "inputs 0 to 3"),
    ],
)
def test_places_that_do_not_exist(place, message):
    with pytest.raises(SettingError, match=message):
        writes(Network.drawn_four_pixel(), *place)


def test_what_it_refuses():
    network = Network.drawn_four_pixel()
    with pytest.raises(SettingError, match="got 2 examples, expected one"):
        writes(network, 1, 0, [EXAMPLE, EXAMPLE])
    network.weights(3)[1, 6] = np.nan
    with pytest.raises(ShapeError, match="neuron 0 of layer 1 writes: the weighted sum of layer 3, neuron 6"):
        writes(network, 1, 0)


def test_text_and_json():
    written = writes(Network.drawn_four_pixel(), 3, 7)
    assert str(written).splitlines()[-1].split() == ["horizontal", "0.000", "1.000", "1.000"]
    from_array = writes(Network.drawn_four_pixel(), *np.array([3, 7]))
    read = json.loads(json.dumps(from_array.to_json()))
    assert [row["change"] for row in read["outputs"]] == [0, 0, 0, 1]
    assert read["weights"] == [0, 0, 0, 1]
