"""Trains by recipes, so that they can be compared."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from glassnet.doctor.examining import examine
from glassnet.doctor.patient import score_of
from glassnet.doctor.recipe import Recipe, treated_data
from glassnet.errors import LossNotFinite
from glassnet.training import train

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glassnet.data import Dataset
    from glassnet.doctor.finding import Diagnosis

__all__ = ["Ward"]


class Ward:
    """Trains by recipes, each with each seed at most once."""

    def __init__(self, data: Dataset, held_out: Dataset | None, seed: int) -> None:
        self._data, self._held_out, self._seed = data, held_out, seed
        self._errors: dict[str, float] = {}

    def errors(self, recipe: Recipe, seeds: Sequence[int]) -> tuple[float, ...]:
        """Return the errors on what the recipe is judged by, for each seed."""
        for seed in seeds:
            if (key := f"{recipe} {seed}") not in self._errors:
                self._errors[key] = self._train(recipe, seed)[0]
        return tuple(self._errors[f"{recipe} {seed}"] for seed in seeds)

    def error(self, recipe: Recipe, seeds: Sequence[int]) -> float:
        """Return their mean."""
        return float(np.mean(self.errors(recipe, seeds)))

    def examine(self, recipe: Recipe) -> Diagnosis:
        """Return what the doctor finds in a training by a recipe."""
        _, diagnosis = self._train(recipe, 0, look=True)
        assert diagnosis is not None
        return diagnosis

    def _train(self, recipe: Recipe, seed: int, *, look: bool = False) -> tuple[float, Diagnosis | None]:
        data, held_out = treated_data(recipe.data, self._data, self._held_out)
        seed += self._seed
        settings = dataclasses.replace(recipe.settings, seed=seed, statistics=look)
        if held_out is None:
            settings = dataclasses.replace(settings, patience=None)
        network = recipe.build(data, seed)
        history = None
        try:
            history = train(network, data, held_out, settings)
            error = 1 - score_of(network, held_out or data)
        except LossNotFinite:
            error = np.inf
        diagnosis = examine(network, data, history, held_out, settings) if look else None
        return error, diagnosis
