"""Trainings that end before their last epoch: patience, time, Ctrl-C, a loss that is not finite."""

import re
import time

import numpy as np
import pytest

from glassnet import Network, Settings, train
from glassnet.data import Dataset, four_pixel
from glassnet.errors import LossNotFinite, SettingError, ShapeError
from glassnet.network.examples import Examples
from glassnet.training import Run
from random_networks import clouds


def misleading():
    """Held-out data whose categories have nothing to do with the training data's."""
    data = clouds(30, seed=1)
    labels = np.random.default_rng(0).permutation(data.labels)
    return Dataset.from_arrays(data.inputs, labels, categories=data.categories)


def new_network():
    return Network([5, 16, 3], ["relu", "softmax"], seed=1)


@pytest.mark.parametrize("patience", [1, 4])
def test_early_stopping_keeps_the_network_with_the_lowest_held_out_loss(patience):
    network, held_out = new_network(), misleading()
    history = train(network, clouds(), held_out, patience=patience, epochs=200, batch=9)
    losses = [moment.loss for moment in history.moments]
    assert history.stopped == "early"
    assert history.kept_epoch == np.argmin(losses) == history.epochs - patience
    assert network.evaluate(held_out).loss == min(losses)


def test_a_training_that_is_not_stopped_keeps_its_last_network():
    network, held_out = new_network(), misleading()
    history = train(network, clouds(), held_out, epochs=20, batch=9, learning_rate=0.1)
    losses = [moment.loss for moment in history.moments]
    assert (history.stopped, history.kept_epoch) == ("finished", 20)
    assert network.evaluate(held_out).loss == losses[-1] > min(losses)


def test_patience_needs_held_out_data():
    with pytest.raises(SettingError, match="patience: early stopping needs held-out data to watch"):
        train(new_network(), clouds(), patience=3)


@pytest.mark.parametrize("held_out", [None, misleading()])
def test_a_time_limit_stops_in_time(held_out):
    network = new_network()
    train(network, clouds(), held_out, epochs=1)  # compiles
    began = time.perf_counter()
    history = train(network, clouds(), held_out, epochs=10**7, time_limit=0.3)
    assert 0.3 < time.perf_counter() - began < 0.5
    assert history.stopped == "time"
    if held_out:
        best = min(history.moments, key=lambda moment: moment.loss)
        assert (network.evaluate(held_out).loss, history.kept_epoch) == (best.loss, best.epoch)


@pytest.mark.parametrize("limit", [0, -1, float("nan"), "1"])
def test_time_limits_that_cannot_be(limit):
    with pytest.raises(SettingError, match="time_limit: got"):
        train(new_network(), clouds(), time_limit=limit)


PRESS_CTRL_C = """
import os, signal, sys, threading, time
import numpy as np
from glassnet import Network, train
from glassnet.data import Dataset

signal.signal(signal.SIGINT, signal.default_int_handler)  # it may have been switched off around us
n_examples, n_inputs, presses = map(int, sys.argv[1:])
inputs = np.random.default_rng(0).uniform(-1, 1, (n_examples, n_inputs)).astype(np.float32)
data, held_out = Dataset.from_arrays(inputs, np.arange(n_examples) % 10).split()
network = Network([n_inputs, 64, 10], dtype="float32")
train(network, data, held_out, epochs=1)  # compiles
pressed = []

def press():
    for _ in range(presses):
        pressed.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)  # so that the first is seen before the second comes

def slow(progress):
    if pressed and presses > 1:
        time.sleep(10)

threading.Timer(0.5, press).start()
try:
    history = train(network, data, held_out, epochs=10**6, learning_rate=0.01, progress=slow)
    took = time.perf_counter() - pressed[0]
    best = min(moment.loss for moment in history.moments)
    kept = network.evaluate(held_out).loss
    print(history.stopped, took, best == kept)
except KeyboardInterrupt:
    print("KeyboardInterrupt", time.perf_counter() - pressed[-1])
signal.signal(signal.SIGINT, signal.SIG_IGN)
"""


@pytest.mark.parametrize(("n_examples", "n_inputs"), [(200, 10), (4000, 400), (20_000, 784)])
def test_ctrl_c_is_answered_soon_with_the_best_network(run_python, n_examples, n_inputs):
    stopped, took, kept_the_best = run_python(PRESS_CTRL_C, n_examples, n_inputs, 1).split()
    assert (stopped, kept_the_best) == ("interrupted", "True")
    assert float(took) < 0.2


def test_a_second_ctrl_c_interrupts_at_once(run_python):
    raised, took = run_python(PRESS_CTRL_C, 200, 10, 2).split()
    assert raised == "KeyboardInterrupt"
    assert float(took) < 0.2


def test_training_outside_the_main_thread_leaves_ctrl_c_alone(run_python):
    script = """
import threading
from glassnet import Network, train
from glassnet.data import four_pixel
thread = threading.Thread(target=lambda: print(train(Network([4, 4]), four_pixel(), epochs=2).stopped))
thread.start()
thread.join()
"""
    assert run_python(script).strip() == "finished"


# A loss that is not finite

BREAKS = {"optimizer": "sgd", "schedule": "constant", "batch": 100}


def breaking_step(network, data, **settings):
    """Step and place of the first weighted sum that is not finite, found one step at a time."""
    run = Run(network, Examples(data, network), None, Settings(**BREAKS, **settings))
    while (place := network.run(data.inputs).first_not_finite()) is None:
        assert run.advance(1) == 1
    return (run.step + 1, run.epoch + 1, *place)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_message_names_step_layer_neuron_and_example(dtype):
    """Absolute errors grow so slowly that a weighted sum overflows before the loss does."""
    data = clouds(12)
    network = Network([5, 4, 4, 3], "identity", loss="absolute", dtype=dtype)
    settings = {"learning_rate": 1e4, "epochs": 100}
    step, epoch, layer, neuron, example = breaking_step(network.copy(), data, **settings)
    expected = (
        rf"at step {step} \(epoch {epoch}\); first in layer {layer}, neuron {neuron}, example {example}\."
    )
    with pytest.raises(LossNotFinite, match=expected):
        train(network, data, **BREAKS, **settings)
    assert np.isfinite(network.evaluate(data).loss)


def test_the_network_goes_back_to_the_last_moment_of_a_finite_loss():
    network, alone, data = Network([4, 4], "identity"), Network([4, 4], "identity"), four_pixel()
    with pytest.raises(LossNotFinite, match=r"the loss itself overflowed.*back at epoch") as caught:
        train(network, data, **BREAKS, learning_rate=3.0, epochs=900)
    kept = int(re.search(r"back at epoch (\d+)", str(caught.value))[1])
    train(alone, data, **BREAKS, learning_rate=3.0, epochs=kept)
    assert kept % 9 == 0 < kept
    assert (network.parameters == alone.parameters).all()


def test_a_loss_that_is_not_finite_at_the_start():
    network = Network([4, 4, 4], "identity")
    network.parameters[:] = 1e200
    expected = r"at step 1 .*first in layer 2, neuron 0, example 0.*never finite"
    with pytest.raises(LossNotFinite, match=expected):
        train(network, four_pixel())


def test_an_overflow_in_the_last_step_is_noticed_by_the_last_measurement():
    network = Network([4, 4], "identity")
    with pytest.raises(LossNotFinite, match=r"at step 1 .*back at epoch 0"):
        train(network, four_pixel(), **BREAKS, learning_rate=1e308, epochs=1)


def test_an_overflow_on_held_out_data_alone_is_placed_there():
    network, data = Network([1, 1, 1], "identity"), Dataset.from_arrays([[1.0], [2.0]], [1.0, 2.0])
    network.weights(2)[:] = 1e150
    held_out = Dataset.from_arrays([[1.0], [1e200]], [1.0, 1.0])
    with pytest.raises(LossNotFinite, match="first in layer 2, neuron 0, example 1 of the held-out data"):
        train(network, data, held_out)


@pytest.mark.parametrize("what", ["inputs", "targets"])
def test_values_too_large_for_the_networks_type_are_refused(what):
    values = {"inputs": [[1.0], [2.0]], "targets": [1.0, 2.0]}
    values[what] = np.multiply(values[what], 1e200)
    with pytest.raises(ShapeError, match=f"{what}: inf at row 0, column 0"):
        train(Network([1, 1], dtype="float32"), Dataset.from_arrays(**values))
