"""Every command, its arguments and its options. What a command does stands in a module of its name."""

from __future__ import annotations

import sys
from typing import Any

import click

from glassnet import __version__
from glassnet.cli.group import Command, Commands
from glassnet.cli.options import (
    data_options,
    explain_options,
    network_options,
    output_options,
    source_options,
    training_options,
)

__all__ = ["glassnet"]


_HELP = """A neural network you can see through.

\b
glassnet play                          see through one, live in the browser
glassnet train digits                  train a network on real scanned digits
glassnet sweep digits --layers 16 64   try settings, each with several seeds
glassnet info digits.run               say what it is
glassnet predict digits.run a.png      use it on a picture
glassnet explain digits.run a.png      say why
glassnet report digits.run             put all there is to say on one page
"""


@click.group(cls=Commands, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
def glassnet(debug: bool) -> None:
    """Run a command; `Commands` reads the options."""


_time_limit = click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop then, and keep what there is.",
)
_threads = click.option(
    "--threads",
    type=int,
    metavar="N",
    help="At most so many; the result is the same. [as many as make it faster]",
)
_quiet = click.option("-q", "--quiet", is_flag=True, help="Print nothing on the way but errors.")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were typed."""
    return {name: value for name, value in options.items() if value is not None}


@glassnet.command(cls=Command)
@click.argument("source", required=False)
@click.option("-o", "--output", metavar="RUN", help="The folder to write. [SOURCE's name with .run]")
@click.option("--overwrite", is_flag=True, help="Replace the run that the folder holds.")
@click.option("--resume", metavar="RUN", help="Go on with an unfinished run, instead of SOURCE.")
@_time_limit
@_threads
@_quiet
@source_options
@network_options
@training_options
def train(
    source: str | None,
    output: str | None,
    overwrite: bool,
    resume: str | None,
    time_limit: float | None,
    threads: int | None,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Train a network on SOURCE, test it, and save it in a folder.

    SOURCE is four-pixel or digits, which come with glassnet; a folder with one sub-folder of pictures
    for each category; a table (.csv); arrays (.npz); or an IDX file such as MNIST's.

    Defaults stand in [brackets]. A NAME may have constants: --activation 'leaky_relu(slope=0.2)'.
    """
    chosen = _given(chosen)
    if (source is None) == (resume is None):
        raise click.UsageError("expected either a SOURCE or --resume RUN")
    if resume is not None and (chosen or output or overwrite):
        raise click.UsageError(
            "--resume takes everything from the run; only --time-limit and --quiet go with it"
        )

    from glassnet.cli.train import resume_run, train_new

    if resume is not None:
        code = resume_run(resume, time_limit=time_limit, threads=threads, quiet=quiet)
    else:
        assert source is not None
        code = train_new(
            source,
            chosen,
            output=output,
            overwrite=overwrite,
            time_limit=time_limit,
            threads=threads,
            quiet=quiet,
        )
    sys.exit(code)


@glassnet.command(cls=Command)
@click.argument("source", required=False)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    metavar="N",
    default=10,
    help="Networks for each combination. [10]",
)
@click.option("--save", metavar="RUN", help="The folder to write the best network to. [none]")
@click.option("--overwrite", is_flag=True, help="Replace the run that the folder holds.")
@_time_limit
@_threads
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@_quiet
@source_options
@network_options.of_several()
@training_options.of_several("--starts", "--no-doctor")
def sweep(
    source: str | None,
    seeds: int,
    save: str | None,
    overwrite: bool,
    time_limit: float | None,
    threads: int | None,
    as_json: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Train on SOURCE with every combination of some settings, each from several initial weights.

    Options of the network and of the training take several values, and every combination is tried:
    glassnet sweep digits --layers 16 64,32 --learning-rate 0.001 0.01 --seeds 20

    SOURCE is as for train and stands before the options. Small networks are trained sixteen or 32 at a time.
    """
    if source is None:
        raise click.UsageError("expected a SOURCE, before the options: those take all values that follow")
    from glassnet.cli.sweep import sweep_shown

    chosen = {name: value for name, value in _given(chosen).items() if value != ()}
    code = sweep_shown(
        source,
        chosen,
        seeds=seeds,
        save=save,
        overwrite=overwrite,
        time_limit=time_limit,
        threads=threads,
        as_json=as_json,
        quiet=quiet,
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
@click.argument("arguments", metavar="MODEL [INPUT]", nargs=-1)
@output_options
@explain_options
@data_options
def explain(
    arguments: tuple[str, ...], circuit: str | None, as_json: bool, picture: str | None, **chosen: Any
) -> None:
    """Say why MODEL answers what it answers for INPUT.

    MODEL is the folder of a run or a .safetensors file. INPUT is a picture, or a table for a network that
    was trained on one; - reads it from standard input. Without INPUT, --example takes one of a data set.

    Layers count from 1, neurons from 0. What is wrong with an answer is said where the right one is known.
    """
    chosen = _given(chosen)
    if circuit is not None:
        if chosen:
            raise click.UsageError("--circuit goes only with NAME=VALUE..., --json and --picture")
        from glassnet.cli.circuit import show_circuit

        show_circuit(circuit, arguments, as_json=as_json, picture=picture)
        return
    if not 1 <= len(arguments) <= 2:
        raise click.UsageError("expected a MODEL and an INPUT")

    from glassnet.cli.explain import explain_input

    model, given = (*arguments, None)[:2]
    assert model is not None
    explain_input(model, given, chosen, as_json=as_json, picture=picture)


@glassnet.command(cls=Command)
@click.argument("expression")
@click.argument("values", metavar="[NAME=VALUE]...", nargs=-1)
@output_options
def circuit(expression: str, values: tuple[str, ...], as_json: bool, picture: str | None) -> None:
    """Take EXPRESSION apart into gates: backpropagation in the small.

    It may hold numbers, names, + - * / **, brackets, and functions such as max, exp, tanh and relu; quote
    it, as in: glassnet circuit "2*(x*y + max(z, w))" x=3 y=-4 z=2 w=-1
    """
    from glassnet.cli.circuit import show_circuit

    show_circuit(expression, values, as_json=as_json, picture=picture)


@glassnet.command(cls=Command)
@click.argument("model")
@click.argument("source", metavar="[DATA]", required=False)
@click.option("--most", type=int, metavar="N", help="How many weights and biases at most. [200]")
@click.option("--examples", type=int, metavar="N", help="How many examples at most. [16]")
@click.option("--step", type=float, metavar="X", help="Half the distance of the two evaluations. [1e-05]")
@click.option("--seed", type=int, metavar="N", help="Of the drawing of both. [0]")
@data_options
@output_options
def check(model: str, source: str | None, as_json: bool, picture: str | None, **chosen: Any) -> None:
    """Hold the gradient that trains MODEL against a numeric one, and say what both cost.

    DATA is what MODEL was trained on, if nothing else is named. The exit code is 1 if they differ.
    """
    from glassnet.cli.check import check_gradient

    sys.exit(check_gradient(model, source, _given(chosen), as_json=as_json, picture=picture))


@glassnet.command(cls=Command)
@click.argument("model")
@click.argument("source", metavar="[DATA]", required=False)
@click.option("-o", "--output", metavar="FILE.html", help="The file to write. [report.html in the run]")
@click.option("--json", "as_json", is_flag=True, help="The numbers as one JSON object on standard output.")
@click.option("--seed", type=int, metavar="N", help="Of everything drawn by chance. [0]")
@data_options
def report(model: str, source: str | None, output: str | None, as_json: bool, **chosen: Any) -> None:
    """Write all there is to say of MODEL on one page: how good, where wrong, what is inside.

    It is judged by DATA; if nothing else is named by what it was trained on, but only by the part that was
    held out. The page is one file that needs no script and no network.
    """
    from glassnet.cli.report import write_report

    write_report(model, source, _given(chosen), output=output, as_json=as_json)


@glassnet.command(cls=Command)
def warmup() -> None:
    """Compile every loop now, so that nobody has to wait for it later.

    It takes about half a minute, or half of that with two processors, once on a machine and for a version of
    glassnet; for classrooms and images.
    Where the compiled loops are kept can be chosen by the environment variable GLASSNET_CACHE_DIR.
    """
    from glassnet.cli.warmup import warm_up_shown

    warm_up_shown()


@glassnet.command(cls=Command)
@click.argument("patient", metavar="MODEL|DATA")
@click.argument("source", metavar="[DATA]", required=False)
@click.option("--treat", is_flag=True, help="Try the remedies by short trainings, and say which one helped.")
@click.option(
    "--seeds", type=int, metavar="N", help="Of --treat: how many seeds the result is measured over. [3]"
)
@click.option(
    "--epochs", type=int, metavar="N", help="Of --treat: how long a trial is. [as the training was]"
)
@click.option("--seed", type=int, metavar="N", help="Of everything drawn by chance. [0]")
@output_options
@source_options.without("--held-out", "--seed")
def doctor(
    patient: str, source: str | None, as_json: bool, picture: str | None, treat: bool, **chosen: Any
) -> None:
    """Say what is wrong with the training of MODEL, with the proof, and what helps.

    DATA is what MODEL was trained on, if nothing else is named. DATA alone, as for train, is examined before
    a training, and takes the options of the data that train takes. The exit code is 1 if something is wrong.
    """
    from glassnet.cli.doctor import show_diagnosis

    sys.exit(show_diagnosis(patient, source, _given(chosen), treat=treat, as_json=as_json, picture=picture))


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
    from glassnet.cli.data import show_data

    show_data(source, _given(chosen), as_json=as_json)


@glassnet.command(cls=Command)
@click.argument("model", required=False)
@click.argument("source", metavar="[DATA]", required=False)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Which port; 0: any. [8460, or the next free one]",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and leave it to you to open it.")
def play(model: str | None, source: str | None, port: int | None, no_browser: bool) -> None:
    """See a network live in the browser: paint its inputs, look inside, train it, go back.

    MODEL is the folder of a run or a .safetensors file; DATA what train takes. Either may be left out, or
    both: four pixels and digits come with glassnet. The page is served to this machine only.
    """
    from glassnet.cli.play import play as play_live

    play_live(model, source, port=port, browser=not no_browser)


@glassnet.command(cls=Command)
@click.option(
    "-o", "--output", metavar="RUN", default="demo.run", show_default=True, help="The folder to write."
)
def demo(output: str) -> None:
    """Show the main job: four pixels, then real digits, in under a minute."""
    from glassnet.cli.demo import show

    show(output)
