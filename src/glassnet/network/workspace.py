"""Room for the passes of a network, allocated once for many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.kernels.lanes import LANES, with_lanes
from glassnet.kernels.pairs import PAIR_OF_ONES
from glassnet.kernels.products import PANEL_ROWS
from glassnet.kernels.registers import PANEL_BYTES
from glassnet.kernels.small import SmallWorkspace
from glassnet.kernels.steps import CLIP_PIECE
from glassnet.kernels.structures import LastLayer, One, Workspace
from glassnet.memory import CACHE_LINE, aligned_zeros

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["new_small_room", "new_workspace", "rows_at_once"]

# float32 numbers in a cache line, on all machines.
_NUMBERS_A_LINE = CACHE_LINE // 4

# A pass over many rows goes in blocks of about this many numbers in each array [numbers]: a block of a
# network with a million weights takes some 50 ms, so that Ctrl-C is answered soon.
_BLOCK = 1 << 18


def rows_at_once(n_neurons: int) -> int:
    """Return how many examples go through the network together when there are many."""
    return max(1, _BLOCK // n_neurons)


def new_workspace(
    layers: NDArray[Any],
    dtype: Any,
    n_rows: int,
    *,
    judging: bool = False,
    backward: bool = False,
    dropping: bool = False,
    in_pairs: bool = False,
    n_threads: int = 1,
) -> Workspace:
    """Return room for passes of up to `n_rows` examples.

    Parameters
    ----------
    layers : table of layers
    dtype : dtype
        Of the parameters.
    n_rows : int
        The most examples of one pass.
    judging : bool
        Whether passes go through the loop of training, which judges examples.
    backward : bool
        Whether backward passes are made too, for which examples are judged as well.
    dropping : bool
        Whether outputs are dropped, as in training.
    in_pairs : bool
        Whether products multiply pairs of bf16 numbers, see `glassnet.kernels.pairs`.
    n_threads : int
        How many threads share a pass.

    Notes
    -----
    Numbers held: ``n_rows * 2 n_neurons`` for forward passes; when judging ``n_rows * (n_outputs + 3)`` more;
    with backward passes ``n_rows * n_neurons`` more, and as many again when dropping. Besides, for each
    thread 8 bytes a row, and 64 KiB. Inputs are read where they stand. In pairs ``n_rows + 1`` times
    ``n_neurons + n_layers + n_threads (n_inputs + 1)`` more.
    """
    n_inputs = int(layers[0]["n_inputs"])
    n_outputs, n_neurons = int(layers[-1]["n_neurons"]), int(layers["n_neurons"].sum())
    n_parameters = int(layers[-1]["biases"] + layers[-1]["n_biases"])
    width = PANEL_BYTES // np.dtype(dtype).itemsize

    judging = judging or backward
    nothing, no_lanes = np.zeros(0, dtype=dtype), np.zeros((0, LANES), dtype=dtype)

    def room(numbers: int, *, wanted: bool = True) -> NDArray[Any]:
        return aligned_zeros(numbers, dtype) if wanted else nothing

    last = [no_lanes] * 7
    if judging:
        last = [aligned_zeros((n_threads * rows, LANES), dtype) for rows in [n_outputs] * 4 + [1] * 3]
    outputs = room(n_rows * n_neurons)
    handed_on = room(n_rows * n_neurons) if dropping else outputs
    return Workspace(
        places=aligned_zeros(n_threads * _in_lines(n_rows), np.int64),
        targets=room(n_rows * n_outputs, wanted=judging),
        weights=room(n_rows, wanted=judging),
        weighted_sums=room(n_rows * n_neurons),
        outputs=outputs,
        handed_on=handed_on,
        factors=room((n_rows + 1) * (n_neurons + len(layers))) if in_pairs else handed_on,
        inputs=room(n_threads * _in_lines((n_rows + 1) * (n_inputs + 1)), wanted=in_pairs),
        grad_sums=room(n_rows * n_neurons, wanted=backward),
        losses=room(n_rows, wanted=judging),
        right=room(n_rows, wanted=judging),
        panels=aligned_zeros(n_threads * PANEL_ROWS * width, np.uint32 if in_pairs else dtype),
        zeros=room(width),
        one=One(
            PAIR_OF_ONES.copy() if in_pairs else np.ones(1, dtype=dtype),
            np.zeros(min(n_rows, PANEL_ROWS), dtype=np.int64),
        ),
        last=LastLayer(*last),
        lengths=np.zeros(-(-n_parameters // CLIP_PIECE) if backward else 0),
    )


def _in_lines(numbers: int) -> int:
    """So many numbers, or a few more: the next thread's begin where a cache line does."""
    return -(-numbers // _NUMBERS_A_LINE) * _NUMBERS_A_LINE


def new_small_room(layers: NDArray[Any], dtype: Any, n_rows: int, *, lanes: int) -> SmallWorkspace:
    """Return room for the steps of a small network, for batches of up to `n_rows` examples.

    Parameters
    ----------
    layers : table of layers
    dtype : dtype
        Of the parameters.
    n_rows : int
        The most examples of one step.
    lanes : int
        How many numbers go side by side: 1, `LANES` or twice as many.
    """
    n_values = int(layers[0]["n_inputs"] + layers["n_neurons"].sum())
    n_parameters = int(layers[-1]["biases"] + layers[-1]["n_biases"])
    n_groups = -(-n_rows // lanes)

    def room(rows: int) -> NDArray[Any]:
        return aligned_zeros(with_lanes(rows, lanes), dtype)

    return SmallWorkspace(
        sums=room(n_values),
        outputs=room(n_values),
        grads=room(n_values),
        targets=room(n_values),
        weights=room(1),
        losses=room(n_groups),
        right=room(n_groups),
        gradient=room(n_parameters),
        ahead=aligned_zeros((2, LANES), np.float64),
    )
