"""How wrong an answer is, output by output: the error table of the slides, for every loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix, whole_number
from glassnet.explain.printing import add_up, decimals_for, fixed, in_columns, json_values
from glassnet.kernels.losses import loss_of_example, loss_slopes, loss_values, set_sums_slopes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from glassnet.network import Trace

__all__ = ["ErrorLine", "ErrorTable", "OutputError", "PrintedErrors", "error"]


@dataclass(frozen=True)
class OutputError:
    """The loss of one output.

    Attributes
    ----------
    category : str
        Its name, or its number.
    target, output : float
        The right answer and the one that came.
    loss : float
    slope : float
        dloss_doutput: how the loss changes with the output.
    sum_slope : float
        dloss_dz: how it changes with the weighted sum before the last squash.
    """

    category: str
    target: float
    output: float
    loss: float
    slope: float
    sum_slope: float


@dataclass(frozen=True)
class ErrorLine:
    """A line of a printed error table: an output, or the sum of those that matter less.

    Attributes
    ----------
    name, target, answer, loss, slope : str
        Printed; the losses add up. Target, answer and slope are empty where the line is not one output.
    output : OutputError or None
        None where the line is not one output.
    """

    name: str
    target: str
    answer: str
    loss: str
    slope: str
    output: OutputError | None


@dataclass(frozen=True)
class PrintedErrors:
    """An error table as it is printed; its losses add up to the total, to the last digit.

    Attributes
    ----------
    lines : tuple of ErrorLine
    total : str
    """

    lines: tuple[ErrorLine, ...]
    total: str


@dataclass(frozen=True)
class ErrorTable:
    """How wrong a network is about one example.

    Attributes
    ----------
    example : int
    loss : str
        Which loss.
    outputs : tuple of OutputError
    total : float
        The loss of the example: the sum over its outputs.
    """

    example: int
    loss: str
    outputs: tuple[OutputError, ...]
    total: float

    def to_json(self) -> dict[str, Any]:
        """Return the table as plain JSON values."""
        values: dict[str, Any] = json_values(
            {**vars(self), "outputs": [vars(output) for output in self.outputs]}
        )
        return values

    def text(self, significant: int = 4, *, whose: str | None = None) -> str:
        """Return the table as text; the printed losses add up to the printed total.

        Parameters
        ----------
        significant : int
            Digits of the largest number.
        whose : str, optional
            What the example is called; "example" and its number without it.
        """
        printed = self.printed(significant=significant)
        whose = f"example {self.example}" if whose is None else whose
        rows = [("", "truth", "answer", "loss", "slope")]
        rows += [(line.name, line.target, line.answer, line.loss, line.slope) for line in printed.lines]
        rows.append(("total", "", "", printed.total, ""))
        return "\n".join([f"{whose[:1].upper()}{whose[1:]}, {self.loss} loss", *in_columns(rows)])

    def printed(self, *, shown: int | None = None, significant: int = 4) -> PrintedErrors:
        """Return the table as it is printed; the printed losses add up to the printed total.

        Parameters
        ----------
        shown : int, optional
            How many outputs get a line of their own, those with the largest losses; the rest are summed
            in one. None: all.
        significant : int
            Digits of the largest number.
        """
        if shown is not None:
            whole_number(shown, "shown")
        first, rest = self._worst(len(self.outputs) if shown is None else shown)
        losses = [output.loss for output in first]
        if rest:
            losses.append(sum(output.loss for output in rest))
        texts, total = add_up(losses, self.total, decimals_for([*losses, self.total], significant))
        places = decimals_for([n for o in first for n in (o.target, o.output)], significant)
        steep = decimals_for([output.slope for output in first], significant)
        lines = [
            ErrorLine(
                name=output.category,
                target=fixed(output.target, places),
                answer=fixed(output.output, places),
                loss=loss,
                slope=fixed(output.slope, steep),
                output=output,
            )
            for output, loss in zip(first, texts, strict=False)
        ]
        if rest:
            lines.append(ErrorLine(f"{len(rest):,} more", "", "", texts[-1], "", None))
        return PrintedErrors(tuple(lines), total)

    def _worst(self, shown: int) -> tuple[list[OutputError], list[OutputError]]:
        """Part the outputs with the largest losses from the rest; either in order."""
        if len(self.outputs) <= shown + 1:  # a line for "1 more" would hide nothing but its numbers
            return list(self.outputs), []
        losses = [math.inf if math.isnan(output.loss) else output.loss for output in self.outputs]
        order = sorted(range(len(losses)), key=lambda k: -losses[k])
        worst = set(order[:shown])
        parts: tuple[list[OutputError], list[OutputError]] = ([], [])
        for k, output in enumerate(self.outputs):
            parts[k not in worst].append(output)
        return parts

    def __str__(self) -> str:
        return self.text()


def error(trace: Trace, targets: ArrayLike, example: int = 0) -> ErrorTable:
    """Explain the loss of one example: truth, answer, loss and slope of each output, and the total.

    Parameters
    ----------
    trace : Trace
    targets : array_like, shape (n_examples, n_outputs)
        The right answers to the trace's examples.
    example : int

    Raises
    ------
    SettingError, ShapeError
        There is no such example, or the targets have another shape.

    Examples
    --------
    >>> from glassnet import Network
    >>> network = Network([4, 4], "identity", loss="absolute", categories="abcd")
    >>> network.weights(1)[:] = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    >>> print(error(network.run([0.5, 0.75, -0.25, -0.75]), [0, 0, 0, 1]))
    Example 0, absolute loss
           truth  answer   loss   slope
    a      0.000   0.500  0.500   1.000
    b      0.000   0.750  0.750   1.000
    c      0.000  -0.250  0.250  -1.000
    d      1.000  -0.750  1.750  -1.000
    total                 3.250
    """
    network = trace.network
    example = trace.check_example(example)
    wanted = matrix(
        targets,
        "targets",
        rows=trace.n_examples,
        columns=network.sizes[-1],
        axes=("n_examples", "n_outputs"),
        dtype=network.dtype,
    )[example].copy()
    # Copies, because compiled loops know the trace's read-only arrays as another type.
    sums = trace.weighted_sums(network.n_layers)[example].copy()
    outputs = trace.outputs()[example].copy()
    values, slopes, sum_slopes = (np.empty_like(outputs) for _ in range(3))
    rule, last = network.loss_rule, network.layer(network.n_layers)
    loss_values(rule.code, rule.constant, sums, outputs, wanted, values)
    loss_slopes(rule.code, rule.constant, outputs, wanted, slopes)
    one = network.dtype.type(1)
    set_sums_slopes(rule.code, rule.constant, last, sums, outputs, wanted, sum_slopes, 0, one)
    rows = zip(network.category_names, wanted, outputs, values, slopes, sum_slopes, strict=True)
    return ErrorTable(
        example=example,
        loss=network.loss.name,
        outputs=tuple(OutputError(name, *map(float, numbers)) for name, *numbers in rows),
        total=float(loss_of_example(rule.code, rule.constant, sums, outputs, wanted, 0, outputs.size)),
    )
