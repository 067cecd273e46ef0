"""Training with factors rounded to bf16: what it promises as all training does, and where it is refused."""

import dataclasses

import numpy as np
import pytest

from glassnet import Network, Settings, kernels, train, train_many
from glassnet.data import Dataset
from glassnet.errors import LossNotFinite, SettingError
from glassnet.kernels.codes import DIFFERENTIATE
from glassnet.kernels.products import PANEL_ROWS
from glassnet.kernels.registers import MULTIPLIES_PAIRS
from glassnet.network.examples import Examples
from glassnet.training import Training
from glassnet.training.checkpoint import dump, restore
from glassnet.training.run import Run

# Where the processor does not multiply pairs the same is asked of the network's own precision.
PRECISION = "bf16" if MULTIPLIES_PAIRS else None
SETTINGS = Settings(epochs=4, batch=9, precision=PRECISION, learning_rate=0.02)


def examples(n_examples=40):
    chance = np.random.default_rng(0)
    return Dataset.from_arrays(chance.normal(size=(n_examples, 21)), np.arange(n_examples) % 3)


def new_network(dtype="float32", activations=("tanh", "relu", "softmax"), **options):
    return Network([21, 45, 33, 3], list(activations), dtype=dtype, seed=1, **options)


def gradient_of(network, precision):
    settings = Settings(batch=40, shuffle=False, precision=precision)
    run = Run(network, Examples(examples(), network), None, settings, 1)
    run._rule = run._rule._replace(goal=DIFFERENTIATE)
    assert run._train(np.zeros(1), np.zeros(1, dtype=np.int64)) == 1
    return run._learner.gradient


@pytest.mark.parametrize("hidden", [(45, 33), (45, PANEL_ROWS + 101)])
def test_a_gradient_is_off_by_a_few_roundings(hidden):
    """Each factor is off by at most 2**-8 of itself, and every layer's slopes go through three or more."""
    network = Network([21, *hidden, 3], ["tanh", "relu", "softmax"], dtype="float32", seed=1)
    exact, found = gradient_of(network, None), gradient_of(network, PRECISION)
    off = np.linalg.norm(found - exact) / np.linalg.norm(exact)
    assert off < 6 * 2**-8
    assert (off > 0) == (PRECISION is not None)


def test_small_networks_go_by_tiles_too():
    network = Network([4, 4, 3], dtype="float32")
    data = Dataset.from_arrays(np.eye(4), np.arange(4) % 3)
    training = Training(network, data, None, Settings(precision=PRECISION))
    assert training.run.loop == ("lanes" if PRECISION is None else "tiles")


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_chunks_change_no_bit_and_a_state_goes_on_exactly(optimizer):
    settings = dataclasses.replace(SETTINGS, optimizer=optimizer)
    results = []
    for chunk in (1, 3, 100):
        training = Training(new_network(dropout=0.1), examples(), None, settings)
        while training.run.step < 7:
            training.run.advance(min(chunk, 7 - training.run.step))
        resumed = Training(new_network(dropout=0.1), examples(), None, settings)
        restore(resumed, dump(training))
        while not resumed.run.finished:
            resumed.run.advance(chunk)
        history = resumed.run.history
        results.append((resumed.network.parameters.tobytes(), *history.losses, *history.right))
    whole = new_network(dropout=0.1)
    history = train(whole, examples(), settings=settings)
    results.append((whole.parameters.tobytes(), *history.losses, *history.right))
    assert len(set(results)) == 1


def test_right_answers_are_counted_step_by_step():
    """With a rate so small that nothing changes, each epoch has as many as the network has."""
    network = new_network()
    history = train(network, examples(), settings=dataclasses.replace(SETTINGS, learning_rate=1e-12))
    assert history.right == [network.evaluate(examples()).n_right] * SETTINGS.epochs


def test_a_loss_that_is_not_finite_stops_at_that_step():
    network = new_network(activations=["identity"] * 3, loss="squared")
    settings = dataclasses.replace(SETTINGS, optimizer="sgd", learning_rate=1e6, epochs=50)
    run = Run(network, Examples(examples(), network), None, settings)
    while not run.finished:
        before, step = network.parameters.copy(), run.step
        run.advance(1)
    assert run.history.not_finite.step == step + 1
    assert np.array_equal(network.parameters, before, equal_nan=True)
    with pytest.raises(LossNotFinite, match=f"at step {step + 1} "):
        train(new_network(activations=["identity"] * 3, loss="squared"), examples(), settings=settings)


@pytest.mark.parametrize(
    "train_it", [train, lambda network, *what, **how: train_many([network], *what, **how)]
)
def test_networks_of_float64_are_refused(train_it):
    network = new_network("float64")
    before = network.parameters.copy()
    with pytest.raises(SettingError, match="'bf16' needs a network of float32, and 21-45-33-3 is of float64"):
        train_it(network, examples(), precision="bf16")
    assert np.array_equal(network.parameters, before)


def test_a_processor_that_does_not_multiply_pairs_is_named_before_anything_is_trained(monkeypatch):
    monkeypatch.setattr(kernels.registers, "MULTIPLIES_PAIRS", False)
    network = new_network()
    before = network.parameters.copy()
    with pytest.raises(SettingError, match=r"needs a processor that multiplies bf16 .*AVX512-BF16.*leave"):
        train(network, examples(), precision="bf16")
    with pytest.raises(SettingError, match="AVX512-BF16"):
        train_many([network], examples(), precision="bf16")
    assert np.array_equal(network.parameters, before)
