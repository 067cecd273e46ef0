"""The parameter vector: its layout, its views, its first values, its copies."""

import copy
import pickle

import numpy as np
import pytest

from glassnet import Network
from glassnet.functions import INITIAL_WEIGHTS

N_INPUTS, N_NEURONS = 60, 40


def test_layers_follow_each_other_weights_then_biases():
    network = Network([2, 3, 1], biases=[True, False])
    network.parameters[:] = np.arange(12)
    assert network.weights(1).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert network.biases(1).tolist() == [6, 7, 8]
    assert network.weights(2).tolist() == [[9], [10], [11]]
    assert network.biases(2).shape == (0,)


def test_views_write_through():
    network = Network([2, 2], "identity")
    network.weights(1)[:] = [[1, 2], [3, 4]]
    network.biases(1)[1] = 5
    assert network.parameters.tolist() == [1, 2, 3, 4, 0, 5]
    assert network.predict([[1, 10]]).tolist() == [[31, 47]]


@pytest.mark.parametrize(
    "twin", [Network.copy, copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))]
)
def test_copies_are_independent(twin):
    network = Network([3, 4, 2], ["elu(scale=0.5)", "softmax"], connections=[np.eye(3, 4), None], seed=1)
    inputs = np.eye(3)
    before, other = network.predict(inputs), twin(network)
    assert (other.predict(inputs) == before).all()
    assert repr(other) == repr(network)
    other.weights(1)[:] = 0
    other.redraw(5)
    assert (network.predict(inputs) == before).all()
    assert (network.seed, other.seed) == (1, 5)


def test_a_trace_stays_true_while_the_network_goes_on():
    network = Network([2, 2], "tanh")
    inputs = np.ones((1, 2))
    trace = network.run(inputs)
    outputs = trace.outputs().copy()
    network.parameters[:] = 9
    inputs[:] = 7
    assert (trace.outputs() == outputs).all()
    assert (trace.network.predict(trace.inputs) == outputs).all()
    with pytest.raises(ValueError, match="read-only"):
        trace.outputs()[:] = 0


def test_a_seed_draws_the_same_and_another_seed_other_weights():
    network = Network([4, 3, 2], seed=7)
    first = network.parameters.copy()
    network.redraw(8)
    assert (network.weights(1) != Network([4, 3, 2], seed=7).weights(1)).all()
    network.redraw(7)
    assert (network.parameters == first).all()


@pytest.mark.parametrize(
    ("name", "bound", "variance"),
    [
        ("uniform", 1, 1 / 3),
        ("uniform(low=0, high=6)", 6, 3),
        ("glorot_uniform", np.sqrt(6 / (N_INPUTS + N_NEURONS)), 2 / (N_INPUTS + N_NEURONS)),
        ("glorot_normal", np.inf, 2 / (N_INPUTS + N_NEURONS)),
        ("he_uniform", np.sqrt(6 / N_INPUTS), 2 / N_INPUTS),
        ("he_normal", np.inf, 2 / N_INPUTS),
    ],
)
def test_initial_weights(name, bound, variance):
    networks = [Network([N_INPUTS, N_NEURONS], initial_weights=name, seed=seed) for seed in range(20)]
    weights = np.array([network.weights(1) for network in networks])
    assert name.split("(")[0] in INITIAL_WEIGHTS
    assert np.abs(weights).max() <= bound
    assert np.var(weights) == pytest.approx(variance, rel=0.03)
    assert np.mean(weights) == pytest.approx(3 if "low=0" in name else 0, abs=0.01 * np.sqrt(variance) + 0.01)
    if np.isfinite(bound):
        assert np.abs(weights).max() > 0.99 * bound
    assert all((network.biases(1) == 0).all() for network in networks)


def test_each_layer_may_have_initial_weights_of_its_own():
    network = Network([50, 50, 50], initial_weights=["uniform(low=2, high=3)", "he_normal"])
    assert network.weights(1).min() >= 2
    assert np.std(network.weights(2)) == pytest.approx(np.sqrt(2 / 50), rel=0.1)


def test_missing_connections_are_zero_from_the_start():
    mask = np.random.default_rng(0).random((4, 3)) < 0.5
    network = Network([4, 3, 2], connections=[mask, None])
    assert (network.weights(1) != 0).tolist() == mask.tolist()
    assert (network.connections(1) == mask).all()
    assert network.connections(2).all()
    network.redraw(3)
    assert (network.weights(1) != 0).tolist() == mask.tolist()


def test_nothing_missing_is_no_mask():
    network = Network([4, 3], connections=[np.ones((4, 3))])
    assert network.connected.size == 0
    assert network.connections(1).all()
