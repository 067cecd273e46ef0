"""The model file: what goes in comes out, to the last bit and the last option."""

import json

import numpy as np
import pytest
import safetensors.numpy
from safetensors import safe_open

from glassnet import Network
from glassnet.data import Camera
from glassnet.errors import PathError
from glassnet.network.model_file import FORMAT, read_header

EVERY_OPTION = {
    "activations": ["leaky_relu(slope=0.25)", "elu(scale=0.3)", "softmax"],
    "biases": [True, False, True],
    "connections": [np.eye(4, 5), None, np.arange(18).reshape(6, 3) % 2],
    "dropout": [0.25, 0.1, 0.0],
    "initial_weights": ["uniform(low=-0.1, high=0.7)", "he_normal", "glorot_normal"],
    "loss": "huber(threshold=0.3, reduction=sum)",
    "categories": ["ä", "b'\"", "\N{SNOWMAN}"],
    "encoder": Camera(2, 2, negative=True),
    "seed": 12,
}


def every_option(dtype="float32"):
    return Network([4, 5, 6, 3], dtype=dtype, **EVERY_OPTION)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("make", [every_option, lambda dtype: Network([2, 3], dtype=dtype)])
def test_a_network_comes_back_as_it_was(tmp_path, make, dtype):
    network = make(dtype)
    network.parameters[-1] = np.finfo(dtype).tiny / 8  # a number of few digits left
    back = Network.load(network.save(tmp_path / "a.safetensors"))
    assert back.parameters.tobytes() == network.parameters.tobytes()
    assert back.parameters.dtype == network.parameters.dtype
    for name in ("sizes", "activations", "initial_weights", "loss", "categories", "encoder", "seed"):
        assert getattr(back, name) == getattr(network, name)
    assert (back.layers == network.layers).all()
    assert (back.connected == network.connected).all()
    back.redraw(3)
    network.redraw(3)
    assert back.parameters.tobytes() == network.parameters.tobytes()


def test_the_plain_safetensors_library_reads_it(tmp_path):
    network = every_option()
    path = network.save(tmp_path / "a.safetensors", training={"epochs": 3})
    tensors = safetensors.numpy.load_file(path)
    assert set(tensors) == {"parameters", "connected"}
    assert (tensors["parameters"] == network.parameters).all()
    with safe_open(path, framework="np") as file:
        header = json.loads(file.metadata()["glassnet"])
    assert header == read_header(path)
    assert (header["format"], header["sizes"], header["training"]) == (FORMAT, [4, 5, 6, 3], {"epochs": 3})
    assert header["encoder"] == Camera(2, 2, negative=True).to_json()


def test_the_same_network_gives_the_same_bytes_in_every_process(tmp_path, run_python):
    script = """
import sys, numpy as np
from glassnet import Network
connections = [np.eye(4, 5), None]
network = Network([4, 5, 3], ["tanh", "softmax"], categories=["a", "b", "c"], connections=connections, seed=4)
network.save(sys.argv[1], training={"epochs": 3, "batch": 32, "losses": [1.5, 0.1]})
"""
    paths = [tmp_path / f"{k}.safetensors" for k in range(3)]
    for path, hash_seed in zip(paths, ("0", "1", "2"), strict=True):
        run_python(script, path, PYTHONHASHSEED=hash_seed)
    assert len({path.read_bytes() for path in paths}) == 1


def test_saving_replaces_the_old_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_text("old")
    every_option().save(path)
    assert Network.load(path).name == "4-5-6-3"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["missing/a.safetensors", "a\0b", "folder"])
def test_files_that_cannot_be_written(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(PathError, match=r"cannot write .* nothing was changed"):
        every_option().save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("name", "message"), [("missing", "does not exist"), ("", "is a folder"), ("a\0b", "does not exist")]
)
def test_files_that_are_not_there(tmp_path, name, message):
    with pytest.raises(PathError, match=f"{message}; expected a model file"):
        Network.load(tmp_path / name)
