import json

import pytest

from command_line import refusal, run_well
from glassnet import Network
from glassnet.kernels.registers import MULTIPLIES_PAIRS


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_says_how_it_was_trained(here):
    run_well("train", "four-pixel", "-q", "--layers", "8", "--epochs", "20", "--starts", "2", "--seed", "3")
    text = run_well("info", "four-pixel.run")
    facts = dict(line.split(maxsplit=1) for line in text.splitlines())
    n_bytes = (here / "four-pixel.run/model.safetensors").stat().st_size
    assert facts["model"] == f"four-pixel.run/model.safetensors ({n_bytes:,} bytes)"
    assert facts["network"] == "4-8-4, 76 parameters (float64)"
    assert facts["inputs"] == "4: pictures of 2 x 2 pixels"
    assert facts["outputs"] == "4 categories: solid, vertical, diagonal, horizontal"
    assert facts["loss"] == "cross_entropy"
    assert facts["trained"] == "on  four-pixel, a share of 0 held out, seed 3"
    assert facts["training"] == "adam, learning rate 0.002, cosine, batches of 32"
    assert facts["epochs"] == "20 of 20 (finished); kept the network of epoch 20"
    assert facts["starts"] == "0 of 2 succeeded"
    assert [line.split() for line in text.splitlines()[-2:]] == [
        ["1", "4", "8", "relu", "32", "8", "0"],
        ["2", "8", "4", "softmax", "32", "4", "0"],
    ]


@pytest.mark.parametrize("precision", [None, "bf16"] if MULTIPLIES_PAIRS else [None])
def test_a_run_says_with_which_precision_it_was_trained(precision):
    chosen = [] if precision is None else ["--precision", precision]
    run_well("train", "four-pixel", "-q", "--epochs", "2", "--dtype", "float32", *chosen)
    facts = dict(line.split(maxsplit=1) for line in run_well("info", "four-pixel.run").splitlines())
    assert facts["training"].split(", ")[3:] == ["batches of 32", *chosen[1:]]


def test_json_is_the_header_and_the_sizes(here):
    run_well("train", "four-pixel", "-q", "--epochs", "20")
    values = json.loads(run_well("info", "four-pixel.run/model.safetensors", "--json"))
    assert values["sizes"] == [4, 128, 4]
    assert values["n_parameters"] == 1156
    assert values["dtype"] == "float64"
    assert values["activations"] == ["relu", "softmax"]
    assert values["categories"] == ["solid", "vertical", "diagonal", "horizontal"]
    assert values["encoder"] == {"kind": "camera", "rows": 2, "columns": 2, "negative": False}
    assert values["training"]["plan"] == json.loads((here / "four-pixel.run/plan.json").read_text())
    assert values["training"]["kept_epoch"] == 20


def test_a_network_that_no_run_made(here):
    Network.drawn_four_pixel().save("drawn.safetensors")
    assert "trained  not by a run" in run_well("info", "drawn.safetensors")
    Network([2, 1]).save("other.safetensors", {"by": "hand"})
    text = run_well("info", "other.safetensors")
    assert '{"by": "hand"}' in text
    assert "2: bare numbers" in text
    assert "1 numbers" in text


def test_a_network_for_a_table_names_its_columns(here):
    (here / "flats.csv").write_text("size,town,price\n50,Aachen,1500\n100,Bonn,2200\n")
    run_well("train", "flats.csv", "-q", "--epochs", "1")
    text = run_well("info", "flats.run")
    assert "3: columns size, town" in text
    assert "price, a number" in text


def test_what_is_no_model_is_refused(here):
    (here / "text.safetensors").write_text("not a model")
    assert "text.safetensors: no whole safetensors file" in refusal("info", "text.safetensors")
    assert "nowhere does not exist" in refusal("info", "nowhere")
    assert "the folder has no model.safetensors" in refusal("info", ".")
