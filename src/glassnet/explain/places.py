"""Where a weight or bias stands in the parameter vector, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.checks import whole_number
from glassnet.errors import SettingError

if TYPE_CHECKING:
    from glassnet.network import Network

__all__ = ["check_neuron", "neuron_name", "parameter_place"]


def neuron_name(layer: int, neuron: int | str) -> str:
    """Return what a neuron, or an input in layer 0, is called.

    Examples
    --------
    >>> neuron_name(2, 1), neuron_name(0, 3)
    ('neuron 1 of layer 2', 'input 3')
    """
    return f"neuron {neuron} of layer {layer}" if layer > 0 else f"input {neuron}"


def check_neuron(network: Network, layer: int, neuron: int) -> None:
    """Return if the network has the neuron; layer 0 is the input.

    Raises
    ------
    SettingError
        It has not; the message says which there are.
    """
    n_neurons = network.sizes[0] if layer == 0 else int(network.layer(layer)["n_neurons"])
    whole_number(neuron, "neuron")
    if neuron >= n_neurons:
        raise SettingError(
            f"{neuron_name(layer, neuron)}: there is none; there are {'neurons' if layer else 'inputs'} "
            f"0 to {n_neurons - 1}"
        )


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
    check_neuron(network, layer, neuron)
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
    before = neuron_name(layer - 1, int(source))
    if not network.connections(layer)[source, neuron]:
        raise SettingError(f"weight from {before} into {here}: this connection is missing")
    return int(row["weights"]) + int(source) * n_neurons + neuron, f"the weight from {before} to {here}"
