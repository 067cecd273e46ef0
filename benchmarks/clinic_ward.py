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

    from numpy.typing import NDArray

_TUNE_AT_FIRST = ("four pixel", "digits", "blobs", "houses")
_JUDGED_BEFORE = ("circles", "spirals", "table", "mnist", "moons", "checkerboard", "friction", "more mnist")
TUNE = (*_TUNE_AT_FIRST, *_JUDGED_BEFORE)
"""What thresholds were fixed looking at."""

JUDGE = ("pixels", "rings", "arms", "clouds", "sorts", "measures", "handwriting")
"""What judges them: each is drawn anew, with other sizes, shapes and noise, for every judgement."""


def names_of(part: str) -> tuple[str, ...]:
    """Return the data sets of "tune", or of a judgement such as "judge 1"."""
    return TUNE if part == "tune" else tuple(f"{kind} {part.split()[1]}" for kind in JUDGE)


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


# Those that are drawn anew for every judgement: `shape` draws what they are like, `rng` the examples.


def _rings(shape: np.random.Generator, rng: np.random.Generator, n: int) -> Dataset:
    k = int(shape.integers(2, 4))
    radii, noise = np.linspace(0.3, 0.95, k), shape.uniform(0.15, 0.27) * 0.65 / (k - 1) / 2
    labels, angle = np.arange(n) % k, rng.uniform(0, 2 * np.pi, n)
    radius = radii[labels] + rng.normal(0, noise, n)
    return Dataset.from_arrays(radius[:, None] * np.c_[np.cos(angle), np.sin(angle)], labels, name="rings")


def _arms(shape: np.random.Generator, rng: np.random.Generator, n: int) -> Dataset:
    k = int(shape.integers(2, 4))
    turns, noise = shape.uniform(0.7, 1.2), shape.uniform(0.015, 0.03)
    labels, way = np.arange(n) % k, rng.uniform(0.15, 1, n)
    angle = turns * 2 * np.pi * way + 2 * np.pi * labels / k
    points = way[:, None] * np.c_[np.cos(angle), np.sin(angle)] + rng.normal(0, noise, (n, 2))
    return Dataset.from_arrays(points, labels, name="arms")


def _clouds(shape: np.random.Generator, rng: np.random.Generator, n: int) -> Dataset:
    n_inputs, k = int(shape.integers(3, 7)), int(shape.integers(3, 7))
    centres, width = shape.uniform(-0.7, 0.7, (2 * k, n_inputs)), shape.uniform(0.12, 0.2)
    places = np.arange(n) % (2 * k)
    points = centres[places] + rng.normal(0, width, (n, n_inputs))
    return Dataset.from_arrays(points, places % k, name="clouds")


def _worth(shape: np.random.Generator, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a smooth function of some of the inputs, about as large as 1."""
    one, two, three, four = shape.permutation(inputs.shape[1])[:4]
    a, b, c, d = shape.uniform(0.5, 1.2, 4) * shape.choice([-1, 1], 4)
    steep = shape.uniform(1, 2.5)
    bent = np.sin(steep * inputs[:, one]), inputs[:, one] * inputs[:, two], np.abs(inputs[:, three])
    return a * bent[0] + b * bent[1] + c * bent[2] + d * inputs[:, four] ** 2


def _sorts(shape: np.random.Generator, rng: np.random.Generator, n: int) -> Dataset:
    n_inputs, k = int(shape.integers(5, 9)), int(shape.integers(3, 5))
    inputs = rng.uniform(-1, 1, (n, n_inputs))
    state = shape.bit_generator.state
    some = _worth(shape, np.random.default_rng(0).uniform(-1, 1, (4000, n_inputs)))
    shape.bit_generator.state = state
    worth = _worth(shape, inputs) + rng.normal(0, 0.05, n)
    return Dataset.from_arrays(
        inputs, np.searchsorted(np.quantile(some, np.arange(1, k) / k), worth), name="sorts"
    )


def _measures(shape: np.random.Generator, rng: np.random.Generator, n: int) -> Dataset:
    inputs = rng.uniform(-1, 1, (n, int(shape.integers(4, 8))))
    return Dataset.from_arrays(inputs, _worth(shape, inputs) + rng.normal(0, 0.06, n), name="measures")


def _drawn(kind: str, draw: int, mnist: str | None) -> tuple[Dataset, Dataset]:
    shape, rng = rng_of("shape", kind, draw), rng_of("data", kind, draw)
    if kind == "pixels":
        noise, lowest = shape.uniform(0.15, 0.3), shape.uniform(0.5, 0.8)
        return tuple(
            _bare(four_pixel(n, noise=noise, lowest_contrast=lowest, seed=100 * draw + k))
            for k, n in enumerate((240, 1000))
        )
    if kind == "handwriting":
        return _handwriting(shape, draw, mnist)
    make = {"rings": _rings, "arms": _arms, "clouds": _clouds, "sorts": _sorts, "measures": _measures}[kind]
    n = {"rings": 320, "clouds": 400}.get(kind, 500)
    state = shape.bit_generator.state
    learned = make(shape, rng, n)
    shape.bit_generator.state = state
    return learned, make(shape, rng, 1000)


def _handwriting(shape: np.random.Generator, draw: int, mnist: str | None) -> tuple[Dataset, Dataset]:
    """Return pictures of MNIST's digits: of all ten, or from the fourth draw on of six, drawn anew."""
    data = load(str(mnist))
    if draw < _OF_SIX_FROM:
        # Pictures that neither the tuning nor another judgement has. For the third draw 700 such are
        # left, to learn from; those that are held out then are not new.
        order = np.roll(_other_mnist(mnist), -1900 * draw)[:1700]
        return _bare(data.take(order[:700])), _bare(data.take(order[700:]))
    # No unseen pictures are left. The problem is new, which six digits, and who learns from whom.
    six = np.sort(shape.permutation(data.n_outputs)[:6])
    order = shape.permutation(np.flatnonzero(np.isin(data.labels, six)))
    learned, held_out = (_only(data.take(rows), six) for rows in (order[:700], order[700:1700]))
    return learned, held_out


def _only(data: Dataset, kept: NDArray[np.intp]) -> Dataset:
    """Return the data with the other categories taken out; none of their examples may be left."""
    return Dataset.from_arrays(
        np.asarray(data.inputs, dtype=np.float64),
        data.targets[:, kept],
        categories=[data.categories[k] for k in kept],
        encoder=data.encoder,
        name=data.name,
    )


def _other_mnist(mnist: str | None) -> NDArray[np.intp]:
    """Return the order of the pictures that "mnist" leaves; "more mnist" has the first 1900 of them."""
    left = rng_of("data", "mnist").permutation(load(str(mnist)).n_examples)[1600:]
    return left[rng_of("data", "more mnist").permutation(left.size)]


def data_of(name: str, mnist: str | None) -> tuple[Dataset, Dataset]:
    """Return what to learn from, and what is held out: half of it is put aside to judge treatments by."""
    rng = rng_of("data", name)
    if mnist is None and ("mnist" in name or "handwriting" in name):
        raise SystemExit("this part has pictures of MNIST: give its file by --mnist FILE.npz")
    kind, _, draw = name.rpartition(" ")
    if kind in JUDGE:
        return _drawn(kind, int(draw), mnist)
    made: dict[str, Callable[[np.random.Generator, int], Dataset]] = {
        "moons": _moons,
        "checkerboard": _checkerboard,
        "friction": _friction,
        "blobs": _blobs,
        "circles": _circles,
        "spirals": _spirals,
        "houses": _houses,
        "table": _table,
    }
    if name in made:
        n = 320 if name in ("blobs", "circles", "moons") else 500
        return made[name](rng, n), made[name](rng, 1000)
    if name == "four pixel":
        return tuple(
            _bare(four_pixel(n, noise=0.25, lowest_contrast=0.6, seed=seed))
            for n, seed in ((240, 1), (1000, 2))
        )
    data = digits() if name == "digits" else load(str(mnist))
    if name == "more mnist":
        order, n = _other_mnist(mnist), 900
    else:
        order, n = rng.permutation(data.n_examples), {"digits": 700, "mnist": 600}[name]
    return _bare(data.take(order[:n])), _bare(data.take(order[n : n + 1000]))


def _bare(data: Dataset) -> Dataset:
    return rebuilt(data, np.asarray(data.inputs, dtype=np.float64))


def rebuilt(data: Dataset, inputs: Any, targets: Any = None) -> Dataset:
    """Return a data set with other inputs or targets."""
    targets = data.targets if targets is None else targets
    seen = np.shape(inputs)[1] == data.n_inputs and np.abs(inputs).max() <= 1  # as a camera sees
    encoder = data.encoder if seen else None
    return Dataset.from_arrays(inputs, targets, categories=data.categories, encoder=encoder, name=data.name)


_OF_SIX_FROM = 4
"""The first draw whose pictures show six digits only."""

WINDING = ("spirals", "checkerboard", "arms")
"""Data sets, by the names they give themselves, that need a wider network and a longer training."""


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
    wide = data.picture_shape is not None and data.n_inputs > 4
    winding = data.name in WINDING
    hidden = [[16], [32], [64], [32, 16], [24, 24], [16, 16, 16]][int(rng.integers(6))]
    if winding:
        hidden = [[32, 32], [48, 24], [32, 16], [64, 32]][int(rng.integers(4))]
    activation = ["relu", "tanh", "leaky_relu", "elu"][int(rng.integers(4))]
    optimizer = list(OPTIMIZERS)[int(rng.integers(len(OPTIMIZERS)))]
    rate = OPTIMIZERS[optimizer] * float(rng.choice([0.5, 1.0, 2.0])) * (0.3 if wide else 1.0)
    settings = {
        "optimizer": optimizer,
        "learning_rate": rate,
        "batch": int(rng.choice([8, 16, 32])),
        "epochs": 20 if wide else 150 if winding else 60,
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
    times: int = 1  # as many patients, where few data sets can have the fault


def as_settings(case: Case, **changes: Any) -> None:
    """Change settings."""
    case.settings = {**case.settings, **changes}


def copy_of(case: Case) -> Case:
    """Return a case that can be changed."""
    return dataclasses.replace(case, settings=dict(case.settings), network=dict(case.network))
