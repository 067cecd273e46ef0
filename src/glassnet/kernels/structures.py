"""What goes into a training step: what it changes, what it works on, where, and by which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from glassnet.kernels.codes import JUDGE, SGD
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import address, borrowed

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "JUDGING",
    "Batches",
    "LastLayer",
    "Learner",
    "LossRule",
    "One",
    "Rule",
    "Workspace",
    "batches_at",
    "learner_at",
    "own_part",
    "room_at",
    "rule_at",
]


class Learner(NamedTuple):
    """What one step changes, each of shape (n_parameters,) unless it says otherwise."""

    parameters: NDArray
    gradient: NDArray
    first: NDArray  # the optimizer's memory, or empty
    second: NDArray
    connected: NDArray  # uint8, 0 for a missing connection; empty where none is missing


class Batches(NamedTuple):
    """The examples of a chunk of steps, and which of them each step takes."""

    inputs: NDArray  # flat of (n_examples, n_inputs)
    targets: NDArray  # flat of (n_examples, n_outputs)
    weights: NDArray  # (n_examples,), with mean 1 over the data set
    rows: NDArray  # the examples of all steps, one step after the other
    starts: NDArray  # (n_steps + 1,): step k takes rows[starts[k] : starts[k + 1]]


class LastLayer(NamedTuple):
    """Room for the last layer, a thread behind the other: lanes of examples, (n_threads n_outputs, LANES)."""

    sums: NDArray
    outputs: NDArray
    targets: NDArray
    grads: NDArray
    weights: NDArray  # (n_threads, LANES)
    losses: NDArray
    right: NDArray


class One(NamedTuple):
    """The input that is 1 for every example, whose weights are the biases."""

    number: NDArray
    places: NDArray  # where each example of a panel finds it: all 0


class Workspace(NamedTuple):
    """Room for one batch: flat arrays, layer after layer. Nothing is allocated inside a loop."""

    places: NDArray  # where each example stands in what is handed to a layer, for each thread
    targets: NDArray
    weights: NDArray
    weighted_sums: NDArray
    outputs: NDArray
    handed_on: NDArray  # what is left of the outputs after dropout; the same array where there is none
    factors: NDArray  # what the next product multiplies: the same array, or pairs (`kernels.factors`)
    inputs: NDArray  # the inputs of a step in pairs, for each thread; empty where they are read as they are
    grad_sums: NDArray
    losses: NDArray  # of each example, times its weight
    right: NDArray  # 1 for each example that was answered right
    panels: NDArray  # a panel for each thread
    zeros: NDArray  # as many as a panel has columns
    one: One
    lengths: NDArray  # of the pieces of a gradient that is clipped
    last: LastLayer


class LossRule(NamedTuple):
    """Which loss, its constant, and whether a batch counts as the mean or the sum of its examples."""

    code: int
    constant: float
    mean: bool


class Rule(NamedTuple):
    """How one step is made, the same for every step of a run."""

    goal: int  # how far it goes, see `glassnet.kernels.codes`
    optimizer: int
    constants: NDArray  # (4,)
    l1: float
    l2: float
    longest: float  # the gradient is clipped to this length; infinity: never
    dropping: bool
    missing: bool  # whether there are missing connections
    classifying: bool  # whether to count right answers
    key: np.uint64  # of all random numbers of the run


JUDGING: Final = Rule(
    goal=JUDGE,
    optimizer=SGD,
    constants=np.zeros(4),
    l1=0.0,
    l2=0.0,
    longest=float("inf"),
    dropping=False,
    missing=False,
    classifying=True,
    key=np.uint64(0),
)
"""The rule for judging a network without changing it. It goes through the loop of training: another one would
have to be compiled too."""


@kernel
def room_at(room):
    """The same room by addresses; see `address`."""
    last = LastLayer(
        address(room.last.sums),
        address(room.last.outputs),
        address(room.last.targets),
        address(room.last.grads),
        address(room.last.weights),
        address(room.last.losses),
        address(room.last.right),
    )
    return Workspace(
        address(room.places),
        address(room.targets),
        address(room.weights),
        address(room.weighted_sums),
        address(room.outputs),
        address(room.handed_on),
        address(room.factors),
        address(room.inputs),
        address(room.grad_sums),
        address(room.losses),
        address(room.right),
        address(room.panels),
        address(room.zeros),
        One(address(room.one.number), address(room.one.places)),
        address(room.lengths),
        last,
    )


@kernel
def learner_at(learner):
    """The same learner by addresses."""
    return Learner(
        address(learner.parameters),
        address(learner.gradient),
        address(learner.first),
        address(learner.second),
        address(learner.connected),
    )


@kernel
def batches_at(batches):
    """The same batches by addresses."""
    return Batches(
        address(batches.inputs),
        address(batches.targets),
        address(batches.weights),
        address(batches.rows),
        address(batches.starts),
    )


@kernel
def rule_at(rule):
    """The same rule with constants whose references are not counted."""
    return Rule(
        rule.goal,
        rule.optimizer,
        borrowed(rule.constants),
        rule.l1,
        rule.l2,
        rule.longest,
        rule.dropping,
        rule.missing,
        rule.classifying,
        rule.key,
    )


@kernel
def own_part(array, team, me):
    """What a thread has for itself of an array in which there is room for each."""
    size = array.size // team.n_threads
    return address(array[me * size : (me + 1) * size])
