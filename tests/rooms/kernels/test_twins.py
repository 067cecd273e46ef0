"""Every compiled loop against the same source run as plain Python."""

import copy
import importlib
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from glassnet import Network, Settings, kernels
from glassnet.functions import OPTIMIZERS
from glassnet.kernels import activations, layers, losses, passes, products, random_numbers, steps, updates
from glassnet.kernels.compiling import interpret
from glassnet.network.workspace import new_workspace
from glassnet.training.run import _rule
from random_networks import ENDINGS, HIDDEN

RELATIVE = {"float64": 1e-12, "float32": 1e-4}
KEY = np.uint64(0x123456789ABCDEF0)


def new_network(dtype, activations=("leaky_relu", "softmax"), loss="cross_entropy", **options):
    sizes = [3, *[4] * (len(activations) - 1), 2]
    return Network(sizes, list(activations), loss=loss, dtype=dtype, seed=1, **options)


def room(network, n_examples=5):
    """A workspace full of numbers, so that a loop that forgets to write is noticed."""
    workspace = new_workspace(network.layers, network.dtype, n_examples, backward=True)
    chance = np.random.default_rng(1)
    for array in workspace:
        array[:] = chance.normal(size=array.shape)
    return workspace


def examples(network, n_examples=5):
    chance, sizes = np.random.default_rng(2), network.sizes
    inputs, targets = chance.normal(size=(n_examples, sizes[0])), chance.random((n_examples, sizes[-1]))
    weights = chance.uniform(0.5, 2, n_examples)
    return tuple(array.astype(network.dtype) for array in (inputs, targets, weights))


def learner(network):
    memory = [np.full_like(network.parameters, value) for value in (0.1, 0.2, 0.3)]
    return steps.Learner(network.parameters, *memory, network.connected)


def numbers(dtype, *shape):
    return np.random.default_rng(3).normal(size=shape).astype(dtype)


def of_layers(dtype):
    network = new_network(dtype)
    layer, workspace = network.layers[1], room(network)
    return {
        layers.weights_of: (layer, network.parameters),
        layers.biases_of: (layer, network.parameters),
        layers.block: (layer, workspace.outputs, 5),
        passes.hand_back: (
            layer,
            network.parameters,
            numbers(dtype, 5, 2),
            workspace.turned,
            numbers(dtype, 5, 4),
        ),
    }


def of_passes(dtype):
    network = new_network(dtype, ["elu", "softmax"], dropout=0.4)
    inputs, targets, weights = examples(network)
    w = room(network)
    arrays = (w.weighted_sums, w.outputs)
    rule, table = network.loss_rule, network.layers
    return {
        passes.forward: (table, network.parameters, inputs, *arrays, True, KEY),
        passes.backward: (
            *(table, network.parameters, inputs, *arrays, w.grad_sums, w.turned),
            *(numbers(dtype, network.n_parameters), True, KEY),
        ),
        steps.gradient_of: (table, learner(network), inputs, targets, weights, w, rule, True, KEY),
        steps.measure: (table, network.parameters, inputs, targets, weights, w, rule),
    }


def of_numbers(dtype):
    a, b, c = numbers(dtype, 4, 3), numbers(dtype, 3, 2), numbers(dtype, 4, 2)
    outputs, targets = numbers(dtype, 6, 3), np.eye(3, dtype=dtype)[[0, 1, 2, 0, 1, 2]]
    network = new_network(dtype)
    gradient, constants = numbers(dtype, network.n_parameters), np.array([0.9, 0.99, 1e-8, 0.01])
    return {
        products.add_product: (a, b, c),
        products.add_product_turned: (a, c, numbers(dtype, 3, 2)),
        products.turn: (a, numbers(dtype, 3, 4)),
        activations.squash: (5, 0.7, a, numbers(dtype, 4, 3)),
        activations.times_slope: (6, 0.0, a, np.abs(a), numbers(dtype, 4, 3)),
        losses.loss_values: (2, 0.5, a, a, numbers(dtype, 4, 3), np.zeros_like(a)),
        losses.loss_slopes: (2, 0.5, a, numbers(dtype, 4, 3), np.zeros_like(a)),
        losses.loss_sums_slopes: (1, 0.5, network.layers[0], a, a, a + 1, np.zeros_like(a)),
        losses.total_loss: (a, numbers(dtype, 4)),
        steps.winner: (outputs[0],),
        steps.ties: (1.0, 1.0 - 1e-15, 2e-16),
        steps.count_right: (outputs, targets),
        updates.add_penalty: (network.layers, network.parameters, 0.1, 0.2, gradient),
        updates.disconnect: (gradient > 0, gradient),
        updates.clip: (gradient, 0.5),
        updates.update: (
            5,
            constants,
            0.1,
            3,
            network.layers,
            gradient.copy(),
            gradient,
            gradient + 1,
            gradient**2,
        ),
        random_numbers.draw: (KEY, 12345),
        random_numbers.shuffled_rows: (KEY, 7, np.zeros((3, 11), dtype=np.int64)),
        steps.add_up_epochs: (
            *(numbers("float64", 7), np.arange(7), 1, 3, 0.5, 2),
            *(np.zeros(2), np.zeros(2, dtype=np.int64)),
        ),
    }


def of_training(dtype, text="adam", activations=("tanh", "softmax"), loss="squared", **options):
    connections = [np.eye(3, 4), *[None] * (len(activations) - 1)]
    network = new_network(dtype, activations, loss, connections=connections, dropout=0.3)
    settings = Settings(optimizer=text, seed=5, **{"l1": 1e-3, "l2": 1e-2, "clip": 1.0, **options})
    inputs, targets, weights = examples(network, 8)
    rows, starts = np.array([3, 1, 4, 0, 5, 7, 2, 6, 1, 0]), np.array([0, 4, 8, 10])
    batches = steps.Batches(inputs, targets, weights, rows, starts)
    arguments = (network.layers, learner(network), batches, room(network, 4), network.loss_rule)
    outcome = (np.zeros(3), np.zeros(3, dtype=np.int64))
    rule = _rule(network, settings, classifying=True)
    return {steps.train_steps: (*arguments, rule, np.array([0.1, 0.05, 0.02]), *outcome, 40)}


CASES = {
    (function.py_func.__name__, dtype): (function, arguments)
    for dtype in RELATIVE
    for function, arguments in chain.from_iterable(
        make(dtype).items() for make in (of_layers, of_passes, of_numbers, of_training)
    )
}


def arrays_in(value):
    """Every array and number in nested tuples."""
    if isinstance(value, tuple):
        return [array for item in value for array in arrays_in(item)]
    return [] if value is None or np.asarray(value).dtype.names else [np.asarray(value)]


def assert_same_as_twin(function, arguments, dtype):
    compiled, plain = copy.deepcopy(arguments), copy.deepcopy(arguments)
    result, expected = function(*compiled), interpret(function)(*plain)
    for array, other in zip(arrays_in((result, compiled)), arrays_in((expected, plain)), strict=True):
        np.testing.assert_allclose(array, other, rtol=RELATIVE[dtype], atol=RELATIVE[dtype] / 100)


def test_every_loop_of_the_room_has_a_case():
    folder = Path(kernels.__file__).parent
    modules = [importlib.import_module(f"glassnet.kernels.{file.stem}") for file in folder.glob("*.py")]
    loops = {name for module in modules for name, value in vars(module).items() if hasattr(value, "py_func")}
    assert {name for name, _ in CASES} == {name for name in loops if not name.startswith("_")}


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_each_loop(name, dtype):
    assert_same_as_twin(*CASES[name, dtype], dtype)


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_with_each_optimizer(optimizer, dtype):
    for function, arguments in of_training(dtype, optimizer).items():
        assert_same_as_twin(function, arguments, dtype)


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize(("last", "loss"), ENDINGS)
def test_training_with_each_ending(last, loss, dtype):
    for function, arguments in of_training(dtype, activations=(HIDDEN[4], last), loss=loss).items():
        assert_same_as_twin(function, arguments, dtype)


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_training_with_each_hidden_activation(hidden, dtype):
    for function, arguments in of_training(dtype, activations=(hidden, hidden, "tanh"), clip=None).items():
        assert_same_as_twin(function, arguments, dtype)
