"""The table of initial weights: the random numbers that a network starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.errors import ChoiceError
from glassnet.functions.choice import Choice, Constant, Entry, choose

if TYPE_CHECKING:
    from glassnet.functions.activations import Activation

__all__ = ["INITIAL_WEIGHTS", "InitialWeights", "fitting_initial_weights", "initial_weights"]


@dataclass(frozen=True, kw_only=True)
class InitialWeights(Entry):
    """One way to draw the weights of a layer; biases start at 0."""


INITIAL_WEIGHTS: dict[str, InitialWeights] = {
    row.name: row
    for row in (
        InitialWeights(
            name="uniform",
            formula="uniform(low, high)",
            constants={"low": Constant(-1.0, low=-1e6, high=1e6), "high": Constant(1.0, low=-1e6, high=1e6)},
            source="Rohrer, How neural networks work (2017)",
        ),
        InitialWeights(
            name="glorot_uniform",
            formula="uniform(-a, a), a = sqrt(6 / (n_inputs + n_neurons))",
            source="Glorot, Bengio, Understanding the difficulty of training deep networks (2010), eq. 16",
        ),
        InitialWeights(
            name="glorot_normal",
            formula="normal(0, s), s = sqrt(2 / (n_inputs + n_neurons))",
            source="Glorot, Bengio, Understanding the difficulty of training deep networks (2010), eq. 12",
        ),
        InitialWeights(
            name="he_uniform",
            formula="uniform(-a, a), a = sqrt(6 / n_inputs)",
            source="He, Zhang, Ren, Sun, Delving deep into rectifiers (2015), section 2.2",
        ),
        InitialWeights(
            name="he_normal",
            formula="normal(0, s), s = sqrt(2 / n_inputs)",
            source="He, Zhang, Ren, Sun, Delving deep into rectifiers (2015), eq. 10",
        ),
    )
}


def fitting_initial_weights(chosen: Choice[Activation]) -> str:
    """Name the initial weights that go with an activation: He's for rectifiers, Glorot's for the others.

    Examples
    --------
    >>> from glassnet.functions import activation
    >>> fitting_initial_weights(activation("relu"))
    'he_uniform'
    """
    return "he_uniform" if chosen.name in ("relu", "leaky_relu", "elu") else "glorot_uniform"


def initial_weights(text: str | Choice[InitialWeights]) -> Choice[InitialWeights]:
    """Return the initial weights that a text such as ``"uniform(low=-1, high=1)"`` names.

    Raises
    ------
    ChoiceError
        An unknown name or constant, or a low end that is not below the high end.

    Examples
    --------
    >>> initial_weights("uniform(high=2)").constants
    {'low': -1.0, 'high': 2.0}
    """
    chosen = choose(INITIAL_WEIGHTS, text, "initial weights")
    low, high = chosen.number("low"), chosen.number("high", 1.0)
    if not low <= high:
        raise ChoiceError(f"initial weights {chosen}: low is {low:g}, expected at most high, {high:g}")
    return chosen
