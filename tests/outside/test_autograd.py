"""The same networks written in HIPS autograd: loss and gradient agree."""

import autograd
import autograd.numpy as np
import pytest
from hypothesis import assume, given, settings

from random_networks import ENDINGS, HIDDEN, cases, distance_to_kink, make_case

ACTIVATIONS = {
    "identity": lambda z, _: z,
    "tanh": lambda z, _: np.tanh(z),
    "logistic": lambda z, _: 1 / (1 + np.exp(-z)),
    "relu": lambda z, _: np.maximum(z, 0),
    "leaky_relu": lambda z, chosen: np.where(z > 0, z, chosen.number("slope") * z),
    "elu": lambda z, chosen: np.where(z > 0, z, chosen.number("scale") * (np.exp(z) - 1)),
    "softmax": lambda z, _: np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True),
}


def huber(output, target, chosen):
    size, threshold = np.abs(output - target), chosen.number("threshold")
    return np.where(size <= threshold, size**2 / 2, threshold * (size - threshold / 2))


LOSSES = {
    "absolute": lambda output, target, _: np.abs(output - target),
    "squared": lambda output, target, _: (output - target) ** 2,
    "huber": huber,
    "cross_entropy": lambda output, target, _: -target * np.log(output),
    "binary_cross_entropy": lambda output, target, _: (
        -target * np.log(output) - (1 - target) * np.log(1 - output)
    ),
}


def loss_of(parameters, case):
    """The whole loss as a function of the flat vector, in autograd's NumPy."""
    network, penalty = case.network, 0.0
    outputs = case.inputs
    for row, chosen in zip(network.layers, network.activations, strict=True):
        weights = parameters[row["weights"] : row["biases"]].reshape((row["n_inputs"], row["n_neurons"]))
        sums = np.dot(outputs, weights)
        if row["n_biases"]:
            sums = sums + parameters[row["biases"] : row["biases"] + row["n_biases"]]
        outputs = ACTIVATIONS[chosen.name](sums, chosen)
        penalty = penalty + case.l1 * np.sum(np.abs(weights)) + case.l2 / 2 * np.sum(weights**2)
    by_example = np.sum(LOSSES[network.loss.name](outputs, case.targets, network.loss), axis=1)
    total = np.sum(case.weights * by_example)
    return penalty + (total / len(case.inputs) if network.loss.constants["reduction"] == "mean" else total)


def assert_same_gradient(case):
    loss, gradient = case.network.gradient(*case.batch, **case.options)
    expected = autograd.grad(loss_of)(case.network.parameters, case)
    if case.network.connected.size:
        expected = expected * case.network.connected
    assert loss == pytest.approx(loss_of(case.network.parameters, case), rel=1e-12)
    assert np.abs(gradient - expected).max() <= 1e-12 * max(np.abs(expected).max(), 1e-3)


@pytest.mark.parametrize(("last", "loss"), ENDINGS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_each_activation_with_each_loss(hidden, last, loss):
    assert_same_gradient(make_case([4, 5, 3], [hidden, last], loss, missing=0.2, l1=0.1, l2=0.2))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(cases())
def test_random_networks(case):
    assume(distance_to_kink(case) > 1e-9)
    assert_same_gradient(case)
