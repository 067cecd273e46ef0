"""A diagnosis as a page, or as a section of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet import __version__
from glassnet.pictures.cockpit_picture import cockpit
from glassnet.pictures.finding_picture import finding as draw_finding
from glassnet.pictures.page import (
    Page,
    Section,
    facts,
    figure,
    new_page,
    paragraph,
    saying,
    subheading,
    table,
)
from glassnet.pictures.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.doctor import Diagnosis
    from glassnet.training import History

__all__ = ["diagnosis", "diagnosis_parts"]


def diagnosis(diagnosis: Diagnosis, history: History | None = None) -> Page:
    """Write a diagnosis on a page, which needs no script and no other file.

    Parameters
    ----------
    diagnosis : Diagnosis
        From `glassnet.doctor.examine`.
    history : History, optional
        Of the training, for the cockpit.

    Returns
    -------
    Page

    Examples
    --------
    >>> from glassnet import data, doctor
    >>> "Nothing wrong was found." in diagnosis(doctor.examine(None, data.four_pixel())).html
    True
    """
    measured = {what: _short(value) for what, value in diagnosis.facts.items()}
    sections = [
        Section("What the doctor says", list(diagnosis_parts(diagnosis, history))),
        Section("What was measured", [facts(measured)]),
    ]
    n = len(diagnosis.findings)
    lead = "Nothing wrong was found." if not n else f"{n} finding{'s' if n > 1 else ''}."
    return new_page(
        "A training, examined",
        lead,
        sections,
        f"Written by glassnet {__version__}, a neural network you can see through.",
    )


def diagnosis_parts(diagnosis: Diagnosis, history: History | None) -> Iterator[str]:
    """Return the parts of a section about a diagnosis, as HTML."""
    if diagnosis.healthy:
        yield saying("Nothing wrong was found.")
    for finding in diagnosis.findings:
        yield subheading(f"{sentences([finding.name])[:-1]} ({finding.severity}; {finding.place})")
        yield saying(finding.said)
        yield facts({what: _short(value) for what, value in finding.evidence.items()})
        if finding.proof is not None:
            yield figure(draw_finding(finding), finding.proof.title)
        yield paragraph(f"Why: {finding.cause} Told in {finding.chapter}; {finding.reference}.")
        yield from (paragraph(f"{k}. {each.words}") for k, each in enumerate(finding.remedies, start=1))
    if history is not None and history.statistics:
        yield figure(cockpit(history), "The training, and its layers on the way.")
    rows = [(tip.name, tip.verdict, tip.reason) for tip in diagnosis.tips]
    yield table("Tips and tricks; advice is no alarm", ("tip", "", "why"), rows, n_left=3)
    yield from (paragraph(f"Not examined: {each}.") for each in diagnosis.not_examined)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
