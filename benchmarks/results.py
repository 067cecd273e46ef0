"""The file of results: the machine, versions, and every raw round; groups are merged into it one by one."""

from __future__ import annotations

import json
import os
import platform
import re
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["RESULTS", "describe_machine", "load", "merge", "save", "versions"]

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks" / "results.json"

_PACKAGES = (
    "glassnet",
    "numpy",
    "numba",
    "jax",
    "torch",
    "scikit-learn",
    "onnxruntime",
    "tinygrad",
    "micrograd",
)


def describe_machine() -> dict[str, Any]:
    """Return what one must know of the machine to judge the figures; no names, no paths."""
    facts = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count(), "vectors": ""}
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = [line.split(":", 1) for line in cpuinfo.read_text().splitlines() if ":" in line]
        known = {name.strip(): value.strip() for name, value in lines}
        facts["cpu"] = known.get("model name", facts["cpu"])
        flags = known.get("flags", "").split()
        facts["vectors"] = next(
            (text for flag, text in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags), ""
        )
        facts["model"] = f"family {known.get('cpu family', '?')}, model {known.get('model', '?')}"
    facts["system"] = f"{platform.system()} {platform.machine()}"
    return facts


def versions() -> dict[str, str]:
    """Return the versions of Python, glassnet and all peers that are installed."""
    found = {"Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def load(path: Path) -> dict[str, Any]:
    """Return what was measured before, or the empty beginning."""
    if path.exists():
        results: dict[str, Any] = json.loads(path.read_text())
        return results
    return {"machine": {}, "versions": {}, "groups": {}}


def merge(
    results: dict[str, Any],
    group: str,
    settings: dict[str, Any],
    jobs: dict[str, Any],
    order: Sequence[str] = (),
) -> None:
    """Put newly measured jobs of a group in the place of older ones, all in some order of their names.

    Figures of another machine or of other versions don't belong beside them: those are thrown away.
    """
    machine, installed = describe_machine(), versions()
    if results["machine"] != machine or results["versions"] != installed:
        results.clear()
        results.update(machine=machine, versions=installed, groups={})
    place = results["groups"].setdefault(group, {"settings": settings, "jobs": {}})
    place["settings"] = settings
    merged = {**place["jobs"], **jobs}
    known = {name: merged[name] for name in order if name in merged}
    place["jobs"] = {**known, **merged}


def save(results: dict[str, Any], path: Path) -> None:
    """Write the file, numbers at a length that is read and compared with ease."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_shortened(results), indent=1, sort_keys=False) + "\n")


def _shortened(value: Any) -> Any:
    """Round to four digits, more than any clock is good for, and cut this machine's paths out of messages."""
    if isinstance(value, str):
        return re.sub(r"(?<![\w.])(/[\w.+-]+){2,}/?", "...", value)
    if isinstance(value, dict):
        return {key: _shortened(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value
