"""The table of schedules: how the learning rate changes over a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.functions import Choice, Constant, Entry, choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["SCHEDULES", "Schedule", "learning_rates", "schedule"]


@dataclass(frozen=True, kw_only=True)
class Schedule(Entry):
    """One schedule: a factor on the learning rate.

    Attributes
    ----------
    factor : callable
        From epochs since the warm-up, epochs after the warm-up in all, and the constants, to the factor.
    """

    factor: Callable[[NDArray[Any], float, Choice[Schedule]], NDArray[Any]]


# Epochs over which the learning rate rises to its full size, before the schedule begins.
_WARMUP = {"warmup": Constant(0.0, low=0.0)}

SCHEDULES: dict[str, Schedule] = {
    row.name: row
    for row in (
        Schedule(
            name="constant",
            formula="1",
            factor=lambda epochs, _total, _chosen: np.ones_like(epochs),
            constants=_WARMUP,
            source="Robbins, Monro, A stochastic approximation method (1951)",
        ),
        Schedule(
            name="step",
            formula="factor ** floor(epochs / every)",
            factor=lambda epochs, _total, chosen: (
                chosen.number("factor") ** np.floor(epochs / chosen.number("every"))
            ),
            constants={
                "every": Constant(10.0, low=0.0, open_low=True),
                "factor": Constant(0.5, low=0.0, high=1.0, open_low=True),
                **_WARMUP,
            },
            source="Goodfellow, Bengio, Courville, Deep Learning (2016), section 8.3.1",
        ),
        Schedule(
            name="cosine",
            formula="final + (1 - final) * (1 + cos(pi * epochs / total)) / 2",
            factor=lambda epochs, total, chosen: (
                chosen.number("final")
                + (1 - chosen.number("final")) * (1 + np.cos(math.pi * epochs / total)) / 2
            ),
            constants={"final": Constant(0.0, low=0.0, high=1.0), **_WARMUP},
            source="Loshchilov, Hutter, SGDR: stochastic gradient descent with warm restarts (2017)",
        ),
    )
}


def schedule(text: str | Choice[Schedule]) -> Choice[Schedule]:
    """Return the schedule that a text such as ``"cosine(warmup=2)"`` names.

    Raises
    ------
    ChoiceError
        An unknown name or constant.

    Examples
    --------
    >>> str(schedule("cosine(final=0.1)"))
    'cosine(final=0.1)'
    """
    return choose(SCHEDULES, text, "schedule")


def learning_rates(
    chosen: Choice[Schedule],
    learning_rate: float,
    first_step: int,
    n_steps: int,
    *,
    steps_per_epoch: int,
    epochs: int,
) -> NDArray[np.float64]:
    """Return the learning rate of each step of a chunk, shape (n_steps,).

    A function of the number of the step alone, so that a run can stop and go on anywhere.

    Examples
    --------
    >>> learning_rates(schedule("constant(warmup=2)"), 0.1, 0, 4, steps_per_epoch=1, epochs=4)
    array([0.05, 0.1 , 0.1 , 0.1 ])
    """
    warmup = chosen.number("warmup")
    steps = np.arange(first_step, first_step + n_steps, dtype=np.float64)
    since_warmup = np.maximum(steps / steps_per_epoch - warmup, 0)
    factor = chosen.row.factor(since_warmup, max(epochs - warmup, 1 / steps_per_epoch), chosen)
    rates: NDArray[np.float64] = learning_rate * factor
    if warmup > 0:
        rates *= np.minimum((steps + 1) / max(warmup * steps_per_epoch, 1), 1)
    return rates
