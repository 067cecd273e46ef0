"""The examples that excite a neuron most: against sorting all of them, in memory and from the disk."""

import json

import numpy as np
import pytest

from glassnet import Network
from glassnet.data import Dataset, digits, four_pixel
from glassnet.errors import DataError, SettingError, ShapeError
from glassnet.explain import exciting
from glassnet.explain.exciting import most_exciting


@pytest.fixture(scope="module")
def network():
    return Network([64, 20, 10], ["tanh", "softmax"], seed=2)


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("top", [1, 9, 5000])
def test_against_sorting_all(network, layer, top):
    data = digits()
    trace = network.run(data.inputs)
    for neuron in (0, 7):
        found = most_exciting(network, data, layer, neuron, top)
        sums = trace.weighted_sums(layer)[:, neuron]
        expected = np.argsort(-sums, kind="stable")[:top]
        assert [one.example for one in found.examples] == expected.tolist()
        assert [one.weighted_sum for one in found.examples] == sums[expected].tolist()
        assert [one.output for one in found.examples] == trace.outputs(layer)[expected, neuron].tolist()
        assert [one.category for one in found.examples] == [data.categories[k] for k in data.labels[expected]]
        assert found.n_examples == 1797


@pytest.mark.parametrize("block", [1, 7, 1797])
def test_blocks_change_nothing(network, block, monkeypatch):
    whole = most_exciting(network, digits(), 1, 3)
    monkeypatch.setattr(exciting, "rows_at_once", lambda _: block)
    assert most_exciting(network, digits(), 1, 3) == whole


def test_data_on_the_disk(network, tmp_path):
    data = digits()
    np.save(tmp_path / "inputs.npy", data.inputs)
    streaming = Dataset.from_arrays(
        np.load(tmp_path / "inputs.npy", mmap_mode="r"), data.labels, name="digits"
    )
    assert streaming.streams
    assert most_exciting(network, streaming, 1, 3) == most_exciting(network, data, 1, 3)


def test_of_equal_examples_the_earlier_is_first():
    data = four_pixel(24)
    found = most_exciting(Network.drawn_four_pixel(), data, 4, 2, top=6)
    assert [one.example for one in found.examples] == [4, 5, 12, 13, 20, 21]
    assert {one.category for one in found.examples} == {"diagonal"}


def test_names_and_data_without_categories():
    data = Dataset.from_arrays([[0.1], [0.9]], [[1.0], [2.0]], names=["low.png", "high.png"])
    network = Network([1, 1], "identity", biases=False)
    network.parameters[:] = 2
    found = most_exciting(network, data, *np.array([1, 0]), top=1)
    assert [(one.name, one.category, one.weighted_sum) for one in found.examples] == [("high.png", None, 1.8)]
    assert str(found).splitlines()[-1].split() == ["1", "1.8", "1.8", "high.png"]
    assert json.loads(json.dumps(found.to_json()))["examples"][0]["example"] == 1


@pytest.mark.parametrize(
    ("place", "message"), [((0, 0), "layer 0"), ((3, 0), "layer 3"), ((1, 20), "neuron 20")]
)
def test_places_that_do_not_exist(network, place, message):
    with pytest.raises(SettingError, match=message):
        most_exciting(network, digits(), *place)


def test_what_it_refuses(network):
    with pytest.raises(DataError, match="four-pixel: the data have 4 inputs, the network 64-20-10 has 64"):
        most_exciting(network, four_pixel(), 1, 0)
    with pytest.raises(SettingError, match="top: got 0"):
        most_exciting(network, digits(), 1, 0, top=0)
    broken = network.copy()
    broken.weights(1)[5, 6] = np.inf
    with pytest.raises(ShapeError, match=r"weighted sum of layer 1, neuron 6 is not finite"):
        most_exciting(broken, digits(), 2, 0)
