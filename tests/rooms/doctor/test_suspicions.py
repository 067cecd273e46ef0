"""What is said of a training that did well: what is odd whatever came of it, mildly, and no chance."""

import pytest

from glassnet import Network, Settings
from glassnet.doctor import examine
from glassnet.training import Training, carry_out
from patients import clusters, diagnosed, heights, rings

RINGS, NEW_RINGS = rings(240), rings(200, seed=1)
CLUSTERS, NEW_CLUSTERS = clusters(240), clusters(200, seed=1)
WIDE, NEW_WIDE = clusters(240, spread=0.2), clusters(300, seed=1, spread=0.2)


def severities(diagnosis):
    return {finding.name: finding.severity for finding in diagnosis.findings}


def test_steps_longer_than_the_weights_that_did_no_harm():
    settings = {"optimizer": "rmsprop", "learning_rate": 0.1, "batch": 32, "schedule": "cosine"}
    diagnosis = diagnosed(heights(300), heights(200, seed=1), activation="tanh", settings=settings)
    assert diagnosis.facts["score on held-out examples"] > 0.98
    assert severities(diagnosis) == {"learning rate too high": "mild"}


@pytest.mark.parametrize(("n_dead", "found"), [(18, {"dead ReLUs": "mild"}), (6, {})])
def test_a_layer_born_dead_that_the_rest_made_up_for(n_dead, found):
    network = Network([2, 16, 24, 4], ["relu", "relu", "softmax"], categories=CLUSTERS.categories, seed=1)
    network.weights(2)[:, :n_dead] = -abs(network.weights(2)[:, :n_dead])
    training = Training(network, CLUSTERS, NEW_CLUSTERS, Settings(epochs=60, batch=16, learning_rate=0.01))
    history = carry_out(training)
    diagnosis = examine(network, CLUSTERS, history, NEW_CLUSTERS, training.settings)
    assert diagnosis.facts["score on held-out examples"] > 0.97
    assert severities(diagnosis) == found


@pytest.mark.parametrize(
    ("epochs", "found"), [(3, {"underfitting": "serious"}), (4, {"underfitting": "mild"}), (40, {})]
)
def test_a_training_that_ended_while_it_still_got_better(epochs, found):
    settings = {"epochs": epochs, "learning_rate": 0.006}
    assert severities(diagnosed(WIDE, NEW_WIDE, hidden=(32,), settings=settings)) == found


@pytest.mark.parametrize("n_neurons", [128, 24])
def test_as_many_neurons_as_examples_know_them_by_heart(n_neurons):
    data, new = clusters(80, spread=0.22), clusters(400, seed=1, spread=0.22)
    names = diagnosed(data, new, hidden=(n_neurons, 16), settings={"epochs": 400}).names
    assert ("too little data" in names) == (n_neurons >= 80)


def test_one_neuron_is_too_few_where_simple_learners_know_more():
    assert "too few neurons" in diagnosed(WIDE, NEW_WIDE, hidden=(1,)).names


def test_weights_that_hardly_moved_at_a_small_rate_whatever_their_way():
    settings = {"optimizer": "rmsprop", "learning_rate": 2e-5, "epochs": 100}
    assert diagnosed(RINGS, NEW_RINGS, settings=settings).names == ("learning rate too low",)
