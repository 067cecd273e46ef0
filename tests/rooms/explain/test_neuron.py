"""One neuron: SPEC section 3, number by number, and neurons that are wide, broken or not there."""

import json
import time

import numpy as np
import pytest

from glassnet import Network
from glassnet.errors import SettingError
from glassnet.explain.neuron import neuron

# Clockwise as in the slides, and row by row as in a picture.
ORDERS = [[0, 1, 2, 3], [0, 1, 3, 2]]
PICTURE = np.array([0.5, 0, -0.75, 0.75])


def one_neuron(weights, inputs, activation="identity", **options):
    """What is explained of a network of one neuron."""
    network = Network([len(weights), 1], activation, **{"biases": False, **options})
    network.weights(1)[:, 0] = weights
    return neuron(network.run(inputs), 0, 1, 0)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("activation", "output"), [("logistic", 0.25445), ("tanh", -0.79134)])
def test_the_neuron_of_the_slides(order, activation, output):
    found = one_neuron(np.array([-0.2, 0, 0.8, -0.5])[order], PICTURE[order], activation)
    products = {order[term.source]: term.product for term in found.terms}
    assert [products[pixel] for pixel in range(4)] == pytest.approx([-0.1, 0, -0.6, -0.375], rel=1e-15)
    assert found.weighted_sum == pytest.approx(-1.075, rel=1e-15)
    assert found.output == pytest.approx(output, abs=5e-6)
    assert [term.product for term in found.terms] == sorted(products.values(), key=abs, reverse=True)
    assert f"{activation}(-1.0750) = {output:.5f}, slope" in found.text(significant=5)


@pytest.mark.parametrize("order", ORDERS)
def test_all_weights_one(order):
    assert one_neuron([1, 1, 1, 1], PICTURE[order]).weighted_sum == 0.5


def test_the_numbers_are_those_of_the_trace():
    network = Network([5, 4, 3], ["tanh", "logistic"], seed=3)
    trace = network.run(np.linspace(-1, 1, 10).reshape(2, 5))
    found = neuron(trace, 1, 2, 0)
    assert found.weighted_sum == trace.weighted_sums(2)[1, 0]
    assert found.output == trace.outputs(2)[1, 0]
    assert found.slope == pytest.approx(found.output * (1 - found.output), rel=1e-15)
    assert found.bias == network.biases(2)[0]
    assert {term.source: term.input for term in found.terms} == dict(enumerate(trace.outputs(1)[1]))


def test_equal_terms_stay_in_the_order_of_their_sources():
    found = one_neuron([0, 1, -1, 2, 1], [1] * 5)
    assert [term.source for term in found.terms] == [3, 1, 2, 4, 0]


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        (0, ["6 more", "bias"]),
        (2, ["input 5", "input 4", "4 more", "bias"]),
        (5, ["input 5", "input 4", "input 3", "input 2", "input 1", "input 0", "bias"]),
        (99, ["input 5", "input 4", "input 3", "input 2", "input 1", "input 0", "bias"]),
    ],
)
def test_weak_terms_are_summed_in_one_line_unless_it_is_one_term(shown, names):
    printed = one_neuron(range(6), [0.5] * 6, biases=True).printed(shown=shown)
    assert [line.name for line in printed.lines] == names
    assert printed.total == "7.500"


def test_the_lines_add_up_one_after_the_other():
    lines = one_neuron(range(20), [1] * 20).printed(shown=3).lines
    assert [line.amount for line in lines] == [19, 18, 17, 136]
    assert [line.before for line in lines] == [0, 19, 37, 54]
    assert [line.after for line in lines] == [19, 37, 54, 190]


def test_a_missing_connection_is_said():
    found = one_neuron([2, 0], [0.5, 0.5], connections=[[[True], [False]]])
    assert [term.connected for term in found.terms] == [True, False]
    assert found.text().splitlines()[3].split() == ["input", "1", "missing", "x", "0.5000", "=", "0.000"]


def test_softmax_says_that_it_looks_at_the_other_sums():
    trace = Network([2, 3], "softmax", biases=False).run([0.1, 0.2])
    found = neuron(trace, 0, 1, 1)
    assert ", and the other sums) = " in found.text()
    assert found.slope == pytest.approx(found.output * (1 - found.output), rel=1e-15)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1e-12, ["1.000e-12", "0.5000", "0.500e-12", "1.000e-12", "1.500e-12"]),
        (1e25, ["1.000e+25", "0.5000", "0.500e+25", "1.000e+25", "1.500e+25"]),
    ],
)
def test_tiny_and_huge_numbers_stay_readable(size, expected):
    network = Network([1, 1], "identity")
    network.parameters[:] = size
    text = neuron(network.run([0.5]), 0, 1, 0).text()
    assert [word for line in text.splitlines()[2:5] for word in line.split() if "." in word] == expected
    assert f"identity({expected[-1]}) = {expected[-1]}, slope 1.000" in text


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_where_a_network_stops_being_finite_is_named(bad):
    network = Network([3, 2, 2], "identity")
    network.weights(1)[2, 1] = bad
    trace = network.run([[1, 1, 0], [1, 1, 1]])
    found = neuron(trace, 1, 2, 0)
    assert found.not_finite == (1, 1)
    assert found.terms[0].source == 1
    assert found.text().endswith("not finite from neuron 1 of layer 1 on")
    assert neuron(trace, 1, 1, 0).not_finite is None
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["weighted_sum"] is None


def test_sums_too_large_for_a_number_are_shown_as_they_ran():
    found = one_neuron([1e308, -1e308, 1, 2, 3], [1e5, 1e5, 1, 1, 1])
    assert [term.product for term in found.terms][:2] == [np.inf, -np.inf]
    assert found.printed(shown=0).lines[0].product == "nan"


def test_numpy_numbers_and_json():
    trace = Network.drawn_four_pixel().run(PICTURE)
    found = neuron(trace, np.int64(0), np.int64(2), np.int64(1))
    values = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert (values["layer"], values["neuron"], values["activation"]) == (2, 1, "tanh")
    assert [term["product"] for term in values["terms"]] == [term.product for term in found.terms]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((1, 1, 0), "example 1: the trace has examples 0 to 0"),
        ((-1, 1, 0), "example -1: the trace has examples 0 to 0"),
        ((0.5, 1, 0), "example 0.5: the trace has examples 0 to 0"),
        ((0, 0, 0), "layer 0: the network has layers 1 to 4"),
        ((0, 5, 0), "layer 5: the network has layers 1 to 4"),
        ((0, 3, 8), "neuron 8 of layer 3: there is none; there are neurons 0 to 7"),
    ],
)
def test_what_does_not_exist(place, message):
    with pytest.raises(SettingError, match=message):
        neuron(Network.drawn_four_pixel().run(PICTURE), *place)


@pytest.mark.parametrize("setting", [{"shown": -1}, {"significant": 0}])
def test_settings_that_cannot_be(setting):
    with pytest.raises(SettingError, match=f"{next(iter(setting))}: got"):
        one_neuron([1, 2], [1, 1]).text(**setting)


def test_a_neuron_of_a_wide_network_is_explained_at_once():
    network = Network([784, 512, 512, 10], ["relu", "relu", "softmax"])
    trace = network.run(np.linspace(-1, 1, 784))
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        str(neuron(trace, 0, 1, 7))
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.05
