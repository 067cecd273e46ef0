"""How long it takes until something happens: imports, the first step, the first compilation ever."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

from benchmarks.driving import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["SCRIPTS", "measure_start"]

_DONE = "done"

# Rounds at most: a process takes seconds, and a fresh compilation many.
_MOST, _MOST_FRESH = 5, 2

_GLASSNET = """
import numpy as np, glassnet
inputs = np.random.default_rng(0).normal(size=({rows}, {sizes}[0])).astype("f4")
names = [str(k) for k in range({sizes}[-1])]
data = glassnet.data.Dataset.from_arrays(inputs, np.arange({rows}) % len(names), categories=names)
network = glassnet.Network({sizes}, categories=names, dtype="float32")
glassnet.train(network, data, batch={rows}, epochs=1)
"""
_TORCH = """
import torch
network = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
learner = torch.optim.SGD(network.parameters(), lr=.1)
x, y = torch.randn(64, 784), torch.arange(64) % 10
def loss(x, y): return torch.nn.functional.cross_entropy(network(x), y)
{compiling}
loss(x, y).backward()
learner.step()
"""
_JAX = """
import jax, jax.numpy as jnp, numpy as np
r = np.random.default_rng(0)
p = [jnp.asarray(r.normal(size=s).astype("f4")) for s in ((784, 128), (128,), (128, 10), (10,))]
x, y = jnp.asarray(r.normal(size=(64, 784)).astype("f4")), jnp.arange(64) % 10
def loss(p, x, y):
    z = jax.nn.relu(x @ p[0] + p[1]) @ p[2] + p[3]
    return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1).mean()
step = jax.jit(lambda p, x, y: jax.tree.map(lambda a, g: a - .1 * g, p, jax.grad(loss)(p, x, y)))
jax.block_until_ready(step(p, x, y))
"""
_SKLEARN = """
import numpy as np, warnings
from sklearn.neural_network import MLPClassifier
warnings.filterwarnings("ignore")
x = np.random.default_rng(0).normal(size=(64, 784)).astype("f4")
MLPClassifier((128,), solver="sgd", batch_size=64, max_iter=1).fit(x, np.arange(64) % 10)
"""
_EVERYTHING = (
    "".join(
        _GLASSNET.format(rows=rows, sizes=sizes)
        for rows, sizes in ((1, [4, 4, 4, 8, 4]), (16, [4, 4, 4, 8, 4]), (64, [784, 128, 10]))
    )
    + "network.predict(inputs)\nnetwork.predict(inputs[:1])\n"
)

SCRIPTS = {
    "bare Python": {"python": ("", False)},
    "import": {
        "glassnet": ("import glassnet", False),
        "glassnet, all that trains": ("import glassnet; glassnet.Network, glassnet.train", False),
        "NumPy": ("import numpy", False),
        "PyTorch": ("import torch", False),
        "JAX": ("import jax, jax.numpy", False),
        "scikit-learn": ("from sklearn.neural_network import MLPClassifier", False),
        "onnxruntime": ("import onnxruntime", False),
    },
    "first step": {
        "glassnet, 4-4-4-8-4": (_GLASSNET.format(rows=1, sizes=[4, 4, 4, 8, 4]), False),
        "glassnet": (_GLASSNET.format(rows=64, sizes=[784, 128, 10]), False),
        "PyTorch": (_TORCH.format(compiling=""), False),
        "torch.compile": (_TORCH.format(compiling="loss = torch.compile(loss)"), False),
        "JAX": (_JAX, False),
        "scikit-learn": (_SKLEARN, False),
    },
    "first compilation": {
        "glassnet, 784-128-10": (_GLASSNET.format(rows=64, sizes=[784, 128, 10]), True),
        "glassnet, every loop": (_EVERYTHING, True),
        "torch.compile": (_TORCH.format(compiling="loss = torch.compile(loss)"), True),
    },
}
"""Script of each peer, and whether it must find no compiled code from an earlier run."""


def measure_start(rounds: int, only: list[str] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run every script in processes of its own, in turn, and hand out seconds from start to end."""
    with tempfile.TemporaryDirectory() as warm:
        for name, scripts in SCRIPTS.items():
            taking_part = {
                peer: script
                for peer, script in scripts.items()
                if only is None or name == "bare Python" or peer.split(",")[0] in ("glassnet", *only)
            }
            n_rounds = min(rounds, _MOST_FRESH if name == "first compilation" else _MOST)
            yield name, {"peers": _in_turn(taking_part, n_rounds, warm)}


def _in_turn(scripts: Mapping[str, tuple[str, bool]], rounds: int, warm: str) -> dict[str, Any]:
    entries: dict[str, Any] = {f"{peer}@auto": {"rounds": []} for peer in scripts}
    # One run before, which fills the cache of the warm ones and the machine's own of files.
    for round_number in range(-1, rounds):
        for peer, (script, fresh) in scripts.items():
            entry = entries[f"{peer}@auto"]
            if "rounds" not in entry or (fresh and round_number < 0):
                continue
            seconds = _run(script, None if fresh else warm)
            if isinstance(seconds, str):
                entries[f"{peer}@auto"] = {"error": seconds}
            elif round_number >= 0:
                entry["rounds"].append(seconds)
    return entries


def _run(script: str, cache: str | None) -> float | str:
    """Return how long it takes until a fresh process has done its work, or its last complaint."""
    with tempfile.TemporaryDirectory() as fresh, tempfile.TemporaryFile("w+") as complaints:
        folder = cache or fresh
        variables = environment(GLASSNET_CACHE_DIR=folder, TORCHINDUCTOR_CACHE_DIR=folder)
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", f"{script}\nprint({_DONE!r}, flush=True)"],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
        assert process.stdout is not None
        done = any(line.strip() == _DONE for line in process.stdout)
        seconds = time.perf_counter() - began
        process.communicate()
        complaints.seek(0)
        return seconds if done else (complaints.read().splitlines() or ["it failed"])[-1][:300]
