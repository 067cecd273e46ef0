"""The command `glassnet doctor`, and what `train` says by itself."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import numpy as np
import pytest

from command_line import refusal, run, run_well
from glassnet import Network
from glassnet.network.model_file import read_header

SLOW = ("--optimizer", "sgd", "--learning-rate", "0.00001", "--layers", "16")


@pytest.fixture(scope="module", autouse=True)
def here(tmp_path_factory):
    """A folder with a healthy run, a slow one, one without a look into its layers, and some data."""
    folder = tmp_path_factory.mktemp("ward")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        chance = np.random.default_rng(0)
        labels = np.arange(300) % 3
        inputs = np.eye(3)[labels] + chance.normal(0, 0.15, (300, 3)) - 0.5
        np.savez("made.npz", inputs=inputs, labels=labels)
        np.savez("large.npz", inputs=inputs * 500, labels=labels)
        run_well("train", "made.npz", "-q", "--layers", "16")
        run_well("train", "made.npz", "-q", "-o", "slow.run", *SLOW)
        run_well("train", "made.npz", "-q", "-o", "blind.run", "--no-doctor", "--epochs", "3")
        yield folder


def test_a_healthy_run():
    text = run_well("doctor", "made.run")
    assert "judged by the 60 held-out examples of made" in text
    assert "Nothing wrong was found." in text
    assert "It can learn 20 examples by heart" in text
    assert "Loss at the start" in text


def test_a_sick_run_has_the_exit_code_1_and_a_picture():
    result = run("doctor", "slow.run", "--picture", "slow.svg")
    assert result.exit_code == 1
    assert "serious: learning rate too low (the setting learning_rate)" in result.stdout
    assert "1. Take ten times the learning rate." in result.stdout
    assert "learning rate too low" in Path("slow.svg").read_text()


def test_a_treatment_says_what_helped():
    result = run("doctor", "slow.run", "--treat", "--seeds", "2", "--json")
    assert result.exit_code == 1
    values = json.loads(result.stdout)
    assert values["treatment"]["worked"]
    assert len(values["treatment"]["after"]["errors"]) == 2
    text = run("doctor", "slow.run", "--treat", "--seeds", "1", "--epochs", "5").stdout
    assert "What helped: " in text


def test_the_line_of_a_treatment_can_be_pasted_and_trains_what_was_claimed():
    rows = np.load("made.npz")["inputs"].round(3).tolist()
    table = "\n".join(["a,the price,b", *(f"{a},{a - 2 * b:.4f},{b}" for a, b, _ in rows)])
    Path("a table.csv").write_text(f"{table}\n,1,1\n")
    run_well(
        "train", "a table.csv", "--target", "the price", "--missing", "fill", "--held-out", "0.3", "-q",
        "--seed", "4", "-o", "our model.run", "--initial-weights", "uniform(low=-0.001, high=0.001)", *SLOW,
    )  # fmt: skip
    treatment = json.loads(run("doctor", "our model.run", "--treat", "--seeds", "1", "--json").stdout)[
        "treatment"
    ]
    line = treatment["command"]
    subprocess.run(["bash", "-n", "-c", line], check=True)
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {line}"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert words == shlex.split(line)
    assert words[:3] == ["glassnet", "train", "a table.csv"]
    assert words[words.index("-o") + 1] == "our model-treated.run"
    assert words[words.index("--target") + 1] == "the price"
    run_well(*words[1:], "-q")
    before, after = (
        read_header(f"our model{end}.run/model.safetensors")["training"]["plan"] for end in ("", "-treated")
    )
    assert after["options"] == before["options"] == {"target": "the price", "missing": "fill"}
    assert (after["held_out"], after["settings"]["seed"]) == (0.3, 4)
    assert "uniform" in before["network"]["initial_weights"]
    assert after["network"] == {}  # the usual ones again


def test_data_alone():
    text = run_well("doctor", "made.npz")
    assert "Nothing wrong was found." in text
    assert text.rstrip().endswith("(judged by the examples that they learned from)")
    result = run("doctor", "large.npz", "--json")
    assert result.exit_code == 1
    values = json.loads(result.stdout)
    assert [finding["name"] for finding in values["diagnosis"]["findings"]] == ["inputs unscaled"]
    assert values["baseline"]["best"]
    assert "--treat and --picture go with a MODEL" in refusal("doctor", "made.npz", "--treat", code=2)


def test_a_table_alone_is_read_with_the_options_of_train():
    chance = np.random.default_rng(0)
    rows = [f"{a:.3f},{'left' if a < 0 else 'right'},{b:.3f}" for a, b in chance.normal(size=(60, 2))]
    Path("sides.csv").write_text("\n".join(["a,side,b", *rows, "0.5,right,"]) + "\n")
    assert "--missing fill" in refusal("doctor", "sides.csv", "--target", "side")
    text = run_well("doctor", "sides.csv", "--missing", "fill", "--target", "side")
    assert "61 examples, 2 inputs, 2 categories" in text
    numbers = run("doctor", "sides.csv", "--missing", "fill", "--target", "a", "--task", "numbers").stdout
    assert re.search(r"61 examples, \d inputs, 1 numbers", numbers)
    assert "--target goes with DATA alone" in refusal("doctor", "made.run", "--target", "side", code=2)


def test_a_model_and_data_that_it_did_not_learn_from():
    text = run("doctor", "made.run", "large.npz").stdout
    assert "inputs unscaled" in text
    assert "there is no history" in text


def test_a_run_that_nobody_looked_into():
    assert not Path("blind.run/statistics.csv").exists()
    assert "the history has no statistics" in run("doctor", "blind.run").stdout


def test_a_damaged_record_is_said_and_the_rest_examined():
    run_well("train", "made.npz", "-q", "-o", "torn.run", "--epochs", "60")
    file = Path("torn.run/statistics.csv")
    file.write_text(file.read_text()[:-40])
    result = run("doctor", "torn.run")
    assert "warning: the training itself is not examined: torn.run/statistics.csv" in result.stderr
    assert "Nothing wrong was found." in result.stdout


def test_a_network_without_a_training():
    Network([3, 4, 3], categories=["0", "1", "2"]).save("bare.safetensors")
    assert (
        "its weights are still those that were drawn" in run("doctor", "bare.safetensors", "made.npz").stdout
    )
    assert "there is no training to draw" in refusal(
        "doctor", "bare.safetensors", "made.npz", "--picture", "x.svg", code=2
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.run"], "nothing.run"),
        (["nothing.npz"], "nothing.npz"),
        (["made.run", "four-pixel"], "the network 3-16-3 has 3"),
    ],
)
def test_what_cannot_be_examined(arguments, said):
    assert said in refusal("doctor", *arguments)


def test_train_says_what_is_wrong_and_how_to_go_on():
    text = run_well("train", "made.npz", "-o", "again.run", *SLOW)
    assert "serious: learning rate too low: " in text
    assert "why, and what helps: glassnet doctor again.run --treat" in text
    assert "serious" not in run_well("train", "made.npz", "-o", "quiet.run", "--no-doctor", *SLOW)


def test_train_says_a_fatal_fault_as_it_happens():
    result = run(
        "train", "made.npz", "-o", "alike.run", "--layers", "8", "--initial-weights", "uniform(low=0, high=0)"
    )
    assert "fatal: symmetric initial weights: All weights of layer 1 began at 0." in result.stderr


def test_a_lost_loss_is_remembered_by_the_run():
    result = run(
        "train", "made.npz", "-o", "lost.run", "--optimizer", "sgd", "--learning-rate", "1e6",
        "--last-activation", "identity",
    )  # fmt: skip
    assert result.exit_code == 1
    assert read_header("lost.run/model.safetensors")["training"]["not_finite"]["step"] > 0
    text = run("doctor", "lost.run").stdout
    assert text.index("fatal: loss not finite") < text.index("learning rate too high (")


def test_the_report_says_it_too():
    run_well("report", "slow.run")
    page = Path("slow.run/report.html").read_text()
    assert "What the doctor says" in page
    assert "Learning rate too low (serious; the setting learning_rate)" in page
    assert "size of a step" in page
