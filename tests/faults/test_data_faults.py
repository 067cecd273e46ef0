"""Parts of a data set that do not fit, and sources that are not there."""

import re

import numpy as np
import pytest

from glassnet.data import (
    Camera,
    Dataset,
    digits,
    load,
)
from glassnet.errors import (
    ChoiceError,
    DataError,
    PathError,
    SettingError,
    ShapeError,
)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"targets": [0]},
            r"arrays: targets of shape \(1, 1\), expected \(2, n_outputs\)|only the category 0",
        ),
        ({"targets": np.zeros((2, 0))}, r"targets of shape \(2, 0\)"),
        (
            {"targets": np.zeros((2, 1, 1))},
            r"targets: got shape \(2, 1, 1\), expected \(n_examples, n_outputs\)",
        ),
        ({"targets": [0.5, np.inf]}, "targets: inf at row 1"),
        ({"targets": [None, "a"]}, "a label of type NoneType, expected all to be text or whole numbers"),
        ({"targets": ["a", "b"], "categories": ["a", "c"]}, "unknown category 'b', expected one of a, c"),
        ({"targets": ["cat", "dgo"], "categories": ["cat", "dog"]}, r"'dgo', did you mean 'dog'\?"),
        ({"categories": []}, "label 1, expected one of the 0 categories"),
        ({"targets": [[0.0], [1.0]], "categories": ["a", "b"]}, "1 outputs and 2 categories"),
        ({"names": ["x"]}, "2 examples and 1 names"),
        ({"encoder": Camera(2, 2)}, "1 inputs an example, the encoder makes 4"),
        ({"weights": [1, np.nan]}, "weights of examples: nan at place 1"),
        ({"inputs": [[0.0], [0.0, 1.0]]}, "rows of different lengths"),
    ],
)
def test_parts_of_a_data_set_that_do_not_fit(parts, message):
    with pytest.raises((DataError, ShapeError), match=message):
        Dataset.from_arrays(**{"inputs": [[0.0], [1.0]], "targets": [0, 1], **parts})


def test_measurements_taken_for_categories():
    with pytest.raises(DataError, match=r"10,001 different categories among 10,001 .*hand them in as floats"):
        Dataset.from_arrays(np.zeros((10_001, 1)), np.arange(10_001))


def test_numbers_have_no_labels():
    with pytest.raises(DataError, match="the targets are numbers, there are no categories"):
        _ = Dataset.from_arrays([[0.0], [1.0]], [0.5, 1.0]).labels


def test_a_mapped_value_that_is_not_finite_is_found_when_it_is_read(tmp_path):
    mapped = np.memmap(tmp_path / "x", dtype=np.float32, mode="w+", shape=(10, 2))
    mapped[7, 1] = np.nan
    data = Dataset.from_arrays(mapped, np.arange(10) % 2).take([1, 7, 3])
    assert data.read([0, 2], np.float32).sum() == 0
    with pytest.raises(
        DataError, match="inputs: a value that is infinite or not a number in stored example 7"
    ):
        data.read(slice(None), np.float32)


@pytest.mark.parametrize("rows", [[9], [True], [], slice(5, 6), [0.5]])
def test_rows_that_do_not_exist(rows):
    with pytest.raises(DataError, match=r"expected rows of the 2 examples|no rows were chosen"):
        Dataset.from_arrays([[0.0], [1.0]], [0, 1]).take(rows)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan"), "half"])
def test_a_share_that_is_none(share):
    with pytest.raises(SettingError, match="held_out: got"):
        digits().split(share)


def test_too_few_examples_to_split():
    with pytest.raises(
        DataError, match=r"too few examples to hold any out: 2, expected at least 2 .of one category"
    ):
        Dataset.from_arrays([[0.0], [1.0]], ["a", "b"]).split()
    with pytest.raises(DataError, match="too few examples to hold any out: 1"):
        Dataset.from_arrays([[0.0]], [0.5]).split()


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (
            "digts",
            ChoiceError,
            r"digts: there is no such data set, did you mean 'digits'\? expected four-pixel, dig",
        ),
        ("four_pixel", ChoiceError, "did you mean 'four-pixel'"),
        (
            "/no/where",
            PathError,
            "/no/where: there is no such file or folder; expected four-pixel, digits, a folder",
        ),
        ("nothing.csv", PathError, r"nothing\.csv: there is no such file; expected a CSV file"),
        ("n" * 5000, PathError, "there is no such file or folder"),
        ("a\0b", PathError, "there is no such file or folder"),
    ],
)
def test_sources_that_are_not_there(source, error, message):
    with pytest.raises(error, match=message):
        load(source)


def test_an_unknown_kind_of_file(tmp_path):
    path = tmp_path / "table.xlsx"
    path.touch()
    with pytest.raises(
        DataError, match=r"table\.xlsx: unknown kind of file, expected four-pixel, digits, a folder"
    ):
        load(path)


def test_options_that_do_not_apply(tmp_path):
    with pytest.raises(ChoiceError, match="digits: unknown option 'noise', this kind of data has none"):
        load("digits", noise=0.1)
    with pytest.raises(
        ChoiceError, match=r"four-pixel: unknown option 'nois', did you mean 'noise'\? this kind of "
    ):
        load("four-pixel", nois=0.1)
    with pytest.raises(
        ChoiceError,
        match=r"x\.csv: unknown option 'source', did you mean 'ignore'\? this kind of data has target, ta",
    ):
        load(tmp_path / "x.csv", source="y")
    with pytest.raises(
        ChoiceError, match=re.escape("x.npy: the option 'targets' is needed for this kind of data")
    ):
        load(tmp_path / "x.npy")
