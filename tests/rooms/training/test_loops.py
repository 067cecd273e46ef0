"""Which loop trains a network, the memory that it takes, and whether it must be compiled."""

import gc
import tracemalloc

import numpy as np
import pytest

from glassnet import Network
from glassnet.data import Dataset
from glassnet.kernels.registers import MULTIPLIES_PAIRS
from glassnet.training import Settings, Training
from glassnet.training.loops import loop_for, memory_of_training


def examples(n_examples, n_inputs, n_categories):
    inputs = np.random.default_rng(0).normal(size=(n_examples, n_inputs))
    return Dataset.from_arrays(inputs.astype(np.float32), np.arange(n_examples) % n_categories)


@pytest.mark.parametrize(
    ("sizes", "batch", "dropout", "loop"),
    [
        ([4, 4, 4, 8, 4], 1, 0, "one by one"),
        ([4, 4, 4, 8, 4], 2, 0, "one by one"),
        ([4, 4, 4, 8, 4], 3, 0, "lanes"),
        ([4, 4, 4, 8, 4], 3, 0.1, "tiles"),
        ([64, 32, 10], 1, 0, "one by one"),
        ([64, 32, 10], 3, 0, "tiles"),
        ([64, 64, 10], 1, 0, "tiles"),
    ],
)
def test_the_loop_follows_from_sizes_alone(sizes, batch, dropout, loop):
    network = Network(sizes, dropout=dropout)
    assert loop_for(network, batch) == loop
    training = Training(network, examples(20, sizes[0], sizes[-1]), None, Settings(batch=batch))
    assert training.run.loop == loop


@pytest.mark.parametrize("statistics", [False, True])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("sizes", "batch", "n_examples", "options"),
    [
        ([300, 400, 10], 64, 256, {"optimizer": "sgd"}),
        ([300, 400, 10], 64, 2000, {"optimizer": "adam"}),
        ([20, 700, 500, 3], 200, 200, {"optimizer": "momentum"}),
        ([700, 30, 3], 10, 1000, {"optimizer": "adamw", "dropout": 0.2}),
        *[([300, 400, 10], 64, 2000, {"optimizer": "sgd", "precision": "bf16"})] * MULTIPLIES_PAIRS,
    ],
)
def test_a_training_takes_what_the_formula_says(sizes, batch, n_examples, options, threads, statistics):
    """Counted by tracemalloc: at most 2 % and 0.1 MiB more, and the order of the examples."""
    data = examples(n_examples, sizes[0], sizes[-1])
    network = Network(sizes, dropout=options.get("dropout", 0), dtype="float32")
    chosen = {"optimizer": options["optimizer"], "learning_rate": 1e-4, "statistics": statistics}
    chosen["precision"] = options.get("precision")
    settings = Settings(epochs=3, batch=batch, **chosen)

    def trained():
        training = Training(network, data, None, settings, threads)
        while not training.run.finished:
            training.run.advance(1)
        return training

    trained()  # what is compiled and imported is there now
    gc.collect()
    tracemalloc.start()
    try:
        kept = trained()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    copy = sum(each.nbytes for each in (kept.examples.inputs, kept.examples.targets, kept.examples.weights))
    n_threads = kept.run._most_threads
    formula = memory_of_training(network, settings, batch, n_examples, n_threads)
    assert formula * 0.98 < peak - copy < formula * 1.02 + 16 * n_examples + 0.1 * 2**20
