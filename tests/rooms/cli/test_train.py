import csv
import json
import random

import numpy as np
import pytest
from PIL import Image

from command_line import contents, refusal, run, run_well
from glassnet import Network, data
from glassnet.network.model_file import read_header


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def flats(here):
    """A table of flats whose price is 1000 + 10 a square metre, and 200 more in Bonn."""
    chance = random.Random(0)
    with (here / "flats.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["size", "town", "price"])
        for _ in range(100):
            size, town = chance.randint(20, 150), chance.choice(["Aachen", "Bonn"])
            rows.writerow([size, town, 1000 + 10 * size + 200 * (town == "Bonn")])
    return here / "flats.csv"


@pytest.fixture
def shapes(here):
    """A folder with two categories of pictures of 6 x 4 pixels, dark above or dark below."""
    for name, top in (("dark-above", 0), ("dark-below", 255)):
        (here / "shapes" / name).mkdir(parents=True)
        for k in range(5):
            picture = np.full((6, 4), 255 - top, dtype=np.uint8)
            picture[:3] = top
            picture[k, 0] = 128
            Image.fromarray(picture).save(here / "shapes" / name / f"{k}.png")
    return here / "shapes"


def test_digits_are_learned_with_the_defaults(here):
    text = run_well("train", "digits")
    right = next(line for line in text.splitlines() if "held-out examples right" in line)
    assert float(right.partition("(")[2].partition("%")[0]) >= 97
    assert "kept the network of the last epoch" in text
    assert "saved:  digits.run/model.safetensors" in text
    assert "use it: glassnet predict digits.run PICTURE..." in text
    assert sorted(contents(here / "digits.run")) == [
        "history.csv",
        "model.safetensors",
        "plan.json",
        "statistics.csv",
    ]


def test_the_confusion_table_is_that_of_the_saved_network(here):
    text = run_well("train", "digits", "--epochs", "2").splitlines()
    first = text.index("rows: the right category; columns: the answer") + 2
    shown = [
        [0 if cell == "." else int(cell) for cell in line.split()[1:]] for line in text[first : first + 10]
    ]
    _, held_out = data.digits().split(0.2, seed=0)
    result = Network.load(here / "digits.run/model.safetensors").evaluate(held_out)
    assert shown == result.confusion[:, :10].tolist()
    assert f"{result.n_right} of 359 held-out examples right" in text[1]


def test_of_few_examples_none_are_held_out_and_the_epochs_suffice(here):
    result = run("train", "four-pixel")
    assert result.exit_code == 0
    assert "8 to learn from, none held out" in result.stderr
    assert "8 of 8 training examples right (100.00%)" in result.stdout
    assert json.loads((here / "four-pixel.run/plan.json").read_text())["settings"]["epochs"] == 1000


def test_what_is_typed_is_what_is_planned(here):
    run_well(
        *("train", "four-pixel", "-q", "-o", "run", "--layers", "5,3", "--activation", "tanh"),
        *("--last-activation", "logistic", "--loss", "binary_cross_entropy", "--no-biases"),
        *("--dropout", "0.1", "--initial-weights", "uniform(high=2)", "--dtype", "float32"),
        *("--epochs", "4", "--batch", "3", "--optimizer", "rmsprop(decay=0.9)", "--learning-rate", "0.02"),
        *("--schedule", "step(every=2)", "--l1", "0.01", "--l2", "0.02", "--clip", "3", "--patience", "3"),
        *("--class-weights", "balanced", "--starts", "2", "--seed", "7", "--held-out", "0.5"),
    )
    assert json.loads((here / "run/plan.json").read_text()) == {
        "source": "four-pixel",
        "options": {},
        "held_out": 0.5,
        "layers": [5, 3],
        "activation": "tanh",
        "last_activation": "logistic",
        "network": {
            "biases": False,
            "dropout": 0.1,
            "initial_weights": "uniform(high=2)",
            "loss": "binary_cross_entropy",
            "dtype": "float32",
        },
        "settings": {
            "epochs": 4,
            "batch": 3,
            "optimizer": "rmsprop(decay=0.9)",
            "learning_rate": 0.02,
            "schedule": "step(every=2)",
            "l1": 0.01,
            "l2": 0.02,
            "clip": 3.0,
            "patience": 3,
            "shuffle": True,
            "statistics": True,
            "class_weights": "balanced",
            "starts": 2,
            "seed": 7,
        },
    }
    network = Network.load(here / "run/model.safetensors")
    assert network.sizes == (4, 5, 3, 4)
    assert [str(chosen) for chosen in network.activations] == ["tanh", "tanh", "logistic"]
    assert network.n_parameters == 4 * 5 + 5 * 3 + 3 * 4


@pytest.mark.parametrize("layers", ["none", ""])
def test_a_network_may_have_a_single_layer(here, layers):
    run_well("train", "four-pixel", "-q", "--layers", layers, "--epochs", "1")
    assert Network.load(here / "four-pixel.run/model.safetensors").sizes == (4, 4)


def test_quiet_prints_nothing():
    assert run("train", "four-pixel", "-q", "--epochs", "2").output == ""


def test_the_same_command_gives_the_same_bytes(here):
    for name in ("one", "two"):
        run_well("train", "four-pixel", "-q", "-o", name, "--starts", "2", "--epochs", "50")
    assert contents(here / "one") == contents(here / "two")


def test_without_a_terminal_progress_is_a_few_plain_lines():
    result = run("train", "four-pixel")
    lines = [line for line in result.stderr.splitlines() if line.startswith("epoch")]
    assert 1 <= len(lines) <= 10
    assert lines[-1].startswith("epoch 1,000 of 1,000: loss 0.00")
    assert lines[-1].endswith("100.00% right")
    assert not any(ord(character) < 32 for character in result.output.replace("\n", ""))


def test_starts_are_counted():
    result = run("train", "four-pixel", "--starts", "3", "--epochs", "500")
    assert "3 succeeded, start " in result.stdout
    assert " of 3 has the lowest loss" in result.stdout
    assert "start 2 of 3 (1 succeeded), epoch" in result.stderr


def test_early_stopping_says_what_it_kept(here):
    text = run_well("train", "digits", "--patience", "1", "--learning-rate", "0.05", "--epochs", "50")
    training = read_header(here / "digits.run/model.safetensors")["training"]
    assert training["stopped"] == "early"
    assert f"no lower held-out loss for 1 epochs: kept the network of epoch {training['kept_epoch']}" in text


def test_a_table_of_numbers_is_judged_in_its_own_unit(flats):
    text = run_well("train", "flats.csv", "--epochs", "200")
    (line,) = [line for line in text.splitlines() if line.startswith("price:")]
    assert line.startswith("price: 20 held-out examples, wrong by ")
    network = Network.load("flats.run/model.safetensors")
    _, held_out = data.load("flats.csv").split(0.2, seed=0)
    prices = network.encoder.target_numbers(held_out.targets)
    errors = np.abs(network.encoder.target_numbers(network.predict(held_out.inputs)) - prices)
    assert line == (
        f"price: 20 held-out examples, wrong by {errors.mean():.4g} on average "
        f"and by {errors.max():.4g} at most, "
        f"where the right answers go from {prices.min():,.4g} to {prices.max():,.4g}"
    )
    assert errors.mean() < 60
    assert "use it: glassnet predict flats.run TABLE.csv" in text


def test_options_of_a_table(here, flats):
    text = flats.read_text().splitlines()
    text[1] = ",Bonn,2000"
    flats.write_text("\n".join(text))
    assert "line 2, column 'size': the value is missing" in refusal("train", "flats.csv")
    assert "or load with --missing fill" in refusal("train", "flats.csv")
    run_well("train", "flats.csv", "--missing", "fill", "--target", "town", "--epochs", "1")
    assert Network.load("flats.run/model.safetensors").categories == ("Aachen", "Bonn")
    assert json.loads((here / "flats.run/plan.json").read_text())["options"] == {
        "target": "town",
        "missing": "fill",
    }


def test_options_of_a_folder(shapes):
    run_well("train", "shapes", "--camera", "3x2", "--negative", "--epochs", "5")
    assert Network.load("shapes.run/model.safetensors").encoder == data.Camera(3, 2, negative=True)
    assert "--negative needs --camera" in refusal("train", "shapes", "--negative", "-o", "other.run")


@pytest.mark.filterwarnings("default")
def test_an_unreadable_picture_is_named_and_skipped_on_request(shapes):
    (shapes / "dark-above" / "notes.txt").write_text("not a picture")
    message = refusal("train", "shapes")
    assert "notes.txt: not a picture" in message
    assert "with --skip-unreadable such files are left out" in message
    result = run("train", "shapes", "--skip-unreadable", "--epochs", "2")
    assert result.exit_code == 0
    assert "warning: shapes: left out 1 of its files: " in result.stderr
    assert "10 examples of 2 categories" in result.stderr


def test_right_answers_in_a_second_file(here):
    np.save("inputs.npy", data.four_pixel().inputs)
    np.save("answers.npy", data.four_pixel().labels)
    text = run_well("train", "inputs.npy", "--labels", "answers.npy", "--epochs", "2")
    assert "use it: glassnet.Network.load('inputs.run/model.safetensors').predict(inputs)" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["digts"], "digts: there is no such data set, did you mean 'digits'?"),
        (["digits", "--target", "price"], "digits: unknown option 'target', this kind of data has none"),
        (["digits", "--skip-unreadable"], "digits: unknown option --skip-unreadable"),
        (["digits", "--learning-rate", "0"], "learning_rate: got 0, expected above 0"),
        (["digits", "--learning-rate", "-1"], "learning_rate: got -1, expected above 0"),
        (["digits", "--learning-rate", "nan"], "learning_rate: got nan, expected above 0"),
        (["digits", "--activation", "tahn"], "activation: there is no 'tahn'; did you mean 'tanh'?"),
        (["digits", "--optimizer", "adem"], "did you mean 'adam'?"),
        (["digits", "--loss", "cross_entropy", "--last-activation", "tanh"], "expected softmax"),
        (["digits", "--layers", "0"], "layers: got 0, expected at least 1"),
        (["digits", "--epochs", "0"], "epochs: got 0, expected at least 1"),
        (["digits", "--held-out", "1"], "held_out: got 1, expected at least 0 and below 1"),
        (["four-pixel", "--patience", "2"], "early stopping needs held-out data"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(here, arguments, message):
    assert message in refusal("train", *arguments)
    assert list(here.iterdir()) == []


def test_a_used_folder_is_left_alone(here):
    run_well("train", "four-pixel", "-q", "--epochs", "2")
    before = contents(here / "four-pixel.run")
    message = refusal("train", "four-pixel", "--epochs", "3")
    assert message == (
        "error: four-pixel.run already holds a run; go on with it by --resume four-pixel.run, "
        "replace it by --overwrite, or choose another folder by -o\n"
    )
    assert contents(here / "four-pixel.run") == before
    run_well("train", "four-pixel", "-q", "--epochs", "3", "--overwrite")
    assert read_header(here / "four-pixel.run/model.safetensors")["training"]["epochs"] == 3


def test_an_infinite_loss_leaves_the_last_good_network(here):
    result = run(
        *("train", "digits", "--activation", "identity", "--last-activation", "identity"),
        *("--optimizer", "sgd", "--learning-rate", "1e6", "--epochs", "3"),
    )
    assert result.exit_code == 1
    error = result.stderr.splitlines()[-1]
    assert error.startswith("error: training stopped: the loss became ")
    assert "Try a smaller learning rate than 1e+06" in error
    assert "the loss stopped being finite: kept the network of epoch 0, where it still was" in result.stdout
    network = Network.load(here / "digits.run/model.safetensors")
    assert np.isfinite(network.parameters).all()
    assert "is finished, nothing is left to do" in run_well("train", "--resume", "digits.run")


def test_a_precision_that_a_network_does_not_have_is_refused():
    said = refusal("train", "four-pixel", "--precision", "bf16")
    assert "'bf16' needs a network of float32, and 4-" in said
    assert "is of float64; make it with --dtype float32, or leave precision out" in said


def test_options_are_named_as_they_are_typed(here):
    np.save(here / "rows.npy", np.zeros((5, 3)))
    assert "the option --labels is needed" in refusal("train", "rows.npy")
    assert "take a share of the examples: --held-out 0.2" in refusal(
        "train", "digits", "--patience", "3", "--held-out", "0"
    )
    assert "'': there is no such file or folder" in refusal("train", "")


@pytest.mark.filterwarnings("always")
def test_a_column_is_left_out_and_the_model_remembers_it(here):
    rows = [f"S{k:02},x{k},{k % 7},{'ab'[k % 7 > 3]}" for k in range(60)]
    (here / "t.csv").write_text("\n".join(["sample id,note,size,kind", *rows]) + "\n")
    result = run("train", "t.csv", "--epochs", "1")
    said = "sample id has 60 different values in 60 rows: it names rows; leave it out with --ignore"
    assert f"warning: t.csv: {said} 'sample id'\n" in result.stderr
    # The table may stand behind the option: it takes one column at a time.
    left_out = ["--ignore", "sample id", "--ignore", "note", "t.csv"]
    result = run("train", "-o", "without.run", "--epochs", "1", *left_out)
    assert result.exit_code == 0
    assert "warning" not in result.stderr
    network = Network.load("without.run/model.safetensors")
    assert network.encoder.input_names == ("size",)
    assert "t.csv without sample id, note" in run_well("info", "without.run")
    assert len(run_well("predict", "without.run", "t.csv").splitlines()) == 60
    assert "columns size" in run_well("data", *left_out)
    assert "1 networks" in run_well("sweep", "t.csv", "--seeds", "1", "--epochs", "1", *left_out[:-1])
    assert "no column 'nots', did you mean 'note'" in refusal("train", "t.csv", "--ignore", "nots", "-o", "x")


def test_large_errors_are_plain_numbers(here):
    rows = [f"{k},{10_000_000 * k}" for k in range(60)]
    (here / "large.csv").write_text("\n".join(["size,price", *rows]) + "\n")
    text = run_well("train", "large.csv", "--epochs", "1")
    line = next(line for line in text.splitlines() if line.startswith("price:"))
    assert "e+" not in line
    assert ",000,000" in line


@pytest.mark.filterwarnings("always")
def test_what_a_table_may_not_have_meant_is_said(here):
    (here / "codes.csv").write_text("size,kind\n" + "".join(f"{k},{k % 3}\n" for k in range(60)))
    few = ["--epochs", "1", "--layers", "4"]
    assert "if these are categories: --task categories\n" in run("train", "codes.csv", *few).stderr
    assert "warning" not in run("train", "codes.csv", "--task", "categories", *few, "-o", "x.run").stderr
    kinds = ["rare", *("ab"[k % 2] for k in range(59))]
    (here / "rare.csv").write_text("size,kind\n" + "".join(f"{k},{kind}\n" for k, kind in enumerate(kinds)))
    said = "warning: rare has one example: it cannot be both learned and judged; collect more, or leave it"
    assert said in run("train", "rare.csv", *few).stderr
    assert "warning" not in run("train", "rare.csv", *few, "--held-out", "0", "-o", "y.run").stderr
    kinds = [*"cdefghi", *("ab"[k % 2] for k in range(50))]
    (here / "rare.csv").write_text("size,kind\n" + "".join(f"{k},{kind}\n" for k, kind in enumerate(kinds)))
    said = "warning: c, d, e, f, g and 2 more have one example each: none of them can be both learned and"
    assert said in run("train", "rare.csv", *few, "-o", "z.run").stderr
