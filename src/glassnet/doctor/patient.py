"""Everything that the doctor knows of a training, measured once; what is not known is None, with a reason."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.doctor.fitting import as_drawn, make_sure_they_fit, not_to_be_examined
from glassnet.doctor.yardstick import Yardstick, measure_yardstick
from glassnet.training.probe import layer_statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.network import Network
    from glassnet.training import History, LayerStatistics, Settings

__all__ = ["Patient", "score_of"]

_MOST_EXAMPLES = 2_000
_MOST_FOR_YARDSTICK = 500
_LEAST_FOR_YARDSTICK = 40
_MOST_FOR_LAYERS = 256
_GAP = 0.03
_FLOOR = 0.04
_NO_SHARE = 0.05  # a smaller explained share is none


@dataclass(eq=False)
class Patient:
    """A network, what it was trained on, and how.

    Attributes
    ----------
    network : Network or None
    data : Dataset
        What it learned from.
    held_out : Dataset or None
    history : History or None
    settings : Settings or None
        Those of the history, where no others were handed in.
    missing : list of str
        What could not be looked at, and why.
    """

    network: Network | None
    data: Dataset
    held_out: Dataset | None = None
    history: History | None = None
    settings: Settings | None = None
    missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        make_sure_they_fit(self.network, self.data, self.held_out, self.history)
        if self.settings is None and self.history is not None:
            self.settings = self.history.settings
        self.missing += not_to_be_examined(
            self.network, self.data, self.held_out, self.history, self.settings
        )

    # The data

    @functools.cached_property
    def drawn(self) -> Dataset:
        """The examples, or some of them where there are many."""
        return self.data.draw(_MOST_EXAMPLES)

    @functools.cached_property
    def inputs(self) -> NDArray[np.float64]:
        """Their inputs."""
        return np.asarray(self.drawn.inputs, dtype=np.float64)

    @property
    def categories(self) -> bool:
        """Whether the targets are categories."""
        return self.data.categories is not None

    @functools.cached_property
    def counts(self) -> NDArray[np.intp]:
        """How many examples each category has."""
        return np.bincount(self.data.labels, minlength=self.data.n_outputs)

    @functools.cached_property
    def chance(self) -> float:
        """The score of the answer that is best without looking at the inputs."""
        return float(self.counts.max() / self.data.n_examples) if self.categories else 0.0

    @functools.cached_property
    def yardstick(self) -> Yardstick | None:
        """What can be learned from the data without a network; None of too few examples."""
        if self.data.n_examples < _LEAST_FOR_YARDSTICK:
            self.missing.append(f"what could be learned: too few examples to say ({self.data.n_examples})")
            return None
        some = self.data.draw(_MOST_FOR_YARDSTICK, 1)
        inputs = np.asarray(some.inputs, dtype=np.float64)
        new = None if self.judges is None else np.asarray(self.judges.inputs, dtype=np.float64)
        return measure_yardstick(inputs, some.targets, new, categories=self.categories)

    # How good the network is

    @functools.cached_property
    def trained(self) -> bool:
        """Whether anything was learned from: losses were noted, or the weights are not those drawn."""
        return bool(self.losses) or (self.network is not None and not as_drawn(self.network))

    @functools.cached_property
    def score(self) -> float | None:
        """On examples that it learned from: the share of right answers, or the explained share."""
        return None if self.network is None else score_of(self.network, self.drawn)

    @functools.cached_property
    def held_out_score(self) -> float | None:
        """The same on held-out examples."""
        if self.network is None or self.judges is None:
            return None
        return score_of(self.network, self.judges)

    @functools.cached_property
    def judges(self) -> Dataset | None:
        """The held-out examples, or some of them where there are many."""
        return None if self.held_out is None else self.held_out.draw(_MOST_EXAMPLES)

    @functools.cached_property
    def shortfall(self) -> tuple[float, float]:
        """How much more of the held-out examples the best simple learner gets, and its standard error.

        Both answer the same examples: what is hard for both says nothing. Without held-out examples it is the
        network on its own examples beside the learner on new ones, the error that of the learner.
        """
        yardstick, judges = self.yardstick, self.judges
        if yardstick is None or self.score is None:
            return 0.0, 0.0
        if judges is None or yardstick.answers is None or self.held_out_score is None:
            return yardstick.score - self.score, 0.0
        if not np.isfinite(self.held_out_score):
            return np.inf, 0.0
        assert self.network is not None
        answers = self.network.predict(judges.read(slice(None), self.network.dtype)).astype(np.float64)
        more = _errors(answers, judges) - _errors(yardstick.answers, judges)
        return float(more.mean()), float(more.std() / np.sqrt(more.size))

    def margin(self, n_examples: int, score: float) -> float:
        """How much lower a score must be to be called lower: three standard errors, and 4 points.

        The best of several simple learners is judged by the examples it is chosen by: a little too well.
        """
        share = min(max(score, 0.5 / n_examples), 1 - 0.5 / n_examples) if self.categories else 0.9
        return max(_FLOOR, 3 * float(np.sqrt(share * (1 - share) / n_examples)))

    @functools.cached_property
    def unfit(self) -> bool:
        """Whether the network answers its own examples worse than simple learners answer new ones."""
        if self.score is None:
            return False
        if self.yardstick is None:
            return self.score < 1 - 0.5 / self.data.n_examples and not self.contradictory
        n = self.drawn.n_examples
        return self.score < self.yardstick.score - self.margin(n, self.yardstick.score)

    @functools.cached_property
    def poor(self) -> bool:
        """Whether it answers new examples worse than simple learners do."""
        if self.yardstick is None or self.held_out_score is None:
            return self.unfit
        more, error = self.shortfall
        return more > max(_FLOOR, 3 * error)

    @functools.cached_property
    def gap(self) -> float:
        """How much better it answers its own examples than new ones; 0 where that may be chance."""
        if self.score is None or self.held_out_score is None or self.held_out is None:
            return 0.0
        n, score = self.held_out.n_examples, self.held_out_score
        share = min(max(score, 0.0), 1.0) if self.categories else 0.8
        error = float(np.sqrt(max(share * (1 - share), 0.5 / n) / n))
        gap = self.score - score
        return gap if gap >= max(_GAP, 3 * error) else 0.0

    @functools.cached_property
    def behind(self) -> bool:
        """Whether it answers new examples worse than simple learners do, be it by chance."""
        return self.shortfall[0] > 0

    @functools.cached_property
    def knows_less(self) -> bool:
        """Whether it answers its own examples worse than simple learners answer new ones, be it by chance."""
        if self.yardstick is None:
            return self.unfit
        return self.score is not None and self.score < self.yardstick.score

    @functools.cached_property
    def sick(self) -> bool:
        """Whether something must be wrong: no finite loss, or answers worse than they could be."""
        return self.not_finite or self.unfit or self.poor

    @property
    def not_finite(self) -> bool:
        """Whether the loss stopped being finite."""
        return self.history is not None and self.history.not_finite is not None

    @functools.cached_property
    def at_chance(self) -> bool:
        """Whether the answers are no better than without looking at the inputs."""
        if self.score is None:
            return False
        if not self.categories:
            return self.score < _NO_SHARE
        error = np.sqrt(self.chance * (1 - self.chance) / self.drawn.n_examples)
        return bool(error < 0.1 and self.score <= self.chance + max(2 * float(error), 0.02))

    @functools.cached_property
    def near_chance(self) -> bool:
        """Whether next to nothing was learned: a tenth of what simple learners can, or chance may be all."""
        if self.score is None or self.score == 1:
            return False
        error = np.sqrt(self.chance * (1 - self.chance) / self.drawn.n_examples)
        known = 0.0 if self.yardstick is None else max(0.0, self.yardstick.score - self.chance)
        return self.score <= self.chance + max(min(float(error), _NO_SHARE), known / 10)

    @functools.cached_property
    def contradictions(self) -> NDArray[np.intp]:
        """Which drawn examples have the inputs of another one and another answer; such stand side by side."""
        rows = np.ascontiguousarray(self.inputs)
        _, which = np.unique(rows, axis=0, return_inverse=True)
        which = which.ravel()
        order = np.lexsort((*self.drawn.targets.T, which))
        sets, targets = which[order], self.drawn.targets[order]
        changed = (sets[1:] == sets[:-1]) & (targets[1:] != targets[:-1]).any(axis=1)
        return order[np.isin(sets, sets[1:][changed])]

    @property
    def contradictory(self) -> int:
        """How many they are."""
        return self.contradictions.size

    # The layers

    @functools.cached_property
    def layers_now(self) -> tuple[LayerStatistics, ...]:
        """The layers of the network as it was handed in."""
        assert self.network is not None
        some = self.data.draw(_MOST_FOR_LAYERS, 2)
        dtype = self.network.dtype
        return layer_statistics(self.network, some.read(slice(None), dtype), some.targets.astype(dtype))

    @property
    def layers_at_start(self) -> tuple[LayerStatistics, ...] | None:
        """The layers before the first step; None where nobody looked."""
        taken = self.history.statistics if self.history else []
        return taken[0].layers if taken and taken[0].step == 0 else None

    @functools.cached_property
    def n_steps(self) -> int | None:
        """How many steps were made."""
        if self.history is None:
            return None
        if self.history.not_finite is not None:
            return self.history.not_finite.step
        if self.settings is None:
            return None
        steps_per_epoch = -(-self.data.n_examples // min(self.settings.batch, self.data.n_examples))
        return self.history.epochs * steps_per_epoch

    @functools.cached_property
    def path(self) -> float | None:
        """How far the weights went in all, as a share of their size, in the layer that went furthest."""
        taken = [each for each in (self.history.statistics if self.history else ()) if _moved(each.layers)]
        if not taken or self.n_steps is None:
            return None
        steps = np.array([each.step for each in taken] + [max(self.n_steps, taken[-1].step + 1)])
        ratios = np.array([[layer.update_ratio for layer in each.layers] for each in taken], dtype=float)
        # From a few steps it is reckoned, and it is no shorter than the way as the crow flies.
        return max(float((np.diff(steps)[:, None] * ratios).sum(axis=0).max()), self.moved or 0.0)

    @functools.cached_property
    def moved(self) -> float | None:
        """How far the weights are from where they were drawn, as a share of that, in the furthest layer.

        None where the training did not begin with the weights that the network's seed draws.
        """
        start = self.layers_at_start
        if self.network is None or start is None:
            return None
        drawn = self.network.copy()
        drawn.redraw(self.network.seed)
        ways = []
        for layer, found in enumerate(start, start=1):
            weights = drawn.weights(layer).astype(float)
            size = float(np.sqrt(np.mean(weights**2)))
            if not np.isclose(size, found.weights_size, rtol=1e-4):
                return None
            way = float(np.sqrt(np.mean((self.network.weights(layer) - weights) ** 2)))
            ways.append(way / max(size, 1e-30))
        return max(ways)

    @functools.cached_property
    def update_ratio(self) -> float | None:
        """The typical step as a share of the weights' size: the median of the largest of the layers."""
        taken = [each for each in (self.history.statistics if self.history else ()) if _moved(each.layers)]
        ratios = [max(layer.update_ratio or 0.0 for layer in each.layers) for each in taken]
        return float(np.median(ratios)) if ratios else None

    @functools.cached_property
    def longest_step(self) -> float | None:
        """The longest step that was looked at, of all layers, as a share of the weights' size."""
        taken = [each for each in (self.history.statistics if self.history else ()) if _moved(each.layers)]
        return max((layer.update_ratio or 0.0 for each in taken for layer in each.layers), default=None)

    @property
    def typical_step(self) -> float | None:
        """The same, or the mean where that is larger: with tiny batches many steps are 0, others leaps."""
        if self.update_ratio is None or self.path is None or not self.n_steps:
            return self.update_ratio
        return max(self.update_ratio, self.path / self.n_steps)

    @functools.cached_property
    def gains(self) -> NDArray[np.float64] | None:
        """What the weights of each layer made of inputs of size 1 before the first step."""
        start = self.layers_at_start
        if start is None or self.network is None:
            return None
        sizes = np.array([layer.weights_size for layer in start])
        gains: NDArray[np.float64] = sizes * np.sqrt(self.network.sizes[:-1])
        return gains

    @property
    def losses(self) -> list[float]:
        """The training loss of each epoch."""
        return self.history.losses if self.history else []


def _moved(layers: tuple[Any, ...]) -> bool:
    return layers[0].update_ratio is not None


def score_of(network: Network, data: Dataset) -> float:
    """Return the share of right answers; for numbers the explained share of their variance."""
    if data.categories is not None:
        return float(network.evaluate(data).accuracy or 0.0)
    answers = network.predict(data.read(slice(None), network.dtype)).astype(np.float64)
    variance = float(np.sum((data.targets - data.targets.mean(axis=0)) ** 2))
    with np.errstate(over="ignore", invalid="ignore"):
        unexplained = float(np.sum((answers - data.targets) ** 2))
    if not np.isfinite(unexplained):
        return -np.inf
    return 1 - unexplained / variance if variance else float(unexplained == 0)


def _errors(answers: NDArray[np.float64], data: Dataset) -> NDArray[np.float64]:
    """Return for each example whether the answer is wrong; of numbers its part in the unexplained share."""
    targets = data.targets
    if data.categories is not None:
        wrong: NDArray[np.float64] = (answers.argmax(axis=1) != targets.argmax(axis=1)).astype(np.float64)
        return wrong
    variance = float(np.mean(np.sum((targets - targets.mean(axis=0)) ** 2, axis=1)))
    parts: NDArray[np.float64] = np.sum((answers - targets) ** 2, axis=1) / (variance or 1.0)
    return parts
