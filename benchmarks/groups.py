"""What is measured against whom: training, many networks, prediction, matrix products, bf16, scaling."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.cases import CASES, find
from benchmarks.driving import Job, Peer

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GROUPS", "jobs", "peers"]

_CORES = os.cpu_count() or 1
_GLASSNET = Peer("glassnet", "benchmarks.peers.glassnet_", 0)


def _both(name: str, module: str) -> list[Peer]:
    """A peer with every core and with one thread; the faster counts."""
    return [Peer(name, f"benchmarks.peers.{module}", threads) for threads in dict.fromkeys((_CORES, 1))]


_JAX = Peer("JAX", "benchmarks.peers.jax_", _CORES)
_TORCH = _both("PyTorch", "torch_")
_COMPILED = _both("torch.compile", "torch_compile")
_NUMPY = _both("NumPy", "numpy_")
_SKLEARN = _both("scikit-learn", "sklearn_")

GROUPS = {
    "training": [
        _GLASSNET,
        _JAX,
        *_TORCH,
        *_COMPILED,
        *_SKLEARN,
        *_NUMPY,
        Peer("tinygrad", "benchmarks.peers.tinygrad_", 0),
        Peer("micrograd", "benchmarks.peers.micrograd_", 1),
    ],
    "share": [_GLASSNET, Peer("glassnet", _GLASSNET.module, 1), *_NUMPY, *_TORCH],
    "many": [_GLASSNET, _JAX, *_TORCH, *_COMPILED],
    "prediction": [
        _GLASSNET,
        *_both("onnxruntime", "onnxruntime_"),
        *_TORCH,
        *_COMPILED,
        _JAX,
        *_NUMPY,
        *_SKLEARN,
    ],
    "bf16": [
        _GLASSNET,
        Peer("glassnet bf16", "benchmarks.peers.glassnet_bf16", 0),
        *_TORCH,
        *_both("PyTorch bf16", "torch_bf16"),
    ],
    "scaling": [_GLASSNET],
    "threads": [Peer("glassnet", _GLASSNET.module, n) for n in (1, 2, 3, 4) if n <= max(2, _CORES)],
}
"""The peers of each group; ours is the first."""

_PRODUCT = 2048  # rows and columns: large enough that a matrix product runs at the machine's best rate


def peers(group: str, only: list[str] | None = None) -> list[Peer]:
    """Return the peers of a group, or some of them by name; ours is always among them."""
    return [peer for peer in GROUPS[group] if only is None or peer.name in ("glassnet", *only)]


def jobs(group: str, networks: list[str] | None = None) -> list[Job]:
    """Return what a group measures, or only what is about some networks."""
    made = {
        "training": _training,
        "share": _share,
        "many": _many,
        "prediction": _prediction,
        "bf16": _bf16,
        "scaling": _scaling,
        "threads": _threads,
    }[group]()
    return [job for job in made if networks is None or job.facts.get("network") in (*networks, None)]


def _train(name: str, case: str, optimizer: str = "sgd", **facts: object) -> Job:
    found = find(case)
    about = {"network": found.network, "batch": found.batch, "flops": found.step_flops, **facts}
    return Job(name, "trainer", {"case": case, "optimizer": optimizer}, {"optimizer": optimizer, **about})


def _training() -> Iterator[Job]:
    for optimizer in ("sgd", "adam"):
        for case in CASES:
            yield _train(f"{case.name} {optimizer}", case.name, optimizer)


def _share() -> Iterator[Job]:
    yield Job(f"product {_PRODUCT}", "product", {"size": _PRODUCT}, {"flops": 2 * _PRODUCT**3})
    for case in CASES[3:]:
        yield _train(case.name, case.name)


def _many() -> Iterator[Job]:
    for batch in (1, 8):
        yield Job(f"4-4-4-8-4/{batch}", "many", {"batch": batch}, {"network": "4-4-4-8-4", "batch": batch})


def _prediction() -> Iterator[Job]:
    seen = {case.network: case for case in CASES}
    for case in seen.values():
        for n_rows in (1, 1000):
            about = {"network": case.network, "n_rows": n_rows}
            yield Job(f"{case.network} {n_rows}", "predictor", {"case": case.name, "n_rows": n_rows}, about)


def _bf16() -> Iterator[Job]:
    """Large networks alone, since it is there for them."""
    for optimizer in ("sgd", "adam"):
        for case in CASES[4:]:
            yield _train(f"{case.name} {optimizer}", case.name, optimizer)


def _scaling() -> Iterator[Job]:
    for width in (2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024):
        for batch in (1, 32):
            case = f"{width}-{width}-{width}-10/{batch}"
            yield _train(
                f"weights {case}", case, series=f"batch {batch}", plot="weights", x=find(case).n_weights
            )
    for network in ("4-4-4-8-4", "64-32-10", "784-128-10"):
        for power in range(10):
            case = f"{network}/{2**power}"
            yield _train(f"batch {case}", case, series=network, plot="batch", x=2**power)
    for width in (8, 64, 256):
        for depth in (1, 2, 4, 8, 16):
            case = "-".join([str(width)] * (depth + 1)) + "-10/32"
            yield _train(f"depth {width}x{depth}", case, series=f"{width} wide", plot="depth", x=depth + 1)


def _threads() -> Iterator[Job]:
    for case in CASES[2:]:
        yield _train(case.name, case.name)
