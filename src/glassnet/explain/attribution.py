"""Why this category? How much each input has to do with the answer, in four ways.

Every way attributes the weighted sum of the category's output, before the last squash. The squash only
rises with it; and behind softmax the output itself would also rise because its rivals fall [1]_.

References
----------
.. [1] K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks" (2014), section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import number, vector, whole_number
from glassnet.errors import ChoiceError, SettingError, nearest
from glassnet.explain.places import check_finite
from glassnet.explain.printing import add_up, decimals_for, fixed
from glassnet.network import running
from glassnet.network.answers import classify_outputs
from glassnet.network.workspace import rows_at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network import Network, Trace

__all__ = ["ATTRIBUTION_METHODS", "Attribution", "AttributionMethod", "attribution"]

_MOST_STEPS = 10_000  # they run as one batch


@dataclass(frozen=True, eq=False)
class Attribution:
    """How much each input has to do with one answer.

    Attributes
    ----------
    method : str
        A name from `ATTRIBUTION_METHODS`.
    example : int
    category : str
        Whose weighted sum is attributed.
    input_names : tuple of str
    inputs : ndarray, shape (n_inputs,)
        The example.
    values : ndarray, shape (n_inputs,)
        What is attributed to each input; above 0 it speaks for the category.
    weighted_sum : float
        Of the category's output, for this example.
    rest : float or None
        The part of it that is no input's, for the methods that share out all of it: the sum that the
        baseline gives (integrated_gradients), or what the biases give (exact_split).
    """

    method: str
    example: int
    category: str
    input_names: tuple[str, ...]
    inputs: NDArray[np.float64]
    values: NDArray[np.float64]
    weighted_sum: float
    rest: float | None

    @property
    def total(self) -> float:
        """What is attributed to all inputs together."""
        return float(np.sum(self.values))

    @property
    def error(self) -> float | None:
        """What is missing from the weighted sum; None for a method that does not promise to add up."""
        return None if self.rest is None else self.weighted_sum - self.rest - self.total

    @property
    def means(self) -> str:
        """What the values mean, in one line."""
        return ATTRIBUTION_METHODS[self.method].means

    @property
    def does_not_mean(self) -> str:
        """What they do not mean, in one line."""
        return ATTRIBUTION_METHODS[self.method].does_not_mean

    def to_json(self) -> dict[str, Any]:
        """Return the attribution as plain JSON values."""
        return {
            "method": self.method,
            "means": self.means,
            "does_not_mean": self.does_not_mean,
            "example": self.example,
            "category": self.category,
            "inputs": self.inputs.tolist(),
            "values": self.values.tolist(),
            "total": self.total,
            "rest": self.rest,
            "weighted_sum": self.weighted_sum,
            "error": self.error,
        }

    def text(self, *, shown: int = 12, significant: int = 4, whose: str | None = None) -> str:
        """Return the strongest values as a table; what is printed adds up, where the method does.

        Parameters
        ----------
        shown : int
            How many inputs get a line of their own; the rest are summed in one.
        significant : int
            Digits of the largest number.
        whose : str, optional
            What the example is called; "example" and its number without it.
        """
        whose = f"example {self.example}" if whose is None else whose
        order = np.argsort(-np.abs(self.values), kind="stable")
        if len(order) > shown + 1:  # a line for "1 more" would hide nothing
            first, more = order[:shown], order[shown:]
        else:
            first, more = order, order[:0]
        places = decimals_for(self.inputs[first].tolist(), significant)
        names = [self.input_names[k] for k in first]
        inputs = [fixed(float(self.inputs[k]), places) for k in first]
        values = self.values[first].tolist()
        if more.size:
            names, inputs = [*names, f"{more.size:,} more"], [*inputs, ""]
            values.append(float(np.sum(self.values[more])))
        if self.rest is not None and self.error is not None:
            names, inputs = [*names, _RESTS[self.method], "error"], [*inputs, "", ""]
            values += [self.rest, self.error]
            end, goal = "weighted sum", self.weighted_sum
        else:
            end, goal = "total", self.total
        printed, total = add_up(values, goal, decimals_for([*values, goal], significant))
        width = max(len(name) for name in (*names, end))
        lines = [f"Why {self.category}? {whose[:1].upper()}{whose[1:]}, {self.method}"]
        lines.append(f"{'':{width}} {'input':>10} {'value':>10}")
        for name, value, text in zip(names, inputs, printed, strict=True):
            lines.append(f"{name:{width}} {value:>10} {text:>10}")
        lines.append(f"{end:{width}} {'':>10} {total:>10}")
        return "\n".join([*lines, f"This is {self.means}", f"It is not {self.does_not_mean}"])

    def __str__(self) -> str:
        return self.text()


def attribution(
    trace: Trace,
    example: int = 0,
    category: str | int | None = None,
    method: str = "integrated_gradients",
    *,
    baseline: ArrayLike = 0.0,
    steps: int = 64,
) -> Attribution:
    """Answer "why this category?": how much each input has to do with the answer.

    Parameters
    ----------
    trace : Trace
        From `Network.run`.
    example : int
        Which of its examples, from 0.
    category : str or int, optional
        Which output: its category or its number; the one that the network answers without it.
    method : {"integrated_gradients", "gradient_x_input", "occlusion", "exact_split"}
        See `ATTRIBUTION_METHODS`. ``exact_split`` needs a network of relu, leaky_relu and identity.
    baseline : float or array_like, shape (n_inputs,)
        An input that says nothing, for integrated_gradients and occlusion: mid grey without it.
    steps : int
        Of integrated_gradients: the slopes are taken in the middle of so many equal steps.

    Raises
    ------
    SettingError, ChoiceError, ShapeError
        There is no such example, category or method, the answer is a tie, the method does not go with
        the network, or a number or array is not what it may be.

    References
    ----------
    .. [1] M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks" (2017).
    .. [2] M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks" (2014), section 4.2.
    .. [3] A. Shrikumar and others, "Not just a black box" (2016): gradient times input.

    Examples
    --------
    >>> from glassnet import Network
    >>> network = Network([2, 2], "identity", categories=["left", "right"])
    >>> network.parameters[:] = [3, 1, -1, 2, 0.25, 0]
    >>> print(attribution(network.run([0.5, -1.0]), method="exact_split"))
    Why left? Example 0, exact_split
                      input      value
    input 0           0.500      1.500
    input 1          -1.000      1.000
    biases                       0.250
    error                        0.000
    weighted sum                 2.750
    This is each term of the plain weighted sum that the network is on this side of its rectifiers
    It is not what happens when an input changes: rectifiers may change sides, and the weights with them
    """
    network = trace.network
    example = trace.check_example(example)
    if method not in ATTRIBUTION_METHODS:
        meant = nearest(str(method), ATTRIBUTION_METHODS)
        raise ChoiceError(
            f"attribution: there is no method {method!r}; {meant}known are {', '.join(ATTRIBUTION_METHODS)}"
        )
    whole_number(steps, "steps", low=1, high=_MOST_STEPS)
    away = _read_baseline(baseline, network)
    check_finite(trace, network.n_layers, "attribution")
    output = _read_output(trace, example, category)
    question = _Question(network, trace.inputs[example], output, away, steps)
    values, rest = ATTRIBUTION_METHODS[method].find(question)
    return Attribution(
        method=method,
        example=example,
        category=network.category_names[output],
        input_names=network.input_names,
        inputs=trace.inputs[example].astype(np.float64),
        values=values.astype(np.float64),
        weighted_sum=float(trace.weighted_sums(network.n_layers)[example, output]),
        rest=rest,
    )


@dataclass(frozen=True, eq=False)
class _Question:
    """One output of a network for one example, and how to ask about it."""

    network: Network
    inputs: NDArray[Any]  # (n_inputs,)
    output: int
    baseline: NDArray[Any]  # (n_inputs,)
    steps: int

    def sums(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """The weighted sum of the output for other inputs, shape (n_rows,)."""
        trace = self.network.run(rows)
        sums: NDArray[np.float64] = trace.weighted_sums(self.network.n_layers)[:, self.output].astype(float)
        return sums

    def slopes(self, rows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Its slopes over the inputs, (n_rows, n_inputs), and over all parameters, added up over the rows."""
        _, inputs, parameters = running.sum_slopes(
            self.network, np.ascontiguousarray(rows), self.network.n_layers, self.output
        )
        return inputs, parameters


_Found = tuple["NDArray[Any]", "float | None"]  # a value for each input, and the part that is no input's


def _gradient_x_input(question: _Question) -> _Found:
    slopes, _ = question.slopes(question.inputs[np.newaxis])
    return slopes[0] * question.inputs, None


def _integrated_gradients(question: _Question) -> _Found:
    way = question.inputs - question.baseline
    middles = (np.arange(question.steps, dtype=way.dtype) + way.dtype.type(0.5)) / question.steps
    slopes, _ = question.slopes(question.baseline + middles[:, np.newaxis] * way)
    return np.mean(slopes, axis=0, dtype=np.float64) * way, float(question.sums(question.baseline)[0])


def _occlusion(question: _Question) -> _Found:
    n_inputs = question.inputs.size
    whole = question.sums(question.inputs)[0]
    values = np.empty(n_inputs)
    block = rows_at_once(max(question.network.sizes))
    for first in range(0, n_inputs, block):
        hidden = np.arange(first, min(first + block, n_inputs))
        rows = np.repeat(question.inputs[np.newaxis], len(hidden), axis=0)
        rows[np.arange(len(hidden)), hidden] = question.baseline[hidden]
        values[hidden] = whole - question.sums(rows)
    return values, None


def _exact_split(question: _Question) -> _Found:
    network = question.network
    for layer, chosen in enumerate(network.activations[:-1], start=1):
        if chosen.name not in ("relu", "leaky_relu", "identity"):
            raise SettingError(
                f"exact_split: layer {layer} is {chosen.name}, expected relu, leaky_relu or identity in "
                "every layer but the last; take integrated_gradients"
            )
    # On this side of every rectifier the slopes are the weights of a plain weighted sum.
    weights, slopes = question.slopes(question.inputs[np.newaxis])
    biases = 0.0
    for row in network.layers:
        place = slice(int(row["biases"]), int(row["biases"] + row["n_biases"]))
        biases += float(np.sum(slopes[place] * network.parameters[place], dtype=np.float64))
    return weights[0].astype(np.float64) * question.inputs, biases


@dataclass(frozen=True)
class AttributionMethod:
    """One way to say how much each input has to do with an answer.

    Attributes
    ----------
    find : callable
        Finds the values.
    means, does_not_mean : str
        What the values are, and what they are not, in one line each.
    """

    find: Callable[[_Question], _Found]
    means: str
    does_not_mean: str


ATTRIBUTION_METHODS: dict[str, AttributionMethod] = {
    "gradient_x_input": AttributionMethod(
        _gradient_x_input,
        "the slope over each input, times the input: its term if the answer were a plain weighted sum",
        "what happens without the input: the slope holds near this example only",
    ),
    "integrated_gradients": AttributionMethod(
        _integrated_gradients,
        "how the rise of the answer, from the baseline straight to the example, is shared out",
        "the only way to share it out: another baseline, or another way there, gives other values",
    ),
    "occlusion": AttributionMethod(
        _occlusion,
        "how much the answer falls when this one input is replaced by the baseline",
        "a share of the answer: inputs that only matter together, or replace each other, do not add up",
    ),
    "exact_split": AttributionMethod(
        _exact_split,
        "each term of the plain weighted sum that the network is on this side of its rectifiers",
        "what happens when an input changes: rectifiers may change sides, and the weights with them",
    ),
}

_RESTS = {"integrated_gradients": "baseline's own", "exact_split": "biases"}


def _read_output(trace: Trace, example: int, category: str | int | None) -> int:
    """Return the number of the output that is asked about."""
    names = trace.network.category_names
    if category is None:
        answer = classify_outputs(trace.outputs()[example : example + 1], names)[0]
        if answer.index < 0:
            raise SettingError(f"attribution: the answer is a tie of {', '.join(answer.ties)}; name one")
        return answer.index
    if isinstance(category, str):
        if category not in names:
            raise ChoiceError(
                f"attribution: there is no category {category!r}; {nearest(category, names)}"
                f"known are {', '.join(names)}"
            )
        return names.index(category)
    return whole_number(category, "output", high=len(names) - 1)


def _read_baseline(baseline: ArrayLike, network: Network) -> NDArray[Any]:
    n_inputs = network.sizes[0]
    if np.ndim(baseline) == 0:
        return np.full(n_inputs, number(baseline, "baseline"), dtype=network.dtype)
    return vector(baseline, "baseline", size=n_inputs, axis="n_inputs", dtype=network.dtype)
