"""Pairs of bf16 numbers: how they are rounded, made and multiplied, against NumPy and their twins."""

import numpy as np
import pytest

from glassnet.functions import activation
from glassnet.kernels import factors, products, registers
from glassnet.kernels.compiling import interpret
from glassnet.kernels.pairs import PAIR_OF_ONES, add_pairs_twin, pairs_twin
from glassnet.kernels.registers import PANEL_BYTES
from glassnet.kernels.structures import Batches, One
from glassnet.network.layout import build_table
from product_parts import check_part, random_part

# What is compiled can be tried where the processor multiplies pairs; the twins everywhere.
WAYS = [interpret, lambda loop: loop] if registers.MULTIPLIES_PAIRS else [interpret]
WAYS = [pytest.param(way, id=name) for way, name in zip(WAYS, ("twin", "compiled"), strict=False)]
SIZES = [1, 2, 3, 8, 9, 16, 17, 33, 70]


def halves(pairs):
    """The earlier and the later terms of pairs, as float64."""
    bits = np.ascontiguousarray(pairs).view(np.uint32)
    return tuple((part << 16).astype(np.uint32).view(np.float32).astype(float) for part in (bits, bits >> 16))


def rounded(numbers):
    return halves(pairs_twin(numbers, numbers))[0].reshape(numbers.shape).astype(np.float32)


def of_neighbours(matrix):
    """Pairs in rows, as float32 whose bits they are."""
    wide = np.pad(matrix, ((0, 0), (0, matrix.shape[1] % 2)))
    return pairs_twin(wide[:, ::2], wide[:, 1::2]).view(np.float32)


def of_rows(matrix):
    long = np.pad(matrix, ((0, matrix.shape[0] % 2), (0, 0)))
    return pairs_twin(long[::2], long[1::2]).view(np.float32)


def test_numbers_are_rounded_to_the_nearest_and_ties_to_even():
    x = (np.random.default_rng(0).normal(size=1000) * 10.0 ** np.arange(-30, 20, 0.05)).astype(np.float32)
    steps = 2.0 ** (np.floor(np.log2(np.abs(x.astype(float)))) - 7)
    assert (rounded(x) == np.rint(x / steps) * steps).all()  # NumPy's rint takes ties to even too
    ties = np.array([1 + 2**-8, 1 + 3 * 2**-8], dtype=np.float32)
    assert rounded(ties).tolist() == [1, 1 + 2**-6]


def test_the_ends_of_the_range():
    x = np.array([0, -0.0, np.inf, -np.inf, np.nan, 1e-39, 3.4e38, -3.4e38], dtype=np.float32)
    np.testing.assert_array_equal(rounded(x), [0, 0, np.inf, -np.inf, np.nan, 0, np.inf, -np.inf])


def test_both_products_of_a_pair_are_added():
    pairs = [pairs_twin(np.float32([low]), np.float32([high])) for low, high in ((2, 3), (5, 7))]
    assert add_pairs_twin(*pairs, np.float32([100])) == 100 + 2 * 5 + 3 * 7


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("n_inputs", SIZES)
@pytest.mark.parametrize("n_examples", [1, 2, 5])
def test_the_examples_of_a_step_become_pairs_both_ways(n_examples, n_inputs, way):
    chance = np.random.default_rng(n_inputs)
    data = chance.normal(size=(7, n_inputs)).astype(np.float32)
    rows = chance.permutation(7)
    batches = Batches(data.ravel(), data.ravel(), data.ravel(), rows, rows)
    n_pairs = n_examples * ((n_inputs + 1) // 2) + (n_examples + 1) // 2 * n_inputs
    made, panel = np.full(n_pairs + 3, 7, np.float32), np.zeros(1, np.uint32)
    way(factors.gather_pairs)(batches, 2, n_examples, n_inputs, made, panel)
    step = data[rows[2 : 2 + n_examples]]
    expected = np.concatenate([of_neighbours(step).ravel(), of_rows(step).ravel(), np.float32([7, 7, 7])])
    np.testing.assert_array_equal(made.view(np.uint32), expected.view(np.uint32))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_the_three_products_multiply_rounded_factors(seed, whole, way):
    """Exactly, where numbers are whole and small; else as float32 adds up. Nothing beside a part is made."""
    chance = np.random.default_rng(seed)
    long = products.PANEL_ROWS + 5
    sizes = [*SIZES, long] if way is not interpret else SIZES
    n_examples, n_inputs, n_neurons = (int(size) for size in chance.choice(sizes, 3))
    layer = build_table([n_inputs, n_neurons], [activation("tanh")], [seed % 2 == 0], [0])[0]
    n_parameters = int(layer["biases"] + layer["n_biases"])

    def numbers(*shape):
        some = chance.integers(-8, 9, shape) if whole else chance.normal(size=shape)
        return some.astype(np.float32)

    parameters, inputs, grads = (
        numbers(n_parameters),
        numbers(n_examples, n_inputs),
        numbers(n_examples, n_neurons),
    )
    weights = rounded(parameters[: layer["biases"]].reshape(n_inputs, n_neurons))
    biases = parameters[layer["biases"] :] if layer["n_biases"] else np.zeros(n_neurons, np.float32)
    panel = np.full(products.PANEL_ROWS * PANEL_BYTES // 4, 0xFFFFFFFF, np.uint32)  # nan in both halves
    zeros = np.zeros(PANEL_BYTES // 4, np.float32)
    one = One(PAIR_OF_ONES, np.zeros(products.PANEL_ROWS, dtype=np.int64))
    tolerance = {"rtol": 0, "atol": 0} if whole else {"rtol": 1e-4, "atol": 1e-4}

    def places(pairs):
        return np.arange(pairs.shape[0]) * pairs.shape[1]

    sums, where = np.full((n_examples, n_neurons), 7, np.float32), random_part(chance, n_examples, n_neurons)
    left = of_neighbours(inputs)
    what = (left.ravel(), places(left), *where, panel, sums.reshape(-1), 0)
    way(products.weigh)(layer, parameters, zeros, *what)
    check_part(sums, rounded(inputs) @ weights + biases, *where, tolerance)

    before, where = np.full((n_examples, n_inputs), 7, np.float32), random_part(chance, n_examples, n_inputs)
    left = of_neighbours(grads)
    what = (left.ravel(), places(left), before.reshape(-1), 0, *where, panel)
    way(products.hand_back)(layer, parameters, zeros, *what)
    check_part(before, rounded(grads) @ weights.T, *where, tolerance)

    gradient, where = np.full(n_parameters, 7, np.float32), random_part(chance, n_inputs, n_neurons)
    left = of_rows(inputs)
    flat = (left.ravel(), places(left), grads.ravel(), 0, n_examples)
    way(products.set_gradient)(layer, zeros, one, *flat, *where, panel, gradient)
    expected = rounded(inputs).T @ rounded(grads)
    check_part(gradient[: layer["biases"]].reshape(n_inputs, n_neurons), expected, *where, tolerance)
    slopes, (first, last, begin, end) = gradient[layer["biases"] :], where
    if layer["n_biases"] and first == 0 < last:
        np.testing.assert_allclose(slopes[begin:end], rounded(grads).sum(0)[begin:end], **tolerance)
        slopes[begin:end] = 7
    assert (slopes == 7).all()

    if n_examples <= products.PANEL_ROWS:
        moved = parameters.copy()
        way(products.descend)(layer, one, *flat, *where, panel, moved, np.float32(0.5))
        moved_weights = moved[: layer["biases"]].reshape(n_inputs, n_neurons)
        step = parameters[: layer["biases"]].reshape(n_inputs, n_neurons) - moved_weights
        np.testing.assert_allclose(
            step[first:last, begin:end], 0.5 * expected[first:last, begin:end], **tolerance
        )
        step[first:last, begin:end] = 0
        assert (step == 0).all()
