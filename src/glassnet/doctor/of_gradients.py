"""Findings in the layers: saturated squashes, dead neurons, gradients that vanish or explode on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.proof import by_layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor.patient import Patient
    from glassnet.doctor.proof import Bars
    from glassnet.training import LayerStatistics, Settings

__all__ = ["born_blind", "born_dead", "dead_now", "gradient_findings", "wholly_dead"]

# Up to 40 % of dead ReLUs are seen in practice (SPEC, section 10).
_DEAD = 0.5
_SATURATED = 0.5
_FEW_EXAMPLES = 256
# A ReLU that is alive answers 0 to each example about as often as not.
_TELLING = 8
# dloss_dz of the first hidden layer as a share of that of the last layer.
_VANISHED, _EXPLODED = 0.02, 30.0

_DEFAULTS = {"initial_weights": None}


def gradient_findings(patient: Patient, _settings: Settings | None) -> Iterator[Finding]:
    """Look for the layer that keeps the others from learning."""
    network = patient.network
    assert network is not None
    if network.n_layers < 2:
        return
    looks = [each.layers for each in (patient.history.statistics if patient.history else ())]
    yield from _dead(patient, looks)
    ratios = [_ratio(layers) for layers in [*looks, patient.layers_now]]
    ratio = float(np.median(ratios[: max(1, len(looks))]))
    if ratio > _EXPLODED:
        yield _exploding(patient, ratio, ratios)
    elif ratio < _VANISHED and network.n_layers > 2:
        yield _vanishing(patient, ratio, ratios)
    else:
        yield from _saturated(patient, looks)


def born_blind(patient: Patient, _settings: Settings | None) -> Iterator[Finding]:
    """Say that nothing comes through before the first step: then no setting of the training is to blame."""
    start = patient.layers_at_start
    if start is None or len(start) < 3 or patient.not_finite or not patient.unfit:
        return
    assert patient.history is not None
    looks = [each.layers for each in patient.history.statistics]
    ratio = _ratio(start)
    if max(layer.dead for layer in start[:-1]) > _DEAD:
        yield from _dead(patient, looks)
    elif ratio < _VANISHED:
        yield _vanishing(patient, ratio, [_ratio(layers) for layers in [*looks, patient.layers_now]])


def born_dead(patient: Patient) -> Iterator[Finding]:
    """Say that most of a layer's ReLUs began dead and still are, whether the others made up for it or not."""
    start = patient.layers_at_start
    if start is None or max((layer.dead for layer in start[:-1]), default=0.0) <= _DEAD:
        return
    yield from _dead(patient, [start])


def dead_now(patient: Patient) -> Iterator[Finding]:
    """Say that most of a layer's ReLUs are dead, of a network that does badly and without a history."""
    if patient.unfit and patient.trained and patient.network is not None and patient.network.n_layers > 1:
        yield from _dead(patient, [])


def wholly_dead(patient: Patient) -> Iterator[Finding]:
    """Say that no neuron of a layer answered anything when it was last looked at: nothing learns any more."""
    looks = [each.layers for each in (patient.history.statistics if patient.history else ())]
    if looks and max((layer.dead for layer in looks[-1][:-1]), default=0.0) == 1:
        yield from _dead(patient, looks)


def _ratio(layers: tuple[LayerStatistics, ...]) -> float:
    return layers[0].grad_sums_size / max(layers[-1].grad_sums_size, 1e-300)


def _dead(patient: Patient, looks: list[tuple[LayerStatistics, ...]]) -> Iterator[Finding]:
    if patient.data.n_examples < _TELLING:
        patient.missing.append(f"dead neurons: too few examples to tell ({patient.data.n_examples})")
        return
    shares = [layer.dead for layer in patient.layers_now[:-1]]
    worst = int(np.argmax(shares))
    if shares[worst] <= _DEAD:
        return
    yield Finding(
        "dead ReLUs",
        "fatal" if shares[worst] == 1 else "serious" if patient.sick else "mild",
        f"{shares[worst]:.0%} of the neurons of layer {worst + 1} answer 0 to every example.",
        {"dead now": shares[worst], **({"dead at the start": looks[0][worst].dead} if looks else {})},
        f"layer {worst + 1}",
        (
            Remedy(
                "Take leaky ReLU with slope 0.1 and fitting initial weights.",
                network={"activation": "leaky_relu", **_DEFAULTS},
            ),
            Remedy(
                "The same, with adam's own learning rate.",
                network={"activation": "leaky_relu", **_DEFAULTS},
                settings={"optimizer": "adam", "learning_rate": None},
            ),
            Remedy("Draw other initial weights.", network=_DEFAULTS),
        ),
        by_layer("dead neurons", patient.layers_now, lambda layer: layer.dead, (_DEAD, "too many")),
        layer=worst + 1,
        neurons=_silent(patient, worst + 1),
    )


def _silent(patient: Patient, layer: int) -> tuple[int, ...]:
    """The neurons that answer 0 to every example, of some."""
    assert patient.network is not None
    some = patient.data.draw(_FEW_EXAMPLES).read(slice(None), patient.network.dtype)
    outputs = patient.network.run(some).outputs(layer)
    return tuple(np.flatnonzero((outputs == 0).all(axis=0)).tolist())


def _vanishing(patient: Patient, ratio: float, ratios: list[float]) -> Finding:
    assert patient.network is not None
    name = patient.network.activations[0].name
    depth = patient.network.n_layers - 1
    return Finding(
        "vanishing gradients",
        "serious",
        f"What reaches layer 1 of the slope of the loss is {ratio:.2g} of what the last layer gets.",
        {"layer 1 / last layer": ratio, "at the start": ratios[0], "at the end": ratios[-1], "squash": name},
        "layer 1",
        (
            Remedy(
                "Take relu, with the initial weights that fit it.",
                network={"activation": "relu", **_DEFAULTS},
                settings={"optimizer": "adam", "learning_rate": None},
            ),
            Remedy(
                "Take leaky ReLU, with the initial weights that fit it.",
                network={"activation": "leaky_relu", **_DEFAULTS},
                settings={"optimizer": "adam", "learning_rate": None},
            ),
            Remedy(
                "Take fewer layers.", network={"hidden": tuple(patient.network.sizes[1 : 1 + min(depth, 2)])}
            ),
        ),
        _slopes(patient),
        layer=1,
    )


def _slopes(patient: Patient) -> Bars:
    """Return what reaches each layer of the slope of the loss."""
    layers = patient.layers_at_start or patient.layers_now
    title = "slope of the loss (dloss/dz of an example) that reaches a layer"
    return by_layer(title, layers, lambda layer: layer.grad_sums_size, logarithmic=True)


def _exploding(patient: Patient, ratio: float, ratios: list[float]) -> Finding:
    return Finding(
        "exploding gradients",
        "serious",
        f"The slope of the loss is {ratio:.3g} times as large in layer 1 as in the last layer.",
        {"layer 1 / last layer": ratio, "at the start": ratios[0], "at the end": ratios[-1]},
        "layer 1",
        (
            Remedy("Take the initial weights that fit the activation.", network=_DEFAULTS),
            Remedy("Clip the gradient at 1.", settings={"clip": 1.0}),
        ),
        _slopes(patient),
        layer=1,
    )


def _saturated(patient: Patient, looks: list[tuple[LayerStatistics, ...]]) -> Iterator[Finding]:
    now = patient.layers_now
    shares = [
        float(np.median([layers[k].saturated or 0.0 for layers in [*looks, now]]))
        for k in range(len(now) - 1)
    ]
    worst = int(np.argmax(shares))
    if shares[worst] <= _SATURATED:
        return
    yield Finding(
        "saturated squashes",
        "serious",
        f"{shares[worst]:.0%} of the outputs of layer {worst + 1} lie where the squash is flat.",
        {"saturated": shares[worst], "saturated now": now[worst].saturated},
        f"layer {worst + 1}",
        (
            Remedy("Take the initial weights that fit the activation.", network=_DEFAULTS),
            Remedy(
                "Take relu, which has no upper end.",
                network={"activation": "relu", **_DEFAULTS},
                settings={"optimizer": "adam", "learning_rate": None},
            ),
        ),
        by_layer(
            "outputs where the squash is flat", now, lambda layer: layer.saturated, (_SATURATED, "too many")
        ),
        layer=worst + 1,
    )
