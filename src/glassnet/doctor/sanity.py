"""Tests before a training: whether a network can learn a few examples, and starts at chance."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.doctor.patient import score_of
from glassnet.errors import LossNotFinite
from glassnet.training import Settings, train

if TYPE_CHECKING:
    from glassnet.data import Dataset
    from glassnet.network import Network

__all__ = ["ByHeart", "Start", "at_start", "by_heart"]

_STEPS = 2_000
_KNOWN = 0.99
# The loss of the start may be so many times what chance gives [times].
_NEAR = 3.0
# Numbers to be met may differ by little, so that chance gives a small loss; an untrained answer without an
# upper end is about as large as an input, and may well be so far from the mean: the whole way from -1 to 1.
_AWAY = 2.0


@dataclass(frozen=True)
class ByHeart:
    """Whether a network can learn a handful of examples by heart.

    Attributes
    ----------
    learned : bool
    score : float
        The share of right answers; for numbers the explained share of their variance.
    n_examples, n_steps : int
    """

    learned: bool
    score: float
    n_examples: int
    n_steps: int

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        able = "It can learn" if self.learned else "It cannot even learn"
        return (
            f"{able} {self.n_examples} examples by heart: score {self.score:.4g} after {self.n_steps:,} steps"
        )


def by_heart(
    network: Network, data: Dataset, settings: Settings | None = None, *, n_examples: int = 20, seed: int = 0
) -> ByHeart:
    """Train a copy of a network, from new initial weights, on a handful of examples.

    A network that cannot learn these has a fault that more data do not heal.

    Parameters
    ----------
    network : Network
        Stays as it is.
    data : Dataset
    settings : Settings, optional
        How it would be trained; the number of epochs is chosen here.
    n_examples : int
    seed : int

    Raises
    ------
    DataError
        The data do not fit the network.

    Examples
    --------
    >>> from glassnet import Network, data
    >>> by_heart(Network([4, 8, 4], ["tanh", "softmax"]), data.four_pixel()).learned
    True
    """
    few = data.draw(whole_number(n_examples, "n_examples", low=1), seed)
    twin = network.copy()
    twin.redraw(network.seed)
    settings = replace(
        settings or Settings(learning_rate=0.01),
        epochs=_STEPS,
        batch=len(few.targets),
        patience=None,
        starts=1,
    )
    try:
        train(twin, few, settings=settings)
        score = score_of(twin, few)
    except LossNotFinite:
        score = -np.inf
    return ByHeart(bool(score >= _KNOWN), float(score), few.n_examples, _STEPS)


@dataclass(frozen=True)
class Start:
    """The loss of untrained weights beside the loss of an answer that knows nothing.

    Attributes
    ----------
    loss, chance : float
    near : bool
        Whether the first is at most three times the second, or where answers have no upper end three times
        the loss of answers that are 2 away from the mean: sound initial weights may do that.
    """

    loss: float
    chance: float
    near: bool

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        if not self.near:
            verdict = "far above: the initial weights or the inputs are too large"
        elif self.loss > _NEAR * self.chance:
            verdict = "above, as the answers of sound initial weights may be"
        else:
            verdict = "as it should be"
        return f"Loss at the start {self.loss:.4g}, by chance {self.chance:.4g}: {verdict}"


def at_start(network: Network, data: Dataset) -> Start:
    """Compare the loss of new initial weights with that of the best answer that does not look at the inputs.

    For softmax and as many examples of each category that is ln(categories).

    Examples
    --------
    >>> from glassnet import Network, data
    >>> print(at_start(Network([4, 8, 4], ["tanh", "softmax"]), data.four_pixel()))
    Loss at the start 1.57, by chance 1.386: as it should be
    """
    twin = network.copy()
    twin.redraw(network.seed)
    loss = twin.evaluate(data).loss
    blind = network.copy()
    for layer in range(1, network.n_layers + 1):
        blind.weights(layer)[:] = 0
    mean = data.targets.mean(axis=0)
    biases = blind.biases(blind.n_layers)
    if biases.size:
        with np.errstate(divide="ignore"):
            wanted = {
                "softmax": np.log(np.maximum(mean, 1e-12)),
                "logistic": np.log(np.maximum(mean, 1e-12) / np.maximum(1 - mean, 1e-12)),
                "tanh": np.arctanh(np.clip(mean, -1 + 1e-12, 1 - 1e-12)),
            }.get(network.activations[-1].name, mean)
        biases[:] = wanted
    chance = blind.evaluate(data).loss
    most = chance
    if network.activations[-1].row.high == np.inf and biases.size:
        biases[:] += _AWAY
        most = max(chance, blind.evaluate(data).loss)
    return Start(loss, chance, bool(loss <= _NEAR * most))
