"""The bands of a loss surface, and the cells that show them: numbers only, nothing is drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.pictures.curve_geometry import drawable, linear_axis, loss_axis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.pictures.curve_geometry import Axis

__all__ = ["Bands", "bands_of", "cells"]


@dataclass(frozen=True, eq=False)
class Bands:
    """Equal steps of the loss (or of its logarithm), each drawn in one colour.

    Attributes
    ----------
    axis : Axis
        Of the losses, from the lower end of the lowest band to the upper end of the highest.
    edges : ndarray, shape (n_bands + 1,)
        Where on the axis a band ends and the next begins, from 0 to 1.
    """

    axis: Axis
    edges: NDArray[np.float64]

    @property
    def n_bands(self) -> int:
        """How many there are."""
        return len(self.edges) - 1

    def heights(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the middle of the band that each share of the axis lies in, from 0 to 1; NaN stays."""
        numbers = np.clip(np.searchsorted(self.edges, shares, side="right") - 1, 0, self.n_bands - 1)
        middles = (np.arange(self.n_bands) / max(self.n_bands - 1, 1))[numbers]
        return np.where(np.isnan(shares), np.nan, middles)


def bands_of(losses: NDArray[Any]) -> Bands:
    """Return bands for losses, of which at least one can be drawn: two from each tick to the next."""
    found = [loss for loss in losses.ravel().tolist() if drawable(loss)]
    axis, low, high = loss_axis(found), min(found), max(found)
    if not axis.logarithmic and low < high:
        axis = linear_axis(low, high)  # as narrow as the losses, which need no 0 to be compared with
    ticks = [axis.share(tick) for tick in axis.ticks]
    if ticks[-1] < 1:  # a logarithmic axis may end between two ticks
        ticks.append(1.0)
    halves = [share for low, high in pairwise(ticks) for share in (low, (low + high) / 2)]
    return Bands(axis, np.array([*halves, ticks[-1]]))


def cells(losses: NDArray[Any], bands: Bands, n_cells: int) -> NDArray[np.float64]:
    """Return how high the middle of each small cell lies, its first row on top.

    Between the points of the surface the heights are drawn straight, first along one side and then along
    the other.

    Parameters
    ----------
    losses : ndarray, shape (n_points, n_points)
        A row for each value of the first weight, which goes across; the second goes up.
    bands : Bands
    n_cells : int
        To each side.

    Returns
    -------
    ndarray, shape (n_cells, n_cells)
        From 0, the lowest band, to 1, the highest; NaN where a loss nearby cannot be drawn.
    """
    share = bands.axis.share
    shares = [[share(loss) if drawable(loss) else math.nan for loss in row] for row in losses.tolist()]
    fine = _between(_between(np.array(shares), n_cells).T, n_cells)  # second weight first, from below
    return bands.heights(fine[::-1])


def _between(rows: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return `n` rows, evenly spread over the given ones, each between its two neighbours."""
    places = (np.arange(n) + 0.5) / n * (len(rows) - 1)
    before = np.minimum(places.astype(int), len(rows) - 2)
    share = (places - before)[:, np.newaxis]
    fine: NDArray[np.float64] = (1 - share) * rows[before] + share * rows[before + 1]
    return fine
