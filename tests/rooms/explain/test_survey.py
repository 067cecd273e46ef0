"""A network from all sides."""

import json

import numpy as np
import pytest

from glassnet import Network, explain
from glassnet.data import Dataset, digits, four_pixel
from glassnet.errors import DataError, ShapeError


def test_every_part_is_what_explain_says_alone():
    learned, held_out = digits().draw(300).split(0.5)
    network = Network([64, 10], categories=learned.categories, encoder=learned.encoder)
    found = explain.survey(network, held_out, learned)
    rules = explain.baseline(learned, held_out)
    assert found.evaluation.to_json() == network.evaluate(held_out).to_json()
    assert found.baseline.to_json() == rules.to_json()
    assert found.lead.to_json() == rules.compare(network).to_json()
    assert found.mistakes.to_json() == explain.mistakes(network, held_out, 5).to_json()
    assert (
        found.distributions.to_json()
        == explain.distributions(network.run(held_out.inputs), held_out.targets).to_json()
    )
    assert found.check.agrees
    np.testing.assert_array_equal(found.trace.inputs[0], held_out.inputs[0].astype(network.dtype))
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["data"] == "digits"
    assert str(found.lead) in str(found)


def test_rules_learn_from_a_part_where_the_network_learned_from_other_data():
    examples = digits().draw(200)
    network = Network([64, 10], categories=examples.categories)
    found = explain.survey(network, examples)
    assert found.baseline.n_learned == examples.split()[0].n_examples
    assert found.lead.network.n_examples == examples.split()[1].n_examples
    assert found.evaluation.n_examples == 200


def test_few_examples_are_learned_and_judged():
    patterns = four_pixel()
    network = Network.drawn_four_pixel()
    for found in (explain.survey(network, patterns), explain.survey(network, patterns, patterns)):
        assert found.lead.network.n_examples == 8


def test_what_does_not_fit_is_refused():
    with pytest.raises(DataError, match="the data have 64 inputs"):
        explain.survey(Network.drawn_four_pixel(), digits())
    broken = Network.drawn_four_pixel()
    broken.weights(3)[:] = np.nan
    with pytest.raises(ShapeError, match="survey: the weighted sum of layer 3"):
        explain.survey(broken, four_pixel())


def test_numbers_have_no_categories_to_confuse():
    examples = Dataset.from_arrays(np.eye(3), [0.0, 1.0, 2.0])
    found = explain.survey(Network([3, 1]), examples)
    assert found.evaluation.confusion is None
    assert found.mistakes.n_wrong is None
