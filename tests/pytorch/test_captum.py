"""The same attributions as captum, the library for them on PyTorch."""

import captum.attr
import numpy as np
import pytest
import torch

from glassnet import Network
from glassnet.data import digits
from glassnet.explain.attribution import attribution

pytestmark = pytest.mark.torch
torch.set_num_threads(1)

SQUASHES = {
    "identity": lambda z: z,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.1),
    "elu": torch.nn.functional.elu,
}


def last_sums(network):
    """The network up to the weighted sums of its last layer, as a function of tensors."""
    layers = [
        (torch.from_numpy(network.weights(layer).copy()), torch.from_numpy(network.biases(layer).copy()))
        for layer in range(1, network.n_layers + 1)
    ]

    def run(inputs):
        outputs = inputs
        for k, (weights, biases) in enumerate(layers):
            outputs = outputs @ weights + biases
            if k < len(layers) - 1:
                outputs = SQUASHES[network.activations[k].name](outputs)
        return outputs

    return run


@pytest.fixture(params=SQUASHES)
def network(request):
    hidden = request.param
    network = Network([64, 20, 12, 10], [hidden, hidden, "softmax"], dtype="float64", seed=3)
    chance = np.random.default_rng(4)
    for layer in (1, 2, 3):
        network.biases(layer)[:] = chance.normal(0, 0.5, network.biases(layer).size)
    return network


@pytest.fixture
def example():
    return digits().inputs[5].astype(np.float64)


def ours(network, example, output, method, **options):
    return attribution(network.run(example), 0, output, method, **options).values


def tensor(values):
    return torch.from_numpy(np.array(values, dtype=np.float64))[np.newaxis]


@pytest.mark.parametrize("output", [0, 7])
@pytest.mark.parametrize("baseline", [0.0, -1.0])
@pytest.mark.parametrize("steps", [2, 50])
def test_integrated_gradients(network, example, output, baseline, steps):
    judge = captum.attr.IntegratedGradients(last_sums(network))
    theirs = judge.attribute(
        tensor(example),
        baselines=tensor(np.full(64, baseline)),
        target=output,
        n_steps=steps,
        method="riemann_middle",
    )
    values = ours(network, example, output, "integrated_gradients", baseline=baseline, steps=steps)
    largest = np.abs(values).max()
    assert largest > 0.01
    # captum keeps the places of its steps in float32.
    np.testing.assert_allclose(values, theirs[0].numpy(), rtol=0, atol=1e-6 * largest)


@pytest.mark.parametrize("output", [0, 7])
def test_gradient_x_input(network, example, output):
    inputs = tensor(example).requires_grad_()
    theirs = captum.attr.InputXGradient(last_sums(network)).attribute(inputs, target=output)
    values = ours(network, example, output, "gradient_x_input")
    np.testing.assert_allclose(values, theirs[0].detach().numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("baseline", [0.0, -1.0])
def test_occlusion_is_feature_ablation(network, example, baseline):
    judge = captum.attr.FeatureAblation(last_sums(network))
    theirs = judge.attribute(tensor(example), baselines=baseline, target=7)
    values = ours(network, example, 7, "occlusion", baseline=baseline)
    np.testing.assert_allclose(values, theirs[0].numpy(), rtol=1e-9, atol=1e-12)
