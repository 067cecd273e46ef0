"""Receptive fields: all of the drawn network, and random networks against a search of our own."""

import itertools
import json

import numpy as np
import pytest

from glassnet import Network
from glassnet.data import Columns, NumberColumn, TextColumn
from glassnet.errors import SettingError, ShapeError
from glassnet.explain import has_receptive_field, receptive_field, receptive_fields

ANY = None


def row_by_row(clockwise: list) -> list:
    """From the slides' order (top left, top right, bottom right, bottom left) to ours."""
    top_left, top_right, bottom_right, bottom_left = clockwise
    return [top_left, top_right, bottom_left, bottom_right]


def seen(picture: np.ndarray) -> list:
    return [ANY if np.isnan(pixel) else pixel for pixel in picture.tolist()]


LAYER_1 = [[1, ANY, ANY, 1], [ANY, 1, 1, ANY], [1, ANY, ANY, -1], [ANY, 1, -1, ANY]]
PATTERNS = [[1, 1, 1, 1], [-1, 1, 1, -1], [1, -1, 1, -1], [1, 1, -1, -1]]


def negative(pattern: list) -> list:
    return [-pixel for pixel in pattern]


RELU = [picture for pattern in PATTERNS for picture in (pattern, negative(pattern))]


@pytest.mark.parametrize(("layer", "expected"), [(1, LAYER_1), (2, PATTERNS), (3, RELU)])
def test_every_field_inside_the_drawn_network(layer, expected):
    fields = receptive_fields(Network.drawn_four_pixel(), layer)
    assert [seen(field.picture) for field in fields] == [row_by_row(picture) for picture in expected]
    assert [field.alternatives for field in fields] == [0] * len(expected)
    assert all(field.exact for field in fields)


def test_an_output_of_the_drawn_network_has_two_equally_good_pictures():
    fields = receptive_fields(Network.drawn_four_pixel(), 4)
    for field, pattern in zip(fields, PATTERNS, strict=True):
        pair = sorted([row_by_row(pattern), row_by_row(negative(pattern))], reverse=True)  # white first
        assert [seen(picture) for picture in field.pictures] == pair
        assert seen(field.picture) == pair[0]
        assert field.alternatives == 1


def test_the_outputs_reached_in_the_drawn_network():
    network = Network.drawn_four_pixel()
    once, twice = np.tanh(2), np.tanh(2 * np.tanh(2))
    for layer, output in [(1, once), (2, twice), (3, twice), (4, twice)]:
        for field in receptive_fields(network, layer):
            assert field.output == pytest.approx(output, rel=1e-15)
    assert receptive_field(network, 1, 0).weighted_sum == 2


def sums_of(network: Network, pictures: np.ndarray, layer: int) -> np.ndarray:
    """Weighted sums of a tanh network, by NumPy."""
    outputs = pictures
    for k in range(1, layer + 1):
        sums = outputs @ network.weights(k) + network.biases(k)
        outputs = np.tanh(sums)
    return sums


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("layer", [1, 2, 3])
def test_random_networks_against_a_search_through_all_pictures(seed, layer):
    missing = np.random.default_rng(seed).random((5, 4)) < 0.6
    network = Network([5, 4, 3, 2], "tanh", connections=[missing, None, None], seed=seed)
    pictures = np.array(list(itertools.product([1.0, -1.0], repeat=5)))
    sums = sums_of(network, pictures, layer)
    for field in receptive_fields(network, layer):
        ranked = sums[:, field.neuron]
        best = {tuple(row) for row in pictures[ranked >= ranked.max() - 1e-12].tolist()}
        # Filling the "don't care" pixels in in every way gives exactly the best pictures.
        filled = {
            tuple(choice)
            for picture in field.pictures
            for choice in itertools.product(*((1.0, -1.0) if np.isnan(p) else (p,) for p in picture))
        }
        assert filled == best
        assert field.weighted_sum == pytest.approx(ranked.max(), abs=1e-12)


def test_a_pixel_that_cancels_out_up_to_rounding_does_not_matter():
    network = Network([2, 3, 1], "identity", biases=False)
    network.weights(1)[:] = [[0.1, 0.2, 0.3], [0.01, 0.01, 0.01]]
    network.weights(2)[:] = [[1], [1], [-1]]
    white, black = network.predict([[1, 1], [-1, 1]])[:, 0]
    assert white != black  # in floats 0.1 + 0.2 - 0.3 is not 0
    assert seen(receptive_field(network, 2, 0).picture) == [ANY, 1]


def test_a_saturated_neuron_still_cares():
    network = Network([2, 1, 1], "tanh")
    network.weights(1)[:] = [[30], [0.001]]
    network.biases(1)[:] = 20  # tanh is 1.0 with either colour of the second pixel
    assert seen(receptive_field(network, 1, 0).picture) == [1, 1]


def test_a_relu_that_never_answers_shows_what_comes_nearest_to_waking_it():
    network = Network([2, 1, 1], "relu")
    network.weights(1)[:] = [[1], [-2]]
    network.biases(1)[:] = -10
    field = receptive_field(network, 1, 0)
    assert seen(field.picture) == [1, -1]
    assert (field.weighted_sum, field.output) == (-7, 0)


def test_behind_neurons_that_never_answer_nothing_matters():
    network = Network([2, 2, 1], ["relu", "identity"])
    network.biases(1)[:] = -100
    field = receptive_field(network, 2, 0)
    assert seen(field.picture) == [ANY, ANY]
    assert not field.cares.any()
    assert len(field.pictures) == 1


def test_many_inputs_in_the_first_layer_take_the_signs_of_the_weights():
    network = Network([784, 3, 2], seed=4)
    network.weights(1)[5, 1] = 0
    field = receptive_field(network, 1, 1)
    weights = network.weights(1)[:, 1]
    assert np.isnan(field.picture[5])
    assert np.count_nonzero(field.cares) == 783
    assert (field.picture[field.cares] == np.sign(weights[field.cares])).all()
    assert field.weighted_sum == pytest.approx(np.abs(weights).sum() + network.biases(1)[1], rel=1e-5)
    assert "783 of 784 pixels" in str(field)


def test_both_ways_agree_in_the_first_layer():
    # A second layer that only hands on lets the search through all pictures see the first layer.
    network = Network([6, 3, 3], ["tanh", "identity"], biases=False, seed=2)
    network.weights(2)[:] = np.eye(3)
    for one, other in zip(receptive_fields(network, 1), receptive_fields(network, 2), strict=True):
        assert seen(one.picture) == seen(other.picture)
        assert one.output == other.output


def test_where_a_field_can_be_found_exactly():
    network = Network([13, 3, 2])
    assert has_receptive_field(network, 1)
    assert not has_receptive_field(network, 2)
    assert has_receptive_field(Network([12, 3, 2]), 2)


@pytest.mark.parametrize("place", [(0, 0), (3, 0), (1, 3), (1, -1), (2, 2)])
def test_a_place_that_does_not_exist(place):
    with pytest.raises(SettingError, match=r"layer|neuron"):
        receptive_field(Network([4, 3, 2]), *place)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
@pytest.mark.parametrize("layer", [1, 2])
def test_a_network_that_is_not_finite_is_named(broken, layer):
    network = Network([4, 3, 2])
    network.weights(1)[2, 1] = broken
    with pytest.raises(ShapeError, match=r"weighted sum of layer 1, neuron 1 is not finite"):
        receptive_field(network, layer, 1)


def test_a_field_cannot_be_written_to_and_reads_well():
    field = receptive_field(Network.drawn_four_pixel(), 4, 0)
    with pytest.raises(ValueError, match="read-only"):
        field.pictures[0, 0] = 5
    assert str(field) == (
        "layer 4, neuron 0: [1 1 1 1] or 1 other picture gives 0.958576 "
        "(all 16 black and white pictures tried)"
    )


def test_a_field_as_json():
    field = receptive_field(Network.drawn_four_pixel(), 1, 0)
    assert json.loads(json.dumps(field.to_json()))["pictures"] == [[1, None, 1, None]]


KINDS = TextColumn("kind", ("x", "y", "z"))


def of_table(n_numbers: int, n_texts: int) -> Network:
    """A network of a table of numbers and of texts, three each."""
    numbers = [NumberColumn(f"n{k}", 0, 10) for k in range(n_numbers)]
    texts = [TextColumn(f"t{k}", ("a", "b", "c")) for k in range(n_texts)]
    columns = Columns((*numbers, *texts), KINDS)
    return Network([columns.n_inputs, 7, 3], ["tanh", "softmax"], categories=KINDS.values, encoder=columns)


def possible_rows(n_numbers: int, n_texts: int) -> np.ndarray:
    """Every row of smallest and largest numbers."""
    parts = [[[-1], [1]]] * n_numbers + [np.eye(3).tolist()] * n_texts
    return np.array([np.concatenate(row) for row in itertools.product(*parts)])


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("size", [(2, 3), (0, 4), (4, 0)])
def test_in_a_table_it_is_the_best_row_that_may_be(layer, size):
    network = of_table(*size)
    rows = possible_rows(*size)
    sums = network.run(rows).weighted_sums(layer)
    for field in receptive_fields(network, layer):
        assert field.kind == "row"
        assert field.exact
        best = sums[:, field.neuron]
        assert field.weighted_sum == pytest.approx(best.max(), rel=1e-12)
        assert field.picture.tolist() == rows[np.argmax(best)].tolist()


def test_more_rows_than_can_be_tried_are_climbed():
    network = of_table(6, 4)
    rows = possible_rows(6, 4)
    best = network.run(rows).weighted_sums(2).max(axis=0)
    for field in receptive_fields(network, 2):
        assert not field.exact
        assert "one column changed at a time: " in field.method
        assert "of 18 inputs]" in str(field)
        assert field.picture.tolist() in rows.tolist()
        assert field.weighted_sum == pytest.approx(best[field.neuron], rel=1e-12)
    assert receptive_field(network, 2, 1).to_json() == receptive_field(network, 2, 1).to_json()


def test_columns_that_do_not_matter():
    network = of_table(1, 2)
    network.parameters[:] = 0
    network.weights(1)[:, 0] = [0, 0.5, 0.5, 0.5, 0, 1, 1]
    network.weights(2)[0] = [1, -1, 0]
    first, *_, last = receptive_fields(network, 1)
    assert seen(first.picture) == [ANY, ANY, ANY, ANY, 0, 1, 0]
    assert first.weighted_sum == 1.5
    assert seen(last.picture) == [ANY] * 7
    up, down, level = receptive_fields(network, 2)
    assert [seen(row) for row in up.pictures] == [[ANY] * 4 + [0, 1, 0], [ANY] * 4 + [0, 0, 1]]
    assert " or 1 other row gives " in str(up)
    assert [seen(row) for row in down.pictures] == [[ANY] * 4 + [1, 0, 0]]
    assert seen(level.picture) == [ANY] * 7


def test_values_in_a_table_network_that_are_not_finite():
    for layer in (1, 2):
        network = of_table(6, 4)
        network.weights(1)[3, 2] = np.nan
        with pytest.raises(ShapeError, match="receptive field"):
            receptive_field(network, layer, 2 if layer == 1 else 0)
