"""Where a network is most confidently wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.explain.attribution import Attribution, attribution
from glassnet.explain.places import check_finite
from glassnet.explain.score import in_own_unit
from glassnet.network.answers import winners
from glassnet.network.examples import Examples
from glassnet.network.workspace import rows_at_once

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.network import Network

__all__ = ["Mistake", "Mistakes", "mistakes"]


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong answer.

    Attributes
    ----------
    example : int
        Its row in the data set.
    name : str or None
        Of the example, where the data set has names.
    truth, answer : str or float
        The right category and the one that came; or the two numbers, in the unit of the targets.
    off_by : float
        By how much the output of the answer is ahead of that of the right category; for numbers how far
        the answer is from the truth.
    attribution : Attribution
        Why this answer.
    """

    example: int
    name: str | None
    truth: str | float
    answer: str | float
    off_by: float
    attribution: Attribution

    def to_json(self) -> dict[str, Any]:
        """Return the mistake as plain JSON values."""
        return {**vars(self), "attribution": self.attribution.to_json()}

    def __str__(self) -> str:
        what = f"example {self.example}" if self.name is None else self.name
        if isinstance(self.truth, str):
            return f"{what}: a {self.truth}, taken for {self.answer} (ahead by {self.off_by:.4g})"
        return f"{what}: {self.truth:.6g}, answered {self.answer:.6g} (off by {self.off_by:.4g})"


@dataclass(frozen=True, eq=False)
class Mistakes:
    """The worst answers of a network to a data set.

    Attributes
    ----------
    data : str
        The name of the data set.
    n_examples : int
    n_wrong, n_ties : int or None
        How many examples were put into a wrong category, and how many into none; None for numbers.
    worst : tuple of Mistake
        The worst first. Ties are not among them.
    """

    data: str
    n_examples: int
    n_wrong: int | None
    n_ties: int | None
    worst: tuple[Mistake, ...]

    def to_json(self) -> dict[str, Any]:
        """Return them as plain JSON values."""
        return {**vars(self), "worst": [mistake.to_json() for mistake in self.worst]}

    def __str__(self) -> str:
        if self.n_wrong is None:
            head = f"{self.data}: the worst of {self.n_examples:,} answers"
        else:
            ties = f", {self.n_ties:,} into none" if self.n_ties else ""
            head = f"{self.data}: {self.n_wrong:,} of {self.n_examples:,} put into a wrong category{ties}"
        return "\n".join([head, *map(str, self.worst)])


def mistakes(network: Network, data: Dataset, top: int = 9) -> Mistakes:
    """Find the examples of a data set that a network is most confidently wrong about.

    The worst mistake is the one in which the output of the answer is furthest ahead of the output that
    should have been the highest; for numbers, the one furthest from the truth. Data on the disk are read
    once, block by block.

    Parameters
    ----------
    network : Network
    data : Dataset
    top : int
        How many mistakes to return at most.

    Raises
    ------
    SettingError, DataError, ShapeError
        `top` is no whole number from 1 on, the data do not fit the network, or it answers something that
        is not finite.

    Examples
    --------
    >>> from glassnet import Network, data
    >>> print(mistakes(Network.drawn_four_pixel(), data.four_pixel()))
    four-pixel: 0 of 8 put into a wrong category
    """
    whole_number(top, "top", low=1)
    examples = Examples(data, network)
    n_ties, n_wrong, found = 0, 0, _Found.none()
    block = rows_at_once(sum(network.sizes))
    for first in range(0, data.n_examples, block):
        last = min(first + block, data.n_examples)
        trace = network.run(examples.read(first, last))
        check_finite(trace, network.n_layers, f"{data.name}, from example {first}")
        here = _compare(data, slice(first, last), trace.outputs().astype(np.float64))
        n_ties += int(np.count_nonzero(here.outputs < 0))
        wrong = (here.outputs >= 0) & (here.off_by > 0)
        n_wrong += int(np.count_nonzero(wrong))
        found = found.joined(here, wrong, top)
    numbers = data.categories is None
    return Mistakes(
        data=data.name,
        n_examples=data.n_examples,
        n_wrong=None if numbers else n_wrong,
        n_ties=None if numbers else n_ties,
        worst=tuple(_mistake(network, data, *mistake) for mistake in found.listed()),
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """Answers: of which examples, which output it is about (-1 for a tie), and how far off it is."""

    rows: NDArray[np.intp]
    outputs: NDArray[np.int64]
    off_by: NDArray[np.float64]

    @classmethod
    def none(cls) -> _Found:
        return cls(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int64), np.zeros(0))

    def joined(self, other: _Found, chosen: NDArray[np.bool_], top: int) -> _Found:
        """These and the chosen ones of the other, but only the worst."""
        off_by = np.append(self.off_by, other.off_by[chosen])
        worst = np.argsort(-off_by, kind="stable")[:top]
        rows, outputs = (
            np.append(mine, its[chosen])[worst]
            for mine, its in ((self.rows, other.rows), (self.outputs, other.outputs))
        )
        return _Found(rows, outputs, off_by[worst])

    def listed(self) -> list[tuple[int, int, float]]:
        return list(zip(self.rows.tolist(), self.outputs.tolist(), self.off_by.tolist(), strict=True))


def _compare(data: Dataset, rows: slice, outputs: NDArray[np.float64]) -> _Found:
    """Compare the answers to some rows of a data set with the truth."""
    each, numbers = np.arange(len(outputs)), np.arange(rows.start, rows.stop)
    if data.categories is None:
        distances = np.abs(in_own_unit(data, outputs) - in_own_unit(data, data.targets[rows]))
        furthest = distances.argmax(axis=1)
        return _Found(numbers, furthest, distances[each, furthest])
    answers = winners(outputs)
    ahead = outputs[each, answers] - outputs[each, data.labels[rows]]
    return _Found(numbers, answers, ahead)


def _mistake(network: Network, data: Dataset, example: int, output: int, off_by: float) -> Mistake:
    trace = network.run(data.read([example], network.dtype))
    truth: str | float
    answer: str | float
    if data.categories is None:
        truth, answer = (
            float(in_own_unit(data, numbers)[0, output])
            for numbers in (data.targets[[example]], trace.outputs().astype(np.float64))
        )
    else:
        truth, answer = data.categories[int(data.labels[example])], data.categories[output]
    return Mistake(
        example=example,
        name=None if data.names is None else data.names[example],
        truth=truth,
        answer=answer,
        off_by=off_by,
        attribution=attribution(trace, 0, output),
    )
