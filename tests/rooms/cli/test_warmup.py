"""After `glassnet warmup` nothing is left to compile."""

import os
import subprocess
import sys

import pytest


def test_after_warming_up_every_loop_is_on_the_disk(tmp_path):
    environment = {**os.environ, "GLASSNET_CACHE_DIR": str(tmp_path)}

    def glassnet(*arguments):
        command = [sys.executable, "-m", "glassnet", *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
        )

    result = glassnet("warmup")
    assert "compiling: small networks, float64" in result.stderr
    assert f"kept in {tmp_path}" in result.stdout
    compiled = {file.name for file in tmp_path.rglob("*.nbc")}
    run = glassnet(
        "train", "four-pixel", "--layers", "90,5", "--epochs", "2", "--threads", "2", "-o", "a.run"
    )
    assert "compiling" not in run.stderr
    assert "compiling" not in glassnet("train", "four-pixel", "--layers", "4", "--epochs", "2").stderr
    assert {file.name for file in tmp_path.rglob("*.nbc")} == compiled


@pytest.mark.parametrize("starts", [False, True])
def test_what_another_process_could_not_compile_is_compiled_here(starts, monkeypatch):
    from glassnet.training import warmup

    trained = []
    monkeypatch.setattr(warmup, "processors", lambda: 2)
    if starts:
        failing = [sys.executable, "-c", "raise SystemExit(1)"]
        monkeypatch.setattr(warmup, "_elsewhere", lambda: subprocess.Popen(failing))
    else:
        monkeypatch.setattr(warmup.sys, "executable", os.devnull)  # no program
    monkeypatch.setattr(warmup, "_train", lambda shape, dtype: trained.append((shape, dtype)))
    for use in "_use", "_use_small":
        monkeypatch.setattr(warmup, use, lambda _: None)
    monkeypatch.setattr(warmup, "_train_many", lambda dtype: trained.append(dtype))
    assert list(warmup.warm_up())[-1] == "many networks at once, float64"
    assert len(trained) == 6
