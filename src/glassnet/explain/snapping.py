"""A trained network with weights as plain as drawn ones: -1, 0 and 1, and whether it still works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import number
from glassnet.explain.side_by_side import weights_and_biases

if TYPE_CHECKING:
    from glassnet.data import Dataset
    from glassnet.network import Network
    from glassnet.network.answers import Evaluation

__all__ = ["Snap", "snapped"]


@dataclass(frozen=True, eq=False)
class Snap:
    """A network whose weights and biases are all -1, 0 or 1.

    Attributes
    ----------
    network : Network
    threshold : float
        What share of its neuron's strongest weight a weight needed not to become 0.
    n_negative, n_zero, n_positive : int
        How many weights and biases are -1, 0 and 1; missing connections are not counted.
    before, after : Evaluation or None
        How the network did on the data, and how the snapped one does; None without data.
    """

    network: Network
    threshold: float
    n_negative: int
    n_zero: int
    n_positive: int
    before: Evaluation | None
    after: Evaluation | None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values; `parameters` as they stand in `Network.parameters`."""
        return {
            "threshold": self.threshold,
            "n_negative": self.n_negative,
            "n_zero": self.n_zero,
            "n_positive": self.n_positive,
            "parameters": self.network.parameters.astype(int).tolist(),
            "before": None if self.before is None else self.before.to_json(),
            "after": None if self.after is None else self.after.to_json(),
        }

    def __str__(self) -> str:
        lines = [f"{self.n_negative:,} weights of -1, {self.n_zero:,} of 0 and {self.n_positive:,} of 1"]
        if self.before is not None:
            lines += [f"before: {self.before}", f"after:  {self.after}"]
        return "\n".join(lines)


def snapped(network: Network, data: Dataset | None = None, *, threshold: float = 0.4) -> Snap:
    """Snap every weight to -1, 0 or 1, and test the network again.

    A weight or bias keeps its sign if it is larger than `threshold` times the strongest that comes into
    its neuron, and else becomes 0. So it is relative to each neuron, because a neuron may be strong or
    weak as a whole without another meaning.

    Few networks survive this: training has no reason to choose such plain weights. With a penalty on their
    size (``l1``) it has one, and more do.

    Parameters
    ----------
    network : Network
        Left as it is.
    data : Dataset, optional
        To measure both networks with.
    threshold : float
        From 0 to below 1. Of trained four pixel networks, 0.4 left the most answers right.

    Raises
    ------
    SettingError, ShapeError, DataError
        The threshold is out of bounds, a weight is not finite, or the data do not fit the network.

    Examples
    --------
    >>> from glassnet import Network, data
    >>> network = Network.drawn_four_pixel()
    >>> network.parameters *= 1.5
    >>> print(snapped(network, data.four_pixel()))
    8 weights of -1, 64 of 0 and 24 of 1
    before: 8 of 8 right (100.00%), loss 1.53398
    after:  8 of 8 right (100.00%), loss 0.00171596
    """
    threshold = number(threshold, "threshold", low=0, below=1)
    twin = network.copy()
    for layer in range(1, network.n_layers + 1):
        weights = weights_and_biases(network, layer)
        sizes = np.abs(weights)
        plain = np.where(sizes > threshold * sizes.max(axis=0), np.sign(weights), 0.0)
        twin.weights(layer)[:] = plain[:-1]
        twin.biases(layer)[:] = plain[-1, : network.biases(layer).size]
    values = twin.parameters[twin.connected] if twin.connected.size else twin.parameters
    return Snap(
        network=twin,
        threshold=threshold,
        n_negative=int(np.count_nonzero(values < 0)),
        n_zero=int(np.count_nonzero(values == 0)),
        n_positive=int(np.count_nonzero(values > 0)),
        before=None if data is None else network.evaluate(data),
        after=None if data is None else twin.evaluate(data),
    )
