"""Holds the gradient that training uses against a numeric one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet import explain, pictures
from glassnet.checks import whole_number
from glassnet.cli.examples import load_data
from glassnet.cli.models import open_model
from glassnet.cli.showing import Shown, show
from glassnet.network.examples import Examples

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["check_gradient"]

_MOST, _EXAMPLES, _STEP = 200, 16, 1e-5


def check_gradient(
    model: str, source: str | None, chosen: Mapping[str, Any], *, as_json: bool, picture: str | None
) -> int:
    """Print whether the two gradients agree and what they cost; return the exit code, 1 if they do not.

    Parameters
    ----------
    model : str
    source : str or None
        The data; None for what the model was trained on.
    chosen : mapping
        The options that were given: `most`, `examples`, `step`, `seed`, and those of the data.
    as_json : bool
    picture : str or None
        See `show`.

    Raises
    ------
    GlassnetError, UsageError
        The model or the data cannot be used, or a setting is not what it may be.
    """
    opened = open_model(model)
    data, seed = load_data(opened, source, chosen), chosen.get("seed", 0)
    few = data.draw(whole_number(chosen.get("examples", _EXAMPLES), "examples", low=1), seed)
    Examples(few, opened.network)  # refuses data that do not fit
    check = explain.gradient_check(
        opened.network,
        few.inputs,
        few.targets,
        step=chosen.get("step", _STEP),
        most=chosen.get("most", _MOST),
        seed=seed,
    )
    where = f"with {few.n_examples:,} of the {data.n_examples:,} examples of {data.name}"
    shown = Shown(
        f"{opened.network.name} {where}\n{check}",
        {"model": str(opened.path), "data": data.name, "n_examples": few.n_examples, **check.to_json()},
        lambda: pictures.gradient_check(check),
    )
    show(shown, as_json=as_json, picture=picture)
    return 0 if check.agrees else 1
