"""The page docs/benchmarks/README.md and its plots, from the results and nothing else: `make bench-page`.

The same results give the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import results, tables
from benchmarks.memory import FORMULA, NOTES
from benchmarks.rounds import middle, ratio

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["page"]

_SETTINGS = """\
- Every peer has a process of its own; they take turns in short bursts (A B C A B C ...), after bursts that
  are thrown away. A figure is the median over the rounds, with the lowest and the highest; a ratio is the
  median of the ratios within each round, so that what disturbs the machine for a while hits both.
- The same float32 networks, initial weights, softmax cross entropy, batches and learning rates for all.
  **Before anything is timed each peer trains for 3 epochs of 4 batches, and its losses must be glassnet's
  within 0.1 % of the first**; each prediction must be glassnet's, too.
- glassnet runs the loop of `glassnet.train` in chunks of about 25 ms, as that does, and shuffles its data
  each epoch; the peers take contiguous batches, which costs less. Measuring a network between epochs is in
  nobody's figure.
- PyTorch, torch.compile, scikit-learn, NumPy and onnxruntime run with every core and with one thread, of
  which the faster counts (¹: one thread); JAX, tinygrad and glassnet choose by themselves; micrograd knows
  one.
- JAX: a whole epoch in one compiled `scan`, state donated. PyTorch: its own layers and optimizers, fused
  Adam; prediction in inference mode. torch.compile: loss and optimizer step compiled. scikit-learn:
  `MLPClassifier` without penalty and shuffling; it has one activation for all hidden layers, so at 4-4-4-8-4
  its cost is compared, not its loss. NumPy: by hand, its BLAS free to choose its kernel for the processor.
  tinygrad: CPU, `TinyJit`. micrograd: with tanh, exp and log added.
- Compilation is not in these figures; it stands under [Start](#start). What options of training cost beside
  the plain step stands in [full-speed.md](full-speed.md)."""


_POSSIBLE = """\
*Possible* is what a step would reach that takes no longer than the machine's best matrix product of as many
operations, with all its threads: no program that computes in float32 can keep a promise beyond it here."""


def page(measured: Mapping[str, Any]) -> str:
    """Return the page as Markdown."""
    groups = measured["groups"]
    lines = ["# Benchmarks", "", *_machine(measured), ""]
    lines += ["## How it was measured", "", _SETTINGS, ""]
    for section in (_training, _bf16, _share, _many, _prediction, _start, _scaling, _memory, _streaming):
        lines += section(groups, measured["machine"])
    lines += ["## Where glassnet is behind", ""]
    lines += tables.behind(groups) or ["Nowhere in what was measured here."]
    promises = tables.kept(groups, measured["machine"]["cores"])
    if promises:
        lines += ["", "## What was promised", "", _POSSIBLE, "", *promises]
    lines += [
        "## Made by",
        "",
        "`make bench` measures and writes this page; `make bench-page` only writes it,",
    ]
    lines += ["from [results.json](results.json), which holds every round. How: `benchmarks/README.md`.", ""]
    return "\n".join(lines)


def _machine(measured: Mapping[str, Any]) -> list[str]:
    machine = measured["machine"]
    model = f" ({machine['model']})" if machine.get("model") else ""
    versions = ", ".join(f"{name} {version}" for name, version in measured["versions"].items())
    return [
        (
            f"Machine: {machine['cpu']}{model}, {machine['cores']} cores, {machine['vectors']}, "
            f"{machine['system']}."
        ),
        "",
        f"Versions: {versions}.",
    ]


def _rounds(group: Mapping[str, Any]) -> str:
    settings = group["settings"]
    loads = [job["load"] for job in group["jobs"].values() if "load" in job]
    load = f" Load of the machine: {min(loads):g} to {max(loads):g}." if loads else ""
    entries = (entry for job in group["jobs"].values() for entry in job["peers"].values())
    counts = sorted({len(entry["rounds"]) for entry in entries if entry.get("rounds")})
    rounds = " or ".join(map(str, counts))
    return f"{rounds} rounds, bursts of {settings['seconds']:g} s.{load}"


def _details(summary: str, lines: list[str]) -> list[str]:
    return [f"<details><summary>{summary}</summary>", "", *lines, "</details>", ""]


def _training(groups: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    if "training" not in groups:
        return []
    group = groups["training"]
    lines = ["## Training", "", "![How many times as fast as each peer](ratios.svg)", ""]
    lines += [
        "How many times as long as glassnet each peer takes for a step; bold: less long. " + _rounds(group),
        "",
    ]
    for optimizer, title in (("sgd", "Gradient descent"), ("adam", "Adam")):
        jobs = {n.split()[0]: job for n, job in group["jobs"].items() if n.endswith(f" {optimizer}")}
        if jobs:
            lines += [f"### {title}", "", *tables.ratio_table(jobs, "network/batch", "a step")]
            lines += _details("Everybody's own times of a step", tables.time_table(jobs, "network/batch"))
    absences = tables.absences(group["jobs"])
    return lines + (_details("Peers without a figure", [*absences, ""]) if absences else [])


def _bf16(groups: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    if "bf16" not in groups:
        return []
    group = groups["bf16"]
    lines = [
        "## Training with bf16",
        "",
        'A step with `precision="bf16"`, which rounds the factors of products, and how many times as long',
        "one takes with float32, and with PyTorch's `autocast` to bf16; bold: less long. How exact it is:",
        f"[decision 51](../decisions/0051-bf16-rounds-factors-only.md). {_rounds(group)}",
        "",
        *tables.ratio_table(group["jobs"], "network/batch", "a step", ours="glassnet bf16"),
        *_details("Everybody's own times of a step", tables.time_table(group["jobs"], "network/batch")),
    ]
    absences = tables.absences(group["jobs"])
    return lines + (_details("Peers without a figure", [*absences, ""]) if absences else [])


def _share(groups: Mapping[str, Any], machine: Mapping[str, Any]) -> list[str]:
    if "share" not in groups:
        return []
    jobs, cores = groups["share"]["jobs"], machine["cores"]
    best = [(threads, tables.best_rate(jobs, threads)) for threads in (1, cores)]
    rates = " and ".join(f"{rate / 1e9:,.0f} GF/s with threads: {threads}" for threads, rate in best if rate)
    return [
        "## Share of the machine's best rate",
        "",
        "A whole training step (shuffled rows gathered, forward, backward, update) beside the faster of",
        "NumPy's and PyTorch's float32 product of two 2048 × 2048 matrices, measured in the same run:",
        f"{rates}.",
        "",
        *tables.share_table(jobs, cores),
    ]


def _many(groups: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    if "many" not in groups:
        return []
    group = groups["many"]
    return [
        "## Many networks at once",
        "",
        "1000 four pixel networks, each with its own initial weights, gradient descent: one step of all.",
        "JAX by `vmap` inside one `scan`, PyTorch by batched matrix products; glassnet's figure is a whole",
        f"call, histories included. {_rounds(group)}",
        "",
        *tables.ratio_table(group["jobs"], "network/batch", "a step of all"),
        *_details("Everybody's own times", tables.time_table(group["jobs"], "network/batch")),
    ]


def _prediction(groups: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    if "prediction" not in groups:
        return []
    group = groups["prediction"]
    lines = [
        "## Prediction",
        "",
        f"One call from Python, NumPy array in, NumPy array out. {_rounds(group)}",
        "",
    ]
    for n_rows, title in ((1, "One row"), (1000, "1000 rows")):
        jobs = {job["network"]: job for job in group["jobs"].values() if job["n_rows"] == n_rows}
        if jobs:
            lines += [f"### {title}", "", *tables.ratio_table(jobs, "network", "a call")]
            lines += _details("Everybody's own times of a call", tables.time_table(jobs, "network"))
    return lines


def _start(groups: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    if "start" not in groups:
        return []
    lines = [
        "## Start",
        "",
        "A fresh process until its work is done: the start of Python is included, its end is not.",
        "*First step*: import, data, network and one step of 784-128-10, compiled code found on the disk.",
        "*First compilation*: none found.",
        "",
    ]
    cells = []
    for name, job in groups["start"]["jobs"].items():
        for key, entry in job["peers"].items():
            if entry.get("rounds"):
                found = middle(entry["rounds"])
                spread = f"{tables.time(found.low)} to {tables.time(found.high)}"
                cells.append([f"{name}: {key.split('@')[0]}", tables.time(found.median), spread])
    return lines + tables.table(["", "median", "lowest to highest"], cells)


def _scaling(groups: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    plots = list(dict.fromkeys(job["plot"] for job in groups.get("scaling", {"jobs": {}})["jobs"].values()))
    if tables.times_by_threads(groups.get("threads", {"jobs": {}})["jobs"]):
        plots.append("threads")
    if not plots:
        return []
    lines = [
        "## Scaling",
        "",
        "What an example costs in training. A ring: another loop, or another number of threads, takes over.",
    ]
    return [*lines, "", *(f"![{name}](scaling-{name}.svg)" for name in plots), ""]


def _memory(groups: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    if "memory" not in groups:
        return []
    cells = []
    for name, job in groups["memory"]["jobs"].items():
        found = middle(job["peers"]["glassnet@auto"]["rounds"]).median
        sizes = [f"{size / 2**20:.1f} MiB" for size in (found, job["needed"])]
        cells.append([name, *sizes, f"{found / job['needed']:.2f}"])
    return [
        "## Memory",
        "",
        "How far training raises the highest mark of a process that has the network and the data, beside",
        f"{FORMULA}.",
        NOTES,
        "",
        "![memory](memory.svg)",
        "",
        *tables.table(["network/batch", "measured", "formula", "measured / formula"], cells),
    ]


def _streaming(groups: Mapping[str, Any], _: Mapping[str, Any]) -> list[str]:
    if "streaming" not in groups:
        return []
    (name, job), *_ = groups["streaming"]["jobs"].items()
    reading, *_ = job["peers"].values()
    cells = []
    for key, entry in job["peers"].items():
        found = middle([job["bytes"] / seconds / 1e6 for seconds in entry["rounds"]])
        share = ratio(reading["rounds"], entry["rounds"]).median
        spread = f"{found.low:,.0f} to {found.high:,.0f}"
        cells.append([key.split("@")[0], f"{found.median:,.0f}", spread, f"{share:.0%}"])
    return [
        "## Data larger than memory",
        "",
        f"An epoch of {name} on a .npy file of {job['bytes'] / 2**30:g} GiB that the system has not in",
        f"its cache, by a process that may take {job['limit'] / 2**20:g} MiB for it (`RLIMIT_DATA`).",
        "",
        *tables.table(["", "median [MB/s]", "lowest to highest", "of reading"], cells),
    ]


def main() -> None:
    """Write the page and its plots beside the results."""
    parser = argparse.ArgumentParser(description="Write the page of benchmarks from the results.")
    parser.add_argument("--results", type=Path, default=results.RESULTS)
    path = parser.parse_args().results
    if not path.exists():
        raise SystemExit(f"{path.name}: there are no results yet; run make bench")
    measured = results.load(path)
    from benchmarks.plots import draw_all  # needs matplotlib, the page itself doesn't

    (path.parent / "README.md").write_text(page(measured))
    drawn = draw_all(measured, path.parent)
    print(f"written: README.md, {', '.join(drawn)}")


if __name__ == "__main__":
    main()
