"""The chains of a weight as the page shows them: each factor with where it stands and the product so far."""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, Any

from glassnet import explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.explain.chain import Factor
    from glassnet.network import Network

__all__ = ["chains_shown"]

MOST_PATHS = 5


def chains_shown(
    network: Network,
    inputs: NDArray[Any],
    targets: NDArray[Any],
    layer: int,
    neuron: int,
    source: int | str,
) -> dict[str, Any]:
    """Return the strongest chains from a weight to the loss, their products and the sum over all.

    Factors stand in the order from the weight to the loss. Each has the product of itself and all behind it:
    what a backward pass has gathered when it comes to it.
    """
    alone = len(inputs) == 1
    trace = network.run(inputs)
    chains = explain.chain(trace, targets, 0 if alone else None, layer, neuron, source, top=MOST_PATHS)
    printed = chains.printed(shown=MOST_PATHS)
    lines = []
    for line in printed.lines:
        path = line.path
        shown: dict[str, Any] = {"product": line.product, "example": None, "neurons": None, "factors": []}
        if path is not None:
            shown["example"] = None if alone else path.example
            shown["neurons"] = path.neurons
            shown["factors"] = _factors(path.factors, path.neurons, layer, source)
        lines.append(shown)
    return {
        "slope": printed.slope,
        "n_paths": chains.n_paths,
        "n_further": printed.n_further,
        "share": printed.share,
        "lines": lines,
    }


def _factors(
    factors: Sequence[Factor], neurons: tuple[int, ...], layer: int, source: int | str
) -> list[dict[str, Any]]:
    behind = itertools.accumulate((factor.value for factor in reversed(factors)), operator.mul)
    so_far = list(behind)[::-1]
    shown, here = [], layer
    for factor, product in zip(factors, so_far, strict=True):
        at: dict[str, Any]
        if factor.name in ("input", "bias"):
            at = {"layer": layer - 1, "neuron": source}
        elif factor.name == "weight":
            here += 1
            at = {"layer": here, "neuron": neurons[here - layer], "source": neurons[here - layer - 1]}
        else:
            at = {"layer": here, "neuron": neurons[here - layer]}
        shown.append({**vars(factor), "so_far": product, "at": at})
    return shown
