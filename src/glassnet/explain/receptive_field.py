"""Receptive fields: the picture that a neuron answers to most, and the pixels that it does not look at.

The picture is chosen by the weighted sum, before the squash. Every squash rises or stays level, so the
highest sum gives the highest output; and the sum still tells pictures apart where the output cannot:
in a saturated tanh, in a ReLU that no picture wakes (its field is the picture that comes nearest to
waking it), and in softmax, where an output also rises because its rivals fall [1]_.

Of a network that was trained on a table it is a row instead, with one value in each column of text
(`glassnet.explain.best_row`).

References
----------
.. [1] K. Simonyan, A. Vedaldi, A. Zisserman, "Deep inside convolutional networks" (2014), section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.checks import whole_number
from glassnet.data import Columns
from glassnet.explain.ascent import ascend
from glassnet.explain.best_row import Rows
from glassnet.explain.places import check_finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from glassnet.network import Network, Trace

__all__ = ["ReceptiveField", "has_receptive_field", "receptive_field", "receptive_fields"]

# So many inputs have 4,096 black and white pictures, which run in milliseconds; each further one doubles it.
_MOST_INPUTS = 12

# Sums that differ by no more than this are taken to be equal [units in the last place of their terms].
_ROUNDING = 16


@dataclass(frozen=True, eq=False)
class ReceptiveField:
    """The picture that a neuron answers to most.

    Attributes
    ----------
    layer, neuron : int
        The layer counted from 1, the neuron from 0.
    pictures : ndarray, shape (n_best, n_inputs)
        The best pictures: +1 where a pixel must be white, -1 where it must be black, NaN where it may be
        anything ("don't care"). Several rows are equally good; the first is the one with the first white
        pixel where they differ. Found by ascent, they may have greys, and the highest is the first.
    weighted_sum, output : float
        What the neuron sums up and answers when it sees one of them.
    exact : bool
        Whether no other black and white picture gets a higher sum. (In the first layer no grey one does
        either; deeper, one can.) False where it was sought by ascent.
    method : str
        How it was found, in words; with ascent, how many of the starts led to it.
    kind : {"picture", "row"}
        Of a table it is a row: numbers from the smallest (-1) to the largest (+1) learned from, and of text
        a 1 for its value among 0s.
    """

    layer: int
    neuron: int
    pictures: NDArray[np.float64]
    weighted_sum: float
    output: float
    exact: bool
    method: str
    kind: str = "picture"

    @property
    def picture(self) -> NDArray[np.float64]:
        """The first of the best pictures, shape (n_inputs,), NaN where the neuron does not care."""
        first: NDArray[np.float64] = self.pictures[0]
        return first

    @property
    def cares(self) -> NDArray[np.bool_]:
        """Which pixels the neuron looks at, shape (n_inputs,)."""
        return ~np.isnan(self.picture)

    @property
    def alternatives(self) -> int:
        """How many further pictures are just as good, apart from pixels that do not matter."""
        return len(self.pictures) - 1

    def to_json(self) -> dict[str, Any]:
        """Return the field as plain JSON values; None for a pixel that does not matter."""
        return {
            "layer": self.layer,
            "neuron": self.neuron,
            "pictures": [
                [None if np.isnan(pixel) else pixel for pixel in picture]
                for picture in self.pictures.tolist()
            ],
            "weighted_sum": self.weighted_sum,
            "output": self.output,
            "exact": self.exact,
            "method": self.method,
        }

    def __str__(self) -> str:
        if self.picture.size <= _MOST_INPUTS:
            seen = " ".join("*" if np.isnan(pixel) else f"{pixel:.2g}" for pixel in self.picture)
        else:
            pixels = "pixels" if self.kind == "picture" else "inputs"
            seen = f"{np.count_nonzero(self.cares):,} of {self.picture.size:,} {pixels}"
        n = self.alternatives
        others = f" or {n} other {self.kind}{'s' if n > 1 else ''}" if n else ""
        return (
            f"layer {self.layer}, neuron {self.neuron}: [{seen}]{others} "
            f"gives {self.output:.6g} ({self.method})"
        )


def has_receptive_field(network: Network, layer: int) -> bool:
    """Say whether the receptive fields of a layer can be found exactly.

    They can in the first layer, and in every layer of a network with at most 12 inputs.
    """
    return layer == 1 or network.sizes[0] <= _MOST_INPUTS


def receptive_field(
    network: Network, layer: int, neuron: int, *, starts: int = 16, seed: int = 0
) -> ReceptiveField:
    """Find the picture that makes a neuron's answer as high as it can be.

    Exactly where that is possible (`has_receptive_field`), else by ascent from several pictures
    (`glassnet.explain.ascent`).

    Parameters
    ----------
    network : Network
    layer : int
        From 1.
    neuron : int
        From 0.
    starts, seed : int
        Of an ascent: from how many pictures, and of their drawing.

    Returns
    -------
    ReceptiveField
        With don't-care pixels: those that can be turned from black to white in every best picture
        without making it any worse.

    Raises
    ------
    SettingError
        There is no such layer or neuron, or no start.
    ShapeError
        The network holds values that are not finite.

    Examples
    --------
    >>> from glassnet import Network
    >>> print(receptive_field(Network.drawn_four_pixel(), layer=1, neuron=0))
    layer 1, neuron 0: [1 * 1 *] gives 0.964028 (the signs of its weights)
    """
    return receptive_fields(network, layer, [neuron], starts=starts, seed=seed)[0]


def receptive_fields(
    network: Network,
    layer: int,
    neurons: Sequence[int] | None = None,
    *,
    starts: int = 16,
    seed: int = 0,
) -> list[ReceptiveField]:
    """Find the receptive fields of several neurons of a layer; exact ones in one pass of the network.

    Parameters
    ----------
    network : Network
    layer : int
        From 1.
    neurons : sequence of int, optional
        From 0; all of the layer without it.
    starts, seed : int
        See `receptive_field`.

    Raises
    ------
    SettingError, ShapeError
        See `receptive_field`.
    """
    n_neurons = int(network.layer(layer)["n_neurons"])
    wanted = range(n_neurons) if neurons is None else neurons
    chosen = [whole_number(j, f"neuron of layer {layer}", high=n_neurons - 1) for j in wanted]
    whole_number(starts, "starts", low=1)
    whole_number(seed, "seed")
    if isinstance(network.encoder, Columns):
        return _of_table(network, layer, chosen, Rows.of(network.encoder), starts, seed)
    if not has_receptive_field(network, layer):
        return [_by_ascent(network, layer, neuron, starts, seed) for neuron in chosen]
    return _by_signs(network, chosen) if layer == 1 else _by_trying(network, layer, chosen)


def _by_signs(network: Network, neurons: Sequence[int]) -> list[ReceptiveField]:
    """Find fields in the first layer: sum_i w_i x_i is highest where each x_i has the sign of its w_i."""
    signs = np.sign(np.nan_to_num(network.weights(1)[:, neurons].T))
    trace = network.run(signs)
    check_finite(trace, 1, "receptive field")
    return [
        _field(
            trace, 1, neuron, k, np.where(signs == 0, np.nan, signs)[k : k + 1], "the signs of its weights"
        )
        for k, neuron in enumerate(neurons)
    ]


def _of_table(
    network: Network, layer: int, neurons: Sequence[int], rows: Rows, starts: int, seed: int
) -> list[ReceptiveField]:
    """Find the rows of a table that neurons answer to most."""
    if layer > 1 and has_receptive_field(network, layer):
        every = rows.every()
        trace = network.run(every)
        best = _highest(trace, layer)
        method = f"all {len(every):,} rows of smallest and largest numbers tried"
        return [
            _field(
                trace, layer, j, int(np.argmax(best[:, j])), rows.summed_up(best[:, j]), method, kind="row"
            )
            for j in neurons
        ]
    check_finite(network.run(np.zeros(network.sizes[0])), layer, "receptive field")
    fields = []
    for neuron in neurons:
        if layer == 1:
            row, summed_up = rows.highest_sum(network.weights(1)[:, neuron])
            method = "the signs of its weights"
        else:
            row, n_agreeing = rows.climb(network, layer, neuron, starts, seed)
            summed_up, method = (
                row,
                f"one column changed at a time: {n_agreeing} of {starts} starts led to it",
            )
        trace, shown = network.run(row), summed_up[np.newaxis]
        fields.append(_field(trace, layer, neuron, 0, shown, method, exact=layer == 1, kind="row"))
    return fields


def _highest(trace: Trace, layer: int) -> NDArray[np.bool_]:
    """Return which examples give each neuron of a layer its highest sum, shape (n_examples, n_neurons)."""
    check_finite(trace, layer, "receptive field")
    network, sums = trace.network, trace.weighted_sums(layer)
    # A sum is as inexact as its largest terms, even where they cancel out.
    terms = np.abs(trace.outputs(layer - 1)) @ np.abs(network.weights(layer))
    rounding = _ROUNDING * np.finfo(network.dtype).eps * (terms + np.abs(sums)).max(axis=0)
    best: NDArray[np.bool_] = sums >= sums.max(axis=0) - rounding
    return best


def _by_trying(network: Network, layer: int, neurons: Sequence[int]) -> list[ReceptiveField]:
    """Find fields by running all black and white pictures through the network."""
    pictures = _black_and_white(network.sizes[0])
    trace = network.run(pictures)
    best = _highest(trace, layer)
    method = f"all {len(pictures):,} black and white pictures tried"
    return [
        _field(
            trace,
            layer,
            neuron,
            int(np.argmax(best[:, neuron])),
            _summed_up(pictures, best[:, neuron]),
            method,
        )
        for neuron in neurons
    ]


def _by_ascent(network: Network, layer: int, neuron: int, starts: int, seed: int) -> ReceptiveField:
    """Find a field by walking uphill from several pictures."""
    check_finite(network.run(np.zeros(network.sizes[0])), layer, "receptive field")
    tops = ascend(network, layer, neuron, starts, seed)
    trace = network.run(tops.highest)
    method = f"ascent: {tops.n_agreeing} of {starts} starts led to it"
    return _field(trace, layer, neuron, 0, tops.pictures, method, exact=False)


def _field(
    trace: Trace,
    layer: int,
    neuron: int,
    example: int,
    pictures: NDArray[Any],
    method: str,
    *,
    exact: bool = True,
    kind: str = "picture",
) -> ReceptiveField:
    """Put a field together; `example` of the trace is one of its best pictures."""
    pictures = pictures.astype(np.float64)
    pictures.flags.writeable = False
    return ReceptiveField(
        layer=layer,
        neuron=neuron,
        pictures=pictures,
        weighted_sum=float(trace.weighted_sums(layer)[example, neuron]),
        output=float(trace.outputs(layer)[example, neuron]),
        exact=exact,
        method=method,
        kind=kind,
    )


def _black_and_white(n_inputs: int) -> NDArray[np.float64]:
    """All pictures of pixels +1 and -1, white first; shape (2**n_inputs, n_inputs).

    Pixel i of picture k is black where `_bit` (n_inputs, i) is set in k.
    """
    numbers = np.arange(2**n_inputs)
    black = [numbers & _bit(n_inputs, i) != 0 for i in range(n_inputs)]
    return np.where(np.transpose(black), -1.0, 1.0)


def _bit(n_inputs: int, pixel: int) -> int:
    """Return the bit of a pixel; the first has the highest, so that numbers go by its colour first."""
    return 1 << (n_inputs - 1 - pixel)


def _summed_up(pictures: NDArray[np.float64], best: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the best pictures with NaN for the pixels that do not matter, each picture once.

    A pixel does not matter when turning it in any best picture gives a best picture again.

    Parameters
    ----------
    pictures : ndarray, shape (2**n_inputs, n_inputs)
        From `_black_and_white`.
    best : ndarray of bool, shape (2**n_inputs,)
        Which of them are.
    """
    numbers = np.flatnonzero(best)
    bits = [_bit(pictures.shape[1], i) for i in range(pictures.shape[1])]
    indifferent = np.array([best[numbers ^ bit].all() for bit in bits])
    # Of pictures that differ only in such pixels, the one where they are all white stands for the others.
    distinct = (pictures[:, indifferent] == 1).all(axis=1) & best
    summed_up: NDArray[np.float64] = np.where(indifferent, np.nan, pictures[distinct])
    return summed_up
