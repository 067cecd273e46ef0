"""Every compiled loop against the same source run as plain Python."""

import copy
import importlib
from itertools import chain, product
from pathlib import Path

import numpy as np
import pytest

from glassnet import Network, Settings, kernels
from glassnet.functions import OPTIMIZERS
from glassnet.kernels import (
    activations,
    alone,
    answers,
    losses,
    predicting,
    random_numbers,
    side_by_side,
    small,
    standby,
    steps,
    structures,
    updates,
)
from glassnet.kernels.codes import DIFFERENTIATE
from glassnet.kernels.compiling import interpret
from glassnet.kernels.lanes import with_lanes
from glassnet.kernels.llvm import LANES
from glassnet.kernels.registers import MULTIPLIES_PAIRS, PANEL_BYTES
from glassnet.kernels.threads import ALONE, Team
from glassnet.network import running
from glassnet.network.workspace import new_small_room, new_workspace
from glassnet.training.run import new_rule
from random_networks import ENDINGS, HIDDEN

RELATIVE = {"float64": 1e-12, "float32": 1e-4}
KEY = np.uint64(0x123456789ABCDEF0)


def new_network(dtype, activations=("leaky_relu", "softmax"), loss="cross_entropy", **options):
    sizes = [3, *[4] * (len(activations) - 1), 2]
    return Network(sizes, list(activations), loss=loss, dtype=dtype, seed=1, **options)


def room(network, n_examples=5, **how):
    """A workspace full of numbers, so that a loop that forgets to write is noticed."""
    workspace = new_workspace(network.layers, network.dtype, n_examples, backward=True, dropping=True, **how)
    chance = np.random.default_rng(1)
    for array in (*workspace, *workspace.last):
        if isinstance(array, np.ndarray) and array is not workspace.zeros:
            array[:] = abs(chance.normal(size=array.shape))  # places are not below 0
    return workspace


def examples(network, n_examples=5):
    chance, sizes = np.random.default_rng(2), network.sizes
    inputs, targets = chance.normal(size=(n_examples, sizes[0])), chance.random((n_examples, sizes[-1]))
    weights = chance.uniform(0.5, 2, n_examples)
    return tuple(array.astype(network.dtype) for array in (inputs, targets, weights))


def learner(network):
    memory = [np.full_like(network.parameters, value) for value in (0.1, 0.2, 0.3)]
    return structures.Learner(network.parameters.copy(), *memory, network.connected.view(np.uint8))


def numbers(dtype, *shape):
    return np.random.default_rng(3).normal(size=shape).astype(dtype)


def of_numbers(dtype):
    a, b, c = numbers(dtype, 12), numbers(dtype, 12), numbers(dtype, 12)
    outputs, targets = numbers(dtype, 6, 3), np.eye(3, dtype=dtype)[[0, 1, 2, 0, 1, 2]]
    network = new_network(dtype)
    gradient, constants = numbers(dtype, network.n_parameters), np.array([0.9, 0.99, 1e-8, 0.01])
    rate = network.dtype.type(0.1)
    rule = new_rule(network, Settings(optimizer="adamw", l1=0.1), classifying=True)
    return {
        activations.squash: (5, 0.7, a, b, 2, 11),
        activations.times_slope: (5, 0.7, a, b, c, 2, 11),
        activations.softmax: (a, b, 3, 3, 3),
        activations.times_softmax_slope: (np.abs(a), c, 3, 4),
        losses.loss_of_example: (2, 0.5, a, b, c, 3, 4),
        losses.loss_values: (2, 0.5, a[:4], b[:4], c[:4], c[4:8]),
        losses.loss_slopes: (2, 0.5, a[:4], b[:4], c[:4]),
        losses.set_sums_slopes: (1, 0.5, network.layers[0], a, b, c, numbers(dtype, 12), 1, rate),
        answers.winner: (outputs[0],),
        answers.ties: (1.0, 1.0 - 1e-15, 2e-16),
        answers.is_right: (outputs.ravel(), targets.ravel(), 3, 3),
        updates.penalty: (network.parameters, 2, 9, 0.1, 0.2),
        updates.add_penalty_slope: (network.parameters, gradient, 2, 9, 0.1, 0.2),
        updates.disconnect: ((gradient > 0).view(np.uint8), gradient.copy(), 2, 9),
        updates.square_length: (numbers(dtype, 50), 3, 41),
        updates.adam_corrections: (5, constants, 3),
        updates.how_to_update: (rule, rate, (0.3, 0.2), True, True, 0.5),
        updates.update: (
            updates.How(5, True, rate, True, rate, rate, *[rate] * 9),
            structures.Learner(*(numbers(dtype, 50) ** 2 for _ in range(4)), None),
            *(2, 41),
        ),
        random_numbers.draw: (KEY, 12345),
        random_numbers.shuffled_rows: (KEY, 7, np.zeros((3, 11), dtype=np.int64)),
        random_numbers.kept_neurons: (KEY, 7, 1, 2, 0.3, np.zeros(11, dtype=bool)),
        steps.add_up_epochs: (
            *(numbers("float64", 7), np.arange(7), 1, 3, 0.5, 2),
            *(np.zeros(2), np.zeros(2, dtype=np.int64)),
        ),
    }


def of_passes(dtype):
    network = new_network(dtype, ["elu", "softmax"])
    inputs = examples(network, 6)[0].ravel()
    table, parameters, alone = network.layers, network.parameters, (ALONE, 0)
    rows = inputs.reshape(6, -1)
    return {
        steps.run_forward: (table, parameters, inputs, 6, room(network, 6), alone[0]),
        steps.run_sum_slopes: (table, parameters, inputs, 6, room(network, 6), parameters.copy(), alone[0]),
        predicting.predict_few: (table, parameters, rows[1:3], np.zeros((2, 4), dtype)),
        predicting.predict_small: (table, parameters, rows[1:5], np.zeros((4, 4), dtype)),
        standby.listen: (np.ones(1, dtype=np.int64), 0),
    }


def of_training(
    dtype, text="adam", activations=("tanh", "softmax"), loss="squared", starts=(0, 4, 8, 10), **options
):
    connections = None
    if not options.pop("connected", False):
        connections = [np.eye(3, 4), *[None] * (len(activations) - 1)]
    network = new_network(dtype, activations, loss, connections=connections, dropout=0.3)
    settings = Settings(optimizer=text, seed=5, **{"l1": 1e-3, "l2": 1e-2, "clip": 1.0, **options})
    inputs, targets, weights = examples(network, 8)
    rows = np.array([3, 1, 4, 0, 5, 7, 2, 6, 1, 0])
    batches = structures.Batches(inputs.ravel(), targets.ravel(), weights, rows, np.array(starts))
    rule, rates = new_rule(network, settings, classifying=True), np.array([0.1, 0.05, 0.02])

    def what(place, rule):
        outcome = (np.zeros(3), np.zeros(3, dtype=np.int64))
        return network.layers, learner(network), batches, place, network.loss_rule, rule, rates, *outcome, 40

    def judging(place):
        return network.layers, learner(network), batches, place, network.loss_rule

    lanes, single = (new_small_room(network.layers, network.dtype, 4, lanes=lanes) for lanes in (LANES, 1))
    return {
        (steps.train_steps, "tiles"): (*what(room(network, 4), rule), ALONE, 0),
        (steps.train_steps, "judging"): (*what(room(network, 4), structures.JUDGING), ALONE, 0),
        (steps.train_steps, "slopes"): (
            *what(room(network, 4), structures.JUDGING._replace(goal=DIFFERENTIATE)),
            ALONE,
            0,
        ),
        (small.train_small, "lanes"): what(lanes, rule),
        (alone.train_alone, "single"): what(single, rule),
        (small.judge_small, "lanes"): judging(lanes),
    }


CASES = {
    (function.py_func.__name__, dtype): (function, arguments)
    for dtype in RELATIVE
    for function, arguments in chain.from_iterable(make(dtype).items() for make in (of_numbers, of_passes))
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


def loops_in(function):
    """A loop and all that it calls."""
    names = function.py_func.__globals__
    called = [
        names[name] for name in function.py_func.__code__.co_names if hasattr(names.get(name), "py_func")
    ]
    return {function}.union(*(loops_in(other) for other in called))


def test_every_loop_of_the_room_is_in_a_case():
    folder = Path(kernels.__file__).parent
    modules = [importlib.import_module(f"glassnet.kernels.{file.stem}") for file in folder.glob("*.py")]
    loops = {value for module in modules for value in vars(module).values() if hasattr(value, "py_func")}
    cases = {function for function, _ in CASES.values()} | {
        steps.train_steps,
        small.judge_small,
        small.train_small,
        side_by_side.train_side_by_side,
        alone.train_alone,
        predicting.predict_few_together,
        predicting.predict_many,
    }
    assert set.union(*map(loops_in, cases)) == loops


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_each_loop(name, dtype):
    assert_same_as_twin(*CASES[name, dtype], dtype)


@pytest.mark.parametrize("sizes", [(3, 4, 2), (131, 300, 2)])  # the parts of the second have several blocks
@pytest.mark.parametrize("dtype", RELATIVE)
def test_a_row_in_parts(dtype, sizes):
    network = Network(sizes, ["elu", "softmax"], dtype=dtype, seed=1)
    rows, outputs = examples(network, 3)[0], np.zeros((2, 3, 2), dtype)
    loop = predicting.predict_few_together
    for found, predict in zip(outputs, (loop, interpret(loop)), strict=True):
        room, _ = running._shared(network)
        # Nobody helps: all parts are the caller's.
        caller = Team.of(2), np.zeros(1, dtype=np.int64), standby.CALLER
        assert predict(network.layers, network.parameters, rows, found, room, *caller) == 1
    np.testing.assert_allclose(*outputs, rtol=RELATIVE[dtype])
    assert outputs.any()


@pytest.mark.parametrize("dtype", RELATIVE)
def test_prediction_in_blocks(dtype):
    network = new_network(dtype, ["elu", "softmax"])
    rows, outputs = examples(network, 5)[0], np.zeros((2, 5, 2), dtype)
    for found, predict in zip(
        outputs, (predicting.predict_many, interpret(predicting.predict_many)), strict=True
    ):
        # Panels begin at a line of the cache, which is another place in each room.
        panels = np.zeros(2 * PANEL_BYTES * sum(network.sizes), dtype)
        caller = np.zeros(1, dtype=np.int64), standby.CALLER
        what = (network.layers, network.parameters, rows, found, panels, 3, Team.of(1))
        assert predict(*what, *caller) == 1
    np.testing.assert_allclose(*outputs, rtol=RELATIVE[dtype])
    assert outputs.any()


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_with_each_optimizer(optimizer, dtype):
    for (function, _), arguments in of_training(dtype, optimizer).items():
        assert_same_as_twin(function, arguments, dtype)


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_with_a_penalty_alone(optimizer, dtype):
    for (function, _), arguments in of_training(dtype, optimizer, clip=None, connected=True).items():
        assert_same_as_twin(function, arguments, dtype)


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize(("last", "loss"), ENDINGS)
def test_training_with_each_ending(last, loss, dtype):
    for (function, _), arguments in of_training(dtype, activations=(HIDDEN[4], last), loss=loss).items():
        assert_same_as_twin(function, arguments, dtype)


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_training_with_each_hidden_activation(hidden, dtype):
    cases = of_training(dtype, activations=(hidden, hidden, "tanh"), clip=None)
    for (function, _), arguments in cases.items():
        assert_same_as_twin(function, arguments, dtype)


PLAIN = {"text": "sgd", "l1": 0, "l2": 0, "clip": None, "connected": True}


@pytest.mark.parametrize("dtype", RELATIVE)
@pytest.mark.parametrize("starts", [(0, 4, 8, 10), (0, 1, 2, 3)])
def test_plain_gradient_descent_that_stores_no_gradient(starts, dtype):
    for (function, _), arguments in of_training(dtype, starts=starts, **PLAIN).items():
        assert_same_as_twin(function, arguments, dtype)


@pytest.mark.parametrize("in_pairs", [False, True] if MULTIPLIES_PAIRS else [False])
@pytest.mark.parametrize("options", [{}, {**PLAIN, "starts": (0, 3, 6, 10)}], ids=["adam", "plain"])
def test_training_with_two_hidden_layers(options, in_pairs):
    """Also with products of pairs, where the processor has them."""
    layers = ("tanh", "leaky_relu", "softmax")
    case = of_training("float32", activations=layers, **options)[steps.train_steps, "tiles"]
    place = room(new_network("float32", layers), 4, in_pairs=in_pairs)
    arguments = (*case[:3], place, *case[4:])
    assert_same_as_twin(steps.train_steps, arguments, "float32")


@pytest.mark.parametrize(("dtype", "lanes"), [*product(RELATIVE, [LANES]), ("float32", 2 * LANES)])
@pytest.mark.parametrize(
    "options", [{"text": "adamw", "clip": None}, {**PLAIN, "starts": (0, 1, 2, 3)}], ids=["adamw", "plain"]
)
def test_networks_side_by_side(options, dtype, lanes):
    case = next(iter(of_training(dtype, **options).values()))
    table, alone, batches, _, loss, rule, rates, *_ = case

    def shaped(array):
        return array.reshape(with_lanes(len(array), lanes))

    many = structures.Learner(
        *(shaped(np.repeat(array[:, np.newaxis], lanes, axis=1)) for array in alone[:4]), alone[4]
    )
    many.parameters[:] *= shaped(np.linspace([0.5], [1.5], lanes, dtype=dtype, axis=1))
    place = new_small_room(table, np.dtype(dtype), 4 * lanes, lanes=lanes)._replace(gradient=many.gradient)
    own_rates = shaped(np.outer(rates, np.linspace(0.1, 2, lanes)).astype(dtype))
    course = side_by_side.Course(first_step=43, steps_per_epoch=2, n_examples=8)
    losses, right = np.zeros((2, *with_lanes(3, lanes)))
    notes = side_by_side.Notes(
        losses, right, np.full(lanes, -1), np.zeros(lanes), np.zeros_like(many.parameters)
    )
    for rule_, own in ((rule, own_rates), (rule, own_rates[:0]), (structures.JUDGING, own_rates[:0])):
        arguments = (table, many, batches, place, loss, rule_, rates.astype(dtype), own, course, notes)
        assert_same_as_twin(side_by_side.train_side_by_side, arguments, dtype)
