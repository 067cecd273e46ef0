"""The tables of the page, from the file of results: times, ratios within the rounds, promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.promises import PROMISES, SECONDS, SHARES
from benchmarks.rounds import Middle, best_variant, middle, ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "behind",
    "best_rate",
    "factor",
    "kept",
    "peer_names",
    "ratio_table",
    "share_table",
    "table",
    "time",
    "times_by_threads",
]

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def time(seconds: float) -> str:
    """Return a duration in the unit that suits it, three digits long.

    Examples
    --------
    >>> time(0.000_0123), time(2.5)
    ('12.3 µs', '2.5 s')
    """
    size, unit = next((pair for pair in _UNITS if seconds >= pair[0] * 0.9995), _UNITS[-1])
    return f"{_digits(seconds / size)} {unit}"


def factor(value: float) -> str:
    """Return a ratio, as long as it means something."""
    return f"{_digits(value)}×"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    """Return a Markdown table."""
    return [_row(header), _row(["---", *["---:"] * (len(header) - 1)]), *map(_row, lines), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _spread(rounds: Sequence[float]) -> str:
    found = middle(rounds)
    return f"{time(found.median)} ({time(found.low)} to {time(found.high)})"


def peer_names(jobs: Mapping[str, Any], ours: str = "glassnet") -> list[str]:
    """Return the names of the peers in the order in which they were measured, without us."""
    names = dict.fromkeys(key.split("@")[0] for job in jobs.values() for key in job["peers"])
    return [name for name in names if not name.startswith(ours)]


def against(job: Mapping[str, Any], peer: str, ours: str = "glassnet") -> tuple[str, Middle] | None:
    """Return a peer's best variant at a job, and how many times as long as ours it takes."""
    here, there = best_variant(job["peers"], ours), best_variant(job["peers"], peer)
    if here is None or there is None:
        return None
    return there, ratio(job["peers"][there]["rounds"], job["peers"][here]["rounds"])


def ratio_table(jobs: Mapping[str, Any], label: str, unit: str, ours: str = "glassnet") -> list[str]:
    """Return our time and how many times as long each peer takes; bold where a peer is faster."""
    names = peer_names(jobs, ours)
    lines = []
    for job_name, job in jobs.items():
        here = best_variant(job["peers"], ours)
        cells = [job_name, "—"]
        if here is not None:
            cells[1] = _spread(job["peers"][here]["rounds"])
        lines.append(cells + [_ratio_cell(job, name, ours) for name in names])
    return table([label, f"{ours}, {unit}", *names], lines)


def _ratio_cell(job: Mapping[str, Any], name: str, ours: str) -> str:
    found = against(job, name, ours)
    if found is None:
        entries = [entry for key, entry in job["peers"].items() if key.split("@")[0] == name]
        return "error" if any("error" in entry for entry in entries) else "—"
    key, times = found
    n_variants = sum(other.split("@")[0] == name for other in job["peers"])
    text = factor(times.median) + (" ¹" if n_variants > 1 and key.endswith("@1") else "")
    return f"**{text}**" if times.median < 1 else text


def time_table(jobs: Mapping[str, Any], label: str) -> list[str]:
    """Return everybody's own times, median and from lowest to highest."""
    keys = list(dict.fromkeys(key for job in jobs.values() for key in job["peers"]))
    lines = []
    for job_name, job in jobs.items():
        rounds = [job["peers"].get(key, {}).get("rounds") for key in keys]
        lines.append([job_name, *(_spread(some) if some else "—" for some in rounds)])
    names = [key.replace("@auto", "").replace("@", ", threads: ") for key in keys]
    return table([label, *names], lines)


def absences(jobs: Mapping[str, Any]) -> list[str]:
    """Return a line for each peer that has no figure somewhere, with the reason."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for job_name, job in jobs.items():
        for key, entry in job["peers"].items():
            reason = entry.get("absent") or entry.get("error")
            if reason:
                places = reasons.setdefault((key.split("@")[0], reason), [])
                places += [job_name] if job_name not in places else []
    return [f"- {peer}: {reason} ({', '.join(places)})." for (peer, reason), places in reasons.items()]


def best_rate(jobs: Mapping[str, Any], threads: int) -> float | None:
    """Return the best matrix product rate of the machine with some threads [operations a second]."""
    rates = [
        job["flops"] / middle(entry["rounds"]).median
        for name, job in jobs.items()
        if name.startswith("product")
        for key, entry in job["peers"].items()
        if key.endswith(f"@{threads}") and entry.get("rounds")
    ]
    return max(rates, default=None)


def share_table(jobs: Mapping[str, Any], cores: int) -> list[str]:
    """Return what share of the machine's best matrix product rate whole training steps reach."""
    lines = []
    for name, job in jobs.items():
        if name.startswith("product"):
            continue
        cells = [name]
        for threads, key in ((cores, "glassnet@auto"), (1, "glassnet@1")):
            best, entry = best_rate(jobs, threads), job["peers"].get(key, {})
            if best is None or not entry.get("rounds"):
                cells += ["—", "—"]
                continue
            rate = job["flops"] / middle(entry["rounds"]).median
            cells += [f"{rate / 1e9:,.0f}", f"{rate / best:.0%}"]
        promised = SHARES.get(name)
        lines.append([*cells, f"{promised:.0%}" if promised else "—"])
    head = ["network/batch", "threads by itself: GF/s", "share", "1 thread: GF/s", "share", "promised share"]
    return table(head, lines)


def times_by_threads(jobs: Mapping[str, Any]) -> dict[str, dict[int, float]]:
    """Return our median time of each job by the number of threads, where there are several."""
    found = {
        name: {
            int(key.split("@")[1]): middle(entry["rounds"]).median
            for key, entry in job["peers"].items()
            if entry.get("rounds")
        }
        for name, job in jobs.items()
    }
    return {name: times for name, times in found.items() if 1 in times and len(times) > 1}


def behind(groups: Mapping[str, Any]) -> list[str]:
    """Return a line for each place where a peer is faster than we are."""
    lines = []
    for group in ("training", "many", "prediction", "start"):
        for job_name, job in groups.get(group, {"jobs": {}})["jobs"].items():
            for peer in peer_names({job_name: job}):
                found = against(job, peer)
                if found is not None and found[1].median < 1 and job_name != "bare Python":
                    share = found[1].median
                    lines.append(f"- {group}, {job_name}: {peer} takes {factor(share)} our time.")
    return lines


def kept(groups: Mapping[str, Any], cores: int) -> list[str]:
    """Return the table of promises: what was promised, what was measured, whether it is kept.

    Beside it stands what a step of training would reach at the machine's best matrix product rate.
    """
    lines, best = [], best_rate(groups.get("share", {"jobs": {}})["jobs"], cores)
    for (group, job_name, peer), promised in PROMISES.items():
        job = groups.get(group, {"jobs": {}})["jobs"].get(job_name)
        found = against(job, peer) if job else None
        if found is not None:
            median, possible = found[1].median, "—"
            if best and group == "training":
                theirs = middle(job["peers"][found[0]]["rounds"]).median
                possible = factor(theirs * best / job["flops"])
            lines.append(
                [
                    f"{group}, {job_name}: faster than {peer}",
                    factor(promised),
                    factor(median),
                    possible,
                    _yes(median >= promised),
                ]
            )
    for (group, job_name, peer), longest in SECONDS.items():
        job = groups.get(group, {"jobs": {}})["jobs"].get(job_name, {"peers": {}})
        entry = job["peers"].get(f"{peer}@auto", {})
        if entry.get("rounds"):
            median = middle(entry["rounds"]).median
            name = f"{group}, {job_name}: {peer}"
            lines.append([name, f"≤ {time(longest)}", time(median), "—", _yes(median <= longest)])
    return table(["promise", "promised", "measured", "possible", "kept"], lines) if lines else []


def _yes(good: bool) -> str:
    return "yes" if good else "**no**"
