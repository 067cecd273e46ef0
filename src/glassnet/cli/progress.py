"""Shows how a training goes: live on a terminal, as a few plain lines anywhere else."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from glassnet.training import Progress

__all__ = ["progress_shown"]

PLAIN_LINES = 10
"""How many lines a training prints where it cannot be live."""


@contextmanager
def progress_shown() -> Iterator[Callable[[Progress], None]]:
    """Hand out what to call with a `Progress`; shown on standard error."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _PlainLines()
        return
    with Live(console=console, auto_refresh=False) as live:
        yield lambda progress: live.update(_picture(progress), refresh=True)


class _PlainLines:
    """Prints a line each time that another part of the training is done."""

    def __init__(self) -> None:
        self._parts_done = 0

    def __call__(self, progress: Progress) -> None:
        parts_done = int(PLAIN_LINES * _share_done(progress))
        if parts_done > self._parts_done:
            self._parts_done = parts_done
            click.echo(f"{_place(progress)}: {_numbers(progress)}", err=True)


def _picture(progress: Progress) -> Group:
    """A line with the bar, and a line with the numbers."""
    line = Table.grid(expand=True, padding=(0, 1))
    line.add_column(no_wrap=True)
    line.add_column(ratio=1)
    line.add_column(justify="right", no_wrap=True)
    bar = ProgressBar(total=1.0, completed=_share_done(progress))
    line.add_row(_place(progress), bar, _time_left(progress.seconds_left))
    return Group(line, f"{_numbers(progress)}, {progress.examples_per_second:,.0f} examples/s")


def _share_done(progress: Progress) -> float:
    done = (progress.start - 1) * progress.epochs + progress.epoch
    return done / (progress.n_starts * progress.epochs)


def _place(progress: Progress) -> str:
    epoch = f"epoch {progress.epoch:,} of {progress.epochs:,}"
    if progress.n_starts == 1:
        return epoch
    return f"start {progress.start} of {progress.n_starts} ({progress.n_succeeded} succeeded), {epoch}"


def _numbers(progress: Progress) -> str:
    parts = [] if progress.loss is None else [f"loss {progress.loss:.4g}"]
    moment = progress.moment
    if moment is not None:
        if progress.held_out:
            parts.append(f"held-out loss {moment.loss:.4g}")
        if moment.accuracy is not None:
            parts.append(f"{moment.accuracy:.2%} right")
    return ", ".join(parts)


def _time_left(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{clock} left"
