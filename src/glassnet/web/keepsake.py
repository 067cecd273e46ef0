"""What a page keeps of a small network, so that nothing learned is lost when the program is started anew."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import numpy as np

from glassnet.errors import SettingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.network import Network

__all__ = ["MOST_KEPT", "Keepsake", "kept_parameters"]

MOST_KEPT = 512 << 10
"""Weights of so many bytes are handed to the page now and then; those of larger networks are not [bytes]."""


class Keepsake:
    """Hands out the weights of a network whenever they have changed."""

    def __init__(self) -> None:
        self._last: NDArray[np.floating] | None = None

    def of(self, network: Network) -> str | None:
        """Return the weights and biases in Base64, in their own precision; None where nothing is new."""
        parameters = network.parameters
        if parameters.nbytes > MOST_KEPT or (
            self._last is not None and np.array_equal(self._last, parameters, equal_nan=True)
        ):
            return None
        self._last = parameters.copy()
        return base64.b64encode(parameters.tobytes()).decode()


def kept_parameters(kept: bytes, network: Network) -> NDArray[np.floating]:
    """Return the weights and biases that a page had kept.

    Raises
    ------
    SettingError
        They are not those of such a network.
    """
    dtype = network.parameters.dtype
    if len(kept) != network.parameters.nbytes:
        raise SettingError(
            f"The weights that the page had kept are {len(kept) // dtype.itemsize:,}, and the network has "
            f"{network.n_parameters:,}: it begins anew."
        )
    parameters = np.frombuffer(kept, dtype)
    if not np.isfinite(parameters).all():
        raise SettingError("The weights that the page had kept are not all finite: the network begins anew.")
    return parameters
