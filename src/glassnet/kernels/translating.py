"""How the statements of a kernel become LLVM's where no references to arrays are counted.

Numba counts the references to an array wherever a variable gets one, is set anew, or ends; for that each
variable begins as zeros and is zero again behind its end, whatever it holds. A kernel that makes no array
owns none: whoever calls a loop keeps alive what he hands in. Without all that a loop has a fifth to a third
less of LLVM's instructions before it is optimized, and the first compilation takes a tenth less
(`docs/decisions/0049`).
"""

from __future__ import annotations

from typing import Any

from numba.core.lowering import Lower

__all__ = ["Translation"]


class Translation(Lower):
    """Numba's own translation of a kernel, but for variables where no references are counted."""

    def storevar(self, value: Any, name: str, argidx: int | None = None) -> None:
        """Set a variable, without looking at what it held."""
        if self.context.enable_nrt:
            super().storevar(value, name, argidx)
        elif name in self._singly_assigned_vars:
            self._blk_local_varmap[name] = value
        else:
            self.builder.store(value, self.getvar(name))

    def alloca_lltype(self, name: str, lltype: Any, datamodel: Any = None) -> Any:
        """Make room for a variable, without zeros in it."""
        if self.context.enable_nrt:
            return super().alloca_lltype(name, lltype, datamodel)
        with self.builder.goto_entry_block():
            return self.builder.alloca(lltype, name=name)
