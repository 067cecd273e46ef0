"""What simple rules reach on the same data, so that a network can be compared with them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import finite
from glassnet.data import Camera, Dataset, input_names
from glassnet.errors import DataError
from glassnet.explain.information import Information, Ranges, count_groups, entropy, information
from glassnet.explain.lead import Lead, lead_in_errors, lead_in_right_answers
from glassnet.explain.score import Score, in_own_unit, score_categories, score_numbers
from glassnet.explain.simple_rules import Rule, rules_for_categories, rules_for_numbers
from glassnet.network.answers import winners
from glassnet.network.examples import Examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["Baseline", "SimpleRule", "baseline"]

# Of more data, so much is drawn by chance: a simple rule has learned what it can by then.
_MOST_EXAMPLES = 10_000
_MOST_VALUES = 2**24

# Squares of larger numbers, added up, would come near the largest float.
_LARGEST = 1e100


@dataclass(frozen=True)
class SimpleRule:
    """How a simple rule does.

    Attributes
    ----------
    name : str
        Which kind of rule.
    detail : str
        What was learned, where that can be said in a few words.
    exact : bool
        Whether no rule of its kind does better on the examples that it learned from.
    learned : Score
        On these examples.
    held_out : Score or None
        On examples that it did not learn from.
    """

    name: str
    detail: str
    exact: bool
    learned: Score
    held_out: Score | None

    @property
    def score(self) -> Score:
        """How it does on the held-out examples where there are any, else on those it learned from."""
        return self.held_out or self.learned

    def to_json(self) -> dict[str, Any]:
        """Return the rule as plain JSON values."""
        return {
            "name": self.name,
            "detail": self.detail,
            "exact": self.exact,
            "learned": self.learned.to_json(),
            "held_out": None if self.held_out is None else self.held_out.to_json(),
        }


@dataclass(frozen=True, eq=False)
class Baseline:
    """What simple rules reach on a data set.

    Attributes
    ----------
    name : str
        Of the data set.
    n_examples, n_learned : int
        How many examples there are, and how many of them the rules learned from.
    rules : tuple of SimpleRule
    category_bits : float or None
        What it takes to know the category; None where the targets are numbers [bit].
    information : tuple of Information
        What any one, two, and for few inputs three inputs tell about the category.
    input_names : tuple of str
    judged : Dataset
        The examples that the rules are judged by: held out, or those that they learned from.
    """

    name: str
    n_examples: int
    n_learned: int
    rules: tuple[SimpleRule, ...]
    category_bits: float | None
    information: tuple[Information, ...]
    input_names: tuple[str, ...] = field(repr=False)
    judged: Dataset = field(repr=False)

    @property
    def best(self) -> SimpleRule:
        """The rule with the fewest misses; the first of equals, which is the simplest."""
        return min(self.rules, key=lambda rule: float(rule.score.misses.sum()))

    def compare(self, network: Network) -> Lead:
        """Say whether a network is ahead of the best simple rule, on the examples the rules are judged by.

        The best rule is chosen by the same examples, which is a small advantage for the rules.

        Parameters
        ----------
        network : Network

        Raises
        ------
        DataError
            The data do not fit the network.
        ShapeError
            The network answers something that is not finite.

        Examples
        --------
        >>> from glassnet import Network
        >>> from glassnet.data import four_pixel
        >>> print(baseline(four_pixel()).compare(Network.drawn_four_pixel()))
        The network is ahead of the best simple rule, linear classifier with bias: 8 of 8 (100.0%) against
        5 of 8 (62.5%); chance could give such a lead (McNemar's exact test, p = 0.25, 8 examples).
        """
        Examples(self.judged, network)  # refuses data that do not fit
        outputs = finite(network.predict(self.judged.inputs), "outputs of the network")
        by_rule = self.best.score
        if self.judged.categories is None:
            by_network = _score(in_own_unit(self.judged, outputs.astype(np.float64)), self.judged)
            p_value, test = lead_in_errors(by_network.misses, by_rule.misses)
        else:
            by_network = _score(winners(outputs), self.judged)
            p_value, test = lead_in_right_answers(by_network.misses == 0, by_rule.misses == 0)
        difference = float(by_network.misses.sum() - by_rule.misses.sum())
        return Lead(
            rule=self.best.name,
            network=by_network,
            simple=by_rule,
            ahead="neither" if difference == 0 else "network" if difference < 0 else "rule",
            p_value=p_value,
            test=test,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the baseline as plain JSON values."""
        return {
            "name": self.name,
            "n_examples": self.n_examples,
            "n_learned": self.n_learned,
            "category_bits": self.category_bits,
            "information": [asdict(each) for each in self.information],
            "rules": [rule.to_json() for rule in self.rules],
            "best": self.best.name,
        }

    def __str__(self) -> str:
        some = "" if self.n_learned == self.n_examples else f" ({self.n_learned:,} of them drawn by chance)"
        lines = [f"{self.name}: what simple rules learn from {self.n_examples:,} examples{some}", ""]
        heads = ["rule", "", "right" if self.category_bits is not None else "error"]
        rows = [[rule.name, rule.detail, str(rule.learned)] for rule in self.rules]
        if self.rules[0].held_out is not None:
            heads.append("held out")
            for row, rule in zip(rows, self.rules, strict=True):
                row.append(str(rule.held_out))
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        for row in (heads, *rows):
            cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
            lines.append("  ".join(cells).rstrip())
        if self.category_bits is not None:
            lines += [
                "",
                f"To know the category takes {_bits(self.category_bits)}.",
                *map(self._told, self.information),
            ]
        return "\n".join(lines)

    def _told(self, told: Information) -> str:
        """Say what so many inputs tell."""
        number = ("One input tells", "Two inputs tell", "Three inputs tell")[len(told.inputs) - 1]
        about = "" if told.exact else "about "
        if _bits(told.bits) == _bits(told.lowest_bits):
            much = f"{_bits(told.bits)}, whichever"
        else:
            names = " and ".join(self.input_names[k] for k in told.inputs)
            much = f"{_bits(told.bits)} at most: {names}"
        tried = "" if told.all_tried else f" ({told.n_tried:,} pairs tried)"
        return f"{number} {about}{much}{tried}."


def baseline(data: Dataset, held_out: Dataset | None = None) -> Baseline:
    """Learn what simple rules can tell, so that a network can be compared with them.

    For categories: the most frequent one; a table of answers over the ranges of the best single input, and
    of the best pair; the nearest mean; a linear classifier without and with bias. For numbers: the mean,
    the best line over one input, linear least squares. Weights of examples are not looked at.

    Parameters
    ----------
    data : Dataset
        To learn from; of more than 10,000 examples (less with over 1,677 inputs), so many are drawn by
        chance.
    held_out : Dataset, optional
        To be judged by; never learned from.

    Returns
    -------
    Baseline
        Up to 16 different examples, the linear classifiers are the best that there are, proven; for more
        they are trained by softmax regression.

    Raises
    ------
    DataError
        No data set, held-out data of another shape, or numbers above 1e100.

    References
    ----------
    .. [1] C. Markou, "The black magic of deep learning" (2017): compare with a simple baseline.

    Examples
    --------
    >>> from glassnet.data import four_pixel
    >>> print(baseline(four_pixel()))
    four-pixel: what simple rules learn from 8 examples
    <BLANKLINE>
    rule                                                           right
    most frequent category          solid                          2 of 8 (25.0%)
    best single input               pixel (0, 0)                   2 of 8 (25.0%)
    best pair of inputs             pixel (0, 0) and pixel (0, 1)  4 of 8 (50.0%)
    nearest mean of a category                                     0 of 8 (0.0%, 8 ties)
    linear classifier without bias  proven: none gets more right   4 of 8 (50.0%, 3 ties)
    linear classifier with bias     proven: none gets more right   5 of 8 (62.5%)
    <BLANKLINE>
    To know the category takes 2 bits.
    One input tells 0 bits, whichever.
    Two inputs tell 1 bit, whichever.
    Three inputs tell 2 bits, whichever.
    """
    _check(data, held_out)
    drawn = [_drawn(each) for each in (data, held_out) if each is not None]
    learned, inputs = drawn[0]
    names = _input_names(data)
    category_bits: float | None = None
    told: tuple[Information, ...] = ()
    if data.categories is None:
        rules = rules_for_numbers(inputs, in_own_unit(learned, learned.targets), names)
    else:
        ranges = Ranges.of(inputs)
        groups = count_groups(inputs, learned.labels, len(data.categories), ranges)
        rules = rules_for_categories(inputs, learned.labels, data.categories, names, groups, ranges)
        category_bits = entropy(np.bincount(learned.labels))
        told = tuple(information(each, data.n_inputs, ranges) for each in groups)
    return Baseline(
        name=data.name,
        n_examples=data.n_examples,
        n_learned=learned.n_examples,
        rules=tuple(_judged(rule, drawn) for rule in rules),
        category_bits=category_bits,
        information=told,
        input_names=names,
        judged=drawn[-1][0],
    )


def _check(data: Dataset, held_out: Dataset | None) -> None:
    for each in (data,) if held_out is None else (data, held_out):
        if not isinstance(each, Dataset):
            raise DataError(f"baseline: got {type(each).__name__}, expected a Dataset")
    if held_out is None:
        return
    for what in ("n_inputs", "n_outputs", "categories"):
        given, expected = getattr(held_out, what), getattr(data, what)
        if given != expected:
            raise DataError(
                f"baseline: held-out data with {what} {given}, expected {expected} as in the data"
            )


def _drawn(data: Dataset) -> tuple[Dataset, NDArray[np.float64]]:
    """Return a data set, or a part of it where it is too large, and its inputs."""
    most = max(1, min(_MOST_EXAMPLES, _MOST_VALUES // data.n_inputs))
    if data.n_examples > most:
        data = data.take(np.sort(np.random.default_rng(0).choice(data.n_examples, most, replace=False)))
    inputs = np.asarray(data.inputs, dtype=np.float64)
    largest = max(float(np.abs(inputs).max()), float(np.abs(data.targets).max()))
    if largest > _LARGEST:
        raise DataError(
            f"{data.name}: a number of size {largest:g}, expected at most {_LARGEST:g}; scale them first"
        )
    return data, inputs


def _input_names(data: Dataset) -> tuple[str, ...]:
    """Return what each input is called: a column of the table, a pixel, or its number."""
    if isinstance(data.encoder, Camera):
        places = np.ndindex(data.encoder.rows, data.encoder.columns)
        return tuple(f"pixel ({row}, {column})" for row, column in places)
    return input_names(data.encoder, data.n_inputs)


def _judged(rule: Rule, drawn: Sequence[tuple[Dataset, NDArray[np.float64]]]) -> SimpleRule:
    """Return how a rule does on the examples that it learned from, and on those held out if there are any."""
    scores = [_score(rule.answer(inputs), data) for data, inputs in drawn]
    held_out = scores[1] if len(scores) > 1 else None
    return SimpleRule(rule.name, rule.detail, rule.exact, learned=scores[0], held_out=held_out)


def _score(answers: NDArray[Any], data: Dataset) -> Score:
    """Score the answers of a rule: categories by index, or numbers in the unit of the targets."""
    if data.categories is not None:
        return score_categories(answers, data)
    return score_numbers(answers, in_own_unit(data, data.targets))


def _bits(amount: float) -> str:
    return f"{amount:.4g} {'bit' if f'{amount:.4g}' == '1' else 'bits'}"
