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

from typing import Any, Final

import numba
from llvmlite import binding
from numba.core import compiler, typed_passes, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_machinery import PassManager, register_pass

__all__ = ["as_loop", "as_piece"]

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
    """A kernel and all the pieces that it calls, optimized together."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        self._linking_libraries = _in_order(self._linking_libraries)
        super().finalize()

    def _optimize_final_module(self) -> None:
        for function in self._final_module.functions:
            # Nobody else calls a piece: what is called once needs no function of its own. A step of
            # 4-4-4-8-4 takes 0.31 instead of 0.35 us.
            if not function.is_declaration and function.linkage == binding.Linkage.linkonce_odr:
                function.linkage = "internal"
        tuning = binding.create_pipeline_tuning_options()
        tuning.speed_level = 3
        tuning.loop_vectorization = True
        # What is long is written in vectors already; unrolled, short loops are mostly their own prologues. A
        # step of 64-32-10 takes 5.9 us without, and 6.6 with.
        tuning.loop_unrolling = tuning.loop_interleaving = tuning.slp_vectorization = False
        builder = binding.create_pass_builder(self._codegen._tm, tuning)
        manager = builder.getModulePassManager()
        manager.add_refprune_pass()
        manager.run(self._final_module, builder)


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
        for stage in (
            untyped_passes.TranslateByteCode,
            untyped_passes.FixupArgs,
            untyped_passes.IRProcessing,
            untyped_passes.GenericRewrites,
            untyped_passes.ReconstructSSA,
            typed_passes.NopythonTypeInference,
            typed_passes.PreLowerStripPhis,
            typed_passes.IRLegalization,
            _PieceLowering,
            typed_passes.NoPythonBackend,
        ):
            manager.add_pass(stage, stage.__name__)
        manager.finalize()
        return [manager]


class _LoopCompiler(compiler.Compiler):
    """Numba's own way, but for the library."""

    def define_pipelines(self) -> list[Any]:
        self.state.library = _LoopLibrary(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        self.state.flags.no_cfunc_wrapper = True
        return list(super().define_pipelines())


def as_piece(function: Any, **options: Any) -> Any:
    """Return the dispatcher of a function that compiles it as a piece; None with an untried Numba."""
    if numba.version_info.short not in _TRIED:
        return None
    piece: Any = numba.njit(**options, pipeline_class=_PieceCompiler)(function)

    def add_overload(result: Any) -> None:  # Numba's own would also let Python call it
        piece.overloads[tuple(result.signature.args)] = result

    piece.add_overload = add_overload
    return piece


def as_loop(function: Any, **options: Any) -> Any:
    """Return the dispatcher of a function that compiles it, with its pieces, as a loop that Python calls."""
    if numba.version_info.short in _TRIED:
        options["pipeline_class"] = _LoopCompiler
    return numba.njit(**options)(function)
