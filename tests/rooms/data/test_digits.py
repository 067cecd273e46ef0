"""The bundled digits are the ones that UCI published, and their licence is beside them."""

import hashlib

import numpy as np

from glassnet.data import Camera, digits
from glassnet.data.bundled import DIGITS_FILE


def test_digits_are_those_of_the_test_part():
    data = digits()
    assert data.n_examples == 1797
    assert data.inputs.shape == (1797, 64)
    assert data.inputs.dtype == np.float32
    assert data.categories == tuple("0123456789")
    # The counts that the data set's page gives for its test part.
    assert np.bincount(data.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert data.encoder == Camera(8, 8)
    assert (data.inputs.min(), data.inputs.max()) == (-1, 1)


def test_digits_are_bit_for_bit_as_published():
    values = ((digits().inputs + 1) * 8).astype(np.uint8)
    first = [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]  # the first two rows of the file
    assert values[0, :16].tolist() == first
    digest = hashlib.sha256(values.tobytes()).hexdigest()
    assert digest == "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3"


def test_licence_names_what_the_licence_asks_for():
    text = (DIGITS_FILE.parent / "LICENSE-digits.txt").read_text(encoding="utf-8")
    for needed in ["Alpaydin", "Kaynak", "10.24432/C50P49", "creativecommons.org/licenses/by/4.0", "changed"]:
        assert needed in text
    assert DIGITS_FILE.stat().st_size < 50_000
