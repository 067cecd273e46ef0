"""Arithmetic on rounds: medians, spreads, and ratios of what was measured in the same round."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Middle", "best_variant", "middle", "ratio"]


@dataclass(frozen=True)
class Middle:
    """The median of some rounds, and the lowest and highest of them."""

    median: float
    low: float
    high: float


def middle(rounds: Sequence[float]) -> Middle:
    """Return median and spread."""
    return Middle(statistics.median(rounds), min(rounds), max(rounds))


def ratio(peer: Sequence[float], ours: Sequence[float]) -> Middle:
    """Return how many times as long the peer took as we did, compared round by round.

    A disturbance that lasts longer than a round hits both, and cancels.
    """
    return middle([theirs / mine for theirs, mine in zip(peer, ours, strict=True)])


def best_variant(peers: Mapping[str, Mapping[str, Any]], name: str) -> str | None:
    """Return the key of a peer's fastest number of threads, or None where it has no times.

    Keys are ``name@threads``, as in the file of results.
    """
    times = {
        key: statistics.median(entry["rounds"])
        for key, entry in peers.items()
        if key.split("@")[0] == name and entry.get("rounds")
    }
    return min(times, key=times.__getitem__) if times else None
