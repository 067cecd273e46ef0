"""Numbers, names and elements as they are written into a picture."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from glassnet.pictures.colours import by_sign, grey
from glassnet.pictures.network_geometry import Box, side_by_side
from glassnet.pictures.pixels import draw_pixels, fewer_pixels
from glassnet.pictures.squash_curve import squash_curve
from glassnet.pictures.svg import add, coordinate
from glassnet.pictures.text import counted, readable, shortened, text_width


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-0.004, "0"),
        (1.005, "1"),
        (12.5, "12.5"),
        (-3.14159, "-3.14"),
        (1e6, "1000000"),
    ],
)
def test_coordinates_are_short(value, text):
    assert coordinate(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.90211, "0.902"),
        (0.5, "0.5"),
        (-0.0, "0"),
        (-12.04, "−12"),
        (0.99996, "1"),
        (9.999, "10"),
        (99.96, "100"),
        (999.6, "1,000"),
        (123456.7, "123,457"),
        (1234567.0, "1.23e6"),
        (-0.00001234, "−1.23e−5"),
        (0.000123, "0.000123"),
        (float("nan"), "not a number"),
        (float("inf"), "∞"),
        (-float("inf"), "−∞"),
        (np.float32(0.25), "0.25"),
    ],
)
def test_numbers_are_readable(value, text):
    assert readable(value) == text


def test_things_are_counted():
    assert [counted(n, "epoch") for n in (0, 1, 2000)] == ["0 epochs", "1 epoch", "2,000 epochs"]


def test_names_are_shortened_to_their_room():
    assert shortened("short", 10, 100) == "short"
    assert shortened(" two \n lines ", 10, 100) == "two lines"
    cut = shortened("a very long name that does not fit", 10, 100)
    assert cut.endswith("…")
    assert text_width(cut, 10) <= 100
    assert shortened("anything", 10, 1) == "…"


def test_attributes_and_texts_are_escaped():
    root = ET.Element("svg")
    add(root, "text", "a < b & \x0b", data_name="\"'<>&\x00", x=0.5)
    again = ET.fromstring(ET.tostring(root))[0]
    assert again.text == "a < b & \ufffd"
    assert again.get("data-name") == "\"'<>&\ufffd"
    assert again.get("x") == "0.5"


def test_brightness_becomes_grey():
    assert [grey(b) for b in (-2, -1, 0, 1, 9)] == ["#000000", "#000000", "#808080", "#ffffff", "#ffffff"]
    assert len({by_sign(value) for value in (-1, 0, 1)}) == 3


def test_pixels_are_drawn_in_runs_of_one_grey_and_dots():
    root = ET.Element("svg")
    draw_pixels(root, Box(10, 20, 6, 4), np.array([[1, 1, -1], [np.nan, 1, -1]]))
    group = root[0]
    assert group.get("transform") == "translate(10 21) scale(2.0000)"
    assert [(path.get("stroke"), path.get("d")) for path in group] == [
        ("#000000", "M2 0h1M2 1h1"),
        ("#ffffff", "M0 0h2M1 1h1"),
        ("#ffffff", "M0.5 1h.01"),
    ]


def test_large_pictures_are_seen_through_fewer_pixels():
    picture = np.kron(np.eye(64), np.ones((2, 3)))
    assert (fewer_pixels(picture) == np.eye(64)).all()
    assert fewer_pixels(np.eye(5)).shape == (5, 5)


@pytest.mark.parametrize("shape", [(2, 2), (1, 7), (9, 3)])
@pytest.mark.parametrize("n", [1, 2])
def test_little_pictures_fit_into_their_circle(shape, n):
    boxes = side_by_side([np.zeros(shape)] * n, (5, 6), 10)
    for box in boxes:
        assert box.width / box.height == pytest.approx(shape[1] / shape[0])
        for x in (box.x, box.x + box.width):
            for y in (box.y, box.y + box.height):
                assert np.hypot(x - 5, y - 6) <= 10
    assert n == 1 or boxes[0].x + boxes[0].width < boxes[1].x


def test_the_curve_of_a_squash_is_the_engines():
    curve = dict(squash_curve("tanh"))
    assert list(curve) == pytest.approx(np.linspace(-3, 3, 25))
    assert list(curve.values()) == pytest.approx(np.tanh(np.linspace(-3, 3, 25)), rel=1e-12)
    assert squash_curve("softmax") == ()
    assert dict(squash_curve("leaky_relu(slope=0.5)"))[-2] == -1
