"""How a network is laid out: the table of layers, and one vector that holds every parameter.

The vector holds, layer after layer, the weights (n_inputs, n_neurons) row by row, then the biases.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import number
from glassnet.errors import SettingError, ShapeError
from glassnet.kernels.layers import LAYER
from glassnet.network.arguments import per_layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.functions import Activation, Choice, InitialWeights

__all__ = ["build_table", "connection_vector", "draw_parameters"]

# Drawn as float64, a large layer at once would need more memory than the network.
_DRAWN_AT_ONCE = 1 << 20


def build_table(
    sizes: Sequence[int],
    activations: Sequence[Choice[Activation]],
    biases: Sequence[bool],
    dropout: Sequence[float],
) -> NDArray[Any]:
    """Build the table of layers that drives the compiled loops.

    Returns
    -------
    ndarray of `glassnet.kernels.layers.LAYER`, shape (n_layers,)

    Raises
    ------
    SettingError
        softmax before the last layer, dropout on the last one, or biases neither there nor not.
    """
    table = np.zeros(len(sizes) - 1, dtype=LAYER)
    position = neurons = 0
    last = len(table)
    for k, (n_inputs, n_neurons) in enumerate(pairwise(sizes)):
        layer = k + 1
        if activations[k].row.last_only and layer != last:
            raise SettingError(
                f"layer {layer} of {last}: {activations[k].name} may stand only on the last layer"
            )
        rate = number(dropout[k], f"dropout of layer {layer}", low=0, below=1)
        if rate > 0 and layer == last:
            raise SettingError(f"dropout of layer {layer}: got {rate:g}, expected 0 on the last layer")
        row = table[k]
        row["n_inputs"], row["n_neurons"], row["neurons"] = n_inputs, n_neurons, neurons
        row["weights"], row["biases"] = position, position + n_inputs * n_neurons
        if not isinstance(biases[k], bool | np.bool_):
            raise SettingError(f"biases of layer {layer}: got {biases[k]!r}, expected True or False")
        row["n_biases"] = n_neurons if biases[k] else 0
        row["activation"] = activations[k].row.code
        row["constant"] = next((float(c) for c in activations[k].constants.values()), 0.0)
        row["dropout"] = rate
        position += n_inputs * n_neurons + int(row["n_biases"])
        neurons += n_neurons
    return table


def connection_vector(
    connections: Sequence[NDArray[Any] | None] | None, table: NDArray[Any], n_parameters: int
) -> NDArray[np.bool_]:
    """Return which parameters exist, laid out like them; empty where no connection is missing.

    Raises
    ------
    ShapeError
        A layer's connections have another shape than its weights.
    """
    if connections is None:
        return np.zeros(0, dtype=bool)
    connected = np.ones(n_parameters, dtype=bool)
    for k, (given, row) in enumerate(
        zip(per_layer(connections, len(table), "connections"), table, strict=True)
    ):
        if given is None:
            continue
        shape = (int(row["n_inputs"]), int(row["n_neurons"]))
        if np.shape(given) != shape:
            raise ShapeError(
                f"connections of layer {k + 1}: got shape {np.shape(given)}, "
                f"expected (n_inputs, n_neurons) = {shape}"
            )
        connected[row["weights"] : row["biases"]] = np.asarray(given, dtype=bool).ravel()
    return connected if not connected.all() else np.zeros(0, dtype=bool)


def draw_parameters(
    table: NDArray[Any],
    initial_weights: Sequence[Choice[InitialWeights]],
    seed: int,
    parameters: NDArray[Any],
) -> None:
    """Fill `parameters` with the initial weights that a seed stands for; biases start at 0.

    The numbers are NumPy's ``default_rng(seed)``, drawn as float64, layer after layer.
    """
    rng = np.random.default_rng(seed)
    for row, chosen in zip(table, initial_weights, strict=True):
        n_inputs, n_neurons = int(row["n_inputs"]), int(row["n_neurons"])
        fan = n_inputs if chosen.name.startswith("he") else (n_inputs + n_neurons) / 2
        spread = np.sqrt(2 / fan) if chosen.name.startswith("he") else np.sqrt(1 / fan)
        for begin in range(row["weights"], row["biases"], _DRAWN_AT_ONCE):
            end = min(begin + _DRAWN_AT_ONCE, row["biases"])
            if chosen.name == "uniform":
                drawn = rng.uniform(chosen.number("low"), chosen.number("high"), end - begin)
            elif chosen.name.endswith("uniform"):
                drawn = rng.uniform(-np.sqrt(3) * spread, np.sqrt(3) * spread, end - begin)
            else:
                drawn = rng.normal(0, spread, end - begin)
            parameters[begin:end] = drawn
        parameters[row["biases"] : row["biases"] + row["n_biases"]] = 0
