"""One example on its way through a network, from what went in to why the answer came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, whole_number
from glassnet.explain.attribution import Attribution, attribution
from glassnet.explain.chain import ChainSum, chain
from glassnet.explain.error import ErrorTable, error
from glassnet.explain.neuron import NeuronSum, neuron
from glassnet.explain.places import check_finite, parameter_at
from glassnet.explain.printing import decimals_for, fixed, in_columns
from glassnet.network.answers import classify_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network import Classification, Trace

__all__ = ["StrongNeuron", "StrongestOfLayer", "Walkthrough", "walkthrough"]

_TERMS, _INPUTS, _CHAINS = 8, 8, 2
"""How much of a sum, of an attribution and of a slope is written out in the text."""


@dataclass(frozen=True)
class StrongNeuron:
    """A neuron with its weighted sum and its output, and the category that it stands for, if any."""

    neuron: int
    weighted_sum: float
    output: float
    category: str | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return f"neuron {self.neuron}" + ("" if self.category is None else f" ({self.category})")


@dataclass(frozen=True)
class StrongestOfLayer:
    """The neurons of a layer that hand on most.

    Attributes
    ----------
    layer, n_neurons : int
    activation : str
    neurons : tuple of StrongNeuron
        Those with the largest outputs, of either sign, the strongest first.
    """

    layer: int
    activation: str
    n_neurons: int
    neurons: tuple[StrongNeuron, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {**vars(self), "neurons": [vars(neuron) for neuron in self.neurons]}

    def __str__(self) -> str:
        if len(self.neurons) == self.n_neurons:
            which = "its only neuron" if self.n_neurons == 1 else f"all {self.n_neurons:,} neurons"
        else:
            which = f"the strongest {len(self.neurons):,} of {self.n_neurons:,} neurons"
        sums = decimals_for([neuron.weighted_sum for neuron in self.neurons], 4)
        outputs = decimals_for([neuron.output for neuron in self.neurons], 4)
        rows = [("", "weighted sum", "output")]
        rows += [
            (each.name, fixed(each.weighted_sum, sums), fixed(each.output, outputs)) for each in self.neurons
        ]
        return "\n".join([f"Layer {self.layer}, {self.activation}, {which}", *in_columns(rows)])


@dataclass(frozen=True, eq=False)
class Walkthrough:
    """One example on its way through a network.

    Attributes
    ----------
    example : int
    answer : Classification
        The highest output and its ties.
    layers : tuple of StrongestOfLayer
        From the first layer to the last.
    output : NeuronSum
        How the highest output came about; of several that tie, the first.
    attribution : Attribution
        What each input has to do with it.
    error : ErrorTable or None
        How wrong the answer is; None where the right one is not known.
    steepest : ChainSum or None
        Where the weight or bias of layer 1 that changes the loss of this example most gets its slope from:
        the strongest chains through the whole network. None where the right answer is not known, or where
        every slope of layer 1 is 0.
    """

    example: int
    answer: Classification
    layers: tuple[StrongestOfLayer, ...]
    output: NeuronSum
    attribution: Attribution
    error: ErrorTable | None
    steepest: ChainSum | None

    def to_json(self) -> dict[str, Any]:
        """Return the walk as plain JSON values."""
        return {
            "example": self.example,
            "category": self.answer.category,
            "margin": self.answer.margin,
            "ties": list(self.answer.ties),
            "layers": [layer.to_json() for layer in self.layers],
            "output": self.output.to_json(),
            "attribution": self.attribution.to_json(),
            "error": None if self.error is None else self.error.to_json(),
            "steepest": None if self.steepest is None else self.steepest.to_json(),
        }

    def text(self, *, whose: str | None = None) -> str:
        """Return the walk in order.

        Parameters
        ----------
        whose : str, optional
            What the example is called; "example" and its number without it.
        """
        parts = [
            *map(str, self.layers),
            self.output.text(shown=_TERMS, whose=whose),
            self.attribution.text(shown=_INPUTS, whose=whose),
        ]
        if self.error is not None:
            parts.append(self.error.text(whose=whose))
            parts.append(
                "Every slope of layer 1 is 0: it learns nothing from this example"
                if self.steepest is None
                else f"The steepest slope of layer 1\n{self.steepest.text(shown=_CHAINS, whose=whose)}"
            )
        return "\n\n".join(parts)

    def __str__(self) -> str:
        return self.text()


def walkthrough(
    trace: Trace, example: int = 0, targets: ArrayLike | None = None, *, strongest: int = 5
) -> Walkthrough:
    """Follow one example through a network: the strongest neurons, the answer, why, and how wrong it is.

    Parameters
    ----------
    trace : Trace
        From `Network.run`.
    example : int
        Which of its examples, from 0.
    targets : array_like, shape (n_examples, n_outputs), optional
        The right answers to the trace's examples.
    strongest : int
        How many neurons of each layer.

    Raises
    ------
    SettingError, ShapeError
        There is no such example, the targets have another shape, or the network answers something that
        is not finite; the message names the first weighted sum that is not.

    Examples
    --------
    >>> from glassnet import Network
    >>> walk = walkthrough(Network.drawn_four_pixel().run([0.5, 0.0, 0.75, -0.75]))
    >>> walk.answer.category, walk.output.neuron, walk.attribution.category
    ('vertical', 1, 'vertical')
    >>> print(walk.layers[0])
    Layer 1, tanh, all 4 neurons
              weighted sum   output
    neuron 0         1.250   0.8483
    neuron 1        -0.750  -0.6351
    neuron 3         0.750   0.6351
    neuron 2        -0.250  -0.2449
    """
    network = trace.network
    example = trace.check_example(example)
    whole_number(strongest, "strongest", low=1)
    check_finite(trace, network.n_layers, "explain")
    answer = classify_outputs(trace.outputs()[example : example + 1], network.category_names)[0]
    output = answer.index if answer.index >= 0 else network.category_names.index(answer.ties[0])
    layers = range(1, network.n_layers + 1)
    table = steepest = None
    if targets is not None:
        wanted = matrix(targets, "targets", rows=trace.n_examples, columns=network.sizes[-1])
        table, steepest = error(trace, wanted, example), _steepest(trace, wanted, example)
    return Walkthrough(
        example=example,
        answer=answer,
        layers=tuple(_strongest(trace, example, layer, strongest) for layer in layers),
        output=neuron(trace, example, network.n_layers, output),
        attribution=attribution(trace, example, output),
        error=table,
        steepest=steepest,
    )


def _strongest(trace: Trace, example: int, layer: int, most: int) -> StrongestOfLayer:
    network = trace.network
    names = network.categories if layer == network.n_layers else None
    sums, outputs = trace.weighted_sums(layer)[example], trace.outputs(layer)[example]
    chosen: Sequence[int] = np.argsort(-np.abs(outputs), kind="stable")[:most].tolist()
    return StrongestOfLayer(
        layer=layer,
        activation=str(network.activations[layer - 1]),
        n_neurons=len(outputs),
        neurons=tuple(
            StrongNeuron(k, float(sums[k]), float(outputs[k]), names[k] if names else None) for k in chosen
        ),
    )


def _steepest(trace: Trace, targets: NDArray[Any], example: int) -> ChainSum | None:
    """Take the steepest slope of layer 1 apart, for the loss of this example alone."""
    one, first = slice(example, example + 1), trace.network.layer(1)
    _, gradient = trace.network.gradient(trace.inputs[one], targets[one])
    place = int(np.argmax(np.abs(gradient[: first["biases"] + first["n_biases"]])))
    if gradient[place] == 0:
        return None
    return chain(trace, targets, example, *parameter_at(trace.network, place))
