"""Outputs and nothing else: three loops, for a few rows, for small networks, and for many rows.

All of them give the same bits. Each takes `inputs` (n_examples, n_inputs), sets `outputs` (n_examples,
n_outputs), and makes its own room (but for what threads share), which takes a hundredth of the time that
Python would need for it. It is one array that is held to the end, because an address does not keep what it
points to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from glassnet.kernels.activations import softmax, squash
from glassnet.kernels.codes import SOFTMAX
from glassnet.kernels.compiling import kernel, owner
from glassnet.kernels.lanes import LANES, address, at, borrowed, lane_at, like, put, put_lane
from glassnet.kernels.products import pack, set_places, weigh_one, weigh_packed, weigh_part
from glassnet.kernels.registers import panel_width
from glassnet.kernels.small import pass_forward
from glassnet.kernels.standby import CALLER, listen, ring, stay
from glassnet.kernels.threads import (
    claim,
    finish,
    flush_denormals,
    offer,
    refuse,
    refused,
    restore_denormals,
    wait_for_parts,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PART", "predict_few", "predict_few_together", "predict_many", "predict_small"]


class _Lanes(NamedTuple):
    """Room for sixteen rows of a small network: lanes for each input and then for each neuron."""

    sums: NDArray
    outputs: NDArray


# Threads that share a row have at least so many neurons of a layer each.
PART = 128

# As many numbers as a cache line has at most.
_LINE = 16


@owner
def _from_a_line(array):
    """What is left of a flat array from the first number on that begins a cache line."""
    return array[-array.ctypes.data % (4 * _LINE) // array.itemsize :]


@kernel
def _doubtful(inputs, begin, end):
    """Whether some of these numbers is not finite; checks in Python take longer than a small network."""
    doubt = False
    for i in range(begin, end):
        rest = at(inputs, i) - at(inputs, i)  # 0, but not a number for what is not finite
        doubt |= rest != rest
    return doubt


@owner
def predict_few(layers, parameters, inputs, outputs):
    """A few rows, one after the other; return False, having set nothing, if some input is not finite."""
    there, answers = address(inputs.reshape(inputs.size)), address(outputs.reshape(outputs.size))
    if _doubtful(there, 0, inputs.size):
        return False
    before = flush_denormals()
    held = np.empty(_values_of_row(layers) + _LINE, dtype=parameters.dtype)
    room, weights = address(_from_a_line(held)), address(parameters)
    for s in range(inputs.shape[0]):
        _begin_row(layers, there, s, room)
        for k in range(layers.size):
            _pass(layers[0].n_inputs, layers[k], weights, 0, layers[k].n_neurons, room)
        _end_row(layers, room, answers, s)
    restore_denormals(before)
    return held.size > 0


@kernel
def _values_of_row(layers):
    """How much room a row needs: for its inputs, and behind them for the output of every neuron."""
    last = layers[layers.size - 1]
    return layers[0].n_inputs + last.neurons + last.n_neurons


@kernel
def _begin_row(layers, inputs, row, room):
    n_inputs = layers[0].n_inputs
    for i in range(n_inputs):
        put(room, i, at(inputs, row * n_inputs + i))


@kernel
def _pass(n_inputs, layer, weights, begin, end, room):
    """Some neurons of a layer, from the outputs of the layer before to their own ones."""
    place = n_inputs + layer.neurons
    if end - begin == layer.n_neurons:
        weigh_one(layer, weights, room, place - layer.n_inputs, begin, end, room, place)
    else:
        weigh_part(layer, weights, room, place - layer.n_inputs, begin, end, room, place)
    if layer.activation != SOFTMAX:
        squash(layer.activation, layer.constant, room, room, place + begin, place + end)


@kernel
def _end_row(layers, room, answers, row):
    layer = layers[layers.size - 1]
    place = layers[0].n_inputs + layer.neurons
    if layer.activation == SOFTMAX:
        softmax(room, room, place, 1, layer.n_neurons)
    for j in range(layer.n_neurons):
        put(answers, row * layer.n_neurons + j, at(room, place + j))


@owner
def predict_few_together(layers, parameters, inputs, outputs, room, team, bell, heard):
    """As `predict_few`, by threads that take parts of a layer; return 0 if some input is not finite, else 1.

    `room` is for a row's inputs, the outputs of all neurons, and a cache line. Helpers stay in here
    from one row to the next, as long as it is the same network, see `glassnet.kernels.standby`. The number
    of a part says all that is to be done, so that one who comes late does no harm: he claims nothing, or a
    part of the next row.
    """
    before = flush_denormals()
    values, weights, n_parts = address(_from_a_line(room)), address(parameters), 0
    for k in range(layers.size):
        n_parts += _n_panels(layers[k], _part(layers[k], team))
    result = 1
    if heard == CALLER:
        there, answers = address(inputs.reshape(inputs.size)), address(outputs.reshape(outputs.size))
        if _doubtful(there, 0, inputs.size):
            result = 0
        for s in range(inputs.shape[0] * result):
            _begin_row(layers, there, s, values)
            offer(team)
            _take_parts(layers, weights, n_parts, values, team)
            wait_for_parts(team, n_parts)
            _end_row(layers, values, answers, s)
    else:
        result = stay(team, n_parts, bell, heard)
        while result == heard:
            _take_parts(layers, weights, n_parts, values, team)
            result = stay(team, n_parts, bell, heard)
    restore_denormals(before)
    return result


@kernel
def _part(layer, team):
    """How many neurons of a layer belong to one thread: the more, the longer it reads along memory."""
    units = (layer.n_neurons + PART - 1) // PART
    return (units + team.n_threads - 1) // team.n_threads * PART


@kernel
def _take_parts(layers, weights, n_parts, values, team):
    """Do parts of a row while there are some: each a few neurons of a layer, when that before is done."""
    part = claim(team)
    while part < n_parts:
        done, k = 0, 0  # parts and layers before
        while part >= done + _n_panels(layers[k], _part(layers[k], team)):
            done += _n_panels(layers[k], _part(layers[k], team))
            k += 1
        wait_for_parts(team, done)
        width = _part(layers[k], team)
        begin = (part - done) * width
        _pass(layers[0].n_inputs, layers[k], weights, begin, min(begin + width, layers[k].n_neurons), values)
        finish(team)
        part = claim(team)


@owner
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
def _n_panels(layer, width):
    return (layer.n_neurons + width - 1) // width


@owner
def predict_many(layers, parameters, inputs, outputs, packed, block, team, bell, heard):
    """Rows through any network, `block` of them at a time; return 0 if some input is not finite, else 1.

    All weights are copied into panels once, to the flat array `packed`, and then every block goes through all
    layers. Each thread takes the next panel or block when it is done with its own: one that is held up by
    other programs, or begins late, has less to do then. Helpers return what they hear behind all that, see
    `glassnet.kernels.standby`.
    """
    if heard == CALLER:
        ring(bell)
    before = flush_denormals()
    width, n_panels, widest, n_rows = panel_width(parameters), 0, 0, inputs.shape[0]
    for k in range(layers.size):
        n_panels += _n_panels(layers[k], width)
        widest = max(widest, layers[k].n_neurons)
    n_parts = n_panels + (n_rows + block - 1) // block
    places = np.empty(block, dtype=np.int64)
    held = np.empty(2 * block * widest + width + _LINE, dtype=parameters.dtype)
    values_and_zeros = _from_a_line(held)
    values, zeros = address(values_and_zeros), address(values_and_zeros[2 * block * widest :])
    for k in range(width):
        put(zeros, k, like(at(zeros, k), 0.0))
    panels, weights = borrowed(_from_a_line(packed)), address(parameters)
    flat, answers = borrowed(inputs.reshape(inputs.size)), address(outputs.reshape(outputs.size))
    part = claim(team)
    while part < n_panels:
        _pack_part(layers, weights, panels, part, width)
        finish(team)
        part = claim(team)
    if part < n_parts:
        wait_for_parts(team, n_panels)
    while part < n_parts:
        first = (part - n_panels) * block
        n_examples = min(block, n_rows - first)
        if not refused(team):
            _predict_block(
                layers, weights, panels, width, flat, first, n_examples, address(places), values,
                block * widest, zeros, answers, team,
            )  # fmt: skip
        finish(team)
        part = claim(team)
    wait_for_parts(team, n_parts)
    restore_denormals(before)
    if held.size + places.size > 0 and heard != CALLER:
        return listen(bell, heard)
    return 0 if refused(team) else 1


@kernel
def _pack_part(layers, weights, panels, part, width):
    """Make one of the panels of all layers, that of this number."""
    place = 0
    for k in range(layers.size):
        n_panels = _n_panels(layers[k], width)
        if part < n_panels:
            pack(layers[k], weights, part * width, panels, place)
            return
        part -= n_panels
        place += n_panels * width * layers[k].n_inputs


@kernel
def _predict_block(
    layers, weights, panels, width, inputs, first, n_examples, places, values, half, zeros, answers, team
):  # fmt: skip
    """Some examples through all layers, whose values take turns in the two halves of the room `values`."""
    n_inputs = layers[0].n_inputs
    given = address(inputs[first * n_inputs : (first + n_examples) * n_inputs])
    if _doubtful(given, 0, n_examples * n_inputs):
        refuse(team)
        return
    packed_at, here, there = 0, 0, half
    set_places(places, 0, n_inputs, n_examples)
    for k in range(layers.size):
        layer = layers[k]
        if k == 0:
            weigh_packed(layer, weights, zeros, panels, packed_at, given, places, n_examples, values, there)
        else:
            weigh_packed(layer, weights, zeros, panels, packed_at, values, places, n_examples, values, there)
        packed_at += _n_panels(layer, width) * width * layer.n_inputs
        here, there = there, here
        set_places(places, here, layer.n_neurons, n_examples)
        if layer.activation == SOFTMAX:
            softmax(values, values, here, n_examples, layer.n_neurons)
        else:
            end = here + n_examples * layer.n_neurons
            squash(layer.activation, layer.constant, values, values, here, end)
    n_outputs = layers[layers.size - 1].n_neurons
    for k in range(n_examples * n_outputs):
        put(answers, first * n_outputs + k, at(values, here + k))
