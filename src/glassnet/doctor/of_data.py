"""Findings in the data alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from glassnet.data import input_names
from glassnet.doctor.finding import Finding, Remedy
from glassnet.doctor.proof import Bars, Curves, examples
from glassnet.doctor.recipe import row_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.doctor.patient import Patient

__all__ = ["data_findings", "twin_columns"]

# Inputs that are scaled to [-1, 1], or to a spread of 1, are smaller than this [root mean square].
_LARGE, _SMALL = 4.0, 0.03
# Pictures and tables may hold a few copies; of so many different examples more than this share is odd.
_LEAST_DIFFERENT = 40
_COPIES, _LEAKS = 0.05, 0.01
_WRONG_LABELS = 0.08
_FEWEST_SURE = 20
_CONTRADICTORY = 0.01
_IMBALANCE = 8.0
_MOST_BARS, _FEW = 12, 5


def data_findings(patient: Patient) -> Iterator[Finding]:
    """Examine what the network learns from; each fault that is there, the network need not suffer from it."""
    yield from _unscaled(patient)
    yield from _columns(patient)
    yield from _copies(patient)
    yield from _labels(patient)


def _unscaled(patient: Patient) -> Iterator[Finding]:
    sizes = np.sqrt(np.mean(patient.inputs**2, axis=0))
    worst = int(sizes.argmax())
    if sizes[worst] > _LARGE:
        said = f"Input {worst} has a typical size of {sizes[worst]:.4g}; inputs belong between -1 and 1."
    elif sizes[worst] < _SMALL:
        said = f"No input has a typical size above {sizes[worst]:.4g}; inputs belong between -1 and 1."
    else:
        return
    yield Finding(
        "inputs unscaled",
        "serious",
        said,
        {
            "largest input": float(np.abs(patient.inputs).max()),
            "typical size, largest": float(sizes[worst]),
            "typical size, median": float(np.median(sizes)),
        },
        f"input {worst}",
        (Remedy("Scale each input to [-1, 1] by its smallest and largest value.", data="scale"),),
        _sizes(sizes),
    )


def _sizes(sizes: NDArray[np.float64]) -> Bars:
    """Return the largest inputs, or all of few."""
    shown = np.sort(np.argsort(-sizes, kind="stable")[:_MOST_BARS]).tolist()
    bars = tuple((f"input {k}", float(sizes[k])) for k in shown)
    return Bars("typical size of an input", bars, (1.0, "belongs below"), logarithmic=True)


def _columns(patient: Patient) -> Iterator[Finding]:
    """Inputs that tell nothing. A camera has them naturally, at its border."""
    if patient.data.picture_shape is not None or patient.data.n_examples < 3:
        return
    inputs = patient.inputs
    constant = np.flatnonzero(np.ptp(inputs, axis=0) == 0)
    if constant.size:
        yield Finding(
            "constant inputs",
            "mild",
            f"{constant.size} of {inputs.shape[1]} inputs never change: {_listed(patient.data, constant)}.",
            {"constant inputs": int(constant.size)},
            f"input {constant[0]}",
            (Remedy("Leave these inputs out.", data="drop constant inputs"),),
            Bars(
                "from the smallest to the largest value of an input",
                tuple(
                    (f"input {k}", float(np.ptp(inputs[:, k])))
                    for k in np.unique(np.r_[constant, np.arange(inputs.shape[1])][:_MOST_BARS]).tolist()
                ),
            ),
        )
    twins = twin_columns(inputs)
    if twins:
        one, other = twins[0]
        yield Finding(
            "duplicated inputs",
            "mild",
            f"Input {other} is always input {one}, but for scale and offset.",
            {"duplicated inputs": len(twins)},
            f"input {other}",
            (Remedy("Keep one of each.", data="drop duplicated inputs"),),
            Curves(
                f"input {other} over input {one}: a straight line",
                f"input {one}",
                ((f"input {other}", tuple(sorted(map(tuple, inputs[:150, [one, other]].tolist())))),),
            ),
        )


def _listed(data: Dataset, inputs: NDArray[np.intp]) -> str:
    """Name inputs, the first few of many: by their columns, where they have some."""
    names = input_names(data.encoder, data.n_inputs)
    first = ", ".join(names[k] for k in inputs[:_FEW].tolist())
    return first if inputs.size <= _FEW else f"{first} and {inputs.size - _FEW} more"


def twin_columns(inputs: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the pairs of inputs that are one, but for scale and offset."""
    spread = inputs.std(axis=0)
    changing = np.flatnonzero(spread > 0)
    if len(inputs) < _LEAST_DIFFERENT or changing.size < 2:
        return []
    scaled = (inputs[:, changing] - inputs[:, changing].mean(axis=0)) / spread[changing]
    alike = np.abs(scaled.T @ scaled / len(scaled)) > 1 - 1e-9
    pairs = np.argwhere(np.triu(alike, 1))
    # Two values, such as yes and no, are natural twins: they are one of n.
    return [
        (int(changing[a]), int(changing[b])) for a, b in pairs if np.unique(inputs[:, changing[b]]).size > 2
    ]


def _copies(patient: Patient) -> Iterator[Finding]:
    """Examples that stand there twice, inputs and answer: another answer makes it another example."""
    if len(np.unique(patient.inputs, axis=0)) < _LEAST_DIFFERENT:
        return  # such as the patterns of the four pixel camera: there are no others
    rows = row_keys(patient.drawn)
    different = len(set(rows))
    copies = 1 - different / len(rows)
    if copies > _COPIES:
        times = np.array(list(Counter(rows).values()))
        yield Finding(
            "duplicated examples",
            "mild",
            f"{copies:.1%} of the examples are copies of others.",
            {"share of copies": copies, "different examples": different},
            "the training data",
            (Remedy("Keep one of each.", data="drop copies"),),
            Bars(
                "different examples that stand there",
                (
                    ("once", float(np.sum(times == 1))),
                    ("twice", float(np.sum(times == 2))),
                    ("more often", float(np.sum(times > 2))),
                ),
            ),
        )
    if patient.held_out is None:
        return
    held_out, known = row_keys(patient.held_out), set(row_keys(patient.data))
    leaked = [k for k, row in enumerate(held_out) if row in known]
    if len(leaked) > _LEAKS * len(held_out) and len(leaked) > 2:
        yield Finding(
            "leaking examples",
            "serious",
            f"{len(leaked)} of {len(held_out)} held-out examples are also learned from.",
            {"leaked": len(leaked), "share": len(leaked) / len(held_out), "first": leaked[0]},
            f"held-out example {leaked[0]}",
            (Remedy("Do not learn from the examples that are held out.", data="drop leaks"),),
            examples("held-out examples that are also learned from", patient.held_out, leaked)
            or Bars(
                "held-out examples",
                (("new", float(len(held_out) - len(leaked))), ("also learned from", float(len(leaked)))),
            ),
        )


def _labels(patient: Patient) -> Iterator[Finding]:
    n = patient.drawn.n_examples
    if patient.contradictory > max(1, _CONTRADICTORY * n) and not patient.categories:
        yield _undecided(patient, n)
    elif patient.contradictory > max(1, _CONTRADICTORY * n):
        yield Finding(
            "labels contradictory",
            "serious",
            f"{patient.contradictory} of {n} examples have the inputs of another one, and another answer.",
            {"contradictory": patient.contradictory, "share": patient.contradictory / n},
            "the training data",
            (
                Remedy("Find out which answers are right."),
                Remedy("Leave the contradictory examples out.", data="drop contradictions"),
            ),
            examples("the same inputs, different answers", patient.drawn, patient.contradictions.tolist())
            or Bars(
                "examples",
                (
                    ("contradicted by another", float(patient.contradictory)),
                    ("the others", float(n - patient.contradictory)),
                ),
            ),
        )
    if not patient.categories:
        return
    names, counts = patient.data.categories or (), patient.counts
    absent = np.flatnonzero(counts == 0)
    if absent.size:
        yield Finding(
            "labels missing",
            "serious",
            f"There is no example of {', '.join(names[k] for k in absent)}.",
            {"categories without examples": int(absent.size)},
            f"category {names[absent[0]]}",
            (Remedy("Add examples of it, or train without that category."),),
            _categories(names, counts),
        )
    present = counts[counts > 0]
    if present.size > 1 and present.max() >= _IMBALANCE * present.min():
        rarest = names[int(np.where(counts > 0, counts, counts.max() + 1).argmin())]
        yield Finding(
            "labels imbalanced",
            "mild",
            f"The most frequent category has {present.max() / present.min():.3g} times as many examples "
            f"as {rarest}.",
            {"most examples": int(present.max()), "fewest examples": int(present.min())},
            f"category {rarest}",
            (
                Remedy("Let every category count as much in all.", settings={"class_weights": "balanced"}),
                Remedy("Add examples of the rare categories."),
            ),
            _categories(names, counts),
        )
    yield from _shuffled(patient)


def _undecided(patient: Patient, n: int) -> Finding:
    """Say that equal inputs come with several numbers: with noise in them that is no fault of an answer."""
    targets = patient.drawn.targets
    _, which, times = np.unique(patient.inputs, axis=0, return_inverse=True, return_counts=True)
    sums = np.zeros((times.size, targets.shape[1]))
    np.add.at(sums, which.ravel(), targets)
    away = np.sum((targets - (sums / times[:, None])[which.ravel()]) ** 2)
    among = float(away / (n - times.size)) / float(np.sum(targets.var(axis=0)))
    return Finding(
        "equal inputs, different numbers",
        "mild",
        f"{patient.contradictory} of {n} examples have the inputs of another one and another number to be "
        "met: there is noise in these numbers, or a column is missing that tells the examples apart.",
        {
            "examples": patient.contradictory,
            "share": patient.contradictory / n,
            "variance among equal inputs, share of all": among,
        },
        "the training data",
        (
            Remedy("If something is known that tells these examples apart, add it as a column."),
            Remedy("If it is noise, leave it: the best answer is the mean, and the network learns that."),
        ),
        Bars(
            "variance of the numbers, as a share of that of all",
            (("among examples with equal inputs", among), ("among all", 1.0)),
        ),
    )


def _categories(names: Sequence[str], counts: NDArray[np.intp]) -> Bars:
    order = np.sort(np.argsort(counts, kind="stable")[:_MOST_BARS]).tolist()
    return Bars("examples of each category", tuple((names[k], float(counts[k])) for k in order))


def _shuffled(patient: Patient) -> Iterator[Finding]:
    yardstick = patient.yardstick
    if yardstick is None or yardstick.wrong_labels is None:
        return
    surest = yardstick.n_examples // 5
    if surest < _FEWEST_SURE:
        return
    sure = yardstick.wrong_labels - 2 * np.sqrt(yardstick.wrong_labels / surest)
    if sure > _WRONG_LABELS / 2 and yardstick.wrong_labels > _WRONG_LABELS:
        yield Finding(
            "labels shuffled",
            "serious",
            f"Of the 20% of examples that simple learners are surest about, "
            f"{yardstick.wrong_labels:.0%} have a different label.",
            {
                "different among the surest 20%": yardstick.wrong_labels,
                f"best simple learner ({yardstick.by})": yardstick.score,
            },
            "the answers of the training data",
            (Remedy("Look at these examples and put their answers right; check how answers were joined."),),
            Bars(
                "of the 20% of examples that simple learners are surest about",
                (
                    ("have that label", 1 - yardstick.wrong_labels),
                    ("a different one", yardstick.wrong_labels),
                ),
                (_WRONG_LABELS, "much for chance"),
            ),
        )
