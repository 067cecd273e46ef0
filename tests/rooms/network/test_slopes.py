"""SPEC, sections 6 to 8 and 10: errors and slopes that one can compute by hand."""

import numpy as np
import pytest

from glassnet import Network

FAR = -1000.0  # a target so low that the absolute loss is the output less a constant: its slope is 1


def chain(*weights, activations="identity", biases=None):
    """Neurons one behind the other."""
    network = Network([1] * (len(weights) + 1), activations, biases=biases is not None, loss="absolute")
    for layer, weight in enumerate(weights, start=1):
        network.weights(layer)[:] = weight
        if biases is not None:
            network.biases(layer)[:] = biases[layer - 1]
    return network


@pytest.mark.parametrize(
    ("loss", "total", "slopes"),
    [
        ("absolute", 3.25, [1, 1, -1, -1]),
        ("squared", 3.9375, [1, 1.5, -0.5, -3.5]),
        ("huber", 0.5**2 / 2 + 0.75**2 / 2 + 0.25**2 / 2 + 1.75 - 0.5, [0.5, 0.75, -0.25, -1]),
    ],
)
@pytest.mark.parametrize(("reduction", "share"), [("sum", 1), ("mean", 1 / 3)])
def test_errors_of_an_answer(loss, total, slopes, reduction, share):
    network = Network([4, 4], "identity", loss=f"{loss}(reduction={reduction})")
    network.weights(1)[:] = np.eye(4)
    answers = [[0.5, 0.75, -0.25, -0.75], [1, 2, 3, 4], [0, 0, 0, 0]]
    truths = [[0, 0, 0, 1], [1, 2, 3, 4], [0, 0, 0, 0]]
    value, gradient = network.gradient(answers, truths)
    assert value == pytest.approx(total * share)
    # The slope over a bias adds up the slopes over an output; where answer and truth are equal it is 0.
    assert gradient[-4:] == pytest.approx(np.multiply(slopes, share))


def test_the_slope_of_a_squared_weight():
    network = Network([1, 1], "identity", biases=False, loss="squared")
    network.parameters[:] = -1
    assert network.gradient([[1]], [[0]]) == (1, [-2])


def test_a_chain_of_two_weights():
    network = chain(3, -4)
    assert network.run([[2]]).outputs(1) == 6
    assert network.predict([[2]]) == -24
    assert network.gradient([[2]], [[FAR]])[1].tolist() == [-8, 6]


def test_a_sum_times_a_number():
    """f = (x + y) z at -2, 5, -4, with x and y as the weights of an input of 1."""
    network = Network([1, 2, 1, 1], "identity", biases=False, loss="absolute")
    network.parameters[:] = [-2, 5, 1, 1, -4]
    assert network.predict([[1]]) == -12
    assert network.gradient([[1]], [[FAR]])[1][[0, 1, 4]].tolist() == [-4, -4, 3]


def test_a_logistic_neuron():
    """The inputs -1 and -2 are the biases of a layer before, whose slopes are then those of the inputs."""
    network = Network([1, 2, 1], ["identity", "logistic"], loss="absolute")
    network.parameters[:] = [0, 0, -1, -2, 2, -3, -3]
    assert network.predict([[0]])[0, 0] == pytest.approx(0.7310586, abs=5e-8)
    slopes = network.gradient([[0]], [[0]])[1]
    assert slopes[2:4] == pytest.approx([0.3932239, -0.5898358], abs=5e-8)
    assert slopes[4:] == pytest.approx([-0.1966119, -0.3932239, 0.1966119], abs=5e-8)


@pytest.mark.parametrize(
    ("activation", "z", "slope"),
    [
        ("logistic", 0, 0.25),
        ("tanh", 0.5, 1 - np.tanh(0.5) ** 2),
        ("relu", 2, 1),
        ("relu", -2, 0),
        ("relu", 0, 0),
        ("leaky_relu", -2, 0.1),
    ],
)
def test_local_slopes(activation, z, slope):
    assert chain(1, activations=activation).gradient([[z]], [[FAR]])[1] == pytest.approx(slope * z)
    assert chain(0, activations=activation, biases=[z]).gradient([[1]], [[FAR]])[1][1] == pytest.approx(slope)


def test_ten_logistic_layers_leave_a_millionth():
    network = chain(*[1] * 10, activations="logistic", biases=[0, *[-0.5] * 9])
    assert network.gradient([[0]], [[FAR]])[1][1] == pytest.approx(9.5e-7, abs=5e-9)


@pytest.mark.parametrize("n_categories", [2, 4, 10])
def test_softmax_starts_at_the_logarithm_of_the_number_of_categories(n_categories):
    network = Network([3, n_categories], "softmax")
    network.parameters[:] = 0
    targets = np.eye(n_categories)
    loss = network.gradient(np.ones((n_categories, 3)), targets)[0]
    assert loss == pytest.approx(np.log(n_categories), rel=1e-15)


def test_a_gradient_is_not_finite_where_the_loss_is_not():
    network = Network([2, 2, 1], "identity", connections=[np.eye(2), None], loss="squared")
    network.parameters[:] = np.where(network.parameters == 0, 0, 1e200)
    loss, gradient = network.gradient([[1, 1]], [[0]])
    assert loss == np.inf
    assert np.isnan(gradient[[0, 3]]).all()
    assert (gradient[[1, 2]] == 0).all()
