"""Helpers that stay awake for a moment after some work, in case there is more of it.

To start a thread and wait for its end takes 0.1 ms, longer than 1000 rows of 64-32-10 take in all. So the
helpers of a prediction look out for the next one, inside a compiled loop, for about 0.5 ms, and then end. Of
predictions that follow one another only the first has to start them: 1000 rows of 64-32-10 take 0.6 of the
time, although they alone would not be worth starting a thread for.

Nothing hangs on a helper. Work comes in parts, each of which belongs to whoever claims it first, and the
caller waits for parts that were claimed, never for somebody who might come. Helpers that come late find
nothing to do; those that are not there, after a fork or at the end of the process, leave it to the caller.
While they look out they need no lock of Python's, and they keep the arrays of the last work no longer, but
for those who stay at one network, row after row (`with_staying_helpers`): these keep it until they end.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from operator import is_not
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.kernels.compiling import kernel
from glassnet.kernels.threads import LOOKS, Team, add_at_once, let_others, look, offered, shut

if TYPE_CHECKING:
    from collections.abc import Callable

    _Task = tuple[Callable[..., int], tuple[Any, ...]]

__all__ = ["CALLER", "listen", "ring", "stay", "with_helpers", "with_staying_helpers"]

CALLER: Final = -1
"""What the caller of a loop says that he heard: he is who rings."""

# Helpers look out so many times `LOOKS`: about 0.5 ms.
_ROUNDS: Final = 280

# So long after the last work a caller assumes that helpers are still awake [s]: shorter than they are, so
# that they do not leave while the next work is made ready.
_SOON: Final = 2.5e-4

# Work too short to start helpers for gets them after it has come so many times in a row, each that soon.
_OFTEN: Final = 8


@kernel
def ring(bell):
    """Wake the helpers: in the compiled loop, when its caller keeps Python's lock from nobody any more."""
    add_at_once(bell, 0, 1)


@kernel
def listen(bell, heard):
    """Wait until the bell was rung again; return how often it was, or -1 after some time."""
    for _ in range(_ROUNDS):
        for _ in range(LOOKS):
            rung = look(bell, 0)
            if rung != heard:
                return rung
        let_others()
    return -1


@kernel
def stay(team, n_parts, bell, heard):
    """Wait for more work of the same kind; return `heard` if there is some, else as `listen`."""
    for _ in range(_ROUNDS):
        for _ in range(LOOKS):
            if offered(team, n_parts):
                return heard
        rung = look(bell, 0)
        if rung != heard:
            return rung
        let_others()
    return -1


class _Helpers:
    """Some threads, the bell that they listen to, and what they find when it rings."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.bell = np.zeros(1, dtype=np.int64)
        self.task: _Task | None = None
        self.ended = False

    def start(self) -> None:
        """Start them all; they begin with the task that is there."""
        try:
            for _ in range(self.count):
                threading.Thread(target=self._help, name="glassnet-helper", daemon=True).start()
        except BaseException:
            self.send_home()
            raise

    def send_home(self) -> None:
        """End their listening now."""
        self.ended, self.task = True, None
        self.bell[0] += 1

    def _help(self) -> None:
        heard = 0
        try:
            while heard >= 0 and not self.ended:
                task = self.task  # the caller, who is done perhaps, takes it away
                heard = listen(self.bell, heard) if task is None else task[0](*task[1], self.bell, heard)
        finally:
            self.ended, self.task = True, None


class _Standby:
    """The helpers of this process, if there are any, and the place of the one caller who has them."""

    def __init__(self) -> None:
        self.place = threading.Lock()
        self.helpers: _Helpers | None = None
        self.last = 0.0
        self.in_a_row = 0

    def found(self, count: int, *, worth_starting: bool) -> tuple[_Helpers | None, bool]:
        """Return helpers, if there are some to be had, and whether they must be started."""
        soon = time.perf_counter() - self.last < _SOON
        self.in_a_row = self.in_a_row + 1 if soon else 0
        helpers = self.helpers
        if helpers is not None:
            if soon and helpers.count == count and not helpers.ended:
                return helpers, False
            helpers.send_home()
        enough = worth_starting or self.in_a_row >= _OFTEN
        self.helpers = _Helpers(count) if enough else None
        return self.helpers, enough


_standby = _Standby()


def _forget() -> None:
    """Begin anew in a process that was forked off: it has none of the threads."""
    global _standby
    _standby = _Standby()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def with_helpers(
    loop: Callable[..., int], arguments: tuple[Any, ...], n_threads: int, *, worth_starting: bool
) -> int:
    """Call ``loop(*arguments, team, bell, CALLER)``, and have helpers do the same, if there are any.

    Parameters
    ----------
    loop : kernel
        Rings the bell first, if it hears from `CALLER`, and waits at the end until all parts that were
        claimed are finished. A helper's returns what it hears when it listens after the last part.
    arguments : tuple
    n_threads : int
        How many are to work, the caller among them.
    worth_starting : bool
        Whether the work is worth starting helpers for, even if no more of it comes.

    Returns
    -------
    int
        What the caller's own loop returns.
    """
    standby = _standby
    if n_threads > 1 and standby.place.acquire(blocking=False):  # a second caller works alone
        try:
            return _with(standby, loop, arguments, n_threads, worth_starting=worth_starting)
        finally:
            standby.last = time.perf_counter()
            standby.place.release()
    return loop(*arguments, Team.of(1), _NO_BELL, CALLER)


def with_staying_helpers(
    loop: Callable[..., int],
    same: tuple[Any, ...],
    rows: tuple[Any, ...],
    prepare: Callable[[], tuple[Any, int]],
) -> int:
    """Call ``loop(*same, *rows, room, team, bell, CALLER)``; helpers stay in there from call to call.

    A helper that must return to Python for its next arguments begins some 10 us later, a third of what one
    row of 784-512-512-10 takes in all. So it gets them once, with a room that it shares with the caller, and
    waits for each row inside the loop, until something else is to be done, or nothing for some time.

    Parameters
    ----------
    loop : kernel
        The caller's offers parts with `glassnet.kernels.threads.offer`, and returns when all of them are
        done; a helper's returns what `stay` says at last, and never looks at `rows`.
    same : tuple
        Arguments that are the same objects as long as the same is to be done.
    rows : tuple
        What differs from call to call.
    prepare : callable
        Makes the room, and says how many threads are to work, the caller among them. It is asked where no
        helpers stay at this already.

    Returns
    -------
    int
        What the caller's own loop returns.
    """
    standby = _standby
    if not standby.place.acquire(blocking=False):
        return loop(*same, *rows, prepare()[0], Team.of(1), _NO_BELL, CALLER)
    try:
        helpers = standby.helpers
        task = None if helpers is None or helpers.ended else helpers.task
        if task is None or task[0] is not loop or any(map(is_not, task[1], same)):
            helpers, task = _begin_staying(standby, loop, (*same, *rows), *prepare())
        bell = _NO_BELL if helpers is None else helpers.bell
        return loop(*same, *rows, *task[1][-2:], bell, CALLER)
    finally:
        standby.last = time.perf_counter()
        standby.place.release()


def _begin_staying(
    standby: _Standby, loop: Callable[..., int], arguments: tuple[Any, ...], room: Any, n_threads: int
) -> tuple[_Helpers | None, _Task]:
    helpers, new = standby.found(n_threads - 1, worth_starting=False) if n_threads > 1 else (None, False)
    team = Team.of(1 if helpers is None else n_threads)
    task = loop, (*arguments, room, team)
    if helpers is not None:
        shut(team)
        helpers.task = task
        helpers.bell[0] += 1
        if new:
            with contextlib.suppress(RuntimeError):  # "can't start new thread"
                helpers.start()
    return helpers, task


_NO_BELL: Final = np.zeros(1, dtype=np.int64)


def _with(
    standby: _Standby,
    loop: Callable[..., int],
    arguments: tuple[Any, ...],
    n_threads: int,
    *,
    worth_starting: bool,
) -> int:
    team = Team.of(n_threads)
    helpers, new = standby.found(n_threads - 1, worth_starting=worth_starting)
    if helpers is None:
        return loop(*arguments, team, _NO_BELL, CALLER)
    helpers.task = loop, (*arguments, team)
    try:
        if new:
            with contextlib.suppress(RuntimeError):  # "can't start new thread"
                helpers.start()
        return loop(*arguments, team, helpers.bell, CALLER)
    finally:
        helpers.task = None
