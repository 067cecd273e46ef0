import dataclasses

import numpy as np
import pytest

from glassnet import data
from glassnet.doctor import Finding, Remedy, examine
from glassnet.network import Network
from glassnet.training import Settings, Training
from glassnet.web import Experiment, Laboratory
from glassnet.web.consulting import diagnosis_shown
from glassnet.web.experiments import live_settings
from live_session import Live


def trained(name, epochs, laboratory=None):
    live = Live(name, **({} if laboratory is None else {"laboratory": laboratory}))
    live.say("speed", steps=None)
    live.say("stop_at", epoch=epochs)
    live.say("play")
    live.train_until(lambda frame: not frame["training"]["playing"])
    live.session.work()  # the doctor is asked once the last frame has been shown
    return live


def test_when_training_stops_the_doctor_says_what_examine_says():
    live = trained("story-deep", 600)
    shown = live.last("diagnosis")
    finding = shown["findings"][0]
    assert (finding["name"], finding["chapter"], finding["at"]["layer"]) == ("vanishing gradients", 19, 1)
    assert (shown["epoch"], shown["step"]) == (600, 600)
    teacher = live.session.teacher
    history = teacher.progress.record.until(600, 600)
    settings = dataclasses.replace(teacher.training.settings, epochs=600)
    said = examine(teacher.network, teacher.training.examples.data, history, None, settings)
    assert [one["said"] for one in shown["findings"]] == [one.said for one in said.findings]
    assert finding["evidence"] == dict(said.findings[0].evidence)
    assert history.epochs == 600


def test_a_remedy_is_done_by_the_pages_own_messages_and_helps():
    live = trained("story-deep", 600)
    first = live.last("diagnosis")["findings"][0]["remedies"][0]
    assert [step["kind"] for step in first["steps"]] == ["change", "reset"]
    for step in first["steps"]:
        live.say(**step)
    assert set(live.last("structure")["activations"][:-1]) == {"relu"}
    live.say("stop_at", accuracy=1.0, epoch=2000)
    live.say("play")
    frame = live.train_until(lambda frame: not frame["training"]["playing"])
    assert frame["training"]["learned"]["n_right"] == 8


def test_after_a_step_or_two_the_doctor_is_not_asked_but_answers_when_he_is():
    live = Live("from-scratch")
    live.say("step")
    live.say("step")
    assert live.all("diagnosis") == []
    live.say("examine")
    assert live.last("diagnosis")["step"] == 2


def broken():
    network = Network(
        [4, 6, 4], ["relu", "identity"], loss="squared", categories=data.four_pixel().categories
    )
    settings = live_settings(Settings(optimizer="sgd", learning_rate=1000.0))
    return Laboratory((("broken", "Broken", lambda: Experiment(data.four_pixel(), None, network, settings)),))


def test_a_collapse_is_told_at_once_with_where_it_began_and_the_step_before_is_back():
    live = Live(laboratory=broken())
    live.say("play")
    frame = live.train_until(lambda frame: not frame["training"]["playing"])
    live.session.work()
    shown = live.last("diagnosis")
    lost = shown["findings"][0]
    assert (lost["name"], lost["severity"]) == ("loss not finite", "fatal")
    assert "the network is back at step" in live.last("notice")["text"].lower()
    assert np.isfinite(live.session.teacher.network.parameters).all()
    assert frame["training"]["step"] == shown["step"] < lost["evidence"]["step"]
    live.say("examine")  # of what is there now, the collapse is still what happened last
    assert live.last("diagnosis")["findings"][0]["name"] == "loss not finite"


def test_going_back_forgets_what_came_after():
    live = trained("from-scratch", 200)
    frame = live.say("scrub", moment=3)
    live.say("examine")
    shown = live.last("diagnosis")
    assert (shown["epoch"], shown["step"]) == (frame["training"]["epoch"], frame["training"]["step"])
    record = live.session.teacher.progress.record
    assert record.until(shown["step"], shown["epoch"]).epochs == shown["epoch"]
    live.say("step")
    assert record.until(10**6, 10**6).epochs == shown["epoch"] + 1


def remedied(remedy):
    network = Network([4, 5, 3, 4], ["tanh", "tanh", "identity"], loss="squared", seed=3)
    training = Training(network, data.four_pixel(), None, Settings())
    finding = Finding("dead ReLUs", "serious", "Some.", {}, "layer 2", (remedy,))
    diagnosis = dataclasses.replace(examine(None, data.four_pixel()), findings=(finding,))
    return diagnosis_shown(diagnosis, training)["findings"][0]["remedies"][0]["steps"]


@pytest.mark.parametrize(
    ("remedy", "steps"),
    [
        (Remedy("a", settings={"epochs": 300}), [{"kind": "play"}]),
        (Remedy("b", settings={"clip": None}), [{"kind": "change", "clip": 0.0}]),
        (
            Remedy("c", settings={"optimizer": "adam", "learning_rate": None}),
            [{"kind": "change", "optimizer": "adam", "learning_rate": 0.002}],
        ),
        (
            Remedy("d", network={"hidden": (16,)}),
            [
                {"kind": "change", "layers": [{"neurons": 16, "activation": "tanh"}]},
                {"kind": "reset", "seed": 3},
            ],
        ),
        (
            Remedy("e", network={"activation": "relu", "initial_weights": None}),
            [
                {
                    "kind": "change",
                    "layers": [{"neurons": n, "activation": "relu"} for n in (5, 3)],
                },
                {"kind": "reset", "seed": 3},
            ],
        ),
        (Remedy("f", data="scale"), [{"kind": "mend", "data": "scale"}]),
        (Remedy("f", data="scale", network={"hidden": (16,)}), None),
        (Remedy("g", settings={"class_weights": "balanced"}), [{"kind": "change", "balanced": True}]),
        (Remedy("g", settings={"shuffle": True}), [{"kind": "change", "shuffle": True}]),
        (Remedy("h", network={"initial_weights": None}), None),
        (Remedy("i"), None),
    ],
)
def test_what_a_page_can_do_about_it(remedy, steps):
    assert remedied(remedy) == steps
