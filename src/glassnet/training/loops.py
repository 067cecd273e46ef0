"""Which compiled loop trains a network, its room and memory, and whether it must be compiled first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from glassnet.errors import SettingError
from glassnet.kernels import alone, compiling, registers, small, steps
from glassnet.kernels.llvm import LANES
from glassnet.kernels.products import PANEL_ROWS
from glassnet.kernels.registers import PANEL_BYTES
from glassnet.network.evaluating import measured_at_once
from glassnet.network.workspace import new_small_room, new_workspace
from glassnet.training.probe import EXAMPLES_OF_A_LOOK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.kernels.structures import Workspace
    from glassnet.network import Network
    from glassnet.training.settings import Settings

__all__ = [
    "KERNELS",
    "Loop",
    "check_precision",
    "loop_for",
    "memory_of_training",
    "needs_compilation",
    "room_for",
]

Loop: TypeAlias = Literal["one by one", "lanes", "tiles"]
"""One example of a small network after the other, sixteen of them side by side, or any network by tiles."""

KERNELS: Final[dict[Loop, Any]] = {
    "one by one": alone.train_alone,
    "lanes": small.train_small,
    "tiles": steps.train_steps,
}

# The loops for small networks are the faster ones up to this many parameters: one example after the other
# in batches of one or two, else lanes of examples.
_SMALL_ALONE, _SMALL_LANES = 2500, 500


def check_precision(network: Network, precision: str | None) -> None:
    """Refuse to train with a precision that the network or the processor does not have.

    Raises
    ------
    SettingError
    """
    if precision is None:
        return
    if network.dtype != np.float32:
        raise SettingError(
            f"precision: {precision!r} needs a network of float32, and {network.name} is of {network.dtype}; "
            "make it with dtype='float32', or leave precision out"
        )
    if not registers.MULTIPLIES_PAIRS:
        raise SettingError(
            f"precision: {precision!r} needs a processor that multiplies bf16 numbers (AVX512-BF16), and "
            "this one does not; leave precision out, or train elsewhere"
        )


def loop_for(network: Network, batch: int, precision: str | None = None) -> Loop:
    """Return the loop that is fastest, by size alone: no result may hang on a clock.

    Pairs of bf16 numbers are multiplied by tiles only.
    """
    lanes = batch > 2
    if (
        precision is not None
        or network.n_parameters > (_SMALL_LANES if lanes else _SMALL_ALONE)
        or _dropping(network)
    ):
        return "tiles"
    return "lanes" if lanes else "one by one"


def room_for(
    network: Network,
    batch: int,
    n_threads: int = 1,
    gradient: NDArray[Any] | None = None,
    precision: str | None = None,
) -> small.SmallWorkspace | Workspace:
    """Return the room that the loop works in.

    Parameters
    ----------
    network : Network
    batch : int
        The most examples of one step.
    n_threads : int
        How many may work together.
    gradient : ndarray, shape (n_parameters,), optional
        The learner's own: where examples go one by one, theirs is added up there.
    precision : str, optional
        See `Settings`.
    """
    loop = loop_for(network, batch, precision)
    if loop == "tiles":
        return new_workspace(
            network.layers,
            network.dtype,
            batch,
            backward=True,
            dropping=_dropping(network),
            in_pairs=precision is not None,
            n_threads=n_threads,
        )
    room = new_small_room(network.layers, network.dtype, batch, lanes=LANES if loop == "lanes" else 1)
    return room if loop == "lanes" or gradient is None else room._replace(gradient=gradient)


def needs_compilation(network: Network, batch: int, precision: str | None = None) -> bool:
    """Whether a loop was never compiled on this machine, so that the first step takes some seconds.

    With another precision there are two: tiles of the network's own dtype measure it.
    """
    if precision is not None and compiling.needs_compilation(
        KERNELS["tiles"], new_workspace(network.layers, network.dtype, 1)
    ):
        return True
    # The type of a room says for which numbers a loop is; three examples are enough to go in lanes.
    room = room_for(network, min(batch, 3), precision=precision)
    return compiling.needs_compilation(KERNELS[loop_for(network, batch, precision)], room)


def memory_of_training(
    network: Network, settings: Settings, batch: int, n_judges: int, n_threads: int = 1
) -> int:
    """Return how many bytes a training takes besides network and data, at most.

    Numbers for each parameter: the gradient, what the optimizer remembers, the best network so far; and for
    each example of a batch and of a block that is measured: see `new_workspace`. With statistics also the
    examples of a look, and another gradient and their passes, or the network before a step and how far its
    largest layer moved; with a precision the factors in pairs. Besides, a panel for each thread.

    Not counted are 16 bytes an example for the order of a chunk of steps, at most 16 MiB where that is more
    than an epoch, and 0.1 MiB for what is small.

    Parameters
    ----------
    network : Network
    settings : Settings
    batch : int
        The most examples of one step.
    n_judges : int
        How many examples the network is measured on.
    n_threads : int
        How many may work together.
    """
    row = settings.chosen_optimizer.row
    n_inputs, n_neurons, n_outputs = network.sizes[0], sum(network.sizes[1:]), network.sizes[-1]
    vectors = 2 + row.remembers_mean + row.remembers_square
    forward, measured = 2 * n_neurons + n_outputs + 3, measured_at_once(network, n_judges)
    numbers = network.n_parameters * vectors + measured * forward
    numbers += batch * (forward + n_neurons * (2 if _dropping(network) else 1))
    if settings.precision is not None:
        numbers += (batch + 1) * (n_neurons + len(network.layers) + n_threads * (n_inputs + 1))
    if settings.statistics:
        passes = EXAMPLES_OF_A_LOOK * (forward + 2 * n_neurons)
        largest = int((network.layers["n_inputs"] * network.layers["n_neurons"]).max())
        numbers += EXAMPLES_OF_A_LOOK * (n_inputs + n_outputs)
        numbers += network.n_parameters + max(passes, largest)
    places = n_threads * (batch + measured) * 8
    n_panels = 2 * n_threads + settings.statistics
    return numbers * network.dtype.itemsize + places + n_panels * PANEL_ROWS * PANEL_BYTES


def _dropping(network: Network) -> bool:
    return bool((network.layers["dropout"] > 0).any())
