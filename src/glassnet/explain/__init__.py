"""Answers "why this number?" with data: for now, which picture a neuron answers to most."""

from glassnet.explain.receptive_field import (
    ReceptiveField,
    has_receptive_field,
    receptive_field,
    receptive_fields,
)

__all__ = ["ReceptiveField", "has_receptive_field", "receptive_field", "receptive_fields"]
