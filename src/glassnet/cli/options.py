"""The options of the commands, in the sections in which the help shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from glassnet.cli.group import Option
from glassnet.cli.values import CAMERA, LAYERS, NEURON, SVG_FILE, WEIGHT, WEIGHT_OR_INPUT
from glassnet.functions import ACTIVATIONS, INITIAL_WEIGHTS, LOSSES, OPTIMIZERS

__all__ = [
    "data_options",
    "explain_options",
    "network_options",
    "output_options",
    "source_options",
    "training_options",
]

Function = Callable[..., Any]


@dataclass(frozen=True)
class _OneOption:
    """An option that stands in a section of the help; it decorates a command."""

    section: str
    names: tuple[str, ...]
    settings: Mapping[str, Any]

    def __call__(self, function: Function) -> Function:
        return click.option(*self.names, cls=Option, section=self.section, **self.settings)(function)


class _Options:
    """Several options that are put on one command, in order."""

    def __init__(self, *chosen: Callable[[Function], Function]) -> None:
        self._chosen = chosen

    def __call__(self, function: Function) -> Function:
        for each in reversed(self._chosen):
            function = each(function)
        return function

    def without(self, *names: str) -> _Options:
        """Return the same options but for some."""
        return _Options(
            *(each for each in self._chosen if not (isinstance(each, _OneOption) and each.names[0] in names))
        )

    def of_several(self, *without: str) -> _Options:
        """Return the same options, each of which takes several values; flags stay as they are."""
        kept = [
            each for each in self._chosen if isinstance(each, _OneOption) and each.names[0] not in without
        ]
        return _Options(
            *(
                each
                if "flag_value" in each.settings
                else dataclasses.replace(each, settings={**each.settings, "multiple": True, "several": True})
                for each in kept
            )
        )


def option(section: str, *names: str, **settings: Any) -> _OneOption:
    """Return an option that stands in a section of the help."""
    return _OneOption(section, names, settings)


def _one_of(names: Any) -> str:
    return ", ".join(names)


_DATA, _NETWORK, _TRAINING = "The data", "The network", "The training"

source_options = _Options(
    option(_DATA, "--target", metavar="COLUMN", help="Table: the column with the right answers. [the last]"),
    option(
        _DATA,
        "--ignore",
        metavar="COLUMN",
        multiple=True,
        callback=lambda _context, _option, names: names or None,  # as of every option that was not given
        help="Table: leave a column out, such as sample numbers; may be given again.",
    ),
    option(_DATA, "--task", type=click.Choice(["categories", "numbers"]), help="Table: what the target is."),
    option(
        _DATA,
        "--missing",
        type=click.Choice(["error", "fill"]),
        help="Table: fill missing values with the column's mean or most frequent text. [error]",
    ),
    option(
        _DATA,
        "--camera",
        type=CAMERA,
        metavar="ROWSxCOLUMNS",
        help="Folder: what the pictures are seen with. [their own size, or 28x28]",
    ),
    option(
        _DATA,
        "--negative",
        is_flag=True,
        default=None,
        help="Folder, with --camera: swap black and white.",
    ),
    option(
        _DATA,
        "--skip-unreadable",
        is_flag=True,
        default=None,
        help="Folder: leave out files that are no pictures, and name them.",
    ),
    option(
        _DATA,
        "--labels",
        metavar="FILE",
        help="IDX, .npy: the right answers. [IDX: the file with MNIST's name for it]",
    ),
    option(
        _DATA,
        "--held-out",
        type=float,
        metavar="SHARE",
        help="Share of the examples that is not learned from, to judge the network. "
        "[0.2; 0 for fewer than 50 examples]",
    ),
    option(_DATA, "--seed", type=int, metavar="N", help="Of everything drawn by chance. [0]"),
)

network_options = _Options(
    option(
        _NETWORK,
        "--layers",
        type=LAYERS,
        metavar="N,N...",
        help="Neurons of each layer but the last; none: no such layers. [128]",
    ),
    option(_NETWORK, "--activation", metavar="NAME", help=f"{_one_of(ACTIVATIONS)}. [relu]"),
    option(
        _NETWORK,
        "--last-activation",
        metavar="NAME",
        help="Of the last layer. [softmax for categories, identity for numbers]",
    ),
    option(_NETWORK, "--loss", metavar="NAME", help=f"{_one_of(LOSSES)}. [what fits the last activation]"),
    option(
        _NETWORK, "--no-biases", "biases", flag_value=False, default=None, type=bool, help="Without biases."
    ),
    option(
        _NETWORK,
        "--dropout",
        type=float,
        metavar="SHARE",
        help="Outputs that training sets to 0, in all layers but the last. [0]",
    ),
    option(
        _NETWORK,
        "--initial-weights",
        metavar="NAME",
        help=f"{_one_of(INITIAL_WEIGHTS)}. [He's for relu and its kin, else Glorot's]",
    ),
    option(
        _NETWORK,
        "--dtype",
        type=click.Choice(["float32", "float64"]),
        help="Type of every number. [float64 up to 10,000 parameters, else float32]",
    ),
)

training_options = _Options(
    option(
        _TRAINING,
        "--epochs",
        type=int,
        metavar="N",
        help="How often each example is seen. [30, or more to make 1,000 steps]",
    ),
    option(_TRAINING, "--batch", type=int, metavar="N", help="Examples a step. [32]"),
    option(_TRAINING, "--optimizer", metavar="NAME", help=f"{_one_of(OPTIMIZERS)}. [adam]"),
    option(
        _TRAINING, "--learning-rate", type=float, metavar="RATE", help="[the optimizer's own; adam: 0.002]"
    ),
    option(_TRAINING, "--schedule", metavar="NAME", help="constant, step, cosine. [cosine]"),
    option(_TRAINING, "--l1", type=float, metavar="X", help="Penalty X * sum|w| on the weights. [0]"),
    option(_TRAINING, "--l2", type=float, metavar="X", help="Penalty X/2 * sum w**2. [0]"),
    option(_TRAINING, "--clip", type=float, metavar="LENGTH", help="The longest that the gradient may be."),
    option(
        _TRAINING,
        "--patience",
        type=int,
        metavar="N",
        help="Stop after N epochs without a lower held-out loss.",
    ),
    option(
        _TRAINING,
        "--precision",
        type=click.Choice(["bf16"]),
        help="Round factors of large products: faster on processors with AVX512-BF16. [the dtype's]",
    ),
    option(
        _TRAINING,
        "--class-weights",
        type=click.Choice(["balanced"]),
        help="Let every category count as much in all.",
    ),
    option(
        _TRAINING,
        "--no-doctor",
        "statistics",
        flag_value=False,
        default=None,
        type=bool,
        help="Do not look into the layers on the way, nor say what is wrong.",
    ),
    option(
        _TRAINING,
        "--starts",
        type=int,
        metavar="N",
        help="Train from N initial weights, keep the best. [1]",
    ),
)

data_options = _Options(
    click.option("--labels", metavar="FILE", help="IDX, .npy: the right answers. [IDX: MNIST's name for it]"),
    click.option(
        "--skip-unreadable", is_flag=True, default=None, help="Folder: leave out files that are no pictures."
    ),
)

output_options = _Options(
    click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output."),
    click.option("--picture", type=SVG_FILE, metavar="FILE.svg", help="Write the picture that goes with it."),
)

_INPUT, _ONE_THING = "The input", "One thing instead of all"

explain_options = _Options(
    option(_INPUT, "--row", type=int, metavar="N", help="Table: which row, from 1. [1]"),
    option(_INPUT, "--example", type=int, metavar="N", help="An example of a data set, from 0. [0]"),
    option(_INPUT, "--data", metavar="DATA", help="That data set. [what MODEL was trained on]"),
    option(_INPUT, "--negative", is_flag=True, default=None, help="Picture: swap black and white."),
    option(_INPUT, "--target", metavar="ANSWER", help="The right answer: a category, or a number to be met."),
    option(_ONE_THING, "--neuron", type=NEURON, metavar="LAYER/NEURON", help="Its sum, term by term."),
    option(
        _ONE_THING,
        "--weight",
        type=WEIGHT,
        metavar="LAYER/NEURON/SOURCE",
        help="The loss as a curve over it, and its chains. SOURCE is a number or bias.",
    ),
    option(_ONE_THING, "--error", is_flag=True, default=None, help="Truth, answer, loss and slope."),
    option(
        _ONE_THING,
        "--chain",
        type=WEIGHT_OR_INPUT,
        metavar="LAYER/NEURON/SOURCE",
        help="Every factor of the slope over a weight; 0/INPUT: over an input.",
    ),
    option(_ONE_THING, "--top", type=int, metavar="N", help="Of --chain, --weight: how many chains. [5]"),
    option(
        _ONE_THING,
        "--attribution",
        is_flag=False,
        flag_value="integrated_gradients",
        metavar="[METHOD]",
        help="What each input has to do with the answer: integrated_gradients (without METHOD), "
        "gradient_x_input, occlusion, exact_split.",
    ),
    option(_ONE_THING, "--category", metavar="NAME", help="Of --attribution: why this one? [the answer]"),
    option(
        _ONE_THING,
        "--field",
        type=NEURON,
        metavar="LAYER/NEURON",
        help="The picture, or row, that it answers to most; needs no INPUT.",
    ),
    option(
        _ONE_THING,
        "--circuit",
        metavar="EXPRESSION",
        help="Instead of MODEL and INPUT, with NAME=VALUE...: see glassnet circuit.",
    ),
)
