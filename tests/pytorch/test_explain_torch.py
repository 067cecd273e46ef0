"""The chains of a weight, a bias and an input add up to what PyTorch's autograd finds."""

import numpy as np
import pytest
import torch

from glassnet import Network
from glassnet.explain.chain import chain

pytestmark = pytest.mark.torch
torch.set_num_threads(1)


def slopes_by_autograd(network, inputs, targets):
    """The slopes of the loss over the inputs, and over each layer's weights and biases."""
    given = torch.tensor(inputs, requires_grad=True)
    layers = range(1, network.n_layers + 1)
    weights = [torch.tensor(network.weights(layer), requires_grad=True) for layer in layers]
    biases = [torch.tensor(network.biases(layer), requires_grad=True) for layer in layers]
    sums = torch.relu(given @ weights[0] + biases[0])
    sums = torch.tanh(sums @ weights[1] + biases[1])
    sums = sums @ weights[2] + biases[2]
    loss = torch.nn.functional.cross_entropy(sums, torch.tensor(targets))
    return torch.autograd.grad(loss, [given, *weights, *biases])


@pytest.fixture(scope="module", params=[[3, 4, 5, 3], [784, 512, 512, 10]], ids=["small", "wide"])
def judged(request):
    """A trace with its targets, and the slopes that PyTorch finds."""
    network = Network(
        request.param, ["relu", "tanh", "softmax"], loss="cross_entropy", dtype="float64", seed=1
    )
    chance = np.random.default_rng(0)
    network.parameters[:] += chance.uniform(-0.02, 0.02, network.n_parameters)
    inputs = chance.uniform(-1, 1, (3, network.sizes[0]))
    targets = np.eye(network.sizes[-1])[[0, 2, 1]]
    return network.run(inputs), targets, slopes_by_autograd(network, inputs, targets)


@pytest.mark.parametrize(
    ("layer", "neuron", "source"),
    [(0, 2, 0), (1, 0, 2), (1, 3, "bias"), (2, 4, 1), (2, 0, "bias"), (3, 2, 0), (3, 1, "bias")],
)
def test_chains_add_up_to_autograd(judged, layer, neuron, source):
    trace, targets, (inputs, *slopes) = judged
    found = chain(trace, targets, None, layer, neuron, source, top=20_000)
    if layer == 0:
        expected = inputs[:, neuron].sum()
    elif source == "bias":
        expected = slopes[2 + layer][neuron]
    else:
        expected = slopes[layer - 1][source, neuron]
    sizes = sum(abs(path.product) for path in found.paths)
    assert abs(found.slope - expected.item()) <= 1e-12 * sizes
    if found.complete:
        assert abs(found.listed - expected.item()) <= 1e-12 * sizes
