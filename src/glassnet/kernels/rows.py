"""One row by a matrix where it stands: for so few rows that no panel pays."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types

from glassnet.kernels.llvm import I64, check_index, number_of, pointer, primitive
from glassnet.kernels.registers import REGISTER_BYTES, Rows, last_place, register_of

__all__ = ["add_block", "add_narrow_block", "add_part_of_block", "block_width"]

# Registers of sums: so many additions at once that none waits for the one before to be done.
_BLOCK_BYTES = 8 * REGISTER_BYTES


@primitive(lambda array: _BLOCK_BYTES // array.itemsize)
def block_width(_: Any, array: Any) -> Any:
    """How many columns a block has, of numbers of the array's type."""
    width = _BLOCK_BYTES * 8 // number_of(array).bitwidth
    return types.intp(array), lambda *_: ir.Constant(I64, width)


def _twin(
    row: Any, at: int, n_terms: int, matrix: Any, matrix_at: int, step: int, sums: Any, sums_at: int,
    n_columns: int,
) -> None:  # fmt: skip
    for k in range(n_terms):
        begin = matrix_at + k * step
        sums[sums_at : sums_at + n_columns] += row[at + k] * matrix[begin : begin + n_columns]


def _adder(n_registers: int, *, whole: bool) -> Any:
    """The primitive that holds so many registers of sums, all of them in use or not."""

    @primitive(_twin)
    def add(
        _: Any, row: Any, at: Any, n_terms: Any, matrix: Any, matrix_at: Any, step: Any, sums: Any,
        sums_at: Any, n_columns: Any,
    ) -> Any:  # fmt: skip
        """sums[:n_columns] += sum over k of row[k] matrix[k, :n_columns], flat arrays.

        They begin at `at`, `matrix_at` and `sums_at`, and rows of the matrix are `step` apart. There is at
        least one column, and no more than a block has, or as many.
        """

        def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
            row_, at, n_terms, matrix_, matrix_at, step, sums_, sums_at, n_columns = arguments
            rows = Rows(builder, register_of(sums), 1, n_registers, None if whole else n_columns)
            for kind, values, last in (
                (row, row_, last_place(builder, at, (1, n_terms))),
                (matrix, matrix_, last_place(builder, matrix_at, (step, n_terms), (1, n_columns))),
                (sums, sums_, last_place(builder, sums_at, (1, n_columns))),
            ):
                check_index(context, builder, kind, values, last)
            place, one = pointer(context, builder, sums, sums_, sums_at), ir.Constant(I64, 1)
            factor = pointer(context, builder, row, row_, at)
            results = rows.add_products(
                rows.load(place, one), lambda k: [builder.load(builder.gep(factor, [k]))], n_terms,
                None, (pointer(context, builder, matrix, matrix_, matrix_at), step),
            )  # fmt: skip
            rows.store(place, one, results)
            return context.get_dummy_value()

        places = types.intp, types.intp
        return types.void(row, *places, matrix, *places, sums, *places), generate

    return add


add_block = _adder(_BLOCK_BYTES // REGISTER_BYTES, whole=True)
add_part_of_block = _adder(_BLOCK_BYTES // REGISTER_BYTES, whole=False)
add_narrow_block = _adder(1, whole=False)
