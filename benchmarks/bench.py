"""Measure glassnet beside its peers: `make bench`, or a group of it: `python -m benchmarks.bench training`.

What is measured is merged into the file of results, from which `benchmarks.page` makes tables and plots.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import groups, results
from benchmarks.cases import CASES
from benchmarks.driving import measure
from benchmarks.memory import measure_memory
from benchmarks.rounds import best_variant, middle, ratio
from benchmarks.start import measure_start
from benchmarks.streaming import measure_streaming

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALL = [*groups.GROUPS, "start", "memory", "streaming"]


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description="Measure glassnet beside its peers.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(_ALL)}; all without it")
    parser.add_argument("--rounds", type=int, default=9, help="how often each peer has its turn")
    parser.add_argument("--seconds", type=float, default=0.1, help="of one turn")
    parser.add_argument("--networks", nargs="+", metavar="SIZES", help="only these, such as 784-128-10")
    parser.add_argument("--peers", nargs="+", metavar="PEER", help="only these, such as JAX PyTorch")
    parser.add_argument("--optimizer", choices=("sgd", "adam"), help="only this one")
    parser.add_argument("--results", type=Path, default=results.RESULTS, help="the file to merge into")
    chosen = parser.parse_args(arguments)
    unknown = [group for group in chosen.groups if group not in _ALL]
    if unknown:
        parser.error(f"there is no group {', '.join(unknown)}; known are {', '.join(_ALL)}")
    for given, known, what in (
        (chosen.peers, sorted({peer.name for peers in groups.GROUPS.values() for peer in peers}), "peer"),
        (chosen.networks, list(dict.fromkeys(case.network for case in CASES)), "network"),
    ):
        if missing := [name for name in given or [] if name not in known]:
            parser.error(f"there is no {what} {', '.join(missing)}; known are {', '.join(known)}")
    began = time.monotonic()
    for group in chosen.groups or _ALL:
        measure_group(group, chosen)
    print(f"\n{time.monotonic() - began:.0f} s")


def measure_group(group: str, chosen: argparse.Namespace) -> None:
    """Measure one group, print it, and merge it job by job, so that a stop loses little."""
    settings = {"rounds": chosen.rounds, "seconds": chosen.seconds}
    print(f"\n{group}", flush=True)
    if group == "start":
        done, per = measure_start(chosen.rounds, chosen.peers), "process"
    elif group == "memory":
        done, per = measure_memory(chosen.rounds), "bytes"
    elif group == "streaming":
        done, per = measure_streaming(chosen.rounds), "process"
    else:
        done, per = measure_jobs(group, chosen), "unit"
    for name, job in done:
        print_job(name, job, per)
        keep(group, settings, {name: job}, chosen.results)


def measure_jobs(group: str, chosen: argparse.Namespace) -> Iterable[tuple[str, dict[str, Any]]]:
    """Measure the chosen jobs of a group against the chosen peers."""
    jobs = [
        job
        for job in groups.jobs(group, chosen.networks)
        if chosen.optimizer in (None, job.facts.get("optimizer", chosen.optimizer))
    ]
    peers = groups.peers(group, chosen.peers)
    return measure(jobs, peers, rounds=chosen.rounds, seconds=chosen.seconds)


def keep(group: str, settings: dict[str, Any], jobs: dict[str, Any], path: Path) -> None:
    """Merge what was measured into the file."""
    everything = results.load(path)
    order = [job.name for job in groups.jobs(group)] if group in groups.GROUPS else []
    results.merge(everything, group, settings, jobs, order)
    results.save(everything, path)


def print_job(name: str, job: dict[str, Any], per: str) -> None:
    """Print what was measured: medians, spread, and ratios within the rounds."""
    load = f"   (load {job['load']})" if "load" in job else ""
    print(f"\n  {name}{load}")
    ours_key = best_variant(job["peers"], "glassnet")
    ours = job["peers"][ours_key]["rounds"] if ours_key else []
    for key, entry in job["peers"].items():
        if not entry.get("rounds"):
            print(f"    {key:26} {entry.get('absent') or entry.get('error')}")
            continue
        found = middle(entry["rounds"])
        scale, unit = (1e6, "us") if per == "unit" else (1, "s") if per == "process" else (2**-20, "MiB")
        times = f"{found.median * scale:12.3f} {unit} ({found.low * scale:.3f} to {found.high * scale:.3f})"
        beside = ratio(entry["rounds"], ours) if len(entry["rounds"]) == len(ours) else None
        rate = f"{job['flops'] / found.median / 1e9:8.1f} GF/s" if "flops" in job else ""
        print(f"    {key:26} {times:40} {f'{beside.median:9.2f} x' if beside else '':12}{rate}", flush=True)


if __name__ == "__main__":
    main()
