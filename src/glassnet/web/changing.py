"""Another network in place of one that has learned: what can be kept is kept, and what was is said."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import SettingError
from glassnet.explain.places import parameter_place
from glassnet.functions import LOSSES
from glassnet.network import Network
from glassnet.training import Training, schedule
from glassnet.web.scenes import NO_END

if TYPE_CHECKING:
    from glassnet.training import Settings
    from glassnet.web.messages import Change

__all__ = [
    "MOST_PARAMETERS",
    "begin",
    "change_network",
    "change_settings",
    "cut",
    "missing_wires",
    "settings_of",
]

MOST_PARAMETERS = 20_000_000
"""A page must not be able to fill the memory."""

_SETTINGS = ("learning_rate", "optimizer", "batch", "l1", "l2", "clip", "schedule", "epochs", "shuffle")

_WITH_END = ("cosine",)
"""Schedules that are made for a number of epochs."""

_FEW_EPOCHS, _MANY_EPOCHS = 30, 2000
"""So long such a schedule is at first: of many steps an epoch, and of one."""


def change_network(network: Network, change: Change) -> tuple[Network, str] | None:
    """Return the network that a change asks for, and what it kept; None where it asks for no other one.

    Weights between neurons that both networks have are kept. The neurons of the last layer are the same
    ones, but where the layer before it is another one, their weights are new.

    Raises
    ------
    SettingError, ChoiceError
        There is no such activation or loss, or the network would be too large.
    """
    asked = _asked(network, change)
    if asked == _made(network):
        return None
    _check_size(network, asked)
    twin = Network(**_arguments(asked, network), connections=_connections(network, asked["sizes"]))
    kept = _carry_over(network, twin)
    return twin, f"{kept:,} of {twin.n_parameters:,} weights and biases were kept"


def change_settings(training: Training, settings: Settings) -> tuple[Training, str]:
    """Return the training that goes on with other settings, and what it kept.

    The run stays at its epoch. The optimizer's memory is kept where it has the same meaning.
    """
    old, changed = (
        training.run,
        Training(training.network, training.examples.data, _held_out(training), settings),
    )
    run = changed.run
    same = training.settings.chosen_optimizer.name == settings.chosen_optimizer.name
    tensors = {name: array.copy() for name, array in old.tensors().items()}
    if not same:
        tensors.update({name: run.tensors()[name] for name in ("first", "second")})
    whole = run.feed.steps_per_epoch == old.feed.steps_per_epoch
    step = old.step if whole else old.epoch * run.feed.steps_per_epoch
    so_far = old.state()["epoch_so_far"] if whole else [0.0, 0]
    run.restore({"step": step, "epoch_so_far": so_far, "best_moment": None}, run.history, tensors)
    memory = f"; {settings.chosen_optimizer.name} begins with an empty memory" if not same else ""
    return changed, f"all weights and the run so far were kept{memory}"


def settings_of(training: Training, change: Change) -> Settings:
    """Return the settings that a change asks for.

    A run that is watched has no end, so a schedule that has one begins with an end not far away.
    """
    settings = training.settings
    asked: dict[str, Any] = {name: getattr(change, name) for name in _SETTINGS}
    asked = {name: value for name, value in asked.items() if value is not None}
    if "clip" in asked:
        asked["clip"] = asked["clip"] or None
    if change.balanced is not None:
        asked["class_weights"] = "balanced" if change.balanced else None
    if schedule(asked.get("schedule", settings.schedule)).row.name not in _WITH_END:
        asked["epochs"] = NO_END
    elif "epochs" not in asked and settings.epochs == NO_END:
        more = _FEW_EPOCHS if training.run.feed.steps_per_epoch > 1 else _MANY_EPOCHS
        asked["epochs"] = training.run.epoch + more
    if "optimizer" in asked and "learning_rate" not in asked:
        chosen = dataclasses.replace(settings, optimizer=asked["optimizer"], learning_rate=None)
        if chosen.chosen_optimizer.name != settings.chosen_optimizer.name:
            asked["learning_rate"] = chosen.rate
    return dataclasses.replace(settings, **asked)


def begin(network: Network, training: Training, settings: Settings, *, epoch: int | None = None) -> Training:
    """Return a training of another network on the same data, at the same epoch if no other is named."""
    epoch = training.run.epoch if epoch is None else epoch
    changed = Training(network, training.examples.data, _held_out(training), settings)
    run = changed.run
    state = {
        "step": epoch * run.feed.steps_per_epoch,
        "epoch_so_far": [0.0, 0],
        "best_moment": None,
    }
    run.restore(state, run.history, {name: array.copy() for name, array in run.tensors().items()})
    return changed


def _held_out(training: Training) -> Any:
    return training.held_out.data if training.held_out is not None else None


def _made(network: Network) -> dict[str, Any]:
    return {
        "sizes": list(network.sizes),
        "activations": list(map(str, network.activations)),
        "biases": [bool(row["n_biases"]) for row in network.layers],
        "dropout": [float(row["dropout"]) for row in network.layers],
        "loss": str(network.loss),
    }


def _arguments(asked: dict[str, Any], network: Network) -> dict[str, Any]:
    return {
        **asked,
        "categories": network.categories,
        "encoder": network.encoder,
        "seed": network.seed,
        "dtype": network.dtype,
    }


def _asked(network: Network, change: Change) -> dict[str, Any]:
    made = _made(network)
    asked: dict[str, Any] = {
        name: value if isinstance(value, str) else list(value) for name, value in made.items()
    }
    if change.layers is not None:
        n_layers = len(change.layers) + 1
        asked["sizes"] = [network.sizes[0], *(layer.neurons for layer in change.layers), network.sizes[-1]]
        asked["activations"] = [*(layer.activation for layer in change.layers), made["activations"][-1]]
        asked["biases"] = [made["biases"][0]] * n_layers
        asked["dropout"] = [max(made["dropout"])] * (n_layers - 1) + [0.0]
    if change.last_activation is not None:
        asked["activations"][-1] = change.last_activation
        if change.loss is None and not _fits(asked["loss"], change.last_activation):
            asked["loss"] = None
    if change.loss is not None:
        asked["loss"] = change.loss
    if change.biases is not None:
        asked["biases"] = [change.biases] * len(asked["biases"])
    if change.dropout is not None:
        asked["dropout"] = [change.dropout] * (len(asked["dropout"]) - 1) + [0.0]
    return asked


def _fits(loss: str, activation: str) -> bool:
    only_after = LOSSES[loss.split("(")[0]].only_after
    return only_after is None or activation.startswith(only_after)


def _check_size(network: Network, asked: dict[str, Any]) -> None:
    sizes = asked["sizes"]
    n_parameters = sum((a + 1) * b for a, b in itertools.pairwise(sizes))
    if n_parameters > max(MOST_PARAMETERS, network.n_parameters):
        raise SettingError(
            f"layers: the network would have {n_parameters:,} weights and biases, expected at most "
            f"{MOST_PARAMETERS:,} on a page"
        )


def missing_wires(network: Network) -> list[list[int]]:
    """Return the connections that a network does not have, each as layer, neuron and source."""
    if not network.connected.size:
        return []
    return [
        [layer, int(neuron), int(source)]
        for layer in range(1, network.n_layers + 1)
        for source, neuron in np.argwhere(~network.connections(layer))
    ]


def cut(network: Network, wires: tuple[tuple[int, int, int], ...]) -> tuple[Network, str]:
    """Return the network without these connections and with all others, and what it kept.

    A connection that comes back begins with a weight of 0.

    Raises
    ------
    SettingError
        There is no such place for a connection.
    """
    masks = [np.ones(network.weights(layer).shape, dtype=bool) for layer in range(1, network.n_layers + 1)]
    for layer, neuron, source in wires:
        parameter_place(network, layer, neuron, source)
        masks[layer - 1][source, neuron] = False
    twin = Network(**_arguments(_made(network), network), connections=masks if wires else None)
    _carry_over(network, twin)
    if twin.connected.size:
        twin.parameters[~twin.connected] = 0
    n_cut = len(set(wires))
    return twin, f"{n_cut:,} connection{'s' * (n_cut != 1)} cut; all other weights and biases were kept"


def _connections(network: Network, sizes: list[int]) -> Any:
    """Missing connections stay missing where the network keeps its sizes."""
    if not network.connected.size or list(network.sizes) != sizes:
        return None
    return [network.connections(layer) for layer in range(1, network.n_layers + 1)]


def _carry_over(old: Network, new: Network) -> int:
    """Copy the weights and biases that both networks have, and return how many they are."""
    kept = 0
    for layer in range(1, new.n_layers + 1):
        last = layer == new.n_layers
        if (last and new.n_layers != old.n_layers) or layer > old.n_layers or (layer == old.n_layers) != last:
            continue
        before, here = old.weights(layer), new.weights(layer)
        rows, columns = (min(a, b) for a, b in zip(before.shape, here.shape, strict=True))
        here[:rows, :columns] = before[:rows, :columns]
        n_biases = min(old.biases(layer).size, new.biases(layer).size)
        new.biases(layer)[:n_biases] = old.biases(layer)[:n_biases]
        kept += rows * columns + n_biases
    return kept
