"""Every command, its arguments and its options. What a command does stands in a module of its name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from glassnet import __version__
from glassnet.cli.group import Command, Commands, Option
from glassnet.cli.values import CAMERA, LAYERS
from glassnet.functions import ACTIVATIONS, INITIAL_WEIGHTS, LOSSES, OPTIMIZERS

__all__ = ["glassnet"]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


_HELP = """A neural network you can see through.

\b
glassnet train digits                  train a network on real scanned digits
glassnet info digits.run               say what it is
glassnet predict digits.run a.png      use it on a picture
"""


@click.group(cls=Commands, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
def glassnet(debug: bool) -> None:
    """Run a command; `Commands` reads the options."""


def _options(*options: Decorator) -> Decorator:
    """Put several options on one command, in order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _option(section: str, *names: str, **settings: Any) -> Decorator:
    return click.option(*names, cls=Option, section=section, **settings)


def _one_of(names: Any) -> str:
    return ", ".join(names)


_DATA, _NETWORK, _TRAINING = "The data", "The network", "The training"

source_options = _options(
    _option(_DATA, "--target", metavar="COLUMN", help="Table: the column with the right answers. [the last]"),
    _option(_DATA, "--task", type=click.Choice(["categories", "numbers"]), help="Table: what the target is."),
    _option(
        _DATA,
        "--missing",
        type=click.Choice(["error", "fill"]),
        help="Table: fill missing values with the column's mean or most frequent text. [error]",
    ),
    _option(
        _DATA,
        "--camera",
        type=CAMERA,
        metavar="ROWSxCOLUMNS",
        help="Folder: what the pictures are seen with. [their own size, or 28x28]",
    ),
    _option(
        _DATA,
        "--negative",
        is_flag=True,
        default=None,
        help="Folder, with --camera: swap black and white.",
    ),
    _option(
        _DATA,
        "--skip-unreadable",
        is_flag=True,
        default=None,
        help="Folder: leave out files that are no pictures, and name them.",
    ),
    _option(
        _DATA,
        "--labels",
        metavar="FILE",
        help="IDX, .npy: the right answers. [IDX: the file with MNIST's name for it]",
    ),
    _option(
        _DATA,
        "--held-out",
        type=float,
        metavar="SHARE",
        help="Share of the examples that is not learned from, to judge the network. "
        "[0.2; 0 for fewer than 50 examples]",
    ),
    _option(_DATA, "--seed", type=int, metavar="N", help="Of everything drawn by chance. [0]"),
)

network_options = _options(
    _option(
        _NETWORK,
        "--layers",
        type=LAYERS,
        metavar="N,N...",
        help="Neurons of each layer but the last; none: no such layers. [128]",
    ),
    _option(_NETWORK, "--activation", metavar="NAME", help=f"{_one_of(ACTIVATIONS)}. [relu]"),
    _option(
        _NETWORK,
        "--last-activation",
        metavar="NAME",
        help="Of the last layer. [softmax for categories, identity for numbers]",
    ),
    _option(_NETWORK, "--loss", metavar="NAME", help=f"{_one_of(LOSSES)}. [what fits the last activation]"),
    _option(
        _NETWORK, "--no-biases", "biases", flag_value=False, default=None, type=bool, help="Without biases."
    ),
    _option(
        _NETWORK,
        "--dropout",
        type=float,
        metavar="SHARE",
        help="Outputs that training sets to 0, in all layers but the last. [0]",
    ),
    _option(
        _NETWORK,
        "--initial-weights",
        metavar="NAME",
        help=f"{_one_of(INITIAL_WEIGHTS)}. [He's for relu and its kin, else Glorot's]",
    ),
    _option(
        _NETWORK,
        "--dtype",
        type=click.Choice(["float32", "float64"]),
        help="Type of every number. [float64 up to 10,000 parameters, else float32]",
    ),
)

training_options = _options(
    _option(
        _TRAINING,
        "--epochs",
        type=int,
        metavar="N",
        help="How often each example is seen. [30, or more to make 1,000 steps]",
    ),
    _option(_TRAINING, "--batch", type=int, metavar="N", help="Examples a step. [32]"),
    _option(_TRAINING, "--optimizer", metavar="NAME", help=f"{_one_of(OPTIMIZERS)}. [adam]"),
    _option(
        _TRAINING, "--learning-rate", type=float, metavar="RATE", help="[the optimizer's own; adam: 0.001]"
    ),
    _option(_TRAINING, "--schedule", metavar="NAME", help="constant, step, cosine. [cosine]"),
    _option(_TRAINING, "--l1", type=float, metavar="X", help="Penalty X * sum|w| on the weights. [0]"),
    _option(_TRAINING, "--l2", type=float, metavar="X", help="Penalty X/2 * sum w**2. [0]"),
    _option(_TRAINING, "--clip", type=float, metavar="LENGTH", help="The longest that the gradient may be."),
    _option(
        _TRAINING,
        "--patience",
        type=int,
        metavar="N",
        help="Stop after N epochs without a lower held-out loss.",
    ),
    _option(
        _TRAINING,
        "--class-weights",
        type=click.Choice(["balanced"]),
        help="Let every category count as much in all.",
    ),
    _option(
        _TRAINING,
        "--starts",
        type=int,
        metavar="N",
        help="Train from N initial weights, keep the best. [1]",
    ),
)


@glassnet.command(cls=Command)
@click.argument("source", required=False)
@click.option("-o", "--output", metavar="RUN", help="The folder to write. [SOURCE's name with .run]")
@click.option("--overwrite", is_flag=True, help="Replace the run that the folder holds.")
@click.option("--resume", metavar="RUN", help="Go on with an unfinished run, instead of SOURCE.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop then; --resume goes on.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@source_options
@network_options
@training_options
def train(
    source: str | None,
    output: str | None,
    overwrite: bool,
    resume: str | None,
    time_limit: float | None,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Train a network on SOURCE, test it, and save it in a folder.

    SOURCE is four-pixel or digits, which come with glassnet; a folder with one sub-folder of pictures
    for each category; a table (.csv); arrays (.npz); or an IDX file such as MNIST's.

    Defaults stand in [brackets]. A NAME may have constants: --activation 'leaky_relu(slope=0.2)'.
    """
    chosen = {name: value for name, value in chosen.items() if value is not None}
    if (source is None) == (resume is None):
        raise click.UsageError("expected either a SOURCE or --resume RUN")
    if resume is not None and (chosen or output or overwrite):
        raise click.UsageError(
            "--resume takes everything from the run; only --time-limit and --quiet go with it"
        )

    from glassnet.cli.train import resume_run, train_new

    if resume is not None:
        code = resume_run(resume, time_limit=time_limit, quiet=quiet)
    else:
        assert source is not None
        code = train_new(
            source, chosen, output=output, overwrite=overwrite, time_limit=time_limit, quiet=quiet
        )
    sys.exit(code)


@glassnet.command(cls=Command)
@click.argument("model")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "--negative", is_flag=True, help="See pictures with black and white swapped: dark ink on paper."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output.")
def predict(model: str, inputs: tuple[str, ...], negative: bool, as_json: bool) -> None:
    """Say what MODEL answers for pictures or a table.

    MODEL is the folder of a run or a .safetensors file. INPUT is pictures, or one table (.csv) for a
    network that was trained on a table; - reads one picture or table from standard input.
    """
    from glassnet.cli.predict import predict_inputs

    sys.exit(predict_inputs(model, inputs, negative=negative, as_json=as_json))


@glassnet.command(cls=Command)
@click.argument("model")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def info(model: str, as_json: bool) -> None:
    """Say what MODEL is and how it was trained.

    MODEL is the folder of a run or a .safetensors file.
    """
    from glassnet.cli.info import show_model

    show_model(model, as_json=as_json)


@glassnet.command(cls=Command)
@click.argument("source")
@source_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def data(source: str, as_json: bool, **chosen: Any) -> None:
    """Say what the data set SOURCE is; see train for what SOURCE may be."""
    chosen = {name: value for name, value in chosen.items() if value is not None}

    from glassnet.cli.data import show_data

    show_data(source, chosen, as_json=as_json)


@glassnet.command(cls=Command)
@click.option(
    "-o", "--output", metavar="RUN", default="demo.run", show_default=True, help="The folder to write."
)
def demo(output: str) -> None:
    """Show the main job: four pixels, then real digits, in under a minute."""
    from glassnet.cli.demo import show

    show(output)
