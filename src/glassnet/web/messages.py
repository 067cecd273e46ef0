"""What a page may say: every kind of message, its fields, and what they may hold.

A message is one JSON object; ``kind`` says which, the other fields stand as below. Whatever else comes is
answered with an error and changes nothing.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from glassnet.errors import GlassnetError, MessageError, nearest
from glassnet.web.fields import (
    FASTEST,
    LONGEST_TEXT,
    LayerChange,
    a_base64,
    a_number,
    a_source,
    a_text,
    a_whole,
    layer_list,
    neuron_list,
    number_list,
    one_of,
    optional,
    or_nothing,
    required,
    switch,
    wire_list,
)
from glassnet.web.keepsake import MOST_KEPT
from glassnet.web.mending import MENDED

__all__ = ["MESSAGES", "LayerChange", "Message", "read_message"]


@dataclass(frozen=True)
class Message:
    """What all messages are."""


@dataclass(frozen=True)
class Shown(Message):
    """The page shows this frame, and is ready for another."""

    frame: int = required(a_whole())


@dataclass(frozen=True)
class Mark(Message):
    """Whatever was asked before this: the frames hold this number from when all of it is done."""

    mark: int = required(a_whole())


@dataclass(frozen=True)
class Open(Message):
    """Begin another experiment."""

    experiment: str = required(a_text)


@dataclass(frozen=True)
class Inputs(Message):
    """What the camera sees, or the row of a table: one number for each input."""

    values: tuple[float, ...] = required(number_list)


@dataclass(frozen=True)
class Example(Message):
    """Look at an example of the data."""

    example: int = required(a_whole())


@dataclass(frozen=True)
class Truth(Message):
    """The right answer to what the camera sees: the number of its category, or nothing is known."""

    category: int | None = required(or_nothing(a_whole()))


@dataclass(frozen=True)
class Select(Message):
    """Look into a neuron, a weight (by its source, a neuron before or "bias"), an output, or nothing."""

    what: str = required(one_of("nothing", "neuron", "weight", "output"))
    layer: int = required(a_whole(), default=0)
    neuron: int = required(a_whole(), default=0)
    source: int | str = required(a_source, default=0)


@dataclass(frozen=True)
class Reveal(Message):
    """Show these neurons of a layer; nothing: the strongest."""

    layer: int = required(a_whole())
    neurons: tuple[int, ...] | None = optional(neuron_list)


@dataclass(frozen=True)
class Over(Message):
    """Whose loss is explained: that of what the camera sees, or of the data."""

    whose: str = required(one_of("example", "data"))


@dataclass(frozen=True)
class SetWeight(Message):
    """Give a weight or bias another value."""

    layer: int = required(a_whole(1))
    neuron: int = required(a_whole())
    source: int | str = required(a_source)
    value: float = required(a_number(low=-1e6, high=1e6))


@dataclass(frozen=True)
class Cut(Message):
    """Take exactly these connections away, each as layer, neuron and source; all others are there."""

    wires: tuple[tuple[int, int, int], ...] = required(wire_list)


@dataclass(frozen=True)
class Snap(Message):
    """Make every weight and bias -1, 0 or 1, whichever it is nearest to in its neuron."""


@dataclass(frozen=True)
class Examine(Message):
    """Ask the doctor what is wrong with the training."""


@dataclass(frozen=True)
class Mend(Message):
    """Do to the data what the doctor proposed, and begin with what they are then."""

    data: str = required(one_of(*MENDED))


@dataclass(frozen=True)
class Reread(Message):
    """Read the table that the page brought once more: with another target, or with what is missing filled."""

    target: str | None = optional(a_text)
    missing: str = required(one_of("error", "fill"), default="error")


@dataclass(frozen=True)
class Play(Message):
    """Train on."""


@dataclass(frozen=True)
class Pause(Message):
    """Stop training."""


@dataclass(frozen=True)
class Step(Message):
    """Train for one step."""


@dataclass(frozen=True)
class Epoch(Message):
    """Train to the end of the epoch."""


@dataclass(frozen=True)
class Speed(Message):
    """How many steps a second at most; nothing: as many as possible."""

    steps: float | None = required(or_nothing(a_number(low=0.1, high=FASTEST)))


@dataclass(frozen=True)
class Reset(Message):
    """Begin from new initial weights."""

    seed: int = required(a_whole(high=2**31 - 1))


@dataclass(frozen=True)
class Scrub(Message):
    """Go back to a moment of the run, by its number from 0."""

    moment: int = required(a_whole())


@dataclass(frozen=True)
class Pin(Message):
    """Keep the curves of this run, to compare others with them."""


@dataclass(frozen=True)
class Unpin(Message):
    """Take a pinned run away."""

    pin: int = required(a_whole(1))


@dataclass(frozen=True)
class StopAt(Message):
    """When to stop by itself: at a loss, a share of right answers, an epoch; nothing: not for that reason."""

    loss: float | None = optional(a_number(low=0))
    accuracy: float | None = optional(a_number(above=0, high=1))
    epoch: int | None = optional(a_whole(1))


@dataclass(frozen=True)
class Change(Message):
    """Change how the network is made or trained; what is not named stays, and what can be kept is kept.

    A `clip` of 0 is none; `epochs` is how long a schedule goes that has an end; `balanced`: every category
    counts as much in all.
    """

    learning_rate: float | None = optional(a_number(above=0, high=1e6))
    optimizer: str | None = optional(a_text)
    batch: int | None = optional(a_whole(1, 1 << 20))
    l1: float | None = optional(a_number(low=0, high=1e6))
    l2: float | None = optional(a_number(low=0, high=1e6))
    clip: float | None = optional(a_number(low=0, high=1e6))
    schedule: str | None = optional(a_text)
    epochs: int | None = optional(a_whole(1, 10**9))
    shuffle: bool | None = optional(switch)
    balanced: bool | None = optional(switch)
    layers: tuple[LayerChange, ...] | None = optional(layer_list)
    last_activation: str | None = optional(a_text)
    loss: str | None = optional(a_text)
    biases: bool | None = optional(switch)
    dropout: float | None = optional(a_number(low=0, below=1))


@dataclass(frozen=True)
class Show(Message):
    """What stands inside the neurons: their values, or their receptive fields."""

    inside: str = required(one_of("values", "fields"))


@dataclass(frozen=True)
class Check(Message):
    """Hold the direct gradient against a numeric one."""


_RESTORED = (
    *("open", "change", "cut", "reset", "speed", "example", "inputs", "show", "over", "reveal", "select"),
)
_MOST_STEPS = 24


def _steps(value: object, what: str) -> tuple[Message, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_STEPS:
        raise MessageError(f"{what}: expected a list of 1 to {_MOST_STEPS} messages")
    steps = []
    for one in value:
        if not isinstance(one, dict) or one.get("kind") not in _RESTORED:
            raise MessageError(f"{what}: expected messages of the kinds {', '.join(_RESTORED)}")
        fields = {name: field for name, field in one.items() if name != "kind"}
        steps.append(_fill(MESSAGES[one["kind"]], one["kind"], fields))
    return tuple(steps)


@dataclass(frozen=True)
class Restore(Message):
    """Make an experiment as a link says: all of these messages, or none of them."""

    steps: tuple[Message, ...] = required(_steps)


@dataclass(frozen=True)
class TakeUp(Message):
    """Go on with the weights that the page had kept when the program was started anew."""

    experiment: str = required(a_text)
    weights: bytes = required(a_base64(MOST_KEPT))
    step: int = required(a_whole())


@dataclass(frozen=True)
class Download(Message):
    """Hand over the network as a model file."""


@dataclass(frozen=True)
class Freeze(Message):
    """Hand over what is inside everything that is shown, for a snapshot."""


MESSAGES: dict[str, type[Message]] = {
    "shown": Shown,
    "mark": Mark,
    "open": Open,
    "inputs": Inputs,
    "example": Example,
    "truth": Truth,
    "select": Select,
    "reveal": Reveal,
    "over": Over,
    "set_weight": SetWeight,
    "cut": Cut,
    "snap": Snap,
    "examine": Examine,
    "mend": Mend,
    "reread": Reread,
    "play": Play,
    "pause": Pause,
    "step": Step,
    "epoch": Epoch,
    "speed": Speed,
    "reset": Reset,
    "scrub": Scrub,
    "pin": Pin,
    "unpin": Unpin,
    "stop_at": StopAt,
    "change": Change,
    "show": Show,
    "check": Check,
    "restore": Restore,
    "take_up": TakeUp,
    "download": Download,
    "freeze": Freeze,
}
"""Every kind of message by its name."""


def read_message(text: str | bytes) -> Message:
    """Return the message that a page sent.

    Parameters
    ----------
    text : str or bytes
        One JSON object.

    Raises
    ------
    MessageError
        It is no message, of no known kind, or a field is missing, unknown or not what it may be.

    Examples
    --------
    >>> read_message('{"kind": "scrub", "moment": 3}')
    Scrub(moment=3)
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise MessageError("message: expected one JSON object") from None
    if not isinstance(given, dict) or not isinstance(given.get("kind"), str):
        raise MessageError("message: expected one JSON object with the field kind")
    kind = given.pop("kind")
    if kind not in MESSAGES:
        near = nearest(kind[:LONGEST_TEXT], MESSAGES)
        raise MessageError(f"message: there is no kind {kind[:40]!r}; {near}known are {', '.join(MESSAGES)}")
    return _fill(MESSAGES[kind], kind, given)


def _fill(message: type[Message], kind: str, given: dict[str, Any]) -> Message:
    fields = {each.name: each for each in dataclasses.fields(message)}
    for name in given:
        if name not in fields:
            known = ", ".join(fields) or "none"
            raise MessageError(f"{kind}: there is no field {name[:40]!r}; known are {known}")
    values = {}
    for name, each in fields.items():
        if name in given:
            try:
                values[name] = each.metadata["read"](given[name], f"{kind}, {name}")
            except GlassnetError as error:
                raise MessageError(str(error)) from error
        elif each.default is dataclasses.MISSING:
            raise MessageError(f"{kind}: the field {name} is missing")
    return message(**values)
