"""Findings in what came out: learned by heart, or from too few examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor.patient import Patient

__all__ = ["result_findings", "too_little_data"]

# The held-out loss at the end beside its lowest, for categories (where it may rise while answers stay right)
# and for numbers; how early the lowest was; how much worse the score is on new examples.
_RISE, _EARLY, _GAP = {True: 1.5, False: 1.2}, 0.3, 0.04
_WEIGHTS_AN_EXAMPLE = 20.0
_FEW_A_CATEGORY = 10


def result_findings(patient: Patient) -> Iterator[Finding]:
    """Compare what is known by heart with what is known of new examples."""
    yield from too_little_data(patient)
    yield from _overfitting(patient)


def _gap(patient: Patient) -> tuple[float, float]:
    """Return how much better the score is on its own examples than on new ones, and three standard errors."""
    if patient.score is None or patient.held_out_score is None or patient.held_out is None:
        return 0.0, np.inf
    n, score = patient.held_out.n_examples, patient.held_out_score
    share = min(max(score, 0.0), 1.0) if patient.categories else 0.8
    return patient.score - score, 3 * float(np.sqrt(max(share * (1 - share), 0.5 / n) / n))


def too_little_data(patient: Patient, *, handful: bool = False) -> Iterator[Finding]:
    """Say so where a category has a handful of examples, or many weights do worse than simple learners."""
    network, gap = patient.network, _gap(patient)
    if network is None or gap[0] < max(_GAP, gap[1]):
        return
    n = patient.data.n_examples
    a_category = n / patient.data.n_outputs if patient.categories else n / 3
    too_wide = not handful and patient.poor and network.n_parameters > _WEIGHTS_AN_EXAMPLE * n
    if a_category >= _FEW_A_CATEGORY and not too_wide:
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
    )


def _overfitting(patient: Patient) -> Iterator[Finding]:
    history, (gap, error) = patient.history, _gap(patient)
    if history is None or not history.held_out or len(history.moments) < 4 or gap < max(_GAP, error):
        return
    losses = np.array([moment.loss for moment in history.moments])
    best = int(np.nanargmin(losses))
    rise = float(losses[-1] / losses[best])
    if not rise > _RISE[patient.categories] or best > _EARLY * len(losses):
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
    )
