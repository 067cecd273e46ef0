"""The tables of the clinic: by fault family, for healthy runs, and every miss by name."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from clinic_faults import FAMILIES

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]


def print_tables(cache: Path) -> None:
    """Print a table for each part, as Markdown."""
    files: dict[str, list[Path]] = {}
    for file in sorted(cache.glob("*.json")):
        part = "tune" if file.name.startswith("tune-") else "-".join(file.name.split("-")[:2])
        if not part.startswith("level"):
            files.setdefault(part, []).append(file)
    for part, those in files.items():
        rows = [json.loads(file.read_text()) for file in those]
        rows = [row for row in rows if row]
        print(f"\n## {part.replace('-', ' ')}: {len(rows)} trainings\n")
        _print_part(rows)


def most_likely(k: int, n: int) -> float:
    """Return the share below which the truth lies, 95 % sure, when k of n were seen (Clopper and Pearson)."""
    low, high = k / n, 1.0
    for _ in range(50):
        share = (low + high) / 2
        at_most = sum(math.comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k + 1))
        low, high = (share, high) if at_most > 0.05 else (low, share)
    return high


def _print_part(rows: list[Row]) -> None:
    healthy = [row for row in rows if row["family"] == "healthy" and not row["fell_short"]]
    alarmed = [row for row in healthy if row["found"]]
    short = sum(row["family"] == "healthy" for row in rows) - len(healthy)
    print(
        f"Healthy runs: {len(healthy)} ({short} more fell short and are none), false alarms: {len(alarmed)}: "
        f"{len(alarmed) / len(healthy):.1%}, 95 % sure below {most_likely(len(alarmed), len(healthy)):.1%}\n"
    )
    print("| fault | faulty | harmless | found | recall | precision | treated | repaired | points gained |")
    print("|---|---|---|---|---|---|---|---|---|")
    in_a_column = [row for row in rows if row["family"] != "healthy" or not row["fell_short"]]
    total = np.zeros(4, dtype=int)
    for family in FAMILIES:
        mine = [row for row in rows if row["family"] == family.name]
        faulty = [row for row in mine if row["fell_short"] or not family.by_harm]
        found = [row for row in faulty if set(row["found"]) & set(family.accepted)]
        treated = [row for row in mine if "after" in row]
        cured = [row for row in treated if _cured(row)]
        wrong = [
            row
            for row in in_a_column
            if family.name in row["found"] and family.name not in _accepted(row["family"]) and not _mixed(row)
        ]
        n_named = len(found) + len(wrong)
        total += [len(faulty), len(found), len(treated), len(cured)]
        print(
            f"| {family.name} | {len(faulty)} | {len(mine) - len(faulty)} | {len(found)} | "
            f"{_share(len(found), len(faulty))} | {_share(len(found), n_named)} | "
            f"{len(treated) or ''} | {len(cured) if treated else ''} | {_gained(treated)} |"
        )
    print(
        f"| all | {total[0]} | | {total[1]} | {_share(total[1], total[0])} | | {total[2]} | "
        f"{total[3]} ({_share(total[3], total[2])}) | {_gained(rows)} |\n"
    )
    times = {name: np.median([row[f"{name}_seconds"] for row in rows]) for name in ("train", "examine")}
    print(f"Median seconds: training {times['train']:.3f}, examination {times['examine']:.3f}.\n")
    _print_misses(rows, alarmed)


def _accepted(name: str) -> tuple[str, ...]:
    return next((family.accepted for family in FAMILIES if family.name == name), ())


def _mixed(row: Row) -> bool:
    """Whether a run has a further fault by nature, so that another name may be right too."""
    return bool(set(row["found"]) & set(_accepted(row["family"])))


def _cured(row: Row) -> bool:
    return row["after"] is not None and row["after"] >= row["fresh_level"]


def _gained(rows: list[Row]) -> str:
    """The score after a treatment less that before, on average; no finite loss counts as 0."""
    gained = [max(row["after"] or 0, 0) - max(row["before"] or 0, 0) for row in rows if "after" in row]
    return f"{100 * np.mean(gained):.0f}" if gained else ""


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""


def _print_misses(rows: list[Row], alarmed: list[Row]) -> None:
    print("Misses:\n")
    for row in alarmed:
        print(f"- false alarm on a healthy run, {row['data']}: {', '.join(row['found'])}")
    for family in FAMILIES:
        for row in rows:
            if row["family"] != family.name:
                continue
            dose = "severe" if row["severe"] else "mild"
            score = "no finite loss" if row["score"] is None else f"score {row['score']:.3f}"
            what = f"{family.name}, {row['data']}, {dose} ({score}, healthy from {row['level']:.3f})"
            if (row["fell_short"] or not family.by_harm) and not set(row["found"]) & set(family.accepted):
                print(f"- not found: {what}: {', '.join(row['found']) or 'nothing'}")
            if "after" in row and not _cured(row):
                after = "no finite loss" if row["after"] is None else f"{row['after']:.3f}"
                print(f"- not repaired: {what}: {after} of {row['fresh_level']:.3f} after {row['helped']}")
