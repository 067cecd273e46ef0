"""What was handed in to be answered or explained becomes the inputs of a network, and its right answer."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from glassnet.checks import whole_number
from glassnet.cli.examples import load_data
from glassnet.data import Camera, Columns
from glassnet.data.categories import one_of_n
from glassnet.data.grey import grey_picture
from glassnet.errors import ChoiceError, SettingError, nearest
from glassnet.network.examples import Examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from glassnet.cli.models import Model
    from glassnet.network import Network

__all__ = ["STANDARD_INPUT", "Given", "name_of", "picture_source", "read_given", "table_source"]

STANDARD_INPUT = "-"


@dataclass(frozen=True, eq=False)
class Given:
    """One example that was handed in.

    Attributes
    ----------
    name : str
        What it is called.
    seen : str
        How it became inputs, in words.
    inputs : ndarray, shape (n_inputs,)
    target : ndarray, shape (n_outputs,), or None
        The right answer, where it is known.
    example : int
        Its row in the data set that it is from, else 0.
    whose : str or None
        What explanations call it; None for its number among the examples.
    """

    name: str
    seen: str
    inputs: NDArray[Any]
    target: NDArray[Any] | None
    example: int = 0
    whose: str | None = None


def name_of(given: str) -> str:
    """Return what an input is called."""
    return "standard input" if given == STANDARD_INPUT else given


def picture_source(picture: str) -> str | bytes:
    """Return where a picture comes from: the file, or the bytes on standard input."""
    return sys.stdin.buffer.read() if picture == STANDARD_INPUT else picture


def table_source(table: str) -> Any:
    """Return where a table comes from: the file, or the text on standard input."""
    if table == STANDARD_INPUT:
        return io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
    return table


def read_given(model: Model, given: str | None, chosen: Mapping[str, Any]) -> Given:
    """Read the example that is to be explained.

    Parameters
    ----------
    model : Model
    given : str or None
        A picture, or a table; None for an example of a data set.
    chosen : mapping
        The options that were given: `row`, `data`, `example`, `negative`, `target` ...

    Raises
    ------
    GlassnetError, UsageError
        There is no such input, it does not fit the model, or options contradict each other.
    """
    from_data = "data" in chosen or "example" in chosen
    if (given is None) == (not from_data):
        raise click.UsageError(
            "expected either an INPUT, or an example of a data set: --example N --data DATA"
        )
    encoder = model.network.encoder
    for option, kind, fits in (
        ("negative", "pictures", isinstance(encoder, Camera) and not from_data),
        ("row", "a table", isinstance(encoder, Columns) and not from_data),
    ):
        if option in chosen and not fits:
            raise click.UsageError(f"--{option} goes with an INPUT for a model that was trained on {kind}")
    if given is None:
        read = _example(model, chosen)
    elif isinstance(encoder, Camera):
        read = _picture(replace(encoder, negative=encoder.negative != chosen.get("negative", False)), given)
    elif isinstance(encoder, Columns):
        read = _row(encoder, given, chosen.get("row", 1))
    else:
        raise click.UsageError(
            f"{model.path} was trained on bare numbers: it does not know how {given} becomes its "
            f"{model.network.sizes[0]} inputs; give an example of a data set: --example N --data DATA"
        )
    if "target" in chosen:
        return replace(read, target=_target(model.network, chosen["target"]))
    return read


def _picture(camera: Camera, picture: str) -> Given:
    grey = grey_picture(picture_source(picture))
    seen = f"{grey.shape[0]} x {grey.shape[1]} pixels"
    if grey.shape != (camera.rows, camera.columns):
        seen += f", seen with the {camera.rows} x {camera.columns} of the model's camera"
    return Given(name_of(picture), seen, camera.picture(grey), None)


def _row(columns: Columns, table: str, row: int) -> Given:
    inputs, targets = columns.read(table_source(table))
    whole_number(row, "row", low=1, high=len(inputs))
    target = None if targets is None else targets[row - 1]
    return Given(name_of(table), f"row {row} of {len(inputs):,}", inputs[row - 1], target, whose=f"row {row}")


def _example(model: Model, chosen: Mapping[str, Any]) -> Given:
    data = load_data(model, chosen.get("data"), chosen)
    row = whole_number(chosen.get("example", 0), f"example of {data.name}", high=data.n_examples - 1)
    one = data.take([row])
    Examples(one, model.network)  # refuses data that do not fit
    name = f"example {row}" if one.names is None else one.names[0]
    seen = f"one of the {data.n_examples:,} examples of {data.name}"
    return Given(name, seen, one.inputs[0], one.targets[0], row)


def _target(network: Network, text: str) -> NDArray[Any]:
    """Return the right answer that was typed, as the outputs should be."""
    if network.categories is not None:
        if text not in network.categories:
            raise ChoiceError(
                f"--target: there is no category {text!r}; {nearest(text, network.categories)}"
                f"known are {', '.join(network.categories)}"
            )
        label = np.array([network.categories.index(text)])
        row: NDArray[Any] = one_of_n(label, len(network.categories))[0]
        return row
    if isinstance(network.encoder, Columns):
        number: NDArray[Any] = network.encoder.target.encode([text], lambda _row: "--target")[0]
        return number
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != network.sizes[-1]:
        raise SettingError(f"--target: got {text!r}, expected {network.sizes[-1]} numbers, such as 0.5,-1")
    return np.array(numbers)
