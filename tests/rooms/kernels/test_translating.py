"""Kernels count no references to arrays, but for those that may make some; what comes out is right."""

import sys

import numba
import numpy as np
import pytest

from glassnet.kernels import compiling, pieces
from glassnet.kernels.compiling import interpret, kernel, owner, short_loop


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
        patch.setattr(pieces._LoopCompiler, "library", Library)
        pieces.as_loop(collatz.py_func, owning=False)(np.zeros(6, dtype=np.int64), 27)
    assert seen
    assert "NRT_incref" not in seen[0]


def test_what_is_called_in_one_place_only_is_found():
    module = """
define i32 @loop() {
  %.1 = call i32 @once(i32 1), !dbg !4
  %.2 = call float @"room::twice$2.[abi:v1]"(float 0.0)
  tail call void @llvm.memset(ptr @once, i8 0)
  %.3 = call fastcc { i32, float } @"room::once$3(x)"({ i32, float } %.1)
  %.4 = call float @"room::twice$2.[abi:v1]"(float 1.0)
}
define i32 @never() {
"""
    assert pieces._called_once(module) == {"once", "llvm.memset", "room::once$3(x)"}


@pytest.mark.parametrize("compiled", [kernel, short_loop])
def test_a_loop_that_is_optimized_more_thoroughly_is_the_same(compiled):
    seen = []

    def finalize(library):
        finalized(library)
        seen.append(library.thorough)

    def twice(numbers):
        return collatz(numbers, 27), collatz(numbers, 19)

    finalized = pieces._LoopLibrary.finalize
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "cache_folder", lambda: None)  # nothing is found there
        patch.setattr(pieces._LoopLibrary, "finalize", finalize)
        ours = compiled(twice)(np.zeros(6, dtype=np.int64))
    assert seen == [compiled is short_loop]
    assert ours == twice(np.zeros(6, dtype=np.int64))
