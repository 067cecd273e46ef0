"""One session behind each open page: it owns network, data and training, takes messages, shows frames.

A session lives in one thread of its own, so nothing in it needs a lock: it takes the messages that came,
trains for a moment if it is to train, and shows a frame if the page is ready for one. Frames are made only
when the page has shown the one before: what happened meanwhile is in the next one, the newest wins.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import GlassnetError, MessageError, SettingError
from glassnet.training import Training
from glassnet.web import inspecting, messages, opening, reporting, sharing, showing
from glassnet.web.bringing import Brought
from glassnet.web.experiments import live_settings
from glassnet.web.framing import Frames
from glassnet.web.looking import Look
from glassnet.web.parcels import Parcel
from glassnet.web.pinning import Conditions, Pins
from glassnet.web.preview import worth_a_preview
from glassnet.web.rival import pinned_rival
from glassnet.web.teaching import Teacher

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.web.experiments import Laboratory
    from glassnet.web.messages import Message

__all__ = ["Session"]

_MOST_WAITING = 4
"""Messages that may wait before a parcel, which is large."""


@dataclass(frozen=True)
class _Met(messages.Message):
    """The page is there again, at the end of another line."""

    show: Callable[[dict[str, Any] | None], object]


class Session:
    """What stands behind one open page.

    Parameters
    ----------
    laboratory : Laboratory
        What the page may open.
    show : callable
        Takes each message to the page, a plain JSON object, and None at the end of the session; called in the
        session's own thread.
    name : str
        By which its page finds it again when the line was lost.

    Examples
    --------
    A session can be driven by hand, without a thread and without a page:

    >>> from glassnet.web import BUNDLED
    >>> shown = []
    >>> session = Session(BUNDLED, shown.append)
    >>> session.begin()
    >>> session.take({"kind": "example", "example": 6})
    >>> session.work()
    >>> shown[-1]["kind"], shown[-1]["answer"]["category"]
    ('frame', 'horizontal')
    """

    def __init__(
        self, laboratory: Laboratory, show: Callable[[dict[str, Any] | None], object], name: str = ""
    ) -> None:
        self.name = name
        self._show = show
        self._brought = Brought(laboratory, lambda message: self._show(message))
        self._mail: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self.experiment, self._pins = "", Pins()
        self._frames, self._ready, self._changed = Frames(), True, True
        self._look = Look()
        self._mark = 0
        self._seed: int | None = None

    # The life of a session

    def run(self) -> None:
        """Live until `close`; this is what the session's thread does."""
        ended = "This session ended by a mistake in glassnet itself: it begins anew."
        try:
            self.begin()
            while not self._closed.is_set():
                self.work()
            ended = ""
        finally:
            self._closed.set()
            if ended:
                self._show({"kind": "error", "text": ended})

    @property
    def ended(self) -> bool:
        """Whether it has ended, or is about to."""
        return self._closed.is_set()

    def part(self) -> None:
        """Take the page along: the session has ended, by itself or not, and the page begins anew."""
        self._closed.set()
        self._show(None)

    def leave(self) -> None:
        """Stop training, and wait for what comes: the line to the page was lost."""
        self._mail.put(messages.Pause())

    def meet(self, show: Callable[[dict[str, Any] | None], object]) -> None:
        """Tell the page everything anew: it has found back."""
        self._mail.put(_Met(show))

    def begin(self) -> None:
        """Open the first experiment and tell the page what there is."""
        self._welcome(again=False)
        self._open(self._brought.laboratory.entries[0][0])
        if worth_a_preview(self.teacher.network):
            self._show({**self._frames.preview(self.teacher, self._look), "mark": -1})

    def _welcome(self, *, again: bool) -> None:
        self._show(
            {
                "kind": "welcome",
                "session": self.name,
                "again": again,
                "experiments": self._brought.laboratory.titles(),
                **showing.choices(),
            }
        )

    def take(self, given: Message | dict[str, Any] | str | bytes) -> None:
        """Take a message from the page, from whichever thread it comes.

        Raises
        ------
        MessageError
            It is none.
        """
        if isinstance(given, Parcel) and self._mail.qsize() > _MOST_WAITING:
            raise MessageError(f"{given.name}: too much is waiting already; try again in a moment")
        if isinstance(given, dict):
            given = json.dumps(given)
        self._mail.put(messages.read_message(given) if isinstance(given, str | bytes) else given)

    def close(self) -> None:
        """End the session: its thread stops within a chunk of training."""
        self._closed.set()
        self._mail.put(None)

    def work(self) -> None:
        """Take the messages that came, train for a moment, and show what has become of it."""
        waiting = (self._changed and self._ready) or self.teacher.wants_doctor
        self._read_mail(wait=not (self.teacher.busy or waiting))
        if self.teacher.busy and not self.teacher.ready and self._ready:
            self._show_frame()  # what was asked for is seen before something has to be compiled for it
        try:
            if self.teacher.busy and self.teacher.train():
                self._changed = True
            if self.teacher.notice:
                self._show({"kind": "notice", "text": self.teacher.notice})
                self.teacher.notice = None
        except GlassnetError as error:
            self.teacher.pause()
            self._refuse(error)
        if self._changed and self._ready:
            self._show_frame()
        elif self.teacher.wants_doctor:
            self._on_examine(messages.Examine())
        elif self.teacher.busy:
            time.sleep(self.teacher.idle_seconds())

    def _read_mail(self, *, wait: bool) -> None:
        while not self._closed.is_set():
            try:
                message = self._mail.get(block=wait)
            except queue.Empty:
                return
            wait = False
            if message is None:
                return
            try:
                self._obey(message)
            except (GlassnetError, MemoryError) as error:
                self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        self._show({"kind": "error", "text": str(error) or type(error).__name__})

    # What a page may ask for

    def _obey(self, message: Message) -> None:
        if isinstance(message, messages.Shown):
            self._ready = self._ready or message.frame == self._frames.number
            return
        if isinstance(message, messages.Mark):
            self._mark, self._changed = message.mark, True
            return
        if isinstance(message, _Met):
            self._show, self._ready = message.show, True
            self._welcome(again=True)
            self._tell_structure()
            return
        if isinstance(message, Parcel):
            self._on_parcel(message)
        else:
            self._follow(message)
        self._changed = True
        self._frames.everything()

    def _follow(self, message: Message) -> None:
        name = next(name for name, kind in messages.MESSAGES.items() if isinstance(message, kind))
        getattr(self, f"_on_{name}")(message)

    def _on_open(self, message: messages.Open) -> None:
        self._open(message.experiment)

    def _open(self, name: str) -> None:
        experiment = self._brought.laboratory.begin(name)
        # Starting over is a way to another run: what was pinned stays to be compared with.
        if name != self.experiment:
            self.experiment = name
            self._pins = Pins() if experiment.rival is None else pinned_rival(experiment)
        self.teacher = Teacher(
            Training(
                experiment.network.copy(),
                experiment.data,
                experiment.held_out,
                live_settings(experiment.settings),
            )
        )
        self.teacher.pins = self._pins
        self.teacher.speed = experiment.speed
        self._opened, self._seed = self._made(), None
        self._look.begin(experiment.data)
        self._tell_structure()

    def _on_inputs(self, message: messages.Inputs) -> None:
        n_inputs = self.teacher.network.sizes[0]
        if len(message.values) != n_inputs:
            raise MessageError(f"inputs, values: got {len(message.values)}, expected {n_inputs}")
        self._look.see(np.array(message.values))

    def _on_example(self, message: messages.Example) -> None:
        self._look.look_at(message.example)

    def _on_truth(self, message: messages.Truth) -> None:
        self._look.claim(message.category, self.teacher.network.sizes[-1])

    def _on_select(self, message: messages.Select) -> None:
        inspecting.inspect(self._scene(), message)
        self._look.selection = message

    def _on_reveal(self, message: messages.Reveal) -> None:
        self._look.choose(self.teacher.network, message.layer, message.neurons)

    def _on_over(self, message: messages.Over) -> None:
        self._look.whose = message.whose

    def _on_show(self, message: messages.Show) -> None:
        self._look.inside = message.inside

    def _on_set_weight(self, message: messages.SetWeight) -> None:
        self.teacher.set_weight(message.layer, message.neuron, message.source, message.value)

    def _on_play(self, _message: messages.Play) -> None:
        self.teacher.play()

    def _on_pause(self, _message: messages.Pause) -> None:
        self.teacher.pause()

    def _on_step(self, _message: messages.Step) -> None:
        self.teacher.play(steps=1)

    def _on_epoch(self, _message: messages.Epoch) -> None:
        self.teacher.play_epoch()

    def _on_speed(self, message: messages.Speed) -> None:
        self.teacher.speed = message.steps

    def _on_reset(self, message: messages.Reset) -> None:
        self.teacher.reset(message.seed)
        self._seed = message.seed
        self._look.choose_anew()
        self._tell_structure()

    def _on_scrub(self, message: messages.Scrub) -> None:
        self.teacher.scrub(message.moment)
        self._tell_structure()

    def _on_pin(self, _message: messages.Pin) -> None:
        self.teacher.pin()

    def _on_unpin(self, message: messages.Unpin) -> None:
        self.teacher.pins.remove(message.pin)

    def _on_stop_at(self, message: messages.StopAt) -> None:
        self.teacher.conditions = Conditions(**vars(message))

    def _on_change(self, message: messages.Change) -> None:
        kept = self._change(message)
        if kept:
            self._show({"kind": "notice", "text": f"{kept[0].upper()}{kept[1:]}."})

    def _change(self, message: messages.Change) -> str:
        kept = self.teacher.change(message)
        self._network_changed()
        return kept

    def _network_changed(self) -> None:
        self._look.fit(self.teacher.network, self.teacher.rate)
        self._tell_structure()

    def _on_snap(self, _message: messages.Snap) -> None:
        self._show({"kind": "notice", "text": self.teacher.snap()})

    def _on_cut(self, message: messages.Cut) -> None:
        kept = self.teacher.cut(message.wires)
        self._network_changed()
        self._show({"kind": "notice", "text": f"{kept}."})

    def _on_examine(self, _message: messages.Examine) -> None:
        self._show({"kind": "diagnosis", **self.teacher.diagnosis()})

    def _on_check(self, _message: messages.Check) -> None:
        checked = inspecting.check_gradient(self.teacher.network, self._look.data)
        self._show({"kind": "checked", **checked})

    def _on_parcel(self, parcel: Parcel) -> None:
        if parcel.kind in ("picture", "webcam"):
            self._look.see(opening.inputs_from(parcel, self.teacher.network, self._look.data))
        else:
            self._open(self._brought.take(parcel, self.teacher.training, self._look.data))

    def _on_reread(self, message: messages.Reread) -> None:
        self._open(self._brought.reread(message.target, message.missing))

    def _on_restore(self, message: messages.Restore) -> None:
        try:
            for step in message.steps:
                if isinstance(step, messages.Change):
                    self._change(step)
                else:
                    self._follow(step)
        except (GlassnetError, MemoryError) as error:
            self._open(self._brought.laboratory.entries[0][0])
            raise SettingError(f"The link cannot be followed, so this is the beginning: {error}") from error

    def _on_download(self, _message: messages.Download) -> None:
        self._show(sharing.model_file(self.teacher.network))

    def _on_freeze(self, _message: messages.Freeze) -> None:
        self.teacher.pause()
        scene = self._scene()
        contents = self._look.contents(scene.trace)
        wires = showing.wires_shown(scene.trace, contents)
        inside = sharing.look_inside(scene, contents, wires)
        self._show({"kind": "frozen", "inside": inside})

    def _made(self) -> dict[str, Any]:
        settings = reporting.settings_shown(self.teacher.training.settings)
        return sharing.made_of(self.teacher.network, settings)

    # What a page shows

    def _tell_structure(self) -> None:
        self._changed = True
        self._frames.everything()
        teacher = self.teacher
        self._show(
            {
                "kind": "structure",
                "experiment": self.experiment,
                "title": self._brought.laboratory.title(self.experiment),
                **showing.structure_shown(teacher.network, self._look.data),
                "n_held_out": teacher.n_held_out,
                "settings": reporting.settings_shown(teacher.training.settings),
                "recipe": sharing.recipe(self.experiment, self._opened, self._made(), self._seed),
                "examples": showing.examples_shown(teacher.network, self._look.data),
            }
        )

    def _show_frame(self) -> None:
        self._ready, self._changed = False, False
        frame = self._frames.make(self.teacher, self._look)
        self._show({**frame, "mark": self._mark})

    def _scene(self) -> inspecting.Scene:
        return self._look.scene(self.teacher.network, self.teacher.rate)
