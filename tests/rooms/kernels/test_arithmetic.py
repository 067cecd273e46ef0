"""Products, squashes and updates against NumPy, and numbers at the edge of what a float can be."""

import numpy as np
import pytest

from glassnet.functions import ACTIVATIONS, activation
from glassnet.kernels import activations, products, updates
from glassnet.network.layout import build_table

DTYPES = ["float64", "float32"]


def numbers(*shape, dtype="float64"):
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


def squash(name, sums):
    outputs = np.empty_like(sums)
    constant = float(next(iter(activation(name).constants.values()), 0.0))
    activations.squash(ACTIVATIONS[name].code, constant, sums, outputs)
    return outputs


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("r", "k", "c"), [(1, 1, 1), (4, 3, 2), (17, 33, 9), (3, 1, 64), (0, 2, 2)])
def test_products(r, k, c, dtype):
    left, right, start = numbers(r, k, dtype=dtype), numbers(k, c, dtype=dtype), numbers(r, c, dtype=dtype)
    tolerance = {"rtol": 1e-5, "atol": 1e-5} if dtype == "float32" else {"rtol": 1e-13, "atol": 1e-14}
    result, turned, matrix = start.copy(), start.copy(), np.empty((k, r), dtype)
    products.add_product(left, right, result)
    products.add_product_turned(np.ascontiguousarray(left.T), right, turned)
    products.turn(left, matrix)
    np.testing.assert_allclose(result, start + left @ right, **tolerance)
    np.testing.assert_allclose(turned, start + left @ right, **tolerance)
    np.testing.assert_array_equal(matrix, left.T)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_sum_that_is_not_a_number_gives_an_output_that_is_not(name, dtype):
    outputs = squash(name, np.array([[0, np.nan, 1]], dtype=dtype))
    assert np.isnan(outputs[0, 1])
    assert np.isfinite(outputs[0, [0, 2]]).all() or name == "softmax"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shift", [0, 1e4, -1e4])
def test_softmax_does_not_overflow(shift, dtype):
    sums = np.array([[1, 2, 4]], dtype=dtype)
    outputs = squash("softmax", sums + np.array(shift, dtype=dtype))
    assert outputs.sum() == pytest.approx(1, rel=1e-6)
    assert outputs == pytest.approx(np.exp(sums) / np.exp(sums).sum(), rel=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "ends"), [("tanh", [-1, 1]), ("logistic", [0, 1]), ("relu", [0, np.inf])])
def test_sums_without_bound_reach_the_ends_of_the_range(name, ends, dtype):
    outputs = squash(name, np.array([[-np.inf, np.inf]], dtype=dtype))
    assert outputs.tolist() == [ends]


# Updates

LAYERS = build_table([2, 2, 1], [activation("tanh")] * 2, [True, False], [0, 0])
WEIGHTS = np.array([1, 1, 1, 1, 0, 0, 1, 1], dtype=bool)  # the others are biases
PARAMETERS = np.array([1.0, -2.0, 0.0, 3.0, 5.0, -5.0, -1.0, 2.0])


@pytest.mark.parametrize(("l1", "l2"), [(0.1, 0.0), (0.0, 0.4), (0.1, 0.4)])
def test_the_penalty_and_its_slope_leave_biases_out(l1, l2):
    gradient = np.ones(8)
    penalty = updates.add_penalty(LAYERS, PARAMETERS, l1, l2, gradient)
    weights = PARAMETERS[WEIGHTS]
    assert penalty == pytest.approx(l1 * np.abs(weights).sum() + l2 / 2 * (weights**2).sum())
    assert gradient - 1 == pytest.approx(WEIGHTS * (l1 * np.sign(PARAMETERS) + l2 * PARAMETERS))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("longest", [0.5, 5.0, 50.0])
def test_clip_shortens_and_keeps_the_direction(longest, dtype):
    gradient = np.array([3, 0, -4], dtype=dtype)
    assert updates.clip(gradient, longest) == 5
    assert gradient == pytest.approx(np.multiply([3, 0, -4], min(1, longest / 5)))


def test_clip_measures_a_length_that_float32_cannot_square():
    gradient = np.array([3e30, 4e30], dtype=np.float32)
    assert updates.clip(gradient, 1.0) == pytest.approx(5e30)
    assert gradient == pytest.approx([0.6, 0.8])


def test_disconnect_sets_slopes_of_missing_connections_to_zero():
    gradient = np.array([1.0, np.nan, 3.0])
    updates.disconnect(np.array([True, False, True]), gradient)
    assert gradient.tolist() == [1, 0, 3]
    updates.disconnect(np.zeros(0, dtype=bool), gradient)
    assert gradient.tolist() == [1, 0, 3]
