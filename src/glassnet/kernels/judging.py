"""What comes of the last layer's weighted sums: outputs, loss, slopes and right answers, in lanes.

There are only a few numbers an example here, too few for the compiler to do many at once. So sixteen
examples are turned on their side: neuron j of all of them becomes one row of lanes.
"""

from __future__ import annotations

from glassnet.kernels.activations import softmax
from glassnet.kernels.answers import is_right
from glassnet.kernels.codes import SOFTMAX
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import LANES, at, lane_at, like, put, put_lane
from glassnet.kernels.losses import loss_of_example, set_sums_slopes
from glassnet.kernels.turning import turn_in, turn_out

__all__ = ["judge"]


@kernel
def judge(layers, targets, weights, n_examples, first, n_live, room, loss, divisor, learning, me):
    """Judge up to `LANES` examples of a pass, from `first` on.

    Sets their losses, each times its weight, and whether they were answered right; the outputs, where
    they are a softmax; and, when `learning`, their dloss_dz: of the loss divided by `divisor`.
    """
    layer, last = layers[layers.size - 1], room.last
    n_outputs = layer.n_neurons
    block = (layer.neurons * n_examples) + first * n_outputs
    begin = me * n_outputs
    _turn_in(room.weighted_sums, block, n_live, n_outputs, last.sums, begin)
    _turn_in(targets, first * n_outputs, n_live, n_outputs, last.targets, begin)
    for q in range(LANES):
        put_lane(last.weights, me, q, at(weights, first + min(q, n_live - 1)))
    if layer.activation == SOFTMAX:
        softmax(last.sums, last.outputs, begin, 1, n_outputs)
        _turn_out(last.outputs, begin, n_live, n_outputs, room.outputs, block)
    else:
        _turn_in(room.outputs, block, n_live, n_outputs, last.outputs, begin)
    value = loss_of_example(loss.code, loss.constant, last.sums, last.outputs, last.targets, begin, n_outputs)
    put(last.losses, me, value * at(last.weights, me))
    put(last.right, me, is_right(last.outputs, last.targets, begin, n_outputs))
    for q in range(n_live):
        put(room.losses, first + q, lane_at(last.losses, me, q))
        put(room.right, first + q, lane_at(last.right, me, q))
    if learning:
        factor = at(last.weights, me) / like(at(last.weights, me), divisor)
        set_sums_slopes(
            loss.code, loss.constant, layer, last.sums, last.outputs, last.targets, last.grads, begin, factor
        )
        _turn_out(last.grads, begin, n_live, n_outputs, room.grad_sums, block)


@kernel
def _turn_in(rows, rows_at, n_live, n_columns, lanes, begin):
    """Row q of a matrix becomes lane q; lanes without a row of their own repeat the last one."""
    for j in range(0, n_columns, LANES):
        turn_in(rows, rows_at + j, n_columns, n_live, min(LANES, n_columns - j), lanes, begin + j)


@kernel
def _turn_out(lanes, begin, n_live, n_columns, rows, rows_at):
    """Lane q becomes row q of a matrix."""
    for j in range(0, n_columns, LANES):
        turn_out(lanes, begin + j, min(LANES, n_columns - j), rows, rows_at + j, n_columns, n_live)
