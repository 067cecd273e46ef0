"""The decision map against asking the network point by point."""

import json

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.data import Columns, NumberColumn, TextColumn
from glassnet.errors import DataError, SettingError, ShapeError
from glassnet.explain.decision_map import decision_map


def network(dtype: str = "float64") -> Network:
    return Network([4, 5, 3], "tanh", categories=["a", "b", "c"], seed=2, dtype=dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_point_is_what_the_network_answers_there(dtype):
    asked = network(dtype)
    held = [0.1, -0.2, 0.3, -0.4]
    found = decision_map(asked, first=2, second=0, held=held, low=-2, high=3, n_points=7)
    assert found.values == pytest.approx(-2 + 5 * (np.arange(7) + 0.5) / 7)
    for i, first in enumerate(found.values):
        for j, second in enumerate(found.values):
            one = asked.classify([[second, held[1], first, held[3]]])[0]
            assert one.index == found.answers[i, j]
            assert one.margin == pytest.approx(found.margins[i, j], rel=1e-6)
    assert found.held.tolist() == held


def test_the_others_are_held_at_0_without_a_word():
    found = decision_map(network(), n_points=3)
    assert found.held.tolist() == [0, 0, 0, 0]
    assert (found.low, found.high) == (-1, 1)
    assert found.what == ("input 0", "input 1")
    assert found.examples.shape == (0, 2)


def test_shares_add_up_with_the_ties():
    found = decision_map(network(), n_points=8)  # without the middle, where all outputs are 0
    assert sum(found.shares.values()) == pytest.approx(1)
    tied = decision_map(Network.drawn_four_pixel(), n_points=5)
    assert (tied.answers == -1).all()
    assert set(tied.shares.values()) == {0}
    assert "tie         100.0%" in str(tied)


def test_examples_have_their_place_their_category_and_their_answer():
    patterns = data.four_pixel()
    asked = Network.drawn_four_pixel()
    asked.weights(4)[:] = asked.weights(4)[:, [1, 0, 2, 3]]  # solid and vertical are mixed up
    found = decision_map(asked, patterns, first=1, second=3, n_points=4)
    assert (found.examples == patterns.inputs[:, [1, 3]]).all()
    assert found.targets.tolist() == patterns.labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert found.example_answers.tolist() == [1, 1, 0, 0, 2, 2, 3, 3]


def test_a_table_has_names():
    columns = Columns((NumberColumn("size", 0, 1), NumberColumn("age", 0, 1)), TextColumn("kind", ("x", "y")))
    asked = Network([2, 2], categories=["x", "y"], encoder=columns)
    assert decision_map(asked, first=1, second=0, n_points=2).what == ("age", "size")


def test_it_is_json():
    found = decision_map(network(), n_points=3)
    again = json.loads(json.dumps(found.to_json()))
    assert again["answers"] == found.answers.tolist()
    assert again["categories"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"first": 4}, "input of the map: got 4, expected from 0 to 3"),
        ({"second": 0}, "got input 0 twice"),
        ({"n_points": 1}, "n_points"),
        ({"low": 1}, "high: got 1, expected above 1"),
        ({"low": float("nan")}, "low"),
        ({"held": [1, 2]}, r"held: got shape \(2,\)"),
    ],
)
def test_what_cannot_be_asked(settings, message):
    with pytest.raises((SettingError, ShapeError), match=message):
        decision_map(network(), **settings)


def test_a_single_output_has_no_categories():
    with pytest.raises(SettingError, match="a single output"):
        decision_map(Network([2, 1]))


def test_data_that_do_not_fit():
    with pytest.raises(DataError, match="64 inputs and 10 outputs, the network 4-5-3 has 4 and 3"):
        decision_map(network(), data.digits())
    numbers = data.Dataset.from_arrays(np.zeros((2, 4)), np.zeros((2, 3)))
    with pytest.raises(DataError, match="no categories"):
        decision_map(network(), numbers)


def test_a_network_that_is_not_finite():
    asked = network()
    asked.weights(2)[0, 0] = np.nan
    with pytest.raises(ShapeError, match="decision map: outputs"):
        decision_map(asked)
