"""A network measured on a whole data set: loss, how many right, which taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.kernels.threads import worthwhile_threads
from glassnet.network import running
from glassnet.network.answers import Evaluation, winners
from glassnet.network.examples import Examples
from glassnet.network.workspace import new_workspace, rows_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.kernels.small import SmallWorkspace
    from glassnet.network.network import Network

__all__ = ["Measurer", "evaluate", "measured_at_once"]


class Measurer:
    """Measures a network on examples, again and again, with the room allocated once.

    Parameters
    ----------
    network : Network
        Its parameters are read anew at each call.
    examples : Examples
    n_threads : int, optional
        Without it as many as the work is worth.
    small_room : SmallWorkspace, optional
        That of a training of a small network, whose loops then measure too: others would have to be
        compiled first. Without it tiles measure, to the same bits.
    """

    def __init__(
        self,
        network: Network,
        examples: Examples,
        n_threads: int | None = None,
        small_room: SmallWorkspace | None = None,
    ) -> None:
        self._network = network
        self._examples = examples
        self._block = measured_at_once(network, examples.n_examples)
        self.n_threads = (
            worthwhile_threads(network.n_parameters, self._block) if n_threads is None else n_threads
        )
        self._room = small_room or new_workspace(
            network.layers, network.dtype, self._block, judging=True, n_threads=self.n_threads
        )

    def __call__(self, parameters: NDArray[Any] | None = None) -> tuple[float, int]:
        """Return the loss, and how many examples are classified right; see `blocks`."""
        *_, last = self.blocks(parameters)
        assert last is not None
        return last

    def blocks(self, parameters: NDArray[Any] | None = None) -> Iterator[tuple[float, int] | None]:
        """Measure block by block, so that whoever waits for it can stop in between.

        Parameters
        ----------
        parameters : ndarray, shape (n_parameters,), optional
            Of another network of the same shape, in place of the network's own.

        Yields
        ------
        tuple of float and int, or None
            None after each block but the last, then what a call returns.
        """
        network, examples = self._network, self._examples
        total, n_right = 0.0, 0
        for first in range(0, examples.n_examples, self._block):
            last = min(first + self._block, examples.n_examples)
            loss, right = running.judge(
                network,
                examples.read(first, last),
                examples.targets[first:last],
                examples.weights[first:last],
                self._room,
                self.n_threads,
                parameters,
            )
            total += loss
            n_right += right
            if last < examples.n_examples:
                yield None
        yield (total / examples.n_examples if network.loss_rule.mean else total), n_right


def measured_at_once(network: Network, n_examples: int) -> int:
    """Return how many examples are measured together."""
    return min(n_examples, rows_at_once(max(network.sizes[0], sum(network.sizes[1:]))))


def evaluate(network: Network, data: Dataset) -> Evaluation:
    """Return loss, accuracy and confusion table of a network on a data set.

    Raises
    ------
    DataError
        The data do not fit the network.
    """
    examples = Examples(data, network)
    loss, n_right = Measurer(network, examples)()
    if data.categories is None:
        return Evaluation(loss, data.n_examples, None, None)
    n_categories = len(data.categories)
    confusion = np.zeros((n_categories, n_categories + 1), dtype=np.int64)
    block = rows_at_once(network.sizes[0])
    for first in range(0, data.n_examples, block):
        last = min(first + block, data.n_examples)
        answers = winners(network.predict(examples.read(first, last)))
        # A tie, -1, falls into the last column.
        np.add.at(confusion, (data.labels[first:last], answers), 1)
    return Evaluation(loss, data.n_examples, n_right, confusion)
