"""How a kernel reaches what Numba does not offer: operations written in LLVM's language, each with a twin.

Here are the words for it; the operations themselves stand in the files that use `primitive`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import lower_builtin, models, register_model

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CHECKED",
    "I32",
    "I64",
    "LANES",
    "Lanes",
    "aligned_load",
    "call",
    "check_index",
    "element_of",
    "float_type",
    "fused",
    "masked_load",
    "masked_store",
    "n_lanes",
    "number_of",
    "pointer",
    "primitive",
    "splat",
    "suffix",
]

LANES: Final = 16
"""How many numbers go side by side, on every machine: sums over lanes are then the same everywhere."""

CHECKED: Final = bool(vars(numba.config)["BOUNDSCHECK"])
"""With NUMBA_BOUNDSCHECK=1 addresses stay arrays, and every index is checked, at a great loss of speed."""

I32, I64 = ir.IntType(32), ir.IntType(64)


def primitive(twin: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """Make an operation of a function that types it, with `twin` to take its place in plain Python.

    As Numba's own `intrinsic`, which takes stock of all that Numba could compile at every call that it
    types: 5 % of the first compilation's time.
    """

    def make(typing: Any) -> Any:
        made: dict[Any, Any] = {}  # what writes the code, by the types that it is handed

        class Operation(AbstractTemplate):
            key = typing

            def generic(self, arguments: Any, _: Any) -> Any:
                found = typing(self.context, *arguments)
                if found is None:
                    return None
                signature, made[signature.args] = found
                return signature

        @lower_builtin(typing, types.VarArg(types.Any))
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return made[signature.args](context, builder, signature, arguments)

        infer_global(typing, types.Function(Operation))
        typing.twin = twin
        return typing

    return make


class Lanes(types.Type):
    """The type of numbers side by side, `LANES` of them unless it says otherwise."""

    def __init__(self, dtype: Any, count: int = LANES) -> None:
        self.dtype, self.count = dtype, count
        super().__init__(name=f"Lanes({dtype}, {count})")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, ir.VectorType(float_type(lanes.dtype), lanes.count))


def float_type(dtype: Any) -> ir.Type:
    """Return LLVM's type of a number."""
    return ir.FloatType() if dtype == types.float32 else ir.DoubleType()


def pointer(context: Any, builder: Any, kind: Any, values: Any, index: Any) -> Any:
    """Return where a number of an array or behind an address stands, without any test of the index."""
    if isinstance(kind, types.CPointer):
        if isinstance(kind.dtype, Lanes):
            values = builder.bitcast(values, float_type(kind.dtype.dtype).as_pointer())
        return builder.gep(values, [index])
    return builder.gep(context.make_array(kind)(context, builder, values).data, [index])


def check_index(context: Any, builder: Any, kind: Any, values: Any, last: Any) -> None:
    """In checked mode, raise IndexError unless an array holds a number at place `last`."""
    if not CHECKED:
        return
    array = context.make_array(kind)(context, builder, values)
    inside = builder.and_(
        builder.icmp_signed(">=", last, ir.Constant(I64, 0)), builder.icmp_signed("<", last, array.nitems)
    )
    with builder.if_then(builder.not_(inside), likely=False):
        context.call_conv.return_user_exc(builder, IndexError, ("a loop reached beyond an array",))


def number_of(kind: Any) -> Any:
    """Return the type of the numbers in an array, behind an address, in lanes, or of a number itself."""
    while isinstance(kind, types.Array | types.CPointer | Lanes):
        kind = kind.dtype
    return kind


def splat(builder: Any, value: Any, vector: ir.VectorType) -> Any:
    """Return a vector that holds `value` in every lane."""
    nothing = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(I32, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(I32, vector.count), None))


def call(builder: Any, name: str, result: ir.Type, arguments: list[Any]) -> Any:
    """Call one of LLVM's own functions."""
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments)


def suffix(kind: ir.Type) -> str:
    """Return how LLVM ends the name of a function for a type: ``f32``, ``v16f64``."""
    number, count = (kind.element, f"v{kind.count}") if isinstance(kind, ir.VectorType) else (kind, "")
    if isinstance(number, ir.IntType):
        return f"{count}i{number.width}"
    return f"{count}f{32 if number == ir.FloatType() else 64}"


def aligned_load(builder: Any, address: Any, kind: ir.Type, size: int) -> Any:
    """Load a vector that may begin at any number; `size` is that of a number [bytes]."""
    value = builder.load(builder.bitcast(address, kind.as_pointer()))
    value.align = size
    return value


def masked_load(builder: Any, address: Any, kind: ir.VectorType, size: int, mask: Any) -> Any:
    """Load a vector as `aligned_load`, but 0 where the mask is not set, and nothing is read there."""
    name, align = f"llvm.masked.load.{suffix(kind)}.p0", ir.Constant(I32, size)
    address = builder.bitcast(address, kind.as_pointer())
    return call(builder, name, kind, [address, align, mask, ir.Constant(kind, None)])


def masked_store(builder: Any, value: Any, address: Any, size: int, mask: Any) -> None:
    """Store a vector that may begin at any number, where the mask is set."""
    name, align = f"llvm.masked.store.{suffix(value.type)}.p0", ir.Constant(I32, size)
    address = builder.bitcast(address, value.type.as_pointer())
    call(builder, name, ir.VoidType(), [value, address, align, mask])


def fused(builder: Any, x: Any, y: Any, z: Any) -> Any:
    """`x * y + z` with a single rounding."""
    return call(builder, f"llvm.fma.{suffix(x.type)}", x.type, [x, y, z])


def element_of(values: Any) -> Any:
    """What stands at an index: a number, the lanes of a row, or two rows of them."""
    if isinstance(values, types.CPointer):
        return values.dtype
    if not isinstance(values, types.Array) or values.layout != "C":
        return None
    return values.dtype if values.ndim == 1 else Lanes(values.dtype, LANES * (values.ndim - 1))


def n_lanes(values: Any) -> int:
    """How many numbers stand at an index."""
    element = element_of(values)
    return element.count if isinstance(element, Lanes) else 1
