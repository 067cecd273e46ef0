"""Shows something that was explained in the way that was asked for: as text, as JSON, as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.printing import print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.pictures import Picture

__all__ = ["Shown", "show"]


@dataclass(frozen=True)
class Shown:
    """Something explained, in all ways in which it may be asked for.

    Attributes
    ----------
    text : str
    values : dict
        The same as plain JSON values.
    draw : callable or None
        Draws the picture that goes with it, where there is one.
    """

    text: str
    values: dict[str, Any]
    draw: Callable[[], Picture] | None


def show(shown: Shown, *, as_json: bool, picture: str | None) -> None:
    """Print an explanation, and write its picture if one is wanted.

    Parameters
    ----------
    shown : Shown
    as_json : bool
        As one JSON document, instead of text.
    picture : str or None
        The file for the picture.

    Raises
    ------
    PathError, UsageError
        The picture cannot be written, or there is none.
    """
    if as_json:
        print_json(shown.values)
    else:
        click.echo(shown.text)
    if picture is not None and shown.draw is None:
        raise click.UsageError("--picture: there is no training to draw, only a network and data")
    if picture is not None and shown.draw is not None:
        shown.draw().save(picture)
        click.echo(f"picture: {picture}", err=True)
