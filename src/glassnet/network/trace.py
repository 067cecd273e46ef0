"""The record of one pass: what every neuron summed up and what it handed on, for every example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import SettingError
from glassnet.kernels.activations import times_slope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network.network import Network

__all__ = ["Trace"]


class Trace:
    """What happened inside a network while it ran examples; made by `Network.run`.

    It keeps a copy of the network as it was, so that it stays true while the network goes on
    learning. The arrays are views of the engine's own, and read-only.

    Attributes
    ----------
    network : Network
        The network as it was when it ran.
    inputs : ndarray, shape (n_examples, n_inputs)
        What went in.
    """

    def __init__(
        self, network: Network, inputs: NDArray[Any], weighted_sums: NDArray[Any], outputs: NDArray[Any]
    ) -> None:
        self.network = network
        self.inputs = _read_only(inputs)
        self._weighted_sums = weighted_sums
        self._outputs = outputs

    @property
    def n_examples(self) -> int:
        """How many examples ran."""
        return len(self.inputs)

    def weighted_sums(self, layer: int) -> NDArray[Any]:
        """Return the sums z before the squash, shape (n_examples, n_neurons), of a layer from 1 on.

        Raises
        ------
        SettingError
            There is no such layer.
        """
        return self._block(self._weighted_sums, layer)

    def outputs(self, layer: int = -1) -> NDArray[Any]:
        """Return what a layer handed on, shape (n_examples, n_neurons).

        Layer 0 is the input; without a number it is the last layer.

        Raises
        ------
        SettingError
            There is no such layer.
        """
        if layer == 0:
            return self.inputs
        return self._block(self._outputs, self.network.n_layers if layer == -1 else layer)

    def slopes(self, layer: int) -> NDArray[Any]:
        """Return the slope of each squash at its weighted sum, shape (n_examples, n_neurons).

        For softmax, where every output hangs on every weighted sum, that of an output over its own.

        Raises
        ------
        SettingError
            There is no such layer.
        """
        sums, outputs = self.weighted_sums(layer), self.outputs(layer)
        if self.network.activations[layer - 1].name == "softmax":
            shares: NDArray[Any] = outputs * (1 - outputs)
            return shares
        slopes = np.ones_like(sums)
        row = self.network.layer(layer)
        flat = (sums.ravel().copy(), outputs.ravel().copy(), slopes.reshape(-1))
        times_slope(row["activation"], row["constant"], *flat, 0, slopes.size)
        return slopes

    def _block(self, values: NDArray[Any], layer: int) -> NDArray[Any]:
        row = self.network.layer(layer)
        start = int(row["neurons"]) * self.n_examples
        n_neurons = int(row["n_neurons"])
        block = values[start : start + self.n_examples * n_neurons]
        return _read_only(block.reshape(self.n_examples, n_neurons))

    def first_not_finite(self) -> tuple[int, int, int] | None:
        """Return (layer, neuron, example) of the first weighted sum that is not finite, or None.

        First means: in the lowest layer; there, in the first example.
        """
        for layer in range(1, self.network.n_layers + 1):
            bad = np.argwhere(~np.isfinite(self.weighted_sums(layer)))
            if len(bad):
                return layer, int(bad[0][1]), int(bad[0][0])
        return None

    def check_example(self, example: int) -> int:
        """Return `example` if the trace has it.

        Raises
        ------
        SettingError
            It has not; the message says how many there are.
        """
        if not isinstance(example, int | np.integer) or not 0 <= example < self.n_examples:
            raise SettingError(f"example {example}: the trace has examples 0 to {self.n_examples - 1}")
        return int(example)

    def __repr__(self) -> str:
        return f"<Trace of {self.n_examples} examples through {self.network.name}>"


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view
