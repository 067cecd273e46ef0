"""Many small networks at once: sixteen of them side by side, in the lanes of the processor's registers."""

from __future__ import annotations

import queue
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import number, whole_number
from glassnet.errors import SettingError
from glassnet.kernels import rooms, small
from glassnet.kernels.llvm import LANES
from glassnet.kernels.threads import processors
from glassnet.network.evaluating import Measurer
from glassnet.network.examples import Examples, check_fit
from glassnet.network.workspace import new_small_room
from glassnet.training.feed import Feed
from glassnet.training.history import History, Moment, NotFinite
from glassnet.training.run import new_rule
from glassnet.training.schedules import learning_rates as scheduled
from glassnet.training.settings import Settings
from glassnet.training.train import train

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glassnet.data import Dataset
    from glassnet.network import Network

__all__ = ["train_many"]

# Networks of up to so many parameters go side by side; sixteen larger ones would crowd each other out of the
# cache, and each fills the registers by itself.
_SIDE_BY_SIDE = 4000

# About so many steps are made between two looks at whether the work was given up [examples].
_CHUNK = 20_000


def train_many(
    networks: Sequence[Network],
    data: Dataset,
    held_out: Dataset | None = None,
    settings: Settings | None = None,
    *,
    learning_rates: Sequence[float] | None = None,
    threads: int | None = None,
    **changes: Any,
) -> list[History]:
    """Train many networks on the same data, each by itself: seeds, learning rates, widths side by side.

    Small networks of one shape go sixteen at a time through the same instructions, at a small part of the
    time that one after the other would take. What becomes of a network does not depend on which others
    there are, nor on their number. Other networks, and trainings with dropout, clipping, early stopping or
    several starts, are trained in turn, by `train`.

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
    threads : int, optional
        At most so many; without it as many as there are processors. The result is the same to the last bit.
    **changes
        Single settings by name, see `Settings`.

    Returns
    -------
    list of History
        One for each network. Networks that go side by side are measured before and after the training only. A
        loss that is not finite is no error here: the history says "not finite", and the network is as it was
        before that step.

    Raises
    ------
    DataError
        The data do not fit a network.
    SettingError, ChoiceError
        A setting is not what it may be.
    LossNotFinite
        Of a network that is trained in turn.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.data.four_pixel()
    >>> networks = [glassnet.Network([4, 8, 4], ["tanh", "softmax"], seed=seed) for seed in range(20)]
    >>> histories = glassnet.train_many(networks, data, learning_rate=0.05, epochs=300)
    >>> sum(history.moments[-1].n_right == 8 for history in histories)
    20
    """
    chosen = Settings.of(settings, changes)
    rates = [chosen.rate] * len(networks) if learning_rates is None else list(learning_rates)
    if len(rates) != len(networks):
        raise SettingError(f"learning_rates: got {len(rates)}, expected {len(networks)}, one a network")
    for rate in rates:
        number(rate, "learning_rates", above=0)
    n_threads = (
        processors() if threads is None else min(whole_number(threads, "threads", low=1), processors())
    )
    together, in_turn = _sorted_out(networks, chosen)
    histories: dict[int, History] = {}
    jobs = [
        _SideBySide([networks[i] for i in group], [rates[i] for i in group], data, held_out, chosen)
        for group in together
    ]
    _work_off(jobs, n_threads)
    for group, job in zip(together, jobs, strict=True):
        histories.update(zip(group, job.histories, strict=True))
    for i in in_turn:
        one = Settings.of(chosen, {"learning_rate": rates[i]})
        histories[i] = train(networks[i], data, held_out, one, threads=threads)
    return [histories[i] for i in range(len(networks))]


def _sorted_out(networks: Sequence[Network], settings: Settings) -> tuple[list[list[int]], list[int]]:
    """Which networks go side by side, in groups of at most `LANES`, and which in turn."""
    shapes: dict[bytes, list[int]] = {}
    in_turn = []
    for i, network in enumerate(networks):
        special = settings.clip is not None or settings.patience is not None or settings.starts > 1
        dropping = bool((network.layers["dropout"] > 0).any())
        if special or dropping or network.n_parameters > _SIDE_BY_SIDE:
            in_turn.append(i)
            continue
        parts = (network.layers.tobytes(), network.connected.tobytes(), str(network.loss).encode())
        shapes.setdefault(b"/".join((network.dtype.char.encode(), *parts)), []).append(i)
    groups = [
        alike[first : first + LANES] for alike in shapes.values() for first in range(0, len(alike), LANES)
    ]
    return groups, in_turn


def _work_off(jobs: Sequence[_SideBySide], n_threads: int) -> None:
    """Carry the jobs out, each in one thread; an exception ends them all and is raised here."""
    waiting: queue.SimpleQueue[_SideBySide] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    given_up = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while not given_up.is_set():
                waiting.get_nowait().carry_out(given_up.is_set)
        except queue.Empty:
            pass
        except BaseException as failure:  # noqa: BLE001 - whatever it is, it is raised by the caller's thread
            given_up.set()
            failures.append(failure)

    helpers = [threading.Thread(target=work, daemon=True) for _ in range(min(n_threads, len(jobs)) - 1)]
    try:
        for helper in helpers:
            helper.start()
        work()
    finally:  # also when Ctrl-C comes between two chunks
        if sys.exception() is not None:
            given_up.set()
        for helper in helpers:
            if helper.ident is not None:
                helper.join()
    if failures:
        raise failures[0]


class _SideBySide:
    """Up to `LANES` networks of one shape, trained together."""

    def __init__(
        self,
        networks: list[Network],
        rates: list[float],
        data: Dataset,
        held_out: Dataset | None,
        settings: Settings,
    ) -> None:
        self.networks, self.settings = networks, settings
        self.examples = Examples(data, networks[0])  # the same for all: they are of one shape
        for network in networks:
            check_fit(data, network)
            network.categories = network.categories or data.categories
            network.encoder = network.encoder or data.encoder
        self.judges = Examples(held_out, networks[0]) if held_out is not None else self.examples
        self.histories = [History(held_out=held_out is not None) for _ in networks]
        self.feed = Feed(self.examples, settings)
        first = networks[0]
        width = (first.n_parameters, LANES)
        row = settings.chosen_optimizer.row
        # Lanes without a network of their own repeat the last: their numbers stay ordinary ones.
        columns = [networks[min(lane, len(networks) - 1)].parameters for lane in range(LANES)]
        self.learner = rooms.Learner(
            parameters=np.ascontiguousarray(np.stack(columns, axis=1)),
            gradient=np.zeros(width, dtype=first.dtype),
            first=np.zeros(width if row.remembers_mean else (0, LANES), dtype=first.dtype),
            second=np.zeros(width if row.remembers_square else (0, LANES), dtype=first.dtype),
            connected=first.connected.view(np.uint8),
        )
        room = new_small_room(first.layers, first.dtype, self.feed.batch * LANES, lanes=True)
        self.room = room._replace(gradient=self.learner.gradient)
        shares = [rates[min(lane, len(rates) - 1)] / settings.rate for lane in range(LANES)]
        self.factors = np.array([shares], dtype=first.dtype)
        self.stopped = np.full(LANES, -1)
        self.kept = np.zeros(width, dtype=first.dtype)

    def carry_out(self, given_up: Callable[[], bool]) -> None:
        """Train, write the parameters back, and note what happened; end early when given up."""
        self._measure(0)
        per_epoch, n_steps = self.feed.steps_per_epoch, self.settings.epochs * self.feed.steps_per_epoch
        at_once = max(1, min(self.feed.most_steps(), _CHUNK // self.feed.batch))
        losses, right = (
            np.empty((n_steps, LANES), self.kept.dtype),
            np.empty((n_steps, LANES), self.kept.dtype),
        )
        step = 0
        while step < n_steps and not given_up():
            some = min(at_once, n_steps - step)
            self._advance(step, losses[step : step + some], right[step : step + some])
            step += some
        shares = self.feed.sizes(0, per_epoch) / self.examples.n_examples
        if not self.networks[0].loss_rule.mean:
            shares = np.ones(per_epoch)
        n_epochs = step // per_epoch
        by_epoch = losses[: n_epochs * per_epoch].reshape(n_epochs, per_epoch, LANES)
        means = np.einsum("esl,s->el", by_epoch.astype(np.float64), shares)
        n_right = right[: n_epochs * per_epoch].reshape(n_epochs, per_epoch, LANES).sum(axis=1)
        for lane, (network, history) in enumerate(zip(self.networks, self.histories, strict=True)):
            over = int(self.stopped[lane])
            network.parameters[:] = (self.learner.parameters if over < 0 else self.kept)[:, lane]
            last = n_epochs if over < 0 else over // per_epoch
            history.losses = means[:last, lane].tolist()
            if self.examples.data.categories is not None:
                history.right = n_right[:last, lane].astype(int).tolist()
            history.kept_epoch = last
            history.stopped = "finished" if step == n_steps else "interrupted"
            if over >= 0:
                history.stopped = "not finite"
                history.not_finite = NotFinite(over + 1, over // per_epoch + 1, float(losses[over, lane]))
        self._measure(n_epochs)

    def _advance(self, step: int, losses: Any, right: Any) -> None:
        network = self.networks[0]
        rates = scheduled(
            self.settings.chosen_schedule,
            self.settings.rate,
            step,
            len(losses),
            steps_per_epoch=self.feed.steps_per_epoch,
            epochs=self.settings.epochs,
        )
        small.train_side_by_side(
            network.layers,
            self.learner,
            self.feed.chunk(step, len(losses)),
            self.room,
            network.loss_rule,
            new_rule(network, self.settings, classifying=self.examples.data.categories is not None),
            rates,
            self.factors,
            losses,
            right,
            step,
            self.stopped,
            self.kept,
        )

    def _measure(self, epoch: int) -> None:
        for network, history in zip(self.networks, self.histories, strict=True):
            loss, n_right = Measurer(network, self.judges, 1)()
            counted = self.judges.data.categories is not None
            share = n_right / self.judges.n_examples if counted else None
            history.moments.append(Moment(epoch, loss, n_right if counted else None, share))
