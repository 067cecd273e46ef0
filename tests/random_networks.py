"""Small random networks with examples to learn from, for whoever checks gradients and compiled loops."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from glassnet import Network
from glassnet.data import Dataset

HIDDEN = (
    "identity",
    "tanh",
    "logistic",
    "relu",
    "leaky_relu",
    "leaky_relu(slope=0.3)",
    "elu",
    "elu(scale=0.7)",
)
LOSSES = ("absolute", "squared", "huber", "huber(threshold=0.4)")

# Every pair of a last activation and a loss that goes with it.
ENDINGS = (
    *((last, loss) for last in (*HIDDEN, "softmax") for loss in LOSSES),
    ("softmax", "cross_entropy"),
    ("logistic", "binary_cross_entropy"),
)


@dataclass(frozen=True)
class Case:
    """A network and one batch, with how much its examples count and the penalty on its weights."""

    network: Network
    inputs: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    l1: float = 0.0
    l2: float = 0.0

    @property
    def batch(self):
        return self.inputs, self.targets

    @property
    def options(self):
        return {"weights": self.weights, "l1": self.l1, "l2": self.l2}


def make_case(sizes, activations, loss, *, biases=True, missing=0.0, n_examples=3, l1=0.0, l2=0.0, seed=0):
    """Draw parameters, examples and their weights; a share `missing` of the connections is left out."""
    chance = np.random.default_rng(seed)
    connections = [chance.random(shape) >= missing for shape in pairwise(sizes)] if missing else None
    network = Network(
        sizes, activations, biases=biases, connections=connections, loss=loss, dtype="float64", seed=seed
    )
    network.parameters[:] = chance.uniform(-1, 1, network.n_parameters)
    network.parameters[: network.connected.size] *= network.connected
    return Case(
        network,
        chance.uniform(-1, 1, (n_examples, sizes[0])),
        chance.uniform(0, 1, (n_examples, sizes[-1])),
        chance.uniform(0.5, 2, n_examples),
        l1,
        l2,
    )


@st.composite
def cases(draw):
    """Networks of every activation, loss, reduction and penalty, with and without biases and connections."""
    last, loss = draw(st.sampled_from(ENDINGS))
    hidden = draw(st.lists(st.sampled_from(HIDDEN), max_size=3))
    brackets = loss.rstrip(")").split("(")
    constants = [*brackets[1:], f"reduction={draw(st.sampled_from(['mean', 'sum']))}"]
    return make_case(
        draw(st.lists(st.integers(1, 5), min_size=len(hidden) + 2, max_size=len(hidden) + 2)),
        [*hidden, last],
        f"{brackets[0]}({', '.join(constants)})",
        biases=draw(st.lists(st.booleans(), min_size=len(hidden) + 1, max_size=len(hidden) + 1)),
        missing=draw(st.sampled_from([0.0, 0.4])),
        n_examples=draw(st.integers(1, 4)),
        l1=draw(st.sampled_from([0.0, 0.1])),
        l2=draw(st.sampled_from([0.0, 0.2])),
        seed=draw(st.integers(0, 2**32)),
    )


def distance_to_kink(case):
    """How near a weighted sum, an error or a weight is to where some slope in the network jumps."""
    trace = case.network.run(case.inputs)
    kinked = [
        trace.weighted_sums(k)
        for k, chosen in enumerate(case.network.activations, start=1)
        if chosen.name in ("relu", "leaky_relu", "elu")
    ]
    errors = np.abs(trace.outputs() - case.targets)
    loss = case.network.loss
    if loss.name in ("absolute", "huber"):
        kinked.append(errors - loss.number("threshold"))
    if case.l1:
        weights = [
            case.network.weights(k)[case.network.connections(k)] for k in range(1, case.network.n_layers + 1)
        ]
        kinked.extend(weights)
    return min((float(np.abs(values).min()) for values in kinked if values.size), default=np.inf)


def clouds(n_examples=60, n_inputs=5, n_categories=3, *, seed=0, **options):
    """Points around one centre a category, by name: easy to learn, and different with every seed."""
    centres = np.random.default_rng(0).uniform(-1, 1, (n_categories, n_inputs))
    labels = np.arange(n_examples) % n_categories
    noise = np.random.default_rng(seed).normal(0, 0.3, (n_examples, n_inputs))
    names = [f"c{k}" for k in range(n_categories)]
    return Dataset.from_arrays(centres[labels] + noise, labels, categories=names, **options)
