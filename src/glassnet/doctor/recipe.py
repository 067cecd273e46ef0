"""All that it takes to train a network again, so that one thing of it can be changed and tried."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data import Columns, Dataset
from glassnet.functions import activation
from glassnet.functions.losses import fitting_loss
from glassnet.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from glassnet.doctor.finding import Remedy
    from glassnet.training import Settings

__all__ = ["Recipe", "row_keys", "treated_data"]


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained, and what is done to the data before.

    Attributes
    ----------
    hidden : tuple of int
        The neurons of each layer but the last.
    activations : tuple of str
        Of all layers.
    network : mapping
        Further arguments of `Network`.
    settings : Settings
    data : tuple of str
        What is done to the data, in order: "scale", "drop constant inputs", "drop duplicated inputs",
        "drop copies", "drop contradictions", "drop leaks".
    """

    hidden: tuple[int, ...]
    activations: tuple[str, ...]
    network: Mapping[str, Any]
    settings: Settings
    data: tuple[str, ...] = ()

    @classmethod
    def of(cls, network: Network, settings: Settings) -> Recipe:
        """Return the recipe by which a network was made."""
        return cls(
            hidden=tuple(network.sizes[1:-1]),
            activations=tuple(map(str, network.activations)),
            network={
                "biases": tuple(bool(row["n_biases"]) for row in network.layers),
                "dropout": tuple(float(row["dropout"]) for row in network.layers),
                "initial_weights": tuple(map(str, network.initial_weights)),
                "loss": str(network.loss),
                "dtype": network.dtype,
            },
            settings=settings,
        )

    def changed(self, remedy: Remedy) -> Recipe:
        """Return the recipe with a remedy in it."""
        changes = dict(remedy.network)
        hidden = tuple(changes.pop("hidden", self.hidden))
        inner = [*self.activations[:-1]]
        inner = (inner + [inner[-1] if inner else "relu"] * len(hidden))[: len(hidden)]
        if "activation" in changes:
            inner = [changes.pop("activation")] * len(hidden)
        last = changes.pop("last_activation", self.activations[-1])
        network = {**self.network, **changes}
        if len(hidden) != len(self.hidden):
            for name in ("biases", "dropout", "initial_weights"):
                network[name] = changes.get(name, _per_layer(self.network[name], len(hidden) + 1))
        only_after = {"cross_entropy": "softmax", "binary_cross_entropy": "logistic"}
        if only_after.get(network["loss"].split("(")[0], last) != last:
            network["loss"] = fitting_loss(activation(last))
        data = self.data if remedy.data is None or remedy.data in self.data else (*self.data, remedy.data)
        settings = dataclasses.replace(self.settings, **remedy.settings)
        return Recipe(hidden, (*inner, last), network, settings, data)

    def n_changes(self, other: Recipe) -> int:
        """Return in how many ways another recipe differs."""
        pairs = [(self.hidden, other.hidden), (self.activations, other.activations), (self.data, other.data)]
        pairs += [(value, other.network[name]) for name, value in self.network.items()]
        pairs += [
            (getattr(self.settings, field.name), getattr(other.settings, field.name))
            for field in dataclasses.fields(self.settings)
        ]
        return sum(one != another for one, another in pairs)

    def build(self, data: Dataset, seed: int) -> Network:
        """Make the network, with initial weights of a seed."""
        further: dict[str, Any] = {
            name: list(value) if isinstance(value, tuple) else value for name, value in self.network.items()
        }
        return Network(
            [data.n_inputs, *self.hidden, data.n_outputs],
            list(self.activations),
            categories=data.categories,
            encoder=data.encoder,
            seed=seed,
            **further,
        )


def _per_layer(values: Any, n_layers: int) -> Any:
    """Fit a value for each layer to another number of layers: the last layer keeps its own."""
    if not isinstance(values, tuple):
        return values
    first = values[:-1] or values
    return (*(first + first[-1:] * n_layers)[: n_layers - 1], values[-1])


def treated_data(
    steps: tuple[str, ...], data: Dataset, held_out: Dataset | None
) -> tuple[Dataset, Dataset | None]:
    """Return what to learn from and what to be judged by after some steps of a recipe."""
    for step in steps:
        data, held_out = _STEPS[step](data, held_out)
    return data, held_out


def _with_inputs(
    data: Dataset,
    held_out: Dataset | None,
    change: Callable[[NDArray[Any]], NDArray[Any]],
    encoder: Columns | None = None,
) -> tuple[Dataset, Dataset | None]:
    def one(part: Dataset) -> Dataset:
        return Dataset.from_arrays(
            change(np.asarray(part.inputs, dtype=np.float64)),
            part.targets,
            categories=part.categories,
            weights=part.weights,
            encoder=encoder,
            names=part.names,
            name=part.name,
        )

    return one(data), None if held_out is None else one(held_out)


def _scale(data: Dataset, held_out: Dataset | None) -> tuple[Dataset, Dataset | None]:
    inputs = np.asarray(data.inputs, dtype=np.float64)
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    half = np.where(high > low, (high - low) / 2, 1.0)
    return _with_inputs(data, held_out, lambda values: (values - (low + high) / 2) / half)


def _keep_inputs(data: Dataset, held_out: Dataset | None, kept: list[int]) -> tuple[Dataset, Dataset | None]:
    """Leave inputs out; where they are whole columns of a table, the others keep their names."""
    encoder = data.encoder.keeping(kept) if isinstance(data.encoder, Columns) else None
    return _with_inputs(data, held_out, lambda values: values[:, kept], encoder)


def _drop_constant(data: Dataset, held_out: Dataset | None) -> tuple[Dataset, Dataset | None]:
    kept = np.flatnonzero(np.ptp(np.asarray(data.inputs), axis=0) > 0).tolist()
    return _keep_inputs(data, held_out, kept) if kept else (data, held_out)


def _drop_twins(data: Dataset, held_out: Dataset | None) -> tuple[Dataset, Dataset | None]:
    from glassnet.doctor.of_data import twin_columns

    twins = {other for _, other in twin_columns(np.asarray(data.inputs, dtype=np.float64))}
    kept = [k for k in range(data.n_inputs) if k not in twins]
    return _keep_inputs(data, held_out, kept)


def row_keys(data: Dataset) -> list[bytes]:
    """Return what tells examples apart: for each its inputs and targets."""
    return _keys(np.hstack([np.asarray(data.inputs, dtype=np.float64), data.targets]))


def _keys(rows: NDArray[Any]) -> list[bytes]:
    rows = np.ascontiguousarray(np.asarray(rows, dtype=np.float64) + 0.0)  # -0 is 0
    return [row.tobytes() for row in rows]


def _drop_copies(data: Dataset, held_out: Dataset | None) -> tuple[Dataset, Dataset | None]:
    first = {key: k for k, key in reversed(list(enumerate(row_keys(data))))}
    return data.take(sorted(first.values())), held_out


def _drop_contradictions(data: Dataset, held_out: Dataset | None) -> tuple[Dataset, Dataset | None]:
    answers: dict[bytes, set[bytes]] = {}
    keys = _keys(data.inputs)
    for key, target in zip(keys, data.targets, strict=True):
        answers.setdefault(key, set()).add(target.tobytes())
    kept = [k for k, key in enumerate(keys) if len(answers[key]) == 1]
    return (data.take(kept) if kept else data), held_out


def _drop_leaks(data: Dataset, held_out: Dataset | None) -> tuple[Dataset, Dataset | None]:
    known = set() if held_out is None else set(row_keys(held_out))
    kept = [k for k, key in enumerate(row_keys(data)) if key not in known]
    return (data.take(kept) if kept else data), held_out


_STEPS: Mapping[str, Callable[[Dataset, Dataset | None], tuple[Dataset, Dataset | None]]] = {
    "scale": _scale,
    "drop constant inputs": _drop_constant,
    "drop duplicated inputs": _drop_twins,
    "drop copies": _drop_copies,
    "drop contradictions": _drop_contradictions,
    "drop leaks": _drop_leaks,
}
