"""What was promised before it was measured: how many times as fast as each peer, at least."""

from __future__ import annotations

__all__ = ["PROMISES", "SECONDS", "SHARES"]

_TRAINING = {
    "4-4-4-8-4/1": (6, 1000, 1200, 400),
    "4-4-4-8-4/16": (11, 300, 400, 130),
    "64-32-10/32": (2.4, 33, 55, 20),
    "784-128-10/64": (1.8, 3, 4, 5),
    "784-512-512-10/128": (1.2, 1.25, 1.3, 2.8),
    "3072-1024-1024-10/256": (1.05, 1.0, 1.0, 2),
}
_PEERS = ("JAX", "PyTorch", "torch.compile", "scikit-learn")

PROMISES: dict[tuple[str, str, str], float] = {
    **{
        ("training", f"{case} {optimizer}", peer): factor
        for optimizer in ("sgd", "adam")
        for case, factors in _TRAINING.items()
        for peer, factor in zip(_PEERS, factors, strict=True)
    },
    ("many", "4-4-4-8-4/1", "JAX"): 9,
    ("many", "4-4-4-8-4/1", "PyTorch"): 20,
    ("prediction", "784-128-10 1", "onnxruntime"): 1.2,
    ("prediction", "784-512-512-10 1", "onnxruntime"): 1.0,
    **{("prediction", f"{case.split('/')[0]} 1000", "onnxruntime"): 1.0 for case in _TRAINING},
}
"""By group, job and peer."""

SHARES = {"784-128-10/64": 0.65, "3072-1024-1024-10/256": 0.80}
"""The share of the machine's best matrix product rate that a whole training step reaches, at least."""

SECONDS = {
    ("prediction", "4-4-4-8-4 1", "glassnet"): 2e-6,
    ("start", "import", "glassnet"): 0.15,
    ("start", "first step", "glassnet"): 0.5,
    ("start", "first compilation", "glassnet, every loop"): 8.0,
}
"""The longest that something of ours takes [s]; starts include that of Python."""
