"""The picture of a network: what it shows is what ran, and nothing of it lies outside."""

import hashlib
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from glassnet import Network
from glassnet.data import Camera, Columns, NumberColumn, TextColumn
from glassnet.errors import SettingError
from glassnet.pictures import network as draw
from glassnet.pictures.text import readable
from rooms.pictures.reading import SVG, corners, elements, parsed, size, texts, wires

EXAMPLE = [0.50, 0.00, 0.75, -0.75]
DOCS = Path(__file__).parents[3] / "docs" / "pictures"


def small() -> Network:
    return Network([4, 3, 2], "tanh", encoder=Camera(2, 2), categories=["yes", "no"], seed=5)


def wide(rows: int = 28, seed: int = 1) -> Network:
    categories = [f"digit {k}" for k in range(10)]
    return Network([rows * rows, 128, 10], encoder=Camera(rows, rows), categories=categories, seed=seed)


def wide_trace(rows: int = 28):
    return wide(rows).run(np.random.default_rng(0).uniform(-1, 1, (2, rows * rows)))


def table() -> Network:
    columns = Columns(
        (NumberColumn("size", 0, 10), TextColumn("colour", ("blue", "red"))), NumberColumn("price", 0, 1)
    )
    return Network([3, 5, 1], ["leaky_relu(slope=0.2)", "logistic"], encoder=columns, seed=1)


ALL = {
    "drawn": lambda: Network.drawn_four_pixel().run(EXAMPLE),
    "small": lambda: small().run(EXAMPLE),
    "digits": lambda: wide(8).run(np.linspace(-1, 1, 64)),
    "mnist": wide_trace,
    "table": lambda: table().run([0.5, 1, 0]),
    "single": lambda: Network([1, 1]).run([0.5]),
    "flat picture": lambda: Network([30, 2], encoder=Camera(1, 30)).run(np.linspace(-1, 1, 30)),
    "large picture": lambda: Network([10_000, 2, 2], encoder=Camera(100, 100)).run(np.zeros(10_000)),
    "deep": lambda: Network([4, *[13] * 9, 40], categories=[f"a name of {k}" * 9 for k in range(40)]).run(
        EXAMPLE
    ),
}


@pytest.fixture(params=ALL, ids=list(ALL))
def trace(request):
    return ALL[request.param]()


def test_everything_is_inside(trace):
    picture = draw(trace)
    width, height = size(picture)
    for x, y in corners(picture):
        assert 0 <= x <= width
        assert 0 <= y <= height


def test_it_has_a_text_alternative(trace):
    root = parsed(draw(trace))
    assert root.get("role") == "img"
    assert trace.network.name in root.find(f"{SVG}title").text
    described = root.find(f"{SVG}desc").text
    for value in sorted(trace.outputs()[0])[-12:]:
        assert readable(value) in described


def test_the_drawn_network_has_its_32_wires():
    found = wires(draw(Network.drawn_four_pixel().run(EXAMPLE)))
    assert len(found) == 32
    assert {colour for colour, _ in found.values()} == {"#ffffff", "#000000"}
    assert len({width for _, width in found.values()}) == 1  # all weights are 1 or -1
    assert sum(colour == "#000000" for colour, _ in found.values()) == 8


def test_a_wire_for_every_weight_and_bias_in_its_colour_and_width():
    network = small()
    network.biases(1)[:] = [0.3, 0, -0.3]
    network.weights(2)[1, 0] = 0
    found = wires(draw(network.run(EXAMPLE)))
    assert len(found) == np.count_nonzero(network.parameters)
    assert "layer 1, neuron 1 to layer 2, neuron 0: weight 0" not in "\n".join(found)
    for layer, before in ((1, "input"), (2, "layer 1, neuron")):
        weights = network.weights(layer)
        ranked = []
        for (i, j), weight in np.ndenumerate(weights):
            if weight == 0:
                continue
            colour, width = found[f"{before} {i} to layer {layer}, neuron {j}: weight {readable(weight)}"]
            assert colour == ("#ffffff" if weight > 0 else "#000000")
            ranked.append((abs(weight), width))
        widths = [width for _, width in sorted(ranked)]
        assert widths == sorted(widths)
        assert widths[0] < widths[-1] == 4.5
    assert found["bias to layer 1, neuron 0: weight 0.3"][0] == "#ffffff"
    assert found["bias to layer 1, neuron 2: weight −0.3"][0] == "#000000"


def test_a_bias_neuron_stands_only_where_there_are_biases():
    network = small()
    assert texts(draw(network.run(EXAMPLE))).count("bias") == 0
    network.biases(2)[:] = 0.5
    assert texts(draw(network.run(EXAMPLE))).count("bias") == 1


def test_the_values_of_the_trace_stand_beside_the_neurons():
    trace = Network.drawn_four_pixel().run([[1, 1, 1, 1], EXAMPLE])
    said = texts(draw(trace, 1))
    for layer in range(4):
        for value in trace.outputs(layer)[1]:
            assert readable(value) in said
    assert {"solid", "vertical", "diagonal", "horizontal", "tanh", "relu", "identity"} <= set(said)
    assert "0.902 · answer" in said
    assert "0.706" in said
    hidden = texts(draw(trace, 1, values=False))
    assert "0.848" in said
    assert "0.848" not in hidden


def bold(picture) -> list[str]:
    groups = [group for group in elements(picture, "g") if group.get("font-weight") == "bold"]
    return [group[0].text for group in groups]


def test_the_winner_is_emphasised_by_words_weight_and_ring():
    picture = draw(Network.drawn_four_pixel().run(EXAMPLE))
    assert bold(picture) == ["vertical"]
    assert [circle.get("stroke") for circle in elements(picture, "circle")].count("#ffd54a") == 1
    assert "Network 4-4-4-8-4, answer: vertical" in texts(picture)


def test_a_tie_is_no_category():
    picture = draw(Network.drawn_four_pixel().run([1, 1, 1, -1]))
    assert "Network 4-4-4-8-4, no category: 4 outputs tie" in texts(picture)
    assert texts(picture).count("0.746 · tie") == 4
    assert "answer" not in str(picture).replace("answers", "")
    assert "#ffd54a" not in str(picture)


def test_receptive_fields_are_drawn_inside_neurons():
    # The field of layer 2's "vertical": left pixels black, right pixels white.
    picture = draw(Network.drawn_four_pixel().run(EXAMPLE))
    neuron = next(
        group
        for group in elements(picture, "g")
        if (title := group.find(f"{SVG}title")) is not None and title.text.startswith("layer 2, neuron 1:")
    )
    paths = {path.get("stroke"): path.get("d") for path in neuron.iter(f"{SVG}path")}
    assert paths["#000000"] == "M0 0h1M0 1h1"
    assert paths["#ffffff"] == "M1 0h1M1 1h1"


def test_wide_layers_show_their_strongest_neurons_and_say_how_many_are_left_out():
    trace = wide_trace()
    picture = draw(trace)
    outputs = trace.outputs(1)[0]
    strongest = set(np.argsort(-np.abs(outputs))[:12].tolist())
    shown = set(map(int, re.findall(r"layer 1, neuron (\d+): output", str(picture))))
    assert shown == strongest
    assert "116 more" in texts(picture)
    assert "48 of 100,352 weights" in texts(picture)
    assert len(wires(picture)) == 2 * 48
    described = parsed(picture).find(f"{SVG}desc").text
    assert "116 of the 128 neurons of layer 1" in described
    assert "100,304 of the 100,352 weights of layer 1" in described
    assert len(str(picture)) < 400_000


def test_the_strongest_wires_of_a_wide_layer_are_those_of_the_largest_weights():
    trace = wide_trace(8)
    found = [title for title in wires(draw(trace)) if title.startswith("input")]
    shown = sorted(set(map(int, re.findall(r"layer 1, neuron (\d+): output", str(draw(trace))))))
    weights = trace.network.weights(1)[:, shown]
    least = np.sort(np.abs(weights).ravel())[-48]
    pairs = [map(int, re.match(r"input (\d+) to layer 1, neuron (\d+):", title).groups()) for title in found]
    assert len(pairs) == 48
    assert all(abs(trace.network.weights(1)[i, j]) >= least for i, j in pairs)


def test_a_category_that_wins_with_a_negative_output_is_shown():
    network = Network([2, 20], "identity", categories=[f"c{k}" for k in range(20)])
    network.weights(1)[:] = 0
    network.biases(1)[:] = np.linspace(-20, -1, 20)
    picture = draw(network.run([0, 0]))
    assert "c19" in bold(picture)


def test_a_table_has_names_for_its_inputs_and_no_pixels():
    picture = draw(table().run([0.5, 1, 0]))
    assert {"size", "colour=blue", "colour=red", "output 0", "inputs"} <= set(texts(picture))
    assert "pixels" not in texts(picture)
    assert {"input 0", "input 1"} <= set(texts(draw(Network([2, 1]).run([1, 2]))))


HOSTILE = [
    "<script>alert(1)</script>",
    "\"&amp;'",
    "nul\x00bell\x07\ud800end",
    "line\nbreak\ttab",
    "عربى 漢字 🦊",
]


def test_hostile_names_stay_text():
    picture = draw(Network([2, 5], categories=HOSTILE).run([1, 2]))
    said = texts(picture)
    assert elements(picture, "script") == []
    assert any(text.startswith("<script>alert(1)") for text in said)
    assert "\"&amp;'" in said
    assert "nul\ufffdbell\ufffd\ufffdend" in said
    assert "line break tab" in said
    assert "عربى 漢字 🦊" in said
    str(picture).encode()


def test_a_name_that_is_too_long_ends_in_dots():
    picture = draw(Network([2, 2], categories=["W" * 200, "b"]).run([1, 2]))
    assert any(text.startswith("WWW") and text.endswith("…") for text in texts(picture))


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_broken_network_is_drawn_as_far_as_it_goes(broken):
    network = small()
    network.weights(1)[0, 0] = broken
    picture = draw(network.run(EXAMPLE))
    assert readable(np.nan if np.isnan(broken) else np.tanh(broken * 0.5)) in texts(picture)
    assert len(wires(picture)) == np.count_nonzero(network.parameters) - 1
    assert "nan" not in re.sub(r"<title>.*?</title>", "", str(picture)).lower()


def test_outputs_that_are_not_finite_are_no_category():
    network = Network([2, 2], "identity", categories=["a", "b"])
    network.weights(1)[0, 0] = np.inf
    assert "Network 2-2, no category: the outputs are not finite" in texts(draw(network.run([1, 1])))


def test_an_example_that_does_not_exist():
    with pytest.raises(SettingError, match="example 1: the trace has examples 0 to 0"):
        draw(small().run(EXAMPLE), 1)


def test_the_same_network_gives_the_same_bytes_in_every_process():
    code = (
        "from glassnet import Network; from glassnet.pictures import network; import hashlib;"
        f"picture = network(Network.drawn_four_pixel().run({EXAMPLE}));"
        "print(hashlib.sha256(str(picture).encode()).hexdigest())"
    )
    here = hashlib.sha256(str(draw(Network.drawn_four_pixel().run(EXAMPLE))).encode()).hexdigest()
    for seed in "12":
        environment = os.environ | {"PYTHONHASHSEED": seed}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
        assert run.stdout.decode().strip() == here


def test_the_picture_in_the_docs_is_what_the_code_draws():
    drawn = runpy.run_path(str(DOCS / "make.py"))["four_pixel"]()
    assert (DOCS / "four-pixel.svg").read_text("utf-8") == str(drawn)


def test_a_notebook_shows_it_and_a_file_keeps_it(tmp_path):
    picture = draw(small().run(EXAMPLE))
    assert picture._repr_svg_() == str(picture) == picture.svg
    assert picture.save(tmp_path / "small.svg").read_text("utf-8") == picture.svg
    assert repr(picture).startswith("<Picture, ")
