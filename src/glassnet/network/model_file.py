"""The model file: safetensors, readable by any library that reads them, with a JSON header.

Tensors
    ``parameters`` (n_parameters,): the flat vector, layer after layer, weights (n_inputs, n_neurons)
    row by row, then biases. ``connected`` (n_parameters,), bool: only where connections are missing.

Header
    One entry of the file's metadata, ``glassnet``, holds JSON with the keys of `header`; its
    ``format`` is the version of this description. ``docs/model-file.md`` explains each key.

Nothing is ever unpickled, and no name from a file becomes a Python object: names are looked up in the
tables of `glassnet.functions`, numbers are checked like anybody's.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from glassnet.checks import record
from glassnet.data import encoder_from_json
from glassnet.errors import GlassnetError, ModelFileError, PathError, ShapeError
from glassnet.files import write_whole
from glassnet.network.arguments import per_layer, read_sizes
from glassnet.network.network import Network

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

__all__ = ["FORMAT", "header", "load", "read_header", "save"]

FORMAT = 1

_FIELDS: dict[str, type | tuple[type, ...]] = {
    "format": int,
    "sizes": list,
    "activations": list,
    "biases": list,
    "dropout": list,
    "initial_weights": list,
    "loss": str,
    "categories": (list, type(None)),
    "encoder": (dict, type(None)),
    "seed": int,
    "training": (dict, type(None)),
}


def header(network: Network, training: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the header of a network's model file, as plain JSON values."""
    return {
        "format": FORMAT,
        "sizes": list(network.sizes),
        "activations": [str(chosen) for chosen in network.activations],
        "biases": [bool(row["n_biases"]) for row in network.layers],
        "dropout": [float(row["dropout"]) for row in network.layers],
        "initial_weights": [str(chosen) for chosen in network.initial_weights],
        "loss": str(network.loss),
        "categories": list(network.categories) if network.categories else None,
        "encoder": network.encoder.to_json() if network.encoder else None,
        "seed": network.seed,
        "training": training,
    }


def save(network: Network, path: str | os.PathLike[str], training: dict[str, Any] | None = None) -> Path:
    """Write a network to a model file, whole or not at all; the same network gives the same bytes.

    Raises
    ------
    PathError
        The file cannot be written.
    """
    tensors = {"parameters": network.parameters}
    if network.connected.size:
        tensors["connected"] = network.connected
    text = json.dumps(header(network, training), allow_nan=False)
    return write_whole(path, to_bytes(tensors, metadata={"glassnet": text}))


def read_header(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the header of a model file without reading its parameters.

    Raises
    ------
    PathError, ModelFileError
        See `load`.
    """
    return _read(Path(path), only_header=True)[0]


def load(path: str | os.PathLike[str]) -> Network:
    """Read a network from a model file.

    Raises
    ------
    PathError
        There is no such file.
    ModelFileError
        It is cut short, no safetensors file, none of glassnet's, of a newer format, or its sizes do
        not add up.
    """
    path = Path(path)
    fields, tensors = _read(path)
    parameters = tensors["parameters"]
    try:
        network = _build(fields, parameters)
    except GlassnetError as error:
        raise ModelFileError(f"{path}: its header describes no valid network: {error}") from error
    connected = tensors.get("connected")
    if connected is not None:
        if connected.dtype != bool or connected.shape != parameters.shape:
            raise ModelFileError(
                f"{path}: `connected` is no yes or no for each parameter; the file is damaged"
            )
        network.connected = np.array(connected)
        network.parameters[~connected] = 0
    return network


def _build(fields: dict[str, Any], parameters: NDArray[Any]) -> Network:
    """The network that a header describes, once its sizes are known to add up."""
    record(fields, "header", _FIELDS)
    sizes = read_sizes(fields["sizes"])
    biases: tuple[bool, ...] = per_layer(fields["biases"], len(sizes) - 1, "biases")
    layers = zip(pairwise(sizes), biases, strict=True)
    n_expected = sum((n_inputs + bool(bias)) * n_neurons for (n_inputs, n_neurons), bias in layers)
    if parameters.shape != (n_expected,):  # before anything of the expected size is allocated
        raise ShapeError(
            f"it holds {parameters.size:,} parameters, but sizes {list(sizes)} need {n_expected:,}"
        )
    network = Network(
        sizes,
        fields["activations"],
        biases=biases,
        dropout=fields["dropout"],
        initial_weights=fields["initial_weights"],
        loss=fields["loss"],
        categories=fields["categories"],
        encoder=encoder_from_json(fields["encoder"]) if fields["encoder"] else None,
        dtype=parameters.dtype,
        seed=fields["seed"],
    )
    network.parameters[:] = parameters
    return network


def _read(path: Path, *, only_header: bool = False) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise PathError(f"{path} {what}; expected a model file (.safetensors)")
    try:
        with safe_open(path, framework="np") as file:
            fields = _parse(path, (file.metadata() or {}).get("glassnet"))
            known = set(file.keys()) & {"parameters", "connected"}
            if "parameters" not in known:
                raise ModelFileError(f"{path}: it holds no tensor `parameters`; the file is damaged")
            tensors = {} if only_header else {name: file.get_tensor(name) for name in known}
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        if isinstance(error, GlassnetError):
            raise
        raise ModelFileError(
            f"{path}: no whole safetensors file ({error}); it was cut short or is something else"
        ) from error
    if not only_header and tensors["parameters"].dtype not in (np.float32, np.float64):
        raise ModelFileError(
            f"{path}: parameters of type {tensors['parameters'].dtype}, expected float32 or 64"
        )
    return fields, tensors


def _parse(path: Path, text: str | None) -> dict[str, Any]:
    if text is None:
        raise ModelFileError(
            f"{path}: a safetensors file, but not one of glassnet's: it has no `glassnet` header"
        )
    try:
        fields: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{path}: its header is no JSON ({error}); the file is damaged") from error
    version = fields.get("format") if isinstance(fields, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ModelFileError(f"{path}: its header says no format, expected `format` from 1 to {FORMAT}")
    if version > FORMAT:
        raise ModelFileError(
            f"{path}: written in format {version}, this glassnet reads up to {FORMAT}; "
            "install a newer glassnet"
        )
    return fields
