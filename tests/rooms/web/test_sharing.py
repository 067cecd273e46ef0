"""A link makes the same experiment, bit for bit; a model file is one; a snapshot holds what explain says."""

import base64

import numpy as np
import pytest
from safetensors.numpy import load as load_tensors

from glassnet.network import Network
from live_session import Live


def restored(steps, laboratory=None):
    live = Live()
    live.say("restore", steps=steps)
    return live


def trained(live, steps=30):
    live.session.teacher.pace.speed = None
    for _ in range(steps):
        live.say("step")
    return live.session.teacher.network.parameters


def test_a_link_trains_the_same_network_bit_for_bit():
    live = Live("from-scratch")
    layers = [{"neurons": 5, "activation": "tanh"}, {"neurons": 3, "activation": "relu"}]
    live.say("change", layers=layers, dropout=0.2)
    live.say("change", optimizer="sgd", biases=False, last_activation="softmax")
    live.say("reset", seed=7)
    recipe = live.last("structure")["recipe"]
    assert [step["kind"] for step in recipe] == ["open", "change", "reset"]
    twin = restored(recipe)
    assert twin.all("error") == []
    assert twin.last("structure")["recipe"] == recipe
    assert twin.last("structure")["sizes"] == [4, 5, 3, 4]
    first = trained(live)
    assert np.array_equal(first, trained(twin))
    assert not np.array_equal(first, trained(restored([*recipe[:2], {"kind": "reset", "seed": 8}])))


def test_what_was_not_changed_is_not_in_the_link():
    live = Live()
    assert live.last("structure")["recipe"] == [{"kind": "open", "experiment": "drawn"}]
    live.say("change", learning_rate=0.3)
    assert live.last("structure")["recipe"][1:] == [{"kind": "change", "learning_rate": 0.3}]
    live.say("change", learning_rate=0.1)
    assert live.last("structure")["recipe"][1:] == []


def test_a_link_says_what_is_looked_at():
    steps = [
        {"kind": "open", "experiment": "from-scratch"},
        {"kind": "inputs", "values": [1, 0.5, 0, -1]},
        {"kind": "select", "what": "weight", "layer": 2, "neuron": 1, "source": 3},
    ]
    frame = restored(steps).last("frame")
    assert frame["inputs"] == [1, 0.5, 0, -1]
    assert frame["selection"] == {"what": "weight", "layer": 2, "neuron": 1, "source": 3}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "open", "experiment": "nowhere"},
        {"kind": "open", "experiment": "own flowers.csv"},
        {"kind": "change", "optimizer": "magic"},
        {"kind": "change", "layers": [{"neurons": 3, "activation": "nonsense"}]},
        {"kind": "change", "layers": [{"neurons": 4096, "activation": "tanh"}] * 32},
        {"kind": "example", "example": 10**9},
        {"kind": "inputs", "values": [1, 2, 3]},
        {"kind": "select", "what": "neuron", "layer": 99, "neuron": 0},
    ],
)
def test_a_link_with_something_impossible_in_it_shows_the_beginning_and_says_why(wrong):
    live = restored([{"kind": "open", "experiment": "from-scratch"}, {"kind": "reset", "seed": 3}, wrong])
    assert live.last("error")["text"].startswith("The link cannot be followed, so this is the beginning: ")
    assert live.last("structure")["recipe"] == [{"kind": "open", "experiment": "drawn"}]
    assert live.last("frame")["selection"]["what"] == "nothing"


def test_a_model_is_handed_over_as_a_file_that_others_read(tmp_path):
    live = Live("from-scratch")
    live.say("download")
    message = live.last("file")
    content = base64.b64decode(message["base64"])
    assert message["name"] == "glassnet-4-4-4-8-4.safetensors"
    parameters = live.session.teacher.network.parameters
    assert np.array_equal(load_tensors(content)["parameters"], parameters)
    (tmp_path / "m.safetensors").write_bytes(content)
    assert np.array_equal(Network.load(tmp_path / "m.safetensors").parameters, parameters)


def test_a_snapshot_holds_what_the_inspector_says_of_everything_shown():
    live = Live("from-scratch")
    live.say("play")
    live.say("freeze")
    assert not live.last("frame")["training"]["playing"]
    inside = live.last("frozen")["inside"]
    frame = live.last("frame")
    n_neurons = sum(len(layer["neurons"]) for layer in frame["layers"])
    n_wires = sum(len(layer["wires"]) for layer in frame["layers"][1:])
    assert len(inside) == n_neurons + (n_wires if n_wires <= 64 else 0)
    shown = live.say("select", what="neuron", layer=2, neuron=1)
    assert inside["neuron/2/1/0"] == shown["inspection"]
