"""What is true of the camera for every picture and every number of pixels."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from glassnet.data import Camera
from glassnet.data.camera import coverage

settings.register_profile("data", derandomize=True, deadline=None, max_examples=60)
SETTINGS = settings(settings.get_profile("data"))

PIXELS = st.integers(1, 9)
PICTURES = arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)))
CAMERAS = st.builds(Camera, PIXELS, PIXELS)


@SETTINGS
@given(PICTURES, CAMERAS)
def test_mean_brightness_is_kept(picture, camera):
    expected = picture.mean() / 127.5 - 1
    np.testing.assert_allclose(camera.picture(picture).mean(), expected, atol=1e-13)


@SETTINGS
@given(PICTURES, CAMERAS)
def test_no_pixel_is_brighter_or_darker_than_the_picture(picture, camera):
    seen = camera.picture(picture)
    low, high = Camera(1, 1).picture(picture[:1, :1] * 0 + picture.min()), picture.max() / 127.5 - 1
    assert seen.min() >= low[0]
    assert seen.max() <= high + 1e-15


@SETTINGS
@given(PICTURES)
def test_a_camera_of_the_pictures_size_sees_it_as_it_is(picture):
    seen = Camera(*picture.shape).picture(picture)
    np.testing.assert_array_equal(seen, (2.0 * picture.ravel() - 255) / 255)


@SETTINGS
@given(PICTURES, CAMERAS)
def test_a_negative_is_the_negative(picture, camera):
    turned = Camera(camera.rows, camera.columns, negative=True)
    np.testing.assert_array_equal(turned.picture(picture), -camera.picture(picture))
    np.testing.assert_allclose(camera.picture(255 - picture), -camera.picture(picture), atol=1e-15)


@SETTINGS
@given(PICTURES, CAMERAS)
def test_mirrors_and_turns_go_through_the_camera(picture, camera):
    shape = (camera.rows, camera.columns)
    seen = camera.picture(picture).reshape(shape)
    np.testing.assert_array_equal(camera.picture(picture[::-1]).reshape(shape), seen[::-1])
    np.testing.assert_array_equal(camera.picture(picture[:, ::-1]).reshape(shape), seen[:, ::-1])
    turned = Camera(camera.columns, camera.rows).picture(picture.T).reshape(shape[::-1])
    np.testing.assert_array_equal(turned, seen.T)


@SETTINGS
@given(arrays(np.float64, (4, 6), elements=st.floats(-1, 1)), CAMERAS)
def test_pictures_of_floats_stay_in_range_and_keep_their_mean(picture, camera):
    seen = camera.picture(picture)
    assert np.abs(seen).max() <= 1
    np.testing.assert_allclose(seen.mean(), picture.mean(), atol=1e-13)


@SETTINGS
@given(st.integers(1, 60), st.integers(1, 60))
def test_every_part_of_the_picture_is_seen_once(n_pixels, length):
    table = coverage(n_pixels, length)
    assert (table.sum(axis=0) == n_pixels).all()
    assert (table.sum(axis=1) == length).all()
