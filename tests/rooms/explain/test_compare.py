"""Two networks side by side: what moved, what changed category."""

import json
import sys

import numpy as np
import pytest

from glassnet import Network, train
from glassnet.data import Dataset, digits, four_pixel
from glassnet.errors import DataError, SettingError, ShapeError
from glassnet.explain.compare import compare


@pytest.fixture
def drawn():
    return Network.drawn_four_pixel()


def test_a_network_beside_itself(drawn):
    result = compare(drawn, drawn.copy(), four_pixel())
    assert [(one.largest, one.rms, one.sign_changes) for one in result.layers] == [(0, 0, 0)] * 4
    assert result.moved == result.changed == ()
    assert result.before.loss == result.after.loss
    assert result.after.n_right == 8


def test_what_moved_is_listed_by_how_far(drawn):
    other = drawn.copy()
    other.weights(1)[2, 3] = 0.5  # from 0
    other.weights(3)[0, 0] = -1  # from 1, changes sides
    other.weights(2)[3, 2] = -0.75  # from -1
    result = compare(drawn, other, top=2)
    first, second = result.moved
    assert (first.layer, first.neuron, first.source, first.before, first.after) == (3, 0, 0, 1, -1)
    assert (second.layer, second.neuron, second.source, second.change) == (1, 3, 2, 0.5)
    assert [one.largest for one in result.layers] == [0.5, 0.25, 2, 0]
    assert [one.rms for one in result.layers] == pytest.approx([0.5 / 4, 0.25 / 4, 2 / np.sqrt(32), 0])
    assert [one.sign_changes for one in result.layers] == [0, 0, 1 / 32, 0]
    assert "the weight from input 2 to neuron 3 of layer 1: 0 to 0.5" in str(result)


def test_biases_move_too_and_missing_connections_do_not_count():
    mask = np.array([[True, False], [True, True]])
    before = Network([2, 2, 1], "tanh", connections=[mask, None], seed=1)
    after = before.copy()
    after.biases(1)[1] = 3
    result = compare(before, after)
    assert (result.moved[0].source, result.moved[0].neuron, result.moved[0].change) == ("bias", 1, 3)
    assert "the bias of neuron 1 of layer 1: 0 to 3" in str(result)
    assert result.layers[0].rms == pytest.approx(3 / np.sqrt(3 + 2))  # three connections, two biases


def test_a_network_without_biases_beside_one_with(drawn):
    other = Network(
        drawn.sizes, [str(a) for a in drawn.activations], loss="squared", categories=drawn.categories
    )
    for layer in (1, 2, 3, 4):
        other.weights(layer)[:] = drawn.weights(layer)
    other.biases(4)[2] = 0.25
    result = compare(drawn, other)
    assert [one.largest for one in result.layers] == [0, 0, 0, 0.25]
    assert (result.moved[0].source, result.moved[0].before, result.moved[0].after) == ("bias", 0, 0.25)


def test_examples_that_change_category(drawn):
    other = drawn.copy()
    other.weights(4)[6, 3] = 0  # white above black is no longer horizontal: all outputs are 0
    names = [f"p{k}.png" for k in range(8)]
    source = four_pixel()
    data = Dataset.from_arrays(source.inputs, source.labels, categories=source.categories, names=names)
    result = compare(drawn, other, data)
    (changed,) = result.changed
    assert (changed.example, changed.name, changed.truth) == (6, "p6.png", "horizontal")
    assert (changed.before, changed.after) == ("horizontal", None)
    assert (result.before.n_right, result.after.n_right) == (8, 7)
    assert "example 6 (p6.png), horizontal: horizontal, now no category" in str(result)


@pytest.mark.parametrize("block", [1, 100, 1797])
def test_two_moments_of_a_training(block, monkeypatch):
    data = digits()
    network = Network([64, 12, 10], categories=data.categories, seed=4)
    before = network.copy()
    train(network, data, epochs=2, learning_rate=0.003, optimizer="adam")
    module = sys.modules["glassnet.explain.compare"]  # the package has a function of that name
    monkeypatch.setattr(module, "rows_at_once", lambda _: block)
    result = compare(before, network, data)
    old, new = (np.argmax(one.predict(data.inputs), axis=1) for one in (before, network))
    assert [one.example for one in result.changed] == np.flatnonzero(old != new).tolist()
    assert all(one.after == data.categories[new[one.example]] for one in result.changed)
    assert all(one.truth == data.categories[data.labels[one.example]] for one in result.changed)
    assert result.after.loss == network.evaluate(data).loss < result.before.loss
    assert "and 1," in str(result)  # more than a thousand others


def test_numbers_as_targets_have_no_categories():
    data = Dataset.from_arrays([[1.0], [2.0]], [[1.0], [2.0]])
    one, other = Network([1, 1], seed=1), Network([1, 1], seed=2)
    result = compare(one, other, data)
    assert result.changed == ()
    assert result.before.n_right is None


def test_what_it_refuses(drawn):
    with pytest.raises(ShapeError, match="compare: got networks 4-4-4-8-4 and 4-4, expected the same sizes"):
        compare(drawn, Network([4, 4]))
    with pytest.raises(DataError, match="64 inputs, the network 4-4-4-8-4 has 4"):
        compare(drawn, drawn, digits())
    with pytest.raises(SettingError, match="top: got -1"):
        compare(drawn, drawn, top=-1)
    broken = drawn.copy()
    broken.weights(3)[2, 5] = np.nan
    with pytest.raises(ShapeError, match="neuron 5 of layer 3: its weight from neuron 2 of layer 2 is nan"):
        compare(drawn, broken)


def test_as_json(drawn):
    other = drawn.copy()
    other.weights(4)[6, 3] = 0
    read = json.loads(json.dumps(compare(drawn, other, four_pixel()).to_json()))
    assert read["before"]["n_right"] == 8
    assert read["after"]["accuracy"] == 7 / 8
    assert read["changed"][0]["after"] is None
    assert read["moved"][0]["source"] == 6
    assert read["layers"][3]["largest"] == 1
    assert json.loads(json.dumps(compare(drawn, other).to_json()))["before"] is None
