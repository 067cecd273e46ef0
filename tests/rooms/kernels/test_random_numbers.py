"""Random numbers, orders and dropout: known values, fair shares, and the same ones again."""

import numpy as np
import pytest

from glassnet import Network
from glassnet.kernels import passes, steps, structures
from glassnet.kernels.codes import DIFFERENTIATE
from glassnet.kernels.random_numbers import draw, shuffled_rows
from glassnet.kernels.threads import ALONE
from glassnet.network.workspace import new_workspace

KEY = np.uint64(2026)


def orders(first_epoch, n_epochs, n_examples, key=KEY):
    rows = np.full((n_epochs, n_examples), -1)
    shuffled_rows(key, first_epoch, rows)
    return rows


@pytest.mark.parametrize(
    ("counter", "bits"), [(0, 0xE220A8397B1DCDAF), (1, 0x6E789E6AA1B965F4), (2, 0x06C45D188009454F)]
)
def test_the_first_numbers_of_splitmix64(counter, bits):
    assert draw(np.uint64(0), counter) == bits


def test_bits_are_fair_and_neighbouring_keys_unrelated():
    keys, counters = range(8), range(400)
    drawn = np.array([[draw(np.uint64(k), c) for c in counters] for k in keys], dtype=np.uint64)
    bits = np.unpackbits(drawn.view(np.uint8).reshape(8, 400, 8), axis=2)
    assert np.abs(bits.mean(axis=(0, 1)) - 0.5).max() < 0.05
    assert len(np.unique(drawn)) == drawn.size
    assert np.abs(np.corrcoef(drawn.astype(float)) - np.eye(8)).max() < 0.2


@pytest.mark.parametrize("n_examples", [1, 2, 7, 1000])
def test_each_order_has_every_example_once(n_examples):
    assert (np.sort(orders(0, 5, n_examples), axis=1) == np.arange(n_examples)).all()


def test_each_epoch_has_an_order_of_its_own_whichever_epochs_are_asked_for():
    rows = orders(0, 10, 50)
    assert len({tuple(row) for row in rows}) == 10
    assert (orders(4, 3, 50) == rows[4:7]).all()
    assert (orders(0, 10, 50, np.uint64(1)) != rows).any(axis=1).all()


def test_every_order_is_as_likely():
    counts = np.unique(orders(0, 6000, 3), axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000 * 5 / 6)


# Dropout


def dropped(rate, n_examples=200, n_neurons=50, key=KEY, dtype="float64"):
    """Outputs of a hidden layer of ones, after dropout."""
    network = Network([1, n_neurons, 1], "identity", dropout=rate, dtype=dtype)
    network.parameters[:] = 0
    network.biases(1)[:] = 1
    room = new_workspace(network.layers, network.dtype, n_examples, dropping=True)
    inputs, places = np.zeros(n_examples, network.dtype), np.arange(n_examples)
    alone = room.panels, ALONE, 0
    passes.forward(network.layers, network.parameters, inputs, places, n_examples, room, True, key, *alone)
    assert (room.outputs[: n_examples * n_neurons] == 1).all()  # what the neurons made, dropped or not
    return room.handed_on[: n_examples * n_neurons].reshape(n_examples, n_neurons)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_drops_its_share_and_scales_the_rest(rate, dtype):
    outputs = dropped(rate, dtype=dtype)
    assert np.unique(outputs) == pytest.approx([0, 1 / (1 - rate)])
    assert np.mean(outputs == 0) == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / outputs.size))
    assert outputs.mean() == pytest.approx(1, abs=0.1)


def test_dropout_of_nothing_changes_nothing():
    assert (dropped(0.0) == 1).all()


def test_each_step_example_and_neuron_is_dropped_on_its_own():
    outputs = dropped(0.5)
    assert (dropped(0.5) == outputs).all()
    assert np.mean(dropped(0.5, key=np.uint64(1)) == outputs) == pytest.approx(0.5, abs=0.05)
    assert len({tuple(row) for row in outputs}) == 200
    assert len({tuple(column) for column in outputs.T}) == 50


def loss_with_dropout(network, inputs, targets, key):
    nothing, gradient = np.zeros(0), np.zeros(network.n_parameters)
    learner = structures.Learner(network.parameters, gradient, nothing, nothing, nothing.astype(np.uint8))
    room = new_workspace(network.layers, network.dtype, len(inputs), backward=True, dropping=True)
    order, starts = np.arange(len(inputs)), np.array([0, len(inputs)])
    batches = structures.Batches(inputs.ravel(), targets.ravel(), np.ones(len(inputs)), order, starts)
    rule = structures.JUDGING._replace(goal=DIFFERENTIATE, dropping=True, key=key)
    rates, losses, right = np.zeros(1), np.zeros(1), np.zeros(1, dtype=np.int64)
    what = (network.layers, learner, batches, room, network.loss_rule, rule, rates, losses, right, 0)
    steps.train_steps(*what, ALONE, 0)
    return losses[0], gradient


@pytest.mark.parametrize("hidden", ["identity", "tanh", "logistic", "elu"])
def test_the_gradient_goes_back_through_the_neurons_that_were_kept(hidden):
    """Central differences with the same key meet the same neurons."""
    network = Network([3, 6, 5, 2], [hidden, hidden, "softmax"], dropout=0.4, seed=1)
    chance = np.random.default_rng(0)
    inputs, targets = chance.normal(size=(4, 3)), np.eye(2)[[0, 1, 1, 0]]
    gradient = loss_with_dropout(network, inputs, targets, KEY)[1]
    for i in range(network.n_parameters):
        above, below = network.copy(), network.copy()
        above.parameters[i] += 1e-5
        below.parameters[i] -= 1e-5
        numeric = (
            loss_with_dropout(above, inputs, targets, KEY)[0]
            - loss_with_dropout(below, inputs, targets, KEY)[0]
        ) / 2e-5
        assert gradient[i] == pytest.approx(numeric, rel=1e-6, abs=1e-9)
    assert (gradient == 0).any()
