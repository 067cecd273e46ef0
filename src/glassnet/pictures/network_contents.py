"""Which neurons and connections the picture of a network shows: all of a small one, else the strongest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data import Camera

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network, Trace

__all__ = ["Column", "Contents", "Wire", "Wires", "choose_contents"]

MOST_NEURONS = 12
"""More in one column would make the picture higher than a screen, or the neurons too small to look into."""

MOST_WIRES = 48
"""More between two columns cannot be followed by eye."""


@dataclass(frozen=True)
class Column:
    """The neurons of a layer that are shown; layer 0 are the inputs.

    Attributes
    ----------
    layer : int
    neurons : tuple of int
        In order; empty where the inputs are drawn as a picture only.
    n_neurons : int
        How many the layer has.
    """

    layer: int
    neurons: tuple[int, ...]
    n_neurons: int

    @property
    def n_left_out(self) -> int:
        """How many neurons of the layer are not shown."""
        return self.n_neurons - len(self.neurons)


@dataclass(frozen=True)
class Wire:
    """A connection with a weight other than 0.

    Attributes
    ----------
    source : int or None
        The neuron of the layer before; None for the bias neuron, which always says 1.
    target : int
        The neuron of the layer.
    weight : float
    strength : float
        The size of the weight, as a share of the largest in the layer.
    """

    source: int | None
    target: int
    weight: float
    strength: float


@dataclass(frozen=True)
class Wires:
    """The wires into a layer that are shown, the weakest first so that the strongest lie on top.

    Attributes
    ----------
    layer : int
    shown : tuple of Wire
    n_wires : int
        How many weights and biases of the layer are not 0, shown or not.
    """

    layer: int
    shown: tuple[Wire, ...]
    n_wires: int

    @property
    def has_bias(self) -> bool:
        """Whether some of the wires come from a bias neuron."""
        return any(wire.source is None for wire in self.shown)

    @property
    def n_left_out(self) -> int:
        """How many wires are not shown."""
        return self.n_wires - len(self.shown)


@dataclass(frozen=True)
class Contents:
    """What the picture of a network shows.

    Attributes
    ----------
    columns : tuple of Column
        From the inputs to the outputs.
    wires : tuple of Wires
        From layer 1 on.
    shape : (int, int) or None
        Rows and columns of the input picture; None where the inputs are no picture.
    """

    columns: tuple[Column, ...]
    wires: tuple[Wires, ...]
    shape: tuple[int, int] | None

    @property
    def picture_only(self) -> bool:
        """Whether the inputs are drawn as a picture only, not as neurons too."""
        return not self.columns[0].neurons


def choose_contents(trace: Trace, example: int, like: Contents | None = None) -> Contents:
    """Choose what the picture of one example shows.

    A layer of up to 12 neurons is shown whole, of a larger one those with the largest outputs, either
    sign (of the categories, those with the highest). Of the weights and biases between two columns the
    48 largest are shown, either sign. A picture of more than 12 pixels is shown whole, and its pixels
    are not drawn as neurons a second time.

    With `like`, an earlier choice for a network of the same sizes, the neurons stay the same and only the
    wires are chosen anew: in a picture that moves, neurons must not change places.
    """
    network = trace.network
    encoder = network.encoder
    shape = (encoder.rows, encoder.columns) if isinstance(encoder, Camera) else None
    columns = [
        Column(
            layer,
            like.columns[layer].neurons if like else _strongest_neurons(trace, example, layer),
            network.sizes[layer],
        )
        for layer in range(network.n_layers + 1)
    ]
    sources = [np.array(column.neurons, dtype=np.intp) for column in columns]
    if shape is not None and columns[0].n_left_out:
        columns[0] = Column(0, (), network.sizes[0])
        sources[0] = np.arange(network.sizes[0])
    wires = tuple(
        _strongest_wires(network, layer, sources[layer - 1], sources[layer])
        for layer in range(1, network.n_layers + 1)
    )
    return Contents(tuple(columns), wires, shape)


def _strongest_neurons(trace: Trace, example: int, layer: int) -> tuple[int, ...]:
    outputs = trace.outputs(layer)[example]
    names_categories = layer == trace.network.n_layers and trace.network.categories is not None
    strongest = _order(outputs if names_categories else np.abs(outputs))[:MOST_NEURONS]
    return tuple(sorted(strongest.tolist()))


def _strongest_wires(
    network: Network, layer: int, sources: NDArray[np.intp], targets: NDArray[np.intp]
) -> Wires:
    """Choose among the weights and biases that lead to shown neurons."""
    weights, biases = _drawable(network.weights(layer)), _drawable(network.biases(layer))
    largest = float(max(np.abs(weights).max(), np.abs(biases).max(initial=0)))
    rows = [weights[np.ix_(sources, targets)], *([biases[np.newaxis, targets]] if biases.size else [])]
    between = np.concatenate(rows)  # the bias neuron is one more source, behind the others
    wires = []
    for place in _order(np.abs(between).ravel())[:MOST_WIRES]:
        i, j = divmod(int(place), len(targets))
        weight = float(between[i, j])
        if weight != 0:
            source = int(sources[i]) if i < len(sources) else None
            wires.append(Wire(source, int(targets[j]), weight, abs(weight) / largest))
    n_wires = np.count_nonzero(weights) + np.count_nonzero(biases)
    return Wires(layer, tuple(reversed(wires)), int(n_wires))


def _drawable(weights: NDArray[Any]) -> NDArray[Any]:
    """A weight that is not finite has no width; what it did to the outputs is seen there."""
    return np.where(np.isfinite(weights), weights, 0)


def _order(strengths: NDArray[Any]) -> NDArray[np.intp]:
    """Return the places from the largest to the smallest, the first of equals first, NaN in front."""
    return np.argsort(-np.nan_to_num(strengths, nan=np.inf), kind="stable")
