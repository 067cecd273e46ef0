"""The error table: SPEC section 6, number by number, and every loss against its formula."""

import json

import numpy as np
import pytest

from glassnet import Network
from glassnet.errors import SettingError, ShapeError
from glassnet.explain.error import error
from glassnet.network import running
from random_networks import ENDINGS, make_case


def table_of(answers, truths, loss, activation="identity"):
    """The error table of a network whose weighted sums are `answers`."""
    network = Network([len(answers)] * 2, activation, biases=False, loss=loss)
    network.weights(1)[:] = np.eye(len(answers))
    return error(network.run(answers), truths)


@pytest.mark.parametrize(
    ("loss", "losses", "total", "slopes"),
    [
        ("absolute", [0.5, 0.75, 0.25, 1.75], 3.25, [1, 1, -1, -1]),
        ("squared", [0.25, 0.5625, 0.0625, 3.0625], 3.9375, [1, 1.5, -0.5, -3.5]),
        ("huber", [0.125, 0.28125, 0.03125, 1.25], 1.6875, [0.5, 0.75, -0.25, -1]),
        ("huber(threshold=0.5)", [0.125, 0.25, 0.03125, 0.75], 1.15625, [0.5, 0.5, -0.25, -0.5]),
    ],
)
def test_the_answer_of_the_slides(loss, losses, total, slopes):
    table = table_of([0.5, 0.75, -0.25, -0.75], [0, 0, 0, 1], loss)
    assert [output.loss for output in table.outputs] == losses
    assert table.total == total
    assert [output.slope for output in table.outputs] == slopes
    assert [output.sum_slope for output in table.outputs] == slopes  # identity


@pytest.mark.parametrize("loss", ["absolute", "squared", "huber"])
def test_the_right_answer_has_no_error_and_no_slope(loss):
    table = table_of([0.5, -1.0], [0.5, -1.0], loss)
    assert [(output.loss, output.slope) for output in table.outputs] == [(0, 0), (0, 0)]


def test_cross_entropy():
    truths = np.array([0.2, 0.8, 0.0])
    shares = np.exp([1.0, 2.0, 0.5]) / np.exp([1.0, 2.0, 0.5]).sum()
    table = table_of([1.0, 2.0, 0.5], truths, "cross_entropy", "softmax")
    assert [output.loss for output in table.outputs] == pytest.approx(-truths * np.log(shares))
    assert [output.slope for output in table.outputs] == pytest.approx(-truths / shares)
    assert [output.sum_slope for output in table.outputs] == pytest.approx(shares - truths)


def test_binary_cross_entropy():
    truths = np.array([0.0, 1.0, 0.3])
    outputs = 1 / (1 + np.exp([-1.0, -2.0, -0.5]))
    table = table_of([1.0, 2.0, 0.5], truths, "binary_cross_entropy", "logistic")
    losses = -truths * np.log(outputs) - (1 - truths) * np.log(1 - outputs)
    assert [output.loss for output in table.outputs] == pytest.approx(losses)
    slopes = (outputs - truths) / (outputs * (1 - outputs))
    assert [output.slope for output in table.outputs] == pytest.approx(slopes)
    assert [output.sum_slope for output in table.outputs] == pytest.approx(outputs - truths)


@pytest.mark.parametrize(
    ("loss", "activation", "sums", "truths", "slopes"),
    [
        ("cross_entropy", "softmax", [1000, 0], [1, 0], [-1, 0]),
        ("cross_entropy", "softmax", [1000, 0], [0, 1], [0, -np.inf]),
        ("binary_cross_entropy", "logistic", [1000, -1000], [1, 0], [-1, 1]),
        ("binary_cross_entropy", "logistic", [1000, -1000], [0, 1], [np.inf, -np.inf]),
    ],
)
def test_an_answer_that_is_all_or_nothing_still_has_a_slope(loss, activation, sums, truths, slopes):
    table = table_of(sums, truths, loss, activation)
    assert [output.slope for output in table.outputs] == slopes
    assert "nan" not in str(table)


@pytest.mark.parametrize(("last", "loss"), ENDINGS)
def test_total_and_sum_slopes_are_those_of_the_engine(last, loss):
    case = make_case([3, 4, 3], ["tanh", last], loss)
    trace = case.network.run(case.inputs)
    for example in range(trace.n_examples):
        one = slice(example, example + 1)
        total, _, room = running.backward(case.network, case.inputs[one], case.targets[one], np.ones(1))
        table = error(trace, case.targets, example)
        assert table.total == total
        assert [output.sum_slope for output in table.outputs] == room.grad_sums[-3:].tolist()


def test_the_table_of_the_slides_in_print():
    network = Network(
        [4, 4], "identity", loss="squared", categories=["solid", "vertical", "diagonal", "horizontal"]
    )
    network.weights(1)[:] = np.eye(4)
    assert str(error(network.run([0.5, 0.75, -0.25, -0.75]), [0, 0, 0, 1])).splitlines() == [
        "Example 0, squared loss",
        "            truth  answer   loss   slope",
        "solid       0.000   0.500  0.250   1.000",
        "vertical    0.000   0.750  0.563   1.500",
        "diagonal    0.000  -0.250  0.063  -0.500",
        "horizontal  1.000  -0.750  3.062  -3.500",
        "total                      3.938",
    ]


def test_the_largest_losses_are_shown_and_the_rest_summed():
    table = table_of(range(6), [0] * 6, "absolute")
    printed = table.printed(shown=2)
    assert [(line.name, line.loss) for line in printed.lines] == [
        ("4", "4.00"),
        ("5", "5.00"),
        ("4 more", "6.00"),
    ]
    assert printed.total == "15.00"
    assert len(table.printed(shown=5).lines) == 6


@pytest.mark.parametrize(
    ("answer", "loss", "total"), [(1e-12, "1.000e-24", "2.000e-24"), (1e9, "1.000e+18", "2.000e+18")]
)
def test_tiny_and_huge_losses_stay_readable(answer, loss, total):
    printed = table_of([answer, -answer], [0, 0], "squared").printed()
    assert [line.loss for line in printed.lines] == [loss, loss]
    assert printed.total == total


def test_losses_that_cancel_keep_the_digits_of_the_losses():
    printed = table_of([0, 1e-12], [-1, 1], "cross_entropy", "softmax").printed()
    assert [line.loss for line in printed.lines] == ["-0.6931", "0.6931"]
    assert printed.total == "0.0000"


def test_a_loss_too_large_for_a_number_is_shown_as_it_ran():
    table = table_of([1e200, 1e200], [0, 0], "squared")
    assert table.total == np.inf
    assert json.loads(json.dumps(table.to_json(), allow_nan=False))["total"] is None


@pytest.mark.parametrize(
    ("targets", "example", "kind", "message"),
    [
        ([[0, 0]], 1, SettingError, "example 1: the trace has examples 0 to 0"),
        ([[0, 0, 0]], 0, ShapeError, r"targets: got shape \(1, 3\), expected \(1, 2\)"),
        ([[0, 0], [0, 0]], 0, ShapeError, r"targets: got shape \(2, 2\), expected \(1, 2\)"),
        ([[0, np.nan]], 0, ShapeError, "targets: nan at row 0, column 1"),
    ],
)
def test_what_does_not_fit(targets, example, kind, message):
    trace = Network([3, 2]).run([1, 2, 3])
    with pytest.raises(kind, match=message):
        error(trace, targets, example)
