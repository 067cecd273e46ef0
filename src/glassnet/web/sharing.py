"""What leaves a page: how its experiment is made, the model as a file, and what a snapshot can look into."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.errors import GlassnetError
from glassnet.web import inspecting, messages
from glassnet.web.changing import missing_wires
from glassnet.web.fields import MOST_CUT

if TYPE_CHECKING:
    from glassnet.network import Network
    from glassnet.pictures.network_contents import Contents
    from glassnet.web.inspecting import Scene

__all__ = ["look_inside", "made_of", "model_file", "recipe"]

_MOST_WEIGHTS = 64
"""A snapshot of a larger network holds what is inside its neurons, but not inside each of its wires."""


def made_of(network: Network, settings: dict[str, Any]) -> dict[str, Any]:
    """Return what an experiment can be made of anew, in the words of the message ``change``."""
    activations = list(map(str, network.activations))
    hidden = zip(network.sizes[1:-1], activations[:-1], strict=True)
    return {
        "layers": [{"neurons": neurons, "activation": activation} for neurons, activation in hidden],
        "last_activation": activations[-1],
        "loss": str(network.loss),
        "biases": any(bool(row["n_biases"]) for row in network.layers),
        "dropout": float(max(row["dropout"] for row in network.layers)),
        "cut": missing_wires(network),
        **settings,
    }


def recipe(experiment: str, opened: dict[str, Any], now: dict[str, Any], seed: int | None) -> list[Any]:
    """Return the messages that make an experiment anew: open it, change what differs, draw the weights.

    Parameters
    ----------
    experiment : str
    opened, now : dict
        What `made_of` said when the experiment was opened, and says now.
    seed : int or None
        Of the initial weights; None where they are those that the experiment was opened with.
    """
    steps: list[Any] = [{"kind": "open", "experiment": experiment}]
    changed = {name: value for name, value in now.items() if value != opened[name]}
    if changed.get("optimizer"):
        changed["learning_rate"] = now["learning_rate"]
    if "last_activation" in changed or "loss" in changed:  # one may bring another of the other with it
        changed |= {"last_activation": now["last_activation"], "loss": now["loss"]}
    cut = changed.pop("cut", None)
    if changed:
        steps.append({"kind": "change", **changed})
    if cut is not None and len(cut) <= MOST_CUT:
        steps.append({"kind": "cut", "wires": cut})
    if seed is not None:
        steps.append({"kind": "reset", "seed": seed})
    return steps


def model_file(network: Network) -> dict[str, Any]:
    """Return the message that holds the network as a model file."""
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        content = network.save(Path(folder) / "model.safetensors").read_bytes()
    return {
        "kind": "file",
        "name": f"glassnet-{network.name}.safetensors",
        "base64": base64.b64encode(content).decode(),
    }


def look_inside(scene: Scene, contents: Contents, wires: list[tuple[int, int, int | str]]) -> dict[str, Any]:
    """Return what the inspector says of every neuron shown, and of the wires if they are few.

    Returns
    -------
    dict
        From "what/layer/neuron/source" (source 0 for what has none) to the inspection.
    """
    last = scene.network.n_layers
    asked = [
        messages.Select("output" if column.layer == last else "neuron", column.layer, neuron)
        for column in contents.columns
        for neuron in column.neurons
    ]
    if len(wires) <= _MOST_WEIGHTS:
        asked += [messages.Select("weight", layer, neuron, source) for layer, neuron, source in wires]
    inside = {}
    for one in asked:
        try:
            inspection = inspecting.inspect(scene, one)
        except GlassnetError as error:
            inspection = {"what": "error", "text": str(error)}
        inside[f"{one.what}/{one.layer}/{one.neuron}/{one.source}"] = inspection
    return inside
