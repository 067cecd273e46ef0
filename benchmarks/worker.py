"""The process of one peer: builds what it is asked for, checks it, and times it in short bursts.

Requests come as lines of JSON on standard input, answers go out as lines of JSON.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.cases import find
from benchmarks.peers import NotOfferedError

if TYPE_CHECKING:
    from benchmarks.peers import Work

# The first bursts of a new work are thrown away: caches, branch predictors and clocks get warm.
_WARM_BURSTS = 2


def build(module: Any, kind: str, arguments: dict[str, Any]) -> Work:
    """Have a peer make a work; see `benchmarks.peers` for the kinds."""
    maker = getattr(module, kind, None)
    if maker is None:
        raise NotOfferedError("it has no such thing")
    if "case" in arguments:
        arguments = {**arguments, "case": find(arguments["case"])}
    work: Work = maker(**arguments)
    return work


def burst(work: Work, seconds: float, n_calls: int) -> tuple[float, int]:
    """Call for about so many seconds; return the seconds of a unit, and how many calls to make next time."""
    call = work.call
    began = time.perf_counter()
    for _ in itertools.repeat(None, n_calls):
        call()
    took = time.perf_counter() - began
    return took / (n_calls * work.units), max(1, round(n_calls * seconds / max(took, 1e-9)))


class Worker:
    """A peer's module, and the work that is being timed."""

    def __init__(self, name: str, threads: int) -> None:
        self._name, self._threads = name, threads
        self._work: Work | None = None
        self._n_calls = 1

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Build and check what is asked for, or time what was built; a reason where that is impossible."""
        try:
            return self._prepare(request) if "kind" in request else self._time(request["seconds"])
        except NotOfferedError as reason:
            return {"absent": str(reason)}
        except Exception as error:  # noqa: BLE001 -- whatever a peer raises belongs into the results
            return {"error": f"{type(error).__name__}: {error}"[:300]}

    def _prepare(self, request: dict[str, Any]) -> dict[str, Any]:
        self._work = None
        gc.collect()  # the work before may have been large
        began = time.perf_counter()
        module = importlib.import_module(self._name)
        work = build(module, request["kind"], {**request["arguments"], "threads": self._threads})
        check = work.check()
        work.call()
        answer = {"check": check, "setup": time.perf_counter() - began}
        self._work, self._n_calls = work, 1
        for _ in range(_WARM_BURSTS):
            self._time(request["seconds"])
        return {**answer, "loop": work.loop} if work.loop else answer

    def _time(self, seconds: float) -> dict[str, Any]:
        assert self._work is not None
        unit, self._n_calls = burst(self._work, seconds, self._n_calls)
        return {"seconds": unit}


def main() -> None:
    """Serve requests until the input ends."""
    # Libraries print what they like; the answers go where the standard output went.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker = Worker(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        answers.write(json.dumps(worker.answer(json.loads(line))) + "\n")


if __name__ == "__main__":
    main()
