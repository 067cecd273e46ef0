"""What all tests share."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def run_python():
    """Run a script in a Python of its own, where warnings are errors, and return what it prints."""

    def run(script, *arguments, **environment):
        command = [sys.executable, "-W", "error", "-c", script, *map(str, arguments)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env={**os.environ, **environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
