"""Short cuts through Numba, open while a loop is compiled: the same code, found sooner.

Most of the first compilation's time is Numba's own Python, which finds the same things out again and again.
A short cut takes the place of one of Numba's functions as long as a loop is compiled, which Numba's lock lets
only one thread do at a time, and remembers nothing behind it. Their gains are parts of the time until a first
training with one example at a time is done (`docs/decisions/0049`).
"""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING, Any

from numba.core import transforms
from numba.core.base import BaseContext
from numba.core.postproc import PostProcessor, VariableLifetime
from numba.core.types.functions import BaseFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["short_cuts"]


@contextlib.contextmanager
def short_cuts() -> Iterator[None]:
    """Have Numba take them; without Python's garbage collector, which finds little in 6 % of the time."""
    collecting, before = gc.isenabled(), [getattr(owner, name) for owner, name, _ in _SHORT_CUTS]
    gc.disable()
    try:
        for (owner, name, shortened), numbas in zip(_SHORT_CUTS, before, strict=True):
            setattr(owner, name, shortened(numbas))
        yield
    finally:
        for (owner, name, _), numbas in zip(_SHORT_CUTS, before, strict=True):
            setattr(owner, name, numbas)
        if collecting:
            gc.enable()


def _types_of_a_call(numbas: Callable[..., Any]) -> Callable[..., Any]:
    """What a function returns for arguments of these types is found out once a loop, not once a call: 16 %.

    All that a loop calls is compiled with the same options, on which it could hang too.
    """
    known: dict[Any, Any] = {}

    def get_call_type(function: Any, context: Any, arguments: Any, keywords: Any) -> Any:
        if keywords:
            return numbas(function, context, arguments, keywords)
        call = function, tuple(arguments)
        if call not in known:
            known[call] = numbas(function, context, arguments, keywords)
        return known[call]

    return get_call_type


def _size_of_a_type(numbas: Callable[..., Any]) -> Callable[..., Any]:
    """How many bytes a value takes, which Numba has LLVM compile a module for: 6 %."""
    known: dict[str, Any] = {}

    def get_abi_sizeof(context: Any, kind: Any) -> Any:
        name = str(kind)
        if name not in known:
            known[name] = numbas(context, kind)
        return known[name]

    return get_abi_sizeof


def _lives_of_variables(numbas: Callable[..., Any]) -> Callable[..., Any]:
    """Where variables begin and end is found out behind the last change of a kernel, not behind each: 5 %."""

    def run(processor: Any, emit_dels: bool = False, extend_lifetimes: bool = False) -> None:
        kernel = processor.func_ir
        if emit_dels or kernel.is_generator:
            numbas(processor, emit_dels, extend_lifetimes)
        else:
            kernel.blocks = transforms.canonicalize_cfg(kernel.blocks)
            kernel.variable_lifetime = VariableLifetime(kernel.blocks)

    return run


_SHORT_CUTS: list[tuple[Any, str, Callable[..., Any]]] = [
    (BaseFunction, "get_call_type", _types_of_a_call),
    (BaseContext, "get_abi_sizeof", _size_of_a_type),
    (PostProcessor, "run", _lives_of_variables),
]
