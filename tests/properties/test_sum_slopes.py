"""The slopes of any neuron's weighted sum over inputs and parameters, against numeric ones."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from glassnet.network import running
from random_networks import cases

STEP = 1e-4


def numeric(sum_at):
    """A central difference with two steps, of fourth order."""
    near = sum_at(STEP) - sum_at(-STEP)
    far = sum_at(2 * STEP) - sum_at(-2 * STEP)
    return (8 * near - far) / (12 * STEP)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(cases(), st.data())
def test_against_numeric_slopes(case, data):
    network = case.network
    layer = data.draw(st.integers(1, network.n_layers))
    neuron = data.draw(st.integers(0, network.sizes[layer] - 1))
    trace = network.run(case.inputs)
    kinked = [
        trace.weighted_sums(k)
        for k, chosen in enumerate(network.activations[:-1], start=1)
        if chosen.name in ("relu", "leaky_relu", "elu")
    ]
    assume(all(np.abs(sums).min() > 50 * STEP for sums in kinked))
    sums, input_slopes, parameter_slopes = running.sum_slopes(network, case.inputs, layer, neuron)
    np.testing.assert_array_equal(sums, trace.weighted_sums(layer)[:, neuron])

    def with_input(change, example, k):
        moved = case.inputs[example].copy()
        moved[k] += change
        return network.run(moved).weighted_sums(layer)[0, neuron]

    def with_parameter(change, k):
        twin = network.copy()
        twin.parameters[k] += change
        return twin.run(case.inputs).weighted_sums(layer)[:, neuron].sum()

    for (example, k), slope in np.ndenumerate(input_slopes):
        assert abs(slope - numeric(lambda step, e=example, i=k: with_input(step, e, i))) < 1e-7 * (
            1 + abs(slope)
        )
    for k, slope in enumerate(parameter_slopes):
        assert abs(slope - numeric(lambda step, i=k: with_parameter(step, i))) < 1e-7 * (1 + abs(slope))
