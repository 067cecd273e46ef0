"""Tables and facts on standard output, at any width, with colours or without."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["new_table", "output", "print_facts", "print_json", "width_of"]


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


def print_facts(facts: Mapping[str, str]) -> None:
    """Print what is what, one fact a line."""
    width = max(map(len, facts)) + 2
    for name, fact in facts.items():
        click.echo(f"{name:{width}}{fact}")


def print_json(values: Any) -> None:
    """Print a JSON document."""
    click.echo(json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False))
