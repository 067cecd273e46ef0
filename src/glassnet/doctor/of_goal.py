"""Findings in what a training minimises: a gradient cut short, a penalty that rules, the absolute error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.of_steps import NOWHERE, PLAIN
from glassnet.doctor.proof import Bars, losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor.patient import Patient
    from glassnet.training import Settings

__all__ = ["absolute", "clipped", "penalty"]

_PENALTY, _PULL = 0.3, 0.5
_STRONG_DECAY = 0.05
_CLIPPED = 0.1


def clipped(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    """Say that the clip leaves next to nothing of the gradient."""
    taken = patient.history.statistics if patient.history else []
    if settings is None or settings.clip is None or settings.chosen_optimizer.name not in PLAIN or not taken:
        return
    assert patient.network is not None
    n_weights = [int(row["biases"] - row["weights"]) for row in patient.network.layers]
    lengths = [
        float(
            np.sqrt(
                sum(n * layer.grad_weights_size**2 for n, layer in zip(n_weights, each.layers, strict=True))
            )
        )
        for each in taken
    ]
    length = float(np.median(lengths))
    if settings.clip > _CLIPPED * length or (patient.path or 0) > NOWHERE:
        return
    yield Finding(
        "clipping that kills the gradient",
        "serious",
        f"The gradient is about {length:.3g} long and is cut down to {settings.clip:g}.",
        {
            "length of the gradient": length,
            "clip": settings.clip,
            "distance travelled by the weights": patient.path,
        },
        "the setting clip",
        (
            Remedy("Train without clip.", settings={"clip": None}),
            Remedy("Clip at 1.", settings={"clip": 1.0}),
        ),
        Bars(
            "length of the gradient",
            (("as it is", length), ("as it may be", float(settings.clip))),
            logarithmic=True,
        ),
    )


def penalty(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    """Say that the penalty on the weights, and not the errors, is what is minimised."""
    network = patient.network
    assert network is not None
    if settings is None:
        return
    decay = settings.chosen_optimizer.number("weight_decay")
    decay = decay if decay > _STRONG_DECAY else 0.0
    if not (settings.l1 or settings.l2 or decay) or patient.not_finite:
        return
    weights = np.concatenate([network.weights(k).ravel() for k in range(1, network.n_layers + 1)]).astype(
        float
    )
    price = settings.l1 * np.abs(weights).sum() + (settings.l2 + decay) / 2 * np.sum(weights**2)
    loss = patient.losses[-1]
    start = patient.layers_at_start
    shrunk = 1.0
    if start is not None:
        pairs = zip(start, patient.layers_now, strict=True)
        shrunk = min(now.weights_size / max(then.weights_size, 1e-30) for then, now in pairs)
    if price < _PENALTY * loss and shrunk > 0.2 and _pull(patient, settings) < _PULL:
        return
    yield Finding(
        "regulariser too strong",
        "serious" if patient.sick else "mild",
        f"The penalty on the weights is {price:.3g} of a loss of {loss:.3g}; the weights shrank to "
        f"{shrunk:.0%} of what they were.",
        {"penalty": float(price), "loss": loss, "l1": settings.l1, "l2": settings.l2, "shrunk to": shrunk},
        "the settings l1 and l2",
        (
            Remedy("Train without penalty.", settings={"l1": 0.0, "l2": 0.0, **_no_decay(settings)}),
            Remedy("Take a hundredth of it.", settings={"l1": settings.l1 / 100, "l2": settings.l2 / 100}),
        ),
        _shrinking(patient)
        or Bars("what is minimised", (("errors: the loss", loss), ("weights: the penalty", float(price)))),
    )


def _shrinking(patient: Patient) -> Bars | None:
    """Return the weights as they began and as they are; None where nobody saw them begin."""
    if patient.layers_at_start is None:
        return None
    bars = []
    for k, (then, now) in enumerate(zip(patient.layers_at_start, patient.layers_now, strict=True), start=1):
        bars += [(f"layer {k}, at the start", then.weights_size), (f"layer {k}, now", now.weights_size)]
    return Bars("typical size of a weight", tuple(bars))


def _pull(patient: Patient, settings: Settings) -> float:
    """Return how much of the slope at the start is the penalty's, in the layer where that is most."""
    start = patient.layers_at_start or ()
    pulls = [
        (settings.l1 + settings.l2 * layer.weights_size) / max(layer.grad_weights_size, 1e-30)
        for layer in start
    ]
    return max(pulls, default=0.0)


def _no_decay(settings: Settings) -> dict[str, str]:
    return {"optimizer": "adam"} if settings.chosen_optimizer.name == "adamw" else {}


def absolute(patient: Patient, _settings: Settings | None) -> Iterator[Finding]:
    """Say that the absolute error is what is minimised; asked only where it may have done harm."""
    network = patient.network
    assert network is not None
    if network.loss.name != "absolute":
        return
    last = "softmax" if patient.categories else "identity"
    loss = "cross_entropy" if patient.categories else "squared"
    yield Finding(
        "absolute error stalls",
        "serious" if patient.sick and not patient.not_finite else "mild",
        "The absolute error pulls at each output with the same force until the last."
        if patient.not_finite
        else f"With the absolute error the score stays at {patient.score:.3g}.",
        {"score": patient.score, "loss, last epoch": patient.losses[-1] if patient.losses else None},
        "the loss",
        (
            Remedy(f"Take {loss}.", network={"loss": loss, "last_activation": last}),
            Remedy("Take the squared error.", network={"loss": "squared", "last_activation": "identity"}),
        ),
        losses(patient),
    )
