"""Four neighbours of a vector as one number: for loops over one example, where there are no lanes to fill.

A four goes through the same operations as lanes (`glassnet.kernels.lanes`), each of its numbers as it would
alone. Nearly every processor has registers of four.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from glassnet.kernels.llvm import (
    I32,
    I64,
    Lanes,
    aligned_load,
    check_index,
    number_of,
    pointer,
    primitive,
)

__all__ = ["FOUR", "four_at", "four_of", "transposed"]

FOUR: Final = 4


def _last(builder: Any, place: Any) -> Any:
    return builder.add(place, ir.Constant(I64, FOUR - 1))


@primitive(lambda array, index: array[index : index + FOUR].copy())
def four_at(_: Any, array: Any, __: Any) -> Any:
    """The four numbers of a vector from an index on."""
    four = Lanes(number_of(array), FOUR)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, place = arguments
        check_index(context, builder, array, values, _last(builder, place))
        place = pointer(context, builder, signature.args[0], values, place)
        return aligned_load(builder, place, context.get_value_type(four), four.dtype.bitwidth // 8)

    return four(array, types.intp), generate


@primitive(lambda *numbers: np.array(numbers))
def four_of(_: Any, first: Any, second: Any, third: Any, fourth: Any) -> Any:
    """Four single numbers as one."""
    four = Lanes(first, FOUR)

    def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        made = ir.Constant(context.get_value_type(four), ir.Undefined)
        for place, number in enumerate(arguments):
            made = builder.insert_element(made, number, ir.Constant(I32, place))
        return made

    return four(first, second, third, fourth), generate


@primitive(lambda *rows: tuple(np.array(rows).T))
def transposed(_: Any, first: Any, second: Any, third: Any, fourth: Any) -> Any:
    """Four fours as the rows of a square; return its columns."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        def choose(one: Any, other: Any, *places: int) -> Any:
            return builder.shuffle_vector(one, other, ir.Constant(ir.VectorType(I32, FOUR), list(places)))

        a, b, c, d = arguments
        low, high = choose(a, b, 0, 4, 1, 5), choose(c, d, 0, 4, 1, 5)  # a0 b0 a1 b1, c0 d0 c1 d1
        low2, high2 = choose(a, b, 2, 6, 3, 7), choose(c, d, 2, 6, 3, 7)
        columns = [
            choose(low, high, 0, 1, 4, 5),
            choose(low, high, 2, 3, 6, 7),
            choose(low2, high2, 0, 1, 4, 5),
            choose(low2, high2, 2, 3, 6, 7),
        ]
        return cgutils.pack_array(builder, columns)

    return types.UniTuple(first, FOUR)(first, second, third, fourth), generate
