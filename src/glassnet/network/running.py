"""Arrays of the right shape go through a network, and back: the calls of the compiled passes."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.kernels import predicting, small, steps, structures, updates
from glassnet.kernels.codes import DIFFERENTIATE
from glassnet.kernels.crew import together
from glassnet.kernels.registers import PANEL_BYTES, TILE_ROWS
from glassnet.kernels.standby import with_helpers, with_staying_helpers
from glassnet.kernels.threads import ALONE, processors
from glassnet.memory import CACHE_LINE, make_sure_of_memory
from glassnet.network.workspace import new_workspace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network.network import Network

__all__ = ["backward", "forward", "gradient", "judge", "loss", "predict", "sum_slopes"]


def forward(
    network: Network, inputs: NDArray[Any], room: structures.Workspace | None = None
) -> structures.Workspace:
    """Run inputs (n_examples, n_inputs) and return the room that holds every sum and output."""
    if room is None:
        room = new_workspace(network.layers, network.dtype, len(inputs))
    steps.run_forward(network.layers, network.parameters, inputs.reshape(-1), len(inputs), room, ALONE)
    return room


# Fewer rows than that, the most that a tile has, go one after the other, at the speed of reading the weights
# once.
_FEW = 8

# Rows go through larger networks in blocks of at most so many: what a block needs then stays in the nearer
# caches, and the room for it is used again and again.
_BLOCK = 128

# Many rows of a network with at most so many parameters go sixteen at a time, a row a lane; of one with at
# most `_MIDDLE` if there are at most so many products of a weight and an input. Measured with 1000 rows:
# 4-4-4-8-4 takes 26 us by lanes and 38 by tiles, 32-16-10 takes 53 and 50. All give the same bits.
_SMALL, _MIDDLE, _PRODUCTS = 400, 4000, 1 << 19

# Threads pay from so many products on: with 2.4 million of them two take 276 us and one 104.
_WORTH_SHARING = 1 << 24

# Threads that share one row pay from so many parameters on.
_WORTH_PARTS = 1 << 18

# Helpers that are awake pay from so many on: 1.2 million take 38 us by one and 26 by two.
_WORTH_HELP = 1 << 20


def predict(network: Network, inputs: NDArray[Any]) -> NDArray[Any] | None:
    """Return the outputs of rows that have the right shape and type, or None if an input is not finite."""
    layers, parameters, n_rows = network.layers, network.parameters, len(inputs)
    outputs = np.empty((n_rows, network.sizes[-1]), parameters.dtype)
    if n_rows < _FEW:
        if parameters.size < _WORTH_PARTS:
            return outputs if predicting.predict_few(layers, parameters, inputs, outputs) else None
        fine = with_staying_helpers(
            predicting.predict_few_together,
            (layers, parameters),
            (inputs, outputs),
            partial(_shared, network),
        )
        return outputs if fine else None
    products = n_rows * parameters.size
    if parameters.size <= (_MIDDLE if products <= _PRODUCTS else _SMALL):
        return outputs if predicting.predict_small(layers, parameters, inputs, outputs) else None
    n_packed = _packed_size(network)
    make_sure_of_memory(
        n_packed * parameters.itemsize,
        "predicting many rows: a second copy of all weights",
        "predict fewer than 8 rows at a time",
    )
    packed = np.empty(n_packed, parameters.dtype)
    n_threads = processors() if products >= _WORTH_HELP else 1
    fine = with_helpers(
        predicting.predict_many, (layers, parameters, inputs, outputs, packed, _block(n_rows, n_threads)),
        n_threads, worth_starting=products >= _WORTH_SHARING,
    )  # fmt: skip
    return outputs if fine else None


def _shared(network: Network) -> tuple[NDArray[Any], int]:
    """Return the room that threads need who share a row, and for how many of them it has enough neurons."""
    room = np.empty(sum(network.sizes) + CACHE_LINE // network.dtype.itemsize, network.dtype)
    return room, min(processors(), -(-max(network.sizes[1:]) // predicting.PART))


def _packed_size(network: Network) -> int:
    """Return how many numbers all weights take in panels, of which a layer's last may be part empty."""
    width = PANEL_BYTES // network.parameters.itemsize
    panels = (n_inputs * -(-n_neurons // width) * width for n_inputs, n_neurons in pairwise(network.sizes))
    return sum(panels) + width  # they begin where a cache line does


@lru_cache
def _block(n_rows: int, n_threads: int) -> int:
    """Return how many rows a block has: whole tiles, and so many that all threads get about the same.

    1000 rows and two threads make 14 blocks of 72: nobody takes more than 504 rows. Of 128 it would be 512.
    """
    n_tiles = -(-n_rows // (TILE_ROWS * n_threads))  # of one thread
    few = -(-n_tiles * TILE_ROWS // _BLOCK)
    n_blocks = min(range(few, 2 * few), key=lambda n_blocks: -(-n_tiles // n_blocks) * n_blocks)
    return -(-n_tiles // n_blocks) * TILE_ROWS


def judge(
    network: Network,
    inputs: NDArray[Any],
    targets: NDArray[Any],
    weights: NDArray[Any],
    room: structures.Workspace | small.SmallWorkspace,
    n_threads: int = 1,
    parameters: NDArray[Any] | None = None,
) -> tuple[float, int]:
    """Return the sum of a batch's losses, and how many of its examples are answered right.

    One forward pass by the loops that the room belongs to. Tiles leave its sums and outputs in there.
    Other parameters than the network's own may be handed in.
    """
    nothing = network.parameters[:0]
    judged = network.parameters if parameters is None else parameters
    learner = structures.Learner(judged, nothing, nothing, nothing, network.connected.view(np.uint8))
    examples = (inputs, targets, weights)
    if isinstance(room, small.SmallWorkspace):
        total, n_right = small.judge_small(
            network.layers, learner, _in_order(*examples), room, network.loss_rule
        )
        return float(total), int(n_right)
    total, n_right, _ = _one_step(network, learner, examples, room, structures.JUDGING, n_threads, mean=False)
    return total, n_right


def _one_step(
    network: Network,
    learner: structures.Learner,
    examples: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    room: structures.Workspace,
    rule: structures.Rule,
    n_threads: int = 1,
    *,
    mean: bool,
) -> tuple[float, int, bool]:
    """One step of the loop of training: its loss, right answers, and whether the loss is finite."""
    losses, right = np.zeros(1), np.zeros(1, dtype=np.int64)
    what = (
        network.layers, learner, _in_order(*examples), room, network.loss_rule._replace(mean=mean), rule,
        np.zeros(1), losses, right, 0,
    )  # fmt: skip
    done = together(steps.train_steps, what, n_threads)
    return float(losses[0]), int(right[0]), done == 1


def loss(
    network: Network,
    inputs: NDArray[Any],
    targets: NDArray[Any],
    weights: NDArray[Any],
    room: structures.Workspace,
) -> float:
    """Return the loss of a batch by one forward pass, which leaves its sums and outputs in `room`."""
    total, _ = judge(network, inputs, targets, weights, room)
    return total / len(inputs) if network.loss_rule.mean else total


def gradient(
    network: Network,
    inputs: NDArray[Any],
    targets: NDArray[Any],
    weights: NDArray[Any],
    l1: float,
    l2: float,
) -> tuple[float, NDArray[Any]]:
    """Return the loss of a batch, penalty included, and its slope over every parameter."""
    result, slopes, _ = backward(network, inputs, targets, weights)
    if l1 or l2:
        for row in network.layers:
            begin, end = int(row["weights"]), int(row["biases"])
            result += float(updates.penalty(network.parameters, begin, end, l1, l2))
            updates.add_penalty_slope(network.parameters, slopes, begin, end, l1, l2)
    if network.connected.size:
        updates.disconnect(network.connected.view(np.uint8), slopes, 0, slopes.size)
    return result, slopes


def backward(
    network: Network,
    inputs: NDArray[Any],
    targets: NDArray[Any],
    weights: NDArray[Any],
) -> tuple[float, NDArray[Any], structures.Workspace]:
    """Run a batch forward and backward, as training does; missing connections get their slope too.

    Returns
    -------
    loss : float
    slopes : ndarray, shape (n_parameters,)
        NaN where the loss is not finite.
    room : Workspace
        With every sum, every output and every dloss_dz.
    """
    nothing = np.zeros(0, dtype=network.dtype)
    slopes = np.full_like(network.parameters, np.nan)
    learner = structures.Learner(
        network.parameters, slopes, nothing, nothing, network.connected.view(np.uint8)
    )
    room = new_workspace(network.layers, network.dtype, len(inputs), backward=True)
    rule = structures.JUDGING._replace(goal=DIFFERENTIATE)
    result, _, _ = _one_step(
        network, learner, (inputs, targets, weights), room, rule, mean=network.loss_rule.mean
    )
    return result, slopes, room


def _in_order(inputs: NDArray[Any], targets: NDArray[Any], weights: NDArray[Any]) -> structures.Batches:
    """A single step that takes the examples as they come."""
    rows, starts = np.arange(len(inputs)), np.array([0, len(inputs)])
    return structures.Batches(inputs.reshape(-1), targets.reshape(-1), weights, rows, starts)


def sum_slopes(
    network: Network, inputs: NDArray[Any], layer: int, neuron: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return one neuron's weighted sum, with its slopes over the inputs and over every parameter.

    It is the backward pass of training, begun at the neuron's own sum, whose slope over itself is 1,
    instead of at the loss.

    Returns
    -------
    sums : ndarray, shape (n_examples,)
    input_slopes : ndarray, shape (n_examples, n_inputs)
    parameter_slopes : ndarray, shape (n_parameters,)
        Added up over the examples; 0 for the layers behind.
    """
    layers = network.layers[:layer]
    room = new_workspace(layers, network.dtype, len(inputs), backward=True)
    first, last = (
        slice(int(row["neurons"]) * len(inputs), int(row["neurons"] + row["n_neurons"]) * len(inputs))
        for row in (layers[0], layers[-1])
    )
    room.grad_sums[last].reshape(len(inputs), -1)[:, neuron] = 1
    parameter_slopes = np.zeros_like(network.parameters)
    flat, n_examples = inputs.reshape(-1), len(inputs)
    steps.run_sum_slopes(layers, network.parameters, flat, n_examples, room, parameter_slopes, ALONE)
    input_slopes = room.grad_sums[first].reshape(len(inputs), -1) @ network.weights(1).T
    return room.weighted_sums[last].reshape(len(inputs), -1)[:, neuron], input_slopes, parameter_slopes
