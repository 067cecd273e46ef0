"""Receptive fields by ascent: against the exact ones on small networks, against random pictures on large."""

import numpy as np
import pytest

from glassnet import Network, train
from glassnet.data import digits
from glassnet.errors import SettingError, ShapeError
from glassnet.explain import receptive_field, receptive_fields
from glassnet.explain.ascent import ascend


def as_set(pictures):
    return {tuple(np.where(np.isnan(picture), 9, picture)) for picture in pictures}


@pytest.fixture(scope="module")
def reader():
    """A network that reads digits, after a little training."""
    data = digits()
    network = Network([64, 24, 16, 10], categories=data.categories, encoder=data.encoder, seed=1)
    train(network, data, epochs=5, learning_rate=0.003, optimizer="adam")
    return network


@pytest.mark.parametrize("layer", [1, 2, 3, 4])
def test_all_fields_of_the_drawn_network(layer):
    network = Network.drawn_four_pixel()
    for field in receptive_fields(network, layer):
        tops = ascend(network, layer, field.neuron, n_starts=16, seed=0)
        assert as_set(tops.pictures) == as_set(field.pictures)
        assert network.run(tops.highest).weighted_sums(layer)[0, field.neuron] == field.weighted_sum
        assert tops.n_agreeing >= 15  # mid grey sits on the kink of both rectifiers of a pair


@pytest.mark.parametrize("hidden", ["tanh", "logistic", "relu", "leaky_relu"])
def test_small_networks_against_the_exact_fields(hidden):
    missed = n_fields = 0
    for seed in range(5):
        network = Network([6, 5, 4, 3], hidden, seed=seed)
        for layer in (2, 3):
            for field in receptive_fields(network, layer):
                tops = ascend(network, layer, field.neuron, n_starts=16, seed=0)
                reached = network.run(tops.highest).weighted_sums(layer)[0, field.neuron]
                missed += reached < field.weighted_sum - 1e-9
                n_fields += 1
    assert n_fields == 35
    assert missed <= 1  # a local top, which an ascent cannot know


def test_a_grey_picture_can_be_better_than_every_black_and_white_one():
    # -|x| as a pair of rectifiers: highest at mid grey.
    network = Network([1, 2, 1], ["relu", "identity"], biases=False)
    network.parameters[:] = [1, -1, -1, -1]
    tops = ascend(network, 2, 0, n_starts=4, seed=0)
    assert network.run(tops.highest).weighted_sums(2)[0, 0] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("layer", [2, 3])
@pytest.mark.parametrize("starts", [1, 2, 16])
def test_never_worse_than_the_pictures_it_starts_from(reader, layer, starts):
    for neuron in range(3):
        field = receptive_field(reader, layer, neuron, starts=starts, seed=5)
        chance = np.random.default_rng(5)
        pictures = chance.uniform(-1, 1, (16 * starts, 64)).astype(reader.dtype)
        pictures[::2] = np.where(pictures[::2] < 0, -1, 1)
        candidates = pictures if starts > 1 else np.zeros((1, 64))
        assert field.weighted_sum >= reader.run(candidates).weighted_sums(layer)[:, neuron].max()


@pytest.mark.parametrize("layer", [2, 3])
def test_better_than_any_example_and_any_of_many_random_pictures(reader, layer):
    random = np.sign(np.random.default_rng(9).normal(size=(10_000, 64)))
    seen = np.concatenate([digits().inputs, random])
    sums = reader.run(seen).weighted_sums(layer)
    for field in receptive_fields(reader, layer, [0, 3, 7]):
        assert field.weighted_sum > sums[:, field.neuron].max()


def test_a_field_by_ascent_says_so(reader):
    field = receptive_field(reader, 3, 4)
    assert not field.exact
    assert field.pictures.min() >= -1
    assert field.pictures.max() <= 1
    n_agreeing = int(field.method.split()[1])
    assert field.method == f"ascent: {n_agreeing} of 16 starts led to it"
    assert 1 <= n_agreeing <= 16
    assert field.method in str(field)
    again = reader.run(field.picture)
    assert field.weighted_sum == again.weighted_sums(3)[0, 4]
    assert field.output == again.outputs()[0, 4]


def test_the_same_seed_gives_the_same_field(reader):
    one, other = (receptive_field(reader, 2, 1, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.pictures, other.pictures)
    assert one.weighted_sum == other.weighted_sum


def test_pixels_without_any_influence_are_found():
    network = Network([20, 5, 3, 2], "tanh", seed=2)
    network.weights(1)[[4, 17]] = 0
    field = receptive_field(network, 2, 1)
    assert np.flatnonzero(~field.cares).tolist() == [4, 17]


def test_pixels_of_little_influence_go_all_the_way_too():
    network = Network([13, 1, 1], "identity", biases=False)
    network.weights(1)[:, 0] = signs = np.array([1.0, -1.0] * 6 + [1.0])
    network.weights(1)[:, 0] *= np.geomspace(1, 1e-4, 13)
    network.weights(2)[:] = 1
    np.testing.assert_array_equal(receptive_field(network, 2, 0).pictures, [signs])


def test_a_pixel_that_wakes_a_rectifier_matters_though_its_slope_is_zero():
    # Pixel 0 wakes a rectifier only when it is nearly white, and that lowers the sum.
    network = Network([13, 2, 1], ["relu", "identity"], biases=True)
    network.parameters[:] = 0
    network.weights(1)[0, 0] = 1
    network.weights(1)[1:, 1] = 1
    network.biases(1)[:] = [-0.9, 12]
    network.weights(2)[:] = [[-50], [1]]
    field = receptive_field(network, 2, 0)
    assert field.cares.all()
    assert field.picture[0] < 0.9
    assert field.weighted_sum == pytest.approx(24)


def test_behind_rectifiers_that_never_answer_nothing_matters():
    network = Network([13, 2, 1], ["relu", "identity"])
    network.biases(1)[:] = -100
    field = receptive_field(network, 2, 0)
    assert not field.cares.any()
    assert len(field.pictures) == 1


@pytest.mark.parametrize(
    ("options", "message"), [({"starts": 0}, "starts: got 0"), ({"seed": -1}, "seed: got -1")]
)
def test_settings_that_it_refuses(reader, options, message):
    with pytest.raises(SettingError, match=message):
        receptive_field(reader, 2, 0, **options)


def test_a_network_that_is_not_finite_is_named():
    network = Network([13, 3, 2])
    network.weights(1)[12, 2] = np.inf
    with pytest.raises(ShapeError, match="weighted sum of layer 1, neuron 2 is not finite"):
        receptive_field(network, 2, 0)
