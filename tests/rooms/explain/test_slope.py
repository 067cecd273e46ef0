"""The loss over one weight and over two: SPEC section 7, and curves whose formula is known."""

import json

import numpy as np
import pytest

from glassnet import Network
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.slope import slope, surface
from random_networks import make_case


def neurons_in_a_row(*weights, loss="squared"):
    network = Network([1] * (len(weights) + 1), "identity", biases=False, loss=loss)
    network.parameters[:] = weights
    return network


def test_the_squared_weight_of_the_slides():
    curve = slope(neurons_in_a_row(-1), [1], [0], 1, 0, 0, steps=[1, 0.5, 0.1, 1e-3])
    assert (curve.value, curve.loss, curve.slope) == (-1, 1, -2)
    assert curve.differences[0].forward == -1
    for difference in curve.differences:
        assert difference.central == pytest.approx(-2, rel=1e-12)
        assert difference.forward == pytest.approx(-2 + difference.step, rel=1e-9)


def test_an_error_that_falls_by_two_for_a_weight_that_grows_by_one():
    curve = slope(neurons_in_a_row(3, loss="absolute"), [-2], [-100], 1, 0, 0, steps=[1])
    assert (curve.slope, curve.differences[0].forward, curve.differences[0].central) == (-2, -2, -2)


def test_the_curve_its_tangent_and_the_next_step():
    curve = slope(neurons_in_a_row(-1), [1], [0], 1, 0, 0, learning_rate=0.25, reach=1, n_points=5)
    assert curve.values.tolist() == [-2, -1.5, -1, -0.5, 0]
    assert curve.losses.tolist() == [4, 2.25, 1, 0.25, 0]
    assert curve.tangent([-2, -1, 0]).tolist() == [3, 1, -1]
    assert (curve.next_value, curve.next_loss) == (-0.5, 0.25)


@pytest.mark.parametrize("source", [2, "bias"])
def test_differences_approach_the_slope(source):
    case = make_case([3, 4, 2], ["tanh", "logistic"], "squared")
    curve = slope(case.network, *case.batch, 1, 3, source, steps=[1e-1, 1e-2, 1e-3])
    central = [abs(difference.central - curve.slope) for difference in curve.differences]
    forward = [abs(difference.forward - curve.slope) for difference in curve.differences]
    # A tenth of the step: a tenth of the error of forward differences, a hundredth of that of central ones.
    assert np.divide(forward[:-1], forward[1:]) == pytest.approx(10, rel=0.5)
    assert np.divide(central[:-1], central[1:]) == pytest.approx(100, rel=0.5)


def test_loss_and_slope_are_those_that_training_uses():
    case = make_case([3, 4, 2], ["tanh", "softmax"], "cross_entropy", missing=0.3)
    loss, gradient = case.network.gradient(*case.batch)
    curve = slope(case.network, *case.batch, 2, 1, "bias")
    assert curve.loss == pytest.approx(loss, rel=1e-15)
    assert curve.slope == gradient[-1]
    assert curve.what == "the bias of neuron 1 of layer 2"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_network_is_left_as_it_is(dtype):
    network = Network([2, 3, 1], "tanh", dtype=dtype)
    before = network.parameters.copy()
    curve = slope(network, [[1, 2]], [[0.5]], 2, 0, 1)
    surface(network, [[1, 2]], [[0.5]], (1, 0, 0), (1, 0, "bias"), n_points=3)
    np.testing.assert_array_equal(network.parameters, before)
    assert curve.differences[-1].central == pytest.approx(curve.slope, rel=1e-7)  # counted in float64


def test_dropout_is_off():
    dropped = Network([2, 3, 1], "tanh", dropout=0.5)
    whole = Network([2, 3, 1], "tanh")
    losses = [slope(network, [[1, 2]], [[0.5]], 1, 0, 0).losses for network in (dropped, whole)]
    np.testing.assert_array_equal(*losses)


def test_a_surface_over_two_weights_that_may_change_places():
    found = surface(neurons_in_a_row(0.5, 0.5), [2], [1], (1, 0, 0), (2, 0, 0), reach=1, n_points=5)
    first, second = np.meshgrid(found.first, found.second, indexing="ij")
    np.testing.assert_allclose(found.losses, (2 * first * second - 1) ** 2, rtol=1e-15)
    np.testing.assert_array_equal(found.losses, found.losses.T)
    assert found.at == (0.5, 0.5)
    assert found.slopes == (-1, -1)
    assert found.losses[2, 2] == 0.25


def test_a_row_of_the_surface_is_the_curve():
    case = make_case([3, 4, 2], ["tanh", "identity"], "huber")
    places = (1, 1, 0), (2, 0, "bias")
    found = surface(case.network, *case.batch, *places, reach=1.5, n_points=7)
    curves = [slope(case.network, *case.batch, *place, reach=1.5, n_points=7) for place in places]
    np.testing.assert_array_equal(found.losses[:, 3], curves[0].losses)
    np.testing.assert_array_equal(found.losses[3], curves[1].losses)
    assert found.slopes == (curves[0].slope, curves[1].slope)
    assert found.what == (curves[0].what, curves[1].what)


def test_as_text_and_as_json():
    network = neurons_in_a_row(-1)
    curve = slope(network, [1], [0], 1, 0, 0, steps=[1])
    assert str(curve).splitlines() == [
        "Loss over the weight from input 0 to neuron 0 of layer 1",
        "at -1 the loss is 1 and its slope -2",
        "one step of learning rate 0.1 goes to -0.8: loss 0.64",
        "      step        forward        central",
        "         1             -1             -2",
    ]
    values = json.loads(json.dumps(curve.to_json(), allow_nan=False))
    assert values["differences"] == [{"step": 1.0, "forward": -1.0, "central": -2.0}]
    assert values["losses"] == curve.losses.tolist()
    found = surface(neurons_in_a_row(1, 1), [1], [0], (1, 0, 0), (2, 0, 0), n_points=3)
    assert json.loads(json.dumps(found.to_json()))["losses"] == found.losses.tolist()


@pytest.mark.parametrize(
    ("setting", "kind", "message"),
    [
        ({"learning_rate": 0}, SettingError, "learning_rate: got 0, expected above 0"),
        ({"reach": -1}, SettingError, "reach: got -1, expected above 0"),
        ({"n_points": 1}, SettingError, "n_points: got 1, expected at least 2"),
        ({"steps": [0.1, 0]}, SettingError, "step: got 0, expected above 0"),
        ({"source": 3}, SettingError, "got source 3, expected 0 to 0 or 'bias'"),
        ({"inputs": np.zeros((0, 1)), "targets": np.zeros((0, 1))}, SettingError, "slope: got no examples"),
        ({"targets": [[1, 2]]}, ShapeError, r"targets: got shape \(1, 2\), expected \(1, 1\)"),
    ],
)
def test_what_cannot_be(setting, kind, message):
    arguments = {"inputs": [[1.0]], "targets": [[0.0]], "layer": 1, "neuron": 0, "source": 0, **setting}
    with pytest.raises(kind, match=message):
        slope(neurons_in_a_row(1), **arguments)


def test_a_surface_needs_two_weights():
    with pytest.raises(
        SettingError, match="surface: both are the weight from input 0 to neuron 0 of layer 1"
    ):
        surface(neurons_in_a_row(1), [1], [0], (1, 0, 0), (1, 0, 0))


def test_a_loss_that_is_not_finite_has_no_slope():
    with pytest.raises(ShapeError, match="slope: the loss is inf, too large to have slopes"):
        slope(neurons_in_a_row(1e200), [1], [0], 1, 0, 0)


def test_a_surface_along_directions_is_the_loss_of_the_moved_network():
    case = make_case([3, 4, 2], ["tanh", "identity"], "huber")
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, case.network.n_parameters))
    found = surface(case.network, *case.batch, first, second, reach=0.5, n_points=3)
    moved = case.network.copy()
    moved.parameters += 0.5 * first - 0.5 * second
    assert found.at == (0, 0)
    assert found.losses[2, 0] == pytest.approx(moved.gradient(*case.batch)[0], rel=1e-12)
    gradient = case.network.gradient(*case.batch)[1]
    assert found.slopes == pytest.approx((gradient @ first, gradient @ second), rel=1e-12)


def test_a_direction_must_lead_somewhere():
    network = neurons_in_a_row(1)
    with pytest.raises(SettingError, match="direction: every number of it is 0"):
        surface(network, [1], [0], np.zeros(network.n_parameters), (1, 0, 0))
