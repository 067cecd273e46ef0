"""Where everything in the picture of a network stands: numbers only, nothing is drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.pictures.network_contents import Contents
    from glassnet.pictures.svg import Point

__all__ = ["Box", "Geometry", "lay_out", "side_by_side"]

# All in px.
MARGIN = 32.0
HEAD = 118.0  # room above the neurons: title, the names of the layers, their squash curves
LEGEND_LINE = 24.0
COLUMN_GAP, GAP_PER_HEIGHT = 150.0, 0.28  # from the middle of one column to that of the next; more if high
SMALL_PICTURE, LARGE_PICTURE = 112.0, 252.0  # longer side of the input picture
PITCH, RADIUS = 78.0, 27.0  # from neuron to neuron in the fullest column; of a neuron
LEAST_ROWS = 3  # even a network of single neurons is so high
LEAST_WIDTH = 620.0  # for the legend


@dataclass(frozen=True)
class Box:
    """A rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Geometry:
    """Where everything stands.

    Attributes
    ----------
    width, height : float
        Of the whole picture.
    picture : Box or None
        The input picture; None where the inputs are no picture.
    column_x : tuple of float
        The middle of each column, from layer 0 on.
    neurons : dict
        From (layer, neuron) to the centre of the circle.
    biases : dict
        From the layer that a bias neuron feeds to the centre of its circle.
    below_y, legend_y, labels_x : float
        The line that says how many neurons are left out; the first line of the legend; where the names
        of the outputs begin.
    """

    width: float
    height: float
    picture: Box | None
    shape: tuple[int, int] | None
    column_x: tuple[float, ...]
    neurons: dict[tuple[int, int], Point]
    biases: dict[int, Point]
    below_y: float
    legend_y: float
    labels_x: float

    def source(self, layer: int, neuron: int | None) -> Point:
        """Return where the wires of a neuron begin; a pixel without a neuron of its own is its source itself.

        Parameters
        ----------
        layer : int
            The layer that the wire leads into.
        neuron : int or None
            Of the layer before; None for the bias neuron.
        """
        if neuron is None:
            return self.biases[layer]
        if (layer - 1, neuron) in self.neurons:
            return self.neurons[layer - 1, neuron]
        if self.picture is None or self.shape is None:
            raise KeyError((layer - 1, neuron))
        row, column = divmod(neuron, self.shape[1])
        cell = self.picture.width / self.shape[1]
        return self.picture.x + (column + 0.5) * cell, self.picture.y + (row + 0.5) * cell


def lay_out(contents: Contents, *, names_before: float, names_behind: float, n_legend_lines: int) -> Geometry:
    """Lay out the picture of a network.

    Parameters
    ----------
    contents : Contents
        What is shown.
    names_before, names_behind : float
        Room for the names of the inputs and of the outputs.
    n_legend_lines : int

    Returns
    -------
    Geometry
    """
    most = max(len(column.neurons) for column in contents.columns)
    body = max(most, LEAST_ROWS) * PITCH
    if contents.picture_only:
        body = max(body, LARGE_PICTURE)
    picture, column_x = _columns(contents, body, MARGIN + names_before)
    biases = {
        wires.layer: (column_x[wires.layer - 1], HEAD + body + PITCH / 2)
        for wires in contents.wires
        if wires.has_bias
    }
    below_y = HEAD + body + (PITCH if biases else 0) + 24
    legend_y = below_y + 44
    labels_x = column_x[-1] + RADIUS + 16
    return Geometry(
        width=max(labels_x + names_behind + MARGIN, LEAST_WIDTH),
        height=legend_y + (n_legend_lines - 1) * LEGEND_LINE + MARGIN,
        picture=picture,
        shape=contents.shape,
        column_x=column_x,
        neurons=_circles(contents, column_x, body),
        biases=biases,
        below_y=below_y,
        legend_y=legend_y,
        labels_x=labels_x,
    )


def _columns(contents: Contents, body: float, left: float) -> tuple[Box | None, tuple[float, ...]]:
    """Place the input picture and the columns, from left to right."""
    gap = max(COLUMN_GAP, GAP_PER_HEIGHT * body)
    n_columns = len(contents.columns)
    if contents.shape is None:
        return None, tuple(left + RADIUS + k * gap for k in range(n_columns))
    rows, columns = contents.shape
    cell = (LARGE_PICTURE if contents.picture_only else SMALL_PICTURE) / max(rows, columns)
    width, height = cell * columns, cell * rows
    picture = Box(left, HEAD + (body - height) / 2, width, height)
    if contents.picture_only:
        return picture, (picture.middle[0], *(left + width + k * gap for k in range(1, n_columns)))
    return picture, tuple(left + width + 0.4 * gap + RADIUS + k * gap for k in range(n_columns))


def _circles(contents: Contents, column_x: tuple[float, ...], body: float) -> dict[tuple[int, int], Point]:
    """Spread the neurons of each column over the whole height, each in the middle of its share."""
    return {
        (column.layer, neuron): (x, HEAD + (slot + 0.5) * body / len(column.neurons))
        for column, x in zip(contents.columns, column_x, strict=True)
        for slot, neuron in enumerate(column.neurons)
    }


def side_by_side(pictures: Sequence[NDArray[Any]], middle: Point, radius: float) -> list[Box]:
    """Return a box for each of one or two little pictures, so that they fit into a circle.

    Parameters
    ----------
    pictures : sequence of ndarray, shape (rows, columns)
        All of one shape.
    middle : Point
        Of the circle.
    radius : float
    """
    if not pictures:
        return []
    n = len(pictures)
    rows, columns = pictures[0].shape
    gap = 0.2 * columns
    across = n * columns + (n - 1) * gap
    cell = 0.85 * 2 * radius / math.hypot(across, rows)
    left, top = middle[0] - cell * across / 2, middle[1] - cell * rows / 2
    return [Box(left + k * cell * (columns + gap), top, cell * columns, cell * rows) for k in range(n)]
