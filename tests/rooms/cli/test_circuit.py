import json

import pytest

from command_line import refusal, run_well
from glassnet import explain, pictures

EXPRESSION = "2*(x*y + max(z, w))"
VALUES = ["x=3", "y=-4", "z=2", "w=-1"]
CIRCUIT = explain.circuit(EXPRESSION, x=3, y=-4, z=2, w=-1)


@pytest.mark.parametrize("command", [["circuit"], ["explain", "--circuit"]])
def test_an_expression_is_taken_apart(command):
    text = run_well(*command, EXPRESSION, *VALUES)
    assert text == f"{CIRCUIT}\n"
    assert text.startswith("2*(x*y + max(z, w)) = -20\n")


@pytest.mark.parametrize("command", [["circuit"], ["explain", "--circuit"]])
def test_json_holds_every_wire(command):
    values = json.loads(run_well(*command, EXPRESSION, *VALUES, "--json"))
    assert values["gradient"] == {"x": -8, "y": 6, "z": 2, "w": 0}
    assert [gate["forward"] for gate in values["gates"]] == [gate.forward for gate in CIRCUIT.gates]


def test_the_picture_is_that_of_pictures(tmp_path):
    file = tmp_path / "circuit.svg"
    run_well("circuit", EXPRESSION, *VALUES, "--picture", file)
    assert file.read_text(encoding="utf-8") == str(pictures.circuit(CIRCUIT))


def test_an_expression_may_begin_with_a_minus():
    assert run_well("explain", "--circuit", "-x", "x=2").startswith("-x = -2\n")
    assert run_well("circuit", "--", "-x", "x=2").startswith("-x = -2\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x/y", "x=1", "y=0"], "division by zero"),
        (["x + frob(1)", "x=1"], "frob"),
        (["x + y", "x=1"], "no value for y"),
        (["x", "x=1", "z=2"], "a value for 'z', which does not occur"),
        (["x", "x=inf"], "value of x"),
        (["(" * 1000 + "x" + ")" * 1000, "x=1"], "expected at most 1,000"),
        (["(" * 400 + "x" + ")" * 400, "x=1"], "column"),
        (["__import__('os')"], "column"),
    ],
)
def test_what_is_no_circuit_is_refused(arguments, message):
    assert message in refusal("circuit", *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["circuit", "x", "x"], "got 'x', expected NAME=VALUE such as x=3"),
        (["circuit", "x", "x=one"], "got 'x=one', expected NAME=VALUE"),
        (["circuit", "x", "=1"], "got '=1', expected NAME=VALUE"),
        (["circuit", "x", "x=1", "--picture", "x.png"], "expected a name that ends with .svg"),
        (["explain", "--circuit", "x", "x=1", "--error"], "--circuit goes only with NAME=VALUE..."),
    ],
)
def test_wrong_usage(arguments, message):
    assert message in refusal(*arguments, code=2)
