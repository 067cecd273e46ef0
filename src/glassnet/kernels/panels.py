"""Panels: some columns of a matrix, copied so that their rows stand one behind the other without a gap."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from glassnet.kernels.llvm import (
    I64,
    check_index,
    number_of,
    pointer,
    primitive,
)
from glassnet.kernels.pairs import PAIR, elements, pairs_twin
from glassnet.kernels.registers import REGISTER_BYTES, Rows, last_place, register_of

__all__ = ["fill_narrow_panel", "fill_panel", "fill_twin"]


def fill_twin(n_registers: int) -> Any:
    """Return the twin of the primitive that fills a panel as wide as one or two registers."""

    def twin(source: Any, at: int, step: int, n_rows: int, n_columns: int, panel: Any) -> None:
        width = n_registers * REGISTER_BYTES // panel.itemsize
        rows = np.zeros((n_rows + n_rows % 2, width), source.dtype)
        for k in range(n_rows):
            rows[k, :n_columns] = source[at + k * step : at + k * step + n_columns]
        if panel.dtype == source.dtype:
            panel[: n_rows * width] = rows[:n_rows].ravel()
        else:
            panel[: len(rows) // 2 * width] = pairs_twin(rows[::2], rows[1::2]).ravel()

    return twin


def _fill(n_registers: int) -> Any:
    """The primitive that copies rows into a panel as wide as one or two registers."""

    @primitive(fill_twin(n_registers))
    def fill(_: Any, source: Any, at: Any, step: Any, n_rows: Any, n_columns: Any, panel: Any) -> Any:
        """panel[k, :n_columns] = source[k, :n_columns] for all rows k; the columns left over become 0.

        Row k of the flat array `source` begins at ``at + k step``, and those of `panel` stand one
        behind the other. There is at least one row. In a panel of pairs each row holds two of them.
        """

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            source, at, step, n_rows, n_columns, panel = arguments
            kinds = signature.args
            vector, in_pairs = register_of(kinds[0]), number_of(kinds[5]) == PAIR
            rows = Rows(builder, vector, 1, n_registers, n_columns)
            n_taken = elements(builder, n_rows, in_pairs=in_pairs)
            last = last_place(builder, at, (step, n_rows), (1, n_columns))
            check_index(context, builder, kinds[0], source, last)
            last = last_place(builder, 0, (n_registers * vector.count, n_taken))
            check_index(context, builder, kinds[5], panel, last)
            with cgutils.for_range(builder, n_taken) as loop:
                row = builder.mul(loop.index, ir.Constant(I64, 2)) if in_pairs else loop.index
                there = builder.add(at, builder.mul(row, step))
                there = pointer(context, builder, kinds[0], source, there)
                here = builder.mul(loop.index, ir.Constant(I64, n_registers * vector.count))
                if in_pairs:
                    other = builder.add(row, ir.Constant(I64, 1))
                    values = rows.load_pairs(there, step, builder.icmp_signed("<", other, n_rows))
                else:
                    values = rows.load(there, step)[0]
                rows.store_whole(pointer(context, builder, kinds[5], panel, here), values)
            return context.get_dummy_value()

        return types.void(source, *(types.intp,) * 4, panel), generate

    return fill


fill_panel = _fill(2)
fill_narrow_panel = _fill(1)
