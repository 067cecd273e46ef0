import dataclasses

import numpy as np
import pytest

from broken_bytes import cut_short
from glassnet import Network
from glassnet.data import four_pixel
from glassnet.errors import ModelFileError
from glassnet.training import Settings, Training, carry_out
from glassnet.training.checkpoint import dump, restore

PATTERNS = four_pixel(n=24, noise=0.2)
NEW_PATTERNS = four_pixel(n=12, noise=0.2, seed=1)
SETTINGS = Settings(epochs=6, batch=5, starts=2, learning_rate=0.02, l2=0.01)


class Stopped(Exception):  # noqa: N818 - as a process that is killed
    pass


def new_training(settings=SETTINGS, held_out=NEW_PATTERNS, data=PATTERNS, **network):
    network = {"dropout": 0.2, "categories": PATTERNS.categories, **network}
    return Training(Network([4, 6, 4], ["tanh", "softmax"], **network), data, held_out, settings)


def stopped_after(n_steps, settings):
    """The state of a training after some steps, which are cut into chunks of 1, 2, 3 ... steps."""
    training = new_training(settings)
    left, chunk = n_steps, 1
    while left:
        done = training.run.advance(min(chunk, left))
        left, chunk = left - done, chunk + 1
        if training.run.finished:
            training.end_start("finished")
            training.begin_start()
    return dump(training)


def finish(training):
    history = carry_out(training)
    return training.network.parameters.copy(), dataclasses.replace(history, seconds=0.0)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"])
@pytest.mark.parametrize("n_steps", [1, 5, 17, 30, 33])  # within an epoch, between two, in the second start
def test_a_training_goes_on_as_if_it_had_never_stopped(optimizer, n_steps):
    settings = dataclasses.replace(SETTINGS, optimizer=optimizer, learning_rate=None)
    parameters, history = finish(new_training(settings))
    resumed = new_training(settings)
    restore(resumed, stopped_after(n_steps, settings))
    resumed_parameters, resumed_history = finish(resumed)
    assert np.array_equal(parameters, resumed_parameters)
    assert history == resumed_history


def test_a_state_survives_being_restored_and_written_again():
    state = stopped_after(33, SETTINGS)
    training = new_training()
    restore(training, state)
    assert dump(training) == state


def test_the_state_is_handed_out_when_a_training_is_stopped_and_not_when_it_ends():
    states = []
    stopped = carry_out(
        new_training(dataclasses.replace(SETTINGS, epochs=100_000)),
        checkpoint=lambda training: states.append(dump(training)),
        time_limit=1e-9,
    )
    assert stopped.stopped == "time"
    assert len(states) == 1
    carry_out(new_training(), checkpoint=lambda training: states.append(dump(training)))
    assert len(states) == 1


def test_stopping_at_the_end_of_a_start_loses_nothing():
    """Each chunk of steps may be the last one before a stop, the last of a start included."""
    parameters, history = finish(new_training())
    content, n_pieces = None, 0
    while True:
        training = new_training()
        if content is not None:
            restore(training, content)
        states = []
        ended = carry_out(
            training, checkpoint=lambda training, to=states: to.append(dump(training)), time_limit=1e-9
        )
        n_pieces += 1
        if ended.stopped == "finished" and len(ended.starts) == SETTINGS.starts and not states:
            break
        (content,) = states
    assert n_pieces > 5
    assert np.array_equal(training.network.parameters, parameters)
    assert dataclasses.replace(ended, seconds=0.0) == history


@pytest.mark.parametrize(
    ("other", "different"),
    [
        ({"data": four_pixel(n=24, noise=0.2, seed=3)}, "data"),
        ({"held_out": None}, "data"),
        ({"dropout": 0.3}, "network"),
        ({"biases": False}, "network"),
        ({"dtype": "float32"}, "network"),
        ({"settings": dataclasses.replace(SETTINGS, epochs=7)}, "settings"),
    ],
)
def test_the_state_of_another_training_is_refused(other, different):
    with pytest.raises(ModelFileError) as caught:
        restore(new_training(**other), stopped_after(3, SETTINGS))
    assert f"belongs to another training: {different} differ" in str(caught.value)


def test_a_state_that_is_cut_short_is_refused():
    state = stopped_after(3, SETTINGS)
    training = new_training()
    for content in [
        state[:7],
        state[:100],
        state[: len(state) // 2],
        state[:-1],
        *list(cut_short(state))[::97],
    ]:
        with pytest.raises(ModelFileError):
            restore(training, content)


def test_another_safetensors_file_is_no_state(tmp_path):
    path = new_training().network.save(tmp_path / "model.safetensors")
    with pytest.raises(ModelFileError):
        restore(new_training(), path.read_bytes())
