"""What panels are multiplied by: the numbers of a pass themselves, or pairs of them.

A sum over the neurons of a layer takes pairs of neighbours in a row, one over the examples pairs of what stands
at the same place of two rows. So the inputs of a step and the outputs of a layer are needed both ways.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from glassnet.kernels.compiling import kernel
from glassnet.kernels.llvm import I32, I64, LANES, check_index, pointer, primitive
from glassnet.kernels.pairs import neighbours, pairs_twin
from glassnet.kernels.registers import Rows, elements, last_place, register_of, terms_in

__all__ = ["across", "begin_of_layer", "in_elements", "put_factors", "put_neighbours", "put_rows"]

_REGISTER = ir.VectorType(I32, LANES)  # of pairs


@kernel
def in_elements(n_terms, panel):
    """How many elements hold so many terms of a sum."""
    return (n_terms + terms_in(panel) - 1) // terms_in(panel)


@kernel
def begin_of_layer(layer, k, n_examples, panel):
    """Where the outputs of layer k begin among those of all layers. In pairs there is room for both ways."""
    return layer.neurons * n_examples if terms_in(panel) == 1 else (layer.neurons + k) * (n_examples + 1)


@kernel
def across(begin, n_examples, n_columns, panel):
    """Where those outputs, or inputs, begin for sums over the examples: behind the pairs of neighbours."""
    return begin if terms_in(panel) == 1 else begin + n_examples * in_elements(n_columns, panel)


def _neighbours_twin(source: Any, at: int, n: int, result: Any, result_at: int) -> None:
    row = np.append(source[at : at + n], np.zeros(n % 2, source.dtype))
    result.view(np.uint32)[result_at : result_at + len(row) // 2] = pairs_twin(row[::2], row[1::2])


@primitive(_neighbours_twin)
def _pair_neighbours(_: Any, source: Any, at: Any, n: Any, result: Any, result_at: Any) -> Any:
    """Put pairs of up to two registers of numbers in a row, at least one."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (kind, *_, result_kind, _), (source, at, n, result, result_at) = signature.args, arguments
        n_pairs = elements(builder, n, in_pairs=True)
        check_index(context, builder, kind, source, last_place(builder, at, (1, n)))
        check_index(context, builder, result_kind, result, last_place(builder, result_at, (1, n_pairs)))
        rows = Rows(builder, register_of(kind), 1, 2, n)
        numbers = rows.load(pointer(context, builder, kind, source, at), n)[0]
        place = pointer(context, builder, result_kind, result, result_at)
        Rows(builder, _REGISTER, 1, 1, n_pairs).store(place, n, [[neighbours(builder, *numbers)]])
        return context.get_dummy_value()

    return types.void(source, types.intp, types.intp, result, types.intp), generate


def _rows_twin(source: Any, at: int, step: int, n_rows: int, n: int, result: Any, result_at: int) -> None:
    rows = [source[at + k * step : at + k * step + n] if k < n_rows else np.zeros(n) for k in range(2)]
    result.view(np.uint32)[result_at : result_at + n] = pairs_twin(*rows)


@primitive(_rows_twin)
def _pair_rows(
    _: Any, source: Any, at: Any, step: Any, n_rows: Any, n: Any, result: Any, result_at: Any
) -> Any:
    """Put pairs of one or two rows that are `step` apart, of up to a register of numbers, at least one."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (kind, *_, result_kind, _), (source, at, step, n_rows, n, result, result_at) = signature.args, arguments
        check_index(context, builder, kind, source, last_place(builder, at, (step, n_rows), (1, n)))
        check_index(context, builder, result_kind, result, last_place(builder, result_at, (1, n)))
        rows, more = Rows(builder, register_of(kind), 1, 1, n), builder.icmp_signed(">", n_rows, ir.Constant(I64, 1))
        both = rows.load_pairs(pointer(context, builder, kind, source, at), step, more)
        place = pointer(context, builder, result_kind, result, result_at)
        Rows(builder, _REGISTER, 1, 1, n).store(place, n, [both])
        return context.get_dummy_value()

    return types.void(source, *(types.intp,) * 4, result, types.intp), generate


@kernel
def put_neighbours(source, at, n, result, result_at):
    """Result = pairs of neighbours among the n numbers of a row."""
    for j in range(0, n, 2 * LANES):
        _pair_neighbours(source, at + j, min(2 * LANES, n - j), result, result_at + j // 2)


@kernel
def put_rows(source, at, step, n_rows, n, result, result_at):
    """Result = pairs of what stands at the same place of two rows; of one and zeros where it is the last."""
    for j in range(0, n, LANES):
        _pair_rows(source, at + j, step, n_rows, min(LANES, n - j), result, result_at + j)


@kernel
def put_factors(source, at, n_columns, first, last, begin, end, n_examples, result, result_at, panel):
    """Result = a part of a matrix (n_examples, n_columns) in pairs, both ways; nothing where no pairs are wanted."""
    if terms_in(panel) == 1:
        return
    both_at, length = across(result_at, n_examples, n_columns, panel), in_elements(n_columns, panel)
    for s in range(first, last, 2):
        place, n_rows = at + s * n_columns + begin, min(2, last - s)
        for k in range(n_rows):
            put_neighbours(
                source, place + k * n_columns, end - begin, result, result_at + (s + k) * length + begin // 2
            )
        put_rows(source, place, n_columns, n_rows, end - begin, result, both_at + s // 2 * n_columns + begin)
