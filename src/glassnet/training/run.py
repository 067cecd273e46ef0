"""One training from one set of initial weights, a chunk of steps at a time."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import SettingError
from glassnet.kernels import steps, structures
from glassnet.kernels.codes import LEARN
from glassnet.kernels.crew import together
from glassnet.kernels.llvm import LANES
from glassnet.kernels.threads import processors, worthwhile_threads
from glassnet.memory import aligned_zeros, make_sure_of_memory
from glassnet.network.evaluating import Measurer
from glassnet.network.workspace import new_small_room, rows_at_once
from glassnet.training.feed import Feed
from glassnet.training.history import History, Moment, NotFinite
from glassnet.training.loops import (
    KERNELS,
    Loop,
    check_precision,
    loop_for,
    memory_of_training,
    needs_compilation,
    room_for,
)
from glassnet.training.probe import Probe
from glassnet.training.schedules import learning_rates
from glassnet.training.team_size import TeamSize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.network import Network
    from glassnet.network.examples import Examples
    from glassnet.training.settings import Settings

__all__ = ["Run", "new_rule"]

# Without held-out data a long run is measured about this often, instead of after every epoch.
_MOMENTS = 100

# A team of threads that is held up by other programs ends its chunk after so long [s].
_PATIENCE = 0.06


class Run:
    """A training that can be advanced, looked at and stopped at any step.

    How the steps are cut into chunks changes nothing in the result.

    Parameters
    ----------
    network : Network
        Trained in place.
    examples : Examples
        To learn from.
    held_out : Examples or None
        To be judged by; never learned from.
    settings : Settings
    threads : int, optional
        So many work together, if there are as many processors; without it one or all, whichever is the
        faster. No bit depends on it.
    keeps_later : bool, optional
        Whether memory for another network is needed later, to keep the best of several starts.

    Attributes
    ----------
    step : int
        How many steps are made.
    n_steps : int
        How many there are to make.
    n_threads : int
        How many work together at the moment.
    history : History
        Up to now.

    Raises
    ------
    SettingError
        Early stopping without held-out data, or a precision that network or processor do not have.
    """

    def __init__(
        self,
        network: Network,
        examples: Examples,
        held_out: Examples | None,
        settings: Settings,
        threads: int | None = None,
        *,
        keeps_later: bool = False,
    ) -> None:
        check_precision(network, settings.precision)
        if settings.patience is not None and held_out is None:
            raise SettingError("patience: early stopping needs held-out data to watch; hand in held_out")
        self.network = network
        self.settings = settings
        self._schedule = settings.chosen_schedule  # read once: its text costs each chunk 0.03 ms else
        self.feed = Feed(examples, settings)
        self.step = 0
        self.n_steps = settings.epochs * self.feed.steps_per_epoch
        self.history = History(held_out=held_out is not None, settings=settings)
        self._examples = examples
        self._judges = held_out or examples
        fixed = threads is not None
        if threads is None:
            threads = worthwhile_threads(network.n_parameters, self.feed.batch)
        self._most_threads = min(threads, processors())
        self._team_size = TeamSize(self._most_threads, fixed=fixed)
        needed = memory_of_training(
            network, settings, self.feed.batch, self._judges.n_examples, self._most_threads
        )
        make_sure_of_memory(
            needed + (network.parameters.nbytes if keeps_later else 0),
            f"training network {network.name} with {settings.optimizer} in batches of {self.feed.batch:,}",
            "take smaller layers or batches, or an optimizer that remembers less, such as sgd",
        )
        self._epochs_a_moment = 1 if held_out else -(-settings.epochs // _MOMENTS)
        self._learner = _new_learner(network, settings)
        self._rule = new_rule(network, settings, classifying=examples.data.categories is not None)
        self._room = room_for(
            network, self.feed.batch, self._most_threads, self._learner.gradient, settings.precision
        )
        small_room = None
        if self.loop != "tiles":
            small_room = new_small_room(network.layers, network.dtype, 1, lanes=LANES)
        self._measure = Measurer(network, self._judges, self._most_threads, small_room)
        self._probe = Probe(network, examples, settings, settings.epochs // self._epochs_a_moment + 1)
        self._epoch_so_far = (0.0, 0)  # loss and right answers of the epoch under way
        self._best = network.parameters.copy()  # as they were at `_best_moment`
        self._best_moment: Moment | None = None
        self._measuring: Iterator[tuple[float, int] | None] | None = None

    @property
    def epoch(self) -> int:
        """How many epochs are finished."""
        return self.step // self.feed.steps_per_epoch

    @property
    def n_threads(self) -> int:
        """How many threads work together at the moment."""
        return self._team_size.n_threads

    @property
    def loop(self) -> Loop:
        """Which of the compiled loops makes the steps."""
        return loop_for(self.network, self.feed.batch, self.settings.precision)

    @property
    def needs_compilation(self) -> bool:
        """Whether that loop was never compiled on this machine, so that the first step takes some seconds."""
        return needs_compilation(self.network, self.feed.batch, self.settings.precision)

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""
        if self.history.not_finite is not None:
            return True
        if self._moment_due():
            return False
        if self.step >= self.n_steps:
            return True
        patience, best = self.settings.patience, self._best_moment
        return patience is not None and best is not None and self.epoch - best.epoch >= patience

    @property
    def kept_moment(self) -> Moment | None:
        """The measurement that belongs to the network as `stop` left it, or else the last one."""
        best, moments = self._best_moment, self.history.moments
        if best is not None and best.epoch == self.history.kept_epoch:
            return best
        return moments[-1] if moments else None

    def begin(self) -> None:
        """Have every loop compiled that the run needs."""
        self._train(np.empty(0), np.empty(0, dtype=np.int64))
        if self.loop != "tiles" or self.settings.precision:  # else that was the loop that the probe needs
            self._probe.begin()
        if self._moment_due():
            self._measure_on()

    def advance(self, n_steps: int) -> int:
        """Go on: measure the network if a moment is due, a block of examples a call, and then train.

        Parameters
        ----------
        n_steps : int
            Train for at most so many steps, and not past the next moment.

        Returns
        -------
        int
            How many steps were made; 0 while it is being measured and once the run is finished.
        """
        if self.history.not_finite is None and self._moment_due():
            self._measure_on()
            if self._moment_due():
                return 0
        if self.finished:
            return 0
        n_steps = min(n_steps, self._steps_to_moment(), self.feed.most_steps())
        taken, before = self.history.statistics, None
        if self._probe.waiting(self.step, taken):
            n_steps, before = 1, self.network.parameters.copy()
        n_threads, n_steps = self._team_size.next(n_steps)
        losses, right = np.zeros(n_steps), np.zeros(n_steps, dtype=np.int64)
        done = self._train(losses, right, n_threads)
        if before is not None and done:
            taken[-1] = self._probe.with_update(taken[-1], before)
        self._add_up(losses[:done], right[:done])
        self.step += done
        if done < n_steps and not np.isfinite(losses[done]):
            self._stop_not_finite(float(losses[done]), self._examples, self.feed.examples_of(self.step))
        return done

    def stop(self, why: str) -> None:
        """End the run and leave the network as it is to be kept.

        A run that came to its end keeps its last network. One that was stopped before keeps the best:
        the one with the lowest held-out loss. Without held-out data it keeps the last one, or, when
        that is no longer finite, the last one that was measured.
        """
        self.history.stopped = why
        self.history.kept_epoch = self.epoch
        best = self._best_moment
        broken = why == "not finite" or not np.isfinite(self.network.parameters).all()
        if broken or (self.history.held_out and why != "finished" and best is not None):
            self.network.parameters[:] = self._best
            self.history.kept_epoch = best.epoch if best is not None else 0

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint must hold besides `tensors` and `history`, as plain JSON values."""
        best = self._best_moment
        return {
            "step": self.step,
            "epoch_so_far": list(self._epoch_so_far),
            "best_moment": None if best is None else dataclasses.asdict(best),
        }

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that a checkpoint must hold."""
        learner = self._learner
        return {
            "parameters": learner.parameters,
            "first": learner.first,
            "second": learner.second,
            "best": self._best,
        }

    def restore(self, state: dict[str, Any], history: History, tensors: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state`, `history` and `tensors` were at another time."""
        for name, array in self.tensors().items():
            array[:] = tensors[name]
        self.step = state["step"]
        total, n_right = state["epoch_so_far"]
        self._epoch_so_far = (float(total), int(n_right))
        self._best_moment = None if state["best_moment"] is None else Moment(**state["best_moment"])
        self.history = history

    def _train(self, losses: NDArray[np.float64], right: NDArray[np.int64], n_threads: int = 1) -> int:
        """Make the next steps, at most as many as `losses` is long, and return how many had a finite loss."""
        rates = learning_rates(
            self._schedule,
            self.settings.rate,
            self.step,
            losses.size,
            steps_per_epoch=self.feed.steps_per_epoch,
            epochs=self.settings.epochs,
        )
        what = (
            self.network.layers,
            self._learner,
            self.feed.chunk(self.step, losses.size),
            self._room,
            self.network.loss_rule,
            self._rule,
            rates,
            losses,
            right,
            self.step,
        )
        if self.loop != "tiles":
            return int(KERNELS[self.loop](*what))
        began = time.perf_counter()
        done = int(together(steps.train_steps, what, n_threads, _PATIENCE))
        self._team_size.note(n_threads, done, time.perf_counter() - began)
        return done

    def _steps_a_moment(self) -> int:
        return self._epochs_a_moment * self.feed.steps_per_epoch

    def _steps_to_moment(self) -> int:
        moment = self._steps_a_moment()
        return min(moment - self.step % moment, self.n_steps - self.step)

    def _add_up(self, losses: NDArray[np.float64], right: NDArray[np.int64]) -> None:
        """Turn the losses and right answers of the steps from `step` on into those of epochs."""
        if self.network.loss_rule.mean:
            losses = losses * (self.feed.sizes(self.step, losses.size) / self._examples.n_examples)
        place = self.step % self.feed.steps_per_epoch
        n_epochs = (place + losses.size) // self.feed.steps_per_epoch
        epoch_losses, epoch_right = np.empty(n_epochs), np.empty(n_epochs, dtype=np.int64)
        self._epoch_so_far = steps.add_up_epochs(
            losses, right, place, self.feed.steps_per_epoch, *self._epoch_so_far, epoch_losses, epoch_right
        )
        self.history.losses.extend(epoch_losses.tolist())
        if self._rule.classifying:
            self.history.right.extend(epoch_right.tolist())

    def _moment_due(self) -> bool:
        """Whether the network is to be measured before it is trained on."""
        moments = self.history.moments
        between = self.step % self._steps_a_moment() == 0 or self.step == self.n_steps
        return not moments or (between and moments[-1].epoch < self.epoch)

    def _measure_on(self) -> None:
        """Measure another block of examples; after the last one, note the moment."""
        if self._measuring is None:
            self._measure.n_threads = self.n_threads
            self._measuring = self._measure.blocks()
        measured = next(self._measuring)
        if measured is None:
            return
        self._measuring = None
        loss, n_right = measured
        moment = Moment(self.epoch, loss, None, None)
        if self._judges.data.categories is not None:
            moment = Moment(self.epoch, loss, n_right, n_right / self._judges.n_examples)
        self.history.moments.append(moment)
        if not np.isfinite(loss):
            self._stop_not_finite(loss, self._judges, np.arange(self._judges.n_examples))
        elif not self.history.held_out or self._best_moment is None or loss < self._best_moment.loss:
            self._best_moment = moment
            self._best[:] = self.network.parameters
        if np.isfinite(loss) and self._probe.due(self.epoch, self.history.statistics):
            self.history.statistics.append(self._probe.look(self.step, self.epoch))

    def _stop_not_finite(self, loss: float, examples: Examples, rows: NDArray[np.int64]) -> None:
        """End the run, and note the first weighted sum of these examples that is not finite."""
        layer = neuron = example = None
        block = rows_at_once(sum(self.network.sizes))
        for first in range(0, rows.size, block):
            some = rows[first : first + block]
            place = self.network.run(examples.data.read(some, self.network.dtype)).first_not_finite()
            if place is not None:
                layer, neuron, example = place[0], place[1], int(some[place[2]])
                break
        step, epoch = min(self.step + 1, self.n_steps), min(self.epoch + 1, self.settings.epochs)
        held_out = examples is not self._examples
        self.history.not_finite = NotFinite(step, epoch, loss, layer, neuron, example, held_out)


def _new_learner(network: Network, settings: Settings) -> structures.Learner:
    row = settings.chosen_optimizer.row

    def memory(wanted: bool) -> NDArray[Any]:
        return aligned_zeros(network.n_parameters if wanted else 0, network.dtype)

    return structures.Learner(
        parameters=network.parameters,
        gradient=memory(wanted=True),
        first=memory(row.remembers_mean),
        second=memory(row.remembers_square),
        connected=network.connected.view(np.uint8),
    )


def new_rule(network: Network, settings: Settings, *, classifying: bool) -> structures.Rule:
    """Return how a step is made, as the compiled loops want it."""
    chosen = settings.chosen_optimizer
    constants = np.zeros(4)
    constants[: len(chosen.constants)] = [float(value) for value in chosen.constants.values()]
    return structures.Rule(
        goal=LEARN,
        optimizer=chosen.row.code,
        constants=constants,
        l1=float(settings.l1),
        l2=float(settings.l2),
        longest=float("inf") if settings.clip is None else float(settings.clip),
        dropping=bool((network.layers["dropout"] > 0).any()),
        missing=network.connected.size > 0,
        classifying=classifying,
        key=np.uint64(settings.seed),
    )
