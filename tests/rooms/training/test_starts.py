"""Several starts: how many succeeded, and which is kept."""

import numpy as np
import pytest

from glassnet import Network, train
from glassnet.data import four_pixel
from glassnet.errors import LossNotFinite
from random_networks import clouds

FOUR_PIXEL = {"optimizer": "adam", "learning_rate": 0.01, "batch": 8, "schedule": "constant"}


def four_pixel_network(seed=0):
    activations = ["tanh", "tanh", "relu", "identity"]
    return Network([4, 4, 4, 8, 4], activations, biases=False, initial_weights="uniform", seed=seed)


def test_the_best_of_several_starts_is_kept():
    network, data = four_pixel_network(), four_pixel()
    history = train(network, data, epochs=300, starts=6, **FOUR_PIXEL)
    losses = [start.loss for start in history.starts]
    best = history.starts[int(np.argmin(losses))]
    assert (len(set(losses)), len({start.seed for start in history.starts})) == (6, 6)
    assert network.evaluate(data).loss == best.loss == history.moments[-1].loss
    assert (network.seed, network.evaluate(data).n_right) == (best.seed, best.n_right)
    assert history.n_succeeded == sum(start.n_right == 8 for start in history.starts)
    assert 0 < history.n_succeeded < 6


def test_each_start_is_the_training_of_its_own_seed():
    data = four_pixel()
    history = train(four_pixel_network(), data, epochs=50, starts=3, **FOUR_PIXEL)
    for start in history.starts:
        alone = train(four_pixel_network(start.seed), data, epochs=50, **FOUR_PIXEL)
        assert alone.starts[0] == start


def test_no_start_repeats_the_initial_weights_of_the_first():
    history = train(four_pixel_network(seed=2), four_pixel(), epochs=1, starts=5, **FOUR_PIXEL)
    assert len({start.seed for start in history.starts}) == 5


def test_held_out_data_judge_the_starts_and_their_success():
    network, data, held_out = Network([5, 4, 3], ["tanh", "softmax"]), clouds(30), clouds(30, seed=1)
    history = train(network, data, held_out, epochs=30, starts=3)
    assert min(start.loss for start in history.starts) == network.evaluate(held_out).loss
    kept = min(history.starts, key=lambda start: start.loss)
    assert kept.n_right == network.evaluate(held_out).n_right
    assert kept.succeeded == (kept.n_right == 30)


def test_a_start_that_diverges_does_not_end_the_others():
    network, data = (
        Network([4, 4, 4], "identity", initial_weights="uniform(low=-3, high=3)", seed=1),
        four_pixel(),
    )
    settings = {"optimizer": "sgd", "learning_rate": 0.05, "batch": 8, "schedule": "constant", "epochs": 1000}
    history = train(network, data, starts=12, **settings)
    diverged = [start for start in history.starts if start.loss == np.inf]
    assert 0 < len(diverged) < 12
    assert history.starts[0] in diverged
    assert all((start.n_right, start.succeeded) == (None, False) for start in diverged)
    assert np.isfinite(network.evaluate(data).loss)


def test_all_starts_diverging_is_an_error():
    network = Network([4, 4, 4], "identity")
    with pytest.raises(LossNotFinite, match="the loss became"):
        train(network, four_pixel(), optimizer="sgd", learning_rate=1e3, epochs=1000, starts=3)
    assert np.isfinite(network.predict(four_pixel().inputs)).all()
