"""Draws what `explain`, `doctor`, `network` and `training` return, as SVG: the same input, the same bytes.

`report` puts the pictures of a network together on one page.
"""

from glassnet.pictures.attribution_picture import attribution
from glassnet.pictures.chain_picture import chain
from glassnet.pictures.circuit_picture import circuit
from glassnet.pictures.cockpit_picture import cockpit
from glassnet.pictures.confusion_picture import confusion
from glassnet.pictures.curve_picture import loss_curve
from glassnet.pictures.decision_map_picture import decision_map
from glassnet.pictures.diagnosis_page import diagnosis
from glassnet.pictures.distributions_picture import distributions
from glassnet.pictures.error_picture import error
from glassnet.pictures.finding_picture import finding
from glassnet.pictures.gradient_check_picture import gradient_check
from glassnet.pictures.network_picture import network
from glassnet.pictures.neuron_picture import neuron
from glassnet.pictures.page import Page
from glassnet.pictures.receptive_fields_picture import receptive_fields
from glassnet.pictures.report_page import report
from glassnet.pictures.slope_picture import slope
from glassnet.pictures.surface_picture import surface
from glassnet.pictures.svg import Picture

__all__ = [
    "Page",
    "Picture",
    "attribution",
    "chain",
    "circuit",
    "cockpit",
    "confusion",
    "decision_map",
    "diagnosis",
    "distributions",
    "error",
    "finding",
    "gradient_check",
    "loss_curve",
    "network",
    "neuron",
    "receptive_fields",
    "report",
    "slope",
    "surface",
]
