"""Printed numbers: what they look like, small, large and neither; that they add up is in tests/properties."""

import json
import math

import numpy as np
import pytest

from glassnet.errors import SettingError
from glassnet.explain.printing import Decimals, add_up, decimals_for, fixed, in_columns, json_values


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0.0000"),
        (-0.0, "0.0000"),
        (-1.075, "-1.075"),
        (12345.0, "12345"),
        (99999999.0, "99999999"),
        (100000000.0, "1.000e+08"),
        (-1.5e12, "-1.500e+12"),
        (1.7976931348623157e308, "1.798e+308"),
        (0.0001, "0.0001000"),
        (0.00009999, "9.999e-05"),
        (2.5e-12, "2.500e-12"),
        (5e-324, "4.941e-324"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
    ],
)
def test_a_number_alone_is_short_at_any_size(number, text):
    assert fixed(number, decimals_for([number], 4)) == text


@pytest.mark.parametrize(("number", "text"), [(0.125, "0.12"), (0.375, "0.38"), (-0.001, "0.00")])
def test_numbers_are_rounded_as_python_rounds_them(number, text):
    assert fixed(number, Decimals(2)) == text


def test_a_column_shares_its_power_of_ten():
    column = [1.5e-12, -2.25e-13, 0.0]
    assert [fixed(n, decimals_for(column, 4)) for n in column] == ["1.500e-12", "-0.225e-12", "0.000e-12"]


def test_the_largest_remainders_are_rounded_up_and_of_equals_the_first():
    assert add_up([0.21, 0.24, 0.25, 0.3], 1.0, Decimals(1)) == (["0.2", "0.2", "0.3", "0.3"], "1.0")
    assert add_up([1 / 3] * 3, 1.0, Decimals(2)) == (["0.34", "0.33", "0.33"], "1.00")


def test_a_total_that_is_off_shares_out_what_it_is_off():
    assert add_up([1.0, 1.0, 1.0], 7.0, Decimals(0)) == (["3", "2", "2"], "7")
    assert add_up([1.0, 1.0, 1.0], -1.0, Decimals(0)) == (["0", "0", "-1"], "-1")


def test_what_is_not_finite_is_printed_as_it_is():
    assert add_up([math.nan, 1.0], math.nan, Decimals(2)) == (["nan", "1.00"], "nan")


@pytest.mark.parametrize("significant", [0, -1, 2.5])
def test_digits_that_cannot_be(significant):
    with pytest.raises(SettingError, match="significant: got"):
        decimals_for([1.0], significant)


def test_columns_are_as_wide_as_their_widest_cell():
    assert in_columns([("", "truth"), ("horizontal", "1"), ("total", "")]) == [
        "            truth",
        "horizontal      1",
        "total",
    ]


def test_json_values_are_json():
    values = {"a": (1, math.nan), "b": np.array([[1.5, -math.inf]]), "c": None, "d": "text"}
    text = json.dumps(json_values(values), allow_nan=False)
    assert json.loads(text) == {"a": [1, None], "b": [[1.5, None]], "c": None, "d": "text"}
