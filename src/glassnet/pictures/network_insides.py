"""The little picture inside each neuron: its receptive field, its weights, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import ShapeError
from glassnet.explain import has_receptive_field, receptive_fields
from glassnet.pictures.pixels import MOST_PIXELS_A_SIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network, Trace
    from glassnet.pictures.network_contents import Contents

__all__ = ["Insides", "find_insides"]

_MOST_PICTURES = 2  # a neuron that answers to a picture and to its negative shows both


@dataclass(frozen=True)
class Insides:
    """What is drawn inside the neurons.

    Attributes
    ----------
    pictures : dict
        From (layer, neuron) to one or two pictures, each of shape (rows, columns), -1 black to +1 white,
        NaN where a pixel does not matter. A neuron that is not in it shows its output.
    meaning : str
        What the pictures are, for the legend.
    sample : ndarray, shape (2, 2), or None
        Such a picture, for the legend; None where there are none.
    """

    pictures: dict[tuple[int, int], list[NDArray[Any]]]
    meaning: str
    sample: NDArray[Any] | None = None


def find_insides(trace: Trace, example: int, contents: Contents) -> Insides:
    """Find what is drawn inside the neurons that the picture shows.

    Pictures of few pixels: the receptive field where it is known. Of many: in the first layer the
    weights, since black and white alone would look like noise at that size. No pictures: nothing.
    """
    shape, network = contents.shape, trace.network
    if shape is None or max(shape) > MOST_PIXELS_A_SIDE:
        return Insides({}, "inside: its output as brightness")
    if contents.picture_only:
        meaning = "inside, in layer 1: its weights as a picture; else its output as brightness"
        return Insides(_weights(network, contents, shape), meaning, np.array([[1, -0.3], [0.3, -1]]))
    pictures = {(0, k): [_single_pixel(trace, example, k, shape)] for k in contents.columns[0].neurons}
    pictures.update(_fields(network, contents, shape))
    meaning = "inside: the picture that the neuron answers to most; a dot: this pixel does not matter"
    return Insides(pictures, meaning, np.array([[1, np.nan], [np.nan, -1]]))


def _single_pixel(trace: Trace, example: int, pixel: int, shape: tuple[int, int]) -> NDArray[Any]:
    """Where an input neuron's pixel stands, and how bright it is."""
    picture = np.full(shape[0] * shape[1], np.nan)
    picture[pixel] = trace.inputs[example, pixel]
    return picture.reshape(shape)


def _weights(
    network: Network, contents: Contents, shape: tuple[int, int]
) -> dict[tuple[int, int], list[NDArray[Any]]]:
    weights = network.weights(1)[:, contents.columns[1].neurons].T
    largest = np.abs(weights).max()
    if not largest > 0 or not np.isfinite(largest):
        return {}
    return {
        (1, neuron): [(row / largest).reshape(shape)]
        for neuron, row in zip(contents.columns[1].neurons, weights, strict=True)
    }


def _fields(
    network: Network, contents: Contents, shape: tuple[int, int]
) -> dict[tuple[int, int], list[NDArray[Any]]]:
    pictures: dict[tuple[int, int], list[NDArray[Any]]] = {}
    for column in contents.columns[1:]:
        if has_receptive_field(network, column.layer):
            try:
                fields = receptive_fields(network, column.layer, column.neurons)
            except ShapeError:  # some weight is not finite: there is no best picture
                break
            for field in fields:
                best = field.pictures[:_MOST_PICTURES]
                pictures[field.layer, field.neuron] = [picture.reshape(shape) for picture in best]
    return pictures
