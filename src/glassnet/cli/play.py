"""Opens the page, with a model and data of one's own or those that come with glassnet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glassnet.cli.examples import judging_data, load_data
from glassnet.cli.models import Model, open_model
from glassnet.cli.plans import fitted, new_plan
from glassnet.training import MODEL, Settings
from glassnet.web.experiments import BUNDLED, Experiment, live_settings
from glassnet.web.serving import serve

if TYPE_CHECKING:
    from glassnet.web.experiments import Laboratory

__all__ = ["laboratory_for", "play"]


def play(model: str | None, data: str | None, *, port: int | None, browser: bool) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    model, data : str or None
        What to begin with: a model, data, or both; None for what comes with glassnet.
    port : int or None
    browser : bool
        Whether to open the browser.

    Raises
    ------
    GlassnetError
        The model or the data cannot be used, or the port is in use.
    """
    laboratory = laboratory_for(model, data)

    def tell(address: str) -> None:
        click.echo(f"The page is at\n\n    {address}\n\nIt ends with Ctrl-C.")

    serve(laboratory, port=port, browser=browser, tell=tell)


def laboratory_for(model: str | None, data: str | None) -> Laboratory:
    """Return what the page may open: what was named in front of what comes with glassnet.

    Raises
    ------
    GlassnetError
        The model or the data cannot be used.
    """
    if model is None:
        return BUNDLED
    own = _trained(open_model(model), data) if _is_model(model) else _untrained(model, data)
    return BUNDLED.before([("own", own.data.name, lambda: own)])


def _is_model(name: str) -> bool:
    return name.endswith(".safetensors") or (Path(name) / MODEL).is_file()


def _trained(model: Model, source: str | None) -> Experiment:
    """A model, the data that it was trained on or others, and the settings of its training."""
    settings = Settings() if model.plan is None else model.plan.settings
    if source is None:
        judging = judging_data(model, None, {})
        learned = judging.learned or judging.data
        held_out = None if learned is judging.data else judging.data
        return Experiment(learned, held_out, model.network, live_settings(settings))
    return Experiment(load_data(model, source, {}), None, model.network, live_settings(settings))


def _untrained(source: str, more: str | None) -> Experiment:
    """Data, and a network that fits them, as `glassnet train` would begin."""
    if more is not None:
        raise click.UsageError(f"{source} is no model: name a MODEL and DATA, or one of them")
    plan = new_plan(source, {})
    plan = fitted(plan, {}, plan.load())
    network, learned, held_out = plan.prepare()
    return Experiment(learned, held_out, network, live_settings(plan.settings))
