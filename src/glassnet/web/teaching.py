"""Training that a person drives: play, pause, step, go back to any moment, change something, go on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet import explain
from glassnet.errors import SettingError
from glassnet.explain.places import parameter_place
from glassnet.training import Training
from glassnet.training.schedules import learning_rates
from glassnet.web import changing, consulting
from glassnet.web.moments import Moments, Snapshot
from glassnet.web.pacing import CHUNK_SECONDS, Pace
from glassnet.web.pinning import Conditions, Pins, run_described
from glassnet.web.progress import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.doctor import Diagnosis
    from glassnet.network import Network
    from glassnet.web.messages import Change

__all__ = ["Teacher"]

_MOST_EXAMINED = 20_000_000
"""Parameters times examples up to which the doctor looks by itself whenever training stops."""

_FEW_EXAMPLES = 256

_WORTH_A_LOOK = 10
"""After fewer steps than these the doctor is not asked by itself."""


class Teacher:
    """A training that can be driven by hand.

    Parameters
    ----------
    training : Training
        Its run is advanced chunk by chunk.

    Attributes
    ----------
    training : Training
        Another one after a change of network or settings.
    pace : Pace
        How fast it goes.
    progress : Progress
        What came of the run so far.
    at : int
        Which of the moments the network is at.
    ready : bool
        Whether the training loops are compiled, which takes a while the first time.
    notice : str or None
        What happened that a person should know.
    pins : Pins
        Runs to compare with; new weights and other settings leave them alone.
    conditions : Conditions
        When the run stops by itself.
    wants_doctor : bool
        Whether training has stopped, and the doctor may say what it made of it.
    """

    def __init__(self, training: Training) -> None:
        self.training = training
        self.pace = Pace()
        self.notice: str | None = None
        self.pins, self.conditions = Pins(), Conditions()
        self._begin()

    def _begin(self) -> None:
        self.moments, self.progress = Moments(), Progress(self.training)
        self.pace.feel_its_way()
        self._playing = False
        self._goal: int | None = None
        self._waived: set[str] = set()
        self.ready, self.wants_doctor = False, False
        self._began_at = 0
        self._collapse: Diagnosis | None = None
        self._took_snapshot()

    @property
    def network(self) -> Network:
        """The network that is trained."""
        return self.training.network

    @property
    def busy(self) -> bool:
        """Whether there is training to be done."""
        return self._playing

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        settings, run = self.training.settings, self.training.run
        return float(
            learning_rates(
                settings.chosen_schedule,
                settings.rate,
                run.step,
                1,
                steps_per_epoch=run.feed.steps_per_epoch,
                epochs=settings.epochs,
            )[0]
        )

    @property
    def playing_on(self) -> bool:
        """Whether training goes on until it is stopped, and not only for some steps."""
        return self._playing and self._goal is None

    @property
    def n_held_out(self) -> int:
        """How many examples are held out."""
        return 0 if self.training.held_out is None else self.training.held_out.n_examples

    # Training

    def play(self, steps: int | None = None) -> None:
        """Train on, without end or for some steps; what is asked for before those are made adds up."""
        goal = None if steps is None else self._end + steps
        self._go_on_from_here()
        self._playing, self.wants_doctor, self._collapse = True, False, None
        self._began_at = self.training.run.step
        self._waived = {name for name, _ in self._conditions_met()}  # who goes on wants to go further
        self._goal = goal
        self.pace.begin()

    def play_epoch(self) -> None:
        """Train to the end of the epoch."""
        per_epoch = self.training.run.feed.steps_per_epoch
        self.play(per_epoch - self._end % per_epoch)

    @property
    def _end(self) -> int:
        """At which step the training is to end that some steps were asked for; where it is, if none were."""
        return self.training.run.step if self._goal is None else self._goal

    def pause(self) -> None:
        """Stop training; nothing is lost."""
        if self._playing:
            training = self.training
            made = training.run.step - self._began_at
            size = training.examples.n_examples * self.network.n_parameters
            self.wants_doctor = made >= _WORTH_A_LOOK and size <= _MOST_EXAMINED
            self.progress.measure_held_out()
        self._playing, self._goal = False, None

    def train(self) -> bool:
        """Train for a moment, and return whether a page has something new to see.

        That training has stopped is new as well: a loss that is lost at the first step of a moment leaves no
        step made.
        """
        if not self.ready:
            self.training.run.begin()
            self.ready = True
            self.pace.count_from_now()
        ends = time.perf_counter() + CHUNK_SECONDS
        made = False
        while self._playing and time.perf_counter() < ends:
            n_steps = self._steps_now()
            if n_steps == 0:
                break
            n_steps = self.progress.record.steps_before_look(n_steps)
            began = time.perf_counter()
            done = self.training.run.advance(n_steps)
            self.pace.made(done, asked=n_steps, took=time.perf_counter() - began)
            made = made or done > 0
            self._note()
        return made or not self._playing

    def idle_seconds(self) -> float:
        """Return how long nothing needs to be done, where the speed is limited [s]."""
        return 0.0 if self._goal is not None else self.pace.idle_seconds()

    def _steps_now(self) -> int:
        """How many steps may be made without a stop: to the next snapshot, the goal, the speed limit."""
        run = self.training.run
        n_steps = min(self.pace.n_steps, self.moments.steps_to_next(run.step))
        if self._goal is not None:
            return min(n_steps, self._goal - run.step)
        return self.pace.allowed(min(n_steps, self._steps_to_condition()))

    def _steps_to_condition(self) -> int:
        """How many steps may be made before it must be seen whether the run is to stop."""
        run, conditions = self.training.run, self.conditions
        per_epoch = run.feed.steps_per_epoch
        most = per_epoch - run.step % per_epoch if conditions.needs_every_epoch else self.pace.n_steps
        if conditions.epoch is not None and conditions.epoch > run.epoch:
            most = min(most, conditions.epoch * per_epoch - run.step)
        return most

    def _conditions_met(self) -> list[tuple[str, str]]:
        run, (loss, accuracy) = self.training.run, self.progress.last_epoch
        return list(self.conditions.met(run.epoch, loss, accuracy))

    def _stop_where_asked(self) -> None:
        """Stop at the first condition that holds now and did not when the run was started."""
        met = dict(self._conditions_met())
        reasons = [why for name, why in met.items() if name not in self._waived]
        if reasons and self._goal is None:
            self.pause()
            self._took_snapshot()
            self.notice = f"Stopped at epoch {self.training.run.epoch:,}: {', and '.join(reasons)}."

    def _note(self) -> None:
        """See what happened: whether it is well, a snapshot is due, or it is to stop."""
        self.progress.note()
        run = self.training.run
        history = run.history
        if history.not_finite is not None:
            self._stop_not_finite(str(history.not_finite))
            return
        if self.moments.due(run.step):
            self._took_snapshot()
        self._stop_where_asked()
        if self._playing and run.finished:
            self.pause()
            self.notice = (
                f"The schedule ends here, at epoch {run.epoch:,}: choose more epochs or another schedule."
            )
        if self._goal is not None and run.step >= self._goal:
            self.pause()
            self._took_snapshot()

    def _stop_not_finite(self, what: str) -> None:
        """Let the doctor look at what is left, and put the network back to where it was well."""
        self._collapse = consulting.consult(self.training, self.progress.history())
        self.pause()
        self.wants_doctor = True
        self.at = len(self.moments.snapshots) - 1
        self._restore(self.moments.snapshots[self.at])
        some = self.training.examples.data.draw(_FEW_EXAMPLES)
        while self.at > 0 and not np.isfinite(self.network.evaluate(some).loss):
            self.at -= 1  # the weights were finite still, but what they give was not
            self._restore(self.moments.snapshots[self.at])
        self.notice = (
            f"Stopped: {what}. The network is back at step {self.training.run.step:,}, where it was well."
        )

    def _restore(self, snapshot: Snapshot) -> None:
        if snapshot.training is not self.training:
            self.training = snapshot.training
            self.progress.follow(self.training)
        snapshot.restore()

    def diagnosis(self) -> dict[str, Any]:
        """Return what the doctor finds in the run so far; of one that collapsed, in what was left of it."""
        self.wants_doctor = False
        found = self._collapse or consulting.consult(self.training, self.progress.history())
        return consulting.diagnosis_shown(found, self.training)

    # Going back, and changing something

    def reset(self, seed: int) -> None:
        """Draw new initial weights and forget the run."""
        network = self.network
        network.redraw(seed)
        self.training = Training(network, self.training.examples.data, self._held_out, self.training.settings)
        self._begin()

    def take_up(self, parameters: NDArray[Any], step: int) -> None:
        """Go on with weights that were learned before, at the epoch that they had come to."""
        epoch = step // self.training.run.feed.steps_per_epoch
        self.network.parameters[:] = parameters
        self.training = changing.begin(self.network, self.training, self.training.settings, epoch=epoch)
        self._begin()

    def scrub(self, moment: int) -> None:
        """Go to a moment of the run; what came after is kept until something else happens.

        Raises
        ------
        SettingError
            There is no such moment.
        """
        self.pause()
        snapshots = self.moments.snapshots
        if self.at == len(snapshots) - 1 and snapshots[-1].step < self.training.run.step:
            self._took_snapshot()
        if moment >= len(snapshots):
            raise SettingError(f"moment {moment}: the run has moments 0 to {len(snapshots) - 1}")
        self.at = moment
        self._restore(snapshots[moment])

    def set_weight(self, layer: int, neuron: int, source: int | str, value: float) -> None:
        """Give a weight or bias another value, and go on from there.

        Raises
        ------
        SettingError
            There is no such weight.
        """
        self.network.layer(layer)
        place, _ = parameter_place(self.network, layer, neuron, source)
        self._go_on_from_here()
        self.network.parameters[place] = value
        self._took_snapshot()

    def snap(self) -> str:
        """Make every weight and bias -1, 0 or 1, and return in words what that did to the answers."""
        snap = explain.snapped(self.network, self.training.examples.data)
        self._go_on_from_here()
        self.network.parameters[:] = snap.network.parameters
        self._took_snapshot(beside=True)
        return (
            f"{snap.n_negative:,} weights are −1 now, {snap.n_zero:,} are 0, {snap.n_positive:,} are 1. "
            f"Before: {snap.before}; now: {snap.after}. The step before is one back in the run."
        )

    def cut(self, wires: tuple[tuple[int, int, int], ...]) -> str:
        """Take exactly these connections away, and return what was kept in words.

        Raises
        ------
        GlassnetError
            There is no such connection.
        """
        network, kept = changing.cut(self.network, wires)
        return self._go_on_with(changing.begin(network, self.training, self.training.settings), kept)

    def change(self, change: Change) -> str:
        """Change network or settings, keep what can be kept, and return what was kept in words.

        Raises
        ------
        GlassnetError
            The change asks for what there is not; nothing has changed then.
        """
        settings = changing.settings_of(self.training, change)
        other = changing.change_network(self.network, change)
        if other is not None:
            network, kept = other
            changed = changing.begin(network, self.training, settings)
        elif settings != self.training.settings:
            changed, kept = changing.change_settings(self.training, settings)
        else:
            return ""
        return self._go_on_with(changed, kept)

    def _go_on_with(self, changed: Training, kept: str) -> str:
        playing = self._playing
        self._go_on_from_here()
        self.training, self.ready, self._collapse = changed, False, None
        self.progress.follow(changed)
        self.pace.feel_its_way()
        self._took_snapshot()
        if playing:
            self.play()
        return kept

    def _go_on_from_here(self) -> None:
        """Forget what came after the moment that the network was put back to."""
        if self.at < len(self.moments.snapshots) - 1:
            self.moments.cut_behind(self.at)
            self.progress.cut_behind()

    def _took_snapshot(self, *, beside: bool = False) -> None:
        self.moments.add(Snapshot.take(self.training), beside=beside)
        self.at = len(self.moments.snapshots) - 1

    @property
    def _held_out(self) -> Any:
        held_out = self.training.held_out
        return None if held_out is None else held_out.data

    def pin(self) -> None:
        """Keep the curves of the run, up to where it is, to compare others with them.

        Raises
        ------
        SettingError
            There are no curves yet, or too many pinned ones.
        """
        epoch = self.training.run.epoch
        described = run_described(self.network, self.training.settings)
        mine = self.progress
        self.pins.add(described, epoch, mine.learned.until(epoch), mine.held_out.until(epoch))
