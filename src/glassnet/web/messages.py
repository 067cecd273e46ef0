"""What a page may say: every kind of message, its fields, and what they may hold.

A message is one JSON object; ``kind`` says which, the other fields stand as below. Whatever else comes is
answered with an error and changes nothing.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from glassnet.checks import number, whole_number
from glassnet.errors import GlassnetError, MessageError, nearest

__all__ = ["MESSAGES", "LayerChange", "Message", "read_message"]

MOST_INPUTS = 1 << 16
MOST_LAYERS = 32
MOST_NEURONS = 4096
LONGEST_TEXT = 200
FASTEST = 1e6
"""More steps a second than any machine makes."""

Reader = Callable[[object, str], Any]


def _whole(low: int = 0, high: int = 2**53) -> Reader:
    return lambda value, what: whole_number(value, what, low=low, high=high)


def _number(**bounds: float) -> Reader:
    return lambda value, what: number(value, what, **bounds)


def _numbers(value: object, what: str) -> tuple[float, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_INPUTS:
        raise MessageError(f"{what}: expected a list of 1 to {MOST_INPUTS:,} numbers")
    return tuple(number(one, f"{what}, place {k}") for k, one in enumerate(value))


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise MessageError(f"{what}: expected a text of at most {LONGEST_TEXT} letters")
    return value


def _switch(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise MessageError(f"{what}: got {value!r}, expected true or false")
    return value


def _one_of(*words: str) -> Reader:
    def read(value: object, what: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise MessageError(f"{what}: got {value!r:.40}, expected {' or '.join(map(repr, words))}")
        return value

    return read


def _source(value: object, what: str) -> int | str:
    return "bias" if value == "bias" else whole_number(value, what, low=0, high=2**53)


def _or_nothing(reader: Reader) -> Reader:
    return lambda value, what: None if value is None else reader(value, what)


@dataclass(frozen=True)
class LayerChange:
    """A layer as a page asks for it.

    Attributes
    ----------
    neurons : int
    activation : str
    """

    neurons: int
    activation: str


def _layers(value: object, what: str) -> tuple[LayerChange, ...]:
    if not isinstance(value, list) or len(value) > MOST_LAYERS:
        raise MessageError(f"{what}: expected a list of at most {MOST_LAYERS} layers")
    layers = []
    for k, one in enumerate(value, start=1):
        if not isinstance(one, dict) or set(one) != {"neurons", "activation"}:
            raise MessageError(f"{what}, layer {k}: expected the fields neurons and activation")
        neurons = whole_number(one["neurons"], f"neurons of layer {k}", low=1, high=MOST_NEURONS)
        layers.append(LayerChange(neurons, _text(one["activation"], f"activation of layer {k}")))
    return tuple(layers)


def _field(reader: Reader, **default: Any) -> Any:
    return field(metadata={"read": reader}, **default)


def _optional(reader: Reader) -> Any:
    return _field(_or_nothing(reader), default=None)


@dataclass(frozen=True)
class Message:
    """What all messages are."""


@dataclass(frozen=True)
class Shown(Message):
    """The page shows this frame, and is ready for another."""

    frame: int = _field(_whole())


@dataclass(frozen=True)
class Open(Message):
    """Begin another experiment."""

    experiment: str = _field(_text)


@dataclass(frozen=True)
class Inputs(Message):
    """What the camera sees, or the row of a table: one number for each input."""

    values: tuple[float, ...] = _field(_numbers)


@dataclass(frozen=True)
class Example(Message):
    """Look at an example of the data."""

    example: int = _field(_whole())


@dataclass(frozen=True)
class Truth(Message):
    """The right answer to what the camera sees: the number of its category, or nothing is known."""

    category: int | None = _field(_or_nothing(_whole()))


@dataclass(frozen=True)
class Select(Message):
    """Look into a neuron, a weight (by its source, a neuron before or "bias"), an output, or nothing."""

    what: str = _field(_one_of("nothing", "neuron", "weight", "output"))
    layer: int = _field(_whole(), default=0)
    neuron: int = _field(_whole(), default=0)
    source: int | str = _field(_source, default=0)


@dataclass(frozen=True)
class Over(Message):
    """Whose loss is explained: that of what the camera sees, or of the data."""

    whose: str = _field(_one_of("example", "data"))


@dataclass(frozen=True)
class SetWeight(Message):
    """Give a weight or bias another value."""

    layer: int = _field(_whole(1))
    neuron: int = _field(_whole())
    source: int | str = _field(_source)
    value: float = _field(_number(low=-1e6, high=1e6))


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

    steps: float | None = _field(_or_nothing(_number(low=0.1, high=FASTEST)))


@dataclass(frozen=True)
class Reset(Message):
    """Begin from new initial weights."""

    seed: int = _field(_whole(high=2**31 - 1))


@dataclass(frozen=True)
class Scrub(Message):
    """Go back to a moment of the run, by its number from 0."""

    moment: int = _field(_whole())


@dataclass(frozen=True)
class Pin(Message):
    """Keep the curves of this run, to compare others with them."""


@dataclass(frozen=True)
class Unpin(Message):
    """Take a pinned run away."""

    pin: int = _field(_whole(1))


@dataclass(frozen=True)
class StopAt(Message):
    """When to stop by itself: at a loss, a share of right answers, an epoch; nothing: not for that reason."""

    loss: float | None = _optional(_number(low=0))
    accuracy: float | None = _optional(_number(above=0, high=1))
    epoch: int | None = _optional(_whole(1))


@dataclass(frozen=True)
class Change(Message):
    """Change how the network is made or trained; what is not named stays, and what can be kept is kept."""

    learning_rate: float | None = _optional(_number(above=0, high=1e6))
    optimizer: str | None = _optional(_text)
    batch: int | None = _optional(_whole(1, 1 << 20))
    l2: float | None = _optional(_number(low=0, high=1e6))
    layers: tuple[LayerChange, ...] | None = _optional(_layers)
    last_activation: str | None = _optional(_text)
    loss: str | None = _optional(_text)
    biases: bool | None = _optional(_switch)
    dropout: float | None = _optional(_number(low=0, below=1))


@dataclass(frozen=True)
class Show(Message):
    """What stands inside the neurons: their values, or their receptive fields."""

    inside: str = _field(_one_of("values", "fields"))


@dataclass(frozen=True)
class Check(Message):
    """Hold the direct gradient against a numeric one."""


_RESTORED = ("open", "change", "reset", "speed", "example", "inputs", "show", "over", "select")
_MOST_STEPS = 12


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

    steps: tuple[Message, ...] = _field(_steps)


@dataclass(frozen=True)
class Download(Message):
    """Hand over the network as a model file."""


@dataclass(frozen=True)
class Freeze(Message):
    """Hand over what is inside everything that is shown, for a snapshot."""


MESSAGES: dict[str, type[Message]] = {
    "shown": Shown,
    "open": Open,
    "inputs": Inputs,
    "example": Example,
    "truth": Truth,
    "select": Select,
    "over": Over,
    "set_weight": SetWeight,
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
