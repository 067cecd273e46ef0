"""Train a network: chunks of steps, several starts, Ctrl-C, and the network that is kept."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import number, whole_number
from glassnet.errors import LossNotFinite
from glassnet.interrupt import CtrlC
from glassnet.network.examples import Examples
from glassnet.training.history import History, Moment, Start
from glassnet.training.run import Run
from glassnet.training.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.network import Network

__all__ = ["Kept", "Progress", "Training", "carry_out", "train"]

# A chunk of steps is made to take about this long [s]: short enough for Ctrl-C, a time limit and a
# live page even where threads have to wait for a busy processor, long enough that the Python between two
# chunks costs next to nothing.
_CHUNK_SECONDS = 0.025

# The state is handed out for saving about this often [s].
_CHECKPOINT_SECONDS = 10.0


@dataclass(frozen=True)
class Progress:
    """How far a training is; handed to `progress` after every chunk, about 40 times a second.

    Attributes
    ----------
    start, n_starts : int
        Which of how many starts, from 1.
    epoch, epochs : int
        Finished and in all.
    loss : float or None
        The mean training loss of the last finished epoch.
    moment : Moment or None
        The last measurement.
    held_out : bool
        Whether it was made on held-out data.
    n_succeeded : int
        How many finished starts classify every example right that they were judged by.
    examples_per_second : float
    seconds, seconds_left : float
        Since the beginning, and until the end as it looks now [s].
    """

    start: int
    n_starts: int
    epoch: int
    epochs: int
    loss: float | None
    moment: Moment | None
    held_out: bool
    n_succeeded: int
    examples_per_second: float
    seconds: float
    seconds_left: float


@dataclass(frozen=True)
class Kept:
    """The best of the finished starts: its number from 0, its history, its network's parameters."""

    number: int
    history: History
    parameters: NDArray[Any]


class Training:
    """All the starts of a training; `train` carries one out, a checkpoint holds one.

    Parameters
    ----------
    network : Network
        Trained in place. The first start takes it as it is, each further one draws new initial weights.
    data : Dataset
    held_out : Dataset or None
    settings : Settings
    threads : int, optional
        See `train`.

    Attributes
    ----------
    run : Run
        The start that is under way.
    finished : list of Start
        Those that are done.
    kept : Kept or None
        The best of them.
    """

    def __init__(
        self,
        network: Network,
        data: Dataset,
        held_out: Dataset | None,
        settings: Settings,
        threads: int | None = None,
    ) -> None:
        self.threads = None if threads is None else whole_number(threads, "threads", low=1)
        self.network = network
        self.settings = settings
        self.examples = Examples(data, network)
        self.held_out = Examples(held_out, network) if held_out is not None else None
        if network.categories is None:
            network.categories = data.categories
        if network.encoder is None:
            network.encoder = data.encoder
        self.finished: list[Start] = []
        self.kept: Kept | None = None
        self.run = self._new_run()

    @functools.cached_property
    def data_fingerprints(self) -> list[str | None]:
        """What tells these data from others, for checkpoints; large data are read once for it."""
        parts = (self.examples, self.held_out)
        return [None if part is None else part.data.fingerprint() for part in parts]

    def _new_run(self) -> Run:
        keeps_later = self.settings.starts > 1 and self.kept is None
        return Run(
            self.network, self.examples, self.held_out, self.settings, self.threads, keeps_later=keeps_later
        )

    def end_start(self, why: str) -> None:
        """Note how the current start did, and keep its network if it is the best so far."""
        run = self.run
        run.stop(why)
        loss, n_right, succeeded = np.inf, None, None
        moment = run.kept_moment
        if run.history.not_finite is None and moment is not None:
            loss, n_right = moment.loss, moment.n_right
        if self.examples.data.categories is not None:
            succeeded = n_right == (self.held_out or self.examples).n_examples
        self.finished.append(Start(self.network.seed, float(loss), n_right, succeeded))
        if self.kept is None or loss < self.finished[self.kept.number].loss:
            self.keep(len(self.finished) - 1, run.history, self.network.parameters.copy())

    def keep(self, number: int, history: History, parameters: NDArray[Any]) -> None:
        """Take a finished start for the best so far."""
        self.kept = Kept(number, history, parameters)

    def begin_start(self) -> None:
        """Draw the initial weights of the next start, with the seeds that follow the first one's."""
        self.network.redraw(self.finished[0].seed + len(self.finished))
        del self.run  # whose memory the next one needs
        self.run = self._new_run()

    def conclude(self) -> History:
        """Put the network of the best start in place and return its history, with all the starts."""
        assert self.kept is not None
        self.network.parameters[:] = self.kept.parameters
        self.network.seed = self.finished[self.kept.number].seed
        self.kept.history.starts = self.finished
        return self.kept.history


def train(
    network: Network,
    data: Dataset,
    held_out: Dataset | None = None,
    settings: Settings | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    checkpoint: Callable[[Training], None] | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    **changes: Any,
) -> History:
    """Train a network from scratch, or further, so that its loss on the data goes down.

    Parameters
    ----------
    network : Network
        Changed in place. Names of categories and the encoder of the data become the network's where it
        has none.
    data : Dataset
        To learn from.
    held_out : Dataset, optional
        To be judged by, after every epoch; never learned from. Use `Dataset.split`.
    settings : Settings, optional
        All of them at once.
    progress : callable, optional
        Called with a `Progress` about 40 times a second.
    checkpoint : callable, optional
        Called with the `Training` about every 10 s, and when it is stopped before its end, for whoever
        wants to save its state.
    time_limit : float, optional
        Stop after this long [s], as if Ctrl-C had been pressed.
    threads : int, optional
        So many threads work together, but no more than there are processors. Without it one or all,
        whichever makes the steps faster at the moment. The result is the same to the last bit.
    **changes
        Single settings by name, see `Settings`: ``optimizer="adam", learning_rate=0.01, epochs=2000``.

    Returns
    -------
    History
        What happened; `History.stopped` says how it ended. A training that was stopped (Ctrl-C, time
        limit, patience) keeps the network with the lowest held-out loss, or the last one without
        held-out data. With several starts the one with the lowest loss is kept.

    Raises
    ------
    LossNotFinite
        The loss became infinite or NaN, in every start. The network is back at the last moment at which
        its loss was finite.
    DataError
        The data do not fit the network.
    SettingError, ChoiceError
        A setting is not what it may be.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.data.four_pixel()
    >>> network = glassnet.Network([4, 8, 4], ["tanh", "softmax"], seed=0)
    >>> history = glassnet.train(network, data, learning_rate=0.05, epochs=300)
    >>> network.evaluate(data).n_right
    8
    """
    training = Training(network, data, held_out, Settings.of(settings, changes), threads)
    return carry_out(training, progress=progress, checkpoint=checkpoint, time_limit=time_limit)


def carry_out(
    training: Training,
    *,
    progress: Callable[[Progress], None] | None = None,
    checkpoint: Callable[[Training], None] | None = None,
    time_limit: float | None = None,
    stop: Callable[[], str | None] | None = None,
) -> History:
    """Bring a training, a new one or one from a checkpoint, to its end; see `train`.

    `stop` is asked after every chunk of steps: why to stop there ("interrupted" or "time"), or None to go on.
    """
    limit = number(time_limit, "time_limit", above=0) if time_limit is not None else np.inf
    training.run.begin()  # before Ctrl-C is caught, because it may have to compile first
    clock = _Clock(limit, stop)
    with CtrlC() as ctrl_c:
        while True:
            why = _chunks(training, clock, ctrl_c, progress, checkpoint)
            training.end_start(why)
            over = why in ("interrupted", "time")
            if over or len(training.finished) == training.settings.starts:
                break
            training.begin_start()
    history = training.conclude()
    history.seconds = clock.seconds
    if history.not_finite is not None:
        remedy = "It was never finite: take smaller initial weights, or inputs nearer to 0"
        if np.isfinite(history.moments[0].loss):
            remedy = (
                f"The network is back at epoch {history.kept_epoch}, where its loss was still finite. Try a "
                f"smaller learning rate than {training.settings.rate:g}, a clip of the gradient, or smaller "
                "initial weights"
            )
        raise LossNotFinite(f"training stopped: {history.not_finite}. {remedy}")
    return history


def _chunks(
    training: Training,
    clock: _Clock,
    ctrl_c: CtrlC,
    progress: Callable[[Progress], None] | None,
    checkpoint: Callable[[Training], None] | None,
) -> str:
    """Advance one start until it ends, and say why it ended."""
    run, n_steps = training.run, 1
    while True:
        began = time.perf_counter()
        done = run.advance(n_steps)
        took = time.perf_counter() - began
        clock.note(done * run.feed.batch)
        held_up = done > 0 and took > 2 * _CHUNK_SECONDS
        if done == n_steps or held_up:  # else it was measured or cut short
            n_steps = max(1, int(done * min(8.0, _CHUNK_SECONDS / max(took, 1e-9))))
        if progress is not None:
            progress(_progress(training, clock))
        if run.finished:
            break
        why = "interrupted" if ctrl_c.pressed else clock.over()
        if checkpoint is not None and (why or clock.checkpoint_due()):
            checkpoint(training)
        if why is not None:
            return why
    if run.history.not_finite is not None:
        return "not finite"
    return "finished" if run.step == run.n_steps else "early"


class _Clock:
    """How long it took, how many examples went through, and when the next checkpoint or the end is due."""

    def __init__(self, limit: float, stop: Callable[[], str | None] | None = None) -> None:
        self._limit, self._stop = limit, stop
        self.examples = 0
        self._began = self._checkpoint = time.perf_counter()

    def note(self, examples: int) -> None:
        self.examples += examples

    def over(self) -> str | None:
        """Why to stop now, or None."""
        if self.seconds > self._limit:
            return "time"
        return None if self._stop is None else self._stop()

    def checkpoint_due(self) -> bool:
        now = time.perf_counter()
        due = now - self._checkpoint >= _CHECKPOINT_SECONDS
        if due:
            self._checkpoint = now
        return due

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began


def _progress(training: Training, clock: _Clock) -> Progress:
    run = training.run
    steps_done = len(training.finished) * run.n_steps + run.step
    steps_left = training.settings.starts * run.n_steps - steps_done
    seconds = clock.seconds
    speed = clock.examples / max(seconds, 1e-9)
    return Progress(
        start=len(training.finished) + 1,
        n_starts=training.settings.starts,
        epoch=run.epoch,
        epochs=training.settings.epochs,
        loss=run.history.losses[-1] if run.history.losses else None,
        moment=run.history.moments[-1] if run.history.moments else None,
        held_out=run.history.held_out,
        n_succeeded=sum(bool(start.succeeded) for start in training.finished),
        examples_per_second=speed,
        seconds=seconds,
        seconds_left=steps_left * run.feed.batch / max(speed, 1e-9),
    )
