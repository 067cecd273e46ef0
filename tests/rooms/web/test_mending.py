"""What the doctor would do to the data is done by the page's own messages, and he finds it no more."""

import io

import numpy as np
import pytest

from glassnet.web.parcels import Parcel
from live_session import Live


def table(**columns):
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines).encode()


def brought(name, content):
    live = Live()
    live.session.take(Parcel("table", name, ((name, content),)))
    live.session.work()
    return live


def findings(live):
    live.say("examine")
    return {one["name"]: one for one in live.last("diagnosis")["findings"]}


def do_first(live, finding):
    steps = finding["remedies"][0]["steps"]
    for step in steps:
        live.say(**step)
    assert live.all("error") == []


def test_a_constant_column_is_left_out_and_the_others_keep_their_names():
    chance = np.random.default_rng(0)
    numbers = chance.uniform(-1, 1, 60).round(3)
    live = brought("sizes.csv", table(a=numbers, dull=[7] * 60, b=-numbers[::-1], kind=numbers > 0))
    do_first(live, findings(live)["constant inputs"])
    shown = live.last("structure")
    assert (shown["experiment"], shown["inputs"]) == ("own sizes.csv, without constant inputs", ["a", "b"])
    assert "of 2 inputs (before: 48 of 3)" in live.last("notice")["text"]
    assert "constant inputs" not in findings(live)
    assert live.session.teacher.network.encoder.input_names == ("a", "b")
    live.say("mend", data="drop constant inputs")
    assert "nothing to be mended" in live.last("error")["text"]


def test_inputs_out_of_scale_are_scaled_and_then_it_learns():
    chance = np.random.default_rng(0)
    inputs = chance.uniform(-3000, 3000, (80, 2))
    file = io.BytesIO()
    np.savez(file, inputs=inputs, targets=(inputs[:, 0] > inputs[:, 1]).astype(int))
    live = brought("raw.npz", file.getvalue())
    do_first(live, findings(live)["inputs unscaled"])
    learned = live.session.teacher.training.examples.data
    assert np.ptp(learned.inputs, axis=0) == pytest.approx([2, 2])
    held_out = live.session.teacher.training.held_out.data
    assert np.abs(held_out.inputs).max() < 1.2
    assert "inputs unscaled" not in findings(live)


def test_leaks_contradictions_and_copies_are_taken_out():
    chance = np.random.default_rng(1)
    numbers = chance.uniform(-1, 1, 150).round(3)
    answers = numbers > 0
    twice, both = np.r_[numbers, numbers, numbers], np.r_[answers, answers, answers]
    both[160:170] = ~both[160:170]
    live = brought("thrice.csv", table(a=twice, kind=both))
    for name in ("leaking examples", "labels contradictory", "duplicated examples"):
        remedies = findings(live)[name]["remedies"]
        live.say(**next(one["steps"] for one in remedies if one["steps"])[0])
        assert name not in findings(live)
    learned = live.session.teacher.training.examples.data
    assert len({row.tobytes() for row in learned.inputs}) == learned.n_examples < 150
    assert live.all("error") == []


def test_a_run_is_shuffled_and_its_categories_weighted_by_a_change_and_the_link_says_so():
    live = Live("digits")
    live.say("change", shuffle=False, balanced=True)
    settings = live.session.teacher.training.settings
    assert (settings.shuffle, settings.class_weights) == (False, "balanced")
    change = live.last("structure")["recipe"][1]
    assert (change["shuffle"], change["balanced"]) == (False, True)
    live.say("change", balanced=False)
    assert live.session.teacher.training.settings.class_weights is None
