"""Products, squashes and updates against NumPy, and numbers at the edge of what a float can be."""

import numpy as np
import pytest

from glassnet.functions import ACTIVATIONS, activation
from glassnet.kernels import activations, elementary, products, updates
from glassnet.kernels.codes import ADAM
from glassnet.kernels.compiling import kernel
from glassnet.kernels.lanes import LANES, at, put
from glassnet.kernels.registers import PANEL_BYTES
from glassnet.kernels.structures import JUDGING, One
from glassnet.network.layout import build_table
from product_parts import check_part, random_part

DTYPES = ["float64", "float32"]


def numbers(*shape, dtype="float64"):
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


def squash(name, sums):
    outputs = np.empty_like(sums)
    constant = float(next(iter(activation(name).constants.values()), 0.0))
    if name == "softmax":
        activations.softmax(sums.ravel(), outputs.reshape(-1), 0, *sums.shape)
    else:
        flat = (sums.ravel(), outputs.reshape(-1))
        activations.squash(ACTIVATIONS[name].code, constant, *flat, 0, sums.size)
    return outputs


# Sizes around a tile, a panel, and the length at which a sum is cut.
SIZES = [1, 3, 8, 15, 16, 17, 33, 64, 70, products.PANEL_ROWS + 5]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("seed", range(12))
def test_the_three_products_are_those_of_numpy(seed, dtype):
    """Any part of a product is made, and nothing beside it."""
    chance = np.random.default_rng(seed)
    n_examples, n_inputs, n_neurons = (int(size) for size in chance.choice(SIZES, 3))
    layer = build_table([n_inputs, n_neurons], [activation("tanh")], [seed % 2 == 0], [0])[0]
    n_parameters = int(layer["biases"] + layer["n_biases"])
    parameters = numbers(n_parameters, dtype=dtype)
    weights = parameters[: layer["biases"]].reshape(n_inputs, n_neurons)
    biases = parameters[layer["biases"] :] if layer["n_biases"] else np.zeros(n_neurons, dtype)
    inputs, grads = numbers(n_examples, n_inputs, dtype=dtype), numbers(n_examples, n_neurons, dtype=dtype)
    panel = np.full(products.PANEL_ROWS * PANEL_BYTES // inputs.itemsize, np.nan, dtype)
    zeros = np.zeros(PANEL_BYTES // inputs.itemsize, dtype)
    one = One(np.ones(1, dtype), np.zeros(products.PANEL_ROWS, dtype=np.int64))
    # The examples of a step stand anywhere among others.
    rows = chance.permutation(2 * n_examples)[:n_examples]
    data = np.full((2 * n_examples, n_inputs), np.nan, dtype)
    data[rows] = inputs
    places, grad_places = rows * n_inputs, np.arange(n_examples) * n_neurons
    tolerance = {"rtol": 1e-4, "atol": 1e-4} if dtype == "float32" else {"rtol": 1e-12, "atol": 1e-12}

    sums, where = np.full((n_examples, n_neurons), 7, dtype), random_part(chance, n_examples, n_neurons)
    products.weigh(layer, parameters, zeros, data.ravel(), places, *where, panel, sums.reshape(-1), 0)
    check_part(sums, inputs @ weights + biases, *where, tolerance)

    both = np.concatenate([grads.ravel(), np.full(n_examples * n_inputs, 7, dtype)])
    where = random_part(chance, n_examples, n_inputs)
    products.hand_back(layer, parameters, zeros, both, grad_places, both, grads.size, *where, panel)
    check_part(both[grads.size :].reshape(n_examples, n_inputs), grads @ weights.T, *where, tolerance)

    gradient, where = np.full(n_parameters, 7, dtype), random_part(chance, n_inputs, n_neurons)
    flat = (data.ravel(), places, grads.ravel(), 0, n_examples)
    products.set_gradient(layer, zeros, one, *flat, *where, panel, gradient)
    check_part(gradient[: layer["biases"]].reshape(n_inputs, n_neurons), inputs.T @ grads, *where, tolerance)
    slopes, (first, last, begin, end) = gradient[layer["biases"] :], where
    if layer["n_biases"] and first == 0 < last:
        np.testing.assert_allclose(slopes[begin:end], grads.sum(0)[begin:end], **tolerance)
        slopes[begin:end] = 7
    assert (slopes == 7).all()


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

PARAMETERS = np.array([1.0, -2.0, 0.0, 3.0, 5.0, -5.0, -1.0, 2.0])


@pytest.mark.parametrize(("l1", "l2"), [(0.1, 0.0), (0.0, 0.4), (0.1, 0.4)])
def test_the_penalty_and_its_slope(l1, l2):
    gradient, part = np.ones(8), PARAMETERS[1:5]
    updates.add_penalty_slope(PARAMETERS, gradient, 1, 5, l1, l2)
    penalty = updates.penalty(PARAMETERS, 1, 5, l1, l2)
    assert penalty == pytest.approx(l1 * np.abs(part).sum() + l2 / 2 * (part**2).sum())
    assert gradient[1:5] - 1 == pytest.approx(l1 * np.sign(part) + l2 * part)
    assert gradient[[0, 5, 6, 7]].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_length_that_float32_cannot_square_is_measured(dtype):
    gradient = np.array([0.1, *[3e30, 4e30] * 20, 0.1], dtype=dtype)
    assert np.sqrt(updates.square_length(gradient, 1, 41)) == pytest.approx(5e30 * np.sqrt(20), rel=1e-6)


def test_disconnect_sets_slopes_of_missing_connections_to_zero():
    gradient = np.array([1.0, np.nan, 3.0, np.nan])
    updates.disconnect(np.array([1, 0, 1, 0], dtype=np.uint8), gradient, 0, 3)
    assert gradient[:3].tolist() == [1, 0, 3]
    assert np.isnan(gradient[3])


# Elementary functions

REFERENCES = {"exp": np.exp, "expm1": np.expm1, "log": np.log, "tanh": np.tanh}


@kernel
def each(name, x, y):
    for k in range(x.shape[0]):
        if name == 0:
            put(y, k, elementary.exp(at(x, k)))
        elif name == 1:
            put(y, k, elementary.expm1(at(x, k)))
        elif name == 2:
            put(y, k, elementary.log(at(x, k)))
        else:
            put(y, k, elementary.tanh(at(x, k)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", REFERENCES)
def test_elementary_functions_are_right_to_five_units_and_the_same_in_lanes(name, dtype):
    chance = np.random.default_rng(0)
    x = np.concatenate([chance.normal(size=1600) * scale for scale in (10, 1, 0.1, 1e-3, 1e-6)]).astype(dtype)
    x = np.abs(x) if name == "log" else x
    alone, lanes = np.empty_like(x), np.empty((x.size // LANES, LANES), dtype)
    each(list(REFERENCES).index(name), x, alone)
    each(list(REFERENCES).index(name), x.reshape(lanes.shape), lanes)
    exact = REFERENCES[name](x.astype(np.longdouble))
    assert (np.abs(alone - exact) <= 5 * np.spacing(np.abs(exact).astype(dtype))).all()
    assert np.array_equal(alone, lanes.ravel())


@pytest.mark.parametrize("dtype", DTYPES)
def test_elementary_functions_at_the_ends_of_the_range(dtype):
    x, y = np.array([np.nan, np.inf, -np.inf, 1e4, -1e4, 0], dtype), np.empty(6, dtype)
    for name, expected in {
        "exp": [np.nan, np.inf, 0, np.inf, 0, 1],
        "expm1": [np.nan, np.inf, -1, np.inf, -1, 0],
        "tanh": [np.nan, 1, -1, 1, -1, 0],
    }.items():
        each(list(REFERENCES).index(name), x, y)
        np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.5)])
def test_corrections_of_sixteen_steps_together_are_those_of_each(betas):
    rule = JUDGING._replace(optimizer=ADAM, constants=np.array([*betas, 0.0, 0.0]))
    ahead, first_step = np.zeros((2, LANES)), 7
    together = [updates.corrections_of_step(rule, ahead, first_step, k) for k in range(2 * LANES + 3)]
    alone = [updates.adam_corrections(ADAM, rule.constants, first_step + k + 1) for k in range(len(together))]
    assert together == alone
