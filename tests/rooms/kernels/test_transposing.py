"""Rows become columns, and nothing beside them is read or written."""

import numpy as np
import pytest

from glassnet.kernels.transposing import transpose


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n_columns", [1, 7, 16, 35])
@pytest.mark.parametrize("n_rows", [1, 7, 16, 35])
def test_rows_become_columns(n_rows, n_columns, dtype):
    step, at, result_step, result_at = n_columns + 2, 5, n_rows + 1, 3
    source = np.arange(at + (n_rows - 1) * step + n_columns, dtype=dtype)  # not one number more
    result = np.full(result_at + (n_columns - 1) * result_step + n_rows, -1, dtype)
    expected = result.copy()
    for i in range(n_rows):
        for j in range(n_columns):
            expected[result_at + j * result_step + i] = source[at + i * step + j]
    transpose(source, at, step, n_rows, n_columns, result, result_at, result_step)
    np.testing.assert_array_equal(result, expected)


def test_lanes_are_rows_of_sixteen():
    rows, lanes = np.arange(20.0), np.zeros((6, 16))
    transpose(rows, 0, 5, 4, 5, lanes, 16, 16)
    np.testing.assert_array_equal(lanes[1:, :4], rows.reshape(4, 5).T)
    assert (lanes[0] == 0).all()
    assert (lanes[:, 4:] == 0).all()
