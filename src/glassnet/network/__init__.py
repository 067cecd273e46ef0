"""Sizes, one parameter vector with layer views; runs examples through, returns outputs or a `Trace`."""

from glassnet.network.answers import Classification, Evaluation
from glassnet.network.ensemble import Ensemble
from glassnet.network.network import Network
from glassnet.network.trace import Trace

__all__ = ["Classification", "Ensemble", "Evaluation", "Network", "Trace"]
