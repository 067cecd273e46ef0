"""The strongest paths of a handful; against all paths of random networks in tests/properties."""

import numpy as np
import pytest

from glassnet.explain.paths import Paths


@pytest.fixture
def paths():
    """From one input through two neurons to two outputs."""
    return Paths(
        slopes=[np.ones(1), np.array([2, 0.5]), np.ones(2)],
        weights=[np.array([[3.0, -4]]), np.array([[1.0, -1], [10, 0]])],
        connections=[np.ones((1, 2), dtype=bool), np.ones((2, 2), dtype=bool)],
        ends=np.array([1.0, -2]),
    )


# Their strengths: 4 * 0.5 * 10 * 1, then 3 * 2 * 1 * 2, then 3 * 2 * 1 * 1, then 0.
STRONGEST = [(0, 1, 0), (0, 0, 1), (0, 0, 0), (0, 1, 1)]


@pytest.mark.parametrize("top", range(1, 6))
def test_the_strongest_come_first(paths, top):
    assert paths.strongest(0, 0, top) == STRONGEST[:top]


def test_paths_may_begin_anywhere(paths):
    assert paths.strongest(1, 1, 9) == [(1, 0), (1, 1)]
    assert paths.strongest(2, 1, 9) == [(1,)]


def test_a_weight_of_0_is_a_path_and_a_missing_connection_is_none(paths):
    assert (paths.count(0, 0), paths.count(1, 1), paths.count(2, 1)) == (4, 2, 1)
    paths.connections[1][1, 1] = False
    assert (paths.count(0, 0), paths.count(1, 1)) == (3, 1)
    assert paths.strongest(0, 0, 9) == STRONGEST[:3]


def test_more_paths_than_a_machine_number_holds():
    pair, square = np.ones(2), np.ones((2, 2))
    many = Paths([pair] * 71, [square] * 70, [square > 0] * 70, pair)
    assert many.count(0, 0) == 2**70
    assert many.strongest(0, 1, 2) == [(1, *[0] * 70), (1, *[0] * 69, 1)]
