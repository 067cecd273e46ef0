import dataclasses
import statistics
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from command_line import COMMAND, refusal, run_well
from glassnet import __version__
from glassnet.cli import main
from glassnet.training import SCHEDULES, Plan, Settings

HEAVY = (
    *("numba", "numpy", "PIL", "rich", "safetensors", "starlette", "uvicorn", "websockets"),
    *("glassnet.network", "glassnet.training", "glassnet.web"),
)


def seconds(command):
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["predict", "--help"]])
def test_help_takes_less_than_three_tenths_of_a_second(arguments):
    took = statistics.median(seconds([*COMMAND, *arguments]) for _ in range(5))
    python_alone = statistics.median(seconds([sys.executable, "-c", "pass"]) for _ in range(5))
    # On a busy machine Python alone takes longer than its usual 20 ms; that is not ours.
    assert took - max(python_alone - 0.02, 0) < 0.3


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["train", "--help"], ["explain", "--help"], ["--version"], ["info"], ["play", "--help"]],
)
def test_nothing_heavy_is_imported_to_read_a_command_line(run_python, arguments):
    script = f"""
import contextlib, io, sys
from glassnet.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    with contextlib.suppress(SystemExit):
        main({arguments!r})
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    assert run_python(script) == "[]\n"


def test_help_names_every_command_and_its_first_sentence():
    text = run_well("--help")
    for command in (
        "train",
        "sweep",
        "predict",
        "explain",
        "circuit",
        "check",
        "doctor",
        "report",
        "info",
        "data",
        "demo",
        "play",
        "warmup",
    ):
        assert f"\n  {command} " in text
    assert "\n  demo " in text
    assert "glassnet train digits" in text


def test_the_help_of_train_has_sections():
    text = run_well("train", "--help")
    assert all(f"\n{name}:\n" in text for name in ("Options", "The data", "The network", "The training"))


def test_version():
    assert run_well("--version") == f"glassnet {__version__}\n"


PLAN = Plan(source="digits")
DEFAULTS = {
    "held_out": PLAN.held_out,
    "layers": PLAN.layers[0],
    "activation": PLAN.activation,
    **{
        name: getattr(Settings(), name)
        for name in ("epochs", "batch", "optimizer", "schedule", "l1", "l2", "starts", "seed")
    },
}


@pytest.mark.parametrize("name", list(DEFAULTS))
def test_the_help_says_the_default_that_is_used(name):
    (option,) = [option for option in main.commands["train"].params if option.name == name]
    default = DEFAULTS[name]
    assert f"[{default:g}" in option.help if isinstance(default, float) else f"[{default}" in option.help


def test_every_setting_can_be_typed_but_shuffle():
    options = {option.name for option in main.commands["train"].params}
    settings = {field.name for field in dataclasses.fields(Settings)}
    assert settings - options == {"shuffle"}


def test_sweep_has_the_words_of_train():
    of_train, of_sweep = (
        {
            option.name: (option.help, option.type)
            for option in main.commands[name].params
            if hasattr(option, "help")
        }
        for name in ("train", "sweep")
    )
    own = {"seeds", "save", "as_json"}
    assert set(of_train) - set(of_sweep) == {"output", "resume", "starts", "statistics"}
    assert set(of_sweep) - set(of_train) == own
    assert all(repr(of_sweep[name]) == repr(of_train[name]) for name in set(of_sweep) - own)


def test_the_help_names_every_schedule():
    (option,) = [option for option in main.commands["train"].params if option.name == "schedule"]
    assert option.help.startswith(", ".join(SCHEDULES))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train"], "expected either a SOURCE or --resume RUN"),
        (["train", "digits", "--resume", "digits.run"], "expected either a SOURCE or --resume RUN"),
        (["train", "--resume", "digits.run", "--epochs", "3"], "--resume takes everything from the run"),
        (["train", "--resume", "digits.run", "-o", "other.run"], "--resume takes everything from the run"),
        (["train", "digits", "--layers", "12,many"], "got '12,many', expected numbers such as 128,64"),
        (["train", "digits", "--camera", "28"], "got '28', expected rows and columns such as 28x28"),
        (["train", "digits", "--time-limit", "0"], "0.0 is not in the range x>0"),
        (["train", "digits", "--epochs", "few"], "'few' is not a valid integer"),
        (["train", "digits", "--missing", "guess"], "'guess' is not one of 'error', 'fill'"),
        (["predict", "digits.run"], "Missing argument 'INPUT...'"),
        (["predict", "digits.run", "-", "-"], "standard input, -, can be read only once"),
        (["trian"], "No such command 'trian'"),
    ],
)
def test_wrong_usage_exits_with_2(arguments, message):
    assert message in refusal(*arguments, code=2)


def test_debug_shows_the_traceback():
    done = subprocess.run(
        [*COMMAND, "--debug", "train", "nowhere.csv"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert "PathError: nowhere.csv: there is no such file" in done.stderr


def test_an_error_is_one_line():
    message = refusal("train", "nowhere.csv")
    assert message.startswith("error: nowhere.csv: there is no such file")
    assert message.count("\n") == 1


def test_a_reader_that_goes_away_is_no_error():
    command = subprocess.Popen(
        [*COMMAND, "train", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    command.stdout.close()
    assert command.stderr.read() == ""
    command.stderr.close()
    assert command.wait() == 1


def test_output_that_cannot_be_written_is_named():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "data", "four-pixel"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (
        1,
        "error: cannot write the output: No space left on device\n",
    )


def test_too_large_a_network_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = refusal("train", "digits", "--layers", "2000000000")
    assert message.splitlines()[-1].startswith("error: network 64-2000000000-10 (150,000,000,010 parameters")
    assert "GiB of memory" in message
    assert list(tmp_path.iterdir()) == []


def test_all_options_of_a_command_have_help():
    for command in main.commands.values():
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help
