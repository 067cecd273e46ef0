"""What it costs to be watched: trainings with and without a look into the layers, in turn.

The lower quartile of many times of each, and how much more that is: good where nothing else runs. Beside
it the share of a watched training's time that its looks take, measured inside it: good on a busy machine
too, but without what it costs to cut the steps in two where a look is. And how long the examination takes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from clinic_ward import data_of
from glassnet import Network, Settings, train
from glassnet.data import Dataset, digits, four_pixel
from glassnet.doctor import examine
from glassnet.training.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS, FEWEST = 4.0, 9  # of each case; of times


class Stopwatch:
    """Adds up how long the looks of all trainings take."""

    def __init__(self) -> None:
        self.seconds = 0.0
        for name in ("__init__", "begin", "due", "waiting", "look", "with_update"):
            setattr(Probe, name, self._timed(getattr(Probe, name)))

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any) -> Any:
            began = time.perf_counter()
            try:
                return method(*args)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def made_pictures(n: int) -> Dataset:
    """As large as MNIST's pictures."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 10
    inputs = np.clip(0.3 * rng.uniform(-1, 1, (10, 784))[labels] + rng.normal(0, 0.7, (n, 784)), -1, 1)
    return Dataset.from_arrays(inputs.astype(np.float32), labels, name="made pictures")


def cases() -> list[tuple[str, list[int], Dataset, Dataset | None, dict[str, Any]]]:
    """Trainings from some hundredths of a second to some seconds."""
    learned, held_out = digits().split(0.2)
    pictures, new_pictures = made_pictures(3000).split(0.2)
    return [
        ("four pixel", [4, 4, 4, 8, 4], four_pixel(), None, {"epochs": 2000}),
        ("four pixel, short", [4, 4, 4, 8, 4], four_pixel(), None, {"epochs": 300}),
        ("blobs", [2, 16, 5], *data_of("blobs", None), {"epochs": 100}),
        ("digits, the defaults", [64, 128, 10], learned, held_out, {"epochs": 30}),
        ("digits, deep", [64, 128, 128, 128, 10], learned, held_out, {"epochs": 20}),
        ("784 inputs", [784, 128, 10], pictures, new_pictures, {"epochs": 10}),
    ]


def main() -> None:
    """Measure and print."""
    watch = Stopwatch()
    heads = ("alone", "watched", "more", "in looks", "looks", "examined")
    print(f"{'training':24}" + "".join(f"{head:>11}" for head in heads))
    for name, sizes, data, held_out, settings in cases():
        times: dict[bool, list[float]] = {True: [], False: []}
        shares, examined = [], []
        until = time.perf_counter() + SECONDS
        while time.perf_counter() < until or len(examined) < FEWEST:
            for watched in (True, False) if len(examined) % 2 else (False, True):
                network = Network(sizes, categories=data.categories)
                watch.seconds, began = 0.0, time.perf_counter()
                history = train(network, data, held_out, statistics=watched, **settings)
                times[watched].append(time.perf_counter() - began)
                if watched:
                    seen = network, history
                    shares.append(watch.seconds / times[True][-1])
            began = time.perf_counter()
            examine(seen[0], data, seen[1], held_out, Settings(**settings))
            examined.append(time.perf_counter() - began)
        alone, with_looks = (float(np.quantile(times[watched], 0.25)) for watched in (False, True))
        print(
            f"{name:24}{1000 * alone:>8.1f} ms{1000 * with_looks:>8.1f} ms{with_looks / alone - 1:>11.1%}"
            f"{np.median(shares):>11.1%}{len(seen[1].statistics):>11}{1000 * np.median(examined):>8.1f} ms",
            flush=True,
        )


if __name__ == "__main__":
    main()
