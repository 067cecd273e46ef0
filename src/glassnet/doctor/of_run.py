"""Findings in how a training went: the first cause that explains what is wrong, and not its symptoms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.of_design import few_neurons
from glassnet.doctor.of_goal import absolute, clipped, penalty
from glassnet.doctor.of_gradients import born_blind, born_dead, dead_now, gradient_findings
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
    """Say why a training went wrong; of one that did not, only what can hardly be chance.

    Where the settings are not known, whatever asks for them finds nothing.
    """
    settings = patient.settings
    if patient.history is None or not (patient.losses or patient.not_finite):
        # Who knows whether it learned from these examples? That neurons are dead is seen anyway.
        yield from dead_now(patient)
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


def _suspected(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
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


def _sorted_data(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    data = patient.data
    if settings is None or settings.shuffle or settings.batch >= data.n_examples or not patient.categories:
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


def _bottleneck(patient: Patient, _settings: Settings | None) -> Iterator[Finding]:
    """Say that next to nothing fits through, before anything else is made of what follows from it."""
    assert patient.network is not None
    hidden = patient.network.sizes[1:-1]
    if patient.knows_less and not patient.not_finite and hidden and min(hidden) <= _BOTTLENECK:
        yield from few_neurons(patient)


def _narrow(patient: Patient, _settings: Settings | None) -> Iterator[Finding]:
    if patient.unfit:
        yield from few_neurons(patient)


def _unfit(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    if not patient.unfit and not (patient.poor and patient.knows_less):
        return
    many = patient.n_steps is None or patient.n_steps >= FEW_STEPS
    name = "loss stuck at chance" if patient.at_chance and many else "underfitting"
    yield _no_better(patient, settings, name)


def at_chance(patient: Patient) -> Iterator[Finding]:
    """Say that a trained network knows next to nothing, where nothing else was found: it is not healthy."""
    if patient.trained and not patient.not_finite and patient.near_chance:
        yield _no_better(patient, patient.settings, "loss stuck at chance")


def _no_better(patient: Patient, settings: Settings | None, name: str) -> Finding:
    yardstick = patient.yardstick
    evidence = {"score on its own examples": patient.score, "by chance": patient.chance}
    if yardstick is not None:
        evidence[f"simple learners ({yardstick.by})"] = yardstick.score
    longer = {} if settings is None else {"epochs": settings.epochs * 10}
    return Finding(
        name,
        "serious",
        _compared(patient),
        evidence,
        "the training",
        (
            ADAM,
            Remedy("Train ten times as long.", settings=longer),
            Remedy("Take one layer of 128 ReLUs.", network={"hidden": (128,), "activation": "relu"}),
            Remedy("Take leaky ReLU and biases.", network={"activation": "leaky_relu", "biases": True}),
        ),
        scores(patient),
    )


def _compared(patient: Patient) -> str:
    """Say what the network makes of its examples, and what simple learners make of such."""
    yardstick, score = patient.yardstick, patient.score
    assert score is not None
    own = "the examples that it learned from" if patient.losses else "these examples"
    if patient.categories:
        said = f"It answers {score:.1%} of {own} right"
        known = (
            ""
            if yardstick is None
            else f"{yardstick.by}, of examples not learned from, {yardstick.score:.1%}"
        )
    else:
        said = f"It explains {score:.3g} of the variance of {own}"
        known = (
            ""
            if yardstick is None
            else f"{yardstick.by}, of examples not learned from, {yardstick.score:.3g}"
        )
    return f"{said}; {known}." if known else f"{said}."
