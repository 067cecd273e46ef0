"""Kernels count no owners of arrays, but for those that may make some; their variables are right."""

import sys

import numba
import numpy as np
import pytest

from glassnet.kernels import pieces
from glassnet.kernels.compiling import interpret, kernel, owner


@kernel
def middle_of(numbers):
    """A piece that takes an array and hands on no owner of it."""
    half = numbers[: numbers.size // 2]
    return half[half.size - 1]


@kernel
def collatz(numbers, start):
    """Variables that are set in one place and looked at in others, in loops and behind branches."""
    steps, highest = 0, start
    number = start
    while number != 1:
        before = number
        if number % 2 == 0:
            number //= 2
        else:
            number = 3 * number + 1
        if number > highest:
            highest = number
        for k in range(numbers.size):
            numbers[k] += before * k
        steps += 1
    return steps, highest, middle_of(numbers)


@owner
def doubled(numbers):
    result = np.empty_like(numbers)
    for k in range(numbers.size):
        result[k] = 2 * numbers[k]
    return result


def makes_one(numbers):
    return np.empty(numbers.size)[0]


def test_variables_are_those_of_plain_python():
    compiled, plain = np.zeros(6, dtype=np.int64), np.zeros(6, dtype=np.int64)
    assert collatz(compiled, 27) == interpret(collatz)(plain, 27)
    assert np.array_equal(compiled, plain)


def test_who_hands_in_an_array_still_owns_it():
    numbers = np.arange(8.0)
    before = sys.getrefcount(numbers)
    for _ in range(3):
        assert middle_of(numbers) == 3
        assert doubled(numbers)[-1] == 14
    assert sys.getrefcount(numbers) == before


def test_only_an_owner_may_make_an_array():
    with pytest.raises(numba.core.errors.NumbaError, match="Only accept returning of array"):
        kernel(makes_one, owning=False)(np.zeros(3))  # in checked mode every kernel is an owner else


def test_a_piece_that_owns_nothing_holds_no_count():
    seen = []

    class Library(pieces._LoopLibrary):
        def finalize(self):
            super().finalize()
            seen.append(str(self._final_module))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "_LoopLibrary", Library)
        pieces.as_loop(collatz.py_func, owning=False)(np.zeros(6, dtype=np.int64), 27)
    assert seen
    assert "NRT_incref" not in seen[0]
