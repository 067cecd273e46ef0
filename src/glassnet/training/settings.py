"""How a network is trained: every setting, its default and what it may be."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.checks import number, whole_number
from glassnet.errors import ChoiceError, SettingError, nearest
from glassnet.functions import Choice, Optimizer, optimizer
from glassnet.training.schedules import Schedule, schedule

__all__ = ["Settings"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a network is trained. The same settings, data and seed give the same network, bit for bit.

    Attributes
    ----------
    epochs : int
        How often every example is seen.
    batch : int
        Examples a step; more than there are means all of them.
    optimizer : str
        See `glassnet.functions.OPTIMIZERS`.
    learning_rate : float, optional
        Without it the optimizer's own.
    schedule : str
        How the learning rate changes, see `glassnet.training.SCHEDULES`.
    l1, l2 : float
        Strength of the penalty ``l1 sum|w| + l2/2 sum w**2`` on the weights.
    clip : float, optional
        The longest that the gradient, as one vector, may be; it is shortened to that.
    patience : int, optional
        Stop early after this many epochs without a lower held-out loss.
    shuffle : bool
        Whether each epoch takes the examples in an order of its own.
    class_weights : "balanced" or mapping of category to weight, optional
        How much the examples of each category count; "balanced": every category as much in all.
    starts : int
        Train from this many initial weights, each drawn with a seed of its own, and keep the best.
    statistics : bool
        Whether to look into the layers at some moments, for `History.statistics`; changes nothing else.
    precision : "bf16", optional
        Round the factors of the products of matrices to bf16 numbers, 8 binary digits instead of 24; all
        else stays float32. For networks of float32 on a processor with AVX512-BF16: a step of
        784-512-512-10 takes 0.56 of the time. In five trainings each on two data sets answers were right
        as often as without; a gradient is off by a few percent, by more where little of it is left
        (`docs/decisions/0051`). Without it the network's own `dtype` counts.
    seed : int
        Of the order of the examples and of dropout. Initial weights have the network's own seed, and
        further starts the seeds that follow it.

    Raises
    ------
    SettingError, ChoiceError
        With what came and what was expected.

    Examples
    --------
    >>> Settings(optimizer="adam", epochs=5).rate
    0.002
    """

    epochs: int = 30
    batch: int = 32
    optimizer: str = "adam"
    learning_rate: float | None = None
    schedule: str = "cosine"
    l1: float = 0.0
    l2: float = 0.0
    clip: float | None = None
    patience: int | None = None
    shuffle: bool = True
    class_weights: str | Mapping[str, float] | None = None
    starts: int = 1
    statistics: bool = True
    precision: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        whole_number(self.epochs, "epochs", low=1)
        whole_number(self.batch, "batch", low=1)
        whole_number(self.starts, "starts", low=1)
        whole_number(self.seed, "seed", low=0, high=2**63 - 1)
        number(self.l1, "l1", low=0)
        number(self.l2, "l2", low=0)
        if self.learning_rate is not None:
            number(self.learning_rate, "learning_rate", above=0)
        if self.clip is not None:
            number(self.clip, "clip", above=0)
        if self.patience is not None:
            whole_number(self.patience, "patience", low=1)
        for name in ("shuffle", "statistics"):
            if not isinstance(getattr(self, name), bool):
                raise SettingError(f"{name}: got {getattr(self, name)!r}, expected True or False")
        if isinstance(self.class_weights, Mapping):
            for name, weight in self.class_weights.items():
                number(weight, f"class_weights of {name}", low=0)
        elif self.class_weights not in (None, "balanced"):
            raise ChoiceError(f"class_weights: got {self.class_weights!r}, expected 'balanced' or a mapping")
        if self.precision not in (None, "bf16"):
            raise ChoiceError(
                f"precision: got {self.precision!r}, expected 'bf16' or None; float32 and float64 are a "
                "network's dtype"
            )
        # Written out in full, so that two ways to say the same thing are the same setting.
        object.__setattr__(self, "optimizer", str(optimizer(self.optimizer)))
        object.__setattr__(self, "schedule", str(schedule(self.schedule)))

    @classmethod
    def of(cls, settings: Settings | None, changes: Mapping[str, Any]) -> Settings:
        """Return `settings` (or the defaults) with some of them changed.

        Raises
        ------
        ChoiceError
            There is no setting of a name; the nearest is suggested.
        SettingError
            `settings` are none.
        """
        if settings is not None and not isinstance(settings, cls):
            raise SettingError(f"settings: got {settings!r}, expected glassnet.Settings(...)")
        known = [field.name for field in dataclasses.fields(cls)]
        for name in changes:
            if name not in known:
                raise ChoiceError(
                    f"settings: there is no {name!r}; {nearest(name, known)}known are {', '.join(known)}"
                )
        return dataclasses.replace(settings or cls(), **changes)

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain JSON values."""
        values = dataclasses.asdict(self)
        if isinstance(self.class_weights, Mapping):
            values["class_weights"] = dict(self.class_weights)
        if self.precision is None:
            del values["precision"]  # as in states of trainings that were saved before there was a choice
        return values

    @property
    def chosen_optimizer(self) -> Choice[Optimizer]:
        """The row of the optimizer and its constants."""
        return optimizer(self.optimizer)

    @property
    def chosen_schedule(self) -> Choice[Schedule]:
        """The row of the schedule and its constants."""
        return schedule(self.schedule)

    @property
    def rate(self) -> float:
        """The learning rate before any schedule."""
        return self.chosen_optimizer.row.learning_rate if self.learning_rate is None else self.learning_rate
