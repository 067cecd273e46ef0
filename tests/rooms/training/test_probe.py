"""Looking into a training: what is found, that it changes nothing, and that a resumed run looks the same."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

from glassnet import Network, train
from glassnet.data import four_pixel
from glassnet.errors import DataError
from glassnet.network import running
from glassnet.training import Settings, Training, probe, statistics_from_csv
from glassnet.training.array_passes import run_both_ways
from glassnet.training.checkpoint import dump, restore
from glassnet.training.probe import layer_statistics
from glassnet.training.statistics import statistics_to_csv

DATA = four_pixel(n=200, noise=0.2)


@pytest.fixture
def often(monkeypatch):
    """Looks that these short trainings could not afford."""
    monkeypatch.setattr(probe, "_SHARE", 1000.0)


def new_network(**settings):
    return Network([4, 6, 5, 4], ["tanh", "relu", "softmax"], categories=DATA.categories, **settings)


def test_it_does_not_change_one_bit_of_the_training(often):
    results = []
    for statistics in (True, False):
        network = new_network(dropout=0.2)
        history = train(network, DATA, epochs=20, statistics=statistics)
        results.append((network.parameters.copy(), history.losses, history.moments))
        assert bool(history.statistics) == statistics
    assert np.array_equal(results[0][0], results[1][0])
    assert results[0][1:] == results[1][1:]


def test_it_looks_often_at_the_beginning_and_measures_the_next_update(often):
    history = train(new_network(), DATA, epochs=64, batch=50)
    epochs = [each.epoch for each in history.statistics]
    assert epochs[0] == 0
    assert len(epochs) > 10
    assert np.diff(epochs)[0] < np.diff(epochs)[-1]
    assert sorted(set(epochs)) == epochs
    assert all(layer.update_ratio > 0 for each in history.statistics for layer in each.layers)


def test_it_looks_as_often_as_the_training_is_long(monkeypatch):
    monkeypatch.setattr(probe, "_SHARE", 0.1)
    looks = [len(train(new_network(), DATA, epochs=epochs, batch=50).statistics) for epochs in (1, 900, 4000)]
    assert looks[0] == 1
    assert looks[0] < looks[1] < looks[2] <= 24


def test_the_update_is_what_one_step_did():
    network, settings = new_network(), Settings(batch=50)
    before = network.weights(2).copy()
    training = Training(network, DATA, None, settings)
    while training.run.step == 0:
        training.run.advance(7)
    assert training.run.step == 1
    ratio = np.linalg.norm(network.weights(2) - before) / np.linalg.norm(before)
    assert training.run.history.statistics[0].layers[1].update_ratio == pytest.approx(ratio)


@pytest.mark.parametrize("steps", [0, 1, 5, 9])
def test_a_resumed_run_finds_the_same(steps, often):
    settings = Settings(epochs=12, batch=50)

    def finish(training):
        while not training.run.finished:
            training.run.advance(10)
        return training.run.history.statistics

    stopped = Training(new_network(), DATA, None, settings)
    while stopped.run.step < steps or not stopped.run.history.statistics:
        stopped.run.advance(1)
    resumed = Training(new_network(), DATA, None, settings)
    restore(resumed, dump(stopped))
    assert finish(resumed) == finish(Training(new_network(), DATA, None, settings))


def test_what_is_found_is_what_the_trace_and_the_gradient_say():
    network = new_network(seed=3)
    inputs, targets = DATA.inputs.copy(), DATA.targets.copy()
    trace, (_, gradient) = network.run(inputs), network.gradient(inputs, targets)
    found = layer_statistics(network, inputs, targets)
    for layer in (1, 2, 3):
        outputs, sums = trace.outputs(layer), trace.weighted_sums(layer)
        row, one = network.layer(layer), found[layer - 1]
        assert one.outputs_mean == pytest.approx(outputs.mean())
        assert one.outputs_spread == pytest.approx(outputs.std())
        assert one.sums_size == pytest.approx(np.sqrt(np.mean(sums**2)))
        assert one.grad_weights_size == pytest.approx(
            np.sqrt(np.mean(gradient[row["weights"] : row["biases"]] ** 2))
        )
    last = trace.outputs(3) - targets  # dloss_dz of softmax and cross-entropy
    assert found[2].grad_sums_size == pytest.approx(np.sqrt(np.mean(last**2)))
    assert found[2].grad_sums_mean == pytest.approx(last.mean(), abs=1e-12)
    assert found[1].dead == np.mean((trace.outputs(2) == 0).all(axis=0))


ACTIVATIONS = ["identity", "tanh", "logistic", "relu", "leaky_relu(slope=0.3)", "elu(scale=0.7)"]
PAIRS = [
    *(("softmax", loss) for loss in ("cross_entropy", "squared", "absolute", "huber(threshold=0.3)")),
    ("logistic", "binary_cross_entropy"),
    ("logistic", "squared(reduction=sum)"),
    ("tanh", "huber(threshold=0.2)"),
    ("relu", "squared"),
    ("elu", "absolute"),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("last", "loss"), PAIRS)
def test_the_passes_in_numpy_are_those_of_training(last, loss, dtype):
    sizes = [4, *range(3, 3 + len(ACTIVATIONS)), 4]
    network = Network(sizes, [*ACTIVATIONS, last], loss=loss, seed=4, dtype=dtype)
    network.biases(2)[:] = -0.3, 0.2, 0.1, 0.5
    inputs, targets = DATA.inputs.astype(dtype), DATA.targets.astype(dtype)
    ones = np.ones(len(inputs), dtype=dtype)
    _, gradient, room = running.backward(network, inputs, targets, ones)
    scale = len(inputs) if network.loss_rule.mean else 1
    first = 0
    for row, found in zip(network.layers, run_both_ways(network, inputs, targets), strict=True):
        size = len(inputs) * int(row["n_neurons"])
        for ours, theirs, times in (
            (found.sums, room.weighted_sums, 1),
            (found.outputs, room.outputs, 1),
            (found.grad_sums, room.grad_sums, scale),
        ):
            assert ours.dtype == dtype
            near = {"rtol": 2e-3, "atol": 2e-5} if dtype == "float32" else {"rtol": 1e-9, "atol": 1e-12}
            wanted = theirs[first : first + size].reshape(len(inputs), -1) * times
            np.testing.assert_allclose(ours, wanted, **near)
        slopes = gradient[row["weights"] : row["biases"]]
        np.testing.assert_allclose(found.grad_weights.ravel(), slopes, rtol=2e-3, atol=2e-5)
        first += size


def test_large_networks_are_looked_at_by_the_passes_of_training(monkeypatch):
    network = new_network(seed=3)
    inputs, targets = DATA.inputs.copy(), DATA.targets.copy()
    by_numpy = layer_statistics(network, inputs, targets)
    monkeypatch.setattr(probe, "_BY_NUMPY", 0)
    for one, other in zip(by_numpy, layer_statistics(network, inputs, targets), strict=True):
        assert dataclasses.asdict(one) == pytest.approx(dataclasses.asdict(other))


def test_a_look_at_a_small_network_is_made_when_read_and_shows_it_as_it_was(monkeypatch, often):
    at_once = copy.deepcopy(train(new_network(), DATA, epochs=64, batch=50).statistics)
    asked, real = [], probe.layer_statistics
    monkeypatch.setattr(probe, "layer_statistics", lambda *what: asked.append(what) or real(*what))
    later = train(new_network(), DATA, epochs=64, batch=50).statistics
    assert not asked
    assert [each.step for each in later] == [each.step for each in at_once]
    assert later == at_once
    assert len(asked) == len(later)
    assert pickle.loads(pickle.dumps(later)) == copy.deepcopy(later) == at_once
    assert len(asked) == len(later)
    monkeypatch.setattr(probe, "_BY_NUMPY", 0)
    for one, other in zip(at_once, train(new_network(), DATA, epochs=64, batch=50).statistics, strict=True):
        for layer, same in zip(one.layers, other.layers, strict=True):
            assert dataclasses.asdict(layer) == pytest.approx(dataclasses.asdict(same))


def test_saturated_dead_and_twin_neurons_are_counted():
    network = new_network()
    network.weights(1)[:] *= 100
    network.biases(2)[:] = -1e6, -1e6, 1, 1, 1
    network.weights(2)[:, 2] = network.weights(2)[:, 3]
    found = layer_statistics(network, DATA.inputs.copy(), DATA.targets.copy())
    assert found[0].saturated > 0.9
    assert found[1].dead >= 0.4
    assert found[1].twins == 0.4
    assert found[1].saturated is None


def test_all_neurons_of_a_layer_of_zeros_are_twins_or_say_nothing():
    network = new_network()
    network.parameters[:] = 0
    network.weights(1)[:] = 0.5
    assert layer_statistics(network, DATA.inputs.copy(), DATA.targets.copy())[0].twins == 1


def test_a_table_becomes_statistics_again(often):
    statistics = train(new_network(), DATA, epochs=5).statistics
    assert len(statistics) > 2
    assert statistics_from_csv(statistics_to_csv(statistics)) == statistics
    shorter = statistics_to_csv(statistics).splitlines(keepends=True)
    with pytest.raises(DataError, match="a layer or a number is missing"):
        statistics_from_csv("".join(shorter[:1] + shorter[2:]))
    with pytest.raises(DataError, match="row 1"):
        statistics_from_csv("".join(shorter[:1]) + "0,0,1,much\n")
    with pytest.raises(DataError, match="columns"):
        statistics_from_csv("")


def test_a_loss_that_is_summed_has_the_same_gradient_of_an_example():
    mean, total = (new_network(loss=f"cross_entropy(reduction={reduction})") for reduction in ("mean", "sum"))
    inputs, targets = DATA.inputs.copy(), DATA.targets.copy()
    pairs = zip(
        layer_statistics(mean, inputs, targets), layer_statistics(total, inputs, targets), strict=True
    )
    for one, other in pairs:
        assert one.grad_sums_size == pytest.approx(other.grad_sums_size)
        rest = dataclasses.replace(other, grad_weights_size=0, grad_sums_size=0)
        assert dataclasses.replace(one, grad_weights_size=0, grad_sums_size=0) == rest
