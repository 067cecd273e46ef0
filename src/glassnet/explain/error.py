"""How wrong an answer is, output by output: the error table of the slides, for every loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import matrix
from glassnet.explain.printing import add_up, decimals_for, fixed
from glassnet.kernels.losses import loss_slopes, loss_sums_slopes, loss_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from glassnet.network import Trace

__all__ = ["ErrorTable", "OutputError", "error"]


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
        return {
            "example": self.example,
            "loss": self.loss,
            "outputs": [vars(output) for output in self.outputs],
            "total": self.total,
        }

    def text(self, significant: int = 4) -> str:
        """Return the table as text; the printed losses add up to the printed total."""
        losses, total = add_up(
            [output.loss for output in self.outputs], self.total, decimals_for([self.total], significant)
        )
        places = decimals_for([n for o in self.outputs for n in (o.target, o.output)], significant)
        steep = decimals_for([output.slope for output in self.outputs], significant)
        width = max(len(output.category) for output in self.outputs)
        width = max(width, len("total"))
        lines = [f"Example {self.example}, {self.loss} loss"]
        lines.append(f"{'':{width}} {'truth':>10} {'answer':>10} {'loss':>10} {'slope':>10}")
        for output, loss in zip(self.outputs, losses, strict=True):
            cells = (
                fixed(output.target, places),
                fixed(output.output, places),
                loss,
                fixed(output.slope, steep),
            )
            lines.append(f"{output.category:{width}} " + " ".join(f"{cell:>10}" for cell in cells))
        lines.append(f"{'total':{width}} {'':>10} {'':>10} {total:>10}")
        return "\n".join(lines)

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
               truth     answer       loss      slope
    a          0.000      0.500      0.500      1.000
    b          0.000      0.750      0.750      1.000
    c          0.000     -0.250      0.250     -1.000
    d          1.000     -0.750      1.750     -1.000
    total                            3.250
    """
    network = trace.network
    trace.check_example(example)
    wanted = matrix(
        targets,
        "targets",
        rows=trace.n_examples,
        columns=network.sizes[-1],
        axes=("n_examples", "n_outputs"),
        dtype=network.dtype,
    )[example : example + 1].copy()
    # Copies, because compiled loops know the trace's read-only arrays as another type.
    sums = trace.weighted_sums(network.n_layers)[example : example + 1].copy()
    outputs = trace.outputs()[example : example + 1].copy()
    values, slopes, sum_slopes = (np.empty_like(outputs) for _ in range(3))
    rule, last = network.loss_rule, network.layer(network.n_layers)
    loss_values(rule.code, rule.constant, sums, outputs, wanted, values)
    loss_slopes(rule.code, rule.constant, outputs, wanted, slopes)
    loss_sums_slopes(rule.code, rule.constant, last, sums, outputs, wanted, sum_slopes)
    rows = zip(
        network.category_names, wanted[0], outputs[0], values[0], slopes[0], sum_slopes[0], strict=True
    )
    return ErrorTable(
        example=example,
        loss=network.loss.name,
        outputs=tuple(OutputError(name, *map(float, numbers)) for name, *numbers in rows),
        total=float(np.sum(values)),
    )
