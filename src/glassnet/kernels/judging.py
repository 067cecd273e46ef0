"""What comes of the last layer's weighted sums: outputs, loss, slopes and right answers, in lanes.

There are only a few numbers an example here, too few for the compiler to do many at once. So sixteen
examples are transposed: neuron j of all of them becomes one row of lanes.
"""

from __future__ import annotations

from glassnet.kernels.activations import softmax
from glassnet.kernels.answers import is_right
from glassnet.kernels.codes import SOFTMAX
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import LANES, at, lane_at, like, put, put_lane
from glassnet.kernels.losses import loss_of_example, set_sums_slopes
from glassnet.kernels.transposing import transpose

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
    lanes = begin * LANES
    transpose(room.weighted_sums, block, n_outputs, n_live, n_outputs, last.sums, lanes, LANES)
    transpose(targets, first * n_outputs, n_outputs, n_live, n_outputs, last.targets, lanes, LANES)
    for q in range(LANES):
        put_lane(last.weights, me, q, at(weights, first + min(q, n_live - 1)))
    if layer.activation == SOFTMAX:
        softmax(last.sums, last.outputs, begin, 1, n_outputs)
        transpose(last.outputs, lanes, LANES, n_outputs, n_live, room.outputs, block, n_outputs)
    else:
        transpose(room.outputs, block, n_outputs, n_live, n_outputs, last.outputs, lanes, LANES)
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
        transpose(last.grads, lanes, LANES, n_outputs, n_live, room.grad_sums, block, n_outputs)
