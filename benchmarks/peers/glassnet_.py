"""glassnet, by its public interface only: data shuffled anew each epoch, as `glassnet.train` does."""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any

import numpy as np

import glassnet
from benchmarks.cases import CHECK_EPOCHS, MANY, RATES, many_case
from benchmarks.peers import NotOfferedError, Work
from benchmarks.peers.numpy_ import answers, rows
from glassnet.data import Dataset
from glassnet.training import Settings, Training

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.cases import Case
    from glassnet.training import Run

# The peers keep their learning rate.
_PLAIN = {"schedule": "constant"}
# Longer than any benchmark: a run measures its network about a hundred times, which is not timed here.
_ENDLESS = 10**8
# A chunk of steps takes about this long [s]: as in `glassnet.train`.
_CHUNK_SECONDS = 0.025
# Each network of the many is trained as long as the four pixel camera needs: 2000 epochs of 8 patterns.
_MANY_EPOCHS = 2000


def build(case: Case, seed: int = 0) -> glassnet.Network:
    """Return the network of a case with everybody's initial weights."""
    network = glassnet.Network(case.sizes, [*case.hidden, "softmax"], dtype="float32")
    for layer, (weights, biases) in enumerate(case.weights(seed), start=1):
        network.weights(layer)[:] = weights
        network.biases(layer)[:] = biases
    return network


def dataset(inputs: NDArray[np.float32], labels: NDArray[np.int64], n_categories: int) -> Dataset:
    """Return examples as glassnet takes them."""
    return Dataset.from_arrays(inputs, labels, categories=[str(k) for k in range(n_categories)])


def pinned(function: Any, threads: int) -> dict[str, int]:
    """Return the number of threads as an argument of one of glassnet's functions, where it has that.

    Parameters
    ----------
    function : callable
    threads : int
        0: as many as glassnet takes by itself.
    """
    known = "threads" in inspect.signature(function).parameters
    return {"threads": threads} if threads and known else {}


def begin(network: glassnet.Network, data: Dataset, threads: int, **changes: Any) -> Run:
    """Return a run that is compiled, measured, and ready for its next step.

    Parameters
    ----------
    network : Network
    data : Dataset
    threads : int
        0: as many as glassnet takes by itself.
    **changes
        Settings.
    """
    setting, argument = pinned(Settings, threads), pinned(Training, threads)
    if threads > 1 and not setting and not argument:
        raise NotOfferedError("this version of glassnet trains with one thread")
    settings = Settings.of(None, {**_PLAIN, "epochs": _ENDLESS, **setting, **changes})
    run = Training(network, data, None, settings, **argument).run
    while run.step == 0:  # measuring the network as it is comes first
        run.advance(1)
    return run


def advance(run: Run, n_steps: int) -> None:
    """Make so many steps, in one chunk where the run allows it."""
    done = 0
    while done < n_steps:
        done += run.advance(n_steps - done)
        if run.finished:
            raise RuntimeError(f"the run ended after {run.step} steps: {run.history.not_finite}")


def chunk(run: Run) -> int:
    """Return how many steps fit into a chunk."""
    n_steps, seconds = 1, 0.0
    while seconds < _CHUNK_SECONDS / 2:
        n_steps *= 2
        began = time.perf_counter()
        advance(run, n_steps)
        seconds = time.perf_counter() - began
    return n_steps


def trainer(case: Case, optimizer: str, threads: int, **settings: Any) -> Work:
    run = begin(
        build(case),
        dataset(*case.data(), case.sizes[-1]),
        threads,
        batch=case.batch,
        optimizer=optimizer,
        learning_rate=RATES[optimizer],
        **settings,
    )
    n_steps = chunk(run)
    return Work(
        lambda: advance(run, n_steps),
        n_steps,
        lambda: epoch_losses(case, optimizer, **settings),
        loop=_loop(run),
    )


def _loop(run: Run) -> str:
    """Name the loop of a run, where this version has several, and its threads."""
    loop, n_threads = str(getattr(run, "loop", "")), getattr(run, "n_threads", 1)
    return loop if n_threads == 1 else f"{loop}, {n_threads} threads"


def epoch_losses(case: Case, optimizer: str, **settings: Any) -> list[float]:
    """Return the mean loss of the batches of each epoch of the check, unshuffled as the peers' are."""
    history = glassnet.train(
        build(case),
        dataset(*case.check_data(), case.sizes[-1]),
        epochs=CHECK_EPOCHS,
        batch=case.batch,
        optimizer=optimizer,
        learning_rate=RATES[optimizer],
        shuffle=False,
        **_PLAIN,
        **settings,
    )
    return [float(loss) for loss in history.losses]


def predictor(case: Case, n_rows: int, threads: int) -> Work:
    network, inputs = build(case), rows(case, n_rows)
    return Work(lambda: network.predict(inputs), 1, lambda: answers(network.predict(inputs)))


def many(batch: int, threads: int) -> Work:
    case = many_case(batch)
    data = dataset(*case.data(), 4)
    settings = {"batch": batch, "optimizer": "sgd", "learning_rate": RATES["sgd"], **_PLAIN}
    # One after the other takes long, and just as long for each: some of them are enough.
    count = MANY if hasattr(glassnet, "train_many") else 5
    epochs = _MANY_EPOCHS * 8 // case.n_examples
    networks = [build(case, seed) for seed in range(count)]
    steps = epochs * case.n_examples // batch

    def check() -> list[float]:
        checked = [build(case, seed) for seed in range(MANY)]
        histories = train_all(checked, data, epochs=CHECK_EPOCHS, shuffle=False, **settings)
        return [float(np.mean([history.losses[k] for history in histories])) for k in range(CHECK_EPOCHS)]

    return Work(
        lambda: train_all(networks, data, epochs=epochs, **settings),
        steps * count / MANY,
        check,
    )


def train_all(networks: list[glassnet.Network], data: Dataset, **settings: Any) -> list[Any]:
    """Train networks of one shape: in one call where glassnet has it, else one after the other."""
    if hasattr(glassnet, "train_many"):
        return list(glassnet.train_many(networks, data, **settings))
    return [glassnet.train(network, data, **settings) for network in networks]
