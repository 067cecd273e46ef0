"""The table of what the gates of a circuit do: value, local slopes, and the rule for the gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FUNCTIONS", "INFIX", "MINUS", "VARIABLE_POWER", "Operation", "fixed_power"]

Values = tuple[float, ...]


@dataclass(frozen=True)
class Operation:
    """What one kind of gate does.

    Attributes
    ----------
    symbol : str
        How it is written: ``+``, ``max``, ``**2``.
    value : callable
        From the values of its inputs to its own.
    slopes : callable
        From the values of its inputs, and its own, to its slope towards each input.
    rule : str
        How it hands the gradient back, in words.
    refusal : callable
        From the values of its inputs to the reason why it has no value or no slope there, or None.
    n_inputs : int or None
        How many inputs a function takes; None: two or more.
    """

    symbol: str
    value: Callable[[Values], float]
    slopes: Callable[[Values, float], Values]
    rule: str
    refusal: Callable[[Values], str | None] = lambda _: None
    n_inputs: int | None = 1


def _logistic(z: float) -> float:
    # Two forms of the same value, so that exp never gets a large number.
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _sign(a: float) -> float:
    return float((a > 0) - (a < 0))


def _all_to(inputs: Values, chosen: float) -> Values:
    first = inputs.index(chosen)
    return tuple(float(k == first) for k in range(len(inputs)))


def _no_quotient(inputs: Values) -> str | None:
    return "division by zero" if inputs[1] == 0 else None


def _no_log(inputs: Values) -> str | None:
    return None if inputs[0] > 0 else f"log of {inputs[0]:.8g}, expected a number above 0"


def _no_root(inputs: Values) -> str | None:
    if inputs[0] < 0:
        return f"sqrt of {inputs[0]:.8g}, expected a number above 0"
    return "sqrt of 0: its slope there is infinite" if inputs[0] == 0 else None


def _no_variable_power(inputs: Values) -> str | None:
    if inputs[0] > 0:
        return None
    return f"a power of {inputs[0]:.8g} with an exponent that can change, expected a number above 0"


INFIX = {
    "+": Operation(
        "+",
        lambda x: x[0] + x[1],
        lambda _x, _y: (1.0, 1.0),
        "a sum hands the gradient on unchanged to each input",
    ),
    "-": Operation(
        "-",
        lambda x: x[0] - x[1],
        lambda _x, _y: (1.0, -1.0),
        "a difference hands it on unchanged to the first input, with its sign turned to the second",
    ),
    "*": Operation(
        "*",
        lambda x: x[0] * x[1],
        lambda x, _y: (x[1], x[0]),
        "a product swaps its inputs: each gets the gradient times the other",
    ),
    "/": Operation(
        "/",
        lambda x: x[0] / x[1],
        # -y / b rather than -a / b**2: b**2 may be too small for a float where b is not.
        lambda x, y: (1 / x[1], -y / x[1]),
        "a quotient a/b gives a the gradient times 1/b, and b the gradient times -a/b**2",
        _no_quotient,
    ),
}
"""Operations written between their two inputs, the power apart."""

MINUS = Operation("-", lambda x: -x[0], lambda _x, _y: (-1.0,), "a minus turns the sign of the gradient")

VARIABLE_POWER = Operation(
    "**",
    lambda x: math.pow(x[0], x[1]),
    lambda x, y: (x[1] * math.pow(x[0], x[1] - 1), y * math.log(x[0])),
    "a power a**b gives a the gradient times b a**(b-1), and b the gradient times a**b log(a)",
    _no_variable_power,
)


def fixed_power(exponent: float) -> Operation:
    """Return the operation that raises its one input to a power that is written as a number.

    Unlike an exponent that can change, it also takes inputs below 0, where it has a slope there.
    """

    def refusal(inputs: Values) -> str | None:
        base = inputs[0]
        if base == 0 and exponent < 0:
            return f"division by zero: 0 to the power {exponent:g}"
        if base == 0 and 0 < exponent < 1:
            return f"0 to the power {exponent:g}: its slope there is infinite"
        if base < 0 and not exponent.is_integer():
            return f"{base:.8g} to the power {exponent:g}, expected a number above 0 or a whole power"
        return None

    def slopes(inputs: Values, _output: float) -> Values:
        return (exponent * math.pow(inputs[0], exponent - 1) if exponent else 0.0,)

    return Operation(
        f"**{exponent:g}",
        lambda x: math.pow(x[0], exponent),
        slopes,
        "a power a**n hands on the gradient times n a**(n-1)",
        refusal,
    )


FUNCTIONS = {
    operation.symbol: operation
    for operation in (
        Operation(
            "max",
            max,
            _all_to,
            "max routes the gradient to the larger input, in a tie to the first; the others get 0",
            n_inputs=None,
        ),
        Operation(
            "min",
            min,
            _all_to,
            "min routes the gradient to the smaller input, in a tie to the first; the others get 0",
            n_inputs=None,
        ),
        Operation(
            "abs",
            lambda x: abs(x[0]),
            lambda x, _y: (_sign(x[0]),),
            "abs hands on the gradient times the sign of its input, 0 at 0",
        ),
        Operation(
            "exp",
            lambda x: math.exp(x[0]),
            lambda _x, y: (y,),
            "exp hands on the gradient times its own value",
        ),
        Operation(
            "log",
            lambda x: math.log(x[0]),
            lambda x, _y: (1 / x[0],),
            "log hands on the gradient divided by its input",
            _no_log,
        ),
        Operation(
            "sqrt",
            lambda x: math.sqrt(x[0]),
            lambda _x, y: (0.5 / y,),
            "sqrt hands on the gradient divided by twice its own value",
            _no_root,
        ),
        Operation(
            "tanh",
            lambda x: math.tanh(x[0]),
            lambda _x, y: (1 - y * y,),
            "tanh hands on the gradient times 1 - t**2, where t is its own value",
        ),
        Operation(
            "logistic",
            lambda x: _logistic(x[0]),
            lambda _x, y: (y * (1 - y),),
            "logistic hands on the gradient times s (1 - s), where s is its own value",
        ),
        Operation(
            "relu",
            lambda x: max(x[0], 0.0),
            lambda x, _y: (float(x[0] > 0),),
            "relu hands the gradient on unchanged where its input is above 0, else nothing",
        ),
        Operation(
            "sin",
            lambda x: math.sin(x[0]),
            lambda x, _y: (math.cos(x[0]),),
            "sin hands on the gradient times the cosine of its input",
        ),
        Operation(
            "cos",
            lambda x: math.cos(x[0]),
            lambda x, _y: (-math.sin(x[0]),),
            "cos hands on the gradient times minus the sine of its input",
        ),
    )
}
"""Operations written as a call, by name."""

FUNCTIONS["sigmoid"] = FUNCTIONS["logistic"]  # the other name that the field has for it
