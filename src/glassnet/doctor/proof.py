"""What a finding can be seen by: curves, bars, or examples as pictures; numbers only, drawn elsewhere.

`glassnet.pictures.finding` draws them; they stand in the JSON of a finding, so that a page can draw them too.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.doctor.patient import Patient
    from glassnet.training import LayerStatistics

__all__ = ["Bars", "Curves", "Examples", "Proof", "by_layer", "examples", "losses", "proof_json", "scores"]

_MOST_POINTS = 150
_MOST_EXAMPLES = 6


@dataclass(frozen=True)
class Curves:
    """Lines over something.

    Attributes
    ----------
    title, across : str
        What is seen, and what stands below.
    lines : tuple of (str, tuple of (float, float))
        Each with its name; NaN and infinity leave a gap.
    mark : tuple of (float, str) or None
        A place on the lower axis, and what is there.
    """

    title: str
    across: str
    lines: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    mark: tuple[float, str] | None = None


@dataclass(frozen=True)
class Bars:
    """A bar for each of some things.

    Attributes
    ----------
    title : str
    bars : tuple of (str, float)
        Each with its name.
    level : tuple of (float, str) or None
        A value to compare with, and what it is.
    logarithmic : bool
        Whether sizes are compared: each decade is as wide as the next.
    """

    title: str
    bars: tuple[tuple[str, float], ...]
    level: tuple[float, str] | None = None
    logarithmic: bool = False


@dataclass(frozen=True)
class Examples:
    """Some examples as pictures.

    Attributes
    ----------
    title : str
    shape : tuple of int
        (rows, columns) of each.
    pictures : tuple of (str, tuple of float)
        What each is, and the brightness of its pixels, from -1 to 1.
    """

    title: str
    shape: tuple[int, int]
    pictures: tuple[tuple[str, tuple[float, ...]], ...]


Proof = Curves | Bars | Examples


def proof_json(proof: Proof | None) -> dict[str, Any] | None:
    """Return a proof as a dict, with its kind: "curves", "bars" or "examples"."""
    return None if proof is None else {"kind": type(proof).__name__.lower(), **asdict(proof)}


def losses(patient: Patient, mark: tuple[float, str] | None = None) -> Curves | None:
    """Return the loss over the epochs; None where nothing is known of it."""
    history = patient.history
    if history is None or not (history.losses or history.moments):
        return None
    lines = [
        ("training loss", _thinned([(float(k), loss) for k, loss in enumerate(history.losses, start=1)])),
        (
            "held-out loss" if history.held_out else "training loss between epochs",
            _thinned([(float(moment.epoch), moment.loss) for moment in history.moments]),
        ),
    ]
    return Curves("the loss", "epoch", tuple(line for line in lines if line[1]), mark)


def _thinned(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    kept = np.unique(np.linspace(0, len(points) - 1, min(_MOST_POINTS, len(points))).astype(int))
    return tuple(points[k] for k in kept.tolist()) if points else ()


def by_layer(
    title: str,
    layers: Iterable[LayerStatistics],
    read: Callable[[LayerStatistics], float | None],
    level: tuple[float, str] | None = None,
    *,
    logarithmic: bool = False,
) -> Bars:
    """Return a bar for each layer."""
    bars = tuple((f"layer {k}", float(read(each) or 0.0)) for k, each in enumerate(layers, start=1))
    return Bars(title, bars, level, logarithmic)


def scores(patient: Patient) -> Bars:
    """Return how good the network is beside what knows less than it does."""
    what = "share of right answers" if patient.categories else "explained share of the variance"
    known = {
        "on its own examples": patient.score,
        "on new examples": patient.held_out_score,
        "best simple learner, on new ones": patient.yardstick.score if patient.yardstick else None,
        "without looking at the inputs": patient.chance,
    }
    bars = tuple((name, max(value, 0.0)) for name, value in known.items() if value is not None)
    return Bars(what, bars, (1.0, "all"))


def examples(title: str, data: Dataset, rows: Iterable[int]) -> Examples | None:
    """Return some examples as pictures; None where they are none."""
    if data.picture_shape is None:
        return None
    shape: tuple[int, int] = data.picture_shape
    pictures = []
    for row in list(rows)[:_MOST_EXAMPLES]:
        one = data.take([row])
        pixels: NDArray[Any] = np.asarray(one.inputs, dtype=np.float64).ravel()[: shape[0] * shape[1]]
        answer = f": {data.categories[int(one.labels[0])]}" if data.categories else ""
        pictures.append((f"{row}{answer}", tuple(pixels.tolist())))
    return Examples(title, shape, tuple(pictures))
