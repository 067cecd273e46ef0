"""The three products of matrices in a training step, cut into panels and tiles.

Each works on a part of its result, so that threads can share it out, and takes every sum in the same
order however the result is cut: an example alone gives the same bits as in a batch, and any number of
threads the same network.
"""

from __future__ import annotations

from glassnet.kernels.arithmetic import fma
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import address, at, like, put
from glassnet.kernels.pairs import in_elements, in_pairs
from glassnet.kernels.panels import fill_narrow_panel, fill_panel
from glassnet.kernels.registers import TILE_ROWS, panel_width
from glassnet.kernels.rows import add_block, add_narrow_block, add_part_of_block, block_width
from glassnet.kernels.tile import (
    descend_narrow_row,
    descend_narrow_tile,
    descend_row,
    descend_tile,
    fill_and_multiply_narrow_tile,
    fill_and_multiply_tile,
    multiply_narrow_row,
    multiply_narrow_tile,
    multiply_row,
    multiply_tile,
)
from glassnet.kernels.transposing import transpose

__all__ = [
    "PANEL_ROWS",
    "descend",
    "hand_back",
    "pack",
    "set_gradient",
    "set_places",
    "weigh",
    "weigh_one",
    "weigh_packed",
    "weigh_part",
]

# A sum longer than this is cut and goes on from where it stopped: a panel then stays in the L2 cache on
# every machine [rows].
PANEL_ROWS = 512

# The sums of a block of neurons stay in registers for this many inputs, before the next block's begin: its
# weights lie in the same pages of memory. One row of 3072-1024-1024-10 takes 0.55 of the time on two threads
# with that, and with wider parts of a layer for each.
_STRIP_ROWS = 128

# From so many examples on it pays to copy a panel before it is multiplied.
_FEW = 4


@kernel
def set_places(places, begin, n_values, n_examples):
    """Have `places` say where examples stand that follow one another from `begin` on."""
    for s in range(n_examples):
        put(places, s, begin + s * n_values)


@kernel
def weigh(layer, parameters, zeros, inputs, places, first, last, begin, end, panel, sums, sums_at):
    """Sums = inputs weights + biases, for the examples first to last and the neurons begin to end.

    Parameters
    ----------
    layer : row of the table of layers
    parameters : ndarray, shape (n_parameters,)
    zeros : ndarray, as long as a panel is wide
        Takes the place of biases that are not there.
    inputs : flat array
    places : flat array of int
        Where in `inputs` each example begins.
    sums : flat array
        In which a matrix of (n_examples, n_neurons) begins at `sums_at`.
    first, last, begin, end : int
        The part of `sums` to be made.
    panel : flat array
        Room for `PANEL_ROWS` rows of a panel. If they hold pairs, `inputs` does too, and places count them.
    """
    if last - first < _FEW and not in_pairs(panel):
        for s in range(first, last):
            place = sums_at + s * layer.n_neurons
            weigh_one(layer, parameters, inputs, at(places, s), begin, end, sums, place)
        return
    n_inputs, n_neurons, width = layer.n_inputs, layer.n_neurons, panel_width(panel)
    for i in range(0, n_inputs, PANEL_ROWS):
        n_terms = min(PANEL_ROWS, n_inputs - i)
        for j in range(begin, end, width):
            n_columns, place = min(width, end - j), sums_at + first * n_neurons + j
            start, start_at, start_step = _start(layer, parameters, zeros, i, j, sums, place)
            _fill_and_multiply(
                inputs, in_elements(i, panel), places, first, last - first, n_terms, panel,
                start, start_at, start_step, sums, place, n_neurons, n_columns,
                parameters, layer.weights + i * n_neurons + j, n_neurons,
            )  # fmt: skip


@kernel
def pack(layer, parameters, begin, packed, packed_at):
    """Copy the weights of the neurons from `begin` on, as many as a panel is wide, to where they belong.

    Panels with all inputs stand one behind the other in the flat array `packed`, from `packed_at` on.
    """
    n_columns = min(panel_width(packed), layer.n_neurons - begin)
    place = packed_at + begin * layer.n_inputs
    panel = address(packed[place : place + panel_width(packed) * layer.n_inputs])
    _fill(parameters, layer.weights + begin, layer.n_neurons, layer.n_inputs, n_columns, panel)


@kernel
def weigh_packed(layer, parameters, zeros, packed, packed_at, inputs, places, n_examples, sums, sums_at):
    """As `weigh`, for all neurons of some examples, with the panels that `pack` made."""
    n_inputs, n_neurons, width = layer.n_inputs, layer.n_neurons, panel_width(packed)
    for i in range(0, n_inputs, PANEL_ROWS):
        n_terms = min(PANEL_ROWS, n_inputs - i)
        for j in range(0, n_neurons, width):
            n_columns = min(width, n_neurons - j)
            step = width if n_columns > width // 2 else width // 2
            start, start_at, start_step = _start(layer, parameters, zeros, i, j, sums, sums_at + j)
            place = packed_at + j * n_inputs + i * step
            _multiply(
                inputs, i, places, None, 0, n_examples, n_terms,
                address(packed[place : place + n_terms * step]),
                start, start_at, start_step, sums, sums_at + j, n_neurons, n_columns,
            )  # fmt: skip


@kernel
def _start(layer, parameters, zeros, i, j, sums, sums_at):
    """What sums begin with: the biases, or what they have when terms went before."""
    if i > 0:
        return sums, sums_at, layer.n_neurons
    if layer.n_biases > 0:
        return parameters, layer.biases + j, 0
    return zeros, 0, 0


@kernel
def weigh_one(layer, parameters, inputs, inputs_at, begin, end, sums, sums_at):
    """The same for one example: the weights are read once, along memory.

    Four inputs at a time: the sums are then loaded and stored a quarter as often.
    """
    n_inputs, n_neurons, zero = layer.n_inputs, layer.n_neurons, like(at(sums, sums_at), 0.0)
    for j in range(begin, end):
        put(sums, sums_at + j, at(parameters, layer.biases + j) if layer.n_biases > 0 else zero)
    fours = n_inputs - n_inputs % 4
    for i in range(0, fours, 4):
        place = inputs_at + i
        x0, x1, x2, x3 = (
            at(inputs, place),
            at(inputs, place + 1),
            at(inputs, place + 2),
            at(inputs, place + 3),
        )
        row = layer.weights + i * n_neurons
        for j in range(begin, end):
            z = fma(x0, at(parameters, row + j), at(sums, sums_at + j))
            z = fma(x1, at(parameters, row + n_neurons + j), z)
            z = fma(x2, at(parameters, row + 2 * n_neurons + j), z)
            put(sums, sums_at + j, fma(x3, at(parameters, row + 3 * n_neurons + j), z))
    for i in range(fours, n_inputs):
        x, row = at(inputs, inputs_at + i), layer.weights + i * n_neurons
        for j in range(begin, end):
            put(sums, sums_at + j, fma(x, at(parameters, row + j), at(sums, sums_at + j)))


@kernel
def weigh_part(layer, parameters, inputs, inputs_at, begin, end, sums, sums_at):
    """As `weigh_one`, with sums that stay in registers: faster for a part of the neurons, slower for all."""
    n_inputs, n_neurons, zero = layer.n_inputs, layer.n_neurons, like(at(sums, sums_at), 0.0)
    for j in range(begin, end):
        put(sums, sums_at + j, at(parameters, layer.biases + j) if layer.n_biases > 0 else zero)
    width = block_width(sums)
    for i in range(0, n_inputs, _STRIP_ROWS):
        n_terms, row = min(_STRIP_ROWS, n_inputs - i), layer.weights + i * n_neurons
        for j in range(begin, end, width):
            n_columns = min(width, end - j)
            what = inputs, inputs_at + i, n_terms, parameters, row + j, n_neurons, sums, sums_at + j
            if n_columns == width:
                add_block(*what, n_columns)
            elif 2 * n_columns > panel_width(sums):
                add_part_of_block(*what, n_columns)
            else:
                add_narrow_block(*what, n_columns)


@kernel
def hand_back(
    layer, parameters, zeros, grads, places, before, before_at, first, last, begin, end, panel
):  # fmt: skip
    """Before = grads weightsᵀ: what each input of a layer is to blame for.

    For the examples first to last and the inputs begin to end. In the flat array `grads` each example
    begins at its place, in `before` the matrix of (n_examples, n_inputs) at `before_at`. The
    weights of a panel are transposed as they are copied into it.
    """
    n_inputs, n_neurons, width = layer.n_inputs, layer.n_neurons, panel_width(panel)
    for i in range(begin, end, width):
        n_columns = min(width, end - i)
        step = width if n_columns > width // 2 else width // 2
        start, start_at, start_step = zeros, 0, 0
        for j in range(0, n_neurons, PANEL_ROWS):
            n_terms = min(PANEL_ROWS, n_neurons - j)
            place = layer.weights + i * n_neurons + j
            transpose(parameters, place, n_neurons, n_columns, n_terms, panel, 0, step)
            _multiply(
                grads, in_elements(j, panel), places, None, first, last - first, n_terms, panel,
                start, start_at, start_step, before, before_at + first * n_inputs + i, n_inputs, n_columns,
            )  # fmt: skip
            start, start_at, start_step = before, before_at + first * n_inputs + i, n_inputs


@kernel
def set_gradient(
    layer, zeros, one, inputs, places, grads, grads_at, n_examples, first, last, begin, end, panel, gradient
):  # fmt: skip
    """`gradient` = `inputs`ᵀ `grads`, for the inputs first to last and the neurons begin to end of a layer.

    `gradient` is laid out as the parameters; its part for these weights is set, not added to. Whoever has
    the first input sets the slopes over the biases too: a bias is the weight of an input that is always 1.
    `inputs` holds each example at its place, `grads` them all from `grads_at` on.
    """
    n_neurons, width = layer.n_neurons, panel_width(panel)
    with_biases = layer.n_biases > 0 and first == 0 and last > 0
    for j in range(begin, end, width):
        n_columns = min(width, end - j)
        start, start_at, start_step = zeros, 0, 0
        place = layer.weights + first * n_neurons + j
        for s in range(0, n_examples, PANEL_ROWS):
            n_terms = min(PANEL_ROWS, n_examples - s)
            _fill(grads, grads_at + s * n_neurons + j, n_neurons, n_terms, n_columns, panel)
            _multiply(
                inputs, first, None, places, in_elements(s, panel), last - first, n_terms, panel,
                start, start_at, start_step, gradient, place, n_neurons, n_columns,
            )  # fmt: skip
            if with_biases:
                bias_start, bias_at = (zeros, 0) if s == 0 else (gradient, layer.biases + j)
                _multiply(
                    one.number, 0, None, one.places, 0, 1, n_terms, panel,
                    bias_start, bias_at, 0, gradient, layer.biases + j, 0, n_columns,
                )  # fmt: skip
            start, start_at, start_step = gradient, place, n_neurons


@kernel
def descend(
    layer, one, inputs, places, grads, grads_at, n_examples, first, last, begin, end, panel,
    parameters, rate,
):  # fmt: skip
    """Parameters -= rate times their gradient, for the same part of a layer, and at most a panel's examples.

    The gradient stays in registers: a step of 784-128-10 takes 0.82 of the time on two threads, 0.98 on one.
    """
    n_neurons, width = layer.n_neurons, panel_width(panel)
    for j in range(begin, end, width):
        n_columns = min(width, end - j)
        _fill(grads, grads_at + j, n_neurons, n_examples, n_columns, panel)
        _descend(
            inputs, first, places, last - first, n_examples, panel,
            parameters, layer.weights + first * n_neurons + j, n_neurons, n_columns, rate,
        )  # fmt: skip
        if layer.n_biases > 0 and first == 0 and last > 0:
            _descend(
                one.number, 0, one.places, 1, n_examples, panel,
                parameters, layer.biases + j, 0, n_columns, rate,
            )  # fmt: skip


@kernel
def _descend(
    left, left_at, terms, n_rows, n_terms, panel,
    result, result_at, result_step, n_columns, rate,
):  # fmt: skip
    """Result -= rate times all rows by one panel, as `_multiply` cuts them."""
    narrow = n_columns <= panel_width(panel) // 2
    while n_rows > 0:
        n_taken = TILE_ROWS if n_rows >= TILE_ROWS else 1
        what = (left, left_at, None, terms, 0, n_terms, panel)
        where = (result, result_at, result_step, n_columns, rate)
        if n_taken == TILE_ROWS and narrow:
            descend_narrow_tile(*what, *where)
        elif n_taken == TILE_ROWS:
            descend_tile(*what, *where)
        elif narrow:
            descend_narrow_row(*what, *where)
        else:
            descend_row(*what, *where)
        left_at += n_taken
        result_at += n_taken * result_step
        n_rows -= n_taken


@kernel
def _fill_and_multiply(
    left, left_at, rows, first, n_rows, n_terms, panel,
    start, start_at, start_step, result, result_at, result_step, n_columns,
    source, source_at, source_step,
):  # fmt: skip
    """All rows by a panel that is not filled yet: the first tile fills it beside its products.

    A step of 64-32-10 takes 0.95 of the time, one of 784-128-10 0.97.
    """
    if n_rows < TILE_ROWS:
        _fill(source, source_at, source_step, n_terms, n_columns, panel)
    else:
        what = (left, left_at, rows, None, first, n_terms, panel)
        where = (start, start_at, start_step, result, result_at, result_step, n_columns)
        if n_columns <= panel_width(panel) // 2:
            fill_and_multiply_narrow_tile(*what, *where, source, source_at, source_step)
        else:
            fill_and_multiply_tile(*what, *where, source, source_at, source_step)
        first += TILE_ROWS
        start_at += TILE_ROWS * start_step
        result_at += TILE_ROWS * result_step
        n_rows -= TILE_ROWS
    _multiply(
        left, left_at, rows, None, first, n_rows, n_terms, panel,
        start, start_at, start_step, result, result_at, result_step, n_columns,
    )  # fmt: skip


@kernel
def _multiply(
    left, left_at, rows, terms, place, n_rows, n_terms, panel,
    start, start_at, start_step, result, result_at, result_step, n_columns,
):  # fmt: skip
    """All rows by one panel: tiles as long as they fit, then row by row; see `glassnet.kernels.tile`."""
    narrow = n_columns <= panel_width(panel) // 2
    while n_rows > 0:
        n_taken = TILE_ROWS if n_rows >= TILE_ROWS else 1
        what = (left, left_at, rows, terms, place, n_terms, panel)
        where = (start, start_at, start_step, result, result_at, result_step, n_columns)
        if n_taken == TILE_ROWS and narrow:
            multiply_narrow_tile(*what, *where)
        elif n_taken == TILE_ROWS:
            multiply_tile(*what, *where)
        elif narrow:
            multiply_narrow_row(*what, *where)
        else:
            multiply_row(*what, *where)
        if rows is None:
            left_at += n_taken
        else:
            place += n_taken
        start_at += n_taken * start_step
        result_at += n_taken * result_step
        n_rows -= n_taken


@kernel
def _fill(source, source_at, step, n_rows, n_columns, panel):
    """Copy columns of a matrix, whose rows are `step` apart, into a panel."""
    if n_columns <= panel_width(panel) // 2:
        fill_narrow_panel(source, source_at, step, n_rows, n_columns, panel)
    else:
        fill_panel(source, source_at, step, n_rows, n_columns, panel)
