"""The peers, a file each: the same networks, losses and initial weights in each one's own best form.

A file is imported only in the process that measures its peer. It may offer

``trainer(case, optimizer, threads)``  returns `Work` whose unit is one training step
``predictor(case, n_rows, threads)``   returns `Work` whose unit is one call
``many(batch, threads)``               returns `Work` whose unit is one step of all the networks
``product(size, threads)``             returns `Work` whose unit is one matrix product
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NotOfferedError", "Work"]


class NotOfferedError(Exception):
    """The peer has no such thing, or it would take far too long; the page says why."""


@dataclass(frozen=True)
class Work:
    """Something to be timed, and a check that it is the same as everybody's.

    Attributes
    ----------
    call : callable
        Does `units` units of work.
    units : float
        How many steps, calls or products one `call` makes.
    check : callable
        Returns the numbers that must be the same as glassnet's.
    loop : str
        Which of its loops glassnet takes, where it tells.
    """

    call: Callable[[], object]
    units: float
    check: Callable[[], list[float]]
    loop: str = ""
