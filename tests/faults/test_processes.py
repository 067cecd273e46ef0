"""Processes that glassnet is used in at the same time: started anew, forked before, forked in the middle."""

import pytest

_TRAINING = """
import hashlib, multiprocessing, os, sys
import glassnet

def trained(progress=None):
    data = glassnet.data.digits().take(range(256))
    network = glassnet.Network([64, 200, 200, 10], dtype="float32", categories=data.categories, seed=0)
    glassnet.train(network, data, epochs=2, batch=128, progress=progress)
    few = [glassnet.Network([64, 5, 10], dtype="float32", seed=seed) for seed in range(3)]
    glassnet.train_many(few, data, epochs=1)
    digest = hashlib.sha256(network.parameters.tobytes())
    for one in few:
        digest.update(one.parameters.tobytes())
    return digest.hexdigest()
"""

_POOL = """
import warnings
warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
from training import trained
import multiprocessing, sys
if __name__ == "__main__":
    here = trained()
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        there = [pool.apply_async(trained) for _ in range(3)]
        there = [result.get(timeout=200) for result in there]
    print({here, *there} == {here})
"""

_IN_THE_MIDDLE = """
import warnings
warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
import os
from training import trained
alone = trained()
codes = []
def fork(progress):
    if not codes:
        child = os.fork()
        if not child:
            os._exit(0 if trained() == alone else 1)
        codes.append(os.waitpid(child, 0)[1])
print(trained(fork) == alone, codes)
"""


@pytest.fixture
def script(tmp_path, run_python):
    """Run a script that can import `trained`, from a file: that is how spawn finds it again."""
    (tmp_path / "training.py").write_text(_TRAINING)

    def run(text, *arguments):
        (tmp_path / "main.py").write_text(text)
        start = "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv = sys.argv[1:]\n"
        path = str(tmp_path / "main.py")
        if arguments:  # spawn starts from the file of the main program
            start = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))"
            return run_python(start, path, *arguments)
        return run_python(start + "runpy.run_path(sys.argv[0] + '/main.py')", tmp_path)

    return run


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_children_come_to_the_same_bits(script, method):
    assert script(_POOL, method).split() == ["True"]


def test_a_fork_in_the_middle_of_a_training_disturbs_neither(script):
    assert script(_IN_THE_MIDDLE).split() == ["True", "[0]"]
