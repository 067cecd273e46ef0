"""What an experiment is, and those that the story needs beside the bundled ones: each shows one thing."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glassnet import data
from glassnet.network import Network
from glassnet.training import Settings, train

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glassnet.data import Dataset

__all__ = ["NO_END", "SCENES", "WATCHABLE", "Experiment", "from_scratch", "live_settings"]

NO_END = 10**9
"""Epochs of a training that ends when a person stops it."""

WATCHABLE = 200.0
"""Steps a second at which a person can see four pixels being learned; the machine could do 100,000."""

_LEARNED_AFTER = 2000
"""Epochs after which all of 200 seeds of the network from scratch had learned the eight patterns."""

_SNAPS = 14
"""Of seeds 0 to 29, seven give a network that still has all eight right when it is snapped; this is one."""

_BY_HEART = 100
"""Epochs after which a network without dropout has learned the wrong labels too."""

_DEEP = 9
"""Hidden layers through which next to nothing of a slope gets, where each squash takes three quarters."""


@dataclass(frozen=True, eq=False)
class Experiment:
    """Data, a network, and how it is trained.

    Attributes
    ----------
    data : Dataset
        To learn from.
    held_out : Dataset or None
    network : Network
        Each session takes a copy.
    settings : Settings
    speed : float or None
        Steps a second to begin with; None: as many as possible.
    rival : Network or None
        Another network, which a session trains for `rival_epochs` and pins, to be compared with.
    """

    data: Dataset
    held_out: Dataset | None
    network: Network
    settings: Settings
    speed: float | None = None
    rival: Network | None = None
    rival_epochs: int = 0


def live_settings(settings: Settings) -> Settings:
    """Return settings for a training that a person watches: it goes on until it is stopped, at one rate."""
    return dataclasses.replace(
        settings,
        epochs=NO_END,
        schedule="constant",
        patience=None,
        starts=1,
        learning_rate=settings.rate,
        statistics=False,  # the page looks into the layers at moments of its own, see `recording`
    )


def from_scratch() -> Experiment:
    """Return the four pixel network with chance weights."""
    return _four_pixel([4, 4, 8], ["tanh", "tanh", "leaky_relu", "identity"])


def _four_pixel(hidden: Sequence[int], activations: Sequence[str], *, biases: bool = True) -> Experiment:
    patterns = data.four_pixel()
    network = Network(
        [4, *hidden, 4],
        list(activations),
        biases=biases,
        loss="squared",
        categories=patterns.categories,
        encoder=patterns.encoder,
    )
    settings = Settings(optimizer="adam", learning_rate=0.01)
    return Experiment(patterns, None, network, live_settings(settings), WATCHABLE)


def _linear() -> Experiment:
    return _four_pixel([], ["identity"])


def _descent() -> Experiment:
    """Plain gradient descent, so that a step is the learning rate times the slope."""
    return dataclasses.replace(from_scratch(), settings=_plain_descent())


def _plain_descent() -> Settings:
    return live_settings(Settings(optimizer="sgd", learning_rate=0.03))


def _chain() -> Experiment:
    """One neuron after the other: a single path from each weight to the error."""
    pairs = data.Dataset.from_arrays([[-0.5], [0.5], [1.0]], [0.5, -0.5, -1.0], name="three numbers")
    network = Network([1, 1, 1], ["identity", "identity"], biases=False, loss="squared")
    network.parameters[:] = [0.75, -0.5]
    settings = Settings(optimizer="sgd", learning_rate=0.1)
    return Experiment(pairs, None, network, live_settings(settings), WATCHABLE)


def _trained() -> Experiment:
    """With a penalty on the sizes of weights, and from a seed that gives what can be snapped to -1, 0, 1."""
    begun = from_scratch()
    begun.network.redraw(_SNAPS)
    settings = dataclasses.replace(begun.settings, epochs=_LEARNED_AFTER, l1=0.01)
    train(begun.network, begun.data, settings=settings)
    return begun


def _odd() -> Experiment:
    """No bias, and only squashes that are odd: such a network can't tell a picture from its negative."""
    return _four_pixel([4, 4, 8], ["tanh", "tanh", "tanh", "identity"], biases=False)


def _deep() -> Experiment:
    """With plain descent: after five million epochs it still says the same to every picture."""
    begun = _four_pixel([8] * _DEEP, ["logistic"] * _DEEP + ["identity"])
    return dataclasses.replace(begun, settings=_plain_descent())


def _dropout() -> Experiment:
    """Few digits, a fifth of them with a wrong label: what learns them all by heart does badly on others."""
    few, held_out = data.digits().split(0.9)
    chance = np.random.default_rng(0)
    labels = np.where(chance.random(few.n_examples) < 0.2, chance.integers(0, 10, few.n_examples), few.labels)
    learned = dataclasses.replace(few, targets=np.eye(10)[labels], name="digits, a fifth labelled wrong")

    def network(dropout: float) -> Network:
        return Network([64, 64, 10], categories=few.categories, encoder=few.encoder, dropout=dropout)

    settings = live_settings(Settings(optimizer="adam", learning_rate=0.003))
    return Experiment(learned, held_out, network(0.5), settings, WATCHABLE, network(0.0), _BY_HEART)


SCENES = (
    ("story-linear", "Story: no hidden layer", _linear),
    ("story-descent", "Story: going downhill", _descent),
    ("story-chain", "Story: one chain", _chain),
    ("story-trained", "Story: a trained network", _trained),
    ("story-odd", "Story: tanh without biases", _odd),
    ("story-dropout", "Story: dropout", _dropout),
    ("story-deep", "Story: ten layers", _deep),
)
"""Name, title and maker of each."""
