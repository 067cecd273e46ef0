"""The finding that ends a training: a loss that is infinite or not a number, where it began, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.proof import losses

if TYPE_CHECKING:
    from glassnet.doctor.patient import Patient
    from glassnet.training import NotFinite

__all__ = ["loss_not_finite"]


def loss_not_finite(patient: Patient, causes: tuple[str, ...]) -> Finding | None:
    """Say where a loss stopped being finite.

    Parameters
    ----------
    patient : Patient
    causes : tuple of str
        The names of what else was found: they say why.
    """
    met = None if patient.history is None else patient.history.not_finite
    if met is None:
        return None
    start = patient.history.moments[0].loss if patient.history and patient.history.moments else None
    evidence = {
        "loss": str(met.loss),
        "step": met.step,
        "layer": met.layer,
        "neuron": met.neuron,
        "example": met.example,
        "loss at the start": start,
    }
    evidence = {what: value for what, value in evidence.items() if value is not None}
    why = f" The cause: {', '.join(causes)}." if causes else ""
    name = str(met)
    said = f"{name[0].upper()}{name[1:]}.{why}"
    proof = losses(patient, (float(met.epoch), "not finite"))
    return Finding(
        "loss not finite",
        "fatal",
        said,
        evidence,
        _place(met),
        () if causes else _remedies(),
        proof,
        layer=met.layer,
        neurons=() if met.neuron is None else (met.neuron,),
    )


def _place(met: NotFinite) -> str:
    if met.layer is None:
        return f"step {met.step}, the loss itself"
    return f"step {met.step}, layer {met.layer}, neuron {met.neuron}, example {met.example}"


def _remedies() -> tuple[Remedy, ...]:
    return (
        Remedy("Take adam with its own rate.", settings={"optimizer": "adam", "learning_rate": None}),
        Remedy("Clip the gradient at 1.", settings={"clip": 1.0}),
    )
