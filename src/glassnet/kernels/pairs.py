"""Pairs: two neighbouring terms of a sum as bf16 numbers, in the 32 bits where else one float32 stands.

A bf16 number is the upper half of a float32: its range, and 8 of its 24 binary digits. In a training with
``precision="bf16"`` the factors of the three products of matrices are rounded to it, as they are copied to
where they are multiplied from. Sums run in float32, and all else stays float32: parameters, weighted sums,
outputs, slopes, gradients, the optimizer's memory (`docs/decisions/0051`).

By the type of its panels a loop knows that it is compiled for pairs: `PAIR`. What is multiplied by a panel
stays in arrays of float32 whose bits are pairs, so that every loop has these arrays of one type.

Subnormal numbers count as 0, as everywhere in training.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types

from glassnet.kernels.llvm import I32, I64, call, number_of, primitive

__all__ = [
    "PAIR",
    "PAIR_OF_ONES",
    "add_pairs",
    "add_pairs_twin",
    "elements",
    "in_elements",
    "in_pairs",
    "neighbours",
    "of_rows",
    "pairs_twin",
]

PAIR: Final = types.uint32
"""The type of a pair in a panel; the earlier term in the lower half."""

_COUNT: Final = 16  # pairs in a register: only processors with registers of 64 bytes multiply them
_HALVES: Final = ir.VectorType(ir.IntType(16), 2 * _COUNT)
_PAIRS: Final = ir.VectorType(I32, _COUNT)


@primitive(lambda panel: panel.dtype == np.uint32)
def in_pairs(_: Any, panel: Any) -> Any:
    """Whether a panel, and what it is multiplied by, holds pairs instead of numbers."""
    return types.boolean(panel), lambda *_: ir.Constant(ir.IntType(1), number_of(panel) == PAIR)


@primitive(lambda n_terms, panel: (n_terms + 1) // 2 if panel.dtype == np.uint32 else n_terms)
def in_elements(_: Any, n_terms: Any, panel: Any) -> Any:
    """In how many elements so many terms stand."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return elements(builder, arguments[0], in_pairs=number_of(panel) == PAIR)

    return types.intp(types.intp, panel), generate


def elements(builder: Any, n_terms: Any, *, in_pairs: bool) -> Any:
    """Write the code that counts the elements in which so many terms stand: half as many, if in pairs."""
    if not in_pairs:
        return n_terms
    return builder.lshr(builder.add(n_terms, ir.Constant(I64, 1)), ir.Constant(I64, 1))


def _rounded(builder: Any, low: Any, high: Any) -> Any:
    """Two registers of float32 as one of bf16, to the nearest, those in the middle to even."""
    return call(builder, "llvm.x86.avx512bf16.cvtne2ps2bf16.512", _HALVES, [high, low])


def neighbours(builder: Any, low: Any, high: Any) -> Any:
    """Write the code that makes pairs of neighbours in a row of two registers."""
    return builder.bitcast(_rounded(builder, low, high), _PAIRS)


def of_rows(builder: Any, row: Any, other: Any) -> Any:
    """Write the code that makes pairs of what stands at the same place of two registers."""
    order = [place + half for place in range(_COUNT) for half in (0, _COUNT)]
    mask = ir.Constant(ir.VectorType(I32, 2 * _COUNT), order)
    halves = _rounded(builder, row, other)
    return builder.bitcast(builder.shuffle_vector(halves, halves, mask), _PAIRS)


def add_pairs(builder: Any, factor: Any, panel: Any, sums: Any) -> Any:
    """Write the code that adds both products of each pair to sums in float32."""
    name = "llvm.x86.avx512bf16.dpbf16ps.512"
    return call(builder, name, sums.type, [sums, builder.bitcast(factor, _PAIRS), panel])


def pairs_twin(low: Any, high: Any) -> Any:
    """Return float32 numbers rounded to pairs, in plain Python."""
    halves = []
    for numbers in (low, high):
        bits = np.ascontiguousarray(numbers, dtype=np.float32).view(np.uint32).astype(np.uint64)
        nearest = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
        lost = (bits & 0x7F800000) == 0  # too small for all its digits
        no_number = (bits & 0x7FFFFFFF) > 0x7F800000
        halves.append(np.where(lost, bits >> 16 & 0x8000, np.where(no_number, bits >> 16 | 0x40, nearest)))
    return (halves[0] | halves[1] << 16).astype(np.uint32)


PAIR_OF_ONES: Final = pairs_twin(np.ones(1), np.ones(1)).view(np.float32)
"""What a bias is multiplied by."""


def add_pairs_twin(factors: Any, panel: Any, sums: Any) -> Any:
    """Return sums plus both products of each pair, in plain Python: the later term's first, each rounded."""
    for half in (_upper, _lower):
        sums = sums + half(factors) * half(panel)
    return sums


def _upper(pairs: Any) -> Any:
    return (np.asarray(pairs) & np.uint32(0xFFFF0000)).view(np.float32)


def _lower(pairs: Any) -> Any:
    return (np.asarray(pairs) << np.uint32(16)).view(np.float32)
