import json

import numpy as np
import pytest

from command_line import refusal, run_well


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_digits():
    lines = run_well("data", "digits").splitlines()
    assert lines[:4] == [
        "data     digits, 1,797 examples",
        "inputs   64: pictures of 8 x 8 pixels, from -1 to 1; 3 of them never change",
        "answers  10 categories",
        "split    1,438 to learn from, 359 held out (seed 0)",
    ]
    assert lines[5].split() == ["0", "178", "142", "36"]
    assert len(lines) == 15


def test_few_examples_are_not_split():
    assert "split    8 to learn from, none held out" in run_well("data", "four-pixel")
    assert "4 to learn from, 4 held out (seed 5)" in run_well(
        "data", "four-pixel", "--held-out", "0.5", "--seed", "5"
    )


def test_json():
    values = json.loads(run_well("data", "four-pixel", "--json"))
    assert values["n_examples"] == 8
    assert values["inputs"] == {"low": -1.0, "high": 1.0}
    assert values["encoder"] == {"kind": "camera", "rows": 2, "columns": 2, "negative": False}
    assert values["split"] == {"learned": 8, "held_out": 0, "seed": 0}
    assert values["categories"][1] == {"name": "vertical", "n_examples": 2, "learned": 2, "held_out": 0}


def test_columns_of_a_table(here):
    (here / "flats.csv").write_text("size,floor,town,price\n50,1,Aachen,1500\n,1,Bonn,2200\n80,1,Bonn,1800\n")
    assert "the value is missing" in refusal("data", "flats.csv")
    text = run_well("data", "flats.csv", "--missing", "fill")
    assert "answers  price, a number" in text
    rows = [line.split() for line in text.splitlines()[5:]]
    assert rows == [
        ["size", "number", "50", "to", "80", "65"],
        ["floor", "number", "1", "to", "1", "1", "constant"],
        ["town", "text", "Aachen,", "Bonn", "Bonn"],
        ["price", "number", "1500", "to", "2200", "error", "target"],
    ]
    values = json.loads(run_well("data", "flats.csv", "--missing", "fill", "--json"))
    assert [column["constant"] for column in values["columns"]] == [False, True, False, False]
    assert values["categories"] is None


def test_numbers_to_be_met(here):
    np.savez("numbers.npz", inputs=np.eye(3), targets=np.array([[0.5, 2], [1, 3], [-4, 0]]))
    assert "answers  2 numbers, from -4 to 3" in run_well("data", "numbers.npz")


def test_a_long_list_of_categories_is_cut(here):
    np.savez("many.npz", inputs=np.eye(70), labels=np.arange(70))
    lines = run_well("data", "many.npz", "--held-out", "0").splitlines()
    assert len(lines) == 4 + 1 + 50 + 1
    assert lines[-1].split() == ["...", "and", "20", "more"]
    assert len(json.loads(run_well("data", "many.npz", "--held-out", "0", "--json"))["categories"]) == 70


def test_what_is_no_data_is_refused():
    assert "there is no such data set, did you mean 'digits'?" in refusal("data", "digit")
    assert "there is no such file or folder" in refusal("data", "no/such/place")


def test_a_long_list_of_values_is_cut(here):
    rows = [f"town{k % 30:02},{k}" for k in range(90)]
    (here / "towns.csv").write_text("\n".join(["town,price", *rows]) + "\n")
    text = " ".join(run_well("data", "towns.csv").split())
    assert "town18, town19 ... and 10 more, 30 in all" in text
    assert "town20" not in text
