"""The gradient check: what it costs, what it catches, whom it does not blame (SPEC sections 7, 8 and 10)."""

import json

import numpy as np
import pytest

import faulty_gradients
from glassnet import Network
from glassnet.data import four_pixel
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.gradient_check import gradient_check
from random_networks import make_case

PATTERNS = four_pixel()
PAIR = PATTERNS.inputs, PATTERNS.targets


def four_pixel_network(seed=0, **options):
    return Network(
        [4, 4, 4, 8, 4], ["tanh", "tanh", "relu", "identity"], loss="squared", seed=seed, **options
    )


def test_what_the_drawn_network_costs():
    check = gradient_check(Network.drawn_four_pixel(), np.full((1, 4), 0.3) * [1, 2, -3, 4], [0, 1, 0, 0])
    assert (len(check.places), check.forward_passes) == (96, 192)
    assert check.all_passes == {"central differences": 192, "one-sided differences": 97}
    lines = str(check).splitlines()
    assert lines[:2] == [
        "96 of 96 parameters checked with a step of 1e-05:",
        f"the gradients agree (largest relative error {check.worst:.1e})",
    ]
    assert lines[2].startswith("numeric: 192 forward passes, ")
    assert lines[3].startswith("direct:  1 forward and 1 backward pass, ")
    assert lines[4].startswith("all 96: 192 forward passes, or one-sided 97; about ")
    assert check.numeric_seconds > check.direct_seconds > 0


def test_plain_backpropagation_agrees():
    check = gradient_check(four_pixel_network(), *PAIR, direct=faulty_gradients.gradient)
    assert check.verdict == "the gradients agree"


@pytest.mark.parametrize("fault", faulty_gradients.FAULTS)
@pytest.mark.parametrize("seed", range(3))
def test_every_faulty_gradient_is_caught(fault, seed):
    network = four_pixel_network(seed)
    before = network.parameters.copy()
    check = gradient_check(network, *PAIR, direct=faulty_gradients.FAULTS[fault])
    assert check.verdict == "one of the gradients is wrong"
    np.testing.assert_array_equal(network.parameters, before)


def test_an_update_inside_the_backward_pass_can_be_11_percent_off():
    fault = faulty_gradients.FAULTS["weights updated inside the backward pass"]
    network = Network([2, 3, 1], "tanh", loss="squared", seed=1)
    check = gradient_check(network, [0.5, -0.5], [1], direct=fault)
    off = np.linalg.norm(check.direct - check.numeric) / np.linalg.norm(check.numeric)
    assert off == pytest.approx(0.11, abs=0.005)


@pytest.mark.parametrize(
    ("factor", "relative_error", "verdict"),
    [
        (1 + 1e-5, 1e-5, "the gradients differ slightly: probably rounding, or a kink nearby"),
        (1.25, 0.2, "one of the gradients is wrong"),
        (0.5, 0.5, "one of the gradients is wrong"),
        (-1, 2, "one of the gradients is wrong"),
        (np.nan, np.nan, "one of the gradients is wrong"),
    ],
)
def test_relative_errors_are_relative_to_the_larger_slope(factor, relative_error, verdict):
    case = make_case([2, 2], ["identity"], "squared")
    check = gradient_check(
        case.network, *case.batch, direct=lambda network, *pair: factor * network.gradient(*pair)[1]
    )
    assert check.relative_errors == pytest.approx(relative_error, rel=1e-3, nan_ok=True)
    assert check.verdict == verdict


def test_a_difference_within_the_rounding_is_no_error():
    """A slope of 0, behind a neuron that never answers, where the numeric one is a rounding error."""
    network = Network([1, 1], "tanh", biases=False, loss="absolute")
    network.parameters[:] = 30
    check = gradient_check(network, [1], [-1e6], direct=lambda *_: np.array([1e-6]))
    assert check.numeric[0] == 0
    assert 0 < check.worst < 1e-7


@pytest.mark.parametrize(
    ("activation", "loss", "target", "what"),
    [
        ("relu", "squared", 1, "relu of layer 1"),
        ("leaky_relu", "squared", 1, "leaky_relu of layer 1"),
        ("elu", "squared", 1, "elu of layer 1"),
        ("elu(scale=2)", "squared", 1, "elu of layer 1"),
        ("identity", "absolute", 0, "absolute error of the output"),
        ("identity", "huber(threshold=2)", -2, "huber error of the output"),
    ],
)
def test_a_crossed_kink_is_named_and_not_blamed(activation, loss, target, what):
    """Neuron 0 is a third of a step from where its slope, or that of its error, jumps or bends."""
    network = Network([2, 2], activation, loss=loss)
    network.weights(1)[:] = [[1, 0.5], [-1, 0.25]]
    network.biases(1)[:] = [1e-5 / 3, 0]
    check = gradient_check(network, [[1, 0.5], [1, 1]], [[0.25, 0.1], [target, 0.1]])
    what += " changes sides at neuron 0, example 1"
    assert check.kinks == dict.fromkeys([0, 2, 4], what)  # both weights and the bias of neuron 0
    assert check.relative_errors[[0, 2, 4]].min() > 1e-7
    assert check.verdict == "the gradients agree"
    assert f"3 left out at a kink: {what}" in str(check)


def test_nothing_is_claimed_where_every_parameter_sits_at_a_kink():
    network = Network([1, 1], "relu", biases=False)
    network.parameters[:] = 0
    check = gradient_check(network, [1], [1])
    assert check.verdict == "every parameter sits at a kink: there is nothing to compare"
    assert check.worst == 0


def test_a_float32_network_is_checked_in_float64():
    double = four_pixel_network(dtype="float64")
    single = double.copy("float32")
    check = gradient_check(single, *PAIR)
    assert check.verdict == "the gradients agree"
    assert check.direct == pytest.approx(double.gradient(*PAIR)[1], rel=1e-5, abs=1e-7)


def test_dropout_is_off():
    check = gradient_check(four_pixel_network(dropout=0.5), *PAIR)
    np.testing.assert_array_equal(check.numeric, gradient_check(four_pixel_network(), *PAIR).numeric)
    assert check.verdict == "the gradients agree"


def test_missing_connections_are_not_checked():
    network = Network([3, 2], connections=[[[1, 0], [0, 1], [1, 1]]])
    check = gradient_check(network, np.ones((2, 3)), np.zeros((2, 2)))
    assert check.places.tolist() == [0, 3, 4, 5, 6, 7]
    assert check.all_passes == {"central differences": 12, "one-sided differences": 7}
    assert check.verdict == "the gradients agree"


def test_some_parameters_are_drawn_by_their_seed():
    network = Network([64, 32, 10], "tanh")
    inputs, targets = np.ones((2, 64)), np.zeros((2, 10))
    check, again, other = (gradient_check(network, inputs, targets, most=50, seed=s) for s in (1, 1, 2))
    assert (len(set(check.places)), check.forward_passes, check.n_parameters) == (50, 100, 2410)
    assert check.places.tolist() == again.places.tolist() != other.places.tolist()
    np.testing.assert_array_equal(check.numeric, again.numeric)
    np.testing.assert_array_equal(check.direct, network.gradient(inputs, targets)[1][check.places])
    assert check.all_seconds == pytest.approx(check.numeric_seconds * 2410 / 50)
    assert len(gradient_check(network, inputs, targets, most=9999).places) == 2410


def test_as_json():
    network = Network([1, 1], "relu", biases=False)
    network.parameters[:] = 0
    values = json.loads(json.dumps(gradient_check(network, [1], [1]).to_json(), allow_nan=False))
    (parameter,) = values["parameters"]
    assert (parameter["place"], parameter["direct"]) == (0, 0)
    assert parameter["kink"] == "relu of layer 1 changes sides at neuron 0, example 0"


@pytest.mark.parametrize(
    ("setting", "kind", "message"),
    [
        ({"step": 0}, SettingError, "step: got 0, expected above 0"),
        ({"most": 0}, SettingError, "most: got 0, expected at least 1"),
        ({"most": 1e9}, SettingError, "most: got 1000000000.0, expected a whole number"),
        ({"most": 1, "seed": -1}, SettingError, "seed: got -1, expected at least 0"),
        ({"direct": lambda *_: np.ones(7)}, ShapeError, r"has shape \(7,\), expected \(8,\)"),
        ({"inputs": np.ones((0, 3)), "targets": np.ones((0, 2))}, SettingError, "got no examples"),
        ({"targets": np.ones((2, 2))}, ShapeError, r"targets: got shape \(2, 2\), expected \(1, 2\)"),
        ({"targets": [[1e300, 0]]}, ShapeError, "gradient check: the loss is inf, too large to have slopes"),
    ],
)
def test_what_cannot_be(setting, kind, message):
    with pytest.raises(kind, match=message):
        gradient_check(Network([3, 2]), **{"inputs": np.ones((1, 3)), "targets": np.ones((1, 2)), **setting})


def test_a_network_with_nan_inside_names_the_first():
    network = Network([3, 2, 2])
    network.weights(1)[2, 1] = np.nan
    with pytest.raises(
        ShapeError, match="gradient check: the weighted sum of layer 1, neuron 1 is not finite"
    ):
        gradient_check(network, np.ones((1, 3)), np.ones((1, 2)))
