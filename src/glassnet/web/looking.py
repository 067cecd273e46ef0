"""What a page looks at: one input and its right answer, what is selected, and which neurons are shown."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import GlassnetError, SettingError
from glassnet.network.answers import winners
from glassnet.web import inspecting, messages, showing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.network import Network, Trace
    from glassnet.pictures.network_contents import Contents

__all__ = ["MOST_CHOSEN", "Look"]

MOST_CHOSEN = 24
"""Neurons of one layer that a person may ask for at once: more would be too small to look into."""


class Look:
    """What a page looks at.

    Attributes
    ----------
    data : Dataset
        Whose examples can be looked at.
    inputs : ndarray, shape (n_inputs,)
        What the camera sees.
    example : int or None
        Which example that is, if it is one.
    targets : ndarray, shape (n_outputs,), or None
        The right answer to it, where it is known.
    thumbnails : ndarray, shape (n_shown, n_inputs)
        The examples that are offered.
    selection : messages.Select
        What the inspector shows.
    whose : {"example", "data"}
        Whose loss is explained.
    inside : {"values", "fields"}
        What stands inside the neurons.
    """

    def __init__(self) -> None:
        self.whose, self.inside = "example", "values"
        self.example: int | None = None
        self.targets: NDArray[Any] | None = None
        self._contents: Contents | None = None

    def begin(self, data: Dataset) -> None:
        """Look at other data, and at nothing inside the network."""
        self.data = data
        self.selection = messages.Select("nothing")
        self._rows = showing.example_rows(data)
        self.thumbnails = data.read(self._rows, np.float64)
        self._labels = None if data.categories is None else data.labels[self._rows]
        self._chosen: dict[int, tuple[int, ...]] = {}
        self.look_at(data.n_examples // 2)  # of four pixels a diagonal: there is something to see

    def look_at(self, example: int) -> None:
        """Look at an example.

        Raises
        ------
        SettingError
            There is none of that number.
        """
        if example >= self.data.n_examples:
            raise SettingError(f"example {example}: the data have examples 0 to {self.data.n_examples - 1}")
        self.inputs = self.data.read([example], np.float64)[0]
        self._know(example)
        self.choose_anew()

    def see(self, inputs: NDArray[np.float64]) -> None:
        """Look at other inputs, whatever they are."""
        self.inputs = inputs
        self.example, self.targets = None, None
        same = np.flatnonzero((self.thumbnails == inputs).all(axis=1))
        if same.size:  # painted by hand, but one of the examples: then its right answer is known
            self._know(self._rows[int(same[0])])

    def _know(self, example: int) -> None:
        self.example, self.targets = example, self.data.targets[example]

    def claim(self, category: int | None, n_outputs: int) -> None:
        """Say what the right answer is, or that it is not known.

        Raises
        ------
        SettingError
            There is no such category.
        """
        if category is None:
            self.targets = None
            return
        if self.data.categories is None or category >= n_outputs:
            raise SettingError(f"truth: there is no category {category}; there are {n_outputs} outputs")
        self.targets = np.eye(n_outputs)[category]

    # Which neurons are shown

    def contents(self, trace: Trace) -> Contents:
        """Return which neurons and wires are shown: the strongest, or those that were asked for."""
        network = trace.network
        if self._contents is None or len(self._contents.columns) != network.n_layers + 1:
            chosen = showing.choose_contents(trace, 0)
            columns = [
                dataclasses.replace(column, neurons=self._chosen.get(column.layer, column.neurons))
                for column in chosen.columns
            ]
            self._contents = showing.choose_contents(
                trace, 0, dataclasses.replace(chosen, columns=tuple(columns))
            )
        return self._contents

    def choose_anew(self) -> None:
        """Show the neurons that are the strongest now, but for layers where others were asked for."""
        self._contents = None

    def choose(self, network: Network, layer: int, neurons: Sequence[int] | None) -> None:
        """Show these neurons of a layer; None: the strongest.

        Raises
        ------
        SettingError
            There is no such layer or neuron, or they are too many.
        """
        if layer > network.n_layers:
            raise SettingError(f"layer {layer}: the network has layers 0 to {network.n_layers}")
        if neurons is None:
            self._chosen.pop(layer, None)
        else:
            wanted = tuple(sorted(set(neurons)))
            if len(wanted) > MOST_CHOSEN:
                raise SettingError(
                    f"{len(wanted)} neurons: at most {MOST_CHOSEN} of a layer are shown at once"
                )
            if wanted[-1] >= network.sizes[layer]:
                raise SettingError(
                    f"neuron {wanted[-1]}: layer {layer} has neurons 0 to {network.sizes[layer] - 1}"
                )
            self._chosen[layer] = wanted
        self.choose_anew()

    def fit(self, network: Network, learning_rate: float) -> None:
        """Forget what another network does not have: a selection, and neurons that were asked for."""
        self._chosen = {
            layer: neurons
            for layer, neurons in self._chosen.items()
            if layer <= network.n_layers and neurons[-1] < network.sizes[layer]
        }
        self.choose_anew()
        try:
            inspecting.inspect(self.scene(network, learning_rate), self.selection)
        except GlassnetError:
            self.selection = messages.Select("nothing")

    # What is seen

    def trace(self, network: Network) -> Trace:
        """Return everything inside the network, for what the camera sees."""
        return network.run(self.inputs)

    def scene(self, network: Network, learning_rate: float) -> inspecting.Scene:
        """Return what the inspector looks at."""
        return inspecting.Scene(
            network=network,
            trace=self.trace(network),
            targets=self.targets,
            data=self.data,
            whose=self.whose,
            learning_rate=learning_rate,
        )

    def inspection(self, scene: inspecting.Scene) -> dict[str, Any] | None:
        """Return what is inside the thing that is selected, or why that can't be said."""
        try:
            return inspecting.inspect(scene, self.selection)
        except GlassnetError as error:
            return {"what": "error", "text": str(error)}

    def right(self, network: Network) -> list[bool | None]:
        """Say for every thumbnail whether the network is right about it; None where it has no category."""
        if self._labels is None:
            return [None] * len(self._rows)
        outputs = network.predict(self.thumbnails)
        if not np.isfinite(outputs).all():
            return [False] * len(self._rows)
        return [bool(right) for right in winners(outputs) == self._labels]
