"""Runs that are pinned, to compare the next ones with them, and conditions at which a run stops by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.network import Network
    from glassnet.training import Settings
    from glassnet.web.moments import Curve

__all__ = ["MOST_PINS", "Conditions", "Pin", "Pins", "run_described"]

MOST_PINS = 5
"""More curves than these and the run itself could not be told apart."""


def run_described(network: Network, settings: Settings) -> dict[str, str]:
    """Return how a run is made, in words: what a person compares runs by."""
    hidden = zip(network.sizes[1:-1], network.activations, strict=False)
    dropout = float(max(row["dropout"] for row in network.layers))
    return {
        "layers": " ".join(f"{neurons} {activation}" for neurons, activation in hidden) or "none hidden",
        "answer": str(network.activations[-1]),
        "error": str(network.loss),
        "biases": "with biases" if any(bool(row["n_biases"]) for row in network.layers) else "no biases",
        "dropout": f"dropout {dropout:g}" if dropout else "no dropout",
        "optimizer": f"{settings.optimizer} {settings.rate:g}",
        "batch": f"batch {settings.batch}",
        "penalty": f"penalty {settings.l2:g}" if settings.l2 else "no penalty",
        "seed": f"seed {network.seed}",
    }


@dataclass(frozen=True, eq=False)
class Pin:
    """A run as it was when it was pinned.

    Attributes
    ----------
    number : int
        What it is called by; never used again.
    described : dict of str
        How it was made, see `run_described`.
    epoch : int
    learned, held_out : dict
        The curves as columns.
    """

    number: int
    described: dict[str, str]
    epoch: int
    learned: dict[str, list[Any]]
    held_out: dict[str, list[Any]]


class Pins:
    """The pinned runs of an experiment, the oldest first."""

    def __init__(self) -> None:
        self._pins: list[Pin] = []
        self._next = 1

    def add(self, described: dict[str, str], epoch: int, learned: Curve, held_out: Curve) -> None:
        """Pin a run.

        Raises
        ------
        SettingError
            The run has no curve yet, or as many are pinned as can be told apart.
        """
        if not learned.points:
            raise SettingError("pin: the run has no curve yet; train for an epoch first")
        if len(self._pins) >= MOST_PINS:
            raise SettingError(f"pin: {MOST_PINS} runs are pinned already; take one away first")
        self._pins.append(Pin(self._next, described, epoch, learned.to_json(), held_out.to_json()))
        self._next += 1

    def remove(self, number: int) -> None:
        """Take a pinned run away.

        Raises
        ------
        SettingError
            There is no such one.
        """
        left = [pin for pin in self._pins if pin.number != number]
        if len(left) == len(self._pins):
            known = ", ".join(str(pin.number) for pin in self._pins) or "none"
            raise SettingError(f"pin: there is no pinned run {number}; pinned are {known}")
        self._pins = left

    def to_json(self) -> list[dict[str, Any]]:
        """Return all of them, as a page shows them."""
        return [dict(vars(pin)) for pin in self._pins]


@dataclass(frozen=True)
class Conditions:
    """When a run stops by itself; None: not for this reason.

    Attributes
    ----------
    loss : float or None
        At the first epoch whose loss is at most this.
    accuracy : float or None
        At the first epoch in which at least this share of the examples is answered right.
    epoch : int or None
        At this epoch.
    """

    loss: float | None = None
    accuracy: float | None = None
    epoch: int | None = None

    @property
    def needs_every_epoch(self) -> bool:
        """Whether each epoch's loss or accuracy has to be looked at before the next begins."""
        return self.loss is not None or self.accuracy is not None

    def met(self, epoch: int, loss: float | None, accuracy: float | None) -> Iterator[tuple[str, str]]:
        """Give each condition that holds: its name, and why it does in words."""
        if self.loss is not None and loss is not None and loss <= self.loss:
            yield "loss", f"the error of the epoch, {loss:.4g}, is not above {self.loss:g}"
        if self.accuracy is not None and accuracy is not None and accuracy >= self.accuracy:
            share = f"{100 * accuracy:.4g} % of the answers in the epoch are right"
            yield "accuracy", f"{share}, {100 * self.accuracy:g} % were asked for"
        if self.epoch is not None and epoch >= self.epoch:
            yield "epoch", "the run was to go no further"
