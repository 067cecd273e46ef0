"""Where compiled loops are kept, and that they never reach beyond an array."""

import signal
from pathlib import Path

import pytest
from numba import types
from numba.core.caching import IndexDataCacheFile

from glassnet.kernels import compiling, pieces, random_numbers

TRAIN = """
import numpy as np
from glassnet import Network, train
from glassnet.data import Dataset
from glassnet.kernels import compiling, steps
inputs = np.random.default_rng(0).normal(size=(23, 5))
data = Dataset.from_arrays(inputs, np.arange(23) % 3)
needed = compiling.needs_compilation(steps.train_steps)
connections = [np.eye(5, 7), None, None]
network = Network([5, 7, 6, 3], ["tanh", "relu", "softmax"], dropout=0.3, connections=connections)
train(network, data, data, epochs=3, batch=4, l1=1e-3, l2=1e-3, clip=1, optimizer="adamw")
network.evaluate(data), network.run(inputs), network.gradient(inputs, data.targets)
network.predict(inputs), network.predict(inputs[:1])
for sizes, batch, threads in ([5, 70, 40, 3], 20, 3), ([5, 4, 3], 7, 1), ([5, 4, 3], 1, 1):
    other = Network(sizes, "tanh", categories=data.categories, dtype="float64")
    train(other, data, epochs=2, batch=batch, threads=threads)
    other.predict(inputs)
print(compiling.cache_folder(), needed, int(network.parameters.sum() * 1e9))
"""

SHOW_FOLDER = """
import numpy as np
from glassnet.kernels import compiling, random_numbers
print(compiling.cache_folder(), hex(random_numbers.draw(np.uint64(0), 0)))
"""


SHOW_NEED = """
import numpy as np
from glassnet.kernels import compiling, random_numbers
needed = compiling.needs_compilation(random_numbers.draw)
random_numbers.draw(np.uint64(0), 0)
print(needed, sum(random_numbers.draw.stats.cache_hits.values()))
"""


@pytest.fixture
def blocked(tmp_path):
    """A path at which no folder can be made, not even by root."""
    file = tmp_path / "file"
    file.touch()
    return file / "below"


def test_the_folder_is_named_for_the_source_of_the_room():
    folder = compiling.cache_folder()
    assert folder.name.startswith("kernels-")
    assert len(folder.name) == len("kernels-") + 16


def test_the_chosen_folder_is_used(tmp_path, run_python):
    folder, first = run_python(SHOW_FOLDER, GLASSNET_CACHE_DIR=str(tmp_path)).split()
    assert Path(folder).parent == tmp_path
    assert list(Path(folder).rglob("*draw*.nbi"))
    assert first == "0xe220a8397b1dcdaf"


def test_a_folder_that_cannot_be_written_gives_way_to_the_next(tmp_path, blocked, run_python):
    home = {"HOME": str(blocked), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    folder, first = run_python(SHOW_FOLDER, GLASSNET_CACHE_DIR=str(blocked), **home).split()
    assert Path(folder).parent == tmp_path / "cache" / "glassnet"
    assert first == "0xe220a8397b1dcdaf"


def test_the_last_resort_is_a_temporary_folder_of_our_own(tmp_path, blocked, run_python):
    home = {"HOME": str(blocked), "XDG_CACHE_HOME": str(blocked), "TMPDIR": str(tmp_path)}
    folder = Path(run_python(SHOW_FOLDER, GLASSNET_CACHE_DIR=str(blocked), **home).split()[0])
    assert folder.parent.parent == tmp_path
    assert folder.parent.stat().st_mode & 0o077 == 0


def test_a_temporary_folder_that_others_may_write_is_not_trusted(monkeypatch, tmp_path):
    monkeypatch.setattr(compiling.tempfile, "gettempdir", lambda: str(tmp_path))
    own = list(compiling._cache_bases())[-1]
    assert own.parent == tmp_path
    own.chmod(0o777)
    assert own not in list(compiling._cache_bases())
    own.rmdir()
    own.symlink_to(tmp_path)
    assert own not in list(compiling._cache_bases())


def test_without_any_folder_loops_still_run(monkeypatch):
    monkeypatch.setattr(compiling, "cache_folder", lambda: None)
    assert compiling.needs_compilation(compiling.kernel(random_numbers.draw.py_func))
    doubled = compiling.kernel(lambda number: 2 * number)
    assert compiling.needs_compilation(doubled)
    assert doubled(21) == 42
    assert not compiling.needs_compilation(doubled)


def test_two_processes_that_keep_a_loop_for_two_types_at_once_keep_both(tmp_path, monkeypatch):
    one, other = (pieces._LoopFiles(str(tmp_path), "room.loop-1.py311", "stamp") for _ in range(2))
    single, double = (((kind,), "processor", "source") for kind in (types.float32, types.float64))
    save_index = IndexDataCacheFile._save_index

    def save_late(files, index):
        monkeypatch.setattr(IndexDataCacheFile, "_save_index", save_index)
        other.save(double, "of double numbers")
        save_index(files, index)

    monkeypatch.setattr(IndexDataCacheFile, "_save_index", save_late)
    one.save(single, "of single numbers")
    assert one.load(double) == "of double numbers"
    assert other.load(single) == "of single numbers"
    assert {kinds for kinds, *_ in one.kept()} == {(types.float32,), (types.float64,)}


def test_a_twin_is_plain_python_down_to_the_last_loop():
    twin = compiling.interpret(random_numbers.shuffled_rows)
    assert twin.__doc__ == random_numbers.shuffled_rows.py_func.__doc__
    inner = compiling._twin(random_numbers.shuffled_rows, {})
    assert type(inner.__globals__["draw"]) is type(inner)


def test_no_loop_reaches_beyond_an_array(tmp_path, run_python):
    """Training with dropout, missing connections and a last small batch, with every index checked."""
    folder, needed, _ = run_python(TRAIN, NUMBA_BOUNDSCHECK="1", GLASSNET_CACHE_DIR=str(tmp_path)).split()
    assert Path(folder).parent == tmp_path
    assert needed == "True"
    # The second process finds every loop on the disk.
    assert run_python(TRAIN, NUMBA_BOUNDSCHECK="1", GLASSNET_CACHE_DIR=str(tmp_path)).split()[1] == "False"


def test_in_checked_mode_an_index_beyond_an_array_is_an_error(run_python):
    code = """
import numpy as np
from glassnet.kernels import updates
try:
    updates.square_length(np.ones(5), 0, 6)
except IndexError as error:
    print(error)
"""
    assert run_python(code, NUMBA_BOUNDSCHECK="1").strip() == "a loop reached beyond an array"


def test_the_error_of_an_inner_kernel_comes_out_of_the_loop(run_python):
    code = """
import numpy as np
from glassnet.kernels import compiling, updates
square_length = updates.square_length
compiling.cache_folder = lambda: None  # which could not hold what stands in no file
loop = compiling.kernel(lambda array: square_length(array, 0, 6))
try:
    loop(np.ones(5))
except IndexError as error:
    print(error)
"""
    assert run_python(code, NUMBA_BOUNDSCHECK="1").strip() == "a loop reached beyond an array"


def test_each_kind_of_training_is_announced_until_it_is_compiled(tmp_path, run_python):
    code = """
import numpy as np
from glassnet import Network
from glassnet.data import Dataset
from glassnet.training import Settings, Training
data = Dataset.from_arrays(np.random.default_rng(0).normal(size=(9, 3)), np.arange(9) % 2)
for sizes in ([3, 4, 2], [3, 4, 2], [3, 900, 2]):
    training = Training(Network(sizes, categories=data.categories), data, None, Settings(epochs=1, batch=2))
    print(training.run.needs_compilation)
    training.run.begin()
"""
    printed = run_python(code, GLASSNET_CACHE_DIR=str(tmp_path)).split()
    assert printed == ["True", "False", "True"]


def test_a_first_training_compiles_few_loops(tmp_path, run_python):
    """What a loop calls is compiled inside it, and on its own only where Python calls it."""
    code = """
import numpy as np
from glassnet import Network, train
from glassnet.data import Dataset
data = Dataset.from_arrays(np.random.default_rng(0).normal(size=(9, 3)), np.arange(9) % 2)
train(Network([3, 4, 2], categories=data.categories), data, data, epochs=2, batch=2)
"""
    run_python(code, GLASSNET_CACHE_DIR=str(tmp_path))
    loops = {path.name.split("-")[0].split(".")[-1] for path in tmp_path.rglob("*.nbi")}
    assert loops == {"add_up_epochs", "judge_small", "shuffled_rows", "train_alone"}


def test_what_comes_from_the_disk_does_not_wake_the_compiler(tmp_path, run_python):
    code = """
import sys
import numpy as np
from glassnet import Network, train
from glassnet.data import Dataset
inputs = np.random.default_rng(0).normal(size=(9, 3))
data = Dataset.from_arrays(inputs, np.arange(9) % 2)
network = Network([3, 4, 2], categories=data.categories)
train(network, data, data, epochs=2, batch=2)
print("numba.np.linalg" in sys.modules, network.parameters.sum().hex())
if "more" in sys.argv:  # what is compiled after that is none the worse
    print(network.predict(inputs[:1]).sum().hex(), network.predict(inputs).sum().hex())
"""
    awake, first = run_python(code, GLASSNET_CACHE_DIR=str(tmp_path)).split()
    asleep, second, *answers = run_python(code, "more", GLASSNET_CACHE_DIR=str(tmp_path)).split()
    assert (awake, asleep) == ("True", "False")
    assert first == second
    assert run_python(code, "more", GLASSNET_CACHE_DIR=str(tmp_path)).split() == [asleep, second, *answers]


def test_with_an_untried_numba_the_same_comes_out(run_python):
    """Pieces reach into Numba: where that was not tried, kernels are compiled Numba's own way."""
    code = """
import sys
import numpy as np
from glassnet.kernels import pieces
if "untried" in sys.argv:
    pieces._TRIED = ()
from glassnet.kernels import compiling, elementary
compiling.cache_folder = lambda: None
kernel = compiling.kernel
tanh = elementary.tanh
assert tanh.get_overload.__self__.py_func is tanh.py_func
assert (tanh.get_overload.__self__ is tanh) == ("untried" in sys.argv)
print([kernel(lambda x: tanh(x))(x).hex() for x in (-3.0, 1e-8, 0.7, np.float64("nan"))])
"""
    assert run_python(code) == run_python(code, "untried")


def test_ctrl_c_waits_until_a_loop_is_compiled(monkeypatch):
    monkeypatch.setattr(compiling, "cache_folder", lambda: None)
    tripled, finalize = compiling.kernel(lambda number: 3 * number), pieces._LoopLibrary.finalize

    def press_and_finalize(library):
        signal.raise_signal(signal.SIGINT)
        finalize(library)

    monkeypatch.setattr(pieces._LoopLibrary, "finalize", press_and_finalize)
    with pytest.raises(KeyboardInterrupt):
        tripled(2)
    assert len(tripled.signatures) == 1
    assert tripled(2) == 6


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", [b"", b"\x80\x04no pickle at all", None])
def test_what_is_damaged_on_the_disk_is_compiled_anew(kind, damage, tmp_path, run_python):
    """Cut off in the middle where no other damage is named."""
    first = run_python(SHOW_FOLDER, GLASSNET_CACHE_DIR=str(tmp_path))
    (file,) = tmp_path.rglob(f"*draw*.{kind}")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert run_python(SHOW_FOLDER, GLASSNET_CACHE_DIR=str(tmp_path)) == first
    needed = run_python(SHOW_NEED, GLASSNET_CACHE_DIR=str(tmp_path))
    assert needed.split() == ["False", "1"]  # what was damaged is repaired


def test_a_full_disk_stops_nothing(tmp_path, run_python):
    full = """
import errno
from numba.core.caching import IndexDataCacheFile
def save(*_):
    raise OSError(errno.ENOSPC, "No space left on device")
IndexDataCacheFile._save_data = save
"""
    assert run_python(full + SHOW_FOLDER, GLASSNET_CACHE_DIR=str(tmp_path)).endswith("0xe220a8397b1dcdaf\n")
    assert not list(tmp_path.rglob("*.nbc"))
