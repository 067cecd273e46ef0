"""Seeds, learning rates, widths and whatever else may differ, tried on one data set."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from glassnet.checks import number, whole_number
from glassnet.errors import SettingError
from glassnet.interrupt import CtrlC
from glassnet.training.many import ManyProgress, needs_compilation, train_each
from glassnet.training.plan import Plan
from glassnet.training.settings import Settings
from glassnet.training.trials import Combination, Sweep, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from glassnet.data import Dataset
    from glassnet.network import Network
    from glassnet.training.history import History

__all__ = ["combinations_of", "sweep", "sweep_combinations", "sweep_needs_compilation"]

# So many parameters are in memory at a time, or one network's.
_AT_ONCE = 1 << 23

# What has a place of its own in a sweep: seeds are its starts, and the data are split before it.
_NOT_SWEPT = ("starts", "seed", "held_out", "statistics")


def sweep(
    data: Dataset,
    held_out: Dataset | None = None,
    grid: Mapping[str, Sequence[Any]] | None = None,
    *,
    seeds: int = 10,
    seed: int = 0,
    progress: Callable[[ManyProgress], None] | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    **same: Any,
) -> Sweep:
    """Train networks with every combination of some settings, each from several initial weights.

    Networks of one shape go side by side, see `train_many`.

    Parameters
    ----------
    data : Dataset
        To learn from.
    held_out : Dataset, optional
        To be judged by, so that the settings are not chosen for what was learned by heart.
    grid : mapping of str to sequence, optional
        The values to be tried, by the name of the setting: ``layers``, ``activation`` (of all layers but the
        last), ``last_activation``, ``biases``, ``dropout``, ``initial_weights``, ``loss``, ``dtype``, and
        those of `Settings`.
    seeds : int
        How many networks are trained for each combination.
    seed : int
        Of the first one's initial weights, from where the others count on; and of the order of the examples
        and of dropout, which are the same for all.
    progress : callable, optional
        Called with a `ManyProgress` about 20 times a second, by one thread at a time.
    time_limit : float, optional
        Stop after this long [s], as if Ctrl-C had been pressed; what was trained by then is in the result.
    threads : int, optional
        At most so many; without it as many as there are processors. No result depends on it.
    **same
        Settings that are the same in all combinations, by the same names.

    Returns
    -------
    Sweep
        Each combination and how it did, the best first, and the best network. Printing it shows a table.

    Raises
    ------
    ChoiceError
        There is no setting or value of a name.
    SettingError, DataError
        A value is not what it may be, or the data do not fit.

    Examples
    --------
    >>> import glassnet
    >>> data = glassnet.data.four_pixel()
    >>> grid = {"layers": [(4,), (8,)], "learning_rate": [0.01, 0.1]}
    >>> result = glassnet.sweep(data, grid=grid, seeds=20, activation="tanh", epochs=200)
    >>> best = result.combinations[0]
    >>> best.values, best.n_succeeded
    ({'layers': (8,), 'learning_rate': 0.1}, 20)
    """
    for name in _NOT_SWEPT:
        if name in {**(grid or {}), **same}:
            raise SettingError(f"{name}: a sweep sets it itself; seeds says how many initial weights to try")
    # The data are there already and split: the plan only says what the networks look like.
    plan = Plan(source=data.name, held_out=0, settings=Settings(seed=seed)).changed(same)
    return sweep_combinations(
        combinations_of(plan, grid or {}),
        data,
        held_out,
        seeds=seeds,
        progress=progress,
        time_limit=time_limit,
        threads=threads,
    )


def combinations_of(plan: Plan, grid: Mapping[str, Sequence[Any]]) -> list[Combination]:
    """Return every combination of the values of a grid, as changes of a plan.

    Raises
    ------
    SettingError, ChoiceError
        A name or a value is not what it may be.
    """
    for name, values in grid.items():
        if isinstance(values, str | Mapping) or not isinstance(values, Iterable) or not list(values):
            raise SettingError(f"{name}: got {values!r}, expected a list of the values to be tried")
        twice = [value for k, value in enumerate(values) if value in list(values)[:k]]
        if twice:
            raise SettingError(f"{name}: {twice[0]!r} is there twice")
    made = []
    for values in itertools.product(*grid.values()):
        chosen = dict(zip(grid, values, strict=True))
        # The doctor's looks into the layers are for one training, not for hundreds.
        made.append(Combination(chosen, plan.changed({**chosen, "statistics": False})))
    return made


def sweep_needs_compilation(
    combinations: Sequence[Combination], data: Dataset, *, seeds: int, threads: int | None = None
) -> bool:
    """Whether a sweep needs a loop that was never compiled on this machine, which takes some seconds."""
    models = [combination.plan.build(data) for combination in combinations]
    settings = [combination.plan.settings for combination in combinations]
    return needs_compilation(models * seeds, settings * seeds, data.n_examples, threads)


def sweep_combinations(
    combinations: Sequence[Combination],
    data: Dataset,
    held_out: Dataset | None,
    *,
    seeds: int,
    progress: Callable[[ManyProgress], None] | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
) -> Sweep:
    """Train every combination from so many initial weights; see `sweep`."""
    whole_number(seeds, "seeds", low=1)
    if time_limit is not None:
        number(time_limit, "time_limit", above=0)
    began = time.perf_counter()
    n_networks, n_trained = len(combinations) * seeds, 0
    stopped, kept = "finished", _Best(seeds)
    models = _models(combinations, data)
    with CtrlC() as ctrl_c:
        for piece in _pieces(combinations, models, seeds):
            left = None if time_limit is None else time_limit - (time.perf_counter() - began)
            if ctrl_c.pressed or (left is not None and left <= 0):
                stopped = "interrupted" if ctrl_c.pressed else "time"
                break
            histories = train_each(
                [network for _, network in piece],
                [combination.plan.settings for combination, _ in piece],
                data,
                held_out,
                progress=None if progress is None else _within(progress, n_trained, n_networks, began),
                time_limit=left,
                threads=threads,
            )
            for (combination, network), history in zip(piece, histories, strict=True):
                if history.stopped in ("interrupted", "time"):
                    stopped = history.stopped
                else:
                    kept.see(combination, Trial.of(network.seed, history), network, history)
            n_trained += len(piece)
            if stopped != "finished":
                break
    tried = sorted((each for each in combinations if each.trials), key=lambda each: each.order)
    n_examples, seconds = (held_out or data).n_examples, time.perf_counter() - began
    return Sweep(tried, held_out is not None, n_examples, seeds, stopped, seconds, *kept.of(tried))


def _models(combinations: Sequence[Combination], data: Dataset) -> list[Network]:
    """A network of each combination: whatever cannot be is refused before anything begins."""
    models = [combination.plan.build(data) for combination in combinations]
    losses = {str(model.loss): None for model in models}
    if data.categories is None and len(losses) > 1:
        raise SettingError(
            f"loss: got {' and '.join(losses)}; different losses cannot be compared, and for numbers "
            "there is nothing else to compare by: sweep one loss at a time"
        )
    return models


def _pieces(
    combinations: Sequence[Combination], models: Sequence[Network], seeds: int
) -> Iterator[list[tuple[Combination, Network]]]:
    """The networks of all combinations and seeds, some at a time, with their initial weights."""
    piece: list[tuple[Combination, Network]] = []
    n_parameters = 0
    for combination, model in zip(combinations, models, strict=True):
        for k in range(seeds):
            if piece and n_parameters + model.n_parameters > _AT_ONCE:
                yield piece
                piece, n_parameters = [], 0
            network = model.copy()
            network.redraw(combination.plan.settings.seed + k)
            piece.append((combination, network))
            n_parameters += model.n_parameters
    yield piece


def _within(
    progress: Callable[[ManyProgress], None], n_before: int, n_networks: int, began: float
) -> Callable[[ManyProgress], None]:
    """Turn the progress of one piece into that of the whole."""

    def tell(piece: ManyProgress) -> None:
        share = (n_before + piece.share * piece.n_networks) / n_networks
        seconds = time.perf_counter() - began
        left = seconds * (1 - share) / max(share, 1e-9)
        progress(ManyProgress(n_before + piece.n_trained, n_networks, share, seconds, left))

    return tell


class _Best:
    """The best network of each combination; of those that all seeds are in, only the best is kept."""

    def __init__(self, seeds: int) -> None:
        self._seeds = seeds
        self._kept: dict[int, tuple[Combination, Trial, Network, History]] = {}

    def see(self, combination: Combination, trial: Trial, network: Network, history: History) -> None:
        """Note a trial, and keep its network if it is the best of its combination."""
        combination.trials.append(trial)
        if trial.stopped == "not finite":
            return
        before = self._kept.get(id(combination))
        if before is None or trial.order < before[1].order:
            self._kept[id(combination)] = (combination, trial, network, history)
        whole = [each for each, *_ in self._kept.values() if len(each.trials) == self._seeds]
        if len(whole) > 1:
            best = min(whole, key=lambda each: each.order)
            for each in whole:
                if each is not best:
                    del self._kept[id(each)]

    def of(
        self, combinations: Sequence[Combination]
    ) -> tuple[Network, History, Plan] | tuple[None, None, None]:
        """Return the best network of the first of these that has one, its history and its plan."""
        for combination in combinations:
            if id(combination) in self._kept:
                _, _, network, history = self._kept[id(combination)]
                plan = combination.plan
                if network.seed != plan.settings.seed:
                    plan = dataclasses.replace(plan, network={**plan.network, "seed": network.seed})
                return network, history, plan
        return None, None, None
