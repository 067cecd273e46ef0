"""A recipe as the options of ``glassnet train``, and in words what none of them can do."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from glassnet.doctor.recipe import treated_data
from glassnet.network import Network
from glassnet.training import Plan, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.data import Dataset
    from glassnet.doctor.recipe import Recipe

__all__ = ["options_of", "words_of"]

_TRAIN = Plan(source="")  # what train does without any option

_DATA = {
    "scale": "scale each input to [-1, 1] by its smallest and largest value",
    "drop constant inputs": "leave out the inputs that never change",
    "drop duplicated inputs": "leave out the inputs that repeat another one",
    "drop copies": "keep one of each of the examples that are copies",
    "drop contradictions": "leave out the examples that contradict another one",
    "drop leaks": "do not learn from examples that are held out",
}

# Neither of the training itself: the seed is the caller's, and the doctor looks in any case.
_NOT_SHOWN = ("seed", "statistics")


def options_of(recipe: Recipe, data: Dataset) -> list[str]:
    """Return the options of ``glassnet train`` that make and train the network of a recipe.

    Parameters
    ----------
    recipe : Recipe
    data : Dataset
        Before what the recipe does to it.
    """
    return [*_of_network(recipe, *_made(recipe, data)), *_of_settings(recipe.settings)]


def words_of(recipe: Recipe, data: Dataset) -> tuple[str, ...]:
    """Return what is to be done besides these options, each in words."""
    made, usual = _made(recipe, data)
    words = [_DATA[step] for step in recipe.data]
    for name, values in _per_layer(recipe, made).items():
        if _shared(name, values) is None and values != _per_layer(recipe, usual)[name]:
            words.append(f"give the layers, in order, {name.replace('_', ' ')} {', '.join(map(str, values))}")
    if not recipe.settings.shuffle:
        words.append("keep the examples in their order: shuffle=False, in Python only")
    if not isinstance(recipe.settings.class_weights, str | None):
        words.append(f"weigh the categories: class_weights={dict(recipe.settings.class_weights)!r}")
    return tuple(words)


def _made(recipe: Recipe, data: Dataset) -> tuple[Network, Network]:
    """Return the network of a recipe, and one of its shape that leaves the rest to the defaults."""
    made = recipe.build(treated_data(recipe.data, data, None)[0], 0)
    return made, Network(made.sizes, list(recipe.activations))


def _per_layer(recipe: Recipe, network: Network) -> dict[str, tuple[Any, ...]]:
    """What each layer has of its own, by the name of the option that sets it for all."""
    return {
        "activation": recipe.activations[:-1],
        "biases": tuple(bool(row["n_biases"]) for row in network.layers),
        "dropout": tuple(float(row["dropout"]) for row in network.layers),
        "initial_weights": tuple(map(str, network.initial_weights)),
    }


def _shared(name: str, values: tuple[Any, ...]) -> Any:
    """Return the value that one option gives to all layers; None where they have several."""
    if name == "dropout":  # which never is in the last layer
        values, last = values[:-1], values[-1]
        if last or not values:
            return None if last else 0.0
    return values[0] if len(set(values)) == 1 else None


def _of_network(recipe: Recipe, made: Network, usual: Network) -> Iterator[str]:
    if recipe.hidden != _TRAIN.layers:
        yield from ("--layers", ",".join(map(str, recipe.hidden)) or "none")
    own, default = _per_layer(recipe, made), _per_layer(recipe, usual)
    if _shared("activation", own["activation"]) not in (None, _TRAIN.activation):
        yield from ("--activation", own["activation"][0])
    last = recipe.activations[-1]
    if last != ("softmax" if made.categories else "identity"):
        yield from ("--last-activation", last)
    if str(made.loss) != str(usual.loss):
        yield from ("--loss", str(made.loss))
    if not any(own["biases"]):
        yield "--no-biases"
    if _shared("dropout", own["dropout"]):
        yield from ("--dropout", str(own["dropout"][0]))
    weights = _shared("initial_weights", own["initial_weights"])
    if weights is not None and own["initial_weights"] != default["initial_weights"]:
        yield from ("--initial-weights", weights)
    if made.dtype != usual.dtype:
        yield from ("--dtype", str(made.dtype))


def _of_settings(settings: Settings) -> Iterator[str]:
    for field in dataclasses.fields(Settings):
        value = getattr(settings, field.name)
        usual = value == getattr(_TRAIN.settings, field.name)
        # How many epochs are usual depends on the data; a flag or a mapping is no option.
        if (usual and field.name != "epochs") or field.name in _NOT_SHOWN or value is None:
            continue
        if not isinstance(value, bool) and isinstance(value, int | float | str):
            yield from (f"--{field.name.replace('_', '-')}", str(value))
