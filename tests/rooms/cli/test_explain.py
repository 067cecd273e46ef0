import json
import shutil

import numpy as np
import pytest
from PIL import Image

from command_line import refusal, run, run_well
from glassnet import Network, data, explain, pictures

HORIZONTAL = [1.0, 1.0, -1.0, -1.0]
TABLE = "size,town,price\n50,Aachen,1500\n100,Bonn,2200\n80,Aachen,1800\n120,Bonn,2400\n"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder with models, a picture and a table; commands run in a copy of it."""
    folder = tmp_path_factory.mktemp("models")
    Network.drawn_four_pixel().save(folder / "drawn.safetensors")
    Network([2, 3, 1], ["tanh", "identity"]).save(folder / "bare.safetensors")
    grey = np.kron(np.array([[255, 255], [0, 0]], dtype=np.uint8), np.ones((10, 10), dtype=np.uint8))
    Image.fromarray(grey).save(folder / "horizontal.png")
    (folder / "flats.csv").write_text(TABLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("train", "flats.csv", "-q", "--epochs", "50", "--layers", "4")
        run_well("train", "flats.csv", "-q", "--target", "town", "-o", "town.run", "--epochs", "50")
        run_well("train", "digits", "-q", "--epochs", "1", "--layers", "12")
    return folder


@pytest.fixture(autouse=True)
def here(models, tmp_path, monkeypatch):
    folder = tmp_path / "here"
    shutil.copytree(models, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def trace():
    return Network.drawn_four_pixel().run(HORIZONTAL)


PICTURE = ["explain", "drawn.safetensors", "horizontal.png"]
TARGET = [[0.0, 0.0, 0.0, 1.0]]
RIGHT = ["--target", "horizontal"]


def asked(*arguments):
    return json.loads(run_well(*PICTURE, *arguments, "--json"))


def test_all_of_it_in_order(trace):
    text = run_well(*PICTURE, *RIGHT)
    parts = [
        "horizontal.png: 20 x 20 pixels, seen with the 2 x 2 of the model's camera\n",
        "┌────┐\n│████│\n│    │\n└────┘",
        "horizontal.png: horizontal (ahead by 0.9586); outputs horizontal 0.9586",
        "Layer 1, tanh, all 4 neurons",
        "Layer 3, relu, the strongest 5 of 8 neurons",
        explain.neuron(trace, 0, 4, 3).text(shown=8),
        explain.attribution(trace, 0).text(shown=8),
        str(explain.error(trace, TARGET)),
        "The steepest slope of layer 1\nSlope of the loss over the weight from input ",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert len(text.splitlines()) < 120


def test_without_a_right_answer_nothing_is_said_of_the_loss():
    assert "loss" not in run_well(*PICTURE)
    values = asked()
    assert values["error"] is None
    assert values["steepest"] is None


def test_json_of_all_of_it(trace):
    values = asked(*RIGHT)
    walk = explain.walkthrough(trace, 0, TARGET)
    assert values["inputs"] == HORIZONTAL
    assert values["answer"]["category"] == "horizontal"
    assert {name: values[name] for name in walk.to_json()} == walk.to_json()


def test_a_tie_is_explained():
    network = Network.drawn_four_pixel()
    Image.fromarray(np.array([[255, 255], [255, 0]], dtype=np.uint8)).save("odd.png")
    text = run_well("explain", "drawn.safetensors", "odd.png", "--target", "solid")
    assert "odd.png: 2 x 2 pixels\n" in text
    assert "no category (a tie of solid, vertical, diagonal, horizontal)" in text
    assert str(explain.neuron(network.run([1, 1, 1, -1]), 0, 4, 0).text(shown=8)) in text
    message = refusal("explain", "drawn.safetensors", "odd.png", "--attribution")
    assert "the answer is a tie of solid" in message
    assert "Why diagonal?" in run_well(
        "explain", "drawn.safetensors", "odd.png", "--attribution", "--category", "diagonal"
    )


CASES = [
    (["--neuron", "2/3"], lambda t: explain.neuron(t, 0, 2, 3)),
    (["--error", *RIGHT], lambda t: explain.error(t, TARGET)),
    (["--chain", "2/1/3", *RIGHT], lambda t: explain.chain(t, TARGET, 0, 2, 1, 3, top=5)),
    (["--chain", "0/3", "--top", "2", *RIGHT], lambda t: explain.chain(t, TARGET, 0, 0, 3, top=2)),
    (["--attribution"], lambda t: explain.attribution(t, 0)),
    (["--attribution", "occlusion"], lambda t: explain.attribution(t, 0, method="occlusion")),
    (["--field", "3/1"], lambda t: explain.receptive_field(t.network, 3, 1)),
]


@pytest.mark.parametrize(("arguments", "expected"), CASES)
def test_one_thing_as_json_is_what_explain_says(trace, arguments, expected):
    assert asked(*arguments) == json.loads(json.dumps(expected(trace).to_json()))


@pytest.mark.parametrize(("arguments", "expected"), CASES)
def test_one_thing_as_text_is_what_explain_says(trace, arguments, expected):
    text, explained = run_well(*PICTURE, *arguments), expected(trace)
    if "--chain" in arguments:
        assert text == explained.text(shown=2 if "--top" in arguments else 5) + "\n"
    else:
        assert text.startswith(f"{explained}\n")


def test_a_weight_has_its_curve_and_its_chains(trace):
    network = trace.network
    values = asked("--weight", "1/2/0", *RIGHT)
    curve = explain.slope(network, HORIZONTAL, TARGET, 1, 2, 0)
    chains = explain.chain(trace, TARGET, 0, 1, 2, 0, top=5)
    assert values["value"] == curve.value == 1
    assert values["slope"] == json.loads(json.dumps(curve.to_json()))
    assert values["chain"] == json.loads(json.dumps(chains.to_json()))
    text = run_well(*PICTURE, "--weight", "1/2/0", *RIGHT)
    assert text == f"{curve}\n\n{chains.text(shown=5)}\n"


def test_a_bias():
    text = run_well("explain", "digits.run", "--example", "3", "--weight", "2/1/bias")
    assert text.startswith("Loss over the bias of neuron 1 of layer 2\n")


def test_a_field_is_drawn_and_needs_no_input():
    text = run_well("explain", "drawn.safetensors", "--field", "1/0")
    assert text.splitlines()[1:] == ["┌────┐", "│██··│", "│██··│", "└────┘"]
    several = run_well("explain", "drawn.safetensors", "--field", "2/0")
    assert [line.count("┌") for line in several.splitlines()[1:2]] == [
        len(explain.receptive_field(Network.drawn_four_pixel(), 2, 0).pictures)
    ]
    assert "town=Bonn" in run_well("explain", "flats.run", "--field", "1/0")


@pytest.mark.parametrize(
    ("arguments", "draw"),
    [
        ([], pictures.network),
        (["--neuron", "2/3"], lambda t: pictures.neuron(explain.neuron(t, 0, 2, 3))),
        (["--error", *RIGHT], lambda t: pictures.error(explain.error(t, TARGET))),
        (["--field", "3/1"], lambda t: pictures.receptive_fields(t.network, 3, [1])),
        (
            ["--weight", "1/2/0", *RIGHT],
            lambda t: pictures.slope(explain.slope(t.network, HORIZONTAL, TARGET, 1, 2, 0)),
        ),
        (
            ["--chain", "2/1/3", *RIGHT],
            lambda t: pictures.chain(explain.chain(t, TARGET, 0, 2, 1, 3, top=5), shown=5),
        ),
        (
            ["--attribution"],
            lambda t: pictures.attribution(explain.attribution(t, 0), t.network.encoder),
        ),
    ],
)
def test_the_picture_that_goes_with_it(trace, here, arguments, draw):
    result = run(*PICTURE, *arguments, "--picture", "it.svg")
    assert result.exit_code == 0, result.output
    assert result.stderr == "picture: it.svg\n"
    assert (here / "it.svg").read_text(encoding="utf-8") == str(draw(trace))


def test_an_example_of_a_data_set_has_its_number_and_its_right_answer():
    digits = data.digits()
    network = Network.load("digits.run/model.safetensors")
    text = run_well("explain", "digits.run", "--example", "30")
    assert text.startswith("example 30: one of the 1,797 examples of digits\n┌────────────────┐\n")
    assert "Layer 2, neuron" in text
    assert ", example 30\n" in text
    assert run_well("explain", "digits.run", "--example", "30", "--data", "digits") == text
    values = json.loads(run_well("explain", "digits.run", "--example", "30", "--error", "--json"))
    table = explain.error(network.run(digits.inputs), digits.targets, 30)
    assert values == json.loads(json.dumps(table.to_json()))


def test_a_row_of_a_table():
    text = run_well("explain", "flats.run", "flats.csv", "--row", "2")
    assert text.startswith("flats.csv: row 2 of 4\nsize")
    assert "flats.csv: price " in text
    assert "squared loss" in text
    typed = run_well("explain", "flats.run", "-", typed="town,size\nBonn,100\n")
    assert typed.startswith("standard input: row 1 of 1\n")
    assert "loss" not in typed
    assert "squared loss" in run_well(
        "explain", "flats.run", "-", "--target", "2000", typed="town,size\nBonn,100\n"
    )
    assert "cross_entropy loss" in run_well("explain", "town.run", "flats.csv", "--error")


def test_a_row_speaks_the_language_of_its_table():
    text = run_well("explain", "town.run", "flats.csv", "--row", "2")
    assert "example" not in text.replace("straight to the example", "")
    lines = [line.split() for line in text.splitlines()]
    assert ["size", "100", "(0.4286)"] in lines
    assert ["price", "2,200", "(0.5556)"] in lines
    assert "\nLayer 2, neuron 1 (Bonn), row 2\n" in text
    assert "\nneuron 0 (Aachen)" in text
    assert ["Why", "Bonn?", "Row", "2,", "integrated_gradients"] in lines
    assert "\nRow 2, cross_entropy loss\n" in text
    asked = ["explain", "flats.run", "flats.csv", "--row", "2"]
    chain = run_well(*asked, "--chain", "1/3/2")
    assert chain.startswith(
        "Slope of the loss over the weight from town=Bonn to neuron 3 of layer 1, row 2: "
    )
    assert "input, town=Bonn " in chain
    assert run_well(*asked, "--chain", "0/0").startswith("Slope of the loss over size, row 2: ")
    neuron = run_well(*asked, "--neuron", "1/3").splitlines()
    assert neuron[0] == "Layer 1, neuron 3, row 2"
    assert {line.split()[0] for line in neuron[2:5]} == {"size", "town=Aachen", "town=Bonn"}
    far = run_well("explain", "flats.run", "-", typed="town,size\nBonn,300\n")
    assert "; size 300 is outside what was learned (50 to 120)\n" in far


def test_the_field_of_a_table_is_a_row_that_may_be():
    for layer in (1, 2):
        values = json.loads(run_well("explain", "flats.run", "--field", f"{layer}/0", "--json"))
        for row in values["pictures"]:
            assert sorted(row[1:]) == [0, 1]
    text = run_well("explain", "flats.run", "--field", "2/0")
    assert "(all 4 rows of smallest and largest numbers tried)" in text
    assert sorted(line.split()[1] for line in text.splitlines()[2:]) == ["0", "1"]


def test_a_picture_from_standard_input_and_its_negative(here):
    content = (here / "horizontal.png").read_bytes()
    text = run_well("explain", "drawn.safetensors", "-", "--negative", typed=content)
    assert "│    │\n│████│" in text


def test_numbers_can_be_the_right_answer():
    np.savez("bare.npz", inputs=np.zeros((3, 2)), targets=np.ones((3, 1)))
    where = ["explain", "bare.safetensors", "--data", "bare.npz", "--error", "--json"]
    assert json.loads(run_well(*where))["outputs"][0]["target"] == 1
    assert json.loads(run_well(*where, "--target", "0.5"))["outputs"][0]["target"] == 0.5
    assert "got '1,2', expected 1 numbers" in refusal(*where, "--target", "1,2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--neuron", "9/0"], "layer 9: the network has layers 1 to 4"),
        (["--neuron", "0/0"], "layer 0: the network has layers 1 to 4"),
        (["--neuron", "2/4"], "neuron 4 of layer 2: there is none; there are neurons 0 to 3"),
        (["--field", "2/4"], "neuron of layer 2: got 4, expected from 0 to 3"),
        (["--weight", "2/0/4", *RIGHT], "got source 4, expected 0 to 3 or 'bias'"),
        (["--weight", "2/0/bias", *RIGHT], "the neurons of this layer have none"),
        (["--chain", "0/4", *RIGHT], "input 4: there is none; there are inputs 0 to 3"),
        (["--chain", "1/0/0", "--top", "0", *RIGHT], "top: got 0, expected at least 1"),
        (["--attribution", "guess"], "there is no method 'guess'"),
        (["--attribution", "--category", "round"], "there is no category 'round'"),
        (["--target", "horizontl"], "did you mean 'horizontal'? "),
    ],
)
def test_a_place_that_does_not_exist_is_named(arguments, message):
    assert message in refusal(*PICTURE, *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["explain", "digits.run", "--example", "1797"],
            "example of digits: got 1797, expected from 0 to 1796",
        ),
        (
            ["explain", "digits.run", "--data", "four-pixel"],
            "the data have 4 inputs, the network 64-12-10 has 64",
        ),
        (["explain", "flats.run", "flats.csv", "--row", "5"], "row: got 5, expected from 1 to 4"),
        (["explain", "flats.run", "flats.csv", "--target", "cheap"], "--target"),
        (["explain", "drawn.safetensors", "nowhere.png"], "nowhere.png: there is no such file"),
        (["explain", "nowhere.run", "nowhere.png"], "nowhere.run does not exist"),
    ],
)
def test_inputs_that_do_not_exist_are_refused(arguments, message):
    assert message in refusal(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain"], "expected a MODEL and an INPUT"),
        (["explain", "drawn.safetensors"], "expected either an INPUT, or an example of a data set"),
        ([*PICTURE, "--example", "3"], "expected either an INPUT, or an example of a data set"),
        ([*PICTURE, "--neuron", "1/1", "--error"], "one thing at a time: got --neuron and --error"),
        ([*PICTURE, "--error"], "this needs the right answer: give --target"),
        ([*PICTURE, "--weight", "1/0/0"], "this needs the right answer: give --target"),
        ([*PICTURE, "--neuron", "1"], "got '1', expected LAYER/NEURON such as 2/3"),
        ([*PICTURE, "--weight", "1/2"], "expected LAYER/NEURON/SOURCE such as 2/0/3 or 2/0/bias"),
        ([*PICTURE, "--chain", "1/2"], "or 0/INPUT such as 0/3"),
        ([*PICTURE, "--row", "1"], "--row goes with an INPUT for a model that was trained on a table"),
        (["explain", "flats.run", "flats.csv", "--negative"], "--negative goes with an INPUT"),
        (["explain", "bare.safetensors", "a.png"], "was trained on bare numbers"),
        (["explain", "drawn.safetensors", "--example", "0"], "does not say what it was trained on"),
        ([*PICTURE, "--picture", "it.png"], "got 'it.png', expected a name that ends with .svg"),
    ],
)
def test_wrong_usage_is_explained(arguments, message):
    assert message in refusal(*arguments, code=2)


def test_a_network_with_nan_inside_is_named():
    network = Network.drawn_four_pixel()
    network.weights(2)[0, 1] = np.nan
    network.save("nan.safetensors")
    message = refusal("explain", "nan.safetensors", "horizontal.png")
    assert message.startswith("error: ")
    assert "layer 2" in message
    assert "neuron 1" in message


def test_a_wide_picture_is_shown_with_fewer_pixels():
    Network([90 * 60, 2], categories=["a", "b"], encoder=data.Camera(60, 90)).save("wide.safetensors")
    Image.new("L", (90, 60), 255).save("wide.png")
    lines = run_well("explain", "wide.safetensors", "wide.png").splitlines()
    assert max(map(len, lines[1:10])) <= 80
    assert lines[2].startswith("│██")
