"""Has every loop compiled before it is needed: for a classroom, an image, a server."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import numpy as np

from glassnet.data import Dataset
from glassnet.kernels.compiling import cache_folder
from glassnet.kernels.standby import listen
from glassnet.kernels.threads import processors
from glassnet.network import Network
from glassnet.training.many import train_many
from glassnet.training.train import train

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["warm_up"]

# A network for the loops of tiles and one for those of small networks: each with its sizes and batches.
_TILES, _SMALL = ((6, 40, 30, 3), (20,)), ((6, 5, 3), (8, 1))

# So many rows that tiles take them.
_MANY_ROWS: Final = 1000

# So many that one thread takes them the other way, see `train_many`.
_MANY_NETWORKS: Final = 33

_DTYPES: Final = ("float32", "float64")


def warm_up() -> Iterator[str]:
    """Run every compiled loop once, on examples that are made up.

    Numba compiles with one processor. Where there is another, the loops that train small networks are
    compiled by a process of its own meanwhile, and left on the disk: 18 instead of 29 s. What it could not
    compile is compiled here.

    Yields
    ------
    str
        What is compiled next, in words.
    """
    helper = None if cache_folder() is None or processors() == 1 or not sys.executable else _elsewhere()
    try:
        for dtype in _DTYPES:
            yield f"networks of any size, {dtype}"
            _use(_train(_TILES, dtype))
        listen(np.zeros(1, dtype=np.int64), np.int64(1))  # as the threads of a training do between chunks
        if helper is not None:
            for dtype in _DTYPES:
                yield f"small networks, {dtype}, in another process"
            helper.wait()
    finally:
        if helper is not None:
            helper.kill()
            helper.wait()
    on_the_disk = helper is not None and helper.returncode == 0
    for dtype in _DTYPES:
        if not on_the_disk:
            yield f"small networks, {dtype}"
        _use_small(_train(_SMALL, dtype))
        if not on_the_disk:
            yield f"many networks at once, {dtype}"
        _train_many(dtype)


def train_small_networks() -> None:
    """Run the loops that small networks go through."""
    for dtype in _DTYPES:
        _use_small(_train(_SMALL, dtype))
        _train_many(dtype)


def _elsewhere() -> subprocess.Popen[bytes] | None:
    """Begin `train_small_networks` in another process, which finds modules where this one does."""
    program = f"from {__name__} import train_small_networks; train_small_networks()"
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONSAFEPATH": "1"}
    nothing = subprocess.DEVNULL
    try:
        return subprocess.Popen(
            [sys.executable, "-c", program], env=variables, stdin=nothing, stdout=nothing, stderr=nothing
        )
    except OSError:  # no process to be had
        return None


def _examples() -> Dataset:
    return Dataset.from_arrays(np.random.default_rng(0).normal(size=(40, 6)), np.arange(40) % 3)


def _train(shape: tuple[tuple[int, ...], tuple[int, ...]], dtype: str) -> Network:
    (sizes, batches), data = shape, _examples()
    network = Network(sizes, dtype=dtype, categories=data.categories)
    for batch in batches:
        train(network, data, data, epochs=1, batch=batch)
    return network


def _train_many(dtype: str) -> None:
    data = _examples()
    for count in (1, _MANY_NETWORKS):
        networks = [Network(_SMALL[0], dtype=dtype, categories=data.categories) for _ in range(count)]
        train_many(networks, data, epochs=1, threads=1)


def _use(network: Network) -> None:
    data = _examples()
    network.predict(np.zeros((_MANY_ROWS, network.sizes[0])))
    network.predict(data.inputs[:1])
    Network([512, 512], dtype=str(network.dtype)).predict(np.zeros((1, 512)))  # one row by several threads
    network.run(data.inputs)
    network.gradient(data.inputs, data.targets)
    network.classify(data.inputs)


def _use_small(network: Network) -> None:
    network.predict(_examples().inputs)
