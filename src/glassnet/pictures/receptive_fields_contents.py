"""Which little pictures a grid of receptive fields holds, and what stands below each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import finite, whole_number
from glassnet.data import Camera
from glassnet.explain import has_receptive_field, receptive_fields
from glassnet.pictures.pixels import fewer_pixels
from glassnet.pictures.text import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["Fields", "Tile", "choose_fields"]

_MOST_TILES, _MOST_PIXELS = 40, 32_000  # in all tiles, so that the file stays small
_MOST_PICTURES = 2  # in a tile: a neuron that answers to a picture and to its negative shows both
_FEW_INPUTS = 12  # up to here black and white alone tell what a neuron of layer 1 wants to see
_GREYS = 16  # from grey to white, and as many to black

_EXACT = ("White and black: how the neuron wants this pixel. A dot: it does not matter.",)
_ASCENT = (
    "The picture that the neuron answers to most, as far as a walk uphill found one.",
    "Such pictures need not look like anything: the network sees more than a person does, and less.",
)


@dataclass(frozen=True)
class Tile:
    """One neuron of the grid.

    Attributes
    ----------
    name : str
        Its category, or its number.
    note : str
        What stands below the name.
    pictures : list of ndarray, shape (rows, columns)
        -1 is black, +1 white, NaN does not matter.
    """

    name: str
    note: str
    pictures: list[NDArray[Any]]


@dataclass(frozen=True)
class Fields:
    """What the grid shows.

    Attributes
    ----------
    tiles : list of Tile
    n_neurons : int
        How many the layer has.
    meaning : tuple of str
        What the little pictures are, in lines.
    """

    tiles: list[Tile]
    n_neurons: int
    meaning: tuple[str, ...]


def choose_fields(network: Network, layer: int, neurons: Sequence[int] | None) -> Fields:
    """Choose what the grid of a layer shows: receptive fields, or in a wide first layer the weights.

    Without `neurons` all of a small layer are shown, of a larger one those with the largest weights.
    """
    n_neurons = int(network.layer(layer)["n_neurons"])
    if neurons is None:
        chosen = _largest(network, layer)
    else:
        chosen = [whole_number(j, f"neuron of layer {layer}", high=n_neurons - 1) for j in neurons]
    if layer == 1 and network.sizes[0] > _FEW_INPUTS:
        return _weights(network, chosen)
    exact = has_receptive_field(network, layer)
    most = _MOST_PICTURES if exact else 1  # the tops that an ascent finds hardly differ
    tiles = []
    for field in receptive_fields(network, layer, chosen):
        pictures = [_shaped(network, picture) for picture in field.pictures[:most]]
        n_more = len(field.pictures) - len(pictures) if exact else 0
        note = f"answers {readable(field.output)}" + (f" · {n_more:,} more" if n_more else "")
        tiles.append(Tile(_name(network, layer, field.neuron), note, pictures))
    return Fields(tiles, n_neurons, _EXACT if exact else _ASCENT)


def _weights(network: Network, neurons: Sequence[int]) -> Fields:
    """Show the weights of the first layer as pictures, all on one scale."""
    weights = finite(network.weights(1)[:, neurons].T, "weights of layer 1")
    largest = float(np.abs(weights).max(initial=0))
    tiles = []
    for neuron, row in zip(neurons, weights, strict=True):
        shares = np.round(row / (largest or 1.0) * _GREYS) / _GREYS
        note = f"largest {readable(row[np.argmax(np.abs(row))])}"
        tiles.append(Tile(_name(network, 1, neuron), note, [_shaped(network, shares)]))
    meaning = (
        "Each neuron's weights as a picture: white pixels raise its answer, black ones lower it.",
        f"Black is −{readable(largest)}, grey is 0, white is {readable(largest)}.",
    )
    return Fields(tiles, len(network.weights(1).T), meaning)


def _largest(network: Network, layer: int) -> list[int]:
    """Return the neurons with the largest weights, as many as there is room for, in order."""
    room = min(_MOST_TILES, max(1, _MOST_PIXELS // network.sizes[0]))
    sizes = np.abs(network.weights(layer)).sum(axis=0)
    strongest = np.argsort(-np.nan_to_num(sizes, nan=np.inf), kind="stable")[:room]
    return sorted(strongest.tolist())


def _shaped(network: Network, picture: NDArray[Any]) -> NDArray[Any]:
    """Return inputs as a picture; those of a table stand side by side."""
    camera = network.encoder
    if isinstance(camera, Camera):
        return fewer_pixels(picture.reshape(camera.rows, camera.columns))
    return picture[np.newaxis]


def _name(network: Network, layer: int, neuron: int) -> str:
    is_last = layer == network.n_layers and network.categories is not None
    return network.category_names[neuron] if is_last else f"neuron {neuron}"
