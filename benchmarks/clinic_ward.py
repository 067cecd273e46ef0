"""The ward of the clinic: data sets, healthy ways to train on them, and faults that are put in.

The doctor sees what comes out of here, a network, data, history and settings, and nothing of what was done.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet import Network, Settings
from glassnet.data import Dataset, digits, four_pixel, load

if TYPE_CHECKING:
    from collections.abc import Callable

HALVES = {
    "tune": ("four pixel", "digits", "blobs", "houses"),
    "judge": ("circles", "spirals", "table", "mnist"),
    "again": ("moons", "checkerboard", "friction", "more mnist"),
}
"""Thresholds were fixed looking at the first part, and judged by the second. What that judgement taught was
put right; the third part judges again, by data that nothing was fixed by."""


def rng_of(*names: object) -> np.random.Generator:
    """Return random numbers that depend on names alone."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(repr(names).encode()).digest()[:8]))


# The data sets


def _blobs(rng: np.random.Generator, n: int) -> Dataset:
    labels = np.arange(n) % 5
    centres = 0.6 * np.array([[np.cos(a), np.sin(a)] for a in 2 * np.pi * np.arange(5) / 5 + 0.3])
    return Dataset.from_arrays(centres[labels] + rng.normal(0, 0.17, (n, 2)), labels, name="blobs")


def _circles(rng: np.random.Generator, n: int) -> Dataset:
    labels, angle = np.arange(n) % 2, rng.uniform(0, 2 * np.pi, n)
    radius = np.where(labels, 0.85, 0.4) + rng.normal(0, 0.09, n)
    return Dataset.from_arrays(radius[:, None] * np.c_[np.cos(angle), np.sin(angle)], labels, name="circles")


def _spirals(rng: np.random.Generator, n: int) -> Dataset:
    labels, way = np.arange(n) % 2, rng.uniform(0.15, 1, n)
    angle = 1.25 * 2 * np.pi * way + np.pi * labels
    points = way[:, None] * np.c_[np.cos(angle), np.sin(angle)] + rng.normal(0, 0.025, (n, 2))
    return Dataset.from_arrays(points, labels, name="spirals")


def _houses(rng: np.random.Generator, n: int) -> Dataset:
    inputs = rng.uniform(-1, 1, (n, 6))
    price = (
        np.sin(2 * inputs[:, 0]) + inputs[:, 1] * inputs[:, 2] + 0.5 * inputs[:, 3] ** 2 - 0.4 * inputs[:, 4]
    )
    price = (price + rng.normal(0, 0.08, n)) / 1.6
    return Dataset.from_arrays(inputs, price, name="houses")


def _table(rng: np.random.Generator, n: int) -> Dataset:
    inputs = rng.uniform(-1, 1, (n, 8))
    inputs[:, 6:] = np.sign(inputs[:, 6:])
    worth = inputs[:, 0] + inputs[:, 1] * inputs[:, 6] + 0.7 * inputs[:, 2] ** 2 + rng.normal(0, 0.08, n)
    labels = np.searchsorted([-0.25, 0.65], worth)
    return Dataset.from_arrays(inputs, labels, name="table")


def _moons(rng: np.random.Generator, n: int) -> Dataset:
    labels, angle = np.arange(n) % 2, rng.uniform(0, np.pi, n)
    points = np.c_[np.cos(angle), np.sin(angle)] * np.where(labels, -1, 1)[:, None]
    points += np.where(labels[:, None], [1.0, 0.35], [0.0, 0.0])
    return Dataset.from_arrays(
        (points - [0.5, 0.17] + rng.normal(0, 0.12, (n, 2))) / 1.6, labels, name="moons"
    )


def _checkerboard(rng: np.random.Generator, n: int) -> Dataset:
    points = rng.uniform(-1, 1, (n, 2))
    labels = np.floor(points * 1.5 + 1.5).sum(axis=1).astype(int) % 2
    return Dataset.from_arrays(points, labels, name="checkerboard")


def _friction(rng: np.random.Generator, n: int) -> Dataset:
    inputs = rng.uniform(-1, 1, (n, 7))
    force = (
        np.exp(0.7 * inputs[:, 0]) * (1 + inputs[:, 1]) / 4 - 0.4 * np.abs(inputs[:, 2]) + 0.3 * inputs[:, 3]
    )
    return Dataset.from_arrays(inputs, force + rng.normal(0, 0.04, n), name="friction")


def data_of(name: str, mnist: str | None) -> tuple[Dataset, Dataset]:
    """Return what to learn from, and what is held out: half of it is put aside to judge treatments by."""
    rng = rng_of("data", name)
    made: dict[str, Callable[[np.random.Generator, int], Dataset]] = {
        "moons": _moons,
        "checkerboard": _checkerboard,
        "friction": _friction,
    }
    made |= {"blobs": _blobs, "circles": _circles, "spirals": _spirals, "houses": _houses, "table": _table}
    if name in made:
        n = 320 if name in ("blobs", "circles", "moons") else 500
        return made[name](rng, n), made[name](rng, 1000)
    if name == "four pixel":
        return tuple(
            _bare(four_pixel(n, noise=0.25, lowest_contrast=0.6, seed=seed))
            for n, seed in ((240, 1), (1000, 2))
        )
    if "mnist" in name and mnist is None:
        raise SystemExit("the judging half has a part of MNIST: give its file by --mnist FILE.npz")
    data = digits() if name == "digits" else load(str(mnist))
    if name == "more mnist":  # other pictures than those of "mnist"
        data = data.take(rng_of("data", "mnist").permutation(data.n_examples)[1600:])
    order, n = rng.permutation(data.n_examples), {"digits": 700, "mnist": 600}.get(name, 900)
    return _bare(data.take(order[:n])), _bare(data.take(order[n : n + 1000]))


def _bare(data: Dataset) -> Dataset:
    return rebuilt(data, np.asarray(data.inputs, dtype=np.float64))


def rebuilt(data: Dataset, inputs: Any, targets: Any = None) -> Dataset:
    """Return a data set with other inputs or targets."""
    targets = data.targets if targets is None else targets
    seen = np.shape(inputs)[1] == data.n_inputs and np.abs(inputs).max() <= 1  # as a camera sees
    encoder = data.encoder if seen else None
    return Dataset.from_arrays(inputs, targets, categories=data.categories, encoder=encoder, name=data.name)


# Patients


@dataclass
class Case:
    """One training: data, network, settings, and what is wrong with it."""

    data: Dataset
    held_out: Dataset
    hidden: list[int]
    activation: str
    last: str
    settings: dict[str, Any]
    network: dict[str, Any] = field(default_factory=dict)
    squash_before_last: str | None = None
    fresh: Dataset | None = None

    def put_aside(self) -> Case:
        """Put aside half of the held-out data, which nobody sees before treatments are judged by it."""
        half = self.held_out.n_examples // 2
        self.fresh = self.held_out.take(np.arange(half, self.held_out.n_examples))
        self.held_out = self.held_out.take(np.arange(half))
        return self

    def build(self, seed: int) -> Network:
        """Return the untrained network."""
        hidden, activations = list(self.hidden), [self.activation] * len(self.hidden)
        if self.squash_before_last:
            hidden.append(self.data.n_outputs)
            activations.append(self.squash_before_last)
        sizes = [self.data.n_inputs, *hidden, self.data.n_outputs]
        network = {"categories": self.data.categories, **self.network}
        if isinstance(network.get("initial_weights"), float):  # times He's bound, layer by layer
            times = network["initial_weights"]
            bounds = [times * np.sqrt(6 / n) for n in sizes[:-1]]
            network["initial_weights"] = [f"uniform(low={-b:.6g}, high={b:.6g})" for b in bounds]
        return Network(sizes, [*activations, self.last], seed=seed, **network)

    def train_settings(self, seed: int) -> Settings:
        """Return the settings."""
        return Settings(seed=seed, **self.settings)


OPTIMIZERS = {"adam": 0.01, "sgd": 0.1, "momentum": 0.02, "nesterov": 0.02, "rmsprop": 0.003, "adamw": 0.01}


def healthy_case(name: str, number: int, mnist: str | None) -> Case:
    """Return a sensible way to train on a data set, drawn by chance."""
    data, held_out = data_of(name, mnist)
    rng = rng_of("base", name, number)
    wide = name in ("digits", "mnist", "more mnist")
    hidden = [[16], [32], [64], [32, 16], [24, 24], [16, 16, 16]][int(rng.integers(6))]
    if name in ("spirals", "checkerboard"):
        hidden = [[32, 32], [48, 24], [32, 16], [64, 32]][int(rng.integers(4))]
    activation = ["relu", "tanh", "leaky_relu", "elu"][int(rng.integers(4))]
    optimizer = list(OPTIMIZERS)[int(rng.integers(len(OPTIMIZERS)))]
    rate = OPTIMIZERS[optimizer] * float(rng.choice([0.5, 1.0, 2.0])) * (0.3 if wide else 1.0)
    settings = {
        "optimizer": optimizer,
        "learning_rate": rate,
        "batch": int(rng.choice([8, 16, 32])),
        "epochs": 20 if wide else 150 if name in ("spirals", "checkerboard") else 60,
        "schedule": str(rng.choice(["cosine", "constant"])),
    }
    return Case(data, held_out, hidden, activation, "softmax" if data.categories else "identity", settings)


def search_case(name: str, number: int, mnist: str | None) -> Case:
    """Return one of the wide search: like a healthy one, and up to four times as wide and as long."""
    case, rng = healthy_case(name, 1000 + number, mnist), rng_of("search", name, number)
    case.hidden = [int(n * rng.choice([1, 2, 4])) for n in case.hidden]
    case.settings["epochs"] = int(case.settings["epochs"] * rng.choice([1, 2]))
    return case


@dataclass(frozen=True)
class Family:
    """One fault: what puts it in, which findings name it, and whether it is one without doing harm."""

    name: str
    inject: Callable[[Case, np.random.Generator, bool], bool | None]
    accepted: tuple[str, ...]
    by_harm: bool = True
    repairable: bool = True


def as_settings(case: Case, **changes: Any) -> None:
    """Change settings."""
    case.settings = {**case.settings, **changes}


def copy_of(case: Case) -> Case:
    """Return a case that can be changed."""
    return dataclasses.replace(case, settings=dict(case.settings), network=dict(case.network))
