"""The tables of what one may choose by name: activations, losses, optimizers, initial weights.

Each row gives formula, slope, range and source; the arithmetic itself stands in `glassnet.kernels`.
"""

from glassnet.functions.activations import ACTIVATIONS, Activation, activation
from glassnet.functions.choice import Choice, Constant, Entry, choose
from glassnet.functions.initial_weights import (
    INITIAL_WEIGHTS,
    InitialWeights,
    fitting_initial_weights,
    initial_weights,
)
from glassnet.functions.losses import LOSSES, Loss, fitting_loss, loss
from glassnet.functions.optimizers import OPTIMIZERS, Optimizer, optimizer

__all__ = [
    "ACTIVATIONS",
    "INITIAL_WEIGHTS",
    "LOSSES",
    "OPTIMIZERS",
    "Activation",
    "Choice",
    "Constant",
    "Entry",
    "InitialWeights",
    "Loss",
    "Optimizer",
    "activation",
    "choose",
    "fitting_initial_weights",
    "fitting_loss",
    "initial_weights",
    "loss",
    "optimizer",
]
