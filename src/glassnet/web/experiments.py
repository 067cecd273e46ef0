"""What a page may begin with: data, a network, and how it is trained."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet import data
from glassnet.errors import ChoiceError
from glassnet.network import Network
from glassnet.training import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from glassnet.data import Dataset

__all__ = ["BUNDLED", "OWN", "Experiment", "Laboratory", "live_settings"]

OWN = "own "
"""Begins the names of the experiments that a page brought."""

_NO_END = 10**9
"""Epochs of a training that ends when a person stops it."""

_WATCHABLE = 200.0
"""Steps a second at which a person can see four pixels being learned; the machine could do 100,000."""


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
    """

    data: Dataset
    held_out: Dataset | None
    network: Network
    settings: Settings
    speed: float | None = None


@dataclass(frozen=True)
class Laboratory:
    """The experiments that a page can open, by name; the first is shown first.

    Attributes
    ----------
    entries : tuple of (name, title, function that makes the experiment)
    """

    entries: tuple[tuple[str, str, Callable[[], Experiment]], ...]

    def titles(self) -> list[dict[str, str]]:
        """Return name and title of each."""
        return [{"name": name, "title": title} for name, title, _ in self.entries]

    def begin(self, name: str) -> Experiment:
        """Make an experiment.

        Raises
        ------
        ChoiceError
            There is none of that name.
        """
        for known, _, make in self.entries:
            if name == known:
                return make()
        if name.startswith(OWN):
            own = name.removeprefix(OWN)
            raise ChoiceError(f"{own!r} was somebody's own and is not in the link: open it here first")
        raise ChoiceError(
            f"experiment: there is no {name!r}, known are {', '.join(known for known, *_ in self.entries)}"
        )

    def with_own(self, name: str, title: str, own: Experiment, most: int = 4) -> Laboratory:
        """Return a laboratory with an experiment of a person's own behind these.

        One of the same name is replaced; of more than `most` the oldest is forgotten, for it fills memory.
        """
        others = [entry for entry in self.entries if entry[0] != name]
        owned = [entry for entry in others if entry[0].startswith(OWN)]
        gone = owned[: max(0, len(owned) - most + 1)]
        kept = [entry for entry in others if entry not in gone]
        return Laboratory((*kept, (name, title, lambda: own)))

    def before(self, more: Sequence[tuple[str, str, Callable[[], Experiment]]]) -> Laboratory:
        """Return a laboratory with more experiments, in front of these."""
        return Laboratory((*more, *self.entries))


def live_settings(settings: Settings) -> Settings:
    """Return settings for a training that a person watches: it goes on until it is stopped, at one rate."""
    return dataclasses.replace(
        settings, epochs=_NO_END, schedule="constant", patience=None, starts=1, learning_rate=settings.rate
    )


def _drawn() -> Experiment:
    settings = Settings(optimizer="sgd", learning_rate=0.1)
    network = Network.drawn_four_pixel()
    return Experiment(data.four_pixel(), None, network, live_settings(settings), _WATCHABLE)


def _from_scratch() -> Experiment:
    patterns = data.four_pixel()
    network = Network(
        [4, 4, 4, 8, 4],
        ["tanh", "tanh", "leaky_relu", "identity"],
        loss="squared",
        categories=patterns.categories,
        encoder=patterns.encoder,
    )
    settings = Settings(optimizer="adam", learning_rate=0.01)
    return Experiment(patterns, None, network, live_settings(settings), _WATCHABLE)


def _digits() -> Experiment:
    learned, held_out = data.digits().split(0.2)
    network = Network([64, 32, 16, 10], categories=learned.categories, encoder=learned.encoder)
    return Experiment(
        learned, held_out, network, live_settings(Settings(optimizer="adam", learning_rate=0.003))
    )


BUNDLED = Laboratory(
    (
        ("drawn", "Four pixels, the drawn network", _drawn),
        ("from-scratch", "Four pixels, from scratch", _from_scratch),
        ("digits", "Handwritten digits", _digits),
    )
)
"""The experiments that come with glassnet."""
