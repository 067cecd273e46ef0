"""How the outputs and the gradients of each layer are spread: saturated, dead, vanishing, or well."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, whole_number
from glassnet.explain.printing import json_values
from glassnet.network import running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from glassnet.network import Trace

__all__ = ["Distributions", "Histogram", "LayerDistribution", "distributions"]

# A squash is flat where its slope is below this share of its steepest.
_FLAT = 0.01
_STEEPEST = {"tanh": 1.0, "logistic": 0.25}

# A gradient this many decades below the largest one of all layers is as good as 0.
_MOST_DECADES = 20
_BINS_A_DECADE = 2


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many numbers lie where; what is exactly 0, or not finite, is counted apart.

    Attributes
    ----------
    edges : ndarray, shape (n_bins + 1,)
        Where the bins begin and end.
    counts : ndarray of int, shape (n_bins,)
    zeros, not_finite : int
        How many numbers are exactly 0, and how many infinite or not a number; they are in no bin.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    zeros: int
    not_finite: int

    @property
    def n_numbers(self) -> int:
        """How many numbers there are in all."""
        return int(self.counts.sum()) + self.zeros + self.not_finite

    def to_json(self) -> dict[str, Any]:
        """Return the histogram as plain JSON values."""
        values: dict[str, Any] = json_values(vars(self))
        return values


@dataclass(frozen=True, eq=False)
class LayerDistribution:
    """How the numbers of one layer are spread, over its neurons and the examples.

    Attributes
    ----------
    layer, n_neurons : int
    activation : str
    outputs : Histogram
    gradients : Histogram or None
        Of the size of dloss_dz; its bins are equally wide in decades and the same for all layers. None
        without targets.
    saturated : float or None
        The share of outputs at which the squash is flat: its slope is below 1 % of its steepest. None for
        squashes that do not saturate at both ends.
    dead : tuple of int
        The neurons whose squash has the slope 0 for every example, so that they learn from none of them.
    """

    layer: int
    n_neurons: int
    activation: str
    outputs: Histogram
    gradients: Histogram | None
    saturated: float | None
    dead: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the distribution as plain JSON values."""
        gradients = None if self.gradients is None else self.gradients.to_json()
        values: dict[str, Any] = json_values(
            {**vars(self), "outputs": self.outputs.to_json(), "gradients": gradients}
        )
        return values

    def __str__(self) -> str:
        said = [
            f"layer {self.layer} ({self.activation}): {len(self.dead):,} of {self.n_neurons:,} neurons dead"
        ]
        if self.saturated is not None:
            said.append(f"{self.saturated:.1%} of the outputs saturated")
        for what, found in (("outputs", self.outputs), ("gradients", self.gradients)):
            if found is not None and found.zeros:
                said.append(f"{found.zeros / found.n_numbers:.1%} of the {what} exactly 0")
        return ", ".join(said)


@dataclass(frozen=True, eq=False)
class Distributions:
    """How outputs and gradients are spread, layer by layer.

    Attributes
    ----------
    layers : tuple of LayerDistribution
    n_examples : int
    """

    layers: tuple[LayerDistribution, ...]
    n_examples: int

    def to_json(self) -> dict[str, Any]:
        """Return the distributions as plain JSON values."""
        return {"n_examples": self.n_examples, "layers": [layer.to_json() for layer in self.layers]}

    def __str__(self) -> str:
        return "\n".join([f"Over {self.n_examples:,} examples:", *map(str, self.layers)])


def distributions(trace: Trace, targets: ArrayLike | None = None, *, n_bins: int = 40) -> Distributions:
    """Count how the outputs of each layer are spread and, with targets, the gradients.

    Parameters
    ----------
    trace : Trace
        From `Network.run`.
    targets : array_like, shape (n_examples, n_outputs), optional
        The right answers; without them there are no gradients.
    n_bins : int
        Of the outputs.

    Returns
    -------
    Distributions

    Raises
    ------
    ShapeError, SettingError
        The targets have another shape, or `n_bins` is no whole number from 1 on.

    Examples
    --------
    >>> from glassnet import Network, data
    >>> print(distributions(Network.drawn_four_pixel().run(data.four_pixel().inputs)))
    Over 8 examples:
    layer 1 (tanh): 0 of 4 neurons dead, 0.0% of the outputs saturated, 50.0% of the outputs exactly 0
    layer 2 (tanh): 0 of 4 neurons dead, 0.0% of the outputs saturated, 75.0% of the outputs exactly 0
    layer 3 (relu): 0 of 8 neurons dead, 87.5% of the outputs exactly 0
    layer 4 (identity): 0 of 4 neurons dead, 75.0% of the outputs exactly 0
    """
    whole_number(n_bins, "n_bins", low=1)
    network = trace.network
    gradients: Sequence[Histogram | None] = (
        [None] * network.n_layers if targets is None else _gradients(trace, targets)
    )
    layers = []
    for k, chosen in enumerate(network.activations):
        layer = k + 1
        slopes = trace.slopes(layer)
        steepest = _STEEPEST.get(chosen.name)
        layers.append(
            LayerDistribution(
                layer=layer,
                n_neurons=network.sizes[layer],
                activation=str(chosen),
                outputs=_spread(trace.outputs(layer), n_bins),
                gradients=gradients[k],
                saturated=None if steepest is None else float(np.mean(slopes < _FLAT * steepest)),
                dead=tuple(np.flatnonzero((slopes == 0).all(axis=0)).tolist()),
            )
        )
    return Distributions(tuple(layers), trace.n_examples)


def _gradients(trace: Trace, targets: ArrayLike) -> Sequence[Histogram | None]:
    """Return how the sizes of dloss_dz are spread in each layer, by the backward pass that training makes."""
    network, n_examples = trace.network, trace.n_examples
    wanted = matrix(
        targets,
        "targets",
        rows=n_examples,
        columns=network.sizes[-1],
        axes=("n_examples", "n_outputs"),
        dtype=network.dtype,
    ).copy()
    weights = np.ones(n_examples, dtype=network.dtype)
    *_, room = running.backward(network, trace.inputs.copy(), wanted, weights)
    first, blocks = 0, []
    for n_neurons in network.sizes[1:]:
        blocks.append(np.abs(room.grad_sums[first : first + n_examples * n_neurons]))
        first += n_examples * n_neurons
    edges = _decades(np.concatenate(blocks).astype(np.float64))
    return [_counted(block, edges) for block in blocks]


def _decades(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return edges for sizes, equally wide in decades."""
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not sizes.size:
        return np.array([0.1, 1.0])
    last = math.ceil(math.log10(sizes.max()) + 1e-9)
    first = max(math.floor(math.log10(sizes.min())), last - _MOST_DECADES)
    n_bins = max(1, (last - first) * _BINS_A_DECADE)
    edges: NDArray[np.float64] = 10.0 ** np.linspace(first, last, n_bins + 1)
    return edges


def _spread(numbers: NDArray[Any], n_bins: int) -> Histogram:
    """Count numbers in bins from the smallest to the largest of them, 0 included."""
    found = numbers[np.isfinite(numbers)].astype(np.float64)
    low, high = min(found.min(initial=0), 0.0), max(found.max(initial=0), 0.0)
    return _counted(numbers, np.linspace(low, high if high > low else low + 1, n_bins + 1))


def _counted(numbers: NDArray[Any], edges: NDArray[np.float64]) -> Histogram:
    """Count numbers; what lies outside the edges goes into the outermost bins."""
    found = numbers[np.isfinite(numbers)].astype(np.float64)
    inside = np.clip(found[found != 0], edges[0], edges[-1])
    counts, _ = np.histogram(inside, edges)
    return Histogram(edges, counts, int(np.count_nonzero(found == 0)), int(numbers.size - found.size))
