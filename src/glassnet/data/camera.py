"""The camera: turns any picture into a few brightness values, one for each of its pixels."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import record, whole_number
from glassnet.data.grey import PictureSource, brightness, grey_picture
from glassnet.errors import DataError, SettingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Camera"]

MOST_PIXELS_A_SIDE = 4096
"""A fully connected network on more inputs would not fit into any memory."""

STRIP_HEIGHT = 256
"""Rows of a picture that are turned into float64 at a time; a whole photograph would take 1 GB."""


@dataclass(frozen=True)
class Camera:
    """A camera with few pixels: each sees the mean brightness of its part of the picture.

    Parameters
    ----------
    rows, columns : int
        Number of pixels from top to bottom, and from left to right.
    negative : bool
        Swap black and white: for dark ink on white paper, when a network has learned white on black.

    Raises
    ------
    SettingError
        Not a whole number of pixels from 1 to 4096.

    Examples
    --------
    >>> Camera(2, 2).picture(np.array([[0, 255], [51, 204]], dtype=np.uint8))
    array([-1. ,  1. , -0.6,  0.6])
    """

    rows: int
    columns: int
    negative: bool = False

    def __post_init__(self) -> None:
        for name in ("rows", "columns"):
            n_pixels = whole_number(getattr(self, name), f"camera {name}", low=1, high=MOST_PIXELS_A_SIDE)
            object.__setattr__(self, name, n_pixels)
        if not isinstance(self.negative, bool):
            raise SettingError(f"camera negative: got {self.negative!r}, expected True or False")

    @property
    def n_inputs(self) -> int:
        """Number of pixels, each an input of the network."""
        return self.rows * self.columns

    def picture(self, source: PictureSource) -> NDArray[np.float64]:
        """Look at a whole picture, and return what each pixel sees.

        A pixel sees the exact mean over its area of the picture; a part of the picture that lies under
        two pixels counts for each by the share that it covers. A picture with fewer pixels than the
        camera is enlarged by the same rule.

        Parameters
        ----------
        source : path, bytes, binary file, PIL.Image.Image or array_like
            PNG, JPEG, BMP, GIF (its first picture) or WebP, of any colours and size. An array is
            (height, width) or (height, width, channels): unsigned integers of 8 or 16 bits from 0 (black)
            to their largest (white), or floats from -1 (black) to +1 (white).

        Returns
        -------
        ndarray, shape (n_inputs,)
            Brightness from -1 (black) to +1 (white), row by row from the top left.

        Raises
        ------
        PictureError
            Not a picture, broken, cut short, empty, or too large.
        PathError
            The file is missing or cannot be opened.
        """
        grey = grey_picture(source)
        return self.inputs(area_means(grey, self.rows, self.columns).ravel(), grey.dtype)

    def inputs(
        self, grey: NDArray[Any], stored_as: np.dtype[Any], dtype: Any = np.float64
    ) -> NDArray[np.float64]:
        """Turn the grey values that the pixels see into inputs.

        Parameters
        ----------
        grey : ndarray
            Grey values of the camera's pixels, any number of pictures.
        stored_as : dtype
            Unsigned integers go from black to white over their full range; floats are brightness already.
        dtype : dtype
            The floating type of the result.

        Returns
        -------
        ndarray, the shape of `grey`
            Brightness in [-1, 1], a new array.
        """
        values = brightness(grey, stored_as, dtype)
        return np.negative(values, out=values) if self.negative else values

    def to_json(self) -> dict[str, Any]:
        """Return the camera as plain values for a JSON file.

        Examples
        --------
        >>> Camera(2, 2).to_json()
        {'kind': 'camera', 'rows': 2, 'columns': 2, 'negative': False}
        """
        return {"kind": "camera", **asdict(self)}

    @classmethod
    def from_json(cls, values: object) -> Camera:
        """Return the camera that `to_json` wrote.

        Raises
        ------
        DataError
            A value is missing, unknown, or none that a camera may have.
        """
        fields = record(values, "camera", {"kind": str, "rows": int, "columns": int, "negative": bool})
        if fields.pop("kind") != "camera":
            raise DataError("camera: of another kind, expected 'camera'")
        try:
            return cls(**fields)
        except SettingError as error:
            raise DataError(str(error)) from error


def area_means(grey: NDArray[Any], rows: int, columns: int) -> NDArray[np.float64]:
    """Return the mean grey value under each pixel of a grid that covers the picture.

    ``coverage(rows, height) @ grey @ coverage(columns, width).T / (height * width)``. For integers every
    sum is a whole number below 2^53, so that only the division rounds.

    Parameters
    ----------
    grey : ndarray, shape (height, width)
        The picture.
    rows, columns : int
        The grid.

    Returns
    -------
    ndarray, shape (rows, columns)
    """
    height, width = grey.shape
    down, across = coverage(rows, height), coverage(columns, width)
    sums: NDArray[np.float64] = np.zeros((rows, columns))
    for top in range(0, height, STRIP_HEIGHT):
        strip = slice(top, top + STRIP_HEIGHT)
        sums += down[:, strip] @ (grey[strip].astype(np.float64) @ across.T)
    sums /= height * width
    return sums


def coverage(n_pixels: int, length: int) -> NDArray[np.float64]:
    """Return how much of each camera pixel each picture pixel covers, along one side.

    The side is cut into `n_pixels` x `length` equal bits: a camera pixel is `length` of them wide, a
    picture pixel `n_pixels` of them. The overlap of the two, counted in bits, is a whole number.

    Parameters
    ----------
    n_pixels, length : int
        Number of pixels of the camera and of the picture along this side.

    Returns
    -------
    ndarray, shape (n_pixels, length)
        Overlaps [bits]; each row sums to `length`.

    Examples
    --------
    Three picture pixels under two camera pixels share the one in the middle:

    >>> coverage(2, 3)
    array([[2., 1., 0.],
           [0., 1., 2.]])
    """
    camera_edges = np.arange(n_pixels + 1)[:, np.newaxis] * length
    picture_edges = np.arange(length + 1)[np.newaxis, :] * n_pixels
    left = np.maximum(camera_edges[:-1], picture_edges[:, :-1])
    right = np.minimum(camera_edges[1:], picture_edges[:, 1:])
    overlaps: NDArray[np.float64] = np.maximum(right - left, 0).astype(np.float64)
    return overlaps
