"""The main job in the terminal: four pixels drawn and learned, then real digits from file to answer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from PIL import Image

from glassnet.cli.blocks import bar, framed, side_by_side
from glassnet.cli.progress import progress_shown
from glassnet.cli.train import say_if_compiling, train_new
from glassnet.data import Camera, four_pixel, four_pixel_odd
from glassnet.files import write_whole
from glassnet.kernels.compiling import needs_compilation
from glassnet.kernels.steps import train_steps
from glassnet.network import Network
from glassnet.training import RunFolder, train

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.data import Dataset

__all__ = ["show"]

STARTS = 10
EXAMPLE = 7
"""Which of the held-out digits becomes a picture file."""

ENLARGED = 10
"""How many times larger the picture file of a digit is than what the camera sees of it."""


def show(output: str) -> None:
    """Show the main job, and leave the run on digits in the folder `output`.

    Raises
    ------
    GlassnetError
        The folder cannot be written.
    """
    drawn_network()
    learned_network()
    digits_network(output)


def drawn_network() -> None:
    """The network that the slides draw sorts all pictures of two by two pixels."""
    _heading("1. A network drawn by hand sorts the pictures of a four pixel camera")
    say_if_compiling(needs_compilation(train_steps))
    network, data = Network.drawn_four_pixel(), four_pixel()
    click.echo(f"Sizes {network.name}; every weight is -1, 0 or 1; it was never trained.")
    for first in (0, 4):
        _show_pictures(network, data.inputs[first : first + 4])
    result = network.evaluate(data)
    click.echo(f"{result.n_right} of {result.n_examples} are right.\n")
    click.echo("The 8 pictures with one or three white pixels belong to no category:")
    odd = four_pixel_odd()
    _lines(side_by_side([framed(picture.reshape(2, 2)) for picture in odd], 8))
    answers = network.classify(odd)
    n_none = sum(answer.category is None for answer in answers)
    tie = max(answers[0].outputs)
    click.echo(f'All four outputs tie at {tie:.3f}: "no category", {n_none} of {len(odd)} times.')


def learned_network() -> None:
    """The same network learns the patterns from random weights."""
    _heading("2. The same network learns it from scratch")
    data = four_pixel()
    network = Network(
        [4, 4, 4, 8, 4],
        ["tanh", "tanh", "relu", "identity"],
        biases=False,
        initial_weights="uniform(low=-1, high=1)",
    )
    click.echo(f"{STARTS} starts from random weights; each sees the 8 patterns 2,000 times.")
    with progress_shown() as progress:
        history = train(
            network,
            data,
            optimizer="adam",
            learning_rate=0.01,
            schedule="constant",
            epochs=2000,
            starts=STARTS,
            progress=progress,
        )
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    right = ", ".join(str(start.n_right) for start in history.starts)
    click.echo(f"{history.n_succeeded} of {len(history.starts)} starts succeeded; patterns right: {right}.")
    click.echo(f"The best one is kept: {network.evaluate(data)}.")


def digits_network(output: str) -> None:
    """A network learns real digits, is saved, loaded and used on a picture file."""
    _heading("3. A network learns real scanned digits")
    if train_new("digits", {}, output=output, overwrite=True) != 0:
        raise KeyboardInterrupt
    _heading("4. The saved network looks at a picture file")
    with RunFolder(output, new=False) as folder:
        network = Network.load(folder.model)
        held_out = folder.read_plan().prepare()[2]
        assert held_out is not None
        assert held_out.categories is not None
        file = folder.path / "digit.png"
        _write_picture(file, held_out, EXAMPLE)
    assert isinstance(network.encoder, Camera)
    seen = network.encoder.picture(file)
    answer = network.classify(seen)[0]
    outputs = [
        f"{name}  {value:.3f}  {bar(value)}"
        for name, value in zip(network.category_names, answer.outputs, strict=True)
    ]
    click.echo(f"{file}, a held-out digit, as the camera sees it; the outputs:")
    _lines(side_by_side([framed(seen.reshape(network.encoder.rows, -1)), outputs], 20))
    click.echo(f"It is a {held_out.categories[held_out.labels[EXAMPLE]]}. The answer: {answer}.\n")
    click.echo(f"Try it:  glassnet predict {output} {file}\n         glassnet info {output}")


def _show_pictures(network: Network, pictures: NDArray[Any]) -> None:
    """Pictures of four pixels beside each other, and below each the outputs and the answer."""
    columns = [["", "", "", "", *network.category_names, "answer"]]
    for picture, answer in zip(pictures, network.classify(pictures), strict=True):
        outputs = [f"{value:.3f}" if value else "0" for value in answer.outputs]
        columns.append([*framed(picture.reshape(2, 2)), *outputs, str(answer.category)])
    _lines(side_by_side(columns, 14))


def _write_picture(file: Path, data: Dataset, example: int) -> None:
    """Write what the camera saw of an example as a larger picture file."""
    assert data.picture_shape is not None
    brightness = data.inputs[example].reshape(data.picture_shape)
    grey = np.rint((brightness + 1) / 2 * 255).astype(np.uint8)
    enlarged = np.kron(grey, np.ones((ENLARGED, ENLARGED), dtype=np.uint8))
    content = io.BytesIO()
    Image.fromarray(enlarged).save(content, format="PNG")
    write_whole(file, content.getvalue())


def _heading(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def _lines(lines: list[str]) -> None:
    click.echo("\n".join(lines))
