"""Histograms of outputs and gradients: bars as high as their counts, and the shares in words."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.explain.distribution import Distributions, Histogram, LayerDistribution
from glassnet.explain.distribution import distributions as explain
from glassnet.pictures.distributions_geometry import BARS, HEIGHT, bars, gradients_diagram, outputs_diagram
from glassnet.pictures.distributions_picture import distributions as draw
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts


def digits() -> Distributions:
    some = data.digits()
    network = Network([64, 16, 16, 10], ["tanh", "relu", "softmax"], categories=some.categories, seed=3)
    network.weights(1)[:] *= 20
    network.biases(2)[:4] = -1000
    return explain(network.run(some.inputs[:100]), some.targets[:100])


def made(counts, edges, zeros: int = 0, not_finite: int = 0, **fields) -> Distributions:
    histogram = Histogram(np.asarray(edges, dtype=float), np.asarray(counts), zeros, not_finite)
    layer = LayerDistribution(1, 3, "tanh", histogram, None, 0.0, ())
    return Distributions((replace(layer, **fields),), 7)


def broken() -> Distributions:
    network = Network([4, 3, 2], ["relu", "identity"])
    network.weights(1)[0, 0] = math.nan
    return explain(network.run(data.four_pixel().inputs), np.zeros((8, 2)))


ALL = {
    "drawn": lambda: explain(Network.drawn_four_pixel().run(data.four_pixel().inputs)),
    "digits": digits,
    "deep": lambda: explain(Network([2, *[3] * 30, 1], "logistic").run([1.0, 2.0]), [[1.0]]),
    "single": lambda: explain(Network([1, 1]).run([0.5]), [[0.5]]),
    "all zero": lambda: explain(Network([2, 2], "relu", biases=False).run([0.0, 0.0])),
    "not finite": broken,
    "hostile": lambda: made([1], [0, 1], activation="<b>\x00" + "W" * 200),
    "huge": lambda: made([1, 2], [-1e200, 0, 1e250]),
}


@pytest.fixture(params=ALL.values(), ids=list(ALL))
def spread(request):
    return request.param()


def test_everything_is_inside(spread):
    picture = draw(spread)
    assert outside(picture) == []
    assert "nan" not in str(picture).lower()
    assert len(str(picture)) < 150_000


def test_each_layer_is_said(spread):
    picture = draw(spread)
    assert "by layer, over" in parsed(picture).find(f"{SVG}title").text
    for layer in spread.layers:
        assert f"layer {layer.layer}" in texts(picture)
        assert f"{len(layer.dead):,} dead" in texts(picture)
        if layer.saturated is not None:
            assert f"{layer.saturated:.1%} saturated" in texts(picture)
        for histogram in (layer.outputs, layer.gradients):
            if histogram is not None and histogram.zeros and not histogram.not_finite:
                assert f"{histogram.zeros / histogram.n_numbers:.1%} exactly 0" in texts(picture)
    assert f"Layer {spread.layers[0].layer} (" in described(picture)


def test_gradients_stand_only_where_they_are_known():
    with_targets, without = (texts(draw(ALL[name]())) for name in ("digits", "drawn"))
    assert "size of the gradients dloss/dz" in with_targets
    assert "size of the gradients dloss/dz" not in without
    assert "Outputs and gradients by layer, over 100 examples" in with_targets
    assert "Outputs by layer, over 8 examples" in without


def test_bars_are_as_high_as_their_counts():
    found = made([4, 0, 1, 2], [0, 1, 2, 3, 4])
    boxes = bars(found.layers[0].outputs, outputs_diagram(0, found.layers[0].outputs))
    assert [box.height for box in boxes] == pytest.approx([HEIGHT, HEIGHT / 4, HEIGHT / 2])
    assert [box.width for box in boxes] == pytest.approx([BARS / 4] * 3)
    path = next(path for path in elements(draw(found), "path") if path.get("fill"))
    heights = [float(number) for number in re.findall(r"v-([\d.]+)", path.get("d"))]
    assert heights == pytest.approx([HEIGHT, HEIGHT / 4, HEIGHT / 2], abs=0.01)


def test_decades_are_equally_wide():
    histogram = Histogram(np.array([1e-4, 1e-3, 1e-2, 1e-1]), np.array([1, 2, 3]), 0, 0)
    boxes = bars(histogram, gradients_diagram(0, histogram))
    assert [box.width for box in boxes] == pytest.approx([BARS / 3] * 3)


def test_layers_with_trouble_are_emphasised():
    picture = draw(digits())
    bold = {text.text for text in elements(picture, "text") if text.get("font-weight") == "bold"}
    layers = digits().layers
    assert f"{layers[0].saturated:.1%} saturated" in bold
    assert layers[0].saturated > 0.5
    assert f"{len(layers[1].dead)} dead" in bold
    assert "0 dead" not in bold


def test_what_is_not_finite_is_said():
    assert any("% not finite" in text for text in texts(draw(broken())))


def test_hostile_names_stay_text():
    picture = draw(ALL["hostile"]())
    assert elements(picture, "b") == []
    assert any(text.startswith("<b>\ufffdWWW") for text in texts(picture))


def test_the_same_numbers_give_the_same_bytes():
    assert draw(digits()) == draw(digits())
