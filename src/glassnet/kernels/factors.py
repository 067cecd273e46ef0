"""What panels multiply, where it is pairs: made of the numbers of a pass, and found again.

A sum over the neurons of a layer takes pairs of neighbours in a row, one over the examples pairs of what
stands at the same place of two rows. So the inputs of a step and what a layer hands on are needed both ways,
one behind the other: rows of neighbours, then pairs of rows. In the backward pass dloss_dz takes the place
of the rows of neighbours, which no product needs any more.

Where panels hold plain numbers, what is handed on is itself the factor, and nothing is made here.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import at
from glassnet.kernels.llvm import I32, I64, LANES, check_index, number_of, pointer, primitive
from glassnet.kernels.pairs import PAIR, elements, in_elements, in_pairs, neighbours, of_rows, pairs_twin
from glassnet.kernels.products import set_places
from glassnet.kernels.registers import Rows, last_place, register_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["gather_pairs", "place_rows", "place_terms", "put_factors", "put_grads"]

_REGISTER: Final = ir.VectorType(I32, LANES)  # of pairs


@kernel
def _begin(layer, k, n_examples, panel):
    """Where the factors that layer k hands on begin; in pairs there is room for both ways."""
    return (layer.neurons + k) * (n_examples + 1) if in_pairs(panel) else layer.neurons * n_examples


@kernel
def place_rows(places, layer, k, n_examples, panel):
    """Have `places` say where the rows begin that layer k hands on, for sums over its neurons."""
    set_places(places, _begin(layer, k, n_examples, panel), in_elements(layer.n_neurons, panel), n_examples)


@kernel
def place_terms(places, layer, k, n_examples, panel):
    """Have `places` say where they begin for sums over the examples."""
    begin, width = _begin(layer, k, n_examples, panel), layer.n_neurons
    if in_pairs(panel):
        begin += n_examples * in_elements(width, panel)
    set_places(places, begin, width, in_elements(n_examples, panel))


@kernel
def put_factors(layer, k, room, n_examples, first, last, begin, end, panel):
    """Make pairs of a part of what layer k hands on, both ways."""
    width = layer.n_neurons
    rows_at, n_pairs = _begin(layer, k, n_examples, panel), in_elements(width, panel)
    terms_at = rows_at + n_examples * n_pairs
    for s in range(first, last, 2):
        n_rows, place = min(2, last - s), layer.neurons * n_examples + s * width + begin
        _put_both_ways(
            room.handed_on, place, place + (n_rows - 1) * width, n_rows, end - begin, room.factors,
            rows_at + s * n_pairs + begin // 2, n_pairs, terms_at + s // 2 * width + begin, panel,
        )  # fmt: skip


@kernel
def put_grads(layer, k, room, n_examples, first, last, begin, end, panel):
    """Make pairs of neighbours in a part of dloss_dz of layer k."""
    width = layer.n_neurons
    rows_at, n_pairs = _begin(layer, k, n_examples, panel), in_elements(width, panel)
    for s in range(first, last):
        place = layer.neurons * n_examples + s * width + begin
        _put_neighbours(
            room.grad_sums, place, end - begin, room.factors, rows_at + s * n_pairs + begin // 2, panel
        )


@kernel
def gather_pairs(batches, start, n_examples, n_inputs, inputs, panel):
    """Make pairs of the examples of a step, both ways."""
    n_pairs = in_elements(n_inputs, panel)
    terms_at = n_examples * n_pairs
    for s in range(0, n_examples, 2):
        n_rows = min(2, n_examples - s)
        one, other = at(batches.rows, start + s), at(batches.rows, start + s + n_rows - 1)
        _put_both_ways(
            batches.inputs, one * n_inputs, other * n_inputs, n_rows, n_inputs, inputs,
            s * n_pairs, n_pairs, terms_at + s // 2 * n_inputs, panel,
        )  # fmt: skip


def _neighbours_twin(source: Any, at: int, n: int, result: Any, result_at: int, _: Any) -> None:
    row = np.append(source[at : at + n], np.zeros(n % 2, source.dtype))
    result.view(np.uint32)[result_at : result_at + len(row) // 2] = pairs_twin(row[::2], row[1::2])


@primitive(_neighbours_twin)
def _put_neighbours(_: Any, source: Any, at: Any, n: Any, result: Any, result_at: Any, panel: Any) -> Any:
    """Put pairs of neighbours among at least one number; a last one that is alone goes with 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds, (source, at, n, result, result_at, _) = signature.args, arguments
        if number_of(kinds[5]) != PAIR:
            return context.get_dummy_value()
        n_pairs = elements(builder, n, in_pairs=True)
        check_index(context, builder, kinds[0], source, last_place(builder, at, (1, n)))
        check_index(context, builder, kinds[3], result, last_place(builder, result_at, (1, n_pairs)))
        row = pointer(context, builder, kinds[0], source, at)
        place = pointer(context, builder, kinds[3], result, result_at)
        with _blocks(builder, n) as (done, n_left):
            rows = Rows(builder, register_of(kinds[0]), 1, 2, n_left)
            _store_neighbours(builder, rows.load(builder.gep(row, [done]), n)[0], place, done, n_left)
        return context.get_dummy_value()

    return types.void(source, types.intp, types.intp, result, types.intp, panel), generate


def _both_ways_twin(
    source: Any, at: int, other: int, n_rows: int, n: int, result: Any, rows_at: int, n_pairs: int,
    terms_at: int, panel: Any,
) -> None:  # fmt: skip
    rows = np.zeros((2, n), source.dtype)
    for k, place in enumerate((at, other)[:n_rows]):
        rows[k] = source[place : place + n]
        _neighbours_twin(rows[k], 0, n, result, rows_at + k * n_pairs, panel)
    result.view(np.uint32)[terms_at : terms_at + n] = pairs_twin(*rows)


@primitive(_both_ways_twin)
def _put_both_ways(
    _: Any, source: Any, at: Any, other: Any, n_rows: Any, n: Any, result: Any, rows_at: Any, n_pairs: Any,
    terms_at: Any, panel: Any,
) -> Any:  # fmt: skip
    """Put pairs of neighbours in one row or two, and pairs of the two rows, or of one and zeros.

    The rows begin at `at` and `other`, the same place if there is one; the pairs of neighbours at
    `rows_at` and `n_pairs` behind it.
    """
    kinds = (source, *(types.intp,) * 4, result, *(types.intp,) * 3, panel)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        source, at, other, n_rows, n, result, rows_at, n_pairs, terms_at, _ = arguments
        if number_of(kinds[9]) != PAIR:
            return context.get_dummy_value()
        half = elements(builder, n, in_pairs=True)
        more = builder.icmp_signed(">", n_rows, ir.Constant(I64, 1))
        for place, values, last in (
            (0, source, last_place(builder, at, (1, n))),
            (0, source, last_place(builder, other, (1, n))),
            (5, result, last_place(builder, rows_at, (n_pairs, n_rows), (1, half))),
            (5, result, last_place(builder, terms_at, (1, n))),
        ):
            check_index(context, builder, kinds[place], values, last)
        first, second = (pointer(context, builder, kinds[0], source, place) for place in (at, other))
        rows_, terms = (pointer(context, builder, kinds[5], result, place) for place in (rows_at, terms_at))
        with _blocks(builder, n) as (done, n_left):
            rows = Rows(builder, register_of(kinds[0]), 1, 2, n_left)
            one = rows.load(builder.gep(first, [done]), n)[0]
            two = rows.load_if(more, builder.gep(second, [done]))
            _store_neighbours(builder, one, rows_, done, n_left)
            n_more = builder.select(more, n_left, ir.Constant(I64, 0))
            _store_neighbours(builder, two, builder.gep(rows_, [n_pairs]), done, n_more)
            both = [of_rows(builder, *pair) for pair in zip(one, two, strict=True)]
            Rows(builder, _REGISTER, 1, 2, n_left).store(builder.gep(terms, [done]), n, [both])
        return context.get_dummy_value()

    return types.void(*kinds), generate


@contextlib.contextmanager
def _blocks(builder: Any, n: Any) -> Iterator[tuple[Any, Any]]:
    """A loop over n numbers, two registers at a time: how many are done, and how many left."""
    width = 2 * LANES
    n_blocks = builder.sdiv(builder.add(n, ir.Constant(I64, width - 1)), ir.Constant(I64, width))
    with cgutils.for_range(builder, n_blocks) as loop:
        done = builder.mul(loop.index, ir.Constant(I64, width))
        yield done, builder.sub(n, done)


def _store_neighbours(builder: Any, numbers: list[Any], row: Any, done: Any, n_left: Any) -> None:
    """Store pairs of two registers of numbers in a row of which so many numbers are done and left."""
    place = builder.gep(row, [builder.lshr(done, ir.Constant(I64, 1))])
    n_pairs = elements(builder, n_left, in_pairs=True)
    Rows(builder, _REGISTER, 1, 1, n_pairs).store(place, n_pairs, [[neighbours(builder, *numbers)]])
