"""What the compiled loops compute of one number, or of lanes of them, beside + - * and /.

Each lane goes through an operation as it would alone.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir

from glassnet.kernels.lanes import broadcast, common
from glassnet.kernels.llvm import (
    I32,
    Lanes,
    call,
    fused,
    number_of,
    primitive,
    suffix,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "absolute",
    "copysign",
    "exponent_of",
    "fma",
    "nearest",
    "power_series",
    "square_root",
    "sum_of_lanes",
    "two_to",
    "where_greater",
]


def _numeric(make: Callable[..., Any]) -> Callable[..., Any]:
    """The typing function of an operation whose arguments are all numbers of one type, or lanes of it."""

    def typing(*kinds: Any) -> Any:
        result = common(*kinds)
        if any(number_of(kind) != number_of(result) for kind in kinds):
            return None

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return make(builder, *broadcast(context, builder, result, signature, arguments))

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


@primitive(lambda x, y, z: x * y + z)
@_numeric
def fma(builder: Any, x: Any, y: Any, z: Any) -> Any:
    """`x * y + z` with a single rounding (the twin rounds twice), the same on every machine."""
    return fused(builder, x, y, z)


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
def absolute(builder: Any, x: Any) -> Any:
    """The number without its sign."""
    return call(builder, f"llvm.fabs.{suffix(x.type)}", x.type, [x])


@primitive(lambda x, y: np.copysign(x, y))
@_numeric
def copysign(builder: Any, x: Any, y: Any) -> Any:
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
            pairs = [fused(builder, x, terms[k + 1], terms[k]) for k in range(0, len(terms) - 1, 2)]
            terms = pairs + terms[2 * len(pairs) :]
            x = builder.fmul(x, x)
        return terms[0]

    return series


@primitive(lambda x: x if np.ndim(x) == 0 else _sum_of_halves(np.ravel(x)))
def sum_of_lanes(_: Any, x: Any) -> Any:
    """The sum of all lanes, by halves: always in the same order."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        (value,) = arguments
        if not isinstance(x, Lanes):
            return value
        count = x.count
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
