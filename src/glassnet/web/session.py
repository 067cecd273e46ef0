"""One session behind each open page: it owns network, data and training, takes messages, shows frames.

A session lives in one thread of its own, so nothing in it needs a lock: it takes the messages that came,
trains for a moment if it is to train, and shows a frame if the page is ready for one. Frames are made only
when the page has shown the one before: what happened meanwhile is in the next one, the newest wins.
"""

from __future__ import annotations

import json
import math
import queue
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import GlassnetError, MessageError, SettingError
from glassnet.explain.printing import json_values
from glassnet.functions import ACTIVATIONS, LOSSES, OPTIMIZERS
from glassnet.network.answers import winners
from glassnet.training import Training
from glassnet.web import inspecting, messages, opening, sharing, showing
from glassnet.web.experiments import OWN, live_settings
from glassnet.web.parcels import LARGEST_PARCEL, Parcel
from glassnet.web.pinning import Conditions, Pins
from glassnet.web.teaching import Teacher

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from glassnet.network import Trace
    from glassnet.pictures.network_contents import Contents
    from glassnet.web.experiments import Laboratory
    from glassnet.web.messages import Message

__all__ = ["Session"]

# What costs more than a frame is shown less often while training runs [s].
_INSPECT_EVERY = 0.1
_FIELDS_EVERY = 0.15
_CURVES_EVERY = 0.15

_MOST_WAITING = 4
"""Messages that may wait before a parcel, which is large."""


class Session:
    """What stands behind one open page.

    Parameters
    ----------
    laboratory : Laboratory
        What the page may open.
    show : callable
        Takes each message to the page, a plain JSON object; called in the session's own thread.

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

    def __init__(self, laboratory: Laboratory, show: Callable[[dict[str, Any]], None]) -> None:
        self.laboratory = laboratory
        self._show = show
        self._mail: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self.experiment, self._pins = "", Pins()
        self._frame, self._ready = 0, True
        self._changed = True
        self._inside = "values"
        self._whose = "example"
        self._due: dict[str, float] = {}
        self._example: int | None = None
        self._targets: NDArray[Any] | None = None
        self._seed: int | None = None
        self._contents: Contents | None = None

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

    def begin(self) -> None:
        """Open the first experiment and tell the page what there is."""
        self._show({"kind": "welcome", "experiments": self.laboratory.titles(), **_choices()})
        self._open(self.laboratory.entries[0][0])

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
        self._read_mail(wait=not (self.teacher.busy or (self._changed and self._ready)))
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
            self._ready = self._ready or message.frame == self._frame
            return
        if isinstance(message, Parcel):
            self._on_parcel(message)
        else:
            self._follow(message)
        self._changed = True
        self._due.clear()  # after a person did something, everything is shown anew

    def _follow(self, message: Message) -> None:
        name = next(name for name, kind in messages.MESSAGES.items() if isinstance(message, kind))
        getattr(self, f"_on_{name}")(message)

    def _on_open(self, message: messages.Open) -> None:
        self._open(message.experiment)

    def _open(self, name: str) -> None:
        experiment = self.laboratory.begin(name)
        # Starting over is a way to another run: what was pinned stays to be compared with.
        if name != self.experiment:
            self.experiment, self._pins = name, Pins()
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
        self.data = experiment.data
        self._opened, self._seed = self._made(), None
        self._selection = messages.Select("nothing")
        self._look_at(self.data.n_examples // 2)  # of four pixels a diagonal: there is something to see
        self._tell_structure()

    def _on_inputs(self, message: messages.Inputs) -> None:
        n_inputs = self.teacher.network.sizes[0]
        if len(message.values) != n_inputs:
            raise MessageError(f"inputs, values: got {len(message.values)}, expected {n_inputs}")
        self._see(np.array(message.values))

    def _see(self, inputs: NDArray[np.float64]) -> None:
        self._inputs = inputs
        self._example, self._targets = None, None
        same = np.flatnonzero((self._thumbnails == self._inputs).all(axis=1))
        if same.size:  # painted by hand, but one of the examples: then its right answer is known
            self._know(self._rows[int(same[0])])

    def _on_example(self, message: messages.Example) -> None:
        self._look_at(message.example)

    def _look_at(self, example: int) -> None:
        if example >= self.data.n_examples:
            raise SettingError(f"example {example}: the data have examples 0 to {self.data.n_examples - 1}")
        self._rows = showing.example_rows(self.data)
        self._thumbnails = self.data.read(self._rows, np.float64)
        self._labels = None if self.data.categories is None else self.data.labels[self._rows]
        self._inputs = self.data.read([example], np.float64)[0]
        self._know(example)
        self._contents = None

    def _know(self, example: int) -> None:
        self._example = example
        self._targets = self.data.targets[example]

    def _on_truth(self, message: messages.Truth) -> None:
        if message.category is None:
            self._targets = None
            return
        n_outputs = self.teacher.network.sizes[-1]
        if self.data.categories is None or message.category >= n_outputs:
            raise SettingError(
                f"truth: there is no category {message.category}; there are {n_outputs} outputs"
            )
        self._targets = np.eye(n_outputs)[message.category]

    def _on_select(self, message: messages.Select) -> None:
        before, self._selection = self._selection, message
        try:
            self._inspected()
        except GlassnetError:
            self._selection = before
            raise

    def _on_over(self, message: messages.Over) -> None:
        self._whose = message.whose

    def _on_show(self, message: messages.Show) -> None:
        self._inside = message.inside

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
        self._contents = None
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
        self._contents = None
        self._forget_what_is_gone()
        self._tell_structure()
        return kept

    def _on_check(self, _message: messages.Check) -> None:
        checked = inspecting.check_gradient(self.teacher.network, self.data)
        self._show({"kind": "checked", **checked})

    def _on_parcel(self, parcel: Parcel) -> None:
        if parcel.kind in ("picture", "webcam"):
            self._see(opening.inputs_from(parcel, self.teacher.network, self.data))
            return
        if parcel.kind == "model":
            training = self.teacher.training
            held_out = None if training.held_out is None else training.held_out.data
            own = opening.model_from(parcel, self.data, held_out)
        else:
            own = opening.own_experiment(opening.own_data(parcel))
        self.laboratory = self.laboratory.with_own(f"{OWN}{parcel.name}", parcel.name, own)
        self._show({"kind": "experiments", "experiments": self.laboratory.titles()})
        self._open(f"{OWN}{parcel.name}")
        what = f"{own.data.name}, {own.data.n_examples:,} examples to learn from"
        self._show({"kind": "notice", "text": f"Opened {parcel.name}: {what}; network {own.network.name}."})

    def _on_restore(self, message: messages.Restore) -> None:
        try:
            for step in message.steps:
                if isinstance(step, messages.Change):
                    self._change(step)
                else:
                    self._follow(step)
        except (GlassnetError, MemoryError) as error:
            self._open(self.laboratory.entries[0][0])
            raise SettingError(f"The link cannot be followed, so this is the beginning: {error}") from error
        finally:
            self._show({"kind": "restored"})

    def _on_download(self, _message: messages.Download) -> None:
        self._show(sharing.model_file(self.teacher.network))

    def _on_freeze(self, _message: messages.Freeze) -> None:
        self.teacher.pause()
        contents = self._contents or showing.choose_contents(self._trace(), 0)
        wires = showing.wires_shown(self._trace(), contents)
        inside = sharing.look_inside(self._scene(), contents, wires)
        self._show({"kind": "frozen", "inside": inside})

    def _made(self) -> dict[str, Any]:
        return sharing.made_of(self.teacher.network, self.teacher.settings_shown())

    def _forget_what_is_gone(self) -> None:
        """Select nothing where the network no longer has what was selected."""
        try:
            self._inspected()
        except GlassnetError:
            self._selection = messages.Select("nothing")

    # What a page shows

    def _tell_structure(self) -> None:
        self._changed = True
        self._due.clear()
        teacher = self.teacher
        self._show(
            {
                "kind": "structure",
                "experiment": self.experiment,
                "title": self.laboratory.title(self.experiment),
                **showing.structure_shown(teacher.network, self.data),
                "n_held_out": teacher.n_held_out,
                "settings": teacher.settings_shown(),
                "recipe": sharing.recipe(self.experiment, self._opened, self._made(), self._seed),
                "examples": showing.examples_shown(teacher.network, self.data),
            }
        )

    def _trace(self) -> Trace:
        return self.teacher.network.run(self._inputs)

    def _show_frame(self) -> None:
        self._frame, self._ready, self._changed = self._frame + 1, False, False
        trace, teacher = self._trace(), self.teacher
        if self._contents is None or len(self._contents.columns) != teacher.network.n_layers + 1:
            self._contents = showing.choose_contents(trace, 0)
        frame: dict[str, Any] = {
            "kind": "frame",
            "frame": self._frame,
            "inputs": self._inputs.tolist(),
            "example": self._example,
            "layers": showing.layers_shown(trace, self._contents),
            "answer": showing.answer_shown(trace),
            "truth": showing.truth_shown(trace, self._targets),
            "right": self._right(),
            "training": teacher.shown(),
            "selection": vars(self._selection),
        }
        shape = self.data.picture_shape
        if self._is_due("curves", _CURVES_EVERY):
            curves = teacher.curves()
            if self._is_due("pins", math.inf):  # they change only when a person does something
                curves["pins"] = teacher.pins.to_json()
            frame["curves"] = json_values(curves)
        if self._inside == "fields" and self._is_due("fields", _FIELDS_EVERY):
            frame["fields"] = showing.fields_shown(teacher.network, self._contents, shape)
        if self._is_due("inspection", _INSPECT_EVERY):
            frame["inspection"] = self._inspection()
        self._show(frame)

    def _is_due(self, what: str, every: float) -> bool:
        """Say whether something costly is to be shown again; what is not due now is shown a little later."""
        now = time.perf_counter()
        if self.teacher.busy and now < self._due.get(what, -math.inf):
            return False
        self._due[what] = now + every
        return True

    def _right(self) -> list[bool | None]:
        """Say for every thumbnail whether the network is right about it; None where it has no category."""
        network = self.teacher.network
        if self._labels is None:
            return [None] * len(self._rows)
        outputs = network.predict(self._thumbnails)
        if not np.isfinite(outputs).all():
            return [False] * len(self._rows)
        return [bool(right) for right in winners(outputs) == self._labels]

    def _inspection(self) -> dict[str, Any] | None:
        try:
            return self._inspected()
        except GlassnetError as error:
            return {"what": "error", "text": str(error)}

    def _inspected(self) -> dict[str, Any] | None:
        return inspecting.inspect(self._scene(), self._selection)

    def _scene(self) -> inspecting.Scene:
        return inspecting.Scene(
            network=self.teacher.network,
            trace=self._trace(),
            targets=self._targets,
            data=self.data,
            whose=self._whose,
            learning_rate=self.teacher.training.settings.rate,
        )


def _choices() -> dict[str, Any]:
    """Return what may be chosen by name, and how much may be handed over."""
    return {
        "activations": [name for name, row in ACTIVATIONS.items() if not row.last_only],
        "last_activations": list(ACTIVATIONS),
        "losses": list(LOSSES),
        "optimizers": list(OPTIMIZERS),
        "largest_parcel": LARGEST_PARCEL,
    }
