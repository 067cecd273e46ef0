"""The data sets that come with glassnet: the four pixel camera's pictures, and real scanned digits."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glassnet.checks import number, whole_number
from glassnet.data.arrays import read_npz
from glassnet.data.camera import Camera
from glassnet.data.dataset import Dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["digits", "four_pixel", "four_pixel_odd"]

PATTERNS = {
    "solid": [1.0, 1.0, 1.0, 1.0],
    "vertical": [-1.0, 1.0, -1.0, 1.0],
    "diagonal": [1.0, -1.0, -1.0, 1.0],
    "horizontal": [1.0, 1.0, -1.0, -1.0],
}
"""One of the two pictures of each category: top left, top right, bottom left, bottom right. (The slides
that the camera comes from go round clockwise: bottom right before bottom left.)"""

DIGITS_FILE = Path(__file__).parent / "bundled" / "digits.npz"

DARKEST_DIGIT_VALUE = 16
"""Each value counts the inked dots among 4 x 4."""


def four_pixel(
    n: int | None = None, *, noise: float = 0.0, lowest_contrast: float = 1.0, seed: int = 0
) -> Dataset:
    """Return pictures of the four pixel camera: solid, vertical, diagonal and horizontal ones.

    Each category has two patterns, one the negative of the other.

    Parameters
    ----------
    n : int, optional
        Number of examples, which take the eight patterns in turn; without it, each pattern once: solid
        white, solid black, then the two of vertical, diagonal and horizontal.
    noise : float
        Standard deviation of the noise on each pixel [brightness, where black to white is 2].
    lowest_contrast : float
        Each picture is faded towards grey by a factor between this and 1, drawn by chance.
    seed : int
        The same seed gives the same pictures.

    Returns
    -------
    Dataset
        Inputs of shape (n_examples, 4), row by row, in [-1, 1].

    Raises
    ------
    SettingError
        A number out of its range.

    Examples
    --------
    >>> data = four_pixel()
    >>> data.categories[data.labels[2]], data.inputs[2]
    ('vertical', array([-1.,  1., -1.,  1.]))
    """
    n_examples = 8 if n is None else whole_number(n, "n", low=1)
    noise = number(noise, "noise", low=0)
    lowest_contrast = number(lowest_contrast, "lowest_contrast", above=0, high=1)
    pair = [(label, sign) for label in range(len(PATTERNS)) for sign in (1.0, -1.0)]
    patterns = np.array([sign * np.array(list(PATTERNS.values())[label]) for label, sign in pair])
    which = np.arange(n_examples) % len(patterns)
    chance = np.random.default_rng(whole_number(seed, "seed"))
    contrast = chance.uniform(lowest_contrast, 1, size=(n_examples, 1))
    pictures = patterns[which] * contrast + noise * chance.standard_normal((n_examples, 4))
    return Dataset.from_arrays(
        np.clip(pictures, -1, 1),
        which // 2,
        categories=tuple(PATTERNS),
        encoder=Camera(2, 2),
        name="four-pixel",
    )


def four_pixel_odd() -> NDArray[np.float64]:
    """Return the eight black-and-white pictures of four pixels that belong to no category.

    They have one or three white pixels.

    Returns
    -------
    ndarray, shape (8, 4)
        Inputs, row by row.
    """
    every = np.array(list(itertools.product([-1.0, 1.0], repeat=4)))
    n_white = np.sum(every > 0, axis=1)
    return np.compress(n_white % 2 == 1, every, axis=0)


def digits() -> Dataset:
    """Return 1,797 real handwritten digits of 13 people, scanned to 8 x 8 pixels.

    The test part of "Optical Recognition of Handwritten Digits". Paper is -1, ink is +1.

    Returns
    -------
    Dataset
        Inputs of shape (1797, 64), float32.

    References
    ----------
    E. Alpaydin, C. Kaynak (1998), UCI Machine Learning Repository, doi:10.24432/C50P49, CC BY 4.0; see
    LICENSE-digits.txt beside the file.
    """
    arrays = read_npz(DIGITS_FILE)
    pictures = arrays["images"].astype(np.float32) / (DARKEST_DIGIT_VALUE / 2) - 1
    return Dataset.from_arrays(pictures, arrays["labels"], name="digits")
