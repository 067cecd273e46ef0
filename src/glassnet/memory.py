"""Memory: whether something fits into what is free, said before it is taken; and arrays that begin well."""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.errors import OutOfMemoryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CACHE_LINE", "aligned_zeros", "free_memory", "make_sure_of_memory"]

CACHE_LINE: Final = 64
"""What a processor's cache moves at once [bytes]."""

# Less than this is not worth a look at what is free [bytes].
_LITTLE = 64 << 20

_MEMINFO = Path("/proc/meminfo")
# Of a container, by version 2 and version 1 of Linux' control groups: its limit, what it uses, and as what
# `memory.stat` counts the part of that which is files that were read and can be dropped.
_GROUPS = (
    (Path("/sys/fs/cgroup"), "memory.max", "memory.current", "inactive_file"),
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def aligned_zeros(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return zeros that begin where a cache line does.

    NumPy's own begin at any multiple of 16 bytes. A register of 64 bytes then lies in two lines, and two
    threads that work on neighbouring columns write into the same line, which goes to and fro between them.
    """
    dtype = np.dtype(dtype)
    n_bytes = (math.prod(shape) if isinstance(shape, tuple) else shape) * dtype.itemsize
    raw = np.zeros(n_bytes + CACHE_LINE, dtype=np.uint8)
    begin = -raw.__array_interface__["data"][0] % CACHE_LINE
    aligned: NDArray[Any] = raw[begin : begin + n_bytes].view(dtype).reshape(shape)
    return aligned


def make_sure_of_memory(n_bytes: int, what: str, remedy: str) -> None:
    """Refuse what does not fit into the memory that is free.

    Systems hand out more memory than they have, and end a process, or freeze, when it is used.

    Parameters
    ----------
    n_bytes : int
        How much it needs.
    what : str
        That needs it, for the message.
    remedy : str
        What to do.

    Raises
    ------
    OutOfMemoryError
        It needs more than is free.
    """
    if n_bytes < _LITTLE:
        return
    free = free_memory()
    if free is not None and n_bytes > free:
        raise OutOfMemoryError(f"{what} needs {_size(n_bytes)} of memory, {_size(free)} are free; {remedy}")


def free_memory() -> int | None:
    """Return how many bytes this process can still use, or None where the system does not say."""
    known = [_free_of_machine(), *(_left(*group) for group in _GROUPS)]
    return min((free for free in known if free is not None), default=None)


def _free_of_machine() -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError, KeyError):
        lines = [line.split() for line in _MEMINFO.read_text().splitlines()]
        kib = {words[0]: int(words[1]) for words in lines}
        return (kib["MemAvailable:"] + kib["SwapFree:"]) * 1024
    with contextlib.suppress(OSError, ValueError, AttributeError):  # no Linux: at least what there is in all
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _left(folder: Path, limit: str, used: str, droppable: str) -> int | None:
    with contextlib.suppress(OSError, ValueError):  # no such file, or "max"
        left = int((folder / limit).read_text()) - int((folder / used).read_text())
        with contextlib.suppress(OSError):
            lines = (line.split() for line in (folder / "memory.stat").read_text().splitlines())
            left += sum(int(value) for name, value in lines if name == droppable)
        return max(0, left)
    return None


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 2**30:,.3g} GiB" if n_bytes >= 2**30 else f"{n_bytes / 2**20:,.3g} MiB"
