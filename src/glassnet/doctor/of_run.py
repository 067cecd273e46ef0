"""Findings in how a training went: the first cause that explains what is wrong, and not its symptoms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.of_design import few_neurons
from glassnet.doctor.of_goal import absolute, clipped, penalty
from glassnet.doctor.of_gradients import born_blind, born_dead, gradient_findings
from glassnet.doctor.of_steps import (
    ADAM,
    FEW_STEPS,
    batch_too_small,
    leaps,
    rate_too_high,
    stopped_early,
    too_few_steps,
)
from glassnet.doctor.proof import Bars, scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor.patient import Patient
    from glassnet.training import Settings

__all__ = ["run_findings"]

_BOTTLENECK = 2


def run_findings(patient: Patient) -> Iterator[Finding]:
    """Say why a training went wrong; of one that did not, only what can hardly be chance."""
    settings = patient.settings
    if settings is None or patient.history is None or not (patient.losses or patient.not_finite):
        return
    yield from _sorted_data(patient, settings)
    if not patient.sick:
        yield from _suspected(patient, settings)
        return
    for look in (
        clipped,
        penalty,
        _bottleneck,
        born_blind,
        absolute,
        batch_too_small,
        rate_too_high,
        gradient_findings,
        too_few_steps,
        _narrow,
        _unfit,
    ):
        found = [] if patient.not_finite and look is absolute else list(look(patient, settings))
        if found:
            yield from found
            if patient.not_finite and patient.categories:
                yield from absolute(patient, settings)
            return


def _suspected(patient: Patient, settings: Settings) -> Iterator[Finding]:
    """Ask of a training that did well what is odd whatever came of it, and more if it is a little behind."""
    odd = list(leaps(patient, settings)) or list(born_dead(patient))
    yield from odd
    if patient.categories or patient.behind:
        yield from absolute(patient, settings)
    if odd or not patient.behind:
        return
    for look in (_bottleneck, stopped_early, penalty):
        found = list(look(patient, settings))
        if found:
            yield from found
            return


def _sorted_data(patient: Patient, settings: Settings) -> Iterator[Finding]:
    data = patient.data
    if settings.shuffle or settings.batch >= data.n_examples or not patient.categories:
        return
    labels = data.labels
    same = float(np.mean(labels[1:] == labels[:-1])) if labels.size > 1 else 0.0
    by_chance = float(np.sum((patient.counts / data.n_examples) ** 2))
    if same < by_chance + 0.5 * (1 - by_chance):
        return
    yield Finding(
        "data never shuffled",
        "serious",
        f"The order of the examples never changes; {same:.0%} of them follow one of their own category.",
        {"follow their own category": same, "by chance": by_chance},
        "the setting shuffle",
        (Remedy("Shuffle the examples anew in each epoch.", settings={"shuffle": True}),),
        Bars(
            "examples that follow one of their own category",
            (("in these data", same), ("by chance", by_chance)),
            (1.0, "all"),
        ),
    )


def _bottleneck(patient: Patient, _settings: Settings) -> Iterator[Finding]:
    """Say that next to nothing fits through, before anything else is made of what follows from it."""
    assert patient.network is not None
    hidden = patient.network.sizes[1:-1]
    if patient.knows_less and not patient.not_finite and hidden and min(hidden) <= _BOTTLENECK:
        yield from few_neurons(patient)


def _narrow(patient: Patient, _settings: Settings) -> Iterator[Finding]:
    if patient.unfit:
        yield from few_neurons(patient)


def _unfit(patient: Patient, settings: Settings) -> Iterator[Finding]:
    yardstick = patient.yardstick
    if not patient.unfit and not (patient.poor and patient.knows_less):
        return
    evidence = {"score on its own examples": patient.score, "by chance": patient.chance}
    if yardstick is not None:
        evidence[f"simple learners ({yardstick.by})"] = yardstick.score
    many = (patient.n_steps or 0) >= FEW_STEPS
    name = "loss stuck at chance" if patient.at_chance and many else "underfitting"
    yield Finding(
        name,
        "serious",
        f"Of its own examples it gets {patient.score:.3g}"
        + ("." if yardstick is None else f"; {yardstick.by} of new ones {yardstick.score:.3g}."),
        evidence,
        "the training",
        (
            ADAM,
            Remedy("Train ten times as long.", settings={"epochs": settings.epochs * 10}),
            Remedy("Take one layer of 128 ReLUs.", network={"hidden": (128,), "activation": "relu"}),
            Remedy("Take leaky ReLU and biases.", network={"activation": "leaky_relu", "biases": True}),
        ),
        scores(patient),
    )
