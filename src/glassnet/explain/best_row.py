"""Receptive fields in tables: the row that a neuron answers to most.

A column of text is one value and no other: its inputs are a single 1 among 0s, and no row holds two values
at once or none, as a picture could. A number goes from the smallest learned from, -1, to the largest, +1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data import NumberColumn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.data import Columns
    from glassnet.network import Network

__all__ = ["Rows"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Every row that has the smallest or largest number, or one of the texts, in each column.

    Attributes
    ----------
    choices : tuple of ndarray, shape (n_choices, n_inputs_of_the_column)
        What each column may become.
    """

    choices: tuple[NDArray[np.float64], ...]

    @classmethod
    def of(cls, columns: Columns) -> Rows:
        """Return the rows that some columns may have."""
        return cls(
            tuple(
                np.array([[1.0], [-1.0]]) if isinstance(column, NumberColumn) else np.eye(column.width)
                for column in columns.columns
            )
        )

    def every(self) -> NDArray[np.float64]:
        """Return all of them, shape (n_rows, n_inputs)."""
        return self._rows(np.indices(self._shape).reshape(len(self.choices), -1).T)

    def highest_sum(self, weights: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the row of the highest weighted sum of `weights`, shape (n_inputs,).

        Returns
        -------
        row, summed_up : ndarray, shape (n_inputs,)
            The row; and the same with NaN where a column does not matter.
        """
        row: list[NDArray[np.float64]] = []
        summed_up: list[NDArray[np.float64]] = []
        first = 0
        for choices in self.choices:
            terms = choices @ weights[first : first + choices.shape[1]]
            first += choices.shape[1]
            row.append(choices[np.argmax(terms)])
            idle = bool((terms == terms[0]).all())
            summed_up.append(np.full_like(row[-1], np.nan) if idle else row[-1])
        return np.concatenate(row), np.concatenate(summed_up)

    def summed_up(self, best: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the best rows with NaN for the columns that do not matter, each row once.

        A column does not matter when changing it in any best row gives a best row again.

        Parameters
        ----------
        best : ndarray of bool, shape (n_rows,)
            Which rows of `every` are.
        """
        grid = best.reshape(self._shape)
        idle = [np.array_equal(grid.any(axis=k), grid.all(axis=k)) for k in range(grid.ndim)]
        chosen = np.argwhere(grid)
        # One stands for those that differ in idle columns.
        chosen = chosen[(chosen[:, idle] == 0).all(axis=1)]
        idle_inputs = np.repeat(idle, [choices.shape[1] for choices in self.choices])
        return np.where(idle_inputs, np.nan, self._rows(chosen))

    def climb(
        self, network: Network, layer: int, neuron: int, n_starts: int, seed: int
    ) -> tuple[NDArray[np.float64], int]:
        """Look for the highest weighted sum from several rows, changing one column at a time for the better.

        Returns
        -------
        row : ndarray, shape (n_inputs,)
        n_agreeing : int
            How many starts led to it.
        """
        chance = np.random.default_rng(seed)
        ends = [
            self._climbed(network, layer, neuron, np.array([chance.integers(n) for n in self._shape]))
            for _ in range(n_starts)
        ]
        top, _ = max(ends, key=lambda end: end[1])
        row = self._rows(top[np.newaxis])[0]
        return row, sum(np.array_equal(top, place) for place, _ in ends)

    def _climbed(
        self, network: Network, layer: int, neuron: int, place: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], float]:
        """Return the choices at the top above a place, and the sum there."""
        highest = -np.inf
        while True:
            places = np.concatenate(
                [
                    np.where(np.arange(len(place)) == k, np.arange(n)[:, np.newaxis], place)
                    for k, n in enumerate(self._shape)
                ]
            )
            sums = network.run(self._rows(places)).weighted_sums(layer)[:, neuron]
            best = int(np.argmax(sums))
            if not sums[best] > highest:
                return place, highest
            place, highest = places[best], float(sums[best])

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.choices))

    def _rows(self, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """The rows that make these choices, shape (n_rows, n_inputs)."""
        return np.hstack([choices[places[:, k]] for k, choices in enumerate(self.choices)])
