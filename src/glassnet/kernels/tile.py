"""A tile of a matrix product, held in the processor's registers: where nearly all the time goes.

A product is cut into tiles of `TILE_ROWS` rows and two registers of columns (one for a narrow panel).
While the sum of a tile runs, nothing of it is in memory: each step loads two registers of the right
matrix, and each of them serves every row. The right matrix comes as a *panel*: as many columns as a tile
has, one row behind the other without a gap (`glassnet.kernels.products` makes panels).

Every element of a product is one chain of fused products and sums in one order, so it has the same bits
whatever tile it falls into, on machines with registers of any width.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.core import cgutils

from glassnet.kernels.llvm import (
    aligned_load,
    call,
    check_index,
    float_type,
    number_of,
    pointer,
    primitive,
    splat,
    suffix,
)

__all__ = [
    "PANEL_BYTES",
    "TILE_ROWS",
    "descend_narrow_row",
    "descend_narrow_tile",
    "descend_row",
    "descend_tile",
    "fill_narrow_panel",
    "fill_panel",
    "multiply_narrow_row",
    "multiply_narrow_tile",
    "multiply_row",
    "multiply_tile",
    "panel_width",
    "turn_square",
]

# Those of the processor that Numba compiles for, which NUMBA_CPU_FEATURES may set: loops that were found on
# the disk must agree with the room that is made for them here.
_CHOSEN: Final = vars(numba.config)["CPU_FEATURES"]
_FEATURES: Final = (_CHOSEN or binding.get_host_cpu_features().flatten()).split(",")
_REGISTER: Final = 64 if "+avx512f" in _FEATURES else 32 if "+avx" in _FEATURES else 16  # bytes
PANEL_BYTES: Final = 2 * _REGISTER

# As many rows as leave registers for what is being loaded: 32 registers with AVX-512 and on ARM, else 16.
TILE_ROWS: Final = 6 if _REGISTER == 32 else 8

_I32, _I64 = ir.IntType(32), ir.IntType(64)


@primitive(lambda array: PANEL_BYTES // array.itemsize)
def panel_width(_: Any, array: Any) -> Any:
    """How many columns a panel has: two registers of numbers of the array's type."""
    width = PANEL_BYTES * 8 // number_of(array).bitwidth

    def generate(*_: Any) -> Any:
        return ir.Constant(_I64, width)

    return types.intp(array), generate


def _register(array: Any) -> ir.VectorType:
    """LLVM's type of a register full of an array's numbers."""
    number = number_of(array)
    return ir.VectorType(float_type(number), _REGISTER * 8 // number.bitwidth)


def _last(builder: Any, at: Any, *steps: tuple[Any, Any]) -> Any:
    """The last place that is reached from `at` on by so many steps of a length, for each pair of them."""

    def whole(value: Any) -> Any:
        return ir.Constant(_I64, value) if isinstance(value, int) else value

    last = whole(at)
    for step, count in steps:
        taken = builder.sub(whole(count), ir.Constant(_I64, 1))
        last = builder.add(last, builder.mul(whole(step), taken))
    return last


def _tile_twin(n_rows: int, n_registers: int) -> Any:
    def twin(  # the arguments of `_tile`
        left: Any, at: int, row_step: int, term_step: int, n_terms: int, panel: Any, begin: Any,
        begin_at: int, begin_step: int, result: Any, result_at: int, result_step: int, n_columns: int,
    ) -> None:  # fmt: skip
        width = n_registers * _REGISTER // panel.itemsize
        for r in range(n_rows):
            first = begin_at + r * begin_step
            sums = begin[first : first + n_columns].copy()
            for k in range(n_terms):
                factor = left[at + r * row_step + k * term_step]
                sums += factor * panel[k * width : k * width + n_columns]
            result[result_at + r * result_step : result_at + r * result_step + n_columns] = sums

    return twin


def _tile(n_rows: int, n_registers: int) -> Any:
    """The primitive that multiplies `n_rows` rows by a panel as wide as one or two registers."""

    @primitive(_tile_twin(n_rows, n_registers))
    def tile(
        _: Any, left: Any, at: Any, row_step: Any, term_step: Any, n_terms: Any, panel: Any, begin: Any,
        begin_at: Any, begin_step: Any, result: Any, result_at: Any, result_step: Any, n_columns: Any,
    ) -> Any:  # fmt: skip
        """result[r, :n_columns] = begin[r, :n_columns] + sum over k of left[r, k] panel[k, :n_columns].

        All arrays are flat. Element (r, k) of `left` stands at ``at + r row_step + k term_step``; row r
        of `begin` and `result` at ``begin_at + r begin_step`` and ``result_at + r result_step``. With
        ``begin_step = 0`` every row begins with the same numbers, such as the biases. There is at
        least one column, and no more than a panel has.
        """
        signature = types.void(
            left, *(types.intp,) * 4, panel, begin, *(types.intp,) * 2, result, *(types.intp,) * 3
        )

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            left, at, row_step, term_step, n_terms, panel, begin = arguments[:7]
            begin_at, begin_step, result, result_at, result_step, n_columns = arguments[7:]
            kinds = signature.args
            vector = _register(kinds[0])
            rows = _Rows(builder, vector, n_rows, n_registers, n_columns)
            lasts = (
                (0, left, _last(builder, at, (row_step, n_rows), (term_step, n_terms))),
                (5, panel, _last(builder, 0, (n_registers * vector.count, n_terms))),
                (6, begin, _last(builder, begin_at, (begin_step, n_rows), (1, n_columns))),
                (9, result, _last(builder, result_at, (result_step, n_rows), (1, n_columns))),
            )
            for place, values, last in lasts:
                check_index(context, builder, kinds[place], values, last)
            start = rows.load(pointer(context, builder, kinds[6], begin, begin_at), begin_step)
            sums = rows.add_products(
                start,
                pointer(context, builder, kinds[0], left, at), row_step, term_step, n_terms,
                pointer(context, builder, kinds[5], panel, ir.Constant(_I64, 0)),
            )  # fmt: skip
            rows.store(pointer(context, builder, kinds[9], result, result_at), result_step, sums)
            return context.get_dummy_value()

        return signature, generate

    return tile


class _Rows:
    """Writes the code of one tile: rows of one or two registers, of which the last may be part empty."""

    def __init__(
        self, builder: Any, vector: ir.VectorType, n_rows: int, n_registers: int, n_columns: Any
    ) -> None:
        self.builder, self.vector, self.n_rows, self.n_registers = builder, vector, n_rows, n_registers
        lanes = ir.Constant(ir.VectorType(_I64, vector.count), list(range(vector.count)))
        self.masks = []
        for register in range(n_registers):
            left_over = builder.sub(n_columns, ir.Constant(_I64, register * vector.count))
            self.masks.append(builder.icmp_signed("<", lanes, splat(builder, left_over, lanes.type)))
        self.size = 4 if vector.element == ir.FloatType() else 8  # bytes of a number
        self.align = ir.Constant(_I32, self.size)

    def _row(self, address: Any, step: Any, row: int) -> Any:
        return self.builder.gep(address, [self.builder.mul(step, ir.Constant(_I64, row))])

    def _register(self, row: Any, register: int) -> Any:
        address = self.builder.gep(row, [ir.Constant(_I64, register * self.vector.count)])
        return self.builder.bitcast(address, self.vector.as_pointer())

    def load(self, address: Any, step: Any) -> list[list[Any]]:
        """The rows at an address; 0 where the mask has no column."""
        name, nothing = f"llvm.masked.load.{suffix(self.vector)}.p0", ir.Constant(self.vector, None)
        return [
            [
                call(
                    self.builder, name, self.vector,
                    [self._register(self._row(address, step, r), c), self.align, self.masks[c], nothing],
                )
                for c in range(self.n_registers)
            ]
            for r in range(self.n_rows)
        ]  # fmt: skip

    def store(self, address: Any, step: Any, values: list[list[Any]]) -> None:
        """Store the rows at an address, the columns of the mask only."""
        name = f"llvm.masked.store.{suffix(self.vector)}.p0"
        for r in range(self.n_rows):
            for c in range(self.n_registers):
                place = self._register(self._row(address, step, r), c)
                call(
                    self.builder,
                    name,
                    ir.VoidType(),
                    [values[r][c], place, self.align, self.masks[c]],
                )

    def fetch(self, address: Any, step: Any) -> None:
        """Have the rows at an address on their way from a farther cache, to be read and written later."""
        name, flags = "llvm.prefetch.p0", [ir.Constant(_I32, 1), ir.Constant(_I32, 3), ir.Constant(_I32, 1)]
        for r in range(self.n_rows):
            for c in range(self.n_registers):
                place = self._register(self._row(address, step, r), c)
                call(self.builder, name, ir.VoidType(), [place, *flags])

    def store_whole(self, address: Any, values: list[Any]) -> None:
        """Store one row, all of its columns."""
        for c, value in enumerate(values):
            self.builder.store(value, self._register(address, c)).align = self.size

    def add_products(
        self, start: list[list[Any]], left: Any, row_step: Any, term_step: Any, n_terms: Any, panel: Any
    ) -> list[list[Any]]:
        """A loop over the terms that adds left[r, k] panel[k] to every row r, all sums in registers."""
        builder, before = self.builder, self.builder.block
        loop, after = builder.append_basic_block("terms"), builder.append_basic_block("sums")
        some = builder.icmp_signed(">", n_terms, ir.Constant(_I64, 0))
        builder.cbranch(some, loop, after)
        builder.position_at_end(loop)
        counter, factors, columns = builder.phi(_I64), builder.phi(left.type), builder.phi(panel.type)
        sums = [[builder.phi(self.vector) for _ in range(self.n_registers)] for _ in range(self.n_rows)]
        right = [
            aligned_load(builder, self._register(columns, c), self.vector, self.size)
            for c in range(self.n_registers)
        ]
        more = []
        for r in range(self.n_rows):
            factor = splat(builder, builder.load(self._row(factors, row_step, r)), self.vector)
            more.append([self._fma(factor, right[c], sums[r][c]) for c in range(self.n_registers)])
        steps = [
            (counter, ir.Constant(_I64, 0), builder.add(counter, ir.Constant(_I64, 1))),
            (factors, left, builder.gep(factors, [term_step])),
            (columns, panel, builder.gep(columns, [ir.Constant(_I64, self.n_registers * self.vector.count)])),
            *(
                (sums[r][c], start[r][c], more[r][c])
                for r in range(self.n_rows)
                for c in range(self.n_registers)
            ),
        ]
        for phi, first, following in steps:
            phi.add_incoming(first, before)
            phi.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", steps[0][2], n_terms), loop, after)
        builder.position_at_end(after)
        results = []
        for r in range(self.n_rows):
            results.append([builder.phi(self.vector) for _ in range(self.n_registers)])
            for c in range(self.n_registers):
                results[r][c].add_incoming(start[r][c], before)
                results[r][c].add_incoming(more[r][c], loop)
        return results

    def _fma(self, x: Any, y: Any, z: Any) -> Any:
        return call(self.builder, f"llvm.fma.{suffix(self.vector)}", self.vector, [x, y, z])


def _descent_twin(n_rows: int, n_registers: int) -> Any:
    def twin(  # the arguments of `_descent`
        left: Any, at: int, row_step: int, term_step: int, n_terms: int, panel: Any, result: Any,
        result_at: int, result_step: int, n_columns: int, rate: Any,
    ) -> None:  # fmt: skip
        sums = np.zeros(n_rows * n_columns, dtype=panel.dtype)
        _tile_twin(n_rows, n_registers)(
            left, at, row_step, term_step, n_terms, panel, sums, 0, n_columns, sums, 0, n_columns, n_columns
        )
        for r in range(n_rows):
            place = result_at + r * result_step
            result[place : place + n_columns] -= rate * sums[r * n_columns : (r + 1) * n_columns]

    return twin


def _descent(n_rows: int, n_registers: int) -> Any:
    """The primitive that takes a step against `n_rows` rows of a gradient, which is never stored."""

    @primitive(_descent_twin(n_rows, n_registers))
    def tile(
        _: Any, left: Any, at: Any, row_step: Any, term_step: Any, n_terms: Any, panel: Any, result: Any,
        result_at: Any, result_step: Any, n_columns: Any, rate: Any,
    ) -> Any:  # fmt: skip
        """result[r, :n_columns] -= rate times the sum over k of left[r, k] panel[k, :n_columns].

        The arguments are those of `_tile`.
        """
        signature = types.void(left, *(types.intp,) * 4, panel, result, *(types.intp,) * 3, rate)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            left, at, row_step, term_step, n_terms, panel = arguments[:6]
            result, result_at, result_step, n_columns, rate = arguments[6:]
            kinds = signature.args
            vector = _register(kinds[0])
            rows = _Rows(builder, vector, n_rows, n_registers, n_columns)
            lasts = (
                (0, left, _last(builder, at, (row_step, n_rows), (term_step, n_terms))),
                (5, panel, _last(builder, 0, (n_registers * vector.count, n_terms))),
                (6, result, _last(builder, result_at, (result_step, n_rows), (1, n_columns))),
            )
            for place, values, last in lasts:
                check_index(context, builder, kinds[place], values, last)
            there, step = pointer(context, builder, kinds[6], result, result_at), splat(builder, rate, vector)
            rows.fetch(there, result_step)
            sums = rows.add_products(
                [[ir.Constant(vector, None)] * n_registers for _ in range(n_rows)],
                pointer(context, builder, kinds[0], left, at), row_step, term_step, n_terms,
                pointer(context, builder, kinds[5], panel, ir.Constant(_I64, 0)),
            )  # fmt: skip
            changed = [
                [builder.fsub(old, builder.fmul(step, slope)) for old, slope in zip(*pair, strict=True)]
                for pair in zip(rows.load(there, result_step), sums, strict=True)
            ]
            rows.store(there, result_step, changed)
            return context.get_dummy_value()

        return signature, generate

    return tile


multiply_tile = _tile(TILE_ROWS, 2)
multiply_row = _tile(1, 2)
multiply_narrow_tile = _tile(TILE_ROWS, 1)
multiply_narrow_row = _tile(1, 1)

descend_tile = _descent(TILE_ROWS, 2)
descend_row = _descent(1, 2)
descend_narrow_tile = _descent(TILE_ROWS, 1)
descend_narrow_row = _descent(1, 1)


def _fill_twin(n_registers: int) -> Any:
    def twin(source: Any, at: int, step: int, n_rows: int, n_columns: int, panel: Any) -> None:
        width = n_registers * _REGISTER // panel.itemsize
        for k in range(n_rows):
            panel[k * width : (k + 1) * width] = 0
            panel[k * width : k * width + n_columns] = source[at + k * step : at + k * step + n_columns]

    return twin


def _fill(n_registers: int) -> Any:
    """The primitive that copies rows into a panel as wide as one or two registers."""

    @primitive(_fill_twin(n_registers))
    def fill(_: Any, source: Any, at: Any, step: Any, n_rows: Any, n_columns: Any, panel: Any) -> Any:
        """panel[k, :n_columns] = source[k, :n_columns] for all rows k; the columns left over become 0.

        Row k of the flat array `source` begins at ``at + k step``, and those of `panel` stand one
        behind the other. There is at least one row.
        """

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            source, at, step, n_rows, n_columns, panel = arguments
            kinds = signature.args
            vector = _register(kinds[0])
            rows = _Rows(builder, vector, 1, n_registers, n_columns)
            last = _last(builder, at, (step, n_rows), (1, n_columns))
            check_index(context, builder, kinds[0], source, last)
            last = _last(builder, 0, (n_registers * vector.count, n_rows))
            check_index(context, builder, kinds[5], panel, last)
            with cgutils.for_range(builder, n_rows) as loop:
                there = builder.add(at, builder.mul(loop.index, step))
                here = builder.mul(loop.index, ir.Constant(_I64, n_registers * vector.count))
                values = rows.load(pointer(context, builder, kinds[0], source, there), step)
                rows.store_whole(pointer(context, builder, kinds[5], panel, here), values[0])
            return context.get_dummy_value()

        return types.void(source, *(types.intp,) * 4, panel), generate

    return fill


fill_panel = _fill(2)
fill_narrow_panel = _fill(1)


def _turn_twin(source: Any, at: int, step: int, result: Any, result_at: int, result_step: int) -> None:
    side = _REGISTER // source.itemsize
    for i in range(side):
        for j in range(side):
            result[result_at + j * result_step + i] = source[at + i * step + j]


@primitive(_turn_twin)
def turn_square(
    _: Any, source: Any, at: Any, step: Any, result: Any, result_at: Any, result_step: Any
) -> Any:
    """result[j, i] = source[i, j] for a square whose side is half a panel's width.

    Row i of the flat arrays begins at ``at + i step`` and ``result_at + i result_step``.
    """
    signature = types.void(source, types.intp, types.intp, result, types.intp, types.intp)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source, at, step, result, result_at, result_step = arguments
        kind = signature.args[0]
        vector = _register(kind)
        last = _last(builder, at, (step, vector.count), (1, vector.count))
        check_index(context, builder, kind, source, last)
        last = _last(builder, result_at, (result_step, vector.count), (1, vector.count))
        check_index(context, builder, signature.args[3], result, last)
        first = pointer(context, builder, kind, source, at)
        rows = []
        for i in range(vector.count):
            address = builder.gep(first, [builder.mul(step, ir.Constant(_I64, i))])
            rows.append(aligned_load(builder, address, vector, number_of(kind).bitwidth // 8))
        first = pointer(context, builder, signature.args[3], result, result_at)
        for j, column in enumerate(_transposed(builder, rows)):
            address = builder.gep(first, [builder.mul(result_step, ir.Constant(_I64, j))])
            place = builder.bitcast(address, vector.as_pointer())
            builder.store(column, place).align = number_of(kind).bitwidth // 8
        return context.get_dummy_value()

    return signature, generate


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """Swap blocks of 1, 2, 4, ... numbers between pairs of registers until rows are columns."""
    side, width = len(rows), 1
    mask = ir.VectorType(_I32, side)
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
