"""Where everything in the picture of chains of factors stands: numbers only, nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.pictures.curve_geometry import drawable
from glassnet.pictures.diagram import LINE, MARGIN
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.text import text_width, typeset, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glassnet.explain.chain import ChainSum, PrintedChains

__all__ = ["ChainGeometry", "Station", "lay_out_chains"]

# All in px.
TEXT_SIZE, NAME_SIZE = 13.0, 12.0
HEAD, NAME_LINE, PITCH = 74.0, 14.0, 62.0
LABEL, CELL, LOSS_CELL = 84.0, 68.0, 152.0  # room for "example 12"; width of a factor; of the last one
GAP, BARS = 24.0, 140.0

_PLAIN = frozenset({"input", "bias", "sum", "weight"})
_SHARE = "share in the mean"


@dataclass(frozen=True)
class Station:
    """A place on the way from a weight to the loss: one factor of every path.

    Attributes
    ----------
    kind : {"input", "bias", "sum", "weight", "squash", "loss", "share"}
    lines : tuple of str
        Its name, in lines that are narrow enough.
    layer : int or None
        Whose sum or squash it is.
    neuron : int or None
        Which of a path's neurons stands here.
    left, width : float
    """

    kind: str
    lines: tuple[str, ...]
    layer: int | None
    neuron: int | None
    left: float
    width: float

    @property
    def x(self) -> float:
        """Its middle."""
        return self.left + self.width / 2


@dataclass(frozen=True)
class ChainGeometry:
    """Where everything stands.

    Attributes
    ----------
    width, height : float
        Of the whole picture.
    stations : tuple of Station
        From the weight to the loss; the same for every path.
    names_y : float
        The last line of the names of the stations.
    rows : tuple of float
        The middle of each line's marks: the paths, the further ones if there are any, the slope.
    product_x : float
        Where the products end.
    bars : Box
        The diagram of the products.
    notes_y : float
        The first line below.
    largest_weight, largest_product : float
        The sizes that the widest wire and the longest bar stand for.
    """

    width: float
    height: float
    stations: tuple[Station, ...]
    names_y: float
    rows: tuple[float, ...]
    product_x: float
    bars: Box
    notes_y: float
    largest_weight: float
    largest_product: float

    def bar(self, product: float) -> float:
        """Return how long the bar of a product is, negative to the left."""
        return self.bars.width / 2 * product / self.largest_product if self.largest_product else 0.0


def lay_out_chains(chains: ChainSum, printed: PrintedChains, words: float) -> ChainGeometry:
    """Lay out the picture of the paths that are printed; it has room for words so wide above and below."""
    paths = [line.path for line in printed.lines if line.path is not None]
    names = [factor.name for factor in paths[0].factors] if paths else []
    left = MARGIN + (LABEL if chains.example is None else 0)
    stations = _stations(names, chains.layer, left)
    names_y = HEAD + 22 + NAME_LINE * max((len(station.lines) for station in stations), default=1)
    end = stations[-1].left + stations[-1].width if stations else left + LABEL
    products = [typeset(text) for text in (*(line.product for line in printed.lines), printed.slope)]
    product_x = end + GAP + max(text_width(text, TEXT_SIZE) for text in products)
    top, n_rows = names_y + 14, len(printed.lines) + 1
    bars = Box(product_x + GAP / 2, top, BARS, n_rows * PITCH)
    notes_y = top + n_rows * PITCH + 24
    factors = [factor for path in paths for factor in path.factors]
    return ChainGeometry(
        width=max(bars.x + BARS, MARGIN + words) + MARGIN,
        height=notes_y + 2 * LINE + 28,
        stations=stations,
        names_y=names_y,
        rows=tuple(top + k * PITCH + 22 for k in range(n_rows)),
        product_x=product_x,
        bars=bars,
        notes_y=notes_y,
        largest_weight=_largest(factor.value for factor in factors if factor.name == "weight"),
        largest_product=_largest([chains.slope, *(line.amount for line in printed.lines)]),
    )


def _stations(names: Sequence[str], layer: int, left: float) -> tuple[Station, ...]:
    """Place the factors of a path; each sum is that of the next layer."""
    stations = []
    neuron = -1 if layer > 0 else 0  # of an input, the path's first neuron has no sum
    for k, name in enumerate(names):
        kind = _kind(names, k)
        neuron += kind == "sum"
        width = LOSS_CELL if kind == "loss" else CELL
        own = kind in ("sum", "squash")
        stations.append(
            Station(
                kind=kind,
                lines=tuple(wrapped(name, NAME_SIZE, width - 4)),
                layer=layer + neuron if own else None,
                neuron=neuron if own else None,
                left=left,
                width=width,
            )
        )
        left += width
    return tuple(stations)


def _kind(names: Sequence[str], k: int) -> str:
    if names[k] in _PLAIN:
        return names[k]
    if names[k] == _SHARE:
        return "share"
    # Behind the last sum stand the squash and the loss, or one factor for both together.
    is_last = k == len(names) - 1 or names[k + 1] == _SHARE
    return "loss" if is_last else "squash"


def _largest(values: Iterable[float]) -> float:
    return max((abs(value) for value in values if drawable(value)), default=0.0)
