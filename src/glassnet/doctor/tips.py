"""The eighteen tips and tricks, each held against a training: ok, advice, or not applicable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Tip
from glassnet.doctor.sanity import by_heart

if TYPE_CHECKING:
    from glassnet.doctor.patient import Patient

__all__ = ["tips"]

_WIDE = 256  # dropout is said to help layers that are wider
_DEEP = 3  # hidden layers from which saturating squashes are said to hurt
_SEVERAL = 5  # networks of an ensemble
_QUICK = 2000  # parameters, with which 20 examples are learned by heart in some hundredths of a second

_FULLY_CONNECTED = "a fully connected network has nothing to check here"


def tips(patient: Patient) -> tuple[Tip, ...]:
    """Hold each tip against a training; where only data are known, most do not apply.

    References
    ----------
    .. [1] C. Markou, "The Black Magic of Deep Learning: tips and tricks for the practitioner" (2017).
    """
    return (*_of_data(patient), *_of_network(patient), *_of_training(patient), *_of_others())


def _tip(
    name: str, verdict: bool | None, ok: str, advice: str, unknown: str = "no network was handed in"
) -> Tip:
    if verdict is None:
        return Tip(name, "not applicable", unknown)
    return Tip(name, "ok" if verdict else "advice", ok if verdict else advice)


def _of_data(patient: Patient) -> list[Tip]:
    largest = float(np.abs(patient.inputs).max())
    settings = patient.settings
    shuffled = None if settings is None else settings.shuffle or settings.batch >= patient.data.n_examples
    many = patient.data.n_examples >= 1000
    return [
        _tip(
            "shuffle the examples",
            shuffled,
            "each epoch has an order of its own, or is one batch",
            "the order is the same in each epoch: batches repeat each other",
            "the settings are not known",
        ),
        _tip(
            "expand the data",
            many if patient.data.picture_shape else None,
            f"{patient.data.n_examples:,} pictures are enough to begin with",
            f"{patient.data.n_examples:,} pictures are few: add noise and other brightness; turning and "
            "mirroring only where it leaves the category (turning swaps vertical, horizontal)",
            "these are no pictures",
        ),
        _tip(
            "inputs in [-1, 1]",
            largest <= 1 + 1e-6,
            f"the largest is {largest:.4g}",
            f"the largest is {largest:.4g}",
        ),
    ]


def _of_network(patient: Patient) -> list[Tip]:
    network = patient.network
    if network is None:
        names = (
            "dropout after wide layers",
            "no saturating squashes in deep networks",
            "leaky ReLU instead of ReLU",
            "batch normalisation",
            "prefer small models",
            "Glorot's weights for large layers",
        )
        return [Tip(name, "not applicable", "no network was handed in") for name in names]
    hidden = network.layers[:-1]
    squashes = {each.name for each in network.activations[:-1]}
    wide = [int(row["n_neurons"]) for row in hidden if row["n_neurons"] > _WIDE]
    dropped = any(row["dropout"] > 0 for row in hidden)
    deep = len(hidden) >= _DEEP
    a_weight = network.n_parameters / patient.data.n_examples
    drawn = {each.name for each in network.initial_weights}
    return [
        _tip(
            "dropout after wide layers",
            dropped if wide else None,
            "there is dropout",
            f"a layer of {max(wide, default=0)} neurons may learn by heart; try dropout of 0.2 to 0.5",
            f"no layer has more than {_WIDE} neurons",
        ),
        _tip(
            "no saturating squashes in deep networks",
            not squashes & {"tanh", "logistic"} if deep else None,
            "there are none",
            f"{', '.join(sorted(squashes))} in {len(hidden)} hidden layers: try relu or leaky_relu",
            f"with fewer than {_DEEP} hidden layers it matters little",
        ),
        _tip(
            "leaky ReLU instead of ReLU",
            "leaky_relu" in squashes if squashes & {"relu", "leaky_relu"} else None,
            "it is leaky",
            "leaky_relu with slope 0.1 cannot die",
            "there is no ReLU",
        ),
        Tip(
            "batch normalisation", "not applicable", "glassnet has none: it would hide what a neuron sums up"
        ),
        _tip(
            "prefer small models",
            a_weight <= 50,
            f"{a_weight:.3g} weights an example",
            f"{a_weight:.3g} weights an example: a smaller network may do as well",
        ),
        _tip(
            "Glorot's weights for large layers",
            bool(drawn <= {"glorot_uniform", "glorot_normal", "he_uniform", "he_normal"}),
            "drawn to fit the size of each layer",
            f"drawn from {', '.join(sorted(drawn))}, whatever the size of a layer",
        ),
    ]


def _of_training(patient: Patient) -> list[Tip]:
    history = patient.history
    starts = len(history.starts) if history is not None else 0
    ahead = None
    if patient.score is not None and patient.yardstick is not None:
        known = patient.held_out_score if patient.held_out_score is not None else patient.score
        ahead = known >= patient.yardstick.linear_score
    settings = patient.settings
    return [
        _by_heart(patient),
        _tip(
            "ensembles of five",
            starts >= _SEVERAL if starts else None,
            f"{starts} starts were made; the best was kept",
            "train several and let them vote: --starts 5 at least shows how much chance there is",
            "how many starts were made is not known",
        ),
        _tip(
            "everything a parameter",
            None if settings is None else True,
            "every setting has a name and stands in plan.json",
            "",
            "the settings are not known",
        ),
        _tip(
            "understand what you do: compare with a simple rule",
            ahead,
            "it is at least as good as a linear rule",
            "a linear rule is better: see glassnet.explain.baseline",
            "too few examples to compare",
        ),
    ]


def _by_heart(patient: Patient) -> Tip:
    """Hold the network against a handful of examples: train a twin where that is quick and needed."""
    name, network = "first overfit a tiny subset", patient.network
    if network is None:
        return Tip(name, "not applicable", "no network was handed in")
    if not patient.sick:
        return Tip(name, "ok", "not needed: it does as well as simple learners")
    if network.n_parameters > _QUICK:
        reason = "glassnet.doctor.by_heart(network, data) tries whether it can learn 20 examples by heart"
        return Tip(name, "advice", reason)
    tried = by_heart(network, patient.data)
    return _tip(name, tried.learned, str(tried), f"{tried}: more data or a longer training will not heal it")


def _of_others() -> list[Tip]:
    return [
        Tip("max pooling", "not applicable", _FULLY_CONNECTED),
        Tip("1 x 1 convolutions", "not applicable", _FULLY_CONNECTED),
        Tip("small kernels, deep stacks", "not applicable", _FULLY_CONNECTED),
        Tip("use a GPU", "not applicable", "glassnet computes on the processor"),
        Tip("visualise what it learned", "ok", "glassnet report and glassnet explain show it"),
    ]
