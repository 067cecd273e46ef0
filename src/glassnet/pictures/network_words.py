"""What the picture of a network says in words: names, values, the answer, the text alternative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glassnet.network.answers import Classification, classify_outputs
from glassnet.pictures.text import counted, readable, sentences

if TYPE_CHECKING:
    from glassnet.network import Network, Trace
    from glassnet.pictures.network_contents import Contents

__all__ = ["OutputLabel", "Words", "find_words"]


@dataclass(frozen=True)
class OutputLabel:
    """What stands beside an output.

    Attributes
    ----------
    name : str
        Its category, or its number.
    value : str
        Its value, and whether it is the answer or ties with others.
    ahead : bool
        Whether no output is higher.
    won : bool
        Whether all others are lower.
    """

    name: str
    value: str
    ahead: bool
    won: bool


@dataclass(frozen=True)
class Words:
    """The words of the picture of a network.

    Attributes
    ----------
    title, description : str
        The text alternative, in short and in full.
    inputs : dict of int to str
        The names of the shown inputs; empty where they are pixels.
    outputs : dict of int to OutputLabel
        What stands beside the shown outputs.
    """

    title: str
    description: str
    inputs: dict[int, str]
    outputs: dict[int, OutputLabel]


def find_words(trace: Trace, example: int, contents: Contents, meaning: str) -> Words:
    """Say in words what the picture of one example shows; `meaning` says what is inside the neurons."""
    network = trace.network
    classification = _classification(trace, example)
    answer = _answer(network, classification)
    outputs = {k: _label(trace, example, k, classification) for k in contents.columns[-1].neurons}
    inputs = contents.columns[0].neurons
    said = [
        _layers(network),
        "Inputs: " + (", ".join(readable(trace.inputs[example, k]) for k in inputs) or "a picture"),
        "Outputs: " + ", ".join(f"{label.name} {label.value}" for label in outputs.values()),
        *([answer] if answer else []),
        "Wires are weights: white is positive, black is negative, wider is larger",
        meaning,
        *_left_out(contents),
    ]
    return Words(
        title=f"Network {network.name}" + (f", {answer}" if answer else ""),
        description=sentences(said),
        inputs={} if contents.shape else {k: network.input_names[k] for k in inputs},
        outputs=outputs,
    )


def _classification(trace: Trace, example: int) -> Classification | None:
    """The category of the example; None where outputs are no categories, or not finite."""
    categories, outputs = trace.network.categories, trace.outputs()[example : example + 1]
    if categories is None or not np.isfinite(outputs).all():
        return None
    return classify_outputs(outputs, categories)[0]


def _answer(network: Network, classification: Classification | None) -> str:
    if network.categories is None:
        return ""
    if classification is None:
        return "no category: the outputs are not finite"
    if classification.category is None:
        return f"no category: {len(classification.ties)} outputs tie"
    return f"answer: {classification.category}"


def _label(trace: Trace, example: int, output: int, classification: Classification | None) -> OutputLabel:
    categories = trace.network.categories
    name = categories[output] if categories else f"output {output}"
    value = readable(trace.outputs()[example, output])
    won = classification is not None and classification.index == output
    ties = classification is not None and name in classification.ties
    note = " · answer" if won else " · tie" if ties else ""
    return OutputLabel(name, value + note, ahead=won or ties, won=won)


def _layers(network: Network) -> str:
    layers = [
        f"layer {k} with {counted(size, 'neuron')} ({chosen})"
        for k, (size, chosen) in enumerate(zip(network.sizes[1:], network.activations, strict=True), start=1)
    ]
    return ", ".join([counted(network.sizes[0], "input"), *layers])


def _left_out(contents: Contents) -> list[str]:
    """Say what the picture does not show."""
    parts = [
        f"not shown are {column.n_left_out:,} of the {column.n_neurons:,} "
        + (f"neurons of layer {column.layer}, those with the weakest outputs" if column.layer else "inputs")
        for column in contents.columns
        if column.n_left_out and column.neurons
    ]
    parts += [
        f"not shown are {wires.n_left_out:,} of the {wires.n_wires:,} weights of layer {wires.layer}"
        for wires in contents.wires
        if wires.n_left_out
    ]
    return parts
