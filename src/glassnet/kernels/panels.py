"""Panels: some columns of a matrix, copied so that their rows stand one behind the other without a gap."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from glassnet.kernels.llvm import (
    I64,
    check_index,
    pointer,
    primitive,
)
from glassnet.kernels.registers import REGISTER_BYTES, Rows, last_place, register_of

__all__ = ["fill_narrow_panel", "fill_panel", "fill_twin"]


def fill_twin(n_registers: int) -> Any:
    """Return the twin of the primitive that fills a panel as wide as one or two registers."""

    def twin(source: Any, at: int, step: int, n_rows: int, n_columns: int, panel: Any) -> None:
        width = n_registers * REGISTER_BYTES // panel.itemsize
        for k in range(n_rows):
            panel[k * width : (k + 1) * width] = 0
            panel[k * width : k * width + n_columns] = source[at + k * step : at + k * step + n_columns]

    return twin


def _fill(n_registers: int) -> Any:
    """The primitive that copies rows into a panel as wide as one or two registers."""

    @primitive(fill_twin(n_registers))
    def fill(_: Any, source: Any, at: Any, step: Any, n_rows: Any, n_columns: Any, panel: Any) -> Any:
        """panel[k, :n_columns] = source[k, :n_columns] for all rows k; the columns left over become 0.

        Row k of the flat array `source` begins at ``at + k step``, and those of `panel` stand one
        behind the other. There is at least one row.
        """

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            source, at, step, n_rows, n_columns, panel = arguments
            kinds = signature.args
            vector = register_of(kinds[0])
            rows = Rows(builder, vector, 1, n_registers, n_columns)
            last = last_place(builder, at, (step, n_rows), (1, n_columns))
            check_index(context, builder, kinds[0], source, last)
            last = last_place(builder, 0, (n_registers * vector.count, n_rows))
            check_index(context, builder, kinds[5], panel, last)
            with cgutils.for_range(builder, n_rows) as loop:
                there = builder.add(at, builder.mul(loop.index, step))
                here = builder.mul(loop.index, ir.Constant(I64, n_registers * vector.count))
                values = rows.load(pointer(context, builder, kinds[0], source, there), step)
                rows.store_whole(pointer(context, builder, kinds[5], panel, here), values[0])
            return context.get_dummy_value()

        return types.void(source, *(types.intp,) * 4, panel), generate

    return fill


fill_panel = _fill(2)
fill_narrow_panel = _fill(1)
