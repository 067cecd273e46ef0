"""Takes an expression apart into gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from glassnet import explain, pictures
from glassnet.cli.showing import Shown, show

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["show_circuit"]


def show_circuit(expression: str, values: Sequence[str], *, as_json: bool, picture: str | None) -> None:
    """Print an expression gate by gate, with the forward and the backward value of each.

    Parameters
    ----------
    expression : str
    values : sequence of str
        Such as ``x=3``.
    as_json : bool
    picture : str or None
        See `show`.

    Raises
    ------
    GlassnetError, UsageError
        The expression is none, a name has no value, or the picture cannot be written.
    """
    gates = explain.circuit(expression, **dict(map(_named_value, values)))
    show(
        Shown(str(gates), gates.to_json(), lambda: pictures.circuit(gates)), as_json=as_json, picture=picture
    )


def _named_value(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        if equals and name.strip():
            return name.strip(), float(value)
    except ValueError:
        pass
    raise click.UsageError(f"got {text!r}, expected NAME=VALUE such as x=3")
