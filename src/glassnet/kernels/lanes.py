"""Numbers side by side: what the compiled loops do with one number, or with sixteen at once.

A loop over a small network is written once, for *numbers*, and what a number is depends on the arrays
it is handed: element i of a vector is one number; row i of a matrix with `LANES` columns is sixteen,
which go through every operation side by side, each as it would alone. So the same source runs one
example, sixteen examples through one network, or sixteen networks on an example each.

These are the few operations that Numba has not, written in LLVM's language. Beside each stands its
twin in plain NumPy, which `glassnet.kernels.compiling.interpret` takes instead.
"""

from __future__ import annotations

import inspect
import operator
from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.imputils import impl_ret_borrowed
from numba.extending import lower_builtin, type_callable

from glassnet.kernels.llvm import (
    CHECKED,
    I32,
    I64,
    LANES,
    Lanes,
    aligned_load,
    call,
    check_index,
    element_of,
    float_type,
    n_lanes,
    number_of,
    pointer,
    primitive,
    splat,
    suffix,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "LANES",
    "address",
    "at",
    "borrowed",
    "epsilon_of",
    "exponent_of",
    "fma",
    "lane_at",
    "lanes_of",
    "like",
    "nearest",
    "power_series",
    "put",
    "put_lane",
    "size_of",
    "spread",
    "square_root",
    "sum_of_lanes",
    "two_to",
    "where_greater",
    "wide",
    "with_sign_of",
]


def _common(*kinds: Any) -> Any:
    """The type that an operation on these has: lanes if there are any, one number else."""
    return next((kind for kind in kinds if isinstance(kind, Lanes)), kinds[0])


def _broadcast(context: Any, builder: Any, result: Any, signature: Any, arguments: Any) -> list[Any]:
    kind = context.get_value_type(result)
    return [
        splat(builder, value, kind) if isinstance(result, Lanes) and not isinstance(given, Lanes) else value
        for value, given in zip(arguments, signature.args, strict=True)
    ]


def _numeric(make: Callable[..., Any]) -> Callable[..., Any]:
    """The typing function of an operation whose arguments are all numbers of one type, or lanes of it."""

    def typing(*kinds: Any) -> Any:
        result = _common(*kinds)
        if any(number_of(kind) != number_of(result) for kind in kinds):
            return None

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return make(builder, *_broadcast(context, builder, result, signature, arguments))

        return result(*kinds), generate

    n_numbers = len(inspect.signature(make).parameters) - 1
    # Numba reads how many arguments an operation has off the function itself.
    takes: dict[int, Callable[..., Any]] = {
        1: lambda _, x: typing(x),
        2: lambda _, x, y: typing(x, y),
        3: lambda _, x, y, z: typing(x, y, z),
        4: lambda _, x, y, one, other: typing(x, y, one, other),
    }
    chosen = takes[n_numbers]
    chosen.__name__, chosen.__doc__ = make.__name__, make.__doc__
    return chosen


# Numbers in and out of arrays


@primitive(lambda array: array)
def address(_: Any, array: Any) -> Any:
    """Where an array's numbers, or its rows of lanes, begin.

    An array goes into a function as seven values and is counted as owned there; an address is one value.
    With the twenty arrays of a step, each call of a small function would cost 0.2 us more, and a step
    of 64-32-10 half as much again.
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
    """The same array without a count of its owners, which whoever called the loop keeps alive.

    Each function that an array is handed to counts itself in and out, as one indivisible step each that all
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
            place = builder.mul(place, ir.Constant(place.type, LANES))
        check_index(context, builder, array, values, place)
        place = pointer(context, builder, signature.args[0], values, place)
        size = number_of(array).bitwidth // 8
        return aligned_load(builder, place, context.get_value_type(element), size)

    return element(array, types.intp), generate


def _put(array: Any, index: int, value: Any) -> None:
    array[index] = value


@primitive(_put)
def put(_: Any, array: Any, index: Any, value: Any) -> Any:
    """Set the number, or the lanes, at an index from 0 on."""
    element = element_of(array)
    if element is None or number_of(value) != number_of(array):
        return None

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, place, number = arguments
        kind = context.get_value_type(element)
        if isinstance(element, Lanes):
            place = builder.mul(place, ir.Constant(place.type, LANES))
            if not isinstance(value, Lanes):
                number = splat(builder, number, kind)
        check_index(context, builder, array, values, place)
        place = builder.bitcast(
            pointer(context, builder, signature.args[0], values, place), kind.as_pointer()
        )
        builder.store(number, place).align = number_of(array).bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


@primitive(lambda array: 1 if array.ndim == 1 else LANES)
def lanes_of(_: Any, array: Any) -> Any:
    """How many numbers stand at an index of an array: 1, or `LANES`."""

    def generate(*_: Any) -> Any:
        return ir.Constant(I64, n_lanes(array))

    return types.intp(array), generate


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
        array[index, lane] = value


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


@primitive(lambda array, index, lane: array[index] if array.ndim == 1 else array[index, lane])
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


# Arithmetic


@primitive(lambda x, y, z: x * y + z)
@_numeric
def fma(builder: Any, x: Any, y: Any, z: Any) -> Any:
    """X y + z with a single rounding (the twin rounds twice), the same on every machine."""
    return call(builder, f"llvm.fma.{suffix(x.type)}", x.type, [x, y, z])


@primitive(lambda x, y, one, other: np.where(x > y, one, other))
@_numeric
def where_greater(builder: Any, x: Any, y: Any, one: Any, other: Any) -> Any:
    """`one` where x > y, else `other`: so also where x or y is not a number."""
    return builder.select(builder.fcmp_ordered(">", x, y), one, other)


def _layout(kind: Any) -> tuple[int, int, Any, Any]:
    """Bits after the point, bias of the exponent, and LLVM's integer and float types of a number."""
    single = (kind.element if isinstance(kind, ir.VectorType) else kind) == ir.FloatType()
    fraction, bias, integer = (23, 127, ir.IntType(32)) if single else (52, 1023, ir.IntType(64))
    if isinstance(kind, ir.VectorType):
        integer = ir.VectorType(integer, kind.count)
    return fraction, bias, integer, kind


def _constant(kind: Any, value: Any) -> Any:
    return ir.Constant(kind, [value] * kind.count if isinstance(kind, ir.VectorType) else value)


@primitive(lambda n: np.ldexp(np.asarray(n).dtype.type(1), np.asarray(np.nan_to_num(n), dtype=np.int32)))
@_numeric
def two_to(builder: Any, n: Any) -> Any:
    """2 to a whole number n, which must be an exponent that the type can hold.

    Adding 1.5 times 2 to the number of bits after the point leaves n in the lowest bits; they are moved
    to where the exponent stands.
    """
    fraction, bias, integer, kind = _layout(n.type)
    shifted = builder.bitcast(builder.fadd(n, _constant(kind, 1.5 * 2.0**fraction)), integer)
    exponent = builder.add(shifted, _constant(integer, bias))
    return builder.bitcast(builder.shl(exponent, _constant(integer, fraction)), kind)


def _exponent_twin(x: Any) -> Any:
    mantissa, exponent = np.frexp(x)  # mantissa from 1/2 to 1
    return np.where(mantissa < np.sqrt(0.5), exponent - 1, exponent).astype(np.asarray(x).dtype)


@primitive(_exponent_twin)
@_numeric
def exponent_of(builder: Any, x: Any) -> Any:
    """The whole number n for which x / 2^n lies between the root of 1/2 and the root of 2; x > 0."""
    fraction, _, integer, kind = _layout(x.type)
    root = np.sqrt(0.5).astype(np.float32 if fraction == 23 else np.float64)
    bits = int(root.view(np.int32 if fraction == 23 else np.int64))
    above = builder.sub(builder.bitcast(x, integer), _constant(integer, bits))
    return builder.sitofp(builder.ashr(above, _constant(integer, fraction)), kind)


@primitive(lambda x: np.rint(x))
@_numeric
def nearest(builder: Any, x: Any) -> Any:
    """The nearest whole number; of two equally near ones the even one."""
    return call(builder, f"llvm.rint.{suffix(x.type)}", x.type, [x])


@primitive(lambda x: np.abs(x))
@_numeric
def size_of(builder: Any, x: Any) -> Any:
    """The number without its sign."""
    return call(builder, f"llvm.fabs.{suffix(x.type)}", x.type, [x])


@primitive(lambda x, y: np.copysign(x, y))
@_numeric
def with_sign_of(builder: Any, x: Any, y: Any) -> Any:
    """The size of x with the sign of y."""
    return call(builder, f"llvm.copysign.{suffix(x.type)}", x.type, [x, y])


@primitive(lambda x: np.sqrt(x))
@_numeric
def square_root(builder: Any, x: Any) -> Any:
    """The number whose square is x, rounded once."""
    return call(builder, f"llvm.sqrt.{suffix(x.type)}", x.type, [x])


def power_series(coefficients: list[float], n_terms32: int, n_terms64: int) -> Any:
    """Return the primitive x -> c0 + c1 x + c2 x² + ..., cut where the type sees no difference any more.

    Pairs of terms are added first, then pairs of pairs (Estrin's scheme): half the time of one term
    after the other, because what does not wait for another goes on side by side.
    """

    def twin(x: Any) -> Any:
        single = np.asarray(x).dtype == np.float32
        terms = [np.asarray(x).dtype.type(c) for c in coefficients[: n_terms32 if single else n_terms64]]
        while len(terms) > 1:
            pairs = [terms[k] + x * terms[k + 1] for k in range(0, len(terms) - 1, 2)]
            terms = pairs + terms[2 * len(pairs) :]
            x = x * x
        return terms[0]

    @primitive(twin)
    @_numeric
    def series(builder: Any, x: Any) -> Any:
        number = x.type.element if isinstance(x.type, ir.VectorType) else x.type
        n_terms = n_terms32 if number == ir.FloatType() else n_terms64
        terms: list[Any] = [_constant(x.type, c) for c in coefficients[:n_terms]]
        while len(terms) > 1:
            name = f"llvm.fma.{suffix(x.type)}"
            pairs = [
                call(builder, name, x.type, [x, terms[k + 1], terms[k]]) for k in range(0, len(terms) - 1, 2)
            ]
            terms = pairs + terms[2 * len(pairs) :]
            x = builder.fmul(x, x)
        return terms[0]

    return series


@primitive(lambda x: x if np.ndim(x) == 0 else _sum_of_halves(x))
def sum_of_lanes(_: Any, x: Any) -> Any:
    """The sum of all lanes, by halves: always in the same order."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        (value,) = arguments
        if not isinstance(x, Lanes):
            return value
        count = LANES
        while count > 1:
            count //= 2
            nothing = ir.Constant(value.type, ir.Undefined)
            low, high = (
                builder.shuffle_vector(
                    value, nothing, ir.Constant(ir.VectorType(I32, count), list(range(first, first + count)))
                )
                for first in (0, count)
            )
            value = builder.fadd(low, high)
        return builder.extract_element(value, ir.Constant(I32, 0))

    return number_of(x)(x), generate


def _sum_of_halves(lanes: Any) -> Any:
    while len(lanes) > 1:
        half = len(lanes) // 2
        lanes = lanes[:half] + lanes[half:]
    return lanes[0]


def _operation(function: Any, name: str) -> None:
    """Let + - * / take lanes, on either side or both."""

    @type_callable(function)
    def resolve(_: Any) -> Any:
        return lambda x, y: _lanes_of_one_type(x, y)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        x, y = _broadcast(context, builder, signature.return_type, signature, arguments)
        return getattr(builder, name)(x, y)

    for kinds in (Lanes, Lanes), (Lanes, types.Float), (types.Float, Lanes):
        lower_builtin(function, *kinds)(generate)


def _lanes_of_one_type(*kinds: Any) -> Any:
    """The type of an operation's result, where it is lanes; else None, which leaves it to Numba."""
    result = _common(*kinds)
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
