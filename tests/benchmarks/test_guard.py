"""The guard's comparison and its reading of what was counted."""

import json

from benchmarks.guard import TABLE, compare, read_totals
from benchmarks.guard_counted import LOOPS


def test_more_instructions_than_the_tolerance_fail():
    lines, good = compare({"a": 1029.0, "b": 1031.0}, {"a": 1000, "b": 1000})
    assert not good
    assert "SLOWER" not in lines[0]
    assert "SLOWER" in lines[1]
    assert "+3.1%" in lines[1]


def test_fewer_instructions_and_new_loops_pass_and_are_said():
    lines, good = compare({"a": 900.0, "new": 5.0}, {"a": 1000, "gone": 7})
    assert good
    assert "faster" in lines[0]
    assert "new" in lines[1]
    assert "no longer counted" in lines[2]


def test_dumps_are_read_in_the_order_of_their_numbers(tmp_path):
    for number in (1, 2, 10):
        (tmp_path / f"counted.{number}").write_text(f"events: Ir\nfn=x\n1 2\ntotals: {number * 100}\n")
    (tmp_path / "other.3").write_text("totals: 5\n")
    assert read_totals(tmp_path, "counted") == [100, 200, 1000]


def test_the_table_holds_loops_that_are_counted():
    known = json.loads(TABLE.read_text())["instructions"]
    assert set(known) <= set(LOOPS)
    assert all(instructions > 100 for instructions in known.values())
