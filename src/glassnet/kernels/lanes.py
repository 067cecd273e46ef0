"""Numbers side by side: what the compiled loops do with one number, or with sixteen at once.

A loop over a small network is written once, for *numbers*, and what a number is depends on the arrays
it is handed: element i of a vector is one number; row i of a matrix with `LANES` columns is sixteen,
which go through every operation side by side, each as it would alone; element i of an array
(n, 2, `LANES`) is 32. So the same source runs one example, sixteen examples through one network, or
sixteen or 32 networks on an example each.

Here are the ways in and out of arrays, and + - * /; `glassnet.kernels.arithmetic` has the rest. They are the
few operations that Numba has not, written in LLVM's language. Beside each stands its
twin in plain NumPy, which `glassnet.kernels.compiling.interpret` takes instead.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.imputils import impl_ret_borrowed
from numba.extending import lower_builtin, type_callable

from glassnet.kernels.llvm import (
    CHECKED,
    I64,
    LANES,
    Lanes,
    aligned_load,
    check_index,
    element_of,
    float_type,
    n_lanes,
    number_of,
    pointer,
    primitive,
    splat,
)

__all__ = [
    "LANES",
    "address",
    "at",
    "at_like",
    "borrowed",
    "broadcast",
    "common",
    "epsilon_of",
    "lane_at",
    "lanes_of",
    "like",
    "put",
    "put_lane",
    "sixteen",
    "spread",
    "wide",
    "with_lanes",
]


def with_lanes(rows: int, lanes: int) -> tuple[int, ...]:
    """The shape of an array that holds so many lanes at each index: 1, `LANES` or twice as many."""
    if lanes == 1:
        return (rows,)
    return (rows, LANES) if lanes == LANES else (rows, lanes // LANES, LANES)


@primitive(lambda array: array)
def address(_: Any, array: Any) -> Any:
    """Where an array's numbers, or its rows of lanes, begin.

    An array goes into a function as seven values, an address as one, and a step has twenty arrays: with
    addresses the first compilation takes 0.75 to 0.9 of the time. Where references to arrays are counted,
    as Numba does by itself, a step of 64-32-10 would also take half as much again.
    """
    element = element_of(array)
    if CHECKED:
        return array(array), lambda context, builder, signature, arguments: impl_ret_borrowed(
            context, builder, signature.return_type, arguments[0]
        )

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        begin = pointer(context, builder, signature.args[0], arguments[0], ir.Constant(I64, 0))
        return builder.bitcast(begin, context.get_value_type(types.CPointer(element)))

    return types.CPointer(element)(array), generate


@primitive(lambda array: array)
def borrowed(_: Any, array: Any) -> Any:
    """The same array without a reference count: whoever called the loop keeps it alive.

    Where references are counted (`glassnet.kernels.compiling.owner`, and with an untried Numba everywhere)
    each function that an array is handed to counts itself in and out, as one atomic step each that all
    processors must agree on: twelve of them were a fifth of the time of a step of 4-4-4-8-4.
    """

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        owner = builder.extract_value(arguments[0], 0)
        return builder.insert_value(arguments[0], ir.Constant(owner.type, None), 0)

    return array(array), generate


@primitive(lambda array, index: array[index] if array.ndim == 1 else array[index].copy())
def at(_: Any, array: Any, index: Any) -> Any:
    """The number, or the lanes, at an index from 0 on."""
    element = element_of(array)
    if element is None:
        return None

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, place = arguments
        if isinstance(element, Lanes):
            place = builder.mul(place, ir.Constant(place.type, element.count))
        check_index(context, builder, array, values, place)
        place = pointer(context, builder, signature.args[0], values, place)
        size = number_of(array).bitwidth // 8
        return aligned_load(builder, place, context.get_value_type(element), size)

    return element(array, types.intp), generate


def _at_like_twin(array: Any, index: int, one: Any) -> Any:
    return array[index : index + len(one)].copy() if array.ndim < np.ndim(one) + 1 else array[index].copy()


@primitive(_at_like_twin)
def at_like(_: Any, array: Any, index: Any, one: Any) -> Any:
    """What stands at an index of an array, or so many neighbours in a vector as `one` has lanes."""
    element = element_of(array)
    result = element if isinstance(element, Lanes) else one

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, place, _ = arguments
        place = builder.mul(place, ir.Constant(place.type, n_lanes(array)))
        count = result.count if isinstance(result, Lanes) else 1
        check_index(context, builder, array, values, builder.add(place, ir.Constant(place.type, count - 1)))
        place = pointer(context, builder, signature.args[0], values, place)
        return aligned_load(builder, place, context.get_value_type(result), number_of(array).bitwidth // 8)

    return result(array, types.intp, one), generate


def _put(array: Any, index: int, value: Any) -> None:
    if array.ndim == 1 and np.ndim(value) == 1:
        array[index : index + len(value)] = value
    else:
        array[index] = value


@primitive(_put)
def put(_: Any, array: Any, index: Any, value: Any) -> Any:
    """Set the number, or the lanes, at an index from 0 on; lanes in a vector become neighbours there."""
    element = element_of(array)
    if element is None or number_of(value) != number_of(array):
        return None

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, place, number = arguments
        kind = context.get_value_type(value)
        if isinstance(element, Lanes):
            place = builder.mul(place, ir.Constant(place.type, element.count))
            if not isinstance(value, Lanes):
                kind = context.get_value_type(element)
                number = splat(builder, number, kind)
        count = kind.count if isinstance(kind, ir.VectorType) else 1
        check_index(context, builder, array, values, builder.add(place, ir.Constant(place.type, count - 1)))
        place = builder.bitcast(
            pointer(context, builder, signature.args[0], values, place), kind.as_pointer()
        )
        builder.store(number, place).align = number_of(array).bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


@primitive(lambda array: 1 if array.ndim == 1 else array[0].size)
def lanes_of(_: Any, array: Any) -> Any:
    """How many numbers stand at an index of an array: 1, `LANES`, or twice as many."""

    def generate(*_: Any) -> Any:
        return ir.Constant(I64, n_lanes(array))

    return types.intp(array), generate


@primitive(lambda x: np.full(LANES, x, np.asarray(x).dtype))
def sixteen(_: Any, x: Any) -> Any:
    """The number x in every lane."""
    lanes = Lanes(x)

    def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        return splat(builder, arguments[0], context.get_value_type(lanes))

    return lanes(x), generate


@primitive(lambda x, other: np.broadcast_to(x, np.shape(other)).astype(x.dtype))
def spread(_: Any, x: Any, other: Any) -> Any:
    """The number x in every lane, where `other` has lanes; else x itself."""

    def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        if isinstance(x, Lanes) or not isinstance(other, Lanes):
            return arguments[0]
        return splat(builder, arguments[0], context.get_value_type(other))

    return (x if isinstance(x, Lanes) else other)(x, other), generate


def _put_lane(array: Any, index: int, lane: int, value: Any) -> None:
    if array.ndim == 1:
        array[index] = value
    else:
        array[index].reshape(-1)[lane] = value


@primitive(_put_lane)
def put_lane(_: Any, array: Any, index: Any, lane: Any, value: Any) -> Any:
    """Set one lane of what stands at an index; a single number is its own lane 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, row, place, number = arguments
        place = builder.add(builder.mul(row, ir.Constant(row.type, n_lanes(array))), place)
        check_index(context, builder, array, values, place)
        builder.store(number, pointer(context, builder, signature.args[0], values, place))
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, value), generate


@primitive(lambda array, index, lane: array[index] if array.ndim == 1 else array[index].flat[lane])
def lane_at(_: Any, array: Any, index: Any, lane: Any) -> Any:
    """One lane of what stands at an index; a single number is its own lane 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, row, place = arguments
        place = builder.add(builder.mul(row, ir.Constant(row.type, n_lanes(array))), place)
        check_index(context, builder, array, values, place)
        return builder.load(pointer(context, builder, signature.args[0], values, place))

    return number_of(array)(array, types.intp, types.intp), generate


@primitive(lambda x, value: np.asarray(x).dtype.type(value))
def like(_: Any, x: Any, value: Any) -> Any:
    """A constant as a number of the type that `x` has."""
    dtype = number_of(x)

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.fptrunc(arguments[1], ir.FloatType()) if dtype == types.float32 else arguments[1]

    return dtype(x, types.float64), generate


@primitive(lambda x: np.asarray(x).astype(np.float64))
def wide(_: Any, x: Any) -> Any:
    """The same number, or lanes of them, as float64."""
    result = Lanes(types.float64, x.count) if isinstance(x, Lanes) else types.float64

    def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        kind = context.get_value_type(result)
        return builder.fpext(arguments[0], kind) if number_of(x) == types.float32 else arguments[0]

    return result(x), generate


@primitive(lambda x: np.finfo(np.asarray(x).dtype).eps)
def epsilon_of(_: Any, x: Any) -> Any:
    """The spacing of the numbers of a type at 1."""
    dtype = number_of(x)
    value = float(np.finfo(np.float32 if dtype == types.float32 else np.float64).eps)

    def generate(*_: Any) -> Any:
        return ir.Constant(float_type(dtype), value)

    return dtype(x), generate


def common(*kinds: Any) -> Any:
    """The type that an operation on these has: lanes if there are any, one number else."""
    return next((kind for kind in kinds if isinstance(kind, Lanes)), kinds[0])


def broadcast(context: Any, builder: Any, result: Any, signature: Any, arguments: Any) -> list[Any]:
    """The arguments of an operation, each in all lanes where its result has lanes."""
    kind = context.get_value_type(result)
    return [
        splat(builder, value, kind) if isinstance(result, Lanes) and not isinstance(given, Lanes) else value
        for value, given in zip(arguments, signature.args, strict=True)
    ]


def _operation(function: Any, name: str) -> None:
    """Let + - * / take lanes, on either side or both."""

    @type_callable(function)
    def resolve(_: Any) -> Any:
        return lambda x, y: _lanes_of_one_type(x, y)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        x, y = broadcast(context, builder, signature.return_type, signature, arguments)
        return getattr(builder, name)(x, y)

    for kinds in (Lanes, Lanes), (Lanes, types.Float), (types.Float, Lanes):
        lower_builtin(function, *kinds)(generate)


def _lanes_of_one_type(*kinds: Any) -> Any:
    """The type of an operation's result, where it is lanes; else None, which leaves it to Numba."""
    result = common(*kinds)
    same = all(number_of(kind) == number_of(result) for kind in kinds)
    return result if isinstance(result, Lanes) and same else None


for _function, _name in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _operation(_function, _name)


@type_callable(operator.neg)
def _negative_type(_: Any) -> Any:
    return lambda x: _lanes_of_one_type(x)


@lower_builtin(operator.neg, Lanes)
def _negative(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
    return builder.fneg(arguments[0])
