"""What is measured: the networks, their batches, and the same data and initial weights for every peer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CASES", "CHECK_BATCHES", "CHECK_EPOCHS", "MANY", "RATES", "Case", "find", "many_case", "one_of_n"]

RATES = {"sgd": 0.05, "adam": 0.001}
"""The learning rate of each optimizer, the same for every peer."""

CHECK_BATCHES, CHECK_EPOCHS = 4, 3
"""Before anything is timed, each peer trains this long, and its losses must be glassnet's."""

MANY = 1000
"""How many networks are trained at once."""


@dataclass(frozen=True)
class Case:
    """A network, trained with softmax cross entropy in batches of one size.

    Attributes
    ----------
    sizes : tuple of int
        Inputs, then neurons of each layer.
    batch : int
        Examples a step.
    n_examples : int
        Of the data set that is gone through again and again.
    """

    sizes: tuple[int, ...]
    batch: int
    n_examples: int

    @property
    def network(self) -> str:
        """The sizes in short, such as ``784-128-10``."""
        return "-".join(map(str, self.sizes))

    @property
    def name(self) -> str:
        """Network and batch, such as ``784-128-10/64``."""
        return f"{self.network}/{self.batch}"

    @property
    def hidden(self) -> tuple[str, ...]:
        """The activations of all layers but the last, which is softmax."""
        # The four pixel network is that of the slides; the others are what people train.
        if self.sizes == (4, 4, 4, 8, 4):
            return "tanh", "tanh", "relu"
        return ("relu",) * (len(self.sizes) - 2)

    @property
    def n_weights(self) -> int:
        """How many weights there are, without biases."""
        return sum(before * after for before, after in zip(self.sizes, self.sizes[1:], strict=False))

    @property
    def step_flops(self) -> int:
        """Multiplications and additions of the matrix products of one training step.

        Forward, gradient of the weights, and the slopes that go back, which the first layer doesn't need.
        """
        first = self.sizes[0] * self.sizes[1]
        return 2 * self.batch * (3 * self.n_weights - first)

    def data(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return inputs (n_examples, n_inputs) and the number of each example's category."""
        rng = np.random.default_rng(1)
        inputs = rng.normal(size=(self.n_examples, self.sizes[0])).astype(np.float32)
        return inputs, rng.integers(0, self.sizes[-1], self.n_examples)

    def check_data(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the few examples on which every peer must come to the same losses."""
        inputs, labels = self.data()
        n_examples = CHECK_BATCHES * self.batch
        return inputs[:n_examples].copy(), labels[:n_examples].copy()

    def weights(self, seed: int = 0) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Return the initial weights (n_inputs, n_neurons) and biases of each layer."""
        rng = np.random.default_rng(seed)
        pairs = zip(self.sizes, self.sizes[1:], strict=False)
        return [
            ((rng.normal(size=pair) / np.sqrt(pair[0])).astype(np.float32), np.zeros(pair[1], np.float32))
            for pair in pairs
        ]


CASES = (
    Case((4, 4, 4, 8, 4), 1, 2048),
    Case((4, 4, 4, 8, 4), 16, 4096),
    Case((64, 32, 10), 32, 1792),
    Case((784, 128, 10), 64, 3200),
    Case((784, 512, 512, 10), 128, 2560),
    Case((3072, 1024, 1024, 10), 256, 2560),
)


def many_case(batch: int) -> Case:
    """Return the four pixel network that is trained many times at once, on 64 examples."""
    return Case((4, 4, 4, 8, 4), batch, 64)


def find(name: str) -> Case:
    """Return the case of a name such as ``784-128-10/64``; it may be one that isn't in the table."""
    for case in CASES:
        if case.name == name:
            return case
    network, batch = name.split("/")
    return Case(tuple(map(int, network.split("-"))), int(batch), max(64, 8 * int(batch)))


def one_of_n(labels: NDArray[np.int64], n_categories: int) -> NDArray[np.float32]:
    """Return a row for each example: 1 at its category, else 0."""
    return np.eye(n_categories, dtype=np.float32)[labels]
