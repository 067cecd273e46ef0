"""Expressions as circuits: the CS231n examples of SPEC section 10, the rules of the gates, refusals."""

import json
import warnings

import numpy as np
import pytest

from glassnet import Network
from glassnet.errors import ChoiceError, CircuitError, GlassnetError, SettingError
from glassnet.explain.circuit import circuit

NEURON = "1/(1 + exp(-(w0*x0 + w1*x1 + w2)))"
NEURON_AT = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}
NEURON_GRADIENT = {
    "w0": -0.1966119,
    "x0": 0.3932239,
    "w1": -0.3932239,
    "x1": -0.5898358,
    "w2": 0.1966119,
}


def backward_of(drawn, text):
    (gate,) = [gate for gate in drawn.gates if gate.text == text]
    return gate.backward


# The numbers of SPEC section 10


def test_sum_times_a_number():
    drawn = circuit("(x + y)*z", x=-2, y=5, z=-4)
    assert drawn.value == -12
    assert drawn.gradient == {"x": -4, "y": -4, "z": 3}
    assert backward_of(drawn, "x + y") == -4


@pytest.mark.parametrize(
    "expression", [NEURON, "logistic(w0*x0 + w1*x1 + w2)", "sigmoid(w0*x0 + w1*x1 + w2)"]
)
def test_logistic_neuron(expression):
    drawn = circuit(expression, **NEURON_AT)
    assert drawn.value == pytest.approx(0.7310586, abs=5e-8)
    assert drawn.gradient == pytest.approx(NEURON_GRADIENT, abs=5e-8)


def test_logistic_neuron_gate_by_gate():
    drawn = circuit(NEURON, **NEURON_AT)
    forward = {gate.text: gate.forward for gate in drawn.gates}
    assert forward["w0*x0 + w1*x1 + w2"] == 1
    assert forward["1 + exp(-(w0*x0 + w1*x1 + w2))"] == pytest.approx(1 + np.exp(-1))
    assert backward_of(drawn, "1 + exp(-(w0*x0 + w1*x1 + w2))") == pytest.approx(-((1 + np.exp(-1)) ** -2))
    assert backward_of(drawn, "-(w0*x0 + w1*x1 + w2)") == pytest.approx(-0.1966119, abs=5e-8)


def test_a_staged_computation():
    drawn = circuit("(x + logistic(y))/(logistic(x) + (x + y)**2)", x=3, y=-4)
    assert drawn.value == pytest.approx(1.5456448841, abs=5e-11)
    assert drawn.gradient == pytest.approx({"x": 2.0595697956, "y": 1.5922327515}, abs=5e-11)


def test_products_sums_and_max():
    drawn = circuit("2*(x*y + max(z, w))", x=3, y=-4, z=2, w=-1)
    assert drawn.value == -20
    assert drawn.gradient == {"x": -8, "y": 6, "z": 2, "w": 0}
    assert backward_of(drawn, "2") == -10


# How gates behave


def test_gates_stand_in_forward_order_and_steps_run_backward():
    drawn = circuit("(x + y)*z", x=-2, y=5, z=-4)
    assert [gate.text for gate in drawn.gates] == ["x", "y", "x + y", "z", "(x + y)*z"]
    assert [gate.kind for gate in drawn.gates] == ["input", "input", "operation", "input", "operation"]
    assert [gate.id for gate in drawn.gates] == [0, 1, 2, 3, 4]
    assert [(step.gate, step.towards, step.part) for step in drawn.steps] == [
        (4, 2, -4),
        (4, 3, 3),
        (2, 0, -4),
        (2, 1, -4),
    ]
    assert all(step.part == step.backward * step.slope for step in drawn.steps)


def test_a_name_used_twice_is_one_wire_whose_parts_add_up():
    drawn = circuit("x*y + 3*x", x=2, y=5)
    assert [gate.symbol for gate in drawn.gates] == ["x", "y", "*", "3", "*", "+"]
    assert sorted(drawn.parts(0)) == [3, 5]
    assert drawn.gradient == {"x": 8, "y": 2}
    assert drawn.gates[0].rule == "an input that forks; forks add up"
    assert drawn.gates[1].rule == "an input"


def test_a_wire_that_goes_twice_into_one_gate():
    assert circuit("x*x", x=3).gradient == {"x": 6}
    assert circuit("max(x, x)", x=3).parts(0) == (1, 0)
    assert circuit("x - x", x=3).gradient == {"x": 0}


def test_equal_operations_written_twice_stay_two_gates():
    drawn = circuit("tanh(x)*tanh(x)", x=0.5)
    assert [gate.symbol for gate in drawn.gates] == ["x", "tanh", "tanh", "*"]


def test_a_sign_in_front_of_a_number_belongs_to_it():
    assert [gate.symbol for gate in circuit("-3*x", x=2).gates] == ["-3", "x", "*"]
    assert [gate.symbol for gate in circuit("+x", x=2).gates] == ["x"]
    assert circuit("-2**2").value == -4
    assert circuit("(-2)**2").value == 4
    assert circuit("-x**2", x=3).gradient == {"x": -6}


def test_a_result_without_names_has_an_empty_gradient():
    drawn = circuit("2 + 3*4")
    assert (drawn.value, drawn.gradient) == (14, {})


@pytest.mark.parametrize(
    ("expression", "x", "value", "slope"),
    [
        ("max(x, 1)", 1, 1, 1),  # a tie goes to the first
        ("max(1, x)", 1, 1, 0),
        ("min(x, 1)", 1, 1, 1),
        ("min(2, x, 0)", 1, 0, 0),
        ("abs(x)", 0, 0, 0),
        ("abs(x)", -3, 3, -1),
        ("relu(x)", 0, 0, 0),
        ("relu(x)", 2, 2, 1),
        ("x**0", 0, 1, 0),
        ("x**1", 0, 0, 1),
        ("x**-1", -2, -0.5, -0.25),
        ("x**3", -2, -8, 12),
        ("x**0.5", 4, 2, 0.25),
        ("2**x", 3, 8, 8 * np.log(2)),
        ("sqrt(x)", 4, 2, 0.25),
        ("log(x)", 4, np.log(4), 0.25),
        ("sin(x)", 1, np.sin(1), np.cos(1)),
        ("cos(x)", 1, np.cos(1), -np.sin(1)),
        ("1/x", 1e-150, 1e150, -1e300),  # its square is no float any more
        ("logistic(x)", -800, 0, 0),
        ("logistic(x)", 800, 1, 0),
    ],
)
def test_value_and_slope(expression, x, value, slope):
    drawn = circuit(expression, x=x)
    assert drawn.value == pytest.approx(value, rel=1e-14)
    assert drawn.gradient["x"] == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize("name", ["tanh", "logistic", "relu"])
@pytest.mark.parametrize("z", [-2.5, -0.3, 0.0, 0.7, 3.0])
def test_gates_are_the_squashes_of_the_networks(name, z):
    network = Network([1, 1], name, biases=False, loss="squared")
    network.parameters[:] = z
    output = network.predict([[1.0]])[0, 0]
    _, gradient = network.gradient([[1.0]], [[output - 0.5]])  # 2 * 0.5 * slope * 1
    drawn = circuit(f"{name}(w*1)", w=z)
    assert drawn.value == pytest.approx(output, rel=1e-15)
    assert drawn.gradient["w"] == pytest.approx(gradient[0], rel=1e-14)


# What a person sees


def test_the_table():
    drawn = circuit("x*y - max(x, 2)**2 + -0.5", x=3, y=-4)
    assert str(drawn) == (
        "x*y - max(x, 2)**2 + -0.5 = -21.5\n"
        "\n"
        "gate               forward  backward\n"
        "   0  x                  3       -10  an input that forks; forks add up: -6 - 4\n"
        "   1  y                 -4         3  an input\n"
        "   2  x * y            -12         1  a product swaps its inputs:"
        " each gets the gradient times the other\n"
        "   3  2                  2         0  a number\n"
        "   4  max(x, 2)          3        -6  max routes the gradient to the larger input,"
        " in a tie to the first; the others get 0\n"
        "   5  #4**2              9        -1  a power a**n hands on the gradient times n a**(n-1)\n"
        "   6  #2 - #5          -21         1  a difference hands it on unchanged to the first input,"
        " with its sign turned to the second\n"
        "   7  -0.5            -0.5         1  a number\n"
        "   8  #6 + (-0.5)    -21.5         1  a sum hands the gradient on unchanged to each input"
    )


def test_json():
    drawn = circuit("x*y", x=3, y=-4)
    read = json.loads(json.dumps(drawn.to_json(), allow_nan=False))
    assert (read["expression"], read["value"], read["gradient"]) == ("x*y", -12, {"x": -4, "y": 3})
    assert read["gates"][2]["inputs"] == [0, 1]
    assert read["gates"][2]["slopes"] == [-4, 3]
    assert read["steps"][0] == {"gate": 2, "towards": 0, "backward": 1, "slope": -4, "part": -4}


def test_a_part_that_does_not_exist():
    with pytest.raises(SettingError, match="gate 7: the circuit has gates 0 to 0"):
        circuit("x", x=1).parts(7)


def test_blanks_and_line_breaks_do_not_matter():
    assert circuit("\n  x +\n\ty ", x=1, y=2).value == 3


def test_any_name_may_be_an_input():
    assert circuit("expression*self + _1", expression=2, self=3, _1=1).value == 7


# What is refused


HOSTILE = [
    "__import__('os').system('touch hacked')",
    "__import__(os)",
    "exec(x)",
    "open(x)",
    "x.real",
    "x.__class__",
    "(1).__class__",
    "x[0]",
    "[x for x in y]",
    "max(x for x in y)",
    "max(*x)",
    "max(**x)",
    "max(x, key=y)",
    "(x := 3)",
    "x = 3",
    "lambda: x",
    "lambda",
    "f'{x}'",
    "'x'*3",
    "b'x'",
    "{x: y}",
    "x if y else z",
    "1if x else y",
    "x and y",
    "not x",
    "x < y",
    "x is y",
    "x in y",
    "~x",
    "x @ y",
    "x // y",
    "x % y",
    "x ^ y",
    "x; y",
    "x, y",
    "()",
    "(x,)",
    "await x",
    "yield x",
    "True + x",
    "None",
    "...",
    "2j",
    "0x1f",
    "1_000",
    "1..real",
    "1.2.3",
    "x # y",
    "x\0",
    "x\\\n",
    "\ufeffx",
    "ｘ + y",
    "é",
    "x)+(y",
    "2x",
    "2(x)",
    "(x)(y)",
    "x y",
    "x +",
    "",
    "   ",
    "\f",
]


@pytest.mark.parametrize("expression", HOSTILE)
def test_anything_else_is_refused_without_a_trace(expression, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GlassnetError) as caught:
        circuit(expression, x=1, y=2, z=3)
    assert isinstance(caught.value, ValueError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 1000,
        "(" * 400 + "x" + ")" * 400,
        "abs(" * 150 + "x" + ")" * 150,
        "-" * 999 + "x",
        "+" * 999 + "x",
        "x+" * 400 + "x",
        "x**" * 300 + "x",
        "x" * 1001,
        "x" * 10_000_000,
        "lambda " * 140,
        "max(x," * 99 + "x x" + ")" * 99,
        "not " * 240 + "x",
        "-(" * 499,
    ],
    ids=lambda text: text[:12],
)
def test_too_long_or_too_deep(expression):
    with pytest.raises(CircuitError):
        circuit(expression, x=1)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_where_the_parser_gives_up(error, monkeypatch):
    def give_up(*_, **__):
        raise error

    monkeypatch.setattr("ast.parse", give_up)
    with pytest.raises(CircuitError, match="nested too deeply"):
        circuit("x", x=1)


def test_as_deep_as_allowed():
    assert circuit("(" * 100 + "x" + ")" * 100, x=1).gradient == {"x": 1}
    assert circuit("+".join("x" * 100), x=1).gradient == {"x": 100}


def test_reading_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for expression in ("1if x else y", "1in x", "0or x", "2(x)"):
            with pytest.raises(CircuitError):
                circuit(expression, x=1, y=1)


@pytest.mark.parametrize("expression", [None, 3, b"x", ["x"]])
def test_only_a_text_is_an_expression(expression):
    with pytest.raises(CircuitError, match="expected a text"):
        circuit(expression)


@pytest.mark.parametrize(
    ("expression", "values", "message"),
    [
        ("1 + x/(y - y)", {"x": 1, "y": 2}, r"column 5, x/\(y - y\): division by zero"),
        ("x**-2", {"x": 0}, r"column 1, x\*\*-2: division by zero: 0 to the power -2"),
        ("x**0.5", {"x": 0}, "slope there is infinite"),
        ("x**0.5", {"x": -1}, "-1 to the power 0.5, expected a number above 0 or a whole power"),
        ("x**y", {"x": -2, "y": 2}, "a power of -2 with an exponent that can change"),
        ("x**y", {"x": 0, "y": 2}, "expected a number above 0"),
        ("2*log(x)", {"x": -1}, r"column 3, log\(x\): log of -1, expected a number above 0"),
        ("log(x)", {"x": 0}, "log of 0"),
        ("sqrt(x)", {"x": -4}, "sqrt of -4"),
        ("sqrt(x)", {"x": 0}, "slope there is infinite"),
        ("exp(x)", {"x": 1000}, r"exp\(x\): the value is too large"),
        ("x**999", {"x": 1e9}, "the value is too large"),
        ("9**9**9", {}, r"column 1, 9\*\*9\*\*9: the value is too large"),
        ("x*x", {"x": 1e200}, "the value is too large"),
        ("1/x", {"x": 1e-200}, "the slope is too large"),
        ("x**0.001", {"x": 5e-324}, "the slope is too large"),
        ("1e200*(1e200*x)", {"x": 0}, r"1e200\*x: the gradient is too large"),
        ("1e999", {}, "column 1: the number 1e999 is too large"),
        ("x**1e999", {"x": 1}, "column 4: the number 1e999 is too large"),
        ("x + 9" + "9" * 900, {"x": 1}, "column 5: the number 9999.* is too large"),
        ("x ^ 2", {"x": 1}, r"column 3: '\^' cannot be used; a power is written with \*\*"),
        ("x // 2", {"x": 1}, "column 3: '/' cannot be used; a quotient is written with one /"),
        ("x = 2", {}, "column 3: .* give values behind the expression"),
        ("x + 2y", {}, r"column 5: '2y' is no number; .* a product as 2\*x"),
        ("x.real", {}, "column 2: '.real' is no number"),
        ("(x + y", {}, "column 1: cannot be read"),
        ("   x + y)", {}, "column 9: cannot be read"),
        ("max(x)", {"x": 1}, "column 1: max got 1 inputs, expected two inputs or more"),
        ("2 + abs(x, y)", {"x": 1, "y": 1}, "column 5: abs got 2 inputs, expected one input"),
        ("  x and y", {}, "column 3: 'x and y' cannot be used; expected numbers, names"),
        ("max", {"max": 3}, r"max is a function; expected brackets behind it, as in max\(x\)"),
        ("(" * 101 + "x" + ")" * 101, {}, "column 101: brackets more than 100 deep"),
        ("-" * 101 + "x", {}, "column 101: more than 100 operations inside one another"),
        ("x" * 1001, {}, "1,001 characters, expected at most 1,000"),
    ],
)
def test_messages_name_the_place_and_the_reason(expression, values, message):
    with pytest.raises(CircuitError, match=message):
        circuit(expression, **values)


def test_an_unknown_function_gets_the_nearest_one():
    with pytest.raises(
        ChoiceError, match=r"column 3: there is no function 'tahn'; did you mean 'tanh'\? known are max"
    ):
        circuit("2*tahn(x)", x=1)


def test_a_value_for_a_name_that_does_not_occur():
    with pytest.raises(
        ChoiceError, match=r"'alfa', which does not occur; did you mean 'alpha'\? .* alpha, x"
    ):
        circuit("alpha*x", alfa=1, x=2)


def test_a_name_without_a_value():
    with pytest.raises(SettingError, match="no value for y, z; give one, as in y=1"):
        circuit("x*y*z", x=1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "3", None, True, 1j, [1.0], 10**400])
def test_a_value_that_is_no_finite_number(value):
    with pytest.raises(SettingError, match="circuit: value of x"):
        circuit("x", x=value)


def test_numbers_of_numpy_are_numbers():
    assert circuit("x*y", x=np.float32(0.5), y=np.int64(3)).value == 1.5
