"""The table of losses: how bad an answer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.errors import ChoiceError
from glassnet.functions.choice import Choice, Constant, Entry, choose
from glassnet.kernels import codes

if TYPE_CHECKING:
    from glassnet.functions.activations import Activation

__all__ = ["LOSSES", "Loss", "fitting_loss", "loss"]


@dataclass(frozen=True, kw_only=True)
class Loss(Entry):
    """One loss; its formula is for one output, and the loss of an example is the sum over its outputs.

    Attributes
    ----------
    code : int
        Its number in `glassnet.kernels.codes`.
    slope : str
        Its derivative over the output, as a Python expression.
    only_after : str or None
        The one activation of the last layer that it goes with; None: any.
    """

    code: int
    slope: str
    only_after: str | None = None


# Whether the loss of a batch is the mean or the sum over its examples. The slope follows.
_REDUCTION = {"reduction": Constant("mean", words=("mean", "sum"))}

LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        Loss(
            name="absolute",
            code=codes.ABSOLUTE,
            formula="abs(output - target)",
            slope="sign(output - target)",
            constants=_REDUCTION,
            source="Laplace, 1774; Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.2.1.2",
        ),
        Loss(
            name="squared",
            code=codes.SQUARED,
            formula="(output - target)**2",
            slope="2 * (output - target)",
            constants=_REDUCTION,
            source="Legendre, 1805; Goodfellow, Bengio, Courville, Deep Learning (2016), section 5.1.4",
        ),
        Loss(
            name="huber",
            code=codes.HUBER,
            formula="(output - target)**2 / 2 if abs(output - target) <= threshold"
            " else threshold * (abs(output - target) - threshold / 2)",
            slope="output - target if abs(output - target) <= threshold"
            " else threshold * sign(output - target)",
            constants={"threshold": Constant(1.0, low=0.0, open_low=True), **_REDUCTION},
            source="Huber, Robust estimation of a location parameter (1964)",
        ),
        Loss(
            name="cross_entropy",
            code=codes.CROSS_ENTROPY,
            formula="-target * log(output)",
            slope="-target / output",
            constants=_REDUCTION,
            only_after="softmax",
            source="Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.2.2.3",
        ),
        Loss(
            name="binary_cross_entropy",
            code=codes.BINARY_CROSS_ENTROPY,
            formula="-target * log(output) - (1 - target) * log(1 - output)",
            slope="(output - target) / (output * (1 - output))",
            constants=_REDUCTION,
            only_after="logistic",
            source="Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.2.2.2",
        ),
    )
}


def fitting_loss(last: Choice[Activation]) -> str:
    """Name the loss that goes with the activation of the last layer when none is chosen.

    Examples
    --------
    >>> from glassnet.functions import activation
    >>> fitting_loss(activation("softmax"))
    'cross_entropy'
    """
    return {"softmax": "cross_entropy", "logistic": "binary_cross_entropy"}.get(last.name, "squared")


def loss(text: str | Choice[Loss], last: Choice[Activation]) -> Choice[Loss]:
    """Return the loss that a text such as ``"huber(threshold=2)"`` names, behind the activation `last`.

    Raises
    ------
    ChoiceError
        An unknown name or constant, or a loss that does not go with that activation.

    Examples
    --------
    >>> from glassnet.functions import activation
    >>> str(loss("squared(reduction=sum)", activation("tanh")))
    'squared(reduction=sum)'
    """
    chosen = choose(LOSSES, text, "loss")
    needed = chosen.row.only_after
    if needed is not None and last.name != needed:
        raise ChoiceError(
            f"loss {chosen.name}: the last layer's activation is {last.name}, expected {needed}; "
            f"set the last activation to {needed!r} or take the loss {fitting_loss(last)!r}"
        )
    return chosen
