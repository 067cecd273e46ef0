"""How long explanations take, beside what was promised: `make explain-times`.

Medians of several calls after a warm-up, on made data: 784-512-512-10 for explanations, 4-4-4-8-4 for the
picture, and a 784-128-10 model of 8,000 made pictures for the report.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet import Network, explain, pictures, train
from glassnet.data import Camera, Dataset, four_pixel

if TYPE_CHECKING:
    from collections.abc import Callable


def median_seconds(call: Callable[[], Any], times: int) -> float:
    """Return the median time of a call [s], compiled and warm."""
    call()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def made_pictures(n_examples: int) -> Dataset:
    """Ten blurred blobs in noise: as large as MNIST's pictures and about as hard as they look."""
    rng = np.random.default_rng(0)
    labels = np.arange(n_examples) % 10
    blobs = rng.uniform(-1, 1, (10, 784))
    inputs = np.clip(0.3 * blobs[labels] + rng.normal(0, 0.7, (n_examples, 784)), -1, 1)
    return Dataset.from_arrays(
        inputs.astype(np.float32), labels, encoder=Camera(28, 28), name="made pictures"
    )


def main() -> None:
    """Measure everything and print a table."""
    data = made_pictures(8000)
    wide = Network([784, 512, 512, 10], categories=data.categories, encoder=data.encoder)
    trace = wide.run(data.inputs[:4])
    targets = data.targets[:4]
    drawn = Network.drawn_four_pixel().run(four_pixel().inputs)
    network = Network([784, 128, 10], categories=data.categories, encoder=data.encoder)
    learned, held_out = data.split()
    history = train(network, learned, held_out, epochs=2)

    rows = [
        ("one neuron, 784-512-512-10", 0.05, 9, lambda: str(explain.neuron(trace, 0, 2, 5))),
        (
            "20 strongest chains of a weight",
            0.05,
            9,
            lambda: explain.chain(trace, targets, 0, 1, 5, 7, top=20),
        ),
        ("network picture, 4-4-4-8-4", 0.02, 9, lambda: pictures.network(drawn)),
        (
            "whole report, 784-128-10",
            10.0,
            1,
            lambda: pictures.report(explain.survey(network, held_out, learned=learned), history),
        ),
    ]
    print(f"{'':34} {'promised':>10} {'median':>10}")
    for name, promised, times, call in rows:
        seconds = median_seconds(call, times)
        print(f"{name:34} {promised * 1000:>7.0f} ms {seconds * 1000:>7.1f} ms")


if __name__ == "__main__":
    main()
