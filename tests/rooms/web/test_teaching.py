import itertools
import time

import numpy as np
import pytest

from glassnet.training import Training
from glassnet.web import BUNDLED, messages
from glassnet.web.messages import LayerChange
from glassnet.web.moments import Curve, Moments, Snapshot
from glassnet.web.teaching import Teacher
from live_session import Live


def teacher(name="from-scratch", **settings):
    experiment = BUNDLED.begin(name)
    return Teacher(Training(experiment.network, experiment.data, experiment.held_out, experiment.settings))


def train(taught, steps):
    taught.play(steps)
    while taught.busy:
        taught.train()
    return taught.network.parameters.copy()


def change(taught, **fields):
    return taught.change(messages.Change(**fields))


def test_from_scratch_all_eight_are_learned():
    live = Live("from-scratch")
    live.say("speed", steps=None)
    live.say("play")
    frame = live.train_until(lambda frame: frame["training"]["learned"]["n_right"] == 8)
    assert frame["training"]["playing"]
    step = live.say("pause")["training"]["step"]
    assert live.say("example", example=0)["training"]["step"] == step


def test_going_back_and_on_gives_the_same_bits():
    taught = teacher()
    train(taught, 40)
    later = train(taught, 60)
    moment = next(k for k, one in enumerate(taught.moments.snapshots) if one.step == 40)
    taught.scrub(moment)
    assert (taught.training.run.step, taught.at) == (40, moment)
    np.testing.assert_array_equal(train(taught, 60), later)


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_going_back_within_shuffled_batches_gives_the_same_bits(optimizer):
    taught = teacher("digits")
    change(taught, optimizer=optimizer)
    train(taught, 30)
    later = train(taught, 50)
    taught.scrub(next(k for k, one in enumerate(taught.moments.snapshots) if one.step == 30))
    np.testing.assert_array_equal(train(taught, 50), later)


def test_what_came_after_is_kept_until_one_goes_on():
    taught = teacher()
    train(taught, 20)
    taught.scrub(5)
    taught.scrub(20)
    assert (taught.training.run.step, len(taught.moments.snapshots)) == (20, 21)
    taught.scrub(5)
    train(taught, 1)
    assert [one.step for one in taught.moments.snapshots] == [0, 1, 2, 3, 4, 5, 6]
    assert taught.progress.learned.points[-1][0] == 6


def test_memory_for_moments_and_curves_is_bounded():
    taught = teacher()
    train(taught, 20_000)
    steps = [one.step for one in taught.moments.snapshots]
    assert len(steps) <= 240
    assert (steps[0], steps[-1]) == (0, 20_000)
    assert max(np.diff(steps)) <= 2 * taught.moments.stride
    assert len(taught.progress.learned.points) <= 400
    assert len(taught.training.run.history.losses) == 0


def test_many_moments_of_a_large_network_take_no_more_than_the_limit(monkeypatch):
    snapshot = Snapshot.take(teacher().training)
    monkeypatch.setattr("glassnet.web.moments._MOST_BYTES", 20 * snapshot.n_bytes)
    moments = Moments()
    for step in range(1000):
        if moments.due(step):
            moments.add(Snapshot(step, step, snapshot.training, snapshot.state, snapshot.tensors))
    assert 8 <= len(moments.snapshots) <= 20


def test_a_curve_keeps_its_first_point_and_thins_the_rest():
    curve = Curve()
    for epoch in range(1, 5001):
        curve.add(epoch, 1 / epoch, None)
    epochs = curve.to_json()["epochs"]
    assert epochs[0] == 1
    assert len(set(np.diff(epochs))) == 1
    assert epochs[-1] > 4900


def test_a_changed_learning_rate_keeps_everything():
    taught = teacher()
    train(taught, 30)
    before = taught.network.parameters.copy()
    memory = taught.training.run.tensors()["first"].copy()
    assert change(taught, learning_rate=0.003) == "all weights and the run so far were kept"
    np.testing.assert_array_equal(taught.network.parameters, before)
    np.testing.assert_array_equal(taught.training.run.tensors()["first"], memory)
    assert (taught.training.run.step, taught.training.settings.rate) == (30, 0.003)


def test_another_optimizer_begins_with_its_own_rate_and_an_empty_memory():
    taught = teacher()
    train(taught, 30)
    assert "sgd begins with an empty memory" in change(taught, optimizer="sgd")
    assert taught.training.settings.rate == 0.1
    change(taught, optimizer="adam")
    assert not taught.training.run.tensors()["first"].any()


def test_another_batch_stays_at_its_epoch():
    taught = teacher("digits")
    train(taught, 100)
    epoch = taught.training.run.epoch
    change(taught, batch=64)
    assert taught.training.run.epoch == epoch == 2


def test_a_wider_layer_keeps_the_weights_between_old_neurons():
    taught = teacher()
    train(taught, 30)
    before = taught.network
    kept = change(
        taught, layers=(LayerChange(4, "tanh"), LayerChange(6, "tanh"), LayerChange(8, "leaky_relu"))
    )
    after = taught.network
    assert list(after.sizes) == [4, 4, 6, 8, 4]
    np.testing.assert_array_equal(after.weights(1), before.weights(1))
    np.testing.assert_array_equal(after.weights(2)[:, :4], before.weights(2))
    np.testing.assert_array_equal(after.weights(3)[:4], before.weights(3))
    np.testing.assert_array_equal(after.weights(4), before.weights(4))
    assert kept == "116 of 142 weights and biases were kept"
    assert taught.training.run.epoch == 30


def test_another_activation_keeps_every_weight_and_one_can_go_back_behind_it():
    taught = teacher()
    train(taught, 10)
    before = taught.network.parameters.copy()
    layers = (LayerChange(4, "relu"), LayerChange(4, "tanh"), LayerChange(8, "relu"))
    assert change(taught, layers=layers) == "116 of 116 weights and biases were kept"
    np.testing.assert_array_equal(taught.network.parameters, before)
    train(taught, 10)
    taught.scrub(3)
    assert [str(one) for one in taught.network.activations] == ["tanh", "tanh", "leaky_relu", "identity"]


def test_one_more_layer_keeps_the_layers_before_it():
    taught = teacher()
    before = taught.network
    layers = (*(LayerChange(n, "tanh") for n in (4, 4, 8)), LayerChange(5, "relu"))
    change(taught, layers=layers)
    for layer in (1, 2, 3):
        np.testing.assert_array_equal(taught.network.weights(layer), before.weights(layer))


def test_softmax_takes_the_loss_that_goes_with_it():
    taught = teacher()
    change(taught, last_activation="softmax", loss="cross_entropy")
    change(taught, last_activation="identity")
    assert str(taught.network.loss) == "squared"


def test_a_loss_that_is_not_finite_stops_and_goes_back():
    live = Live("from-scratch")
    live.say("speed", steps=None)
    live.say("change", optimizer="sgd", learning_rate=1e5)
    live.say("play")
    live.train_until(lambda frame: not frame["training"]["playing"])
    assert "Stopped: the loss became" in live.last("notice")["text"]
    assert "first in layer" in live.last("notice")["text"]
    assert np.isfinite(live.session.teacher.network.parameters).all()


def test_a_loss_that_is_lost_at_the_first_step_of_a_moment_is_shown_as_a_stop(monkeypatch):
    live = Live("from-scratch")
    live.say("change", optimizer="sgd", learning_rate=1e5)
    one_a_moment = itertools.cycle([1, 0])  # the moment in which the loss is lost makes no step at all
    monkeypatch.setattr(live.session.teacher.pace, "allowed", lambda _n_steps: next(one_a_moment))
    live.say("play")
    frame = live.train_until(lambda frame: not frame["training"]["playing"], most=100)
    assert np.isfinite(frame["training"]["learned"]["loss"])


def test_steps_and_epochs_that_are_asked_for_at_once_add_up():
    live = Live("digits")
    for kind in ("step", "step", "epoch", "epoch"):
        live.session.take({"kind": kind})
    frame = live.train_until(lambda frame: frame["training"]["epoch"] == 2)
    assert frame["training"]["step"] == 2 * live.session.teacher.training.run.feed.steps_per_epoch
    assert not live.session.teacher.busy


def test_the_same_seed_draws_the_same_weights():
    taught = teacher()
    first = taught.network.parameters.copy()
    train(taught, 5)
    taught.reset(0)
    np.testing.assert_array_equal(taught.network.parameters, first)
    assert (taught.training.run.step, len(taught.moments.snapshots)) == (0, 1)
    taught.reset(1)
    assert (taught.network.parameters != first).any()


def test_the_speed_is_a_limit():
    taught = teacher()
    train(taught, 1)
    taught.pace.speed = 50.0
    taught.play()
    began = time.perf_counter()
    while time.perf_counter() - began < 0.5:
        taught.train()
        time.sleep(taught.idle_seconds())
    assert 5 <= taught.training.run.step <= 40  # without a limit it would be thousands


def test_held_out_examples_are_measured_after_every_epoch():
    live = Live("digits")
    live.say("epoch")
    frame = live.train_until(lambda frame: frame["training"]["epoch"] >= 1)
    assert not live.session.teacher.busy
    live.say("play")
    frame = live.train_until(lambda frame: frame["training"]["epoch"] >= 3)
    held_out = frame["training"]["held_out"]
    assert held_out["n_examples"] == 359
    assert 0.5 < held_out["accuracy"] <= 1
