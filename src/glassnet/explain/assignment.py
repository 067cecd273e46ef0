"""Who goes where: the best one-to-one assignment of rows to columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["best_assignment"]


def best_assignment(gains: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return which row to give to each column, so that the gains add up to the most.

    Rows are placed one after the other. Each takes the column that costs least to free, along a chain of
    rows that move on to another one; prices for rows and columns, kept up to date, make the chain a
    shortest path. The result is exact, in about n_rows**3 operations.

    Parameters
    ----------
    gains : ndarray, shape (n_rows, n_rows)
        What it is worth to give a row to a column.

    Returns
    -------
    ndarray of int, shape (n_rows,)

    References
    ----------
    .. [1] H. Kuhn, "The Hungarian method for the assignment problem" (1955).
    .. [2] R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear
       assignment problems" (1987).

    Examples
    --------
    >>> best_assignment(np.array([[9.0, 8.0], [8.0, 1.0]]))
    array([1, 0])
    """
    n = len(gains)
    row_prices = np.zeros(n)
    column_prices = np.zeros(n + 1)
    row_of = np.full(n + 1, -1)  # the column beyond the last one is the door: each row comes in by it
    for row in range(n):
        row_of[n], column = row, n
        reached = np.zeros(n + 1, dtype=bool)
        distances = np.full(n, np.inf)
        came_from = np.full(n, n)
        while row_of[column] >= 0:  # until a column is free
            reached[column] = True
            here = row_of[column]
            steps = -gains[here] - row_prices[here] - column_prices[:n]
            nearer = ~reached[:n] & (steps < distances)
            distances[nearer], came_from[nearer] = steps[nearer], column
            column = int(np.argmin(np.where(reached[:n], np.inf, distances)))
            shortest = distances[column]
            row_prices[row_of[reached]] += shortest
            column_prices[reached] -= shortest
            distances[~reached[:n]] -= shortest
        while column != n:
            row_of[column] = row_of[came_from[column]]
            column = int(came_from[column])
    return row_of[:n]
