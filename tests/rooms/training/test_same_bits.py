"""The same training gives the same bits, whether its loops are compiled or found compiled."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import glassnet
from glassnet import Settings
from glassnet.data import Dataset
from glassnet.errors import SettingError
from glassnet.kernels import crew
from glassnet.kernels.registers import MULTIPLIES_PAIRS
from glassnet.network import layout
from glassnet.network.examples import Examples
from glassnet.training import Training, run
from thread_starts import NO_THREAD, failing_with, none_left

TRAIN = """
import hashlib, glassnet
data, held_out = glassnet.data.digits().split(0.2)
network = glassnet.Network([64, 16, 10], ["tanh", "softmax"], dtype="{dtype}", dropout=0.1)
glassnet.train(network, data, held_out, epochs=2)
print(hashlib.sha256(network.parameters.tobytes()).hexdigest())
"""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_first_run_and_later_runs_agree(dtype, tmp_path):
    environment = {**os.environ, "GLASSNET_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", TRAIN.format(dtype=dtype)]
    runs = [
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert len(runs[0].strip()) == 64
    assert runs[0] == runs[1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_shown_is_what_ran(dtype):
    """The loss that training met is, to the last bit, the loss of the outputs that `run` shows."""
    data = glassnet.data.digits().take(range(32))
    network = glassnet.Network([64, 16, 10], ["tanh", "softmax"], dtype=dtype)
    before = network.copy()
    history = glassnet.train(network, data, epochs=1, batch=32)
    assert history.losses[0] == before.gradient(data.inputs, data.targets)[0] == history.moments[0].loss
    assert np.array_equal(before.run(data.inputs).outputs(), before.predict(data.inputs))


PRECISIONS = [None, "bf16"] if MULTIPLIES_PAIRS else [None]
NUMBERS = [("float64", None), *[("float32", precision) for precision in PRECISIONS]]


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize(("dtype", "precision"), NUMBERS)
def test_any_number_of_threads_gives_the_same_bits(dtype, precision, optimizer, monkeypatch):
    """Wide layers and narrow ones, a last small batch, and all that changes a gradient."""
    monkeypatch.setattr(run, "processors", lambda: 5)
    chance = np.random.default_rng(0)
    data = Dataset.from_arrays(chance.normal(size=(101, 37)), np.arange(101) % 3)
    connections = [chance.random((37, 150)) < 0.9, None, None]
    results = set()
    for threads in (1, 2, 3, 5):
        network = glassnet.Network([37, 150, 40, 3], ["tanh", "relu", "softmax"], dtype=dtype, dropout=0.2)
        network.connected = layout.connection_vector(connections, network.layers, network.n_parameters)
        network.redraw(1)
        settings = {"epochs": 3, "batch": 32, "optimizer": optimizer, "l1": 1e-4, "l2": 1e-3, "clip": 0.5}
        settings["precision"] = precision
        history = glassnet.train(network, data, threads=threads, **settings)
        results.add((network.parameters.tobytes(), tuple(history.losses), tuple(history.right)))
    assert len(results) == 1


@pytest.mark.parametrize(
    ("sizes", "batch", "loop"),
    [([4, 4, 4], 1, "one by one"), ([4, 4, 4], 3, "lanes"), ([4, 90, 4], 3, "tiles")],
)
def test_every_loop_shows_the_same_outputs(sizes, batch, loop):
    data = glassnet.data.four_pixel()
    network = glassnet.Network(sizes, ["tanh", "softmax"], dtype="float32")
    examples = Examples(data, network)
    training = run.Run(network, examples, None, Settings(batch=batch))
    assert training.loop == loop
    outputs = network.run(data.inputs).outputs()
    for rows in (slice(0, 1), slice(2, 5), slice(0, 8)):
        assert np.array_equal(network.predict(data.inputs[rows].astype(np.float32)), outputs[rows])


def test_a_team_that_cannot_be_complete_goes_home(monkeypatch):
    """Where no thread can be had, one does the work, with the same result."""
    data = glassnet.data.digits().take(range(64))
    networks = [glassnet.Network([64, 70, 10], dtype="float32", categories=data.categories) for _ in range(2)]
    monkeypatch.setattr(run, "processors", lambda: 3)
    glassnet.train(networks[0], data, epochs=2, threads=3)
    crew._at_rest.clear()
    with failing_with(NO_THREAD, monkeypatch):
        glassnet.train(networks[1], data, epochs=2, threads=3)
    assert np.array_equal(networks[0].parameters, networks[1].parameters)


def test_an_exception_in_a_callback_ends_a_training_with_threads(monkeypatch):
    def progress(_):
        raise ValueError("from the callback")

    monkeypatch.setattr(run, "processors", lambda: 3)
    data = glassnet.data.digits().take(range(64))
    before = set(threading.enumerate())
    with pytest.raises(ValueError, match="from the callback"):
        glassnet.train(glassnet.Network([64, 70, 10]), data, threads=3, progress=progress)
    assert none_left("glassnet-crew")  # helpers listen for a moment whether another chunk follows
    assert set(threading.enumerate()) <= before


def test_a_team_that_is_called_back_after_any_step_gives_the_same_bits(monkeypatch):
    data = Dataset.from_arrays(np.random.default_rng(0).normal(size=(320, 64)), np.arange(320) % 10)
    made = set()
    results = set()
    for patience in (60.0, 1e-6, 1e-4):
        monkeypatch.setattr(run, "_PATIENCE", patience)
        network = glassnet.Network([64, 70, 10], dropout=0.1)
        training = Training(network, data, None, Settings(epochs=40, optimizer="adam"), threads=2)
        while not training.run.finished:
            made.add(training.run.advance(100))
        results.add((network.parameters.tobytes(), tuple(training.run.history.losses)))
    assert len(results) == 1
    assert len(made) > 3  # it was called back now and then


@pytest.mark.parametrize("threads", [0, -1, 1.5, "two"])
def test_a_number_of_threads_that_cannot_be(threads):
    with pytest.raises(SettingError, match=r"threads: got"):
        glassnet.train(glassnet.Network([4, 4]), glassnet.data.four_pixel(), threads=threads)


def test_more_threads_than_processors_are_as_many_as_there_are():
    data = glassnet.data.digits().take(range(64))
    network = glassnet.Network([64, 70, 10], categories=data.categories)
    glassnet.train(network, data, epochs=1, threads=1000)
    assert np.isfinite(network.parameters).all()


def test_two_trainings_at_once_do_not_disturb_each_other(monkeypatch):
    monkeypatch.setattr(run, "processors", lambda: 2)
    data = glassnet.data.digits().take(range(64))

    def trained(results):
        network = glassnet.Network([64, 70, 10], categories=data.categories)
        glassnet.train(network, data, epochs=3, threads=2)
        results.append(network.parameters.tobytes())

    alone, both = [], []
    trained(alone)
    threads = [threading.Thread(target=trained, args=(both,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert both == alone * 2
