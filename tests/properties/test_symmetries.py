"""Networks reordered by chance: the same answers, and found again."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet import Network
from glassnet.explain.matching import match
from reordered import reordered

ODD = ("tanh", "identity")


@st.composite
def changes(draw, network):
    """An order for each hidden layer, and signs for those behind an odd squash."""
    drawn = {}
    for layer, chosen in enumerate(network.activations[:-1], start=1):
        n = network.sizes[layer]
        order = draw(st.permutations(range(n)))
        turned = st.sampled_from([1, -1]) if chosen.name in ODD else st.just(1)
        drawn[layer] = order, draw(st.lists(turned, min_size=n, max_size=n))
    return drawn


@st.composite
def networks(draw):
    hidden = draw(st.lists(st.sampled_from([*ODD, "relu", "logistic", "leaky_relu"]), min_size=1, max_size=3))
    n = len(hidden) + 2
    network = Network(
        draw(st.lists(st.integers(1, 7), min_size=n, max_size=n)),
        [*hidden, "identity"],
        biases=draw(st.booleans()),
        dtype=draw(st.sampled_from(["float32", "float64"])),
    )
    # No two neurons are alike: their weights are drawn from a continuum.
    network.parameters[:] = np.random.default_rng(draw(st.integers(0, 2**32))).normal(
        0, 1, network.n_parameters
    )
    return network


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_the_drawn_network_is_always_found_again(data):
    drawn = Network.drawn_four_pixel()
    result = match(reordered(drawn, data.draw(changes(drawn))), drawn)
    assert result.distance == 0
    np.testing.assert_array_equal(result.network.parameters, drawn.parameters)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.data())
def test_a_reordered_copy_is_found_again(data):
    network = data.draw(networks())
    twin = reordered(network, data.draw(changes(network)))
    inputs = np.random.default_rng(0).uniform(-1, 1, (5, network.sizes[0]))
    rtol = 1e4 * np.finfo(network.dtype).eps
    np.testing.assert_allclose(twin.predict(inputs), network.predict(inputs), rtol=rtol, atol=rtol)
    result = match(twin, network)
    assert result.is_same
    np.testing.assert_array_equal(result.network.parameters, network.parameters)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_any_two_networks_come_no_further_apart_and_answers_stay(data):
    network = data.draw(networks())
    other = network.copy()
    other.parameters[:] = np.random.default_rng(1).normal(0, 1, network.n_parameters)
    result = match(network, other)
    assert result.distance <= result.distance_before * (1 + 1e-12)
    inputs = np.random.default_rng(0).uniform(-1, 1, (5, network.sizes[0]))
    rtol = 1e4 * np.finfo(network.dtype).eps
    np.testing.assert_allclose(result.network.predict(inputs), network.predict(inputs), rtol=rtol, atol=rtol)
