"""Tables: number and text columns, targets, missing values, and the columns saved with a model."""

import io
import json

import numpy as np
import pytest

from glassnet.data import Columns, NumberColumn, TextColumn, encoder_from_json, load_table
from glassnet.errors import TableError

FRUIT = """size,colour,fruit
2,red,apple
4,green,pear
3,red,apple
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="table.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_numbers_are_scaled_and_text_is_one_of_n(write):
    data = load_table(write(FRUIT))
    assert data.inputs.tolist() == [[-1, 0, 1], [1, 1, 0], [0, 0, 1]]
    assert data.categories == ("apple", "pear")
    assert data.labels.tolist() == [0, 1, 0]
    assert data.name == "table"
    assert data.inputs.dtype == np.float64
    assert data.encoder.input_names == ("size", "colour=green", "colour=red")
    assert data.encoder == Columns(
        (NumberColumn("size", 2, 4), TextColumn("colour", ("green", "red"))),
        TextColumn("fruit", ("apple", "pear")),
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(write, separator):
    text = FRUIT.replace(",", separator)
    assert load_table(write(text)).inputs.tolist() == [[-1, 0, 1], [1, 1, 0], [0, 0, 1]]


def test_what_spreadsheets_write(write):
    text = '\ufeff"size", "the colour, if any" ,fruit\r\n1,"a ""deep"" red",x\r\n\r\n2,"two\r\nlines",y\r\n'
    text = text.replace('" ,fruit', '",fruit')
    data = load_table(write(text))
    assert data.encoder.input_names == (
        "size",
        'the colour, if any=a "deep" red',
        "the colour, if any=two\r\nlines",
    )
    assert data.labels.tolist() == [0, 1]


def test_an_open_file():
    assert load_table(io.StringIO("\ufeffa,b\n1,x\n2,y\n")).encoder.input_names == ("a",)


def test_the_target_may_be_any_column(write):
    data = load_table(write(FRUIT), target="colour")
    assert data.categories == ("green", "red")
    assert data.n_inputs == 3


def test_a_target_of_numbers_is_scaled_and_comes_back(write):
    data = load_table(write(FRUIT), target="size")
    assert data.categories is None
    assert data.targets.tolist() == [[-1], [1], [0]]
    assert data.encoder.target_numbers(data.targets).tolist() == [[2], [4], [3]]
    assert data.encoder.target_numbers([[2.0]]).tolist() == [[5]]


def test_task_says_what_numbers_as_target_are(write):
    path = write("a,b\n1,10\n2,9\n3,10\n")
    assert load_table(path).categories is None
    assert load_table(path, task="numbers").categories is None
    assert load_table(path, task="categories").categories == ("9", "10")


def test_a_column_is_numbers_if_more_than_half_of_its_cells_are(write):
    half = load_table(write("n,y\n1,x\n2,y\none,x\ntwo,y\n?,y\n"), missing="fill").encoder
    assert half.columns[0].values == ("1", "2", "one", "two")
    with pytest.raises(TableError, match="line 4, column 'n': got 'one', expected a number"):
        load_table(write("n,y\n1,x\n2,y\none,x\ntwo,y\n3,y\n"))


def test_a_column_that_never_changes_is_zero(write):
    data = load_table(write("a,b,c\n7,1,x\n7,2,y\n"))
    assert data.inputs[:, 0].tolist() == [0, 0]
    assert data.encoder.inputs([{"a": 100, "b": 1}]).tolist() == [[0, -1]]


def test_numbers_of_every_size_are_scaled_without_overflow(write):
    data = load_table(write("a,b\n-1.7e308,x\n1.7e308,y\n0,y\n"))
    assert data.inputs.tolist() == [[-1], [1], [0]]


@pytest.mark.parametrize("missing", ["", " ", "NA", "na", "NaN", "nan", "?"])
def test_missing_values_are_filled_on_request(write, missing):
    path = write(f"n,t,y\n1,a,x\n{missing},b,y\n4,b,x\n1,{missing},y\n")
    data = load_table(path, missing="fill")
    assert data.encoder.columns == (NumberColumn("n", 1, 4, fill=2), TextColumn("t", ("a", "b"), fill="b"))
    np.testing.assert_allclose(data.inputs[1], [-1 / 3, 0, 1])
    assert data.inputs[3].tolist() == [-1, 0, 1]


def test_of_equally_frequent_texts_the_first_fills(write):
    data = load_table(write("t,n,y\nb,1,x\na,2,y\n?,3,x\n"), missing="fill")
    assert data.encoder.columns[0].fill == "a"


def test_later_rows_are_treated_like_the_rows_trained_on(write):
    columns = load_table(write("n,t,y\n0,a,x\n10,b,y\n", "train.csv"), missing="fill").encoder
    rows = [{"n": 20, "t": "b", "more": 1}, {"n": None, "t": "?"}, {"n": "2.5", "t": " a "}]
    expected = [[3, 0, 1], [0, 1, 0], [-0.5, 1, 0]]
    assert columns.inputs(rows).tolist() == expected
    assert columns.inputs([[20, "b"], [np.nan, None], [np.float32(2.5), "a"]]).tolist() == expected


def test_a_table_to_predict_may_lack_the_target(write):
    columns = load_table(write(FRUIT)).encoder
    other = write("more,colour,size\n1,green,3\n", "new.csv")
    inputs, targets = columns.read(other)
    assert inputs.tolist() == [[0, 1, 0]]
    assert targets is None
    assert columns.read(write("fruit,colour,size\n,green,3\n", "new.csv"))[1] is None
    assert columns.read(write(FRUIT, "new.csv"))[1].tolist() == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize("target", ["fruit", "size"])
@pytest.mark.parametrize("missing", ["error", "fill"])
def test_columns_survive_json(write, target, missing):
    columns = load_table(write(FRUIT), target=target, missing=missing).encoder
    assert encoder_from_json(json.loads(json.dumps(columns.to_json()))) == columns


SAMPLES = "id,size,kind\n" + "".join(f"S{k:02},{k % 7},{'ab'[k % 2]}\n" for k in range(40))


def test_columns_are_left_out(write):
    path = write(SAMPLES)
    data = load_table(path, ignore=["id"])
    assert data.encoder.input_names == ("size",)
    assert load_table(path, ignore="id").encoder == data.encoder
    for other in ("size\n3\n", "id,size\nS99,3\n"):  # a later table may have the column or not
        assert data.encoder.read(write(other, "new.csv"))[0].tolist() == [[0]]


def test_columns_that_cannot_be_left_out(write):
    path = write(SAMPLES)
    with pytest.raises(TableError, match="no column 'ID', did you mean 'id'"):
        load_table(path, ignore=["ID"])
    with pytest.raises(TableError, match="column 'kind' cannot be the target and be left out"):
        load_table(path, target="kind", ignore=["kind"])
    with pytest.raises(TableError, match="only the column 'kind' is left, expected inputs and a target"):
        load_table(path, ignore=["id", "size"])
    with pytest.raises(TableError, match="no column is left"):
        load_table(path, ignore=["id", "size", "kind"])


def test_text_that_names_the_rows_is_said(write):
    message = "id has 40 different values in 40 rows: it names rows; leave it out with ignore='id'"
    with pytest.warns(UserWarning, match=message):
        load_table(write(SAMPLES))
    nearly = SAMPLES.replace("S01", "S00")
    with pytest.warns(UserWarning, match="id has 39 different values in 40 rows: it nearly names rows"):
        load_table(write(nearly))
    kinds = "kind,y\n" + "".join(f"K{k % 20},{k}\n" for k in range(40))
    load_table(write(kinds))  # each value stands for several rows: nothing is said


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas(write, separator):
    rows = [
        "colour|day|size|fruit",
        "red, dark|1.2.2024|4,82|apple",
        "red|2.2.2024|-1,5|pear",
        "NA|3.2.2024|?|pear",
        "red|4.2.2024|5|pear",
    ]
    data = load_table(write("\n".join(rows).replace("|", separator)), missing="fill")
    size = data.encoder.columns[2]
    assert (size.low, size.high) == (-1.5, 5)
    assert size.fill == pytest.approx((4.82 - 1.5 + 5) / 3)
    assert data.encoder.input_names[:2] == ("colour=red", "colour=red, dark")
    # A table to be answered may be written the other way.
    numbers, _ = data.encoder.read(write("size,colour,day\n4.82,red,1.2.2024\n", "new.csv"))
    assert numbers[0, -1] == data.inputs[0, -1]


def codes(*values):
    """A table of 30 rows whose target repeats some values."""
    return "size,kind\n" + "".join(f"{k},{values[k % len(values)]}\n" for k in range(30))


def test_a_target_of_few_whole_numbers_may_be_categories(write):
    path = write(codes(0, 1, 2))
    message = "kind has only the values 0, 1, 2 and is taken for a number; if these are categories: task="
    with pytest.warns(UserWarning, match=message):
        assert load_table(path).categories is None
    assert load_table(path, task="categories").categories == ("0", "1", "2")
    assert load_table(path, task="numbers").categories is None  # said on purpose: no warning
    load_table(write(codes(0, 1, 2.5)))
    load_table(write(codes(*range(10))))  # three rows each: as likely counts
