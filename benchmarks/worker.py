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


def main() -> None:
    """Serve requests until the input ends."""
    # Libraries print what they like; the answers go where the standard output went.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    name, threads = sys.argv[1], int(sys.argv[2])
    module, work, n_calls = None, None, 1
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "kind" in request:
                module = module or importlib.import_module(name)
                work = None
                gc.collect()
                began = time.perf_counter()
                work = build(module, request["kind"], {**request["arguments"], "threads": threads})
                check = work.check()
                work.call()
                answer: dict[str, Any] = {"check": check, "setup": time.perf_counter() - began}
                answer.update({"loop": work.loop} if work.loop else {})
                n_calls = 1
                for _ in range(_WARM_BURSTS):
                    _, n_calls = burst(work, request["seconds"] / 2, n_calls)
            else:
                assert work is not None
                seconds, n_calls = burst(work, request["seconds"], n_calls)
                answer = {"seconds": seconds}
        except NotOfferedError as reason:
            answer = {"absent": str(reason)}
        except Exception as error:  # noqa: BLE001 -- whatever a peer raises belongs into the results
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
