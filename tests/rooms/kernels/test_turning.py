"""Rows become lanes and lanes rows, and nothing beside them is read or written."""

import numpy as np
import pytest

from glassnet.kernels.compiling import kernel
from glassnet.kernels.llvm import LANES
from glassnet.kernels.turning import turn_in, turn_out


@kernel
def there(rows, at, step, n_rows, n_columns, lanes, begin):
    turn_in(rows, at, step, n_rows, n_columns, lanes, begin)


@kernel
def back(lanes, begin, n_columns, rows, at, step, n_rows):
    turn_out(lanes, begin, n_columns, rows, at, step, n_rows)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n_columns", [1, 7, 16])
@pytest.mark.parametrize("n_rows", [1, 7, 16])
def test_rows_go_into_lanes_and_come_back(n_rows, n_columns, dtype):
    step, begin, at = n_columns + 2, 3, 5
    rows = np.arange(at + (n_rows - 1) * step + n_columns, dtype=dtype)  # not one number more
    matrix = np.lib.stride_tricks.as_strided(
        rows[at:], (n_rows, n_columns), (step * rows.itemsize, rows.itemsize)
    )
    lanes = np.full((begin + n_columns + 1, LANES), -1, dtype)
    there(rows, at, step, n_rows, n_columns, lanes, begin)
    repeated = matrix[np.minimum(np.arange(LANES), n_rows - 1)]
    np.testing.assert_array_equal(lanes[begin : begin + n_columns], repeated.T)
    assert (lanes[:begin] == -1).all()
    assert (lanes[begin + n_columns :] == -1).all()

    result = np.full_like(rows, -2)
    back(lanes, begin, n_columns, result, at, step, n_rows)
    untouched = np.ones(rows.size, dtype=bool)
    for q in range(n_rows):
        place = slice(at + q * step, at + q * step + n_columns)
        np.testing.assert_array_equal(result[place], rows[place])
        untouched[place] = False
    assert (result[untouched] == -2).all()
