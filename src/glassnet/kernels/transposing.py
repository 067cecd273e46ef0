"""A part of a matrix is transposed: row i becomes column i of another.

In registers, a square at a time. Number by number, a step of 64-32-10 takes a seventh longer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from glassnet.kernels.compiling import kernel
from glassnet.kernels.llvm import (
    I32,
    I64,
    aligned_load,
    check_index,
    masked_load,
    masked_store,
    number_of,
    pointer,
    primitive,
    splat,
)
from glassnet.kernels.pairs import PAIR, elements, in_elements, in_pairs, neighbours, pairs_twin
from glassnet.kernels.registers import last_place, panel_width, register_of

__all__ = ["transpose"]


def _twin(
    source: Any, at: int, step: int, n_rows: int, n_columns: int, result: Any, result_at: int,
    result_step: int,
) -> None:  # fmt: skip
    numbers, transposed = np.reshape(source, -1), np.reshape(result, -1)
    for i in range(n_rows):
        row = numbers[at + i * step : at + i * step + n_columns]
        if transposed.dtype != numbers.dtype:
            row = np.append(row, np.zeros(n_columns % 2, row.dtype))
            row = pairs_twin(row[::2], row[1::2])
        for j, number in enumerate(row):
            transposed[result_at + j * result_step + i] = number


def _square(whole: bool) -> Any:
    """The primitive that transposes a square as wide as a register, or a part of one."""

    @primitive(_twin)
    def transpose_square(
        _: Any, source: Any, at: Any, step: Any, n_rows: Any, n_columns: Any, result: Any, result_at: Any,
        result_step: Any,
    ) -> Any:  # fmt: skip
        """The same as `transpose` for at least one row and column, and no more than a register holds."""
        kind, size, in_pairs = register_of(source), number_of(source).bitwidth // 8, number_of(result) == PAIR

        def load(builder: Any, first: Any, step: Any, row: int, n_rows: Any, n_columns: Any) -> Any:
            place = _row(builder, kind, first, step, row)
            if whole:
                return aligned_load(builder, place, kind, size)
            mask = _mask(builder, kind.count, row, n_rows, n_columns)
            return masked_load(builder, place, kind, size, mask)

        def store(builder: Any, row: Any, place: Any, mask: Any) -> None:
            if whole:
                builder.store(row, place).align = size
            else:
                masked_store(builder, row, place, size, mask)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            source, at, step, n_rows, n_columns, result, result_at, result_step = arguments
            source_kind, result_kind = signature.args[0], signature.args[5]
            last = last_place(builder, at, (step, n_rows), (1, n_columns))
            check_index(context, builder, source_kind, source, last)
            n_results = elements(builder, n_columns, in_pairs=in_pairs)
            last = last_place(builder, result_at, (result_step, n_results), (1, n_rows))
            check_index(context, builder, result_kind, result, last)
            first = pointer(context, builder, source_kind, source, at)
            rows = [load(builder, first, step, i, n_rows, n_columns) for i in range(kind.count)]
            if in_pairs:
                side = ir.Constant(I64, kind.count)
                first, n_columns = builder.gep(first, [side]), builder.sub(n_columns, side)
                more = [load(builder, first, step, i, n_rows, n_columns) for i in range(kind.count)]
                rows = [neighbours(builder, *both) for both in zip(rows, more, strict=True)]
            first = pointer(context, builder, result_kind, result, result_at)
            for j, column in enumerate(_transposed(builder, rows)):
                place = _row(builder, column.type, first, result_step, j)
                store(builder, column, place, _mask(builder, kind.count, j, n_results, n_rows))
            return context.get_dummy_value()

        return types.void(source, *(types.intp,) * 4, result, *(types.intp,) * 2), generate

    return transpose_square


_transpose_square, _transpose_part_of_square = _square(whole=True), _square(whole=False)


def _row(builder: Any, kind: Any, first: Any, step: Any, row: int) -> Any:
    place = builder.gep(first, [builder.mul(step, ir.Constant(I64, row))])
    return builder.bitcast(place, kind.as_pointer())


def _mask(builder: Any, width: int, row: int, n_rows: Any, n_columns: Any) -> Any:
    """Which numbers of a row belong to a part of so many rows and columns."""
    places = ir.Constant(ir.VectorType(I64, width), list(range(width)))
    there = builder.icmp_signed("<", ir.Constant(I64, row), n_rows)
    end = builder.select(there, n_columns, ir.Constant(I64, 0))
    return builder.icmp_signed("<", places, splat(builder, end, places.type))


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """Swap blocks of 1, 2, 4, ... numbers between pairs of registers until rows are columns."""
    side, width = len(rows), 1
    mask = ir.VectorType(I32, side)
    while width < side:
        low = [j if not j & width else side + j - width for j in range(side)]
        high = [j + width if not j & width else side + j for j in range(side)]
        swapped = list(rows)
        for i in range(side):
            if not i & width:
                pair = rows[i], rows[i + width]
                swapped[i] = builder.shuffle_vector(*pair, ir.Constant(mask, low))
                swapped[i + width] = builder.shuffle_vector(*pair, ir.Constant(mask, high))
        rows, width = swapped, 2 * width
    return rows


@kernel
def transpose(source, at, step, n_rows, n_columns, result, result_at, result_step):
    """result[j, i] = source[i, j] for all rows i and columns j of `source`.

    Row i of the arrays, which are flat or hold lanes, begins at number ``at + i step`` and
    ``result_at + i result_step``. In a result of pairs, ``result[j, i]`` is that of columns 2j and 2j + 1.
    """
    side, n_terms = panel_width(source) // 2, 2 if in_pairs(result) else 1
    for i in range(0, n_rows, side):
        for j in range(0, n_columns, side * n_terms):
            rows, columns = min(side, n_rows - i), min(side * n_terms, n_columns - j)
            here, there = at + i * step + j, result_at + in_elements(j, result) * result_step + i
            if rows == side and columns == side * n_terms:
                _transpose_square(source, here, step, rows, columns, result, there, result_step)
            else:
                _transpose_part_of_square(source, here, step, rows, columns, result, there, result_step)
