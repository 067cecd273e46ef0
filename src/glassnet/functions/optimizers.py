"""The table of optimizers: how a gradient becomes a change of the parameters."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.functions.choice import Choice, Constant, Entry, choose
from glassnet.kernels import codes

__all__ = ["OPTIMIZERS", "Optimizer", "optimizer"]


@dataclass(frozen=True, kw_only=True)
class Optimizer(Entry):
    """One optimizer; g is the gradient, p the parameters, r the learning rate, t the number of the update.

    Attributes
    ----------
    code : int
        Its number in `glassnet.kernels.codes`.
    learning_rate : float
        A learning rate to begin with.
    remembers_mean, remembers_square : bool
        Which running means it keeps, each as large as the parameters.
    """

    code: int
    learning_rate: float
    remembers_mean: bool = False
    remembers_square: bool = False


def _share(default: float) -> Constant:
    return Constant(default, low=0.0, high=1.0, open_high=True)


_EPSILON = Constant(1e-8, low=0.0, open_low=True)

# Twice Kingma and Ba's: in the 30 epochs of a default training, over which the rate falls to 0, theirs
# has not learned all that it can (docs/decisions, 12).
_ADAM_RATE = 0.002

OPTIMIZERS: dict[str, Optimizer] = {
    row.name: row
    for row in (
        Optimizer(
            name="sgd",
            code=codes.SGD,
            formula="p -= r * g",
            learning_rate=0.1,
            source="Robbins, Monro, A stochastic approximation method (1951)",
        ),
        Optimizer(
            name="momentum",
            code=codes.MOMENTUM,
            formula="v = momentum * v + g; p -= r * v",
            learning_rate=0.01,
            remembers_mean=True,
            constants={"momentum": _share(0.9)},
            source="Polyak, Some methods of speeding up the convergence of iteration methods (1964)",
        ),
        Optimizer(
            name="nesterov",
            code=codes.NESTEROV,
            formula="v = momentum * v + g; p -= r * (g + momentum * v)",
            learning_rate=0.01,
            remembers_mean=True,
            constants={"momentum": _share(0.9)},
            source="Sutskever, Martens, Dahl, Hinton, On the importance of momentum (2013), section 2",
        ),
        Optimizer(
            name="rmsprop",
            code=codes.RMSPROP,
            formula="s = decay * s + (1 - decay) * g**2; p -= r * g / (sqrt(s) + epsilon)",
            learning_rate=0.001,
            remembers_square=True,
            constants={"decay": _share(0.99), "epsilon": _EPSILON},
            source="Tieleman, Hinton, Neural Networks for Machine Learning, lecture 6.5 (2012)",
        ),
        Optimizer(
            name="adam",
            code=codes.ADAM,
            formula="m = beta1 * m + (1 - beta1) * g; s = beta2 * s + (1 - beta2) * g**2;"
            " p -= r * (m / (1 - beta1**t)) / (sqrt(s / (1 - beta2**t)) + epsilon)",
            learning_rate=_ADAM_RATE,
            remembers_mean=True,
            remembers_square=True,
            constants={"beta1": _share(0.9), "beta2": _share(0.999), "epsilon": _EPSILON},
            source="Kingma, Ba, Adam: a method for stochastic optimization (2015), algorithm 1",
        ),
        Optimizer(
            name="adamw",
            code=codes.ADAMW,
            formula="weights *= 1 - r * weight_decay; then as adam",
            learning_rate=_ADAM_RATE,
            remembers_mean=True,
            remembers_square=True,
            constants={
                "beta1": _share(0.9),
                "beta2": _share(0.999),
                "epsilon": _EPSILON,
                "weight_decay": Constant(0.01, low=0.0),
            },
            source="Loshchilov, Hutter, Decoupled weight decay regularization (2019), algorithm 2",
        ),
    )
}


def optimizer(text: str | Choice[Optimizer]) -> Choice[Optimizer]:
    """Return the optimizer that a text such as ``"adam(beta1=0.8)"`` names.

    Raises
    ------
    ChoiceError
        An unknown name or constant.

    Examples
    --------
    >>> optimizer("adam").row.learning_rate
    0.002
    """
    return choose(OPTIMIZERS, text, "optimizer")
