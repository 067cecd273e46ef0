"""Where everything in the picture of an error table stands: numbers only, nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from glassnet.pictures.curve_geometry import Axis, drawable, linear_axis
from glassnet.pictures.diagram import MARGIN
from glassnet.pictures.network_geometry import Box
from glassnet.pictures.text import text_width, typeset

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glassnet.explain.error import PrintedErrors

__all__ = ["ErrorGeometry", "lay_out_errors"]

# All in px.
TEXT_SIZE = 13.0
HEAD, PITCH, FOOT = 112.0, 36.0, 20.0  # above the first line; from line to line; below the last
GAP, TOTAL_GAP = 20.0, 64.0  # between columns; where the word "total" stands
LONGEST_NAME, LEAST_NUMBER = 200.0, 52.0
MARKS, LOSS_BARS, SLOPE_BARS = 260.0, 130.0, 110.0  # width of the diagrams

_SMALLEST = 1e-300


@dataclass(frozen=True)
class ErrorGeometry:
    """Where everything stands.

    Attributes
    ----------
    width, height : float
        Of the whole picture.
    name_x, target_x, answer_x, loss_x, slope_x : float
        Where the names begin, and where each column of numbers ends.
    rows : tuple of float
        The middle of each line, the last is the total's.
    marks, losses, slopes : Box
        The diagrams of truth and answer, of the losses, and of the slopes.
    across : Axis
        Of truth and answer.
    largest_loss, largest_slope : float
        The sizes that the longest bars stand for.
    """

    width: float
    height: float
    name_x: float
    target_x: float
    answer_x: float
    loss_x: float
    slope_x: float
    rows: tuple[float, ...]
    marks: Box
    losses: Box
    slopes: Box
    across: Axis
    largest_loss: float
    largest_slope: float

    def x(self, output: float) -> float:
        """Return the place of a truth or an answer, from the left."""
        return self.marks.x + self.marks.width * self.across.share(output)

    def loss_bar(self, loss: float) -> tuple[float, float]:
        """Return where the bar of a loss begins and how long it is; to the left if negative."""
        length = self.losses.width * loss / self.largest_loss
        return self.losses.x + min(length, 0.0), abs(length)

    def slope_bar(self, slope: float) -> tuple[float, float]:
        """Return where the bar of a slope begins and how long it is."""
        length = self.slopes.width / 2 * slope / self.largest_slope
        return self.slopes.middle[0] + min(length, 0.0), abs(length)


def lay_out_errors(printed: PrintedErrors) -> ErrorGeometry:
    """Lay out the picture of an error table."""
    lines = printed.lines
    outputs = [line.output for line in lines if line.output is not None]
    name_room = min(max(text_width(line.name, TEXT_SIZE) for line in lines), LONGEST_NAME)
    target_x = MARGIN + name_room + GAP + _room(line.target for line in lines)
    answer_x = target_x + GAP + _room(line.answer for line in lines)
    height = (len(lines) + 1) * PITCH
    marks = Box(answer_x + GAP, HEAD, MARKS, height - PITCH)
    loss_x = marks.x + MARKS + TOTAL_GAP + _room([line.loss for line in lines] + [printed.total])
    losses = Box(loss_x + 8, HEAD, LOSS_BARS, height - PITCH)
    slope_x = losses.x + LOSS_BARS + GAP + _room(line.slope for line in lines)
    slopes = Box(slope_x + 8, HEAD, SLOPE_BARS, height - PITCH)
    return ErrorGeometry(
        width=slopes.x + SLOPE_BARS + MARGIN,
        height=HEAD + height + FOOT,
        name_x=MARGIN,
        target_x=target_x,
        answer_x=answer_x,
        loss_x=loss_x,
        slope_x=slope_x,
        rows=tuple(HEAD + (k + 0.5) * PITCH for k in range(len(lines) + 1)),
        marks=marks,
        losses=losses,
        slopes=slopes,
        across=_axis([value for output in outputs for value in (output.target, output.output)]),
        largest_loss=_largest(output.loss for output in outputs),
        largest_slope=_largest(output.slope for output in outputs),
    )


def _room(numbers: Iterable[str]) -> float:
    return max(LEAST_NUMBER, *(text_width(typeset(number), TEXT_SIZE) for number in numbers))


def _axis(values: Sequence[float]) -> Axis:
    found = [value for value in values if drawable(value)] + [0.0]
    low, high = min(found), max(found)
    return linear_axis(low, high) if high - low > _SMALLEST else linear_axis(-1, 1)


def _largest(values: Iterable[float]) -> float:
    return max((abs(value) for value in values if drawable(value)), default=0.0) or 1.0
