"""Pictures as text: each pixel two characters wide, from black to white in five shades."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data import Camera

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["bar", "fitted", "framed", "side_by_side"]

SHADES = " ░▒▓█"
ANYTHING = "··"
"""A pixel that does not matter."""


def framed(picture: NDArray[Any]) -> list[str]:
    """Return the lines of a picture with a frame around it.

    Parameters
    ----------
    picture : ndarray, shape (rows, columns)
        Brightness from -1 (black) to +1 (white); NaN for a pixel that does not matter.

    Examples
    --------
    >>> framed(np.array([[1.0, -1.0], [0.0, np.nan]]))
    ['┌────┐', '│██  │', '│▒▒··│', '└────┘']
    """
    line = "─" * (2 * picture.shape[1])
    rows = ["│" + "".join(map(_block, row)) + "│" for row in picture.tolist()]
    return [f"┌{line}┐", *rows, f"└{line}┘"]


def fitted(picture: NDArray[Any], width: int) -> NDArray[Any]:
    """Return a picture as it looks with fewer pixels, where its blocks would be wider than `width`.

    Examples
    --------
    >>> fitted(np.ones((8, 8)), 10).shape, fitted(np.ones((8, 8)), 80).shape
    ((4, 4), (8, 8))
    """
    rows, columns = picture.shape
    most = max(1, (width - 2) // 2)
    if columns <= most:
        return picture
    smaller = Camera(max(1, round(rows * most / columns)), most)
    return smaller.picture(np.nan_to_num(np.clip(picture, -1, 1))).reshape(smaller.rows, smaller.columns)


def side_by_side(columns: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return the lines of several blocks of text, each column `width` characters wide.

    Examples
    --------
    >>> side_by_side([["a", "b"], ["c", "d"]], 3)
    ['a  c', 'b  d']
    """
    return ["".join(f"{cell:{width}}" for cell in cells).rstrip() for cells in zip(*columns, strict=True)]


def bar(share: float, width: int = 30) -> str:
    """Return a bar that is as long as a share of `width`.

    Examples
    --------
    >>> bar(0.5, 8)
    '████'
    """
    return "█" * round(min(max(share, 0.0), 1.0) * width)


def _block(brightness: float) -> str:
    if math.isnan(brightness):
        return ANYTHING
    share = (min(max(brightness, -1.0), 1.0) + 1) / 2
    return 2 * SHADES[round(share * (len(SHADES) - 1))]
