"""The simple learners: each example judged by the others, and new ones by all."""

import numpy as np
import pytest

from glassnet.doctor import yardstick
from glassnet.doctor.patient import Patient
from glassnet.doctor.yardstick import measure_yardstick
from patients import clusters, heights, rings, trained

CHANCE = np.random.default_rng(0)


def learners(inputs, targets):
    return {each.name: each for each in yardstick._learners(inputs, targets)}


@pytest.mark.parametrize("shape", [(60, 3), (30, 50)])
def test_a_linear_rule_is_the_ridge_regression_that_leaves_one_out(shape):
    inputs, targets = CHANCE.normal(size=shape), CHANCE.normal(size=(shape[0], 2))
    rule = learners(inputs, targets)["a linear rule"]
    rows = np.c_[inputs, np.ones(len(inputs))]

    def fitted(kept, ridge):
        tall = rows[kept]
        return np.linalg.solve(tall.T @ tall + ridge * np.eye(rows.shape[1]), tall.T @ targets[kept])

    ridges = [each * len(rows) / 100 for each in yardstick._RIDGES]
    everyone = np.arange(len(rows))
    others = [np.array([rows[k] @ fitted(everyone != k, ridge) for k in everyone]) for ridge in ridges]
    best = int(np.argmin([np.mean((each - targets) ** 2) for each in others]))
    np.testing.assert_allclose(rule.others, others[best], atol=1e-8)
    new = CHANCE.normal(size=(7, shape[1]))
    wanted = np.c_[new, np.ones(7)] @ fitted(everyone >= 0, ridges[best])
    np.testing.assert_allclose(rule.answer(new), wanted, atol=1e-8)


def test_the_nearest_vote():
    inputs, targets = CHANCE.normal(size=(40, 2)), np.eye(3)[CHANCE.integers(0, 3, 40)]
    found = learners(inputs, targets)
    distances = np.linalg.norm(inputs[:, None] - inputs, axis=2)
    for k in (1, 5):
        wanted = [targets[np.argsort(row)[1 : k + 1]].mean(axis=0) for row in distances]
        name = "nearest neighbour" if k == 1 else f"{k} nearest neighbours"
        np.testing.assert_allclose(found[name].others, wanted)
    np.testing.assert_allclose(found["nearest neighbour"].answer(inputs + 1e-6), targets)


@pytest.mark.parametrize("made", [rings, clusters, heights])
def test_new_examples_are_answered_about_as_well_as_the_others(made):
    data, new = made(300), made(2000, seed=1)
    found = measure_yardstick(data.inputs, data.targets, new.inputs, categories=data.categories is not None)
    score = yardstick._score(found.answers, new.targets, categories=data.categories is not None)
    assert score == pytest.approx(found.score, abs=0.04)
    assert (
        measure_yardstick(data.inputs, data.targets, categories=data.categories is not None).answers is None
    )


def test_network_and_learner_are_compared_on_the_same_examples():
    network, data, history, held_out, settings = trained(
        clusters(200), clusters(150, seed=1), settings={"epochs": 1}
    )
    patient = Patient(network, data, held_out, history, settings)
    learner = measure_yardstick(data.inputs, data.targets, held_out.inputs, categories=True)
    theirs = learner.answers.argmax(axis=1) == held_out.labels
    mine = network.predict(held_out.inputs).argmax(axis=1) == held_out.labels
    more, error = patient.shortfall
    assert more == pytest.approx(theirs.mean() - mine.mean())
    assert error == pytest.approx(np.std(theirs.astype(float) - mine) / np.sqrt(150))
    assert patient.behind == (more > 0)


def test_of_numbers_the_unexplained_shares_are_compared():
    network, data, history, held_out, settings = trained(
        heights(200), heights(150, seed=1), settings={"epochs": 1}
    )
    patient = Patient(network, data, held_out, history, settings)
    learner = measure_yardstick(data.inputs, data.targets, held_out.inputs, categories=False)
    explained = yardstick._score(learner.answers, held_out.targets, categories=False)
    assert patient.shortfall[0] == pytest.approx(explained - patient.held_out_score)
