"""Draws what `explain`, `network` and `training` return, as SVG: the same input, the same bytes."""

from glassnet.pictures.curve_picture import loss_curve
from glassnet.pictures.network_picture import network
from glassnet.pictures.svg import Picture

__all__ = ["Picture", "loss_curve", "network"]
