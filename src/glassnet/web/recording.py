"""What the doctor reads of a run that a person drives: losses, measurements, and looks into the layers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from glassnet.training import History
from glassnet.training.probe import Probe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.training import Training

__all__ = ["Record"]

_MOST_EPOCHS = 200_000
"""A run without end must not fill the memory: what comes later is not noted any more."""

_DENSER = 1.3
"""The looks into the layers lie so much further apart each time: a few dozen in a million steps."""


class Record:
    """The record of a run since it began, or since network or settings were changed.

    Parameters
    ----------
    training : Training
        Its run may go on without end, so its own history is emptied all the time.
    """

    def __init__(self, training: Training) -> None:
        self._training = training
        self._first_epoch, self._next_look = training.run.epoch, training.run.step
        self._history = History(held_out=training.held_out is not None)
        settings = dataclasses.replace(training.settings, statistics=True)
        self._probe = Probe(training.network, training.examples, settings, n_moments=0)
        self._before: NDArray[Any] | None = None

    def steps_before_look(self, n_steps: int) -> int:
        """Look into the layers if that is due, and return how many of `n_steps` may be made now.

        After a look one step is made alone: how far it goes is part of what was seen.
        """
        run = self._training.run
        if run.step < self._next_look:
            return min(n_steps, self._next_look - run.step)
        self._next_look = max(run.step + 1, int(run.step * _DENSER))
        self._history.statistics.append(self._probe.look(run.step, run.epoch))
        self._before = self._training.network.parameters.copy()
        return 1

    def note(self) -> None:
        """Take what happened out of the run's history, before that is emptied."""
        run, mine = self._training.run, self._history
        taken = mine.statistics
        if self._before is not None and run.step > taken[-1].step:
            taken[-1] = self._probe.with_update(taken[-1], self._before)
            self._before = None
        if len(mine.losses) < _MOST_EPOCHS:
            mine.losses.extend(run.history.losses)
            mine.right.extend(run.history.right)
            known = mine.moments[-1].epoch if mine.moments else -1
            mine.moments.extend(moment for moment in run.history.moments if moment.epoch > known)
        mine.not_finite = run.history.not_finite

    def cut_behind(self, step: int, epoch: int) -> None:
        """Forget what came after a moment that the run was put back to."""
        self._history, self._before = self.until(step, epoch), None
        self._next_look = min(self._next_look, step + 1)

    def until(self, step: int, epoch: int) -> History:
        """Return a copy of the history up to a moment."""
        mine, n_epochs = self._history, max(0, epoch - self._first_epoch)
        met = mine.not_finite
        return dataclasses.replace(
            mine,
            losses=mine.losses[:n_epochs],
            right=mine.right[:n_epochs],
            moments=[moment for moment in mine.moments if moment.epoch <= epoch],
            statistics=[each for each in mine.statistics if each.step <= step],
            not_finite=met if met is not None and met.step <= step + 1 else None,
        )
