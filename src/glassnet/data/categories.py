"""Names of categories, in order, and one-of-n rows that say which category is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["in_order", "one_of_n", "read_labels"]

MOST_CATEGORIES = 10_000
"""More are a sign that the labels are measurements or running numbers, and would fill the memory."""


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return names sorted by number if all are whole numbers, else by letter; each once.

    Examples
    --------
    >>> in_order(["10", "9", "10"])
    ('9', '10')
    """
    unique = set(names)
    try:
        return tuple(sorted(unique, key=lambda name: (int(name), name)))
    except ValueError:
        return tuple(sorted(unique))


def one_of_n(labels: NDArray[np.integer[Any]], n: int) -> NDArray[np.float64]:
    """Return a row for each label, with a 1 in the column of the label and 0 elsewhere.

    Parameters
    ----------
    labels : ndarray of int, shape (n_examples,)
        Index of each example's category.
    n : int
        Number of categories.

    Returns
    -------
    ndarray, shape (n_examples, n)

    Examples
    --------
    >>> one_of_n(np.array([1, 0]), 3)
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    rows = np.zeros((len(labels), n))
    rows[np.arange(len(labels)), labels] = 1
    return rows


def read_labels(
    labels: NDArray[Any], categories: tuple[str, ...] | None, where: str
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the category index of each example, and the categories' names.

    Parameters
    ----------
    labels : ndarray of text, int or bool, shape (n_examples,)
        What each example is. Whole numbers are names of categories; where `categories` are given, they
        count these from 0.
    categories : tuple of str, optional
        All categories in the order of the outputs; without it, those that occur, in order.
    where : str
        The data set, for messages.

    Raises
    ------
    DataError
        Too many categories, or a label that is none of the given categories.
    """
    if labels.dtype.kind in "OST":
        labels = np.array([_text(label, where) for label in labels.tolist()], dtype=str)
    if categories is not None and labels.dtype.kind in "iu":
        if labels.min() < 0 or labels.max() >= len(categories):
            bad = labels.min() if labels.min() < 0 else labels.max()
            raise DataError(
                f"{where}: label {bad}, expected one of the {len(categories)} categories, counted from 0"
            )
        return labels.astype(np.intp), categories
    values, places = np.unique(labels, return_inverse=True)
    if len(values) > MOST_CATEGORIES:
        raise DataError(
            f"{where}: {len(values):,} different categories among {len(labels):,} examples, expected at most "
            f"{MOST_CATEGORIES:,}; to learn numbers, hand them in as floats"
        )
    names = [str(value) for value in values.tolist()]
    ordered = in_order(names) if categories is None else categories
    index = {name: i for i, name in enumerate(ordered)}
    for name in names:
        if name not in index:
            raise DataError(
                f"{where}: unknown category {name!r}, {nearest(name, ordered)}"
                f"expected one of {', '.join(ordered)}"
            )
    indices = np.array([index[name] for name in names], dtype=np.intp)
    return indices[places], ordered


def _text(label: object, where: str) -> str:
    if isinstance(label, bytes):
        return label.decode("utf-8", errors="replace")
    if not isinstance(label, str):
        raise DataError(
            f"{where}: a label of type {type(label).__name__}, expected all to be text or whole numbers"
        )
    return label
