"""Circuits of random expressions against two judges that share no code with them.

The value is that of Python's own evaluation; the gradient is that of the complex step [1]_, which is exact
to rounding, and of central differences.

References
----------
.. [1] Squire, Trapp, "Using complex variables to estimate derivatives of real functions" (1998).
"""

import cmath
import json
import string

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from glassnet.errors import GlassnetError
from glassnet.explain.circuit import Circuit, circuit

NAMES = ("x", "y", "z")
TINY = 1e-200  # so small that its square is 0: the complex step has no rounding of its own


def real(z):
    return complex(z).real


# What each function is for a complex number whose imaginary part is an infinitely small change.
JUDGES = {
    "max": lambda *z: max(z, key=real),
    "min": lambda *z: min(z, key=real),
    "abs": lambda z: z * ((real(z) > 0) - (real(z) < 0)),
    "relu": lambda z: z if real(z) > 0 else 0,
    "logistic": lambda z: 1 / (1 + cmath.exp(-z)),
    **{name: getattr(cmath, name) for name in ("exp", "log", "sqrt", "tanh", "sin", "cos")},
}


def judged(expression, values):
    return eval(expression, {"__builtins__": {}}, {**JUDGES, **values})


def joined(operands):
    """Expressions one level deeper; those with a domain get only what lies in it."""
    pair = st.tuples(operands, operands)
    return st.one_of(
        pair.flatmap(lambda ab: st.sampled_from([f"({ab[0]}){sign}({ab[1]})" for sign in "+-*"])),
        pair.map(lambda ab: f"({ab[0]})/(2 + tanh({ab[1]}))"),
        pair.map(lambda ab: f"(abs({ab[0]}) + 0.5)**tanh({ab[1]})"),
        pair.flatmap(lambda ab: st.sampled_from([f"{name}({ab[0]}, {ab[1]})" for name in ("max", "min")])),
        operands.flatmap(
            lambda a: st.sampled_from(
                [
                    *(f"{name}({a})" for name in ("abs", "relu", "logistic", "tanh", "sin", "cos")),
                    *(f"{name}(abs({a}) + 0.5)" for name in ("log", "sqrt")),
                    f"exp(tanh({a}))",
                    f"-({a})",
                    f"({a})**2",
                    f"({a})**3",
                    f"(1.5 + tanh({a}))**-1.5",
                ]
            )
        ),
    )


numbers = st.floats(-3, 3).map(lambda number: round(number, 2))
expressions = st.recursive(st.sampled_from(NAMES) | numbers.map(str), joined, max_leaves=8).filter(
    lambda text: len(text) <= 1000
)
points = st.fixed_dictionaries(dict.fromkeys(NAMES, numbers))


@settings(derandomize=True, deadline=None, max_examples=500)
@given(expressions, points)
@example("x*y + max(x, z)", {"x": 2.0, "y": 3.0, "z": 2.0})
@example("abs(x) + relu(y)", {"x": 0.0, "y": 0.0, "z": 0.0})
def test_value_and_gradient(expression, point):
    used = {name: value for name, value in point.items() if name in circuit_names(expression)}
    drawn = circuit(expression, **used)
    size = max([1.0, *(abs(gate.forward) for gate in drawn.gates), *(abs(step.part) for step in drawn.steps)])
    assume(size < 1e6)
    assert drawn.value == pytest.approx(real(judged(expression, used)), rel=1e-12, abs=1e-12 * size)
    assert list(drawn.gradient) == list(dict.fromkeys(circuit_names(expression)))
    for name, slope in drawn.gradient.items():
        changed = {**used, name: complex(used[name], TINY)}
        exact = complex(judged(expression, changed)).imag / TINY
        assert slope == pytest.approx(exact, rel=1e-9, abs=1e-10 * size)


def circuit_names(expression):
    """The names in an expression, one for each use."""
    marks = "".join(letter if letter.isalnum() else " " for letter in expression)
    return [word for word in marks.split() if word in NAMES]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(expressions, points)
def test_every_wire_agrees_with_a_central_difference(expression, point):
    """A wire's backward value: what the result does when a small number is added to that wire."""
    used = {name: value for name, value in point.items() if name in circuit_names(expression)}
    drawn = circuit(expression, **used)
    by_text = {gate.text: gate for gate in drawn.gates}
    for text, gate in by_text.items():
        if gate.kind != "operation" or [each.text for each in drawn.gates].count(text) > 1:
            continue
        assume(expression.count(text) == 1)
        moved = expression.replace(text, f"(({text}) + {{change!r}})")
        steps = [circuit(moved.format(change=change), **used) for change in (TINY, 1e-6, -1e-6)]
        assume(max(abs(each.forward) for each in drawn.gates) < 100)
        # At a kink the two sides differ, and no difference says anything.
        up, down = steps[1].value - drawn.value, drawn.value - steps[2].value
        assume(abs(up - down) < 1e-8)
        assert gate.backward == pytest.approx((up + down) / 2e-6, rel=1e-4, abs=1e-4)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(expressions, points)
def test_what_a_wire_gets_is_the_sum_of_its_parts(expression, point):
    drawn = circuit(expression, **{name: point[name] for name in circuit_names(expression)})
    for gate in drawn.gates[:-1]:
        assert sum(drawn.parts(gate.id)) == gate.backward
    assert drawn.gates[-1].backward == 1
    assert json.loads(json.dumps(drawn.to_json(), allow_nan=False))["value"] == drawn.value
    assert str(drawn).count("\n") == len(drawn.gates) + 2


@settings(derandomize=True, deadline=None, max_examples=1000)
@given(
    st.text(max_size=40) | st.text(string.printable, max_size=40) | st.text("xy12.e+-*/() ,max", max_size=30)
)
def test_any_text_is_a_circuit_or_refused(expression):
    try:
        drawn = circuit(expression, x=2)
    except GlassnetError as error:
        assert isinstance(error, ValueError)  # noqa: PT017 - the point is that no other error comes
    else:
        assert isinstance(drawn, Circuit)
