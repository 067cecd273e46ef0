"""Tables and facts on standard output, at any width, with colours or without."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["new_table", "output", "percent", "plain", "print_facts", "print_json", "width_of"]


def output() -> Console:
    """Return the terminal, or whatever else standard output is."""
    return Console(highlight=False, markup=False, emoji=False)


def new_table(headings: Sequence[str], *, left: Sequence[str] = ()) -> Table:
    """Return an empty table; columns are flush right, but for those in `left`."""
    table = Table(box=None, padding=(0, 1))
    for heading in headings:
        table.add_column(Text(heading), justify="left" if heading in left else "right")
    return table


def width_of(table: Table) -> int:
    """Return how many characters a table is wide where nothing limits it."""
    endless = Console(width=100_000)
    return Measurement.get(endless, endless.options, table).maximum


def plain(number: float, significant: int = 4) -> str:
    """Return a number with so many digits that count, without powers of ten where it can be.

    Examples
    --------
    >>> plain(25312.3), plain(0.20761), plain(2.0), plain(1234567.8, 6), plain(1e-12)
    ('25,310', '0.2076', '2', '1,234,570', '1e-12')
    """
    rounded = float(f"{number:.{significant}g}")
    if not 1e-4 <= abs(rounded) < 1e15:
        return f"{rounded:g}"
    text = f"{rounded:,.{max(0, significant - 1 - math.floor(math.log10(abs(rounded))))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """Return a share in whole percent, but never as nothing or all: softmax says neither.

    Examples
    --------
    >>> percent(0.8424), percent(0.9999), percent(2.614e-06)
    ('84 %', 'over 99 %', 'under 1 %')
    """
    if share < 0.01:
        return "under 1 %"
    if share > 0.99:
        return "over 99 %"
    return f"{100 * share:.0f} %"


def print_facts(facts: Mapping[str, str]) -> None:
    """Print what is what, one fact a line."""
    width = max(map(len, facts)) + 2
    for name, fact in facts.items():
        click.echo(f"{name:{width}}{fact}")


def print_json(values: Any) -> None:
    """Print a JSON document."""
    click.echo(json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False))
