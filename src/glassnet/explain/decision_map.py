"""The answers of a network over two of its inputs, the others held: where one category meets the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import finite, number, vector, whole_number
from glassnet.errors import DataError, SettingError
from glassnet.explain.printing import json_values
from glassnet.network.answers import winners

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from glassnet.data import Dataset
    from glassnet.network import Network

__all__ = ["DecisionMap", "decision_map"]

_MOST_POINTS = 1000


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """The answers of a network over a square of two of its inputs.

    Attributes
    ----------
    what : tuple of str
        The names of the two inputs.
    low, high : float
        Where the square begins and ends, for both of them.
    values : ndarray, shape (n_points,)
        Of each input: the middles of `n_points` equal parts of the square's side.
    categories : tuple of str
    answers : ndarray of int, shape (n_points, n_points)
        Which category it is, a row for each value of the first input; -1 for a tie.
    margins : ndarray, shape (n_points, n_points)
        By how much: the highest output less the second highest.
    held : ndarray, shape (n_inputs,)
        The other inputs.
    examples : ndarray, shape (n_examples, 2)
        The two inputs of some examples, whatever their other inputs are.
    targets, example_answers : ndarray of int, shape (n_examples,)
        Their categories, right and as the network answers with all their inputs; -1 for a tie.
    """

    what: tuple[str, str]
    low: float
    high: float
    values: NDArray[np.float64]
    categories: tuple[str, ...]
    answers: NDArray[np.int64]
    margins: NDArray[np.float64]
    held: NDArray[np.float64]
    examples: NDArray[np.float64]
    targets: NDArray[np.int64]
    example_answers: NDArray[np.int64]

    @property
    def shares(self) -> dict[str, float]:
        """Which share of the square each category takes, from 0 to 1; what is missing is tied."""
        n_points = max(self.answers.size, 1)
        return {
            name: np.count_nonzero(self.answers == k) / n_points for k, name in enumerate(self.categories)
        }

    def to_json(self) -> dict[str, Any]:
        """Return the map as plain JSON values."""
        values: dict[str, Any] = json_values(vars(self))
        return values

    def __str__(self) -> str:
        lines = [f"Answers over {self.what[0]} and {self.what[1]}, from {self.low:g} to {self.high:g}"]
        width = max(map(len, self.categories))
        lines += [f"{name:{width}} {share:>7.1%}" for name, share in self.shares.items() if share > 0]
        if (self.answers < 0).any():
            lines.append(f"{'tie':{width}} {np.mean(self.answers < 0):>7.1%}")
        return "\n".join(lines)


def decision_map(
    network: Network,
    data: Dataset | None = None,
    *,
    first: int = 0,
    second: int = 1,
    held: ArrayLike | None = None,
    low: float = -1.0,
    high: float = 1.0,
    n_points: int = 80,
) -> DecisionMap:
    """Answer over two inputs, with the other inputs held.

    Parameters
    ----------
    network : Network
        With at least two inputs and two outputs.
    data : Dataset, optional
        Whose examples to place on the map.
    first, second : int
        Which two inputs, from 0.
    held : array_like, shape (n_inputs,), optional
        An example with the values of the others; all 0, the middle of their range, without it.
    low, high : float
        Where the square begins and ends, for both inputs.
    n_points : int
        How many points to each side.

    Raises
    ------
    SettingError, ShapeError, DataError
        There are no such inputs, the network has a single output, a number or array is not what it may be,
        or the data do not fit the network.

    Examples
    --------
    >>> from glassnet import Network
    >>> network = Network([2, 2], "identity", biases=False, categories=["left", "right"])
    >>> network.parameters[:] = [-1, 1, 0, 0]
    >>> print(decision_map(network, n_points=4))
    Answers over input 0 and input 1, from -1 to 1
    left    50.0%
    right   50.0%
    """
    n_inputs = network.sizes[0]
    places = [whole_number(k, "input of the map", high=n_inputs - 1) for k in (first, second)]
    if places[0] == places[1]:
        raise SettingError(f"decision map: got input {first} twice, expected two different ones")
    if network.sizes[-1] < 2:
        raise SettingError("decision map: the network has a single output, expected one for each category")
    whole_number(n_points, "n_points", low=2, high=_MOST_POINTS)
    low = number(low, "low")
    side = number(high, "high", above=low) - low
    others = vector(
        np.zeros(n_inputs) if held is None else held, "held", size=n_inputs, axis="n_inputs", dtype=np.float64
    )
    values = low + side * (np.arange(n_points) + 0.5) / n_points
    outputs = finite(_outputs(network, others, places, values), "decision map: outputs")
    ranked = np.sort(outputs, axis=1)
    examples, targets, answers = _placed(network, data, places)
    return DecisionMap(
        what=(network.input_names[first], network.input_names[second]),
        low=low,
        high=low + side,
        values=values,
        categories=network.category_names,
        answers=winners(outputs).reshape(n_points, n_points),
        margins=(ranked[:, -1] - ranked[:, -2]).astype(np.float64).reshape(n_points, n_points),
        held=others,
        examples=examples,
        targets=targets,
        example_answers=answers,
    )


def _outputs(
    network: Network, held: NDArray[np.float64], places: list[int], values: NDArray[np.float64]
) -> NDArray[Any]:
    """Return the outputs over the whole square, shape (n_points**2, n_outputs), strip by strip."""
    rows = np.repeat(held[np.newaxis], len(values), axis=0)
    rows[:, places[1]] = values
    strips = []
    for value in values:
        rows[:, places[0]] = value
        strips.append(network.predict(rows))
    return np.concatenate(strips)


def _placed(
    network: Network, data: Dataset | None, places: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where the examples stand on the map, what they are, and what the network takes them for."""
    if data is None:
        return np.zeros((0, 2)), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if data.n_inputs != network.sizes[0] or data.n_outputs != network.sizes[-1]:
        raise DataError(
            f"{data.name}: {data.n_inputs} inputs and {data.n_outputs} outputs, the network {network.name} "
            f"has {network.sizes[0]} and {network.sizes[-1]}"
        )
    answers = winners(network.predict(data.inputs))
    return data.inputs[:, places].astype(np.float64), data.labels.astype(np.int64), answers
