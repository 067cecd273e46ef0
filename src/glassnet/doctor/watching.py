"""Watches a training for what ends it: faults that no further step can heal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.doctor.of_design import odd_on_even
from glassnet.doctor.of_gradients import wholly_dead
from glassnet.doctor.of_start import start_findings
from glassnet.doctor.patient import Patient

if TYPE_CHECKING:
    from glassnet.doctor.finding import Finding
    from glassnet.training import Training

__all__ = ["Watch"]


class Watch:
    """Looks at the statistics of a training whenever there are new ones; costs next to nothing.

    Parameters
    ----------
    training : Training

    Examples
    --------
    >>> from glassnet import Network, data, Settings
    >>> from glassnet.training import Training
    >>> network = Network([4, 4, 4], ["tanh", "softmax"], initial_weights="uniform(low=1, high=1)")
    >>> training = Training(network, data.four_pixel(), None, Settings())
    >>> watch = Watch(training)
    >>> _ = training.run.advance(1)
    >>> [finding.name for finding in watch.new()]
    ['symmetric initial weights']
    >>> watch.new()
    []
    """

    def __init__(self, training: Training) -> None:
        self._training = training
        self._seen = (0, 0)  # in which start, and how many looks
        self._told: set[tuple[str, int]] = set()

    def new(self) -> list[Finding]:
        """Return the fatal findings that were not returned before."""
        training = self._training
        history, start = training.run.history, len(training.finished)
        seen = start, len(history.statistics)
        if seen == self._seen:
            return []
        self._seen = seen
        data = training.examples.data
        held_out = None if training.held_out is None else training.held_out.data
        patient = Patient(training.network, data, held_out, history, training.settings)
        patient.sick = False  # whether it is, only its end will show
        for look in (odd_on_even, start_findings, wholly_dead):
            fatal = [each for each in look(patient) if each.severity == "fatal"]
            if fatal:  # what follows from it is no fault of its own
                break
        new = [each for each in fatal if (each.name, start) not in self._told]
        self._told |= {(each.name, start) for each in new}
        return new
