"""The data set: what goes in, what should come out, and what the outputs are called."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, number, vector, whole_number
from glassnet.data.camera import Camera
from glassnet.data.categories import one_of_n, read_labels
from glassnet.data.stored import StoredInputs, store
from glassnet.errors import DataError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from glassnet.data.encoders import Encoder

__all__ = ["Dataset"]

BLOCK_VALUES = 2**22
"""How many inputs are read at a time where all of a mapped file has to be read."""


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples to learn from: inputs, targets, and what they are called.

    Made by `Dataset.from_arrays`, `load`, or one of the loaders.

    Parameters
    ----------
    stored : StoredInputs
        The inputs, in memory or in a mapped file.
    targets : ndarray of float64, shape (n_examples, n_outputs)
        The right answers: a one-of-n row for a category, or numbers to be met.
    categories : tuple of str, optional
        Names of the outputs, in order; None where the targets are numbers.
    weights : ndarray of float64, shape (n_examples,), optional
        How much each example counts: at least 0, and not all 0.
    encoder : Camera or Columns, optional
        Turns a picture or the row of a table into inputs; saved with a network.
    names : tuple of str, optional
        Names of the examples, such as their files.
    name : str
        Name of the data set.

    Raises
    ------
    DataError
        Parts that do not fit together.
    """

    stored: StoredInputs
    targets: NDArray[np.float64]
    categories: tuple[str, ...] | None = None
    weights: NDArray[np.float64] | None = None
    encoder: Encoder | None = None
    names: tuple[str, ...] | None = None
    name: str = "data"

    def __post_init__(self) -> None:
        if self.targets.ndim != 2 or len(self.targets) != self.n_examples or self.n_outputs == 0:
            raise DataError(
                f"{self.name}: targets of shape {self.targets.shape}, expected "
                f"({self.n_examples}, n_outputs): a row for each example"
            )
        if self.categories is not None:
            _check_categories(self.categories, self.n_outputs, self.name)
        if self.weights is not None and (self.weights.min() < 0 or not self.weights.any()):
            raise DataError(f"{self.name}: weights of examples must be at least 0, and not all 0")
        if self.names is not None and len(self.names) != self.n_examples:
            raise DataError(f"{self.name}: {self.n_examples} examples and {len(self.names)} names")
        if self.encoder is not None and self.encoder.n_inputs != self.n_inputs:
            raise DataError(
                f"{self.name}: {self.n_inputs} inputs an example, the encoder makes {self.encoder.n_inputs}"
            )

    @classmethod
    def from_arrays(
        cls,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        categories: Sequence[str] | None = None,
        weights: ArrayLike | None = None,
        encoder: Encoder | None = None,
        names: Sequence[str] | None = None,
        name: str = "arrays",
    ) -> Dataset:
        """Make a data set from arrays, in memory or memory-mapped.

        Parameters
        ----------
        inputs : array_like, shape (n_examples, n_inputs) or (n_examples, rows, columns)
            Numbers, best between -1 and 1. The second shape is pictures: unsigned integers of 8 or 16 bits
            from 0 (black) to their largest (white), or brightness from -1 to +1. An ``np.memmap`` stays
            on the disk, however large, and is read block by block. Floats in memory are not copied.
        targets : array_like
            Text or whole numbers, one for each example: the name of its category. Floats: numbers to be
            met, shape (n_examples,) or (n_examples, n_outputs); or, with `categories`, one-of-n rows.
        categories : sequence of str, optional
            All categories in the order of the outputs; whole numbers as targets then count them from 0.
            Without it, those that occur, sorted.
        weights : array_like, shape (n_examples,), optional
            How much each example counts.
        encoder : Camera or Columns, optional
            What made the inputs; pictures get the camera of their size.
        names : sequence of str, optional
            Names of the examples.
        name : str
            Name of the data set.

        Raises
        ------
        DataError
            Parts that do not fit together, or cannot be used.
        ShapeError
            Numbers of another shape, or not finite.

        Examples
        --------
        >>> Dataset.from_arrays([[0.0, 1.0], [1.0, 0.0]], ["left", "right"]).targets
        array([[1., 0.],
               [0., 1.]])
        """
        array = _as_array(inputs, f"{name}: inputs")
        if array.ndim == 3 and encoder is None and array.size:
            encoder = Camera(*array.shape[1:])
        stored = store(array, encoder if isinstance(encoder, Camera) else None, name)
        given = None if categories is None else tuple(map(str, categories))
        answers, known = _read_targets(_as_array(targets, f"{name}: targets"), given, name)
        return cls(
            stored=stored,
            targets=answers,
            categories=known,
            weights=None if weights is None else _read_weights(weights, stored.n_examples, name),
            encoder=encoder,
            names=None if names is None else tuple(names),
            name=name,
        )

    def __repr__(self) -> str:
        answers = f"{len(self.categories)} categories" if self.categories else f"{self.n_outputs} numbers"
        return f"Dataset({self.name!r}: {self.n_examples} examples, {self.n_inputs} inputs, {answers})"

    @property
    def n_examples(self) -> int:
        """Number of examples."""
        return self.stored.n_examples

    @property
    def n_inputs(self) -> int:
        """Number of inputs of an example."""
        return self.stored.n_inputs

    @property
    def n_outputs(self) -> int:
        """Number of numbers in a right answer."""
        return int(self.targets.shape[1])

    @property
    def picture_shape(self) -> tuple[int, int] | None:
        """Rows and columns of the camera, where the inputs are pictures."""
        return (self.encoder.rows, self.encoder.columns) if isinstance(self.encoder, Camera) else None

    @property
    def streams(self) -> bool:
        """Whether the inputs are on the disk or not yet floats: then `read` them block by block."""
        return self.stored.streams

    @property
    def inputs(self) -> NDArray[Any]:
        """All inputs as floats, shape (n_examples, n_inputs); all are read where the data set `streams`."""
        return self.stored.read(slice(None), self.stored.dtype) if self.streams else self.stored.array

    @property
    def labels(self) -> NDArray[np.intp]:
        """Index of each example's category, shape (n_examples,).

        Raises
        ------
        DataError
            The targets are numbers.
        """
        if self.categories is None:
            raise DataError(f"{self.name}: the targets are numbers, there are no categories")
        labels: NDArray[np.intp] = np.argmax(self.targets, axis=1)
        return labels

    def read(self, rows: ArrayLike | slice, dtype: Any) -> NDArray[Any]:
        """Return the inputs of some examples; only these are read and converted.

        Parameters
        ----------
        rows : slice or array_like of int
            Which examples.
        dtype : dtype
            The floating type of the result.

        Returns
        -------
        ndarray, shape (n_rows, n_inputs)
            A new C-contiguous array.

        Raises
        ------
        DataError
            A value in a mapped file is infinite or not a number.
        """
        return self.stored.read(rows if isinstance(rows, slice) else np.asarray(rows, dtype=np.intp), dtype)

    def take(self, rows: ArrayLike | slice) -> Dataset:
        """Return a data set of some of the examples, in the order of `rows`.

        Parameters
        ----------
        rows : slice, array_like of int or of bool
            Which examples; of a mapped file they are only noted, not copied.

        Raises
        ------
        DataError
            A row that does not exist, or none at all.
        """
        try:
            index = np.atleast_1d(
                np.arange(self.n_examples)[rows if isinstance(rows, slice) else np.asarray(rows)]
            )
        except IndexError as error:
            raise DataError(
                f"{self.name}: {error}; expected rows of the {self.n_examples} examples"
            ) from error
        if index.size == 0:
            raise DataError(f"{self.name}: no rows were chosen, expected at least one")
        return Dataset(
            stored=self.stored.take(index),
            targets=self.targets[index],
            categories=self.categories,
            weights=None if self.weights is None else self.weights[index],
            encoder=self.encoder,
            names=None if self.names is None else tuple(self.names[i] for i in index),
            name=self.name,
        )

    def draw(self, most: int, seed: int = 0) -> Dataset:
        """Return at most so many of the examples, drawn by chance; they stay in their order.

        The same seed draws the same examples, on every machine.

        Raises
        ------
        SettingError
            `most` is no whole number from 1 on, or the seed none from 0 on.

        Examples
        --------
        >>> Dataset.from_arrays([[1.0], [2.0], [3.0]], [0.0, 0.0, 0.0]).draw(2).inputs.ravel()
        array([2., 3.])
        """
        most, seed = whole_number(most, "most", low=1), whole_number(seed, "seed")
        return self.take(np.sort(_shuffled(self.n_examples, seed)[:most]))

    def split(self, held_out: float = 0.2, seed: int = 0) -> tuple[Dataset, Dataset]:
        """Divide the examples, by chance, into those to learn from and those to test with.

        Each category gives the same share. One with at least two examples appears on both sides; one
        with a single example is learned from. The order of the examples stays.

        Parameters
        ----------
        held_out : float
            Share of the examples to test with, between 0 and 1.
        seed : int
            The same seed divides the same way, on every machine.

        Returns
        -------
        tuple of Dataset
            The examples to learn from, and those held out.

        Raises
        ------
        SettingError
            The share is not between 0 and 1, or the seed is negative.
        DataError
            Too few examples to hold any out.
        """
        share = number(held_out, "held_out", above=0, below=1)
        seed = whole_number(seed, "seed")
        groups = np.zeros(self.n_examples, dtype=np.intp) if self.categories is None else self.labels
        quotas = _quotas(np.bincount(groups), share)
        if not quotas.any():
            raise DataError(
                f"{self.name}: too few examples to hold any out: {self.n_examples}, expected at least 2 "
                "(of one category, where there are categories)"
            )
        is_held_out = _drawn(groups, quotas, seed)
        return self.take(~is_held_out), self.take(is_held_out)

    def fingerprint(self) -> str:
        """Return a short text that changes when anything changes that training sees.

        Reads all inputs once: a second for each gigabyte, about.

        Returns
        -------
        str
            The first 16 hexadecimal digits of a SHA-256.
        """
        seen = hashlib.sha256()
        seen.update(json.dumps([self.n_examples, self.n_inputs, self.n_outputs, self.categories]).encode())
        block = max(1, BLOCK_VALUES // self.n_inputs)
        for first in range(0, self.n_examples, block):
            seen.update(self.read(slice(first, first + block), self.stored.dtype).tobytes())
        seen.update(self.targets.tobytes())
        if self.weights is not None:
            seen.update(self.weights.tobytes())
        return seen.hexdigest()[:16]


def _quotas(counts: NDArray[np.intp], share: float) -> NDArray[np.intp]:
    """Return how many examples of each group to hold out.

    Each group gets its share rounded down; what is then missing from the whole goes to the groups that
    lost most by rounding. At least one of a group stays on each side, where there are two.
    """
    exact = counts * share
    quotas = np.floor(exact).astype(np.intp)
    missing = round(share * int(counts.sum())) - int(quotas.sum())
    quotas[np.argsort(quotas - exact, kind="stable")[: max(missing, 0)]] += 1
    bounded: NDArray[np.intp] = np.clip(quotas, np.minimum(1, counts // 2), np.maximum(counts - 1, 0))
    return bounded


def _drawn(groups: NDArray[np.intp], quotas: NDArray[np.intp], seed: int) -> NDArray[np.bool_]:
    """Return which examples are drawn when each group gives its quota, by chance."""
    shuffled = _shuffled(len(groups), seed)
    by_group = shuffled[np.argsort(groups[shuffled], kind="stable")]
    counts = np.bincount(groups)
    rank_in_group = np.arange(len(groups)) - np.repeat(np.cumsum(counts) - counts, counts)
    drawn = np.zeros(len(groups), dtype=bool)
    drawn[by_group[rank_in_group < np.repeat(quotas, counts)]] = True
    return drawn


def _shuffled(n: int, seed: int) -> NDArray[np.intp]:
    """Return the numbers from 0 to below `n` in an order drawn by chance."""
    # NumPy promises that these raw numbers stay the same in all its versions, unlike its permutations.
    return np.argsort(np.random.PCG64(seed).random_raw(n), kind="stable")


def _check_categories(categories: tuple[str, ...], n_outputs: int, where: str) -> None:
    if len(categories) < 2:
        raise DataError(
            f"{where}: only the category {', '.join(categories)}; expected at least two to tell apart"
        )
    if len(categories) != n_outputs:
        raise DataError(f"{where}: {n_outputs} outputs and {len(categories)} categories")
    if len(set(categories)) != len(categories):
        raise DataError(f"{where}: a category is named twice among {', '.join(categories)}")


def _read_targets(
    targets: NDArray[Any], categories: tuple[str, ...] | None, where: str
) -> tuple[NDArray[np.float64], tuple[str, ...] | None]:
    """Return targets as rows of floats, and the categories if these are what they say."""
    if targets.ndim == 1 and targets.dtype.kind in "biuOSTU" and targets.size:
        labels, known = read_labels(targets, categories, where)
        return one_of_n(labels, len(known)), known
    columns = targets[:, np.newaxis] if targets.ndim == 1 else targets
    return matrix(
        columns, f"{where}: targets", axes=("n_examples", "n_outputs"), dtype=np.float64
    ), categories


def _read_weights(weights: ArrayLike, n_examples: int, where: str) -> NDArray[np.float64]:
    what = f"{where}: weights of examples"
    return vector(_as_array(weights, what), what, size=n_examples, dtype=np.float64)


def _as_array(values: ArrayLike, what: str) -> NDArray[Any]:
    """Return values as an array; a mapped one as it is."""
    try:
        return values if isinstance(values, np.ndarray) else np.asarray(values)
    except ValueError as error:
        raise ShapeError(f"{what}: rows of different lengths, expected one length") from error
