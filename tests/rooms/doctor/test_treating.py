"""Remedies that are tried: what is claimed was measured."""

import json
import shlex

import numpy as np
import pytest

from glassnet import Network, Settings
from glassnet.data import Dataset, four_pixel
from glassnet.doctor import Remedy, at_start, by_heart, examine, treat
from glassnet.doctor.options import options_of, words_of
from glassnet.doctor.recipe import Recipe, treated_data
from glassnet.errors import SettingError
from patients import changed, heights, rings, trained

RINGS, NEW_RINGS = rings(240), rings(200, seed=1)


def treated(patient, **how):
    network, data, history, held_out, settings = patient
    diagnosis = examine(network, data, history, held_out, settings)
    return treat(network, data, diagnosis, held_out, settings, **how)


def test_a_rate_that_is_too_low_is_healed():
    patient = trained(RINGS, NEW_RINGS, settings={"learning_rate": 1e-5})
    before = patient[0].parameters.copy()
    treatment = treated(patient)
    assert np.array_equal(patient[0].parameters, before)
    assert treatment.worked
    assert treatment.before.error > 0.2 > 0.05 > treatment.after.error
    assert len(treatment.after.errors) == 3
    assert treatment.diagnosis.healthy
    tried = [trial.words for trial in treatment.tried]
    assert "Take three times the learning rate." in tried  # a step to a side, once nothing is found any more
    assert any("two hidden layers of 64" in words for words in tried)
    assert f"What helped: {treatment.after.words}" in str(treatment)
    json.dumps(treatment.to_json(), allow_nan=False)


def test_the_smallest_change_that_cures_is_named_apart_from_further_improvements():
    network, data, history, held_out, _ = trained(RINGS, NEW_RINGS, settings={"learning_rate": 1e-5})
    treatment = treat(network, data, examine(network, data, history, held_out), held_out, n_seeds=2)
    assert treatment.cure.words in (
        "Take a hundred times the learning rate.",
        "Take adam with its own learning rate.",
    )
    assert len(treatment.cure.errors) == 2
    assert treatment.cure.error < treatment.before.error / 2
    text, line = str(treatment), treatment.command_of(treatment.cure)
    assert f"What cured it, as the smallest change: {treatment.cure.words}" in text
    assert text.index(line) < text.index("With further improvements") < text.index("What helped: ")
    assert treatment.to_json()["cure"]["command"] == line
    assert treated(trained(RINGS, NEW_RINGS), n_seeds=1).cure is None  # nothing was to be cured


def test_the_settings_are_those_of_the_diagnosis():
    network, data, history, held_out, settings = trained(RINGS, NEW_RINGS, settings={"l2": 1.0, "epochs": 9})
    diagnosis = examine(network, data, history, held_out)
    assert diagnosis.settings == settings
    treatment = treat(network, data, diagnosis, held_out, n_seeds=1)
    assert "--l2 1.0" in treatment.before.options
    assert "--epochs 9" in treatment.before.options


def test_what_is_claimed_can_be_done_again():
    treatment = treated(trained(RINGS, NEW_RINGS, settings={"learning_rate": 1e-5}), n_seeds=2)
    for seed, error in enumerate(treatment.after.errors, start=1):
        network = treatment.recipe.build(RINGS, seed)
        settings = {**treatment.recipe.settings.to_json(), "seed": seed}
        from glassnet import train

        train(network, RINGS, NEW_RINGS, Settings(**settings))
        assert 1 - network.evaluate(NEW_RINGS).accuracy == pytest.approx(error)


def test_a_lost_loss_is_healed_and_unscaled_inputs_are_scaled():
    lost = trained(heights(300), heights(200, seed=1), settings={"optimizer": "sgd", "learning_rate": 100.0})
    treatment = treated(lost, n_seeds=1)
    assert treatment.worked
    assert treatment.before.errors == (np.inf,)
    large = trained(
        *(changed(each, each.inputs * 300) for each in (RINGS, NEW_RINGS)), settings={"epochs": 30}
    )
    treatment = treated(large, n_seeds=1)
    assert treatment.worked
    assert "scale" in treatment.recipe.data
    assert treatment.after.by_hand[0].startswith("scale each input to [-1, 1]")
    assert "by hand, for no option does it: scale each input" in str(treatment)
    assert f"\n  {treatment.command}\n" in str(treatment)


def test_nothing_is_claimed_where_nothing_helped():
    treatment = treated(trained(RINGS, NEW_RINGS), n_seeds=1)
    assert not treatment.worked
    assert treatment.after is treatment.before
    assert "No remedy that was tried made it better." in str(treatment)


def test_without_held_out_data_it_says_by_what_it_judged():
    few = treated(trained(four_pixel(), None, settings={"learning_rate": 1e-6, "epochs": 900}), n_seeds=1)
    assert few.judged_by == "share of its own examples wrong"
    assert few.worked
    assert treated(trained(RINGS, None), n_seeds=1, epochs=3).judged_by == "share of held-out examples wrong"


def test_no_seeds():
    with pytest.raises(SettingError, match="n_seeds"):
        treated(trained(RINGS, NEW_RINGS), n_seeds=0)


def test_a_recipe_makes_the_same_network_again():
    network = Network(
        [4, 6, 5, 4],
        ["tanh", "leaky_relu(slope=0.2)", "softmax"],
        biases=[True, False, True],
        dropout=[0.1, 0.0, 0.0],
        initial_weights="uniform(low=-1, high=1)",
        categories=four_pixel().categories,
        seed=7,
    )
    again = Recipe.of(network, Settings()).build(four_pixel(), 7)
    assert np.array_equal(again.parameters, network.parameters)
    assert repr(again) == repr(network)
    assert np.array_equal(again.layers, network.layers)


NETWORK = Network([2, 128, 2], ["relu", "softmax"], categories=RINGS.categories)
TINY = "uniform(low=-0.01, high=0.01)"


@pytest.mark.parametrize(
    ("remedy", "options", "words"),
    [
        ({"settings": {"learning_rate": 0.002 / 3}}, f"--epochs 30 --learning-rate {0.002 / 3}", ()),
        (
            {"settings": {"class_weights": "balanced", "clip": 1.0, "seed": 7}},
            "--epochs 30 --clip 1.0 --class-weights balanced",
            (),
        ),
        (
            {"settings": {"optimizer": "momentum(momentum=0.8)"}},
            "--epochs 30 --optimizer 'momentum(momentum=0.8)'",
            (),
        ),
        ({"network": {"hidden": (9, 9, 9)}}, "--layers 9,9,9 --epochs 30", ()),
        ({"network": {"hidden": ()}}, "--layers none --epochs 30", ()),
        (
            {"network": {"activation": "leaky_relu(slope=0.2)"}},
            "--activation 'leaky_relu(slope=0.2)' --epochs 30",
            (),
        ),
        ({"network": {"activation": "tanh", "initial_weights": None}}, "--activation tanh --epochs 30", ()),
        ({"network": {"biases": False, "dropout": 0.0}}, "--no-biases --epochs 30", ()),
        ({"network": {"dropout": (0.5, 0.0)}}, "--dropout 0.5 --epochs 30", ()),
        ({"network": {"initial_weights": TINY}}, f"--initial-weights '{TINY}' --epochs 30", ()),
        ({"network": {"hidden": (128, 128)}}, "--layers 128,128 --dtype float64 --epochs 30", ()),
        (
            {"network": {"last_activation": "identity", "loss": "absolute"}},
            "--last-activation identity --loss absolute --epochs 30",
            (),
        ),
        ({"network": {"last_activation": "logistic"}}, "--last-activation logistic --epochs 30", ()),
        ({"settings": {"shuffle": False}}, "--epochs 30", ("shuffle=False",)),
        ({"settings": {"class_weights": {"in": 2.0}}}, "--epochs 30", ("{'in': 2.0}",)),
        ({"network": {"biases": (True, False)}}, "--epochs 30", ("biases True, False",)),
        ({"data": "drop copies"}, "--epochs 30", ("keep one of each",)),
        ({"data": "scale"}, "--epochs 30", ("scale each input",)),
    ],
)
def test_a_remedy_becomes_options_of_train_and_words(remedy, options, words):
    recipe = Recipe.of(NETWORK, Settings(epochs=30)).changed(Remedy("", **remedy))
    assert shlex.join(options_of(recipe, RINGS)) == options
    said = words_of(recipe, RINGS)
    assert len(said) == len(words)
    assert all(word in each for word, each in zip(words, said, strict=True))


def test_what_is_left_to_the_defaults_is_no_option():
    assert options_of(Recipe.of(NETWORK, Settings(epochs=30)), RINGS) == ["--epochs", "30"]
    usual = Recipe.of(Network([2, 128, 1]), Settings(learning_rate=None, epochs=7, shuffle=True, seed=5))
    assert options_of(usual, heights(50)) == ["--epochs", "7"]


def test_what_can_be_done_to_data():
    inputs = np.c_[RINGS.inputs * 50 + 9, np.full(240, 3.0), RINGS.inputs[:, 0]]
    data = changed(RINGS, np.r_[inputs, inputs[:5]], np.r_[RINGS.targets, RINGS.targets[:5]])
    held_out = changed(NEW_RINGS, np.r_[inputs[:9], np.random.default_rng(0).normal(size=(191, 4))])
    steps = ("drop leaks", "drop copies", "drop constant inputs", "drop duplicated inputs", "scale")
    cleaned, judged = treated_data(steps, data, held_out)
    assert (cleaned.n_examples, cleaned.n_inputs) == (231, 2)
    assert judged.n_inputs == 2
    assert cleaned.inputs.min() == -1
    assert cleaned.inputs.max() == 1
    twice = changed(RINGS, np.r_[RINGS.inputs, RINGS.inputs[:3]], np.r_[RINGS.targets, 1 - RINGS.targets[:3]])
    assert treated_data(("drop contradictions",), twice, None)[0].n_examples == 237
    assert treated_data(("drop copies",), twice, None)[0].n_examples == 243  # each of them says something
    assert treated_data(("drop leaks",), twice, twice.take(range(240, 243)))[0].n_examples == 240


def test_a_sound_network_learns_a_few_examples_by_heart():
    network = Network([2, 32, 2], categories=RINGS.categories)
    before = network.parameters.copy()
    found = by_heart(network, RINGS)
    assert found.learned
    assert found.n_examples == 20
    assert np.array_equal(network.parameters, before)
    assert str(found).startswith("It can learn 20 examples by heart: score 1 ")
    alike = Network([2, 16, 2], initial_weights="uniform(low=0, high=0)", categories=RINGS.categories)
    assert not by_heart(alike, RINGS).learned
    lost = by_heart(Network([2, 8, 1]), heights(50), Settings(optimizer="sgd", learning_rate=1e6))
    assert not lost.learned


@pytest.mark.parametrize("last", ["softmax", "logistic", "tanh", "identity"])
def test_the_loss_at_the_start_is_near_chance_or_not(last):
    sound = Network([2, 16, 2], ["tanh", last], categories=RINGS.categories)
    assert at_start(sound, RINGS).near
    large = Network(
        [2, 16, 2], ["tanh", last], initial_weights="uniform(low=-90, high=90)", categories=RINGS.categories
    )
    start = at_start(large, RINGS)
    assert start.near == (start.loss <= 3 * start.chance)
    if last in ("softmax", "identity"):
        assert not start.near


@pytest.mark.parametrize("hidden", [(128,), (32, 32), (64, 64, 64), ()])
@pytest.mark.parametrize("width", [2, 40])
def test_the_usual_weights_raise_no_alarm_where_numbers_are_to_be_met(hidden, width):
    chance = np.random.default_rng(0)
    inputs = chance.uniform(-1, 1, (200, width))
    data = Dataset.from_arrays(inputs, 0.2 * inputs[:, 0])  # by chance the loss is 0.013
    starts = [at_start(Network([width, *hidden, 1], seed=seed), data) for seed in range(20)]
    assert all(start.near for start in starts)
    assert any("sound initial weights may be" in str(start) for start in starts)
    tenfold = Network([width, 64, 1], initial_weights="uniform(low=-6, high=6)")
    assert str(at_start(tenfold, data)).endswith("the initial weights or the inputs are too large")


def test_chance_of_softmax_is_the_logarithm_of_the_categories():
    network = Network([4, 8, 4], ["tanh", "softmax"])
    assert at_start(network, four_pixel()).chance == pytest.approx(np.log(4))
