"""Answers "why this number?" with data; `glassnet.pictures` draws them, the command line prints them.

One neuron: `neuron`, `receptive_field`, `most_exciting`, `writes`. One answer: `error`, `attribution`. One
weight: `slope`, `surface`, `chain`, `gradient_check`. A whole network: `baseline`, `compare`, `match`,
`snapped`, `decision_map`, `distributions`, `mistakes`. All of these together: `walkthrough` for one example,
`survey` for one network. And any expression: `circuit`.
"""

from glassnet.explain.attribution import ATTRIBUTION_METHODS, Attribution, attribution
from glassnet.explain.baseline import Baseline, SimpleRule, baseline
from glassnet.explain.chain import ChainSum, Factor, Path, chain
from glassnet.explain.circuit import Circuit, Gate, Step, circuit
from glassnet.explain.compare import Comparison, compare
from glassnet.explain.decision_map import DecisionMap, decision_map
from glassnet.explain.distribution import Distributions, distributions
from glassnet.explain.error import ErrorTable, OutputError, error
from glassnet.explain.exciting import MostExciting, most_exciting
from glassnet.explain.gradient_check import GradientCheck, gradient_check
from glassnet.explain.information import Information
from glassnet.explain.lead import Lead
from glassnet.explain.matching import Matching, match
from glassnet.explain.mistakes import Mistake, Mistakes, mistakes
from glassnet.explain.neuron import NeuronSum, Term, neuron
from glassnet.explain.receptive_field import (
    ReceptiveField,
    has_receptive_field,
    receptive_field,
    receptive_fields,
)
from glassnet.explain.slope import SlopeCurve, Surface, slope, surface
from glassnet.explain.snapping import Snap, snapped
from glassnet.explain.survey import Survey, survey
from glassnet.explain.walkthrough import StrongestOfLayer, StrongNeuron, Walkthrough, walkthrough
from glassnet.explain.writes import Writing, writes

__all__ = [
    "ATTRIBUTION_METHODS",
    "Attribution",
    "Baseline",
    "ChainSum",
    "Circuit",
    "Comparison",
    "DecisionMap",
    "Distributions",
    "ErrorTable",
    "Factor",
    "Gate",
    "GradientCheck",
    "Information",
    "Lead",
    "Matching",
    "Mistake",
    "Mistakes",
    "MostExciting",
    "NeuronSum",
    "OutputError",
    "Path",
    "ReceptiveField",
    "SimpleRule",
    "SlopeCurve",
    "Snap",
    "Step",
    "StrongNeuron",
    "StrongestOfLayer",
    "Surface",
    "Survey",
    "Term",
    "Walkthrough",
    "Writing",
    "attribution",
    "baseline",
    "chain",
    "circuit",
    "compare",
    "decision_map",
    "distributions",
    "error",
    "gradient_check",
    "has_receptive_field",
    "match",
    "mistakes",
    "most_exciting",
    "neuron",
    "receptive_field",
    "receptive_fields",
    "slope",
    "snapped",
    "surface",
    "survey",
    "walkthrough",
    "writes",
]
