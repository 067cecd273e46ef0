"""The history of a training, as a text and as a table."""

import csv

import pytest

from glassnet import Network, train, train_many
from glassnet.errors import DataError
from glassnet.training import History, Moment, Start
from random_networks import clouds


@pytest.mark.parametrize("held_out", [None, clouds(seed=1)])
def test_a_row_an_epoch(held_out):
    history = train(Network([5, 8, 3], ["tanh", "softmax"]), clouds(), held_out, epochs=3)
    rows = list(csv.DictReader(history.to_csv().splitlines()))
    where = "held_out" if held_out else "training"
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3"]
    assert [row["loss_on_the_way"] for row in rows] == ["", *map(repr, history.losses)]
    assert [row["right_on_the_way"] for row in rows] == ["", *map(str, history.right)]
    assert [float(row[f"{where}_loss"]) for row in rows] == [moment.loss for moment in history.moments]
    assert [float(row[f"{where}_accuracy"]) for row in rows] == [
        moment.accuracy for moment in history.moments
    ]


def test_epochs_between_two_moments_have_empty_cells():
    history = train(Network([5, 3]), clouds(), epochs=201, batch=60)
    rows = list(csv.DictReader(history.to_csv().splitlines()))
    measured = [int(row["epoch"]) for row in rows if row["training_loss"]]
    assert measured == [*range(0, 201, 3), 201]
    assert history.moments[-1].epoch == 201


def test_a_summary_in_one_line():
    history = History(
        losses=[2.0, 0.5],
        moments=[Moment(0, 3.0, 1, 0.25), Moment(2, 0.5, 4, 1.0)],
        kept_epoch=2,
        starts=[Start(0, 1.0, 3, succeeded=False), Start(1, 0.5, 4, succeeded=True)],
    )
    assert str(history) == (
        "2 epochs (finished); training loss 2 to 0.5; "
        "kept from epoch 2: training loss 0.5, accuracy 100.00%; 1 of 2 starts succeeded"
    )


@pytest.mark.parametrize("held_out", [None, clouds(seed=1)])
def test_a_table_becomes_a_history_again(held_out):
    network = Network([5, 8, 3], ["tanh", "softmax"])
    history = train(network, clouds(), held_out, epochs=201, batch=60)
    read = History.from_csv(history.to_csv())
    assert (read.losses, read.right, read.held_out) == (history.losses, history.right, history.held_out)
    assert [(m.epoch, m.loss, m.accuracy) for m in read.moments] == [
        (m.epoch, m.loss, m.accuracy) for m in history.moments
    ]
    assert read.to_csv() == history.to_csv()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "history: columns ; expected epoch, loss_on_the_way"),
        ("a,b\n1,2\n", "history: columns a, b; expected epoch, loss_on_the_way"),
        (f"{History().to_csv()}1,much,,,\n", "history, epoch 1: could not convert"),
        (f"{History().to_csv()}1,2\n", "history, epoch 1: not enough values"),
    ],
)
def test_another_table_is_refused(text, message):
    with pytest.raises(DataError, match=message):
        History.from_csv(text)


def test_a_history_knows_its_settings():
    networks = [Network([5, 8, 3], ["tanh", "softmax"], seed=seed) for seed in range(3)]
    rates = [0.01, 0.02, 0.03]
    histories = train_many(networks, clouds(), learning_rates=rates, epochs=2, batch=7)
    histories.append(train(networks[0], clouds(), learning_rate=0.04, epochs=2, batch=7, starts=2))
    known = [history.settings for history in histories]
    assert [(each.rate, each.batch) for each in known] == [(rate, 7) for rate in (*rates, 0.04)]
    assert History.from_csv(histories[0].to_csv()).settings is None
