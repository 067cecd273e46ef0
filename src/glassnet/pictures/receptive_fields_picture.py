"""Draws what the neurons of a layer look for, a little picture for each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.data import Camera
from glassnet.pictures.colours import GROUND, TEXT
from glassnet.pictures.diagram import LINE, MARGIN, TEXT_SIZE, sheet, write_lines
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.pixels import draw_pixels
from glassnet.pictures.receptive_fields_contents import choose_fields
from glassnet.pictures.svg import Picture, add, finished
from glassnet.pictures.text import sentences, shortened

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Sequence

    from glassnet.network import Network
    from glassnet.pictures.receptive_fields_contents import Fields, Tile

__all__ = ["receptive_fields"]

# All in px.
SIDE = 84.0  # of a little picture
GAP, BETWEEN = 28.0, 8.0  # from tile to tile; between the two pictures of one
CAPTION = 2 * LINE + 16
TOP, LEAST_WIDTH = 68.0, 760.0  # so wide that no line of words needs a second
MOST_COLUMNS = 8


@dataclass(frozen=True)
class _Grid:
    """Where the tiles stand.

    Attributes
    ----------
    columns : int
    picture : tuple of float
        Width and height of a little picture.
    tile : tuple of float
        Width and height of a tile, with its caption and the gap behind it.
    """

    columns: int
    picture: tuple[float, float]
    tile: tuple[float, float]

    def boxes(self, k: int, n_pictures: int) -> list[Box]:
        """Return a box for each picture of a tile."""
        width, height = self.picture
        left, top = MARGIN + k % self.columns * self.tile[0], TOP + k // self.columns * self.tile[1]
        return [Box(left + j * (width + BETWEEN), top, width, height) for j in range(n_pictures)]


def receptive_fields(network: Network, layer: int, neurons: Sequence[int] | None = None) -> Picture:
    """Draw what the neurons of a layer look for.

    With few inputs: the picture that each neuron answers to most, with dots for pixels that do not
    matter; two pictures where both are best. In the first layer with many inputs: its weights as a
    picture. Deeper with many inputs: the picture that an ascent found, which takes up to a second a neuron.

    Parameters
    ----------
    network : Network
    layer : int
        From 1.
    neurons : sequence of int, optional
        From 0. Without it up to 40 of them, those with the largest weights; fewer for large pictures.

    Returns
    -------
    Picture

    Raises
    ------
    SettingError
        There is no such layer or neuron.
    ShapeError
        The network holds values that are not finite.

    Examples
    --------
    >>> from glassnet import Network
    >>> picture = receptive_fields(Network.drawn_four_pixel(), layer=2)
    >>> str(picture).count(">answers 0.959<")
    4
    """
    fields = choose_fields(network, layer, neurons)
    grid = _lay_out(fields.tiles)
    n_rows = math.ceil(len(fields.tiles) / grid.columns)
    title = f"What the neurons of layer {layer} look for"
    said = _words(network, layer, fields)
    described = [
        *(f"{tile.name}: {tile.note}" for tile in fields.tiles),
        *(line.rstrip(".") for line in said),
    ]
    width = max(2 * MARGIN + grid.columns * grid.tile[0] - GAP, LEAST_WIDTH)
    height = TOP + n_rows * grid.tile[1] + 8 + len(said) * LINE + 12
    root = sheet(width, height, title, sentences(described), ground=GROUND, ink=TEXT)
    for k, tile in enumerate(fields.tiles):
        _draw_tile(root, tile, grid.boxes(k, len(tile.pictures)), grid.tile[0] - 8)
    write_lines(root, said, (MARGIN, height - len(said) * LINE - 6), TEXT)
    return finished(root)


def _lay_out(tiles: Sequence[Tile]) -> _Grid:
    """Return a grid that is rather wide than high, with room for the tile with the most pictures."""
    most = max((len(tile.pictures) for tile in tiles), default=1)
    rows, columns = tiles[0].pictures[0].shape if tiles else (1, 1)
    cell = SIDE / max(rows, columns)
    picture = cell * columns, cell * rows
    across = max(SIDE, most * (picture[0] + BETWEEN) - BETWEEN) + GAP
    fitting = min(MOST_COLUMNS, int((MOST_COLUMNS * (SIDE + GAP)) // across))
    columns_needed = math.ceil(math.sqrt(2 * len(tiles)))
    return _Grid(min(max(4, columns_needed), fitting), picture, (across, picture[1] + CAPTION))


def _words(network: Network, layer: int, fields: Fields) -> list[str]:
    said = list(fields.meaning)
    if len(fields.tiles) < fields.n_neurons:
        said.append(f"Shown are {len(fields.tiles):,} of the {fields.n_neurons:,} neurons of layer {layer}.")
    if not isinstance(network.encoder, Camera):
        said.append("The inputs stand side by side, the first on the left.")
    return said


def _draw_tile(root: ET.Element, tile: Tile, boxes: list[Box], room: float) -> None:
    group = add(root, "g", fill=TEXT, font_size=TEXT_SIZE)
    add(group, "title", f"{tile.name}: {tile.note}")
    for box, picture in zip(boxes, tile.pictures, strict=True):
        draw_pixels(group, box, picture)
    x, y = boxes[0].x, boxes[0].y + boxes[0].height + LINE
    add(group, "text", shortened(tile.name, TEXT_SIZE, room), x=x, y=y, font_weight="bold")
    add(group, "text", shortened(tile.note, TEXT_SIZE, room), x=x, y=y + LINE - 2)
