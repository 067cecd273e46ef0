"""Finds the model that a command names, and says in words what goes into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.data import Camera, Columns
from glassnet.errors import DataError, GlassnetError, PathError
from glassnet.network import Network
from glassnet.network.model_file import read_header
from glassnet.training import HISTORY, MODEL, STATISTICS, History, NotFinite, Plan, statistics_from_csv

if TYPE_CHECKING:
    from glassnet.data import Encoder

__all__ = ["Model", "describe_encoder", "find_model", "open_model"]


@dataclass(frozen=True, eq=False)
class Model:
    """A network that was read from a file.

    Attributes
    ----------
    path : Path
        The file.
    network : Network
    training : dict or None
        What the file says about the training, as plain JSON values.
    """

    path: Path
    network: Network
    training: dict[str, Any] | None

    @property
    def plan(self) -> Plan | None:
        """What it was trained on and how; None where the file does not say so."""
        try:
            return None if self.training is None else Plan.from_json(self.training["plan"])
        except (GlassnetError, KeyError, TypeError):  # somebody else's notes
            return None

    def history(self) -> History | None:
        """Read what happened in the training; None where no table of it stands beside the model.

        Raises
        ------
        PathError, DataError
            The table cannot be read, or is damaged.
        """
        file = self.path.with_name(HISTORY)
        if self.path.name != MODEL or not file.is_file():
            return None
        try:
            history = History.from_csv(file.read_text(encoding="utf-8"))
            file = self.path.with_name(STATISTICS)
            if file.is_file():
                history.statistics = statistics_from_csv(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise PathError(f"{file}: cannot be read: {error.strerror}") from error
        except (DataError, UnicodeDecodeError) as error:
            raise DataError(f"{file}: {error}") from error
        notes = self.training or {}
        history.stopped = str(notes.get("stopped", history.stopped))
        kept_epoch = notes.get("kept_epoch")
        if isinstance(kept_epoch, int):
            history.kept_epoch = kept_epoch
        history.not_finite = _not_finite(notes.get("not_finite"))
        return history


def _not_finite(values: Any) -> NotFinite | None:
    """Read where the loss stopped being finite, if the file says so."""
    try:
        return None if values is None else NotFinite(**{**values, "loss": float(values["loss"])})
    except (KeyError, TypeError, ValueError):  # somebody else's notes
        return None


def open_model(model: str) -> Model:
    """Read the model that a run folder or a file's name stands for.

    Raises
    ------
    PathError, ModelFileError
        There is no such model, or it is damaged.
    """
    path = find_model(model)
    return Model(path, Network.load(path), read_header(path)["training"])


def find_model(model: str) -> Path:
    """Return the model file that a run folder or a file's name stands for.

    Raises
    ------
    PathError
        The folder holds no model.
    """
    path = Path(model)
    if not path.is_dir():
        return path
    if not (path / MODEL).is_file():
        raise PathError(
            f"{path}: the folder has no {MODEL}; expected a run, and if it was killed: "
            f"glassnet train --resume {path}"
        )
    return path / MODEL


def describe_encoder(encoder: Encoder | None) -> str:
    """Say what becomes the inputs of a network.

    Examples
    --------
    >>> describe_encoder(Camera(8, 8))
    'pictures of 8 x 8 pixels'
    """
    if isinstance(encoder, Camera):
        negative = ", black and white swapped" if encoder.negative else ""
        return f"pictures of {encoder.rows} x {encoder.columns} pixels{negative}"
    if isinstance(encoder, Columns):
        return f"columns {', '.join(column.name for column in encoder.columns)}"
    return "bare numbers"
