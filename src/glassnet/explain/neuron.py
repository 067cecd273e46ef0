"""One neuron, one example: every term of its weighted sum, and what the squash makes of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.explain.places import check_neuron, neuron_name
from glassnet.explain.printing import add_up, decimals_for, fixed, in_columns, json_values

if TYPE_CHECKING:
    from glassnet.explain.printing import Decimals
    from glassnet.network import Trace

__all__ = ["NeuronSum", "PrintedSum", "SumLine", "Term", "neuron"]


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
    name : str
        What the source is called.
    """

    source: int
    weight: float
    input: float
    product: float
    connected: bool
    name: str = ""


@dataclass(frozen=True)
class SumLine:
    """A line of a printed sum: a term, the sum of the weaker terms, or the bias.

    Attributes
    ----------
    kind : {"term", "rest", "bias"}
    name : str
    weight, input : str
        Printed; empty where the line is not a single term.
    product : str
        What the line adds, printed so that the lines add up.
    amount : float
        The same, unrounded.
    before, after : float
        The sum of the lines above it, without and with its own.
    term : Term or None
        None where the line is not a single term.
    """

    kind: str
    name: str
    weight: str
    input: str
    product: str
    amount: float
    before: float
    after: float
    term: Term | None


@dataclass(frozen=True)
class PrintedSum:
    """A weighted sum and its squash as they are printed; the lines add up to the total, to the last digit.

    Attributes
    ----------
    lines : tuple of SumLine
    total, output, slope : str
        The weighted sum, and the output and slope of the squash.
    """

    lines: tuple[SumLine, ...]
    total: str
    output: str
    slope: str


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
    not_finite : (layer, neuron) or None
        Where this weighted sum is infinite or not a number: the first neuron on the way whose own is.
    category : str or None
        What the neuron stands for, in the last layer of a network that knows its categories.
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
    not_finite: tuple[int, int] | None = None
    category: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as plain JSON values."""
        values: dict[str, Any] = json_values({**vars(self), "terms": [vars(term) for term in self.terms]})
        return values

    def text(self, *, shown: int = 12, significant: int = 4, whose: str | None = None) -> str:
        """Return the sum as a table; what is printed adds up to the last digit.

        Parameters
        ----------
        shown : int
            How many terms get a line of their own; the rest are summed in one.
        significant : int
            Digits of the largest number.
        whose : str, optional
            What the example is called; "example" and its number without it.
        """
        printed = self.printed(shown=shown, significant=significant)
        what = f" ({self.category})" if self.category is not None else ""
        whose = f"example {self.example}" if whose is None else whose
        lines = [f"Layer {self.layer}, neuron {self.neuron}{what}, {whose}"]
        rows = [("", "weight", "", "input", "", "term")]
        for line in printed.lines:
            times, equals = ("x", "=") if line.weight else ("", "")
            name = line.name if line.term is None else line.term.name or line.name
            rows.append((name, line.weight, times, line.input, equals, line.product))
        rows.append(("weighted sum", "", "", "", "", printed.total))
        lines += in_columns(rows)
        others = ", and the other sums" if self.activation == "softmax" else ""
        squash = f"{self.activation}({printed.total}{others}) = {printed.output}"
        lines.append(f"{squash}, slope {printed.slope}")
        if self.not_finite:
            lines.append(f"not finite from {neuron_name(*self.not_finite)} on")
        return "\n".join(lines)

    def printed(self, *, shown: int = 12, significant: int = 4) -> PrintedSum:
        """Return the sum as it is printed; the printed numbers add up to the last digit.

        Parameters
        ----------
        shown : int
            How many terms get a line of their own; the rest are summed in one.
        significant : int
            Digits of the largest number.
        """
        whole_number(shown, "shown")
        first, rest = self.terms[:shown], self.terms[shown:]
        if len(rest) == 1:  # a line for "1 more" would hide nothing but its numbers
            first, rest = self.terms, ()
        entries: list[tuple[str, str, Term | None, float]] = [
            ("term", neuron_name(self.layer - 1, term.source), term, term.product) for term in first
        ]
        if rest:
            entries.append(("rest", f"{len(rest):,} more", None, sum(term.product for term in rest)))
        if self.bias is not None:
            entries.append(("bias", "bias", None, self.bias))
        amounts = [amount for *_, amount in entries]
        decimals = decimals_for([*amounts, self.weighted_sum], significant)
        texts, total = add_up(amounts, self.weighted_sum, decimals)
        weights = decimals_for([term.weight for term in first], significant)
        inputs = decimals_for([term.input for term in first], significant)
        sums = list(itertools.accumulate(amounts, initial=0.0))
        return PrintedSum(
            lines=tuple(
                SumLine(kind, name, *_factors(term, weights, inputs), text, amount, before, after, term)
                for (kind, name, term, amount), text, (before, after) in zip(
                    entries, texts, itertools.pairwise(sums), strict=True
                )
            ),
            total=total,
            output=fixed(self.output, decimals_for([self.output], significant)),
            slope=fixed(self.slope, decimals_for([self.slope], significant)),
        )

    def __str__(self) -> str:
        return self.text()


def _factors(term: Term | None, weights: Decimals, inputs: Decimals) -> tuple[str, str]:
    """Print weight and input of a term."""
    if term is None:
        return "", ""
    return fixed(term.weight, weights) if term.connected else "missing", fixed(term.input, inputs)


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
                  weight       input        term
    input 3        1.000  x  -0.7500  =  -0.7500
    input 0        0.000  x   0.5000  =   0.0000
    input 1        1.000  x   0.0000  =   0.0000
    input 2        0.000  x   0.7500  =   0.0000
    weighted sum                         -0.7500
    tanh(-0.7500) = -0.6351, slope 0.5966
    """
    network = trace.network
    example = trace.check_example(example)
    network.layer(layer)  # layer 0 has no sums
    layer, neuron = check_neuron(network, layer, neuron)
    weights = network.weights(layer)[:, neuron]
    inputs = trace.outputs(layer - 1)[example]
    with np.errstate(all="ignore"):  # what is not finite is shown, as it ran
        products = weights * inputs
    connected = network.connections(layer)[:, neuron]
    names = network.input_names if layer == 1 else ()
    # Stable, so that equal terms stay in the order of their sources; not a number counts as strongest.
    strength = np.where(np.isnan(products), np.inf, np.abs(products))
    terms = tuple(
        Term(
            int(k),
            float(weights[k]),
            float(inputs[k]),
            float(products[k]),
            bool(connected[k]),
            names[k] if names else neuron_name(layer - 1, int(k)),
        )
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
        not_finite=_first_not_finite(trace, example, layer, neuron),
        category=network.categories[neuron] if network.categories and layer == network.n_layers else None,
    )


def _first_not_finite(trace: Trace, example: int, layer: int, neuron: int) -> tuple[int, int] | None:
    """Layer and neuron where what makes this weighted sum infinite or not a number began."""
    if np.isfinite(trace.weighted_sums(layer)[example, neuron]):
        return None
    for k in range(1, layer):
        bad = np.flatnonzero(~np.isfinite(trace.weighted_sums(k)[example]))
        if bad.size:
            return k, int(bad[0])
    return layer, neuron
