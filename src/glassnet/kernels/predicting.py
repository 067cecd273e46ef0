"""Outputs and nothing else: three loops, for a few rows, for small networks, and for many rows.

All of them give the same bits. Each takes `inputs` (n_examples, n_inputs), sets `outputs` (n_examples,
n_outputs), and makes its own room, which takes a hundredth of the time that Python would need for it. It is
one array that is held to the end, because an address does not keep what it points to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glassnet.kernels.activations import softmax, squash
from glassnet.kernels.codes import SOFTMAX
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import LANES, address, at, lane_at, like, put, put_lane
from glassnet.kernels.passes import forward
from glassnet.kernels.products import PANEL_ROWS, weigh_one
from glassnet.kernels.registers import panel_width
from glassnet.kernels.small import pass_forward
from glassnet.kernels.threads import Team, claim, flush_denormals, restore_denormals

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["predict_few", "predict_many", "predict_small"]


class _Lanes(NamedTuple):
    """Room for sixteen rows of a small network: lanes for each input and then for each neuron."""

    sums: NDArray
    outputs: NDArray


class _Block(NamedTuple):
    """Room for a block of rows: flat arrays, layer after layer, see `glassnet.kernels.rooms.Workspace`."""

    weighted_sums: NDArray
    outputs: NDArray
    handed_on: NDArray
    zeros: NDArray


# As many numbers as a line of the cache has at most.
_LINE = 16


@kernel
def _from_a_line(array):
    """What is left of a flat array from the first number on that begins a line of the cache."""
    return array[-array.ctypes.data % (4 * _LINE) // array.itemsize :]


@kernel
def _doubtful(inputs, begin, end):
    """Whether some of these numbers is not finite; checks in Python take longer than a small network."""
    doubt = False
    for i in range(begin, end):
        rest = at(inputs, i) - at(inputs, i)  # 0, but not a number for what is not finite
        doubt |= rest != rest
    return doubt


@kernel
def predict_few(layers, parameters, inputs, outputs):
    """A few rows, one after the other; return False, having set nothing, if some input is not finite."""
    layer, n_inputs = layers[layers.size - 1], layers[0].n_inputs
    n_neurons, n_outputs = layer.neurons + layer.n_neurons, layer.n_neurons
    there, weights = address(inputs.reshape(inputs.size)), address(parameters)
    answers = address(outputs.reshape(outputs.size))
    if _doubtful(there, 0, inputs.size):
        return False
    before = flush_denormals()
    held = np.empty(2 * n_neurons, dtype=parameters.dtype)
    room = address(held)
    for s in range(inputs.shape[0]):
        for k in range(layers.size):
            begin = layers[k].neurons
            if k == 0:
                weigh_one(layers[k], weights, there, s * n_inputs, 0, layers[k].n_neurons, room, begin)
            else:
                source = n_neurons + begin - layers[k].n_inputs
                weigh_one(layers[k], weights, room, source, 0, layers[k].n_neurons, room, begin)
            _answer(layers[k], room, begin, n_neurons)
        for j in range(n_outputs):
            put(answers, s * n_outputs + j, at(room, n_neurons + layer.neurons + j))
    restore_denormals(before)
    return held.size > 0


@kernel
def _answer(layer, room, begin, behind):
    """From a layer's weighted sums, at `begin` of the room, to its outputs, `behind` numbers on."""
    for j in range(begin, begin + layer.n_neurons):
        put(room, behind + j, at(room, j))
    start = behind + begin
    if layer.activation == SOFTMAX:
        softmax(room, room, start, 1, layer.n_neurons)
    else:
        squash(layer.activation, layer.constant, room, room, start, start + layer.n_neurons)


@kernel
def predict_small(layers, parameters, inputs, outputs):
    """Rows through a small network, a row a lane; return False if some input is not finite."""
    before, fine = flush_denormals(), True
    layer = layers[layers.size - 1]
    n_rows, n_inputs, n_outputs = inputs.shape[0], layers[0].n_inputs, layer.n_neurons
    begin = n_inputs + layer.neurons
    n_values = begin + n_outputs
    held = np.empty(2 * n_values * LANES + _LINE, dtype=parameters.dtype)
    lanes = _from_a_line(held)[: 2 * n_values * LANES].reshape(2 * n_values, LANES)
    room = _Lanes(address(lanes[:n_values]), address(lanes[n_values:]))
    there, weights = address(inputs.reshape(inputs.size)), address(parameters)
    answers = address(outputs.reshape(outputs.size))
    for start in range(0, n_rows, LANES):
        n_live = min(LANES, n_rows - start)
        if _doubtful(there, start * n_inputs, (start + n_live) * n_inputs):
            fine = False
            break
        for lane in range(LANES):
            row = start + min(lane, n_live - 1)
            for i in range(n_inputs):
                put_lane(room.outputs, i, lane, at(there, row * n_inputs + i))
        pass_forward(layers, weights, room)
        for lane in range(n_live):
            for j in range(n_outputs):
                put(answers, (start + lane) * n_outputs + j, lane_at(room.outputs, begin + j, lane))
    restore_denormals(before)
    return fine and held.size > 0


@kernel
def predict_many(layers, parameters, inputs, outputs, block, team):
    """Rows through any network, `block` of them at a time; return False if some input is not finite.

    Each thread of the team takes the next block when it is done with its own: one that is held up by other
    programs has less to do then.
    """
    before, fine = flush_denormals(), True
    layer, key, alone = layers[layers.size - 1], np.uint64(0), Team(team.board, 1)
    n_rows, n_inputs, n_outputs = inputs.shape[0], layers[0].n_inputs, layer.n_neurons
    n_values, width = block * (layer.neurons + n_outputs), panel_width(parameters)
    held = np.empty(2 * n_values + (PANEL_ROWS + 1) * width + _LINE, dtype=parameters.dtype)
    panel_and_rest = _from_a_line(held)
    panel, rest = address(panel_and_rest), panel_and_rest[PANEL_ROWS * width :]
    values = address(rest[width + n_values : width + 2 * n_values])
    room = _Block(address(rest[width : width + n_values]), values, values, address(rest[:width]))
    flat, weights = inputs.reshape(inputs.size), address(parameters)
    for k in range(width):
        put(room.zeros, k, like(at(weights, 0), 0.0))
    there, answers = address(flat), address(outputs.reshape(outputs.size))
    while fine:
        begin = claim(team) * block
        if begin >= n_rows:
            break
        n_examples = min(block, n_rows - begin)
        if _doubtful(there, begin * n_inputs, (begin + n_examples) * n_inputs):
            fine = False
            break
        given = address(flat[begin * n_inputs : (begin + n_examples) * n_inputs])
        forward(layers, weights, given, n_examples, room, False, key, panel, alone, 0)
        place = layer.neurons * n_examples
        if layer.activation == SOFTMAX:
            softmax(room.weighted_sums, room.outputs, place, n_examples, n_outputs)
        for k in range(n_examples * n_outputs):
            put(answers, begin * n_outputs + k, at(room.outputs, place + k))
    restore_denormals(before)
    return fine and held.size > 0
