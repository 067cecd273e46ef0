"""Choosing by name: what is written reads back, and what is no choice is refused with the nearest name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.errors import ChoiceError
from glassnet.functions import (
    ACTIVATIONS,
    INITIAL_WEIGHTS,
    LOSSES,
    OPTIMIZERS,
    Constant,
    Entry,
    activation,
    choose,
    fitting_loss,
    initial_weights,
    loss,
    optimizer,
)
from glassnet.training import SCHEDULES

TABLES = {
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "initial weights": INITIAL_WEIGHTS,
    "schedule": SCHEDULES,
}
ROWS = [(what, row) for what, table in TABLES.items() for row in table.values()]
NUMBERS = Entry(name="n", formula="", source="", constants={"low": Constant(1.0), "high": Constant(2.0)})


def values(constant):
    if constant.words:
        return st.sampled_from(constant.words)
    return st.floats(
        None if constant.low == -float("inf") else constant.low,
        None if constant.high == float("inf") else constant.high,
        exclude_min=constant.open_low,
        exclude_max=constant.open_high,
        allow_nan=False,
        allow_infinity=False,
    )


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.data())
def test_every_choice_reads_back_from_its_text(data):
    what, row = data.draw(st.sampled_from(ROWS))
    constants = data.draw(st.fixed_dictionaries({name: values(c) for name, c in row.constants.items()}))
    text = f"{row.name}({', '.join(f'{name}={value}' for name, value in constants.items())})"
    chosen = choose(TABLES[what], text, what)
    assert (chosen.row, chosen.constants) == (row, constants)
    again = choose(TABLES[what], str(chosen), what)
    assert (again, hash(again), str(again)) == (chosen, hash(chosen), str(chosen))


@pytest.mark.parametrize(("what", "row"), ROWS)
def test_a_name_alone_has_the_defaults_and_is_all_that_is_written(what, row):
    chosen = choose(TABLES[what], row.name, what)
    assert chosen.constants == {name: constant.default for name, constant in row.constants.items()}
    assert str(chosen) == row.name
    assert choose(TABLES[what], chosen, what) == chosen


@pytest.mark.parametrize(
    "text", ["leaky_relu(slope=0.2)", " Leaky-ReLU ( slope = 2e-1 ) ", "LEAKY_RELU(slope=.2,)"]
)
def test_case_blanks_and_hyphens_do_not_matter(text):
    assert str(activation(text)) == "leaky_relu(slope=0.2)"


@pytest.mark.parametrize("choose_one", [activation, lambda text: loss(text, activation("tanh")), optimizer])
@pytest.mark.parametrize("text", ["", "()", "tanh(", "tanh)(", "a b", None, 3, ["tanh"]])
def test_texts_that_are_no_choice(choose_one, text):
    with pytest.raises(ChoiceError, match=r"expected a name such as '(identity|absolute|sgd)'"):
        choose_one(text)


@pytest.mark.parametrize(
    ("choose_one", "text", "message"),
    [
        (activation, "tahn", "activation: there is no 'tahn'; did you mean 'tanh'. known are identity, tanh"),
        (activation, "sigmoid", "there is no 'sigmoid'"),
        (activation, "zzz", "there is no 'zzz'; known are identity"),
        (
            activation,
            "leaky_relu(slop=1)",
            "activation leaky_relu: there is no constant 'slop'; did you mean 'slope'",
        ),
        (activation, "tanh(slope=1)", "activation tanh: there is no constant 'slope'; known are none"),
        (activation, "leaky_relu(0.3)", r"written as leaky_relu\(slope=value\)"),
        (activation, "leaky_relu(slope=1.5)", r"leaky_relu, slope: got 1.5, expected a number in \[0, 1\]"),
        (activation, "leaky_relu(slope=nan)", r"slope: got nan, expected a number in \[0, 1\]"),
        (activation, "elu(scale=0)", r"elu, scale: got 0, expected a number in \(0, inf\)"),
        (activation, "elu(scale=big)", "elu, scale: got 'big', expected a number"),
        (optimizer, "adm", "optimizer: there is no 'adm'; did you mean 'adam'"),
        (optimizer, "adam(beta1=1)", r"adam, beta1: got 1, expected a number in \[0, 1\)"),
        (optimizer, "adam(epsilon=0)", r"adam, epsilon: got 0, expected a number in \(0, inf\)"),
        (initial_weights, "he-norml", "initial weights: there is no 'he-norml'; did you mean 'he_normal'"),
        (initial_weights, "uniform(low=3, high=2)", "low is 3, expected at most high, 2"),
        (
            initial_weights,
            "uniform(low=-1e308)",
            r"low: got -1e308, expected a number in \[-1e\+06, 1e\+06\]",
        ),
    ],
)
def test_the_message_says_what_came_and_what_there_is(choose_one, text, message):
    with pytest.raises(ChoiceError, match=message):
        choose_one(text)


@pytest.mark.parametrize(
    ("text", "last", "message"),
    [
        ("squard", "tanh", "loss: there is no 'squard'; did you mean 'squared'"),
        ("squared(reduction=average)", "tanh", "reduction: got 'average', expected mean or sum"),
        (
            "cross_entropy",
            "tanh",
            "last layer's activation is tanh, expected softmax; .* take the loss 'squared'",
        ),
        (
            "binary_cross_entropy",
            "softmax",
            "is softmax, expected logistic; .* take the loss 'cross_entropy'",
        ),
        ("huber(threshold=-1)", "tanh", r"threshold: got -1, expected a number in \(0, inf\)"),
    ],
)
def test_losses_that_do_not_fit(text, last, message):
    with pytest.raises(ChoiceError, match=message):
        loss(text, activation(last))


@pytest.mark.parametrize("last", ACTIVATIONS)
def test_every_last_activation_has_a_fitting_loss(last):
    assert loss(fitting_loss(activation(last)), activation(last)).name in LOSSES


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-300, 12345678.9, -0.0])
def test_a_number_is_written_so_that_it_reads_back_exactly(value):
    chosen = choose({"n": NUMBERS}, f"n(low={value!r})", "number")
    assert choose({"n": NUMBERS}, str(chosen), "number").constants["low"] == value


@pytest.mark.parametrize(("what", "row"), ROWS)
def test_every_row_has_a_formula_and_a_source(what, row):
    assert row.formula
    assert any(character.isdigit() for character in row.source)
    assert TABLES[what][row.name] is row
