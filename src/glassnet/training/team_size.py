"""How many threads make the steps: one or all, whichever is the faster just now."""

from __future__ import annotations

__all__ = ["TeamSize"]

# A chunk that takes less than this says little: what stands around its steps is much of it [s].
_TELLING = 0.002

# The other number of threads is tried with so small a part of a chunk: where all processors are busy, several
# threads may take a hundred times as long as one.
_PART = 16

# And that after so long a time of training [s]; twice as long each time that it was the slower one, up to the
# second number, and at least so many times as long as the trial took: a single step may take half a second.
_SOONEST, _LATEST, _TIMES = 0.25, 4.0, 50

# Steps that take so many times as long as they did say that something else now wants the processors.
_SLOWER = 1.5


class TeamSize:
    """Tells how many threads to take, from how long steps took.

    No size can tell: on the machine that this was measured on, two threads make 0.8 to 1.4 times as many
    steps of 784-64-10 as one where nothing else runs, and a hundredth of them where two other programs do.
    No bit of a result depends on the number.

    Parameters
    ----------
    most : int
        How many threads there may be.
    fixed : bool
        Whether there are always so many.

    Attributes
    ----------
    n_threads : int
        The number that was the faster one so far.
    """

    def __init__(self, most: int, *, fixed: bool = False) -> None:
        self.n_threads = most
        self._other = most if fixed else 1
        self._of_step: float | None = None  # with `n_threads`, at last [s]
        self._pause, self._next_try = _SOONEST, 0.0
        self._trained = 0.0  # [s]
        self._won = False  # whether the other number was the faster one when it was tried last

    def next(self, n_steps: int) -> tuple[int, int]:
        """Return how many threads make the next steps, and how many steps of those wanted."""
        trying = self._other != self.n_threads and self._of_step is not None
        if trying and self._trained >= self._next_try:
            return self._other, max(1, n_steps // _PART)
        return self.n_threads, n_steps

    def note(self, n_threads: int, n_steps: int, seconds: float) -> None:
        """Learn from steps that were made."""
        if self._other == self.n_threads or n_steps == 0:
            return
        of_step = seconds / n_steps
        first, self._trained = self._trained == 0, self._trained + seconds
        if first:
            return  # these steps are the first to touch their memory: Adam's took six times as long
        if n_threads == self.n_threads:
            if seconds >= _TELLING:
                if self._of_step is not None and of_step > _SLOWER * self._of_step:
                    self._pause, self._next_try = _SOONEST, 0.0
                self._of_step = of_step
            return
        faster = self._of_step is not None and of_step < self._of_step
        if faster and self._won:
            self.n_threads, self._other = n_threads, self.n_threads
            self._of_step, self._pause = of_step, _SOONEST
            self._next_try = self._trained + self._pause
        elif faster:
            self._of_step = None  # what slowed them down may have passed by: both are measured once more
        else:
            self._pause = min(2 * self._pause, _LATEST)
            self._next_try = self._trained + max(self._pause, _TIMES * seconds)
        self._won = faster and not self._won
