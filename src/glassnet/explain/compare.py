"""Two networks of the same sizes side by side, or one network at two moments of its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.explain.places import neuron_name
from glassnet.explain.side_by_side import check_same_sizes, weights_and_biases
from glassnet.network.answers import winners
from glassnet.network.workspace import rows_at_once

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.network import Network
    from glassnet.network.answers import Evaluation

__all__ = [
    "ChangedExample",
    "Comparison",
    "LayerChange",
    "Moved",
    "compare",
]

_SHOWN = 10  # changed examples in the text; the data hold all of them


@dataclass(frozen=True)
class LayerChange:
    """How far the weights of a layer moved, its biases among them.

    Attributes
    ----------
    layer : int
    largest : float
        The largest change of one of them, without its sign.
    rms : float
        The root of the mean of the squared changes.
    sign_changes : float
        The share of them that changed sides, from below 0 to above 0 or back.
    """

    layer: int
    largest: float
    rms: float
    sign_changes: float


@dataclass(frozen=True)
class Moved:
    """A weight or bias that moved.

    Attributes
    ----------
    layer, neuron : int
        The neuron that it belongs to.
    source : int or "bias"
        The neuron of the layer before, or the input, that the weight comes from.
    before, after : float
        0 in a network whose neurons have no bias.
    """

    layer: int
    neuron: int
    source: int | str
    before: float
    after: float

    @property
    def what(self) -> str:
        """The weight or bias in words."""
        here = neuron_name(self.layer, self.neuron)
        if self.source == "bias":
            return f"the bias of {here}"
        return f"the weight from {neuron_name(self.layer - 1, self.source)} to {here}"

    @property
    def change(self) -> float:
        """How far it moved, with its sign."""
        return self.after - self.before


@dataclass(frozen=True)
class ChangedExample:
    """An example that the two networks put into different categories.

    Attributes
    ----------
    example : int
    name : str or None
        As far as the data set says.
    truth : str
    before, after : str or None
        None for a tie: "no category".
    """

    example: int
    name: str | None
    truth: str
    before: str | None
    after: str | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two networks side by side.

    Attributes
    ----------
    layers : tuple of LayerChange
    moved : tuple of Moved
        The weights that moved most, the first most of all.
    before, after : Evaluation or None
        How both do on the data; None without data.
    changed : tuple of ChangedExample
        Empty without data, or where they have no categories.
    """

    layers: tuple[LayerChange, ...]
    moved: tuple[Moved, ...]
    before: Evaluation | None
    after: Evaluation | None
    changed: tuple[ChangedExample, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain JSON values."""
        return {
            "layers": [vars(layer) for layer in self.layers],
            "moved": [vars(moved) for moved in self.moved],
            "before": None if self.before is None else self.before.to_json(),
            "after": None if self.after is None else self.after.to_json(),
            "changed": [vars(example) for example in self.changed],
        }

    def __str__(self) -> str:
        lines = [f"{'layer':>5} {'largest change':>15} {'rms change':>12} {'signs changed':>14}"]
        lines += [
            f"{one.layer:>5} {one.largest:>15.4g} {one.rms:>12.4g} {one.sign_changes:>14.1%}"
            for one in self.layers
        ]
        if self.moved:
            lines.append("moved most:")
        for one in self.moved:
            lines.append(f"  {one.what}: {one.before:.4g} to {one.after:.4g}")
        if self.before is not None:
            lines += [f"before: {self.before}", f"after:  {self.after}"]
        for example in self.changed[:_SHOWN]:
            name = f" ({example.name})" if example.name is not None else ""
            before, after = (word or "no category" for word in (example.before, example.after))
            lines.append(f"  example {example.example}{name}, {example.truth}: {before}, now {after}")
        if len(self.changed) > _SHOWN:
            lines.append(f"  and {len(self.changed) - _SHOWN:,} more examples changed category")
        return "\n".join(lines)


def compare(before: Network, after: Network, data: Dataset | None = None, *, top: int = 5) -> Comparison:
    """Compare two networks: which weights moved most, and which examples changed category.

    Parameters
    ----------
    before, after : Network
        Of the same sizes; perhaps one and the same at two moments of its training.
    data : Dataset, optional
        To measure both with.
    top : int
        How many of the weights that moved most to list at most.

    Raises
    ------
    ShapeError
        The networks have different sizes, or a weight is not finite.
    DataError, SettingError
        The data do not fit the networks, or `top` is no whole number from 0 on.

    Examples
    --------
    >>> from glassnet import Network
    >>> one = Network.drawn_four_pixel()
    >>> other = one.copy()
    >>> other.weights(4)[0, 0] = -2
    >>> print(compare(one, other, top=1))
    layer  largest change   rms change  signs changed
        1               0            0           0.0%
        2               0            0           0.0%
        3               0            0           0.0%
        4               3       0.5303           3.1%
    moved most:
      the weight from neuron 0 of layer 3 to neuron 0 of layer 4: 1 to -2
    """
    check_same_sizes(before, after, "compare")
    whole_number(top, "top")
    layers = []
    moved: list[Moved] = []
    for layer in range(1, before.n_layers + 1):
        old, new = weights_and_biases(before, layer), weights_and_biases(after, layer)
        exists = _exists(before, layer) | _exists(after, layer)
        change = np.where(exists, new - old, 0.0)
        n_exist = int(np.count_nonzero(exists))
        layers.append(
            LayerChange(
                layer=layer,
                largest=float(np.max(np.abs(change))),
                rms=float(np.sqrt(np.sum(change**2) / max(n_exist, 1))),
                sign_changes=np.count_nonzero(old * new < 0) / max(n_exist, 1),
            )
        )
        moved += _most_moved(layer, old, new, top)
    moved.sort(key=lambda one: -abs(one.change))  # stable: equal ones stay in the order of the layers
    return Comparison(
        layers=tuple(layers),
        moved=tuple(moved[:top]),
        before=None if data is None else before.evaluate(data),
        after=None if data is None else after.evaluate(data),
        changed=() if data is None else _changed(before, after, data),
    )


def _exists(network: Network, layer: int) -> NDArray[np.bool_]:
    """Which of the numbers in `weights_and_biases` the network has."""
    connections = network.connections(layer)
    biases = np.full((1, connections.shape[1]), network.biases(layer).size > 0)
    return np.vstack([connections, biases])


def _most_moved(layer: int, old: NDArray[np.float64], new: NDArray[np.float64], top: int) -> list[Moved]:
    """The weights and biases of a layer that moved most; those that did not move are not listed."""
    change = np.abs(new - old)
    order = np.argsort(-change, axis=None, kind="stable")[:top]
    places = zip(*np.unravel_index(order, change.shape), strict=True)
    return [
        Moved(layer, int(j), int(i) if i < len(old) - 1 else "bias", float(old[i, j]), float(new[i, j]))
        for i, j in places
        if change[i, j] > 0
    ]


def _changed(before: Network, after: Network, data: Dataset) -> tuple[ChangedExample, ...]:
    """The examples that the two put into different categories, block by block."""
    if data.categories is None:
        return ()
    names = (*data.categories, None)  # -1, a tie, is the last
    labels = data.labels
    changed = []
    block = rows_at_once(max(before.sizes))
    for first in range(0, data.n_examples, block):
        rows = slice(first, first + block)
        old, new = (winners(one.predict(data.read(rows, one.dtype))) for one in (before, after))
        changed += [
            ChangedExample(
                example=first + int(k),
                name=None if data.names is None else data.names[first + k],
                truth=data.categories[labels[first + k]],
                before=names[old[k]],
                after=names[new[k]],
            )
            for k in np.flatnonzero(old != new)
        ]
    return tuple(changed)
