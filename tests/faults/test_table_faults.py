"""Bad tables and rows: each a clear error that names the line and the column."""

import io

import pytest

from broken_bytes import cut_short, is_refused, with_wrong_bytes
from glassnet.data import (
    Columns,
    NumberColumn,
    TextColumn,
    encoder_from_json,
    load_table,
)
from glassnet.errors import (
    ChoiceError,
    DataError,
    PathError,
    ShapeError,
    TableError,
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"t\.csv: the first line is empty, expected the names of the columns"),
        ("\na,b\n1,2\n", "the first line is empty"),
        ("a,b\n", "no rows below the names of the columns"),
        ("a\n1\n2\n", "only the column 'a', expected inputs and a target"),
        ("a,,b\n1,2,3\n", "line 1: column 2 has no name; name it, or take it out"),
        ("a,b,a\n1,2,3\n", "line 1: 2 columns are named 'a'; give each its own name"),
        ("a,b\n1,2\n\n3\n", r"t\.csv, line 4: 1 cells, expected 2, as many as the first line names"),
        ("a,b\n1,2,3\n", "line 2: 3 cells, expected 2"),
        ("a,b\n1,x\n2,y\nthree,x\n", r"t\.csv, line 4, column 'a': got 'three', expected a number$"),
        (
            'a,b\n"1,5",x\n"2,5",y\n',
            "line 2, column 'a': got '1,5', expected a number; write numbers with a decimal",
        ),
        (
            "a;b;c\n1,5;1.5;x\n2,5;1;y\n",
            "line 2, column 'a': got '1,5', expected a number; write numbers with a decimal",
        ),
        ("a;b\n1,5;x\n2,5;y\n3,5 cm;x\n", "line 4, column 'a': got '3,5 cm', expected a number$"),
        ("a,b\n1,x\n1_0,y\n2,y\n", "got '1_0', expected a number"),
        ("a,b\n1,x\ninf,y\n", "line 3, column 'a': got inf, expected a finite number"),
        ("a,b\n1,x\n-1e999,y\n", "got -1e999, expected a finite number"),
        ("a,b\n1,x\n,y\n", "line 3, column 'a': the value is missing; fill it in, .* missing='fill'"),
        ("a,b\nred,x\n?,y\n", "line 3, column 'a': the value is missing"),
        ("a,b\nNA,x\n,y\n", "column 'a' is empty; take it out"),
        ("a,b\n1,x\n2,?\n", "line 3, column 'b': the target is missing; take the row out"),
        ("a,b\n1,x\n2,x\n", "the target 'b' is 'x' in every row: nothing to learn"),
        ("a,b\n1,5\n2,5.0\n", "the target 'b' is '5' in every row"),
        ('a,b\n1,"x\n2,y\n', "line 3: unexpected end of data"),
        ('a,b\n1,"x"y\n', "line 2: ',' expected after '\"'"),
        ("a,b\n" + "x" * 200_000 + ",y\n", "line 2: field larger than field limit"),
    ],
)
def test_tables_that_cannot_be_used(text, message, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=message):
        load_table(path)


HOLES = "size,colour,age,fruit\n1,red,1,pear\n2,,2,pear\n,red,x,apple\n4,red,,\n5,blue,3,apple\n6,?,?,plum\n"


def test_bad_cells_are_named_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(HOLES)
    with pytest.raises(TableError) as refused:
        load_table(path)
    places = [(3, "colour"), (4, "size"), (4, "age"), (5, "age"), (5, "fruit")]
    first, *others = [f"{path}, line {line}, column {column!r}" for line, column in places]
    assert str(refused.value) == (
        f"{first}: the value is missing; fill it in, take the row out, or load with missing='fill' "
        f"(6 more cells cannot be used: {'; '.join(others)}; ...)"
    )
    with pytest.raises(
        TableError, match=r"line 4, column 'age': got 'x', .* \(1 more cell .*5, column 'fruit'\)"
    ):
        load_table(path, missing="fill")


def test_bad_cells_of_a_later_table_are_named_in_the_order_of_the_file(table):
    columns = load_table(table).encoder
    text = "size,colour,fruit\n1,red,plum\n1,blue,pear\nx,red,pear\n"
    with pytest.raises(TableError, match=r"line 2, column 'fruit': unknown .* \(2 more .*'colour'.*'size'\)"):
        columns.read(io.StringIO(text))
    with pytest.raises(
        TableError, match=r"row 0, column 'colour': unknown .* \(1 more cell .*row 1, column 's"
    ):
        columns.inputs([[1, "blue"], ["x", "red"]])


def test_a_table_that_is_not_utf_8(tmp_path):
    path = tmp_path / "t.csv"
    for text in ["größe,b\n1,x\n2,y\n", "a,b\n" + "1,x\n" * 5000 + "2,ü\n"]:
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(TableError, match=r"t\.csv: not text in UTF-8; save the table as CSV in UTF-8"):
            load_table(path)
    with pytest.raises(TableError, match=r"\(Excel: Save As, file type 'CSV UTF-8'\)"):
        load_table(path)


def test_a_table_opened_as_bytes():
    with pytest.raises(TableError, match="the open file: opened as bytes, expected a file opened as text"):
        load_table(io.BytesIO(b"a,b\n"))


def test_a_missing_table(tmp_path):
    with pytest.raises(PathError, match=r"t\.csv: there is no such file; expected a CSV file"):
        load_table(tmp_path / "t.csv")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("size,colour,fruit\n1,red,apple\n2,green,pear\n")
    return path


def test_an_unknown_target(table):
    message = r"there is no column 'friut', did you mean 'fruit'\? the columns are size, colour, fruit"
    with pytest.raises(TableError, match=message):
        load_table(table, target="friut")


def test_a_target_of_text_is_no_numbers(table):
    with pytest.raises(TableError, match="line 2, column 'fruit': got 'apple', expected a number"):
        load_table(table, task="numbers")


def test_unknown_options_of_a_table(table):
    with pytest.raises(
        ChoiceError, match=r"task: got 'category', did you mean 'categories'\? expected categories or"
    ):
        load_table(table, task="category")
    with pytest.raises(ChoiceError, match="missing: got 'drop', expected error or fill"):
        load_table(table, missing="drop")


def test_a_column_that_names_the_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,b\n" + "".join(f"row{i},{i % 2}\n" for i in range(1001)))
    with pytest.raises(
        TableError, match="column 'id': the column has 1,001 different texts, expected at most 1,000"
    ):
        load_table(path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "rows: there are none"),
        ([{"size": 1}], "rows, row 0: column 'colour' is missing, expected size, colour"),
        ([[1, "red"], [1]], r"rows, row 1: got \[1\], expected 2 values: size, colour"),
        (["1,red"], "row 0: got '1,red', expected 2 values"),
        (
            [[1, "rde"]],
            r"row 0, column 'colour': unknown value 'rde', did you mean 'red'\? .* one of green, red",
        ),
        ([["tall", "red"]], "row 0, column 'size': got 'tall', expected a number"),
        ([[None, "red"]], "row 0, column 'size': the value is missing"),
        ([[1e308, "red"]], "row 0, column 'size': 1e\\+308 is too far from 1 to 2"),
    ],
)
def test_rows_that_cannot_be_predicted(table, rows, message):
    columns = load_table(table).encoder
    with pytest.raises(TableError, match=message):
        columns.inputs(rows)


def test_a_table_to_predict_that_lacks_a_column(table):
    columns = load_table(table).encoder
    with pytest.raises(
        TableError, match=r"there is no column 'colour', did you mean 'color'\? the columns are size"
    ):
        columns.read(io.StringIO("size,color\n1,red\n"))


def test_a_target_that_is_partly_missing_or_new(table):
    columns = load_table(table).encoder
    with pytest.raises(TableError, match="line 3, column 'fruit': the value is missing"):
        columns.read(io.StringIO("size,colour,fruit\n1,red,pear\n1,red,\n"))
    with pytest.raises(TableError, match="unknown value 'plum', expected one of apple, pear"):
        columns.read(io.StringIO("size,colour,fruit\n1,red,plum\n"))


def test_outputs_that_are_no_numbers(table):
    with pytest.raises(DataError, match="column 'fruit': the target is text, its outputs are no numbers"):
        load_table(table).encoder.target_numbers([[0.5, 0.5]])
    with pytest.raises(ShapeError, match=r"outputs: got shape \(1, 2\), expected \(n_examples, 1\)"):
        load_table(table, target="size").encoder.target_numbers([[0.5, 0.5]])


NUMBER = {"kind": "number", "name": "a", "low": 0, "high": 1.5, "fill": None}
TEXT = {"kind": "text", "name": "b", "values": ["x", "y"], "fill": "x"}
COLUMNS = {"kind": "columns", "columns": [NUMBER], "target": TEXT}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "columns"}, "columns: got kind, expected the fields kind, columns, target"),
        ({**COLUMNS, "columns": []}, "columns: named b; expected at least two, with different names"),
        ({**COLUMNS, "columns": [TEXT]}, "columns: named b, b; expected"),
        ({**COLUMNS, "columns": [None]}, "column: of kind None, expected 'number' or 'text'"),
        ({**COLUMNS, "columns": NUMBER}, "columns: columns is .* expected list"),
        ({**COLUMNS, "target": {**TEXT, "kind": "date"}}, "column: of kind 'date'"),
        ({**COLUMNS, "target": {**TEXT, "values": []}}, r"column 'b': values \(\), expected different texts"),
        ({**COLUMNS, "target": {**TEXT, "values": ["x", "x"]}}, "expected different texts"),
        ({**COLUMNS, "target": {**TEXT, "values": ["x", ["y"]]}}, "expected different texts"),
        ({**COLUMNS, "target": {**TEXT, "fill": "z"}}, "column 'b': fill 'z' is none of its values"),
        ({**COLUMNS, "target": {**TEXT, "fill": 1}}, "column: fill is 1, expected str or NoneType"),
        ({**COLUMNS, "columns": [{**NUMBER, "low": 2}]}, "column 'a': from 2 to 1.5, expected low to high"),
        ({**COLUMNS, "columns": [{**NUMBER, "low": float("nan")}]}, "column 'a': nan is no finite number"),
        ({**COLUMNS, "columns": [{**NUMBER, "high": 10**400}]}, "column 'a': 1000.* is no finite number"),
        ({**COLUMNS, "columns": [{**NUMBER, "fill": float("inf")}]}, "column 'a': inf is no finite number"),
        ({**COLUMNS, "columns": [{**NUMBER, "high": "1"}]}, "column: high is '1', expected int or float"),
        ({**COLUMNS, "columns": [{**NUMBER, "high": True}]}, "column: high is True, expected int or float"),
    ],
)
def test_columns_from_a_bad_file_are_refused(values, message):
    assert encoder_from_json(COLUMNS) == Columns(
        (NumberColumn("a", 0, 1.5),), TextColumn("b", ("x", "y"), "x")
    )
    with pytest.raises(DataError, match=message):
        encoder_from_json(values)


def test_columns_refuse_another_kind():
    with pytest.raises(DataError, match="columns: of another kind, expected 'columns'"):
        Columns.from_json({**COLUMNS, "kind": "camera"})


def test_tables_cut_short_anywhere_or_with_wrong_bytes(tmp_path):
    text = '\ufeff"size, cm",colour,fruit\r\n1.5,"red ""x""",apple\r\n2,grün,pear\r\n-3e4,red,apple\r\n'
    path = tmp_path / "t.csv"
    refused = []
    for part in [*cut_short(text.encode()), *with_wrong_bytes(text.encode())]:
        path.write_bytes(part)
        refused.append(is_refused(load_table, path))
    assert any(refused)
