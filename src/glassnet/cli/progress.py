"""Shows how a training goes: live on a terminal, as a few plain lines anywhere else."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from glassnet.training.many import ManyProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from glassnet.training import Progress

__all__ = ["progress_shown"]

PLAIN_LINES = 10
"""How many lines a training prints where it cannot be live."""


@dataclass(frozen=True)
class _Line:
    """What is shown of a progress: how much is done, where it is, what was measured, how fast it goes."""

    share: float
    place: str
    numbers: str
    speed: str
    seconds_left: float


@contextmanager
def progress_shown() -> Iterator[Callable[[Progress | ManyProgress], None]]:
    """Hand out what to call with a progress of one training or of many; shown on standard error."""
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

    def __call__(self, progress: Progress | ManyProgress) -> None:
        line = _line(progress)
        parts_done = int(PLAIN_LINES * line.share)
        if parts_done > self._parts_done:
            self._parts_done = parts_done
            click.echo(f"{line.place}: {line.numbers}", err=True)


def _picture(progress: Progress | ManyProgress) -> Group:
    """A line with the bar, and a line with the numbers."""
    shown = _line(progress)
    line = Table.grid(expand=True, padding=(0, 1))
    line.add_column(no_wrap=True)
    line.add_column(ratio=1)
    line.add_column(justify="right", no_wrap=True)
    bar = ProgressBar(total=1.0, completed=shown.share)
    line.add_row(shown.place, bar, _time_left(shown.seconds_left))
    return Group(line, f"{shown.numbers}, {shown.speed}")


def _line(progress: Progress | ManyProgress) -> _Line:
    if isinstance(progress, ManyProgress):
        place = f"{progress.n_trained:,} of {progress.n_networks:,} networks trained"
        speed = f"{progress.n_trained / max(progress.seconds, 1e-9):,.3g} networks/s"
        return _Line(progress.share, place, f"{progress.share:.0%} of the work", speed, progress.seconds_left)
    done = (progress.start - 1) * progress.epochs + progress.epoch
    share = done / (progress.n_starts * progress.epochs)
    speed = f"{progress.examples_per_second:,.0f} examples/s"
    return _Line(share, _place(progress), _numbers(progress), speed, progress.seconds_left)


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
