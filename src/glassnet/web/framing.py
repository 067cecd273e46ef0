"""Makes the frames: what is shown now, and how often what costs more than a frame."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from glassnet.explain.printing import json_values
from glassnet.web import reporting, showing
from glassnet.web.keepsake import Keepsake
from glassnet.web.preview import plain_trace

if TYPE_CHECKING:
    from glassnet.web.looking import Look
    from glassnet.web.teaching import Teacher

__all__ = ["Frames"]

# What costs more than a frame is shown less often while training runs [s].
_INSPECT_EVERY = 0.1
_FIELDS_EVERY = 0.15
_CURVES_EVERY = 0.15
_KEEP_EVERY = 2.0


class Frames:
    """The frames of one page, numbered from 1.

    Attributes
    ----------
    number : int
        Of the newest frame.
    """

    def __init__(self) -> None:
        self.number = 0
        self._due: dict[str, float] = {}
        self._keepsake = Keepsake()

    def everything(self) -> None:
        """Have everything shown by the next frame, since a person did something."""
        self._due.clear()

    def make(self, teacher: Teacher, look: Look) -> dict[str, Any]:
        """Return the next frame."""
        self.number += 1
        network = teacher.network
        trace = look.trace(network)
        contents = look.contents(trace)
        frame: dict[str, Any] = {
            "kind": "frame",
            "frame": self.number,
            "inputs": look.inputs.tolist(),
            "own": showing.own_shown(look.inputs, look.data),
            "example": look.example,
            "layers": showing.layers_shown(trace, contents),
            "answer": showing.answer_shown(trace),
            "truth": showing.truth_shown(trace, look.targets),
            "right": look.right(network),
            "training": reporting.training_shown(teacher),
            "selection": vars(look.selection),
        }
        busy = teacher.busy
        if self._is_due("curves", _CURVES_EVERY, busy=busy):
            curves = reporting.curves_shown(teacher)
            if self._is_due("pins", math.inf, busy=busy):  # they change only when a person does something
                curves["pins"] = teacher.pins.to_json()
            frame["curves"] = json_values(curves)
        if look.inside == "fields" and self._is_due("fields", _FIELDS_EVERY, busy=busy):
            frame["fields"] = showing.fields_shown(network, contents, look.data.picture_shape)
        if self._is_due("weights", _KEEP_EVERY, busy=busy):
            frame["weights"] = self._keepsake.of(network)
        if self._is_due("inspection", _INSPECT_EVERY, busy=busy):
            frame["inspection"] = look.inspection(look.scene(network, teacher.rate))
        return frame

    def preview(self, teacher: Teacher, look: Look) -> dict[str, Any]:
        """Return a frame that needs nothing compiled: what the neurons say, and nothing that is measured."""
        self.number += 1
        trace = plain_trace(teacher.network, look.inputs)
        contents = showing.choose_contents(trace, 0)
        return {
            "kind": "frame",
            "frame": self.number,
            "inputs": look.inputs.tolist(),
            "own": showing.own_shown(look.inputs, look.data),
            "example": look.example,
            "layers": showing.layers_shown(trace, contents),
            "answer": None,
            "truth": None,
            "right": [None] * len(look.thumbnails),
            "training": reporting.training_shown(teacher, measure=False),
            "selection": vars(look.selection),
        }

    def _is_due(self, what: str, every: float, *, busy: bool) -> bool:
        """Say whether something costly is to be shown again; what is not due now is shown a little later."""
        now = time.perf_counter()
        if busy and now < self._due.get(what, -math.inf):
            return False
        self._due[what] = now + every
        return True
