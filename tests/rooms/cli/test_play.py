import re
import signal
import urllib.error
import urllib.request

import pytest

from command_line import refusal, run_well, start
from glassnet.cli.play import laboratory_for


def test_the_page_is_served_until_ctrl_c(tmp_path):
    playing = start("play", "--no-browser", "--port", "0")
    try:
        printed = ""
        while "http://" not in printed:
            printed += playing.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", printed)[0]
        with urllib.request.urlopen(address) as answer:
            assert b"<title>glassnet" in answer.read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address.split("?")[0])
    finally:
        playing.send_signal(signal.SIGINT)
        _out, errors = playing.communicate(timeout=60)
    assert errors.strip() in ("", "interrupted")
    assert playing.returncode in (0, 130)


def test_without_names_the_page_has_what_comes_with_glassnet():
    assert [entry["name"] for entry in laboratory_for(None, None).titles()] == [
        "drawn",
        "from-scratch",
        "digits",
    ]


def test_ones_own_data_come_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "houses.csv").write_text("size,price\n" + "".join(f"{k},{3 * k}.5\n" for k in range(60)))
    laboratory = laboratory_for("houses.csv", None)
    assert laboratory.titles()[0] == {"name": "own", "title": "houses"}
    experiment = laboratory.begin("own")
    assert (experiment.data.n_examples, experiment.held_out.n_examples) == (48, 12)
    assert list(experiment.network.sizes) == [1, 128, 1]


def test_a_model_comes_with_the_data_that_it_learned_from(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_well("train", "four-pixel", "--layers", "8", "--epochs", "5", "--optimizer", "sgd", "-q")
    experiment = laboratory_for("four-pixel.run", None).begin("own")
    assert (experiment.network.name, experiment.data.n_examples, experiment.settings.optimizer) == (
        "4-8-4",
        8,
        "sgd",
    )
    other = laboratory_for("four-pixel.run", "four-pixel").begin("own")
    assert other.held_out is None


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["play", "nowhere.csv"], "nowhere.csv: there is no such file", 1),
        (["play", "nowhere.safetensors"], "nowhere.safetensors", 1),
        (["play", "digits", "digits"], "digits is no model", 2),
        (["play", "--port", "70000"], "70000 is not in the range", 2),
    ],
)
def test_what_cannot_be_played_is_said(arguments, message, code):
    assert message in refusal(*arguments, code=code)
