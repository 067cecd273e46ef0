"""Every combination of some settings, each from several initial weights."""

import json
import os
import signal

import numpy as np
import pytest

import glassnet
from glassnet import Network, data, sweep, train
from glassnet.errors import ChoiceError, DataError, SettingError
from glassnet.training import Plan, sweeping

SAME = {"activation": "tanh", "epochs": 100, "batch": 2}


def by_values(result):
    return {tuple(each.values.values()): each for each in result.combinations}


def test_each_trial_is_the_training_that_train_makes():
    examples = data.four_pixel()
    grid = {"layers": [(8,), (4, 4)], "learning_rate": [0.01, 0.1], "optimizer": ["adam", "sgd"]}
    result = sweep(examples, grid=grid, seeds=3, seed=5, **SAME)
    assert len(by_values(result)) == 8
    for (layers, rate, optimizer), combination in by_values(result).items():
        assert [trial.seed for trial in combination.trials] == [5, 6, 7]
        for trial in combination.trials:
            activations = ["tanh"] * len(layers) + ["softmax"]
            network = Network([4, *layers, 4], activations, seed=trial.seed, categories=examples.categories)
            train(network, examples, epochs=100, batch=2, learning_rate=rate, optimizer=optimizer, seed=5)
            expected = network.evaluate(examples)
            assert (trial.loss, trial.n_right) == (expected.loss, expected.n_right)
            assert (trial.stopped, trial.epochs) == ("finished", 100)


def test_the_best_comes_first_and_its_network_is_kept():
    examples, held_out = data.digits().take(range(400)).split(0.2)
    result = sweep(examples, held_out, {"batch": [10, 200]}, seeds=7, layers=(8,), epochs=3)
    medians = [each.accuracy.median for each in result.combinations]
    assert medians == sorted(medians, reverse=True)
    assert [each.values["batch"] for each in result.combinations] == [10, 200]
    best = max(result.combinations[0].trials, key=lambda trial: (trial.accuracy, -trial.loss))
    found = result.network.evaluate(held_out)
    assert (found.loss, found.n_right) == (best.loss, best.n_right)
    assert result.network.seed == best.seed
    assert (result.held_out, result.n_examples, result.n_trained, result.stopped) == (
        True,
        80,
        14,
        "finished",
    )
    assert result.history.moments[-1].loss == best.loss


def test_the_plan_of_the_best_trains_it_anew():
    examples = data.four_pixel()
    result = sweep(examples, grid={"learning_rate": [0.02, 0.1]}, seeds=4, **SAME)
    plan = Plan.from_json(json.loads(json.dumps(result.plan.to_json())))
    network, again, held_out = plan.prepare(examples)
    assert (network.seed, held_out) == (result.network.seed, None)
    train(network, again, settings=plan.settings)
    assert np.array_equal(network.parameters, result.network.parameters)


def test_how_many_are_trained_at_a_time_changes_nothing(monkeypatch):
    examples = data.four_pixel()
    grid = {"layers": [(8,), (4,)], "learning_rate": [0.05, 0.1]}
    whole = sweep(examples, grid=grid, seeds=5, threads=2, **SAME)
    monkeypatch.setattr(sweeping, "_AT_ONCE", 200)  # parameters: two or three networks
    pieces = sweep(examples, grid=grid, seeds=5, threads=1, **SAME)
    assert [each.values for each in whole.combinations] == [each.values for each in pieces.combinations]
    for a, b in zip(whole.combinations, pieces.combinations, strict=True):
        assert [(t.seed, t.loss, t.n_right) for t in a.trials] == [
            (t.seed, t.loss, t.n_right) for t in b.trials
        ]
    assert np.array_equal(whole.network.parameters, pieces.network.parameters)


def test_what_is_not_finite_is_counted_and_not_kept():
    grid = {"learning_rate": [0.05, 1e6]}
    options = {"layers": (4,), "loss": "squared", "last_activation": "identity", "optimizer": "sgd"}
    result = sweep(data.four_pixel(), grid=grid, seeds=3, epochs=50, **options)
    good, bad = result.combinations
    assert good.values == {"learning_rate": 0.05}
    assert {trial.stopped for trial in bad.trials} == {"not finite"}
    assert (bad.accuracy.median, bad.loss.median) == (0, np.inf)
    written = json.dumps(result.to_json(), allow_nan=False)
    assert json.loads(written)["combinations"][1]["loss"]["median"] is None
    assert "not finite" in str(result)
    none_left = sweep(data.four_pixel(), grid={"learning_rate": [1e6]}, seeds=2, epochs=50, **options)
    assert (none_left.network, none_left.history, none_left.plan) == (None, None, None)


def test_numbers_to_be_met_are_ordered_by_loss():
    chance = np.random.default_rng(0)
    inputs = chance.normal(size=(60, 2))
    examples = data.Dataset.from_arrays(inputs, inputs[:, :1] * inputs[:, 1:])
    result = sweep(examples, grid={"layers": [(), (16,)]}, seeds=6, activation="tanh", epochs=300)
    assert [each.values["layers"] for each in result.combinations] == [(16,), ()]
    assert all(each.accuracy is None for each in result.combinations)
    low, high = result.combinations[0].loss.interval
    assert low <= result.combinations[0].loss.median <= high
    assert "16" in str(result).splitlines()[1]
    assert "none" in str(result).splitlines()[2]


def test_larger_networks_are_trained_too_and_progress_only_rises():
    examples, held_out = data.digits().take(range(300)).split(0.2)
    seen = []
    grid = {"layers": [(8,), (70,)], "dropout": [0.0, 0.1]}
    result = sweep(examples, held_out, grid, seeds=2, epochs=3, progress=seen.append)
    assert result.n_trained == 8
    shares = [each.share for each in seen]
    assert shares == sorted(shares)
    assert (seen[-1].n_trained, seen[-1].n_networks, round(seen[-1].share, 9)) == (8, 8, 1)


@pytest.mark.parametrize("how", ["ctrl-c", "time"])
def test_what_was_trained_before_a_stop_is_in_the_result(how):
    def press(progress):
        if how == "ctrl-c" and progress.n_trained:
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    limit = 0.5 if how == "time" else None
    grid = {"epochs": [10, 10_000_000]}
    options = {"layers": (4,), "batch": 8, "threads": 1}
    result = sweep(data.four_pixel(), grid=grid, seeds=2, progress=press, time_limit=limit, **options)
    assert result.stopped == ("interrupted" if how == "ctrl-c" else "time")
    assert [each.values["epochs"] for each in result.combinations] == [10]
    assert result.n_trained == 2
    assert result.network is not None
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("grid", "same", "error", "message"),
    [
        ({"learning_rat": [1]}, {}, ChoiceError, "no setting 'learning_rat'; did you mean 'learning_rate'"),
        ({}, {"bach": 3}, ChoiceError, "did you mean 'batch'"),
        ({"learning_rate": 0.1}, {}, SettingError, "learning_rate: got 0.1, expected a list of the values"),
        ({"optimizer": "adam"}, {}, SettingError, "optimizer: got 'adam', expected a list"),
        ({"batch": []}, {}, SettingError, r"batch: got \[\], expected a list"),
        ({"batch": [8, 8]}, {}, SettingError, "batch: 8 is there twice"),
        ({"layers": [8, 16]}, {}, SettingError, r"layers: got 8, expected .* such as \(8,\)"),
        ({"seed": [1, 2]}, {}, SettingError, "seed: a sweep sets it itself"),
        ({}, {"starts": 3}, SettingError, "starts: a sweep sets it itself"),
        ({}, {"seeds": 0}, SettingError, "seeds: got 0, expected at least 1"),
        ({}, {"time_limit": 0}, SettingError, "time_limit: got 0, expected above 0"),
        ({}, {"threads": 0}, SettingError, "threads: got 0, expected at least 1"),
        ({"activation": ["tanh", "softmax"]}, {}, SettingError, "softmax may stand only on the last layer"),
    ],
)
def test_what_it_refuses(grid, same, error, message):
    with pytest.raises(error, match=message):
        sweep(data.four_pixel(), grid=grid, **{"epochs": 1, "seeds": 1, **same})


def test_held_out_data_must_fit_too():
    with pytest.raises(DataError, match="the data have 64 inputs, the network 4-128-4 has 4"):
        sweep(data.four_pixel(), data.digits(), seeds=1, epochs=1)


def test_losses_of_two_kinds_are_not_compared():
    examples = data.Dataset.from_arrays(np.zeros((8, 2)), np.ones((8, 1)))
    with pytest.raises(SettingError, match=r"loss: got squared and absolute; .* cannot be compared"):
        sweep(examples, grid={"loss": ["squared", "absolute"]}, seeds=1, epochs=1, layers=(2,))
    grid = {"loss": ["squared", "absolute"]}
    result = sweep(data.four_pixel(), grid=grid, seeds=1, epochs=1, last_activation="tanh")
    assert len(result.combinations) == 2  # categories are counted


def test_a_sweep_says_whether_it_needs_a_loop_that_is_not_compiled(tmp_path, run_python):
    code = """
from glassnet import data
from glassnet.training import Plan, combinations_of, sweep_combinations, sweep_needs_compilation
examples = data.four_pixel()
single = {"layers": [(4,)], "dtype": ["float32"]}
grids = {"layers": [(4,), (8,)]}, {"layers": [(4,), (80, 80)]}, single, single
for grid, seeds in zip(grids, (1, 1, 1, 100)):
    combinations = combinations_of(Plan(source="four-pixel").changed({"epochs": 1}), grid)
    print(sweep_needs_compilation(combinations, examples, seeds=seeds, threads=2))
    sweep_combinations(combinations, examples, None, seeds=seeds, threads=2)
    print(sweep_needs_compilation(combinations, examples, seeds=seeds, threads=2))
"""
    assert run_python(code, GLASSNET_CACHE_DIR=str(tmp_path)).split() == ["True", "False"] * 4
    assert run_python(code, GLASSNET_CACHE_DIR=str(tmp_path)).split() == ["False"] * 8


def test_the_front_door_is_the_same_function():
    assert glassnet.sweep is sweep
