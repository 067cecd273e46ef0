"""An expression that a person wrote becomes the wires of a circuit. It is read, never run as code.

Python's own parser only says how the expression is built. What is not in the short list here (numbers,
names, operations, known functions) is refused before anything is done with it.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from typing import Any

from glassnet.errors import ChoiceError, CircuitError, nearest
from glassnet.explain.circuit_operations import (
    FUNCTIONS,
    INFIX,
    MINUS,
    VARIABLE_POWER,
    Operation,
    fixed_power,
)

__all__ = ["Wire", "read_expression"]

_LONGEST = 1000  # characters
_DEEPEST = 100  # brackets, or operations, inside one another

_TOKEN = re.compile(
    r"[ \t\r\n]+"
    r"|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])"  # no 0x1f, 1_000, 2j or 2x
    r"|[A-Za-z_][A-Za-z_0-9]*"
    r"|\*\*|/(?!/)|[-+*(),]"
)

_ALLOWED = f"numbers, names, + - * / **, brackets and the functions {', '.join(FUNCTIONS)}"

_HINTS = {
    "^": "a power is written with **",
    "=": "give values behind the expression, as in circuit('x*y', x=3, y=-4)",
    "×": "a product is written with *",
    "·": "a product is written with *",
    "−": "a minus is written with -",
    "/": "a quotient is written with one /",
}

_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True)
class Wire:
    """One wire of a circuit and where it comes from.

    Attributes
    ----------
    source : Operation, str or float
        What puts a value on the wire: an operation, the name of an input, or a number.
    inputs : tuple of int
        The wires that go into the operation, by their place in the list of wires.
    text : str
        The piece of the expression that it stands for.
    column : int
        Where that piece begins, from 1.
    """

    source: Operation | str | float
    inputs: tuple[int, ...]
    text: str
    column: int


def read_expression(expression: str) -> list[Wire]:
    """Return the wires of an expression, each behind those that go into it; the last is the result.

    A name that is used several times is one wire. Equal operations written twice stay two.

    Raises
    ------
    CircuitError
        Not a text, too long, too deeply nested, or anything that no circuit is made of; with the column.
    ChoiceError
        An unknown function; the nearest one is suggested.

    Examples
    --------
    >>> [wire.text for wire in read_expression("x*x + 2")]
    ['x', 'x*x', '2', 'x*x + 2']
    """
    if not isinstance(expression, str):
        raise CircuitError(f"circuit: got {type(expression).__name__}, expected a text such as 'x*y + 2'")
    if len(expression) > _LONGEST:
        raise CircuitError(f"circuit: {len(expression):,} characters, expected at most {_LONGEST:,}")
    _check_characters(expression)
    # A line break inside a bracket is a blank; Python's parser wants nothing in front.
    text = re.sub(r"\s", " ", expression)
    stripped = text.strip()
    if not stripped:
        raise CircuitError("circuit: got an empty expression, expected one such as 'x*y + 2'")
    reader = _Reader(stripped, first_column=1 + len(text) - len(text.lstrip()))
    reader.read()
    return reader.wires


def _check_characters(expression: str) -> None:
    """Refuse what no circuit is written with, before Python's parser sees it."""
    place, depth = 0, 0
    while place < len(expression):
        token = _TOKEN.match(expression, place)
        if token is None:
            raise _refused_characters(expression[place:], place + 1)
        depth += (token[0] == "(") - (token[0] == ")")
        if depth > _DEEPEST:
            raise _refused(place + 1, f"brackets more than {_DEEPEST} deep; expected a simpler expression")
        place = token.end()


def _refused_characters(rest: str, column: int) -> CircuitError:
    if rest[0].isdecimal() or rest[0] == ".":
        number = re.match(r"[\w.]*", rest)
        got = rest[0] if number is None else number[0]
        return _refused(
            column, f"{got[:30]!r} is no number; expected one such as 2, 0.5 or 1e-3, and a product as 2*x"
        )
    hint = _HINTS.get(rest[0])
    return _refused(column, f"{rest[0]!r} cannot be used; {hint or f'expected {_ALLOWED}'}")


def _refused(column: int, message: str) -> CircuitError:
    return CircuitError(f"circuit, column {column}: {message}")


class _Reader:
    """Walks through the tree that Python's parser makes of a text, and collects its wires."""

    def __init__(self, text: str, first_column: int) -> None:
        self.wires: list[Wire] = []
        self._text = text
        self._first_column = first_column
        self._names: dict[str, int] = {}

    def read(self) -> None:
        try:
            tree = ast.parse(self._text, mode="eval")
        except SyntaxError as error:
            column = self._first_column + max(error.offset or 1, 1) - 1
            raise _refused(column, f"cannot be read: {error.msg}") from None
        except (MemoryError, RecursionError):
            raise CircuitError("circuit: nested too deeply; expected a simpler expression") from None
        self._add(tree.body, depth=1)

    def _add(self, node: ast.expr, depth: int) -> int:
        """Add the wires of a piece of the tree, and return the number of its result."""
        if depth > _DEEPEST:
            raise self._refused(node, f"more than {_DEEPEST} operations inside one another; expected fewer")
        number = _as_number(node)
        if number is not None:
            return self._add_number(node, number)
        match node:
            case ast.Name(id=name):
                return self._add_name(node, name)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._add(operand, depth + 1)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._add_operation(node, MINUS, [operand], depth)
            case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
                fixed = _as_number(exponent)
                if fixed is not None and math.isfinite(fixed):
                    return self._add_operation(node, fixed_power(fixed), [base], depth)
                return self._add_operation(node, VARIABLE_POWER, [base, exponent], depth)
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _SIGNS:
                return self._add_operation(node, INFIX[_SIGNS[type(op)]], [left, right], depth)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._add_operation(node, self._function(node, name, arguments), arguments, depth)
        raise self._refused(node, f"{_shortened(self._segment(node))!r} cannot be used; expected {_ALLOWED}")

    def _add_operation(
        self, node: ast.expr, operation: Operation, operands: list[ast.expr], depth: int
    ) -> int:
        return self._append(node, operation, tuple(self._add(operand, depth + 1) for operand in operands))

    def _add_name(self, node: ast.expr, name: str) -> int:
        if name in FUNCTIONS:
            raise self._refused(node, f"{name} is a function; expected brackets behind it, as in {name}(x)")
        if name not in self._names:
            self._names[name] = self._append(node, name, ())
        return self._names[name]

    def _add_number(self, node: ast.expr, number: float) -> int:
        if not math.isfinite(number):
            raise self._refused(node, f"the number {_shortened(self._segment(node))} is too large")
        return self._append(node, number, ())

    def _append(self, node: ast.expr, source: Operation | str | float, inputs: tuple[int, ...]) -> int:
        self.wires.append(Wire(source, inputs, self._segment(node), self._column(node)))
        return len(self.wires) - 1

    def _function(self, node: ast.expr, name: str, arguments: list[Any]) -> Operation:
        if name not in FUNCTIONS:
            raise ChoiceError(
                f"circuit, column {self._column(node)}: there is no function {name!r}; "
                f"{nearest(name, FUNCTIONS)}known are {', '.join(FUNCTIONS)} (a product is written with *)"
            )
        operation = FUNCTIONS[name]
        expected = operation.n_inputs
        if len(arguments) < 2 if expected is None else len(arguments) != expected:
            wanted = "two inputs or more" if expected is None else "one input"
            raise self._refused(node, f"{name} got {len(arguments)} inputs, expected {wanted}")
        return operation

    def _segment(self, node: ast.expr) -> str:
        return self._text[node.col_offset : node.end_col_offset]

    def _column(self, node: ast.expr) -> int:
        return self._first_column + node.col_offset

    def _refused(self, node: ast.expr, message: str) -> CircuitError:
        return _refused(self._column(node), message)


def _as_number(node: ast.expr) -> float | None:
    """Return the number that is written here, with its sign, or None where there is none."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as constant):
            number = _as_number(constant)
            return None if number is None else -number
        case ast.UnaryOp(op=ast.UAdd(), operand=ast.Constant() as constant):
            return _as_number(constant)
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            try:
                return float(value)
            except OverflowError:
                return math.inf
    return None


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
