"""What a network may be made of: sizes, names and types, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.errors import DataError, SettingError
from glassnet.functions import activation, fitting_initial_weights, fitting_loss, initial_weights, loss

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from glassnet.data import Encoder
    from glassnet.functions import Activation, Choice, InitialWeights, Loss

__all__ = [
    "per_layer",
    "read_activations",
    "read_categories",
    "read_dropout",
    "read_dtype",
    "read_encoder",
    "read_initial_weights",
    "read_loss",
    "read_sizes",
]

# Up to this many parameters a network counts in float64 unless told otherwise: small networks are
# there to be looked at, and every digit of them is true. Above, float32 halves memory and time.
_FLOAT64_PARAMETERS = 10_000

# More than any machine holds; places in the parameter vector must fit into 64 bits.
_MOST_PARAMETERS = 2**48


def read_sizes(sizes: Any) -> tuple[int, ...]:
    """Return the sizes of a network: its inputs, then the neurons of each layer.

    Raises
    ------
    SettingError
        Fewer than two sizes, one below 1, or more parameters than any machine holds.
    """
    if isinstance(sizes, str) or not isinstance(sizes, Sequence | np.ndarray) or len(sizes) < 2:
        raise SettingError(f"sizes: got {sizes!r}, expected at least two whole numbers, such as [4, 8, 2]")
    read = tuple(whole_number(size, f"sizes[{k}]", low=1, high=2**31 - 1) for k, size in enumerate(sizes))
    n_parameters = sum((n_inputs + 1) * n_neurons for n_inputs, n_neurons in pairwise(read))
    if n_parameters > _MOST_PARAMETERS:
        raise SettingError(
            f"sizes: {n_parameters:,} parameters, more than any machine holds; take fewer neurons"
        )
    return read


def per_layer(values: Any, n_layers: int, what: str) -> tuple[Any, ...]:
    """Return one value a layer: as given, or the same one for every layer.

    Raises
    ------
    SettingError
        As many values as there are layers were expected.

    Examples
    --------
    >>> per_layer("tanh", 2, "activations")
    ('tanh', 'tanh')
    """
    single = isinstance(values, str) or (isinstance(values, np.ndarray) and values.ndim == 0)
    if single or not isinstance(values, Sequence | np.ndarray):
        return (values,) * n_layers
    if len(values) != n_layers:
        raise SettingError(f"{what}: got {len(values)}, expected {n_layers}, one a layer")
    return tuple(values)


def read_dropout(given: Any, n_layers: int) -> tuple[Any, ...]:
    """Return the dropout of each layer; a single number is that of every layer but the last.

    Raises
    ------
    SettingError
        Not one for each layer.
    """
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if isinstance(given, str) or not isinstance(given, Sequence):
        given = [given] * (n_layers - 1) + [0.0]
    return per_layer(given, n_layers, "dropout")


def read_dtype(dtype: DTypeLike | None, n_parameters: int) -> np.dtype[Any]:
    """Return the type of a network's numbers, float32 or float64; without one that which fits its size.

    Raises
    ------
    SettingError
        Any other type.
    """
    if dtype is None:
        dtype = np.float64 if n_parameters <= _FLOAT64_PARAMETERS else np.float32
    try:
        read: np.dtype[Any] | None = np.dtype(dtype)
    except TypeError:
        read = None
    if read is None or read not in (np.float32, np.float64):
        raise SettingError(f"dtype: got {dtype!r}, expected float32 or float64")
    return read


def read_categories(categories: Sequence[str] | None, n_outputs: int) -> tuple[str, ...] | None:
    """Return the names of the outputs, one for each and all different.

    Raises
    ------
    DataError
        Too few or too many, or one of them twice.
    """
    if categories is None:
        return None
    if not isinstance(categories, Iterable):
        raise DataError(f"categories: got {categories!r}, expected {n_outputs} names, one an output")
    names = tuple(str(name) for name in categories)
    if len(names) != n_outputs or len(set(names)) != n_outputs:
        raise DataError(f"categories: got {list(names)}, expected {n_outputs} different names, one an output")
    return names


def read_encoder(encoder: Encoder | None, n_inputs: int) -> Encoder | None:
    """Return what turns pictures or rows of a table into inputs, as many as the network has.

    Raises
    ------
    DataError
        It makes another number of inputs.
    """
    if encoder is not None and encoder.n_inputs != n_inputs:
        raise DataError(f"encoder: {encoder.n_inputs} inputs, expected {n_inputs}, as the network has")
    return encoder


def read_activations(
    given: str | Sequence[str] | None, n_layers: int, *, classifying: bool
) -> tuple[Choice[Activation], ...]:
    """Return the activation of each layer; relu and, at the end, softmax or identity where none is given.

    Raises
    ------
    ChoiceError
        An activation that is not known.
    SettingError
        Not one for each layer.
    """
    if given is None:
        given = ["relu"] * (n_layers - 1) + ["softmax" if classifying else "identity"]
    return tuple(activation(name) for name in per_layer(given, n_layers, "activations"))


def read_initial_weights(
    given: str | Sequence[str] | None, activations: Sequence[Choice[Activation]]
) -> tuple[Choice[InitialWeights], ...]:
    """Return the initial weights of each layer; the fitting ones where none are given.

    Raises
    ------
    ChoiceError
        Initial weights that are not known.
    SettingError
        Not one kind for each layer.
    """
    if given is None:
        given = [fitting_initial_weights(chosen) for chosen in activations]
    return tuple(initial_weights(name) for name in per_layer(given, len(activations), "initial_weights"))


def read_loss(given: str | None, last: Choice[Activation]) -> Choice[Loss]:
    """Return the loss; the one that goes with the last activation where none is given.

    Raises
    ------
    ChoiceError
        A loss that is not known, or not one for this activation.
    """
    return loss(given or fitting_loss(last), last)
