"""Every command, its arguments and its options. What a command does stands in a module of its name."""

from __future__ import annotations

import sys
from typing import Any

import click

from glassnet import __version__
from glassnet.cli.group import Command, Commands
from glassnet.cli.options import network_options, source_options, training_options

__all__ = ["glassnet"]


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
