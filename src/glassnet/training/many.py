"""Many networks on the same data: small ones side by side, others one a thread or in turn."""

from __future__ import annotations

import queue
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.checks import number, whole_number
from glassnet.errors import LossNotFinite, SettingError
from glassnet.interrupt import CtrlC
from glassnet.kernels.llvm import LANES
from glassnet.kernels.threads import processors, worthwhile_threads
from glassnet.network.examples import Examples, check_fit
from glassnet.training import loops, side_by_side
from glassnet.training.history import History
from glassnet.training.settings import Settings
from glassnet.training.side_by_side import Lessons, SideBySide
from glassnet.training.train import Training, carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glassnet.data import Dataset
    from glassnet.network import Network
    from glassnet.training.train import Progress

__all__ = ["ManyProgress", "needs_compilation", "train_each", "train_many"]

# Networks of up to so many parameters go side by side; sixteen larger ones would crowd each other out of the
# cache, and each fills the registers by itself.
_SIDE_BY_SIDE = 4000

# Up to so many it may be twice sixteen.
_TWICE = 2500

# Side by side a network takes about this share of the time that it takes alone: to guess the time left.
_SHARE_SIDE_BY_SIDE = 0.1

# Whoever watches is told about this often [s].
_PROGRESS_SECONDS = 0.05


@dataclass(frozen=True)
class ManyProgress:
    """How far a training of many networks is.

    Attributes
    ----------
    n_trained, n_networks : int
        How many have come to their end, and how many there are.
    share : float
        Of all the work, how much is done, 0 to 1.
    seconds, seconds_left : float
        Since the beginning, and until the end as it looks now [s].
    """

    n_trained: int
    n_networks: int
    share: float
    seconds: float
    seconds_left: float


def train_many(
    networks: Sequence[Network],
    data: Dataset,
    held_out: Dataset | None = None,
    settings: Settings | None = None,
    *,
    learning_rates: Sequence[float] | None = None,
    progress: Callable[[ManyProgress], None] | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    **changes: Any,
) -> list[History]:
    """Train many networks on the same data, each by itself: seeds, learning rates, widths side by side.

    Small networks of one shape go sixteen or 32 at a time through the same instructions, at a small part of
    the time that one after the other would take. What becomes of a network does not depend on which others
    there are, nor on their number. Other networks, and trainings with dropout, clipping, early stopping,
    several starts or a precision, are trained by `train`, one a thread, or, where a step is worth several
    threads, in turn.

    Parameters
    ----------
    networks : sequence of Network
        Each is trained in place.
    data : Dataset
        To learn from.
    held_out : Dataset, optional
        To be judged by.
    settings : Settings, optional
        The same for all: the order of the examples too.
    learning_rates : sequence of float, optional
        One for each network, in place of the settings' own.
    progress : callable, optional
        Called with a `ManyProgress` about 20 times a second, by one thread at a time.
    time_limit : float, optional
        Stop after this long [s], as if Ctrl-C had been pressed.
    threads : int, optional
        At most so many; without it as many as there are processors. The result is the same to the last bit.
    **changes
        Single settings by name, see `Settings`.

    Returns
    -------
    list of History
        One for each network. Networks that go side by side are measured before and after the training only. A
        loss that is not finite is no error here: the history says "not finite", and the network is as it was
        before that step, or, where it was trained by `train`, as that leaves it. A training that was stopped
        (Ctrl-C, time limit) keeps the networks as they are; "interrupted" or "time" stands in the histories
        of those that had not come to their end, which hold no moment where nothing had begun.

    Raises
    ------
    DataError
        The data do not fit a network.
    SettingError, ChoiceError
        A setting is not what it may be, or a network is there twice.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.data.four_pixel()
    >>> networks = [glassnet.Network([4, 8, 4], ["tanh", "softmax"], seed=seed) for seed in range(20)]
    >>> histories = glassnet.train_many(networks, data, learning_rate=0.05, epochs=300)
    >>> sum(history.moments[-1].n_right == 8 for history in histories)
    20
    """
    chosen, networks = Settings.of(settings, changes), list(networks)
    each = [chosen] * len(networks)
    if learning_rates is not None:
        if np.ndim(learning_rates) != 1:
            raise SettingError(f"learning_rates: got {learning_rates!r}, expected a sequence of numbers")
        if len(learning_rates) != len(networks):
            raise SettingError(
                f"learning_rates: got {len(learning_rates)}, expected {len(networks)}, one a network"
            )
        by_rate = {
            rate: Settings.of(chosen, {"learning_rate": number(rate, "learning_rates", above=0)})
            for rate in set(learning_rates)
        }
        each = [by_rate[rate] for rate in learning_rates]
    return train_each(
        networks, each, data, held_out, progress=progress, time_limit=time_limit, threads=threads
    )


def train_each(
    networks: Sequence[Network],
    settings: Sequence[Settings],
    data: Dataset,
    held_out: Dataset | None = None,
    *,
    progress: Callable[[ManyProgress], None] | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
) -> list[History]:
    """Train many networks on the same data, each with settings of its own; see `train_many`."""
    for network, chosen in zip(networks, settings, strict=True):
        loops.check_precision(network, chosen.precision)
    if len({id(network.parameters) for network in networks}) < len(networks):
        raise SettingError("networks: the same one is there twice; each is trained in place, take a copy()")
    n_threads = _threads(threads)
    limit = np.inf if time_limit is None else number(time_limit, "time_limit", above=0)
    for network in {(network.sizes, network.categories): network for network in networks}.values():
        for part in (data, held_out):
            if part is not None:
                check_fit(part, network)
    for network in networks:
        network.categories = network.categories or data.categories
        network.encoder = network.encoder or data.encoder
    jobs, in_turn = _jobs(networks, settings, data, held_out, n_threads, threads)
    costs = [sum(_cost(networks[i], settings[i], len(group)) for i in group) for group, _ in jobs + in_turn]
    tally = _Tally(len(networks), sum(costs), progress, limit)
    tasks = [
        _Task(job, len(group), cost, tally) for (group, job), cost in zip(jobs + in_turn, costs, strict=True)
    ]
    with CtrlC() as ctrl_c:
        tally.ctrl_c = ctrl_c
        _work_off(tasks[: len(jobs)], n_threads, tally)
        _work_off(tasks[len(jobs) :], 1, tally)
    histories = {
        i: history for group, job in jobs + in_turn for i, history in zip(group, job.histories, strict=True)
    }
    for history in histories.values():
        if not history.moments:  # it had not begun
            history.stopped = tally.stopping or "interrupted"
    return [histories[i] for i in range(len(networks))]


def needs_compilation(
    networks: Sequence[Network], settings: Sequence[Settings], n_examples: int, threads: int | None
) -> bool:
    """Whether a loop that trains one of these among the others was never compiled on this machine."""
    together, alone = _sorted_out(networks, settings, _threads(threads))
    return any(side_by_side.needs_compilation(networks[alike[0]], lanes) for alike, lanes in together) or any(
        loops.needs_compilation(networks[i], min(settings[i].batch, n_examples), settings[i].precision)
        for i in alone
    )


def _threads(threads: int | None) -> int:
    return processors() if threads is None else min(whole_number(threads, "threads", low=1), processors())


def _jobs(
    networks: Sequence[Network],
    settings: Sequence[Settings],
    data: Dataset,
    held_out: Dataset | None,
    n_threads: int,
    asked_for: int | None,
) -> tuple[list[tuple[list[int], _Job]], list[tuple[list[int], _Job]]]:
    """Return what one thread each does, and what all do in turn; each with the networks that it is about."""
    together, alone = _sorted_out(networks, settings, n_threads)
    examples: dict[Any, tuple[Examples, Examples | None]] = {}
    jobs: list[tuple[list[int], _Job]] = []
    for alike, lanes in together:
        first = networks[alike[0]]
        if first.dtype not in examples:
            judges = None if held_out is None else Examples(held_out, first)
            examples[first.dtype] = Examples(data, first), judges
        learned, judges = examples[first.dtype]
        lessons = Lessons(first, settings[alike[0]], learned)
        for begin in range(0, len(alike), lanes):
            group = alike[begin : begin + lanes]
            some, theirs = [networks[i] for i in group], [settings[i] for i in group]
            job = SideBySide(some, theirs, lessons, judges, lanes)
            if begin == 0:
                job.begin()  # before Ctrl-C is caught, because it takes long, once
            jobs.append((group, job))
    in_turn: list[tuple[list[int], _Job]] = []
    for i in alone:
        wide = n_threads > 1 and worthwhile_threads(networks[i].n_parameters, settings[i].batch) > 1
        by_itself = _Alone(networks[i], settings[i], data, held_out, asked_for if wide else 1)
        (in_turn if wide else jobs).append(([i], by_itself))
    return jobs, in_turn


def _sorted_out(
    networks: Sequence[Network], settings: Sequence[Settings], n_threads: int
) -> tuple[list[tuple[list[int], int]], list[int]]:
    """Which networks are alike and go side by side, how many of them at a time, and which go alone."""
    kinds: dict[object, list[int]] = {}
    but_for_rate = {
        id(chosen): repr({**chosen.to_json(), "learning_rate": None})
        for chosen in {id(chosen): chosen for chosen in settings}.values()
    }
    for i, (network, chosen) in enumerate(zip(networks, settings, strict=True)):
        shape = (network.dtype.char, network.layers.tobytes(), network.connected.tobytes(), str(network.loss))
        kinds.setdefault((shape, but_for_rate[id(chosen)]), []).append(i)
    together, alone = [], []
    for alike in kinds.values():
        if _goes_side_by_side(networks[alike[0]], settings[alike[0]]):
            together.append((alike, _lanes(networks[alike[0]], len(alike), n_threads)))
        else:
            alone += alike
    return together, sorted(alone)


def _lanes(network: Network, n_networks: int, n_threads: int) -> int:
    """How many networks go side by side: `LANES`, or twice as many, so that float32 fills two registers too.

    While one of them waits for its result, the other goes on, and half as many groups cost less around the
    loop: a thousand networks of 4-4-4-8-4 take 0.81 of the time. Not where a thread would be left without
    work, nor with many parameters: with 3760 it would be 1.05.
    """
    many = n_networks > LANES * n_threads and network.n_parameters <= _TWICE
    return 2 * LANES if many and network.dtype == np.float32 else LANES


def _goes_side_by_side(network: Network, settings: Settings) -> bool:
    special = settings.clip is not None or settings.patience is not None or settings.starts > 1
    special = special or settings.precision is not None
    dropping = bool((network.layers["dropout"] > 0).any())
    return not special and not dropping and network.n_parameters <= _SIDE_BY_SIDE


def _cost(network: Network, settings: Settings, n_together: int) -> float:
    """About how long a network takes, in any unit: the same for each epoch, example and parameter."""
    share = _SHARE_SIDE_BY_SIDE if n_together > 1 else 1.0
    return settings.starts * settings.epochs * network.n_parameters * share


class _Job(Protocol):
    """One thread's work, on one network or more."""

    histories: list[History]

    def carry_out(self, stop: Callable[[], str | None], note: Callable[[float], None]) -> None: ...


class _Alone:
    """A network that is trained by itself."""

    def __init__(
        self,
        network: Network,
        settings: Settings,
        data: Dataset,
        held_out: Dataset | None,
        threads: int | None,
    ) -> None:
        self.histories = [History(held_out=held_out is not None, settings=settings)]
        self._what = (network, data, held_out, settings, threads)

    def carry_out(self, stop: Callable[[], str | None], note: Callable[[float], None]) -> None:
        """Train, and note what happened."""
        training = Training(*self._what)

        def progress(how_far: Progress) -> None:
            done = (how_far.start - 1) * how_far.epochs + how_far.epoch
            note(done / (how_far.n_starts * how_far.epochs))

        try:
            self.histories = [carry_out(training, progress=progress, stop=stop)]
        except LossNotFinite:
            self.histories = [training.conclude()]


class _Tally:
    """How much of the work is done, and whether to stop."""

    def __init__(
        self, n_networks: int, cost: float, progress: Callable[[ManyProgress], None] | None, limit: float
    ) -> None:
        self.stopping: str | None = None
        self.ctrl_c: CtrlC | None = None
        self._n_networks, self._cost, self._progress, self._limit = n_networks, cost, progress, limit
        self._n_trained, self._done = 0, 0.0
        self._began = self._told = time.perf_counter()
        self._lock = threading.Lock()

    def stop(self) -> str | None:
        """Say why to stop, or None."""
        if self.stopping is None:
            if self.ctrl_c is not None and self.ctrl_c.pressed:
                self.stopping = "interrupted"
            elif time.perf_counter() - self._began > self._limit:
                self.stopping = "time"
        return self.stopping

    def add(self, cost: float, n_trained: int = 0) -> None:
        """Note what was done, and tell whoever watches."""
        with self._lock:
            self._done += cost
            self._n_trained += n_trained
            now = time.perf_counter()
            over = self._n_trained == self._n_networks
            if self._progress is None or (now - self._told < _PROGRESS_SECONDS and not over):
                return
            self._told = now
            share, seconds = min(self._done / self._cost, 1.0), now - self._began
            left = seconds * (1 - share) / max(share, 1e-9)
            self._progress(ManyProgress(self._n_trained, self._n_networks, share, seconds, left))


class _Task:
    """A job with its share of the work."""

    def __init__(self, job: _Job, n_networks: int, cost: float, tally: _Tally) -> None:
        self._job, self._n_networks, self._cost, self._tally = job, n_networks, cost, tally
        self._share = 0.0

    def carry_out(self) -> None:
        self._job.carry_out(self._tally.stop, self._note)
        stopped = self._job.histories[0].stopped
        if stopped == "interrupted":  # Ctrl-C is caught by whoever is nearest
            self._tally.stopping = stopped
        elif stopped != "time":
            self._note(1.0, self._n_networks)

    def _note(self, share: float, n_trained: int = 0) -> None:
        self._tally.add((share - self._share) * self._cost, n_trained)
        self._share = share


def _work_off(tasks: Sequence[_Task], n_threads: int, tally: _Tally) -> None:
    """Carry the tasks out, each in one thread; an exception ends them all and is raised here."""
    waiting: queue.SimpleQueue[_Task] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while tally.stop() is None:
                waiting.get_nowait().carry_out()
        except queue.Empty:
            pass
        except BaseException as failure:  # noqa: BLE001 - whatever it is, it is raised by the caller's thread
            tally.stopping = "interrupted"
            failures.append(failure)

    helpers = [threading.Thread(target=work, daemon=True) for _ in range(min(n_threads, len(tasks)) - 1)]
    try:
        for helper in helpers:
            helper.start()
        work()
    finally:  # also when Ctrl-C comes between two chunks
        if sys.exception() is not None:
            tally.stopping = "interrupted"
        for helper in helpers:
            if helper.ident is not None:
                helper.join()
    if failures:
        raise failures[0]
