"""Draws why an answer came out: over the pixels of a picture, or as bars beside the names of inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data import Camera
from glassnet.errors import ShapeError
from glassnet.pictures.attribution_bars import bars_height, draw_bars
from glassnet.pictures.colours import INK, OUTLINE, by_share, ink_on
from glassnet.pictures.diagram import LINE, MARGIN, TEXT_SIZE, sheet, write_lines
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.pixels import draw_cells, draw_pixels, fewer_pixels
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import readable, sentences, shortened, wrapped

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from numpy.typing import NDArray

    from glassnet.data import Columns
    from glassnet.explain.attribution import Attribution

__all__ = ["attribution"]

# All in px.
WIDTH, TOP = 820.0, 92.0
SIDE = 300.0  # the longer one of a picture
SECOND, SCALE = 380.0, Box(712, TOP + 6, 18, 200)
ROOM_FOR_NUMBERS, ROOM_FOR_SIGNS = 56.0, 7.0  # of a cell

N_STEPS = 8  # of colour, to each side of 0
STRONG = 0.5  # from this share of the largest on, a cell carries its sign
N_STRONGEST = 5  # that the text alternative names


def attribution(attribution: Attribution, encoder: Camera | Columns | None = None) -> Picture:
    """Draw how much each input has to do with an answer.

    With a camera the picture stands on the left, and on the right the same pixels in the colour of what
    they have to do with the answer: vermilion speaks for it, blue against it, and the strong ones carry
    + and − too. Without a camera the inputs are listed with bars.

    Parameters
    ----------
    attribution : Attribution
        From `glassnet.explain.attribution`.
    encoder : Camera or Columns, optional
        What made the inputs: `Network.encoder`.

    Returns
    -------
    Picture

    Raises
    ------
    ShapeError
        The camera has another number of pixels than there are inputs.

    Examples
    --------
    >>> from glassnet import Network
    >>> from glassnet.explain.attribution import attribution as explained
    >>> network = Network.drawn_four_pixel()
    >>> found = explained(network.run([0.5, 0, 0.75, -0.75]))
    >>> "Why vertical?" in str(attribution(found, network.encoder))
    True
    """
    camera = encoder if isinstance(encoder, Camera) else None
    if camera is None:
        middle = bars_height(attribution.values.size)
    elif camera.n_inputs == attribution.values.size:
        middle = max(SIDE / max(camera.rows, camera.columns) * camera.rows, SCALE.height) + LINE
    else:
        raise ShapeError(
            f"attribution: of {attribution.values.size:,} inputs, the camera has {camera.n_inputs:,} pixels"
        )
    said = [line for words in _words(attribution) for line in wrapped(words, TEXT_SIZE, WIDTH - 2 * MARGIN)]
    height = TOP + middle + 30 + len(said) * LINE
    title = f"Why {attribution.category}? By {attribution.method.replace('_', ' ')}"
    root = sheet(WIDTH, height, title, _description(attribution))
    if camera is None:
        draw_bars(root, attribution, Box(MARGIN, TOP - 20, WIDTH - 2 * MARGIN, middle))
    else:
        _draw_pictures(root, attribution, camera)
    write_lines(root, said, (MARGIN, height - len(said) * LINE))
    return finished(root)


def _words(attribution: Attribution) -> list[str]:
    """Say how the values add up, and what they mean and do not mean."""
    total, whole = readable(attribution.total), readable(attribution.weighted_sum)
    adding_up = f"The weighted sum of {attribution.category} is {whole}: {total} from the inputs"
    if attribution.rest is None or attribution.error is None:
        adding_up += ", which need not be the same by this method"
    else:
        adding_up += f", {readable(attribution.rest)} from none of them"
        adding_up += f", and an error of {readable(attribution.error)}"
    return [f"{adding_up}.", f"This is {attribution.means}.", f"It is not {attribution.does_not_mean}."]


def _description(attribution: Attribution) -> str:
    order = np.argsort(-np.abs(attribution.values), kind="stable")[:N_STRONGEST].tolist()
    strongest = [f"{attribution.input_names[k]} {readable(attribution.values[k])}" for k in order]
    said = [f"the strongest: {', '.join(strongest)}", *(words.rstrip(".") for words in _words(attribution))]
    return sentences(said)


def _draw_pictures(root: ET.Element, attribution: Attribution, camera: Camera) -> None:
    """Draw the picture, and beside it the same pixels in the colours of their values."""
    shape = camera.rows, camera.columns
    picture = fewer_pixels(attribution.inputs.reshape(shape))
    values = fewer_pixels(attribution.values.reshape(shape))
    largest = float(np.max(np.abs(values), initial=0)) or 1.0
    width, height = (SIDE * n / max(shape) for n in (camera.columns, camera.rows))
    heads = add(root, "g", fill=INK, font_size=TEXT_SIZE)
    category = shortened(attribution.category, TEXT_SIZE, 100)
    for x, words in ((MARGIN, "what the network saw"), (SECOND, f"what speaks for {category}, and against")):
        add(heads, "text", words, x=x, y=TOP - 12)
    draw_pixels(root, Box(MARGIN, TOP, width, height), picture)
    box = Box(SECOND, TOP, width, height)
    cells = draw_cells(root, box, values / largest, _colour)
    _draw_outline(cells, picture)
    if width / values.shape[1] >= ROOM_FOR_NUMBERS:
        _write_numbers(root, box, values, largest)
    elif width / values.shape[1] >= ROOM_FOR_SIGNS:
        _draw_signs(cells, values / largest)
    add(
        root, "rect", x=SECOND, y=TOP, width=width, height=height, fill="none", stroke=OUTLINE, stroke_width=1
    )
    _draw_scale(root, largest)


def _colour(share: float) -> str:
    return by_share(round(share * N_STEPS) / N_STEPS)


def _draw_outline(cells: ET.Element, picture: NDArray[Any]) -> None:
    """Draw the edges between light and dark pixels, so that the picture is found again in the colours."""
    light = picture > (picture.min() + picture.max()) / 2
    edges = [
        f"M{x + 1} {coordinate(y - 0.5)}v1" for y, x in np.argwhere(light[:, 1:] != light[:, :-1]).tolist()
    ]
    edges += [f"M{x} {coordinate(y + 0.5)}h1" for y, x in np.argwhere(light[1:] != light[:-1]).tolist()]
    if edges:
        width = 1.2 * picture.shape[1] / SIDE
        add(cells, "path", d="".join(edges), stroke=INK, stroke_width=f"{width:.4f}", stroke_opacity=0.6)


def _draw_signs(cells: ET.Element, shares: NDArray[Any]) -> None:
    """Write + and − into the strong cells, for those who cannot tell the colours."""
    signs = ""
    for y, x in np.argwhere(np.abs(shares) >= STRONG).tolist():
        signs += f"M{x}.25 {y}h.5" + (f"M{x}.5 {coordinate(y - 0.25)}v.5" if shares[y, x] > 0 else "")
    if signs:
        add(cells, "path", d=signs, stroke=INK, stroke_width=0.12)


def _write_numbers(root: ET.Element, box: Box, values: NDArray[Any], largest: float) -> None:
    """Write each value into its cell."""
    cell = box.width / values.shape[1]
    group = add(root, "g", font_size=TEXT_SIZE, text_anchor="middle")
    for (row, column), value in np.ndenumerate(values):
        x, y = box.x + (column + 0.5) * cell, box.y + (row + 0.5) * cell + 4
        add(group, "text", readable(value), x=x, y=y, fill=ink_on(_colour(value / largest)))


def _draw_scale(root: ET.Element, largest: float) -> None:
    """Draw which colour is how much."""
    n = 2 * N_STEPS + 1
    shares = (np.arange(n)[::-1] - N_STEPS) / N_STEPS
    group = add(root, "g", shape_rendering="crispEdges")
    for k, share in enumerate(shares.tolist()):
        y = SCALE.y + k * SCALE.height / n
        add(group, "rect", x=SCALE.x, y=y, width=SCALE.width, height=SCALE.height / n, fill=by_share(share))
    add(
        root,
        "rect",
        x=SCALE.x,
        y=SCALE.y,
        width=SCALE.width,
        height=SCALE.height,
        fill="none",
        stroke=OUTLINE,
    )
    numbers = add(root, "g", fill=INK, font_size=TEXT_SIZE)
    for share, words in ((1, f"+ {readable(largest)}"), (0, "0"), (-1, f"− {readable(largest)}")):
        y = SCALE.y + SCALE.height * (1 - share) / 2 + 4
        add(numbers, "text", words, x=SCALE.x + SCALE.width + 6, y=y)
