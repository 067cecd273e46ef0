"""A tile of a matrix product, held in the processor's registers: where nearly all the time goes.

A product is cut into tiles of `TILE_ROWS` rows and two registers of columns (one for a narrow panel).
While the sum of a tile runs, nothing of it is in memory: each step loads two registers of the right
matrix, and each of them serves every row. The right matrix comes as a *panel*: as many columns as a tile
has, one row behind the other without a gap (`glassnet.kernels.products` makes panels).

The left matrix stays where it is, its examples wherever they happen to stand: a table of *places* says where
each of them begins. In a pass an example is a row of the left matrix, in a gradient it is a term of the sum.

Every element of a product is one chain of fused products and sums in one order, so it has the same bits
whatever tile it falls into, on machines with registers of any width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from glassnet.kernels.llvm import CHECKED, I64, check_index, number_of, pointer, primitive, splat
from glassnet.kernels.pairs import PAIR, add_pairs_twin, elements
from glassnet.kernels.panels import fill_twin
from glassnet.kernels.registers import REGISTER_BYTES, TILE_ROWS, Rows, last_place, register_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "descend_narrow_row",
    "descend_narrow_tile",
    "descend_row",
    "descend_tile",
    "fill_and_multiply_narrow_tile",
    "fill_and_multiply_tile",
    "multiply_narrow_row",
    "multiply_narrow_tile",
    "multiply_row",
    "multiply_tile",
]


def _tile_twin(n_rows: int, n_registers: int) -> Any:
    def twin(  # the arguments of `_tile`
        left: Any, at: int, rows: Any, terms: Any, place: int, n_terms: int, panel: Any, begin: Any,
        begin_at: int, begin_step: int, result: Any, result_at: int, result_step: int, n_columns: int,
    ) -> None:  # fmt: skip
        width = n_registers * REGISTER_BYTES // panel.itemsize
        for r in range(n_rows):
            first = begin_at + r * begin_step
            sums = begin[first : first + n_columns].copy()
            in_pairs = panel.dtype != left.dtype
            for k in range((n_terms + 1) // 2 if in_pairs else n_terms):
                there = at + (terms[place + k] + r if rows is None else rows[place + r] + k)
                row = panel[k * width : k * width + n_columns]
                if in_pairs:
                    sums = add_pairs_twin(left[there : there + 1].view(panel.dtype), row, sums)
                else:
                    sums += left[there] * row
            result[result_at + r * result_step : result_at + r * result_step + n_columns] = sums

    return twin


def _factors(context: Any, builder: Any, kinds: Any, arguments: Any, n_rows: int) -> Callable[[Any], Any]:
    """Return what writes the code that loads the factor of each row for a term; see `_tile`."""
    left, at, rows, terms, place, n_terms = arguments

    def load(kind: Any, values: Any, index: Any) -> Any:
        return builder.load(pointer(context, builder, kind, values, index))

    def moved(address: Any, by: Any) -> Any:
        return builder.gep(address, [by])

    numbers = [ir.Constant(I64, r) for r in range(n_rows)]
    if not isinstance(kinds[2], types.NoneType):
        check_index(context, builder, kinds[2], rows, builder.add(place, numbers[-1]))
        begins = [builder.add(at, load(kinds[2], rows, builder.add(place, r))) for r in numbers]
        for begin in begins:
            check_index(context, builder, kinds[0], left, last_place(builder, begin, (1, n_terms)))
        addresses = [pointer(context, builder, kinds[0], left, begin) for begin in begins]
        return lambda k: [builder.load(moved(address, k)) for address in addresses]
    check_index(context, builder, kinds[3], terms, last_place(builder, place, (1, n_terms)))
    if CHECKED:
        with cgutils.for_range(builder, n_terms) as loop:
            begin = load(kinds[3], terms, builder.add(place, loop.index))
            check_index(context, builder, kinds[0], left, builder.add(builder.add(at, begin), numbers[-1]))
    first, begins = (
        pointer(context, builder, kinds[0], left, at),
        pointer(context, builder, kinds[3], terms, place),
    )

    def of_term(k: Any) -> list[Any]:
        address = moved(first, builder.load(moved(begins, k)))
        return [builder.load(moved(address, r)) for r in numbers]

    return of_term


def _tile_generator(n_rows: int, n_registers: int) -> Any:
    """What writes the code of the primitives that `_tile` and `_filling_tile` make."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        n_terms, panel, begin, begin_at, begin_step = arguments[5:10]
        result, result_at, result_step, n_columns = arguments[10:14]
        kinds, source = signature.args, None
        vector, in_pairs = register_of(kinds[0]), number_of(kinds[6]) == PAIR
        rows = Rows(builder, vector, n_rows, n_registers, n_columns)
        n_elements = elements(builder, n_terms, in_pairs=in_pairs)
        factors = _factors(context, builder, kinds, (*arguments[:5], n_elements), n_rows)
        lasts = [
            (6, panel, last_place(builder, 0, (n_registers * vector.count, n_elements))),
            (7, begin, last_place(builder, begin_at, (begin_step, n_rows), (1, n_columns))),
            (10, result, last_place(builder, result_at, (result_step, n_rows), (1, n_columns))),
        ]
        if len(arguments) > 14:
            matrix, source_at, source_step = arguments[14:]
            lasts.append((14, matrix, last_place(builder, source_at, (source_step, n_terms), (1, n_columns))))
            source = pointer(context, builder, kinds[14], matrix, source_at), source_step
        for place, values, last in lasts:
            check_index(context, builder, kinds[place], values, last)
        start = rows.load(pointer(context, builder, kinds[7], begin, begin_at), begin_step)
        there = pointer(context, builder, kinds[6], panel, ir.Constant(I64, 0))
        sums = rows.add_products(start, factors, n_terms, there, source, in_pairs=in_pairs)
        rows.store(pointer(context, builder, kinds[10], result, result_at), result_step, sums)
        return context.get_dummy_value()

    return generate


def _tile(n_rows: int, n_registers: int) -> Any:
    """The primitive that multiplies `n_rows` rows by a panel as wide as one or two registers."""

    @primitive(_tile_twin(n_rows, n_registers))
    def tile(
        _: Any, left: Any, at: Any, rows: Any, terms: Any, place: Any, n_terms: Any, panel: Any, begin: Any,
        begin_at: Any, begin_step: Any, result: Any, result_at: Any, result_step: Any, n_columns: Any,
    ) -> Any:  # fmt: skip
        """result[r, :n_columns] = begin[r, :n_columns] + sum over k of left[r, k] panel[k, :n_columns].

        All arrays are flat. Either the rows of `left` have places, and its terms follow one another, or it is
        the other way round: with ``terms = None`` its element (r, k) stands at
        ``at + rows[place + r] + k``, with ``rows = None`` at ``at + terms[place + k] + r``. Row r of `begin`
        and `result` stands at ``begin_at + r begin_step`` and ``result_at + r result_step``. With
        ``begin_step = 0`` every row begins with the same numbers, such as the biases. There is at
        least one column, and no more than a panel has. By a panel of pairs the terms go two at a time:
        element (r, k) of `left` then holds 2k and 2k + 1.
        """
        factors = left, types.intp, rows, terms, types.intp
        kinds = (*factors, types.intp, panel, begin, *(types.intp,) * 2, result, *(types.intp,) * 3)
        return types.void(*kinds), _tile_generator(n_rows, n_registers)

    return tile


def _filling_twin(n_registers: int) -> Any:
    def twin(*arguments: Any) -> None:
        (n_terms, panel), (n_columns, source, source_at, source_step) = arguments[5:7], arguments[13:]
        fill_twin(n_registers)(source, source_at, source_step, n_terms, n_columns, panel)
        _tile_twin(TILE_ROWS, n_registers)(*arguments[:14])

    return twin


def _filling_tile(n_registers: int) -> Any:
    """The primitive that multiplies the first rows by a panel, and fills it as it goes along."""

    @primitive(_filling_twin(n_registers))
    def tile(
        _: Any, left: Any, at: Any, rows: Any, terms: Any, place: Any, n_terms: Any, panel: Any, begin: Any,
        begin_at: Any, begin_step: Any, result: Any, result_at: Any, result_step: Any, n_columns: Any,
        source: Any, source_at: Any, source_step: Any,
    ) -> Any:  # fmt: skip
        """The same where row k of the panel comes from ``source_at + k source_step`` of `source`.

        Numbers that come from a farther cache are waited for beside the products.
        """
        factors = left, types.intp, rows, terms, types.intp
        kinds = (*factors, types.intp, panel, begin, *(types.intp,) * 2, result, *(types.intp,) * 3)
        return types.void(*kinds, source, *(types.intp,) * 2), _tile_generator(TILE_ROWS, n_registers)

    return tile


def _descent_twin(n_rows: int, n_registers: int) -> Any:
    def twin(  # the arguments of `_descent`
        left: Any, at: int, rows: Any, terms: Any, place: int, n_terms: int, panel: Any, result: Any,
        result_at: int, result_step: int, n_columns: int, rate: Any,
    ) -> None:  # fmt: skip
        sums = np.zeros(n_rows * n_columns, dtype=result.dtype)
        _tile_twin(n_rows, n_registers)(
            left, at, rows, terms, place, n_terms, panel, sums, 0, n_columns, sums, 0, n_columns, n_columns
        )
        for r in range(n_rows):
            place = result_at + r * result_step
            result[place : place + n_columns] -= rate * sums[r * n_columns : (r + 1) * n_columns]

    return twin


def _descent(n_rows: int, n_registers: int) -> Any:
    """The primitive that takes a step against `n_rows` rows of a gradient, which is never stored."""

    @primitive(_descent_twin(n_rows, n_registers))
    def tile(
        _: Any, left: Any, at: Any, rows: Any, terms: Any, place: Any, n_terms: Any, panel: Any, result: Any,
        result_at: Any, result_step: Any, n_columns: Any, rate: Any,
    ) -> Any:  # fmt: skip
        """result[r, :n_columns] -= rate times the sum over k of left[r, k] panel[k, :n_columns].

        The arguments are those of `_tile`.
        """
        factors = left, types.intp, rows, terms, types.intp
        signature = types.void(*factors, types.intp, panel, result, *(types.intp,) * 3, rate)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            n_terms, panel, result, result_at, result_step, n_columns, rate = arguments[5:]
            kinds = signature.args
            vector, in_pairs = register_of(kinds[0]), number_of(kinds[6]) == PAIR
            rows = Rows(builder, vector, n_rows, n_registers, n_columns)
            n_elements = elements(builder, n_terms, in_pairs=in_pairs)
            factors = _factors(context, builder, kinds, (*arguments[:5], n_elements), n_rows)
            lasts = (
                (6, panel, last_place(builder, 0, (n_registers * vector.count, n_elements))),
                (7, result, last_place(builder, result_at, (result_step, n_rows), (1, n_columns))),
            )
            for place, values, last in lasts:
                check_index(context, builder, kinds[place], values, last)
            there, step = pointer(context, builder, kinds[7], result, result_at), splat(builder, rate, vector)
            rows.fetch(there, result_step)
            sums = rows.add_products(
                [[ir.Constant(vector, None)] * n_registers for _ in range(n_rows)],
                factors, n_terms, pointer(context, builder, kinds[6], panel, ir.Constant(I64, 0)),
                in_pairs=in_pairs,
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
fill_and_multiply_tile = _filling_tile(2)
fill_and_multiply_narrow_tile = _filling_tile(1)

descend_tile = _descent(TILE_ROWS, 2)
descend_row = _descent(1, 2)
descend_narrow_tile = _descent(TILE_ROWS, 1)
descend_narrow_row = _descent(1, 1)
