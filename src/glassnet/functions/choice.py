"""One way to choose: a name from a table, with its constants where it has some.

Activations, losses, optimizers, initial weights and schedules are all chosen by a text such as
``"tanh"``, ``"leaky_relu(slope=0.2)"`` or ``"squared(reduction=sum)"``: in Python, on the command
line and in a model file alike.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from glassnet.errors import ChoiceError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Choice", "Constant", "Entry", "Value", "choose"]

Value = float | str


@dataclass(frozen=True)
class Constant:
    """What a constant may be: a number between bounds, or one of several words."""

    default: Value
    low: float = -math.inf
    high: float = math.inf
    words: tuple[str, ...] = ()
    open_low: bool = False
    open_high: bool = False

    def read(self, text: str, where: str) -> Value:
        """Return the value that `text` stands for.

        Raises
        ------
        ChoiceError
            Not one of the words, no number, or a number out of bounds.
        """
        if self.words:
            if text not in self.words:
                raise ChoiceError(f"{where}: got {text!r}, expected {' or '.join(self.words)}")
            return text
        try:
            value = float(text)
        except ValueError:
            raise ChoiceError(f"{where}: got {text!r}, expected a number") from None
        too_low = value <= self.low if self.open_low else value < self.low
        too_high = value >= self.high if self.open_high else value > self.high
        if not math.isfinite(value) or too_low or too_high:
            left = "(" if self.open_low or self.low == -math.inf else "["
            right = ")" if self.open_high or self.high == math.inf else "]"
            expected = f"a number in {left}{self.low:g}, {self.high:g}{right}"
            raise ChoiceError(f"{where}: got {text}, expected {expected}")
        return value


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of a table of things that may be chosen by name.

    Attributes
    ----------
    name : str
        What one writes.
    formula : str
        The formula, as a Python expression.
    source : str
        Where it comes from: book and section, or paper.
    constants : mapping of str to Constant
        What may be set in brackets behind the name, in order.
    """

    name: str
    formula: str
    source: str
    constants: Mapping[str, Constant] = field(default_factory=dict)


RowT = TypeVar("RowT", bound=Entry)


@dataclass(frozen=True)
class Choice(Generic[RowT]):
    """A row of a table together with the values of its constants.

    ``str(choice)`` writes it so that `choose` reads it back; constants at their default are left out.

    Attributes
    ----------
    row : Entry
        The row of the table.
    constants : mapping of str to float or str
        A value for each constant of the row, in the row's order.
    """

    row: RowT
    constants: Mapping[str, Value]

    @property
    def name(self) -> str:
        """The name without constants."""
        return self.row.name

    def number(self, name: str, default: float = 0.0) -> float:
        """Return the constant `name` as a number, or `default` where the row has none of that name."""
        return float(self.constants.get(name, default))

    def __str__(self) -> str:
        changed = [
            f"{name}={value if isinstance(value, str) else _shortest(value)}"
            for name, value in self.constants.items()
            if value != self.row.constants[name].default
        ]
        return f"{self.name}({', '.join(changed)})" if changed else self.name

    def __hash__(self) -> int:
        return hash(str(self))


def _shortest(value: float) -> str:
    """The shortest text that reads back as exactly this number."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


_CALL = re.compile(r"\s*(?P<name>[\w-]+)\s*(?:\(\s*(?P<constants>.*?)\s*\))?\s*", re.DOTALL)


def choose(table: Mapping[str, RowT], text: str | Choice[RowT], what: str) -> Choice[RowT]:
    """Read ``name`` or ``name(constant=value, ...)`` against a table.

    Parameters
    ----------
    table : mapping of str to Entry
        The rows by name.
    text : str or Choice
        What was written; a choice of this table is handed through.
    what : str
        What is being chosen, for the message.

    Raises
    ------
    ChoiceError
        An unknown name or constant (the nearest known one is suggested), or a value that it cannot have.

    Examples
    --------
    >>> leaky = Entry(name="leaky_relu", formula="", source="", constants={"slope": Constant(0.1)})
    >>> choice = choose({"leaky_relu": leaky}, "leaky_relu(slope=0.2)", "activation")
    >>> choice.constants["slope"], str(choice)
    (0.2, 'leaky_relu(slope=0.2)')
    """
    if isinstance(text, Choice):
        text = str(text)
    match = _CALL.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ChoiceError(f"{what}: got {text!r}, expected a name such as {next(iter(table))!r}")
    name = match["name"].lower().replace("-", "_")
    if name not in table:
        known = ", ".join(table)
        raise ChoiceError(f"{what}: there is no {match['name']!r}; {nearest(name, table)}known are {known}")
    row = table[name]
    values: dict[str, Value] = {key: constant.default for key, constant in row.constants.items()}
    for part in filter(None, re.split(r"\s*,\s*", match["constants"] or "")):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or key not in values:
            known = ", ".join(values) or "none"
            raise ChoiceError(
                f"{what} {name}: there is no constant {key!r}; {nearest(key, values)}known are {known}, "
                f"written as {name}({next(iter(values), 'constant')}=value)"
            )
        values[key] = row.constants[key].read(value, f"{what} {name}, {key}")
    return Choice(row, values)
