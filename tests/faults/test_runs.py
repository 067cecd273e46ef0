"""What happens to a training on a real machine: Ctrl-C, kill, a full disk, two at a time, damaged files."""

import errno
import json
import os
import resource
import signal
import tempfile

import pytest

from command_line import contents, refusal, run, run_well, start
from glassnet import Network
from glassnet.training import RunFolder

LONG = ("train", "digits", "--layers", "16", "--epochs", "600", "--batch", "16")
SHORT = ("train", "four-pixel", "-q", "--layers", "8", "--batch", "2", "--epochs", "40", "--starts", "2")
AT_ONCE = ("--time-limit", "1e-9")  # after the first step, in the middle of an epoch


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def until_it_trains(process):
    """Read standard error up to the first line of progress."""
    for line in process.stderr:
        if line.startswith(("epoch", "start")):
            return
    pytest.fail("the training ended before it could be stopped")


@pytest.fixture
def stopped(here):
    """A run that was stopped after its first step."""
    run_well(*SHORT, "-o", "stopped.run", *AT_ONCE)
    return here / "stopped.run"


@pytest.fixture
def full_disk(monkeypatch):
    """Make it impossible to write files of some names into a folder."""

    def fill(folder, *names):
        make = tempfile.mkstemp

        def refuse(*arguments, prefix="", dir=None, **more):  # noqa: A002 - the name of the argument
            if str(dir) == str(folder) and prefix.strip(".") in names:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return make(*arguments, prefix=prefix, dir=dir, **more)

        monkeypatch.setattr(tempfile, "mkstemp", refuse)

    return fill


def test_a_run_stopped_again_and_again_ends_with_the_same_bytes(here, stopped):
    run_well(*SHORT, "-o", "whole.run")
    n_times = 0
    while (stopped / "state.safetensors").exists():
        run_well("train", "-q", "--resume", "stopped.run", *(AT_ONCE if n_times < 20 else ()))
        n_times += 1
    assert n_times == 21
    assert contents(stopped) == contents(here / "whole.run")


def test_a_time_limit_says_how_to_go_on():
    text = run_well("train", "four-pixel", *AT_ONCE)
    assert "stopped by the time limit: kept the network as it is" in text
    assert text.endswith("go on:  glassnet train --resume four-pixel.run\n")
    result = run("train", "--resume", "four-pixel.run")
    assert "going on in epoch 2 of 1,000" in result.stderr
    assert "8 of 8 training examples right" in result.stdout
    assert run_well("train", "--resume", "four-pixel.run") == (
        "four-pixel.run is finished, nothing is left to do; its network is four-pixel.run/model.safetensors\n"
    )


def test_ctrl_c_saves_and_says_how_to_go_on(here):
    process = start(*LONG)
    until_it_trains(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped by Ctrl-C: kept the network of epoch " in out
    assert out.endswith("go on:  glassnet train --resume digits.run\n")
    assert "Traceback" not in err
    assert Network.load(here / "digits.run/model.safetensors").sizes == (64, 16, 10)
    assert sorted(contents(here / "digits.run")) == [
        "history.csv",
        "model.safetensors",
        "plan.json",
        "state.safetensors",
        "statistics.csv",
    ]


def test_ctrl_c_then_resume_gives_the_bytes_of_an_uninterrupted_run(here):
    process = start(*LONG)
    until_it_trains(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    for arguments in (("train", "--resume", "digits.run"), (*LONG, "-o", "whole.run")):
        other = start(*arguments)
        other.communicate(timeout=60)
        assert other.returncode == 0
    assert contents(here / "digits.run") == contents(here / "whole.run")


def test_a_killed_run_can_be_resumed(here):
    process = start(*LONG)
    until_it_trains(process)
    process.kill()
    process.communicate(timeout=60)
    assert sorted(contents(here / "digits.run")) == ["plan.json", "run.lock"]
    assert "the folder has no model.safetensors; expected a run, and if it was killed" in refusal(
        "predict", "digits.run", "a.png"
    )
    result = run("train", "--resume", "digits.run", *AT_ONCE)
    assert result.exit_code == 0
    assert "going on from the beginning" in result.stderr
    process = start("train", "--resume", "digits.run")
    until_it_trains(process)
    process.kill()
    process.communicate(timeout=60)
    result = run("train", "--resume", "digits.run", *AT_ONCE)
    assert "going on in epoch 1 of 600" in result.stderr


def test_two_runs_into_one_folder(here):
    process = start(*LONG)
    until_it_trains(process)
    message = refusal("train", "four-pixel", "-o", "digits.run", "--overwrite")
    assert message.splitlines()[-1] == (
        "error: digits.run: another run is training in this folder; choose another one"
    )
    assert "another run is training in this folder" in refusal("train", "--resume", "digits.run")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads((here / "digits.run/plan.json").read_text())["source"] == "digits"


def test_a_lock_that_nobody_holds_any_more_is_no_obstacle(here):
    (here / "old.run").mkdir()
    (here / "old.run" / "run.lock").write_text("")
    run_well(*SHORT, "-o", "old.run")
    assert not (here / "old.run" / "run.lock").exists()


def test_a_folder_is_locked_until_its_run_ends(here):
    with RunFolder("some.run"):
        assert "another run is training in this folder" in refusal(*SHORT, "-o", "some.run")
    run_well(*SHORT, "-o", "some.run")


def test_without_room_for_the_model_it_is_saved_elsewhere(here, full_disk, monkeypatch):
    (here / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(here / "elsewhere"))
    full_disk("four-pixel.run", "model.safetensors")
    result = run("train", "four-pixel")
    assert result.exit_code == 1
    (folder,) = (here / "elsewhere").iterdir()
    error = result.stderr.splitlines()[-1]
    assert error.startswith("error: cannot write four-pixel.run/model.safetensors (")
    assert error.endswith(
        "No space left on device; nothing was changed. "
        f"The network is saved in {folder}/model.safetensors instead"
    )
    assert "8 of 8 training examples right" in result.stdout
    assert sorted(contents(folder)) == ["history.csv", "model.safetensors", "plan.json", "statistics.csv"]
    assert run_well("info", folder).startswith(f"model       {folder}/model.safetensors")


def test_without_room_anywhere_nothing_half_written_is_left(here):
    limit = 2_000
    process = start(
        *("train", "four-pixel", "-q"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.startswith("error: cannot write four-pixel.run/model.safetensors (")
    assert "File too large; nothing was changed" in err
    assert sorted(contents(here / "four-pixel.run")) == ["plan.json"]


def test_a_checkpoint_that_finds_no_room_is_mentioned_and_the_model_saved(here, full_disk):
    full_disk("four-pixel.run", "state.safetensors")
    result = run("train", "four-pixel", *AT_ONCE)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1].startswith(
        "warning: the run cannot be resumed: cannot write four-pixel.run/state.safetensors ("
    )
    assert "go on:" not in result.stdout
    assert (here / "four-pixel.run/model.safetensors").exists()


def test_a_place_that_cannot_be_written_is_named(here):
    (here / "file").write_text("mine")
    for place in ("file", "file/inside"):
        assert f"error: {place}: cannot be used as a run folder: " in refusal(*SHORT, "-o", place)
    assert (here / "file").read_text() == "mine"


def test_a_state_that_was_cut_short_is_named_and_kept(stopped):
    state = stopped / "state.safetensors"
    half = state.read_bytes()[: state.stat().st_size // 2]
    state.write_bytes(half)
    message = refusal("train", "-q", "--resume", "stopped.run")
    assert message.startswith("error: stopped.run/state.safetensors: the saved state is no whole file")
    assert message.endswith("start anew\n")
    assert state.read_bytes() == half


def test_a_state_of_another_plan_is_refused(stopped):
    plan = json.loads((stopped / "plan.json").read_text())
    plan["settings"]["batch"] = 3
    (stopped / "plan.json").write_text(json.dumps(plan))
    assert "the saved state belongs to another training: settings differ" in refusal(
        "train", "-q", "--resume", "stopped.run"
    )


def test_data_that_changed_since_are_noticed(here):
    table = "size,kind\n" + "".join(f"{k},{'small' if k < 30 else 'large'}\n" for k in range(60))
    (here / "things.csv").write_text(table)
    run_well("train", "things.csv", "-q", *AT_ONCE)
    (here / "things.csv").write_text(table.replace("31,large", "31,small"))
    assert "the saved state belongs to another training: data differ" in refusal(
        "train", "-q", "--resume", "things.run"
    )
    (here / "things.csv").unlink()
    assert "things.csv: there is no such file" in refusal("train", "-q", "--resume", "things.run")


def test_a_damaged_plan_is_named(stopped):
    (stopped / "plan.json").write_text("{")
    assert refusal("train", "--resume", "stopped.run").startswith("error: stopped.run/plan.json: no JSON")


def test_nothing_is_left_of_a_run_into_a_folder_that_is_no_run(here):
    assert "nowhere: there is no run to go on with" in refusal("train", "--resume", "nowhere")
    assert list(here.iterdir()) == []
