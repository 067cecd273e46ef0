"""Room for the passes of a network, allocated once for many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.kernels.steps import Workspace

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["new_workspace", "rows_at_once"]

# A pass over many rows goes in blocks of about this many numbers in each array [numbers]: a block of a
# network with a million weights takes some 50 ms, so that Ctrl-C is answered soon.
_BLOCK = 1 << 18


def rows_at_once(n_neurons: int) -> int:
    """Return how many examples go through the network together when there are many."""
    return max(1, _BLOCK // n_neurons)


def new_workspace(layers: NDArray[Any], dtype: Any, n_rows: int, *, backward: bool = False) -> Workspace:
    """Return room for passes of up to `n_rows` examples.

    Parameters
    ----------
    layers : table of layers
    dtype : dtype
        Of the parameters.
    n_rows : int
        The most examples of one pass.
    backward : bool
        Whether backward passes are made too, and batches gathered.

    Notes
    -----
    Numbers held: ``n_rows * (2 n_neurons + n_outputs)`` for forward passes; with backward passes
    ``n_rows * (3 n_neurons + n_inputs + 2 n_outputs + 1)`` and the largest weight matrix.
    """
    n_inputs, n_outputs = int(layers[0]["n_inputs"]), int(layers[-1]["n_neurons"])
    n_neurons = int(layers["n_neurons"].sum())
    largest = int((layers["n_inputs"] * layers["n_neurons"]).max())

    def room(numbers: int, *, wanted: bool = True) -> NDArray[Any]:
        return np.zeros(numbers if wanted else 0, dtype=dtype)

    return Workspace(
        inputs=room(n_rows * n_inputs, wanted=backward),
        targets=room(n_rows * n_outputs, wanted=backward),
        weights=room(n_rows, wanted=backward),
        weighted_sums=room(n_rows * n_neurons),
        outputs=room(n_rows * n_neurons),
        grad_sums=room(n_rows * n_neurons, wanted=backward),
        values=room(n_rows * n_outputs),
        turned=room(largest, wanted=backward),
    )
