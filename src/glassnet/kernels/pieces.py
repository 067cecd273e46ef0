"""How kernels become one loop: translated one by one, but optimized and turned into machine code together.

Left to itself Numba optimizes every kernel, turns it into machine code, and then, for each kernel that calls
it, takes it in and does both again. With six levels of calls that is most of the first compilation's time.
Here a kernel that another one calls is only a *piece*: translated for LLVM, and nothing else. The kernel
that Python calls, the *loop*, takes in all pieces that it needs, and is optimized once.

Measured, the first training of a small network with an empty cache folder: 21 s Numba's own way, 10 s like
this (`docs/decisions/0018`).

This reaches into Numba. With a version that it was not tried with, kernels are compiled Numba's own way.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numba
from llvmlite import binding
from numba.core import compiler, typed_passes, untyped_passes
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.runtime.nrt import rtsys

from glassnet.kernels.shortcuts import short_cuts
from glassnet.kernels.translating import Translation

__all__ = ["as_loop", "as_piece", "keep_on_disk", "kept_signatures"]

_TRIED: Final = ((0, 68),)
"""Versions of Numba whose inside is as it is taken for here."""


class _PieceLibrary(JITCodeLibrary):
    """LLVM's form of one kernel, as it was translated."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        self._raise_if_finalized()
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == binding.Linkage.external:
                function.linkage = "linkonce_odr"  # several pieces of a loop may need the same piece
        self._finalize_dynamic_globals()
        self._shared_module = self._final_module
        self._finalized = True


class _LoopLibrary(JITCodeLibrary):
    """A kernel and all the pieces that it calls, optimized together.

    LLVM optimizes what is called before it takes it into what calls, and there once more. So what is called
    in one place only is taken in before, and the last of LLVM's levels of optimization is left out: a first
    training of 784-128-10 takes 4.4 instead of 4.9 s, and a step as long as before.
    """

    thorough = False

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        self._linking_libraries = _in_order(self._linking_libraries)
        super().finalize()

    def _optimize_final_module(self) -> None:
        first = set() if self.thorough else _called_once(str(self._final_module))
        for function in self._final_module.functions:
            # Nobody else calls a piece: what is called once needs no function of its own. A step of
            # 4-4-4-8-4 takes 0.31 instead of 0.35 us.
            if not function.is_declaration and function.linkage == binding.Linkage.linkonce_odr:
                function.linkage = "internal"
                if function.name in first:
                    function.add_function_attribute("alwaysinline")
        tuning = binding.create_pipeline_tuning_options()
        tuning.speed_level = 3 if self.thorough else 2
        tuning.loop_vectorization = True
        # What is long is written in vectors already; unrolled, short loops are mostly their own prologues. A
        # step of 64-32-10 takes 5.9 us without, and 6.6 with.
        tuning.loop_unrolling = tuning.loop_interleaving = tuning.slp_vectorization = False
        builder = binding.create_pass_builder(self._codegen._tm, tuning)
        manager = builder.getModulePassManager()
        manager.add_refprune_pass()
        manager.run(self._final_module, builder)


class _ThoroughLibrary(_LoopLibrary):
    """Optimized level by level of calls: with less, a step of 4-4-4-8-4 takes up to 1.04 of the time."""

    thorough = True


def _called_once(module: str) -> set[str]:
    """The names of what is called in one place only."""
    calls = Counter(re.findall(r'\bcall [^@\n]*@("[^"]+"|[^\s("]+)', module))
    return {name.strip('"') for name, places in calls.items() if places == 1}


def _in_order(libraries: list[Any]) -> list[Any]:
    """All libraries that these need, each behind those that call it: LLVM takes in only what is called."""
    callees_first: list[Any] = []
    seen: set[Any] = set()

    def visit(library: Any) -> None:
        if library in seen:
            return
        seen.add(library)
        if isinstance(library, _PieceLibrary):
            for needed in library._linking_libraries:
                visit(needed)
        callees_first.append(library)

    for library in libraries:
        visit(library)
    return callees_first[::-1]


@register_pass(mutates_CFG=True, analysis_only=False)
class _PieceLowering(typed_passes.NativeLowering):
    """Translates a kernel for LLVM, without the wrappers by which Python or C would call it."""

    _name = "piece_lowering"

    @property
    def lowering_class(self) -> type[Translation]:
        return Translation

    def run_pass(self, state: Any) -> bool:
        state.library = _PieceLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        state.flags.no_cpython_wrapper = True
        state.flags.no_cfunc_wrapper = True
        super().run_pass(state)
        state.library.finalize()
        entry = object()  # stands for machine code; by it Numba finds the kernel again
        state.targetctx.insert_user_function(entry, state["cr"].fndesc, [state.library])
        state["cr"] = state["cr"]._replace(cfunc=entry)
        return True


class _PieceCompiler(compiler.CompilerBase):
    """Numba's way from Python to LLVM, without its stages for what no kernel here contains."""

    def define_pipelines(self) -> list[Any]:
        manager = PassManager("piece")
        # Where variables end is of interest only to who counts references.
        ends = [typed_passes.IRLegalization] if self.state.flags.nrt else []
        for stage in (
            untyped_passes.TranslateByteCode,
            untyped_passes.FixupArgs,
            untyped_passes.IRProcessing,
            untyped_passes.GenericRewrites,
            untyped_passes.ReconstructSSA,
            typed_passes.NopythonTypeInference,
            typed_passes.PreLowerStripPhis,
            *ends,
            _PieceLowering,
            typed_passes.NoPythonBackend,
        ):
            manager.add_pass(stage, stage.__name__)
        manager.finalize()
        return [manager]


class _LoopCompiler(compiler.Compiler):
    """Numba's own way, but for the library."""

    library = _LoopLibrary

    def define_pipelines(self) -> list[Any]:
        self.state.library = self.library(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        self.state.flags.no_cfunc_wrapper = True
        return list(super().define_pipelines())

    def _compile_bytecode(self) -> Any:
        with short_cuts():
            return super()._compile_bytecode()


class _ThoroughCompiler(_LoopCompiler):
    """For loops whose steps take less than a microsecond."""

    library = _ThoroughLibrary


class _LoopFiles(IndexDataCacheFile):
    """The files of a loop: an index of its own for the types of arguments that it was compiled for.

    Numba's own has one index for all of them, and counts the files of machine code by it. Two processes that
    compiled a loop for two types at once wrote both into one file, and one of them was lost, or stood under
    the name of the other.
    """

    def __init__(self, cache_path: str, filename_base: str, source_stamp: Any) -> None:
        super().__init__(cache_path, filename_base, source_stamp)
        self._base = filename_base

    def _of_one(self, base: str) -> IndexDataCacheFile:
        return IndexDataCacheFile(self._cache_path, base, self._source_stamp)

    def _of(self, key: Any) -> IndexDataCacheFile:
        return self._of_one(f"{self._base}.{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}")

    def save(self, key: Any, data: Any) -> None:
        files = self._of(key)
        files.flush()  # an index that cannot be read could not be added to
        files.save(key, data)

    def load(self, key: Any) -> Any:
        return self._of(key).load(key)

    def kept(self) -> list[Any]:
        """What the loop is kept for: types of arguments, processor, and what else counts."""
        kept = []
        for index in Path(self._cache_path).glob(f"{glob.escape(self._base)}.*.nbi"):
            with contextlib.suppress(Exception):  # damaged: anything may come of it
                kept += self._of_one(index.stem)._load_index()
        return kept


class _LoopCache(FunctionCache):
    """What is kept of a loop, loaded without first making ready for compiling.

    Numba looks up all that it could compile, even where machine code comes from the disk: 0.3 of the 0.9 s
    that a process took until its first step was made. What it needs is its runtime.

    Files that are damaged are as good as none, and a full disk is no reason not to go on.
    """

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        numbas = self._cache_file
        self._cache_file = _LoopFiles(numbas._cache_path, self._impl.filename_base, numbas._source_stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        rtsys.initialize(target_context)
        with contextlib.suppress(Exception):
            return self._load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(OSError):
            self._save_overload(sig, data)


def keep_on_disk(loop: Any) -> None:
    """Have a loop loaded from Numba's cache folder, and its machine code written there."""
    if numba.version_info.short in _TRIED:
        loop._cache = _LoopCache(loop.py_func)
    else:
        loop.enable_caching()


def as_piece(function: Any, *, owning: bool = True, **options: Any) -> Any:
    """Return the dispatcher of a function that compiles it as a piece; None with an untried Numba.

    One that is not `owning` counts no references to arrays, and may make none.
    """
    if numba.version_info.short not in _TRIED:
        return None
    options |= {"pipeline_class": _PieceCompiler, "_nrt": owning}
    piece: Any = numba.njit(**options)(function)

    def add_overload(result: Any) -> None:  # Numba's own would also let Python call it
        piece.overloads[tuple(result.signature.args)] = result

    piece.add_overload = add_overload
    return piece


def as_loop(function: Any, *, owning: bool = True, thorough: bool = False, **options: Any) -> Any:
    """Return the dispatcher of a function that compiles it, with its pieces, as a loop that Python calls."""
    if numba.version_info.short in _TRIED:
        options |= {"pipeline_class": _ThoroughCompiler if thorough else _LoopCompiler, "_nrt": owning}
    return numba.njit(**options)(function)


def kept_signatures(loop: Any) -> list[tuple[Any, ...]] | None:
    """Return the types of arguments that a loop is kept for on the disk, for this processor.

    None with an untried Numba, whose index of what is kept may be another one.
    """
    if numba.version_info.short not in _TRIED:
        return None
    processor = loop.targetctx.codegen().magic_tuple()
    return [kinds for kinds, made_for, _ in loop._cache._cache_file.kept() if made_for == processor]
