"""What the layers of a network looked like at some moments of its training, and the table of it."""

from __future__ import annotations

import csv
import dataclasses
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["LayerStatistics", "Statistics", "statistics_from_csv", "statistics_to_csv"]


@dataclass(frozen=True)
class LayerStatistics:
    """One layer at one moment, over a fixed small set of training examples.

    Attributes
    ----------
    weights_size : float
        The root mean square of its weights.
    outputs_mean, outputs_spread : float
        Mean and standard deviation of what its neurons hand on, over neurons and examples.
    sums_size : float
        The root mean square of the weighted sums.
    grad_sums_mean, grad_sums_size : float
        The mean and the root mean square of dloss_dz of a single example.
    grad_weights_size : float
        The root mean square of the gradient over its weights.
    saturated : float or None
        The share of outputs at which the squash is flat; None where it has no two flat ends.
    dead : float
        The share of neurons that answer 0 with slope 0 to every example.
    twins : float
        The share of neurons whose weighted sums are those of another one of the layer, for every example.
    update_ratio : float or None
        How far the next step moved the weights, as a share of their size; None where no step came.
    """

    weights_size: float
    outputs_mean: float
    outputs_spread: float
    sums_size: float
    grad_sums_mean: float
    grad_sums_size: float
    grad_weights_size: float
    saturated: float | None
    dead: float
    twins: float
    update_ratio: float | None = None


@dataclass(frozen=True)
class Statistics:
    """A network in the middle of its training.

    Attributes
    ----------
    step, epoch : int
        How many were made.
    layers : tuple of LayerStatistics
        From layer 1 on.
    """

    step: int
    epoch: int
    layers: tuple[LayerStatistics, ...]

    @classmethod
    def later(cls, step: int, epoch: int, work_out: Callable[[], tuple[LayerStatistics, ...]]) -> Statistics:
        """Return statistics whose layers are worked out when somebody reads them."""
        made = object.__new__(cls)
        vars(made).update(step=step, epoch=epoch, _work_out=work_out)
        return made

    def __getattr__(self, name: str) -> Any:
        """Work the layers out; Python asks here for what is not there yet."""
        work_out = vars(self).get("_work_out")
        if name != "layers" or work_out is None:
            raise AttributeError(name)
        layers = vars(self)["layers"] = work_out()
        vars(self).pop("_work_out", None)  # with the networks that it holds
        return layers

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy what was worked out, not how."""
        return Statistics, (self.step, self.epoch, self.layers)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Statistics:
        """Return the statistics whose fields `dataclasses.asdict` wrote down."""
        layers = tuple(LayerStatistics(**layer) for layer in values["layers"])
        return cls(values["step"], values["epoch"], layers)


_NUMBERS = [field.name for field in dataclasses.fields(LayerStatistics)]
_HEADINGS = ["step", "epoch", "layer", *_NUMBERS]


def statistics_to_csv(statistics: Sequence[Statistics]) -> str:
    """Return a table with a row for each layer of each moment."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_HEADINGS)
    for each in statistics:
        for k, layer in enumerate(each.layers, start=1):
            values = (getattr(layer, name) for name in _NUMBERS)
            rows.writerow([each.step, each.epoch, k, *("" if v is None else repr(v) for v in values)])
    return text.getvalue()


def statistics_from_csv(text: str) -> list[Statistics]:
    """Return the statistics that `statistics_to_csv` wrote.

    Raises
    ------
    DataError
        Another table, or a cell that is no number.

    Examples
    --------
    >>> statistics_from_csv(statistics_to_csv([]))
    []
    """
    header, *rows = csv.reader(io.StringIO(text)) if text else [[]]
    if header != _HEADINGS:
        raise DataError(f"statistics: columns {', '.join(header)}; expected {', '.join(_HEADINGS)}")
    found: dict[tuple[int, int], list[LayerStatistics]] = {}
    for number, row in enumerate(rows, start=1):
        try:
            step, epoch, layer = map(int, row[:3])
            values = {
                name: float(cell) if cell else None for name, cell in zip(_NUMBERS, row[3:], strict=True)
            }
        except ValueError as error:
            raise DataError(
                f"statistics, row {number}: {error}; expected what glassnet wrote there"
            ) from error
        layers = found.setdefault((step, epoch), [])
        missing = [name for name, value in values.items() if value is None]
        if layer != len(layers) + 1 or set(missing) - {"saturated", "update_ratio"}:
            raise DataError(f"statistics, row {number}: a layer or a number is missing; the table is damaged")
        layers.append(LayerStatistics(**values))  # type: ignore[arg-type]  # the None were looked at above
    return [Statistics(step, epoch, tuple(layers)) for (step, epoch), layers in found.items()]
