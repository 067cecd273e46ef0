"""A run that an experiment brings along, to be compared with: trained when the experiment is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.training import Training
from glassnet.web.pinning import Conditions
from glassnet.web.teaching import Teacher

if TYPE_CHECKING:
    from glassnet.web.experiments import Experiment
    from glassnet.web.pinning import Pins

__all__ = ["pinned_rival"]


def pinned_rival(experiment: Experiment) -> Pins:
    """Train the rival of an experiment, and return its run as the first that is pinned."""
    assert experiment.rival is not None
    network = experiment.rival.copy()
    rival = Teacher(Training(network, experiment.data, experiment.held_out, experiment.settings))
    rival.conditions = Conditions(epoch=experiment.rival_epochs)
    rival.play()
    while rival.busy:
        rival.train()
    rival.pin()
    return rival.pins
