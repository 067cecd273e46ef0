"""The grid of receptive fields: every field of the drawn network, and weights as pictures."""

import numpy as np
import pytest

from glassnet import Network, data
from glassnet.data import Camera, Columns, NumberColumn
from glassnet.errors import SettingError, ShapeError
from glassnet.explain import receptive_fields as explain
from glassnet.pictures.receptive_fields_picture import receptive_fields as draw
from glassnet.pictures.text import readable
from rooms.pictures.reading import SVG, described, elements, outside, parsed, texts


def digits() -> Network:
    some = data.digits()
    return Network([64, 12, 10], categories=some.categories, encoder=some.encoder, seed=2)


def mnist() -> Network:
    return Network([784, 512, 10], encoder=Camera(28, 28), seed=1)


def table() -> Network:
    columns = Columns(tuple(NumberColumn(f"c{k}", 0, 1) for k in range(5)), NumberColumn("price", 0, 1))
    return Network([5, 3, 1], "tanh", encoder=columns)


LAYERS = {
    **{f"drawn {k}": (Network.drawn_four_pixel, k) for k in range(1, 5)},
    "digits": (digits, 1),
    "deeper digits": (digits, 2),
    "mnist": (mnist, 1),
    "table": (table, 1),
    "single": (lambda: Network([1, 1]), 1),
    "flat camera": (lambda: Network([9, 4], encoder=Camera(1, 9)), 1),
    "high camera": (lambda: Network([30, 4], encoder=Camera(30, 1)), 1),
    "large camera": (lambda: Network([10_000, 3], encoder=Camera(100, 100)), 1),
    "all weights 0": (lambda: zeros(Network([20, 3])), 1),
}


def zeros(network: Network) -> Network:
    network.parameters[:] = 0
    return network


@pytest.fixture(params=LAYERS.values(), ids=list(LAYERS), scope="module")
def layer(request):
    make, number = request.param
    network = make()
    return network, number, draw(network, number)


def test_everything_is_inside(layer):
    _, _, picture = layer
    assert outside(picture) == []
    assert "nan" not in str(picture).lower()
    assert len(str(picture)) < 400_000


def test_it_has_a_text_alternative(layer):
    _, number, picture = layer
    assert parsed(picture).find(f"{SVG}title").text == f"What the neurons of layer {number} look for"
    assert described(picture)


def tiles(picture):
    """From what each tile says of itself to its groups of pixels, each a list of (colour, path)."""
    found = {}
    for group in elements(picture, "g"):
        title = group.find(f"{SVG}title")
        if title is not None:
            pictures = group.findall(f"{SVG}g")
            found[title.text] = [[(p.get("stroke"), p.get("d")) for p in one] for one in pictures]
    return found


@pytest.mark.parametrize("layer", [1, 2, 3, 4])
def test_every_field_of_the_drawn_network(layer):
    network = Network.drawn_four_pixel()
    drawn = tiles(draw(network, layer))
    fields = explain(network, layer)
    assert len(drawn) == len(fields)
    for (said, pictures), field in zip(drawn.items(), fields, strict=True):
        name = network.category_names[field.neuron] if layer == 4 else f"neuron {field.neuron}"
        assert said == f"{name}: answers {readable(field.output)}"
        assert len(pictures) == len(field.pictures)
        for paths, picture in zip(pictures, field.pictures, strict=True):
            seen = np.full((2, 2), np.nan)
            for colour, path in paths:
                for brightness, stroke in ((1, "#ffffff"), (-1, "#000000")):
                    if colour == stroke and "h.01" not in path:
                        for run in path[1:].split("M"):
                            place, n = run.split("h")
                            x, y = map(int, place.split())
                            seen[y, x : x + int(n)] = brightness
            assert np.array_equal(seen.ravel(), picture, equal_nan=True)
            n_dots = sum(path.count("h.01") for _, path in paths)
            assert n_dots == np.count_nonzero(np.isnan(picture))


def test_weights_of_a_wide_first_layer_share_one_scale():
    network = zeros(Network([16, 2], encoder=Camera(4, 4)))
    network.weights(1)[3, 0], network.weights(1)[5, 1] = -2, 1
    picture = draw(network, 1)
    first, second = (dict(one[0]) for one in tiles(picture).values())
    assert first["#000000"] == "M3 0h1"
    assert second["#bfbfbf"] == "M1 1h1"
    assert list(tiles(picture)) == ["neuron 0: largest −2", "neuron 1: largest 1"]
    assert "Black is −2, grey is 0, white is 2." in texts(picture)


def test_of_a_wide_layer_the_largest_weights_are_shown():
    network = mnist()
    picture = draw(network, 1)
    sizes = np.abs(network.weights(1)).sum(axis=0)
    strongest = sorted(np.argsort(-sizes, kind="stable")[:40].tolist())
    assert [said.split(":")[0] for said in tiles(picture)] == [f"neuron {k}" for k in strongest]
    assert "Shown are 40 of the 512 neurons of layer 1." in texts(picture)


def test_neurons_can_be_chosen():
    picture = draw(Network.drawn_four_pixel(), 3, [7, 0])
    assert [said.split(":")[0] for said in tiles(picture)] == ["neuron 7", "neuron 0"]


def test_a_table_has_its_inputs_side_by_side():
    assert "The inputs stand side by side, the first on the left." in texts(draw(table(), 1))


@pytest.mark.parametrize(("layer", "neurons"), [(0, None), (5, None), (2, [4]), (1, [-1]), (1, ["a"])])
def test_a_place_that_does_not_exist(layer, neurons):
    with pytest.raises(SettingError, match=r"layer|neuron"):
        draw(Network.drawn_four_pixel(), layer, neurons)


@pytest.mark.parametrize("n_inputs", [4, 20])
def test_a_network_that_is_not_finite_is_refused(n_inputs):
    network = Network([n_inputs, 2])
    network.weights(1)[1, 1] = np.nan
    with pytest.raises(ShapeError, match=r"finite"):
        draw(network, 1)


def test_hostile_names_stay_text():
    network = Network(
        [4, 2], "tanh", categories=["<script>alert(1)</script>", "W" * 99], encoder=Camera(2, 2)
    )
    picture = draw(network, 1)
    assert elements(picture, "script") == []
    assert any(text.startswith("<script") for text in texts(picture))
    assert outside(picture) == []


def test_the_same_network_gives_the_same_bytes():
    assert draw(digits(), 2) == draw(digits(), 2)
