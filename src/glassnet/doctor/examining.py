"""Examines a training, or data alone: findings with their root causes, tips, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.doctor.finding import SEVERITIES, Diagnosis
from glassnet.doctor.of_data import data_findings
from glassnet.doctor.of_design import design_findings
from glassnet.doctor.of_loss import loss_not_finite
from glassnet.doctor.of_result import result_findings, too_little_data
from glassnet.doctor.of_run import at_chance, run_findings
from glassnet.doctor.of_start import start_findings
from glassnet.doctor.patient import Patient
from glassnet.doctor.tips import tips
from glassnet.errors import DataError, SettingError

if TYPE_CHECKING:
    from glassnet.data import Dataset
    from glassnet.doctor.finding import Finding
    from glassnet.network import Network
    from glassnet.training import History, Settings

__all__ = ["examine"]

_EXPLAINS_ALL = (
    "inputs unscaled",
    "labels contradictory",
    "labels shuffled",
    "odd network on an even problem",
    "symmetric initial weights",
    "initial weights too large",
    "initial weights too small",
    "logits squashed twice",
    "wrong pair of activation and loss",
    "dropout on a tiny layer",
    "data never shuffled",
)
"""Faults that make a training go wrong in many ways; those ways are then no findings of their own."""


def examine(
    network: Network | None,
    data: Dataset,
    history: History | None = None,
    held_out: Dataset | None = None,
    settings: Settings | None = None,
) -> Diagnosis:
    """Say what is wrong with a training, with the evidence.

    Nothing is changed. Only where a small network does badly, a twin of it is trained on 20 examples, to see
    whether it can learn these by heart. What is not handed in is not examined, and the diagnosis says so.

    Parameters
    ----------
    network : Network or None
        After its training; None to examine the data alone.
    data : Dataset
        What it learned from.
    history : History, optional
        From `glassnet.train`.
    held_out : Dataset, optional
        What it was judged by.
    settings : Settings, optional
        How it was trained; without them those that the history carries.

    Returns
    -------
    Diagnosis

    Raises
    ------
    DataError
        The data do not fit the network.
    SettingError
        Something that is no network, data set or history.

    Examples
    --------
    >>> from glassnet import Network, data, train
    >>> alike = "uniform(low=1, high=1)"
    >>> network = Network([4, 8, 4], ["tanh", "softmax"], initial_weights=alike)
    >>> history = train(network, data.four_pixel(), epochs=50)
    >>> examine(network, data.four_pixel(), history).names
    ('symmetric initial weights',)
    """
    _check(network, data, history, held_out)
    patient = Patient(network, data, held_out, history, settings)
    with np.errstate(over="ignore", invalid="ignore"):  # the weights of a sick network may be beyond measure
        found = _findings(patient)
        found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
        return Diagnosis(
            findings=tuple(found),
            tips=tips(patient),
            facts=_facts(patient),
            not_examined=tuple(dict.fromkeys(patient.missing)),
            statistics=tuple(history.statistics) if history is not None else (),
            settings=patient.settings,
        )


def _findings(patient: Patient) -> list[Finding]:
    found = [*data_findings(patient), *design_findings(patient)]
    if patient.network is None:
        return found
    if not _explained(found):
        found += start_findings(patient)
    few = [] if patient.not_finite or _explained(found) else list(too_little_data(patient, handful=True))
    if few:
        return [*found, *few]
    if not _explained(found):
        found += run_findings(patient)
    if not patient.not_finite and not _explained(found) and not _trained_badly(found):
        found += result_findings(patient)
    if not found:
        found += at_chance(patient)
    lost = loss_not_finite(patient, tuple(finding.name for finding in found if finding.severity != "mild"))
    return found if lost is None else [lost, *found]


def _explained(found: list[Finding]) -> bool:
    return any(finding.name in _EXPLAINS_ALL and finding.severity != "mild" for finding in found)


def _trained_badly(found: list[Finding]) -> bool:
    return any(finding.place.startswith("the setting") for finding in found)


def _facts(patient: Patient) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "examples": patient.data.n_examples,
        "by chance": patient.chance,
        "score on its own examples": patient.score,
        "score on held-out examples": patient.held_out_score,
        "typical step as a share of the weights": patient.update_ratio,
        "distance travelled by the weights": patient.path,
        "distance from the initial weights": patient.moved,
    }
    if patient.yardstick is not None:
        facts[f"best simple learner ({patient.yardstick.by})"] = patient.yardstick.score
    if patient.history is not None and patient.history.moments:
        moments = patient.history.moments
        facts["loss at the start"] = moments[0].loss
        best = min(moments, key=lambda moment: moment.loss)
        facts["epoch of the lowest measured loss"] = best.epoch
        facts["final loss / lowest loss"] = moments[-1].loss / best.loss if best.loss > 0 else 1.0
    return {what: value for what, value in facts.items() if value is not None}


def _check(network: object, data: object, history: object, held_out: object) -> None:
    from glassnet.data import Dataset
    from glassnet.network import Network
    from glassnet.training import History

    for value, kind, what in (
        (network, Network, "network"),
        (history, History, "history"),
        (held_out, Dataset, "held_out"),
    ):
        if value is not None and not isinstance(value, kind):
            raise SettingError(f"examine: {what} is {type(value).__name__}, expected {kind.__name__} or None")
    if not isinstance(data, Dataset):
        raise DataError(f"examine: data is {type(data).__name__}, expected a Dataset")
