"""Answers for pictures and tables, one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.examples import same_source
from glassnet.cli.inputs import STANDARD_INPUT, name_of, picture_source, table_source
from glassnet.cli.models import open_model
from glassnet.cli.printing import percent, plain, print_json
from glassnet.data import Camera, Columns
from glassnet.errors import DataError, GlassnetError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from glassnet.data import NumberColumn
    from glassnet.network import Classification, Network

__all__ = ["Answer", "answers", "answers_for_pictures", "answers_for_table", "predict_inputs"]

TOP_OUTPUTS = 3
"""How many outputs are shown of a network that has many."""

LEAST_SHARE = 0.01
"""Smaller shares are not worth a word."""


@dataclass(frozen=True)
class Answer:
    """What a network answers for one picture or row.

    Attributes
    ----------
    name : str
        Of the picture or row.
    outputs : dict of str to float
        By category, or by the name of a number to be met, in its own unit.
    classification : Classification or None
        None where the network answers numbers.
    shares : bool
        Whether the outputs are shares of a whole, as after softmax.
    outside : tuple of (NumberColumn, float)
        Numbers of a table's row that lie outside those learned from.
    truth : str, float or None
        The right answer, where the table says it.
    """

    name: str
    outputs: dict[str, float]
    classification: Classification | None
    shares: bool = False
    outside: tuple[tuple[NumberColumn, float], ...] = ()
    truth: str | float | None = None

    @property
    def right(self) -> bool:
        """Whether it is the category that the table says."""
        return self.classification is not None and self.classification.category == self.truth

    def to_json(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        values: dict[str, Any] = {"name": self.name}
        if self.classification is not None:
            values["category"] = self.classification.category
            values["margin"] = self.classification.margin
            values["ties"] = list(self.classification.ties)
        values["outputs"] = self.outputs
        if self.outside:
            values["outside"] = {column.name: value for column, value in self.outside}
        if self.truth is not None:
            values["truth"] = self.truth
        return values

    def __str__(self) -> str:
        notes = [
            f"{column.name} {plain(value)} is outside what was learned "
            f"({plain(column.low)} to {plain(column.high)})"
            for column, value in self.outside
        ]
        if self.truth is not None and self.classification is not None and not self.right:
            notes.insert(0, f"the table says {self.truth}")
        return "; ".join([f"{self.name}: {self._said()}", *notes])

    def _said(self) -> str:
        """The answer itself, in words."""
        if self.classification is None:
            return ", ".join(f"{name} {plain(value, 6)}" for name, value in self.outputs.items())
        highest = sorted(self.outputs.items(), key=lambda item: -item[1])[:TOP_OUTPUTS]
        if self.shares:
            shown = ", ".join(f"{name} ({percent(share)})" for name, share in highest if share >= LEAST_SHARE)
            return shown if self.classification.category else f"{self.classification}; {shown}"
        shown = ", ".join(f"{name} {value:.4g}" for name, value in highest)
        more = ", ..." if len(self.outputs) > TOP_OUTPUTS else ""
        return f"{self.classification}; outputs {shown}{more}"


def predict_inputs(model: str, inputs: Sequence[str], *, negative: bool, as_json: bool) -> int:
    """Print what a model answers; return the exit code, 1 if some picture could not be read.

    Raises
    ------
    GlassnetError
        The model cannot be used, or the table cannot be read.
    """
    if inputs.count(STANDARD_INPUT) > 1:
        raise click.UsageError("standard input, -, can be read only once")
    opened = open_model(model)
    network, path = opened.network, opened.path
    if isinstance(network.encoder, Camera):
        camera = replace(network.encoder, negative=network.encoder.negative != negative)
        each = answers_for_pictures(network, camera, inputs)
    elif negative:
        raise SettingError(f"--negative: {model} was not trained on pictures")
    elif isinstance(network.encoder, Columns):
        if len(inputs) > 1:
            raise click.UsageError(f"{model} was trained on a table: expected one table, got {len(inputs)}")
        found = answers_for_table(network, network.encoder, inputs[0])
        code = _print_all(iter(found), as_json=as_json)
        if known := [answer for answer in found if answer.truth is not None]:
            plan = opened.plan
            learned = plan is not None and same_source(inputs[0], plan.source)
            flattered = "; it learned from rows of this table: new ones are harder" if learned else ""
            click.echo(f"{_how_right(known, network.encoder.target.name)}{flattered}", err=True)
        return code
    else:
        raise DataError(
            f"{model} was trained on bare numbers: it does not know how a picture or a table becomes its "
            f"{network.sizes[0]} inputs; in Python: glassnet.Network.load({str(path)!r}).predict(inputs)"
        )
    return _print_all(each, as_json=as_json)


def answers_for_pictures(
    network: Network, camera: Camera, pictures: Sequence[str]
) -> Iterator[Answer | GlassnetError]:
    """Yield the answer for each picture, or why it cannot be read."""
    for picture in pictures:
        try:
            seen = camera.picture(picture_source(picture))
        except GlassnetError as error:
            yield error
        else:
            yield answers(network, [name_of(picture)], seen)[0]


def answers_for_table(network: Network, columns: Columns, table: str) -> list[Answer]:
    """Return the answer for each row of a table."""
    inputs, truths = columns.read_asked(table_source(table))
    said = answers(network, [f"row {row}" for row in range(1, len(inputs) + 1)], inputs)
    return [replace(answer, truth=truth) for answer, truth in zip(said, truths, strict=True)]


def answers(network: Network, names: Sequence[str], inputs: NDArray[Any]) -> list[Answer]:
    """Return the answer for each row of inputs, numbers in their own unit.

    Parameters
    ----------
    network : Network
    names : sequence of str
        Of the rows.
    inputs : ndarray, shape (n_examples, n_inputs)
    """
    columns = network.encoder if isinstance(network.encoder, Columns) else None
    outside = [()] * len(names) if columns is None else [tuple(row) for row in columns.outside(inputs)]
    if columns is not None and columns.categories is None:
        numbers = columns.target_numbers(network.predict(inputs))[:, 0]
        return [
            Answer(name, {columns.target.name: float(number)}, None, outside=row)
            for name, number, row in zip(names, numbers, outside, strict=True)
        ]
    return [
        Answer(
            name,
            dict(zip(network.category_names, classification.outputs, strict=True)),
            classification if network.categories else None,
            shares=network.activations[-1].name == "softmax",
            outside=row,
        )
        for name, classification, row in zip(names, network.classify(inputs), outside, strict=True)
    ]


def _how_right(found: Sequence[Answer], target: str) -> str:
    """Say how well the answers agree with the right ones that the table holds."""
    if found[0].classification is None:
        errors = [abs(answer.outputs[target] - float(answer.truth or 0)) for answer in found]
        how = f"wrong by {plain(sum(errors) / len(errors))} on average and by {plain(max(errors))} at most"
    else:
        n_right = sum(answer.right for answer in found)
        how = f"{n_right:,} of {len(found):,} right ({n_right / len(found):.2%})"
    return f"{how}, by the table's own {target}"


def _print_all(every: Iterator[Answer | GlassnetError], *, as_json: bool) -> int:
    """Print answers as they come, errors apart; return the exit code."""
    good = []
    code = 0
    for answer in every:
        if isinstance(answer, GlassnetError):
            click.echo(f"error: {answer}", err=True)
            code = 1
        elif as_json:
            good.append(answer.to_json())
        else:
            click.echo(str(answer))
    if as_json:
        print_json(good)
    return code
