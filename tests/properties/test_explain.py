"""Explanations of any network: what is printed adds up, and the paths add up to the gradient."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from glassnet import Network
from glassnet.explain.chain import chain
from glassnet.explain.error import error
from glassnet.explain.gradient_check import gradient_check
from glassnet.explain.neuron import neuron
from glassnet.explain.paths import Paths
from glassnet.explain.printing import Decimals, add_up, decimals_for
from random_networks import cases, distance_to_kink

many = settings(derandomize=True, deadline=None, max_examples=300)

# Of any size, and of sizes that meet in one sum.
FLOATS = st.floats(-1e300, 1e300) | st.floats(-10, 10) | st.floats(-1e-9, 1e-9)


@many
@given(
    st.lists(FLOATS, min_size=1, max_size=12),
    st.builds(Decimals, st.integers(0, 25), st.integers(-30, 30)) | st.integers(1, 20),
)
def test_printed_terms_add_up_and_are_less_than_a_unit_off(terms, decimals):
    exact = sum(map(Fraction, terms))
    total = float(exact)
    if isinstance(decimals, int):
        decimals = decimals_for([*terms, total], decimals)
    printed, printed_total = add_up(terms, total, decimals)
    assert sum(map(Fraction, printed)) == Fraction(printed_total)
    assert abs(Fraction(printed_total) - Fraction(total)) <= decimals.unit / 2
    off = abs(Fraction(total) - exact)
    for term, text in zip(terms, printed, strict=True):
        assert abs(Fraction(text) - Fraction(term)) < decimals.unit + off


def sizes_of_numbers(draw, shape):
    """Numbers of both signs and of very different sizes, some of them 0."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    low, high = sorted(draw(st.tuples(st.integers(-15, 15), st.integers(-15, 15))))
    return chance.choice([-1, 0, 1], shape, p=[0.4, 0.2, 0.4]) * 10 ** chance.uniform(low, high, shape)


@st.composite
def neurons(draw):
    """What is explained of a neuron: narrow or wide, sparse or not, with a bias or without."""
    width = draw(st.integers(1, 6) | st.integers(7, 300))
    network = Network(
        [width, 1],
        draw(st.sampled_from(["identity", "tanh", "relu"])),
        biases=draw(st.booleans()),
        connections=[np.arange(width)[:, np.newaxis] % 3 > 0] if draw(st.booleans()) else None,
        dtype=draw(st.sampled_from(["float32", "float64"])),
    )
    network.parameters[:] = sizes_of_numbers(draw, network.n_parameters)
    network.parameters[: network.connected.size] *= network.connected
    return neuron(network.run(sizes_of_numbers(draw, width)), 0, 1, 0)


@many
@given(neurons(), st.integers(0, 310), st.integers(1, 17))
def test_a_printed_neuron_adds_up(found, shown, significant):
    lines = found.text(shown=shown, significant=significant).splitlines()
    (end,) = (k for k, line in enumerate(lines) if line.startswith("weighted sum"))
    printed = [Fraction(line.split()[-1]) for line in lines[2 : end + 1]]
    assert sum(printed[:-1]) == printed[-1]
    n_shown = len(found.terms) if len(found.terms) <= shown + 1 else shown
    assert end - 2 == n_shown + (n_shown < len(found.terms)) + (found.bias is not None)
    assert f"({lines[end].split()[-1]}) = " in lines[end + 1]
    assert len({len(line) for line in lines[2 : end + 1]}) == 1  # the columns stand below each other


@many
@given(cases(), st.integers(1, 17), st.integers(0, 5))
def test_a_printed_error_table_adds_up(case, significant, shown):
    table = error(case.network.run(case.inputs), case.targets)
    lines = table.text(significant).splitlines()
    losses = [Fraction(line.split()[3]) for line in lines[2:-1]]
    assert sum(losses) == Fraction(lines[-1].split()[1])
    printed = table.printed(shown=shown, significant=significant)
    assert sum(Fraction(line.loss) for line in printed.lines) == Fraction(printed.total)


@st.composite
def places(draw):
    """A case, an example or all of them, and a weight, a bias or an input of the network."""
    case = draw(cases())
    network = case.network
    layer = draw(st.integers(0, network.n_layers))
    neuron = draw(st.integers(0, network.sizes[layer] - 1))
    sources = [0]
    if layer:
        sources = np.flatnonzero(network.connections(layer)[:, neuron]).tolist()
        sources += ["bias"] * bool(network.biases(layer).size)
    assume(sources)
    example = draw(st.none() | st.integers(0, len(case.inputs) - 1))
    return case, example, layer, neuron, draw(st.sampled_from(sources))


@many
@given(places(), st.integers(0, 9), st.integers(1, 17))
def test_all_paths_together_are_the_gradient_that_training_uses(place, shown, significant):
    """To 1e-12 of the sum of the sizes of the products: where paths cancel, their rounding remains."""
    case, example, layer, neuron, source = place
    network = case.network
    found = chain(network.run(case.inputs), case.targets, example, layer, neuron, source, top=10**6)
    sizes = sum(abs(path.product) for path in found.paths)
    assert found.complete
    assert abs(found.listed - found.slope) <= 1e-12 * sizes
    rows = slice(None) if example is None else slice(example, example + 1)
    if layer:
        gradient = network.copy()
        gradient.parameters[:] = network.gradient(case.inputs[rows], case.targets[rows])[1]
        slopes = gradient.biases(layer) if source == "bias" else gradient.weights(layer)[source]
        assert found.slope == slopes[neuron]
    for path in found.paths:
        assert path.product == pytest.approx(math.prod(factor.value for factor in path.factors), rel=1e-15)
    printed = found.printed(shown=shown, significant=significant)
    assert sum(Fraction(line.product) for line in printed.lines) == Fraction(printed.slope)


@many
@given(places(), st.integers(1, 5))
def test_the_strongest_chains_are_the_strongest_of_all(place, top):
    case, *where = place
    trace = case.network.run(case.inputs)
    every = chain(trace, case.targets, *where, top=10**6)
    some = chain(trace, case.targets, *where, top=top)
    sizes = [abs(path.product) for path in every.paths]
    assert sizes == sorted(sizes, reverse=True)
    assert [abs(path.product) for path in some.paths] == pytest.approx(sizes[:top], rel=1e-12)
    assert (some.slope, some.n_paths) == (every.slope, len(every.paths))


@st.composite
def layered_factors(draw):
    """Factors that are small whole numbers, so that products are exact and many paths equally strong."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    shapes = list(itertools.pairwise(sizes))
    return Paths(
        slopes=[chance.integers(0, 3, size).astype(float) for size in sizes],
        weights=[chance.integers(-3, 4, shape).astype(float) for shape in shapes],
        connections=[chance.random(shape) < draw(st.sampled_from([0.5, 1.0])) for shape in shapes],
        ends=chance.integers(-2, 3, sizes[-1]).astype(float),
    )


def all_paths(paths, layer, neuron):
    """Every path from a neuron with its strength, one after the other."""
    onwards = [range(weights.shape[1]) for weights in paths.weights[layer:]]
    for neurons in itertools.product([neuron], *onwards):
        steps = list(enumerate(itertools.pairwise(neurons), start=layer))
        if all(paths.connections[k][step] for k, step in steps):
            factors = [paths.slopes[k][step[0]] * paths.weights[k][step] for k, step in steps]
            yield abs(math.prod(factors) * paths.ends[neurons[-1]]), neurons


@many
@given(layered_factors(), st.data())
def test_strongest_paths_against_all_of_them(paths, data):
    """Equally strong paths come in the order of their neurons."""
    layer = data.draw(st.integers(0, len(paths.weights)))
    neuron = data.draw(st.integers(0, len(paths.slopes[layer]) - 1))
    top = data.draw(st.integers(1, 10) | st.just(10**4))
    expected = sorted(all_paths(paths, layer, neuron), key=lambda path: (-path[0], path[1]))
    found = paths.strongest(layer, neuron, top)
    strengths = {neurons: strength for strength, neurons in expected}
    assert [strengths[neurons] for neurons in found] == [strength for strength, _ in expected[:top]]
    assert len(set(found)) == len(found)
    alive = [neurons for strength, neurons in expected[:top] if strength > 0]
    assert found[: len(alive)] == alive
    assert paths.count(layer, neuron) == len(expected)


@many
@given(cases())
def test_the_gradient_check_agrees_with_the_engine(case):
    assume(distance_to_kink(case) > 1e-3)
    check = gradient_check(case.network, *case.batch)
    assert check.verdict == "the gradients agree"
    assert check.kinks == {}
