"""What training does to a network: it learns, and keeps to the rules it was given."""

import numpy as np
import pytest

from glassnet import Network, Settings, train
from glassnet.data import Dataset, four_pixel
from glassnet.functions import OPTIMIZERS
from glassnet.network.examples import Examples
from glassnet.training import SCHEDULES, Run
from random_networks import clouds


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_learns_with_each_schedule(optimizer, schedule, dtype):
    data = clouds()
    network = Network([5, 8, 3], ["tanh", "softmax"], dtype=dtype)
    history = train(
        network, data, optimizer=optimizer, schedule=schedule, learning_rate=0.03, epochs=20, batch=9
    )
    assert history.losses[-1] < 0.5 * history.losses[0]
    assert network.evaluate(data).accuracy > 0.9


def test_regression_learns_a_line():
    inputs = np.linspace(-1, 1, 50)[:, np.newaxis]
    data = Dataset.from_arrays(inputs, 3 * inputs - 0.5)
    network = Network([1, 1], "identity")
    history = train(network, data, optimizer="sgd", schedule="constant", epochs=200)
    assert network.parameters == pytest.approx([3, -0.5], abs=1e-9)
    assert (history.right, history.moments[-1].accuracy, history.starts[0].succeeded) == ([], None, None)


def test_a_handful_of_examples_is_learned_by_heart():
    chance = np.random.default_rng(0)
    data = Dataset.from_arrays(chance.uniform(-1, 1, (8, 6)), chance.permutation(8))
    network = Network([6, 32, 8], ["relu", "softmax"])
    train(network, data, learning_rate=0.02, epochs=300)
    assert network.evaluate(data).n_right == 8


def test_a_second_training_goes_on_from_the_first():
    network = Network([5, 8, 3], ["tanh", "softmax"])
    first = train(network, clouds(), epochs=5)
    second = train(network, clouds(), epochs=5)
    assert second.moments[0].loss == first.moments[-1].loss


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_missing_connections_stay_missing(optimizer):
    connections = [np.eye(5, 6, dtype=bool), None, np.arange(12).reshape(4, 3) % 2]
    network = Network([5, 6, 4, 3], "tanh", connections=connections, loss="squared")
    train(network, clouds(), optimizer=optimizer, epochs=3, l1=0.01, l2=0.01, clip=1)
    assert (network.weights(1)[~np.eye(5, 6, dtype=bool)] == 0).all()
    assert (network.weights(3).ravel()[::2] == 0).all()
    assert (network.weights(1)[np.eye(5, 6, dtype=bool)] != 0).all()


def test_dropout_stays_out_of_evaluation():
    data = clouds()
    network = Network([5, 40, 3], ["relu", "softmax"], dropout=0.5)
    plain = Network([5, 40, 3], ["relu", "softmax"])
    history = train(network, data, epochs=5, batch=60, optimizer="sgd", learning_rate=1e-14)
    assert history.moments[0].loss == plain.evaluate(data).loss
    assert network.predict(data.inputs) == pytest.approx(plain.predict(data.inputs), rel=1e-9)
    assert len(set(history.losses)) == 5  # on the way, each epoch drops others
    assert history.losses != pytest.approx([history.moments[0].loss] * 5, rel=1e-3)


@pytest.mark.parametrize("clip", [1e-3, 1e6])
def test_clip_bounds_the_length_of_a_step(clip):
    network, data = Network([5, 8, 3], ["tanh", "softmax"]), clouds()
    gradient = network.gradient(data.inputs, data.targets)[1]
    before = network.parameters.copy()
    train(network, data, epochs=1, batch=60, optimizer="sgd", learning_rate=1.0, clip=clip)
    length = min(np.linalg.norm(gradient), clip)
    np.testing.assert_allclose(
        before - network.parameters, gradient / np.linalg.norm(gradient) * length, atol=1e-15
    )


@pytest.mark.parametrize(("penalty", "shrunk"), [({"l1": 0.1}, True), ({"l2": 0.1}, True), ({}, False)])
def test_penalties_shrink_weights_but_not_biases(penalty, shrunk):
    network, data = Network([4, 3, 4], "identity", seed=1), four_pixel()
    network.biases(1)[:] = 0.5
    untouched = Network([4, 3, 4], "identity", seed=1)
    untouched.biases(1)[:] = 0.5
    for twin, settings in ((network, penalty), (untouched, {})):
        train(twin, data, epochs=1, batch=8, optimizer="sgd", learning_rate=0.01, **settings)
    for layer in (1, 2):
        assert (np.abs(network.weights(layer)) < np.abs(untouched.weights(layer))).all() == shrunk
        assert (network.biases(layer) == untouched.biases(layer)).all()


def test_training_names_the_categories_and_keeps_the_camera():
    network, data = Network([4, 8, 4], ["tanh", "softmax"]), four_pixel()
    train(network, data, epochs=1)
    assert (network.categories, network.encoder) == (data.categories, data.encoder)


def test_updates_are_about_a_thousandth_of_the_weights():
    """SPEC's sanity check, with the learning rate that an optimizer begins with."""
    network = Network([5, 30, 3], ["relu", "softmax"])
    run = Run(network, Examples(clouds(), network), None, Settings(epochs=20))
    run.advance(10)
    before = network.parameters.copy()
    run.advance(1)
    ratio = np.linalg.norm(network.parameters - before) / np.linalg.norm(before)
    assert 1e-4 < ratio < 1e-2


@pytest.mark.parametrize(
    "optimizer", ["adam(beta2=0.999999)", "adam(beta1=0.9999999)", "rmsprop(decay=0.999999)"]
)
def test_what_memory_forgets_is_not_lost_to_float32(optimizer):
    def losses(dtype):
        network = Network([5, 8, 3], dtype=dtype)
        return train(network, clouds(), epochs=3, optimizer=optimizer, batch=16, threads=1).losses

    assert losses("float32") == pytest.approx(losses("float64"), rel=1e-5)
