"""How much memory a training takes, beside what its numbers need by the stated formula."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.cases import CASES, CHECK_BATCHES, find
from benchmarks.driving import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cases import Case

__all__ = ["FORMULA", "measure_memory", "needed"]

FORMULA = (
    "4 bytes × (parameters × (4 + vectors of the optimizer)"
    " + batch × (inputs + 3 neurons + outputs + 3) + examples × (inputs + outputs + 1))"
)
"""Beside the network: the gradient, the best network so far, what the optimizer remembers, for the doctor's
looks another gradient and the network before a step, one batch, a copy of the data.
"""

_SCRIPT = """
import gc
import sys
from pathlib import Path
from benchmarks.cases import find
from benchmarks.peers import glassnet_

def kib(field):
    status = Path("/proc/self/status").read_text()
    return int(status.split(field + ":")[1].split()[0])

def train(case, optimizer):
    data = glassnet_.dataset(*case.check_data(), case.sizes[-1])
    network = glassnet_.build(case)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark begins anew
    before = kib("VmRSS")
    run = glassnet_.begin(network, data, 0, batch=case.batch, optimizer=optimizer)
    glassnet_.advance(run, 8)
    return before

case = find(sys.argv[1])
small = find("-".join(["40"] * len(case.sizes)) + "/8")  # large enough for the same loops
train(small, sys.argv[2])  # libraries and compiled code are there now
before = train(case, sys.argv[2])
print((kib("VmHWM") - before) * 1024)
"""


def needed(case: Case, optimizer: str) -> int:
    """Return the bytes of `FORMULA`, for the few examples of the check."""
    n_neurons = sum(case.sizes[1:])
    n_parameters = case.n_weights + n_neurons
    vectors = 4 + {"sgd": 0, "adam": 2}[optimizer]
    batch = case.batch * (case.sizes[0] + 3 * n_neurons + case.sizes[-1] + 3)
    data = CHECK_BATCHES * case.batch * (case.sizes[0] + case.sizes[-1] + 1)
    return 4 * (n_parameters * vectors + batch + data)


def measure_memory(rounds: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Train every case in processes of their own and hand out how far the highest mark went up."""
    for name in [*(case.name for case in CASES[2:]), "1024-2048-2048-10/32", "4096-2048-2048-10/32"]:
        case = find(name)
        for optimizer in ("sgd", "adam"):
            entries = {"rounds": [_run(name, optimizer) for _ in range(min(rounds, 3))]}
            facts: dict[str, Any] = {"network": case.network, "batch": case.batch, "optimizer": optimizer}
            facts["needed"] = needed(case, optimizer)
            yield f"{name} {optimizer}", {**facts, "peers": {"glassnet@auto": entries}}


def _run(case: str, optimizer: str) -> int:
    command = [sys.executable, "-c", _SCRIPT, case, optimizer]
    # Every array gets pages of its own, so that none reuses what another has left behind.
    variables = environment(MALLOC_MMAP_THRESHOLD_="65536")
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])
