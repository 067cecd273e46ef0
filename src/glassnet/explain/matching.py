"""The same network under other names: two networks compared up to the order and sign of their neurons.

Exchanging two neurons of a hidden layer, with all that comes in and goes out, changes no answer. Neither
does turning the sign of all that comes in and goes out, behind a squash that is odd (tanh, identity) [1]_.
So a trained network may be the drawn one although none of its weights looks like it.

References
----------
.. [1] R. Hecht-Nielsen, "On the algebraic structure of feedforward network weight spaces" (1990).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.explain.assignment import best_assignment
from glassnet.explain.side_by_side import check_same_sizes, weights_and_biases

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["Matching", "match"]

# A distance below this share of the length of the weights is rounding.
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Matching:
    """A network with its hidden neurons in another order, as near to a second network as was found.

    Attributes
    ----------
    network : Network
        It gives the answers that it gave before.
    orders : tuple of tuple of int
        For each hidden layer, which neuron of the old order stands at each place.
    signs : tuple of tuple of int
        For each hidden layer, +1 or, where the neuron there was turned, -1.
    distances : tuple of float
        What is left between the weights and biases of both, layer by layer: the root of the sum of their
        squared differences.
    distance_before : float
        Of all layers together, in the old order.
    length : float
        Of all weights and biases of the second network: its distance from a network of zeros.
    """

    network: Network
    orders: tuple[tuple[int, ...], ...]
    signs: tuple[tuple[int, ...], ...]
    distances: tuple[float, ...]
    distance_before: float
    length: float

    @property
    def distance(self) -> float:
        """What is left between the two in all layers together."""
        return float(np.linalg.norm(self.distances))

    @property
    def is_same(self) -> bool:
        """Whether nothing is left but rounding: the two are one network."""
        return self.distance <= _ROUNDING * self.length

    def to_json(self) -> dict[str, Any]:
        """Return the matching as plain JSON values."""
        return {
            "orders": [list(order) for order in self.orders],
            "signs": [list(signs) for signs in self.signs],
            "distances": list(self.distances),
            "distance": self.distance,
            "distance_before": self.distance_before,
            "length": self.length,
            "is_same": self.is_same,
        }

    def __str__(self) -> str:
        if self.is_same:
            lines = ["The same network, up to the order and sign of its neurons"]
        else:
            others = f"in the old order {self.distance_before:.4g}, to zero {self.length:.4g}"
            lines = [f"Distance to the second network {self.distance:.4g} ({others})"]
        for layer, (order, signs) in enumerate(zip(self.orders, self.signs, strict=True), start=1):
            neurons = " ".join(f"{'-' if sign < 0 else ''}{k}" for k, sign in zip(order, signs, strict=True))
            lines.append(f"layer {layer}, distance {self.distances[layer - 1]:.4g}: neurons {neurons}")
        lines.append(f"layer {len(self.distances)}, distance {self.distances[-1]:.4g}")
        return "\n".join(lines)


def match(network: Network, other: Network, *, starts: int = 16, seed: int = 0) -> Matching:
    """Reorder the hidden neurons of a network so that its weights come as near as can be to another's.

    The best order and signs of one layer, with the other layers held, are found exactly, as an assignment
    problem, layer after layer until nothing comes nearer [1]_. This starts from the order as it is, from the
    one that incoming weights alone suggest, and from random ones; the nearest end counts. A reordered copy
    of a network whose neurons differ is found so. Of other pairs a still nearer order may exist, since
    trying all of them is out of reach.

    Only order and sign are changed. Rectifiers could also be made longer on one side and shorter on the
    other; their weights are compared as they are.

    Parameters
    ----------
    network : Network
        To be reordered; left as it is. Its own squashes decide which signs may turn.
    other : Network
        Of the same sizes.
    starts, seed : int
        How many orders to start from, and the seed of the random ones. Each takes milliseconds on four
        pixels, seconds on layers of 512 neurons.

    Raises
    ------
    SettingError
        No start.
    ShapeError
        The networks have different sizes, or a weight is not finite.

    References
    ----------
    .. [1] S. Ainsworth, J. Hayase, S. Srinivasa, "Git Re-Basin" (2023), section 3.2: weight matching.

    Examples
    --------
    >>> from glassnet import Network
    >>> drawn = Network.drawn_four_pixel()
    >>> other = drawn.copy()
    >>> other.weights(1)[:, 0] *= -1
    >>> other.weights(2)[0] *= -1
    >>> print(match(other, drawn))
    The same network, up to the order and sign of its neurons
    layer 1, distance 0: neurons -0 1 2 3
    layer 2, distance 0: neurons 0 1 2 3
    layer 3, distance 0: neurons 0 1 2 3 4 5 6 7
    layer 4, distance 0
    """
    check_same_sizes(network, other, "match")
    goals = [weights_and_biases(other, layer) for layer in range(1, other.n_layers + 1)]
    length = float(np.linalg.norm([np.linalg.norm(goal) for goal in goals]))
    chance = np.random.default_rng(whole_number(seed, "seed"))
    nearest = _Search(network, goals)
    before = nearest.distance()
    nearest.descend()
    for start in range(1, whole_number(starts, "starts", low=1)):
        if nearest.distance() <= _ROUNDING * length:
            break
        search = _Search(network, goals)
        if start == 1:
            search.sweep(outgoing=False)
        else:
            search.shuffle(chance)
        search.descend()
        nearest = min(nearest, search, key=_Search.distance)
    return Matching(
        network=nearest.reordered(),
        orders=tuple(tuple(order.tolist()) for order in nearest.orders),
        signs=tuple(tuple(signs.tolist()) for signs in nearest.signs),
        distances=nearest.distances(),
        distance_before=before,
        length=length,
    )


class _Search:
    """The orders and signs of all hidden layers, and how near the goals they bring a network."""

    def __init__(self, network: Network, goals: list[NDArray[np.float64]]) -> None:
        self.network = network
        self.goals = goals
        hidden = network.sizes[1:-1]
        self.orders = [np.arange(n) for n in hidden]
        self.signs = [np.ones(n, dtype=np.intp) for n in hidden]

    def weights(self, layer: int) -> NDArray[np.float64]:
        """A layer's weights and biases in the order of now."""
        weights = self._in_order(weights_and_biases(self.network, layer), layer)
        if layer > 1:
            weights[:-1] *= self.signs[layer - 2][:, np.newaxis]
        if layer < self.network.n_layers:
            weights *= self.signs[layer - 1]
        return weights + 0.0  # no -0.0

    def _in_order(self, values: NDArray[Any], layer: int) -> NDArray[Any]:
        """Rows and columns of a layer's weights, or of its connections, in the order of now."""
        result = values.copy()
        if layer > 1:
            n_inputs = len(self.orders[layer - 2])
            result[:n_inputs] = result[self.orders[layer - 2]]
        return result[:, self.orders[layer - 1]] if layer < self.network.n_layers else result

    def distances(self) -> tuple[float, ...]:
        """How far each layer is from its goal."""
        return tuple(
            float(np.linalg.norm(self.weights(layer) - goal)) for layer, goal in enumerate(self.goals, 1)
        )

    def distance(self) -> float:
        """How far all layers together are from their goals."""
        return float(np.linalg.norm(self.distances()))

    def may_turn(self, layer: int) -> bool:
        """Whether the neurons of a hidden layer may change their signs."""
        return self.network.activations[layer - 1].row.odd

    def shuffle(self, chance: np.random.Generator) -> None:
        """Take any order, and any signs where they may turn."""
        for k, n_neurons in enumerate(self.network.sizes[1:-1]):
            self.orders[k] = chance.permutation(n_neurons)
            if self.may_turn(k + 1):
                self.signs[k] = chance.choice([-1, 1], n_neurons)

    def descend(self) -> None:
        """Sweep through the layers until they come no nearer."""
        before = np.inf
        while (distance := self.distance()) < before:
            before = distance
            self.sweep(outgoing=True)

    def sweep(self, *, outgoing: bool) -> None:
        """Reorder one hidden layer after the other."""
        for layer in range(1, self.network.n_layers):
            self.reorder(layer, outgoing=outgoing)

    def reorder(self, layer: int, *, outgoing: bool) -> None:
        """Give a hidden layer its best order and signs, all other layers held.

        The squared distance of two vectors is the sum of their squared lengths, which no order changes,
        less twice their product; so the best order is the one with the largest sum of products.
        """
        products = self.weights(layer).T @ self.goals[layer - 1]
        if outgoing:
            products += self.weights(layer + 1)[:-1] @ self.goals[layer][:-1].T
        may_turn = self.may_turn(layer)
        chosen = best_assignment(np.abs(products) if may_turn else products)
        turned = may_turn & (products[chosen, np.arange(len(chosen))] < 0)
        self.orders[layer - 1] = self.orders[layer - 1][chosen]
        self.signs[layer - 1] = self.signs[layer - 1][chosen] * np.where(turned, -1, 1)

    def reordered(self) -> Network:
        """Return the network in the order of now."""
        twin = self.network.copy()
        twin.connected = self.network.connected.copy()
        for layer, row in enumerate(twin.layers, start=1):
            weights = self.weights(layer)
            twin.weights(layer)[:] = weights[:-1]
            twin.biases(layer)[:] = weights[-1, : row["n_biases"]]
            if twin.connected.size:
                connections = self._in_order(self.network.connections(layer), layer)
                twin.connected[row["weights"] : row["biases"]] = connections.ravel()
        return twin
