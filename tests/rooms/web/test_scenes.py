import dataclasses

import numpy as np

from glassnet import explain
from glassnet.training import train
from glassnet.web import BUNDLED
from glassnet.web.scenes import SCENES
from live_session import Live


def trained(name, epochs, **changes):
    live = Live(name)
    live.say("change", **changes)
    live.say("speed", steps=None)
    live.say("stop_at", epoch=epochs)
    live.say("play")
    return live.train_until(lambda frame: not frame["training"]["playing"])["training"]["learned"]


def test_scenes_can_be_opened_but_are_not_offered():
    offered = [one["name"] for one in BUNDLED.titles()]
    assert not any(name.startswith("story") for name in offered)
    assert [name for name, *_ in BUNDLED.before([]).scenes] == [name for name, *_ in SCENES]
    structure = Live("story-linear").last("structure")
    assert (structure["experiment"], structure["title"]) == ("story-linear", "Story: no hidden layer")


def test_without_a_hidden_layer_not_all_patterns_can_be_told_apart():
    assert trained("story-linear", 1500)["n_right"] <= 5


def test_an_odd_network_tells_all_patterns_only_with_biases():
    assert trained("story-odd", 1500)["n_right"] <= 4
    assert trained("story-odd", 2000, biases=True)["n_right"] == 8


def test_one_chain_has_one_path():
    experiment = BUNDLED.begin("story-chain")
    trace = experiment.network.run(experiment.data.inputs)
    assert explain.chain(trace, experiment.data.targets, 0, 1, 0, 0).n_paths == 1


def test_the_trained_network_has_learned_and_may_be_trained_on():
    experiment = BUNDLED.begin("story-trained")
    assert experiment.network.evaluate(experiment.data).n_right == 8


def test_the_trained_network_survives_being_snapped():
    experiment = BUNDLED.begin("story-trained")
    assert explain.snapped(experiment.network, experiment.data).after.n_right == 8


def test_with_dropout_wrong_labels_are_learned_less_by_heart():
    live = Live("story-dropout")
    pinned = live.say("show", inside="values")["curves"]["pins"][0]
    assert (pinned["epoch"], pinned["learned"]["accuracies"][-1]) == (100, 1.0)
    live.say("speed", steps=None)
    live.say("stop_at", epoch=100)
    live.say("play")
    frame = live.train_until(lambda frame: not frame["training"]["playing"])
    assert frame["training"]["held_out"]["accuracy"] > pinned["held_out"]["accuracies"][-1]
    assert frame["training"]["learned"]["accuracy"] < 1


def test_of_a_slope_little_is_left_in_the_first_of_ten_layers():
    experiment = BUNDLED.begin("story-deep")
    _, gradient = experiment.network.gradient(experiment.data.inputs, experiment.data.targets)
    first, last = np.abs(gradient[:32]).max(), np.abs(gradient[-36:-4]).max()
    assert 0 < first < 1e-5 * last


def test_ten_layers_of_squashes_learn_next_to_nothing_however_long():
    experiment = BUNDLED.begin("story-deep")
    settings = dataclasses.replace(experiment.settings, epochs=100_000)
    train(experiment.network, experiment.data, settings=settings)
    assert experiment.network.evaluate(experiment.data).n_right <= 4
