"""Trains networks with every combination of what was typed, shows how each did, and saves the best."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.group import INTERRUPTED
from glassnet.cli.plans import fitted, new_plan
from glassnet.cli.printing import new_table, output, print_json, width_of
from glassnet.cli.progress import progress_shown
from glassnet.cli.train import say_if_compiling, say_of_data
from glassnet.errors import PathError, SettingError
from glassnet.training import RunFolder, combinations_of, sweep_combinations, sweep_needs_compilation
from glassnet.training.trials import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from glassnet.training import Sweep

__all__ = ["sweep_shown"]


def sweep_shown(
    source: str,
    chosen: Mapping[str, Any],
    *,
    seeds: int = 10,
    save: str | None = None,
    overwrite: bool = False,
    time_limit: float | None = None,
    threads: int | None = None,
    as_json: bool = False,
    quiet: bool = False,
) -> int:
    """Train and print; see `glassnet.training.sweep`.

    Parameters
    ----------
    source : str
        Where the data are.
    chosen : mapping
        The options that were given, by the names of `glassnet.cli.commands`; several values come as a tuple.
    seeds : int
        How many networks for each combination.
    save : str, optional
        The run folder for the best network.
    overwrite : bool
        Whether a run in that folder may be replaced.
    time_limit : float, optional
        Stop after this long [s].
    threads : int, optional
        At most so many.
    as_json, quiet : bool
        Print JSON instead of the table; print nothing on the way.

    Returns
    -------
    int
        The exit code.
    """
    several = {name: values for name, values in chosen.items() if _is_several(name, values)}
    grid = {name: values for name, values in several.items() if len(values) > 1}
    single = {name: values[0] for name, values in several.items() if len(values) == 1}
    typed = {**chosen, **single}
    plan = new_plan(source, {name: value for name, value in typed.items() if name not in grid})
    combinations = combinations_of(plan, grid)
    data = plan.load()
    combinations = [dataclasses.replace(each, plan=fitted(each.plan, typed, data)) for each in combinations]
    learned, held_out = combinations[0].plan.split(data)
    if held_out is None and any(each.plan.settings.patience for each in combinations):
        raise SettingError("--patience needs held-out data to watch; give --held-out 0.2, for example")
    if not quiet:
        say_of_data(source, learned, held_out)
        click.echo(_how_many(len(combinations), seeds), err=True)
        say_if_compiling(sweep_needs_compilation(combinations, learned, seeds=seeds, threads=threads))
    with contextlib.ExitStack() as open_things:
        folder = None if save is None else open_things.enter_context(_folder(save, overwrite=overwrite))
        with contextlib.nullcontext() if quiet else progress_shown() as progress:
            result = sweep_combinations(
                combinations,
                learned,
                held_out,
                seeds=seeds,
                progress=progress,
                time_limit=time_limit,
                threads=threads,
            )
        if as_json:
            print_json(result.to_json())
        else:
            _show(result, len(combinations))
        if folder is not None:
            _save(result, folder, overwrite=overwrite, quiet=quiet or as_json)
    return INTERRUPTED if result.stopped == "interrupted" else 0


@contextlib.contextmanager
def _folder(path: str, *, overwrite: bool) -> Iterator[RunFolder]:
    """The folder for the best network, held all the while; gone again if nothing was put into it."""
    if not overwrite:
        RunFolder.refuse_used(path)
    try:
        with RunFolder(path) as folder:
            yield folder
    finally:
        with contextlib.suppress(OSError):  # it holds something
            Path(path).rmdir()


def _is_several(name: str, values: object) -> bool:
    return isinstance(values, tuple) and name not in ("camera", "ignore")


def _how_many(n_combinations: int, seeds: int) -> str:
    if n_combinations == 1:
        return f"{seeds:,} networks, each from initial weights of its own"
    return f"{n_combinations:,} combinations of {seeds:,} seeds each: {n_combinations * seeds:,} networks"


def _show(result: Sweep, n_combinations: int) -> None:
    if result.stopped != "finished":
        why = "Ctrl-C" if result.stopped == "interrupted" else "the time limit"
        click.echo(
            f"stopped by {why}: {result.n_trained:,} of {n_combinations * result.seeds:,} were trained"
        )
    if not result.combinations:
        return
    headings, rows = result.table()
    table = new_table([heading.replace(" ", "\n", 1) for heading in headings])
    for row in rows:
        table.add_row(*row)
    # A broken cell cannot be read, a line that is too long for the terminal can.
    console = output()
    console.width = max(console.width, width_of(table))
    console.print(table)
    if any(" (" in cell for row in rows for cell in row):
        click.echo("in brackets: 95 % intervals")
    kind = "held-out" if result.held_out else "training"
    click.echo(
        f"{result.n_trained:,} networks in {result.seconds:.1f} s, "
        f"judged by {result.n_examples:,} {kind} examples"
    )
    best = result.combinations[0]
    if result.network is None:
        click.echo("no loss stayed finite: try smaller learning rates, or a --clip of the gradient")
    elif best.values:
        click.echo("best:   " + " ".join(_option(name, value) for name, value in best.values.items()))


def _option(name: str, value: object) -> str:
    text = written(value)
    quoted = f"'{text}'" if "(" in text else text
    return f"--{name.replace('_', '-')} {quoted}"


def _save(result: Sweep, folder: RunFolder, *, overwrite: bool, quiet: bool) -> None:
    if result.network is None or result.history is None or result.plan is None:
        raise PathError(f"{folder.path}: nothing to save: no network came to its end with a finite loss")
    folder.begin(result.plan, overwrite=overwrite)
    folder.finish(result.network, result.plan, result.history)
    if not quiet:
        click.echo(f"saved:  {folder.model}, the best of its networks (seed {result.network.seed})")
