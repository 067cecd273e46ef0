"""What a frame shows of a network: which neurons and wires, their numbers, and the little pictures inside.

Every number is the engine's own, as a `Trace` holds it; which neurons are shown decides
`glassnet.pictures`, so that the page and a saved picture show the same ones.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data import Columns, NumberColumn, TextColumn
from glassnet.errors import GlassnetError
from glassnet.explain import error, has_receptive_field, receptive_fields
from glassnet.explain.printing import json_values
from glassnet.functions import ACTIVATIONS, LOSSES, OPTIMIZERS
from glassnet.network.answers import classify_outputs
from glassnet.pictures.colours import grey
from glassnet.pictures.network_contents import Contents, choose_contents
from glassnet.pictures.pixels import MOST_PIXELS_A_SIDE, fewer_pixels
from glassnet.training import SCHEDULES
from glassnet.web.changing import missing_wires
from glassnet.web.parcels import LARGEST_PARCEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.network import Network, Trace

__all__ = [
    "answer_shown",
    "choices",
    "choose_contents",
    "columns_shown",
    "examples_shown",
    "fields_shown",
    "layers_shown",
    "own_shown",
    "picture_shown",
    "structure_shown",
    "truth_shown",
    "wires_shown",
]

MOST_EXAMPLES = 24
"""More thumbnails could not be taken in at a glance."""

_FEW_PIXELS = 64  # so many are sent as numbers that a person can read in the message


def choices() -> dict[str, Any]:
    """Return what may be chosen by name, and how much may be handed over."""
    return {
        "activations": [name for name, row in ACTIVATIONS.items() if not row.last_only],
        "last_activations": list(ACTIVATIONS),
        "losses": list(LOSSES),
        "optimizers": list(OPTIMIZERS),
        "schedules": list(SCHEDULES),
        "largest_parcel": LARGEST_PARCEL,
    }


def structure_shown(network: Network, data: Dataset) -> dict[str, Any]:
    """Return what a network is made of, and what its data are called."""
    return {
        "name": network.name,
        "data": data.name,
        "n_examples": data.n_examples,
        "sizes": list(network.sizes),
        "activations": list(map(str, network.activations)),
        "biases": any(bool(row["n_biases"]) for row in network.layers),
        "dropout": float(max(row["dropout"] for row in network.layers)),
        "loss": str(network.loss),
        "seed": network.seed,
        "cut": missing_wires(network),
        "n_parameters": network.n_parameters,
        "categories": None if network.categories is None else list(network.categories),
        "outputs": list(network.category_names),
        "inputs": list(network.input_names) if data.picture_shape is None else None,
        "columns": columns_shown(data),
        "shape": data.picture_shape,
    }


def columns_shown(data: Dataset) -> list[dict[str, Any]] | None:
    """Return the columns of a table: from which input on each stands, and the values of a text; else None."""
    if not isinstance(data.encoder, Columns):
        return None
    return [
        {
            "name": column.name,
            "first": place.start,
            "values": list(column.values) if isinstance(column, TextColumn) else None,
        }
        for column, place in data.encoder.places
    ]


def own_shown(inputs: NDArray[np.float64], data: Dataset) -> list[str] | None:
    """Return what a row of a table says, in its own units; empty for a mixture of texts. Else None."""
    if not isinstance(data.encoder, Columns):
        return None
    shown = []
    for column, place in data.encoder.places:
        part = inputs[place]
        if isinstance(column, NumberColumn):
            shown.append(f"{column.decode(part)[0]:.4g}")
        else:
            is_one = part.max() == 1 and np.count_nonzero(part) == 1
            shown.append(column.values[int(part.argmax())] if is_one else "")
    return shown


def layers_shown(trace: Trace, contents: Contents) -> list[dict[str, Any]]:
    """Return the neurons and wires of every layer that are shown, from the inputs on.

    `contents` may be of an earlier trace of the same network: the choice of neurons is kept while the
    numbers move, and the wires between them are chosen anew.
    """
    now = choose_contents(trace, 0, contents)
    layers = []
    for column in now.columns:
        layer, neurons = column.layer, list(column.neurons)
        shown: dict[str, Any] = {
            "layer": layer,
            "n_neurons": column.n_neurons,
            "neurons": neurons,
            "outputs": trace.outputs(layer)[0, neurons].tolist(),
        }
        if layer:
            wires = now.wires[layer - 1]
            shown["sums"] = trace.weighted_sums(layer)[0, neurons].tolist()
            shown["wires"] = [[w.source, w.target, w.weight, round(w.strength, 4)] for w in wires.shown]
            shown["n_wires"] = wires.n_wires
            shown["has_bias"] = bool(trace.network.biases(layer).size)
        layers.append(shown)
    safe: list[dict[str, Any]] = json_values(layers)
    return safe


def wires_shown(trace: Trace, contents: Contents) -> list[tuple[int, int, int | str]]:
    """Return layer, neuron and source of every wire that is shown."""
    wires = choose_contents(trace, 0, contents).wires
    return [
        (layer, wire.target, "bias" if wire.source is None else wire.source)
        for layer, some in enumerate(wires, start=1)
        for wire in some.shown
    ]


def answer_shown(trace: Trace) -> dict[str, Any] | None:
    """Return the category of the first example, or None where outputs are none or not finite."""
    categories, outputs = trace.network.categories, trace.outputs()[:1]
    if categories is None or not np.isfinite(outputs).all():
        return None
    answer = classify_outputs(outputs, categories)[0]
    return {"category": answer.category, "ties": list(answer.ties), "margin": answer.margin}


def truth_shown(trace: Trace, targets: NDArray[Any] | None) -> dict[str, Any] | None:
    """Return the right answer to the first example and how wrong the network is; None where unknown."""
    if targets is None:
        return None
    table = error(trace, targets)
    losses = [output.loss for output in table.outputs]
    shown: dict[str, Any] = json_values(
        {"targets": targets.tolist(), "losses": losses, "total": table.total, "loss": table.loss}
    )
    return shown


def examples_shown(network: Network, data: Dataset) -> list[dict[str, Any]]:
    """Return the thumbnails of the data: all of a small set, else some of every category."""
    rows = example_rows(data)
    inputs = data.read(rows, network.dtype)
    shown = []
    for k, row in enumerate(rows):
        name = data.names[row] if data.names is not None else f"example {row}"
        category = None if data.categories is None else data.categories[int(data.labels[row])]
        one: dict[str, Any] = {"example": row, "name": name, "category": category}
        if data.picture_shape is not None:
            one["picture"] = picture_shown(inputs[k], data.picture_shape)
        shown.append(one)
    return shown


def example_rows(data: Dataset) -> list[int]:
    """Return which examples have thumbnails."""
    if data.n_examples <= MOST_EXAMPLES or data.categories is None:
        return list(range(min(MOST_EXAMPLES, data.n_examples)))
    each = max(1, MOST_EXAMPLES // len(data.categories))
    rows = [np.flatnonzero(data.labels == k)[:each] for k in range(len(data.categories))]
    return [int(row) for some in rows for row in some][: max(MOST_EXAMPLES, len(data.categories))]


def picture_shown(brightness: NDArray[Any], shape: tuple[int, int]) -> dict[str, Any]:
    """Return a picture as levels of grey from 0 to 255; -1 for a pixel that does not matter.

    Few pixels come as numbers; many as Base64 of bytes, where nothing is -1.
    """
    pixels = fewer_pixels(np.asarray(brightness, dtype=float).reshape(shape))
    rows, columns = pixels.shape
    levels = [-1 if np.isnan(pixel) else int(grey(pixel)[1:3], 16) for pixel in pixels.ravel().tolist()]
    if len(levels) <= _FEW_PIXELS:
        return {"rows": rows, "columns": columns, "levels": levels}
    packed = bytes(max(level, 0) for level in levels)
    return {"rows": rows, "columns": columns, "levels": base64.b64encode(packed).decode()}


def fields_shown(network: Network, contents: Contents, shape: tuple[int, int] | None) -> list[dict[str, Any]]:
    """Return the little pictures inside the neurons: receptive fields; of many pixels, the first weights."""
    if shape is None or max(shape) > MOST_PIXELS_A_SIDE:
        return []
    if contents.picture_only:
        return _first_weights(network, contents.columns[1].neurons, shape)
    shown = []
    for column in contents.columns[1:]:
        if not has_receptive_field(network, column.layer):
            continue
        try:
            fields = receptive_fields(network, column.layer, column.neurons)
        except GlassnetError:  # some weight is not finite: there is no best picture
            break
        shown += [
            {"layer": field.layer, "neuron": field.neuron, "picture": picture_shown(field.pictures[0], shape)}
            for field in fields
        ]
    return shown


def _first_weights(network: Network, neurons: Sequence[int], shape: tuple[int, int]) -> list[dict[str, Any]]:
    weights = np.nan_to_num(network.weights(1)[:, list(neurons)].T)
    largest = np.abs(weights).max()
    if not largest > 0:
        return []
    return [
        {"layer": 1, "neuron": neuron, "picture": picture_shown(row / largest, shape)}
        for neuron, row in zip(neurons, weights, strict=True)
    ]
