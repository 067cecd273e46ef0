"""Findings in what came out: learned by heart, or from too few examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.proof import losses as losses_over_epochs
from glassnet.doctor.proof import scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor.patient import Patient

__all__ = ["result_findings", "too_little_data"]

# The held-out loss at the end beside its lowest, for categories (where it may rise while answers stay right)
# and for numbers; how much better it then knows its own examples; how early the lowest was.
_RISE, _GAP, _EARLY = {True: 1.8, False: 1.2}, 0.08, 0.3
_RISE_AHEAD, _GAP_AHEAD = 1.8, 0.2  # where it answers new examples better than simple learners do
# What is known by heart: its own examples; and of numbers, by how much better than new ones.
_BY_HEART, _MUCH = 0.97, 0.08
_WEIGHTS_AN_EXAMPLE = 20.0
_FEW_A_CATEGORY = 10


def result_findings(patient: Patient) -> Iterator[Finding]:
    """Compare what is known by heart with what is known of new examples."""
    yield from too_little_data(patient)
    yield from _overfitting(patient)


def too_little_data(patient: Patient, *, handful: bool = False) -> Iterator[Finding]:
    """Say so where a category has a handful of examples, or so many weights know them by heart.

    A layer of as many neurons as there are examples can give each of them any answer: that all are right then
    says nothing, and that new ones are answered worse says that too few were there to learn from.
    """
    network = patient.network
    if network is None or not patient.gap:
        return
    n = patient.data.n_examples
    a_category = n / patient.data.n_outputs if patient.categories else n / 3
    many = patient.poor and network.n_parameters > _WEIGHTS_AN_EXAMPLE * n
    as_many = max(network.sizes[1:-1], default=0) >= n
    too_wide = (many or as_many) and (patient.score or 0) >= _BY_HEART
    if a_category >= _FEW_A_CATEGORY and (handful or not too_wide):
        return
    yield Finding(
        "too little data",
        "serious",
        f"{network.n_parameters:,} weights and biases learn from {n} examples.",
        {
            "weights an example": network.n_parameters / n,
            "score on its own examples": patient.score,
            "score on new ones": patient.held_out_score,
        },
        "the training data",
        (
            Remedy("Gather more examples."),
            Remedy("Take a penalty on the weights.", settings={"l2": 0.01}),
            Remedy("Stop early.", settings={"patience": 5}),
        ),
        scores(patient),
    )


def _overfitting(patient: Patient) -> Iterator[Finding]:
    history = patient.history
    if history is None or not history.held_out or len(history.moments) < 4 or not patient.gap:
        return
    losses = np.array([moment.loss for moment in history.moments])
    best = int(np.nanargmin(losses))
    rise = float(losses[-1] / losses[best])
    if patient.behind or patient.yardstick is None:
        bad = rise > _RISE[patient.categories] and patient.gap > _GAP
    else:
        bad = rise > _RISE_AHEAD and patient.gap > _GAP_AHEAD
    rises = bad and best <= _EARLY * len(losses)
    by_heart = not patient.categories and patient.gap > _MUCH and (patient.score or 0) >= _BY_HEART
    if not rises and not by_heart:
        return
    yield Finding(
        "overfitting",
        "serious",
        f"The held-out loss was lowest after epoch {history.moments[best].epoch} and is {rise:.3g} times as "
        "high at the end.",
        {
            "lowest held-out loss": float(losses[best]),
            "last held-out loss": float(losses[-1]),
            "score on its own examples": patient.score,
            "score on new ones": patient.held_out_score,
        },
        f"epoch {history.moments[best].epoch}",
        (
            Remedy("Stop when the held-out loss no longer falls.", settings={"patience": 5}),
            Remedy("Take a penalty on the weights.", settings={"l2": 0.003}),
            Remedy("Take fewer neurons.", network={"hidden": (16,)}),
        ),
        losses_over_epochs(patient, (float(history.moments[best].epoch), "lowest")),
    )
