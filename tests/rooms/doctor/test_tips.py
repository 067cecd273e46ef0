"""The eighteen tips: each that can be checked says ok to one training and gives advice to another."""

import pytest

from glassnet.data import four_pixel
from glassnet.doctor import examine
from patients import changed, clusters, rings, trained

RINGS, NEW_RINGS = rings(240), rings(200, seed=1)
PICTURES = four_pixel(n=60)

CHECKED = {
    "shuffle the examples": ({}, {"settings": {"shuffle": False}}),
    "expand the data": ({"data": four_pixel(n=1200)}, {"data": PICTURES}),
    "inputs in [-1, 1]": (
        {"data": changed(RINGS, RINGS.inputs / 2)},
        {"data": changed(RINGS, RINGS.inputs * 3)},
    ),
    "first overfit a tiny subset": (
        {"settings": {"learning_rate": 1e-6}},  # the training is at fault, the network can learn
        {"initial_weights": "uniform(low=0, high=0)"},
    ),
    "dropout after wide layers": ({"hidden": (300,), "dropout": [0.3, 0]}, {"hidden": (300,)}),
    "no saturating squashes in deep networks": (
        {"hidden": (8, 8, 8)},
        {"hidden": (8, 8, 8), "activation": "tanh"},
    ),
    "leaky ReLU instead of ReLU": ({"activation": "leaky_relu"}, {}),
    "prefer small models": ({}, {"hidden": (150, 150)}),
    "Glorot's weights for large layers": ({}, {"initial_weights": "uniform(low=-0.5, high=0.5)"}),
    "ensembles of five": ({"settings": {"starts": 5, "epochs": 2}}, {}),
    "understand what you do: compare with a simple rule": (
        {},
        {
            "data": clusters(240),
            "held_out": clusters(200, seed=1),
            "settings": {"epochs": 1, "learning_rate": 1e-6},
        },
    ),
}
NEVER_CHECKED = {
    "batch normalisation": "not applicable",
    "everything a parameter": "ok",
    "max pooling": "not applicable",
    "1 x 1 convolutions": "not applicable",
    "small kernels, deep stacks": "not applicable",
    "use a GPU": "not applicable",
    "visualise what it learned": "ok",
}


def verdicts(data=RINGS, held_out=None, **how):
    held_out = held_out or (NEW_RINGS if data.n_inputs == 2 else None)
    diagnosis = examine(*trained(data, held_out, **{"settings": {"epochs": 5}, **how}))
    assert all(tip.reason for tip in diagnosis.tips)
    return {tip.name: tip.verdict for tip in diagnosis.tips}


def test_they_are_eighteen():
    assert set(verdicts()) == {*CHECKED, *NEVER_CHECKED}
    assert len(verdicts()) == 18


@pytest.mark.parametrize("name", list(CHECKED))
def test_a_tip_is_followed_or_given(name):
    followed, given = CHECKED[name]
    assert verdicts(**followed)[name] == "ok"
    assert verdicts(**given)[name] == "advice"


def test_what_has_nothing_to_check_says_so():
    found = verdicts()
    assert {name: found[name] for name in NEVER_CHECKED} == NEVER_CHECKED


def test_of_data_alone_only_the_data_are_advised():
    found = {tip.name: tip.verdict for tip in examine(None, PICTURES).tips}
    assert found["expand the data"] == "advice"
    assert {name for name, verdict in found.items() if verdict != "not applicable"} == {
        "expand the data",
        "inputs in [-1, 1]",
        "visualise what it learned",
    }
