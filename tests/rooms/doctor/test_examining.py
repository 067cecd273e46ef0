"""What an examination needs, what it says without it, and that a symptom is told once, under its cause."""

import dataclasses

import numpy as np
import pytest

from glassnet import Network, Settings
from glassnet.data import Dataset, four_pixel
from glassnet.doctor import Watch, examine
from glassnet.errors import DataError, SettingError
from glassnet.training import History, Moment, Training
from patients import changed, clusters, diagnosed, heights, rings, trained

RINGS, NEW_RINGS = rings(240), rings(200, seed=1)


def test_nothing_is_changed_by_an_examination():
    patient = trained(RINGS, NEW_RINGS)
    before = patient[0].parameters.copy(), dataclasses.asdict(patient[2])
    examine(*patient)
    assert np.array_equal(patient[0].parameters, before[0])
    assert dataclasses.asdict(patient[2]) == before[1]


def test_the_same_patient_the_same_diagnosis():
    patient = trained(RINGS, NEW_RINGS, settings={"learning_rate": 1e-5})
    assert examine(*patient) == examine(*patient)


def test_a_lost_loss_says_where_and_names_its_cause_and_no_symptom():
    diagnosis = diagnosed(
        heights(300), heights(200, seed=1), settings={"optimizer": "sgd", "learning_rate": 100.0}
    )
    assert diagnosis.names == ("loss not finite", "learning rate too high")
    lost = diagnosis.findings[0]
    assert lost.severity == "fatal"
    assert "The cause: learning rate too high." in lost.said
    assert lost.evidence["step"] >= 1
    assert lost.remedies == ()  # those of the cause


def test_weights_whose_square_is_beyond_measure():
    network, *others = trained(four_pixel(), None)
    network.parameters *= 1e200
    assert examine(network, *others).facts["distance from the initial weights"] == np.inf


def test_a_loss_that_large_inputs_lose_is_put_down_to_them():
    data, held_out = (changed(each, each.inputs * 1e8) for each in (heights(300), heights(200, seed=1)))
    diagnosis = diagnosed(data, held_out, settings={"optimizer": "sgd", "learning_rate": 0.1})
    assert set(diagnosis.names) == {"loss not finite", "inputs unscaled"}


def test_unscaled_inputs_are_told_once():
    data, held_out = (changed(each, each.inputs * 300) for each in (RINGS, NEW_RINGS))
    assert diagnosed(data, held_out, activation="tanh").names == ("inputs unscaled",)


@pytest.mark.parametrize("data", [RINGS, heights(60), four_pixel(), clusters(40)])
def test_data_alone(data):
    diagnosis = examine(None, data)
    assert diagnosis.healthy
    assert "the network and its training: only data were handed in" in diagnosis.not_examined
    assert len(diagnosis.tips) == 18


def test_a_run_without_history():
    network, data, _, held_out, settings = trained(RINGS, NEW_RINGS)
    diagnosis = examine(network, data, None, held_out, settings)
    assert diagnosis.healthy
    assert any("there is no history" in each for each in diagnosis.not_examined)


def test_a_history_without_statistics_or_settings():
    network, data, history, held_out, _ = trained(RINGS, NEW_RINGS, settings={"statistics": False})
    history = dataclasses.replace(history, settings=None)
    missing = " ".join(examine(network, data, history, held_out).not_examined)
    assert "no statistics" in missing
    assert "settings" in missing


SICK = {
    "learning rate too high": {"learning_rate": 50.0},
    "learning rate too low": {"learning_rate": 1e-6},
    "regulariser too strong": {"l2": 1.0},
}


@pytest.mark.parametrize("name", list(SICK))
def test_a_history_knows_the_settings_of_its_training(name):
    network, data, history, held_out, settings = trained(RINGS, NEW_RINGS, settings=SICK[name])
    assert history.settings == settings
    assert examine(network, data, history, held_out) == examine(network, data, history, held_out, settings)
    assert name in examine(network, data, history, held_out).names


@pytest.mark.parametrize("settings", SICK.values())
@pytest.mark.parametrize("data", [RINGS, heights(300)])
def test_at_chance_nothing_passes_for_healthy_be_settings_and_history_known_or_not(data, settings):
    network, data, history, _, _ = trained(data, None, settings=settings)
    blind = dataclasses.replace(history, settings=None)
    for known in (history, blind, None):
        diagnosis = examine(network, data, known)
        assert not diagnosis.healthy, known
    assert any("neither rate, batch, penalty" in each for each in examine(network, data, blind).not_examined)


def test_dead_layers_are_seen_without_settings():
    data = changed(RINGS, np.abs(RINGS.inputs))
    network, data, history, *_ = trained(
        data, None, initial_weights=["uniform(low=-0.5, high=-0.4)", "glorot_uniform"]
    )
    blind = dataclasses.replace(history, settings=None)
    assert examine(network, data, blind).findings[0].name == "dead ReLUs"
    assert examine(network, data).findings[0].name == "dead ReLUs"


def test_where_nothing_can_be_learned_a_network_at_chance_is_not_called_healthy():
    chance = np.random.default_rng(0)
    noise = Dataset.from_arrays(chance.uniform(-1, 1, (300, 2)), chance.normal(size=300), name="noise")
    diagnosis = diagnosed(noise, None, hidden=(4,), settings={"epochs": 3})
    assert "loss stuck at chance" in diagnosis.names
    assert "simple learners (a linear rule)" in diagnosis.findings[0].evidence
    rare = Dataset.from_arrays(
        chance.uniform(-1, 1, (300, 2)), (np.arange(300) < 4).astype(int), categories=["often", "rare"]
    )
    assert diagnosed(rare, None).names == ("labels imbalanced",)


@pytest.mark.parametrize("epochs", [0, 1])
def test_a_history_cut_short(epochs):
    network, data, history, held_out, settings = trained(RINGS, NEW_RINGS)
    short = History(history.losses[:epochs], history.right[:epochs], history.moments[:epochs], held_out=True)
    assert examine(network, data, short, held_out, settings).healthy


def test_a_network_that_was_never_trained():
    diagnosis = examine(Network([2, 8, 2], categories=RINGS.categories), RINGS)
    assert "what it learned: its weights are still those that were drawn" in diagnosis.not_examined


def test_a_data_set_of_one_example():
    one = RINGS.take([0])
    network = Network([2, 8, 2], categories=RINGS.categories)
    for diagnosis in (examine(None, one), examine(network, one), examine(*trained(one, None))):
        assert any("one example" in each for each in diagnosis.not_examined)


def test_data_that_do_not_fit_the_network():
    with pytest.raises(DataError, match="4 inputs, the network 2-8-2 has 2"):
        examine(Network([2, 8, 2]), four_pixel())


@pytest.mark.parametrize(
    "wrong", [{"network": 3}, {"history": [Moment(0, 1.0, None, None)]}, {"held_out": 1}]
)
def test_something_else_instead(wrong):
    with pytest.raises(SettingError, match=next(iter(wrong))):
        examine(**{"network": None, "data": RINGS, **wrong})
    with pytest.raises(DataError, match="data is int"):
        examine(None, 3)


def test_overlapping_categories_are_no_wrong_labels():
    data = clusters(400, spread=0.45)
    assert examine(None, data).healthy


def test_a_table_whose_neighbours_disagree_by_nature_has_no_wrong_labels():
    chance = np.random.default_rng(3)
    inputs = chance.uniform(-1, 1, (500, 8))
    worth = np.sin(2 * inputs[:, 0]) + inputs[:, 0] * inputs[:, 1] + np.abs(inputs[:, 2]) - inputs[:, 3] ** 2
    labels = np.searchsorted(np.quantile(worth, [0.25, 0.5, 0.75]), worth)
    table = Dataset.from_arrays(inputs, labels, name="a table")
    assert examine(None, table).names == ()
    wrong = np.where(chance.uniform(size=500) < 0.3, chance.integers(0, 4, 500), labels)
    assert "labels shuffled" in examine(None, Dataset.from_arrays(inputs, wrong, name="a table")).names


def houses(n, seed=0):
    """A table whose rows are often equal but for the noise in their prices."""
    chance = np.random.default_rng(seed)
    inputs = np.stack(np.meshgrid(range(10), range(2), range(3)), axis=-1).reshape(-1, 3)
    inputs = inputs[chance.integers(0, len(inputs), n)] / [5, 1, 1] - 1
    prices = inputs @ [0.5, 0.2, 0.1] + chance.normal(0, 0.05, n)
    return Dataset.from_arrays(inputs, prices, name="houses")


def test_noise_in_numbers_is_said_once_and_neither_copies_nor_leaks_nor_contradictions():
    diagnosis = diagnosed(houses(400), houses(100, seed=1))
    assert diagnosis.names == ("equal inputs, different numbers",)
    (finding,) = diagnosis.findings
    assert finding.severity == "mild"
    assert not any(remedy.can_be_tried for remedy in finding.remedies)
    among = finding.evidence["variance among equal inputs, share of all"]
    assert among == pytest.approx(0.05**2 / np.var(houses(400).targets), rel=0.2)


def test_equal_inputs_of_other_categories_contradict_and_are_no_copies_and_no_leaks():
    data = changed(
        RINGS, np.r_[RINGS.inputs, RINGS.inputs[:60]], np.r_[RINGS.targets, 1 - RINGS.targets[:60]]
    )
    held_out = changed(NEW_RINGS, np.r_[RINGS.inputs[60:120], NEW_RINGS.inputs[60:]], NEW_RINGS.targets)
    other = changed(held_out, targets=np.r_[1 - RINGS.targets[60:120], NEW_RINGS.targets[60:]])
    assert examine(None, data, None, other).names == ("labels contradictory",)
    same = changed(held_out, targets=np.r_[RINGS.targets[60:120], NEW_RINGS.targets[60:]])
    assert examine(None, data, None, same).names == ("leaking examples", "labels contradictory")


def test_constant_pixels_of_a_camera_are_no_fault():
    chance = np.random.default_rng(0)
    pictures = chance.uniform(-1, 1, (60, 3, 3))
    pictures[:, 0, 0] = -1
    seen = Dataset.from_arrays(pictures, np.arange(60) % 2)
    assert "constant inputs" not in examine(None, seen).names
    assert "constant inputs" in examine(None, changed(seen, seen.inputs)).names


def test_advice_is_no_alarm():
    diagnosis = diagnosed(RINGS, NEW_RINGS, hidden=(24,))
    verdicts = {tip.name: tip.verdict for tip in diagnosis.tips}
    assert diagnosis.healthy
    assert verdicts["leaky ReLU instead of ReLU"] == "advice"
    assert verdicts["shuffle the examples"] == "ok"
    assert verdicts["max pooling"] == "not applicable"
    assert set(verdicts.values()) == {"ok", "advice", "not applicable"}
    assert all(tip.reason for tip in diagnosis.tips)


def test_a_watch_tells_a_fatal_fault_once_for_each_start():
    network = Network([2, 8, 2], categories=RINGS.categories, initial_weights="uniform(low=0, high=0)")
    training = Training(network, RINGS, NEW_RINGS, Settings(epochs=3, starts=2))
    watch, told = Watch(training), []
    for _ in range(2):
        while not training.run.finished:
            training.run.advance(5)
            told += [finding.name for finding in watch.new()]
        training.end_start("finished")
        training.begin_start()
    assert told == ["symmetric initial weights"] * 2


@pytest.mark.parametrize(
    ("how", "name"),
    [
        ({"activations": ["tanh", "softmax"], "biases": False}, "odd network on an even problem"),
        (
            {
                "activations": ["relu", "softmax"],
                "initial_weights": "uniform(low=-9, high=-8)",
                "biases": False,
            },
            "dead ReLUs",
        ),
    ],
)
def test_a_watch_tells_what_no_step_can_heal(how, name):
    data = RINGS if name.startswith("odd") else changed(RINGS, np.abs(RINGS.inputs))
    training = Training(
        Network([2, 8, 2], categories=RINGS.categories, **how), data, None, Settings(epochs=3)
    )
    watch, told = Watch(training), []
    while not training.run.finished:
        training.run.advance(5)
        told += [finding.name for finding in watch.new()]
    assert name in told
    assert len(set(told)) == len(told)


def test_a_watch_says_nothing_of_a_healthy_training():
    training = Training(Network([2, 8, 2], categories=RINGS.categories), RINGS, None, Settings(epochs=3))
    watch = Watch(training)
    while not training.run.finished:
        training.run.advance(5)
        assert watch.new() == []
