"""Examples are turned on their side: number j of sixteen rows becomes one row of lanes, and back.

In registers: number by number, turning the last layer of 64-32-10 back and forth is a seventh of a step.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types

from glassnet.kernels.llvm import (
    I32,
    I64,
    LANES,
    call,
    check_index,
    float_type,
    number_of,
    pointer,
    primitive,
    splat,
    suffix,
    transposed,
)
from glassnet.kernels.registers import last_place

__all__ = ["turn_in", "turn_out"]


class _Square:
    """Writes the code that moves sixteen rows of up to sixteen numbers between memory and registers."""

    def __init__(self, context: Any, builder: Any, kind: Any) -> None:
        self.context, self.builder = context, builder
        self.number = number_of(kind)
        self.vector = ir.VectorType(float_type(self.number), LANES)
        self.align = ir.Constant(I32, self.number.bitwidth // 8)

    def first(self, count: Any) -> Any:
        """The mask of so many numbers of a row."""
        lanes = ir.Constant(ir.VectorType(I64, LANES), list(range(LANES)))
        return self.builder.icmp_signed("<", lanes, splat(self.builder, count, lanes.type))

    def all_or_none(self, condition: Any) -> Any:
        """The mask of a row that is there, or is not."""
        return splat(self.builder, condition, ir.VectorType(ir.IntType(1), LANES))

    def _place(self, kind: Any, values: Any, index: Any) -> Any:
        place = pointer(self.context, self.builder, kind, values, index)
        return self.builder.bitcast(place, self.vector.as_pointer())

    def load(self, kind: Any, values: Any, index: Any, mask: Any) -> Any:
        """A row that begins at an index of flat numbers; 0 where the mask has none."""
        name, nothing = f"llvm.masked.load.{suffix(self.vector)}.p0", ir.Constant(self.vector, None)
        arguments = [self._place(kind, values, index), self.align, mask, nothing]
        return call(self.builder, name, self.vector, arguments)

    def store(self, kind: Any, values: Any, index: Any, mask: Any, row: Any) -> None:
        """The same way back."""
        name = f"llvm.masked.store.{suffix(self.vector)}.p0"
        call(
            self.builder, name, ir.VoidType(), [row, self._place(kind, values, index), self.align, mask]
        )  # fmt: skip


def _turn_in_twin(rows: Any, at: int, step: int, n_rows: int, n_columns: int, lanes: Any, begin: int) -> None:
    for q in range(LANES):
        row = at + min(q, n_rows - 1) * step
        lanes[begin : begin + n_columns, q] = rows[row : row + n_columns]


@primitive(_turn_in_twin)
def turn_in(
    _: Any, rows: Any, at: Any, step: Any, n_rows: Any, n_columns: Any, lanes: Any, begin: Any
) -> Any:
    """lanes[begin + j, q] = rows[at + q step + j] for all columns j, of which there are 1 to 16.

    Lanes without a row of their own repeat the last one; there is at least one.
    """
    signature = types.void(rows, *(types.intp,) * 4, lanes, types.intp)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, at, step, n_rows, n_columns, lanes, begin = arguments
        kind, lanes_kind, one = signature.args[0], signature.args[5], ir.Constant(I64, 1)
        square = _Square(context, builder, kind)
        size, last_row = ir.Constant(I64, LANES), builder.sub(n_rows, one)
        last = last_place(builder, at, (step, n_rows), (1, n_columns))
        check_index(context, builder, kind, rows, last)
        last = last_place(builder, builder.mul(begin, size), (LANES, n_columns), (1, LANES))
        check_index(context, builder, lanes_kind, lanes, last)
        some = square.first(n_columns)
        taken = []
        for q in range(LANES):
            there = builder.icmp_signed("<", ir.Constant(I64, q), last_row)
            row = builder.select(there, ir.Constant(I64, q), last_row)
            taken.append(square.load(kind, rows, builder.add(at, builder.mul(row, step)), some))
        for j, column in enumerate(transposed(builder, taken)):
            there = builder.icmp_signed("<", ir.Constant(I64, j), n_columns)
            place = builder.mul(builder.add(begin, ir.Constant(I64, j)), size)
            square.store(lanes_kind, lanes, place, square.all_or_none(there), column)
        return context.get_dummy_value()

    return signature, generate


def _turn_out_twin(
    lanes: Any, begin: int, n_columns: int, rows: Any, at: int, step: int, n_rows: int
) -> None:
    for q in range(n_rows):
        rows[at + q * step : at + q * step + n_columns] = lanes[begin : begin + n_columns, q]


@primitive(_turn_out_twin)
def turn_out(
    _: Any, lanes: Any, begin: Any, n_columns: Any, rows: Any, at: Any, step: Any, n_rows: Any
) -> Any:
    """rows[at + q step + j] = lanes[begin + j, q] for the first rows q and all columns j."""
    signature = types.void(lanes, types.intp, types.intp, rows, *(types.intp,) * 3)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes, begin, n_columns, rows, at, step, n_rows = arguments
        lanes_kind, kind = signature.args[0], signature.args[3]
        square = _Square(context, builder, kind)
        size = ir.Constant(I64, LANES)
        last = last_place(builder, at, (step, n_rows), (1, n_columns))
        check_index(context, builder, kind, rows, last)
        last = last_place(builder, builder.mul(begin, size), (LANES, n_columns), (1, LANES))
        check_index(context, builder, lanes_kind, lanes, last)
        taken = []
        for j in range(LANES):
            there = builder.icmp_signed("<", ir.Constant(I64, j), n_columns)
            place = builder.mul(builder.add(begin, ir.Constant(I64, j)), size)
            taken.append(square.load(lanes_kind, lanes, place, square.all_or_none(there)))
        some = square.first(n_columns)
        for q, row in enumerate(transposed(builder, taken)):
            there = square.all_or_none(builder.icmp_signed("<", ir.Constant(I64, q), n_rows))
            place = builder.add(at, builder.mul(ir.Constant(I64, q), step))
            square.store(kind, rows, place, builder.and_(some, there), row)
        return context.get_dummy_value()

    return signature, generate
