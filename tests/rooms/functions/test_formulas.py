"""The formulas in the tables are what the compiled loops compute."""

import numpy as np
import pytest

from glassnet import Network, Settings
from glassnet.functions import ACTIVATIONS, LOSSES, OPTIMIZERS, activation, loss, optimizer
from glassnet.kernels import activations, losses, updates
from glassnet.kernels.structures import Learner
from glassnet.network.layout import build_table
from glassnet.training.run import new_rule

FUNCTIONS = {name: getattr(np, name) for name in ("exp", "tanh", "log", "sqrt", "sign", "sum")}
FUNCTIONS |= {"abs": abs, "max": max}

# Kinks, their neighbours, ordinary sums, and sums far out on both sides.
SUMS = np.array([-800.0, -40.0, -3.0, -1.0, -0.1, -1e-12, 0.0, 1e-12, 0.1, 0.5, 2.0, 35.0, 750.0])
CHOICES = [
    "identity",
    "tanh",
    "logistic",
    "relu",
    "leaky_relu",
    "leaky_relu(slope=0.4)",
    "elu",
    "elu(scale=0.6)",
    "softmax",
]
ELEMENTWISE = CHOICES[:-1]
LOSS_CHOICES = [
    "absolute",
    "squared",
    "huber",
    "huber(threshold=0.3)",
    "cross_entropy",
    "binary_cross_entropy",
]


def evaluated(text, **names):
    with np.errstate(all="ignore"):
        return eval(text, {**FUNCTIONS, **names})


def squashed(chosen, sums):
    sums = np.atleast_2d(sums)
    outputs = np.empty_like(sums)
    if chosen.name == "softmax":
        activations.softmax(sums.ravel(), outputs.reshape(-1), 0, *sums.shape)
        return outputs
    constant = float(next(iter(chosen.constants.values()), 0.0))
    activations.squash(chosen.row.code, constant, sums.ravel(), outputs.reshape(-1), 0, sums.size)
    return outputs


def slopes_of(chosen, sums, outputs):
    grads = np.ones_like(np.atleast_2d(sums))
    constant = float(next(iter(chosen.constants.values()), 0.0))
    flat = (np.ravel(sums), outputs.ravel(), grads.reshape(-1))
    activations.times_slope(chosen.row.code, constant, *flat, 0, grads.size)
    return grads


def test_all_rows_are_here():
    assert {activation(text).name for text in CHOICES} == set(ACTIVATIONS)
    assert {text.partition("(")[0] for text in LOSS_CHOICES} == set(LOSSES)


# Activations


@pytest.mark.parametrize("text", ELEMENTWISE)
def test_activation_and_slope_are_their_formulas(text):
    chosen = activation(text)
    outputs = squashed(chosen, SUMS)
    slopes = slopes_of(chosen, SUMS, outputs)[0]
    for z, output, slope in zip(SUMS, outputs[0], slopes, strict=True):
        assert output == pytest.approx(
            evaluated(chosen.row.formula, z=z, **chosen.constants), rel=1e-14, abs=1e-15
        )
        expected = evaluated(chosen.row.slope, z=z, output=output, **chosen.constants)
        assert slope == pytest.approx(expected, rel=1e-14, abs=1e-15)
        assert chosen.row.low <= output <= chosen.row.high


@pytest.mark.parametrize("text", ELEMENTWISE)
def test_slopes_are_those_of_the_formula(text):
    chosen = activation(text)
    sums = SUMS[(np.abs(SUMS) > 1e-3) & (np.abs(SUMS) < 100)]
    slopes = slopes_of(chosen, sums, squashed(chosen, sums))[0]
    formula = chosen.row.formula
    for z, slope in zip(sums, slopes, strict=True):
        above, below = (evaluated(formula, z=z + step, **chosen.constants) for step in (1e-5, -1e-5))
        assert slope == pytest.approx((above - below) / 2e-5, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_odd_activations_are_those_that_say_so(name):
    outputs, mirrored = (squashed(activation(name), sign * SUMS) for sign in (1, -1))
    assert (mirrored == -outputs).all() == ACTIVATIONS[name].odd


def test_softmax_and_its_slope_are_their_formulas():
    chosen, sums = activation("softmax"), np.array([0.3, -1.2, 2.0, 0.0])
    outputs = squashed(chosen, sums)
    assert outputs[0] == pytest.approx(evaluated(chosen.row.formula, z=sums), rel=1e-14)
    for j in range(4):
        grads = np.eye(4)[j : j + 1].copy()
        activations.times_softmax_slope(outputs.ravel(), grads.reshape(-1), 0, 4)
        assert grads[0, j] == pytest.approx(evaluated(chosen.row.slope, output=outputs[0, j]), rel=1e-14)
        numeric = (squashed(chosen, sums + 1e-5 * np.eye(4)) - squashed(chosen, sums - 1e-5 * np.eye(4)))[
            :, j
        ] / 2e-5
        assert grads[0] == pytest.approx(numeric, rel=1e-8)


# Losses

OUTPUT_SUMS = np.array([[-4.0, 1.5], [0.0, 2.5], [0.7, -0.2], [3.0, 3.0]])
TARGETS = np.array([[0.0, 1.0], [0.5, 0.5], [0.8, 0.4], [1.0, 0.0]])


def last_layer(name):
    return build_table([1, 2], [activation(name)], [False], [0.0])


def parts(text):
    """A loss behind an activation that it goes with: the choice, sums, outputs and the last layer."""
    last = activation({"cross_entropy": "softmax", "binary_cross_entropy": "logistic"}.get(text, "tanh"))
    return loss(text, last), squashed(last, OUTPUT_SUMS), last_layer(last.name)


def filled(kernel, chosen, *arguments):
    result = np.empty_like(OUTPUT_SUMS)
    for example, rows in enumerate(zip(*arguments, strict=True)):
        kernel(chosen.row.code, chosen.number("threshold"), *rows, result[example])
    return result


@pytest.mark.parametrize("text", LOSS_CHOICES)
def test_loss_and_slope_are_their_formulas(text):
    chosen, outputs, _ = parts(text)
    values = filled(losses.loss_values, chosen, OUTPUT_SUMS, outputs, TARGETS)
    slopes = filled(losses.loss_slopes, chosen, outputs, TARGETS)
    for place in np.ndindex(outputs.shape):
        names = {"output": outputs[place], "target": TARGETS[place], **chosen.constants}
        assert values[place] == pytest.approx(evaluated(chosen.row.formula, **names), rel=1e-13, abs=1e-15)
        assert slopes[place] == pytest.approx(evaluated(chosen.row.slope, **names), rel=1e-13)


@pytest.mark.parametrize("text", LOSS_CHOICES)
def test_loss_slopes_are_those_of_the_formula(text):
    chosen, outputs, _ = parts(text)
    slopes = filled(losses.loss_slopes, chosen, outputs, TARGETS)
    for place in np.ndindex(outputs.shape):
        above, below = (
            evaluated(
                chosen.row.formula, output=outputs[place] + step, target=TARGETS[place], **chosen.constants
            )
            for step in (1e-6, -1e-6)
        )
        assert slopes[place] == pytest.approx((above - below) / 2e-6, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("text", LOSS_CHOICES)
def test_the_slope_over_a_weighted_sum_is_the_product_of_both_slopes(text):
    chosen, outputs, layer = parts(text)
    sums_slopes = np.empty_like(outputs)
    for begin in range(0, OUTPUT_SUMS.size, 2):
        flat = (OUTPUT_SUMS.ravel(), outputs.ravel(), TARGETS.ravel(), sums_slopes.reshape(-1), begin)
        losses.set_sums_slopes(chosen.row.code, chosen.number("threshold"), layer[0], *flat, 0.5)
    product = filled(losses.loss_slopes, chosen, outputs, TARGETS)
    if layer[0]["activation"] == activation("softmax").row.code:
        for begin in range(0, OUTPUT_SUMS.size, 2):
            activations.times_softmax_slope(outputs.ravel(), product.reshape(-1), begin, 2)
    else:
        flat = (OUTPUT_SUMS.ravel(), outputs.ravel(), product.reshape(-1))
        activations.times_slope(layer[0]["activation"], 0.0, *flat, 0, product.size)
    assert sums_slopes == pytest.approx(product / 2, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("text", ["absolute", "squared", "huber"])
def test_the_slope_is_zero_where_output_and_target_are_equal(text):
    chosen = loss(text, activation("tanh"))
    assert (filled(losses.loss_slopes, chosen, TARGETS, TARGETS) == 0).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("text", ["cross_entropy", "binary_cross_entropy"])
def test_cross_entropies_are_finite_for_outputs_rounded_to_zero(text, dtype):
    chosen = loss(text, activation({"cross_entropy": "softmax"}.get(text, "logistic")))
    sums = np.array([-2000.0, 2000.0], dtype=dtype)
    outputs, targets = np.array([0, 1], dtype=dtype), np.array([1, 0], dtype=dtype)
    values = np.empty_like(outputs)
    losses.loss_values(chosen.row.code, 0.0, sums, outputs, targets, values)
    assert values.sum() == 4000
    assert losses.loss_of_example(chosen.row.code, 0.0, sums, outputs, targets, 0, 2) == 4000


# Optimizers


def reference(chosen, parameters, gradients, rate, weights):
    """The formula as it stands in the table, carried out step by step."""
    p, names = parameters.copy(), {"v": 0.0, "m": 0.0, "s": 0.0}
    formula = chosen.row.formula
    for t, g in enumerate(gradients, start=1):
        if chosen.name == "adamw":
            shrink, _, rest = formula.partition("; ")
            assert (shrink, rest) == ("weights *= 1 - r * weight_decay", "then as adam")
            p = np.where(weights, p * (1 - rate * chosen.constants["weight_decay"]), p)
        step = OPTIMIZERS["adam"].formula if chosen.name == "adamw" else formula
        names |= {"p": p.copy(), "g": g, "r": rate, "t": t, "sqrt": np.sqrt, **chosen.constants}
        exec(step.replace("; ", "\n"), names)
        p = names["p"]
    return p


@pytest.mark.parametrize(
    "text",
    [
        *OPTIMIZERS,
        "momentum(momentum=0.5)",
        "nesterov(momentum=0.5)",
        "rmsprop(decay=0.8, epsilon=0.01)",
        "adam(beta1=0.5, beta2=0.7, epsilon=0.01)",
        "adamw(weight_decay=0.5)",
    ],
)
def test_each_optimizer_is_its_formula(text):
    chosen, chance = optimizer(text), np.random.default_rng(0)
    layers = build_table([3, 2, 1], [activation("tanh")] * 2, [True, True], [0, 0])
    weights = np.array([True] * 6 + [False] * 2 + [True] * 2 + [False])
    parameters, gradients = chance.normal(size=11), chance.normal(size=(5, 11))
    trained, first, second = parameters.copy(), np.zeros(11), np.zeros(11)
    network = Network([3, 2, 1], dtype="float64")
    rule = new_rule(network, Settings(optimizer=text), classifying=False)
    for t, gradient in enumerate(gradients, start=1):
        corrections = updates.adam_corrections(rule.optimizer, rule.constants, t)
        learner = Learner(trained, gradient.copy(), first, second, network.connected.view(np.uint8))
        for row in layers:
            for on_weights, begin, end in (
                (True, row["weights"], row["biases"]),
                (False, row["biases"], row["biases"] + row["n_biases"]),
            ):
                how = updates.how_to_update(rule, 0.1, corrections, on_weights, False, 1.0)
                updates.update(how, learner, begin, end)
    np.testing.assert_allclose(trained, reference(chosen, parameters, gradients, 0.1, weights), rtol=1e-13)
