"""A guard against slow-downs: how many instructions the hot loops execute, which no noise can change.

``make guard`` counts and compares with `guard.json`; ``make guard-update`` writes it anew.
Valgrind's callgrind executes the program on a made processor, so that neither load nor clock matter. It
knows no AVX-512: the loops are compiled for a processor with AVX2, on every machine alike.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.driving import ROOT, environment
from benchmarks.guard_counted import LOOPS
from benchmarks.results import versions

__all__ = ["TABLE", "compare", "count", "read_totals"]

TABLE = Path(__file__).with_name("guard.json")

_TOLERANCE = 0.03
# Both must be given: by the features of the processor Numba knows again what it has compiled.
_PROCESSOR = {
    "NUMBA_CPU_NAME": "haswell",
    "NUMBA_CPU_FEATURES": "+sse,+sse2,+sse3,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16,+avx,+avx2,+fma,+f16c,"
    "+bmi,+bmi2,+lzcnt,+movbe",
}


def count(names: list[str]) -> dict[str, float]:
    """Return the instructions of one step, or of one prediction, of each loop.

    Raises
    ------
    SystemExit
        Valgrind is missing, or the counted process failed.
    """
    if shutil.which("valgrind") is None:
        raise SystemExit("the guard needs valgrind: apt-get install valgrind, or your system's package of it")
    with tempfile.TemporaryDirectory() as folder:
        variables = environment(1, GLASSNET_CACHE_DIR=folder, **_PROCESSOR)
        counted = [sys.executable, "-m", "benchmarks.guard_counted"]
        print("compiling for a processor with AVX2 ...", flush=True)
        _run([*counted, "compile"], variables)
        print("counting instructions ...", flush=True)
        out = Path(folder) / "counted"
        callgrind = ["valgrind", "--tool=callgrind", "--dump-before=getpgrp", f"--callgrind-out-file={out}"]
        _run([*callgrind, *counted, *names], variables)
        totals = read_totals(Path(folder), out.name)
    # Three dumps a loop: what came before it, once its units, and twice its units.
    return {name: (totals[3 * k + 2] - totals[3 * k + 1]) / LOOPS[name][2] for k, name in enumerate(names)}


def read_totals(folder: Path, name: str) -> list[int]:
    """Return the instructions of each dump, in the order in which they were written."""
    dumps = sorted(folder.glob(f"{name}.*"), key=lambda path: int(path.suffix[1:]))
    found = [re.search(r"^totals: (\d+)", path.read_text(), re.MULTILINE) for path in dumps]
    return [int(match[1]) for match in found if match]


def compare(counts: dict[str, float], known: dict[str, float]) -> tuple[list[str], bool]:
    """Return a line for each loop, and whether none became slower than the tolerance allows."""
    lines, good = [], True
    for name, instructions in counts.items():
        line = f"{name:34} {instructions:14,.0f}"
        if name not in known:
            lines.append(f"{line}   new: make guard-update")
            continue
        change = instructions / known[name] - 1
        word = ""
        if change > _TOLERANCE:
            word, good = "SLOWER", False
        elif change < -_TOLERANCE:
            word = "faster: make guard-update keeps it so"
        lines.append(f"{line} {known[name]:14,.0f} {change:+8.1%}   {word}".rstrip())
    lines += [f"{name:34} is no longer counted: make guard-update" for name in known if name not in counts]
    return lines, good


def _run(command: list[str], variables: dict[str, str]) -> None:
    done = subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:3])} ... failed:\n{done.stderr[-2000:]}")


def main() -> None:
    """Count, and compare or update."""
    parser = argparse.ArgumentParser(description="Count the instructions of the hot loops.")
    parser.add_argument("--update", action="store_true", help="write the table anew")
    update = parser.parse_args().update
    counts = count(list(LOOPS))
    known = json.loads(TABLE.read_text()) if TABLE.exists() else {"instructions": {}}
    installed = {name: versions()[name] for name in ("numba", "numpy")}
    lines, good = compare(counts, known["instructions"])
    print(f"\n{'instructions of a step or call':34} {'now':>14} {'before':>14} {'change':>8}")
    print("\n".join(lines))
    if known.get("versions", installed) != installed:
        print(f"\ncounted before with {known['versions']}, now with {installed}: that alone can change them")
    if update:
        table = {
            "versions": installed,
            "instructions": {name: round(value) for name, value in counts.items()},
        }
        TABLE.write_text(json.dumps(table, indent=1) + "\n")
        print(f"\nwritten: {TABLE.name}")
    elif not good:
        raise SystemExit(f"\na hot loop executes over {_TOLERANCE:.0%} more instructions than before")


if __name__ == "__main__":
    main()
