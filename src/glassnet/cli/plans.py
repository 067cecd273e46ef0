"""The options that were typed become a plan, with the defaults that fit the data."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.data import Camera
from glassnet.errors import SettingError
from glassnet.training import Plan
from glassnet.training.plan import FEW_EXAMPLES, PLAN_VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glassnet.data import Dataset

__all__ = ["default_folder", "fitted", "load_options", "new_plan"]

LEAST_STEPS = 1_000
"""With few examples an epoch is a few steps; the default is then as many epochs as make this many."""


def new_plan(source: str, chosen: Mapping[str, Any]) -> Plan:
    """Return the plan that some options make.

    Parameters
    ----------
    source : str
        Where the data are.
    chosen : mapping
        The options that were given, by the names of `glassnet.cli.commands`.

    Raises
    ------
    GlassnetError
        An option is not what it may be.
    """
    values = {name: value for name, value in chosen.items() if name in PLAN_VALUES}
    return Plan(source=source, options=load_options(source, chosen)).changed(values)


def fitted(plan: Plan, chosen: Mapping[str, Any], data: Dataset) -> Plan:
    """Fill in the defaults that depend on the data: how many examples are held out, and the epochs."""
    if "held_out" not in chosen and data.n_examples < FEW_EXAMPLES:
        plan = dataclasses.replace(plan, held_out=0.0)
    if "epochs" not in chosen:
        n_learned = data.n_examples * (1 - plan.held_out)
        steps_per_epoch = max(1.0, n_learned / plan.settings.batch)
        epochs = max(plan.settings.epochs, round(LEAST_STEPS / steps_per_epoch))
        plan = dataclasses.replace(plan, settings=dataclasses.replace(plan.settings, epochs=epochs))
    return plan


def default_folder(source: str) -> Path:
    """Return the folder for a run on `source`: its name with ``.run``, in the current folder.

    Examples
    --------
    >>> print(default_folder("pictures/letters.npz"))
    letters.run
    """
    path = Path(source).resolve()
    return Path(f"{path.name if path.is_dir() else path.stem}.run")


def load_options(source: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Name the options of the data as `glassnet.data.load` does.

    Raises
    ------
    SettingError
        An option is given without the one that it belongs to.
    """
    options = {name: chosen[name] for name in ("target", "task", "missing") if name in chosen}
    if "ignore" in chosen:
        options["ignore"] = list(chosen["ignore"])  # a plan holds plain JSON values
    if "labels" in chosen:
        options["targets" if source.lower().endswith(".npy") else "labels"] = chosen["labels"]
    if "skip_unreadable" in chosen:
        options["on_error"] = "skip"
    if "camera" in chosen:
        rows, columns = chosen["camera"]
        options["camera"] = Camera(rows, columns, chosen.get("negative", False))
    elif "negative" in chosen:
        raise SettingError("--negative needs --camera, such as --camera 28x28")
    return options
