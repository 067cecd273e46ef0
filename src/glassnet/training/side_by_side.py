"""Small networks of one shape, trained side by side: each in a lane of the processor's registers."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.kernels import compiling, side_by_side, structures
from glassnet.kernels.lanes import with_lanes
from glassnet.memory import aligned_zeros
from glassnet.network.evaluating import measured_at_once
from glassnet.network.workspace import new_small_room
from glassnet.training.feed import Feed
from glassnet.training.history import History, Moment, NotFinite
from glassnet.training.run import new_rule
from glassnet.training.schedules import learning_rates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from glassnet.network import Network
    from glassnet.network.examples import Examples
    from glassnet.training.settings import Settings

__all__ = ["Lessons", "SideBySide", "needs_compilation"]

# About so many examples go through each network at a time: what is noted of each step stays in the cache
# then, and whoever wants to stop is heard soon.
_CHUNK = 8_192


def needs_compilation(network: Network, lanes: int) -> bool:
    """Whether the loop was never compiled on this machine for numbers such as this network's."""
    room = new_small_room(network.layers, network.dtype, 1, lanes=lanes)
    return compiling.needs_compilation(side_by_side.train_side_by_side, room)


class Lessons:
    """What groups of networks of one shape have in common: examples and learning rate of each step.

    All groups go through the same chunks of steps, threads about at the same time, and each group begins
    anew: the last two are kept. So 1000 networks of 4-4-4-8-4 take 0.93 of the time.

    Parameters
    ----------
    network : Network
        Any of them.
    settings : Settings
        Of any of them: only the learning rates may differ.
    examples : Examples
        To learn from.

    Attributes
    ----------
    chunk : callable
        The examples of a chunk, by its first step and how many it has: see `Feed.chunk`.
    rates : callable
        The learning rates of its steps, by the same and a network's learning rate.
    """

    def __init__(self, network: Network, settings: Settings, examples: Examples) -> None:
        self.examples, self.settings = examples, settings
        self.feed = Feed(examples, settings)
        self.rule = new_rule(network, settings, classifying=examples.data.categories is not None)
        self.chunk = functools.lru_cache(maxsize=2)(self.feed.chunk)
        rates = functools.partial(_rates, settings, self.feed.steps_per_epoch, network.dtype)
        self.rates = functools.lru_cache(maxsize=2)(rates)


def _rates(
    settings: Settings, per_epoch: int, dtype: Any, first_step: int, n_steps: int, rate: float
) -> NDArray[Any]:
    made = learning_rates(
        settings.chosen_schedule, rate, first_step, n_steps, steps_per_epoch=per_epoch, epochs=settings.epochs
    )
    return made.astype(dtype)


class SideBySide:
    """Some networks of one shape, trained together.

    Parameters
    ----------
    networks : sequence of Network
        Trained in place.
    settings : sequence of Settings
        One for each network; only the learning rates may differ.
    lessons : Lessons
        What they learn, and every other such group with them.
    held_out : Examples or None
        To be judged by.
    lanes : int
        How many networks there are at most: `LANES`, or twice as many.

    Attributes
    ----------
    histories : list of History
        One for each network.
    """

    def __init__(
        self,
        networks: Sequence[Network],
        settings: Sequence[Settings],
        lessons: Lessons,
        held_out: Examples | None,
        lanes: int,
    ) -> None:
        self.histories = [History(held_out=held_out is not None, settings=each) for each in settings]
        self._networks, self._lessons, self._lanes = networks, lessons, lanes
        self._rates = [chosen.rate for chosen in settings]
        self._judges = held_out or lessons.examples
        self._counted = lessons.examples.data.categories is not None

    def begin(self) -> None:
        """Have the loop compiled."""
        _Work(self._networks, self._rates, self._lessons, self._lanes).advance(0)

    def carry_out(self, stop: Callable[[], str | None], note: Callable[[float], None]) -> None:
        """Train, write the parameters back, and note what happened.

        Parameters
        ----------
        stop : callable
            Asked between two chunks of steps: why to stop there, or None to go on.
        note : callable
            Told, after each chunk, which share of the work is done.
        """
        began = time.perf_counter()
        work = _Work(self._networks, self._rates, self._lessons, self._lanes)
        self._measure(work)
        why = "finished"
        while work.step < work.n_steps:
            stopping = stop()
            if stopping is not None:
                why = stopping
                break
            work.advance(work.next_chunk())
            note(work.step / work.n_steps)
        n_epochs = work.step // work.feed.steps_per_epoch
        losses, right = work.by_epoch()
        work.take_back()
        for lane, (network, history) in enumerate(zip(self._networks, self.histories, strict=True)):
            network.parameters[:] = work.parameters[:, lane]
            history.not_finite = work.not_finite.get(lane)
            history.kept_epoch = n_epochs if history.not_finite is None else history.not_finite.epoch - 1
            history.stopped = why if history.not_finite is None else "not finite"
            history.losses = losses[: history.kept_epoch, lane].tolist()
            if self._counted:
                history.right = right[: history.kept_epoch, lane].tolist()
        self._measure(work)
        seconds = (time.perf_counter() - began) / len(self._networks)
        for history in self.histories:
            history.seconds = seconds

    def _measure(self, work: _Work) -> None:
        n_examples = self._judges.n_examples
        losses, right = work.measure(self._judges)
        for history, loss, n_right in zip(self.histories, losses, right, strict=False):
            counted = self._judges.data.categories is not None
            answers = (n_right, n_right / n_examples) if counted else (None, None)
            history.moments.append(Moment(history.kept_epoch, loss, *answers))


class _Work:
    """The arrays of a group of networks while it is trained, a lane for each network.

    Attributes
    ----------
    parameters : ndarray, shape (n_parameters, lanes)
    not_finite : dict of int to NotFinite
        By lane, where the loss stopped being finite.
    """

    def __init__(
        self, networks: Sequence[Network], rates: Sequence[float], lessons: Lessons, lanes: int
    ) -> None:
        first = networks[0]
        self._network, self._lessons, self._lanes = first, lessons, lanes
        self.feed = lessons.feed
        self.step, self.n_steps = 0, lessons.settings.epochs * self.feed.steps_per_epoch
        self._losses: list[NDArray[np.float64]] = []
        self._right: list[NDArray[np.float64]] = []
        self.not_finite: dict[int, NotFinite] = {}
        # Lanes without a network of their own repeat the last: their numbers stay ordinary ones.
        owners = [min(lane, len(networks) - 1) for lane in range(lanes)]
        self._distinct_rates = list(dict.fromkeys(rates))
        self._rate_of_lane = [self._distinct_rates.index(rates[owner]) for owner in owners]
        width, nothing = with_lanes(first.n_parameters, lanes), with_lanes(0, lanes)
        row = lessons.settings.chosen_optimizer.row
        self._learner = structures.Learner(
            parameters=aligned_zeros(width, first.dtype),
            gradient=aligned_zeros(width, first.dtype),
            first=aligned_zeros(width if row.remembers_mean else nothing, first.dtype),
            second=aligned_zeros(width if row.remembers_square else nothing, first.dtype),
            connected=first.connected.view(np.uint8),
        )
        self.parameters = self._learner.parameters.reshape(-1, lanes)
        for lane, owner in enumerate(owners):
            self.parameters[:, lane] = networks[owner].parameters
        room = new_small_room(first.layers, first.dtype, self.feed.batch * lanes, lanes=lanes)
        self._room = room._replace(gradient=self._learner.gradient)
        self._at_once = min(self._steps_at_once(), self.n_steps)
        self._stopped, self._met = np.full(lanes, -1), np.zeros(lanes)
        self._kept = np.zeros(width, dtype=first.dtype)

    def _steps_at_once(self) -> int:
        """How many steps a chunk has at most: some whole epochs, or less than one."""
        most = max(1, min(self.feed.most_steps(), _CHUNK // self.feed.batch))
        per_epoch = self.feed.steps_per_epoch
        return most // per_epoch * per_epoch if most > per_epoch else most

    def next_chunk(self) -> int:
        """Return how many steps come next: some whole epochs, or at most what is left of one."""
        per_epoch = self.feed.steps_per_epoch
        n_steps = min(self._at_once, self.n_steps - self.step)
        return n_steps if n_steps >= per_epoch else min(n_steps, per_epoch - self.step % per_epoch)

    def advance(self, n_steps: int) -> None:
        """Make so many steps."""
        per_epoch = self.feed.steps_per_epoch
        losses, right = np.zeros((2, *with_lanes(max(1, n_steps // per_epoch), self._lanes)))
        side_by_side.train_side_by_side(
            self._network.layers,
            self._learner,
            self._lessons.chunk(self.step, n_steps),
            self._room,
            self._network.loss_rule,
            self._lessons.rule,
            *self._rates(n_steps),
            side_by_side.Course(self.step, per_epoch, self._lessons.examples.n_examples),
            side_by_side.Notes(losses, right, self._stopped, self._met, self._kept),
        )
        for lane in np.flatnonzero(self._stopped >= self.step):
            over = int(self._stopped[lane])
            self.not_finite[int(lane)] = NotFinite(over + 1, over // per_epoch + 1, float(self._met[lane]))
        if self.step % per_epoch:  # an epoch that comes in several chunks
            with np.errstate(invalid="ignore", over="ignore"):  # what is no longer finite goes on
                self._losses[-1] += losses.reshape(-1, self._lanes)
                self._right[-1] += right.reshape(-1, self._lanes)
        elif n_steps:
            self._losses.append(losses.reshape(-1, self._lanes))
            self._right.append(right.reshape(-1, self._lanes))
        self.step += n_steps

    def _rates(self, n_steps: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the learning rate of each step, and that of each step and lane where they differ."""
        by_rate = [self._lessons.rates(self.step, n_steps, rate) for rate in self._distinct_rates]
        own = np.empty((n_steps if len(by_rate) > 1 else 0, self._lanes), self.parameters.dtype)
        for lane, place in enumerate(self._rate_of_lane if len(by_rate) > 1 else ()):
            own[:, lane] = by_rate[place]
        return by_rate[0], own.reshape(with_lanes(len(own), self._lanes))

    def by_epoch(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return mean loss and right answers of each epoch and network, shape (n_epochs, lanes)."""
        none = np.empty((0, self._lanes))
        right = np.concatenate([none, *self._right])
        return np.concatenate([none, *self._losses]), right.astype(np.int64)

    def take_back(self) -> None:
        """Let networks whose loss was not finite be again what they were before that step."""
        for lane in self.not_finite:
            self.parameters[:, lane] = self._kept.reshape(-1, self._lanes)[:, lane]

    def measure(self, judges: Examples) -> tuple[list[float], list[int]]:
        """Return the loss of each network, and how many examples it classifies right.

        The loop of the training measures, all networks at once, to the same bits as `Measurer`.
        """
        network, n_examples = self._network, judges.n_examples
        block = measured_at_once(network, n_examples)
        totals, n_right = np.zeros((2, self._lanes))
        for first in range(0, n_examples, block):
            last = min(first + block, n_examples)
            inputs, targets = judges.read(first, last).reshape(-1), judges.targets[first:last].reshape(-1)
            numbers = np.arange(last - first + 1)
            losses, right = np.zeros((2, *with_lanes(1, self._lanes)))
            side_by_side.train_side_by_side(
                network.layers,
                self._learner,
                structures.Batches(inputs, targets, judges.weights[first:last], numbers[:-1], numbers),
                self._room,
                network.loss_rule._replace(mean=False),
                structures.JUDGING,
                inputs[:0],
                self._kept[:0],
                side_by_side.Course(0, last - first, last - first),
                side_by_side.Notes(losses, right, self._stopped, self._met, self._kept),
            )
            totals += losses.reshape(-1)
            n_right += right.reshape(-1)
        means = totals / n_examples if network.loss_rule.mean else totals
        return means.tolist(), n_right.astype(int).tolist()
