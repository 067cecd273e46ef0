"""SPEC, sections 2 to 4: the drawn network, number by number, and networks that cannot learn the patterns."""

import numpy as np
import pytest

from glassnet import Network, train
from glassnet.data import four_pixel, four_pixel_odd

CATEGORIES = ("solid", "vertical", "diagonal", "horizontal")
EXAMPLE = [0.50, 0.0, -0.75, 0.75]


def row_by_row(clockwise):
    """The slides go round: top left, top right, bottom right, bottom left."""
    return np.asarray(clockwise, dtype=float)[..., [0, 1, 3, 2]]


@pytest.fixture
def drawn():
    return Network.drawn_four_pixel()


def test_weights_are_those_of_the_slides(drawn):
    weights = [drawn.weights(layer).T for layer in (1, 2, 3, 4)]
    first = [[1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 0, -1], [0, 1, -1, 0]]
    assert (weights[0] == row_by_row(first)).all()
    assert (weights[1] == [[1, 1, 0, 0], [-1, 1, 0, 0], [0, 0, 1, -1], [0, 0, 1, 1]]).all()
    assert (weights[2][::2] == np.eye(4)).all()
    assert (weights[2][1::2] == -np.eye(4)).all()
    assert (weights[3] == np.repeat(np.eye(4), 2, axis=1)).all()
    assert (drawn.n_parameters, np.count_nonzero(drawn.parameters)) == (96, 32)
    assert (drawn.name, drawn.category_names) == ("4-4-4-8-4", CATEGORIES)


def test_all_eight_patterns_are_right(drawn):
    data = four_pixel()
    outputs = drawn.predict(data.inputs)
    height = np.tanh(2 * np.tanh(2))
    assert height == pytest.approx(0.958576, abs=5e-7)
    np.testing.assert_allclose(outputs, height * data.targets, rtol=1e-15, atol=0)
    assert drawn.evaluate(data).n_right == 8


@pytest.mark.parametrize(("loss", "mean"), [("absolute", 0.041424), ("squared", 0.001716)])
def test_mean_total_error_of_a_picture(drawn, loss, mean):
    network = Network(drawn.sizes, [*map(str, drawn.activations)], biases=False, loss=loss)
    network.parameters[:] = drawn.parameters
    assert network.evaluate(four_pixel()).loss == pytest.approx(mean, abs=5e-7)


def test_the_eight_odd_pictures_are_a_tie_of_all_four(drawn):
    for answer in drawn.classify(four_pixel_odd()):
        assert answer.outputs == pytest.approx([0.746068] * 4, abs=5e-7)
        assert (answer.index, answer.category, answer.ties) == (-1, None, CATEGORIES)
        assert answer.margin == pytest.approx(0, abs=1e-15)
        assert str(answer) == "no category (a tie of solid, vertical, diagonal, horizontal)"


def test_white_below_black_step_by_step(drawn):
    trace = drawn.run(row_by_row([-1, -1, 1, 1]))
    np.testing.assert_allclose(trace.outputs(1)[0], [0, 0, -0.9640, -0.9640], atol=5e-5)
    np.testing.assert_allclose(trace.outputs(2)[0], [0, 0, 0, -0.9586], atol=5e-5)
    assert np.flatnonzero(trace.outputs(3)[0]).tolist() == [7]
    assert drawn.classify(trace.inputs)[0].category == "horizontal"


def test_the_example_picture(drawn):
    answer = drawn.classify(row_by_row(EXAMPLE))[0]
    assert answer.outputs == pytest.approx([0.2100, 0.9021, 0.7065, 0.3716], abs=5e-5)
    assert answer.category == "vertical"
    assert answer.margin == pytest.approx(answer.outputs[1] - answer.outputs[2])


def test_logistic_squashes_get_two_of_eight(drawn):
    network = Network(drawn.sizes, ["logistic", "logistic", "relu", "identity"], biases=False)
    network.parameters[:] = drawn.parameters
    assert network.evaluate(four_pixel()).n_right == 2


@pytest.mark.parametrize(
    ("weights", "total", "squashed"),
    [
        ([1, 1, 1, 1], 0.50, {}),
        ([-0.2, 0, 0.8, -0.5], -1.075, {"logistic": 0.25445, "tanh": -0.79134}),
    ],
)
def test_one_neuron(weights, total, squashed):
    for activation, expected in {"identity": total, **squashed}.items():
        neuron = Network([4, 1], activation, biases=False)
        neuron.weights(1)[:, 0] = row_by_row(weights)
        trace = neuron.run(row_by_row(EXAMPLE))
        assert trace.weighted_sums(1)[0, 0] == pytest.approx(total, rel=1e-14)
        assert trace.outputs()[0, 0] == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize("hidden", ["tanh", "identity"])
@pytest.mark.parametrize("seed", range(5))
def test_an_odd_network_gets_at_most_four_of_eight(hidden, seed):
    network = Network([4, 6, 6, 4], [hidden, hidden, "identity"], biases=False, seed=seed)
    data = four_pixel()
    untrained = network.evaluate(data).n_right
    history = train(network, data, learning_rate=0.03, epochs=200, batch=8)
    np.testing.assert_array_equal(network.predict(-data.inputs), -network.predict(data.inputs))
    assert max(untrained, *history.right, network.evaluate(data).n_right) <= 4


def test_a_pair_of_rectifiers_is_the_absolute_value():
    network = Network([1, 2, 1], ["relu", "identity"], biases=False)
    network.parameters[:] = [1, -1, 1, 1]
    values = np.linspace(-2, 2, 9)[:, np.newaxis]
    np.testing.assert_array_equal(network.predict(values), np.abs(values))
