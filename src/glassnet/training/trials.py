"""What comes out of a sweep: how each combination of settings did, over its seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glassnet.training.intervals import Spread, interval_of_share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from glassnet.network import Network
    from glassnet.training.history import History
    from glassnet.training.plan import Plan

__all__ = ["Combination", "Sweep", "Trial", "written"]


@dataclass(frozen=True)
class Trial:
    """One training of one combination.

    Attributes
    ----------
    seed : int
        Of the initial weights.
    loss : float
        On the data that it was judged by; infinite where it stopped being finite.
    n_right : int or None
        How many of them it classifies right; None for numbers to be met.
    accuracy : float or None
        The same as a share.
    stopped : str
        How it ended, see `History.stopped`.
    epochs : int
    seconds : float
        Its share of the time of one thread, or all of it where threads shared it [s].
    """

    seed: int
    loss: float
    n_right: int | None
    accuracy: float | None
    stopped: str
    epochs: int
    seconds: float

    @classmethod
    def of(cls, seed: int, history: History) -> Trial:
        """Return what a history says of a training."""
        moment = history.kept_moment
        if history.stopped == "not finite" or moment is None or not math.isfinite(moment.loss):
            counted = moment is not None and moment.n_right is not None
            loss, n_right, accuracy = math.inf, 0 if counted else None, 0.0 if counted else None
        else:
            loss, n_right, accuracy = moment.loss, moment.n_right, moment.accuracy
        return cls(seed, loss, n_right, accuracy, history.stopped, history.epochs, history.seconds)

    @property
    def succeeded(self) -> bool:
        """Whether every example that it was judged by is classified right."""
        return self.accuracy == 1

    @property
    def order(self) -> tuple[float, float]:
        """The smaller the better: by errors, then by loss."""
        return -(self.accuracy or 0.0), self.loss


@dataclass
class Combination:
    """Settings that were tried with several seeds.

    Attributes
    ----------
    values : mapping
        Of the settings that differ between the combinations, by name.
    plan : Plan
        All of them.
    trials : list of Trial
        One a seed. A training whose loss stopped being finite counts as nothing right and an infinite loss.
    """

    values: Mapping[str, Any]
    plan: Plan
    trials: list[Trial] = field(default_factory=list)

    @property
    def n_succeeded(self) -> int:
        """How many trainings ended with every example right."""
        return sum(trial.succeeded for trial in self.trials)

    @property
    def success_interval(self) -> tuple[float, float]:
        """The 95 % interval of the share that succeeds."""
        return interval_of_share(self.n_succeeded, len(self.trials))

    @property
    def accuracy(self) -> Spread | None:
        """Of all seeds; None for numbers to be met."""
        shares = [trial.accuracy for trial in self.trials if trial.accuracy is not None]
        return Spread.of(shares) if shares else None

    @property
    def loss(self) -> Spread:
        """Of all seeds."""
        return Spread.of([trial.loss for trial in self.trials])

    @property
    def seconds(self) -> float:
        """How long a network took, the median [s]."""
        return Spread.of([trial.seconds for trial in self.trials]).median

    @property
    def order(self) -> tuple[float, float, float]:
        """The smaller the better: by the median accuracy, by how many succeeded, by the median loss."""
        accuracy = self.accuracy
        share = self.n_succeeded / len(self.trials)
        return -(accuracy.median if accuracy else 0.0), -share, self.loss.median

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain JSON values; a loss that was not finite is null."""
        return {
            "values": {name: _plain(value) for name, value in self.values.items()},
            "n_seeds": len(self.trials),
            "n_succeeded": self.n_succeeded,
            "success_interval": list(self.success_interval),
            "accuracy": _spread(self.accuracy),
            "loss": _spread(self.loss),
            "seconds": self.seconds,
            "trials": [
                {
                    "seed": trial.seed,
                    "loss": _finite(trial.loss),
                    "n_right": trial.n_right,
                    "accuracy": trial.accuracy,
                    "stopped": trial.stopped,
                    "epochs": trial.epochs,
                    "seconds": trial.seconds,
                }
                for trial in self.trials
            ],
        }


@dataclass(frozen=True)
class Sweep:
    """What came out of a sweep; printing it shows a table, a line a combination.

    Attributes
    ----------
    combinations : list of Combination
        The best first: by the median accuracy, then by how many succeeded, then by the median loss.
    held_out : bool
        Whether they were judged on held-out data; else on the data that they learned from.
    n_examples : int
        How many those are.
    seeds : int
        How many each combination was to be trained with.
    stopped : str
        "finished", "interrupted" or "time"; then combinations have fewer trials, and some are missing.
    seconds : float
        In all [s].
    network : Network or None
        The best of the best combination, chosen by accuracy, then by loss, on the data that it was judged
        by: its own figures there are better than it is. None where no training came to its end.
    history : History or None
        Its.
    plan : Plan or None
        Its, initial weights included.
    """

    combinations: list[Combination]
    held_out: bool
    n_examples: int
    seeds: int
    stopped: str
    seconds: float
    network: Network | None
    history: History | None
    plan: Plan | None

    @property
    def n_trained(self) -> int:
        """How many trainings came to their end."""
        return sum(len(combination.trials) for combination in self.combinations)

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return the headings and the cells of a table with a row for each combination.

        Of right answers and losses it holds the median with its 95 % interval, and the lowest and highest.
        """
        some = self.combinations
        names = list(some[0].values) if some else []
        columns = {name.replace("_", " "): [written(c.values[name]) for c in some] for name in names}
        if len({len(c.trials) for c in some}) > 1:
            columns["seeds"] = [str(len(c.trials)) for c in some]
        if any(c.n_succeeded for c in some):
            columns["succeeded [%]"] = [_succeeded(c) for c in some]
        if any(c.accuracy for c in some):
            spreads = [c.accuracy for c in some if c.accuracy is not None]
            columns["right [%]"] = [_median(spread, _percent) for spread in spreads]
            columns["range"] = [_range(spread, _percent) for spread in spreads]
            columns["loss"] = [_digits(c.loss.median) for c in some]
        else:
            columns["loss"] = [_median(c.loss, _digits) for c in some]
            columns["range"] = [_range(c.loss, _digits) for c in some]
        not_finite = [sum(trial.stopped == "not finite" for trial in c.trials) for c in some]
        if any(not_finite):
            columns["not finite"] = [str(n) if n else "" for n in not_finite]
        columns["a network"] = [_time(c.seconds) for c in some]
        return list(columns), [list(row) for row in zip(*columns.values(), strict=True)]

    def __str__(self) -> str:
        headings, rows = self.table()
        widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
        return "\n".join(
            "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
            for row in [headings, *rows]
        )

    def to_json(self) -> dict[str, Any]:
        """Return all of it but the network as plain JSON values."""
        return {
            "held_out": self.held_out,
            "n_examples": self.n_examples,
            "seeds": self.seeds,
            "stopped": self.stopped,
            "seconds": self.seconds,
            "combinations": [combination.to_json() for combination in self.combinations],
            "best": None if self.plan is None else self.plan.to_json(),
        }


def written(value: object) -> str:
    """Return a value as the command line takes it.

    Examples
    --------
    >>> written((16, 8)), written(()), written(0.01)
    ('16,8', 'none', '0.01')
    """
    if isinstance(value, tuple | list):
        return ",".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _succeeded(combination: Combination) -> str:
    low, high = (f"{100 * share:.0f}" for share in combination.success_interval)
    return f"{100 * combination.n_succeeded / len(combination.trials):.0f} ({low}–{high})"


def _median(spread: Spread, text: Callable[[float], str]) -> str:
    """The median and its interval; few values have none."""
    if spread.interval is None:
        return text(spread.median)
    low, high = map(text, spread.interval)
    return f"{text(spread.median)} ({low}–{high})"


def _range(spread: Spread, text: Callable[[float], str]) -> str:
    return f"{text(spread.lowest)}–{text(spread.highest)}"


def _percent(share: float) -> str:
    return "100" if share == 1 else f"{100 * share:.1f}"


def _digits(value: float) -> str:
    return f"{value:.3g}"


def _time(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "median": _finite(spread.median),
        "lowest": _finite(spread.lowest),
        "highest": _finite(spread.highest),
        "interval": None if spread.interval is None else [_finite(value) for value in spread.interval],
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
