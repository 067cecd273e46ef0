import io
import json

import numpy as np
import pytest
from PIL import Image

from command_line import refusal, run, run_well
from glassnet import Network, data


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_picture(name, pixels):
    """Write a picture of 2 x 2 pixels, from its brightness row by row, 10 times as large."""
    grey = np.rint((np.array(pixels) + 1) / 2 * 255).astype(np.uint8).reshape(2, 2)
    Image.fromarray(np.kron(grey, np.ones((10, 10), dtype=np.uint8))).save(name)
    return name


@pytest.fixture
def drawn(here):
    Network.drawn_four_pixel().save(here / "drawn.safetensors")
    return "drawn.safetensors"


@pytest.fixture
def horizontal(here):
    return write_picture("horizontal.png", [1, 1, -1, -1])


@pytest.fixture
def odd(here):
    return write_picture("odd.png", [1, 1, 1, -1])


def test_a_picture_gets_its_category(drawn, horizontal):
    assert run_well("predict", drawn, horizontal) == (
        "horizontal.png: horizontal (ahead by 0.9586); outputs horizontal 0.9586, solid 0, vertical 0, ...\n"
    )


def test_a_tie_is_no_category(drawn, odd):
    text = run_well("predict", drawn, odd)
    assert text.startswith("odd.png: no category (a tie of solid, vertical, diagonal, horizontal); outputs ")


def test_json_holds_every_output(drawn, horizontal, odd):
    result = run("predict", drawn, horizontal, odd, "--json")
    assert result.stderr == ""
    first, second = json.loads(result.stdout)
    assert first["name"] == "horizontal.png"
    assert first["category"] == "horizontal"
    assert first["ties"] == []
    assert first["margin"] == pytest.approx(0.958576, abs=1e-6)
    assert first["outputs"] == pytest.approx(
        {"solid": 0, "vertical": 0, "diagonal": 0, "horizontal": 0.958576}, abs=1e-6
    )
    assert second["category"] is None
    assert second["ties"] == ["solid", "vertical", "diagonal", "horizontal"]
    assert list(second["outputs"].values()) == pytest.approx([0.746068] * 4, abs=1e-6)


def test_a_run_folder_stands_for_its_model(horizontal):
    run_well("train", "four-pixel", "-q")
    assert run_well("predict", "four-pixel.run", horizontal).startswith("horizontal.png: horizontal ")


def test_a_picture_from_standard_input(drawn, horizontal, here):
    text = run_well("predict", drawn, "-", typed=(here / horizontal).read_bytes())
    assert text.startswith("standard input: horizontal (ahead by 0.9586)")


def test_the_negative_of_a_picture(here):
    data_set = data.Dataset.from_arrays([[-1.0], [1.0]], ["dark", "light"], encoder=data.Camera(1, 1))
    network = Network(
        [1, 2], categories=data_set.categories, encoder=data_set.encoder, activations="identity"
    )
    network.weights(1)[:] = [[-1, 1]]
    network.save("light.safetensors")
    Image.new("L", (5, 5), 255).save("white.png")
    assert run_well("predict", "light.safetensors", "white.png").startswith("white.png: light ")
    assert run_well("predict", "light.safetensors", "white.png", "--negative").startswith("white.png: dark ")


def test_unreadable_pictures_are_named_and_the_others_answered(drawn, horizontal, here):
    (here / "broken.png").write_bytes((here / horizontal).read_bytes()[:50])
    (here / "text.png").write_text("not a picture")
    (here / "empty.png").write_bytes(b"")
    result = run("predict", drawn, "broken.png", "missing.png", horizontal, "text.png", "empty.png")
    assert result.exit_code == 1
    assert result.stdout.startswith("horizontal.png: horizontal ")
    errors = result.stderr.splitlines()
    assert [line.split(":")[:2] for line in errors] == [
        ["error", " broken.png"],
        ["error", " missing.png"],
        ["error", " text.png"],
        ["error", " empty.png"],
    ]
    assert "there is no such file" in errors[1]
    assert "not a picture" in errors[2]
    as_json = run("predict", drawn, "missing.png", horizontal, "--json")
    assert as_json.exit_code == 1
    assert [answer["name"] for answer in json.loads(as_json.stdout)] == ["horizontal.png"]


TABLE = "size,town,price\n50,Aachen,1500\n100,Bonn,2200\n80,Aachen,1800\n120,Bonn,2400\n"


def test_a_table_of_numbers_is_answered_in_its_own_unit(here):
    (here / "flats.csv").write_text(TABLE)
    run_well("train", "flats.csv", "-q", "--epochs", "500")
    columns = Network.load("flats.run/model.safetensors")
    inputs, _ = columns.encoder.read("flats.csv")
    prices = columns.encoder.target_numbers(columns.predict(inputs))[:, 0]
    assert prices == pytest.approx([1500, 2200, 1800, 2400], abs=50)
    lines = run_well("predict", "flats.run", "flats.csv").splitlines()
    assert lines == [f"row {k + 1}: price {price:,.6g}" for k, price in enumerate(prices)]
    answers = json.loads(run_well("predict", "flats.run", "-", "--json", typed="town,size\nBonn,100\n"))
    assert answers == [{"name": "row 1", "outputs": {"price": prices[1]}}]


def test_a_table_of_categories_has_a_category_a_row(here):
    (here / "flats.csv").write_text(TABLE)
    run_well("train", "flats.csv", "-q", "--target", "town")
    assert run_well("predict", "flats.run", "flats.csv").splitlines()[1] == "row 2: Bonn (over 99 %)"
    answers = json.loads(run_well("predict", "flats.run", "flats.csv", "--json"))
    assert [answer["category"] for answer in answers] == ["Aachen", "Bonn", "Aachen", "Bonn"]


@pytest.fixture
def species(here):
    """A network of one weight that says from a length, learned from 0 to 10, how likely the species is."""
    columns = data.Columns((data.NumberColumn("length", 0, 10),), data.TextColumn("species", ("a", "b", "c")))
    network = Network([1, 3], ["softmax"], categories=("a", "b", "c"), encoder=columns)
    network.weights(1)[:] = [[0, 2, -20]]
    network.save("species.safetensors")
    return "species.safetensors"


def test_shares_are_percentages(species):
    typed = "length\n5\n7.5\n10\n"
    assert run_well("predict", species, "-", typed=typed).splitlines() == [
        "row 1: no category (a tie of a, b, c); a (33 %), b (33 %), c (33 %)",
        "row 2: b (73 %), a (27 %)",  # 1 / (1 + exp(-1)); c has less than 1 %
        "row 3: b (88 %), a (12 %)",
    ]


def test_a_number_outside_of_what_was_learned_is_said(species):
    typed = "length\n10\n10.5\n55\n"
    lines = run_well("predict", species, "-", typed=typed).splitlines()
    assert "outside" not in lines[0]
    assert lines[1].endswith("; length 10.5 is outside what was learned (0 to 10)")
    assert lines[2] == "row 3: b (over 99 %); length 55 is outside what was learned (0 to 10)"
    answers = json.loads(run_well("predict", species, "-", "--json", typed=typed))
    assert ["outside" in answer for answer in answers] == [False, True, True]
    assert answers[2]["outside"] == {"length": pytest.approx(55)}


def test_the_right_answers_of_a_table_are_counted(species, here):
    result = run("predict", species, "-", typed="length,species\n0,c\n7.5,b\n10,a\n")
    assert result.stdout.splitlines()[2] == "row 3: b (88 %), a (12 %); the table says a"
    assert result.stderr == "2 of 3 right (66.67%), by the table's own species\n"
    answers = json.loads(run("predict", species, "-", "--json", typed="length,species\n0,a\n10,a\n").stdout)
    assert [(answer["category"], answer["truth"]) for answer in answers] == [("c", "a"), ("b", "a")]
    (here / "flats.csv").write_text(TABLE)
    run_well("train", "flats.csv", "-q", "--epochs", "20")
    result = run("predict", "flats.run", "flats.csv", "--json")
    errors = [abs(answer["truth"] - answer["outputs"]["price"]) for answer in json.loads(result.stdout)]
    assert result.stderr == (
        f"wrong by {np.mean(errors):,.4g} on average and by {max(errors):,.4g} at most, "
        "by the table's own price; it learned from rows of this table: new ones are harder\n"
    )


def test_what_cannot_be_predicted_is_refused(here, drawn, horizontal):
    (here / "flats.csv").write_text(TABLE)
    run_well("train", "flats.csv", "-q", "--epochs", "2")
    Network([3, 2]).save("bare.safetensors")
    (here / "empty").mkdir()
    (here / "cut.safetensors").write_bytes((here / drawn).read_bytes()[:200])
    cases = [
        (["bare.safetensors", "a.png"], "bare.safetensors was trained on bare numbers"),
        (["flats.run", "flats.csv", "--negative"], "flats.run was not trained on pictures"),
        (["flats.run", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["nowhere.safetensors", "a.png"], "nowhere.safetensors does not exist"),
        (["empty", "a.png"], "empty: the folder has no model.safetensors; expected a run"),
        (["cut.safetensors", "a.png"], "cut.safetensors: no whole safetensors file"),
    ]
    for arguments, message in cases:
        assert message in refusal("predict", *arguments)
    assert "expected one table, got 2" in refusal("predict", "flats.run", "flats.csv", "x.csv", code=2)
    assert "there is no column 'town'" in refusal("predict", "flats.run", "-", typed="size\n3\n")
    assert "not text in UTF-8" in refusal("predict", "flats.run", "-", typed=b"size,town\n3,K\xf6ln\n")


def test_pictures_larger_than_the_camera_are_seen_whole(drawn, here):
    content = io.BytesIO()
    Image.fromarray(np.array([[255] * 4, [255] * 4, [0] * 4, [0] * 4], dtype=np.uint8)).save(content, "BMP")
    assert "horizontal (ahead by 0.9586)" in run_well("predict", drawn, "-", typed=content.getvalue())


def test_answers_that_a_table_does_not_know_are_no_reason_to_refuse_it(here):
    (here / "flats.csv").write_text(TABLE)
    run_well("train", "flats.csv", "-q", "--target", "town")
    asked = run(
        "predict", "flats.run", "-", typed="size,price,town\n50,1500,\n100,2200,unknown\n60,1800,Aachen\n"
    )
    assert (asked.exit_code, asked.stdout.count("row ")) == (0, 3)
    assert "1 of 1 right" in asked.stderr
