"""The processor's registers: how wide they are, and rows of one or two that tiles and panels are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba
from llvmlite import binding, ir
from numba import types

from glassnet.kernels import pairs
from glassnet.kernels.llvm import (
    I32,
    I64,
    aligned_load,
    call,
    float_type,
    fused,
    masked_load,
    masked_store,
    number_of,
    primitive,
    splat,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "MULTIPLIES_PAIRS",
    "PANEL_BYTES",
    "REGISTER_BYTES",
    "TILE_ROWS",
    "Rows",
    "last_place",
    "panel_width",
    "register_of",
]

# Those of the processor that Numba compiles for, which NUMBA_CPU_FEATURES may set: loops that were found on
# the disk must agree with the room that is made for them here.
_CHOSEN: Final = vars(numba.config)["CPU_FEATURES"]
_FEATURES: Final = (_CHOSEN or binding.get_host_cpu_features().flatten()).split(",")
REGISTER_BYTES: Final = 64 if "+avx512f" in _FEATURES else 32 if "+avx" in _FEATURES else 16  # bytes
PANEL_BYTES: Final = 2 * REGISTER_BYTES

MULTIPLIES_PAIRS: Final = REGISTER_BYTES == 64 and "+avx512bf16" in _FEATURES
"""Whether the processor multiplies pairs, see `glassnet.kernels.pairs`."""

# As many rows as leave registers for what is being loaded: with AVX-512 and on ARM there are 32, with AVX 16.
# (With SSE alone there are 16 too, which was not worth a tile of its own.)
TILE_ROWS: Final = 6 if REGISTER_BYTES == 32 else 8


@primitive(lambda array: PANEL_BYTES // array.itemsize)
def panel_width(_: Any, array: Any) -> Any:
    """How many columns a panel has: two registers of numbers of the array's type."""
    width = PANEL_BYTES * 8 // number_of(array).bitwidth

    def generate(*_: Any) -> Any:
        return ir.Constant(I64, width)

    return types.intp(array), generate


def register_of(array: Any) -> ir.VectorType:
    """LLVM's type of a register full of an array's numbers, or pairs."""
    number = number_of(array)
    kind = I32 if number == pairs.PAIR else float_type(number)
    return ir.VectorType(kind, REGISTER_BYTES * 8 // number.bitwidth)


def last_place(builder: Any, at: Any, *steps: tuple[Any, Any]) -> Any:
    """The last place that is reached from `at` on by so many steps of a length, for each pair of them."""

    def whole(value: Any) -> Any:
        return ir.Constant(I64, value) if isinstance(value, int) else value

    last = whole(at)
    for step, count in steps:
        taken = builder.sub(whole(count), ir.Constant(I64, 1))
        last = builder.add(last, builder.mul(whole(step), taken))
    return last


class Rows:
    """Writes the code of one tile: rows of registers, of which the last may be part empty.

    Without a number of columns all of them are full, and nothing is masked.
    """

    def __init__(
        self, builder: Any, vector: ir.VectorType, n_rows: int, n_registers: int, n_columns: Any
    ) -> None:
        self.builder, self.vector, self.n_rows, self.n_registers = builder, vector, n_rows, n_registers
        self.size = 8 if vector.element == ir.DoubleType() else 4  # bytes of a number
        self.masks: list[Any] = [None] * n_registers
        if n_columns is None:
            return
        lanes = ir.Constant(ir.VectorType(I64, vector.count), list(range(vector.count)))
        for register in range(n_registers):
            left_over = builder.sub(n_columns, ir.Constant(I64, register * vector.count))
            self.masks[register] = builder.icmp_signed("<", lanes, splat(builder, left_over, lanes.type))

    def _row(self, address: Any, step: Any, row: int) -> Any:
        return self.builder.gep(address, [self.builder.mul(step, ir.Constant(I64, row))])

    def _register(self, row: Any, register: int) -> Any:
        address = self.builder.gep(row, [ir.Constant(I64, register * self.vector.count)])
        return self.builder.bitcast(address, self.vector.as_pointer())

    def load(self, address: Any, step: Any) -> list[list[Any]]:
        """The rows at an address; 0 where the mask has no column."""
        return [
            [
                self._load(self._register(self._row(address, step, r), c), mask)
                for c, mask in enumerate(self.masks)
            ]
            for r in range(self.n_rows)
        ]

    def _load(self, place: Any, mask: Any) -> Any:
        if mask is None:
            return aligned_load(self.builder, place, self.vector, self.size)
        return masked_load(self.builder, place, self.vector, self.size, mask)

    def load_if(self, there: Any, address: Any) -> list[Any]:
        """The row at an address if it is there, else zeros."""
        masks = [self.builder.and_(mask, splat(self.builder, there, mask.type)) for mask in self.masks]
        return [self._load(self._register(address, c), mask) for c, mask in enumerate(masks)]

    def load_pairs(self, address: Any, step: Any, more: Any) -> list[Any]:
        """Pairs of the row at an address and of the next one, of zeros if there is no more."""
        rows = self.load(address, step)[0], self.load_if(more, self._row(address, step, 1))
        return [pairs.of_rows(self.builder, *both) for both in zip(*rows, strict=True)]

    def store(self, address: Any, step: Any, values: list[list[Any]]) -> None:
        """Store the rows at an address, the columns of the mask only."""
        for r in range(self.n_rows):
            for c, mask in enumerate(self.masks):
                place = self._register(self._row(address, step, r), c)
                if mask is None:
                    self.builder.store(values[r][c], place).align = self.size
                else:
                    masked_store(self.builder, values[r][c], place, self.size, mask)

    def fetch(self, address: Any, step: Any) -> None:
        """Have the rows at an address on their way from a farther cache, to be read and written later."""
        name, flags = "llvm.prefetch.p0", [ir.Constant(I32, 1), ir.Constant(I32, 3), ir.Constant(I32, 1)]
        for r in range(self.n_rows):
            for c in range(self.n_registers):
                place = self._register(self._row(address, step, r), c)
                call(self.builder, name, ir.VoidType(), [place, *flags])

    def store_whole(self, address: Any, values: list[Any]) -> None:
        """Store one row, all of its columns."""
        for c, value in enumerate(values):
            place = self.builder.bitcast(self._register(address, c), value.type.as_pointer())
            self.builder.store(value, place).align = self.size

    def add_products(
        self, start: list[list[Any]], factors: Callable[[Any], list[Any]], n_terms: Any, panel: Any,
        source: tuple[Any, Any] | None = None, *, in_pairs: bool = False,
    ) -> list[list[Any]]:  # fmt: skip
        """A loop over the terms that adds left[r, k] panel[k] to every row r, all sums in registers.

        `factors` writes the code that loads left[r, k] of all rows for a term k. With a source, the address
        of a first row and their distance, the panel is filled from there; if there is no panel, the rows are
        taken where they are. In pairs k counts pairs, each of which takes two rows of the source.
        """
        builder, before = self.builder, self.builder.block
        origin, distance = source or (None, None)
        n_elements = pairs.elements(builder, n_terms, in_pairs=in_pairs)
        loop, after = builder.append_basic_block("terms"), builder.append_basic_block("sums")
        some = builder.icmp_signed(">", n_elements, ir.Constant(I64, 0))
        builder.cbranch(some, loop, after)
        builder.position_at_end(loop)
        counter = builder.phi(I64)
        columns = None if panel is None else builder.phi(panel.type)
        there = None if origin is None else builder.phi(origin.type)
        sums = [[builder.phi(self.vector) for _ in range(self.n_registers)] for _ in range(self.n_rows)]
        right = self._right_row(columns, there, distance, counter, n_terms, in_pairs=in_pairs)
        more = []
        for r, factor in enumerate(factors(counter)):
            several, add = splat(builder, factor, self.vector), pairs.add_pairs if in_pairs else fused
            more.append([add(builder, several, right[c], sums[r][c]) for c in range(self.n_registers)])
        steps = [
            (counter, ir.Constant(I64, 0), builder.add(counter, ir.Constant(I64, 1))),
            *(
                (sums[r][c], start[r][c], more[r][c])
                for r in range(self.n_rows)
                for c in range(self.n_registers)
            ),
        ]
        if columns is not None:
            width = ir.Constant(I64, self.n_registers * self.vector.count)
            steps.append((columns, panel, builder.gep(columns, [width])))
        if there is not None:
            step = builder.shl(distance, ir.Constant(I64, 1)) if in_pairs else distance
            steps.append((there, origin, builder.gep(there, [step])))
        for phi, first, following in steps:
            phi.add_incoming(first, before)
            phi.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", steps[0][2], n_elements), loop, after)
        builder.position_at_end(after)
        results = []
        for r in range(self.n_rows):
            results.append([builder.phi(self.vector) for _ in range(self.n_registers)])
            for c in range(self.n_registers):
                results[r][c].add_incoming(start[r][c], before)
                results[r][c].add_incoming(more[r][c], loop)
        return results

    def _right_row(
        self, columns: Any, there: Any, distance: Any, k: Any, n_terms: Any, *, in_pairs: bool
    ) -> list[Any]:
        """Row k of what is multiplied: of the panel, or of its source, from which the panel is filled."""
        builder = self.builder
        if there is None:
            kind = ir.VectorType(I32, self.vector.count) if in_pairs else self.vector
            places = [self._register(columns, c) for c in range(self.n_registers)]
            return [aligned_load(builder, place, kind, self.size) for place in places]
        if in_pairs:
            second = builder.add(builder.shl(k, ir.Constant(I64, 1)), ir.Constant(I64, 1))
            row = self.load_pairs(there, distance, builder.icmp_signed("<", second, n_terms))
        else:
            row = self.load(there, distance)[0]
        if columns is not None:
            self.store_whole(columns, row)
        return row
