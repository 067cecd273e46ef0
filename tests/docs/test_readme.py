"""Whatever the README tells its reader to type works, and prints what it says."""

import io
import re
import shlex
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from glassnet.cli import main

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
COMMANDS = [
    re.split(r"\s{2,}", line)[0]
    for _, block in BLOCKS
    for line in block.splitlines()
    if line.startswith("glassnet ")
]


def test_the_first_commands_are_targets_of_the_makefile():
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\S+)", README, re.MULTILINE)
    assert targets == ["play", "demo", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_python_example_prints_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kinds = [kind for kind, _ in BLOCKS]
    first = kinds.index("python")
    printed, names = io.StringIO(), {}
    with redirect_stdout(printed):
        exec(BLOCKS[first][1], names)
    said = BLOCKS[first + 1][1]
    # Accuracy to the last example; the loss to three digits, which no machine's rounding changes.
    assert printed.getvalue()[: said.index(", loss") + 11] == said[: said.index(", loss") + 11]
    for kind, block in BLOCKS[first + 2 :]:
        if kind == "python":
            with redirect_stdout(printed):
                exec(block, names)
    # The chain that is shown carries something.
    assert "Slope of the loss over the weight from input 22 to neuron 9 of layer 1" in printed.getvalue()
    assert "every path is 0" not in printed.getvalue()
    assert (tmp_path / "network.svg").read_text().startswith("<svg")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder that holds the files which the commands speak of."""
    for name, shade in (("day", 255), ("night", 0)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for k in range(5):
            Image.new("L", (6, 6), abs(shade - 20 * k)).save(tmp_path / "photos" / name / f"{k}.png")
    rows = [f"{k},{'yes' if k % 2 else 'no'},{100 + 3 * k}" for k in range(20)]
    (tmp_path / "houses.csv").write_text("\n".join(["size,garden,price", *rows]) + "\n")
    Image.new("L", (20, 20), 255).save(tmp_path / "picture.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_works(place):
    assert len(COMMANDS) >= 6
    for command in COMMANDS:
        result = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
        assert result.exit_code == 0, f"{command}: {result.output}"
