"""Where a weight or bias stands in the parameter vector, and what it is called."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.data import Columns
from glassnet.errors import SettingError, ShapeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network, Trace

__all__ = ["check_finite", "check_loss", "check_neuron", "neuron_name", "parameter_at", "parameter_place"]


def neuron_name(layer: int, neuron: int | str, network: Network | None = None) -> str:
    """Return what a neuron, or an input in layer 0, is called; with its network, as a table calls the input.

    Examples
    --------
    >>> neuron_name(2, 1), neuron_name(0, 3)
    ('neuron 1 of layer 2', 'input 3')
    """
    if layer > 0:
        return f"neuron {neuron} of layer {layer}"
    if network is None or not isinstance(network.encoder, Columns):
        return f"input {neuron}"
    return network.input_names[int(neuron)]


def check_neuron(network: Network, layer: int, neuron: int) -> tuple[int, int]:
    """Return layer and neuron if the network has it; layer 0 is the input.

    Raises
    ------
    SettingError
        It has not; the message says which there are.
    """
    n_neurons = network.sizes[0] if layer == 0 else int(network.layer(layer)["n_neurons"])
    if not isinstance(neuron, int | np.integer) or not 0 <= neuron < n_neurons:
        raise SettingError(
            f"{neuron_name(layer, neuron)}: there is none; there are {'neurons' if layer else 'inputs'} "
            f"0 to {n_neurons - 1}"
        )
    return int(layer), int(neuron)


def check_finite(trace: Trace, layer: int, what: str) -> None:
    """Return if every weighted sum up to a layer is finite.

    Parameters
    ----------
    trace : Trace
    layer : int
    what : str
        What is to be explained, for the message.

    Raises
    ------
    ShapeError
        One is not; the message names the first.
    """
    place = trace.first_not_finite()
    if place is not None and place[0] <= layer:
        raise ShapeError(
            f"{what}: the weighted sum of layer {place[0]}, neuron {place[1]} is not finite; the network "
            "holds weights that are not finite, or too large"
        )


def check_loss(loss: float, network: Network, inputs: NDArray[Any], what: str) -> None:
    """Return if the loss of a network on some inputs is finite: only then it has slopes.

    Raises
    ------
    ShapeError
        It is not; the message names the first weighted sum that is not finite, if any.
    """
    if not math.isfinite(loss):
        check_finite(network.run(inputs), network.n_layers, what)
        raise ShapeError(f"{what}: the loss is {loss:g}, too large to have slopes")


def parameter_place(network: Network, layer: int, neuron: int, source: int | str) -> tuple[int, str]:
    """Return where a weight or bias stands in the parameter vector, and what it is called.

    Parameters
    ----------
    network : Network
    layer, neuron : int
        The neuron that it belongs to.
    source : int or "bias"
        The neuron of the layer before, or the input, that the weight comes from.

    Raises
    ------
    SettingError
        There is no such weight, or its connection is missing.

    Examples
    --------
    >>> from glassnet import Network
    >>> parameter_place(Network([2, 3]), 1, 2, "bias")
    (8, 'the bias of neuron 2 of layer 1')
    """
    layer, neuron = check_neuron(network, layer, neuron)
    row, here = network.layer(layer), neuron_name(layer, neuron)
    if source == "bias":
        if not row["n_biases"]:
            raise SettingError(f"bias of {here}: the neurons of this layer have none")
        return int(row["biases"]) + neuron, f"the bias of {here}"
    n_inputs, n_neurons = int(row["n_inputs"]), int(row["n_neurons"])
    if not isinstance(source, int | np.integer) or not 0 <= source < n_inputs:
        raise SettingError(
            f"weight into {here}: got source {source!r}, expected 0 to {n_inputs - 1} or 'bias'"
        )
    before = neuron_name(layer - 1, int(source), network)
    if not network.connections(layer)[source, neuron]:
        raise SettingError(f"weight from {before} into {here}: this connection is missing")
    return int(row["weights"]) + int(source) * n_neurons + neuron, f"the weight from {before} to {here}"


def parameter_at(network: Network, place: int) -> tuple[int, int, int | str]:
    """Return layer, neuron and source (or "bias") of the parameter at a place of the parameter vector.

    The other way round than `parameter_place`.

    Raises
    ------
    SettingError
        There is no such place.

    Examples
    --------
    >>> from glassnet import Network
    >>> parameter_at(Network([2, 3]), 8), parameter_at(Network([2, 3]), 4)
    ((1, 2, 'bias'), (1, 1, 1))
    """
    place = whole_number(place, "place", high=network.n_parameters - 1)
    layer = int(np.searchsorted(network.layers["weights"], place, side="right"))
    row = network.layer(layer)
    if place >= row["biases"]:
        return layer, place - int(row["biases"]), "bias"
    source, neuron = divmod(place - int(row["weights"]), int(row["n_neurons"]))
    return layer, neuron, source
