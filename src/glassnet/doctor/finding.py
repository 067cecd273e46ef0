"""What the doctor says: findings with their evidence, the remedies to try, and all of it as a diagnosis."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from glassnet.doctor.causes import CAUSES, CHAPTERS
from glassnet.doctor.proof import proof_json
from glassnet.explain.printing import json_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from glassnet.doctor.proof import Proof
    from glassnet.training import Settings, Statistics

__all__ = ["SEVERITIES", "Diagnosis", "Finding", "Remedy", "Tip"]

SEVERITIES = ("fatal", "serious", "mild")
"""From worst to least: it cannot learn at all; it learns much less than it could; it should be put right."""

_WIDTH = 100


@dataclass(frozen=True)
class Remedy:
    """Something that may help, in words and, where a program can do it, as changes to make.

    Attributes
    ----------
    words : str
        What to do.
    settings : mapping
        Changes of `glassnet.training.Settings`.
    network : mapping
        Changes of the arguments of `glassnet.Network`.
    data : str or None
        What to do to the data, see `glassnet.doctor.recipe`.
    """

    words: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    network: Mapping[str, Any] = field(default_factory=dict)
    data: str | None = None

    @property
    def can_be_tried(self) -> bool:
        """Whether a program can do it."""
        return bool(self.settings or self.network or self.data)


@dataclass(frozen=True)
class Finding:
    """Something that is wrong.

    Attributes
    ----------
    name : str
        Of the fault, see `glassnet.doctor.causes`.
    severity : str
        One of `SEVERITIES`.
    said : str
        What was found, in a sentence.
    evidence : mapping of str to number or text
        What it rests on.
    place : str
        Where: a layer, a neuron, a step, an example, a setting.
    remedies : tuple of Remedy
        What to try, in this order.
    proof : Curves, Bars, Examples or None
        What it can be seen by; `glassnet.pictures.finding` draws it.
    layer : int or None
        Which layer of the network is concerned, from 1, if one is.
    neurons : tuple of int
        Which neurons of that layer, if not all.
    """

    name: str
    severity: str
    said: str
    evidence: Mapping[str, Any]
    place: str
    remedies: tuple[Remedy, ...]
    proof: Proof | None = None
    layer: int | None = None
    neurons: tuple[int, ...] = ()

    @property
    def cause(self) -> str:
        """Why that is bad, in plain words."""
        return CAUSES[self.name].words

    @property
    def chapter(self) -> str:
        """Where the page's story of how networks learn tells it, by number and title."""
        return f"chapter {self.chapter_number} of the story, {CHAPTERS[self.chapter_number]}"

    @property
    def chapter_number(self) -> int:
        """The number of that chapter, from 1."""
        return CAUSES[self.name].chapter

    @property
    def reference(self) -> str:
        """Where to read more."""
        return CAUSES[self.name].reference

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values."""
        values: dict[str, Any] = json_values(
            {
                **asdict(self),
                "remedies": [asdict(remedy) for remedy in self.remedies],
                "cause": self.cause,
                "chapter": self.chapter,
                "reference": self.reference,
                "proof": proof_json(self.proof),
            }
        )
        return values

    def __str__(self) -> str:
        lines = [f"{self.severity}: {self.name} ({self.place})", *_wrapped(self.said)]
        lines += _wrapped("; ".join(f"{what}: {_short(value)}" for what, value in self.evidence.items()))
        lines += _wrapped(f"Why: {self.cause} ({self.chapter})")
        for number, remedy in enumerate(self.remedies, start=1):
            lines += _wrapped(f"{number}. {remedy.words}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Tip:
    """One of the tips and tricks, held against this training; advice is not an alarm.

    Attributes
    ----------
    name : str
    verdict : str
        "ok", "advice" or "not applicable".
    reason : str
    """

    name: str
    verdict: str
    reason: str


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a training, or that nothing was found.

    Attributes
    ----------
    findings : tuple of Finding
        The worst first.
    tips : tuple of Tip
    facts : mapping of str to number or text
        What was measured, whatever it means.
    not_examined : tuple of str
        What could not be looked at, and why.
    statistics : tuple of Statistics
        What the layers looked like on the way, for the picture.
    settings : Settings or None
        How it was trained, where that is known.
    """

    findings: tuple[Finding, ...]
    tips: tuple[Tip, ...]
    facts: Mapping[str, Any]
    not_examined: tuple[str, ...]
    statistics: tuple[Statistics, ...] = ()
    settings: Settings | None = None

    @property
    def healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the findings."""
        return tuple(finding.name for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the diagnosis as plain JSON values."""
        values: dict[str, Any] = json_values(
            {
                "healthy": self.healthy,
                "findings": [finding.to_json() for finding in self.findings],
                "tips": [asdict(tip) for tip in self.tips],
                "facts": dict(self.facts),
                "not_examined": list(self.not_examined),
                "statistics": [asdict(each) for each in self.statistics],
            }
        )
        return values

    def __str__(self) -> str:
        parts = ["Nothing wrong was found."] if self.healthy else [str(each) for each in self.findings]
        parts.append("\n".join(f"{what}: {_short(value)}" for what, value in self.facts.items()))
        advice = [tip for tip in self.tips if tip.verdict == "advice"]
        if advice:
            lines = [line for tip in advice for line in _wrapped(f"{tip.name}: {tip.reason}")]
            parts.append("\n".join(["Advice, which is no alarm:", *lines]))
        if self.not_examined:
            parts.append("\n".join(["Not examined:", *(f"  {each}" for each in self.not_examined)]))
        return "\n\n".join(part for part in parts if part)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ") if text else []


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
