"""How many steps are made at once, so that a person is answered soon, and how many in a second."""

from __future__ import annotations

import time

__all__ = ["CHUNK_SECONDS", "Pace"]

CHUNK_SECONDS = 0.01
"""So long trains one chunk: short enough that a painted pixel is answered at once [s]."""


class Pace:
    """The pace of a training that a person watches.

    Attributes
    ----------
    speed : float or None
        Steps a second at most; None: as many as possible.
    n_steps : int
        So many steps at once take about half a chunk, as far as was measured.
    """

    def __init__(self) -> None:
        self.speed: float | None = None
        self.n_steps = 1
        self._allowance, self._clock = 0.0, time.perf_counter()

    def begin(self) -> None:
        """Begin to count the time: one step may be made at once."""
        self._allowance = 1.0
        self.count_from_now()

    def count_from_now(self) -> None:
        """Count no time that has passed: something had to be compiled."""
        self._clock = time.perf_counter()

    def feel_its_way(self) -> None:
        """Begin with single steps: what is trained now may take longer."""
        self.n_steps = 1

    def allowed(self, n_steps: int) -> int:
        """Return how many of some steps may be made now, where the speed is limited."""
        if self.speed is None:
            return n_steps
        now = time.perf_counter()
        gained = self._allowance + (now - self._clock) * self.speed
        self._allowance, self._clock = min(gained, max(1.0, self.speed / 10)), now
        return min(n_steps, int(self._allowance))

    def made(self, n_steps: int, *, asked: int, took: float) -> None:
        """Note that of the steps that were asked for so many were made, and how long they took [s]."""
        if n_steps == asked == self.n_steps:
            self.n_steps = max(1, int(n_steps * min(4.0, CHUNK_SECONDS / max(took, 1e-9) / 2)))
        self._allowance -= n_steps

    def idle_seconds(self) -> float:
        """Return how long nothing needs to be done [s]."""
        if self.speed is None:
            return 0.0
        return min(0.01, max(0.0, (1 - self._allowance) / self.speed))
