"""What a page may begin with: data, a network, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet import data
from glassnet.errors import ChoiceError
from glassnet.network import Network
from glassnet.training import Settings
from glassnet.web.scenes import SCENES, WATCHABLE, Experiment, from_scratch, live_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


__all__ = ["BUNDLED", "OWN", "Experiment", "Laboratory", "live_settings"]

OWN = "own "
"""Begins the names of the experiments that a page brought."""


@dataclass(frozen=True)
class Laboratory:
    """The experiments that a page can open, by name; the first is shown first.

    Attributes
    ----------
    entries : tuple of (name, title, function that makes the experiment)
    scenes : tuple of the same
        Those of the story: they can be opened by name, but are not offered.
    """

    entries: tuple[tuple[str, str, Callable[[], Experiment]], ...]
    scenes: tuple[tuple[str, str, Callable[[], Experiment]], ...] = ()

    def titles(self) -> list[dict[str, str]]:
        """Return name and title of each experiment that is offered."""
        return [{"name": name, "title": title} for name, title, _ in self.entries]

    def title(self, name: str) -> str:
        """Return what an experiment or scene is called; its name where it is none of these."""
        titles = {known: title for known, title, _ in (*self.entries, *self.scenes)}
        return titles.get(name, name)

    def begin(self, name: str) -> Experiment:
        """Make an experiment.

        Raises
        ------
        ChoiceError
            There is none of that name.
        """
        for known, _, make in (*self.entries, *self.scenes):
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
        return Laboratory((*more, *self.entries), self.scenes)


def _drawn() -> Experiment:
    settings = Settings(optimizer="sgd", learning_rate=0.1)
    network = Network.drawn_four_pixel()
    return Experiment(data.four_pixel(), None, network, live_settings(settings), WATCHABLE)


def _digits() -> Experiment:
    learned, held_out = data.digits().split(0.2)
    network = Network([64, 32, 16, 10], categories=learned.categories, encoder=learned.encoder)
    return Experiment(
        learned, held_out, network, live_settings(Settings(optimizer="adam", learning_rate=0.003))
    )


BUNDLED = Laboratory(
    (
        ("drawn", "Four pixels, the drawn network", _drawn),
        ("from-scratch", "Four pixels, from scratch", from_scratch),
        ("digits", "Handwritten digits", _digits),
    ),
    scenes=SCENES,
)
"""The experiments that come with glassnet."""
