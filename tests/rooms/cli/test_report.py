import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from command_line import refusal, run_well
from glassnet import Network, data

SVG = "http://www.w3.org/2000/svg"


class Reader(HTMLParser):
    """Reads a page: its tags, its attributes, its headings, and whether every tag is closed."""

    VOID = ("meta", "link", "br", "hr", "img")

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.headings, self.open = [], [], [], []
        self.first_in_picture = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        if self.open and self.open[-1] == "svg" and len(self.first_in_picture) < self.tags.count("svg"):
            self.first_in_picture.append(tag)
        self.tags.append(tag)
        self.attributes.append((tag, dict(attributes)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def values(self, name):
        return [values[name] for _, values in self.attributes if name in values]


@pytest.fixture(scope="module", autouse=True)
def here(tmp_path_factory):
    """A folder in which models of pictures, of a table, and by hand were trained and reported on."""
    folder = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("train", "digits", "-q", "--epochs", "1", "--layers", "16")
        rows = "".join(f"{k},{'Aachen' if k % 3 else 'Bonn'},{7 * k + k % 5}\n" for k in range(60))
        Path("flats.csv").write_text(f"size,town,<b>price</b>\n{rows}")
        run_well("train", "flats.csv", "-q", "--epochs", "20", "--layers", "4")
        Network.drawn_four_pixel().save("drawn.safetensors")
        yield folder


@pytest.fixture(scope="module")
def digits(here):
    printed = run_well("report", "digits.run")
    return printed, Path("digits.run/report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["digits.run", "flats.run", "drawn.safetensors"])
def page(request, here):
    source = ["four-pixel"] if request.param == "drawn.safetensors" else []
    run_well("report", request.param, *source, "-o", "page.html")
    return Path("page.html").read_text(encoding="utf-8")


def test_the_page_needs_nothing_but_itself(page):
    reader = Reader(page)
    assert not {"script", "link", "iframe", "object", "embed", "img", "base"} & set(reader.tags)
    assert set(re.findall(r"https?:[^\"'\s<]*", page)) == {SVG}
    assert "@import" not in page
    assert "url(" not in page
    assert all(target.startswith("#") for target in reader.values("href"))
    assert not [name for _, values in reader.attributes for name in values if name.startswith("on")]


def test_the_page_is_whole_and_its_links_lead_somewhere(page):
    reader = Reader(page)
    assert page.startswith("<!DOCTYPE html>")
    assert reader.open == []
    ids = reader.values("id")
    assert max(Counter(ids).values()) == 1
    assert {target.removeprefix("#") for target in reader.values("href")} <= set(ids)
    assert set(reader.values("aria-labelledby")) <= set(ids)


def test_everyone_can_read_it(page):
    reader = Reader(page)
    assert ("html", {"lang": "en"}) in reader.attributes
    assert reader.headings[0] == 1
    assert reader.headings.count(1) == 1
    steps = zip(reader.headings, reader.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    n_pictures = reader.tags.count("svg")
    assert n_pictures >= 4
    assert reader.first_in_picture == ["title"] * n_pictures
    assert reader.tags.count("desc") == n_pictures
    assert all(values["role"] == "img" for tag, values in reader.attributes if tag == "svg")
    assert reader.tags.count("figcaption") == reader.tags.count("figure") == n_pictures
    assert reader.tags.count("caption") == reader.tags.count("table")
    assert all(values["scope"] in ("row", "col") for tag, values in reader.attributes if tag == "th")
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert 'name="viewport"' in page


def test_the_numbers_are_those_of_the_network(digits):
    printed, page = digits
    model = Network.load("digits.run/model.safetensors")
    held_out = data.digits().split(0.2, 0)[1]
    result = model.evaluate(held_out)
    assert str(result) in printed
    assert f"<dd>{result.accuracy:.2%}</dd>" in page
    assert f"the {held_out.n_examples} held-out examples of digits, which it did not learn from" in page
    for heading in ("How it learned", "How good it is", "Where it is most wrong", "Is the gradient right?"):
        assert page.count(f">{heading}</h2>") == 1
    assert "Loss over 1 epoch" in page


def test_json_holds_the_numbers_behind_the_page(digits):
    values = json.loads(run_well("report", "digits.run", "digits", "-o", "again.html", "--json"))
    held_out = data.digits().split(0.2, 0)[1]
    model = Network.load("digits.run/model.safetensors")
    assert values["evaluation"] == json.loads(json.dumps(model.evaluate(held_out).to_json()))
    assert values["page"] == "again.html"
    assert Path("again.html").exists()


def test_a_mistake_is_found_again_by_its_number(digits):
    _, page = digits
    found = re.search(r"<h3>Example (\d+): a (\d), taken for (\d) ", page)
    number, truth, answer = found.groups()
    explained = json.loads(run_well("explain", "digits.run", "--example", number, "--json"))
    assert explained["category"] == answer
    assert data.digits().labels[int(number)] == int(truth)


def test_a_table_is_reported_in_its_own_unit_and_its_names_are_only_text(here):
    run_well("report", "flats.run", "-o", "flats.html")
    page = Path("flats.html").read_text(encoding="utf-8")
    assert "RMSE" in page
    assert "The 5 answers that are furthest from the truth." in page
    assert "<b>" not in page
    assert "&lt;b&gt;price&lt;/b&gt;, a number" in page


def test_a_network_that_makes_no_mistakes(here):
    run_well("report", "drawn.safetensors", "four-pixel")
    page = Path("drawn.html").read_text(encoding="utf-8")
    assert "None of the 8 examples was put into a wrong category." in page
    assert "all 8 examples of four-pixel" in page
    assert "How it learned" not in page


def test_a_folder_of_pictures_is_seen_with_the_camera_of_the_model(here):
    for k, (name, grey) in enumerate([("black", 0), ("white", 255)] * 30):
        Path("shades", name).mkdir(parents=True, exist_ok=True)
        Image.new("L", (9, 7), abs(grey - k)).save(f"shades/{name}/{k}.png")
    run_well("train", "shades", "-q", "--camera", "2x3", "--layers", "3", "--epochs", "3")
    run_well("report", "shades.run", "shades")
    page = Path("shades.run/report.html").read_text(encoding="utf-8")
    assert "pictures of 2 x 3 pixels" in page
    assert "the 12 held-out examples of shades" in page


def test_what_cannot_be_reported_is_refused(here):
    assert "the data have 4 inputs" in refusal("report", "digits.run", "four-pixel")
    assert "nowhere" in refusal("report", "digits.run", "-o", "nowhere/page.html")
    assert "does not say what it was trained on" in refusal("report", "drawn.safetensors", code=2)
    network = Network.drawn_four_pixel()
    network.weights(1)[:] = np.nan
    network.save("nan.safetensors")
    assert "weighted sum of layer 1" in refusal("report", "nan.safetensors", "four-pixel")
    assert not Path("nan.html").exists()
    history = Path("digits.run/history.csv")
    whole = history.read_text()
    history.write_text("epoch,loss\n1,2\n")
    assert "digits.run/history.csv: history: columns epoch, loss; expected" in refusal("report", "digits.run")
    history.write_text(whole)
