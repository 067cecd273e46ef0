"""The curve of a squash, as the engine computes it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from glassnet.network import Network

__all__ = ["squash_curve"]

_REACH = 3.0  # weighted sums from -3 to 3: there every squash shows its shape
_N_POINTS = 25


@lru_cache(maxsize=64)
def squash_curve(
    activation: str, low: float = -_REACH, high: float = _REACH, n_points: int = _N_POINTS
) -> tuple[tuple[float, float], ...]:
    """Return (weighted sum, output) along the curve of an activation; empty for softmax.

    A softmax output hangs on all weighted sums of its layer: there is no curve to draw.

    Parameters
    ----------
    activation : str
    low, high : float
        From which weighted sum to which.
    n_points : int
        Evenly spread; 0 is a point too, for the kinks that are there.

    Examples
    --------
    >>> squash_curve("relu")[0], squash_curve("relu")[-1]
    ((-3.0, 0.0), (3.0, 3.0))
    """
    neuron = Network([1, 1], [activation], biases=False)
    if neuron.activations[0].row.last_only:
        return ()
    neuron.weights(1)[:] = 1
    sums = np.linspace(low, high, n_points)
    if low < 0 < high:
        sums = np.union1d(sums, [0.0])
    outputs = neuron.predict(sums[:, np.newaxis])[:, 0]
    return tuple(zip(sums.tolist(), outputs.tolist(), strict=True))
