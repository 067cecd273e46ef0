"""Chains of factors: SPEC section 8, number by number, and networks that are dead, sparse, wide or deep."""

import json
import math
import time

import numpy as np
import pytest

from glassnet import Network
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.chain import chain
from random_networks import make_case


@pytest.fixture
def two_weights():
    """The slides' y = x w1, e = y w2 with w1 = 3, w2 = -4: the error is so far off that its slope is 1."""
    network = Network([1, 1, 1], "identity", biases=False, loss="absolute")
    network.parameters[:] = 3, -4
    return network


FAR = [[-1000.0]]


def test_two_weights_of_the_slides(two_weights):
    trace = two_weights.run([2])
    assert (trace.outputs(1), trace.outputs(2)) == (6, -24)
    first, second = chain(trace, FAR, 0, 1, 0, 0), chain(trace, FAR, 0, 2, 0, 0)
    assert (first.slope, second.slope) == (-8, 6)
    assert [(factor.name, factor.value) for factor in first.paths[0].factors] == [
        ("input", 2),
        ("sum", 1),
        ("identity", 1),
        ("weight", -4),
        ("sum", 1),
        ("identity", 1),
        ("absolute loss", 1),
    ]
    assert [factor.place for factor in second.paths[0].factors] == [
        "neuron 0 of layer 1",
        "neuron 0 of layer 2",
        "output 0",
        "output 0",
    ]
    assert (first.paths[0].product, first.share, first.complete) == (-8, 1, True)


def test_text_of_a_chain(two_weights):
    assert str(chain(two_weights.run([2]), FAR, 0, 1, 0, 0)).splitlines() == [
        "Slope of the loss over the weight from input 0 to neuron 0 of layer 1, example 0: -8.000",
        "the sum over 1 path",
        "",
        "input, input 0                   2.000",
        "sum, neuron 0 of layer 1         1.000",
        "identity, neuron 0 of layer 1    1.000",
        "weight, to neuron 0 of layer 2  -4.000",
        "sum, neuron 0 of layer 2         1.000",
        "identity, output 0               1.000",
        "absolute loss, output 0          1.000",
        "product                         -8.000",
    ]


def test_every_path_through_the_drawn_network():
    network = Network.drawn_four_pixel()
    trace = network.run([0.5, 0, 0.75, -0.75])
    found = chain(trace, [0, 1, 0, 0], 0, 1, 2, 3, top=999)
    assert found.n_paths == len(found.paths) == 4 * 8 * 4
    assert found.what == "the weight from input 3 to neuron 2 of layer 1"
    strongest = found.paths[0]
    assert [factor.name for factor in strongest.factors] == [
        *(
            "input",
            "sum",
            "tanh",
            "weight",
            "sum",
            "tanh",
            "weight",
            "sum",
            "relu",
            "weight",
            "sum",
            "identity",
        ),
        "squared loss",
    ]
    slopes = [trace.slopes(layer)[0, neuron] for layer, neuron in enumerate(strongest.neurons, start=1)]
    inner = [factor.value for factor in strongest.factors if factor.name in ("tanh", "relu", "identity")]
    assert inner == slopes
    assert found.listed == pytest.approx(found.slope, rel=1e-12)
    # Two weights to layer 2 are not 0; from there one rectifier of each pair is awake, and has one output.
    assert sum(path.product != 0 for path in found.paths) == 2


def test_a_bias_begins_with_the_factor_1():
    case = make_case([2, 3, 1], ["tanh", "identity"], "squared", n_examples=1)
    found = chain(case.network.run(case.inputs), case.targets, 0, 1, 2, "bias")
    assert [(factor.name, factor.value) for factor in found.paths[0].factors[:2]] == [("bias", 1), ("sum", 1)]
    assert found.slope == case.network.gradient(*case.batch)[1][8]


def test_an_input_begins_with_its_weights():
    case = make_case([2, 3, 1], ["tanh", "identity"], "squared", n_examples=1)
    found = chain(case.network.run(case.inputs), case.targets, 0, 0, 1)
    assert (found.what, found.n_paths) == ("input 1", 3)
    weights = {path.neurons[1]: path.factors[0].value for path in found.paths}
    assert weights == dict(enumerate(case.network.weights(1)[1]))


@pytest.mark.parametrize(("reduction", "share"), [("mean", [("share in the mean", 1 / 3)]), ("sum", [])])
def test_a_batch_has_paths_for_every_example(reduction, share):
    case = make_case([2, 3, 2], ["tanh", "identity"], f"squared(reduction={reduction})", n_examples=3)
    trace = case.network.run(case.inputs)
    found = chain(trace, case.targets, None, 1, 0, 1, top=99)
    assert sorted((path.example, path.neurons) for path in found.paths) == [
        (example, (0, output)) for example in range(3) for output in range(2)
    ]
    tail = [(factor.name, factor.value) for factor in found.paths[0].factors[7:]]
    assert tail == share
    assert found.slope == case.network.gradient(*case.batch)[1][3]


@pytest.mark.parametrize(
    ("last", "loss", "names"),
    [
        ("softmax", "cross_entropy", ["cross_entropy after softmax"]),
        ("softmax", "squared", ["squared after softmax"]),
        ("logistic", "binary_cross_entropy", ["binary_cross_entropy after logistic"]),
        ("logistic", "squared", ["logistic", "squared loss"]),
    ],
)
def test_how_a_chain_ends(last, loss, names):
    case = make_case([2, 3], [last], loss, n_examples=1)
    found = chain(case.network.run(case.inputs), case.targets, 0, 1, 2, 0)
    assert [factor.name for factor in found.paths[0].factors] == ["input", "sum", *names]
    assert found.listed == pytest.approx(found.slope, rel=1e-14)


def test_behind_a_dead_relu_every_path_has_the_factor_0():
    network = Network([2, 1, 3], ["relu", "identity"])
    network.biases(1)[:] = -100
    found = chain(network.run([1, 1]), [1, 1, 1], 0, 1, 0, 0)
    assert found.slope == 0
    assert math.isnan(found.share)
    assert found.to_json()["share"] is None
    assert len(found.paths) == 3
    for path in found.paths:
        assert ("relu", 0) in [(factor.name, factor.value) for factor in path.factors]
    assert "carry" not in found.text(shown=1)
    assert "\nrelu, neuron 0 of layer 1, is off: every path is 0\n" in found.text(shown=1)
    network.biases(1)[:] = 100
    assert "every path" not in chain(network.run([1, 1]), [1, 1, 1], 0, 1, 0, 0).text()
    both = chain(network.run([0, 1]), [1, 1, 1], 0, 1, 0, 0)
    assert both.blocked == "input, input 0, is 0: every path is 0"
    network.biases(1)[:] = -100
    over_an_input = chain(network.run([1, 1]), [1, 1, 1], 0, 0, 0)
    assert over_an_input.blocked == "every path is 0: each has a factor that is 0"


def test_missing_connections_are_no_paths():
    network = Network([1, 3, 2, 1], connections=[None, [[1, 1], [1, 0], [0, 0]], [[1], [1]]])
    trace = network.run([1])
    counts = [chain(trace, [1], 0, 1, neuron, 0).n_paths for neuron in range(3)]
    assert counts == [2, 1, 0]
    closed = chain(trace, [1], 0, 1, 2, 0)
    assert (closed.paths, closed.listed, closed.slope, closed.complete) == ((), 0, 0, True)
    assert str(closed).endswith("the sum over 0 paths")
    assert chain(trace, [1], 0, 0, 0).n_paths == 3


def test_equally_strong_paths_come_in_the_order_of_their_neurons():
    network = Network([1, 3, 3, 1], "identity", biases=False)
    network.parameters[:] = 1
    found = chain(network.run([[1], [1]]), [[0], [0]], None, 0, 0, top=4)
    assert [(path.example, path.neurons) for path in found.paths] == [
        (0, (0, 0, 0, 0)),
        (0, (0, 0, 1, 0)),
        (0, (0, 0, 2, 0)),
        (0, (0, 1, 0, 0)),
    ]


def test_the_others_are_summed_in_one_line():
    case = make_case([2, 4, 4, 2], "tanh", "squared", n_examples=1)
    found = chain(case.network.run(case.inputs), case.targets, 0, 1, 0, 0)
    printed = found.printed(shown=3)
    assert (len(printed.lines), printed.n_further, printed.lines[-1].path) == (4, 5, None)
    text = found.text(shown=3)
    assert f"the 3 strongest of 8 paths, which carry {printed.share:.2%} of it" in text
    assert text.endswith(f"the other paths  {printed.lines[-1].product}")


def test_a_dead_relu_closes_a_path_however_large_the_rest_of_it():
    network = Network([1, 1, 1, 1, 1], ["relu", "relu", "relu", "identity"], loss="absolute")
    network.parameters[:] = [-1, 0, 1e200, 1e-200, 1e200, 0, 1e200, 0]
    found = chain(network.run([1]), [1], 0, 1, 0, 0)
    assert (found.slope, len(found.paths), found.paths[0].product) == (0, 1, 0)


def test_numpy_numbers_and_json():
    case = make_case([2, 3, 2], "tanh", "squared", n_examples=2)
    trace = case.network.run(case.inputs)
    for example in (np.int64(1), None):
        found = chain(trace, case.targets, example, np.int64(1), np.int64(2), np.int64(0))
        values = json.loads(json.dumps(found.to_json(), allow_nan=False))
        assert values["slope"] == found.slope
        assert [path["product"] for path in values["paths"]] == [path.product for path in found.paths]


@pytest.mark.parametrize(
    ("place", "options", "message"),
    [
        ((2, 1, 0, 0), {}, "example 2: the trace has examples 0 to 1"),
        ((0, 3, 0, 0), {}, "layer 3: the network has layers 1 to 2"),
        ((0, 0, 2), {}, "input 2: there is none; there are inputs 0 to 1"),
        ((0, 1, 3, 0), {}, "neuron 3 of layer 1: there is none; there are neurons 0 to 2"),
        ((0, 1, 0, 2), {}, "got source 2, expected 0 to 1 or 'bias'"),
        ((0, 1, 0, 1), {}, "weight from input 1 into neuron 0 of layer 1: this connection is missing"),
        ((0, 1, 0, 0), {"top": 0}, "top: got 0, expected at least 1"),
    ],
)
def test_what_does_not_exist(place, options, message):
    trace = Network([2, 3, 1], connections=[[[1, 1, 1], [0, 1, 1]], None]).run(np.ones((2, 2)))
    with pytest.raises(SettingError, match=message):
        chain(trace, [[0], [0]], *place, **options)


def test_no_examples_have_no_chains():
    with pytest.raises(SettingError, match="chain: the trace holds no examples"):
        chain(Network([2, 1]).run(np.zeros((0, 2))), np.zeros((0, 1)), None, 1, 0, 0)


def test_a_network_with_nan_inside_names_the_first():
    network = Network([3, 2, 2])
    network.weights(1)[2, 1] = np.nan
    with pytest.raises(ShapeError, match="chain: the weighted sum of layer 1, neuron 1 is not finite"):
        chain(network.run([1, 1, 1]), [1, 1], 0, 2, 0, 0)


@pytest.mark.parametrize(("place", "n_paths"), [((1, 3, 5), 512 * 10), ((0, 3), 512 * 512 * 10)])
def test_the_strongest_chains_of_a_wide_network_are_found_at_once(place, n_paths):
    network = Network([784, 512, 512, 10], ["relu", "relu", "softmax"], dtype="float64")
    trace = network.run(np.linspace(-1, 1, 784))
    chain(trace, np.eye(10)[:1], 0, *place)  # compiles
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        found = chain(trace, np.eye(10)[:1], 0, *place, top=20)
        seconds.append(time.perf_counter() - began)
    assert (len(found.paths), found.n_paths) == (20, n_paths)
    assert min(seconds) < 0.05
