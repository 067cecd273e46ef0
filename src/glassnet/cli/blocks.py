"""Pictures as text: each pixel two characters wide, from black to white in five shades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["bar", "framed", "side_by_side"]

SHADES = " ░▒▓█"


def framed(picture: NDArray[Any]) -> list[str]:
    """Return the lines of a picture with a frame around it.

    Parameters
    ----------
    picture : ndarray, shape (rows, columns)
        Brightness from -1 (black) to +1 (white).

    Examples
    --------
    >>> framed(np.array([[1.0, -1.0], [0.0, 1.0]]))
    ['┌────┐', '│██  │', '│▒▒██│', '└────┘']
    """
    shades = np.rint((np.clip(picture, -1, 1) + 1) / 2 * (len(SHADES) - 1)).astype(int)
    line = "─" * (2 * picture.shape[1])
    rows = ["│" + "".join(2 * SHADES[shade] for shade in row) + "│" for row in shades]
    return [f"┌{line}┐", *rows, f"└{line}┘"]


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
