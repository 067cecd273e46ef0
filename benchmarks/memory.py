"""How much memory a training takes, beside what its numbers need by the stated formula."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.cases import CASES, CHECK_BATCHES, find
from benchmarks.driving import environment
from benchmarks.peers import glassnet_
from glassnet.kernels.threads import worthwhile_threads
from glassnet.training import Settings
from glassnet.training.loops import memory_of_training

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cases import Case

__all__ = ["FORMULA", "NOTES", "measure_memory", "needed"]

FORMULA = (
    "4 bytes × (parameters × (2 + vectors of the optimizer)"
    " + batch × (3 neurons + outputs + 3 + 2 threads)"
    " + measured × (2 neurons + outputs + 3 + 2 threads)"
    " + examples × (inputs + outputs + 1)"
    " + statistics) + 64 KiB × (1 + 2 threads)"
)
"""What `glassnet.training.loops.memory_of_training` counts, and the copy of the data."""

NOTES = (
    "That is the gradient, the best network so far and what the optimizer remembers; one batch; the examples"
    " that are *measured* together, at most 262,144 / max(inputs, neurons); a copy of the data; for the"
    " *statistics* 128 × (inputs + outputs) + parameters + the larger of 128 × (4 neurons + outputs + 3)"
    " and the weights of the largest layer; and a panel for each thread and room."
)

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
    network, n_examples = glassnet_.build(case), CHECK_BATCHES * case.batch
    settings = Settings(optimizer=optimizer, batch=case.batch)
    threads = worthwhile_threads(network.n_parameters, case.batch)
    data = n_examples * (case.sizes[0] + case.sizes[-1] + 1) * 4
    return data + memory_of_training(network, settings, case.batch, n_examples, threads)


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
