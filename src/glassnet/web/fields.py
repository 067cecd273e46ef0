"""What the fields of a message may hold: one reader each, from what came to what it means."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from glassnet.checks import number, whole_number
from glassnet.errors import MessageError

__all__ = [
    "FASTEST",
    "LONGEST_TEXT",
    "MOST_CUT",
    "LayerChange",
    "a_base64",
    "a_number",
    "a_source",
    "a_text",
    "a_whole",
    "layer_list",
    "neuron_list",
    "number_list",
    "one_of",
    "optional",
    "or_nothing",
    "required",
    "switch",
    "wire_list",
]

MOST_INPUTS = 1 << 16
MOST_LAYERS = 32
MOST_NEURONS = 4096
LONGEST_TEXT = 200
MOST_CUT = 256
FASTEST = 1e6
"""More steps a second than any machine makes."""

Reader = Callable[[object, str], Any]


def a_whole(low: int = 0, high: int = 2**53) -> Reader:
    """A whole number from `low` to `high`."""
    return lambda value, what: whole_number(value, what, low=low, high=high)


def a_number(**bounds: float) -> Reader:
    """A finite number within bounds, as `glassnet.checks.number` takes them."""
    return lambda value, what: number(value, what, **bounds)


def number_list(value: object, what: str) -> tuple[float, ...]:
    """A list of finite numbers, one for each input."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_INPUTS:
        raise MessageError(f"{what}: expected a list of 1 to {MOST_INPUTS:,} numbers")
    return tuple(number(one, f"{what}, place {k}") for k, one in enumerate(value))


def a_text(value: object, what: str) -> str:
    """A short text."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise MessageError(f"{what}: expected a text of at most {LONGEST_TEXT} letters")
    return value


def a_base64(most: int) -> Reader:
    """At most so many bytes, written in Base64."""

    def read(value: object, what: str) -> bytes:
        if not isinstance(value, str) or len(value) > most * 4 // 3 + 4:
            raise MessageError(f"{what}: expected at most {most:,} bytes in Base64")
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise MessageError(f"{what}: expected bytes in Base64") from None

    return read


def switch(value: object, what: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise MessageError(f"{what}: got {value!r}, expected true or false")
    return value


def one_of(*words: str) -> Reader:
    """One of some words."""

    def read(value: object, what: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise MessageError(f"{what}: got {value!r:.40}, expected {' or '.join(map(repr, words))}")
        return value

    return read


def a_source(value: object, what: str) -> int | str:
    """Where a weight comes from: the number of a neuron, or "bias"."""
    return "bias" if value == "bias" else whole_number(value, what, low=0, high=2**53)


def or_nothing(reader: Reader) -> Reader:
    """What a reader takes, or null."""
    return lambda value, what: None if value is None else reader(value, what)


def neuron_list(value: object, what: str) -> tuple[int, ...]:
    """The numbers of some neurons of a layer."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_NEURONS:
        raise MessageError(f"{what}: expected a list of 1 to {MOST_NEURONS:,} numbers of neurons")
    return tuple(whole_number(one, f"{what}, place {k}", low=0) for k, one in enumerate(value))


def wire_list(value: object, what: str) -> tuple[tuple[int, int, int], ...]:
    """Some connections, each as layer, neuron and source."""
    if not isinstance(value, list) or len(value) > MOST_CUT:
        raise MessageError(f"{what}: expected a list of at most {MOST_CUT} connections")
    for k, one in enumerate(value):
        if not isinstance(one, list) or len(one) != 3:
            raise MessageError(f"{what}, place {k}: expected layer, neuron and source")
    return tuple(
        (
            whole_number(layer, f"{what}, layer", low=1),
            whole_number(neuron, f"{what}, neuron", low=0),
            whole_number(source, f"{what}, source", low=0),
        )
        for layer, neuron, source in value
    )


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


def layer_list(value: object, what: str) -> tuple[LayerChange, ...]:
    """The hidden layers of a network."""
    if not isinstance(value, list) or len(value) > MOST_LAYERS:
        raise MessageError(f"{what}: expected a list of at most {MOST_LAYERS} layers")
    layers = []
    for k, one in enumerate(value, start=1):
        if not isinstance(one, dict) or set(one) != {"neurons", "activation"}:
            raise MessageError(f"{what}, layer {k}: expected the fields neurons and activation")
        neurons = whole_number(one["neurons"], f"neurons of layer {k}", low=1, high=MOST_NEURONS)
        layers.append(LayerChange(neurons, a_text(one["activation"], f"activation of layer {k}")))
    return tuple(layers)


def required(reader: Reader, **default: Any) -> Any:
    """Return a field that has to be there."""
    return field(metadata={"read": reader}, **default)


def optional(reader: Reader) -> Any:
    """Return a field that may be missing, or null."""
    return required(or_nothing(reader), default=None)
