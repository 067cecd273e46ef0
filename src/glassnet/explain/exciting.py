"""The examples of a data set that a neuron answers to most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.errors import DataError
from glassnet.explain.places import check_finite, check_neuron, neuron_name
from glassnet.network.workspace import rows_at_once

if TYPE_CHECKING:
    from glassnet.data import Dataset
    from glassnet.network import Network

__all__ = ["ExcitingExample", "MostExciting", "most_exciting"]


@dataclass(frozen=True)
class ExcitingExample:
    """An example that a neuron answers to.

    Attributes
    ----------
    example : int
        Its row in the data set.
    name, category : str or None
        As far as the data set says.
    weighted_sum, output : float
        Of the neuron.
    """

    example: int
    name: str | None
    category: str | None
    weighted_sum: float
    output: float


@dataclass(frozen=True)
class MostExciting:
    """The examples that a neuron answers to most.

    Attributes
    ----------
    layer, neuron : int
    data : str
        The name of the data set.
    n_examples : int
        How many examples it holds.
    examples : tuple of ExcitingExample
        The most exciting first; of equal ones the earlier.
    """

    layer: int
    neuron: int
    data: str
    n_examples: int
    examples: tuple[ExcitingExample, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "layer": self.layer,
            "neuron": self.neuron,
            "data": self.data,
            "n_examples": self.n_examples,
            "examples": [vars(example) for example in self.examples],
        }

    def __str__(self) -> str:
        lines = [f"What excites {neuron_name(self.layer, self.neuron)} most, of {self.n_examples:,} examples"]
        lines.append(f"{'example':>10} {'sum':>10} {'output':>10}")
        for one in self.examples:
            words = "  ".join(word for word in (one.category, one.name) if word is not None)
            row = f"{one.example:>10} {one.weighted_sum:>10.4g} {one.output:>10.4g}  {words}"
            lines.append(row.rstrip())
        return "\n".join(lines)


def most_exciting(network: Network, data: Dataset, layer: int, neuron: int, top: int = 9) -> MostExciting:
    """Find the examples of a data set that a neuron answers to most.

    As with receptive fields, the weighted sum decides, which still tells examples apart where the squash
    is saturated. Data on the disk are read once, block by block.

    Parameters
    ----------
    network : Network
    data : Dataset
    layer, neuron : int
    top : int
        How many examples to return at most.

    Raises
    ------
    SettingError, DataError, ShapeError
        There is no such neuron, the data have another number of inputs, or a sum is not finite.

    Examples
    --------
    >>> from glassnet import Network, data
    >>> print(most_exciting(Network.drawn_four_pixel(), data.four_pixel(), layer=3, neuron=3, top=2))
    What excites neuron 3 of layer 3 most, of 8 examples
       example        sum     output
             3     0.9586     0.9586  vertical
             0          0          0  solid
    """
    network.layer(layer)  # layer 0 has no sums
    layer, neuron = check_neuron(network, layer, neuron)
    whole_number(top, "top", low=1)
    if data.n_inputs != network.sizes[0]:
        raise DataError(
            f"{data.name}: the data have {data.n_inputs} inputs, the network {network.name} "
            f"has {network.sizes[0]}"
        )
    rows, sums = np.zeros(0, dtype=np.intp), np.zeros(0)
    block = rows_at_once(sum(network.sizes))
    for first in range(0, data.n_examples, block):
        trace = network.run(data.read(slice(first, first + block), network.dtype))
        check_finite(trace, layer, f"{data.name}, from example {first}")
        rows = np.append(rows, np.arange(first, first + trace.n_examples))
        sums = np.append(sums, trace.weighted_sums(layer)[:, neuron])
        highest = np.argsort(-sums, kind="stable")[:top]
        rows, sums = rows[highest], sums[highest]
    outputs = network.run(data.read(rows, network.dtype)).outputs(layer)[:, neuron]
    labels = None if data.categories is None else data.labels
    examples = []
    for row, weighted_sum, output in zip(rows.tolist(), sums.tolist(), outputs.tolist(), strict=True):
        name = None if data.names is None else data.names[row]
        category = None if labels is None or data.categories is None else data.categories[labels[row]]
        examples.append(ExcitingExample(row, name, category, weighted_sum, output))
    return MostExciting(layer, neuron, data.name, data.n_examples, tuple(examples))
