"""Has every loop compiled before it is needed: for a classroom, an image, a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.data import Dataset
from glassnet.network import Network
from glassnet.training.many import train_many
from glassnet.training.train import train

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["warm_up"]

# A network for the loops of tiles and one for those of small networks: each with its sizes and batches.
_TILES, _SMALL = ((6, 40, 30, 3), (20,)), ((6, 5, 3), (8, 1))


def warm_up() -> Iterator[str]:
    """Run every compiled loop once, on examples that are made up.

    Yields
    ------
    str
        What is compiled next, in words.
    """
    chance = np.random.default_rng(0)
    data = Dataset.from_arrays(chance.normal(size=(40, 6)), np.arange(40) % 3)
    for dtype in ("float32", "float64"):
        for what, (sizes, batches) in (("networks of any size", _TILES), ("small networks", _SMALL)):
            yield f"{what}, {dtype}"
            network = Network(sizes, dtype=dtype, categories=data.categories)
            for batch in batches:
                train(network, data, data, epochs=1, batch=batch)
            network.predict(data.inputs)
            network.predict(data.inputs[:1])
            network.run(data.inputs)
            network.gradient(data.inputs, data.targets)
            network.classify(data.inputs)
        yield f"many networks at once, {dtype}"
        train_many([Network(_SMALL[0], dtype=dtype, categories=data.categories)], data, epochs=1)
