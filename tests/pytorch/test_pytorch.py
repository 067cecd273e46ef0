"""The same networks in PyTorch: gradients, and a hundred steps of training with each optimizer."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings

from glassnet import Network, Settings
from glassnet.functions import OPTIMIZERS
from glassnet.network.examples import Examples
from glassnet.training import Run
from random_networks import ENDINGS, HIDDEN, cases, clouds, distance_to_kink, make_case

pytestmark = pytest.mark.torch
torch.set_num_threads(1)  # tests run side by side, and these networks are small

F = torch.nn.functional
ACTIVATIONS = {
    "identity": lambda z, _: z,
    "tanh": lambda z, _: torch.tanh(z),
    "logistic": lambda z, _: torch.sigmoid(z),
    "relu": lambda z, _: F.relu(z),
    "leaky_relu": lambda z, chosen: F.leaky_relu(z, chosen.number("slope")),
    "elu": lambda z, chosen: F.elu(z, alpha=chosen.number("scale")),
    "softmax": lambda z, _: F.softmax(z, dim=1),
}
LOSSES = {
    "absolute": lambda output, target, _: F.l1_loss(output, target, reduction="none"),
    "squared": lambda output, target, _: F.mse_loss(output, target, reduction="none"),
    "huber": lambda output, target, chosen: F.huber_loss(
        output, target, reduction="none", delta=chosen.number("threshold")
    ),
    "cross_entropy": lambda output, target, _: -target * torch.log(output),
    "binary_cross_entropy": lambda output, target, _: F.binary_cross_entropy(
        output, target, reduction="none"
    ),
}


class Twin:
    """A network as PyTorch tensors, one for the weights and one for the biases of each layer."""

    def __init__(self, network):
        self.network = network
        layers = range(1, network.n_layers + 1)
        self.weights = [self._leaf(network.weights(layer)) for layer in layers]
        self.biases = [self._leaf(network.biases(layer)) for layer in layers]
        self.connected = [torch.from_numpy(network.connections(layer).copy()) for layer in layers]

    @staticmethod
    def _leaf(values):
        return torch.from_numpy(values.copy()).requires_grad_()

    def loss(self, inputs, targets, example_weights):
        outputs = torch.from_numpy(inputs)
        for k, chosen in enumerate(self.network.activations):
            outputs = outputs @ (self.weights[k] * self.connected[k])
            if self.biases[k].numel():
                outputs = outputs + self.biases[k]
            outputs = ACTIVATIONS[chosen.name](outputs, chosen)
        values = LOSSES[self.network.loss.name](outputs, torch.from_numpy(targets), self.network.loss)
        total = (torch.from_numpy(example_weights) * values.sum(dim=1)).sum()
        return total / len(inputs) if self.network.loss.constants["reduction"] == "mean" else total

    def flat(self, part):
        """One vector laid out as glassnet's parameters, of the tensors or of their slopes."""
        pairs = [part(tensor) for pair in zip(self.weights, self.biases, strict=True) for tensor in pair]
        return np.concatenate([values.detach().numpy().ravel() for values in pairs])


def slope(tensor):
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad


def assert_same_gradient(case):
    loss, gradient = case.network.gradient(*case.batch, **case.options)
    twin = Twin(case.network)
    weights = torch.cat([tensor.flatten() for tensor in twin.weights])
    expected = twin.loss(*case.batch, case.weights)
    expected = expected + case.l1 * weights.abs().sum() + case.l2 / 2 * (weights**2).sum()
    expected.backward()
    slopes = twin.flat(slope)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    assert np.abs(gradient - slopes).max() <= 1e-12 * max(np.abs(slopes).max(), 1e-3)


@pytest.mark.parametrize(("last", "loss"), ENDINGS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_gradients_of_each_activation_with_each_loss(hidden, last, loss):
    assert_same_gradient(make_case([4, 5, 3], [hidden, last], loss, missing=0.2, l1=0.1, l2=0.2))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(cases())
def test_gradients_of_random_networks(case):
    assume(distance_to_kink(case) > 1e-9)
    assert_same_gradient(case)


OPTIMIZERS_OF_TORCH = {
    "sgd": lambda groups, _: torch.optim.SGD(groups, lr=0.05),
    "momentum": lambda groups, c: torch.optim.SGD(groups, lr=0.05, momentum=c["momentum"]),
    "nesterov": lambda groups, c: torch.optim.SGD(groups, lr=0.05, momentum=c["momentum"], nesterov=True),
    "rmsprop": lambda groups, c: torch.optim.RMSprop(groups, lr=0.05, alpha=c["decay"], eps=c["epsilon"]),
    "adam": lambda groups, c: torch.optim.Adam(
        groups, lr=0.05, betas=(c["beta1"], c["beta2"]), eps=c["epsilon"]
    ),
    "adamw": lambda groups, c: torch.optim.AdamW(
        groups, lr=0.05, betas=(c["beta1"], c["beta2"]), eps=c["epsilon"]
    ),
}


def clip(tensors, longest):
    """PyTorch's own clip adds a millionth to the length, so that it shortens a little more."""
    length = torch.nn.utils.get_total_norm([tensor.grad for tensor in tensors])
    for tensor in tensors:
        tensor.grad *= min(1.0, longest / length.item())


@pytest.mark.parametrize(
    "settings", [{}, {"l2": 0.01}, {"clip": 0.1}, {"l2": 0.01, "class_weights": "balanced"}]
)
@pytest.mark.parametrize("text", [*OPTIMIZERS, "adamw(weight_decay=0.2)", "adam(beta1=0.5, epsilon=0.001)"])
def test_a_hundred_steps_of_training(text, settings):
    data = clouds(50, weights=np.linspace(0.2, 1.8, 50))
    network = Network(
        [5, 6, 4, 3], ["tanh", "leaky_relu", "softmax"], seed=3, connections=[np.eye(5, 6), None, None]
    )
    twin = Twin(network)
    settings = Settings(
        optimizer=text, learning_rate=0.05, schedule="constant", epochs=20, batch=12, seed=1, **settings
    )
    run = Run(network, Examples(data, network), None, settings)
    constants = run.settings.chosen_optimizer.constants
    # Penalties are on weights alone. PyTorch's name for l2 is weight decay, except in AdamW.
    decay = constants.get("weight_decay", settings.l2)
    groups = [{"params": twin.weights, "weight_decay": decay}, {"params": twin.biases, "weight_decay": 0.0}]
    optimizer = OPTIMIZERS_OF_TORCH[run.settings.chosen_optimizer.name](groups, constants)
    while run.step < 100:
        batch = run.feed.chunk(run.step, 1)
        optimizer.zero_grad()
        loss = twin.loss(data.inputs[batch.rows], data.targets[batch.rows], batch.weights[batch.rows])
        in_loss = settings.l2 if "weight_decay" in constants or settings.clip else 0.0
        if in_loss:
            loss = loss + in_loss / 2 * sum((weights**2).sum() for weights in twin.weights)
        loss.backward()
        if settings.clip:
            clip(twin.weights + twin.biases, settings.clip)
        optimizer.step()
        assert run.advance(1) == 1
    difference = np.abs(network.parameters - twin.flat(lambda tensor: tensor))
    assert difference.max() < 1e-10 * np.abs(network.parameters).max()
