"""The examples that a model is judged by, read as the model reads them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from glassnet.cli.plans import load_options
from glassnet.data import Camera, Columns, Dataset, load
from glassnet.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glassnet.cli.models import Model

__all__ = ["Judging", "judging_data", "load_data", "same_source"]

_OF_DATA = ("labels", "skip_unreadable")
"""The options of a command that are the data's own."""


class Judging(NamedTuple):
    """The examples that a model is judged by.

    Attributes
    ----------
    data : Dataset
    learned : Dataset or None
        What the model learned from, where that is known; the same as `data` where none was held out.
    what : str
        What the examples are, in words.
    """

    data: Dataset
    learned: Dataset | None
    what: str


def load_data(model: Model, source: str | None, chosen: Mapping[str, Any]) -> Dataset:
    """Load a data set as a model sees it: with its own camera, or its own columns.

    Parameters
    ----------
    model : Model
    source : str or None
        Where the data are; None for what the model was trained on.
    chosen : mapping
        The options that were given; those of the data are looked at.

    Raises
    ------
    GlassnetError, UsageError
        The data cannot be used, or the model does not say what it was trained on.
    """
    plan, encoder = model.plan, model.network.encoder
    if source is None:
        if plan is None:
            raise click.UsageError(f"{model.path} does not say what it was trained on: name the DATA")
        source = plan.source
    options = load_options(source, {name: chosen[name] for name in _OF_DATA if name in chosen})
    if plan is not None and same_source(source, plan.source):
        options = {**plan.options, **options}
    if isinstance(encoder, Columns):
        return _table(encoder, source)
    if isinstance(encoder, Camera) and os.path.isdir(source):  # noqa: PTH112 - answers for every name
        options["camera"] = encoder
    return load(source, **options)


def judging_data(model: Model, source: str | None, chosen: Mapping[str, Any]) -> Judging:
    """Load the examples to judge a model by: of what it was trained on, those that were held out.

    Parameters
    ----------
    model, source, chosen
        See `load_data`.

    Raises
    ------
    GlassnetError, UsageError
        See `load_data`.
    """
    data, plan = load_data(model, source, chosen), model.plan
    if data.names is None:  # so that an example is found again among all of them
        data = replace(data, names=tuple(f"example {k}" for k in range(data.n_examples)))
    if plan is None or not (source is None or same_source(source, plan.source)):
        return Judging(data, None, f"all {data.n_examples:,} examples of {data.name}")
    if plan.held_out == 0:
        return Judging(data, data, f"the {data.n_examples:,} examples of {data.name} that it learned from")
    learned, held_out = data.split(plan.held_out, plan.settings.seed)
    what = f"the {held_out.n_examples:,} held-out examples of {data.name}, which it did not learn from"
    return Judging(held_out, learned, what)


def same_source(source: str, other: str) -> bool:
    """Whether two names of sources mean the same."""
    return source == other or Path(source).resolve() == Path(other).resolve()


def _table(columns: Columns, source: str) -> Dataset:
    inputs, targets = columns.read(source)
    if targets is None:
        raise DataError(
            f"{source}: there is no column {columns.target.name!r}, which holds the right answers"
        )
    name = Path(source).stem
    return Dataset.from_arrays(inputs, targets, categories=columns.categories, encoder=columns, name=name)
