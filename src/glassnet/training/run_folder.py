"""The folder of one training: its plan, its history, its model, and while it is under way its state.

::

    model.safetensors   the network
    plan.json           what was trained on what and how; the same plan gives the same bytes
    history.csv         a row an epoch
    state.safetensors   only while there is something left to do: where to go on from
    run.lock            held while a process trains in this folder
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from filelock import FileLock, Timeout

from glassnet.errors import ModelFileError, PathError
from glassnet.files import write_whole
from glassnet.training import checkpoint
from glassnet.training.plan import Plan

if TYPE_CHECKING:
    import os
    from types import TracebackType

    from glassnet.network import Network
    from glassnet.training.history import History
    from glassnet.training.train import Training

__all__ = ["MODEL", "RunFolder"]

MODEL = "model.safetensors"
_PLAN, _HISTORY, _STATE, _LOCK = "plan.json", "history.csv", "state.safetensors", "run.lock"

# The state is saved about this often [s].
_SAVE_SECONDS = 10.0


class RunFolder:
    """The folder of one training; use it as a context manager, which holds its lock.

    Parameters
    ----------
    path : path

    Attributes
    ----------
    path : Path
    could_not_save : PathError or None
        The last checkpoint that could not be written. Training goes on all the same.

    Raises
    ------
    PathError
        The folder cannot be made, or another process trains in it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.could_not_save: PathError | None = None
        self._saved = time.monotonic()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.path / _LOCK)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise PathError(f"{path}: another run is training in this folder; choose another one") from error
        except OSError as error:
            raise PathError(f"{path}: cannot be used as a run folder: {error.strerror or error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
        (self.path / _LOCK).unlink(missing_ok=True)

    @property
    def model(self) -> Path:
        """Where the network is saved."""
        return self.path / MODEL

    @property
    def state(self) -> Path:
        """Where an unfinished training can be taken up again."""
        return self.path / _STATE

    def begin(self, plan: Plan, *, overwrite: bool = False) -> None:
        """Write the plan of a new training.

        Raises
        ------
        PathError
            The folder holds a run already and `overwrite` does not allow to replace it.
        """
        held = [name for name in (MODEL, _PLAN, _HISTORY, _STATE) if (self.path / name).exists()]
        if held and not overwrite:
            raise PathError(
                f"{self.path} already holds a run ({', '.join(held)}); "
                "resume it, overwrite it, or choose another folder"
            )
        for name in held:
            (self.path / name).unlink()
        write_whole(self.path / _PLAN, _pretty(plan.to_json()))

    def read_plan(self) -> Plan:
        """Return the plan of the run in this folder.

        Raises
        ------
        PathError, DataError
            There is none, or it is damaged.
        """
        return Plan.from_json(_read_json(self.path / _PLAN))

    def save_state(self, training: Training) -> None:
        """Save where a training is, if the last time is long enough ago.

        A full disk does not end the training: see `could_not_save`.
        """
        if time.monotonic() - self._saved < _SAVE_SECONDS:
            return
        try:
            self.save_state_now(training)
        except PathError as error:
            self.could_not_save = error
        self._saved = time.monotonic()

    def save_state_now(self, training: Training) -> None:
        """Save where a training is.

        Raises
        ------
        PathError
            The file cannot be written.
        """
        write_whole(self.state, checkpoint.dump(training))

    def restore(self, training: Training) -> bool:
        """Put a new training where the one in this folder was; return whether there was a state.

        Raises
        ------
        ModelFileError
            The state is damaged or belongs to another training.
        """
        if not self.state.exists():
            return False
        try:
            checkpoint.restore(training, self.state.read_bytes())
        except ModelFileError as error:
            raise ModelFileError(f"{self.state}: {error}") from error
        return True

    def finish(self, network: Network, plan: Plan, history: History) -> None:
        """Write the model and the history, and drop the state if nothing is left to do.

        Raises
        ------
        PathError
            A file cannot be written.
        """
        training = {
            "plan": plan.to_json(),
            "kept_epoch": history.kept_epoch,
            "stopped": history.stopped,
        }
        network.save(self.model, training)
        write_whole(self.path / _HISTORY, history.to_csv())
        if history.stopped not in ("interrupted", "time"):
            self.state.unlink(missing_ok=True)


def _pretty(values: Any) -> str:
    return json.dumps(values, indent=2, allow_nan=False) + "\n"


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PathError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ModelFileError(f"{path}: no JSON ({error}); the file is damaged") from error
