"""Says what a data set is, before anything is trained on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.cli.models import describe_encoder
from glassnet.cli.plans import fitted, new_plan
from glassnet.cli.printing import new_table, output, print_facts, print_json
from glassnet.data import Columns, NumberColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from rich.table import Table

    from glassnet.data import Dataset

__all__ = ["describe_data", "show_data"]

BLOCK = 4096
"""Examples that are read at a time."""

MOST_ROWS = 50
"""A table on the screen has at most this many rows."""

MOST_VALUES = 20
"""Of a text column at most this many values are listed."""


def show_data(source: str, chosen: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what a data set is: examples, inputs, categories, ranges, and how it would be split.

    Raises
    ------
    GlassnetError
        The data cannot be used, or an option is not what it may be.
    """
    plan = new_plan(source, chosen)
    data = plan.load()
    plan = fitted(plan, chosen, data)
    description = describe_data(data, plan.held_out, plan.settings.seed)
    if as_json:
        print_json(description)
        return
    print_facts(_facts(data, description))
    if description["categories"]:
        output().print(_category_table(description["categories"]))
    if description["columns"]:
        output().print(_column_table(description["columns"]))


def describe_data(data: Dataset, held_out: float, seed: int) -> dict[str, Any]:
    """Return what a data set is, as plain JSON values.

    Parameters
    ----------
    data : Dataset
    held_out : float
        The share that would be held out; 0 for none.
    seed : int
        Of that split.
    """
    learned, judged = data.split(held_out, seed) if held_out else (data, None)
    low, high = _ranges(data)
    return {
        "name": data.name,
        "n_examples": data.n_examples,
        "n_inputs": data.n_inputs,
        "n_outputs": data.n_outputs,
        "inputs": {"low": float(low.min()), "high": float(high.max())},
        "n_constant_inputs": int(np.count_nonzero(low == high)),
        "encoder": None if data.encoder is None else data.encoder.to_json(),
        "split": {
            "learned": learned.n_examples,
            "held_out": judged.n_examples if judged else 0,
            "seed": seed,
        },
        "categories": _count_categories(data, learned, judged),
        "columns": _describe_columns(data.encoder) if isinstance(data.encoder, Columns) else None,
    }


def _ranges(data: Dataset) -> tuple[NDArray[Any], NDArray[Any]]:
    """The smallest and the largest value of each input."""
    low, high = np.full(data.n_inputs, np.inf), np.full(data.n_inputs, -np.inf)
    for first in range(0, data.n_examples, BLOCK):
        block = data.read(slice(first, first + BLOCK), np.float64)
        low, high = np.minimum(low, block.min(axis=0)), np.maximum(high, block.max(axis=0))
    return low, high


def _count_categories(data: Dataset, learned: Dataset, judged: Dataset | None) -> list[dict[str, Any]] | None:
    if data.categories is None:
        return None

    def count(part: Dataset | None) -> list[int]:
        if part is None:
            return [0] * data.n_outputs
        return [int(n) for n in np.bincount(part.labels, minlength=data.n_outputs)]

    counts = zip(data.categories, count(data), count(learned), count(judged), strict=True)
    return [
        {"name": name, "n_examples": n_all, "learned": n_learned, "held_out": n_judged}
        for name, n_all, n_learned, n_judged in counts
    ]


def _describe_columns(columns: Columns) -> list[dict[str, Any]]:
    return [
        {
            **column.to_json(),
            "target": column is columns.target,
            "constant": column.low == column.high
            if isinstance(column, NumberColumn)
            else len(column.values) == 1,
        }
        for column in (*columns.columns, columns.target)
    ]


def _facts(data: Dataset, description: dict[str, Any]) -> dict[str, str]:
    low, high = description["inputs"]["low"], description["inputs"]["high"]
    constant = description["n_constant_inputs"]
    never = f"; {constant:,} of them never change" if constant else ""
    split = description["split"]
    held_out = (
        f"{split['held_out']:,} held out (seed {split['seed']})" if split["held_out"] else "none held out"
    )
    if data.categories is not None:
        answers = f"{data.n_outputs:,} categories"
    elif isinstance(data.encoder, Columns):
        answers = f"{data.encoder.target.name}, a number"
    else:
        answers = f"{data.n_outputs:,} numbers, from {data.targets.min():g} to {data.targets.max():g}"
    return {
        "data": f"{data.name}, {data.n_examples:,} examples",
        "inputs": f"{data.n_inputs:,}: {describe_encoder(data.encoder)}, from {low:g} to {high:g}{never}",
        "answers": answers,
        "split": f"{split['learned']:,} to learn from, {held_out}",
    }


def _category_table(categories: list[dict[str, Any]]) -> Table:
    table = new_table(["category", "examples", "to learn from", "held out"], left=["category"])
    for row in categories[:MOST_ROWS]:
        table.add_row(row["name"], f"{row['n_examples']:,}", f"{row['learned']:,}", f"{row['held_out']:,}")
    if len(categories) > MOST_ROWS:
        table.add_row(f"... and {len(categories) - MOST_ROWS:,} more", "", "", "")
    return table


def _column_table(columns: list[dict[str, Any]]) -> Table:
    headings = ["column", "kind", "values", "if missing", ""]
    table = new_table(headings, left=headings)
    for row in columns[:MOST_ROWS]:
        fill = "error" if row["fill"] is None else row["fill"]
        if row["kind"] == "number":
            values = f"{row['low']:g} to {row['high']:g}"
            fill = fill if isinstance(fill, str) else f"{fill:g}"
        else:
            values = ", ".join(row["values"][:MOST_VALUES])
            if len(row["values"]) > MOST_VALUES:
                values += f" ... and {len(row['values']) - MOST_VALUES:,} more, {len(row['values']):,} in all"
        notes = [note for note in ("target", "constant") if row[note]]
        table.add_row(row["name"], row["kind"], values, fill, ", ".join(notes))
    if len(columns) > MOST_ROWS:
        table.add_row(f"... and {len(columns) - MOST_ROWS:,} more", "", "", "", "")
    return table
