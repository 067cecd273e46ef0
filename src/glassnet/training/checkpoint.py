"""The whole state of a training as bytes, to go on from later exactly as if it had never stopped."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as from_bytes
from safetensors.numpy import save as to_bytes

from glassnet.errors import ModelFileError
from glassnet.network.model_file import header
from glassnet.training.history import History, Moment, NotFinite, Start
from glassnet.training.statistics import Statistics

if TYPE_CHECKING:
    from glassnet.training.settings import Settings
    from glassnet.training.train import Training

__all__ = ["dump", "restore"]

_FORMAT = 1


def dump(training: Training) -> bytes:
    """Return the state of a training, between two chunks of steps, as the bytes of a safetensors file."""
    run, kept = training.run, training.kept
    state = {
        "format": _FORMAT,
        "about": _about(training),
        "seed": training.network.seed,
        "run": run.state(),
        "history": _values(run.history),
        "finished": [dataclasses.asdict(start) for start in training.finished],
        "kept": None if kept is None else {"number": kept.number, "history": _values(kept.history)},
    }
    tensors = run.tensors()
    if kept is not None:
        tensors["kept"] = kept.parameters
    return to_bytes(tensors, metadata={"glassnet-state": json.dumps(state)})


def restore(training: Training, content: bytes) -> None:
    """Put a new training into the state that `dump` wrote.

    Parameters
    ----------
    training : Training
        Of the same network, data and settings.
    content : bytes

    Raises
    ------
    ModelFileError
        No whole state, or one of another network, other data or other settings.
    """
    state, tensors = _parse(content)
    about = _about(training)
    different = [key for key, value in about.items() if state["about"].get(key) != value]
    if different:
        raise ModelFileError(
            f"the saved state belongs to another training: {', '.join(different)} differ; "
            "start anew, or go back to the data and settings of the run"
        )
    try:
        training.network.seed = state["seed"]
        training.run.restore(state["run"], _history(state["history"], training.settings), tensors)
        training.finished = [Start(**start) for start in state["finished"]]
        if state["kept"] is not None:
            history = _history(state["kept"]["history"], training.settings)
            training.keep(state["kept"]["number"], history, tensors["kept"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"the saved state is damaged ({error!r}); start anew") from error


def _about(training: Training) -> dict[str, Any]:
    """What must be the same for a state to fit."""
    description = header(training.network)
    del description["seed"], description["training"]  # further starts have seeds of their own
    return {
        "data": training.data_fingerprints,
        "network": {**description, "dtype": str(training.network.dtype)},
        "settings": training.settings.to_json(),
    }


def _parse(content: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        tensors = from_bytes(content)
        length = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + length])["__metadata__"]
        state = json.loads(metadata["glassnet-state"])
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"the saved state is no whole file ({error!r}); start anew") from error
    if not isinstance(state, dict) or state.get("format") != _FORMAT:
        raise ModelFileError(f"the saved state has another format than {_FORMAT}; start anew")
    if not isinstance(state.get("about"), dict):
        raise ModelFileError("the saved state does not say what it belongs to; start anew")
    # Arrays that come out of a file may be read-only; compiled loops write into these.
    return state, {name: np.array(tensor) for name, tensor in tensors.items()}


def _values(history: History) -> dict[str, Any]:
    """Return a history as plain values, but for its settings: they stand in what the state is about."""
    return dataclasses.asdict(dataclasses.replace(history, settings=None))


def _history(values: dict[str, Any], settings: Settings) -> History:
    return History(
        **{
            **values,
            "moments": [Moment(**moment) for moment in values["moments"]],
            "statistics": [Statistics.from_json(each) for each in values["statistics"]],
            "not_finite": None if values["not_finite"] is None else NotFinite(**values["not_finite"]),
            "starts": [Start(**start) for start in values["starts"]],
            "settings": settings,
        }
    )
