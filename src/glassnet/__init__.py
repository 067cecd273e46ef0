"""glassnet: a neural network you can see through.

The rooms are imported when they are first used, so that ``import glassnet`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from glassnet import data, doctor, errors, explain, functions, pictures
    from glassnet.network import Ensemble, Network, Trace
    from glassnet.training import Settings, sweep, train, train_many

__all__ = [
    "Ensemble",
    "Network",
    "Settings",
    "Trace",
    "data",
    "doctor",
    "errors",
    "explain",
    "functions",
    "pictures",
    "sweep",
    "train",
    "train_many",
]

_HOMES = {
    "Ensemble": "glassnet.network",
    "Network": "glassnet.network",
    "Trace": "glassnet.network",
    "Settings": "glassnet.training",
    "sweep": "glassnet.training",
    "train": "glassnet.training",
    "train_many": "glassnet.training",
}
_ROOMS = frozenset(__all__) - frozenset(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in _ROOMS:
        return importlib.import_module(f"glassnet.{name}")
    raise AttributeError(f"module 'glassnet' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
