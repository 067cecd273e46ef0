import json
from pathlib import Path

import numpy as np
import pytest

from command_line import refusal, run, run_well
from glassnet import Network, data, explain


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Network.drawn_four_pixel().save("drawn.safetensors")
    return tmp_path


CHECK = ["check", "drawn.safetensors", "four-pixel"]


def test_the_gradients_agree_and_what_they_cost():
    text = run_well(*CHECK)
    assert text.startswith(
        "4-4-4-8-4 with 8 of the 8 examples of four-pixel\n"
        "96 of 96 parameters checked with a step of 1e-05:\nthe gradients agree"
    )
    assert "numeric: 192 forward passes" in text
    assert "direct:  1 forward and 1 backward pass" in text
    assert "one-sided 97" in text


def test_json_is_what_explain_says():
    values = json.loads(
        run_well(*CHECK, "--most", "7", "--examples", "3", "--step", "1e-4", "--seed", "5", "--json")
    )
    few = data.four_pixel().draw(3, seed=5)
    check = explain.gradient_check(
        Network.drawn_four_pixel(), few.inputs, few.targets, most=7, step=1e-4, seed=5
    )
    assert values["n_examples"] == 3
    assert values["forward_passes"] == 14
    assert values["parameters"] == check.to_json()["parameters"]
    assert values["verdict"] == "the gradients agree"


def test_the_data_are_those_that_it_was_trained_on():
    run_well("train", "four-pixel", "-q", "--layers", "4", "--activation", "tanh")
    assert run_well("check", "four-pixel.run").startswith("4-4-4 with 8 of the 8 examples of four-pixel\n")


def test_gradients_that_differ_exit_with_1(monkeypatch):
    honest = Network.gradient

    def twice(self, *arguments, **settings):
        loss, gradient = honest(self, *arguments, **settings)
        return loss, 2 * gradient

    monkeypatch.setattr(Network, "gradient", twice)
    result = run(*CHECK)
    assert result.exit_code == 1
    assert "one of the gradients is wrong" in result.stdout


def test_the_picture():
    run_well(*CHECK, "--picture", "check.svg")
    assert "Gradient check: the gradients agree" in Path("check.svg").read_text(encoding="utf-8")


def test_a_small_loss_is_no_reason_to_differ():
    """The loss of a good network is the logarithm of almost 1: its rounding is that of the 1."""
    patterns = data.four_pixel()
    network = Network([4, 16, 4], ["tanh", "softmax"], seed=2)
    network.weights(2)[:] *= 5
    best = network.predict(patterns.inputs).argmax(axis=1)
    check = explain.gradient_check(network, patterns.inputs, np.eye(4)[best])
    assert check.agrees


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "drawn.safetensors", "digits"], "the data have 64 inputs, the network 4-4-4-8-4 has 4"),
        ([*CHECK, "--step", "0"], "step: got 0, expected above 0"),
        ([*CHECK, "--most", "0"], "most: got 0, expected at least 1"),
        ([*CHECK, "--examples", "0"], "examples: got 0, expected at least 1"),
        ([*CHECK, "--seed", "-1"], "seed: got -1"),
        (["check", "nowhere.run", "digits"], "nowhere.run does not exist"),
        (["check", "drawn.safetensors", "nowhere.csv"], "there is no such file"),
    ],
)
def test_what_cannot_be_checked_is_refused(arguments, message):
    assert message in refusal(*arguments)


def test_a_model_without_a_plan_needs_data():
    assert "does not say what it was trained on" in refusal("check", "drawn.safetensors", code=2)


def test_tables_and_folders_are_read_as_the_model_reads_them():
    rows = "".join(f"{k},{'low' if k < 30 else 'high'}\n" for k in range(60))
    Path("all.csv").write_text(f"size,kind\n{rows}")
    Path("part.csv").write_text("size,kind\n10,low\n50,high\n")
    Path("none.csv").write_text("size\n10\n")
    run_well("train", "all.csv", "-q", "--layers", "4", "--epochs", "2")
    assert "2 of the 2 examples of part" in run_well("check", "all.run", "part.csv")
    first = json.loads(run_well("explain", "all.run", "--data", "part.csv", "--json"))
    assert first["inputs"] == pytest.approx([10 / 59 * 2 - 1])  # not -1, as in a table of its own
    assert "there is no column 'kind', which holds the right answers" in refusal(
        "check", "all.run", "none.csv"
    )
