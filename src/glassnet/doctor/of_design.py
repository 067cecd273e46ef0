"""Findings in what the network is made of; they can be seen before it is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.proof import Bars, Curves
from glassnet.functions.losses import fitting_loss
from glassnet.network import Network
from glassnet.training.array_passes import run_both_ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor.patient import Patient

__all__ = ["design_findings", "few_neurons", "odd_on_even"]

# Targets may lie outside what the last squash can answer by this much.
_REACH = 0.05
# So much of a problem must be even before an odd network is told that it cannot solve it.
_EVEN = 0.25
# Dropout that leaves fewer neurons than this on average has a tiny layer.
_FEWEST_KEPT = 4.0
_FEW_NEURONS = 3


def design_findings(patient: Patient) -> Iterator[Finding]:
    """Examine activations, loss, biases and dropout."""
    if patient.network is None:
        return
    yield from _pair(patient)
    yield from _squashed_twice(patient)
    yield from odd_on_even(patient)
    yield from _dropout(patient)


def _pair(patient: Patient) -> Iterator[Finding]:
    network, data = patient.network, patient.data
    assert network is not None
    last, loss = network.activations[-1], network.loss.name
    low, high = float(data.targets.min()), float(data.targets.max())
    better = "softmax" if patient.categories else "identity"
    if last.name in ("softmax", "logistic") and loss in ("absolute", "squared", "huber"):
        if last.name == "logistic" and not patient.categories and low >= 0 and high <= 1:
            return
        why = f"{last.name} goes with {fitting_loss(last)}, not with the {loss} loss"
    elif last.name == "softmax" and not patient.categories:
        why = "softmax makes shares of 1, but numbers are to be met"
    elif last.row.low > low + _REACH or last.row.high < high - _REACH:
        why = (
            f"{last.name} answers from {last.row.low:g} to {last.row.high:g}, "
            f"the targets go from {low:.4g} to {high:.4g}"
        )
    elif last.name == "relu" and patient.categories:
        why = "an output that is 0 for every example of a category has no slope to leave 0 by"
    else:
        return
    loss_name = "cross_entropy" if patient.categories else "squared"
    yield Finding(
        "wrong pair of activation and loss",
        "serious",
        f"The last layer is {last} and the loss {network.loss}: {why}.",
        {
            "last activation": str(last),
            "loss": str(network.loss),
            "lowest target": low,
            "highest target": high,
        },
        f"layer {network.n_layers}",
        (Remedy(f"Take {better} and {loss_name}.", network={"last_activation": better, "loss": loss_name}),),
        _pair_seen(str(last), str(network.loss), (better, loss_name), high),
        layer=network.n_layers,
    )


def _pair_seen(last: str, loss: str, better: tuple[str, str], target: float) -> Curves:
    """Return the slope of the loss over an output's weighted sum, for the pair and for a better one."""
    sums = np.linspace(-6, 6, 61)
    lines = []
    for activation, chosen in ((last, loss), better):
        # Two outputs: a softmax needs something to compare with.
        network = Network([1, 2], activation, loss=chosen, dtype="float64", biases=False)
        network.weights(1)[:] = 1.0, 0.0
        targets = np.tile([target, 0.0], (sums.size, 1))
        slopes = run_both_ways(network, sums[:, None], targets)[0].grad_sums[:, 0]
        name = f"{activation}, {chosen.split('(')[0]}"
        lines.append((name, tuple(zip(sums.tolist(), slopes.tolist(), strict=True))))
    title = f"slope of the loss where the right answer is {target:.3g}"
    return Curves(title, "weighted sum of the output", tuple(lines))


def _squashed_twice(patient: Patient) -> Iterator[Finding]:
    network = patient.network
    assert network is not None
    if network.n_layers < 2 or network.sizes[-1] != network.sizes[-2]:
        return
    before, last = network.activations[-2].name, network.activations[-1].name
    if before not in ("tanh", "logistic") or last not in ("softmax", "logistic", "tanh"):
        return
    yield Finding(
        "logits squashed twice",
        "serious",
        f"Layer {network.n_layers - 1} squashes as many numbers as there are answers by {before}; layer "
        f"{network.n_layers} squashes them again by {last}.",
        {"squash": before, "squashed again by": last, "neurons": network.sizes[-1]},
        f"layer {network.n_layers - 1}",
        (Remedy("Leave the first of the two layers out.", network={"hidden": tuple(network.sizes[1:-2])}),),
        _reach(before, last),
        layer=network.n_layers - 1,
    )


def _reach(before: str, last: str) -> Curves:
    """Return the surest of two answers over a sum, with the squash before the last one and without it."""
    sums = np.linspace(-6, 6, 61)
    squashed = np.tanh(sums) if before == "tanh" else 1 / (1 + np.exp(-sums))
    lines = []
    for name, values in ((f"{before}, then {last}", squashed), (f"{last} alone", sums)):
        answers = np.tanh(values) if last == "tanh" else 1 / (1 + np.exp(-values))
        lines.append((name, tuple(zip(sums.tolist(), answers.tolist(), strict=True))))
    return Curves("how sure an answer can be, against one whose sum is 0", "weighted sum", tuple(lines))


def odd_on_even(patient: Patient) -> Iterator[Finding]:
    """Say that a network without biases that only turns its answer round cannot solve an even problem."""
    network = patient.network
    assert network is not None
    activations = [*network.activations[:-1]]
    if network.activations[-1].name != "softmax":
        activations.append(network.activations[-1])
    if any(row["n_biases"] for row in network.layers) or not all(each.row.odd for each in activations):
        return
    even = _even_share(patient)
    if even < _EVEN:
        return
    yield Finding(
        "odd network on an even problem",
        "fatal",
        f"At least {even:.0%} of the examples share their answer with their own negative; of each such pair "
        "this network can get at most one right.",
        {"share of pairs that agree": even, "at most right": 1 - even / 2},
        "all layers",
        (
            Remedy("Give the neurons biases.", network={"biases": True}),
            Remedy("Take relu in a layer: relu(z) + relu(-z) is even.", network={"activation": "relu"}),
        ),
        Bars(
            "share of the examples",
            (("answered like their negative", even), ("at most right", 1 - even / 2)),
            (1.0, "all"),
        ),
    )


def _even_share(patient: Patient) -> float:
    """Return how much more often than by chance an example and what is nearest to its negative agree."""
    if not patient.categories:
        return 0.0
    inputs, labels = patient.inputs[:700], patient.drawn.labels[:700]
    squares = np.sum(inputs**2, axis=1)
    nearest = (squares[:, None] + squares + 2 * inputs @ inputs.T).argmin(axis=1)
    near = np.sqrt(np.sum((inputs + inputs[nearest]) ** 2, axis=1)) < 0.5 * np.sqrt(squares)
    if not near.any():
        return 0.0
    shares = patient.counts / patient.counts.sum()
    by_chance = float(np.sum(shares**2))
    agree = float(np.mean(labels[near] == labels[nearest][near]))
    error = np.sqrt(agree * (1 - agree) / near.sum())
    if agree - 3 * float(error) <= by_chance:
        return 0.0
    return float(near.mean()) * agree


def _dropout(patient: Patient) -> Iterator[Finding]:
    network = patient.network
    assert network is not None
    for layer, row in enumerate(network.layers, start=1):
        kept = (1 - row["dropout"]) * row["n_neurons"]
        if row["dropout"] == 0 or kept >= _FEWEST_KEPT:
            continue
        yield Finding(
            "dropout on a tiny layer",
            "serious" if patient.sick else "mild",
            f"Dropout of {row['dropout']:.0%} leaves {kept:.1f} of the {row['n_neurons']} neurons of layer "
            f"{layer}.",
            {"dropout": float(row["dropout"]), "neurons": int(row["n_neurons"]), "left": float(kept)},
            f"layer {layer}",
            (Remedy("Train without dropout.", network={"dropout": 0.0}),),
            Bars(
                "neurons that dropout leaves, on average",
                tuple(
                    (f"layer {k}", float((1 - each["dropout"]) * each["n_neurons"]))
                    for k, each in enumerate(network.layers, start=1)
                ),
                (_FEWEST_KEPT, "too few"),
            ),
            layer=layer,
        )
        return


def few_neurons(patient: Patient) -> Iterator[Finding]:
    """Say where the network is too narrow; asked only of one that does not fit its examples."""
    network = patient.network
    assert network is not None
    hidden = network.sizes[1:-1]
    if hidden and min(hidden) > _FEW_NEURONS and min(hidden) >= network.sizes[-1] / 2:
        return
    layer = int(np.argmin(hidden)) + 1 if hidden else None
    place = f"layer {layer}" if hidden else "between inputs and outputs"
    said = f"{place.capitalize()} has {min(hidden)} neurons." if hidden else "There is no hidden layer."
    yardstick = patient.yardstick
    evidence = {"narrowest layer": min(hidden) if hidden else 0, "score": patient.score}
    if yardstick is not None:
        evidence |= {"simple learners": yardstick.score, "a linear rule": yardstick.linear_score}
    yield Finding(
        "too few neurons",
        "serious",
        said,
        evidence,
        place,
        (
            Remedy("Take 32 neurons in each hidden layer.", network={"hidden": (32,) * max(1, len(hidden))}),
            Remedy("Take one layer of 128.", network={"hidden": (128,), "activation": "relu"}),
        ),
        Bars(
            "what an example passes through",
            tuple(
                ("inputs" if k == 0 else f"layer {k}", float(size)) for k, size in enumerate(network.sizes)
            ),
            logarithmic=True,
        ),
        layer=layer,
    )
