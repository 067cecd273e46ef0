"""How good is the doctor? A ward of healthy and faulty trainings: `make clinic`.

A run is healthy if it reaches what the best of a wide search reaches on the same data, less a margin; both
are measured before any patient is seen. A fault of the training counts as one only if its run falls short of
that; a fault of the data or of the design counts wherever it is put in.

``python benchmarks/clinic.py tune`` sees the patients that thresholds were fixed by, ``judge`` those that
judge them, on data that are drawn anew for each ``--draw``. What was found is kept in ``--cache``: whoever is
called again goes on where the time, ``--minutes``, ended. ``python benchmarks/clinic.py table`` prints it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from clinic_faults import FAMILIES
from clinic_table import print_tables
from clinic_ward import Case, Family, copy_of, healthy_case, names_of, rng_of, search_case
from glassnet.doctor import examine, treat
from glassnet.doctor.patient import score_of
from glassnet.doctor.recipe import Recipe, treated_data
from glassnet.errors import LossNotFinite
from glassnet.training import History, Training, carry_out, train

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the worker processes share the cores already

Patient = tuple[str, Family | None, int, bool]
"""Data set, fault, number, severe."""

LEVELS = ("level", "fresh_level")
N_SEARCHED = 16
# On each data set: healthy ones, and those with a fault, of each dose.
N_HEALTHY = {"tune": 20, "judge": 50}
N_A_DOSE = {"tune": 2, "judge": 3}
N_TREATED = 1  # of each dose: treatments take most of the time


def trained(case: Case, seed: int) -> tuple[Any, History, float, float]:
    """Train a case; return network, history, held-out score and seconds."""
    network = case.build(seed)
    training = Training(network, case.data, case.held_out, case.train_settings(seed))
    began = time.perf_counter()
    try:
        history = carry_out(training)
    except LossNotFinite:
        history = training.conclude()
    seconds = time.perf_counter() - began
    score = -np.inf if history.not_finite is not None else score_of(network, case.held_out)
    return network, history, float(score), seconds


def healthy_level(name: str, mnist: str | None, cache: Path) -> dict[str, float]:
    """Return the scores from which a run on these data is healthy, on held-out and on fresh examples."""
    file = cache / f"level-{name.replace(' ', '-')}.json"
    if not file.exists():
        scores = []
        for k in range(N_SEARCHED):
            case = search_case(name, k, mnist).put_aside()
            network, _, score, _ = trained(case, k)
            scores.append((score, score_of(network, case.fresh)))
        n = case.held_out.n_examples
        level = {
            what: _less_a_margin(max(each), n)
            for what, each in zip(LEVELS, zip(*scores, strict=True), strict=True)
        }
        file.write_text(json.dumps(level))
    return json.loads(file.read_text())


def _less_a_margin(best: float, n: int) -> float:
    share = min(best, 1 - 0.5 / n)
    return share - max(0.03, 3 * float(np.sqrt(share * (1 - share) / n)))


def patients(part: str) -> list[Patient]:
    """Everyone in "tune", or in a judgement such as "judge 1"."""
    kind = part.split()[0]
    everyone: list[Patient] = []
    for name in names_of(part):
        everyone += [(name, None, k, False) for k in range(N_HEALTHY[kind])]
        everyone += [
            (name, family, k, severe)
            for family in FAMILIES
            for severe in (False, True)
            for k in range(N_A_DOSE[kind] * family.times)
        ]
    return everyone


def admit(name: str, family: Family | None, number: int, severe: bool, mnist: str | None) -> Case | None:
    """Return the case of a patient; None where the fault cannot be had with these data."""
    if family is None:
        return healthy_case(name, number, mnist).put_aside()
    rng = rng_of(family.name, name, number, severe)
    case = copy_of(healthy_case(name, 100 + int(rng.integers(1000)), mnist))
    return None if family.inject(case, rng, severe) is False else case.put_aside()


def see(who: Patient, args: argparse.Namespace) -> dict[str, Any] | None:
    """Train a patient, hand it to the doctor, and note what happened."""
    name, family, number, severe = who
    case = admit(*who, args.mnist)
    if case is None:
        return None
    levels = healthy_level(name, args.mnist, args.cache)
    level = levels["level"]
    seed = 100 + number
    network, history, score, seconds = trained(case, seed)
    settings = case.train_settings(seed)
    began = time.perf_counter()
    diagnosis = examine(network, case.data, history, case.held_out, settings)
    row: dict[str, Any] = {
        "data": name,
        "family": family.name if family else "healthy",
        "severe": severe,
        **levels,
        "score": score if np.isfinite(score) else None,
        "fell_short": not score >= level,
        "found": list(diagnosis.names),
        "facts": diagnosis.to_json()["facts"],
        "train_seconds": seconds,
        "examine_seconds": time.perf_counter() - began,
    }
    if args.treat and number < N_TREATED and family and family.repairable and row["fell_short"]:
        began = time.perf_counter()
        treatment = treat(network, case.data, diagnosis, case.held_out, settings)
        row |= {
            "before": row["score"],
            "after": _finite(fresh_score(case, treatment.recipe)),
            "claimed": _finite(1 - treatment.after.error),
            "helped": treatment.after.words,
            "treat_seconds": time.perf_counter() - began,
        }
    return row


def fresh_score(case: Case, recipe: Recipe) -> float:
    """Train by a recipe with three new seeds, and return the mean score on data that nobody has seen."""
    data, held_out = treated_data(recipe.data, case.data, case.held_out)
    _, fresh = treated_data(recipe.data, case.data, case.fresh)
    scores = []
    for seed in (901, 902, 903):
        network = recipe.build(data, seed)
        try:
            train(network, data, held_out, dataclasses.replace(recipe.settings, seed=seed))
            scores.append(score_of(network, fresh))
        except LossNotFinite:
            scores.append(-np.inf)
    return float(np.mean(scores))


def _finite(score: float) -> float | None:
    return score if np.isfinite(score) else None


def main() -> None:
    """See a part of the ward, or print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["tune", "judge", "table"])
    parser.add_argument("--draw", type=int, default=1, help="which data to judge by: 1, 2, ...")
    parser.add_argument("--treat", action="store_true", help="try the remedies too, and judge them")
    parser.add_argument("--only", help="one family")
    parser.add_argument("--every", type=int, default=1, help="see only every so-many-th of them")
    parser.add_argument("--again", action="store_true", help="see patients again whose results are kept")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many processes")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin with no patient after so long")
    parser.add_argument("--mnist", help="a .npz with images and labels")
    parser.add_argument("--cache", type=Path, default=Path("clinic.cache"))
    args = parser.parse_args()
    args.cache.mkdir(exist_ok=True)
    if args.part == "table":
        print_tables(args.cache)
        return
    if args.part == "judge":
        args.part = f"judge {args.draw}"
    args.until = time.time() + 60 * args.minutes
    everyone = patients(args.part)
    chosen = [k for k, who in enumerate(everyone) if args.only in (None, _kind(who))]
    if args.treat and not args.again:  # of those that were seen only whoever needs it
        chosen = [k for k in chosen if _needs_treatment(_file(everyone[k], args), everyone[k])]
    chosen = chosen[:: args.every]
    if not args.again:
        chosen = [k for k in chosen if not _done(_file(everyone[k], args), treat=args.treat)]
    with multiprocessing.get_context("spawn").Pool(args.jobs) as pool:
        levels = [(name, args.mnist, args.cache) for name in names_of(args.part)]
        pool.starmap(healthy_level, levels, chunksize=1)  # defined first, not after
        for place, line in enumerate(pool.imap(_see, [(k, args) for k in chosen]), start=1):
            if line:
                print(f"{place}/{len(chosen)} {line}", flush=True)


def _kind(who: Patient) -> str:
    return who[1].name if who[1] else "healthy"


def _file(who: Patient, args: argparse.Namespace) -> Path:
    dose = "severe" if who[3] else "mild"
    return args.cache / f"{args.part}-{who[0]}-{_kind(who)}-{who[2]}-{dose}.json".replace(" ", "-")


def _needs_treatment(file: Path, who: Patient) -> bool:
    """Whether this patient is to be treated, or nobody knows yet."""
    if not file.exists():
        return True
    row, family = json.loads(file.read_text()), who[1]
    return bool(row) and family is not None and family.repairable and row["fell_short"] and who[2] < N_TREATED


def _done(file: Path, *, treat: bool) -> bool:
    """Whether this patient was seen, and treated where that is wanted."""
    return file.exists() and (not treat or "after" in (json.loads(file.read_text()) or {}))


def _see(job: tuple[int, argparse.Namespace]) -> str:
    """See a patient in a process of its own, keep what was found, and say it in a line."""
    number, args = job
    if time.time() > args.until:
        return ""
    who = patients(args.part)[number]
    row = see(who, args)
    _file(who, args).write_text(json.dumps(row))
    return "" if row is None else f"{who[0]}, {_kind(who)}: {', '.join(row['found']) or 'nothing'}"


if __name__ == "__main__":
    main()
