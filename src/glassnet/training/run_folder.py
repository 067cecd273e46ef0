"""The folder of one training: its plan, its history, its model, and while it is under way its state.

::

    model.safetensors   the network
    plan.json           what was trained on what and how; the same plan gives the same bytes
    history.csv         a row an epoch
    statistics.csv      what the layers looked like at some moments
    state.safetensors   only while there is something left to do: where to go on from
    run.lock            held while a process trains in this folder
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from filelock import FileLock, Timeout

from glassnet.errors import DataError, ModelFileError, PathError
from glassnet.files import write_whole
from glassnet.training import checkpoint
from glassnet.training.plan import Plan
from glassnet.training.statistics import statistics_to_csv

if TYPE_CHECKING:
    from types import TracebackType

    from glassnet.network import Network
    from glassnet.training.history import History, NotFinite
    from glassnet.training.train import Training

__all__ = ["HISTORY", "MODEL", "STATISTICS", "RunFolder"]

MODEL, HISTORY, STATISTICS = "model.safetensors", "history.csv", "statistics.csv"
_PLAN, _STATE, _LOCK = "plan.json", "state.safetensors", "run.lock"


class RunFolder:
    """The folder of one training; use it as a context manager, which holds its lock.

    Parameters
    ----------
    path : path
    new : bool
        Whether the folder is for a new training, and made where it is missing; else it must hold one.

    Attributes
    ----------
    path : Path
    could_not_save : PathError or None
        Why the last checkpoint could not be written, if it could not. Training goes on all the same.

    Raises
    ------
    PathError
        The folder cannot be made, another process trains in it, or it holds no run.
    """

    def __init__(self, path: str | os.PathLike[str], *, new: bool = True) -> None:
        self.path = Path(path)
        self.could_not_save: PathError | None = None
        if not new and not os.path.isfile(self.path / _PLAN):  # noqa: PTH113 - raises for no name
            raise PathError(f"{path}: there is no run to go on with, the folder has no {_PLAN}")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.path / _LOCK)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise PathError(f"{path}: another run is training in this folder; choose another one") from error
        except (OSError, ValueError) as error:  # ValueError: a name that no folder can have
            why = getattr(error, "strerror", None) or error
            raise PathError(f"{path}: cannot be used as a run folder: {why}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Removed while it is still held: nobody can then lock a file that is about to vanish.
        with contextlib.suppress(OSError):
            (self.path / _LOCK).unlink()
        self._lock.release()

    @staticmethod
    def refuse_used(path: str | os.PathLike[str]) -> None:
        """Make sure that a folder holds no run yet.

        Raises
        ------
        PathError
            It holds one.
        """
        held = _files_of_run(Path(path))
        if held:
            raise PathError(
                f"{path} already holds a run ({', '.join(file.name for file in held)}); "
                "resume it, overwrite it, or choose another folder"
            )

    @property
    def model(self) -> Path:
        """Where the network is saved."""
        return self.path / MODEL

    @property
    def state(self) -> Path:
        """Where an unfinished training can be taken up again."""
        return self.path / _STATE

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do: there is a model, and no state to go on from."""
        return self.model.exists() and not self.state.exists()

    def begin(self, plan: Plan, *, overwrite: bool = False) -> None:
        """Write the plan of a new training.

        Raises
        ------
        PathError
            The folder holds a run already and `overwrite` does not allow to replace it.
        """
        if not overwrite:
            self.refuse_used(self.path)
        try:
            for file in _files_of_run(self.path):
                file.unlink()
        except OSError as error:
            raise PathError(f"{self.path}: the run in it cannot be replaced: {error.strerror}") from error
        write_whole(self.path / _PLAN, json.dumps(plan.to_json(), indent=2, allow_nan=False) + "\n")

    def read_plan(self) -> Plan:
        """Return the plan of the run in this folder.

        Raises
        ------
        PathError, DataError
            There is none, or it is damaged.
        """
        path = self.path / _PLAN
        try:
            return Plan.from_json(json.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise PathError(f"{path}: cannot be read: {error.strerror or error}") from error
        except DataError as error:
            raise DataError(f"{path}: {error}") from error
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}: no JSON ({error}); the file is damaged") from error

    def save_state(self, training: Training) -> None:
        """Save where a training is; made to be the `checkpoint` of `carry_out`.

        A full disk does not end the training: see `could_not_save`.
        """
        try:
            write_whole(self.state, checkpoint.dump(training))
            self.could_not_save = None
        except PathError as error:
            self.could_not_save = error

    def restore(self, training: Training) -> bool:
        """Put a new training where the one in this folder was; return whether there was a state.

        Raises
        ------
        PathError
            The state cannot be read.
        ModelFileError
            The state is damaged or belongs to another training.
        """
        if not self.state.exists():
            return False
        try:
            checkpoint.restore(training, self.state.read_bytes())
        except ModelFileError as error:
            raise ModelFileError(f"{self.state}: {error}") from error
        except OSError as error:
            raise PathError(f"{self.state}: cannot be read: {error.strerror or error}") from error
        return True

    def finish(self, network: Network, plan: Plan, history: History) -> None:
        """Write the model and the history, and drop the state if nothing is left to do.

        Raises
        ------
        PathError
            A file cannot be written.
        """
        network.save(self.model, _how_trained(plan, history))
        write_whole(self.path / HISTORY, history.to_csv())
        if history.statistics:
            write_whole(self.path / STATISTICS, statistics_to_csv(history.statistics))
        if history.stopped not in ("interrupted", "time"):
            self.state.unlink(missing_ok=True)


def _files_of_run(folder: Path) -> list[Path]:
    files = (folder / name for name in (MODEL, _PLAN, HISTORY, STATISTICS, _STATE))
    return [file for file in files if os.path.exists(file)]  # noqa: PTH110 - raises for no name


def _how_trained(plan: Plan, history: History) -> dict[str, Any]:
    """What the model file says about the training, as plain JSON values."""
    kept = history.kept_moment
    if kept is not None and not math.isfinite(kept.loss):
        kept = None
    return {
        "plan": plan.to_json(),
        "stopped": history.stopped,
        "epochs": history.epochs,
        "kept_epoch": history.kept_epoch,
        "held_out": history.held_out,
        "loss": None if kept is None else kept.loss,
        "accuracy": None if kept is None else kept.accuracy,
        "n_starts": len(history.starts),
        "n_succeeded": history.n_succeeded,
        "not_finite": None if history.not_finite is None else _written(history.not_finite),
    }


def _written(not_finite: NotFinite) -> dict[str, Any]:
    """What was met, as JSON has it: infinity and NaN, which it has not, as text."""
    return {**dataclasses.asdict(not_finite), "loss": str(not_finite.loss)}
