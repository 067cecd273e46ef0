"""What a page is told of its training: settings, where the run is, how good the network is, curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.explain.printing import json_values
from glassnet.training.dropped import dropped_neurons
from glassnet.web.pinning import run_described

if TYPE_CHECKING:
    from glassnet.training import Settings
    from glassnet.web.teaching import Teacher

__all__ = ["curves_shown", "settings_shown", "training_shown"]

_MOST_MEASURED = 2_000_000
"""Parameters times examples up to which the training data are measured for every frame."""


_SLOW = 10
"""Steps a second at which a person can see what each step does."""


def settings_shown(settings: Settings) -> dict[str, Any]:
    """Return the settings that a page can change, in the words of the message ``change``."""
    return {
        "learning_rate": settings.rate,
        "optimizer": settings.optimizer,
        "batch": settings.batch,
        "l1": settings.l1,
        "l2": settings.l2,
        "clip": settings.clip or 0.0,
        "schedule": settings.schedule,
        "epochs": settings.epochs,
        "shuffle": settings.shuffle,
        "balanced": settings.class_weights == "balanced",
    }


def training_shown(teacher: Teacher, *, measure: bool = True) -> dict[str, Any]:
    """Return where the training is, and how good the network is if that may be measured now."""
    run, snapshots = teacher.training.run, teacher.moments.snapshots
    shown = {
        "playing": teacher.playing_on,
        "ready": teacher.ready,
        "speed": teacher.pace.speed,
        "conditions": vars(teacher.conditions),
        "step": run.step,
        "epoch": run.epoch,
        "rate": teacher.rate,
        "moment": teacher.at,
        "n_moments": len(snapshots),
        "last_epoch": snapshots[-1].epoch if teacher.at < len(snapshots) - 1 else run.epoch,
        "dropped": _dropped(teacher),
        "learned": _measured(teacher) if measure else None,
        "held_out": _judged(teacher),
    }
    safe: dict[str, Any] = json_values(shown)
    return safe


def _dropped(teacher: Teacher) -> list[list[int]] | None:
    """Which neurons the last step left out, of its first example; None where it cannot be seen."""
    step = teacher.training.run.step
    fast = teacher.playing_on and (teacher.pace.speed is None or teacher.pace.speed > _SLOW)
    if step == 0 or fast or not any(float(row["dropout"]) for row in teacher.network.layers):
        return None
    dropped = dropped_neurons(teacher.network, teacher.training.settings.seed, step - 1)
    return [neurons.tolist() for neurons in dropped]


def _measured(teacher: Teacher) -> dict[str, Any] | None:
    """How the network does on the training data: now, or on the way through the last epoch."""
    examples, network = teacher.training.examples, teacher.network
    if examples.n_examples * network.n_parameters <= _MOST_MEASURED:
        return {**network.evaluate(examples.data).to_json(), "confusion": None, "now": True}
    for epoch, loss, share in reversed(teacher.progress.learned.points):
        if epoch <= teacher.training.run.epoch:
            n = examples.n_examples
            right = None if share is None else round(share * n)
            return {"loss": loss, "n_examples": n, "n_right": right, "accuracy": share, "now": False}
    return None


def _judged(teacher: Teacher) -> dict[str, Any] | None:
    """How the network did on the held-out data when it was last measured."""
    for epoch, loss, share in reversed(teacher.progress.held_out.points):
        if epoch <= teacher.training.run.epoch:
            return {"loss": loss, "accuracy": share, "n_examples": teacher.n_held_out, "epoch": epoch}
    return None


def curves_shown(teacher: Teacher) -> dict[str, Any]:
    """Return loss and accuracy epoch by epoch."""
    return {
        "learned": teacher.progress.learned.to_json(),
        "held_out": teacher.progress.held_out.to_json(),
        "described": run_described(teacher.network, teacher.training.settings),
    }
