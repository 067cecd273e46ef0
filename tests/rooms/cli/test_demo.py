import subprocess

import numpy as np
import pytest
from PIL import Image

from command_line import COMMAND, contents, run_well
from glassnet import Network
from glassnet.cli.blocks import bar, framed, side_by_side


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_whole_demo_twice(here):
    first = subprocess.run([*COMMAND, "demo"], capture_output=True, text=True, check=True, timeout=120)
    text = first.stdout
    assert "8 of 8 are right." in text
    assert 'All four outputs tie at 0.746: "no category", 8 of 8 times.' in text
    assert "8 of 10 starts succeeded" in text or "9 of 10 starts succeeded" in text or "10 of 10" in text
    assert "The best one is kept: 8 of 8 right (100.00%)" in text
    right = next(line for line in text.splitlines() if "held-out examples right" in line)
    assert float(right.partition("(")[2].partition("%")[0]) >= 97
    margin = text.partition("It is a 5. The answer: 5 (ahead by ")[2].partition(")")[0]
    assert 0.9 <= float(margin) <= 1
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text + first.stderr
    made = contents(here / "demo.run")
    assert sorted(made) == ["digit.png", "history.csv", "model.safetensors", "plan.json", "statistics.csv"]
    again = subprocess.run([*COMMAND, "demo"], capture_output=True, text=True, check=True, timeout=120)
    assert contents(here / "demo.run") == made
    assert "It is a 5. The answer: 5" in again.stdout


def test_the_picture_file_is_a_held_out_digit_and_the_network_reads_it(here):
    run_well("demo", "-o", "mine.run")
    with Image.open(here / "mine.run/digit.png") as picture:
        assert picture.size == (80, 80)
    assert run_well("predict", "mine.run", "mine.run/digit.png").startswith("mine.run/digit.png: 5 (")
    assert Network.load(here / "mine.run/model.safetensors").encoder.n_inputs == 64


def test_a_picture_is_drawn_in_five_shades():
    shades = np.array([[-1.0, -0.5, 0.0], [0.5, 1.0, 7.0]])
    assert framed(shades) == ["┌──────┐", "│  ░░▒▒│", "│▓▓████│", "└──────┘"]


def test_blocks_stand_side_by_side():
    assert side_by_side([["a", "bb"], ["c", ""]], 4) == ["a   c", "bb"]


@pytest.mark.parametrize(("share", "length"), [(0, 0), (0.5, 5), (1, 10), (2, 10), (-1, 0)])
def test_a_bar_is_as_long_as_its_share(share, length):
    assert bar(share, 10) == "█" * length
