"""The first picture on a machine where nothing is compiled yet: made by the plain Python twins of the loops.

They are slow, but four pixels are few: the page shows something useful at once, and not after the compiler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from glassnet.kernels.compiling import interpret, needs_compilation
from glassnet.kernels.steps import run_forward
from glassnet.kernels.threads import ALONE
from glassnet.network.trace import Trace
from glassnet.network.workspace import new_workspace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["plain_trace", "worth_a_preview"]

_MOST_PARAMETERS = 1000
"""For more, plain Python takes about as long as a person waits without wondering."""


def worth_a_preview(network: Network) -> bool:
    """Say whether nothing is compiled yet, and the network is so small that Python is quick enough."""
    return network.n_parameters <= _MOST_PARAMETERS and needs_compilation(run_forward)


def plain_trace(network: Network, inputs: NDArray[np.float64]) -> Trace:
    """Return what `Network.run` would, without a compiled loop."""
    given = np.ascontiguousarray(np.atleast_2d(inputs), dtype=network.dtype)
    room = new_workspace(network.layers, network.dtype, len(given))
    interpret(run_forward)(network.layers, network.parameters, given.reshape(-1), len(given), room, ALONE)
    return Trace(network.copy(), given, room.weighted_sums, room.outputs)
