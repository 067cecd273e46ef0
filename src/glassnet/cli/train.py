"""Trains a network on what was typed, shows how it goes, and saves what came out."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from glassnet.cli.doctor import show_findings
from glassnet.cli.group import INTERRUPTED
from glassnet.cli.plans import default_folder, fitted, new_plan
from glassnet.cli.progress import progress_shown
from glassnet.cli.results import show_results
from glassnet.doctor import Watch
from glassnet.errors import GlassnetError, LossNotFinite, PathError
from glassnet.training import Plan, RunFolder, Training, carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from glassnet.data import Dataset
    from glassnet.training import History, Progress

__all__ = ["resume_run", "say_if_compiling", "say_of_data", "train_new"]

MOST_NAMED = 5
"""Of categories with a single example at most so many are named."""


def train_new(
    source: str,
    chosen: Mapping[str, Any],
    *,
    output: str | None = None,
    overwrite: bool = False,
    time_limit: float | None = None,
    threads: int | None = None,
    quiet: bool = False,
) -> int:
    """Train a new network and save it in a run folder.

    Parameters
    ----------
    source : str
        Where the data are.
    chosen : mapping
        The options that were given, by the names of `glassnet.cli.commands`.
    output : str, optional
        The run folder.
    overwrite : bool
        Whether a run in that folder may be replaced.
    time_limit : float, optional
        Stop after this long [s].
    threads : int, optional
        At most so many.
    quiet : bool
        Print nothing but errors.

    Returns
    -------
    int
        The exit code.
    """
    path = default_folder(source) if output is None else Path(output)
    plan = new_plan(source, chosen)
    if not overwrite:
        _refuse_used(path)  # before the data are read, which may take long
    data = plan.load()
    plan = fitted(plan, chosen, data)
    training = _prepare(plan, data, threads, quiet=quiet)
    with RunFolder(path) as folder:
        folder.begin(plan, overwrite=overwrite)
        return _carry_out(training, plan, folder, time_limit, quiet=quiet)


def resume_run(
    path: str, *, time_limit: float | None = None, threads: int | None = None, quiet: bool = False
) -> int:
    """Go on with a run that was stopped or killed, as if it had never been; return the exit code."""
    with RunFolder(path, new=False) as folder:
        plan = folder.read_plan()
        if folder.finished:
            if not quiet:
                click.echo(f"{path} is finished, nothing is left to do; its network is {folder.model}")
            return 0
        training = _prepare(plan, plan.load(), threads, quiet=quiet)
        restored = folder.restore(training)
        if not quiet:
            epoch = f"in epoch {training.run.epoch + 1:,} of {training.settings.epochs:,}"
            click.echo(f"going on {epoch if restored else 'from the beginning'}", err=True)
        return _carry_out(training, plan, folder, time_limit, quiet=quiet)


def say_of_data(source: str, learned: Dataset, held_out: Dataset | None) -> None:
    """Say how many examples there are, and of what."""
    answers = f"{len(learned.categories)} categories" if learned.categories else "numbers to be met"
    n_held_out = held_out.n_examples if held_out else 0
    click.echo(
        f"{source}: {learned.n_examples + n_held_out:,} examples of {answers}\n"
        f"{learned.n_examples:,} to learn from, {f'{n_held_out:,}' if held_out else 'none'} held out",
        err=True,
    )
    if held_out is not None and learned.categories is not None:
        _say_if_alone(learned, held_out)


def _say_if_alone(learned: Dataset, held_out: Dataset) -> None:
    """Warn of categories with a single example: their held-out results say nothing."""
    counts = np.bincount(learned.labels, minlength=learned.n_outputs)
    counts += np.bincount(held_out.labels, minlength=learned.n_outputs)
    assert learned.categories is not None
    alone = [name for name, count in zip(learned.categories, counts, strict=True) if count == 1]
    if alone:
        more = f" and {len(alone) - MOST_NAMED:,} more" if len(alone) > MOST_NAMED else ""
        say = (
            "has one example: it cannot be both learned and judged; collect more, or leave it out"
            if len(alone) == 1
            else "have one example each: none of them can be both learned and judged; collect more, or leave "
            "them out"
        )
        click.echo(f"warning: {', '.join(alone[:MOST_NAMED])}{more} {say}", err=True)


def say_if_compiling(needed: bool) -> None:
    """Say why it will take some seconds, if it will."""
    if needed:
        click.echo("compiling the engine for this machine (once, some seconds)", err=True)


def _refuse_used(path: Path) -> None:
    try:
        RunFolder.refuse_used(path)
    except PathError as error:
        raise PathError(
            f"{path} already holds a run; go on with it by --resume {path}, replace it by --overwrite, "
            "or choose another folder by -o"
        ) from error


def _prepare(plan: Plan, data: Dataset, threads: int | None, *, quiet: bool) -> Training:
    network, learned, held_out = plan.prepare(data)
    if not quiet:
        say_of_data(plan.source, learned, held_out)
        functions = ", ".join(map(str, network.activations))
        click.echo(
            f"network {network.name} ({functions}): {network.n_parameters:,} parameters, loss {network.loss}",
            err=True,
        )
    training = Training(network, learned, held_out, plan.settings, threads)
    if not quiet:
        say_if_compiling(training.run.needs_compilation)
    return training


def _carry_out(
    training: Training, plan: Plan, folder: RunFolder, time_limit: float | None, *, quiet: bool
) -> int:
    """Train, save, say what came out, and return the exit code."""
    problems: list[GlassnetError] = []
    with contextlib.nullcontext() if quiet else progress_shown() as progress:
        try:
            history = carry_out(
                training,
                progress=_watched(training, progress),
                checkpoint=folder.save_state,
                time_limit=time_limit,
            )
        except LossNotFinite as error:  # the network is back at its last good moment
            problems.append(error)
            history = training.conclude()
    model = folder.model
    try:
        folder.finish(training.network, plan, history)
    except PathError as error:
        model = _save_elsewhere(training, plan, history, error)
        problems.append(PathError(f"{error}. The network is saved in {model} instead"))
    if not quiet:
        show_results(training, history, model)
        if plan.settings.statistics:
            show_findings(training, history, folder.path)
        if folder.state.exists():
            click.echo(f"go on:  glassnet train --resume {folder.path}")
    if folder.could_not_save is not None:
        click.echo(f"warning: the run cannot be resumed: {folder.could_not_save}", err=True)
    for problem in problems[:-1]:
        click.echo(f"error: {problem}", err=True)
    if problems:
        raise problems[-1]
    return INTERRUPTED if history.stopped == "interrupted" else 0


def _watched(
    training: Training, shown: Callable[[Progress], None] | None
) -> Callable[[Progress], None] | None:
    """Say what ends a training as it happens."""
    if shown is None or not training.settings.statistics:
        return shown
    watch = Watch(training)

    def progress(how_far: Progress) -> None:
        for finding in watch.new():
            click.echo(f"{finding.severity}: {finding.name}: {finding.said}", err=True)
        shown(how_far)

    return progress


def _save_elsewhere(training: Training, plan: Plan, history: History, why: PathError) -> Path:
    """Save what found no room in its own folder in another place; return the model file."""
    for place in (tempfile.gettempdir, Path.home, Path.cwd):
        with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: there is no home
            with RunFolder(tempfile.mkdtemp(prefix="glassnet-", dir=place())) as folder:
                folder.begin(plan)
                folder.finish(training.network, plan, history)
            return folder.model
    raise why
