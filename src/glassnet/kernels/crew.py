"""One compiled loop in several threads at once, which stay awake for a moment in case another chunk follows.

Each thread has a part of every step, so none may be missing. To make a thread for each chunk takes 0.3 ms, as
long as some steps of the networks that two threads are just worth. So those that were done with a chunk
listen for the next one, inside a compiled loop, for about 0.5 ms, and then end. Trainings on small data sets,
whose chunks are short, take 0.79 (64-256-10) to 0.95 (64-512-512-10) of the time.

Nothing is left over from an exception, a fork, or another training that goes on at the same time: whoever
calls takes helpers that are at rest, makes what is missing, and puts them back behind the chunk.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.kernels.standby import listen
from glassnet.kernels.threads import Team, give_up

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["together"]

_Task = tuple["Callable[..., Any]", tuple[Any, ...]]


class _Helper:
    """A thread that does what it is handed, and ends when nothing more comes for a moment."""

    def __init__(self) -> None:
        self._bell = np.zeros(1, dtype=np.int64)
        self._lock = threading.Lock()
        self._task: _Task | None = None
        self._listening = False

    def hand(self, task: _Task) -> None:
        """Have it do something, now or when it is done with what it does.

        The lock settles what happens to one that is about to end: it finds the task, or a new thread does.
        """
        with self._lock:
            self._task = task
            self._bell[0] += 1
            if not self._listening:
                threading.Thread(target=self._work, name="glassnet-crew", daemon=True).start()
                self._listening = True

    def _work(self) -> None:
        try:
            while True:
                with self._lock:
                    heard, task, self._task = self._bell[0], self._task, None
                    if task is None:
                        self._listening = False
                        return
                loop, arguments = task
                loop(*arguments)
                del task, arguments  # it keeps no arrays while it listens
                listen(self._bell, heard)
        except BaseException:
            self._listening = False
            raise


_at_rest: Final[list[_Helper]] = []

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_at_rest.clear)  # their threads are not there


def _one_at_rest() -> _Helper:
    try:
        return _at_rest.pop()
    except IndexError:
        return _Helper()


def together(
    loop: Callable[..., Any], arguments: tuple[Any, ...], n_threads: int, patience: float | None = None
) -> Any:
    """Call ``loop(*arguments, team, me)`` in so many threads at once; return what it returns to the caller.

    The caller goes on when his own call is over, so the loop ends with a meeting.

    After `patience` [s] the team ends with the step that it is at. Where other programs keep the processors
    busy, each meeting may wait some milliseconds for one, and a chunk of 200 steps, meant for 25 ms, took
    half a second; the caller could not answer Ctrl-C meanwhile.

    Where the system has no thread left, the caller works by himself, with the same result to the last bit.
    """
    if n_threads > 1:
        team = Team.of(n_threads, patience)
        helpers = [_one_at_rest() for _ in range(1, n_threads)]
        try:
            if _all_called([(loop, (*arguments, team, me)) for me in range(1, n_threads)], helpers, team):
                return loop(*arguments, team, 0)
        except BaseException:  # Ctrl-C may come at any time, as long as Python compiles the loop too
            give_up(team)  # nobody must be left waiting
            raise
        finally:
            _at_rest.extend(helpers)
    return loop(*arguments, Team.of(1), 0)


def _all_called(tasks: list[_Task], helpers: list[_Helper], team: Team) -> bool:
    """Hand each helper its task; return whether all could be reached."""
    try:
        for helper, task in zip(helpers, tasks, strict=True):
            helper.hand(task)
    except RuntimeError:  # "can't start new thread"
        give_up(team)
        return False
    return True
