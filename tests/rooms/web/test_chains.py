import math

import numpy as np
import pytest

from glassnet import explain
from glassnet.web import BUNDLED
from glassnet.web.chains import chains_shown


def shown(layer, neuron, source, rows=slice(4, 5)):
    experiment = BUNDLED.begin("from-scratch")
    inputs, targets = experiment.data.inputs[rows], experiment.data.targets[rows]
    return experiment.network, chains_shown(experiment.network, inputs, targets, layer, neuron, source)


@pytest.mark.parametrize(("layer", "neuron", "source"), [(1, 2, 3), (2, 1, "bias"), (4, 0, 5)])
def test_the_product_so_far_is_gathered_from_the_error_back(layer, neuron, source):
    network, chains = shown(layer, neuron, source)
    experiment = BUNDLED.begin("from-scratch")
    trace = network.run(experiment.data.inputs[4:5])
    paths = explain.chain(trace, experiment.data.targets[4:5], 0, layer, neuron, source, top=5).paths
    lines = [line for line in chains["lines"] if line["factors"]]
    for line, path in zip(lines, paths, strict=True):
        values = [factor["value"] for factor in line["factors"]]
        for k, factor in enumerate(line["factors"]):
            assert factor["so_far"] == pytest.approx(math.prod(values[k:]), rel=1e-12)
        assert line["factors"][0]["so_far"] == pytest.approx(path.product, rel=1e-12)


def test_each_factor_says_where_it_is():
    network, chains = shown(1, 2, 3)
    trace = network.run(BUNDLED.begin("from-scratch").data.inputs[4:5])
    line = chains["lines"][0]
    assert [line["factors"][0]["at"], line["factors"][0]["value"]] == [
        {"layer": 0, "neuron": 3},
        trace.inputs[0, 3],
    ]
    weights = [factor for factor in line["factors"] if factor["name"] == "weight"]
    assert [one["at"]["layer"] for one in weights] == [2, 3, 4]
    assert [one["at"]["neuron"] for one in weights] == list(line["neurons"][1:])
    for one in weights:
        at = one["at"]
        assert one["value"] == network.weights(at["layer"])[at["source"], at["neuron"]]
    slopes = [factor["at"] for factor in line["factors"] if factor["name"] == "tanh"]
    assert slopes == [{"layer": k + 1, "neuron": line["neurons"][k]} for k in range(2)]
    assert line["factors"][-1]["at"] == {"layer": 4, "neuron": line["neurons"][-1]}


def test_over_many_examples_each_path_says_whose_it_is_and_that_the_loss_is_a_mean():
    network, chains = shown(2, 0, 0, rows=slice(None))
    factors = chains["lines"][0]["factors"]
    assert chains["lines"][0]["example"] in range(8)
    assert factors[-1]["name"] == "share in the mean"
    patterns = BUNDLED.begin("from-scratch").data
    _, gradient = network.gradient(patterns.inputs, patterns.targets)
    assert float(chains["slope"]) == pytest.approx(gradient[20], rel=1e-3)
    assert np.isfinite([factor["so_far"] for factor in factors]).all()
