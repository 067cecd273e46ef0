"""Runs the command `glassnet`, here or in a process of its own."""

import os
import subprocess
import sys

from click.testing import CliRunner

from glassnet.cli import main

COMMAND = [sys.executable, "-W", "error", "-m", "glassnet"]


def run(*arguments, typed=None):
    """Run a command in this process, in the current folder."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=typed)


def run_well(*arguments, typed=None):
    """Run a command that must succeed, and return what it prints on standard output."""
    result = run(*arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def refusal(*arguments, code=1, typed=None):
    """Run a command that must fail, and return what it prints on standard error."""
    result = run(*arguments, typed=typed)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stderr


def start(*arguments, **settings):
    """Start a command in a process of its own, in the current folder."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        **settings,
    )


def contents(folder):
    """The bytes of every file in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
