"""Categories, margins and ties; and a network measured on a data set."""

import numpy as np
import pytest

from glassnet import Network
from glassnet.data import Dataset, four_pixel
from glassnet.errors import DataError, ShapeError

CATEGORIES = ("a", "b", "c")


def mirror(dtype="float64", **options):
    """A network that answers its inputs."""
    network = Network([3, 3], "identity", categories=CATEGORIES, loss="squared", dtype=dtype, **options)
    network.weights(1)[:] = np.eye(3)
    return network


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("outputs", "category", "ties"),
    [
        ([1, 3, 2], "b", ()),
        ([-1, -3, -2], "a", ()),
        ([1, 1, 0], None, ("a", "b")),
        ([0, 0, 0], None, CATEGORIES),
        ([-2, -1, -1], None, ("b", "c")),
        ([5, 5 * (1 + 2e-7), 0], "b", ()),
        ([1e-300, 0, 0], "a", ()),
    ],
)
def test_the_highest_output_is_the_category(outputs, category, ties, dtype):
    outputs = np.array(outputs, dtype=dtype)
    if dtype == "float32" and outputs[0] in (0, 5):  # differences that float32 does not have
        category, ties = None, CATEGORIES if outputs[0] == 0 else ("a", "b")
    answer = mirror(dtype).classify(outputs)[0]
    assert (answer.category, answer.ties) == (category, ties)
    assert answer.index == (CATEGORIES.index(category) if category else -1)
    assert answer.margin == pytest.approx(float(np.sort(outputs)[2] - np.sort(outputs)[1]))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_tie_is_what_rounding_alone_can_make(dtype):
    unit = np.finfo(dtype).eps
    assert mirror(dtype).classify([1, 1 + 4 * unit, 0])[0].ties == ("a", "b")
    assert mirror(dtype).classify([1, 1 + 16 * unit, 0])[0].category == "b"


def test_without_categories_outputs_are_named_by_number():
    assert Network([3, 2], "identity", seed=1).classify([[1, 2, 3]])[0].category in ("0", "1")


def test_outputs_that_are_not_numbers_have_no_category():
    network = mirror()
    network.weights(1)[0, 0] = np.nan
    with pytest.raises(ShapeError, match=r"outputs of example 0: \[nan, 0.0, 0.0\], expected finite numbers"):
        network.classify([[1, 0, 0], [0, 1, 0]])


def test_a_confusion_table_counts_answers_by_truth_and_ties_apart():
    inputs = [[9, 0, 0], [9, 0, 0], [0, 9, 0], [0, 9, 0], [9, 0, 0], [1, 1, 0]]
    found = mirror().evaluate(Dataset.from_arrays(inputs, list("abbccc")))
    assert found.confusion.tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 1]]
    assert (found.n_right, found.accuracy) == (2, 2 / 6)
    assert str(found).startswith("2 of 6 right (33.33%), loss ")


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_loss_weighs_examples_and_does_not_depend_on_blocks(reduction, monkeypatch):
    network = Network([3, 3], "identity", loss=f"squared(reduction={reduction})")
    network.weights(1)[:] = np.eye(3)
    data = Dataset.from_arrays(np.diag([1.0, 2.0, 3.0]), np.zeros((3, 3)), weights=[1, 1, 4])
    expected = (0.5 * 1 + 0.5 * 4 + 2 * 9) / (3 if reduction == "mean" else 1)
    assert network.evaluate(data).loss == pytest.approx(expected)
    monkeypatch.setattr("glassnet.network.workspace._BLOCK", 3)
    assert network.evaluate(data).loss == pytest.approx(expected)


def test_regression_has_a_loss_only():
    found = Network([3, 1]).evaluate(Dataset.from_arrays(np.eye(3), [1.0, 2.0, 3.0]))
    assert (found.n_right, found.accuracy, found.confusion) == (None, None, None)
    assert str(found) == f"loss {found.loss:.6g} over 3 examples"


def test_a_network_and_its_trained_weights_agree_on_the_four_pixel_camera():
    found = Network.drawn_four_pixel().evaluate(four_pixel())
    assert found.confusion[:, :4].tolist() == (2 * np.eye(4)).tolist()


@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        (np.eye(4), list("abca"), "the data have 4 inputs, the network 3-3 has 3"),
        (np.eye(3), list("abb"), "the data have 2 outputs, the network 3-3 has 3"),
        (np.eye(3), list("abd"), "the data's categories are a, b, d; the network's are a, b, c"),
    ],
)
def test_data_that_do_not_fit(inputs, targets, message):
    with pytest.raises(DataError, match=message):
        mirror().evaluate(Dataset.from_arrays(inputs, targets))
