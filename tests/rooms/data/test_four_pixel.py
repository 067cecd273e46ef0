"""The four pixel camera's pictures: SPEC sections 1 and 2, as far as they are about data."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from glassnet.data import Camera, four_pixel, four_pixel_odd
from glassnet.errors import SettingError

ROW_BY_ROW = [0, 1, 3, 2]  # where top left, top right, bottom left, bottom right stand, going round clockwise

CLOCKWISE = {
    "solid": [1, 1, 1, 1],
    "vertical": [-1, 1, 1, -1],
    "diagonal": [1, -1, 1, -1],
    "horizontal": [1, 1, -1, -1],
}


def bits_about_the_category(pixels: tuple[int, ...]) -> float:
    """Mutual information of some pixels and the category, over the eight patterns."""
    data = four_pixel()
    seen = [tuple(row) for row in data.inputs[:, pixels]]
    both = list(zip(seen, data.labels.tolist(), strict=True))

    def entropy(values):
        return -sum(count / 8 * math.log2(count / 8) for count in Counter(values).values())

    return entropy(seen) + entropy(data.labels.tolist()) - entropy(both)


def test_the_eight_patterns():
    data = four_pixel()
    assert data.categories == ("solid", "vertical", "diagonal", "horizontal")
    assert data.labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert data.inputs.dtype == np.float64
    for i, name in enumerate(data.categories):
        pattern = np.array(CLOCKWISE[name])[ROW_BY_ROW]
        assert data.inputs[2 * i].tolist() == pattern.tolist()
        assert data.inputs[2 * i + 1].tolist() == (-pattern).tolist()
    assert data.targets.tolist() == np.repeat(np.eye(4), 2, axis=0).tolist()
    assert data.encoder == Camera(2, 2)
    assert data.picture_shape == (2, 2)


def test_vertical_is_left_and_right_and_horizontal_top_and_bottom():
    pictures = four_pixel().inputs.reshape(8, 2, 2)
    assert (pictures[2][:, 0] == -1).all()
    assert (pictures[2][:, 1] == 1).all()
    assert (pictures[6][0] == 1).all()
    assert (pictures[6][1] == -1).all()


def test_the_example_picture_of_the_slides():
    picture = np.array([[0.50, 0], [0.75, -0.75]])
    assert Camera(2, 2).picture(picture).tolist() == [0.50, 0, 0.75, -0.75]


def test_patterns_are_the_pictures_with_an_even_number_of_white_pixels():
    patterns = {tuple(row) for row in four_pixel().inputs.tolist()}
    odd = {tuple(row) for row in four_pixel_odd().tolist()}
    every = set(itertools.product([-1.0, 1.0], repeat=4))
    assert len(every) == 16
    assert patterns == {picture for picture in every if picture.count(1) % 2 == 0}
    assert odd == every - patterns
    assert len(patterns) == len(odd) == 8
    assert {picture.count(1) for picture in odd} == {1, 3}


@pytest.mark.parametrize(("n_pixels", "bits"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2)])
def test_what_some_pixels_tell_about_the_category(n_pixels, bits):
    for pixels in itertools.combinations(range(4), n_pixels):
        assert bits_about_the_category(pixels) == pytest.approx(bits, abs=1e-12)


def test_a_picture_and_its_negative_share_a_category():
    data = four_pixel()
    label = {tuple(row): n for row, n in zip(data.inputs.tolist(), data.labels, strict=True)}
    for picture, category in label.items():
        assert label[tuple(-x for x in picture)] == category


def test_many_noisy_examples():
    data = four_pixel(8000, noise=0.1, seed=3)
    assert np.bincount(data.labels).tolist() == [2000] * 4
    assert np.abs(data.inputs).max() <= 1
    # Noise that leaves [-1, 1] is clipped, the other half is seen: half normal, mean sigma / sqrt(2 pi).
    strayed = 1 - np.abs(data.inputs)
    assert strayed.mean() == pytest.approx(0.1 / math.sqrt(2 * math.pi), rel=0.03)


def test_contrast_fades_towards_grey():
    data = four_pixel(4000, lowest_contrast=0.25, seed=1)
    contrast = np.abs(data.inputs)
    assert (contrast == contrast[:, :1]).all()
    assert 0.25 <= contrast.min() < 0.26
    assert 0.99 < contrast.max() <= 1
    assert contrast.mean() == pytest.approx(0.625, abs=0.01)
    pure = np.tile(four_pixel().inputs, (500, 1))
    assert (np.sign(data.inputs) == pure).all()


def test_a_seed_gives_the_same_pictures():
    assert (four_pixel(50, noise=0.2, seed=5).inputs == four_pixel(50, noise=0.2, seed=5).inputs).all()
    assert (four_pixel(50, noise=0.2, seed=5).inputs != four_pixel(50, noise=0.2, seed=6).inputs).any()


@pytest.mark.parametrize(
    "options",
    [{"n": 0}, {"noise": -1}, {"noise": math.nan}, {"lowest_contrast": 0}, {"lowest_contrast": 1.1}],
)
def test_numbers_out_of_range(options):
    with pytest.raises(SettingError, match=next(iter(options))):
        four_pixel(**options)
