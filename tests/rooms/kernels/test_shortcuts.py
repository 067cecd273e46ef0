"""Numba is its own again behind the compilation of a loop, whatever became of it."""

import gc

import numba
import numpy as np
import pytest

from glassnet.kernels import pieces, shortcuts


def numbas_own():
    return [getattr(owner, name) for owner, name, _ in shortcuts._SHORT_CUTS]


@pytest.mark.parametrize("collecting", [True, False])
def test_numba_and_the_collector_are_as_before(collecting):
    before, seen = numbas_own(), []

    @numba.extending.overload(len_of := lambda _: None)
    def _(_):
        seen.append(gc.isenabled() or numbas_own() == before)
        return lambda _: 3

    if not collecting:
        gc.disable()
    try:
        assert pieces.as_loop(lambda array: len_of(array))(np.zeros(2)) == 3
        with pytest.raises(numba.TypingError):
            pieces.as_loop(lambda array: len_of(array) + array.unheard_of)(np.zeros(2))
        assert gc.isenabled() == collecting
    finally:
        gc.enable()
    assert numbas_own() == before
    assert set(seen) == {False}


def test_calls_are_told_apart_by_types_and_functions():
    def loop(whole, number):
        return abs(whole), abs(number), min(whole, 2), min(number, 2.0), max(whole, 2), max(number, 2.0)

    compiled = pieces.as_loop(loop)
    for arguments in (-3, -3.5), (np.int32(-3), np.float32(-3.5)), (np.int64(5), np.float64(4.5)):
        assert compiled(*arguments) == loop(*arguments)
        assert [type(each) for each in compiled(*arguments)][::2] == [int] * 3
