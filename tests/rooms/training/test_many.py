"""Many networks side by side: each as if it were alone."""

import os
import signal
import threading

import numpy as np
import pytest

import glassnet
from glassnet import Network, train, train_many
from glassnet.errors import DataError, SettingError
from glassnet.kernels import side_by_side
from glassnet.training import side_by_side as training_side_by_side
from glassnet.training.feed import Feed

TOLERANCE = {"float32": {"rtol": 2e-4, "atol": 2e-5}, "float64": {"rtol": 1e-9, "atol": 1e-11}}
SHAPE = ([4, 4, 4, 8, 4], ["tanh", "tanh", "relu", "identity"])


def networks(n, seed=0, **options):
    options = {"loss": "squared", "biases": False, "dtype": "float64", **options}
    return [Network(*SHAPE, seed=seed + k, **options) for k in range(n)]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adamw", "batch": 1, "l2": 1e-3},
        {"optimizer": "nesterov", "batch": 3, "learning_rate": 0.01, "l1": 1e-3},
        {"optimizer": "sgd", "batch": 8, "learning_rate": 0.05, "schedule": "constant"},
    ],
)
def test_each_network_learns_as_it_would_alone(settings, dtype):
    data = glassnet.data.four_pixel()
    connections = [np.eye(4), None, None, None]
    many, alone = (networks(19, dtype=dtype, connections=connections) for _ in range(2))
    histories = train_many(many, data, epochs=20, threads=1, **settings)  # float32 in lanes of 32
    for network, history, other in zip(many, histories, alone, strict=True):
        expected = train(other, data, epochs=20, **settings)
        if settings["batch"] == 1:
            assert np.array_equal(network.parameters, other.parameters)
            assert history.losses == expected.losses
        np.testing.assert_allclose(network.parameters, other.parameters, **TOLERANCE[dtype])
        np.testing.assert_allclose(history.losses, expected.losses, **TOLERANCE[dtype])
        assert history.right == expected.right
        assert history.stopped == "finished"
        assert history.moments[0].loss == expected.moments[0].loss
        assert (history.moments[-1].epoch, history.kept_epoch) == (20, 20)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_neighbours_and_threads_change_no_bit(dtype):
    data = glassnet.data.four_pixel()
    few, many, threaded = networks(3, seed=14, dtype=dtype), *(networks(40, dtype=dtype) for _ in range(2))
    for group, options in ((few, {}), (many, {"threads": 1}), (threaded, {"threads": 2})):
        train_many(group, data, epochs=30, **options)
    for a, b, c in zip(few, many[14:], threaded[14:], strict=False):
        assert np.array_equal(a.parameters, b.parameters)
        assert np.array_equal(b.parameters, c.parameters)


@pytest.mark.parametrize(("dtype", "times"), [("float64", 1), ("float32", 7)])  # lanes of 16 and of 32
def test_each_network_has_its_learning_rate_and_its_end(dtype, times):
    data, group = glassnet.data.four_pixel(), networks(3 * times, dtype=dtype)
    settings = {"epochs": 100, "optimizer": "sgd", "schedule": "constant"}
    histories = train_many(group, data, learning_rates=[0.1, 1e3, 0.01] * times, threads=1, **settings)
    assert [history.stopped for history in histories] == ["finished", "not finite", "finished"] * times
    over = histories[1].not_finite
    assert over.epoch == len(histories[1].losses) + 1 == histories[1].kept_epoch + 1
    assert all(np.isfinite(network.parameters).all() for network in group)
    for seed, rate in ((0, 0.1), (2, 0.01)):
        other = networks(1, seed=seed, dtype=dtype)[0]
        train(other, data, learning_rate=rate, **settings)
        np.testing.assert_allclose(group[seed].parameters, other.parameters, **TOLERANCE[dtype])


def test_groups_learn_from_the_same_chunks(monkeypatch):
    asked = []
    chunk = Feed.chunk
    monkeypatch.setattr(Feed, "chunk", lambda *which: asked.append(which[1:]) or chunk(*which))
    train_many(networks(100), glassnet.data.four_pixel(), epochs=5, batch=2, threads=1)
    assert asked == [(0, 0), (0, 20)]  # the first only to have the loop compiled


def test_many_examples_are_measured_block_by_block(monkeypatch):
    data, (whole, cut) = glassnet.data.four_pixel(), (networks(3) for _ in range(2))
    expected = train_many(whole, data, epochs=2)
    monkeypatch.setattr(training_side_by_side, "measured_at_once", lambda *_: 3)
    for history, other in zip(train_many(cut, data, epochs=2), expected, strict=True):
        for moment, same in zip(history.moments, other.moments, strict=True):
            assert moment.loss == pytest.approx(same.loss, rel=1e-14)
            assert moment.n_right == same.n_right


def test_different_shapes_and_special_settings_are_trained_too():
    data, held_out = glassnet.data.digits().take(range(200)).split(0.2)
    group = [
        Network([64, width, 10], ["tanh", "softmax"], dropout=dropout, categories=data.categories, seed=seed)
        for width, dropout, seed in ((3, 0.0, 0), (5, 0.0, 1), (3, 0.0, 2), (3, 0.2, 3), (90, 0.0, 4))
    ]
    others = [network.copy() for network in group]
    histories = train_many(group, data, held_out, epochs=2, batch=1)
    for network, other, history in zip(group, others, histories, strict=True):
        expected = train(other, data, held_out, epochs=2, batch=1)
        assert np.array_equal(network.parameters, other.parameters)
        assert history.moments[-1] == expected.moments[-1]
        assert history.held_out
    clipped = train_many(networks(2), glassnet.data.four_pixel(), epochs=3, clip=0.1)
    assert len(clipped[0].moments) > 2  # trained in turn


def test_what_it_refuses():
    data = glassnet.data.four_pixel()
    with pytest.raises(SettingError, match="learning_rates: got 1, expected 2, one a network"):
        train_many(networks(2), data, learning_rates=[0.1])
    with pytest.raises(SettingError, match="learning_rates: got -1, expected above 0"):
        train_many(networks(1), data, learning_rates=[-1])
    with pytest.raises(SettingError, match="threads: got 0, expected at least 1"):
        train_many(networks(1), data, threads=0)
    with pytest.raises(DataError, match="the data have 64 inputs"):
        train_many(networks(1), glassnet.data.digits())
    with pytest.raises(SettingError, match="networks: the same one is there twice"):
        train_many(networks(1) * 2, data)
    assert train_many([], data) == []


@pytest.mark.parametrize("with_categories", ["data", "held out"])
def test_answers_are_counted_where_those_who_judge_have_categories(with_categories):
    named = glassnet.data.four_pixel()
    bare = glassnet.data.Dataset.from_arrays(named.inputs, named.targets)
    data, held_out = (named, bare) if with_categories == "data" else (bare, named)
    alone, among_many = networks(1)[0], networks(1)[0]
    history = train(alone, data, held_out, epochs=2)
    (other,) = train_many([among_many], data, held_out, epochs=2)
    assert other.moments[-1].n_right == history.moments[-1].n_right


def test_an_exception_ends_all_threads_and_leaves_each_network_whole(monkeypatch):
    """Even where it comes in the middle of a group of networks."""
    data, calls = glassnet.data.four_pixel(), []

    def interrupted(*arguments):
        calls.append(threading.current_thread())
        raise KeyboardInterrupt

    group = networks(40)
    monkeypatch.setattr(side_by_side, "train_side_by_side", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train_many(group, data, epochs=2000, threads=2)
    assert all(np.array_equal(a.parameters, b.parameters) for a, b in zip(group, networks(40), strict=True))


def test_an_exception_in_a_callback_ends_it_in_the_middle():
    data, calls = glassnet.data.four_pixel(), []

    def progress(_):
        calls.append(threading.current_thread())
        if len(calls) == 3:
            raise ValueError("from the callback")

    before = threading.active_count()
    group = [*networks(40), Network([4, 70, 70, 4], categories=data.categories)]
    with pytest.raises(ValueError, match="from the callback"):
        train_many(group, data, epochs=1_000_000, threads=2, progress=progress)
    assert len(calls) == 3
    assert threading.active_count() == before


def test_more_threads_than_work_change_nothing():
    data = glassnet.data.four_pixel()
    many, few = networks(20), networks(20)
    train_many(many, data, epochs=5, threads=1000)
    train_many(few, data, epochs=5, threads=1)
    assert all(np.array_equal(a.parameters, b.parameters) for a, b in zip(many, few, strict=True))


def test_epochs_longer_than_a_chunk_are_added_up_whole():
    chance = np.random.default_rng(0)
    data = glassnet.data.Dataset.from_arrays(chance.normal(size=(7001, 4)), np.arange(7001) % 4)
    many, alone = ([Network([4, 3, 4], "tanh", seed=k, dtype="float64") for k in range(2)] for _ in range(2))
    histories = train_many(many, data, epochs=3, batch=2)
    for network, history, other in zip(many, histories, alone, strict=True):
        expected = train(other, data, epochs=3, batch=2)
        assert np.array_equal(network.parameters, other.parameters)
        np.testing.assert_allclose(history.losses, expected.losses, rtol=1e-12)
        assert history.right == expected.right


def test_ctrl_c_ends_all_of_them_and_the_histories_say_so():
    before = signal.getsignal(signal.SIGINT)
    data, group = glassnet.data.four_pixel(), networks(40)
    large = Network([4, 2000, 4], "tanh", seed=0)

    presses = []

    def press(progress):
        if not presses:  # a second one would interrupt as always, wherever the first is still on its way
            presses.append(progress)
            os.kill(os.getpid(), signal.SIGINT)

    histories = train_many([*group, large], data, epochs=1_000_000, threads=2, progress=press)
    assert {history.stopped for history in histories} == {"interrupted"}
    assert not histories[-1].moments  # it had not begun
    assert all(np.isfinite(network.parameters).all() for network in group)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_time_limit_ends_all_of_them():
    group = [*networks(3), Network([4, 2000, 4], "tanh", seed=0)]
    histories = train_many(group, glassnet.data.four_pixel(), epochs=10_000_000, time_limit=0.3)
    assert {history.stopped for history in histories} == {"time"}
    with pytest.raises(SettingError, match="time_limit: got -1, expected above 0"):
        train_many(group, glassnet.data.four_pixel(), time_limit=-1)


def test_a_loss_that_is_not_finite_is_no_error_however_the_network_is_trained():
    group = [*networks(1), Network([4, 2000, 4], ["tanh", "identity"], loss="squared", seed=0)]
    settings = {"epochs": 100, "optimizer": "sgd", "schedule": "constant"}
    histories = train_many(group, glassnet.data.four_pixel(), learning_rate=1e4, **settings)
    assert [history.stopped for history in histories] == ["not finite", "not finite"]
    assert all(np.isfinite(network.parameters).all() for network in group)


def test_rates_differ_without_a_difference_to_the_same_network_alone():
    """In float32 and with a schedule too: no rounding may depend on the neighbours."""
    data = glassnet.data.four_pixel()
    rates = [0.01, 0.03, 0.07]
    many, alone = (networks(3, dtype="float32") for _ in range(2))
    train_many(many, data, epochs=30, batch=1, learning_rates=rates)
    for network, other, rate in zip(many, alone, rates, strict=True):
        train(other, data, epochs=30, batch=1, learning_rate=rate)
        assert np.array_equal(network.parameters, other.parameters)
