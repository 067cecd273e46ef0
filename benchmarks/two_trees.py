"""A training step of this tree beside that of another one, such as an older commit, in fresh processes.

``git worktree add ../before COMMIT``, then ``python -m benchmarks.two_trees ../before``. Each round starts a
process of either tree and times them in turn: steps of less than a microsecond differ from process to process
(`docs/decisions/0053`). With ``--beside 1`` a program that wakes up now and then disturbs them.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import subprocess
import sys
import time
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING

from benchmarks.driving import ROOT, Job, Peer, measure
from benchmarks.tables import time as written

if TYPE_CHECKING:
    from collections.abc import Iterator

# What disturbs: it computes for so long, and rests for so long [s].
_BUSY, _RESTING = (0.01, 0.08), (0.05, 0.4)

_BURSTS = 5  # of a process


def disturb() -> None:
    """Compute and rest in turn, until the process is ended."""
    chance = random.Random(1)
    while True:
        time.sleep(chance.uniform(*_RESTING))
        end = time.perf_counter() + chance.uniform(*_BUSY)
        while time.perf_counter() < end:
            pass


@contextlib.contextmanager
def _disturbed(count: int) -> Iterator[None]:
    program = "from benchmarks.two_trees import disturb; disturb()"
    programs = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) for _ in range(count)]
    try:
        yield
    finally:
        for one in programs:
            one.kill()
            one.wait()


def compare(
    trees: list[Path], job: Job, threads: int, processes: int, seconds: float
) -> dict[str, list[float]]:
    """Return the median time of a step in each process of each tree [s]."""
    found: dict[str, list[float]] = {str(tree): [] for tree in trees}
    for _ in range(processes):
        peers = [Peer(str(tree), "benchmarks.peers.glassnet_", threads, tree) for tree in trees]
        for _, result in measure([job], peers, rounds=_BURSTS, seconds=seconds / _BURSTS):
            for peer in peers:
                entry = result["peers"][peer.key]
                if not entry.get("rounds"):
                    raise SystemExit(f"{peer.name}: {entry.get('error') or entry.get('absent')}")
                found[peer.name].append(median(entry["rounds"]))
    return found


def main() -> None:
    """Print what a step takes in each tree: over all processes, and the fastest and the slowest of them."""
    parser = argparse.ArgumentParser(description="Compare a training step of this tree with another tree's.")
    parser.add_argument("other", type=Path, help="the folder of the other tree")
    parser.add_argument("--network", default="4-4-4-8-4/1", help="sizes and batch [%(default)s]")
    parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as the training takes by itself")
    parser.add_argument("--processes", type=int, default=8, help="of each tree [%(default)s]")
    parser.add_argument("--seconds", type=float, default=1.5, help="that each trains [%(default)s]")
    parser.add_argument("--beside", type=int, default=0, help="so many programs that wake up now and then")
    asked = parser.parse_args()
    job = Job("step", "trainer", {"case": asked.network, "optimizer": asked.optimizer})
    with _disturbed(asked.beside):
        found = compare([asked.other.resolve(), ROOT], job, asked.threads, asked.processes, asked.seconds)
    for tree, times in found.items():
        print(
            f"{tree}: mean {written(mean(times))}, median {written(median(times))}, "
            f"{written(min(times))} to {written(max(times))}"
        )
    other, this = found.values()
    print(f"this / other: mean {mean(this) / mean(other):.3f}, median {median(this) / median(other):.3f}")


if __name__ == "__main__":
    main()
