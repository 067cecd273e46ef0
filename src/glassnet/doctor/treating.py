"""Tries the remedies of a diagnosis by short trainings, and says which of them worked."""

from __future__ import annotations

import dataclasses
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.doctor.finding import Remedy
from glassnet.doctor.options import options_of, words_of
from glassnet.doctor.recipe import Recipe
from glassnet.doctor.ward import Ward
from glassnet.explain.printing import json_values
from glassnet.training import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.data import Dataset
    from glassnet.doctor.finding import Diagnosis
    from glassnet.network import Network

__all__ = ["Treatment", "Trial", "treat"]

_ROUNDS = 5
_MOST_REMEDIES = 6
_WIDE, _SMALL_BATCH = 64, 16
_STEPS, _BRISK = 5_000, 0.005
# A remedy must lower the error by this much of what it was, or by this much, to count as an improvement.
_RELATIVE, _ABSOLUTE = 0.02, 0.002
_SPLIT_FROM = 40
_FEW = 2.0  # held-out examples fewer wrong are chance, once the leading remedy was taken
# So many of the best trials of a round are trained with further seeds: one seed alone may be a lucky one.
_FINALISTS, _SEEDS = 3, 3

_USUAL = Remedy(
    "All the usual settings: adam with its own rate, batches of 32, shuffled, no penalty, ReLU, fitting "
    "initial weights.",
    settings={
        "optimizer": "adam",
        "learning_rate": None,
        "batch": 32,
        "shuffle": True,
        "clip": None,
        "l1": 0.0,
        "l2": 0.0,
        "schedule": "cosine",
    },
    network={"activation": "relu", "initial_weights": None, "biases": True, "dropout": 0.0},
)


@dataclass(frozen=True)
class Trial:
    """One way to train, and how it did.

    Attributes
    ----------
    words : str
        What was changed.
    options : str
        All options of ``glassnet train`` that train this way, quoted for a shell.
    errors : tuple of float
        For each seed, on held-out examples: the share of wrong answers, or the unexplained share of the
        variance of the numbers; infinite where the loss was not finite.
    by_hand : tuple of str
        What no option can do, in words.
    """

    words: str
    options: str
    errors: tuple[float, ...]
    by_hand: tuple[str, ...] = ()

    @property
    def error(self) -> float:
        """Their mean."""
        return float(np.mean(self.errors))


@dataclass(frozen=True)
class Treatment:
    """What helped, as far as it was measured.

    Attributes
    ----------
    before, after : Trial
        Without remedies, and with the ones that were taken, over the same seeds.
    tried : tuple of Trial
        Each remedy by itself, with one seed; the best of each round with three.
    worked : bool
        Whether the error is lower after than before, by more than chance over the seeds.
    judged_by : str
    recipe : Recipe
        How to train.
    diagnosis : Diagnosis
        Of the first training after the treatment.
    source : tuple of str
        The arguments of ``glassnet train`` that say what to train on, for `command`.
    cure : Trial or None
        The smallest change that was tried after which the doctor no longer finds what was wrong, over the
        same seeds; None where none of the first round cures. What helped beyond it is further improvement.
    """

    before: Trial
    after: Trial
    tried: tuple[Trial, ...]
    worked: bool
    judged_by: str
    recipe: Recipe
    diagnosis: Diagnosis
    source: tuple[str, ...] = ("SOURCE",)
    cure: Trial | None = None

    @property
    def command(self) -> str:
        """A line for a shell that trains in the way that was taken, but for what is `after.by_hand`."""
        return self.command_of(self.after)

    def command_of(self, trial: Trial) -> str:
        """Return such a line for any of the trials."""
        return f"glassnet train {shlex.join(self.source)} {trial.options}".rstrip()

    def to_json(self) -> dict[str, Any]:
        """Return the treatment as plain JSON values."""
        values: dict[str, Any] = json_values(
            {
                "worked": self.worked,
                "judged_by": self.judged_by,
                "before": dataclasses.asdict(self.before),
                "after": dataclasses.asdict(self.after),
                "tried": [dataclasses.asdict(trial) for trial in self.tried],
                "command": self.command,
                "cure": None
                if self.cure is None
                else {**dataclasses.asdict(self.cure), "command": self.command_of(self.cure)},
                "left": list(self.diagnosis.names),
            }
        )
        return values

    def __str__(self) -> str:
        n = len(self.after.errors)
        lines = [f"Tried, each once, the best with three seeds ({self.judged_by}):"]
        lines += [f"  {trial.error:8.4f}  {trial.words}" for trial in self.tried]
        lines.append(f"Before, mean of {n} seeds: {self.before.error:.4f}")
        if not self.worked:
            return "\n".join([*lines, "No remedy that was tried made it better."])
        lines.append(f"After,  mean of {n} seeds: {self.after.error:.4f}")
        if self.cure is not None and self.cure.options != self.after.options:
            lines.append(f"What cured it, as the smallest change: {self.cure.words} ({self.cure.error:.4f})")
            lines += [*self._how(self.cure), f"With further improvements ({self.after.error:.4f}):"]
        lines.append(f"What helped: {self.after.words}")
        lines += self._how(self.after)
        if self.diagnosis.names:
            lines.append(f"Still found: {', '.join(self.diagnosis.names)}")
        return "\n".join(lines)

    def _how(self, trial: Trial) -> list[str]:
        by_hand = [f"  by hand, for no option does it: {'; '.join(trial.by_hand)}"] if trial.by_hand else []
        return [f"  {self.command_of(trial)}", *by_hand]


def treat(
    network: Network,
    data: Dataset,
    diagnosis: Diagnosis,
    held_out: Dataset | None = None,
    settings: Settings | None = None,
    *,
    n_seeds: int = 3,
    epochs: int | None = None,
) -> Treatment:
    """Try the remedies of a diagnosis, and say which of them made the network better.

    Each remedy is tried from the same seed as the training without it, and so are a longer training and a
    wider network; the three that did best are tried with two seeds more. The best on average is taken, the
    network examined again, and so on, as long as it gets better and at most five times. Then both ways are
    trained with other seeds, and only that difference is claimed.

    Parameters
    ----------
    network : Network
        As it was handed to the doctor; it stays as it is, and twins of it are trained.
    data : Dataset
        What it learned from.
    diagnosis : Diagnosis
        From `examine`.
    held_out : Dataset, optional
        To judge by. Without it a fifth of the data is held out for the trials, or with fewer than 40
        examples they are judged by what they learn from.
    settings : Settings, optional
        How it was trained; without them those that the diagnosis knows of.
    n_seeds : int
        Over which the result is measured; none of them is the one that the remedies were chosen by.
    epochs : int, optional
        Of a trial; without it as many as the training had.

    Returns
    -------
    Treatment

    Raises
    ------
    SettingError
        No whole number of seeds from 1 on.
    """
    whole_number(n_seeds, "n_seeds", low=1)
    settings = settings or diagnosis.settings or Settings()
    if epochs is not None:
        settings = dataclasses.replace(settings, epochs=epochs)
    judged_by = "share of held-out examples wrong" if data.categories else "unexplained share, held out"
    if held_out is None and data.n_examples >= _SPLIT_FROM:
        data, held_out = data.split(0.2, network.seed)
    elif held_out is None:
        judged_by = judged_by.replace("held-out examples", "its own examples").replace(
            "held out", "own examples"
        )
    ward = Ward(data, held_out, network.seed)
    first = recipe = Recipe.of(network, dataclasses.replace(settings, starts=1))
    claiming, choosing = range(1, n_seeds + 1), (0, *range(n_seeds + 1, n_seeds + _SEEDS))
    taken: list[str] = []
    tried: list[Trial] = []
    error = ward.error(first, choosing)
    found = diagnosis
    steps: list[tuple[Remedy, Recipe]] = []
    for _ in range(_ROUNDS):
        remedies = _remedies(found, recipe, data, first=not tried)
        changed = [recipe.changed(remedy) for remedy in remedies]
        steps = steps or list(zip(remedies, changed, strict=True))
        order = sorted(range(len(changed)), key=lambda k: ward.error(changed[k], choosing[:1]))
        finalists = [k for k in order[:_FINALISTS] if np.isfinite(ward.error(changed[k], choosing[:1]))]
        for k, remedy in enumerate(remedies):
            errors = ward.errors(changed[k], choosing if k in finalists else choosing[:1])
            tried.append(_trial(remedy.words, changed[k], data, errors))
        best = min(finalists, key=lambda k: ward.error(changed[k], choosing), default=None)
        by_chance = _FEW / held_out.n_examples if taken and data.categories and held_out is not None else 0.0
        if best is None or not _better(ward.error(changed[best], choosing) + by_chance, error):
            break
        error, recipe = ward.error(changed[best], choosing), changed[best]
        taken.append(remedies[best].words)
        found = ward.examine(recipe)
    before = _trial("nothing was changed", first, data, ward.errors(first, claiming))
    after = _trial(" ".join(taken), recipe, data, ward.errors(recipe, claiming))
    worked = bool(taken) and _better(after.error, before.error)
    if not worked:
        after, recipe, found = before, first, diagnosis
    treatment = Treatment(before, after, tuple(tried), worked, judged_by, recipe, found)
    for remedy, each in _cures(ward, steps, first, diagnosis) if worked else ():
        cure = _trial(remedy.words, each, data, ward.errors(each, claiming))
        if _better(cure.error, before.error):
            return dataclasses.replace(treatment, cure=cure)
    return treatment


def _cures(
    ward: Ward, steps: list[tuple[Remedy, Recipe]], first: Recipe, diagnosis: Diagnosis
) -> Iterator[tuple[Remedy, Recipe]]:
    """Hand out the steps after which nothing of a diagnosis is left, the smallest change first."""

    def size(step: tuple[Remedy, Recipe]) -> tuple[int, float]:
        return step[1].n_changes(first), ward.error(step[1], (0,))

    for step in sorted(steps, key=size):
        better = _better(ward.error(step[1], (0,)), ward.error(first, (0,)))
        if better and _is_cured(diagnosis, ward.examine(step[1])):
            yield step


def _is_cured(before: Diagnosis, after: Diagnosis) -> bool:
    """Whether nothing is left of what could be treated, and nothing grave has come."""
    treatable = {
        finding.name for finding in before.findings if any(each.can_be_tried for each in finding.remedies)
    }
    return bool(treatable) and not any(
        finding.name in treatable or finding.severity != "mild" for finding in after.findings
    )


def _trial(words: str, recipe: Recipe, data: Dataset, errors: tuple[float, ...]) -> Trial:
    return Trial(words, shlex.join(options_of(recipe, data)), errors, words_of(recipe, data))


def _better(error: float, than: float) -> bool:
    return (
        bool(error < than - max(_ABSOLUTE, _RELATIVE * than))
        if np.isfinite(than)
        else bool(np.isfinite(error))
    )


def _remedies(diagnosis: Diagnosis, recipe: Recipe, data: Dataset, *, first: bool) -> list[Remedy]:
    """The remedies that can be tried; at first all the usual settings at once; then longer, and wider."""
    found = [remedy for finding in diagnosis.findings for remedy in finding.remedies if remedy.can_be_tried]
    found = found[:_MOST_REMEDIES]
    longer = Remedy("Train three times as long.", settings={"epochs": 3 * recipe.settings.epochs})
    if first and not diagnosis.healthy:
        leading = [finding.remedies[0] for finding in diagnosis.findings if finding.remedies]
        usual = _usual(data, next((each.data for each in leading if each.data), None))
        found += [usual, _usual_and_long(usual, recipe, data.n_examples)]
        found.append(longer)
    else:
        found += [*_other_ways(recipe), longer]
    return list({repr(remedy): remedy for remedy in found}.values())


def _other_ways(recipe: Recipe) -> Iterator[Remedy]:
    """Steps to each side of a recipe, for where no finding says any more what is wrong."""
    settings, hidden = recipe.settings, recipe.hidden
    if hidden:
        other = "tanh" if recipe.activations[0] not in ("tanh", "logistic") else "relu"
        words = f"Take {other}, with the initial weights that fit it."
        yield Remedy(words, network={"activation": other, "initial_weights": None})
    yield Remedy("Take three times the learning rate.", settings={"learning_rate": 3 * settings.rate})
    yield Remedy("Take a third of the learning rate.", settings={"learning_rate": settings.rate / 3})
    if settings.schedule != "cosine":
        yield Remedy("Let the learning rate fall to 0.", settings={"schedule": "cosine"})
    if settings.batch > _SMALL_BATCH:
        yield Remedy(f"Take batches of {_SMALL_BATCH}.", settings={"batch": _SMALL_BATCH})
    yield Remedy("Take a light penalty on the weights.", settings={"l2": max(0.0005, 3 * settings.l2)})
    if hidden and min(hidden) < _WIDE:
        wide = tuple(max(_WIDE, size) for size in hidden)
        yield Remedy(f"Take {_WIDE} neurons in each hidden layer.", network={"hidden": wide})
    if len(hidden) > 2:
        yield Remedy("Take two hidden layers.", network={"hidden": hidden[:2]})
    if len(hidden) == 1:
        yield Remedy("Take one more hidden layer.", network={"hidden": (*hidden, max(_WIDE, hidden[0]))})


def _usual(data: Dataset, change: str | None) -> Remedy:
    """Return all the usual settings, with the pair of activation and loss that fits the data."""
    last, loss = ("softmax", "cross_entropy") if data.categories is not None else ("identity", "squared")
    return dataclasses.replace(
        _USUAL,
        words=f"{_USUAL.words[:-1]}, {last} and {loss}.",
        network={**_USUAL.network, "last_activation": last, "loss": loss},
        data=change,
    )


def _usual_and_long(usual: Remedy, recipe: Recipe, n_examples: int) -> Remedy:
    """Return the usual settings with a network and so many steps that most small problems are solved by."""
    steps_per_epoch = -(-n_examples // usual.settings["batch"])
    epochs = max(recipe.settings.epochs, -(-_STEPS // steps_per_epoch))
    hidden = tuple(max(_WIDE, size) for size in (*recipe.hidden, 0, 0)[:2])
    return dataclasses.replace(
        usual,
        words=f"{usual.words} And {epochs} epochs at a rate of {_BRISK}, and two hidden layers of {_WIDE} "
        "neurons or more.",
        settings={**usual.settings, "epochs": epochs, "learning_rate": _BRISK},
        network={**usual.network, "hidden": hidden},
    )
