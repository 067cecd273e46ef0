"""Several networks that answer together: the mean of their outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import SettingError
from glassnet.network.answers import Classification, classify_outputs, winners
from glassnet.network.examples import check_fit
from glassnet.network.workspace import rows_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from glassnet.data import Dataset
    from glassnet.network.network import Network

__all__ = ["Ensemble"]


class Ensemble:
    """Networks for the same inputs and outputs, each of which counts as much as the others.

    Where each alone makes mistakes of its own, the mean makes fewer; `spread` says how far they disagree.

    Parameters
    ----------
    networks : sequence of Network
        At least one; of any layers between inputs and outputs.

    Raises
    ------
    SettingError
        None, or networks with different inputs, outputs, categories or last activations: a mean of numbers
        that mean different things is none.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.data.four_pixel()
    >>> networks = [glassnet.Network([4, 8, 4], ["tanh", "softmax"], seed=seed) for seed in range(5)]
    >>> _ = glassnet.train_many(networks, data, learning_rate=0.05, epochs=300)
    >>> ensemble = glassnet.Ensemble(networks)
    >>> ensemble.n_right(data), ensemble.classify(data.inputs[0])[0].category
    (8, 'solid')

    References
    ----------
    .. [1] L. K. Hansen, P. Salamon, Neural network ensembles, IEEE Transactions on Pattern Analysis and
       Machine Intelligence 12 (1990).
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        self.networks = tuple(networks)
        if not self.networks:
            raise SettingError("networks: got none, expected at least one")
        first = self.networks[0]
        for k, network in enumerate(self.networks):
            for what, ours, theirs in (
                ("inputs", network.sizes[0], first.sizes[0]),
                ("outputs", network.sizes[-1], first.sizes[-1]),
                ("categories", network.categories, first.categories),
                ("last activation", str(network.activations[-1]), str(first.activations[-1])),
            ):
                if ours != theirs:
                    raise SettingError(
                        f"networks[{k}]: its {what}: {ours}, those of networks[0]: {theirs}; they must agree"
                    )

    def predict(self, inputs: ArrayLike) -> NDArray[Any]:
        """Return the mean of the networks' outputs, float64, shape (n_examples, n_outputs).

        Raises
        ------
        ShapeError
            Another shape, or values that are not finite.
        """
        mean: NDArray[Any] = self._each(inputs).mean(axis=0)
        return mean

    def spread(self, inputs: ArrayLike) -> NDArray[Any]:
        """Return the standard deviation of each output over the networks, shape (n_examples, n_outputs).

        Raises
        ------
        ShapeError
            Another shape, or values that are not finite.
        """
        deviation: NDArray[Any] = self._each(inputs).std(axis=0)
        return deviation

    def classify(self, inputs: ArrayLike) -> list[Classification]:
        """Return the category of each example, with margin and ties; see `Network.classify`."""
        return classify_outputs(self.predict(inputs), self.networks[0].category_names)

    def n_right(self, data: Dataset) -> int:
        """Return how many examples of a data set with categories are put into theirs; a tie is not right.

        Raises
        ------
        DataError
            The data do not fit the networks, or have no categories.
        """
        check_fit(data, self.networks[0])
        labels, total = data.labels, 0
        block = rows_at_once(max(map(max, (network.sizes for network in self.networks))))
        for first in range(0, data.n_examples, block):
            rows = slice(first, min(first + block, data.n_examples))
            total += int((winners(self.predict(data.read(rows, np.float64))) == labels[rows]).sum())
        return total

    def _each(self, inputs: ArrayLike) -> NDArray[np.float64]:
        return np.stack([network.predict(inputs) for network in self.networks]).astype(np.float64)

    def __repr__(self) -> str:
        return f"<Ensemble of {len(self.networks)}: {self.networks[0].name}, ...>"
