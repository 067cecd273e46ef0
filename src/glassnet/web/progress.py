"""What came of a run so far: its curves, its last epoch, and what the doctor reads of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.web.moments import Curve
from glassnet.web.recording import Record

if TYPE_CHECKING:
    from glassnet.training import History, Training

__all__ = ["Progress"]


class Progress:
    """What came of a run so far; the run's own history is emptied into it, for that must not grow.

    Parameters
    ----------
    training : Training

    Attributes
    ----------
    record : Record
        What the doctor reads.
    learned, held_out : Curve
        Epoch by epoch, of what is learned from and of what is not.
    last_epoch : tuple of (loss or None, share of right answers or None)
    """

    def __init__(self, training: Training) -> None:
        self.learned, self.held_out = Curve(), Curve()
        self.last_epoch: tuple[float | None, float | None] = (None, None)
        self.follow(training)

    def follow(self, training: Training) -> None:
        """Go on with another training of the same run: network or settings have been changed."""
        self._training, self.record = training, Record(training)

    def note(self) -> None:
        """Take what happened out of the run's history."""
        run = self._training.run
        history = run.history
        self.record.note()
        first = run.epoch - len(history.losses) + 1
        n_examples = self._training.examples.n_examples
        for k, loss in enumerate(history.losses):
            share = history.right[k] / n_examples if k < len(history.right) else None
            self.learned.add(first + k, loss, share)
            self.last_epoch = (loss, share)
        history.losses.clear()
        history.right.clear()
        self._note_held_out()

    def measure_held_out(self) -> None:
        """Between two epochs: measure now what would be measured before the next step."""
        run = self._training.run
        if not run.history.held_out or run.step % run.feed.steps_per_epoch or run.history.not_finite:
            return
        while run.history.not_finite is None and [each.epoch for each in run.history.moments[-1:]] != [
            run.epoch
        ]:
            run.advance(0)
        self.record.note()
        self._note_held_out()

    def _note_held_out(self) -> None:
        history = self._training.run.history
        if history.held_out:
            for moment in history.moments[-1:]:
                self.held_out.add(moment.epoch, moment.loss, moment.accuracy)
        del history.moments[:-1]

    def cut_behind(self) -> None:
        """Forget what came after where the run was put back to."""
        run = self._training.run
        self.record.cut_behind(run.step, run.epoch)
        self.learned.cut_behind(run.epoch)
        self.held_out.cut_behind(run.epoch)
        self.last_epoch = self.learned.points[-1][1:] if self.learned.points else (None, None)

    def history(self) -> History:
        """Return what the doctor reads, up to where the run is."""
        run = self._training.run
        return self.record.until(run.step, run.epoch)
