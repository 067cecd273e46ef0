"""Several threads in one compiled loop: how they share out work, meet, and count small numbers as zero."""

from __future__ import annotations

import os
import platform
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from glassnet.kernels.compiling import kernel
from glassnet.kernels.llvm import call, pointer, primitive

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "ALONE",
    "LOOKS",
    "Team",
    "add_at_once",
    "at_end",
    "claim",
    "end_in_time",
    "finish",
    "flush_denormals",
    "give_up",
    "let_others",
    "look",
    "meet",
    "offer",
    "offered",
    "processors",
    "refuse",
    "refused",
    "restore_denormals",
    "share",
    "shut",
    "wait_for_parts",
    "worthwhile_threads",
]

_X86: Final = platform.machine().lower() in ("x86_64", "amd64")
_POSIX: Final = os.name == "posix"
_I32, _I64 = ir.IntType(32), ir.IntType(64)

# Places in `Team.board`, each in a cache line of its own.
_ARRIVED, _GIVEN_UP, _DEADLINE, _END, _CLAIMED, _FINISHED, _REFUSED, _COUNTS = range(0, 64, 8)
_LINE = 8

LOOKS: Final = 2000
"""So often a waiting thread looks before it lets others have the processor."""

_NEVER: Final = np.iinfo(np.int64).max


def _clock() -> int:
    """The time by a clock that compiled loops can read too; always 0 where the system has none [ns]."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) if _POSIX else 0


class Team(NamedTuple):
    """Threads that work on one step together; each calls the same loop with its own number.

    The board is all that they share besides the arrays: how many times threads arrived at a meeting,
    whether the team was given up before it began, its deadline and the step after which it stops once that
    has passed, how many parts of the work were claimed and how many finished, whether some part was refused,
    and how many meetings each thread has been at.
    """

    board: NDArray[np.int64]
    n_threads: int

    @classmethod
    def of(cls, n_threads: int, patience: float | None = None) -> Team:
        """Return a team with an empty board, which ends with the step that it is at after so long [s]."""
        board = np.zeros(_COUNTS + _LINE * n_threads, dtype=np.int64)
        board[_DEADLINE] = _NEVER if patience is None else _clock() + int(patience * 1e9)
        return cls(board, n_threads)


ALONE: Final = Team.of(1)
"""The team of a caller who works by himself."""


def give_up(team: Team) -> None:
    """Send home a team that will never be complete; to be called before its last thread arrived."""
    team.board[_GIVEN_UP] = 1


# A step pays for a second thread from about so many products on [weights times examples].
_WORTH_SHARING = 1 << 20


def worthwhile_threads(n_parameters: int, n_examples: int) -> int:
    """How many threads a pass is worth; at most as many as there are processors for this process."""
    if n_parameters * n_examples < _WORTH_SHARING:
        return 1
    return processors()


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _add_twin(board: Any, index: int, number: int) -> int:
    board[index] += number
    return int(board[index]) - number


@primitive(_add_twin)
def add_at_once(_: Any, board: Any, index: Any, number: Any) -> Any:
    """board[index] += number as one atomic step, seen by all threads; return what was there before."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        return builder.atomic_rmw("add", place, arguments[2], "seq_cst")

    return types.int64(board, types.intp, types.int64), generate


@primitive(lambda board, index: board[index])
def look(_: Any, board: Any, index: Any) -> Any:
    """board[index] as the other threads left it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        return builder.load_atomic(place, "acquire", 8)

    return types.int64(board, types.intp), generate


def _put_twin(board: Any, index: int, number: int) -> None:
    board[index] = number


@primitive(_put_twin)
def put_at_once(_: Any, board: Any, index: Any, number: Any) -> Any:
    """board[index] = number, seen by other threads not before what was written before it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        builder.store_atomic(arguments[2], place, "release", 8)
        return context.get_dummy_value()

    return types.void(board, types.intp, types.int64), generate


@primitive(lambda: None)
def let_others(_: Any) -> Any:
    """Let another thread have the processor, where the system can be asked to."""

    def generate(context: Any, builder: Any, _: Any, __: Any) -> Any:
        if _POSIX:
            call(builder, "sched_yield", _I32, [])
        return context.get_dummy_value()

    return types.void(), generate


@kernel
def meet(team, me):
    """Wait until every thread of the team is here; return False if the team was given up.

    Half a microsecond where all are running: they look again and again instead of sleeping.
    """
    if team.n_threads == 1:
        return True
    team.board[_COUNTS + _LINE * me] += 1
    wanted = team.board[_COUNTS + _LINE * me] * team.n_threads
    add_at_once(team.board, _ARRIVED, 1)
    looks = 0
    while look(team.board, _ARRIVED) < wanted:
        looks += 1
        if looks == LOOKS:
            if look(team.board, _GIVEN_UP) != 0:
                return False
            let_others()
            looks = 0
    return True


@kernel
def claim(team):
    """Take the next part of some work: its number, from 0 on, which no other thread of the team gets."""
    return add_at_once(team.board, _CLAIMED, 1)


@kernel
def finish(team):
    """Say that a part which one has claimed is done."""
    add_at_once(team.board, _FINISHED, 1)


@kernel
def offer(team):
    """Begin anew with part 0, for helpers who look out for it, see `offered`."""
    put_at_once(team.board, _FINISHED, 0)
    put_at_once(team.board, _CLAIMED, 0)


@kernel
def offered(team, n_parts):
    """Whether there is some part left to claim, of so many."""
    return look(team.board, _CLAIMED) < n_parts


def shut(team: Team) -> None:
    """Let nobody claim a part before the first offer."""
    team.board[_CLAIMED] = 1 << 62


@kernel
def wait_for_parts(team, n_parts):
    """Wait until so many parts are done: all that were claimed before the one with this number."""
    looks = 0
    while look(team.board, _FINISHED) < n_parts:
        looks += 1
        if looks == LOOKS:
            let_others()
            looks = 0


@kernel
def refuse(team):
    """Say that a part can't be done: with it the whole work is refused."""
    team.board[_REFUSED] = 1


@kernel
def refused(team):
    """Whether some thread of the team refused its part."""
    return look(team.board, _REFUSED) != 0


@primitive(_clock)
def now(_: Any) -> Any:
    """The time by the clock of `Team`'s deadline [ns]; it takes some 30 ns to read it."""

    def generate(_: Any, builder: Any, __: Any, ___: Any) -> Any:
        if not _POSIX:
            return ir.Constant(_I64, 0)
        time_ = cgutils.alloca_once(builder, ir.ArrayType(_I64, 2))  # seconds, and nanoseconds beyond
        which = ir.Constant(_I32, time.CLOCK_MONOTONIC)
        call(builder, "clock_gettime", _I32, [which, builder.bitcast(time_, _BYTES)])
        seconds, beyond = (builder.extract_value(builder.load(time_), k) for k in (0, 1))
        return builder.add(builder.mul(seconds, ir.Constant(_I64, 10**9)), beyond)

    return types.int64(), generate


@kernel
def end_in_time(team, me, n_steps):
    """Note, before the step of that number, that it is the last one if the team's time is over.

    The first thread looks at the clock for all of them: its word stands before the meetings within the step,
    so that behind the step every thread finds the same one.
    """
    if me == 0 and team.n_threads > 1 and team.board[_END] == 0 and now() > team.board[_DEADLINE]:
        team.board[_END] = n_steps


@kernel
def at_end(team, n_steps):
    """Whether a team whose time is over has made the last of its steps."""
    return look(team.board, _END) == n_steps


@kernel
def share(n_rows, n_columns, unit_rows, unit_columns, team, me):
    """A thread's part of a matrix: whole units of columns where there are enough, else of rows.

    Columns are the better cut, because each thread then needs only its own columns of the weights.

    Returns
    -------
    first, last, begin, end : int
        Rows and columns of the part.
    """
    if n_columns >= unit_columns * team.n_threads:
        begin, end = _cut(n_columns, unit_columns, team, me)
        return 0, n_rows, begin, end
    first, last = _cut(n_rows, unit_rows, team, me)
    return first, last, 0, n_columns


@kernel
def _cut(n, unit, team, me):
    n_units = (n + unit - 1) // unit
    return min(n, n_units * me // team.n_threads * unit), min(n, n_units * (me + 1) // team.n_threads * unit)


# Subnormal numbers (below 1e-38 in float32, with fewer digits) take a hundred times as long on many
# processors. The optimizers' memory of a neuron that died gets there: counting such numbers as 0 makes a
# step of momentum 2.6 and one of Adam 2.9 times as fast then. The setting belongs to the thread.
_FLUSH: Final = 0x8040


@primitive(lambda: 0)
def flush_denormals(_: Any) -> Any:
    """Count subnormal numbers as 0 from now on; return what was set before."""

    def generate(_: Any, builder: Any, __: Any, ___: Any) -> Any:
        if not _X86:
            return ir.Constant(_I64, 0)
        word = builder.alloca(_I32)
        call(builder, "llvm.x86.sse.stmxcsr", ir.VoidType(), [builder.bitcast(word, _BYTES)])
        before = builder.load(word)
        builder.store(builder.or_(before, ir.Constant(_I32, _FLUSH)), word)
        call(builder, "llvm.x86.sse.ldmxcsr", ir.VoidType(), [builder.bitcast(word, _BYTES)])
        return builder.zext(before, _I64)

    return types.int64(), generate


@primitive(lambda _: None)
def restore_denormals(_: Any, before: Any) -> Any:
    """Set again what `flush_denormals` found."""

    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        if _X86:
            word = builder.alloca(_I32)
            builder.store(builder.trunc(arguments[0], _I32), word)
            call(builder, "llvm.x86.sse.ldmxcsr", ir.VoidType(), [builder.bitcast(word, _BYTES)])
        return context.get_dummy_value()

    return types.void(types.int64), generate


_BYTES: Final = ir.IntType(8).as_pointer()
