"""The same training gives the same bits, whether its loops are compiled or found compiled."""

import os
import subprocess
import sys

import numpy as np
import pytest

import glassnet

TRAIN = """
import hashlib, glassnet
data, held_out = glassnet.data.digits().split(0.2)
network = glassnet.Network([64, 16, 10], ["tanh", "softmax"], dtype="{dtype}", dropout=0.1)
glassnet.train(network, data, held_out, epochs=2)
print(hashlib.sha256(network.parameters.tobytes()).hexdigest())
"""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_first_run_and_later_runs_agree(dtype, tmp_path):
    environment = {**os.environ, "GLASSNET_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", TRAIN.format(dtype=dtype)]
    runs = [
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert len(runs[0].strip()) == 64
    assert runs[0] == runs[1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_shown_is_what_ran(dtype):
    """The loss that training met is, to the last bit, the loss of the outputs that `run` shows."""
    data = glassnet.data.digits().take(range(32))
    network = glassnet.Network([64, 16, 10], ["tanh", "softmax"], dtype=dtype)
    before = network.copy()
    history = glassnet.train(network, data, epochs=1, batch=32)
    assert history.losses[0] == before.gradient(data.inputs, data.targets)[0] == history.moments[0].loss
    assert np.array_equal(before.run(data.inputs).outputs(), before.predict(data.inputs))
