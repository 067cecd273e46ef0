"""Answers for pictures and tables, one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from glassnet.cli.inputs import STANDARD_INPUT, name_of, picture_source, table_source
from glassnet.cli.models import find_model
from glassnet.cli.printing import print_json
from glassnet.data import Camera, Columns
from glassnet.errors import DataError, GlassnetError, SettingError
from glassnet.network import Classification, Network

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["Answer", "answers", "answers_for_pictures", "answers_for_table", "predict_inputs"]

TOP_OUTPUTS = 3
"""How many outputs are shown of a network that has many."""


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
    """

    name: str
    outputs: dict[str, float]
    classification: Classification | None

    def to_json(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        values: dict[str, Any] = {"name": self.name}
        if self.classification is not None:
            values["category"] = self.classification.category
            values["margin"] = self.classification.margin
            values["ties"] = list(self.classification.ties)
        return {**values, "outputs": self.outputs}

    def __str__(self) -> str:
        if self.classification is None:
            return f"{self.name}: {', '.join(f'{name} {value:.6g}' for name, value in self.outputs.items())}"
        highest = sorted(self.outputs.items(), key=lambda item: -item[1])[:TOP_OUTPUTS]
        shown = ", ".join(f"{name} {value:.4g}" for name, value in highest)
        more = ", ..." if len(self.outputs) > TOP_OUTPUTS else ""
        return f"{self.name}: {self.classification}; outputs {shown}{more}"


def predict_inputs(model: str, inputs: Sequence[str], *, negative: bool, as_json: bool) -> int:
    """Print what a model answers; return the exit code, 1 if some picture could not be read.

    Raises
    ------
    GlassnetError
        The model cannot be used, or the table cannot be read.
    """
    if inputs.count(STANDARD_INPUT) > 1:
        raise click.UsageError("standard input, -, can be read only once")
    path = find_model(model)
    network = Network.load(path)
    if isinstance(network.encoder, Camera):
        camera = replace(network.encoder, negative=network.encoder.negative != negative)
        each = answers_for_pictures(network, camera, inputs)
    elif negative:
        raise SettingError(f"--negative: {model} was not trained on pictures")
    elif isinstance(network.encoder, Columns):
        if len(inputs) > 1:
            raise click.UsageError(f"{model} was trained on a table: expected one table, got {len(inputs)}")
        each = iter(answers_for_table(network, network.encoder, inputs[0]))
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
    inputs, _ = columns.read(table_source(table))
    return answers(network, [f"row {row}" for row in range(1, len(inputs) + 1)], inputs)


def answers(network: Network, names: Sequence[str], inputs: NDArray[Any]) -> list[Answer]:
    """Return the answer for each row of inputs, numbers in their own unit.

    Parameters
    ----------
    network : Network
    names : sequence of str
        Of the rows.
    inputs : ndarray, shape (n_examples, n_inputs)
    """
    if isinstance(network.encoder, Columns) and network.encoder.categories is None:
        numbers = network.encoder.target_numbers(network.predict(inputs))[:, 0]
        target = network.encoder.target.name
        return [
            Answer(name, {target: float(number)}, None) for name, number in zip(names, numbers, strict=True)
        ]
    return [
        Answer(
            name,
            dict(zip(network.category_names, classification.outputs, strict=True)),
            classification if network.categories else None,
        )
        for name, classification in zip(names, network.classify(inputs), strict=True)
    ]


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
