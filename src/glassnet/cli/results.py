"""Prints what came out of a training: how good the network is, why it was kept, and where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import numpy as np
from rich.text import Text

from glassnet.cli.printing import new_table, output, plain, width_of
from glassnet.data import Camera, Columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from rich.table import Table

    from glassnet.data import Dataset
    from glassnet.network import Network
    from glassnet.training import History, Training

__all__ = ["show_confusion", "show_results", "why_kept"]

MOST_CATEGORIES = 20
"""A confusion table with more does not fit on a screen; then only the worst confusions are listed."""

WORST = 10
"""How many confusions are listed then."""

BLOCK = 4096
"""Examples that are run at a time."""


def show_results(training: Training, history: History, model: Path) -> None:
    """Print how good a trained network is, why it is this one, and how to use it.

    Parameters
    ----------
    training : Training
        That has come to its end.
    history : History
        Of the network that was kept.
    model : Path
        Where the network is saved.
    """
    network = training.network
    data = (training.held_out or training.examples).data
    kind = "held-out" if training.held_out else "training"
    click.echo(f"{history.epochs:,} epochs in {history.seconds:.1f} s; {why_kept(training, history)}")
    if data.categories is not None:
        result = network.evaluate(data)
        assert result.n_right is not None
        assert result.confusion is not None
        click.echo(
            f"{result.n_right:,} of {result.n_examples:,} {kind} examples right "
            f"({result.accuracy:.2%}), loss {result.loss:.4g}"
        )
        show_confusion(result.confusion, data.categories)
    else:
        click.echo(_errors(network, data, kind))
    click.echo(f"saved:  {model} ({model.stat().st_size:,} bytes)")
    click.echo(_next_command(network, model.parent))


def why_kept(training: Training, history: History) -> str:
    """Say why the training ended, and which of its networks was kept."""
    kept = f"kept the network of epoch {history.kept_epoch:,}"
    lowest = (
        f"{kept}, where the held-out loss was lowest" if history.held_out else "kept the network as it is"
    )
    text = {
        "finished": "kept the network of the last epoch",
        "early": f"no lower held-out loss for {training.settings.patience} epochs: {kept}",
        "interrupted": f"stopped by Ctrl-C: {lowest}",
        "time": f"stopped by the time limit: {lowest}",
        "not finite": f"the loss stopped being finite: {kept}, where it still was",
    }[history.stopped]
    if len(history.starts) > 1 and training.kept is not None:
        best = f"start {training.kept.number + 1} of {len(history.starts)} has the lowest loss"
        succeeded = f"{history.n_succeeded} succeeded, " if training.network.categories else ""
        text = f"{succeeded}{best}; {text}"
    return text


def show_confusion(confusion: NDArray[np.int64], categories: Sequence[str]) -> None:
    """Print which category was taken for which; of many, or such with long names, only the worst.

    Parameters
    ----------
    confusion : ndarray of int, shape (n_categories, n_categories + 1)
        Rows are the true categories, columns the answers; the last column counts ties, and is left out
        if there are none.
    categories : sequence of str
        The names.
    """
    answers = [*categories, "no category"]
    if not confusion[:, -1].any():
        confusion, answers = confusion[:, :-1], list(categories)
    table = _whole_table(confusion, categories, answers)
    if len(categories) > MOST_CATEGORIES or width_of(table) > output().width:
        table = _worst_confusions(confusion, categories, answers)
        click.echo("the worst confusions:")
    else:
        click.echo("rows: the right category; columns: the answer")
    output().print(table)


def _whole_table(confusion: NDArray[np.int64], categories: Sequence[str], answers: Sequence[str]) -> Table:
    table = new_table(["", *answers])
    for row, (name, counts) in enumerate(zip(categories, confusion, strict=True)):
        cells = [Text(str(count) if count else ".", style="" if count else "dim") for count in counts]
        cells[row].stylize("bold green")
        table.add_row(Text(name), *cells)
    return table


def _worst_confusions(
    confusion: NDArray[np.int64], categories: Sequence[str], answers: Sequence[str]
) -> Table:
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    headings = ["examples", "of", "true category", "answer"]
    table = new_table(headings, left=headings[2:])
    for place in np.argsort(-wrong, axis=None, kind="stable")[:WORST]:
        true, answer = divmod(int(place), wrong.shape[1])
        if wrong[true, answer]:
            counts = str(wrong[true, answer]), str(confusion[true].sum())
            table.add_row(*counts, categories[true], answers[answer])
    return table


def _errors(network: Network, data: Dataset, kind: str) -> str:
    """How far the answers are from the numbers to be met, in their own unit."""
    columns = data.encoder if isinstance(data.encoder, Columns) else None

    def in_own_unit(values: NDArray[Any]) -> NDArray[Any]:
        return values if columns is None else columns.target_numbers(values)

    total, largest = 0.0, 0.0
    for first in range(0, data.n_examples, BLOCK):
        rows = slice(first, first + BLOCK)
        outputs = network.predict(data.read(rows, network.dtype))
        errors = np.abs(in_own_unit(outputs) - in_own_unit(data.targets[rows]))
        total, largest = total + float(errors.sum()), max(largest, float(errors.max()))
    mean = total / data.targets.size
    name = columns.target.name if columns else "numbers"
    low, high = in_own_unit(data.targets).min(), in_own_unit(data.targets).max()
    return (
        f"{name}: {data.n_examples:,} {kind} examples, wrong by {plain(mean)} on average and by "
        f"{plain(largest)} at most, where the right answers go from {plain(low)} to {plain(high)}"
    )


def _next_command(network: Network, folder: Path) -> str:
    if isinstance(network.encoder, Camera):
        return f"use it: glassnet predict {folder} PICTURE..."
    if isinstance(network.encoder, Columns):
        return f"use it: glassnet predict {folder} TABLE.csv"
    return f"use it: glassnet.Network.load({str(folder / 'model.safetensors')!r}).predict(inputs)"
