"""The same data on matplotlib axes, for figures that a person arranges for themselves.

Each function draws on axes that it is handed, such as one of ``plt.subplots()``, and returns them; so
glassnet itself needs no matplotlib. For pictures to look into there is `glassnet.pictures`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.errors import SettingError
from glassnet.explain.gradient_check import GOOD, WRONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from glassnet.explain import (
        Attribution,
        DecisionMap,
        ErrorTable,
        GradientCheck,
        ReceptiveField,
        SlopeCurve,
        Surface,
    )
    from glassnet.explain.distribution import Histogram
    from glassnet.network import Evaluation
    from glassnet.training import History

__all__ = [
    "attribution",
    "confusion",
    "decision_map",
    "error",
    "gradient_check",
    "histogram",
    "loss_curve",
    "receptive_field",
    "slope",
    "surface",
]


def loss_curve(axes: Axes, history: History) -> Axes:
    """Draw the loss of a training, epoch by epoch, and of the moments at which it was measured."""
    axes.plot(range(1, history.epochs + 1), history.losses, label="training loss on the way")
    measured = "held-out loss" if history.held_out else "training loss"
    epochs = [moment.epoch for moment in history.moments]
    axes.plot(epochs, [moment.loss for moment in history.moments], "o--", label=measured)
    axes.axvline(history.kept_epoch, linestyle=":", color="0.3", label=f"kept: epoch {history.kept_epoch}")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    return axes


def slope(axes: Axes, curve: SlopeCurve) -> Axes:
    """Draw the loss over one weight, with the tangent where it is and the next step."""
    axes.plot(curve.values, curve.losses, label="loss")
    low, high = axes.get_ylim()
    axes.plot(curve.values, curve.tangent(curve.values), "--", label=f"tangent, slope {curve.slope:.4g}")
    axes.set_ylim(low, high)
    axes.plot([curve.value], [curve.loss], "ko")
    axes.annotate("", (curve.next_value, curve.next_loss), (curve.value, curve.loss), arrowprops={"width": 1})
    axes.set(xlabel=curve.what, ylabel="loss")
    axes.legend()
    return axes


def surface(axes: Axes, surface: Surface) -> Axes:
    """Draw the loss over two weights as lines of equal loss, and where the weights are."""
    lines = axes.contour(surface.first, surface.second, surface.losses.T, levels=20)
    axes.clabel(lines, fontsize="x-small")
    axes.plot(*([value] for value in surface.at), "ko")
    axes.set(xlabel=surface.what[0], ylabel=surface.what[1])
    return axes


def gradient_check(axes: Axes, check: GradientCheck) -> Axes:
    """Draw the relative error of each checked parameter; crosses lie at a kink and say nothing."""
    smallest = np.finfo(np.float64).eps  # on a logarithmic axis 0 has no place
    errors = np.maximum(check.relative_errors, smallest)
    kinks = np.isin(np.arange(len(errors)), list(check.kinks))
    axes.semilogy(check.places[~kinks], errors[~kinks], ".", label="parameter")
    axes.semilogy(check.places[kinks], errors[kinks], "x", label="at a kink")
    for threshold, meaning in ((GOOD, "the same below"), (WRONG, "wrong above")):
        axes.axhline(threshold, linestyle="--", color="0.5", label=meaning)
    axes.set(xlabel="place of the parameter", ylabel="relative error", title=check.verdict)
    axes.legend()
    return axes


def confusion(axes: Axes, evaluation: Evaluation, categories: Sequence[str]) -> Axes:
    """Draw which category is taken for which, with the counts; the last column counts ties.

    Raises
    ------
    SettingError
        The evaluation is of a regression and has no confusion table.
    """
    table = evaluation.confusion
    if table is None:
        raise SettingError("confusion: the evaluation is of a regression, expected one of categories")
    axes.imshow(table / np.maximum(table.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        if count:
            shade = "white" if 2 * count > table[row].sum() else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=shade)
    axes.set_xticks(range(len(categories) + 1), [*categories, "tie"], rotation=90)
    axes.set_yticks(range(len(categories)), list(categories))
    axes.set(xlabel="answer", ylabel="truth")
    return axes


def attribution(axes: Axes, attribution: Attribution, shape: tuple[int, int] | None = None) -> Axes:
    """Draw what speaks for an answer (above 0) and against it: as a picture of `shape`, else as bars."""
    largest = float(np.max(np.abs(attribution.values), initial=0.0)) or 1.0
    axes.set_title(f"{attribution.method} for {attribution.category}")
    if shape is not None:
        picture = attribution.values.reshape(shape)
        image = axes.imshow(picture, cmap="PuOr_r", vmin=-largest, vmax=largest)
        axes.figure.colorbar(image, ax=axes)
        return axes
    axes.barh(range(len(attribution.values)), attribution.values)
    axes.set_yticks(range(len(attribution.values)), list(attribution.input_names))
    axes.invert_yaxis()
    return axes


def decision_map(axes: Axes, decisions: DecisionMap) -> Axes:
    """Draw which category the network answers over two of its inputs, and the examples."""
    n_categories = len(decisions.categories)
    extent = (decisions.low, decisions.high, decisions.low, decisions.high)
    answers = np.ma.masked_less(decisions.answers.T, 0)  # ties stay empty
    axes.imshow(
        answers, origin="lower", extent=extent, cmap="tab10", vmin=0, vmax=max(n_categories, 10), alpha=0.5
    )
    for k, name in enumerate(decisions.categories):
        mine = decisions.examples[decisions.targets == k]
        axes.scatter(mine[:, 0], mine[:, 1], marker=f"${k}$", color="black", label=f"{k}: {name}")
    axes.set(xlabel=decisions.what[0], ylabel=decisions.what[1])
    axes.legend()
    return axes


def error(axes: Axes, table: ErrorTable) -> Axes:
    """Draw the truth and the answer of each output, and the loss that lies between them."""
    places = range(len(table.outputs))
    axes.barh(places, [output.loss for output in table.outputs], color="0.8", label=f"{table.loss} loss")
    axes.plot([output.target for output in table.outputs], places, "kD", fillstyle="none", label="truth")
    axes.plot([output.output for output in table.outputs], places, "o", label="answer")
    axes.set_yticks(places, [output.category for output in table.outputs])
    axes.set_title(f"total {table.total:.4g}")
    axes.invert_yaxis()
    axes.legend()
    return axes


def receptive_field(axes: Axes, field: ReceptiveField, shape: tuple[int, int]) -> Axes:
    """Draw the picture that a neuron answers to most; pixels that it does not look at stay empty."""
    axes.imshow(field.picture.reshape(shape), cmap="gray", vmin=-1, vmax=1)
    axes.set_title(f"layer {field.layer}, neuron {field.neuron}")
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def histogram(axes: Axes, histogram: Histogram) -> Axes:
    """Draw how many outputs or gradients of a layer lie where; exact zeros are counted in the title."""
    axes.stairs(histogram.counts, histogram.edges, fill=True)
    if np.all(histogram.edges > 0):  # sizes of gradients: bins as wide as each other in decades
        axes.set_xscale("log")
    axes.set(ylabel="how many", title=f"{histogram.zeros:,} of {histogram.n_numbers:,} exactly 0")
    return axes
