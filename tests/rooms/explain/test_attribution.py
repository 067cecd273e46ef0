"""Attribution: what each way promises, on networks where the answer is known."""

import json

import numpy as np
import pytest

from glassnet import Network
from glassnet.data import digits, four_pixel, load_table
from glassnet.errors import ChoiceError, SettingError, ShapeError
from glassnet.explain.attribution import ATTRIBUTION_METHODS, attribution

EXAMPLE = [0.5, 0.0, 0.75, -0.75]


def linear_network():
    """Output 0 is 3x - 2y + 0.25, through a hidden layer that only hands on."""
    network = Network([2, 2, 2], "identity", categories=["left", "right"])
    network.weights(1)[:] = [[1, 0], [0, 2]]
    network.weights(2)[:] = [[3, 1], [-1, 1]]
    network.biases(1)[:] = [0.25, 0.5]
    return network


def rectifier_network(hidden="relu", dtype="float64"):
    network = Network([6, 9, 7, 3], [hidden, "leaky_relu(slope=0.3)", "softmax"], dtype=dtype, seed=5)
    chance = np.random.default_rng(6)
    network.parameters[:] = chance.normal(0, 1, network.n_parameters)
    return network


@pytest.mark.parametrize("method", ATTRIBUTION_METHODS)
def test_in_a_linear_network_every_way_gives_the_terms(method):
    result = attribution(linear_network().run([2.0, 3.0]), 0, "left", method)
    np.testing.assert_allclose(result.values, [3 * 2, -2 * 3], rtol=1e-14)
    assert result.weighted_sum == 3 * 2 - 2 * 3 + 3 * 0.25 - 0.5
    assert result.total == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("method", ["integrated_gradients", "exact_split"])
def test_what_is_no_inputs_is_the_rest(method):
    result = attribution(linear_network().run([2.0, 3.0]), 0, "left", method)
    assert result.rest == pytest.approx(3 * 0.25 - 0.5)
    assert result.error == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("method", ["gradient_x_input", "occlusion"])
def test_ways_that_promise_nothing_have_no_error(method):
    result = attribution(linear_network().run([2.0, 3.0]), 0, "left", method)
    assert result.rest is None
    assert result.error is None


def test_the_slope_by_hand_in_the_drawn_network():
    # "vertical" is |tanh(u - v)| with u = tanh(x1 + x3), v = tanh(x0 + x2).
    x = np.array(EXAMPLE)
    u, v = np.tanh(x[1] + x[3]), np.tanh(x[0] + x[2])
    outer = np.sign(u - v) * (1 - np.tanh(u - v) ** 2)
    slopes = outer * np.array([-(1 - v**2), 1 - u**2, -(1 - v**2), 1 - u**2])
    trace = Network.drawn_four_pixel().run(x)
    result = attribution(trace, 0, "vertical", "gradient_x_input")
    np.testing.assert_allclose(result.values, slopes * x, rtol=1e-13)
    assert result.weighted_sum == pytest.approx(0.9021, abs=5e-5)


def test_occlusion_by_hand_in_the_drawn_network():
    network = Network.drawn_four_pixel()
    expected = []
    for pixel in range(4):
        hidden = np.array(EXAMPLE)
        hidden[pixel] = 0
        expected.append(network.predict(EXAMPLE)[0, 1] - network.predict(hidden)[0, 1])
    result = attribution(network.run(EXAMPLE), 0, "vertical", "occlusion")
    np.testing.assert_allclose(result.values, expected, rtol=1e-14)
    assert result.values[1] == 0  # it is the baseline already
    assert attribution(network.run(EXAMPLE), 0, "vertical", "occlusion", baseline=EXAMPLE).total == 0


def test_a_pattern_takes_its_pixels_in_equal_parts():
    data = four_pixel()
    network = Network.drawn_four_pixel()
    for example, label in enumerate(data.labels):
        result = attribution(network.run(data.inputs), example)
        assert result.category == data.categories[label]
        np.testing.assert_allclose(result.values, result.values[0], rtol=1e-12)
        assert result.total == pytest.approx(np.tanh(2 * np.tanh(2)), abs=1e-3)


@pytest.mark.parametrize("hidden", ["tanh", "relu", "elu"])
def test_the_error_of_integrated_gradients_falls_with_the_steps(hidden):
    network = Network([6, 20, 3], [hidden, "identity"], seed=1)
    network.parameters[:] = np.random.default_rng(2).normal(0, 1, network.n_parameters)
    trace = network.run(np.linspace(-1, 1, 6))
    errors = [abs(attribution(trace, 0, 0, steps=steps).error) for steps in (2, 10_000)]
    assert errors[0] > 1e-4  # there was something to lose
    assert errors[1] < 1e-3 * errors[0]


def test_the_error_is_that_of_the_midpoint_rule():
    # One step on tanh(x): the slope in the middle, x (1 - tanh(x/2)^2).
    network = Network([1, 1, 1], ["tanh", "identity"], biases=False)
    network.parameters[:] = 1
    result = attribution(network.run([2.0]), 0, 0, steps=1)
    by_hand = 2 * (1 - np.tanh(1) ** 2)
    assert result.values[0] == pytest.approx(by_hand)
    assert result.error == pytest.approx(np.tanh(2) - by_hand)


def test_another_baseline():
    network = Network.drawn_four_pixel()
    white = np.ones(4)
    trace = network.run(EXAMPLE)
    result = attribution(trace, 0, "vertical", baseline=white, steps=2000)
    assert result.rest == network.predict(white)[0, 1] == 0
    solid = attribution(trace, 0, "solid", baseline=white, steps=2000)
    assert solid.rest == pytest.approx(np.tanh(2 * np.tanh(2)))
    assert abs(solid.error) < 1e-3
    np.testing.assert_allclose(
        attribution(trace, 0, 0, "occlusion", baseline=-1).values,
        attribution(trace, 0, 0, "occlusion", baseline=-white).values,
    )


@pytest.mark.parametrize("hidden", ["relu", "identity", "leaky_relu", "leaky_relu(slope=0.5)"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_exact_split_adds_up_to_rounding(hidden, dtype):
    network = rectifier_network(hidden, dtype)
    inputs = np.random.default_rng(7).uniform(-1, 1, (20, 6))
    trace = network.run(inputs)
    for example in range(20):
        for output in range(3):
            result = attribution(trace, example, output, "exact_split")
            terms = np.abs(result.values).sum() + abs(result.rest)
            assert abs(result.error) < 20 * np.finfo(dtype).eps * terms


def test_the_exact_split_holds_on_this_side_of_the_rectifiers():
    network = rectifier_network()
    x = np.random.default_rng(8).uniform(-1, 1, 6)
    near = x * (1 + 1e-6)
    weights = attribution(network.run(x), 0, 1, "exact_split").values / x
    rest = attribution(network.run(x), 0, 1, "exact_split").rest
    assert network.run(near).weighted_sums(3)[0, 1] == pytest.approx(weights @ near + rest, rel=1e-12)


def test_a_last_squash_does_not_matter():
    sums = []
    for last in ("identity", "softmax", "logistic", "tanh"):
        network = Network([6, 9, 7, 3], ["relu", "relu", last], seed=5)
        sums.append(attribution(network.run(np.linspace(-1, 1, 6)), 0, 2, "exact_split").values)
    np.testing.assert_array_equal(sums, [sums[0]] * 4)


def test_a_network_with_missing_connections():
    missing = np.array([[True, False], [True, True]])
    network = Network([2, 2, 1], ["relu", "identity"], connections=[missing, None], seed=1)
    network.biases(1)[:] = 5  # both rectifiers answer
    result = attribution(network.run([1.0, 1.0]), 0, 0, "exact_split")
    expected = network.weights(1) @ network.weights(2)[:, 0]
    np.testing.assert_allclose(result.values, expected)


def test_the_network_and_the_trace_stay_as_they_are():
    network = rectifier_network()
    trace = network.run(np.linspace(-1, 1, 6))
    before = trace.network.parameters.copy(), trace.outputs().copy()
    for method in ATTRIBUTION_METHODS:
        attribution(trace, 0, 0, method)
    np.testing.assert_array_equal(trace.network.parameters, before[0])
    np.testing.assert_array_equal(trace.outputs(), before[1])


def test_without_a_category_it_is_the_answer():
    network = Network.drawn_four_pixel()
    assert attribution(network.run(EXAMPLE)).category == "vertical"
    with pytest.raises(SettingError, match=r"tie of solid, vertical, diagonal, horizontal; name one"):
        attribution(network.run([1, 1, 1, -1]))


def test_a_category_by_name_or_number():
    trace = Network.drawn_four_pixel().run(EXAMPLE)
    by_name, by_number = attribution(trace, 0, "diagonal"), attribution(trace, 0, 2)
    np.testing.assert_array_equal(by_name.values, by_number.values)
    with pytest.raises(
        ChoiceError, match=r"no category 'vertcal'; did you mean 'vertical'\? known are solid"
    ):
        attribution(trace, 0, "vertcal")
    with pytest.raises(SettingError, match="output: got 4, expected from 0 to 3"):
        attribution(trace, 0, 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "ocllusion"}, r"no method 'ocllusion'; did you mean 'occlusion'\?"),
        ({"method": "exact_split"}, r"exact_split: layer 1 is tanh, expected relu, leaky_relu or identity"),
        ({"example": 1}, "trace has examples 0 to 0"),
        ({"steps": 0}, "steps: got 0, expected from 1 to 10000"),
        ({"steps": 2.5}, "steps: got 2.5, expected a whole number"),
        ({"baseline": [0, 0, 0]}, r"baseline: got shape \(3,\), expected \(4,\)"),
        ({"baseline": float("nan")}, "baseline: got nan"),
    ],
)
def test_what_it_refuses(arguments, message):
    with pytest.raises((ChoiceError, SettingError, ShapeError), match=message):
        attribution(Network.drawn_four_pixel().run(EXAMPLE), **{"category": 1, **arguments})


def test_a_network_that_is_not_finite_is_named():
    network = Network([4, 3, 2])
    network.weights(2)[2, 1] = np.nan
    with pytest.raises(ShapeError, match="weighted sum of layer 2, neuron 1 is not finite"):
        attribution(network.run(EXAMPLE), 0, 0)


def printed_values(text):
    """The last number of each line of the table."""
    lines = text.splitlines()[2:-2]
    return [float(line.split()[-1]) for line in lines]


@pytest.mark.parametrize("method", ["integrated_gradients", "gradient_x_input", "occlusion"])
def test_printed_values_add_up(method):
    data = digits()
    network = Network([64, 10], "softmax", seed=3)
    for example in range(10):
        result = attribution(network.run(data.inputs[:10]), example, 3, method)
        *values, total = printed_values(result.text())
        assert round(sum(values), 10) == total
        assert "52 more" in result.text()


def test_the_text_says_what_it_means():
    for method, row in ATTRIBUTION_METHODS.items():
        text = str(attribution(linear_network().run([2.0, 3.0]), 0, "left", method))
        assert text.splitlines()[-2:] == [f"This is {row.means}", f"It is not {row.does_not_mean}"]


def test_a_single_input_left_over_gets_its_own_line():
    network = Network([13, 1], "identity")
    text = attribution(network.run(np.arange(13.0)), 0, 0).text(shown=12)
    assert "more" not in text
    assert "input 12" in text


def test_inputs_of_a_table_have_names(tmp_path):
    (tmp_path / "pets.csv").write_text(
        "weight,ears,kind\n4,round,cat\n30,long,dog\n5,round,cat\n20,long,dog\n"
    )
    data = load_table(tmp_path / "pets.csv")
    network = Network([data.n_inputs, 2], "softmax", categories=data.categories, encoder=data.encoder)
    result = attribution(network.run(data.inputs), 0, 0)
    assert result.input_names == data.encoder.input_names
    assert result.input_names[0] in str(result)


def test_as_json():
    result = attribution(Network.drawn_four_pixel().run(EXAMPLE), np.int64(0), np.int64(1))
    read = json.loads(json.dumps(result.to_json()))
    assert read["method"] == "integrated_gradients"
    assert read["values"] == result.values.tolist()
    assert read["rest"] + read["total"] + read["error"] == pytest.approx(read["weighted_sum"])
    occluded = attribution(Network.drawn_four_pixel().run(EXAMPLE), method="occlusion").to_json()
    assert occluded["error"] is occluded["rest"] is None
