"""Large networks, many pages, files named on the command line, a port that is taken."""

import re
import subprocess
import sys

import numpy as np
import pytest
from playwright.sync_api import expect

from acting import open_experiment, press, settled
from glassnet.network import Network

N_LAYERS, WIDTH = 30, 200
DEEP = f"#open=digits&layers={'+'.join([f'{WIDTH}:relu'] * N_LAYERS)}"


def test_dozens_of_layers_and_thousands_of_neurons_are_looked_into(open_page):
    page = open_page(link=DEEP)
    expect(page.locator(".facts")).to_contain_text(f"64-{'-'.join([str(WIDTH)] * 3)}")
    assert page.locator(".picture .heading").count() == N_LAYERS + 2
    assert page.locator(".picture .neuron").count() <= 12 * (N_LAYERS + 1) + 10
    assert page.locator(".picture .wire").count() <= 48 * (N_LAYERS + 1) + 60
    expect(page.locator(".picture .heading").nth(7)).to_contain_text(f"{WIDTH - 12} more")
    page.locator('.neuron[data-neuron^="17/"]').first.dispatch_event("click")
    settled(page)
    expect(page.locator(".inspector h3")).to_contain_text("of layer 17")
    expect(page.locator(".terms tfoot")).to_be_visible()
    press(page, "Step")
    expect(page.locator(".scrubber .small")).not_to_have_text("epoch 0 of 0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_picture_is_zoomed_at_the_pointer_and_panned_by_dragging(open_page):
    page = open_page(link=DEEP)
    box = page.locator(".stage").bounding_box()
    whole = page.locator(".picture").get_attribute("viewBox")
    left = [float(part) for part in whole.split()]
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.wheel(0, -300)
    expect(page.locator(".picture")).to_have_attribute("viewBox", whole)  # alone the wheel scrolls the page
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    expect(page.locator(".picture")).not_to_have_attribute("viewBox", whole)
    zoomed = [float(part) for part in page.locator(".picture").get_attribute("viewBox").split()]
    assert zoomed[2] < left[2] / 3
    # What is under the pointer stays there.
    assert zoomed[0] + 0.75 * zoomed[2] == pytest.approx(left[0] + 0.75 * left[2], rel=0.05)
    box = page.locator(".stage").bounding_box()
    middle = box["y"] + 0.5 * box["height"]
    page.mouse.move(box["x"] + 0.5 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], middle, steps=4)
    page.mouse.up()
    panned = [float(part) for part in page.locator(".picture").get_attribute("viewBox").split()]
    assert zoomed[0] - panned[0] == pytest.approx(0.25 * zoomed[2], rel=0.1)
    press(page, "Fit")
    expect(page.locator(".picture")).to_have_attribute("viewBox", whole)


def test_ten_pages_at_once_learn_each_for_itself(open_page):
    pages = [open_page(width=600, height=500) for _ in range(10)]
    for seed, page in enumerate(pages):
        open_experiment(page, "from-scratch")
        page.get_by_label("seed").fill(str(seed))
        press(page, "New weights")
    for page in pages:
        page.get_by_role("button", name="Train", exact=True).click()
    for page in pages:
        expect(page.locator("[data-right]")).to_have_text("8 of 8")
        page.get_by_role("button", name="Pause").click()
    errors = set()
    for seed, page in enumerate(pages):
        settled(page)
        expect(page.get_by_label("seed")).to_have_value(str(seed))
        errors.add(page.locator(".score dd").first.inner_text())
    assert len(errors) > 5


def test_a_table_named_on_the_command_line_is_open_at_once(browser, start_server, tmp_path):
    rows = [f"{k},{k * k % 7},{'low' if k < 30 else 'high'}" for k in range(60)]
    (tmp_path / "levels.csv").write_text("\n".join(["height,noise,level", *rows]), encoding="utf-8")
    _, address = start_server("0", str(tmp_path / "levels.csv"))
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector(".picture .neuron")
    settled(page)
    expect(page.locator(".open select option:checked")).to_have_text("levels")
    expect(page.locator(".camera label").first).to_contain_text("height")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator(".score")).to_contain_text(re.compile(r"held out\s*(100|9\d)"))
    page.close()


def test_a_folder_and_a_model_named_on_the_command_line_are_open_at_once(browser, start_server, tmp_path):
    from parcels import png

    for category, level in (("dark", 20), ("light", 230)):
        (tmp_path / "pictures" / category).mkdir(parents=True)
        for k in range(3):
            (tmp_path / "pictures" / category / f"{k}.png").write_bytes(png([[level, level - k]] * 2))
    network = Network.drawn_four_pixel()
    network.weights(1)[0, 0] = 0.125
    model = network.save(tmp_path / "mine.safetensors")
    for named, seen in (((str(tmp_path / "pictures"),), "light"), ((str(model), "four-pixel"), "diagonal")):
        _, address = start_server("0", *named)
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector(".picture .neuron")
        settled(page)
        expect(page.locator(".picture .label .name", has_text=seen)).to_be_visible()
        page.close()


def test_a_second_server_on_the_port_says_so_and_the_first_one_lives_on(browser, server):
    _, address = server
    port = re.search(r":(\d+)/", address)[1]
    second = subprocess.run(
        [sys.executable, "-m", "glassnet", "play", "--no-browser", "--port", port],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert second.returncode == 1
    assert f"port {port}: Address already in use; choose another one with --port" in second.stderr
    page = browser.new_page()
    page.goto(address)
    expect(page.locator(".answer strong")).to_have_text("diagonal")
    page.close()


def test_nothing_is_told_by_colour_alone(open_page):
    page = open_page()
    open_experiment(page, "digits")
    press(page, "Epoch")
    dashed = "getComputedStyle(document.querySelector('.key .held-out'), '::before').borderTopStyle"
    expect(page.locator(".key .held-out")).to_be_visible()
    assert page.evaluate(dashed) == "dashed"
    badges = page.locator(".thumbnail").all()
    for one in badges:
        wrong = "answered wrong" in one.get_attribute("aria-label")
        assert one.locator(".badge").inner_text() == ("✗" if wrong else "✓")
    expect(page.locator(".verdict")).to_have_text(re.compile("^[✓✗] (right|wrong)$"))
    stroke = "kind => getComputedStyle(document.querySelector(`.wire.${kind}`)).stroke"
    wires = [page.evaluate(stroke, kind) for kind in ("adds", "takes")]
    brightness = [np.mean([int(part) for part in re.findall(r"\d+", wire)[:3]]) for wire in wires]
    assert brightness == [255, 0]
