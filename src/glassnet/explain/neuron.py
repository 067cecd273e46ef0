"""One neuron, one example: every term of its weighted sum, and what the squash makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.explain.places import check_neuron, neuron_name
from glassnet.explain.printing import add_up, decimals_for, fixed

if TYPE_CHECKING:
    from glassnet.network import Trace

__all__ = ["NeuronSum", "Term", "neuron"]


@dataclass(frozen=True)
class Term:
    """One term of a weighted sum.

    Attributes
    ----------
    source : int
        The neuron of the layer before, or the input, that it comes from.
    weight, input, product : float
    connected : bool
        False where the connection is missing; its weight is then 0.
    """

    source: int
    weight: float
    input: float
    product: float
    connected: bool


@dataclass(frozen=True)
class NeuronSum:
    """How a neuron came to its output for one example.

    Attributes
    ----------
    layer, neuron, example : int
    activation : str
    terms : tuple of Term
        All of them, the strongest first.
    bias : float or None
        None for a neuron without.
    weighted_sum, slope, output : float
        z, the slope of the squash at z, and what the neuron handed on: the engine's own numbers. The slope
        of softmax is that of an output over its own z.
    """

    layer: int
    neuron: int
    example: int
    activation: str
    terms: tuple[Term, ...]
    bias: float | None
    weighted_sum: float
    slope: float
    output: float

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as plain JSON values."""
        return {
            "layer": self.layer,
            "neuron": self.neuron,
            "example": self.example,
            "activation": self.activation,
            "terms": [vars(term) for term in self.terms],
            "bias": self.bias,
            "weighted_sum": self.weighted_sum,
            "slope": self.slope,
            "output": self.output,
        }

    def text(self, *, shown: int = 12, significant: int = 4) -> str:
        """Return the sum as a table; what is printed adds up to the last digit.

        Parameters
        ----------
        shown : int
            How many terms get a line of their own; the rest are summed in one.
        significant : int
            Digits of the largest number.
        """
        rows, total = self._rows(shown, significant)
        lines = [f"Layer {self.layer}, neuron {self.neuron}, example {self.example}"]
        width = max(18, *(len(name) for name, *_ in rows))
        lines.append(f"{'':{width}} {'weight':>10}   {'input':>10}   {'term':>10}")
        for name, weight, value, product in rows:
            times, equals = ("x", "=") if weight else (" ", " ")
            lines.append(f"{name:{width}} {weight:>10} {times} {value:>10} {equals} {product:>10}")
        lines.append(f"{'weighted sum':{width}} {'':>10}   {'':>10}   {total:>10}")
        decimals = max(decimals_for([self.output], significant), 0)
        others = ", and the other sums" if self.activation == "softmax" else ""
        squash = f"{self.activation}({total}{others}) = {fixed(self.output, decimals)}"
        lines.append(f"{squash}, slope {fixed(self.slope, decimals_for([self.slope], significant))}")
        return "\n".join(lines)

    def _rows(self, shown: int, significant: int) -> tuple[list[tuple[str, str, str, str]], str]:
        """Return name, weight, input and product of each line, and the printed sum."""
        first, rest = self.terms[:shown], self.terms[shown:]
        if len(rest) == 1:  # a line for "1 more" would hide nothing but its numbers
            first, rest = self.terms, ()
        products = [term.product for term in first]
        if rest:
            products.append(float(np.sum([term.product for term in rest])))
        if self.bias is not None:
            products.append(self.bias)
        decimals = decimals_for([*products, self.weighted_sum], significant)
        printed, total = add_up(products, self.weighted_sum, decimals)
        places = decimals_for([t.weight for t in first] + [t.input for t in first], significant)
        rows = [
            (
                neuron_name(self.layer - 1, term.source),
                fixed(term.weight, places) if term.connected else "missing",
                fixed(term.input, places),
                text,
            )
            for term, text in zip(first, printed, strict=False)
        ]
        if rest:
            rows.append((f"{len(rest):,} more", "", "", printed[len(first)]))
        if self.bias is not None:
            rows.append(("bias", "", "", printed[-1]))
        return rows, total

    def __str__(self) -> str:
        return self.text()


def neuron(trace: Trace, example: int, layer: int, neuron: int) -> NeuronSum:
    """Explain the output of one neuron for one example: each term, the sum, the squash.

    Parameters
    ----------
    trace : Trace
        From `Network.run`.
    example : int
        Which of its examples, from 0.
    layer : int
        From 1.
    neuron : int
        Which neuron of the layer, from 0.

    Raises
    ------
    SettingError
        There is no such example, layer or neuron; what there is, is said.

    Examples
    --------
    >>> from glassnet import Network
    >>> trace = Network.drawn_four_pixel().run([0.5, 0.0, 0.75, -0.75])
    >>> print(neuron(trace, example=0, layer=1, neuron=1))
    Layer 1, neuron 1, example 0
                           weight        input         term
    input 3                 1.000 x     -0.750 =    -0.7500
    input 0                 0.000 x      0.500 =     0.0000
    input 1                 1.000 x      0.000 =     0.0000
    input 2                 0.000 x      0.750 =     0.0000
    weighted sum                                    -0.7500
    tanh(-0.7500) = -0.6351, slope 0.5966
    """
    network = trace.network
    trace.check_example(example)
    network.layer(layer)  # layer 0 has no sums
    check_neuron(network, layer, neuron)
    weights = network.weights(layer)[:, neuron]
    inputs = trace.outputs(layer - 1)[example]
    products = weights * inputs
    connected = network.connections(layer)[:, neuron]
    # Stable, so that equal terms stay in the order of their sources; not a number counts as strongest.
    strength = np.where(np.isnan(products), np.inf, np.abs(products))
    terms = tuple(
        Term(int(k), float(weights[k]), float(inputs[k]), float(products[k]), bool(connected[k]))
        for k in np.argsort(-strength, kind="stable")
    )
    biases = network.biases(layer)
    return NeuronSum(
        layer=layer,
        neuron=neuron,
        example=example,
        activation=str(network.activations[layer - 1]),
        terms=terms,
        bias=float(biases[neuron]) if biases.size else None,
        weighted_sum=float(trace.weighted_sums(layer)[example, neuron]),
        slope=float(trace.slopes(layer)[example, neuron]),
        output=float(trace.outputs(layer)[example, neuron]),
    )
