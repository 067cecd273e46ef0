"""Each finding: a training that has it, and a healthy one that has none."""

import json
import re
from importlib import resources

import numpy as np
import pytest

from glassnet import pictures
from glassnet.doctor import examine
from glassnet.doctor.causes import CAUSES, CHAPTERS
from glassnet.doctor.finding import SEVERITIES
from patients import changed, clusters, diagnosed, heights, rings, trained

RINGS, NEW_RINGS = rings(240), rings(200, seed=1)
CLUSTERS, NEW_CLUSTERS = clusters(240), clusters(200, seed=1)
HEIGHTS, NEW_HEIGHTS = heights(300), heights(200, seed=1)

DYING = ["he_uniform", "uniform(low=-0.4, high=-0.01)", "he_uniform"]

STORY = re.findall(
    r'^ *title: "(.+)",$',
    resources.files("glassnet").joinpath("web/static/chapters.js").read_text("utf-8"),
    re.MULTILINE,
)
"""The titles of the chapters of the page's story, in order."""

PLAIN = {"optimizer": "sgd", "learning_rate": 0.1}


@pytest.mark.parametrize("activation", ["relu", "tanh", "leaky_relu"])
@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
@pytest.mark.parametrize(
    ("data", "held_out"), [(RINGS, NEW_RINGS), (CLUSTERS, NEW_CLUSTERS), (HEIGHTS, NEW_HEIGHTS)]
)
def test_a_healthy_training_has_no_findings(data, held_out, activation, optimizer):
    settings = {"optimizer": optimizer, "learning_rate": 0.02}
    diagnosis = diagnosed(data, held_out, hidden=(24,), activation=activation, settings=settings)
    assert diagnosis.names == ()
    assert str(diagnosis).startswith("Nothing wrong was found.")


def relabelled(share):
    chance = np.random.default_rng(0)
    targets = CLUSTERS.targets.copy()
    rows = chance.permutation(240)[: int(240 * share)]
    targets[rows] = np.eye(4)[(targets[rows].argmax(axis=1) + chance.integers(1, 4, rows.size)) % 4]
    return targets


def with_column(data, column):
    return changed(data, np.c_[data.inputs, column(data.inputs)])


def leaking():
    inputs, targets = NEW_RINGS.inputs.copy(), NEW_RINGS.targets.copy()
    inputs[:30], targets[:30] = RINGS.inputs[:30], RINGS.targets[:30]
    return changed(NEW_RINGS, inputs, targets)


SICK = {
    "inputs unscaled": lambda: diagnosed(
        changed(RINGS, RINGS.inputs * 300 + 500), changed(NEW_RINGS, NEW_RINGS.inputs * 300 + 500)
    ),
    "constant inputs": lambda: diagnosed(
        *(with_column(data, lambda inputs: np.full(len(inputs), 0.3)) for data in (RINGS, NEW_RINGS))
    ),
    "duplicated inputs": lambda: diagnosed(
        *(with_column(data, lambda inputs: 0.5 * inputs[:, 0] + 0.1) for data in (RINGS, NEW_RINGS))
    ),
    "duplicated examples": lambda: diagnosed(RINGS.take(np.r_[0:240, 0:60]), NEW_RINGS),
    "leaking examples": lambda: diagnosed(RINGS, leaking()),
    "labels shuffled": lambda: diagnosed(changed(CLUSTERS, targets=relabelled(0.3)), NEW_CLUSTERS),
    "labels imbalanced": lambda: diagnosed(
        CLUSTERS.take(np.flatnonzero((CLUSTERS.labels != 2) | (np.arange(240) < 20))), NEW_CLUSTERS
    ),
    "labels missing": lambda: diagnosed(CLUSTERS.take(CLUSTERS.labels != 2), NEW_CLUSTERS),
    "labels contradictory": lambda: diagnosed(
        changed(
            CLUSTERS,
            np.r_[CLUSTERS.inputs, CLUSTERS.inputs[:20]],
            np.r_[CLUSTERS.targets, np.roll(CLUSTERS.targets[:20], 1, axis=1)],
        ),
        NEW_CLUSTERS,
    ),
    "equal inputs, different numbers": lambda: diagnosed(
        changed(
            HEIGHTS,
            np.r_[HEIGHTS.inputs, HEIGHTS.inputs[:60]],
            np.r_[HEIGHTS.targets, HEIGHTS.targets[:60] + 0.1],
        ),
        NEW_HEIGHTS,
    ),
    "too little data": lambda: diagnosed(
        clusters(8, spread=0.3), clusters(200, seed=1, spread=0.3), hidden=(64,), settings={"epochs": 300}
    ),
    "wrong pair of activation and loss": lambda: diagnosed(
        CLUSTERS, NEW_CLUSTERS, last="logistic", loss="absolute"
    ),
    "logits squashed twice": lambda: diagnosed(CLUSTERS, NEW_CLUSTERS, hidden=(4,), activation="logistic"),
    "odd network on an even problem": lambda: diagnosed(RINGS, NEW_RINGS, activation="tanh", biases=False),
    "too few neurons": lambda: diagnosed(RINGS, NEW_RINGS, hidden=(1,)),
    "dropout on a tiny layer": lambda: diagnosed(RINGS, NEW_RINGS, hidden=(4,), dropout=0.7),
    "symmetric initial weights": lambda: diagnosed(
        CLUSTERS, NEW_CLUSTERS, initial_weights="uniform(low=0.3, high=0.3)"
    ),
    "initial weights too large": lambda: diagnosed(
        RINGS, NEW_RINGS, hidden=(16, 16), activation="tanh", initial_weights="uniform(low=-30, high=30)"
    ),
    "initial weights too small": lambda: diagnosed(
        RINGS,
        NEW_RINGS,
        hidden=(16, 16),
        activation="tanh",
        initial_weights="uniform(low=-0.001, high=0.001)",
        settings=PLAIN,
    ),
    "loss not finite": lambda: diagnosed(
        HEIGHTS, NEW_HEIGHTS, settings={"optimizer": "sgd", "learning_rate": 100.0}
    ),
    "learning rate too high": lambda: diagnosed(
        RINGS, NEW_RINGS, activation="tanh", settings={"learning_rate": 20.0, "schedule": "constant"}
    ),
    "learning rate too low": lambda: diagnosed(RINGS, NEW_RINGS, settings={"learning_rate": 1e-5}),
    "batch too large": lambda: diagnosed(
        RINGS, NEW_RINGS, settings={"batch": 240, "epochs": 20, "learning_rate": 0.001}
    ),
    "batch too small": lambda: diagnosed(
        CLUSTERS, NEW_CLUSTERS, settings={"batch": 1, "optimizer": "sgd", "learning_rate": 5.0}
    ),
    "data never shuffled": lambda: diagnosed(
        CLUSTERS.take(np.argsort(CLUSTERS.labels, kind="stable")), NEW_CLUSTERS, settings={"shuffle": False}
    ),
    "clipping that kills the gradient": lambda: diagnosed(RINGS, NEW_RINGS, settings={**PLAIN, "clip": 1e-5}),
    "regulariser too strong": lambda: diagnosed(RINGS, NEW_RINGS, settings={"l2": 1.0}),
    "absolute error stalls": lambda: diagnosed(
        CLUSTERS,
        NEW_CLUSTERS,
        hidden=(4,),
        last="identity",
        loss="absolute",
        settings={"optimizer": "sgd", "learning_rate": 0.01},
    ),
    "saturated squashes": lambda: diagnosed(
        changed(RINGS, RINGS.inputs * 7),
        changed(NEW_RINGS, NEW_RINGS.inputs * 7),
        activation="tanh",
        initial_weights=["uniform(low=-2.7, high=2.7)", "glorot_uniform"],
        settings={"optimizer": "sgd", "learning_rate": 0.02},
    ),
    "vanishing gradients": lambda: diagnosed(
        RINGS, NEW_RINGS, hidden=(12,) * 6, activation="logistic", settings=PLAIN
    ),
    "exploding gradients": lambda: diagnosed(
        RINGS,
        NEW_RINGS,
        hidden=(24,) * 8,
        initial_weights="uniform(low=-0.95, high=0.95)",
        settings={"optimizer": "sgd", "learning_rate": 1e-7},
    ),
    "dead ReLUs": lambda: diagnosed(
        RINGS,
        NEW_RINGS,
        hidden=(16, 16),
        initial_weights=DYING,
    ),
    "overfitting": lambda: diagnosed(
        clusters(60, spread=0.4),
        clusters(300, seed=1, spread=0.4),
        hidden=(64, 64),
        settings={"epochs": 400, "schedule": "constant"},
    ),
    "underfitting": lambda: diagnosed(RINGS, NEW_RINGS, settings={"epochs": 2, "learning_rate": 0.001}),
    "loss stuck at chance": lambda: diagnosed(
        RINGS, NEW_RINGS, hidden=(12, 12), activation="logistic", settings={**PLAIN, "epochs": 100}
    ),
}


def test_chapters_are_those_of_the_story():
    assert len(STORY) == 20
    for number, title in CHAPTERS.items():
        assert STORY[number - 1] == title
    assert {cause.chapter for cause in CAUSES.values()} == set(CHAPTERS)


def test_there_is_a_sick_training_for_every_fault():
    assert set(SICK) == set(CAUSES)


@pytest.mark.parametrize("name", list(SICK))
def test_a_fault_is_found(name):
    diagnosis = SICK[name]()
    assert name in diagnosis.names, str(diagnosis)
    (finding,) = [each for each in diagnosis.findings if each.name == name]
    assert finding.severity in SEVERITIES
    assert finding.evidence
    assert finding.place
    named = re.search(r"layer (\d+)", finding.place)
    assert finding.layer == (int(named[1]) if named else None)
    assert finding.cause.endswith(".")
    assert (
        finding.chapter
        == f"chapter {finding.chapter_number} of the story, {STORY[finding.chapter_number - 1]}"
    )
    assert " ".join(finding.said.split()) in " ".join(str(finding).split())
    json.dumps(diagnosis.to_json(), allow_nan=False)
    assert finding.to_json()["proof"]["kind"] in ("curves", "bars", "examples")
    assert finding.proof.title[:20] in str(pictures.finding(finding))
    order = [SEVERITIES.index(each.severity) for each in diagnosis.findings]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("data", "held_out", "settings", "activation", "layers"),
    [
        (RINGS, NEW_RINGS, {"learning_rate": 20.0, "schedule": "constant"}, "tanh", (16,)),
        (RINGS, NEW_RINGS, {"learning_rate": 3.0, "schedule": "constant", "epochs": 300}, "relu", (16,)),
        (CLUSTERS, NEW_CLUSTERS, {"learning_rate": 1e6, "schedule": "constant"}, "relu", (16, 16)),
        (HEIGHTS, NEW_HEIGHTS, {"optimizer": "sgd", "learning_rate": 3.0}, "tanh", (16,)),
        (HEIGHTS, NEW_HEIGHTS, {"learning_rate": 1e4, "schedule": "constant"}, "relu", (16,)),
    ],
)
def test_leaps_are_told_in_readable_figures_that_are_leaps(data, held_out, settings, activation, layers):
    diagnosis = diagnosed(data, held_out, hidden=layers, activation=activation, settings=settings)
    (finding,) = [each for each in diagnosis.findings if each.name == "learning rate too high"]
    assert not re.search(r"\d{6}| 0%", finding.said), finding.said
    lengths = re.findall(r"by (?:more than )?([\d.,]+)(%| times)", finding.said)
    for figure, unit in lengths:
        assert float(figure.replace(",", "")) >= (3 if unit == "%" else 1)
    assert lengths or "the loss was lost at step" in finding.said
    assert finding.said.startswith("The steps are leaps: ")
    assert lengths == [] or "before the first step" in finding.said


def test_constant_inputs_are_named_the_first_of_many():
    inputs = np.c_[RINGS.inputs, np.ones((240, 7))]
    (finding,) = examine(None, changed(RINGS, inputs)).findings
    assert (
        finding.said == "7 of 9 inputs never change: input 2, input 3, input 4, input 5, input 6 and 2 more."
    )
    few = changed(RINGS, np.c_[np.ones(240), RINGS.inputs, np.ones(240)])
    assert examine(None, few).findings[0].said == "2 of 4 inputs never change: input 0, input 3."


def test_dead_neurons_are_named():
    sick = trained(RINGS, NEW_RINGS, hidden=(16, 16), initial_weights=DYING)
    (finding,) = [each for each in examine(*sick).findings if each.name == "dead ReLUs"]
    answers = sick[0].run(RINGS.inputs).outputs(finding.layer)
    dead = [neuron for neuron in range(16) if not answers[:, neuron].any()]
    assert len(dead) > 0
    assert list(finding.neurons) == dead
