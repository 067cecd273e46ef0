"""The picture of chains: every factor of every path, products that add up to the slope."""

import math
from decimal import Decimal

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.explain.chain import ChainSum, Factor, Path
from glassnet.explain.chain import chain as explain
from glassnet.pictures.chain_geometry import lay_out_chains
from glassnet.pictures.chain_picture import chain as draw
from glassnet.pictures.text import readable, typeset
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts

FACTORS = [
    "input",
    "sum",
    "tanh",
    "weight",
    "sum",
    "tanh",
    "weight",
    "sum",
    "relu",
    "weight",
    "sum",
    "identity",
]


def four_pixel() -> Network:
    names = data.four_pixel().categories
    return Network(
        [4, 4, 4, 8, 4], ["tanh", "tanh", "relu", "identity"], biases=False, seed=0, categories=names
    )


def of_a_weight() -> ChainSum:
    return explain(four_pixel().run([0.5, 0, 0.75, -0.75]), [[0, 1, 0, 0]], 0, 1, 2, 3)


def of_all_examples() -> ChainSum:
    patterns = data.four_pixel()
    return explain(four_pixel().run(patterns.inputs), patterns.targets, None, 3, 2, 1)


def wide(layer: int, source: int | str = 5, last: str = "softmax") -> ChainSum:
    network = Network([784, 40, 30, 10], activations=["relu", "relu", last], seed=1)
    trace = network.run(np.random.default_rng(0).uniform(-1, 1, 784))
    return explain(trace, np.eye(10)[:1], 0, layer, 3, source)


def of_the_slides() -> ChainSum:
    network = Network([1, 1, 1], "identity", biases=False, loss="absolute")
    network.parameters[:] = 3, -4
    return explain(network.run([2.0]), [[-25.0]], 0, 1, 0, 0)


def made_of(*products: float, n_paths: int | None = None, place: str = "output 0") -> ChainSum:
    """Chains of one layer, each with the loss as its only interesting factor."""
    paths = tuple(
        Path(0, (k,), (Factor("bias", "", 1.0), Factor("sum", "", 1.0), Factor("squared loss", place, p)), p)
        for k, p in enumerate(products)
    )
    return ChainSum("the bias", 0, 1, sum(products), paths, n_paths or len(paths))


ALL = {
    "weight": of_a_weight,
    "all examples": of_all_examples,
    "mnist": lambda: wide(1),
    "bias": lambda: wide(2, "bias"),
    "last layer": lambda: wide(3),
    "input": lambda: wide(0),
    "slides": of_the_slides,
    "one factor for two": lambda: wide(2, last="logistic"),
    "zero": lambda: made_of(0.0, 0.0),
    "tiny": lambda: made_of(1e-20, -3e-21, n_paths=9),
    "huge": lambda: made_of(1e250, -3e250),
    "not finite": lambda: made_of(math.inf, math.nan, -math.inf, n_paths=9),
    "none": lambda: made_of(),
    "long name": lambda: made_of(1.0, place="output " + "W" * 300),
}


@pytest.fixture(params=ALL, ids=list(ALL))
def chains(request):
    return ALL[request.param]()


def test_everything_is_inside(chains):
    assert outside(draw(chains)) == []


def test_the_same_chains_give_the_same_bytes(chains):
    assert draw(chains) == draw(chains)


def test_it_has_a_text_alternative(chains):
    picture = draw(chains)
    root = parsed(picture)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text.endswith(f"over {chains.what}: {typeset(chains.printed().slope)}")
    for line in chains.printed().lines:
        assert typeset(line.product) in described(picture)


def test_the_numbers_are_those_of_the_chains(chains):
    said, printed = texts(draw(chains)), chains.printed()
    assert typeset(printed.slope) in said
    for line in printed.lines:
        assert typeset(line.product) in said
        for factor in line.path.factors if line.path else ():
            assert readable(factor.value) in said


def test_printed_products_add_up_to_the_printed_slope():
    printed = of_a_weight().printed()
    assert sum(Decimal(line.product) for line in printed.lines) == Decimal(printed.slope)


def test_the_chain_of_the_slides():
    said = texts(draw(of_the_slides()))
    assert "The only path." in said
    assert said.count("−8.000") == 2  # the product, and their sum
    assert "−4" in said


def test_every_factor_has_its_name_and_every_layer_its_own():
    said = texts(draw(of_a_weight()))
    names = [text for text in said if text in {*FACTORS, "squared loss"}]
    assert names == [*FACTORS, "squared loss"]
    assert [text for text in said if text.startswith("layer ")] == [f"layer {k}" for k in (1, 2, 3, 4)]
    assert "share in" in texts(draw(of_all_examples()))
    from_input = texts(draw(wide(0)))
    assert [text for text in from_input if text.startswith("layer ")] == ["layer 1", "layer 2", "layer 3"]


def test_the_number_of_each_neuron_stands_in_its_circle():
    chains = of_a_weight()
    picture = draw(chains, shown=1)
    said = {(text.get("x"), float(text.get("y"))): text.text for text in elements(picture, "text")}
    circles = elements(picture, "circle")[1:]  # the first is the input
    inside = [said[circle.get("cx"), float(circle.get("cy")) + 4] for circle in circles]
    assert inside == [str(neuron) for neuron in chains.paths[0].neurons]


def test_what_is_left_out_is_said():
    said = texts(draw(of_a_weight()))
    assert "120 further paths together" in said
    assert any(text.startswith("The strongest 8 of 128 paths, which carry ") for text in said)
    assert sum(text.startswith("output ") for text in said) == 8
    assert "All 2 paths." in texts(draw(made_of(2.0, 1.0)))
    assert "No path leads to the loss." in texts(draw(made_of()))


def test_paths_that_cancel_are_not_said_to_carry_more_than_all():
    chains = ChainSum("the bias", 0, 1, 1.0, made_of(2.0).paths, 3)
    note = "The strongest 1 of 3 paths, which add up to 200.0% of the slope; the others work against them."
    assert note in texts(draw(chains))


def test_bars_are_as_long_as_products_and_coloured_by_sign():
    chains = made_of(4.0, -2.0, 1.0)
    geometry = lay_out_chains(chains, chains.printed(), 0)
    found = [rect for rect in elements(draw(chains), "rect")[1:] if not rect.get("rx")]
    lengths = [float(rect.get("width")) for rect in found]
    assert lengths == pytest.approx([geometry.bars.width / 2 * v / 4 for v in (4, 2, 1, 3)], abs=0.02)
    assert [rect.get("fill") for rect in found] == ["#ffffff", "#000000", "#ffffff", "#ffffff"]


def test_wires_are_as_wide_as_weights():
    chains = of_a_weight()
    weights = [
        factor.value
        for line in chains.printed().lines
        for factor in (line.path.factors if line.path else ())
        if factor.name == "weight"
    ]
    wires = elements(draw(chains), "line")
    assert [wire.get("stroke") == "#ffffff" for wire in wires] == [weight > 0 for weight in weights]
    ranked = [
        float(wire.get("stroke-width"))
        for _, wire in sorted(zip(map(abs, weights), wires, strict=True), key=lambda pair: pair[0])
    ]
    assert ranked == sorted(ranked)
    assert ranked[-1] == 6


def test_chains_of_all_examples_say_whose_they_are():
    chains = of_all_examples()
    said = [text for text in texts(draw(chains)) if text.startswith("example ")]
    assert said == [f"example {path.example}" for path in chains.paths[:8]]


def test_hostile_names_stay_text():
    picture = draw(made_of(1.0, place="output <script>\x00"))
    assert elements(picture, "script") == []
    assert "output <script>\ufffd" in texts(picture)
