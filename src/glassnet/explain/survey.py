"""A trained network from all sides: how good, against what, where wrong, and are its gradients right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glassnet.explain.baseline import Baseline, baseline
from glassnet.explain.distribution import Distributions, distributions
from glassnet.explain.gradient_check import GradientCheck, gradient_check
from glassnet.explain.mistakes import Mistakes, mistakes
from glassnet.explain.places import check_finite
from glassnet.network.examples import Examples

if TYPE_CHECKING:
    from glassnet.data import Dataset
    from glassnet.explain.lead import Lead
    from glassnet.network import Evaluation, Network, Trace

__all__ = ["Survey", "survey"]

_MISTAKES = 5
_MOST_CHECKED, _CHECKED_WITH = 200, 16  # parameters, examples
_SPREAD_OVER = 500
"""Examples that the distributions are taken over: more would hardly change their shape."""

_FEW = 50
"""Of fewer examples the simple rules learn from all, and are judged by the same."""


@dataclass(frozen=True, eq=False)
class Survey:
    """A network seen from all sides, on one data set.

    Attributes
    ----------
    network : Network
    data : Dataset
        By which it is judged.
    trace : Trace
        Of one of the examples, the first.
    evaluation : Evaluation
    baseline : Baseline
        What simple rules reach.
    lead : Lead
        The network against the best of them.
    mistakes : Mistakes
    check : GradientCheck
    distributions : Distributions
    """

    network: Network = field(repr=False)
    data: Dataset
    trace: Trace = field(repr=False)
    evaluation: Evaluation
    baseline: Baseline
    lead: Lead
    mistakes: Mistakes
    check: GradientCheck
    distributions: Distributions

    def to_json(self) -> dict[str, Any]:
        """Return the survey as plain JSON values."""
        return {
            "network": self.network.name,
            "data": self.data.name,
            "evaluation": self.evaluation.to_json(),
            "baseline": self.baseline.to_json(),
            "lead": self.lead.to_json(),
            "mistakes": self.mistakes.to_json(),
            "check": self.check.to_json(),
            "distributions": self.distributions.to_json(),
        }

    def __str__(self) -> str:
        parts = (self.evaluation, self.lead, self.mistakes, self.check, self.distributions)
        return "\n".join(map(str, parts))


def survey(network: Network, data: Dataset, learned: Dataset | None = None, *, seed: int = 0) -> Survey:
    """Look at a trained network from all sides.

    Parameters
    ----------
    network : Network
    data : Dataset
        To judge it by.
    learned : Dataset, optional
        What it learned from: the simple rules then learn from the same. Without it, or if it is `data`
        itself, they learn from a part of `data` and are compared with the network on the rest.
    seed : int
        Of all that is drawn by chance.

    Raises
    ------
    DataError, ShapeError, SettingError
        The data do not fit the network, the network answers something that is not finite, or the seed is
        no whole number from 0 on.

    Examples
    --------
    >>> from glassnet import Network, data
    >>> found = survey(Network.drawn_four_pixel(), data.four_pixel())
    >>> found.evaluation.n_right, found.mistakes.n_wrong, found.lead.ahead, found.check.agrees
    (8, 0, 'network', True)
    """
    Examples(data, network)  # refuses data that do not fit
    trace = network.run(data.read([0], network.dtype))
    check_finite(trace, network.n_layers, "survey")
    few, some = data.draw(_CHECKED_WITH, seed), data.draw(_SPREAD_OVER, seed)
    rules = _rules(data, learned, seed)
    return Survey(
        network=network,
        data=data,
        trace=trace,
        evaluation=network.evaluate(data),
        baseline=rules,
        lead=rules.compare(network),
        mistakes=mistakes(network, data, _MISTAKES),
        check=gradient_check(network, few.inputs, few.targets, most=_MOST_CHECKED, seed=seed),
        distributions=distributions(network.run(some.inputs), some.targets),
    )


def _rules(data: Dataset, learned: Dataset | None, seed: int) -> Baseline:
    """What simple rules learn, judged by examples that they have not seen where there are enough."""
    if learned is not None and learned is not data:
        return baseline(learned, data)
    return baseline(data) if data.n_examples < _FEW else baseline(*data.split(seed=seed))
