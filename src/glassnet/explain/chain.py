"""The slope of the loss over one weight, as chains of factors: every path from the weight to the error.

For a weight w from source i to neuron j, dloss/dw is the sum, over every path from neuron j to the loss, of
the product of the factors on the path: the input that the weight multiplies, then squash slope and weight in
turn, and at the end the slope of the loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, whole_number
from glassnet.explain.error import ErrorTable, error
from glassnet.explain.paths import Paths
from glassnet.explain.places import check_neuron, neuron_name, parameter_place
from glassnet.network import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from glassnet.network import Trace

__all__ = ["ChainSum", "Factor", "Path", "chain"]


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
class ChainSum:
    """The slope of the loss over one parameter or one input, taken apart into paths.

    Attributes
    ----------
    what : str
        The weight, bias or input, in words.
    example : int or None
        None: of all examples together.
    slope : float
        dloss/dwhat, by the backward pass that training uses.
    paths : tuple of Path
        The strongest, the strongest first.
    n_paths : int
        How many there are.
    """

    what: str
    example: int | None
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

    def to_json(self) -> dict[str, Any]:
        """Return the chains as plain JSON values."""
        return {
            "what": self.what,
            "example": self.example,
            "slope": self.slope,
            "n_paths": self.n_paths,
            "share": None if np.isnan(self.share) else self.share,
            "paths": [
                {
                    "example": path.example,
                    "neurons": list(path.neurons),
                    "product": path.product,
                    "factors": [vars(factor) for factor in path.factors],
                }
                for path in self.paths
            ],
        }

    def __str__(self) -> str:
        whose = "all examples" if self.example is None else f"example {self.example}"
        lines = [f"Slope of the loss over {self.what}, {whose}: {self.slope:.6g}"]
        if self.complete:
            lines.append(f"the sum over all {self.n_paths:,} paths")
        else:
            share = "" if np.isnan(self.share) else f", which carry {self.share:.2%} of it"
            lines.append(f"the {len(self.paths):,} strongest of {self.n_paths:,} paths{share}")
        for path in self.paths:
            rows = [(f"{factor.name}, {factor.place}", factor.value) for factor in path.factors]
            rows.append(("product", path.product))
            width = max(len(name) for name, _ in rows)
            lines += ["", *(f"  {name:{width}} {value:>12.6g}" for name, value in rows)]
        return "\n".join(lines)


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
    check_neuron(network, layer, neuron)
    place, what = -1, neuron_name(0, neuron)
    if layer > 0:
        place, what = parameter_place(network, layer, neuron, source)
    rows = np.arange(trace.n_examples) if example is None else np.array([trace.check_example(example)])
    weights = np.ones(len(rows), dtype=network.dtype)
    _, gradient, room = running.backward(network, trace.inputs[rows], wanted[rows], weights)
    if layer == 0:
        first = room.grad_sums[: len(rows) * network.sizes[1]].reshape(len(rows), -1)
        slope = float(np.sum(first @ network.weights(1)[neuron]))
    else:
        slope = float(gradient[place])
    ends = room.grad_sums[room.grad_sums.size - len(rows) * network.sizes[-1] :].reshape(len(rows), -1)
    share = 1 / len(rows) if network.loss_rule.mean else 1.0
    listed: list[Path] = []
    n_paths = 0
    for row, end in zip(rows.tolist(), ends, strict=True):
        walk = _Walk(trace, row, Paths.of(trace, row, end), layer, neuron, source, share)
        table = error(trace, wanted, row)
        listed += [walk.path(neurons, table) for neurons in walk.paths.strongest(layer, neuron, top)]
        n_paths += walk.paths.count(layer, neuron)
    listed.sort(key=lambda path: -abs(path.product))  # stable: ties stay in the order of the examples
    return ChainSum(what, example, slope, tuple(listed[:top]), n_paths)


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
        product = float(np.prod([factor.value for factor in factors]))
        return Path(self.example, neurons, tuple(factors), product)

    def _begin(self) -> Iterator[Factor]:
        """How the first weighted sum changes with what the slope is taken over."""
        if self.layer == 0:
            return
        if self.source == "bias":
            yield Factor("bias", neuron_name(self.layer, self.neuron), 1.0)
        else:
            value = self.trace.outputs(self.layer - 1)[self.example, int(self.source)]
            yield Factor("input", neuron_name(self.layer - 1, self.source), float(value))

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
            squash = self.trace.slopes(network.n_layers)[self.example, output]
            yield Factor(str(last), where, float(squash))
            yield Factor(f"{loss.name} loss", where, row.slope)
