import json

import pytest

from glassnet.training import Training
from glassnet.web import BUNDLED, messages
from glassnet.web.pinning import MOST_PINS, Conditions
from glassnet.web.teaching import Teacher
from live_session import Live


def teacher(name="from-scratch", **conditions):
    experiment = BUNDLED.begin(name)
    taught = Teacher(Training(experiment.network, experiment.data, experiment.held_out, experiment.settings))
    taught.conditions = Conditions(**conditions)
    return taught


def play(taught, steps=None, most=3000):
    """Train until the teacher stops by itself, or has made so many steps."""
    taught.play(steps)
    while taught.busy:
        taught.train()
        assert taught.training.run.step < most, "it did not stop"
    return taught.training.run


def test_a_pinned_run_stays_when_another_one_begins():
    live = Live("from-scratch")
    live.say("speed", steps=None)
    live.say("play")
    live.train_until(lambda frame: frame["training"]["epoch"] > 20)
    live.say("pause")
    frame = live.say("pin")
    (pin,) = frame["curves"]["pins"]
    assert pin["learned"] == frame["curves"]["learned"]
    assert pin["epoch"] == frame["training"]["epoch"]
    assert pin["described"] == frame["curves"]["described"]
    assert (pin["described"]["optimizer"], pin["described"]["seed"]) == ("adam 0.01", "seed 0")
    live.say("change", learning_rate=0.03)
    curves = live.say("reset", seed=5)["curves"]
    assert curves["learned"]["epochs"] == []
    assert curves["described"]["optimizer"] == "adam 0.03"
    assert (curves["described"]["seed"], curves["pins"]) == ("seed 5", [pin])
    assert live.say("open", experiment="from-scratch")["curves"]["pins"] == [pin]
    assert live.say("open", experiment="drawn")["curves"]["pins"] == []
    json.dumps(live.shown, allow_nan=False)


def test_a_run_that_was_taken_back_is_pinned_up_to_where_it_is():
    taught = teacher()
    play(taught, 40)
    taught.scrub(next(k for k, one in enumerate(taught.moments.snapshots) if one.step == 30))
    taught.pin()
    (pin,) = taught.pins.to_json()
    assert (pin["epoch"], pin["learned"]["epochs"][-1]) == (30, 30)
    assert taught.progress.learned.points[-1][0] == 40  # and one may still go forward again


def test_pins_are_taken_away_one_by_one_and_are_not_too_many():
    live = Live("from-scratch")
    live.say("pin")
    assert "train for an epoch first" in live.last("error")["text"]
    live.say("epoch")
    for _ in range(MOST_PINS):
        live.say("pin")
    numbers = [pin["number"] for pin in live.ready()["curves"]["pins"]]
    assert numbers == list(range(1, MOST_PINS + 1))
    live.say("pin")
    assert "take one away first" in live.last("error")["text"]
    assert [pin["number"] for pin in live.say("unpin", pin=2)["curves"]["pins"]] == [1, 3, 4, 5]
    live.say("unpin", pin=2)
    assert "there is no pinned run 2; pinned are 1, 3, 4, 5" in live.last("error")["text"]
    assert [pin["number"] for pin in live.say("pin")["curves"]["pins"]] == [1, 3, 4, 5, 6]


def test_a_run_stops_at_the_first_epoch_whose_loss_is_low_enough():
    taught = teacher(loss=0.5)
    epoch = play(taught).epoch
    assert taught.notice.startswith(f"Stopped at epoch {epoch}: the error of the epoch, 0.")
    free = teacher()
    play(free, epoch)
    losses = [loss for _, loss, _ in free.progress.learned.points]
    assert losses[-1] <= 0.5 < min(losses[:-1])


def test_a_run_stops_at_a_share_of_right_answers_and_goes_on_when_it_is_started_again():
    taught = teacher(accuracy=1.0)
    epoch = play(taught).epoch
    assert taught.progress.learned.points[-1] == (
        epoch,
        pytest.approx(taught.progress.learned.points[-1][1]),
        1.0,
    )
    assert "100 % of the answers in the epoch are right" in taught.notice
    taught.play()
    for _ in range(5):
        taught.train()
    assert taught.busy
    assert taught.training.run.epoch > epoch + 5


@pytest.mark.parametrize("name", ["from-scratch", "digits"])
def test_a_run_stops_exactly_at_an_epoch(name):
    taught = teacher(name, epoch=3)
    assert play(taught, most=300).epoch == 3
    assert taught.training.run.step % taught.training.run.feed.steps_per_epoch == 0
    assert taught.notice == "Stopped at epoch 3: the run was to go no further."


def test_conditions_can_be_said_and_taken_back():
    live = Live("from-scratch")
    frame = live.say("stop_at", loss=0.1, epoch=50)
    assert frame["training"]["conditions"] == {"loss": 0.1, "accuracy": None, "epoch": 50}
    live.say("speed", steps=None)
    live.say("play")
    frame = live.train_until(lambda frame: not frame["training"]["playing"])
    assert frame["training"]["epoch"] == 50
    assert "Stopped at epoch 50" in live.last("notice")["text"]
    assert live.say("stop_at")["training"]["conditions"] == {"loss": None, "accuracy": None, "epoch": None}


@pytest.mark.parametrize(
    "given",
    ['{"kind": "stop_at", "accuracy": 1.5}', '{"kind": "stop_at", "epoch": 0}', '{"kind": "unpin"}'],
)
def test_nonsense_is_refused(given):
    with pytest.raises(messages.MessageError):
        messages.read_message(given)
