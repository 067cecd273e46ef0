"""What all commands share: errors in one line, exit codes, and help in sections."""

from __future__ import annotations

import ast
import errno
import io
import re
import shlex
import sys
import warnings
from typing import TYPE_CHECKING, Any

import click

from glassnet.errors import GlassnetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["INTERRUPTED", "Command", "Commands", "Option"]

INTERRUPTED = 130
"""The exit code after Ctrl-C, by the shells' custom."""

_TYPED = {
    "on_error='skip'": "--skip-unreadable",
    "'on_error'": "--skip-unreadable",
    "missing='fill'": "--missing fill",
    "task='categories'": "--task categories",
    "the option 'targets'": "the option --labels",
    "hand in held_out": "take a share of the examples: --held-out 0.2",
    "dtype='float32'": "--dtype float32",
}

# The name of a column as Python writes it.
_IGNORE = re.compile(r"""ignore=('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")


class Commands(click.Group):
    """The group of all commands: turns what they raise into a message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command: exit code 1 after an error that it can explain, 130 after Ctrl-C."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a name that it cannot show must not end a command
                stream.reconfigure(errors="backslashreplace")
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _show_warning
                return super().invoke(ctx)
        except (GlassnetError, MemoryError, OSError, KeyboardInterrupt) as error:
            message = _explain(error)
            if message is None or ctx.params["debug"]:
                raise
            click.echo(message, err=True)
            ctx.exit(INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1)


def _explain(error: BaseException) -> str | None:
    """Return one line for a person, or None for an error that should not have happened."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, GlassnetError):
        return f"error: {_as_typed(str(error))}"
    if isinstance(error, MemoryError):
        return f"error: not enough memory: {error}"
    if isinstance(error, OSError) and error.filename is None and error.errno != errno.EPIPE:
        return f"error: cannot write the output: {error.strerror}"
    return None  # click ends in silence when nobody reads the output any more


def _as_typed(message: str) -> str:
    """Name options as they are typed here; the rooms below name them as Python does."""
    for in_python, typed in _TYPED.items():
        message = message.replace(in_python, typed)
    return _IGNORE.sub(lambda found: f"--ignore {shlex.quote(ast.literal_eval(found[1]))}", message)


def _show_warning(message: Warning | str, *_where: Any, **_more: Any) -> None:
    click.echo(f"warning: {_as_typed(str(message))}", err=True)


def _one_by_one(typed: Sequence[str], several: Sequence[str]) -> Iterator[str]:
    """Name an option again before each of its values: ``--batch 8 32`` becomes ``--batch 8 --batch 32``."""
    name = None
    n_values = 0
    for word in typed:
        if word.startswith("-") and not re.match(r"-\.?\d", word):  # a number below 0 is a value
            name, n_values = (word if word in several else None), 0
        else:
            if name is not None and n_values:
                yield name
            n_values += 1
        yield word


class Option(click.Option):
    """An option that stands in a section of its own in the help.

    Parameters
    ----------
    section : str
        The heading.
    several : bool
        Of an option that is ``multiple``: whether it takes all values that follow it, or is named again.
    """

    def __init__(self, *args: Any, section: str = "Options", several: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        self.several = several
        if several and self.metavar is not None:
            self.metavar += " ..."


class Command(click.Command):
    """A command whose help shows its options section by section.

    Options that take several values take all that follow: ``--batch 8 32``.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what was typed."""
        several = [
            name
            for parameter in self.get_params(ctx)
            if isinstance(parameter, Option) and parameter.several
            for name in parameter.opts
        ]
        return super().parse_args(ctx, list(_one_by_one(args, several)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options into the help, in the order in which their sections appear."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            row = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if row is not None:
                sections.setdefault(getattr(parameter, "section", "Options"), []).append(row)
        for name, rows in sections.items():
            with formatter.section(name):
                formatter.write_dl(rows)
