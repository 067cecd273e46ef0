"""Simple rules against known ceilings: SPEC section 2, brute force, and data made to be known."""

import json
import math

import numpy as np
import pytest

from glassnet import Network, train
from glassnet.data import Columns, Dataset, NumberColumn, digits, four_pixel
from glassnet.errors import DataError, ShapeError
from glassnet.explain import simple_rules
from glassnet.explain.baseline import baseline
from glassnet.training import History


def rule(made, name):
    (found,) = [each for each in made.rules if name in each.name]
    return found


def n_right(made):
    return {each.name: each.learned.n_right for each in made.rules}


# The four pixel camera: SPEC section 2


def test_bits_on_four_pixels():
    made = baseline(four_pixel())
    assert made.category_bits == 2
    assert [(told.bits, told.lowest_bits) for told in made.information] == [(0, 0), (1, 1), (2, 2)]
    assert [told.n_tried for told in made.information] == [4, 6, 4]
    assert all(told.exact and told.all_tried for told in made.information)


def test_rules_on_four_pixels():
    made = baseline(four_pixel())
    assert n_right(made) == {
        "most frequent category": 2,
        "best single input": 2,
        "best pair of inputs": 4,
        "nearest mean of a category": 0,
        "linear classifier without bias": 4,
        "linear classifier with bias": 5,
    }
    assert all(each.exact for each in made.rules)
    assert rule(made, "nearest mean").learned.n_ties == 8  # all means are mid grey


def test_examples_that_occur_several_times_do_not_change_the_shares():
    made = baseline(four_pixel(n=80))
    assert rule(made, "without bias").learned.accuracy == 0.5
    assert rule(made, "with bias").learned.accuracy == 0.625
    assert rule(made, "with bias").exact
    assert [told.bits for told in made.information] == pytest.approx([0, 1, 2], abs=1e-12)


def test_a_heavy_example_is_not_given_up():
    """Of two examples that contradict each other, the one that occurs more often is kept."""
    data = Dataset.from_arrays([[1.0]] * 3 + [[-1.0]] * 2, [0, 0, 0, 0, 0], categories=["a", "b"])
    heavy = Dataset.from_arrays(np.r_[data.inputs, [[1.0]] * 5], [0] * 5 + [1] * 5, categories=["a", "b"])
    assert rule(baseline(heavy), "with bias").learned.n_right == 7


def test_the_drawn_network_against_the_best_rule():
    lead = baseline(four_pixel()).compare(Network.drawn_four_pixel())
    assert (lead.ahead, lead.rule, lead.network.n_examples) == ("network", "linear classifier with bias", 8)
    assert lead.p_value == 0.25  # three tosses that fall the same way
    assert lead.by_chance
    many = baseline(four_pixel(n=80)).compare(Network.drawn_four_pixel())
    assert not many.by_chance
    assert str(many) == (
        "The network is ahead of the best simple rule, linear classifier with bias: 80 of 80 (100.0%) "
        "against 50 of 80 (62.5%); more than chance would give "
        "(McNemar's exact test, p = 1.9e-09, 80 examples)."
    )


# Where the best linear classifier is searched for, and where not


def test_nothing_is_claimed_where_rounding_decides():
    data = Dataset.from_arrays([[0.5, 0.0], [0.5 + 1e-9, 0.0], [1.0, 0.0]], [0, 1, 1], categories=["a", "b"])
    assert not rule(baseline(data), "with bias").exact


def test_many_different_examples_are_not_searched():
    chance = np.random.default_rng(0)
    data = Dataset.from_arrays(chance.normal(size=(17, 2)), np.arange(17) % 2, categories=["a", "b"])
    made = baseline(data)
    assert not rule(made, "with bias").exact
    assert rule(made, "with bias").detail == "found by softmax regression"
    assert baseline(data.take(range(16))).rules[-1].exact


def test_a_trained_classifier_that_gets_all_right_is_the_best():
    chance = np.random.default_rng(0)
    labels = np.arange(60) % 3
    data = Dataset.from_arrays(np.eye(3)[labels] + 0.1 * chance.normal(size=(60, 3)), labels)
    found = rule(baseline(data), "with bias")
    assert (found.learned.n_right, found.exact) == (60, True)


def test_ctrl_c_while_a_classifier_is_trained_ends_all(monkeypatch):
    monkeypatch.setattr(simple_rules, "train", lambda *_, **__: History(stopped="interrupted"))
    with pytest.raises(KeyboardInterrupt):
        baseline(digits())


# Other data


def test_digits():
    learned, held_out = digits().split(0.25)
    made = baseline(learned, held_out)
    assert made.judged.n_examples == rule(made, "mean").held_out.n_examples == held_out.n_examples
    assert 0.2 < rule(made, "single").held_out.accuracy < 0.35
    assert 0.4 < rule(made, "pair").held_out.accuracy < 0.55
    assert 0.88 < rule(made, "nearest mean").held_out.accuracy < 0.93
    assert 0.94 < rule(made, "with bias").held_out.accuracy < 0.98
    assert 0.94 < rule(made, "without bias").held_out.accuracy < 0.98
    assert not rule(made, "with bias").exact
    single, pair = made.information
    assert 0.4 < single.bits < pair.bits < made.category_bits < math.log2(10)
    assert not single.exact
    assert (single.n_tried, single.all_tried, pair.n_tried, pair.all_tried) == (64, True, 435, False)


def test_nearest_mean_by_hand():
    learned, held_out = digits().split(0.25)
    means = np.array([learned.inputs[learned.labels == k].mean(axis=0, dtype=float) for k in range(10)])
    distances = ((held_out.inputs[:, np.newaxis] - means) ** 2).sum(axis=2)
    right = int(np.count_nonzero(np.argmin(distances, axis=1) == held_out.labels))
    assert rule(baseline(learned, held_out), "nearest mean").held_out.n_right == right


def test_a_linear_classifier_is_as_good_as_a_small_network_on_digits():
    learned, held_out = digits().split(0.25)
    network = Network([64, 3, 10], ["tanh", "softmax"])
    train(network, learned, epochs=5)
    lead = baseline(learned, held_out).compare(network)
    assert (lead.ahead, lead.by_chance) == ("rule", False)
    assert str(lead).startswith("A simple rule is better than the network, linear classifier without bias: ")
    read = json.loads(json.dumps(lead.to_json(), allow_nan=False))
    assert (read["says"], read["simple"]["n_right"]) == (str(lead), lead.simple.n_right)


def test_the_same_answers_as_the_best_rule_are_as_good():
    inputs = np.linspace(-1, 1, 40)[:, np.newaxis]
    data = Dataset.from_arrays(inputs, (inputs[:, 0] > 0).astype(int), categories=["low", "high"])
    network = Network([1, 2], "softmax")
    network.parameters[:] = [-1, 1, 0, 0]
    lead = baseline(data).compare(network)
    assert (lead.ahead, lead.p_value) == ("neither", 1)
    assert str(lead).startswith(
        "A simple rule is already as good, best single input: 40 of 40 (100.0%) against"
    )


def test_which_input_and_which_pair():
    chance = np.random.default_rng(0)
    inputs = chance.choice([-1.0, 1.0], size=(400, 12))
    labels = ((inputs[:, 3] * inputs[:, 7]) > 0).astype(int)  # no single input says anything about it
    made = baseline(Dataset.from_arrays(inputs, labels, categories=["odd", "even"]))
    assert made.information[1].inputs == (3, 7)
    assert made.information[1].bits == pytest.approx(made.category_bits, abs=1e-12)
    assert made.information[0].bits < 0.03
    assert (rule(made, "pair").detail, rule(made, "pair").learned.n_right) == ("input 3 and input 7", 400)
    assert len(made.information) == 2  # twelve inputs are too many for triples
    assert rule(made, "with bias").learned.accuracy < 0.65


def test_bits_by_hand():
    """Ten examples: input 0 is right eight times of ten, input 1 is constant."""
    inputs = np.c_[[-1.0] * 5 + [1.0] * 5, np.full(10, 0.3)]
    labels = [0, 0, 0, 0, 1, 1, 1, 1, 1, 0]
    made = baseline(Dataset.from_arrays(inputs, labels, categories=["a", "b"]))
    expected = 1 + 0.8 * math.log2(0.8) + 0.2 * math.log2(0.2)
    assert made.information[0].inputs == (0,)
    assert made.information[0].bits == pytest.approx(expected, rel=1e-12)
    assert made.information[0].lowest_bits == 0
    assert rule(made, "single").learned.n_right == 8


def test_an_input_with_many_values_is_cut_into_four_ranges():
    inputs = np.arange(100.0)[:, np.newaxis]
    labels = np.repeat([0, 1, 0, 1], 25)
    made = baseline(Dataset.from_arrays(inputs, labels, categories=["a", "b"]))
    assert not made.information[0].exact
    assert rule(made, "single").learned.n_right == 100
    few = baseline(Dataset.from_arrays(inputs // 13, labels, categories=["a", "b"]))  # eight values
    assert few.information[0].exact


def test_a_combination_that_was_never_seen_answers_the_most_frequent_category():
    inputs = [[-1.0, -1.0], [1.0, 1.0], [1.0, 1.0], [-1.0, -1.0]]
    data = Dataset.from_arrays(inputs, [0, 1, 1, 1], categories=["a", "b"])
    unseen = Dataset.from_arrays([[-1.0, 1.0], [1.0, -1.0]], [1, 1], categories=["a", "b"])
    assert rule(baseline(data, unseen), "pair").held_out.n_right == 2


# Numbers


def made_regression(n_examples=300, noise=0.1, seed=0):
    chance = np.random.default_rng(seed)
    inputs = chance.uniform(-1, 1, (n_examples, 3))
    targets = inputs @ [[1.0, 3.0], [2.0, 0.0], [-1.0, 0.0]] + [5.0, -2.0]
    return Dataset.from_arrays(inputs, targets + noise * chance.normal(size=targets.shape))


def test_regression():
    data, held_out = made_regression(), made_regression(seed=1)
    made = baseline(data, held_out)
    assert [each.name for each in made.rules] == [
        "mean of the targets",
        "best line over one input",
        "linear least squares",
    ]
    assert (made.category_bits, made.information) == (None, ())
    assert made.rules[0].learned.r_squared == pytest.approx(0, abs=1e-12)
    assert made.rules[0].learned.rmse == pytest.approx(np.sqrt(data.targets.var(axis=0).mean()))
    assert made.rules[2].held_out.rmse == pytest.approx(0.1, rel=0.1)
    assert made.rules[2].held_out.r_squared > 0.99
    assert made.best is made.rules[2]


def test_best_line_and_least_squares_by_hand():
    data = made_regression()
    made = baseline(data)
    errors = []
    for k in range(3):
        line = np.c_[data.inputs[:, k], np.ones(300)]
        errors.append(np.sqrt(np.mean((line @ np.linalg.lstsq(line, data.targets)[0] - data.targets) ** 2)))
    assert made.rules[1].learned.rmse == pytest.approx(min(errors), rel=1e-10)
    assert made.rules[1].detail == f"input {np.argmin(errors)}"
    plane = np.c_[data.inputs, np.ones(300)]
    error = np.sqrt(np.mean((plane @ np.linalg.lstsq(plane, data.targets)[0] - data.targets) ** 2))
    assert made.rules[2].learned.rmse == pytest.approx(error, rel=1e-10)


def test_exact_line_with_inputs_far_from_0_and_inputs_that_repeat_each_other():
    years = np.arange(1990.0, 2020.0)
    data = Dataset.from_arrays(np.c_[years, 2 * years, np.full(30, 0.1)], 3 * years - 7)
    assert baseline(data).rules[2].learned.rmse < 1e-9
    assert baseline(data).rules[1].learned.rmse < 1e-9


def test_more_inputs_than_examples():
    chance = np.random.default_rng(0)
    data = Dataset.from_arrays(chance.normal(size=(20, 50)), chance.normal(size=20))
    assert baseline(data).rules[2].learned.rmse < 1e-9


def test_errors_are_in_the_unit_of_the_table():
    columns = Columns((NumberColumn("size", 0, 10),), target=NumberColumn("price", 100, 300))
    encoded = np.array([[-1.0], [0.0], [1.0], [0.0]])
    targets = np.array([[-1.0], [0.0], [1.0], [0.5]])
    made = baseline(Dataset.from_arrays(encoded, targets, encoder=columns))
    prices = np.array([100.0, 200.0, 300.0, 250.0])
    assert made.rules[0].learned.rmse == pytest.approx(prices.std())
    assert made.rules[1].detail == "size"
    network = Network([1, 1], "identity")
    network.parameters[:] = [1, 0]
    assert made.compare(network).network.rmse == pytest.approx(25)  # only the last is wrong, by 50


def test_a_network_ahead_in_a_regression():
    inputs = np.linspace(-1, 1, 200)[:, np.newaxis]
    data = Dataset.from_arrays(inputs, np.abs(inputs))
    network = Network([1, 2, 1], ["relu", "identity"], biases=False)
    network.parameters[:] = [1, -1, 1, 1]
    lead = baseline(data).compare(network)
    assert (lead.ahead, lead.by_chance, lead.test) == ("network", False, "paired z test")
    assert lead.rule == "mean of the targets"  # no line over the input does better


# Edges


def test_one_category_that_occurs():
    data = Dataset.from_arrays([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 0, 0], categories=["a", "b"])
    made = baseline(data)
    assert set(n_right(made).values()) == {3}
    assert (made.category_bits, made.information[0].bits) == (0, 0)


def test_inputs_that_never_change():
    data = Dataset.from_arrays(np.full((30, 3), 0.1), np.arange(30) % 2, categories=["a", "b"])
    made = baseline(data)
    assert {told.bits for told in made.information} == {0}
    assert rule(made, "with bias").learned.n_right == 15
    numbers = baseline(Dataset.from_arrays(np.full((30, 3), 0.1), np.arange(30.0)))
    assert [each.learned.r_squared for each in numbers.rules] == pytest.approx([0, 0, 0], abs=1e-12)


def test_an_input_that_only_changes_in_the_held_out_data_is_not_listened_to():
    inputs = np.c_[np.linspace(-1, 1, 40), np.full(40, 0.1)]
    labels = (inputs[:, 0] > 0).astype(int)
    changed = np.c_[inputs[:, 0], np.linspace(-1e6, 1e6, 40)]
    data, held_out = (Dataset.from_arrays(each, labels, categories=["a", "b"]) for each in (inputs, changed))
    assert rule(baseline(data, held_out), "with bias").held_out.n_right == 40


def test_constant_targets():
    made = baseline(Dataset.from_arrays([[0.0], [1.0]], [3.0, 3.0]))
    assert [each.learned.rmse for each in made.rules] == [0, 0, 0]
    assert [each.learned.r_squared for each in made.rules] == [None] * 3
    assert made.best.name == "mean of the targets"
    assert "R²" not in str(made)


@pytest.mark.parametrize("targets", [["a"], [1.5]])
def test_a_single_example(targets):
    data = Dataset.from_arrays([[0.5, -0.5]], targets, categories=["a", "b"] if targets == ["a"] else None)
    made = baseline(data)
    assert all(each.learned.misses.tolist() == [0] for each in made.rules)
    json.dumps(made.to_json(), allow_nan=False)


def test_much_data_is_drawn_from():
    chance = np.random.default_rng(0)
    inputs = chance.uniform(-1, 1, (10_500, 1))
    made = baseline(Dataset.from_arrays(inputs, inputs[:, 0] * 2))
    assert (made.n_examples, made.n_learned, made.judged.n_examples) == (10_500, 10_000, 10_000)
    assert "10,500 examples (10,000 of them drawn by chance)" in str(made)


def test_the_same_data_give_the_same_baseline():
    assert str(baseline(digits())) == str(baseline(digits()))


def test_json():
    made = baseline(four_pixel(), four_pixel(n=40, noise=0.1))
    read = json.loads(json.dumps(made.to_json(), allow_nan=False))
    assert read["best"] == made.best.name
    assert read["rules"][5]["learned"]["n_right"] == 5
    assert read["rules"][5]["held_out"]["n_examples"] == 40
    assert read["information"][1]["bits"] == 1


def test_held_out_column():
    lines = str(baseline(four_pixel(), four_pixel(n=40))).splitlines()
    assert lines[2].split() == ["rule", "right", "held", "out"]
    assert lines[8].endswith("none gets more right   5 of 8 (62.5%)          25 of 40 (62.5%)")


@pytest.mark.parametrize(
    ("held_out", "message"),
    [
        (Dataset.from_arrays(np.zeros((2, 3)), [0, 1]), "held-out data with n_inputs 3, expected 4"),
        (Dataset.from_arrays(np.zeros((2, 4)), [0.5, 1.5]), "held-out data with n_outputs 1, expected 4"),
        (Dataset.from_arrays(np.zeros((4, 4)), list("abcd")), "held-out data with categories"),
        (np.zeros((2, 4)), "got ndarray, expected a Dataset"),
    ],
)
def test_held_out_data_that_do_not_fit(held_out, message):
    with pytest.raises(DataError, match=message):
        baseline(four_pixel(), held_out)


@pytest.mark.parametrize("data", [None, [[1.0]], "digits"])
def test_what_is_no_data_set(data):
    with pytest.raises(DataError, match="expected a Dataset"):
        baseline(data)


def test_numbers_that_are_too_large():
    with pytest.raises(DataError, match=r"a number of size 1e\+200, expected at most 1e\+100"):
        baseline(Dataset.from_arrays([[1e200], [0.0]], [0.5, 1.0]))


def test_a_network_that_does_not_fit():
    with pytest.raises(DataError, match="4 inputs"):
        baseline(four_pixel()).compare(Network([3, 4], "softmax"))


def test_a_network_with_nan_inside():
    network = Network([4, 4], "identity")
    network.parameters[0] = np.nan
    with pytest.raises(ShapeError, match="outputs of the network"):
        baseline(four_pixel()).compare(network)
