"""The bench of one page: network, data and training, and what a page may ask for, message by message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import GlassnetError, MessageError, SettingError
from glassnet.training import Training
from glassnet.web import inspecting, messages, opening, reporting, sharing, showing
from glassnet.web.bringing import Brought
from glassnet.web.experiments import live_settings
from glassnet.web.keepsake import kept_parameters
from glassnet.web.looking import Look
from glassnet.web.parcels import Parcel
from glassnet.web.pinning import Conditions, Pins
from glassnet.web.rival import pinned_rival
from glassnet.web.teaching import Teacher

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.web.experiments import Laboratory
    from glassnet.web.messages import Message

__all__ = ["Bench"]


class Bench:
    """What a page works at.

    Parameters
    ----------
    laboratory : Laboratory
        What the page may open; the first of it is open at once.
    show : callable
        Takes each message to the page.

    Attributes
    ----------
    brought : Brought
        What can be opened, with what the page has brought.
    experiment : str
        The name of the one that is open.
    teacher : Teacher
    look : Look
    """

    def __init__(self, laboratory: Laboratory, show: Callable[[dict[str, Any]], object]) -> None:
        self._show = show
        self.brought = Brought(laboratory, show)
        self.experiment, self._pins = "", Pins()
        self.look = Look()
        self._seed: int | None = None
        self.begin_anew()

    def begin_anew(self) -> None:
        """Open the first experiment."""
        self._open(self.brought.laboratory.entries[0][0])

    def follow(self, message: Message) -> None:
        """Do what a page asks for.

        Raises
        ------
        GlassnetError
            It cannot be done; what the page works at is as it was.
        """
        if isinstance(message, Parcel):
            self._on_parcel(message)
            return
        name = next(name for name, kind in messages.MESSAGES.items() if isinstance(message, kind))
        getattr(self, f"_on_{name}")(message)

    def _on_open(self, message: messages.Open) -> None:
        self._open(message.experiment)

    def _open(self, name: str) -> None:
        experiment = self.brought.laboratory.begin(name)
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
        self.teacher.pace.speed = experiment.speed
        self._opened, self._seed = self._made(), None
        self.look.begin(experiment.data)
        self.tell_structure()

    def _on_inputs(self, message: messages.Inputs) -> None:
        n_inputs = self.teacher.network.sizes[0]
        if len(message.values) != n_inputs:
            raise MessageError(f"inputs, values: got {len(message.values)}, expected {n_inputs}")
        self.look.see(np.array(message.values))

    def _on_example(self, message: messages.Example) -> None:
        self.look.look_at(message.example)

    def _on_truth(self, message: messages.Truth) -> None:
        self.look.claim(message.category, self.teacher.network.sizes[-1])

    def _on_select(self, message: messages.Select) -> None:
        inspecting.inspect(self.scene(), message)
        self.look.selection = message

    def _on_reveal(self, message: messages.Reveal) -> None:
        self.look.choose(self.teacher.network, message.layer, message.neurons)

    def _on_over(self, message: messages.Over) -> None:
        self.look.whose = message.whose

    def _on_show(self, message: messages.Show) -> None:
        self.look.inside = message.inside

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
        self.teacher.pace.speed = message.steps

    def _on_reset(self, message: messages.Reset) -> None:
        self.teacher.reset(message.seed)
        self._seed = message.seed
        self.look.choose_anew()
        self.tell_structure()

    def _on_scrub(self, message: messages.Scrub) -> None:
        self.teacher.scrub(message.moment)
        self.tell_structure()

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
        self.look.fit(self.teacher.network, self.teacher.rate)
        self.tell_structure()

    def _on_snap(self, _message: messages.Snap) -> None:
        self._show({"kind": "notice", "text": self.teacher.snap()})

    def _on_cut(self, message: messages.Cut) -> None:
        kept = self.teacher.cut(message.wires)
        self._network_changed()
        self._show({"kind": "notice", "text": f"{kept}."})

    def _on_examine(self, _message: messages.Examine) -> None:
        self._show({"kind": "diagnosis", **self.teacher.diagnosis()})

    def _on_check(self, _message: messages.Check) -> None:
        checked = inspecting.check_gradient(self.teacher.network, self.look.data)
        self._show({"kind": "checked", **checked})

    def _on_parcel(self, parcel: Parcel) -> None:
        if parcel.kind in ("picture", "webcam"):
            self.look.see(opening.inputs_from(parcel, self.teacher.network, self.look.data))
        else:
            self._open(self.brought.take(parcel, self.teacher.training, self.look.data))

    def _on_reread(self, message: messages.Reread) -> None:
        self._open(self.brought.reread(message.target, message.missing))

    def _on_mend(self, message: messages.Mend) -> None:
        title = self.brought.laboratory.title(self.experiment)
        self._open(self.brought.mend(title, self.teacher.training, message.data))

    def _on_restore(self, message: messages.Restore) -> None:
        try:
            for step in message.steps:
                if isinstance(step, messages.Change):
                    self._change(step)
                else:
                    self.follow(step)
        except (GlassnetError, MemoryError) as error:
            self.begin_anew()
            raise SettingError(f"The link cannot be followed, so this is the beginning: {error}") from error

    def _on_take_up(self, message: messages.TakeUp) -> None:
        if message.experiment != self.experiment:
            raise SettingError("What the network had learned is lost: its experiment cannot be opened here.")
        self.teacher.take_up(kept_parameters(message.weights, self.teacher.network), message.step)
        self.tell_structure()
        epoch = self.teacher.training.run.epoch
        text = f"The program was started anew: the weights are back as they were at epoch {epoch:,}."
        self._show({"kind": "notice", "text": text})

    def _on_download(self, _message: messages.Download) -> None:
        self._show(sharing.model_file(self.teacher.network))

    def _on_freeze(self, _message: messages.Freeze) -> None:
        self.teacher.pause()
        scene = self.scene()
        contents = self.look.contents(scene.trace)
        wires = showing.wires_shown(scene.trace, contents)
        inside = sharing.look_inside(scene, contents, wires)
        self._show({"kind": "frozen", "inside": inside})

    def _made(self) -> dict[str, Any]:
        settings = reporting.settings_shown(self.teacher.training.settings)
        return sharing.made_of(self.teacher.network, settings)

    def tell_structure(self) -> None:
        """Tell the page what the network is made of, its data, its settings."""
        teacher = self.teacher
        self._show(
            {
                "kind": "structure",
                "experiment": self.experiment,
                "title": self.brought.laboratory.title(self.experiment),
                **showing.structure_shown(teacher.network, self.look.data),
                "n_held_out": teacher.n_held_out,
                "settings": reporting.settings_shown(teacher.training.settings),
                "recipe": sharing.recipe(self.experiment, self._opened, self._made(), self._seed),
                "examples": showing.examples_shown(teacher.network, self.look.data),
            }
        )

    def scene(self) -> inspecting.Scene:
        """Return what the inspector looks at."""
        return self.look.scene(self.teacher.network, self.teacher.rate)
