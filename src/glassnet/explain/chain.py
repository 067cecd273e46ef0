"""The slope of the loss over one weight, as chains of factors: every path from the weight to the error.

For a weight w from source i to neuron j, dloss/dw is the sum, over every path from neuron j to the loss, of
the product of the factors on the path: the input that the weight multiplies, then squash slope and weight in
turn, and at the end the slope of the loss.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, whole_number
from glassnet.errors import SettingError
from glassnet.explain.error import ErrorTable, error
from glassnet.explain.paths import Paths
from glassnet.explain.places import check_loss, check_neuron, neuron_name, parameter_place
from glassnet.explain.printing import add_up, decimals_for, fixed, in_columns, json_values
from glassnet.network import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from glassnet.network import Trace

__all__ = ["ChainLine", "ChainSum", "Factor", "Path", "PrintedChains", "chain"]


@dataclass(frozen=True)
class Factor:
    """One factor of a chain.

    Attributes
    ----------
    name : str
        What kind of slope: ``"input"``, ``"sum"``, ``"tanh"``, ``"weight"``, ``"squared loss"`` ...
    place : str
        Where, in words.
    value : float
    """

    name: str
    place: str
    value: float


@dataclass(frozen=True)
class Path:
    """One way from a weight to the loss.

    Attributes
    ----------
    example : int
        Whose loss.
    neurons : tuple of int
        The neuron in each layer from the weight's on.
    factors : tuple of Factor
        In order, from the weight to the loss.
    product : float
        Of all the factors.
    """

    example: int
    neurons: tuple[int, ...]
    factors: tuple[Factor, ...]
    product: float


@dataclass(frozen=True)
class ChainLine:
    """A line of printed chains: a path, or all further paths together.

    Attributes
    ----------
    product : str
        What the line adds to the slope, printed so that the lines add up.
    amount : float
        The same, unrounded.
    path : Path or None
        None for the further paths together.
    """

    product: str
    amount: float
    path: Path | None


@dataclass(frozen=True)
class PrintedChains:
    """Chains as they are printed; the lines add up to the slope, to the last digit.

    Attributes
    ----------
    lines : tuple of ChainLine
    slope : str
    n_further : int
        How many paths have no line of their own.
    share : float
        How much of the slope the paths with a line carry; NaN where the slope is 0.
    """

    lines: tuple[ChainLine, ...]
    slope: str
    n_further: int
    share: float


@dataclass(frozen=True)
class ChainSum:
    """The slope of the loss over one parameter or one input, taken apart into paths.

    Attributes
    ----------
    what : str
        The weight, bias or input, in words.
    example : int or None
        None: of all examples together.
    layer : int
        In which the paths begin; 0 is the input.
    slope : float
        dloss/dwhat, by the backward pass that training uses.
    paths : tuple of Path
        The strongest, the strongest first.
    n_paths : int
        How many there are.
    """

    what: str
    example: int | None
    layer: int
    slope: float
    paths: tuple[Path, ...]
    n_paths: int

    @property
    def complete(self) -> bool:
        """Whether every path is listed."""
        return len(self.paths) == self.n_paths

    @property
    def listed(self) -> float:
        """The sum of the listed paths."""
        return float(sum(path.product for path in self.paths))

    @property
    def share(self) -> float:
        """How much of the slope the listed paths carry; NaN where the slope is 0."""
        return self.listed / self.slope if self.slope else float("nan")

    @property
    def blocked(self) -> str | None:
        """Why every path is 0, in words; None where one is not, or nothing but rounding made them 0."""
        if not self.paths or self.paths[0].product != 0:  # the first is the strongest
            return None
        factors = self.paths[0].factors
        # Before their first weight all paths of one example have the same factors.
        parted = next((k for k, factor in enumerate(factors) if factor.name == "weight"), len(factors))
        shared = factors[:parted] if self.example is not None else ()
        why = [
            f"{factor.name}, {factor.place}, is {'off' if factor.name == 'relu' else '0'}"
            for factor in shared
            if factor.value == 0
        ]
        if why:
            return f"{' and '.join(why)}: every path is 0"
        if any(factor.value == 0 for factor in factors):
            return "every path is 0: each has a factor that is 0"
        return None

    def printed(self, *, shown: int = 8, significant: int = 4) -> PrintedChains:
        """Return the products as they are printed; the printed numbers add up to the last digit.

        Parameters
        ----------
        shown : int
            How many paths get a line of their own; the others are summed in one.
        significant : int
            Digits of the largest number.
        """
        whole_number(shown, "shown")
        paths = self.paths[:shown]
        amounts = [path.product for path in paths]
        listed, n_further = sum(amounts), self.n_paths - len(paths)
        if n_further:
            amounts.append(self.slope - listed)
        texts, slope = add_up(amounts, self.slope, decimals_for([*amounts, self.slope], significant))
        lines = itertools.starmap(ChainLine, zip(texts, amounts, [*paths, None], strict=False))
        share = listed / self.slope if self.slope else math.nan
        return PrintedChains(tuple(lines), slope, n_further, share)

    def to_json(self) -> dict[str, Any]:
        """Return the chains as plain JSON values."""
        paths = [{**vars(path), "factors": [vars(factor) for factor in path.factors]} for path in self.paths]
        values: dict[str, Any] = json_values({**vars(self), "share": self.share, "paths": paths})
        return values

    def text(self, *, shown: int = 8, significant: int = 4, whose: str | None = None) -> str:
        """Return the chains factor by factor; the printed products add up to the slope, to the last digit.

        Parameters
        ----------
        shown : int
            How many paths are written out; the others are summed in one line.
        significant : int
            Digits of the largest number.
        whose : str, optional
            What the example is called; "example" and its number without it.
        """
        printed = self.printed(shown=shown, significant=significant)
        if whose is None:
            whose = "all examples" if self.example is None else f"example {self.example}"
        lines = [f"Slope of the loss over {self.what}, {whose}: {printed.slope}"]
        n_shown = self.n_paths - printed.n_further
        share = "" if math.isnan(printed.share) else f", which carry {printed.share:.2%} of it"
        lines.append(
            f"the {n_shown:,} strongest of {self.n_paths:,} paths{share}"
            if printed.n_further
            else f"the sum over {self.n_paths:,} path{'s' * (self.n_paths != 1)}"
        )
        if self.blocked is not None:
            lines.append(self.blocked)
        for line in printed.lines:
            rows = [("the other paths", line.product)]
            if line.path is not None:
                rows = [
                    (f"{f.name}, {f.place}", fixed(f.value, decimals_for([f.value], significant)))
                    for f in line.path.factors
                ]
                rows.append(("product", line.product))
            lines += ["", *in_columns(rows)]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


def chain(
    trace: Trace,
    targets: ArrayLike,
    example: int | None,
    layer: int,
    neuron: int,
    source: int | str = 0,
    *,
    top: int = 20,
) -> ChainSum:
    """Explain the slope of the loss over one weight, bias or input: every factor, on every path.

    Parameters
    ----------
    trace : Trace
    targets : array_like, shape (n_examples, n_outputs)
    example : int or None
        The slope of this example's own loss; None: of the loss of all the trace's examples together, as
        training takes it. Then there are paths for every example.
    layer, neuron : int
        The neuron that the weight or bias belongs to. Layer 0: the slope over input number `neuron`.
    source : int or "bias"
        The neuron of the layer before, or the input, that the weight comes from; has no meaning for layer 0.
    top : int
        How many paths to list at most. They are the strongest there are, found exactly.

    Raises
    ------
    SettingError, ShapeError
        There is no such example, layer, neuron or weight, or the targets have another shape.

    References
    ----------
    .. [1] D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors",
       Nature 323 (1986).

    Examples
    --------
    >>> from glassnet import Network
    >>> network = Network([1, 1, 1], "identity", biases=False, loss="absolute")
    >>> network.parameters[:] = 3, -4
    >>> trace = network.run([2.0])
    >>> chains = chain(trace, [[-25.0]], example=0, layer=1, neuron=0, source=0)
    >>> chains.slope, [factor.value for factor in chains.paths[0].factors]
    (-8.0, [2.0, 1.0, 1.0, -4.0, 1.0, 1.0, 1.0])
    """
    network = trace.network
    whole_number(top, "top", low=1)
    wanted = matrix(targets, "targets", rows=trace.n_examples, columns=network.sizes[-1], dtype=network.dtype)
    layer, neuron = check_neuron(network, layer, neuron)
    place, what = -1, neuron_name(0, neuron, network) if layer == 0 else ""
    if layer > 0:
        place, what = parameter_place(network, layer, neuron, source)
    example = None if example is None else trace.check_example(example)
    rows = np.arange(trace.n_examples) if example is None else np.array([example])
    if not rows.size:
        raise SettingError("chain: the trace holds no examples, expected at least one")
    weights = np.ones(len(rows), dtype=network.dtype)
    loss, gradient, room = running.backward(network, trace.inputs[rows], wanted[rows], weights)
    check_loss(loss, network, trace.inputs[rows], "chain")
    if layer == 0:
        first = room.grad_sums[: len(rows) * network.sizes[1]].reshape(len(rows), -1)
        slope = float(np.sum(first @ network.weights(1)[neuron]))
    else:
        slope = float(gradient[place])
    ends = room.grad_sums[room.grad_sums.size - len(rows) * network.sizes[-1] :].reshape(len(rows), -1)
    share = 1 / len(rows) if network.loss_rule.mean else 1.0
    every = Paths.of(trace, rows, ends)
    listed: list[Path] = []
    for row, paths in zip(rows.tolist(), every, strict=True):
        walk = _Walk(trace, row, paths, layer, neuron, source, share)
        table = error(trace, wanted, row)
        listed += [walk.path(neurons, table) for neurons in paths.strongest(layer, neuron, top)]
    listed.sort(key=lambda path: -abs(path.product))  # stable: ties stay in the order of the examples
    n_paths = len(rows) * every[0].count(layer, neuron)
    return ChainSum(what, example, layer, slope, tuple(listed[:top]), n_paths)


@dataclass(frozen=True, eq=False)
class _Walk:
    """The way from one weight, bias or input to the loss of one example."""

    trace: Trace
    example: int
    paths: Paths
    layer: int
    neuron: int
    source: int | str
    share: float  # of the example in the loss

    def path(self, neurons: tuple[int, ...], table: ErrorTable) -> Path:
        """The factors along one path, in order."""
        factors = [*self._begin(), *self._between(neurons), *self._end(neurons[-1], table)]
        if self.share != 1:
            factors.append(Factor("share in the mean", f"example {self.example}", self.share))
        product = math.prod(factor.value for factor in factors)
        return Path(self.example, neurons, tuple(factors), product)

    def _begin(self) -> Iterator[Factor]:
        """How the first weighted sum changes with what the slope is taken over."""
        if self.layer == 0:
            return
        if self.source == "bias":
            yield Factor("bias", neuron_name(self.layer, self.neuron), 1.0)
        else:
            value = self.trace.outputs(self.layer - 1)[self.example, int(self.source)]
            yield Factor("input", neuron_name(self.layer - 1, self.source, self.trace.network), float(value))

    def _between(self, neurons: tuple[int, ...]) -> Iterator[Factor]:
        """Weights, sums and squashes up to the last weighted sum."""
        activations = self.trace.network.activations
        for layer, neuron in enumerate(neurons, start=self.layer):
            here = neuron_name(layer, neuron)
            if layer > self.layer:
                weight = self.paths.weights[layer - 1][neurons[layer - self.layer - 1], neuron]
                yield Factor("weight", f"to {here}", float(weight))
            if layer > 0:
                yield Factor("sum", here, 1.0)
            if 0 < layer < len(activations):
                slope = self.paths.slopes[layer][neuron]
                yield Factor(str(activations[layer - 1]), here, float(slope))

    def _end(self, output: int, table: ErrorTable) -> Iterator[Factor]:
        """The last squash and the loss."""
        network = self.trace.network
        last, loss, row = network.activations[-1], network.loss, table.outputs[output]
        where = f"output {row.category}"
        if last.name == "softmax" or last.name == loss.row.only_after:
            # Every output hangs on every sum, or the two slopes make one plain difference together.
            yield Factor(f"{loss.name} after {last.name}", where, row.sum_slope)
        else:
            yield Factor(str(last), where, float(self.paths.slopes[-1][output]))
            yield Factor(f"{loss.name} loss", where, row.slope)
