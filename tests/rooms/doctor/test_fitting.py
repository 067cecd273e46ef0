"""What does not belong together is refused; what cannot be examined is said, with the reason."""

import dataclasses

import pytest

from glassnet import Network
from glassnet.data import four_pixel
from glassnet.doctor import examine
from glassnet.errors import DataError
from glassnet.training import History
from patients import heights, rings, trained

RINGS, NEW_RINGS = rings(240), rings(200, seed=1)


@pytest.fixture(scope="module")
def patient():
    return trained(RINGS, NEW_RINGS)


def test_held_out_data_that_do_not_fit(patient):
    network, data, history, _, settings = patient
    with pytest.raises(DataError, match="four-pixel: the data have 4 inputs, the network 2-16-2 has 2"):
        examine(network, data, history, four_pixel(), settings)
    with pytest.raises(
        DataError, match="heights, held out, has 2 inputs and 1 targets an example, rings has"
    ):
        examine(None, data, None, heights(20))


def test_the_history_of_another_network(patient):
    network, data, _, held_out, settings = patient
    other = trained(RINGS, NEW_RINGS, hidden=(8, 8))[2]
    with pytest.raises(DataError, match="the history is of a network of 3 layers, 2-16-2 has 2"):
        examine(network, data, other, held_out, settings)


def test_a_whole_history_leaves_nothing_out(patient):
    assert examine(*patient).not_examined == ()


@pytest.mark.parametrize("epochs", [0, 1, 30])
def test_a_history_cut_short_says_where_it_ends(patient, epochs):
    network, data, history, held_out, settings = patient
    short = dataclasses.replace(
        history,
        losses=history.losses[:epochs],
        right=history.right[:epochs],
        moments=history.moments[: epochs + 1],
    )
    diagnosis = examine(network, data, short, held_out, settings)
    assert diagnosis.not_examined == (f"the training after epoch {epochs} of 60: its history ends there",)
    assert f"the training after epoch {epochs} of 60" in str(diagnosis)


@pytest.mark.parametrize(
    ("why", "said"), [("interrupted", "it was interrupted there"), ("time", "its time was over")]
)
def test_a_training_that_was_stopped_says_why(patient, why, said):
    network, data, history, held_out, settings = patient
    short = dataclasses.replace(
        history, losses=history.losses[:10], moments=history.moments[:11], stopped=why
    )
    missing = examine(network, data, short, held_out, settings).not_examined
    assert missing == (f"the training after epoch 10 of 60: {said}",)


def test_a_training_that_stopped_by_itself_is_whole(patient):
    network, data, history, held_out, settings = patient
    early = dataclasses.replace(
        history, losses=history.losses[:10], moments=history.moments[:11], stopped="early"
    )
    assert examine(network, data, early, held_out, settings).not_examined == ()


def test_a_history_of_losses_alone_and_one_of_nothing(patient):
    network, data, history, held_out, settings = patient
    alone = History(history.losses, history.right, held_out=True)
    assert examine(network, data, alone, held_out, settings).not_examined == (
        "how it did between epochs: the history has no measurements",
        "the layers during the training: the history has no statistics of them",
    )
    nothing = examine(network, data, History(), held_out, settings).not_examined
    assert nothing == ("how it was trained: there is no history; only network and data are examined",)


def test_a_handful_of_examples_says_nothing_of_dead_neurons():
    diagnosis = examine(*trained(RINGS.take([0]), None))
    assert diagnosis.names == ("labels missing",)  # the other category has no example
    assert "dead neurons: too few examples to tell (1)" in diagnosis.not_examined
    assert "what could be learned: too few examples to say (1)" in diagnosis.not_examined


def test_an_untrained_network_with_held_out_data():
    diagnosis = examine(Network([2, 8, 2], categories=RINGS.categories), RINGS, None, NEW_RINGS)
    assert diagnosis.healthy
    assert diagnosis.not_examined == (
        "what it learned: its weights are still those that were drawn",
        "how it was trained: there is no history; only network and data are examined",
        "the settings of the training: not handed in",
    )
