"""What happened in a training, epoch by epoch."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glassnet.errors import DataError

if TYPE_CHECKING:
    from glassnet.training.settings import Settings
    from glassnet.training.statistics import Statistics

__all__ = ["History", "Moment", "NotFinite", "Start"]


@dataclass(frozen=True)
class Moment:
    """A network measured between two epochs: on the held-out data, or on the training data without any."""

    epoch: int
    loss: float
    n_right: int | None
    accuracy: float | None


@dataclass(frozen=True)
class NotFinite:
    """Where a loss stopped being finite.

    Attributes
    ----------
    step, epoch : int
        Counted from 1.
    loss : float
        What was met: infinity or NaN.
    layer, neuron, example : int or None
        The first weighted sum that was not finite; None where only the loss itself overflowed.
    held_out : bool
        Whether that was an example of the held-out data.
    """

    step: int
    epoch: int
    loss: float
    layer: int | None = None
    neuron: int | None = None
    example: int | None = None
    held_out: bool = False

    def __str__(self) -> str:
        if self.layer is None:
            place = "every weighted sum was still finite, the loss itself overflowed"
        else:
            where = " of the held-out data" if self.held_out else ""
            place = f"first in layer {self.layer}, neuron {self.neuron}, example {self.example}{where}"
        return f"the loss became {self.loss} at step {self.step:,} (epoch {self.epoch:,}); {place}"


@dataclass(frozen=True)
class Start:
    """One training from initial weights of its own.

    Attributes
    ----------
    seed : int
        Of its initial weights.
    loss : float
        On the data that the training was judged by (the held-out ones, if there are any), when the network
        was last measured; infinite where it stopped being finite.
    n_right : int or None
        How many of them it classifies right; None for regression.
    succeeded : bool or None
        Whether those are all; None for regression.
    """

    seed: int
    loss: float
    n_right: int | None
    succeeded: bool | None


@dataclass
class History:
    """What happened in a training.

    Attributes
    ----------
    losses : list of float
        The mean training loss of each epoch, each batch measured just before it was learned from.
    right : list of int
        How many training examples were answered right in each epoch, counted in the same way; empty for
        regression.
    moments : list of Moment
        The network measured between epochs.
    held_out : bool
        Whether the moments were measured on held-out data; else on the training data.
    stopped : str
        "finished", "early" (no lower held-out loss for long enough), "interrupted", "time" or
        "not finite".
    kept_epoch : int
        The network was kept as it was after this many epochs.
    not_finite : NotFinite or None
        Where the loss stopped being finite.
    statistics : list of Statistics
        What the layers looked like at some moments; see `glassnet.training.probe`.
    starts : list of Start
        Every start; the rest of the history is that of the one which was kept.
    seconds : float
        How long it took in all [s]; not saved, since it differs each time.
    settings : Settings or None
        How it was trained; None where that is not known, as of a table that was read.
    """

    losses: list[float] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    held_out: bool = False
    stopped: str = "finished"
    kept_epoch: int = 0
    not_finite: NotFinite | None = None
    statistics: list[Statistics] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    seconds: float = 0.0
    settings: Settings | None = None

    @property
    def epochs(self) -> int:
        """How many epochs were finished."""
        return len(self.losses)

    @property
    def n_succeeded(self) -> int:
        """How many starts classify every example right that they were judged by."""
        return sum(bool(start.succeeded) for start in self.starts)

    @property
    def kept_moment(self) -> Moment | None:
        """The measurement of the network that was kept, if it was measured."""
        kept = [moment for moment in self.moments if moment.epoch == self.kept_epoch]
        return kept[-1] if kept else None

    def __str__(self) -> str:
        parts = [f"{self.epochs:,} epochs ({self.stopped})"]
        if self.losses:
            parts.append(f"training loss {self.losses[0]:.4g} to {self.losses[-1]:.4g}")
        if self.moments:
            kept = min(self.moments, key=lambda moment: abs(moment.epoch - self.kept_epoch))
            where = "held-out" if self.held_out else "training"
            accuracy = "" if kept.accuracy is None else f", accuracy {kept.accuracy:.2%}"
            parts.append(f"kept from epoch {self.kept_epoch}: {where} loss {kept.loss:.4g}{accuracy}")
        if len(self.starts) > 1:
            parts.append(f"{self.n_succeeded} of {len(self.starts)} starts succeeded")
        return "; ".join(parts)

    def to_csv(self) -> str:
        """Return a table with a row an epoch; cells of epochs that were not measured are empty."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(_headings(self.held_out))
        measured = {moment.epoch: moment for moment in self.moments}
        for epoch in range(self.epochs + 1):
            moment = measured.get(epoch)
            rows.writerow(
                [
                    epoch,
                    _cell(self.losses[epoch - 1] if epoch else None),
                    _cell(self.right[epoch - 1] if epoch and self.right else None),
                    _cell(moment.loss if moment else None),
                    _cell(moment.accuracy if moment else None),
                ]
            )
        return text.getvalue()

    @classmethod
    def from_csv(cls, text: str) -> History:
        """Return the history that `to_csv` wrote; why it stopped and what was kept stand in the model file.

        Raises
        ------
        DataError
            Another table, or a cell that is no number.

        Examples
        --------
        >>> history = History(losses=[0.5], moments=[Moment(1, 0.25, None, 0.75)], kept_epoch=1)
        >>> History.from_csv(history.to_csv()).moments
        [Moment(epoch=1, loss=0.25, n_right=None, accuracy=0.75)]
        """
        header, *rows = csv.reader(io.StringIO(text)) if text else [[]]
        for held_out in (False, True):
            if header == _headings(held_out):
                break
        else:
            raise DataError(f"history: columns {', '.join(header)}; expected {', '.join(_headings(True))}")
        history = cls(held_out=held_out, kept_epoch=max(len(rows) - 1, 0))
        try:
            for epoch, (_, loss, right, measured, accuracy) in enumerate(rows):
                if epoch:
                    history.losses.append(float(loss))
                if right:
                    history.right.append(int(right))
                if measured:
                    share = float(accuracy) if accuracy else None
                    history.moments.append(Moment(epoch, float(measured), None, share))
        except ValueError as error:
            raise DataError(f"history, epoch {epoch}: {error}; expected what glassnet wrote there") from error
        return history


def _headings(held_out: bool) -> list[str]:
    where = "held_out" if held_out else "training"
    return ["epoch", "loss_on_the_way", "right_on_the_way", f"{where}_loss", f"{where}_accuracy"]


def _cell(value: float | None) -> str:
    return "" if value is None else repr(value)
