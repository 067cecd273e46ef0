import dataclasses
import json

import numpy as np
import pytest

from glassnet.data import Camera, four_pixel
from glassnet.errors import ChoiceError, DataError, SettingError
from glassnet.training import Plan, Settings

FULL = Plan(
    source="pictures",
    options={"camera": Camera(3, 2, negative=True), "on_error": "skip"},
    held_out=0.25,
    layers=(8, 4),
    activation="tanh",
    last_activation="logistic",
    network={"biases": False, "dropout": 0.5, "dtype": "float32"},
    settings=Settings(epochs=7, class_weights={"a": 2.0}, seed=5),
)


def test_a_plan_survives_being_written_as_json():
    assert Plan.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL


def test_the_network_has_a_neuron_for_each_category_and_the_planned_layers():
    plan = Plan(source="four-pixel", held_out=0, layers=(5, 3), activation="tanh", network={"biases": False})
    network, data, held_out = plan.prepare()
    assert network.sizes == (4, 5, 3, 4)
    assert [str(chosen) for chosen in network.activations] == ["tanh", "tanh", "softmax"]
    assert not network.layers["n_biases"].any()
    assert network.categories == data.categories
    assert network.encoder == Camera(2, 2)
    assert held_out is None
    assert data.n_examples == 8


def test_numbers_get_an_identity_as_last_activation(tmp_path):
    np.savez(tmp_path / "numbers.npz", inputs=np.eye(3), targets=np.eye(3) / 2)
    network, _, _ = Plan(source=str(tmp_path / "numbers.npz"), held_out=0).prepare()
    assert str(network.activations[-1]) == "identity"


def test_the_seed_draws_weights_and_held_out_examples():
    first, second, other = (
        Plan(source="digits", settings=Settings(seed=seed)).prepare() for seed in (1, 1, 2)
    )
    assert np.array_equal(first[0].parameters, second[0].parameters)
    assert first[2].fingerprint() == second[2].fingerprint()
    assert not np.array_equal(first[0].parameters, other[0].parameters)
    assert first[2].fingerprint() != other[2].fingerprint()


def test_data_that_are_loaded_already_are_taken():
    data = four_pixel(n=40, noise=0.1)
    _, learned, held_out = Plan(source="four-pixel", held_out=0.25).prepare(data)
    assert (learned.n_examples, held_out.n_examples) == (30, 10)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"held_out": 1}, SettingError, "held_out: got 1, expected at least 0 and below 1"),
        ({"layers": (3, 0)}, SettingError, "layers: got 0, expected at least 1"),
        ({"network": {"bias": True}}, ChoiceError, "there is no setting 'bias'; did you mean 'biases'?"),
    ],
)
def test_what_no_plan_may_have_is_refused(changes, error, message):
    with pytest.raises(error) as caught:
        dataclasses.replace(FULL, **changes)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"held_out": "a fifth"}, "held_out is 'a fifth', expected int or float"),
        ({"layers": 8}, "layers is 8, expected list"),
        ({"layers": ["8"]}, "layers: got '8', expected a whole number"),
        ({"settings": {"epoch": 3}}, "settings: there is no 'epoch'; did you mean 'epochs'?"),
        ({"settings": {"epochs": 0}}, "epochs: got 0"),
        ({"options": {"camera": {"kind": "camera"}}}, "camera: got kind, expected the fields"),
        ({"colour": "blue"}, "expected the fields source"),
    ],
)
def test_a_damaged_plan_is_refused(changes, message):
    with pytest.raises(DataError) as caught:
        Plan.from_json({**FULL.to_json(), **changes})
    assert message in str(caught.value)


@pytest.mark.parametrize("values", [None, [], "plan", {}])
def test_what_is_no_plan_is_refused(values):
    with pytest.raises(DataError):
        Plan.from_json(values)
