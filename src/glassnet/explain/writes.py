"""What a neuron writes: its outgoing weights run forward, the other direction of a receptive field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import SettingError
from glassnet.explain.places import check_finite, check_neuron, neuron_name
from glassnet.explain.printing import decimals_for, fixed
from glassnet.network import Network

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Writing", "writes"]


@dataclass(frozen=True, eq=False)
class Writing:
    """How the outputs change when one neuron goes from 0 to 1 and every other one of its layer stays.

    Attributes
    ----------
    layer, neuron : int
    from_rest : bool
        Whether the others of its layer stay at 0, or as an example left them.
    weights : ndarray, shape (n_neurons,)
        Its weights into the next layer; 0 where a connection is missing.
    categories : tuple of str
        The names of the outputs.
    at_zero, at_one : ndarray, shape (n_outputs,)
        The outputs with the neuron at 0 and at 1.
    """

    layer: int
    neuron: int
    from_rest: bool
    weights: NDArray[np.float64]
    categories: tuple[str, ...]
    at_zero: NDArray[np.float64]
    at_one: NDArray[np.float64]

    @property
    def changes(self) -> NDArray[np.float64]:
        """What the neuron adds to each output, shape (n_outputs,)."""
        changes: NDArray[np.float64] = self.at_one - self.at_zero
        return changes

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "layer": self.layer,
            "neuron": self.neuron,
            "from_rest": self.from_rest,
            "weights": self.weights.tolist(),
            "outputs": [
                {"category": name, "at_zero": zero, "at_one": one, "change": one - zero}
                for name, zero, one in zip(
                    self.categories, self.at_zero.tolist(), self.at_one.tolist(), strict=True
                )
            ],
        }

    def __str__(self) -> str:
        rows = np.column_stack([self.at_zero, self.at_one, self.changes])
        places = decimals_for(rows.ravel().tolist(), 4)
        width = max(map(len, self.categories))
        others = "at 0" if self.from_rest else "as the example left them"
        lines = [f"What {neuron_name(self.layer, self.neuron)} writes, the others {others}"]
        lines.append(f"{'':{width}} {'at 0':>10} {'at 1':>10} {'change':>10}")
        for name, row in zip(self.categories, rows.tolist(), strict=True):
            lines.append(f"{name:{width}} " + " ".join(f"{fixed(value, places):>10}" for value in row))
        return "\n".join(lines)


def writes(network: Network, layer: int, neuron: int, inputs: ArrayLike | None = None) -> Writing:
    """Say what a neuron writes: the change of every output when its own goes from 0 to 1.

    The layers behind run twice, once with the neuron's output at 0 and once at 1. The other neurons of its
    layer stay at 0 ("at rest") or, with `inputs`, where that example puts them.

    Parameters
    ----------
    network : Network
    layer, neuron : int
        Any but the last layer, whose neurons write nothing but their own output; layer 0 is the input.
    inputs : array_like, shape (n_inputs,), optional
        One example.

    Raises
    ------
    SettingError, ShapeError
        There is no such neuron, it is in the last layer, or the inputs are not one example.

    Examples
    --------
    >>> print(writes(Network.drawn_four_pixel(), layer=1, neuron=0))
    What neuron 0 of layer 1 writes, the others at 0
                     at 0       at 1     change
    solid          0.0000     0.7616     0.7616
    vertical       0.0000     0.7616     0.7616
    diagonal       0.0000     0.0000     0.0000
    horizontal     0.0000     0.0000     0.0000
    """
    layer, neuron = check_neuron(network, layer, neuron)
    if layer == network.n_layers:
        raise SettingError(f"writes: layer {layer} is the last, expected 0 to {layer - 1}: it writes to none")
    trace = network.run(np.zeros(network.sizes[0]) if inputs is None else inputs)
    if trace.n_examples != 1:
        raise SettingError(f"writes: got {trace.n_examples} examples, expected one")
    check_finite(trace, network.n_layers, f"what {neuron_name(layer, neuron)} writes")
    states = np.zeros((2, network.sizes[layer])) if inputs is None else trace.outputs(layer)[[0, 0]]
    states[:, neuron] = 0, 1
    outputs = _behind(network, layer).predict(states).astype(np.float64)
    return Writing(
        layer=layer,
        neuron=neuron,
        from_rest=inputs is None,
        weights=network.weights(layer + 1)[neuron].astype(np.float64),
        categories=network.category_names,
        at_zero=outputs[0],
        at_one=outputs[1],
    )


def _behind(network: Network, layer: int) -> Network:
    """The layers behind `layer` as a network of their own, whose inputs are that layer's outputs."""
    rows = network.layers[layer:]
    tail = Network(
        network.sizes[layer:],
        [str(chosen) for chosen in network.activations[layer:]],
        biases=[bool(n) for n in rows["n_biases"]],
        loss=str(network.loss),
        dtype=network.dtype,
    )
    tail.parameters[:] = network.parameters[rows[0]["weights"] :]
    return tail
