"""What the doctor would do to the data, done: an experiment on mended data, with a network made as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.doctor.recipe import Recipe, treated_data
from glassnet.errors import DataError
from glassnet.web.experiments import Experiment

if TYPE_CHECKING:
    from glassnet.training import Training

__all__ = ["MENDED", "mended"]

MENDED = {
    "scale": "scaled",
    "drop constant inputs": "without constant inputs",
    "drop duplicated inputs": "without twin inputs",
    "drop copies": "without copies",
    "drop contradictions": "without contradictions",
    "drop leaks": "without leaks",
}
"""What a data set is called after each step of `glassnet.doctor.recipe`."""


def mended(training: Training, step: str) -> tuple[Experiment, str]:
    """Return an experiment on the data after a step, and what was done in words.

    The network is made in the same way, with the same seed; what it had learned was of other data.

    Raises
    ------
    DataError
        The step changes nothing in these data.
    """
    held_out = None if training.held_out is None else training.held_out.data
    before = training.examples.data
    data, judging = treated_data((step,), before, held_out)
    same_size = (data.n_examples, data.n_inputs) == (before.n_examples, before.n_inputs)
    if same_size and step != "scale":
        raise DataError(f"{before.name}: there is nothing to be mended in that way")
    network = Recipe.of(training.network, training.settings).build(data, training.network.seed)
    was = f"before: {before.n_examples:,} of {before.n_inputs:,}"
    said = f"{data.n_examples:,} examples of {data.n_inputs:,} inputs ({was}); the network begins anew"
    if step == "scale":
        said += "; a model from here wants inputs that were scaled in the same way"
    return Experiment(data, judging, network, training.settings), said
