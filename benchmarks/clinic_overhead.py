"""What it costs to be watched: trainings with and without a look into the layers, in turn.

The best of several times of each; and what the examination at the end takes.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from clinic_ward import data_of
from glassnet import Network, Settings, train
from glassnet.data import Dataset, digits, four_pixel
from glassnet.doctor import examine

N_TIMES = 9


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
        ("blobs", [2, 16, 5], *data_of("blobs", None), {"epochs": 100}),
        ("digits, the defaults", [64, 128, 10], learned, held_out, {"epochs": 30}),
        ("digits, deep", [64, 128, 128, 128, 10], learned, held_out, {"epochs": 20}),
        ("784 inputs", [784, 128, 10], pictures, new_pictures, {"epochs": 10}),
    ]


def main() -> None:
    """Measure and print."""
    print(f"{'training':24} {'alone':>10} {'watched':>10} {'cost':>8} {'examined':>10}")
    for name, sizes, data, held_out, settings in cases():
        best = {True: np.inf, False: np.inf}
        examined = np.inf
        for k in range(N_TIMES):
            for watched in (True, False) if k % 2 else (False, True):
                network = Network(sizes, categories=data.categories)
                began = time.perf_counter()
                history = train(network, data, held_out, statistics=watched, **settings)
                best[watched] = min(best[watched], time.perf_counter() - began)
            began = time.perf_counter()
            examine(network, data, history, held_out, Settings(**settings))
            examined = min(examined, time.perf_counter() - began)
        cost = best[True] / best[False] - 1
        print(
            f"{name:24} {1000 * best[False]:>7.1f} ms {1000 * best[True]:>7.1f} ms {cost:>7.1%} "
            f"{1000 * examined:>7.1f} ms"
        )


if __name__ == "__main__":
    main()
