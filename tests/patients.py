"""Small trainings for the doctor: healthy ones, and ones with a fault."""

import numpy as np

from glassnet import Network, Settings
from glassnet.data import Dataset
from glassnet.doctor import examine
from glassnet.errors import LossNotFinite
from glassnet.training import Training, carry_out


def rings(n, seed=0):
    """Two rings: an even problem that no line solves."""
    chance = np.random.default_rng(seed)
    labels, angle = np.arange(n) % 2, chance.uniform(0, 2 * np.pi, n)
    radius = np.where(labels, 0.9, 0.4) + chance.normal(0, 0.07, n)
    return Dataset.from_arrays(
        radius[:, None] * np.c_[np.cos(angle), np.sin(angle)], labels, categories=["in", "out"], name="rings"
    )


def clusters(n, seed=0, n_categories=4, spread=0.14):
    """Four clusters around a circle."""
    chance = np.random.default_rng(seed)
    labels = np.arange(n) % n_categories
    angle = 2 * np.pi * labels / n_categories + 0.3
    points = 0.6 * np.c_[np.cos(angle), np.sin(angle)] + chance.normal(0, spread, (n, 2))
    return Dataset.from_arrays(points, labels, categories=list("abcdefgh")[:n_categories], name="clusters")


def heights(n, seed=0):
    """A number to be met, over two inputs."""
    chance = np.random.default_rng(seed)
    inputs = chance.uniform(-1, 1, (n, 2))
    return Dataset.from_arrays(inputs, np.sin(2 * inputs[:, 0]) * inputs[:, 1], name="heights")


def changed(data, inputs=None, targets=None):
    """The same data set with other inputs or targets."""
    return Dataset.from_arrays(
        data.inputs if inputs is None else inputs,
        data.targets if targets is None else targets,
        categories=data.categories,
        name=data.name,
    )


def trained(data, held_out, hidden=(16,), activation="relu", last=None, settings=None, **network):
    """Train, and return everything that the doctor may look at."""
    settings = Settings(**{"epochs": 60, "batch": 16, "learning_rate": 0.01, **(settings or {})})
    last = last or ("softmax" if data.categories else "identity")
    sizes = [data.n_inputs, *hidden, data.n_outputs]
    patient = Network(sizes, [activation] * len(hidden) + [last], categories=data.categories, **network)
    training = Training(patient, data, held_out, settings)
    try:
        history = carry_out(training)
    except LossNotFinite:
        history = training.conclude()
    return patient, data, history, held_out, settings


def diagnosed(data, held_out, **how):
    """Train and examine."""
    return examine(*trained(data, held_out, **how))
