"""Answers "why this number?" for one example: all of it in order, or one thing."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click
import numpy as np

from glassnet import explain, pictures
from glassnet.cli.blocks import fitted, framed, side_by_side
from glassnet.cli.inputs import Given, read_given
from glassnet.cli.models import open_model
from glassnet.cli.predict import answers
from glassnet.cli.printing import output, plain
from glassnet.cli.showing import Shown, show
from glassnet.data import Camera, Columns
from glassnet.explain.printing import decimals_for, fixed, in_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from glassnet.cli.models import Model
    from glassnet.network import Network, Trace

__all__ = ["explain_input"]

_Explained = TypeVar("_Explained")

_TOP = 5
_MOST_INPUTS = 20
"""How many inputs of a table are listed."""

_MOST_FIELDS = 4
"""How many equally good pictures are shown side by side."""


def explain_input(
    model: str, given: str | None, chosen: Mapping[str, Any], *, as_json: bool, picture: str | None
) -> None:
    """Print all of an example in order, or the one thing that was asked for.

    Parameters
    ----------
    model : str
    given : str or None
        A picture or a table; None for an example of a data set.
    chosen : mapping
        The options that were given, by the names of `glassnet.cli.commands`.
    as_json : bool
    picture : str or None
        See `show`.

    Raises
    ------
    GlassnetError, UsageError
        The model or the input cannot be used, or there is no such place; what there is, is said.
    """
    asked = [name for name in _THINGS if name in chosen]
    if len(asked) > 1:
        raise click.UsageError(f"one thing at a time: got {' and '.join(f'--{name}' for name in asked)}")
    question = _Question(open_model(model), given, chosen)
    shown = _THINGS[asked[0]](question, chosen[asked[0]]) if asked else _everything(question)
    show(shown, as_json=as_json, picture=picture)


@dataclass(frozen=True)
class _Question:
    """What is to be explained; the input is read, and run, only when it is needed."""

    model: Model
    input: str | None
    chosen: Mapping[str, Any]

    @property
    def network(self) -> Network:
        return self.model.network

    @cached_property
    def given(self) -> Given:
        return read_given(self.model, self.input, self.chosen)

    @cached_property
    def trace(self) -> Trace:
        return self.network.run(self.given.inputs)

    @property
    def targets(self) -> NDArray[Any]:
        """The right answer, shape (1, n_outputs)."""
        if self.given.target is None:
            raise click.UsageError(
                "this needs the right answer: give --target, or an example of a data set by --example N"
            )
        return self.given.target[np.newaxis]

    @property
    def top(self) -> int:
        return int(self.chosen.get("top", _TOP))

    def numbered(self, explained: _Explained) -> _Explained:
        """Give an explanation the number that the example has in its data set; in the trace it is 0."""
        numbered: _Explained = _numbered(explained, self.given.example)
        return numbered


def _numbered(values: Any, example: int) -> Any:
    if isinstance(values, tuple):
        return tuple(_numbered(value, example) for value in values)
    if not is_dataclass(values) or isinstance(values, type):
        return values
    parts = {each.name: _numbered(getattr(values, each.name), example) for each in fields(values)}
    return replace(values, **(parts | {"example": example} if "example" in parts else parts))


def _everything(question: _Question) -> Shown:
    given, trace = question.given, question.trace
    targets = None if given.target is None else question.targets
    walk = question.numbered(explain.walkthrough(trace, 0, targets))
    answer = answers(question.network, [given.name], given.inputs[np.newaxis])[0]
    text = [f"{given.name}: {given.seen}", *_as_seen(question.network, given.inputs), "", str(answer), ""]
    values = {
        "name": given.name,
        "seen": given.seen,
        "inputs": given.inputs.tolist(),
        "answer": answer.to_json(),
        **walk.to_json(),
    }
    return Shown("\n".join([*text, walk.text(whose=given.whose)]), values, lambda: pictures.network(trace))


def _neuron(question: _Question, place: tuple[int, int]) -> Shown:
    explained = question.numbered(explain.neuron(question.trace, 0, *place))
    text = explained.text(whose=question.given.whose)
    return Shown(text, explained.to_json(), lambda: pictures.neuron(explained))


def _weight(question: _Question, place: tuple[int, int, int | str]) -> Shown:
    curve = explain.slope(question.network, question.given.inputs, question.targets, *place)
    chains = _chain_of(question, place)
    text = f"{curve}\n\n{chains.text(shown=question.top, whose=question.given.whose)}"
    values = {"value": curve.value, "slope": curve.to_json(), "chain": chains.to_json()}
    return Shown(text, values, lambda: pictures.slope(curve))


def _error(question: _Question, _asked: bool) -> Shown:
    explained = question.numbered(explain.error(question.trace, question.targets))
    text = explained.text(whose=question.given.whose)
    return Shown(text, explained.to_json(), lambda: pictures.error(explained))


def _chain(question: _Question, place: tuple[int, int] | tuple[int, int, int | str]) -> Shown:
    explained = _chain_of(question, place)
    return Shown(
        explained.text(shown=question.top, whose=question.given.whose),
        explained.to_json(),
        lambda: pictures.chain(explained, shown=question.top),
    )


def _chain_of(question: _Question, place: tuple[int, int] | tuple[int, int, int | str]) -> explain.ChainSum:
    return question.numbered(explain.chain(question.trace, question.targets, 0, *place, top=question.top))


def _attribution(question: _Question, method: str) -> Shown:
    category = question.chosen.get("category")
    explained = question.numbered(explain.attribution(question.trace, 0, category, method))
    return Shown(
        explained.text(whose=question.given.whose),
        explained.to_json(),
        lambda: pictures.attribution(explained, _camera(question)),
    )


def _field(question: _Question, place: tuple[int, int]) -> Shown:
    network = question.network
    found = explain.receptive_field(network, *place)
    if _camera(question) is None:
        lines = _as_seen(network, found.picture)
    else:
        shown = found.pictures[:_MOST_FIELDS]
        blocks = [_as_seen(network, picture, output().width // len(shown)) for picture in shown]
        lines = side_by_side(blocks, max(map(len, blocks[0])) + 2)
    text = "\n".join([str(found), *lines])
    return Shown(text, found.to_json(), lambda: pictures.receptive_fields(network, place[0], [place[1]]))


_THINGS: dict[str, Callable[[_Question, Any], Shown]] = {
    "neuron": _neuron,
    "weight": _weight,
    "error": _error,
    "chain": _chain,
    "attribution": _attribution,
    "field": _field,
}


def _camera(question: _Question) -> Camera | None:
    encoder = question.network.encoder
    return encoder if isinstance(encoder, Camera) else None


def _as_seen(network: Network, inputs: NDArray[Any], width: int | None = None) -> list[str]:
    """The lines of a picture as the camera sees it; or a list of inputs, of a table its own numbers first."""
    encoder = network.encoder
    if isinstance(encoder, Camera):
        picture = inputs.reshape(encoder.rows, encoder.columns)
        return framed(fitted(picture, width or output().width))
    places = decimals_for(inputs.tolist(), 4)
    scaled = ["any" if np.isnan(value) else fixed(value, places) for value in inputs.tolist()]
    rows: list[tuple[str, ...]]
    if isinstance(encoder, Columns):
        own = [
            plain(value, 6) for value in encoder.own_numbers(np.nan_to_num(inputs)[np.newaxis])[0].tolist()
        ]
        each = zip(network.input_names, own, scaled, strict=True)
        rows = [(name, "any" if text == "any" else number, f"({text})") for name, number, text in each]
    else:
        rows = list(zip(network.input_names, scaled, strict=True))
    more = [f"... and {len(rows) - _MOST_INPUTS:,} more"] if len(rows) > _MOST_INPUTS else []
    return in_columns(rows[:_MOST_INPUTS]) + more
