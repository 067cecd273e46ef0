"""Training on a file larger than the memory it may take, beside reading that file and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.driving import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FILE_BYTES", "LIMIT_BYTES", "measure_streaming"]

FILE_BYTES, LIMIT_BYTES = 2 << 30, 256 << 20
"""Of the examples on the disk, and of the memory that a training may take beyond what its process has."""

_N_INPUTS = 1024
_BLOCK = 4096  # examples that are written at a time
_MOST = 3  # rounds

# The file leaves the system's cache before each measurement: what counts is the disk.
_FORGET = """
import os, sys, time
path = sys.argv[1]
def forget():
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)
"""
_READ = (
    _FORGET
    + """
room = memoryview(bytearray(8 << 20))
forget()
began = time.perf_counter()
with open(path, "rb", buffering=0) as file:
    while file.readinto(room):
        pass
print(time.perf_counter() - began)
"""
)
_TRAIN = (
    _FORGET
    + """
import mmap
import resource
import numpy as np
from benchmarks.peers import glassnet_
from glassnet import Network
from glassnet.data import Dataset
inputs = np.load(path, mmap_mode="r")
data = Dataset.from_arrays(inputs, np.arange(len(inputs)) % 10)
network = Network([inputs.shape[1], 16, 10], dtype="float32", categories=data.categories)
settings = {"batch": 256, "optimizer": "sgd", "learning_rate": 0.01, "shuffle": sys.argv[2] == "shuffled"}
run = glassnet_.begin(network, data, 0, statistics=False, **settings)
taken = int(open("/proc/self/status").read().split("VmData:")[1].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (taken + int(sys.argv[3]),) * 2)
n_steps = run.feed.steps_per_epoch - 1  # the first is made; after the last the network would be measured
inputs._mmap.madvise(mmap.MADV_DONTNEED)  # what is mapped cannot be forgotten
forget()
began = time.perf_counter()
glassnet_.advance(run, n_steps - 1)
print(time.perf_counter() - began)
"""
)

_SCRIPTS = {
    "reading the file": (_READ,),
    "training, in the file's order": (_TRAIN, "in order"),
    "training, shuffled": (_TRAIN, "shuffled"),
}


def measure_streaming(rounds: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Hand out the seconds of an epoch, and those of reading, in processes of their own, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        path = _written(Path(folder) / "inputs.npy")
        entries: dict[str, dict[str, Any]] = {f"{name}@auto": {"rounds": []} for name in _SCRIPTS}
        for round_number in range(-1, min(rounds, _MOST)):  # the first, just after writing, does not count
            for name, (script, *arguments) in _SCRIPTS.items():
                command = [sys.executable, "-c", script, str(path), *arguments, str(LIMIT_BYTES)]
                done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
                if round_number >= 0:
                    entries[f"{name}@auto"]["rounds"].append(float(done.stdout))
    yield (
        f"{_N_INPUTS}-16-10/256",
        {"bytes": FILE_BYTES, "limit": LIMIT_BYTES, "peers": entries},
    )


def _written(path: Path) -> Path:
    """A file of float32 examples."""
    n_examples = FILE_BYTES // (4 * _N_INPUTS)
    array = np.lib.format.open_memmap(path, mode="w+", dtype="f4", shape=(n_examples, _N_INPUTS))
    block = np.random.default_rng(0).normal(size=(_BLOCK, _N_INPUTS)).astype("f4")
    for first in range(0, n_examples, _BLOCK):
        array[first : first + _BLOCK] = block
    array.flush()
    return path
