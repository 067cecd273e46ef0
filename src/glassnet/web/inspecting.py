"""What the inspector shows: a neuron's sum, a weight's curve and chains, an output's error.

Everything comes from `glassnet.explain`, printed by it where the printed numbers must add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet import explain
from glassnet.errors import GlassnetError
from glassnet.explain.printing import json_values
from glassnet.pictures.squash_curve import squash_curve
from glassnet.web.chains import chains_shown
from glassnet.web.showing import picture_shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.network import Network, Trace
    from glassnet.web.messages import Select

__all__ = ["Scene", "check_gradient", "inspect"]

MOST_TERMS = 12
CURVE_POINTS = 61
MOST_WORK = 4_000_000
"""Parameters times examples that one point of a loss curve may cost, so that it stays live."""

_SAME_SLOPE = 1e-5
"""Up to this relative error a difference and a direct slope are the same, but for rounding."""

MOST_EXAMPLES = 512
MOST_CHAINED = 32
MOST_CHECKED = 200


@dataclass(frozen=True, eq=False)
class Scene:
    """What the inspector looks at.

    Attributes
    ----------
    network : Network
    trace : Trace
        Of what the camera sees, alone.
    targets : ndarray, shape (n_outputs,), or None
        The right answer to it, where it is known.
    data : Dataset
    whose : {"example", "data"}
        Whose loss is explained.
    learning_rate : float
    """

    network: Network
    trace: Trace
    targets: NDArray[Any] | None
    data: Dataset
    whose: str
    learning_rate: float


def inspect(scene: Scene, selection: Select) -> dict[str, Any] | None:
    """Return what is inside the thing that is selected; None for nothing.

    Raises
    ------
    GlassnetError
        There is no such thing, or it has no explanation.
    """
    if selection.what == "neuron":
        return _neuron(scene, selection.layer, selection.neuron)
    if selection.what == "weight":
        return _weight(scene, selection.layer, selection.neuron, selection.source)
    if selection.what == "output":
        return _output(scene, selection.neuron)
    return None


def check_gradient(network: Network, data: Dataset) -> dict[str, Any]:
    """Hold the direct gradient against a numeric one, and return the verdict and what both cost."""
    few = data.draw(_affordable(network, 16))
    check = explain.gradient_check(network, few.inputs, few.targets, most=MOST_CHECKED)
    values: dict[str, Any] = json_values(
        {
            "verdict": check.verdict,
            "agrees": check.agrees,
            "worst": check.worst,
            "n_checked": len(check.places),
            "n_parameters": check.n_parameters,
            "n_examples": few.n_examples,
            "forward_passes": check.forward_passes,
            "all_passes": check.all_passes["central differences"],
            "numeric_seconds": check.numeric_seconds,
            "direct_seconds": check.direct_seconds,
            "n_kinks": len(check.kinks),
        }
    )
    return values


def _neuron(scene: Scene, layer: int, neuron: int) -> dict[str, Any]:
    if layer == 0:
        return _input(scene, neuron)
    trace = scene.trace
    summed = explain.neuron(trace, 0, layer, neuron)
    printed = summed.printed(shown=MOST_TERMS)
    shown = {
        "what": "neuron",
        "layer": layer,
        "neuron": neuron,
        "activation": summed.activation,
        "weighted_sum": summed.weighted_sum,
        "slope": summed.slope,
        "output": summed.output,
        "lines": [
            {
                "kind": line.kind,
                "name": line.name,
                "source": "bias" if line.kind == "bias" else line.term.source if line.term else None,
                "connected": line.term.connected if line.term else True,
                "weight": line.weight,
                "input": line.input,
                "product": line.product,
                "amount": line.amount,
            }
            for line in printed.lines
        ],
        "printed": {"total": printed.total, "output": printed.output, "slope": printed.slope},
        "squash": _squash(summed.activation, summed.weighted_sum),
        "field": _field(scene, layer, neuron),
        "is_output": layer == trace.network.n_layers,
        "name": trace.network.category_names[neuron] if layer == trace.network.n_layers else None,
    }
    safe: dict[str, Any] = json_values(shown)
    return safe


def _input(scene: Scene, neuron: int) -> dict[str, Any]:
    """An input has no sum; what the error says to it is its slope."""
    value = float(scene.trace.inputs[0, neuron])
    return {
        "what": "input",
        "layer": 0,
        "neuron": neuron,
        "name": scene.network.input_names[neuron],
        "output": value,
    }


def _squash(activation: str, weighted_sum: float) -> list[tuple[float, float]]:
    """The curve of the squash around where the neuron is; empty for softmax."""
    if not np.isfinite(weighted_sum):
        return []
    reach = 3.0
    while abs(weighted_sum) > reach and reach < 1e6:
        reach *= 2
    return list(squash_curve(activation, -reach, reach, 49))


def _field(scene: Scene, layer: int, neuron: int) -> dict[str, Any] | None:
    shape = scene.data.picture_shape
    if shape is None or not explain.has_receptive_field(scene.network, layer):
        return None
    try:
        field = explain.receptive_field(scene.network, layer, neuron)
    except GlassnetError:
        return None
    return {
        "picture": picture_shown(field.picture, shape),
        "output": field.output,
        "alternatives": field.alternatives,
        "method": field.method,
    }


def _weight(scene: Scene, layer: int, neuron: int, source: int | str) -> dict[str, Any]:
    inputs, targets, whose = _examples(scene)
    network = scene.network
    curve = explain.slope(
        network, inputs, targets, layer, neuron, source,
        learning_rate=scene.learning_rate, n_points=CURVE_POINTS,
    )  # fmt: skip
    shown = {
        "what": "weight",
        "layer": layer,
        "neuron": neuron,
        "source": source,
        "name": curve.what,
        "value": curve.value,
        "loss": curve.loss,
        "slope": curve.slope,
        "values": curve.values,
        "losses": curve.losses,
        "tangent": curve.tangent([curve.values[0], curve.values[-1]]),
        "learning_rate": curve.learning_rate,
        "next_value": curve.next_value,
        "next_loss": curve.next_loss,
        "differences": [vars(difference) for difference in curve.differences],
        "agreement": _agreement(curve),
        "whose": scene.whose if scene.targets is not None else "data",
        "examples": whose,
        "one": _one(scene),
        "known": scene.targets is not None,
        "chain": _chain(scene, inputs, targets, layer, neuron, source),
    }
    safe: dict[str, Any] = json_values(shown)
    return safe


def _agreement(curve: explain.SlopeCurve) -> dict[str, Any]:
    """Hold the direct slope against the difference that comes nearest to it."""
    errors = [
        (abs(each.central - curve.slope) / max(abs(each.central), abs(curve.slope), 1e-300), each.step)
        for each in curve.differences
    ]
    worst, step = min(errors)
    agrees = worst <= _SAME_SLOPE or curve.slope == 0 == curve.differences[-1].central
    if agrees:
        said = f"The two agree: with steps of {step:g} the relative error is {worst:.1e}."
    else:
        said = f"The two differ by {worst:.1e} of their size: a kink is nearby, or the slope next to nothing."
    return {"agrees": agrees, "said": said}


def _chain(
    scene: Scene, inputs: NDArray[Any], targets: NDArray[Any], layer: int, neuron: int, source: int | str
) -> dict[str, Any] | None:
    """The chains of factors; None where there are too many examples to take them one by one."""
    if len(inputs) > MOST_CHAINED:
        return None
    return chains_shown(scene.network, inputs, targets, layer, neuron, source)


def _examples(scene: Scene) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Inputs and targets of what the loss is taken over, and what they are in words."""
    if scene.whose == "example" and scene.targets is not None:
        return scene.trace.inputs, scene.targets[np.newaxis], _one(scene)
    n = _affordable(scene.network, MOST_EXAMPLES)
    some = scene.data.draw(n)
    what = (
        f"all {some.n_examples:,} examples"
        if n >= scene.data.n_examples
        else f"{n:,} examples drawn by chance"
    )
    return some.inputs, some.targets, what


def _one(scene: Scene) -> str:
    return "this row" if scene.data.picture_shape is None else "this picture"


def _affordable(network: Network, most: int) -> int:
    return max(1, min(most, MOST_WORK // network.n_parameters))


def _output(scene: Scene, output: int) -> dict[str, Any]:
    neuron = _neuron(scene, scene.network.n_layers, output)
    shown: dict[str, Any] = {"what": "output", "neuron": neuron, "output": output, "errors": None}
    if scene.targets is not None:
        table = explain.error(scene.trace, scene.targets)
        printed = table.printed(shown=MOST_TERMS)
        numbers = {one.category: k for k, one in enumerate(table.outputs)}
        shown["errors"] = {
            "loss": table.loss,
            "total": printed.total,
            "lines": [
                {
                    "output": None if line.output is None else numbers[line.output.category],
                    "name": line.name,
                    "target": line.target,
                    "answer": line.answer,
                    "loss": line.loss,
                    "slope": line.slope,
                }
                for line in printed.lines
            ],
        }
    safe: dict[str, Any] = json_values(shown)
    return safe
