"""Findings in the steps of a training: leaps, or so small or few that the weights went nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.of_start import SMALL_GAIN
from glassnet.doctor.proof import losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor.patient import Patient
    from glassnet.training import Settings

__all__ = [
    "ADAM",
    "FEW_STEPS",
    "NOWHERE",
    "PLAIN",
    "batch_too_small",
    "leaps",
    "rate_too_high",
    "stopped_early",
    "too_few_steps",
]

# A step that moves the weights by more than this share of their size is a leap; typical is 0.001.
_LEAP, _LARGE_STEP = 0.3, 0.03
_AS_LONG, _HALF = 1.0, 0.5
# All steps together: with less the weights are still about where they were drawn.
NOWHERE, _NEARBY = 0.6, 2.5
# And as the crow flies.
_AT_HOME, _FAR = 0.4, 40.0
_TINY_STEP = 3e-4
FEW_STEPS = 300
_LARGE_BATCH = 64
_UP_AND_DOWN = 0.3
_BEYOND = 10_000
# A loss at the end that is so many times what it was before the first step.
_FLUNG, _MUCH_LEFT = 1.5, 0.2
# Shares of a layer's ReLUs: few are dead at the start, most are at the end.
_ALIVE, _DEAD = 0.3, 0.5

PLAIN = ("sgd", "momentum", "nesterov")
"""Optimizers whose step is as long as the gradient; the others divide the length out."""

ADAM = Remedy(
    "Take adam with its own learning rate.",
    settings={"optimizer": "adam", "learning_rate": None, "clip": None},
)


def _restless(patient: Patient) -> bool:
    """Whether steps were leaps, or the loss went up and down."""
    ratio = patient.typical_step
    # Else there were too few steps to judge by.
    wandered = (patient.path or 0.0) > NOWHERE and (patient.n_steps or 0) > FEW_STEPS / 3
    losses = patient.losses
    uneasy = _uneasy(losses) or (len(losses) > 1 and losses[-1] > 1.05 * losses[0])
    left = patient.moved is None or patient.moved > _AT_HOME
    return (
        patient.not_finite
        or _killed(patient)
        or (patient.moved or 0) > _FAR
        or (ratio is not None and ratio > _LEAP and not _settling(losses))
        or (_first_step(patient) > (_LEAP if patient.at_chance else 2 * _LEAP) and not _settling(losses))
        or (patient.unfit and _loss_left(patient) > _FLUNG)
        or (patient.unfit and uneasy and left and (ratio is None or ratio > _LARGE_STEP / 3))
        or (wandered and ratio is not None and ratio > _LARGE_STEP and patient.at_chance)
    )


def _first_step(patient: Patient) -> float:
    """Return how far the very first step moved a layer, as a share of its size."""
    first = [each for each in (patient.history.statistics if patient.history else ()) if each.step == 0]
    return max((layer.update_ratio or 0.0 for each in first for layer in each.layers), default=0.0)


def _loss_left(patient: Patient) -> float:
    """Return the loss of the last epoch as a share of what it was before the first step."""
    if not patient.losses or patient.history is None or not patient.history.moments:
        return 0.0
    return patient.losses[-1] / max(patient.history.moments[0].loss, 1e-30)


def _settling(losses: list[float]) -> bool:
    """Whether each epoch was better than the one before: then long steps did not miss their aim."""
    return len(losses) > 1 and bool(np.all(np.diff(losses) < 0))


def _uneasy(losses: list[float]) -> bool:
    """Whether the loss of an epoch often was higher than the one before; the end does not count."""
    some = np.array(losses[: max(2, int(0.7 * len(losses)))])
    jumps = np.abs(np.diff(some)) / np.maximum(some[:-1], 1e-12)
    return some.size > 4 and float(np.mean(np.diff(some) > 0)) > _UP_AND_DOWN and float(np.mean(jumps)) > 0.05


def leaps(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    """Say that steps were as long as the weights, or threw them far away, be it that no harm is seen."""
    gains, step = patient.gains, patient.typical_step
    if gains is None or step is None or gains.min() < SMALL_GAIN:  # from next to nothing every step is long
        return
    unsettled = _uneasy(patient.losses) and _loss_left(patient) > _MUCH_LEFT
    if (patient.moved or 0) > _FAR or step > _AS_LONG or (step > _HALF and unsettled):
        yield from list(batch_too_small(patient, settings)) or rate_too_high(patient, settings)


def _killed(patient: Patient) -> bool:
    """Whether ReLUs that were alive died, of steps longer than usual."""
    start, settings = patient.layers_at_start, patient.settings
    if start is None or settings is None or not patient.unfit:
        return False
    usual = settings.chosen_optimizer.row.learning_rate
    then, now = (max(layer.dead for layer in layers) for layers in (start, patient.layers_now))
    return settings.rate > 2 * usual and then < _ALIVE and now > _DEAD


def _rate_evidence(patient: Patient, settings: Settings) -> dict[str, float | None]:
    return {
        "learning rate": settings.rate,
        "usual for this optimizer": settings.chosen_optimizer.row.learning_rate,
        "typical step as a share of the weights": patient.update_ratio,
        "longest step looked at": patient.longest_step,
        "loss, first epoch": patient.losses[0] if patient.losses else None,
        "loss, last epoch": patient.losses[-1] if patient.losses else None,
    }


def batch_too_small(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    """Say that steps are leaps because each follows a few examples."""
    if (
        settings is None
        or settings.batch > 4
        or settings.batch * 8 > patient.data.n_examples
        or not _restless(patient)
    ):
        return
    yield Finding(
        "batch too small",
        "serious" if patient.sick else "mild",
        f"Each step follows the gradient of {settings.batch} of {patient.data.n_examples} examples, with a "
        f"learning rate of {settings.rate:g}; the loss does not settle.",
        {"batch": settings.batch, **_rate_evidence(patient, settings)},
        "the setting batch",
        (
            Remedy("Take batches of 32.", settings={"batch": 32}),
            Remedy(
                "Take batches of 32 and adam's own learning rate.", settings={**ADAM.settings, "batch": 32}
            ),
            Remedy("Take a tenth of the learning rate.", settings={"learning_rate": settings.rate / 10}),
        ),
        losses(patient),
    )


def rate_too_high(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    """Say that steps are leaps."""
    if settings is None or not _restless(patient):
        return
    yield Finding(
        "learning rate too high",
        "fatal" if patient.not_finite else "serious" if patient.sick else "mild",
        _how_restless(patient),
        _rate_evidence(patient, settings),
        "the setting learning_rate",
        (
            Remedy("Take a tenth of the learning rate.", settings={"learning_rate": settings.rate / 10}),
            Remedy("Take a hundredth of it.", settings={"learning_rate": settings.rate / 100}),
            ADAM,
        ),
        losses(patient),
    )


def _how_restless(patient: Patient) -> str:
    if patient.history is not None and patient.history.not_finite is not None:
        return f"The steps are leaps: the loss was lost at step {patient.history.not_finite.step:,}."
    step, moved = patient.longest_step or 0.0, patient.moved or 0.0
    long = []
    if step >= _LARGE_STEP:
        long.append(f"one of them changed the weights of a layer by {_of_their_size(step)}")
    if moved > _NEARBY:
        long.append(f"all together carried them away by {_of_their_size(moved)}")
    leaps = "The steps are leaps" if step >= _LARGE_STEP else "The steps lead astray" if long else ""
    said = f"{leaps}: {', and '.join(long)}." if long else "The loss does not settle."
    return f"{said} {_how_the_loss_went(patient)}"


def _of_their_size(ratio: float) -> str:
    if ratio < 1:
        return f"{ratio:.0%} of their size"
    if ratio > _BEYOND:
        return f"more than {_BEYOND:,} times their size"
    return f"{float(f'{ratio:.2g}'):,.10g} times their size"


def _how_the_loss_went(patient: Patient) -> str:
    """Say where the loss began, how high it was, and where it ended."""
    losses, moments = patient.losses, patient.history.moments if patient.history else []
    before = f"{moments[0].loss:.3g} before the first step, " if moments else ""
    between = f", up to {max(losses):.3g} later" if max(losses) > max(losses[0], losses[-1]) else ""
    return (
        f"The loss was {before}{losses[0]:.3g} in the first epoch{between} and {losses[-1]:.3g} in the last."
    )


def too_few_steps(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    """Say that the weights went nowhere: because of tiny steps, or because of few."""
    path = patient.path
    if settings is None or path is None:
        return
    at_home = patient.moved is not None and patient.moved < _AT_HOME
    coarse = _coarse(patient, settings)
    slow = at_home and settings.rate < settings.chosen_optimizer.row.learning_rate / 4
    if not slow and path > (_NEARBY if coarse or at_home else NOWHERE) * (1 + (coarse and at_home)):
        return
    yield from _shortage(patient, settings)


def stopped_early(patient: Patient, settings: Settings | None) -> Iterator[Finding]:
    """Say that a training that is a little behind ended while it still got better, or hardly began."""
    if settings is None:
        return
    moments = patient.history.moments if patient.history else []
    falling = bool(moments) and moments[-1].loss <= min(moment.loss for moment in moments)
    more, error = patient.shortfall
    few = (patient.n_steps or FEW_STEPS) < FEW_STEPS and falling and more > error
    if few or (patient.path is not None and patient.path < NOWHERE / 2 and patient.knows_less):
        yield from _shortage(patient, settings)


def _coarse(patient: Patient, settings: Settings) -> bool:
    """Whether few steps were made because each took many examples."""
    batch = min(settings.batch, patient.data.n_examples)
    return (patient.n_steps or 0) < FEW_STEPS and batch >= _LARGE_BATCH and settings.epochs >= 10


def _shortage(patient: Patient, settings: Settings) -> Iterator[Finding]:
    path, steps, ratio = patient.path, patient.n_steps, patient.update_ratio
    if path is None or steps is None or ratio is None:
        return
    batch, coarse = min(settings.batch, patient.data.n_examples), _coarse(patient, settings)
    way = {"distance travelled by the weights": path, "steps": steps, **_rate_evidence(patient, settings)}
    slower = Remedy("Take ten times the learning rate.", settings={"learning_rate": settings.rate * 10})
    much = Remedy("Take a hundred times the learning rate.", settings={"learning_rate": settings.rate * 100})
    longer = Remedy("Train ten times as long.", settings={"epochs": settings.epochs * 10})
    usual = settings.rate >= settings.chosen_optimizer.row.learning_rate / 4
    if coarse and (ratio >= _TINY_STEP or usual):
        smaller = Remedy("Take batches of 32 or fewer.", settings={"batch": 16})
        name, place, remedies = "batch too large", "the setting batch", (smaller, slower, longer)
        said = f"Batches of {batch} make {steps} steps in all"
    elif ratio < _TINY_STEP or steps >= FEW_STEPS:
        name, place, remedies = "learning rate too low", "the setting learning_rate", (slower, much, ADAM)
        said = f"A step changes the weights by {ratio:.2g} of their size"
    else:
        name, place, remedies = "underfitting", "the setting epochs", (longer, slower, ADAM)
        said = f"{steps} steps were made in {settings.epochs} epochs"
    said += f"; all of them together went {path:.2g} times the weights' size at most."
    severity = "serious" if patient.sick else "mild"
    yield Finding(name, severity, said, way, place, remedies, losses(patient))
