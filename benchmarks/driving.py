"""Peers in turn: a process each, round after round in short bursts, so that disturbances hit all alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["ROOT", "Job", "Peer", "environment", "measure"]

ROOT = Path(__file__).resolve().parent.parent

# Losses and answers must agree this well, as a share of the largest: float32 sums in another order, and
# Adam divides by small roots.
_TOLERANCE = 1e-3
# Thread pools that spin after their work must have gone to sleep before the next peer's turn [s].
_PAUSE = 0.05


@dataclass(frozen=True)
class Peer:
    """A peer with a number of threads; 0 leaves it to the library. Its module is that of a tree."""

    name: str
    module: str
    threads: int
    tree: Path = ROOT

    @property
    def key(self) -> str:
        """How it is called in the results."""
        return f"{self.name}@{self.threads or 'auto'}"


@dataclass(frozen=True)
class Job:
    """One line of a table: what every peer is asked for."""

    name: str
    kind: str
    arguments: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)


def environment(threads: int = 0, tree: Path = ROOT, **more: str) -> dict[str, str]:
    """Return the environment of a process that is measured: threads pinned, no setting for old libraries.

    Python may keep what it compiles of the source, as it does when a package is installed.
    """
    path = os.pathsep.join(filter(None, [str(tree / "src"), str(tree), os.environ.get("PYTHONPATH")]))
    variables = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": path, **more}
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE"):
        variables.pop(name, None)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        variables.pop(name, None)
        if threads:
            variables[name] = str(threads)
    return variables


class _Worker:
    """The process of a peer."""

    def __init__(self, peer: Peer) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", peer.module, str(peer.threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=peer.tree,
            env=environment(peer.threads, peer.tree),
        )

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer: dict[str, Any] = json.loads(line) if line else {"error": "its process ended"}
        return answer

    def close(self) -> None:
        """End the process."""
        with self._process as process:  # closes its pipes, at which it ends by itself
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def measure(
    jobs: Iterable[Job], peers: Sequence[Peer], *, rounds: int, seconds: float
) -> Iterable[tuple[str, dict[str, Any]]]:
    """Measure every peer at every job and hand out the results job by job.

    Parameters
    ----------
    jobs : iterable of Job
    peers : sequence of Peer
        The first is the one that the others must agree with.
    rounds : int
    seconds : float
        Of one burst.
    """
    workers = {peer.key: _Worker(peer) for peer in peers}
    try:
        for job in jobs:
            yield job.name, _measure(job, workers, rounds, seconds)
    finally:
        for worker in workers.values():
            worker.close()


def _measure(job: Job, workers: Mapping[str, _Worker], rounds: int, seconds: float) -> dict[str, Any]:
    build = {"kind": job.kind, "arguments": dict(job.arguments), "seconds": seconds}
    entries = {key: worker.ask(build) for key, worker in workers.items()}
    wanted = next(iter(entries.values())).get("check", [])
    for entry in entries.values():
        entry.update(_compared(entry.pop("check", []), wanted))
    taking_part = [key for key, entry in entries.items() if "absent" not in entry and "error" not in entry]
    for key in taking_part:
        entries[key]["rounds"] = []
    for _ in range(rounds):
        for key in list(taking_part):
            answer = workers[key].ask({"seconds": seconds})
            time.sleep(_PAUSE)
            if "seconds" in answer:
                entries[key]["rounds"].append(answer["seconds"])
            else:
                entries[key] = answer
                taking_part.remove(key)
    return {**job.facts, "load": round(os.getloadavg()[0], 1), "peers": entries}


def _compared(check: Sequence[float], wanted: Sequence[float]) -> dict[str, Any]:
    """Return how far a peer's numbers are from ours, as an error where they are another thing."""
    if not check or not wanted:
        return {}
    largest = max(map(abs, wanted))  # a loss that is nearly 0 after a few steps of Adam has few digits left
    apart = [abs(a - b) / largest for a, b in zip(check, wanted, strict=True)]
    result: dict[str, Any] = {"apart": max(apart)}
    if not all(share <= _TOLERANCE for share in apart):  # of NaN nothing is true
        result["error"] = f"it computes something else: {check} instead of {list(wanted)}"[:300]
    return result
