"""The clinic's ward: the same patients each time, other data for each judgement, and honest bounds."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from clinic import admit, patients
from clinic_faults import FAMILIES
from clinic_table import most_likely
from clinic_ward import JUDGE, data_of
from glassnet.doctor.causes import CAUSES

MADE = [kind for kind in JUDGE if kind != "handwriting"]  # needs a file


@pytest.mark.parametrize(("k", "n", "share"), [(0, 149, 0.0199), (0, 1, 0.95), (3, 258, 0.0298), (5, 5, 1.0)])
def test_the_bound_is_clopper_and_pearsons(k, n, share):
    assert most_likely(k, n) == pytest.approx(share, abs=2e-4)


@pytest.mark.parametrize("kind", MADE)
def test_data_are_drawn_anew_for_each_judgement(kind):
    (one, held_out), (again, _), (other, _) = (data_of(f"{kind} {draw}", None) for draw in (1, 1, 2))
    assert np.array_equal(one.inputs, again.inputs)
    assert not np.array_equal(one.inputs[:, :2], other.inputs[:, :2])
    known = set(map(bytes, one.inputs))
    assert (
        sum(bytes(row) in known for row in held_out.inputs) < 10
    )  # pixels as bright as can be meet by chance
    assert np.abs(one.inputs).max() < 1.5


def test_later_draws_show_six_digits_in_pictures_that_keep_their_answers(tmp_path):
    chance, labels = np.random.default_rng(0), np.arange(4000) % 10
    images = chance.integers(0, 255, (4000, 28, 28), dtype=np.uint8)
    images[:, 0, 0] = 20 * labels  # so that a picture tells what it shows
    np.savez(tmp_path / "made.npz", images=images, labels=labels)
    learned, held_out = data_of("handwriting 4", str(tmp_path / "made.npz"))
    assert (learned.n_examples, held_out.n_examples) == (700, 1000)
    assert len(learned.categories) == 6
    assert learned.picture_shape == (28, 28)
    assert not set(map(bytes, learned.inputs)) & set(map(bytes, held_out.inputs))
    seen = (learned.inputs[:, 0] - learned.inputs[:, 0].min()) / np.ptp(learned.inputs[:, 0])
    shown = np.array([int(name) for name in learned.categories])[learned.labels]
    assert np.array_equal(np.argsort(np.argsort(np.unique(seen))), np.arange(6))
    assert np.corrcoef(seen, shown)[0, 1] > 0.999
    assert data_of("handwriting 5", str(tmp_path / "made.npz"))[0].categories != learned.categories


def test_every_fault_has_a_finding_and_every_finding_a_fault():
    accepted = {name for family in FAMILIES for name in family.accepted}
    assert accepted == set(CAUSES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_fault_changes_the_patient_and_nobody_else(family):
    name, number = "rings 1", 0
    before = data_of(name, None)[0].inputs.copy()
    case = admit(name, family, number, True, None)
    assert case is not None
    assert case.fresh.n_examples == case.held_out.n_examples
    assert np.array_equal(data_of(name, None)[0].inputs, before)
    assert repr(case.build(1)) == repr(admit(name, family, number, True, None).build(1))


def test_a_judgement_has_enough_patients():
    everyone = patients("judge 1")
    assert sum(family is None for _, family, *_ in everyone) >= 300
    for family in FAMILIES:
        assert sum(who[1] is family for who in everyone) >= 42
