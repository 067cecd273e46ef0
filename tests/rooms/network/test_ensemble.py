import numpy as np
import pytest

import glassnet
from glassnet import Ensemble, Network, train_many
from glassnet.data import Dataset, digits
from glassnet.errors import DataError, SettingError, ShapeError


def networks(n=5, **options):
    return [Network([4, 6, 3], ["tanh", "softmax"], seed=k, **options) for k in range(n)]


def test_its_answer_is_the_mean_of_theirs_and_spread_how_far_they_are_apart():
    group, inputs = networks(), np.random.default_rng(0).normal(size=(7, 4))
    alone = np.array([network.predict(inputs) for network in group])
    ensemble = Ensemble(group)
    np.testing.assert_allclose(ensemble.predict(inputs), alone.sum(axis=0) / 5, rtol=1e-12)
    expected = np.sqrt(((alone - alone.mean(axis=0)) ** 2).sum(axis=0) / 5)
    np.testing.assert_allclose(ensemble.spread(inputs), expected, rtol=1e-9)
    for answer, outputs in zip(ensemble.classify(inputs), ensemble.predict(inputs), strict=True):
        assert answer.index == outputs.argmax()
        assert answer.outputs == tuple(outputs)
    assert not Ensemble([group[0], group[0]]).spread(inputs).any()


def test_it_makes_fewer_mistakes_than_its_members_do_on_average():
    data, held_out = digits().split(0.2)
    group = [Network([64, 16, 10], categories=data.categories, seed=k) for k in range(16)]
    train_many(group, data, epochs=15)
    alone = [network.evaluate(held_out).n_right for network in group]
    ensemble = Ensemble(group)
    together = ensemble.n_right(held_out)
    assert together == sum(
        answer.index == label
        for answer, label in zip(ensemble.classify(held_out.inputs), held_out.labels, strict=True)
    )
    assert together > np.mean(alone)


def test_members_may_differ_inside_and_in_type():
    group = [*networks(1), Network([4, 300, 3], ["relu", "softmax"], dtype="float32")]
    assert Ensemble(group).predict(np.zeros((2, 4))).dtype == np.float64
    assert repr(Ensemble(group)) == "<Ensemble of 2: 4-6-3, ...>"


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda: Network([5, 3], "softmax"), r"networks\[1\]: its inputs: 5, those of networks\[0\]: 4"),
        (lambda: Network([4, 2], "softmax"), "its outputs: 2"),
        (lambda: Network([4, 3], "tanh"), "its last activation: tanh, those of networks.0.: softmax"),
        (lambda: Network([4, 3], "softmax", categories=["a", "b", "c"]), "its categories"),
    ],
)
def test_what_does_not_belong_together(other, message):
    with pytest.raises(SettingError, match=message):
        Ensemble([*networks(1), other()])


def test_what_it_refuses():
    with pytest.raises(SettingError, match="networks: got none, expected at least one"):
        Ensemble([])
    with pytest.raises(ShapeError):
        Ensemble(networks()).predict(np.zeros((1, 5)))
    with pytest.raises(DataError, match="the data have 64 inputs"):
        Ensemble(networks()).n_right(digits())
    numbers = Dataset.from_arrays(np.zeros((5, 4)), np.ones((5, 3)))
    with pytest.raises(DataError):
        Ensemble(networks()).n_right(numbers)
    assert glassnet.Ensemble is Ensemble
