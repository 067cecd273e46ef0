"""A data set in the form that compiled loops want, made once and used for every pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import finite
from glassnet.data import Dataset
from glassnet.errors import DataError
from glassnet.memory import make_sure_of_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network.network import Network

__all__ = ["Examples", "check_fit"]


class Examples:
    """The inputs, targets and weights of a data set in a network's own type.

    Data in memory are converted once; memory-mapped inputs stay on the disk and are read as asked for.

    Parameters
    ----------
    data : Dataset
    network : Network
        That the data must fit.

    Attributes
    ----------
    targets : ndarray, shape (n_examples, n_outputs)
    weights : ndarray, shape (n_examples,)
        How much each example counts, scaled to mean 1 over the whole data set: not batch by batch, so
        that a heavy example stays heavy in a batch of its own.
    inputs : ndarray, shape (n_examples, n_inputs), or None
        None where they stay on the disk.

    Raises
    ------
    DataError
        No examples, or another number of inputs or outputs or other categories than the network has.
    ShapeError
        Values that are too large for the network's type.
    """

    def __init__(self, data: Dataset, network: Network) -> None:
        check_fit(data, network)
        self.data = data
        self.dtype = network.dtype
        n_columns = data.n_outputs + 1 + (0 if data.streams else data.n_inputs)
        make_sure_of_memory(
            data.n_examples * n_columns * self.dtype.itemsize,
            f"{data.name}: a copy of {data.n_examples:,} examples in {self.dtype}",
            "keep the inputs in a .npy file and load that, then they are read as they are needed",
        )
        self.targets: NDArray[Any] = _own(data.targets, self.dtype, f"{data.name}: targets")
        self.weights: NDArray[Any] = np.ones(data.n_examples, dtype=self.dtype)
        if data.weights is not None:
            shares = data.weights / data.weights.max()  # whose sum is neither 0 nor infinite
            self.weights[:] = shares * (data.n_examples / shares.sum())
        self.inputs: NDArray[Any] | None = None
        if not data.streams:
            self.inputs = _own(data.inputs, self.dtype, f"{data.name}: inputs")

    @property
    def n_examples(self) -> int:
        """How many there are."""
        return self.data.n_examples

    def read(self, first: int, last: int) -> NDArray[Any]:
        """Return the inputs of the examples from `first` to before `last`."""
        if self.inputs is not None:
            return self.inputs[first:last]
        return self.data.read(np.arange(first, last), self.dtype)


def _own(values: NDArray[Any], dtype: Any, what: str) -> NDArray[Any]:
    """A copy in another type, whose range may be smaller."""
    with np.errstate(over="ignore"):
        return finite(np.array(values, dtype=dtype), what)


def check_fit(data: Dataset, network: Network) -> None:
    """Check that a network can learn from a data set.

    Raises
    ------
    DataError
        No data set, no examples, or another number of inputs or outputs or other categories than the network
        has.
    """
    if not isinstance(data, Dataset):
        raise DataError(
            f"data: got {type(data).__name__}, expected a Dataset; glassnet.data.Dataset.from_arrays(inputs, "
            "targets) makes one"
        )
    if data.n_examples == 0:
        raise DataError(f"{data.name}: it holds no examples, expected at least one")
    for what, have, need in (
        ("inputs", data.n_inputs, network.sizes[0]),
        ("outputs", data.n_outputs, network.sizes[-1]),
    ):
        if have != need:
            raise DataError(
                f"{data.name}: the data have {have} {what}, the network {network.name} has {need}"
            )
    if network.categories and data.categories and network.categories != data.categories:
        raise DataError(
            f"{data.name}: the data's categories are {', '.join(data.categories)}; "
            f"the network's are {', '.join(network.categories)}"
        )
