"""Findings in the weights that a training began with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.proof import Bars, by_layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from glassnet.doctor.patient import Patient
    from glassnet.training import LayerStatistics

__all__ = ["SMALL_GAIN", "start_findings"]

# What a layer's weights make of inputs of size 1: He's draw makes 1.41, Glorot's between 0.3 and 1.41.
_LARGE_GAIN, SMALL_GAIN = 2.8, 0.12
_HUGE_GAIN = 6.0  # that is too large whether it did harm or not
_TWINS = 0.8

_FITTING = Remedy(
    "Take the initial weights that fit the activation: He's for relu and its kin, Glorot's for others.",
    network={"initial_weights": None},
)


def start_findings(patient: Patient) -> Iterator[Finding]:
    """Examine the initial weights, as they were before the first step."""
    start, gains = patient.layers_at_start, patient.gains
    if start is None or gains is None:
        return
    for layer, found in enumerate(start[:-1], start=1):
        if found.weights_size == 0 or found.twins >= _TWINS:
            yield _symmetric(start, layer, found.weights_size, found.twins)
            return
    if start[-1].weights_size == 0 and len(start) > 1 and patient.sick:
        yield _symmetric(start, len(start), 0.0, 1.0)
        return
    evidence = {"gain, largest": float(gains.max()), "gain, smallest": float(gains.min())}
    if patient.history and patient.history.moments:
        evidence["loss at the start"] = patient.history.moments[0].loss
    harm = patient.sick or patient.gap
    if gains.max() > (_LARGE_GAIN if harm else _HUGE_GAIN):
        layer = int(gains.argmax()) + 1
        yield Finding(
            "initial weights too large",
            "serious" if harm else "mild",
            f"The weights of layer {layer} make sums {gains.max():.3g} times as large as its inputs; about 1 "
            "keeps numbers as they are.",
            evidence,
            f"layer {layer}, before the first step",
            (_FITTING,),
            _gains(gains),
            layer=layer,
        )
    elif patient.sick and gains.min() < SMALL_GAIN:
        layer = int(gains.argmin()) + 1
        yield Finding(
            "initial weights too small",
            "serious",
            f"The weights of layer {layer} make sums {gains.min():.3g} times as large as its inputs; about 1 "
            "keeps numbers as they are.",
            evidence,
            f"layer {layer}, before the first step",
            (_FITTING,),
            _gains(gains),
            layer=layer,
        )


def _gains(gains: NDArray[np.float64]) -> Bars:
    bars = tuple((f"layer {k}", float(gain)) for k, gain in enumerate(gains, start=1))
    return Bars("sums beside inputs, before the first step", bars, (1.0, "keeps sizes"), logarithmic=True)


def _symmetric(layers: Sequence[LayerStatistics], layer: int, size: float, twins: float) -> Finding:
    said = (
        f"All weights of layer {layer} began at 0."
        if size == 0
        else f"{twins:.0%} of the neurons of layer {layer} began as copies of others."
    )
    return Finding(
        "symmetric initial weights",
        "fatal",
        said,
        {"typical weight": size, "share of twins": twins},
        f"layer {layer}, before the first step",
        (_FITTING,),
        by_layer("neurons that began as copies of others", layers, lambda each: each.twins, (1.0, "all"))
        if size
        else by_layer("typical weight before the first step", layers, lambda each: each.weights_size),
        layer=layer,
    )
