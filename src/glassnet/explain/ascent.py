"""The way up: the picture that a neuron answers to most, sought by walking uphill from several pictures.

For networks with too many inputs to try all pictures. Nobody can promise the highest top, only that of
the tops that were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.network import running
from glassnet.network.workspace import rows_at_once

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["Tops", "ascend"]

# Of so many random pictures for each start, the best are taken.
_DRAWN_PER_START = 16

# How far a step moves the pixel with the steepest slope [brightness]: the first one turns black into white.
# Longer ones move the others on, while that pixel stays at its end; shorter ones nobody sees.
_FIRST, _LONGEST, _SHORTEST = 2.0, 1e4, 1e-4

# Measured on trained and untrained networks: further steps raise a sum by less than a hundredth. Each is
# one forward and one backward pass of all the walks.
_MOST_STEPS = 100

# Tops whose sums differ by no more than this share are equally high; two of them are the same picture if
# no pixel differs by more than this [brightness].
_SAME_SUM, _SAME_PIXEL = 1e-3, 0.5

# A pixel that changes the sum by no more than this share does not matter: that much is rounding in float32.
_IDLE = 1e-5


@dataclass(frozen=True, eq=False)
class Tops:
    """The highest that was found.

    Attributes
    ----------
    highest : ndarray, shape (n_inputs,)
        The picture with the highest sum, just as it was found.
    pictures : ndarray, shape (n_best, n_inputs)
        It, and other pictures that are equally good; NaN where a pixel does not matter.
    n_agreeing : int
        How many starts led to one of them.
    """

    highest: NDArray[np.float64]
    pictures: NDArray[np.float64]
    n_agreeing: int


def ascend(network: Network, layer: int, neuron: int, n_starts: int, seed: int) -> Tops:
    """Walk uphill to the highest weighted sum of a neuron, among pictures from black to white.

    The walks start from mid grey and from the best of some random pictures, so that no top is lower than
    any of those. A step changes each pixel in proportion to its slope and stops at black and white [1]_.
    Each walk has a step length of its own: it doubles when the step led up; a step that did not is taken
    back, and the next one is half as long.

    Parameters
    ----------
    network : Network
        Finite in every layer up to `layer`.
    layer, neuron : int
    n_starts : int
    seed : int
        Of the random pictures.

    References
    ----------
    .. [1] The gradient projection method: D. Bertsekas, "Nonlinear programming" (1999), section 2.3.
    """
    pictures = _starts(network, layer, neuron, n_starts, seed)
    lengths = np.full(n_starts, _FIRST, dtype=network.dtype)
    sums, slopes, _ = running.sum_slopes(network, pictures, layer, neuron)
    for _ in range(_MOST_STEPS):
        if (lengths < _SHORTEST).all():
            break
        steepest = np.abs(slopes).max(axis=1)
        factors = np.divide(lengths, steepest, out=np.zeros_like(lengths), where=steepest > 0)
        tried = np.clip(pictures + factors[:, np.newaxis] * slopes, -1, 1)
        tried_sums, tried_slopes, _ = running.sum_slopes(network, tried, layer, neuron)
        up = tried_sums > sums
        pictures[up], sums[up], slopes[up] = tried[up], tried_sums[up], tried_slopes[up]
        lengths = np.where(up, np.minimum(2 * lengths, _LONGEST), lengths / 2)
    order = np.argsort(-sums, kind="stable")
    best = order[sums[order] >= sums.max() - _SAME_SUM * abs(sums.max())]
    tops = [_without_idle(network, layer, neuron, pictures[k], slopes[k]) for k in best]
    return Tops(pictures[best[0]].astype(np.float64), _each_once(tops), len(best))


def _starts(network: Network, layer: int, neuron: int, n_starts: int, seed: int) -> NDArray[Any]:
    """Mid grey, and the best of many random pictures: black and white ones, and such with greys."""
    chance = np.random.default_rng(seed)
    n_inputs = network.sizes[0]
    drawn = chance.uniform(-1, 1, (_DRAWN_PER_START * n_starts, n_inputs)).astype(network.dtype)
    drawn[::2] = np.where(drawn[::2] < 0, -1, 1)
    sums = _sums(network, layer, neuron, drawn)
    best = np.argsort(-sums, kind="stable")[: n_starts - 1]
    return np.concatenate([np.zeros((1, n_inputs), dtype=network.dtype), drawn[best]])


def _without_idle(
    network: Network, layer: int, neuron: int, picture: NDArray[Any], slopes: NDArray[Any]
) -> NDArray[Any]:
    """Return a picture with NaN for the pixels that can be black, white or as they are all the same.

    Only pixels without slope come into question, but not all of them are idle: turned all the way, one
    may wake a rectifier.
    """
    idle = np.flatnonzero(slopes == 0)
    turned = np.repeat(picture[np.newaxis], 2 * len(idle), axis=0)
    for k, pixel in enumerate(idle):
        turned[2 * k : 2 * k + 2, pixel] = -1, 1
    best = _sums(network, layer, neuron, picture[np.newaxis])[0]
    same = np.abs(_sums(network, layer, neuron, turned) - best) <= _IDLE * abs(best)
    result = picture.copy()
    result[idle[same.reshape(-1, 2).all(axis=1)]] = np.nan
    return result


def _sums(network: Network, layer: int, neuron: int, pictures: NDArray[Any]) -> NDArray[Any]:
    """The weighted sums of the neuron, shape (n_pictures,)."""
    sums = np.empty(len(pictures), dtype=network.dtype)
    block = rows_at_once(max(network.sizes))
    for first in range(0, len(pictures), block):
        trace = network.run(pictures[first : first + block])
        sums[first : first + block] = trace.weighted_sums(layer)[:, neuron]
    return sums


def _each_once(pictures: list[NDArray[Any]]) -> NDArray[np.float64]:
    """Leave out pictures that are the same as one before."""
    kept: list[NDArray[Any]] = []
    for picture in pictures:
        if not any(np.allclose(picture, one, rtol=0, atol=_SAME_PIXEL, equal_nan=True) for one in kept):
            kept.append(picture)
    return np.array(kept, dtype=np.float64)
