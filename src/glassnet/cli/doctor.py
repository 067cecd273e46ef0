"""Says what is wrong with a training, or with data before one, and tries what helps."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glassnet import doctor, pictures
from glassnet.cli.examples import judging_data
from glassnet.cli.models import open_model
from glassnet.cli.plans import load_options
from glassnet.cli.showing import Shown, show
from glassnet.data import Camera, load
from glassnet.errors import GlassnetError
from glassnet.explain import baseline
from glassnet.training import MODEL, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glassnet.cli.examples import Judging
    from glassnet.cli.models import Model
    from glassnet.doctor import Diagnosis
    from glassnet.training import History, Training

__all__ = ["show_diagnosis", "show_findings"]

_OF_DATA_ALONE = ("target", "task", "missing", "camera", "negative")


def show_diagnosis(
    patient: str,
    source: str | None,
    chosen: Mapping[str, Any],
    *,
    treat: bool,
    as_json: bool,
    picture: str | None,
) -> int:
    """Print what is wrong; return the exit code, 1 if anything is.

    Parameters
    ----------
    patient : str
        A model, or data.
    source : str or None
        The data of a model; None for what it was trained on.
    chosen : mapping
        The options that were given: `seeds`, `epochs`, `seed`, and those of the data.
    treat : bool
        Whether to try the remedies.
    as_json : bool
    picture : str or None
        See `show`.

    Raises
    ------
    GlassnetError, UsageError
        The model or the data cannot be used.
    """
    if source is None and not _is_model(patient):
        if treat or picture:
            raise click.UsageError(
                "--treat and --picture go with a MODEL: there is nothing trained to look at"
            )
        diagnosis = _show_data(patient, chosen, as_json=as_json)
    else:
        if given := [name for name in _OF_DATA_ALONE if name in chosen]:
            raise click.UsageError(f"--{given[0]} goes with DATA alone: a MODEL knows how its data are read")
        diagnosis = _show_training(patient, source, chosen, treat=treat, as_json=as_json, picture=picture)
    return 0 if diagnosis.healthy else 1


def _is_model(patient: str) -> bool:
    path = Path(patient)
    if path.suffix in (".safetensors", ".run"):
        return True
    return os.path.isfile(path / MODEL)  # noqa: PTH113 - the other way raises for what no file can be called


def _show_data(source: str, chosen: Mapping[str, Any], *, as_json: bool) -> Diagnosis:
    data = load(source, **load_options(source, chosen))
    diagnosis = doctor.examine(None, data)
    rules = baseline(data)
    shown = Shown(
        f"{data!r}\n\n{diagnosis}\n\n{rules}\n(judged by the examples that they learned from)",
        {"data": source, "diagnosis": diagnosis.to_json(), "baseline": rules.to_json()},
        None,
    )
    show(shown, as_json=as_json, picture=None)
    return diagnosis


def _show_training(
    model: str,
    source: str | None,
    chosen: Mapping[str, Any],
    *,
    treat: bool,
    as_json: bool,
    picture: str | None,
) -> Diagnosis:
    opened = open_model(model)
    judging, history = judging_data(opened, source, chosen), _history(opened)
    settings = None if opened.plan is None else opened.plan.settings
    data = judging.data if judging.learned is None else judging.learned
    held_out = judging.data if judging.learned is not None and judging.learned is not judging.data else None
    if judging.learned is None:
        history = None  # of other data
    diagnosis = doctor.examine(opened.network, data, history, held_out, settings)
    heart = doctor.by_heart(opened.network, data, seed=chosen.get("seed", 0))
    start = doctor.at_start(opened.network, data)
    lines = [f"{opened.path}, judged by {judging.what}", str(diagnosis), f"{heart}\n{start}"]
    values: dict[str, Any] = {
        "model": str(opened.path),
        "diagnosis": diagnosis.to_json(),
        "by_heart": heart.to_json(),
        "at_start": start.to_json(),
    }
    if treat:
        options = {"n_seeds": chosen["seeds"]} if "seeds" in chosen else {}
        treatment = doctor.treat(
            opened.network, data, diagnosis, held_out, settings, epochs=chosen.get("epochs"), **options
        )
        treatment = dataclasses.replace(treatment, source=_arguments(opened, judging, source, chosen))
        lines.append(str(treatment))
        values["treatment"] = treatment.to_json()
    draw = None if history is None else lambda: pictures.cockpit(history, diagnosis)
    show(Shown("\n\n".join(lines), values, draw), as_json=as_json, picture=picture)
    return diagnosis


def _arguments(
    opened: Model, judging: Judging, source: str | None, chosen: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the arguments of ``train`` that say what a model is trained on, and where a new one goes."""
    plan = opened.plan
    if plan is None or judging.learned is None:
        assert source is not None  # else there would be no data
        options = load_options(source, chosen)
        return (source, *_data_arguments(options))
    arguments = [plan.source, *_data_arguments(plan.options)]
    if plan.held_out != Plan(source="").held_out:
        arguments += ["--held-out", f"{plan.held_out:g}"]
    if plan.settings.seed:
        arguments += ["--seed", str(plan.settings.seed)]
    folder = opened.path.parent if opened.path.name == MODEL else opened.path
    return (*arguments, "-o", str(folder.with_name(f"{folder.stem}-treated.run")))


def _data_arguments(options: Mapping[str, Any]) -> list[str]:
    """Say options of `glassnet.data.load` as ``train`` does: what `load_options` undoes."""
    arguments: list[str] = []
    for name, value in options.items():
        if isinstance(value, Camera):
            arguments += ["--camera", f"{value.rows}x{value.columns}"] + ["--negative"] * value.negative
        elif name == "on_error":
            arguments.append("--skip-unreadable")
        else:
            arguments += [f"--{'labels' if name == 'targets' else name}", str(value)]
    return arguments


def _history(opened: Model) -> History | None:
    """Read what happened in the training; a damaged record is no reason to say nothing at all."""
    try:
        return opened.history()
    except GlassnetError as error:
        click.echo(f"warning: the training itself is not examined: {error}", err=True)
        return None


def show_findings(training: Training, history: History, folder: Path) -> None:
    """Print what is wrong with a training that has come to its end, each finding in a line."""
    data, held_out = training.examples.data, training.held_out
    diagnosis = doctor.examine(
        training.network, data, history, None if held_out is None else held_out.data, training.settings
    )
    for finding in diagnosis.findings:
        click.echo(f"{finding.severity}: {finding.name}: {finding.said}")
    if not diagnosis.healthy:
        click.echo(f"why, and what helps: glassnet doctor {folder} --treat")
