"""A step of one tree beside another's."""

from pathlib import Path

from benchmarks.driving import ROOT

from benchmarks import two_trees


def test_each_process_of_each_tree_is_measured(monkeypatch, capsys, tmp_path):
    other = tmp_path / "other"
    other.symlink_to(ROOT)
    what = ["--processes", "2", "--threads", "1", "--seconds", "0.05", "--beside", "1"]
    monkeypatch.setattr("sys.argv", ["two_trees", str(other), *what])
    monkeypatch.setattr(Path, "resolve", Path.absolute)  # so that the link counts as a tree of its own
    two_trees.main()
    first, second, ratio = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{other}: mean ")
    assert second.startswith(f"{ROOT}: mean ")
    assert 0 < float(ratio.split()[-1]) < 100
