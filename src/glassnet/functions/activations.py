"""The table of activations: what a neuron does with its weighted sum."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.functions.choice import Choice, Constant, Entry, choose
from glassnet.kernels import codes

__all__ = ["ACTIVATIONS", "Activation", "activation"]


@dataclass(frozen=True, kw_only=True)
class Activation(Entry):
    """One activation.

    Attributes
    ----------
    code : int
        Its number in `glassnet.kernels.codes`.
    slope : str
        Its derivative, as a Python expression in ``z`` (the weighted sum) and ``output``.
    low, high : float
        Its outputs lie between these.
    odd : bool
        Whether turning the sign of ``z`` turns the sign of the output, and nothing else.
    last_only : bool
        Whether it may stand only behind the last layer.
    """

    code: int
    slope: str
    low: float
    high: float
    odd: bool = False
    last_only: bool = False


_INF = float("inf")

ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation(
            name="identity",
            code=codes.IDENTITY,
            formula="z",
            slope="1",
            low=-_INF,
            high=_INF,
            odd=True,
            source="Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.2.2.1",
        ),
        Activation(
            name="tanh",
            code=codes.TANH,
            formula="tanh(z)",
            slope="1 - output**2",
            low=-1.0,
            high=1.0,
            odd=True,
            source="LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.4",
        ),
        Activation(
            name="logistic",
            code=codes.LOGISTIC,
            formula="1 / (1 + exp(-z))",
            slope="output * (1 - output)",
            low=0.0,
            high=1.0,
            source="Goodfellow, Bengio, Courville, Deep Learning (2016), section 3.10",
        ),
        Activation(
            name="relu",
            code=codes.RELU,
            formula="max(z, 0)",
            slope="1 if z > 0 else 0",
            low=0.0,
            high=_INF,
            source="Nair, Hinton, Rectified linear units improve restricted Boltzmann machines (2010)",
        ),
        Activation(
            name="leaky_relu",
            code=codes.LEAKY_RELU,
            formula="z if z > 0 else slope * z",
            slope="1 if z > 0 else slope",
            low=-_INF,
            high=_INF,
            constants={"slope": Constant(0.1, low=0.0, high=1.0)},
            source="Maas, Hannun, Ng, Rectifier nonlinearities improve neural network acoustic models (2013)",
        ),
        Activation(
            name="elu",
            code=codes.ELU,
            formula="z if z > 0 else scale * (exp(z) - 1)",
            slope="1 if z > 0 else output + scale",
            low=-_INF,
            high=_INF,
            constants={"scale": Constant(1.0, low=0.0, open_low=True)},
            source="Clevert, Unterthiner, Hochreiter, Fast and accurate deep network learning by ELUs (2016)",
        ),
        Activation(
            name="softmax",
            code=codes.SOFTMAX,
            formula="exp(z) / sum(exp(z))",
            slope="output * (1 - output)",
            low=0.0,
            high=1.0,
            last_only=True,
            source="Bridle, Probabilistic interpretation of feedforward network outputs (1990)",
        ),
    )
}


def activation(text: str | Choice[Activation]) -> Choice[Activation]:
    """Return the activation that a text such as ``"leaky_relu(slope=0.2)"`` names.

    Raises
    ------
    ChoiceError
        An unknown name or constant.

    Examples
    --------
    >>> activation("tanh").row.slope
    '1 - output**2'
    """
    return choose(ACTIVATIONS, text, "activation")
