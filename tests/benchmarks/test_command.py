"""The command line: wrong words are refused, a measurement is merged and can be made a page."""

import json

import pytest
from benchmarks.driving import Peer
from benchmarks.page import page

from benchmarks import bench, groups


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trainin"], "there is no group trainin; known are training"),
        (["training", "--peers", "jax"], "there is no peer jax; known are JAX"),
        (["training", "--networks", "5-5"], "there is no network 5-5; known are 4-4-4-8-4"),
    ],
)
def test_what_does_not_exist_is_refused(words, said, capsys):
    with pytest.raises(SystemExit) as left:
        bench.main(words)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_a_measurement_from_the_command_to_the_page(tmp_path, monkeypatch, capsys):
    peers = [Peer("glassnet", "benchmarks.peers.glassnet_", 0), Peer("NumPy", "benchmarks.peers.numpy_", 1)]
    monkeypatch.setitem(groups.GROUPS, "training", peers)
    path = tmp_path / "results.json"
    words = [
        "training",
        "--networks",
        "64-32-10",
        "--optimizer",
        "adam",
        "--rounds",
        "2",
        "--seconds",
        "0.005",
    ]
    bench.main([*words, "--results", str(path)])
    printed = capsys.readouterr().out
    assert "64-32-10/32 adam" in printed
    assert "NumPy@1" in printed
    measured = json.loads(path.read_text())
    (job,) = measured["groups"]["training"]["jobs"].values()
    assert [len(entry["rounds"]) for entry in job["peers"].values()] == [2, 2]
    assert job["peers"]["NumPy@1"]["apart"] < 1e-3
    assert "| 64-32-10/32 |" in page(measured)
