"""Small networks of one shape, trained side by side: each in a lane of the processor's registers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.kernels import rooms, side_by_side
from glassnet.kernels.llvm import LANES
from glassnet.network.evaluating import Measurer
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

__all__ = ["SideBySide"]

# About so many examples go through each network at a time: what is noted of each step stays in the cache
# then, and whoever wants to stop is heard soon.
_CHUNK = 5_000


class SideBySide:
    """Up to `LANES` networks of one shape, trained together.

    Parameters
    ----------
    networks : sequence of Network
        Trained in place.
    settings : sequence of Settings
        One for each network; only the learning rates may differ.
    examples : Examples
        To learn from.
    held_out : Examples or None
        To be judged by.

    Attributes
    ----------
    histories : list of History
        One for each network.
    """

    def __init__(
        self,
        networks: Sequence[Network],
        settings: Sequence[Settings],
        examples: Examples,
        held_out: Examples | None,
    ) -> None:
        self.histories = [History(held_out=held_out is not None) for _ in networks]
        self._networks, self._settings = networks, settings
        self._examples, self._judges = examples, held_out or examples
        self._counted = examples.data.categories is not None

    def begin(self) -> None:
        """Have the loop compiled."""
        _Work(self._networks, self._settings, self._examples).advance(0)

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
        work = _Work(self._networks, self._settings, self._examples)
        first = self._networks[0]
        room = new_small_room(first.layers, first.dtype, LANES, lanes=True)
        measure = Measurer(first, self._judges, 1, room)
        self._measure(measure)
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
        for lane, (network, history) in enumerate(zip(self._networks, self.histories, strict=True)):
            network.parameters[:] = work.parameters(lane)
            history.not_finite = work.not_finite.get(lane)
            history.kept_epoch = n_epochs if history.not_finite is None else history.not_finite.epoch - 1
            history.stopped = why if history.not_finite is None else "not finite"
            history.losses = losses[: history.kept_epoch, lane].tolist()
            if self._counted:
                history.right = right[: history.kept_epoch, lane].tolist()
        self._measure(measure)
        seconds = (time.perf_counter() - began) / len(self._networks)
        for history in self.histories:
            history.seconds = seconds

    def _measure(self, measure: Measurer) -> None:
        n_examples = self._judges.n_examples
        for network, history in zip(self._networks, self.histories, strict=True):
            loss, n_right = measure(network.parameters)
            moment = Moment(history.kept_epoch, loss, None, None)
            if self._counted:
                moment = Moment(history.kept_epoch, loss, n_right, n_right / n_examples)
            history.moments.append(moment)


class _Work:
    """The arrays of a group of networks while it is trained, a lane for each network.

    Attributes
    ----------
    not_finite : dict of int to NotFinite
        By lane, where the loss stopped being finite.
    """

    def __init__(self, networks: Sequence[Network], settings: Sequence[Settings], examples: Examples) -> None:
        first = networks[0]
        self.feed = Feed(examples, settings[0])
        self.step, self.n_steps = 0, settings[0].epochs * self.feed.steps_per_epoch
        self._losses: list[NDArray[np.float64]] = []
        self._right: list[NDArray[np.float64]] = []
        self.not_finite: dict[int, NotFinite] = {}
        # Lanes without a network of their own repeat the last: their numbers stay ordinary ones.
        self._owners = [min(lane, len(networks) - 1) for lane in range(LANES)]
        self._schedule, self._epochs = settings[0].chosen_schedule, settings[0].epochs
        rates = [settings[k].rate for k in self._owners]
        self._distinct_rates = list(dict.fromkeys(rates))
        self._rate_of_lane = [self._distinct_rates.index(rate) for rate in rates]
        self._layers, self._loss, self._n_examples = first.layers, first.loss_rule, examples.n_examples
        self._rule = new_rule(first, settings[0], classifying=examples.data.categories is not None)
        width = (first.n_parameters, LANES)
        row = settings[0].chosen_optimizer.row
        columns = [networks[k].parameters for k in self._owners]
        self._learner = rooms.Learner(
            parameters=np.ascontiguousarray(np.stack(columns, axis=1)),
            gradient=np.zeros(width, dtype=first.dtype),
            first=np.zeros(width if row.remembers_mean else (0, LANES), dtype=first.dtype),
            second=np.zeros(width if row.remembers_square else (0, LANES), dtype=first.dtype),
            connected=first.connected.view(np.uint8),
        )
        room = new_small_room(first.layers, first.dtype, self.feed.batch * LANES, lanes=True)
        self._room = room._replace(gradient=self._learner.gradient)
        self._at_once = min(self._steps_at_once(), self.n_steps)
        self._of_steps = np.empty((3, self._at_once, LANES), dtype=first.dtype)
        self._stopped = np.full(LANES, -1)
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
        rates, losses, right = self._of_steps[:, :n_steps]
        self._set_rates(rates)
        side_by_side.train_side_by_side(
            self._layers,
            self._learner,
            self.feed.chunk(self.step, n_steps),
            self._room,
            self._loss,
            self._rule,
            rates,
            losses,
            right,
            self.step,
            self._stopped,
            self._kept,
        )
        for lane in np.flatnonzero(self._stopped >= self.step):
            over = int(self._stopped[lane])
            loss = float(losses[over - self.step, lane])
            self.not_finite[int(lane)] = NotFinite(over + 1, over // per_epoch + 1, loss)
        if n_steps:
            self._add_up(losses, right)
        self.step += n_steps

    def _set_rates(self, rates: NDArray[Any]) -> None:
        """The learning rate of each step and network, shape (n_steps, LANES)."""
        by_rate = [
            learning_rates(
                self._schedule,
                rate,
                self.step,
                len(rates),
                steps_per_epoch=self.feed.steps_per_epoch,
                epochs=self._epochs,
            ).astype(rates.dtype)
            for rate in self._distinct_rates
        ]
        for lane, place in enumerate(self._rate_of_lane):
            rates[:, lane] = by_rate[place]

    def _add_up(self, losses: NDArray[Any], right: NDArray[Any]) -> None:
        """Add what was noted of each step to that of its epoch."""
        per_epoch, n_steps = self.feed.steps_per_epoch, len(losses)
        shares = np.ones(n_steps)
        if self._loss.mean:
            shares = self.feed.sizes(self.step, n_steps) / self._n_examples
        n_epochs = max(1, n_steps // per_epoch)
        of_epochs = (n_epochs, -1, LANES)
        with np.errstate(invalid="ignore", over="ignore"):  # lanes whose loss is no longer finite go on
            sums = np.einsum("esl,es->el", losses.reshape(of_epochs), shares.reshape(n_epochs, -1))
            n_right = right.reshape(of_epochs).sum(axis=1, dtype=np.float64)
            if self.step % per_epoch:
                self._losses[-1] += sums
                self._right[-1] += n_right
            else:
                self._losses.append(sums)
                self._right.append(n_right)

    def by_epoch(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return mean loss and right answers of each epoch and network, shape (n_epochs, LANES)."""
        none = np.empty((0, LANES))
        right = np.concatenate([none, *self._right])
        with np.errstate(invalid="ignore"):
            return np.concatenate([none, *self._losses]), right.astype(np.int64)

    def parameters(self, lane: int) -> NDArray[Any]:
        """Return what a network has come to: before the step whose loss was not finite, if there was one."""
        values = self._kept if lane in self.not_finite else self._learner.parameters
        return values[:, lane]
