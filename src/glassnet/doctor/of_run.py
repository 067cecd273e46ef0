"""Findings in how a training went: the first cause that explains what is wrong, and not its symptoms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.of_design import few_neurons
from glassnet.doctor.of_gradients import born_blind, gradient_findings
from glassnet.doctor.proof import Bars, losses, scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor.patient import Patient
    from glassnet.training import Settings

__all__ = ["run_findings"]

# A step that moves the weights by more than this share of their size is a leap; typical is 0.001.
_LEAP, _LARGE_STEP = 0.3, 0.03
# All steps together: with less the weights are still about where they were drawn.
_NOWHERE, _NEARBY = 0.6, 2.5
# And as the crow flies.
_AT_HOME, _FAR = 0.4, 40.0
_BOTTLENECK = 2
_TINY_STEP = 3e-4
_FEW_STEPS = 300
_LARGE_BATCH = 64
_PENALTY, _PULL = 0.3, 0.5
_STRONG_DECAY = 0.05
_CLIPPED = 0.1
_UP_AND_DOWN = 0.3
# A loss at the end that is so many times what it was before the first step.
_FLUNG = 1.5
# Shares of a layer's ReLUs: few are dead at the start, most are at the end.
_ALIVE, _DEAD = 0.3, 0.5

_ROUND = ("sgd", "momentum", "nesterov")
"""Optimizers whose step is as long as the gradient; the others divide the length out."""

_ADAM = Remedy(
    "Take adam with its own learning rate.",
    settings={"optimizer": "adam", "learning_rate": None, "clip": None},
)


def run_findings(patient: Patient) -> Iterator[Finding]:
    """Say why a training went wrong; nothing is asked of one that did not."""
    settings = patient.settings
    if settings is None or patient.history is None or not (patient.losses or patient.not_finite):
        return
    yield from _sorted_data(patient, settings)
    if not patient.sick:
        if patient.categories or patient.behind:
            yield from _absolute(patient, settings)
        if patient.behind:
            yield from _suspected(patient, settings)
        return
    for look in (
        _clipped,
        _penalty,
        _bottleneck,
        born_blind,
        _absolute,
        _batch_too_small,
        _rate_too_high,
        gradient_findings,
        _too_few_steps,
        _narrow,
        _unfit,
    ):
        found = [] if patient.not_finite and look is _absolute else list(look(patient, settings))
        if found:
            yield from found
            if patient.not_finite and patient.categories:
                yield from _absolute(patient, settings)
            return


def _suspected(patient: Patient, settings: Settings) -> Iterator[Finding]:
    """Ask of answers that are a little behind only for what can hardly be chance."""
    assert patient.network is not None
    hidden = patient.network.sizes[1:-1]
    knows_less = patient.yardstick is not None and (patient.score or 0) < patient.yardstick.score
    if hidden and min(hidden) <= _BOTTLENECK and knows_less:
        yield from few_neurons(patient)
    elif (patient.moved or 0) > _FAR:
        found = list(_batch_too_small(patient, settings))
        yield from found or _rate_too_high(patient, settings)
    elif patient.path is not None and patient.path < _NOWHERE / 2 and knows_less:
        yield from _too_few_steps(patient, settings)
    else:
        yield from _penalty(patient, settings)


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


def _clipped(patient: Patient, settings: Settings) -> Iterator[Finding]:
    taken = patient.history.statistics if patient.history else []
    if settings.clip is None or settings.chosen_optimizer.name not in _ROUND or not taken:
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
    if settings.clip > _CLIPPED * length or (patient.path or 0) > _NOWHERE:
        return
    yield Finding(
        "clipping that kills the gradient",
        "serious",
        f"The gradient is about {length:.3g} long and is cut down to {settings.clip:g}.",
        {"length of the gradient": length, "clip": settings.clip, "way of the weights": patient.path},
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


def _penalty(patient: Patient, settings: Settings) -> Iterator[Finding]:
    network = patient.network
    assert network is not None
    decay = settings.chosen_optimizer.number("weight_decay")
    decay = decay if decay > _STRONG_DECAY else 0.0
    if not (settings.l1 or settings.l2 or decay) or patient.not_finite:
        return
    weights = np.concatenate([network.weights(k).ravel() for k in range(1, network.n_layers + 1)]).astype(
        float
    )
    penalty = settings.l1 * np.abs(weights).sum() + (settings.l2 + decay) / 2 * np.sum(weights**2)
    loss = patient.losses[-1]
    start = patient.layers_at_start
    shrunk = 1.0
    if start is not None:
        pairs = zip(start, patient.layers_now, strict=True)
        shrunk = min(now.weights_size / max(then.weights_size, 1e-30) for then, now in pairs)
    if penalty < _PENALTY * loss and shrunk > 0.2 and _pull(patient, settings) < _PULL:
        return
    yield Finding(
        "regulariser too strong",
        "serious" if patient.sick else "mild",
        f"The penalty on the weights is {penalty:.3g} of a loss of {loss:.3g}; the weights shrank to "
        f"{shrunk:.0%} of what they were.",
        {"penalty": float(penalty), "loss": loss, "l1": settings.l1, "l2": settings.l2, "shrunk to": shrunk},
        "the settings l1 and l2",
        (
            Remedy("Train without penalty.", settings={"l1": 0.0, "l2": 0.0, **_no_decay(settings)}),
            Remedy("Take a hundredth of it.", settings={"l1": settings.l1 / 100, "l2": settings.l2 / 100}),
        ),
        _shrinking(patient)
        or Bars("what is minimised", (("errors: the loss", loss), ("weights: the penalty", float(penalty)))),
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


def _restless(patient: Patient) -> bool:
    """Whether steps were leaps, or the loss went up and down."""
    losses = np.array(patient.losses[: max(2, int(0.7 * len(patient.losses)))])
    jumps = np.abs(np.diff(losses)) / np.maximum(losses[:-1], 1e-12)
    up = np.diff(losses) > 0
    uneasy = losses.size > 4 and float(np.mean(up)) > _UP_AND_DOWN and float(np.mean(jumps)) > 0.05
    ratio = patient.typical_step
    # Else there were too few steps to judge by.
    wandered = (patient.path or 0.0) > _NOWHERE and (patient.n_steps or 0) > _FEW_STEPS / 3
    first = [each for each in (patient.history.statistics if patient.history else ()) if each.step == 0]
    leaps = [layer.update_ratio or 0.0 for each in first for layer in each.layers]
    worse = losses.size > 1 and patient.losses[-1] > 1.05 * patient.losses[0]
    untrained = patient.history.moments[0].loss if patient.history and patient.history.moments else np.inf
    flung = bool(patient.losses) and patient.losses[-1] > _FLUNG * untrained
    return (
        patient.not_finite
        or _killed(patient)
        or (patient.moved or 0) > _FAR
        or (ratio is not None and ratio > _LEAP)
        or max(leaps, default=0.0) > (_LEAP if patient.at_chance else 2 * _LEAP)
        or (patient.unfit and flung)
        or (patient.unfit and (uneasy or worse) and (ratio is None or ratio > _LARGE_STEP / 3))
        or (wandered and ratio is not None and ratio > _LARGE_STEP and patient.at_chance)
    )


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
        "step as a share of the weights": patient.update_ratio,
        "loss, first epoch": patient.losses[0] if patient.losses else None,
        "loss, last epoch": patient.losses[-1] if patient.losses else None,
    }


def _batch_too_small(patient: Patient, settings: Settings) -> Iterator[Finding]:
    if settings.batch > 4 or settings.batch * 8 > patient.data.n_examples or not _restless(patient):
        return
    yield Finding(
        "batch too small",
        "serious",
        f"Each step follows the gradient of {settings.batch} of {patient.data.n_examples} examples, with a "
        f"learning rate of {settings.rate:g}; the loss does not settle.",
        {"batch": settings.batch, **_rate_evidence(patient, settings)},
        "the setting batch",
        (
            Remedy("Take batches of 32.", settings={"batch": 32}),
            Remedy(
                "Take batches of 32 and adam's own learning rate.", settings={**_ADAM.settings, "batch": 32}
            ),
            Remedy("Take a tenth of the learning rate.", settings={"learning_rate": settings.rate / 10}),
        ),
        losses(patient),
    )


def _rate_too_high(patient: Patient, settings: Settings) -> Iterator[Finding]:
    if not _restless(patient):
        return
    yield Finding(
        "learning rate too high",
        "fatal" if patient.not_finite else "serious",
        "The steps are leaps: " + _how_restless(patient),
        _rate_evidence(patient, settings),
        "the setting learning_rate",
        (
            Remedy("Take a tenth of the learning rate.", settings={"learning_rate": settings.rate / 10}),
            Remedy("Take a hundredth of it.", settings={"learning_rate": settings.rate / 100}),
            _ADAM,
        ),
        losses(patient),
    )


def _how_restless(patient: Patient) -> str:
    if patient.history is not None and patient.history.not_finite is not None:
        return f"the loss was lost at step {patient.history.not_finite.step:,}."
    ratio = patient.update_ratio
    moved = "" if ratio is None else f"one of them changes the weights of a layer by {ratio:.2%}; "
    return f"{moved}the loss went from {patient.losses[0]:.3g} to {patient.losses[-1]:.3g}."


def _absolute(patient: Patient, _settings: Settings) -> Iterator[Finding]:
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


def _too_few_steps(patient: Patient, settings: Settings) -> Iterator[Finding]:
    """Whether the weights went nowhere: because of tiny steps, or because of few."""
    path, steps, ratio = patient.path, patient.n_steps, patient.update_ratio
    if path is None or steps is None or ratio is None:
        return
    batch = min(settings.batch, patient.data.n_examples)
    coarse = steps < _FEW_STEPS and batch >= _LARGE_BATCH and settings.epochs >= 10
    at_home = patient.moved is not None and patient.moved < _AT_HOME
    if path > (_NEARBY if coarse or at_home else _NOWHERE) * (2 if coarse and at_home else 1):
        return
    way = {"way of the weights in all": path, "steps": steps, **_rate_evidence(patient, settings)}
    slower = Remedy("Take ten times the learning rate.", settings={"learning_rate": settings.rate * 10})
    much = Remedy("Take a hundred times the learning rate.", settings={"learning_rate": settings.rate * 100})
    longer = Remedy("Train ten times as long.", settings={"epochs": settings.epochs * 10})
    usual = settings.rate >= settings.chosen_optimizer.row.learning_rate / 4
    if coarse and (ratio >= _TINY_STEP or usual):
        smaller = Remedy("Take batches of 32 or fewer.", settings={"batch": 16})
        name, place, remedies = "batch too large", "the setting batch", (smaller, slower, longer)
        said = f"Batches of {batch} make {steps} steps in all"
    elif ratio < _TINY_STEP or steps >= _FEW_STEPS:
        name, place, remedies = "learning rate too low", "the setting learning_rate", (slower, much, _ADAM)
        said = f"A step changes the weights by {ratio:.2g} of their size"
    else:
        name, place, remedies = "underfitting", "the setting epochs", (longer, slower, _ADAM)
        said = f"{steps} steps were made in {settings.epochs} epochs"
    said += f"; all of them together went {path:.2g} times the weights' size at most."
    yield Finding(name, "serious", said, way, place, remedies, losses(patient))


def _bottleneck(patient: Patient, _settings: Settings) -> Iterator[Finding]:
    """Say that next to nothing fits through, before anything else is made of what follows from it."""
    assert patient.network is not None
    hidden = patient.network.sizes[1:-1]
    if patient.unfit and not patient.not_finite and hidden and min(hidden) <= _BOTTLENECK:
        yield from few_neurons(patient)


def _narrow(patient: Patient, _settings: Settings) -> Iterator[Finding]:
    if patient.unfit:
        yield from few_neurons(patient)


def _unfit(patient: Patient, settings: Settings) -> Iterator[Finding]:
    yardstick = patient.yardstick
    worse = yardstick is not None and patient.score is not None and patient.score < yardstick.score
    if not patient.unfit and not (patient.poor and worse):
        return
    evidence = {"score on its own examples": patient.score, "by chance": patient.chance}
    if yardstick is not None:
        evidence[f"simple learners ({yardstick.by})"] = yardstick.score
    many = (patient.n_steps or 0) >= _FEW_STEPS
    name = "loss stuck at chance" if patient.at_chance and many else "underfitting"
    yield Finding(
        name,
        "serious",
        f"Of its own examples it gets {patient.score:.3g}"
        + ("." if yardstick is None else f"; {yardstick.by} of new ones {yardstick.score:.3g}."),
        evidence,
        "the training",
        (
            _ADAM,
            Remedy("Train ten times as long.", settings={"epochs": settings.epochs * 10}),
            Remedy("Take one layer of 128 ReLUs.", network={"hidden": (128,), "activation": "relu"}),
            Remedy("Take leaky ReLU and biases.", network={"activation": "leaky_relu", "biases": True}),
        ),
        scores(patient),
    )
