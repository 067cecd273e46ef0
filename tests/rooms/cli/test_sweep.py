import json
import signal

import pytest

from command_line import contents, refusal, run, run_well, start
from glassnet import Network
from glassnet.training import Plan, train

FEW = ("four-pixel", "--activation", "tanh", "--epochs", "60", "--seeds", "6", "--threads", "1")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_table_shows_every_combination_the_best_first():
    result = run("sweep", *FEW, "--layers", "8", "4,4", "none", "--learning-rate", "0.1", "0.01")
    assert result.exit_code == 0, result.output
    assert "6 combinations of 6 seeds each: 36 networks" in result.stderr
    assert "8 to learn from, none held out" in result.stderr
    lines = result.stdout.splitlines()
    assert lines[1].split()[:2] == ["layers", "rate"]
    rows = [line.split()[:2] for line in lines[2:8]]
    assert sorted(rows) == sorted(
        [layers, rate] for layers in ("8", "4,4", "none") for rate in ("0.1", "0.01")
    )
    best = f"best:   --layers {rows[0][0]} --learning-rate {rows[0][1]}"
    assert best in lines
    assert "36 networks in" in result.stdout
    assert "judged by 8 training examples" in result.stdout


def test_the_best_network_is_saved_as_a_run_that_can_be_done_again(here):
    text = run_well("sweep", *FEW, "--learning-rate", "0.1", "0.03", "--batch", "2", "--save", "best.run")
    assert "saved:  best.run/model.safetensors, the best of its networks" in text
    assert set(contents(here / "best.run")) == {"model.safetensors", "plan.json", "history.csv"}
    saved = Network.load(here / "best.run/model.safetensors")
    plan = Plan.from_json(json.loads((here / "best.run/plan.json").read_text()))
    again, examples, _ = plan.prepare()
    train(again, examples, settings=plan.settings)
    assert saved.parameters.tobytes() == again.parameters.tobytes()
    assert "4-128-4" in run_well("info", "best.run")
    message = refusal("sweep", *FEW, "--save", "best.run")
    assert "error: best.run already holds a run" in message
    run_well("sweep", *FEW, "--layers", "4", "--save", "best.run", "--overwrite")
    assert "4-4-4" in run_well("info", "best.run")


def test_json_holds_every_trial():
    result = json.loads(run_well("sweep", *FEW, "--dropout", "0", "0.1", "--layers", "6", "--json"))
    assert [len(each["trials"]) for each in result["combinations"]] == [6, 6]
    assert {each["values"]["dropout"] for each in result["combinations"]} == {0, 0.1}
    assert (result["stopped"], result["seeds"], result["held_out"]) == ("finished", 6, False)
    assert result["best"]["layers"] == [6]


def test_one_combination_needs_no_list():
    result = run("sweep", "digits", "--layers", "4", "--epochs", "1", "--seeds", "2", "--batch=300")
    assert "2 networks, each from initial weights of its own" in result.stderr
    assert "judged by 359 held-out examples" in result.stdout
    assert "best:" not in result.stdout


def test_quiet_prints_the_table_alone():
    result = run("sweep", *FEW, "--layers", "4", "8", "-q")
    assert result.stderr == ""
    assert "in brackets: 95 % intervals" in result.stdout


def test_the_default_epochs_fit_each_batch():
    result = json.loads(run_well("sweep", "four-pixel", "--batch", "2", "8", "--seeds", "1", "--json"))
    epochs = {each["values"]["batch"]: each["trials"][0]["epochs"] for each in result["combinations"]}
    assert epochs == {2: 250, 8: 1000}


def test_where_no_loss_stays_finite_it_says_so_and_saves_nothing(here):
    options = ("--optimizer", "sgd", "--learning-rate", "1e6", "1e7", "--loss", "squared")
    result = run("sweep", *FEW, *options, "--last-activation", "identity", "--save", "best.run")
    assert result.exit_code == 1
    assert "no loss stayed finite: try smaller learning rates" in result.stdout
    assert "error: best.run: nothing to save" in result.stderr
    assert not (here / "best.run").exists()


def test_ctrl_c_shows_what_there_is(here):
    process = start(
        "sweep", *FEW[:3], "--layers", "4", "--epochs", "20", "3000000", "--threads", "1", "--seeds", "17"
    )
    for line in process.stderr:
        if "networks trained" in line:  # a tenth of what takes many seconds
            break
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped by Ctrl-C: 17 of 34 were trained" in out
    assert out.splitlines()[3].split()[0] == "20"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "expected a SOURCE, before the options"),
        (["--activation", "tanh", "digits"], 2, "expected a SOURCE, before the options"),
        (["digits", "--layers"], 2, "Option '--layers' requires an argument"),
        (["digits", "--layers", "8", "many"], 2, "got 'many', expected numbers such as 128,64"),
        (["digits", "--seeds", "0"], 2, "0 is not in the range x>=1"),
        (["digits", "--starts", "3"], 2, "No such option '--starts'"),
        (["digits", "--learning-rate", "-1", "2"], 1, "learning_rate: got -1"),
        (["digits", "--learning-rate", "nan", "2"], 1, "learning_rate: got nan"),
        (["digits", "--batch", "8", "8"], 1, "batch: 8 is there twice"),
        (["digits", "--activation", "tahn", "relu"], 1, "did you mean 'tanh'?"),
        (["digits", "--patience", "3", "--held-out", "0"], 1, "--patience needs held-out data to watch"),
        (["digits", "--threads", "0"], 1, "threads: got 0, expected at least 1"),
        (["nothing", "--batch", "8", "16"], 1, "nothing: there is no such file or folder"),
        (["digits", "--save", "file"], 1, "file: cannot be used as a run folder"),
    ],
)
def test_what_it_refuses(here, arguments, code, message):
    (here / "file").write_text("mine")
    assert message in refusal("sweep", *arguments, code=code)
    assert list(contents(here)) == ["file"]


def test_a_table_of_numbers(here):
    rows = [f"{k},{3 * k + 2}" for k in range(1, 81)]
    (here / "lines.csv").write_text("\n".join(["size,price", *rows]) + "\n")
    text = run_well("sweep", "lines.csv", "--layers", "none", "4", "--epochs", "20", "--seeds", "6")
    assert "judged by 16 held-out examples" in text
    assert text.splitlines()[1].split()[:2] == ["layers", "loss"]
