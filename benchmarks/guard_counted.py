"""The process whose instructions `benchmarks.guard` counts: hot loops between marks.

At each mark the counter writes what was executed since the one before and begins anew.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import glassnet
from benchmarks.cases import find, many_case
from benchmarks.peers import glassnet_
from benchmarks.peers.numpy_ import rows
from glassnet.training import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPS = {
    "train 4-4-4-8-4, batch 1, sgd": ("4-4-4-8-4/1", "sgd", 200),
    "train 4-4-4-8-4, batch 16, sgd": ("4-4-4-8-4/16", "sgd", 100),
    "train 4-4-4-8-4, batch 16, adam": ("4-4-4-8-4/16", "adam", 100),
    "train 64-32-10, batch 32, sgd": ("64-32-10/32", "sgd", 20),
    "train 784-128-10, batch 64, sgd": ("784-128-10/64", "sgd", 4),
    "train 784-128-10, batch 64, adam": ("784-128-10/64", "adam", 4),
    "predict 4-4-4-8-4, 1 row": ("4-4-4-8-4/1", 1, 50),
    "predict 64-32-10, 1000 rows": ("64-32-10/32", 1000, 2),
    "predict 784-128-10, 1 row": ("784-128-10/64", 1, 20),
}
"""Case, optimizer or rows, and how many units are executed; then twice as many, and the difference counts."""

if hasattr(glassnet, "train_many"):
    LOOPS["train 64 networks 4-4-4-8-4, batch 1"] = ("4-4-4-8-4/1", "many", 2)


def mark() -> None:
    """Have the counter write and begin anew: it waits for this function of the C library."""
    os.getpgrp()


def work(case: str, what: str | int) -> Callable[[int], None]:
    """Return a function that does so many steps or predictions, compiled and warm."""
    if isinstance(what, int):
        network, inputs = glassnet_.build(find(case)), rows(find(case), what)

        def predict(n_calls: int) -> None:
            for _ in range(n_calls):
                network.predict(inputs)

        return predict
    found = find(case)
    data = glassnet_.dataset(*found.data(), found.sizes[-1])
    if what == "many":
        networks = [glassnet_.build(found, seed) for seed in range(64)]
        few = glassnet_.dataset(*many_case(1).data(), 4)
        settings = {"batch": 1, "optimizer": "sgd", "schedule": "constant"}
        settings |= glassnet_.pinned(Settings, 1) | glassnet_.pinned(glassnet.train_many, 1)
        return lambda epochs: glassnet_.train_all(networks, few, epochs=epochs, **settings)
    # One thread: threads that wait for each other execute as many instructions as they happen to wait.
    run = glassnet_.begin(glassnet_.build(found), data, 1, batch=found.batch, optimizer=what)
    return lambda n_steps: glassnet_.advance(run, n_steps)


def main() -> None:
    """Do the loops that are asked for, or all of them; `compile` only compiles."""
    compiling = sys.argv[1:] == ["compile"]
    for name in LOOPS if compiling else sys.argv[1:]:
        case, what, n_units = LOOPS[name]
        do = work(case, what)
        do(1)
        if not compiling:
            mark()
            do(n_units)
            mark()
            do(2 * n_units)
            mark()


if __name__ == "__main__":
    main()
