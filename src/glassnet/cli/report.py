"""Writes all there is to say of a model on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet import doctor, explain, pictures
from glassnet.cli.examples import judging_data
from glassnet.cli.info import model_facts
from glassnet.cli.models import open_model
from glassnet.cli.printing import print_json
from glassnet.training import MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["write_report"]


def write_report(
    model: str, source: str | None, chosen: Mapping[str, Any], *, output: str | None, as_json: bool
) -> None:
    """Look at a model from all sides, and write what there is to see on one page.

    Parameters
    ----------
    model : str
    source : str or None
        The data to judge it by; None for the held-out part of what it was trained on.
    chosen : mapping
        The options that were given: `seed`, and those of the data.
    output : str or None
        The file to write; without it ``report.html`` in the run, or a file beside the model.
    as_json : bool
        Print the numbers behind the page.

    Raises
    ------
    GlassnetError, UsageError
        The model or the data cannot be used, or the page cannot be written.
    """
    opened = open_model(model)
    file = _usual_file(opened.path) if output is None else Path(output)
    judging = judging_data(opened, source, chosen)
    survey = explain.survey(opened.network, judging.data, judging.learned, seed=chosen.get("seed", 0))
    history = opened.history()
    diagnosis = None
    if judging.learned is not None:
        held_out = None if judging.learned is judging.data else judging.data
        settings = None if opened.plan is None else opened.plan.settings
        diagnosis = doctor.examine(opened.network, judging.learned, history, held_out, settings)
    page = pictures.report(
        survey, history, diagnosis=diagnosis, judged_by=judging.what, about=model_facts(opened)
    )
    page.save(file)
    if as_json:
        print_json({"model": str(opened.path), "page": str(file), **survey.to_json()})
        return
    click.echo(f"{survey.evaluation}\n{survey.lead}\n{survey.check.verdict}")
    click.echo(f"saved:  {file} ({file.stat().st_size:,} bytes)")


def _usual_file(model: Path) -> Path:
    return model.with_name("report.html") if model.name == MODEL else model.with_suffix(".html")
