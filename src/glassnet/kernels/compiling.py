"""How a Python function becomes a compiled loop, where the result is kept, and how to run it uncompiled."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import tempfile
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import platformdirs
from numba import types

from glassnet.interrupt import ctrl_c_put_off
from glassnet.kernels.llvm import CHECKED
from glassnet.kernels.pieces import as_loop, as_piece, keep_on_disk, kept_signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["cache_folder", "formula", "interpret", "kernel", "needs_compilation", "owner", "short_loop"]


@functools.cache
def cache_folder() -> Path | None:
    """Return the folder that keeps the compiled loops, or None where nothing can be written.

    Its name holds a hash of every file of this room: Numba notices an edit only in the file that
    holds a function, not in the files of the functions that it calls.
    """
    source = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        source.update(file.name.encode() + file.read_bytes())
    checked = "-checked" if CHECKED else ""  # Numba's cache does not tell these apart
    name = f"kernels-{source.hexdigest()[:16]}{checked}"
    for base in _cache_bases():
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def _cache_bases() -> Iterator[Path]:
    if chosen := os.environ.get("GLASSNET_CACHE_DIR"):
        yield Path(chosen)
    yield platformdirs.user_cache_path("glassnet")
    # A name of our own, readable by nobody else: a folder that others may write could hold their code.
    with contextlib.suppress(OSError):
        folder = Path(tempfile.gettempdir()) / f"glassnet-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
        folder.mkdir(mode=0o700, exist_ok=True)
        owned = not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
        if owned and not folder.is_symlink() and folder.stat().st_mode & 0o022 == 0:
            yield folder


def kernel(
    function: Callable[..., Any],
    *,
    always_inline: bool = False,
    owning: bool = CHECKED,
    thorough: bool = False,
) -> Any:
    """Compile `function` with Numba when it is first called, and keep the result on disk.

    - ``nogil``: other Python threads (a page, a progress bar) go on while the loop runs.
    - ``error_model="numpy"``: a division by zero gives inf or nan, as in NumPy, and no branch.
    - No ``fastmath``, not even its ``contract``, which lets the compiler fuse a product and a sum where it
      sees fit: it sees fit differently in each place that a loop is compiled into, so that the bits hung on
      which function was called, and on whether it came from the disk. The plain loops
      take about 8 % longer without it (`docs/decisions/0009`).
    - No references to arrays are counted (see `glassnet.kernels.translating`), but in kernels that are
      `owning`: only those may make arrays, or return one. In checked mode addresses are arrays, and all are.
    """
    folder = cache_folder()
    options: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "forceinline": always_inline,
        "owning": owning,
    }
    compiled, piece = as_loop(function, thorough=thorough, **options), as_piece(function, **options)
    inner = compiled if piece is None else piece  # what stands in for it in other kernels
    compiled.get_call_template = functools.partial(_call_without_literals, inner.get_call_template)
    compiled.get_overload = inner.get_overload
    compiled.compile = _uninterrupted(compiled.compile)
    if folder is not None:
        config: Any = numba.config
        before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
        try:
            keep_on_disk(compiled)  # reads CACHE_DIR now, and only now
        finally:
            config.CACHE_DIR = before
    return compiled


def formula(function: Callable[..., Any]) -> Any:
    """Compile `function` as a kernel that is copied into every loop that calls it.

    For what is computed of a number or two: a call would take longer. Without it a step of 4-4-4-8-4 with
    one example takes 0.43 instead of 0.37 us.
    """
    return kernel(function, always_inline=True)


def short_loop(function: Callable[..., Any]) -> Any:
    """Compile `function` as a kernel whose steps take less than a microsecond: optimized more thoroughly.

    Costs a first training with one example at a time 0.3 s; a step is up to 4 % shorter.
    """
    return kernel(function, thorough=True)


def owner(function: Callable[..., Any]) -> Any:
    """Compile `function` as a kernel that may make arrays, and return them to other such kernels."""
    return kernel(function, owning=True)


def _uninterrupted(compile_: Callable[..., Any]) -> Callable[..., Any]:
    """Compile, or load, a loop to its end before Ctrl-C interrupts.

    Numba and LLVM leave things half made where an exception meets them: of some 80 processes that went on
    after it three crashed, and in two what was compiled next failed.
    """

    @functools.wraps(compile_)
    def compile_whole(*arguments: Any) -> Any:
        with ctrl_c_put_off():
            return compile_(*arguments)

    return compile_whole


def _call_without_literals(get_call_template: Any, arguments: Any, keywords: Any) -> Any:
    """Compile a kernel once for whole numbers, not once more for each 0 or 1 that another hands it.

    A third of the first compilation's time goes into such doubles else.
    """
    keywords = {name: types.unliteral(kind) for name, kind in keywords.items()}
    return get_call_template(tuple(map(types.unliteral, arguments)), keywords)


def needs_compilation(function: Any, room: Any = None) -> bool:
    """Say whether the first call of a kernel will have to compile it.

    A message can then say once why the first run on a machine takes some seconds longer.

    Parameters
    ----------
    function : kernel
    room : optional
        One of its arguments, by whose type it is known for which numbers it is to be compiled; without it
        those of any other call count too.
    """
    folder = cache_folder()
    compiled = list(function.signatures)
    if folder is not None and any(folder.rglob(f"*.{function.py_func.__name__}-*.nbi")):
        kept = kept_signatures(function)
        if kept is None:
            return False
        compiled += kept
    kind = None if room is None else numba.typeof(room)
    return not any(kind is None or kind in kinds for kinds in compiled)


def interpret(function: Any) -> Callable[..., Any]:
    """Return the kernel `function` as plain Python, down to the last kernel that it calls.

    The twin runs the same source without Numba: slowly, but in a debugger, and as a check on the
    compiler. A table of layers, or a row of one, may be handed to it as it is.

    Examples
    --------
    >>> from glassnet.kernels.random_numbers import draw
    >>> int(interpret(draw)(np.uint64(0), 0)) == int(draw(np.uint64(0), 0))
    True
    """
    twin = _twin(function, {})

    @functools.wraps(function.py_func)
    def run(*arguments: Any) -> Any:
        # Compiled integers wrap around and compiled divisions give inf, both in silence.
        with np.errstate(all="ignore"):
            return twin(*(_with_fields(argument) for argument in arguments))

    return run


def _twin(function: Any, made: dict[int, FunctionType]) -> FunctionType:
    if id(function) not in made:
        source = function.py_func
        names: dict[str, Any] = {}
        made[id(function)] = FunctionType(source.__code__, names, source.__name__, source.__defaults__)
        for name, value in source.__globals__.items():
            if isinstance(value, numba.core.registry.CPUDispatcher):
                value = _twin(value, made)
            names[name] = getattr(value, "twin", value)  # a primitive brings its own
    return made[id(function)]


def _with_fields(argument: Any) -> Any:
    """A table whose rows, or a row whose fields, are attributes, as they are in compiled code."""
    if isinstance(argument, np.ndarray) and argument.dtype.names:
        return argument.view(np.recarray)
    if isinstance(argument, np.void):
        return argument.view((np.record, argument.dtype))
    return argument
