"""The moments of a run that one can go back to, and its loss curve, both in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glassnet.training import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.training import Training

__all__ = ["Curve", "Moments", "Snapshot"]

_MOST_BYTES = 64 << 20
_MOST_MOMENTS = 240
_MOST_POINTS = 400


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A moment of a run: enough to go on from it as if nothing had come after.

    Attributes
    ----------
    step, epoch : int
    training : Training
        Whose moment it is; shared by all moments until the network or a setting changes.
    state, tensors : dict
        What `Run.restore` wants.
    """

    step: int
    epoch: int
    training: Training
    state: dict[str, Any]
    tensors: dict[str, NDArray[Any]]

    @classmethod
    def take(cls, training: Training) -> Snapshot:
        """Note the moment that a training is at."""
        run = training.run
        tensors = {name: array.copy() for name, array in run.tensors().items() if name != "best"}
        return cls(run.step, run.epoch, training, {**run.state(), "best_moment": None}, tensors)

    def restore(self) -> None:
        """Bring the training back to this moment."""
        run = self.training.run
        history = History(held_out=run.history.held_out)
        run.restore(self.state, history, {**self.tensors, "best": self.tensors["parameters"]})

    @property
    def n_bytes(self) -> int:
        """How much memory it takes."""
        return sum(array.nbytes for array in self.tensors.values())


@dataclass
class Moments:
    """Snapshots of a run, about evenly spread; when they become too many, every other one is dropped.

    Attributes
    ----------
    snapshots : list of Snapshot
    stride : int
        From one to the next [steps].
    """

    snapshots: list[Snapshot] = field(default_factory=list)
    stride: int = 1

    def steps_to_next(self, step: int) -> int:
        """Return how many steps may be made before the next snapshot is due."""
        return self.stride - step % self.stride

    def due(self, step: int) -> bool:
        """Say whether a snapshot is due at a step."""
        return step % self.stride == 0 and (not self.snapshots or self.snapshots[-1].step < step)

    def add(self, snapshot: Snapshot, *, beside: bool = False) -> None:
        """Add a snapshot behind the others; not `beside`: in place of the last one of the same step."""
        if not beside and self.snapshots and self.snapshots[-1].step == snapshot.step:
            self.snapshots.pop()
        self.snapshots.append(snapshot)
        many = max(8, min(_MOST_MOMENTS, _MOST_BYTES // max(1, snapshot.n_bytes)))
        while len(self.snapshots) > many:
            self.stride *= 2
            first, *middle, last = self.snapshots
            self.snapshots = [first, *middle[1::2], last]

    def cut_behind(self, moment: int) -> None:
        """Forget what came after a moment."""
        del self.snapshots[moment + 1 :]


@dataclass
class Curve:
    """A number epoch by epoch; when the points become too many, every other one is dropped.

    Attributes
    ----------
    points : list of (epoch, loss, share of right answers or None)
    """

    points: list[tuple[int, float, float | None]] = field(default_factory=list)
    stride: int = 1

    def add(self, epoch: int, loss: float, accuracy: float | None) -> None:
        """Add a point, if one is due at this epoch."""
        if self.points and self.points[-1][0] >= epoch:
            return
        if self.points and epoch - self.points[-1][0] < self.stride:
            return
        self.points.append((epoch, loss, accuracy))
        if len(self.points) > _MOST_POINTS:
            self.stride *= 2
            self.points = self.points[::2]

    def cut_behind(self, epoch: int) -> None:
        """Forget what came after an epoch."""
        self.points = [point for point in self.points if point[0] <= epoch]

    def until(self, epoch: int) -> Curve:
        """Return a copy up to an epoch."""
        return Curve([point for point in self.points if point[0] <= epoch], self.stride)

    def to_json(self) -> dict[str, list[Any]]:
        """Return the points as columns."""
        return {
            "epochs": [epoch for epoch, _, _ in self.points],
            "losses": [loss for _, loss, _ in self.points],
            "accuracies": [accuracy for _, _, accuracy in self.points],
        }
