"""Which examples each step takes, and how they get into the compiled loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import ChoiceError, DataError, nearest
from glassnet.kernels.random_numbers import shuffled_rows
from glassnet.kernels.structures import Batches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from glassnet.network.examples import Examples
    from glassnet.training.settings import Settings

__all__ = ["Feed"]

# The most that one chunk may take: numbers of orders, and bytes of examples read from a file. Larger pieces
# come from the system filled with zeros each time, which takes as long as to read them.
_MOST_ROWS = 1 << 20
_MOST_BYTES = 16 << 20

# And so many steps: what a chunk notes of each then stays in the cache, in memory that the chunk before had
# too. Chunks of 65536 steps of 4-4-4-8-4 take 1.15 of the time, most of it for new memory.
_MOST_STEPS = 1 << 13


class Feed:
    """Hands the examples of a chunk of steps to the compiled loop, in the order of each epoch.

    The order is a function of seed and epoch, so that a run can stop and go on anywhere. Data in
    memory are converted to the network's type once; memory-mapped data are read a chunk at a time, and
    give the same bits.

    Parameters
    ----------
    examples : Examples
    settings : Settings

    Attributes
    ----------
    batch : int
        Examples a step; the last step of an epoch may have fewer.
    steps_per_epoch : int
    """

    def __init__(self, examples: Examples, settings: Settings) -> None:
        self._examples = examples
        self._weights = _class_weighted(examples, settings.class_weights)
        self.batch = min(settings.batch, examples.n_examples)
        self.steps_per_epoch = -(-examples.n_examples // self.batch)
        # A single batch holds every example anyway: its order would change nothing but rounding.
        self._shuffle = settings.shuffle and self.batch < examples.n_examples
        self._key = np.uint64(settings.seed)
        # In one piece, because several threads may ask at once.
        self._latest = -1, np.arange(examples.n_examples)[np.newaxis]

    def most_steps(self) -> int:
        """Return how many steps a chunk may have."""
        rows = _MOST_ROWS
        if self._examples.inputs is None:
            rows = _MOST_BYTES // (self._examples.data.n_inputs * self._examples.dtype.itemsize)
        return max(1, min(_MOST_STEPS, rows // self.batch))

    def chunk(self, first_step: int, n_steps: int) -> Batches:
        """Return the examples of some steps, ready for `glassnet.kernels.steps.train_steps`."""
        rows, starts = self._rows(first_step, n_steps)
        examples = self._examples
        if examples.inputs is not None:
            inputs, targets, weights = examples.inputs, examples.targets, self._weights
        else:
            inputs = examples.data.read(rows, examples.dtype)
            targets, weights = examples.targets[rows], self._weights[rows]
            rows = np.arange(rows.size)
        return Batches(inputs.reshape(-1), targets.reshape(-1), weights, rows, starts)

    def examples_of(self, step: int) -> NDArray[np.int64]:
        """Return the numbers of the examples that a step takes."""
        return self._rows(step, 1)[0]

    def sizes(self, first_step: int, n_steps: int) -> NDArray[np.int64]:
        """Return how many examples each step takes: all a full batch, but for the last of an epoch."""
        sizes = np.full(n_steps, self.batch)
        to_last = (-1 - first_step) % self.steps_per_epoch
        sizes[to_last :: self.steps_per_epoch] -= (
            self.batch * self.steps_per_epoch - self._examples.n_examples
        )
        return sizes

    def _rows(self, first_step: int, n_steps: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        first_epoch, place = divmod(first_step, self.steps_per_epoch)
        last_epoch = (first_step + n_steps - 1) // self.steps_per_epoch
        orders = self._orders(first_epoch, last_epoch - first_epoch + 1)
        starts = np.concatenate([[0], np.cumsum(self.sizes(first_step, n_steps))])
        begin = place * self.batch
        # A copy, because compiled loops know a read-only order as another type, and would be compiled again.
        return orders.reshape(-1)[begin : begin + starts[-1]].copy(), starts

    def _orders(self, first_epoch: int, n_epochs: int) -> NDArray[np.int64]:
        """The order of some epochs, shape (n_epochs, n_examples)."""
        n_examples = self._examples.n_examples
        if not self._shuffle:
            return np.broadcast_to(np.arange(n_examples), (n_epochs, n_examples))
        epoch, order = self._latest
        if n_epochs == 1 and first_epoch == epoch:
            return order  # a long epoch comes in many chunks
        order = np.empty((n_epochs, n_examples), dtype=np.int64)
        shuffled_rows(self._key, first_epoch, order)
        self._latest = first_epoch if n_epochs == 1 else -1, order
        return order


def _class_weighted(examples: Examples, class_weights: str | Mapping[str, float] | None) -> NDArray[Any]:
    """How much each example counts, class weights included, scaled to mean 1."""
    data, weights = examples.data, examples.weights
    if class_weights is None:
        return weights
    if data.categories is None:
        raise DataError(f"{data.name}: class_weights need categories, but the targets are numbers")
    if isinstance(class_weights, str):  # "balanced"
        counts = np.bincount(data.labels, weights=weights, minlength=len(data.categories))
        by_category = np.divide(1.0, counts, out=np.zeros_like(counts), where=counts > 0)
    else:
        for name in class_weights:
            if name not in data.categories:
                raise ChoiceError(
                    f"class_weights: there is no category {name!r}; {nearest(str(name), data.categories)}"
                    f"known are {', '.join(data.categories)}"
                )
        by_category = np.array([class_weights.get(name, 1.0) for name in data.categories], dtype=float)
    weighted = weights * by_category[data.labels]
    if not (np.isfinite(weighted).all() and weighted.min() >= 0 and weighted.sum() > 0):
        raise DataError("class_weights: expected finite weights of at least 0, not all 0")
    return np.asarray(weighted * (weighted.size / weighted.sum()), dtype=examples.dtype)
