"""Small networks of one shape, trained side by side: each in a lane of the processor's registers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.kernels import rooms, small
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

# About so many examples go through each network between two looks at whether to stop.
_CHUNK = 20_000


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
        measure = Measurer(self._networks[0], self._judges, 1)
        self._measure(measure, 0)
        why = "finished"
        while work.step < work.n_steps:
            stopping = stop()
            if stopping is not None:
                why = stopping
                break
            work.advance()
            note(work.step / work.n_steps)
        n_epochs = work.step // work.feed.steps_per_epoch
        losses, right = work.by_epoch(n_epochs)
        for lane, (network, history) in enumerate(zip(self._networks, self.histories, strict=True)):
            not_finite = work.not_finite(lane)
            network.parameters[:] = work.parameters(lane)
            last = n_epochs if not_finite is None else not_finite.epoch - 1
            history.losses = losses[lane, :last].tolist()
            if self._counted:
                history.right = right[lane, :last].tolist()
            history.kept_epoch = last
            history.stopped = why if not_finite is None else "not finite"
            history.not_finite = not_finite
        self._measure(measure, n_epochs)
        seconds = (time.perf_counter() - began) / len(self._networks)
        for history in self.histories:
            history.seconds = seconds

    def _measure(self, measure: Measurer, epoch: int) -> None:
        n_examples = self._judges.n_examples
        for network, history in zip(self._networks, self.histories, strict=True):
            loss, n_right = measure(network.parameters)
            moment = Moment(epoch, loss, None, None)
            if self._counted:
                moment = Moment(epoch, loss, n_right, n_right / n_examples)
            history.moments.append(moment)


class _Work:
    """The arrays of a group of networks while it is trained, a lane for each network."""

    def __init__(self, networks: Sequence[Network], settings: Sequence[Settings], examples: Examples) -> None:
        first = networks[0]
        self.feed = Feed(examples, settings[0])
        self.step, self.n_steps = 0, settings[0].epochs * self.feed.steps_per_epoch
        self._at_once = max(1, min(self.feed.most_steps(), _CHUNK // self.feed.batch))
        # Lanes without a network of their own repeat the last: their numbers stay ordinary ones.
        owners = [min(lane, len(networks) - 1) for lane in range(LANES)]
        self._settings = [settings[k] for k in owners]
        self._layers, self._loss, self._n_examples = first.layers, first.loss_rule, examples.n_examples
        self._rule = new_rule(first, settings[0], classifying=examples.data.categories is not None)
        width = (first.n_parameters, LANES)
        row = settings[0].chosen_optimizer.row
        self._learner = rooms.Learner(
            parameters=np.ascontiguousarray(np.stack([networks[k].parameters for k in owners], axis=1)),
            gradient=np.zeros(width, dtype=first.dtype),
            first=np.zeros(width if row.remembers_mean else (0, LANES), dtype=first.dtype),
            second=np.zeros(width if row.remembers_square else (0, LANES), dtype=first.dtype),
            connected=first.connected.view(np.uint8),
        )
        room = new_small_room(first.layers, first.dtype, self.feed.batch * LANES, lanes=True)
        self._room = room._replace(gradient=self._learner.gradient)
        self._losses = np.empty((self.n_steps, LANES), dtype=first.dtype)
        self._right = np.empty((self.n_steps, LANES), dtype=first.dtype)
        self._stopped = np.full(LANES, -1)
        self._kept = np.zeros(width, dtype=first.dtype)

    def advance(self) -> None:
        """Make the next chunk of steps."""
        begin = self.step
        end = min(begin + self._at_once, self.n_steps)
        small.train_side_by_side(
            self._layers,
            self._learner,
            self.feed.chunk(begin, end - begin),
            self._room,
            self._loss,
            self._rule,
            self._rates(begin, end),
            self._losses[begin:end],
            self._right[begin:end],
            begin,
            self._stopped,
            self._kept,
        )
        self.step = end

    def _rates(self, begin: int, end: int) -> NDArray[Any]:
        """The learning rate of each step and network, shape (n_steps, LANES)."""
        rates = np.empty((end - begin, LANES), dtype=self._kept.dtype)
        known: dict[float, NDArray[np.float64]] = {}
        for lane, settings in enumerate(self._settings):
            if settings.rate not in known:
                known[settings.rate] = learning_rates(
                    settings.chosen_schedule,
                    settings.rate,
                    begin,
                    end - begin,
                    steps_per_epoch=self.feed.steps_per_epoch,
                    epochs=settings.epochs,
                )
            rates[:, lane] = known[settings.rate]
        return rates

    def by_epoch(self, n_epochs: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return mean loss and right answers of each network in each epoch, shape (LANES, n_epochs)."""
        per_epoch = self.feed.steps_per_epoch
        shares = np.ones(per_epoch)
        if self._loss.mean:
            shares = self.feed.sizes(0, per_epoch) / self._n_examples
        shape = (n_epochs, per_epoch, LANES)
        losses = self._losses[: n_epochs * per_epoch].reshape(shape).astype(np.float64)
        right = self._right[: n_epochs * per_epoch].reshape(shape)
        return np.einsum("esl,s->le", losses, shares), right.sum(axis=1).T.astype(np.int64)

    def parameters(self, lane: int) -> NDArray[Any]:
        """Return what a network has come to: before the step whose loss was not finite, if there was one."""
        values = self._learner.parameters if self._stopped[lane] < 0 else self._kept
        return values[:, lane]

    def not_finite(self, lane: int) -> NotFinite | None:
        """Return where the loss of a network stopped being finite, if it did."""
        step = int(self._stopped[lane])
        if step < 0:
            return None
        return NotFinite(step + 1, step // self.feed.steps_per_epoch + 1, float(self._losses[step, lane]))
