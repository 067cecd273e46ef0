"""What panels are multiplied by, made of the numbers of a pass where products multiply pairs.

A sum over the neurons of a layer takes pairs of neighbours in a row, one over the examples pairs of what stands
at the same place of two rows. So the inputs of a step and the outputs of a layer are needed both ways, and stand
one behind the other: rows of neighbours, then pairs of rows. Where no pairs are multiplied there is one way, and
what is handed on is itself the factor.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from glassnet.kernels.compiling import kernel
from glassnet.kernels.llvm import I32, I64, LANES, check_index, number_of, pointer, primitive
from glassnet.kernels.pairs import PAIR, elements, in_elements, neighbours, of_rows, pairs_twin, terms_in
from glassnet.kernels.registers import Rows, last_place, register_of

__all__ = ["across", "begin_of_layer", "put_both_ways", "put_neighbours"]

_REGISTER: Final = ir.VectorType(I32, LANES)  # of pairs


@kernel
def begin_of_layer(layer, k, n_examples, panel):
    """Where the factors that layer k hands on begin among those of all layers."""
    return layer.neurons * n_examples if terms_in(panel) == 1 else (layer.neurons + k) * (n_examples + 1)


@kernel
def across(begin, n_examples, n_columns, panel):
    """Where factors of so many rows and columns begin for sums over the examples."""
    return begin if terms_in(panel) == 1 else begin + n_examples * in_elements(n_columns, panel)


def _neighbours_twin(source: Any, at: int, n: int, result: Any, result_at: int, _: Any) -> None:
    row = np.append(source[at : at + n], np.zeros(n % 2, source.dtype))
    result.view(np.uint32)[result_at : result_at + len(row) // 2] = pairs_twin(row[::2], row[1::2])


@primitive(_neighbours_twin)
def put_neighbours(_: Any, source: Any, at: Any, n: Any, result: Any, result_at: Any, panel: Any) -> Any:
    """Put pairs of neighbours among n numbers, where panels hold pairs; a last one alone goes with 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds, (source, at, n, result, result_at, _) = signature.args, arguments
        if number_of(kinds[5]) == PAIR:
            check_index(context, builder, kinds[0], source, last_place(builder, at, (1, n)))
            last = last_place(builder, result_at, (1, elements(builder, n, in_pairs=True)))
            check_index(context, builder, kinds[3], result, last)
            row = pointer(context, builder, kinds[0], source, at)
            place = pointer(context, builder, kinds[3], result, result_at)
            with _blocks(builder, n) as (begin, half, n_left):
                rows = Rows(builder, register_of(kinds[0]), 1, 2, n_left)
                _store_neighbours(builder, rows.load(builder.gep(row, [begin]), n)[0], builder.gep(place, [half]), n_left)
        return context.get_dummy_value()

    return types.void(source, types.intp, types.intp, result, types.intp, panel), generate
