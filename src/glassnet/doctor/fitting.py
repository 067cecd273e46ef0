"""Whether network, data and history go together, and what of a training cannot be examined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.errors import DataError
from glassnet.network.examples import Examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.data import Dataset
    from glassnet.network import Network
    from glassnet.training import History, Settings

__all__ = ["as_drawn", "make_sure_they_fit", "not_to_be_examined"]

_CUT_SHORT = {"interrupted": "it was interrupted there", "time": "its time was over"}


def make_sure_they_fit(
    network: Network | None, data: Dataset, held_out: Dataset | None, history: History | None
) -> None:
    """Refuse what cannot belong together.

    Raises
    ------
    DataError
        Data that do not fit the network or each other, or the history of a network with other layers.
    """
    if network is not None:
        for part in (data, held_out):
            if part is not None:
                Examples(part.take([0]), network)  # refuses data that do not fit
    if held_out is not None and (held_out.n_inputs, held_out.n_outputs) != (data.n_inputs, data.n_outputs):
        raise DataError(
            f"examine: {held_out.name}, held out, has {held_out.n_inputs} inputs and {held_out.n_outputs} "
            f"targets an example, {data.name} has {data.n_inputs} and {data.n_outputs}; they must be the same"
        )
    for each in history.statistics if history is not None and network is not None else ():
        if network is not None and len(each.layers) != network.n_layers:
            raise DataError(
                f"examine: the history is of a network of {len(each.layers)} layers, {network.name} has "
                f"{network.n_layers}; hand in the history of its own training"
            )


def not_to_be_examined(
    network: Network | None,
    data: Dataset,
    held_out: Dataset | None,
    history: History | None,
    settings: Settings | None,
) -> Iterator[str]:
    """Say what cannot be looked at, and why."""
    if data.n_examples < 2:
        yield "almost everything: one example cannot be compared with another"
    if network is None:
        yield "the network and its training: only data were handed in"
        return
    if as_drawn(network):
        yield "what it learned: its weights are still those that were drawn"
    if history is None or not (history.moments or history.losses):
        yield "how it was trained: there is no history; only network and data are examined"
    else:
        yield from _cut_short(history, settings)
        if not history.moments:
            yield "how it did between epochs: the history has no measurements"
        if not history.statistics:
            yield "the layers during the training: the history has no statistics of them"
    if settings is None:
        unseen = (
            "" if history is None else ", so that neither rate, batch, penalty, clip nor order is examined"
        )
        yield f"the settings of the training: not handed in{unseen}"
    if held_out is None:
        yield "overfitting: no data were held out"


def _cut_short(history: History, settings: Settings | None) -> Iterator[str]:
    planned = max(
        0 if settings is None else settings.epochs,
        max((moment.epoch for moment in history.moments), default=0),
    )
    if history.epochs >= planned or history.stopped in ("early", "not finite"):
        return
    why = _CUT_SHORT.get(history.stopped, "its history ends there")
    yield f"the training after epoch {history.epochs:,} of {planned:,}: {why}"


def as_drawn(network: Network) -> bool:
    """Whether the weights of a network are those that its seed draws."""
    twin = network.copy()
    twin.redraw(network.seed)
    return bool(np.array_equal(twin.parameters, network.parameters))
