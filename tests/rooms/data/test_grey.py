"""Reading pictures: every format and mode, as real files."""

import io

import numpy as np
import pytest
from PIL import Image

from glassnet.data import Camera
from glassnet.data.grey import brightness, grey_picture

GREY = np.array([[0, 60, 120], [180, 240, 255]], dtype=np.uint8)
COLOURS = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[255, 255, 255], [0, 0, 0], [10, 20, 30]]], np.uint8
)
COLOURS_AS_GREY = [[76, 150, 29], [255, 0, 18]]  # .299 R + .587 G + .114 B, rounded


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "WEBP"])
def test_lossless_grey_files_are_read_exactly(kind, tmp_path):
    path = tmp_path / f"picture.{kind.lower()}"
    options = {"lossless": True} if kind == "WEBP" else {}
    path.write_bytes(encoded(Image.fromarray(GREY), kind, **options))
    assert grey_picture(path).tolist() == GREY.tolist()


def test_jpeg_is_read_nearly_exactly(tmp_path):
    path = tmp_path / "picture.jpg"
    smooth = np.repeat(np.arange(0, 256, 16, dtype=np.uint8)[np.newaxis], 16, axis=0)
    Image.fromarray(smooth).save(path, quality=95)
    assert np.abs(grey_picture(path).astype(int) - smooth).max() <= 3


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WEBP"])
def test_colours_become_as_bright_as_they_look(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    content = encoded(Image.fromarray(COLOURS), kind, **options)
    assert grey_picture(content).tolist() == COLOURS_AS_GREY


def test_every_way_to_hand_in_a_picture_gives_the_same(tmp_path):
    image = Image.fromarray(COLOURS)
    path = tmp_path / "picture.png"
    image.save(path)
    camera = Camera(2, 2)
    expected = camera.picture(COLOURS).tolist()
    with path.open("rb") as file:
        assert camera.picture(file).tolist() == expected
    for source in [path, str(path), path.read_bytes(), bytearray(path.read_bytes()), image, COLOURS]:
        assert camera.picture(source).tolist() == expected


def test_the_first_picture_of_a_film(tmp_path):
    path = tmp_path / "film.gif"
    first, second = Image.fromarray(GREY), Image.fromarray(255 - GREY)
    first.save(path, save_all=True, append_images=[second])
    assert grey_picture(path).tolist() == GREY.tolist()


def test_clear_parts_lie_on_white_paper():
    pixels = np.zeros((1, 3, 4), dtype=np.uint8)
    pixels[0, :, 3] = [255, 0, 51]  # black ink: opaque, clear, and a fifth of it
    assert grey_picture(encoded(Image.fromarray(pixels), "PNG")).tolist() == [[0, 255, 204]]
    assert grey_picture(pixels).tolist() == [[0, 255, 204]]


def test_grey_with_opacity():
    image = Image.merge("LA", [Image.new("L", (1, 1), 0), Image.new("L", (1, 1), 51)])
    assert grey_picture(encoded(image, "PNG")).tolist() == [[204]]


def palette_image() -> Image.Image:
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.putdata([0, 1, 2])
    return image


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF"])
def test_palettes(kind):
    assert grey_picture(encoded(palette_image(), kind)).tolist() == [[76, 150, 29]]


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_palette_with_a_clear_colour(kind):
    assert grey_picture(encoded(palette_image(), kind, transparency=1)).tolist() == [[76, 255, 29]]


def test_a_palette_with_half_clear_colours():
    # Opacities 255, 102 and 0 of 255: red, two fifths of green on white, white.
    content = encoded(palette_image(), "PNG", transparency=bytes([255, 102, 0]))
    assert grey_picture(content).tolist() == [[76, 213, 255]]  # .4 * 149.685 + .6 * 255


def test_grey_with_a_clear_value():
    assert grey_picture(encoded(Image.fromarray(GREY), "PNG", transparency=60))[0, 1] == 255


def test_one_bit():
    image = Image.fromarray(GREY).point(lambda value: 255 if value > 100 else 0).convert("1")
    assert grey_picture(encoded(image, "PNG")).tolist() == [[0, 0, 255], [255, 255, 255]]


def test_sixteen_bits_are_not_clipped_at_255():
    deep = np.array([[0, 255, 32768, 65535]], dtype=np.uint16)
    content = encoded(Image.fromarray(deep), "PNG")
    assert grey_picture(content).tolist() == deep.tolist()
    assert Camera(1, 4).picture(content).tolist() == ((2.0 * deep[0] - 65535) / 65535).tolist()
    assert Camera(1, 4).picture(deep).tolist() == ((2.0 * deep[0] - 65535) / 65535).tolist()


def test_sixteen_bits_with_a_clear_value():
    deep = np.array([[0, 300, 65535]], dtype=np.uint16)
    assert grey_picture(encoded(Image.fromarray(deep), "PNG", transparency=300)).tolist() == [
        [0, 65535, 65535]
    ]


@pytest.mark.parametrize("mode", ["I;16B", "I;16L", "I"])
def test_other_sixteen_bit_modes_of_pillow(mode):
    deep = np.array([[0, 300, 65535]], dtype={"I;16B": ">u2", "I;16L": "<u2", "I": "<i4"}[mode])
    image = Image.frombytes(mode, (3, 1), deep.tobytes())
    assert grey_picture(image).tolist() == [[0, 300, 65535]]
    assert grey_picture(image).dtype == np.uint16


def test_float_images_of_pillow_are_brightness():
    assert grey_picture(Image.fromarray(np.array([[-1, 0.5]], np.float32))).tolist() == [[-1, 0.5]]


def test_cmyk():
    image = Image.new("CMYK", (2, 1))
    image.putdata([(0, 0, 0, 0), (0, 0, 0, 255)])
    assert grey_picture(image).tolist() == [[255, 0]]
    wide = Image.new("CMYK", (16, 16), (0, 0, 0, 255))
    assert grey_picture(encoded(wide, "JPEG")).max() <= 2


UPRIGHT = {  # what a camera that notes each EXIF orientation has stored of the upright GREY
    1: GREY,
    2: GREY[:, ::-1],
    3: GREY[::-1, ::-1],
    4: GREY[::-1],
    5: GREY.T,
    6: np.rot90(GREY),
    7: GREY[::-1, ::-1].T,
    8: np.rot90(GREY, -1),
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_exif_orientation_is_applied(orientation, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(np.ascontiguousarray(UPRIGHT[orientation]))
    content = encoded(image, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    assert grey_picture(content).tolist() == GREY.tolist()


def test_exif_orientation_of_a_photograph():
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: what the sensor calls left is the bottom
    stored = np.zeros((16, 32), dtype=np.uint8)
    stored[:, 16:] = 255
    content = encoded(Image.fromarray(stored), "JPEG", exif=exif, quality=100)
    assert grey_picture(content).shape == (32, 16)
    np.testing.assert_allclose(Camera(2, 1).picture(content), [-1, 1], atol=0.02)


def test_an_image_handed_in_is_not_changed():
    image = Image.fromarray(GREY)
    image.getexif()[0x0112] = 3
    grey_picture(image)
    assert np.asarray(image).tolist() == GREY.tolist()
    assert image.getexif()[0x0112] == 3


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_float_arrays_are_brightness_already(dtype):
    picture = np.array([[-1, 0], [0.5, 1]], dtype=dtype)
    assert Camera(2, 2).picture(picture).tolist() == [-1, 0, 0.5, 1]


def test_float_lists_are_arrays():
    assert Camera(2, 2).picture([[-1.0, 0.0], [0.5, 1.0]]).tolist() == [-1, 0, 0.5, 1]


def test_bool_arrays_are_black_and_white():
    assert Camera(1, 2).picture(np.array([[False, True]])).tolist() == [-1, 1]


def test_arrays_of_one_channel():
    assert grey_picture(GREY[..., np.newaxis]).tolist() == GREY.tolist()


@pytest.mark.parametrize(("dtype", "full"), [(np.uint16, 65535), (np.float64, 1)])
def test_deep_colours_of_arrays(dtype, full):
    black = 0 if dtype == np.uint16 else -1
    colours = np.full((1, 4, 3), black, dtype=dtype)
    for i in range(3):
        colours[0, i, i] = full
    colours[0, 3] = full
    grey = grey_picture(colours)
    expected = [2 * 19595 / 65536 - 1, 2 * 38470 / 65536 - 1, 2 * 7471 / 65536 - 1, 1]
    assert grey[0].tolist() == pytest.approx(expected, abs=1e-15)
    assert grey.max() == 1


@pytest.mark.parametrize(("dtype", "black", "opaque"), [(np.uint16, 0, 65535), (np.float64, -1, 1)])
def test_deep_arrays_with_opacity(dtype, black, opaque):
    pixels = np.full((1, 2, 4), black, dtype=dtype)
    pixels[0, :, 3] = [opaque, 0]
    assert grey_picture(pixels).tolist() == [[-1, 1]]


def test_brightness_is_a_new_array_of_the_type_asked_for():
    grey = np.array([0, 255], np.uint8)
    values = brightness(grey, grey.dtype, np.float32)
    assert values.dtype == np.float32
    assert values.tolist() == [-1, 1]
