"""A page keeps the weights of a small network, and a new session takes them up."""

import base64

import numpy as np
import pytest

from glassnet import data
from glassnet.errors import GlassnetError
from glassnet.network import Network
from glassnet.training import Settings
from glassnet.web import Experiment, Laboratory
from live_session import Live


def kept(live):
    """What a page would have kept: the weights of the newest frame that held some, and where they were."""
    frame = next(frame for frame in reversed(live.all("frame")) if frame.get("weights"))
    return {"weights": frame["weights"], "step": frame["training"]["step"]}


def trained():
    live = Live("from-scratch")
    live.say("speed", steps=None)
    live.say("stop_at", epoch=150)
    live.say("play")
    live.train_until(lambda frame: not frame["training"]["playing"])
    return live


def test_a_frame_holds_the_weights_where_they_are_new():
    live = Live("from-scratch")
    network = live.session.teacher.network
    assert np.array_equal(np.frombuffer(base64.b64decode(kept(live)["weights"])), network.parameters)
    assert live.say("example", example=3)["weights"] is None
    live.say("set_weight", layer=1, neuron=0, source=0, value=0.25)
    live.session.work()
    assert np.frombuffer(base64.b64decode(kept(live)["weights"]))[0] == 0.25


def test_weights_of_a_large_network_are_not_handed_out():
    digits = data.digits()
    network = Network([64, 2000, 10], categories=digits.categories, dtype="float64")
    large = Laboratory((("large", "Large", lambda: Experiment(digits, None, network, Settings())),))
    assert all(frame.get("weights") is None for frame in Live(laboratory=large).all("frame"))


def test_a_new_session_goes_on_where_the_page_had_come_to():
    old = trained()
    new = Live()
    new.say("restore", steps=old.last("structure")["recipe"])
    frame = new.say("take_up", experiment="from-scratch", **kept(old))
    assert np.array_equal(new.session.teacher.network.parameters, old.session.teacher.network.parameters)
    assert frame["training"]["epoch"] == 150
    assert frame["training"]["learned"] == old.last("frame")["training"]["learned"]
    assert "as they were at epoch 150" in new.last("notice")["text"]
    new.say("step")
    new.train_until(lambda frame: frame["training"]["epoch"] == 151)
    assert new.say("scrub", moment=0)["training"]["epoch"] == 150


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"experiment": "own flowers.csv"}, "its experiment cannot be opened here"),
        ({"weights": base64.b64encode(bytes(8)).decode()}, "are 1, and the network has 116"),
        ({"weights": base64.b64encode(np.full(116, np.nan).tobytes()).decode()}, "not all finite"),
        ({"step": -1}, "take_up, step"),
        ({"weights": "not Base64!"}, "expected bytes in Base64"),
        ({"weights": "A" * 800_000}, "expected at most 524,288 bytes"),
    ],
)
def test_what_is_no_such_weights_is_refused_and_changes_nothing(changed, said):
    live = Live("from-scratch")
    before = live.session.teacher.network.parameters.copy()
    asked = {"experiment": "from-scratch", **kept(live), **changed}
    try:
        live.say("take_up", **asked)
        text = live.last("error")["text"]
    except GlassnetError as error:
        text = str(error)
    assert said in text
    assert np.array_equal(live.session.teacher.network.parameters, before)
