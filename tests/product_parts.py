"""A part of a matrix that a kernel makes: which one, and that nothing was written beside it."""

import numpy as np

UNTOUCHED = 7


def random_part(chance, *shape):
    """Where a part begins and ends, along each axis of a matrix."""
    return tuple(int(place) for n in shape for place in sorted(chance.integers(0, n + 1, 2)))


def check_part(result, expected, first, last, begin, end, tolerance):
    """That part is as expected and all else untouched; then the part is marked as untouched, too."""
    np.testing.assert_allclose(result[first:last, begin:end], expected[first:last, begin:end], **tolerance)
    result[first:last, begin:end] = UNTOUCHED
    assert (result == UNTOUCHED).all()
