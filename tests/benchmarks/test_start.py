"""The scripts of the start: ours run, and a script that fails says why."""

import pytest

from benchmarks import start

OURS = {
    f"{group}: {name}": script
    for group, scripts in start.SCRIPTS.items()
    for name, (script, _) in scripts.items()
    if name.startswith("glassnet")
}


@pytest.mark.parametrize("name", OURS)
def test_our_scripts_run(name, run_python):
    assert run_python(OURS[name]) == ""


def test_a_script_that_fails_says_why_and_does_not_count(monkeypatch):
    scripts = {"glassnet": ("pass", False), "broken": ("raise ValueError('no such thing')", True)}
    monkeypatch.setattr(start, "SCRIPTS", {"first step": scripts})
    ((name, job),) = start.measure_start(2)
    assert name == "first step"
    assert all(0 < seconds < 30 for seconds in job["peers"]["glassnet@auto"]["rounds"])
    assert len(job["peers"]["glassnet@auto"]["rounds"]) == 2
    assert job["peers"]["broken@auto"] == {"error": "ValueError: no such thing"}


def test_only_some_peers_can_be_asked_for(monkeypatch):
    scripts = {"glassnet, small": ("pass", False), "JAX": ("pass", False), "PyTorch": ("pass", False)}
    monkeypatch.setattr(start, "SCRIPTS", {"import": scripts})
    ((_, job),) = start.measure_start(1, only=["JAX"])
    assert list(job["peers"]) == ["glassnet, small@auto", "JAX@auto"]
