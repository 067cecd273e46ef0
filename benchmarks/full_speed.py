"""What must cost next to nothing: options of training beside the plain step, tiny numbers, a timer.

``python -m benchmarks.full_speed`` prints a table, in turn and by medians; ``--write`` also puts it into
docs/benchmarks/full-speed.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import glassnet
from benchmarks.cases import find
from benchmarks.peers import glassnet_
from benchmarks.rounds import Middle, ratio

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OPTIONS", "measure_options", "timer_lateness"]

_CASE = find("784-128-10/64")
_PAGE = Path(__file__).parents[1] / "docs" / "benchmarks" / "full-speed.md"

# Rounds in which the kinds of work beside a timer take turns.
_TIMER_TURNS = 4

# Settings of the run, and of the network; the promise is at most 10 % over the plain step.
OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "dropout 0.2": ({}, {"dropout": 0.2}),
    "L1": ({"l1": 1e-4}, {}),
    "L2": ({"l2": 1e-4}, {}),
    "clipping": ({"clip": 1.0}, {}),
    "statistics": ({"statistics": True}, {}),
    "squared error": ({}, {"loss": "squared"}),
    "absolute error": ({}, {"loss": "absolute"}),
    "Huber loss": ({}, {"loss": "huber"}),
    "momentum": ({"optimizer": "momentum"}, {}),
    "Nesterov": ({"optimizer": "nesterov"}, {}),
    "RMSprop": ({"optimizer": "rmsprop"}, {}),
    "Adam": ({"optimizer": "adam"}, {}),
    "AdamW": ({"optimizer": "adamw"}, {}),
}


def _stepper(settings: dict[str, Any], options: dict[str, Any]) -> Callable[[], float]:
    """Return a function that makes some steps on one thread and says how long one took [s]."""
    network = glassnet.Network(_CASE.sizes, [*_CASE.hidden, "softmax"], dtype="float32", seed=0, **options)
    data = glassnet_.dataset(*_CASE.data(), _CASE.sizes[-1])
    settings = {"optimizer": "sgd", "learning_rate": 1e-3, "statistics": False, **settings}
    run = glassnet_.begin(network, data, 1, batch=_CASE.batch, **settings)

    def steps(n_steps: int = 100) -> float:
        began = time.perf_counter()
        glassnet_.advance(run, n_steps)
        return (time.perf_counter() - began) / n_steps

    return steps


def measure_options(rounds: int) -> dict[str, Middle]:
    """Return the time of each option's step over that of the plain step: median, lowest, highest ratio."""
    steppers = {name: _stepper(*what) for name, what in {"plain": ({}, {}), **OPTIONS}.items()}
    times: dict[str, list[float]] = {name: [] for name in steppers}
    for _ in range(rounds):
        for name, steps in steppers.items():
            times[name].append(steps())
    return {name: ratio(times[name], times["plain"]) for name in OPTIONS}


def denormals(rounds: int) -> float:
    """Return how much longer a step takes when momentum's memory has decayed to tiny numbers.

    Inputs of 0 leave the first layer's slopes 0: its memory shrinks to where numbers lose their digits.
    """
    times: dict[float, list[float]] = {0.0: [], 1e-39: []}
    runs = {}
    for size in times:
        case = find("4-4-4-8-4/16")
        inputs, labels = case.data()
        data = glassnet_.dataset(np.zeros_like(inputs), labels, case.sizes[-1])
        runs[size] = glassnet_.begin(glassnet_.build(case), data, 1, batch=16, optimizer="momentum")
    for _ in range(rounds):
        for size, run in runs.items():
            run.tensors()["first"][:16] = size
            began = time.perf_counter()
            glassnet_.advance(run, 2000)
            times[size].append((time.perf_counter() - began) / 2000)
    return ratio(times[1e-39], times[0.0]).median


def timer_lateness(seconds: float) -> dict[str, list[float]]:
    """Return how late a timer of 1 ms in another thread was, each time, beside each kind of work [s].

    A training's figure means something only beside what the same machine does to a timer next to as many
    threads of a library in C, which never take Python's lock, and next to nobody. They take turns.
    """
    data = glassnet_.dataset(*_CASE.data(), _CASE.sizes[-1])
    network = glassnet_.build(_CASE)
    glassnet.train(network, data, batch=_CASE.batch, epochs=1)  # compiled before the clock runs
    kinds: dict[str, Callable[[float], object]] = {
        "a training": lambda a_while: glassnet.train(
            network, data, batch=_CASE.batch, epochs=10**6, time_limit=a_while
        ),
        "threads of a library in C": _hash_for,
        "nothing": time.sleep,
    }
    late: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(_TIMER_TURNS):
        for kind, work in kinds.items():
            late[kind] += _lateness_beside(work, seconds / _TIMER_TURNS)
    return late


def _lateness_beside(work: Callable[[float], object], seconds: float) -> list[float]:
    late: list[float] = []
    done = threading.Event()

    def timer() -> None:
        while not done.is_set():
            began = time.perf_counter()
            time.sleep(0.001)
            late.append(time.perf_counter() - began - 0.001)

    thread = threading.Thread(target=timer)
    thread.start()
    work(seconds)
    done.set()
    thread.join()
    return late


def _hash_for(seconds: float) -> None:
    """Keep every processor at work outside of Python for a while."""
    end, much = time.perf_counter() + seconds, bytes(2**24)

    def hash_on() -> None:
        while time.perf_counter() < end:
            hashlib.sha256(much)

    threads = [threading.Thread(target=hash_on) for _ in range(os.cpu_count() or 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    """Measure and print; write the page where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--write", action="store_true", help=f"write {_PAGE.name}")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    lines = ["| option | a step over the plain one | from | to | within 10 % |"]
    lines.append("| --- | ---: | ---: | ---: | --- |")
    for name, cost in measure_options(chosen.rounds).items():
        word = "yes" if cost.median <= 1.1 else "**no**"
        lines.append(f"| {name} | {cost.median:.2f} | {cost.low:.2f} | {cost.high:.2f} | {word} |")
    tiny = denormals(chosen.rounds)
    lines += [
        "",
        f"A step of momentum takes {tiny:.2f} times as long where its memory holds subnormal numbers",
        "(4-4-4-8-4, batch 16).",
        "",
        f"How late a timer of 1 ms in another thread is beside a training of {_CASE.network} with all",
        "threads, and how late this machine has it without glassnet (each 10 s, in turn) [ms]:",
        "",
        "| beside | median | 99 % | most | later than 5 ms |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind, seconds in timer_lateness(10.0).items():
        late = 1e3 * np.array(seconds)
        lines.append(
            f"| {kind} | {np.median(late):.2f} | {np.percentile(late, 99):.2f} | {late.max():.2f} "
            f"| {np.count_nonzero(late > 5)} of {late.size:,} |"
        )
    text = "\n".join(lines) + "\n"
    print(text)
    if chosen.write:
        machine = (
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, load {load:.1f}"
        )
        head = f"""# Options at full speed

Network {_CASE.name}, float32, one thread; {chosen.rounds} rounds in turn, medians of the ratios within
a round. {machine}. Made by `python -m benchmarks.full_speed --write`.

"""
        _PAGE.write_text(head + text)


if __name__ == "__main__":
    main()
