"""The plots of the page, as SVG whose bytes depend on the results alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

from benchmarks.rounds import best_variant, middle
from benchmarks.tables import against, peer_names, times_by_threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_all"]

# Colours that colour-blind readers can tell apart (Okabe and Ito, 2008), each with a mark of its own.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#444444")
_MARKS = ("o", "s", "^", "D", "v", "P", "X")
_STYLE = {
    "svg.hashsalt": "glassnet",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "axes.axisbelow": True,
    "figure.facecolor": "white",
}


def draw_all(measured: Mapping[str, Any], folder: Path) -> list[str]:
    """Draw what the results have figures for, and return the names of the files."""
    groups, figures = measured["groups"], {}
    with mpl.rc_context(_STYLE):
        if "training" in groups:
            figures["ratios.svg"] = _ratios(groups["training"]["jobs"])
        for plot, label, title in (
            ("weights", "weights", "Three equal layers, from narrow to wide"),
            ("batch", "examples in a batch", "Batch"),
            ("depth", "layers", "Depth"),
        ):
            jobs = groups.get("scaling", {"jobs": {}})["jobs"]
            some = [job for job in jobs.values() if job["plot"] == plot]
            if some:
                figures[f"scaling-{plot}.svg"] = _scaling(some, label, title)
        if series := times_by_threads(groups.get("threads", {"jobs": {}})["jobs"]):
            figures["scaling-threads.svg"] = _threads(series)
        if "memory" in groups:
            figures["memory.svg"] = _memory(groups["memory"]["jobs"])
        for name, figure in figures.items():
            figure.savefig(folder / name, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
            plt.close(figure)
    return list(figures)


def _ratios(jobs: Mapping[str, Any]) -> Figure:
    """How many times as long each peer takes for a step, a row a case."""
    shown = {name.split()[0]: job for name, job in jobs.items() if name.endswith(" sgd")}
    figure, axes = plt.subplots(figsize=(8.5, 0.62 * len(shown) + 1.6))
    rows = list(shown)[::-1]
    for number, peer in enumerate(peer_names(shown)):
        points = [
            (found[1], row)
            for row, name in enumerate(rows)
            if (found := against(shown[name], peer)) is not None
        ]
        if points:
            axes.scatter(
                [times.median for times, _ in points],
                [row for _, row in points],
                label=peer,
                color=_COLOURS[number % len(_COLOURS)],
                marker=_MARKS[number % len(_MARKS)],
                s=52,
                edgecolor="white",
                linewidth=0.7,
                zorder=3,
            )
    axes.axvline(1, color="black", linewidth=1)
    axes.annotate("glassnet", (1, 1), (3, 2), xycoords=("data", "axes fraction"), textcoords="offset points")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}×"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(range(len(rows)), [name.replace("/", ", batch ") for name in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlabel(
        "time of a training step, as a multiple of glassnet's (to the left of the line: faster than it)"
    )
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.06),
        ncols=4,
        frameon=False,
        handletextpad=0.2,
        columnspacing=1.2,
    )
    return figure


def _scaling(jobs: list[Any], label: str, title: str) -> Figure:
    """Cost of an example over one quantity, a line a series; a ring where another loop takes over."""
    figure, axes = plt.subplots(figsize=(7, 4.2))
    for number, series in enumerate(dict.fromkeys(job["series"] for job in jobs)):
        points = [job for job in jobs if job["series"] == series and best_variant(job["peers"], "glassnet")]
        costs = [
            middle(job["peers"]["glassnet@auto"]["rounds"]).median / job["batch"] * 1e9 for job in points
        ]
        places = [job["x"] for job in points]
        colour = _COLOURS[number]
        axes.plot(places, costs, color=colour, marker=_MARKS[number], markersize=5, label=series)
        loops = [job["peers"]["glassnet@auto"].get("loop") for job in points]
        for k in range(1, len(loops)):
            if loops[k] != loops[k - 1]:
                axes.plot(places[k], costs[k], "o", markersize=13, fillstyle="none", color=colour)
                # Beside the line: below one that rises, above one that falls; before its end the other way.
                rising = costs[k] >= costs[k - 1]
                beside, side = ((8, -12) if rising else (6, 8)), "left"
                if k == len(loops) - 1:
                    beside, side = ((-8, 9) if rising else (-8, -16)), "right"
                axes.annotate(
                    loops[k], (places[k], costs[k]), beside, textcoords="offset points", color=colour, ha=side
                )
    _log(axes, [job["x"] for job in jobs])
    axes.set(xlabel=label, ylabel="time of an example [ns]", title=title)
    axes.legend(frameon=False)
    return figure


def _log(axes: Axes, places: Iterable[float] = ()) -> None:
    """Make both axes logarithmic, with numbers that can be read; at `places` where those are few."""
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if axis is axes.yaxis else (1,)))
        axis.set_major_formatter(
            FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
        )
        axis.set_minor_formatter(NullFormatter())
    distinct = sorted(set(places))
    if 0 < len(distinct) <= 12:
        axes.xaxis.set_major_locator(FixedLocator(distinct))
        axes.xaxis.set_minor_locator(NullLocator())


def _threads(series: Mapping[str, Mapping[int, float]]) -> Figure:
    """How many times as fast as one thread."""
    figure, axes = plt.subplots(figsize=(7, 4.2))
    for number, (name, times) in enumerate(series.items()):
        speeds = [times[1] / seconds for seconds in times.values()]
        axes.plot(list(times), speeds, color=_COLOURS[number], marker=_MARKS[number], label=name)
    most = max(max(times) for times in series.values())
    axes.plot([1, most], [1, most], color="#999999", linestyle=":", label="perfect")
    axes.set_xticks(range(1, most + 1))
    axes.set(xlabel="threads", ylabel="times as fast as one thread", title="Threads")
    axes.legend(frameon=False)
    return figure


def _memory(jobs: Mapping[str, Any]) -> Figure:
    """Measured against the formula."""
    figure, axes = plt.subplots(figsize=(5.5, 4.2))
    for number, optimizer in enumerate(("sgd", "adam")):
        some = [job for job in jobs.values() if job["optimizer"] == optimizer]
        axes.plot(
            [job["needed"] / 2**20 for job in some],
            [middle(job["peers"]["glassnet@auto"]["rounds"]).median / 2**20 for job in some],
            linestyle="none",
            color=_COLOURS[number],
            marker=_MARKS[number],
            label=optimizer,
        )
    ends = [
        min(job["needed"] for job in jobs.values()) / 2**20,
        max(job["needed"] for job in jobs.values()) / 2**20,
    ]
    axes.plot(ends, ends, color="#999999", linestyle=":", label="as the formula says")
    _log(axes)
    axes.set(
        xlabel="formula [MiB]",
        ylabel="measured [MiB]",
        title="Memory of training",
    )
    axes.legend(frameon=False)
    return figure
