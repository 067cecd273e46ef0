"""How often chance would give a lead, against the formulas written out."""

import math

import numpy as np
import pytest

from glassnet.explain.lead import lead_in_errors, lead_in_right_answers


def binomial_tail(fewer, n):
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n)


@pytest.mark.parametrize(
    ("only_network", "only_rule"), [(0, 0), (3, 0), (5, 1), (4, 4), (10, 2), (2, 10), (1200, 1300)]
)
def test_mcnemar(only_network, only_rule):
    network = np.r_[np.ones(only_network), np.zeros(only_rule), np.ones(5), np.zeros(4)].astype(bool)
    simple = np.r_[np.zeros(only_network), np.ones(only_rule), np.ones(5), np.zeros(4)].astype(bool)
    p_value, test = lead_in_right_answers(network, simple)
    expected = binomial_tail(min(only_network, only_rule), only_network + only_rule)
    assert p_value == pytest.approx(expected, rel=1e-12)
    assert test == "McNemar's exact test"


def test_z():
    chance = np.random.default_rng(0)
    noise = chance.normal(size=1000)
    noise -= noise.mean()
    noise /= noise.std(ddof=1)
    shift = 1.959964 / math.sqrt(1000)
    assert lead_in_errors(noise + shift, np.zeros(1000))[0] == pytest.approx(0.05, abs=1e-6)
    assert lead_in_errors(np.zeros(9), np.zeros(9))[0] == 1
    assert lead_in_errors(np.ones(9), np.zeros(9))[0] == 0
    assert lead_in_errors(np.ones(1), np.zeros(1))[0] == 1
