"""Outputs and nothing else: three loops, for a few rows, for small networks, and for many rows.

All of them give the same bits. Each takes the rows first to last of `inputs`, flat of (n_examples,
n_inputs), and sets those of `outputs`, flat of (n_examples, n_outputs).
"""

from __future__ import annotations

import numpy as np

from glassnet.kernels.activations import softmax, squash
from glassnet.kernels.codes import SOFTMAX
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import LANES, address, at, lane_at, put, put_lane
from glassnet.kernels.passes import forward
from glassnet.kernels.products import weigh_one
from glassnet.kernels.rooms import room_at
from glassnet.kernels.small import pass_forward, small_room_at
from glassnet.kernels.threads import flush_denormals, restore_denormals

__all__ = ["predict_few", "predict_many", "predict_small"]


@kernel
def _doubtful(inputs, begin, end):
    """Whether some of these numbers is not finite; checks in Python take longer than a small network."""
    doubt = False
    for i in range(begin, end):
        rest = at(inputs, i) - at(inputs, i)  # 0, but not a number for what is not finite
        doubt |= rest != rest
    return doubt


@kernel
def predict_few(layers, parameters, inputs, first, last, outputs):
    """A few rows, one after the other; return False, having set nothing, if some input is not finite."""
    layer, n_inputs = layers[layers.size - 1], layers[0].n_inputs
    n_neurons, n_outputs = layer.neurons + layer.n_neurons, layer.n_neurons
    there, weights, answers = address(inputs), address(parameters), address(outputs)
    if _doubtful(there, first * n_inputs, last * n_inputs):
        return False
    before = flush_denormals()
    held = np.empty(2 * n_neurons, dtype=parameters.dtype)
    room = address(held)
    for s in range(first, last):
        for k in range(layers.size):
            begin = layers[k].neurons
            if k == 0:
                weigh_one(
                    layers[k], weights, there, s * layers[k].n_inputs, 0, layers[k].n_neurons, room, begin
                )
            else:
                source = n_neurons + begin - layers[k].n_inputs
                weigh_one(layers[k], weights, room, source, 0, layers[k].n_neurons, room, begin)
            _answer(layers[k], room, begin, n_neurons)
        for j in range(n_outputs):
            put(answers, s * n_outputs + j, at(room, n_neurons + layer.neurons + j))
    restore_denormals(before)
    return held[0] == held[0] or True  # the room must live until here


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
def predict_small(layers, parameters, inputs, first, last, outputs, room):
    """Rows through a small network, a row a lane; return False if some input is not finite."""
    before, fine = flush_denormals(), True
    layer = layers[layers.size - 1]
    n_inputs, n_outputs = layers[0].n_inputs, layer.n_neurons
    begin = n_inputs + layer.neurons
    here = small_room_at(room)
    there, weights, answers = address(inputs), address(parameters), address(outputs)
    for start in range(first, last, LANES):
        n_live = min(LANES, last - start)
        if _doubtful(there, start * n_inputs, (start + n_live) * n_inputs):
            fine = False
            break
        for lane in range(LANES):
            row = start + min(lane, n_live - 1)
            for i in range(n_inputs):
                put_lane(here.outputs, i, lane, at(there, row * n_inputs + i))
        pass_forward(layers, weights, here)
        for lane in range(n_live):
            for j in range(n_outputs):
                put(answers, (start + lane) * n_outputs + j, lane_at(here.outputs, begin + j, lane))
    restore_denormals(before)
    return fine


@kernel
def predict_many(layers, parameters, inputs, first, last, block, outputs, room, team):
    """Rows through any network, `block` of them at a time; return False if some input is not finite."""
    before, fine = flush_denormals(), True
    layer, here, key = layers[layers.size - 1], room_at(room), np.uint64(0)
    n_inputs, n_outputs = layers[0].n_inputs, layer.n_neurons
    there, weights, answers = address(inputs), address(parameters), address(outputs)
    for begin in range(first, last, block):
        n_examples = min(block, last - begin)
        if _doubtful(there, begin * n_inputs, (begin + n_examples) * n_inputs):
            fine = False
            break
        given = address(inputs[begin * n_inputs : (begin + n_examples) * n_inputs])
        forward(layers, weights, given, n_examples, here, False, key, here.panels, team, 0)
        place = layer.neurons * n_examples
        if layer.activation == SOFTMAX:
            softmax(here.weighted_sums, here.outputs, place, n_examples, n_outputs)
        for k in range(n_examples * n_outputs):
            put(answers, begin * n_outputs + k, at(here.outputs, place + k))
    restore_denormals(before)
    return fine
