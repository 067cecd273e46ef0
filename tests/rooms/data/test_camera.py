"""Camera: the mean over each pixel's area, with every number worked out by hand."""

import json

import numpy as np
import pytest

from glassnet.data import Camera, encoder_from_json
from glassnet.data.camera import area_means, coverage
from glassnet.errors import DataError, SettingError


def grey(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.uint8)


def test_four_pixels_of_a_four_pixel_picture_row_by_row():
    seen = Camera(2, 2).picture(grey([0, 255], [51, 204]))
    assert seen.dtype == np.float64
    assert seen.tolist() == pytest.approx([-1, 1, -0.6, 0.6], abs=1e-15)


def test_black_and_white_are_exactly_minus_and_plus_one():
    for size in [(1, 1), (3, 7), (10, 10), (480, 641)]:
        for camera in [Camera(1, 1), Camera(2, 2), Camera(3, 5), Camera(28, 28)]:
            assert set(camera.picture(np.full(size, 255, np.uint8))) == {1.0}
            assert set(camera.picture(np.zeros(size, np.uint8))) == {-1.0}


def test_three_by_three_on_two_by_two_shares_the_middle():
    # A pixel covers 1.5 x 1.5: one whole picture pixel, two halves and a quarter, 2.25 in all.
    picture = grey([90, 0, 0], [0, 45, 0], [0, 0, 9])
    means = area_means(picture, 2, 2)
    corner, middle, last = 90, 45 / 4, 9
    assert means.tolist() == [
        [(corner + middle) / 2.25, middle / 2.25],
        [middle / 2.25, (middle + last) / 2.25],
    ]
    assert Camera(2, 2).picture(picture)[0] == pytest.approx(45 / 127.5 - 1, abs=1e-15)


def test_whole_blocks_are_plain_means():
    picture = np.arange(16, dtype=np.uint8).reshape(4, 4)
    assert area_means(picture, 2, 2).tolist() == [[2.5, 4.5], [10.5, 12.5]]


def test_a_picture_that_is_wide_is_seen_whole():
    picture = np.zeros((2, 100), dtype=np.uint8)
    picture[:, 50:] = 255
    assert Camera(2, 2).picture(picture).tolist() == [-1, 1, -1, 1]


def test_one_pixel_fills_every_pixel_of_the_camera():
    assert Camera(3, 2).picture(grey([51])).tolist() == pytest.approx([-0.6] * 6, abs=1e-15)


def test_enlarging_shares_a_pixel_between_its_neighbours():
    # Two picture pixels under three camera pixels: the middle one sees half of each.
    assert area_means(grey([0, 100]), 1, 3).tolist() == [[0, 50, 100]]


def test_coverage_is_in_whole_bits_and_sums_to_the_length():
    table = coverage(3, 5)
    assert table.tolist() == [[3, 2, 0, 0, 0], [0, 1, 3, 1, 0], [0, 0, 0, 2, 3]]
    assert (table.sum(axis=1) == 5).all()
    assert (table.sum(axis=0) == 3).all()


def test_tall_pictures_are_summed_over_all_strips():
    picture = np.random.default_rng(0).integers(0, 256, (777, 30)).astype(np.uint8)
    expected = picture.reshape(7, 111, 3, 10).mean(axis=(1, 3))
    np.testing.assert_allclose(area_means(picture, 7, 3), expected, rtol=1e-14)


def test_means_are_those_of_a_finer_grid():
    # Blow the picture up so that both grids fit, then take plain block means: another way to the same number.
    picture = np.random.default_rng(1).integers(0, 256, (7, 5)).astype(np.uint8)
    finer = np.kron(picture, np.ones((3, 4)))
    expected = finer.reshape(3, 7, 4, 5).mean(axis=(1, 3))
    np.testing.assert_allclose(area_means(picture, 3, 4), expected, rtol=1e-14)


def test_negative_swaps_black_and_white():
    picture = grey([0, 51], [204, 255])
    plain, swapped = Camera(2, 2).picture(picture), Camera(2, 2, negative=True).picture(picture)
    assert (swapped == -plain).all()


def test_camera_survives_json():
    camera = Camera(28, 20, negative=True)
    assert encoder_from_json(json.loads(json.dumps(camera.to_json()))) == camera
    assert camera.n_inputs == 560


@pytest.mark.parametrize("rows", [0, -1, 5000, 2.0, "2", True])
def test_a_camera_needs_a_whole_number_of_pixels(rows):
    with pytest.raises(SettingError, match="camera rows: got"):
        Camera(rows, 2)


def test_negative_is_a_switch():
    with pytest.raises(SettingError, match="camera negative: got 1, expected True or False"):
        Camera(2, 2, negative=1)


GOOD = {"kind": "camera", "rows": 2, "columns": 2, "negative": False}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (None, "encoder: of kind None, expected 'camera' or 'columns'"),
        ([], "encoder: of kind None"),
        ({"kind": "telescope"}, "encoder: of kind 'telescope'"),
        ({"kind": "camera"}, "camera: got kind, expected the fields kind, rows, columns, negative"),
        ({**GOOD, "zoom": 1}, "expected the fields"),
        ({**GOOD, "rows": "2"}, "camera: rows is '2', expected int"),
        ({**GOOD, "rows": True}, "camera: rows is True, expected int"),
        ({**GOOD, "rows": 0}, "camera rows: got 0, expected from 1 to 4096"),
        ({**GOOD, "rows": 10**400}, "camera rows: got 1000"),
        ({**GOOD, "negative": 0}, "camera: negative is 0, expected bool"),
    ],
)
def test_a_camera_from_a_bad_file_is_refused(values, message):
    with pytest.raises(DataError, match=message):
        encoder_from_json(values)


def test_each_encoder_refuses_the_other_kind():
    with pytest.raises(DataError, match="camera: of another kind"):
        Camera.from_json({**GOOD, "kind": "columns"})
