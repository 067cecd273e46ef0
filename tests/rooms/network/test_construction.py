"""What a network may be made of, and what the message says when it cannot."""

import numpy as np
import pytest

from glassnet import Network
from glassnet.data import Camera
from glassnet.errors import ChoiceError, DataError, SettingError, ShapeError


def test_defaults_for_numbers_and_for_categories():
    numbers, categories = Network([4, 3, 2]), Network([4, 3, 2], categories=["a", "b"])
    assert [list(map(str, network.activations)) for network in (numbers, categories)] == [
        ["relu", "identity"],
        ["relu", "softmax"],
    ]
    assert [str(network.loss) for network in (numbers, categories)] == ["squared", "cross_entropy"]
    assert str(Network([4, 1], "logistic").loss) == "binary_cross_entropy"
    assert list(map(str, categories.initial_weights)) == ["he_uniform", "glorot_uniform"]
    assert (numbers.category_names, categories.category_names) == (("0", "1"), ("a", "b"))


def test_small_networks_count_in_float64_and_large_ones_in_float32():
    assert Network([99, 100]).dtype == np.float64
    assert Network([100, 100]).dtype == np.float32
    assert Network([100, 100], dtype="float64").dtype == np.float64


def test_a_softmax_has_to_be_the_last_layer():
    assert str(Network([2, 3, 2], ["tanh", "softmax"]).activations[1]) == "softmax"
    with pytest.raises(SettingError, match="layer 1 of 2: softmax may stand only on the last layer"):
        Network([2, 3, 2], "softmax")


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ([4], r"sizes: got \[4\], expected at least two whole numbers"),
        (4, "sizes: got 4, expected at least two whole numbers"),
        ("44", "sizes: got '44', expected at least two whole numbers"),
        ([4, 0], r"sizes\[1\]: got 0, expected from 1"),
        ([4, -2, 3], r"sizes\[1\]: got -2"),
        ([2.0, 3], r"sizes\[0\]: got 2.0, expected a whole number"),
        ([2, 2**31], r"sizes\[1\]: got 2147483648"),
        ([2**31 - 1] * 3, "more than any machine holds"),
    ],
)
def test_sizes(sizes, message):
    with pytest.raises(SettingError, match=message):
        Network(sizes)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"activations": "tahn"}, ChoiceError, "activation: there is no 'tahn'; did you mean 'tanh'"),
        ({"activations": ["tanh"]}, SettingError, "activations: got 1, expected 2, one a layer"),
        ({"biases": [True] * 3}, SettingError, "biases: got 3, expected 2, one a layer"),
        ({"dropout": 1}, SettingError, "dropout of layer 1: got 1, expected at least 0 and below 1"),
        ({"dropout": [0, 0.5]}, SettingError, "dropout of layer 2: got 0.5, expected 0 on the last layer"),
        ({"dropout": "half"}, SettingError, "dropout: got 4, expected 2|dropout of layer 1: got 'half'"),
        ({"initial_weights": "glorot"}, ChoiceError, "there is no 'glorot'; did you mean 'glorot_"),
        ({"initial_weights": "uniform(low=2)"}, ChoiceError, "low is 2, expected at most high, 1"),
        ({"loss": "crossentropy"}, ChoiceError, "there is no 'crossentropy'; did you mean 'cross_entropy'"),
        ({"loss": "cross_entropy"}, ChoiceError, "the last layer's activation is identity, expected softmax"),
        ({"categories": ["a", "a"]}, DataError, "expected 2 different names, one an output"),
        ({"categories": ["a", "b", "c"]}, DataError, "expected 2 different names, one an output"),
        ({"connections": [np.ones((4, 4)), None]}, ShapeError, r"connections of layer 1: got shape \(4, 4\)"),
        ({"connections": [None]}, SettingError, "connections: got 1, expected 2, one a layer"),
        ({"encoder": Camera(2, 3)}, DataError, "encoder: 6 inputs, expected 4"),
        ({"dtype": "float16"}, SettingError, "dtype: got 'float16', expected float32 or float64"),
        ({"dtype": "double precision"}, SettingError, "dtype: got 'double precision'"),
        ({"seed": -1}, SettingError, "seed: got -1, expected at least 0"),
        ({"seed": 0.5}, SettingError, "seed: got 0.5, expected a whole number"),
    ],
)
def test_options(options, error, message):
    with pytest.raises(error, match=message):
        Network([4, 3, 2], **options)


@pytest.mark.parametrize("layer", [0, 3, -1])
@pytest.mark.parametrize("part", ["weights", "biases", "connections"])
def test_layers_count_from_one(part, layer):
    with pytest.raises(SettingError, match=f"layer {layer}: the network has layers 1 to 2"):
        getattr(Network([4, 3, 2]), part)(layer)
