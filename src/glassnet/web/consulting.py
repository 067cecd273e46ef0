"""Asks the doctor about the training of a page, and says what the page can do about it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from glassnet.doctor import examine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glassnet.doctor import Diagnosis, Remedy
    from glassnet.network import Network
    from glassnet.training import History, Settings, Training

__all__ = ["consult", "diagnosis_shown"]

_SETTINGS = ("learning_rate", "optimizer", "batch", "l1", "l2", "clip", "shuffle", "class_weights")


def consult(training: Training, history: History) -> Diagnosis:
    """Return what the doctor finds in a training that has come so far.

    Parameters
    ----------
    training : Training
        One that goes on until somebody stops it: it is judged as if it had been meant to end here.
    history : History
        Of this run, see `glassnet.web.recording`.
    """
    settings = dataclasses.replace(training.settings, epochs=max(1, history.epochs))
    held_out = None if training.held_out is None else training.held_out.data
    return examine(training.network, training.examples.data, history, held_out, settings)


def diagnosis_shown(diagnosis: Diagnosis, training: Training) -> dict[str, Any]:
    """Return a diagnosis as the page shows it, with what it was taken of."""
    values = diagnosis.to_json()
    network, settings = training.network, training.settings
    return {
        "step": training.run.step,
        "epoch": training.run.epoch,
        "findings": [
            {
                **{name: found[name] for name in ("name", "severity", "said", "evidence", "place", "cause")},
                "reference": found["reference"],
                "at": None if finding.layer is None else {"layer": finding.layer, "neurons": finding.neurons},
                "chapter": finding.chapter_number,
                "remedies": [
                    {"words": remedy.words, "steps": _steps(remedy, network, settings)}
                    for remedy in finding.remedies
                ],
            }
            for found, finding in zip(values["findings"], diagnosis.findings, strict=True)
        ],
        "tips": [tip for tip in values["tips"] if tip["verdict"] == "advice"],
        "facts": values["facts"],
        "not_examined": values["not_examined"],
    }


def _steps(remedy: Remedy, network: Network, settings: Settings) -> list[dict[str, Any]] | None:
    """Return the messages by which a page does what a remedy says; None where it cannot."""
    if not remedy.can_be_tried:
        return None
    if remedy.data:
        return [{"kind": "mend", "data": remedy.data}] if not (remedy.settings or remedy.network) else None
    asked = dict(remedy.settings)
    if set(asked) == {"epochs"}:
        return [{"kind": "play"}]
    if not set(asked) <= set(_SETTINGS):
        return None
    change = {name: value for name, value in asked.items() if value is not None}
    if "class_weights" in asked:
        change["balanced"] = change.pop("class_weights", None) == "balanced"
    if "clip" in asked:
        change["clip"] = asked["clip"] or 0.0  # as the page says it: 0 is none
    if "learning_rate" in asked and asked["learning_rate"] is None:
        change["learning_rate"] = dataclasses.replace(settings, **asked).rate
    made = _made(remedy.network, network)
    if made is None:
        return None
    change |= made
    steps: list[dict[str, Any]] = [{"kind": "change", **change}] if change else []
    # Another network has not learned anything that could be kept: it begins with weights that fit it.
    return [*steps, {"kind": "reset", "seed": network.seed}] if remedy.network else steps


def _made(asked: Mapping[str, Any], network: Network) -> dict[str, Any] | None:
    """Return a change of the network in the words of the message ``change``; None where it has none."""
    change: dict[str, Any] = {}
    hidden = tuple(asked.get("hidden", network.sizes[1:-1]))
    activations = [str(each) for each in network.activations[:-1]]
    activations = (activations + [activations[-1] if activations else "relu"] * len(hidden))[: len(hidden)]
    if "activation" in asked:
        activations = [str(asked["activation"])] * len(hidden)
    if "hidden" in asked or "activation" in asked:
        change["layers"] = [
            {"neurons": neurons, "activation": activation}
            for neurons, activation in zip(hidden, activations, strict=True)
        ]
    for name in ("last_activation", "loss", "biases", "dropout"):
        if name in asked:
            change[name] = asked[name]
    known = {"hidden", "activation", "last_activation", "loss", "biases", "dropout", "initial_weights"}
    if not set(asked) <= known or asked.get("initial_weights") is not None or bool(asked) != bool(change):
        return None
    return change
