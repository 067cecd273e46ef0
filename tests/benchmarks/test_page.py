"""The page and its plots from made results."""

import copy
import json
import re
import xml.etree.ElementTree as ET

import pytest
from benchmarks.page import page
from benchmarks.plots import draw_all
from benchmarks.tables import behind, best_rate, factor, time

from benchmarks import results

from .made_results import made_results


@pytest.fixture
def measured():
    return made_results()


def row(text, begin):
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {begin} |")][:1]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_times_and_factors_are_short():
    assert [time(s) for s in (2.5, 0.99999, 0.0123, 1.7e-6, 9.4e-8)] == [
        "2.5 s",
        "1 s",
        "12.3 ms",
        "1.7 µs",
        "94 ns",
    ]
    assert [factor(r) for r in (0.4211, 12.34, 1080.4)] == ["0.421×", "12.3×", "1,080×"]


def test_ratios_are_medians_within_the_round_against_the_faster_variant(measured):
    cells = row(page(measured), "4-4-4-8-4/1")
    assert cells[1] == "1 µs (1 µs to 2 µs)"
    assert cells[2] == "6×"
    assert cells[3] == "200× ¹"
    assert cells[4] == "error"


def test_where_a_peer_is_faster_is_said_plainly(measured):
    text = page(measured)
    assert row(text, "784-128-10/64")[2] == "**0.5×**"
    assert behind(measured["groups"]) == [
        "- training, 784-128-10/64 sgd: JAX takes 0.5× our time.",
        "- start, import: NumPy takes 0.5× our time.",
    ]
    faster = copy.deepcopy(measured)
    faster["groups"]["training"]["jobs"]["784-128-10/64 sgd"]["peers"]["JAX@2"]["rounds"] = [1, 1, 1]
    faster["groups"]["start"]["jobs"]["import"]["peers"]["NumPy@auto"]["rounds"] = [1]
    assert "Nowhere in what was measured here." in page(faster)


def test_a_promise_that_is_not_kept_stands_there(measured):
    text = page(measured)
    assert row(text, "training, 784-128-10/64 sgd: faster than JAX")[1:] == [
        "1.8×",
        "0.5×",
        "1.33×",
        "**no**",
    ]
    assert row(text, "training, 4-4-4-8-4/1 sgd: faster than JAX")[1:] == ["6×", "6×", "3,068×", "yes"]


def test_many_prediction_start_and_memory_have_their_tables(measured):
    text = page(measured)
    assert row(text, "many, 4-4-4-8-4/1: faster than JAX")[1:] == ["9×", "10×", "—", "yes"]
    assert row(text, "prediction, 4-4-4-8-4 1: glassnet")[1:] == ["≤ 2 µs", "1.5 µs", "—", "yes"]
    assert row(text, "start, import: glassnet")[1:] == ["≤ 150 ms", "200 ms", "—", "**no**"]
    assert row(text, "import: NumPy")[1] == "100 ms"
    assert row(text, "784-128-10/64 adam")[1:] == ["4.4 MiB", "4.0 MiB", "1.10"]
    assert "¹" not in row(text, "4-4-4-8-4/1")[2]


TITLES = {
    "training": "Training",
    "share": "Share of the machine's best rate",
    "many": "Many networks at once",
    "prediction": "Prediction",
    "scaling": "Scaling",
    "threads": "Scaling",
    "start": "Start",
    "memory": "Memory",
}


@pytest.mark.parametrize("group", TITLES)
def test_a_group_alone_makes_a_page_with_its_section(measured, group):
    text = page({**measured, "groups": {group: measured["groups"][group]}})
    headings = set(re.findall("^## (.*)", text, re.MULTILINE)) - {"What was promised"}
    assert headings == {TITLES[group], "How it was measured", "Where glassnet is behind", "Made by"}


def test_without_results_there_are_no_tables(measured):
    assert "|" not in page({**measured, "groups": {}})


def test_reasons_of_missing_figures_are_given(measured):
    text = page(measured)
    assert "- tinygrad: it computes something else: [1.0] instead of [2.0] (4-4-4-8-4/1 sgd)." in text
    assert "- tinygrad: no compiler (784-128-10/64 sgd)." in text


def test_the_share_of_the_best_rate(measured):
    jobs = measured["groups"]["share"]["jobs"]
    assert best_rate(jobs, 2) == pytest.approx(2 * 2048**3 / 0.05)
    assert best_rate(jobs, 1) == pytest.approx(2 * 2048**3 / 0.2)
    rate = 25821184 / 1e-4
    assert f"{rate / (2 * 2048**3 / 0.05):.0%}" in page(measured)


def test_the_same_results_give_the_same_page_and_plots(measured, tmp_path):
    names = [draw_all(measured, folder) for folder in (tmp_path, tmp_path)]
    assert names[0] == ["ratios.svg", "scaling-weights.svg", "scaling-threads.svg", "memory.svg"]
    first = {name: (tmp_path / name).read_bytes() for name in names[0]}
    draw_all(made_results(), tmp_path)
    assert first == {name: (tmp_path / name).read_bytes() for name in names[0]}
    assert page(measured) == page(made_results())
    for content in first.values():
        ET.fromstring(content)


def test_every_plot_of_the_page_is_drawn(measured, tmp_path):
    drawn = draw_all(measured, tmp_path)
    assert set(re.findall(r"\((\S+\.svg)\)", page(measured))) == set(drawn)


def test_results_are_merged_and_saved_without_losing_others(tmp_path):
    path = tmp_path / "results.json"
    everything = results.load(path)
    results.merge(everything, "many", {"rounds": 1}, {"a": {"peers": {"glassnet@auto": {"rounds": [1 / 3]}}}})
    results.merge(everything, "many", {"rounds": 2}, {"b": {"peers": {}}}, ["c", "b", "a"])
    results.save(everything, path)
    read = json.loads(path.read_text())
    assert list(read["groups"]["many"]["jobs"]) == ["b", "a"]
    assert read["groups"]["many"]["jobs"]["a"]["peers"]["glassnet@auto"]["rounds"] == [0.3333]
    read["versions"]["numpy"] = "0.0"
    results.merge(read, "many", {"rounds": 3}, {"c": {"peers": {}}})
    assert list(read["groups"]["many"]["jobs"]) == ["c"]  # figures of other versions don't stand beside these


def test_paths_in_messages_are_not_kept(tmp_path):
    message = f"FileNotFoundError: No such file or directory: '{tmp_path}/cache/x.so' at 784-128-10/64"
    everything = results.load(tmp_path / "none.json")
    results.merge(everything, "many", {}, {"a": {"peers": {"JAX@2": {"error": message}}}})
    results.save(everything, tmp_path / "results.json")
    kept = json.loads((tmp_path / "results.json").read_text())["groups"]["many"]["jobs"]["a"]
    assert kept["peers"]["JAX@2"]["error"] == (
        "FileNotFoundError: No such file or directory: '...' at 784-128-10/64"
    )


def test_the_machine_is_described_without_names_and_paths():
    import platform

    told = json.dumps(results.describe_machine())
    assert results.describe_machine()["cores"] >= 1
    assert not re.search(r"(/\w+){2}", told)
    assert platform.node() not in told
