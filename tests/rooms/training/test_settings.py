"""Settings: what they may be, and what the message says when they are not."""

import json

import pytest

from glassnet import Settings
from glassnet.errors import ChoiceError, SettingError

NUMBERS = [0, -1, float("nan"), float("inf"), "0.1", True, 10**400]


@pytest.mark.parametrize("name", ["learning_rate", "clip"])
@pytest.mark.parametrize("value", NUMBERS)
def test_numbers_above_zero(name, value):
    with pytest.raises(SettingError, match=f"^{name}: got .*(expected above 0|a number|digits)"):
        Settings(**{name: value})


@pytest.mark.parametrize("name", ["l1", "l2"])
@pytest.mark.parametrize("value", NUMBERS[1:])
def test_numbers_from_zero(name, value):
    with pytest.raises(SettingError, match=f"^{name}: got .*(expected at least 0|a number|digits)"):
        Settings(**{name: value})


@pytest.mark.parametrize("name", ["epochs", "batch", "starts", "patience", "seed"])
@pytest.mark.parametrize("value", [-1, 2.0, "3", True])
def test_whole_numbers(name, value):
    with pytest.raises(SettingError, match=f"^{name}: got .*, expected (at least|from|a whole number)"):
        Settings(**{name: value})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epoch": 3}, "settings: there is no 'epoch'; did you mean 'epochs'"),
        ({"learningrate": 3}, "there is no 'learningrate'; did you mean 'learning_rate'"),
        ({"optimizer": "adma"}, "optimizer: there is no 'adma'; did you mean 'adam'"),
        ({"optimizer": "adam(bet1=0.5)"}, "there is no constant 'bet1'; did you mean 'beta1'"),
        ({"optimizer": "adam(beta1=1)"}, r"beta1: got 1, expected a number in \[0, 1\)"),
        ({"precision": "float32"}, "precision: got 'float32', expected 'bf16' or None"),
        ({"schedule": "cosinus"}, "there is no 'cosinus'; did you mean 'cosine'"),
    ],
)
def test_unknown_names_suggest_the_nearest(changes, message):
    with pytest.raises(ChoiceError, match=message):
        Settings.of(None, changes)


def test_shuffle_is_yes_or_no():
    with pytest.raises(SettingError, match="shuffle: got 1, expected True or False"):
        Settings(shuffle=1)


def test_the_same_choice_in_other_words_is_the_same_setting():
    assert Settings(optimizer="Adam( beta1 = .9 )", schedule=" cosine ") == Settings(
        optimizer="adam", schedule="cosine"
    )


def test_settings_go_through_json():
    settings = Settings(epochs=3, class_weights={"a": 2.0}, optimizer="adamw(weight_decay=0.1)")
    assert Settings(**json.loads(json.dumps(settings.to_json()))) == settings


def test_a_precision_goes_through_json_and_none_leaves_no_trace():
    chosen = Settings(precision="bf16")
    assert Settings(**json.loads(json.dumps(chosen.to_json()))) == chosen
    assert "precision" not in Settings().to_json()


def test_changes_leave_the_rest():
    assert Settings.of(Settings(epochs=3, seed=1), {"seed": 2}) == Settings(epochs=3, seed=2)


@pytest.mark.parametrize(("name", "rate"), [("sgd", 0.1), ("adam", 0.002), ("adamw", 0.002)])
def test_the_rate_is_the_optimizers_own_unless_it_is_set(name, rate):
    assert Settings(optimizer=name).rate == rate
    assert Settings(optimizer=name, learning_rate=0.5).rate == 0.5
