"""Networks up to the order and sign of their neurons, and the assignment behind it."""

import itertools
import json

import numpy as np
import pytest

from glassnet import Network, train
from glassnet.data import four_pixel
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.assignment import best_assignment
from glassnet.explain.matching import _Search, match
from glassnet.explain.side_by_side import weights_and_biases
from reordered import reordered


@pytest.fixture
def drawn():
    return Network.drawn_four_pixel()


def trained(seed=0, **options):
    data = four_pixel()
    network = Network(
        [4, 4, 4, 8, 4],
        ["tanh", "tanh", "relu", "identity"],
        categories=data.categories,
        loss="squared",
        seed=seed,
        **options,
    )
    train(network, data, optimizer="adam", learning_rate=0.01, epochs=400)
    return network


@pytest.mark.parametrize("n", range(1, 7))
def test_the_best_assignment_against_all_there_are(n):
    chance = np.random.default_rng(n)
    for k in range(30):
        gains = chance.normal(size=(n, n)) if k % 2 else chance.integers(-2, 3, (n, n)).astype(float)
        rows = best_assignment(gains)
        assert sorted(rows) == list(range(n))
        most = max(sum(gains[order[c], c] for c in range(n)) for order in itertools.permutations(range(n)))
        assert gains[rows, np.arange(n)].sum() == pytest.approx(most, abs=1e-12)


@pytest.mark.parametrize("n", [40, 300])
def test_a_hidden_order_is_found_among_many(n):
    chance = np.random.default_rng(n)
    vectors, order = chance.normal(size=(n, 20)), chance.permutation(n)
    assert best_assignment(vectors @ vectors[order].T).tolist() == order.tolist()


def test_a_network_matches_itself(drawn):
    result = match(drawn, drawn)
    assert result.is_same
    assert result.orders == ((0, 1, 2, 3), (0, 1, 2, 3), tuple(range(8)))
    assert all(sign == 1 for signs in result.signs for sign in signs)
    assert (result.distance, result.distance_before) == (0, 0)
    assert result.length == np.sqrt(32)


def test_every_order_and_sign_of_a_tanh_layer_of_the_drawn_network(drawn):
    count = 0
    for order in itertools.permutations(range(4)):
        for signs in itertools.product([1, -1], repeat=4):
            twin = reordered(drawn, {1: (order, signs)})
            result = match(twin, drawn)
            assert result.distance == 0
            assert result.is_same
            count += 1
    assert count == 384


def test_the_order_says_which_neuron_stands_where(drawn):
    twin = reordered(drawn, {2: ((2, 0, 3, 1), (1, -1, 1, 1)), 3: ((7, 1, 2, 3, 4, 5, 6, 0), (1,) * 8)})
    result = match(twin, drawn)
    # Neuron 0 of the drawn layer 2 is neuron 1 of the twin's, turned.
    assert result.orders[1] == (1, 3, 0, 2)
    assert result.signs[1] == (-1, 1, 1, 1)
    assert result.orders[2] == (7, 1, 2, 3, 4, 5, 6, 0)
    np.testing.assert_array_equal(result.network.parameters, drawn.parameters)
    assert not np.signbit(result.network.parameters[drawn.parameters == 0]).any()


def test_a_rectifier_may_not_turn(drawn):
    twin = reordered(drawn, {3: (range(8), (-1, 1, 1, 1, 1, 1, 1, 1))})  # another network, really
    assert not np.allclose(twin.predict(four_pixel().inputs), drawn.predict(four_pixel().inputs))
    result = match(twin, drawn)
    assert not result.is_same
    assert result.distance > 1
    assert all(sign == 1 for sign in result.signs[2])


def test_the_reordered_network_gives_the_same_answers(drawn):
    network = trained(biases=True)
    inputs = np.random.default_rng(1).uniform(-1, 1, (50, 4))
    result = match(network, drawn)
    np.testing.assert_allclose(
        result.network.predict(inputs), network.predict(inputs), rtol=1e-11, atol=1e-12
    )
    assert result.network.evaluate(four_pixel()).n_right == network.evaluate(four_pixel()).n_right


@pytest.mark.parametrize("seed", range(4))
def test_a_trained_network_comes_nearer(drawn, seed):
    network = trained(seed, biases=False)
    before = network.parameters.copy()
    result = match(network, drawn)
    assert result.distance < result.distance_before
    assert result.distance_before == pytest.approx(np.linalg.norm(before - drawn.parameters))
    assert result.distance == pytest.approx(np.linalg.norm(result.network.parameters - drawn.parameters))
    np.testing.assert_array_equal(network.parameters, before)
    assert not result.is_same
    assert str(result).startswith(f"Distance to the second network {result.distance:.4g} (in the old order")


@pytest.mark.parametrize("seed", range(4))
def test_no_other_order_of_one_layer_is_nearer(drawn, seed):
    result = match(trained(seed, biases=False), drawn)
    for layer in (1, 2):
        for order in itertools.permutations(range(4)):
            for signs in itertools.product([1, -1], repeat=4):
                other = reordered(result.network, {layer: (order, signs)})
                assert np.linalg.norm(other.parameters - drawn.parameters) >= result.distance - 1e-12


ORDERS = list(itertools.product(itertools.permutations(range(2)), itertools.product([1, -1], repeat=2)))


@pytest.mark.parametrize("starts", [1, 2, 16])
def test_against_all_orders_of_small_networks(starts):
    n_nearest = 0
    for seed in range(40):
        network = Network([2, 2, 2, 1], "tanh", biases=False, seed=seed)
        other = network.copy()
        other.parameters += np.random.default_rng(seed).normal(0, 1.5, network.n_parameters)
        found = match(network, other, starts=starts)
        assert found.distance <= found.distance_before
        twins = [reordered(network, {1: first, 2: second}) for first in ORDERS for second in ORDERS]
        nearest = min(np.linalg.norm(twin.parameters - other.parameters) for twin in twins)
        assert found.distance > nearest - 1e-12
        n_nearest += found.distance < nearest + 1e-12
        # What it says it did gives what it returns.
        changes = dict(enumerate(zip(found.orders, found.signs, strict=True), start=1))
        np.testing.assert_array_equal(reordered(network, changes).parameters, found.network.parameters)
        # From where it ended, nothing comes nearer.
        again = match(found.network, other, starts=1)
        assert again.distance == pytest.approx(found.distance, rel=1e-12)
    assert n_nearest >= {1: 15, 2: 30, 16: 40}[starts]


def test_no_step_of_a_descent_leads_further_away(drawn):
    network = trained(2, biases=True)
    goals = [weights_and_biases(drawn, layer) for layer in (1, 2, 3, 4)]
    chance = np.random.default_rng(0)
    for _ in range(20):
        search = _Search(network, goals)
        search.shuffle(chance)
        distance = search.distance()
        for layer in (1, 2, 3, 1, 2, 3):
            search.reorder(layer, outgoing=True)
            assert search.distance() <= distance + 1e-12
            distance = search.distance()


def test_a_descent_has_the_last_word_over_incoming_weights():
    # Incoming weights suggest to exchange both neurons, what they write says that it is wrong.
    network = Network([1, 2, 1], ["relu", "identity"], biases=False)
    other = network.copy()
    network.parameters[:] = [1, 1.1, 5, -5]
    other.parameters[:] = [1.1, 1, 5, -5]
    assert match(network, other, starts=2).orders == ((0, 1),)


def test_the_same_seed_gives_the_same_matching(drawn):
    network = trained(1, biases=False)
    one, other = (match(network, drawn, seed=3) for _ in range(2))
    assert one.orders == other.orders
    assert one.distance == other.distance


def test_neurons_that_differ_only_in_what_they_write_are_told_apart():
    network = Network([2, 3, 3], ["tanh", "identity"], biases=False)
    network.weights(1)[:] = 1
    network.weights(2)[:] = [[1, 0, 0], [0, 2, 0], [0, 0, 3]]
    result = match(reordered(network, {1: ((2, 0, 1), (1, 1, 1))}), network)
    assert result.is_same


def test_missing_connections_move_along():
    mask = np.array([[True, False, True], [True, True, False]])
    network = Network([2, 3, 2], "tanh", connections=[mask, None], seed=1)
    result = match(reordered(network, {1: ((1, 2, 0), (1, -1, 1))}), network)
    assert result.is_same
    np.testing.assert_array_equal(result.network.connections(1), mask)


def test_the_network_is_left_as_it_is():
    mask = np.array([[True, False, True], [True, True, False]])
    network = Network([2, 3, 2], "tanh", connections=[mask, None], seed=1)
    twin = reordered(network, {1: ((1, 2, 0), (1, -1, 1))})
    before = twin.parameters.copy(), twin.connected.copy()
    match(twin, network)
    np.testing.assert_array_equal(twin.parameters, before[0])
    np.testing.assert_array_equal(twin.connected, before[1])


def test_a_network_of_one_layer_has_nothing_to_reorder():
    result = match(Network([4, 3], seed=1), Network([4, 3], seed=2))
    assert result.orders == result.signs == ()
    assert result.distance == result.distance_before > 0


def test_what_it_refuses(drawn):
    with pytest.raises(ShapeError, match="match: got networks 4-4-4-8-4 and 4-8-4, expected the same sizes"):
        match(drawn, Network([4, 8, 4]))
    with pytest.raises(SettingError, match="starts: got 0, expected at least 1"):
        match(drawn, drawn, starts=0)
    broken = drawn.copy()
    broken.parameters[:] = np.inf
    with pytest.raises(ShapeError, match="neuron 0 of layer 1: its weight from input 0 is inf"):
        match(broken, drawn)


def test_text_and_json(drawn):
    result = match(reordered(drawn, {1: ((1, 0, 2, 3), (1, 1, 1, -1))}), drawn)
    assert str(result).splitlines()[:2] == [
        "The same network, up to the order and sign of its neurons",
        "layer 1, distance 0: neurons 1 0 2 -3",
    ]
    read = json.loads(json.dumps(result.to_json()))
    assert read["is_same"] is True
    assert read["orders"][0] == [1, 0, 2, 3]
    assert read["distance"] == 0
