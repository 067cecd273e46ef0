"""The cockpit: every number has its place, and odd trainings are still pictures."""

import dataclasses
import math

import numpy as np
import pytest

from glassnet.doctor import examine
from glassnet.pictures import cockpit, diagnosis
from glassnet.training import History, Moment
from patients import rings, trained
from rooms.pictures.reading import SVG, corners, parsed, size, texts

PATIENT = trained(rings(120), rings(80, seed=1), hidden=(6, 6), activation="tanh")


def with_numbers(value):
    """A history whose layers are all the same odd number."""
    history = PATIENT[2]
    layers = tuple(
        dataclasses.replace(
            layer,
            grad_sums_size=value,
            outputs_spread=value,
            weights_size=value,
            update_ratio=None,
            saturated=None,
        )
        for layer in history.statistics[0].layers
    )
    return dataclasses.replace(
        history, statistics=[dataclasses.replace(history.statistics[0], layers=layers)]
    )


DEEP = trained(rings(60), None, hidden=(3,) * 20, settings={"epochs": 2})[2]

HISTORIES = {
    "usual": PATIENT[2],
    "empty": History(),
    "without statistics": History(losses=[2.0, 1.0], moments=[Moment(0, 2.5, None, None)]),
    "never finite": History(losses=[math.nan, math.inf]),
    "deep": DEEP,
    **{f"all {value}": with_numbers(value) for value in (0.0, 1.0, 1e-300, 1e300, math.inf, math.nan)},
}


@pytest.fixture(params=HISTORIES.values(), ids=list(HISTORIES))
def history(request):
    return request.param


def test_everything_is_inside(history):
    picture = cockpit(history)
    width, height = size(picture)
    points = corners(picture)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points), points
    assert "nan" not in str(picture).lower()


def test_it_has_a_text_alternative_and_the_same_bytes_again(history):
    root = parsed(cockpit(history))
    assert root.find(f"{SVG}title").text.startswith("A training of")
    assert root.find(f"{SVG}desc").text
    assert str(cockpit(history)) == str(cockpit(history))


def test_layers_and_findings_are_named():
    said = texts(cockpit(PATIENT[2], examine(*PATIENT)))
    assert {
        "layer 1",
        "layer 3",
        "usual",
        "nothing wrong was found",
        "training loss",
        "held-out loss",
    } <= set(said)
    sick = trained(rings(120), rings(80, seed=1), settings={"learning_rate": 1e-5})
    assert "serious: learning rate too low, the setting learning_rate" in texts(
        cockpit(sick[2], examine(*sick))
    )


def test_of_many_layers_some_are_drawn():
    said = texts(cockpit(DEEP))
    assert said.count("layer 1") == 5
    assert "layer 2" not in said


def test_a_diagnosis_is_a_page_and_what_a_data_set_is_called_cannot_break_it():
    sick = trained(rings(120), rings(80, seed=1), settings={"learning_rate": 1e-5})
    page = diagnosis(examine(*sick), sick[2]).html
    assert "Learning rate too low (serious; the setting learning_rate)" in page
    assert "size of a step" in page
    data = dataclasses.replace(
        rings(60), categories=("<b>in", "out</section>"), targets=np.eye(2)[[0] * 55 + [1] * 5]
    )
    html = diagnosis(examine(None, data)).html
    assert "&lt;/section&gt;" in html
    assert "out</section>" not in html
