"""Draws which categories a network takes for which: the confusion matrix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.errors import SettingError, ShapeError
from glassnet.pictures import colours
from glassnet.pictures.confusion_geometry import (
    HEAD,
    LINE,
    LIST_BARS,
    LONGEST_NAME,
    NAME_SIZE,
    MatrixGeometry,
    lay_out_list,
    lay_out_matrix,
)
from glassnet.pictures.diagram import MARGIN, TEXT_SIZE, sheet
from glassnet.pictures.svg import Picture, add, coordinate, finished
from glassnet.pictures.text import counted, sentences, shortened

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network.answers import Evaluation

__all__ = ["confusion"]

MOST_CATEGORIES = 20
"""More make cells too small for their numbers."""

MOST_LINES = 20
"""Of a list of confusions; the further ones are rare."""

MOST_SAID = 5
"""Confusions in the text alternative."""

NO_CATEGORY = "no category"


@dataclass(frozen=True)
class _Confusion:
    """How often the examples of one category were taken for another, or for none."""

    truth: str
    answer: str
    count: int
    n_examples: int

    def __str__(self) -> str:
        answer = "put into no category" if self.answer == NO_CATEGORY else f"taken for {self.answer}"
        return f"{self.count:,} of {counted(self.n_examples, 'example')} of {self.truth} {answer}"


def confusion(evaluation: Evaluation, categories: Sequence[str]) -> Picture:
    """Draw how often each category was taken for which.

    A row is a true category, a column an answer, a cell counts examples and is the darker the larger its
    share of the row; the cells of right answers are blue and have a frame, the others are orange. A column
    "no category" stands there if there were ties. Of more than 20 categories the worst confusions are
    listed instead.

    Parameters
    ----------
    evaluation : Evaluation
        From `Network.evaluate`.
    categories : sequence of str
        Their names, in the order of the outputs.

    Returns
    -------
    Picture

    Raises
    ------
    SettingError
        The network puts nothing into categories.
    ShapeError
        As many names were expected as there are categories.

    Examples
    --------
    >>> from glassnet import Network, data
    >>> network, patterns = Network.drawn_four_pixel(), data.four_pixel()
    >>> "8 of 8 right" in str(confusion(network.evaluate(patterns), patterns.categories))
    True
    """
    counts = evaluation.confusion
    if counts is None:
        raise SettingError(
            "confusion: the evaluation is of a network without categories; its loss is all there is"
        )
    if len(categories) != len(counts):
        raise ShapeError(f"categories: got {len(categories)} names, expected {len(counts)}")
    found = _confusions(counts, categories)
    said = [str(evaluation), *map(str, found[:MOST_SAID])]
    if len(found) > MOST_SAID:
        said.append(
            f"{counted(len(found) - MOST_SAID, 'further confusion')}, each of fewer or as many examples"
        )
    description = sentences(said)
    title = f"{evaluation.n_right:,} of {evaluation.n_examples:,} right ({evaluation.accuracy:.2%})"
    if len(categories) > MOST_CATEGORIES:
        return _listed(title, description, found)
    return _matrix(title, description, counts, categories)


def _confusions(counts: NDArray[np.int64], categories: Sequence[str]) -> list[_Confusion]:
    """Return all wrong answers, the most frequent first."""
    answers = [*categories, NO_CATEGORY]
    totals = counts.sum(axis=1)
    found = [
        _Confusion(categories[i], answers[j], int(count), int(totals[i]))
        for (i, j), count in np.ndenumerate(counts)
        if i != j and count
    ]
    return sorted(found, key=lambda each: -each.count)


def _matrix(title: str, description: str, counts: NDArray[Any], categories: Sequence[str]) -> Picture:
    columns = list(categories)
    if counts[:, -1].any():
        columns.append(NO_CATEGORY)
    geometry = lay_out_matrix(list(categories), columns, int(counts.sum()))
    root = sheet(geometry.width, geometry.height, title, description)
    _draw_names(root, geometry, categories, columns)
    for i, row in enumerate(counts[:, : len(columns)]):
        _draw_row(root, geometry, i, row)
    _draw_totals(root, geometry, counts)
    said = "Shade: share of the row; framed, blue: right; orange: wrong; an empty cell is 0"
    add(root, "text", said, x=MARGIN, y=geometry.note_y, fill=colours.INK, font_size=TEXT_SIZE)
    return finished(root)


def _draw_names(
    root: ET.Element, geometry: MatrixGeometry, rows: Sequence[str], columns: Sequence[str]
) -> None:
    """Write the names of the rows before them, those of the columns above, upwards where they are long."""
    group = add(root, "g", fill=colours.INK, font_size=NAME_SIZE)
    for i, name in enumerate(rows):
        x, y = geometry.cells.x - 10, geometry.middle(i, 0)[1] + 4
        add(group, "text", shortened(name, NAME_SIZE, LONGEST_NAME), x=x, y=y, text_anchor="end")
    for j, name in enumerate(columns):
        text = shortened(name, NAME_SIZE, LONGEST_NAME)
        x, y = geometry.middle(0, j)[0], geometry.cells.y - 10
        if name in geometry.turned:
            turned = f"rotate(-90 {coordinate(x + 4)} {coordinate(y)})"
            add(group, "text", text, x=x + 4, y=y, transform=turned)
        else:
            add(group, "text", text, x=x, y=y, text_anchor="middle")
    heads = add(root, "g", fill=colours.INK, font_size=TEXT_SIZE, font_style="italic")
    add(heads, "text", "answer →", x=geometry.cells.x, y=HEAD)
    add(heads, "text", "truth ↓", x=geometry.cells.x - 10, y=geometry.cells.y - 10, text_anchor="end")


def _draw_row(root: ET.Element, geometry: MatrixGeometry, i: int, row: NDArray[Any]) -> None:
    group = add(root, "g", font_size=geometry.size, text_anchor="middle")
    total = max(int(row.sum()), 1)
    for j, count in enumerate(row.tolist()):
        full = colours.RIGHT if i == j else colours.WRONG
        # The root, so that a share of one in a hundred is seen too.
        colour = colours.mixed(colours.PAPER, full, math.sqrt(count / total))
        frame = (colours.INK, 1.5) if i == j else (colours.AXIS, 0.75)
        x, y = geometry.middle(i, j)
        add(
            group,
            "rect",
            x=x - geometry.cell[0] / 2 + 1,
            y=y - geometry.cell[1] / 2 + 1,
            width=geometry.cell[0] - 2,
            height=geometry.cell[1] - 2,
            fill=colour,
            stroke=frame[0],
            stroke_width=frame[1],
        )
        if count:
            add(group, "text", f"{count:,}", x=x, y=y + geometry.size / 3, fill=colours.ink_on(colour))


def _draw_totals(root: ET.Element, geometry: MatrixGeometry, counts: NDArray[Any]) -> None:
    """Write behind each row how many examples it has, and what share of them is right."""
    group = add(root, "g", fill=colours.INK, font_size=TEXT_SIZE, text_anchor="end")
    heads = add(root, "g", fill=colours.INK, font_size=TEXT_SIZE, text_anchor="end", font_style="italic")
    for text, x in (("examples", geometry.examples_x), ("right", geometry.right_x)):
        add(heads, "text", text, x=x, y=geometry.cells.y - 10)
    for i, row in enumerate(counts.tolist()):
        y = geometry.middle(i, 0)[1] + 4
        total = sum(row)
        add(group, "text", f"{total:,}", x=geometry.examples_x, y=y)
        if total:
            add(group, "text", f"{row[i] / total:.1%}", x=geometry.right_x, y=y)


def _listed(title: str, description: str, found: Sequence[_Confusion]) -> Picture:
    """Draw the worst confusions as a list of bars."""
    shown = found[:MOST_LINES]
    geometry = lay_out_list([(each.truth, each.answer) for each in shown])
    root = sheet(geometry.width, geometry.height, title, description)
    heads = add(root, "g", fill=colours.INK, font_size=TEXT_SIZE, font_style="italic")
    columns = (("truth", geometry.truth_x), ("answer", geometry.answer_x), ("examples", geometry.bar_x))
    for text, x in columns if shown else ():
        add(heads, "text", text, x=x, y=HEAD)
    group = add(root, "g", fill=colours.INK, font_size=NAME_SIZE)
    for each, y in zip(shown, geometry.rows, strict=False):
        length = LIST_BARS * each.count / shown[0].count
        add(group, "text", shortened(each.truth, NAME_SIZE, LONGEST_NAME), x=geometry.truth_x, y=y + 4)
        add(group, "text", shortened(each.answer, NAME_SIZE, LONGEST_NAME), x=geometry.answer_x, y=y + 4)
        add(
            group,
            "rect",
            x=geometry.bar_x,
            y=y - LINE / 2 + 5,
            width=length,
            height=LINE - 10,
            fill=colours.WRONG,
        )
        count = f"{each.count:,} of {each.n_examples:,}"
        add(group, "text", count, x=geometry.bar_x + length + 8, y=y + 4)
    add(group, "text", _rest(found), x=geometry.truth_x, y=geometry.rows[-1] + 4)
    return finished(root)


def _rest(found: Sequence[_Confusion]) -> str:
    if not found:
        return "No example was put into a wrong category."
    further = found[MOST_LINES:]
    if not further:
        return "These are all confusions."
    n_examples = sum(each.count for each in further)
    return f"Not shown: {counted(len(further), 'further confusion')} of {counted(n_examples, 'example')}."
