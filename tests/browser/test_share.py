"""What goes out: a link that makes the same experiment, the model, the picture, the page as one file."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from acting import open_experiment
from axe_findings import violations
from glassnet import explain
from glassnet.network import Network

LINK = (
    "#open=from-scratch&layers=5:tanh+3:relu&learning_rate=0.02&seed=7&look=neuron/2/1"
    "&example=6&inside=fields&speed=1000"
)


def share(page):
    page.get_by_role("button", name="Share …").click()
    return page.get_by_label("Link to this experiment")


def stranger(browser, address, link):
    """A page of a browser that has not opened this glassnet, at a shared link."""
    page = browser.new_page(color_scheme="dark")
    page.goto(address.split("?")[0] + link)
    return page


def download(page, name, folder):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def test_a_link_restores_the_whole_experiment(open_page):
    page = open_page(link=LINK)
    page.wait_for_selector('[data-experiment="from-scratch"]')
    expect(page.locator(".facts")).to_contain_text("4-5-3-4")
    expect(page.locator(".inspector h3")).to_have_text("Neuron 1 of layer 2")
    expect(page.get_by_label("Learning rate")).to_have_value("0.02")
    expect(page.get_by_label("seed")).to_have_value("7")
    expect(page.get_by_label("Speed")).to_have_value("1000")
    expect(page.get_by_role("button", name="Receptive fields")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name=re.compile("example 6"))).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".notice")).to_have_count(0)


def test_the_same_link_trains_the_same_network(open_page, tmp_path):
    files = []
    for k in range(2):
        page = open_page(link=LINK)
        page.wait_for_selector('[data-experiment="from-scratch"]')
        for epoch in range(1, 4):
            page.get_by_role("button", name="Epoch").click()
            expect(page.locator(".scrubber .small")).to_have_text(f"epoch {epoch}")
        share(page)
        (tmp_path / str(k)).mkdir()
        files.append(download(page, "Model", tmp_path / str(k)).read_bytes())
    assert files[0] == files[1]


def test_what_is_done_stands_in_the_address_and_survives_a_reload(open_page):
    page = open_page()
    page.select_option(".open select", "from-scratch")
    page.get_by_label("Optimizer").select_option("sgd")
    page.locator('[data-pixel="0"]').click()
    page.locator('.neuron[data-neuron="2/1"]').click()
    page.wait_for_url(re.compile("open=from-scratch.*optimizer=sgd.*inputs=.*look=neuron%2F2%2F1"))
    inputs = page.locator(".pixels button").all_inner_texts()
    page.reload()
    page.wait_for_selector('[data-experiment="from-scratch"]')
    expect(page.get_by_label("Optimizer")).to_have_value("sgd")
    expect(page.locator(".inspector h3")).to_have_text("Neuron 1 of layer 2")
    assert page.locator(".pixels button").all_inner_texts() == inputs


def test_a_teachers_link_hides_what_was_chosen(open_page):
    page = open_page()
    link = share(page)
    page.get_by_role("checkbox", name="Settings").check()
    page.get_by_role("checkbox", name="Training").check()
    address = link.input_value()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".settings")).to_be_visible()  # here nothing is hidden
    pupil = open_page(link="#" + address.split("#")[1])
    expect(pupil.locator(".banner")).to_contain_text("hides some of it")
    expect(pupil.locator(".settings")).to_be_hidden()
    expect(pupil.locator(".training")).to_be_hidden()
    expect(pupil.locator(".examples")).to_be_visible()
    pupil.get_by_role("button", name="Show everything").click()
    expect(pupil.locator(".settings")).to_be_visible()


def test_a_browser_without_the_token_is_told_what_to_do_and_keeps_the_link(browser, address):
    page = stranger(browser, address, LINK)
    expect(page.get_by_role("heading", name="This browser has not opened")).to_be_visible()
    expect(page.locator("#fragment")).to_have_text(LINK)
    assert violations(page) == []
    field = page.get_by_label("The printed address")
    for nothing in ("", "what?", address.split("?")[0], address.replace("127.0.0.1", "evil.example")):
        field.fill(nothing)
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_role("alert")).to_contain_text("There is no token in it")
    field.fill(address)
    page.get_by_role("button", name="Open").click()
    expect(page.locator(".facts")).to_contain_text("4-5-3-4")
    page.close()


def test_a_link_on_another_site_opens_in_a_browser_that_has_the_token(browser, address):
    page = browser.new_page()
    page.goto(address)
    page.route(
        "http://mail.example/",
        lambda route: route.fulfill(
            body=f'<a href="{address.split("?")[0]}{LINK}">a link</a>', content_type="text/html"
        ),
    )
    page.goto("http://mail.example/")
    page.get_by_text("a link").click()
    expect(page.locator(".facts")).to_contain_text("4-5-3-4")
    page.close()


def test_a_link_of_another_computer_can_be_pasted(open_page):
    page = open_page()
    page.get_by_role("button", name="Open …").click()
    page.get_by_label("Link to an experiment").fill(f"http://127.0.0.1:9999/{LINK}")
    page.get_by_role("button", name="Follow").click()
    expect(page.locator(".facts")).to_contain_text("4-5-3-4")
    page.get_by_role("button", name="Open …").click()
    page.get_by_label("Link to an experiment").fill("nonsense")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("That is no link of glassnet")


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("#nonsense", "The link says what this page does not know: nonsense"),
        ("#open=nowhere&seed=3", "The link cannot be followed, so this is the beginning"),
        ("#open=from-scratch&layers=a:b:c+::&seed=x", "message"),
        ("#open=from-scratch&seed=99999999999999999999", "reset, seed"),
        ("#open=from-scratch&look=weight/<b>/1/1", "select, layer"),
        ("#inputs=1+2+NaN+x", "inputs"),
        ("#hide=body+settings", "hide"),
        ("#__proto__=1&constructor=2", "__proto__, constructor"),
        ("#%E0%A4%A&=&&&==", "does not know"),
        ("#open=digits&dropout=2", "change, dropout"),
    ],
)
def test_nonsense_in_a_link_is_said_and_the_beginning_is_shown(open_page, link, message):
    page = open_page(link=link)
    text = page.locator(".notice.error")
    expect(text).to_be_visible()
    if message != "message":
        expect(text).to_contain_text(message)
    expect(page.locator(".glassnet")).to_have_attribute("data-experiment", "drawn")
    page.get_by_role("button", name=re.compile("^solid, example 0")).click()
    expect(page.locator(".answer strong")).to_have_text("solid")


def test_a_chapter_stands_in_the_link(open_page):
    page = open_page()
    read = "text => import('/link.js').then(({ readLink }) => readLink(text))"
    assert page.evaluate(read, "chapter=3&hide=camera") == {
        "steps": [],
        "page": {"chapter": 3, "hidden": ["camera"]},
        "ignored": [],
    }
    assert page.evaluate(read, "chapter=three&theme=pink")["ignored"] == ["chapter", "theme"]


def test_a_link_to_somebodys_own_data_says_that_they_are_needed(open_page, tmp_path):
    page = open_page(link="#open=own+flowers.csv&learning_rate=0.03")
    expect(page.locator(".notice.error")).to_contain_text("'flowers.csv' was somebody's own")
    table = tmp_path / "flowers.csv"
    table.write_text("a,b\n1,x\n2,y\n", encoding="utf-8")
    page.get_by_role("button", name="Open …").click()
    page.locator('input[data-for="Table or arrays …"]').set_input_files(table)
    page.wait_for_selector('[data-experiment="own flowers.csv"]')
    page.evaluate("location.hash = 'open=own+flowers.csv&learning_rate=0.03'")
    expect(page.get_by_label("Learning rate")).to_have_value("0.03")


def test_a_model_is_downloaded_and_read_by_glassnet(open_page, tmp_path):
    page = open_page()
    share(page)
    file = download(page, "Model", tmp_path)
    assert np.array_equal(Network.load(file).parameters, Network.drawn_four_pixel().parameters)


def test_the_picture_is_saved_as_svg_and_png(open_page, tmp_path):
    page = open_page()
    page.locator('.neuron[data-neuron="2/2"]').click()
    expect(page.locator(".inspector h3")).to_be_visible()
    share(page)
    file = download(page, "SVG", tmp_path)
    text = file.read_text(encoding="utf-8")
    picture = ET.fromstring(text)
    assert "var(" not in text
    assert "class=" not in text
    space = "{http://www.w3.org/2000/svg}"
    assert len(picture.findall(f".//{space}circle")) == 4 + 4 + 8 + 4
    assert "diagonal" in "".join(picture.itertext())
    image = Image.open(download(page, "PNG", tmp_path))
    assert image.size[0] == 2 * int(picture.get("width"))
    colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 24)}
    assert {(255, 255, 255), (0, 0, 0), (118, 118, 118), (255, 213, 74)} <= colours


def test_the_whole_page_opens_from_a_file_without_a_server(open_page, browser, tmp_path):
    page = open_page()
    open_experiment(page, "from-scratch")
    page.get_by_role("button", name="Epoch").click()
    expect(page.locator(".charts figure")).to_have_count(2)
    page.locator('.neuron[data-neuron="2/1"]').click()
    expect(page.locator("[data-total]")).to_be_visible()
    total, score = page.locator("[data-total]").inner_text(), page.locator(".score").inner_text()
    share(page)
    model = Network.load(download(page, "Model", tmp_path))
    file = download(page, "Whole page", tmp_path)

    asked, wrong = [], []
    context = browser.new_context(offline=True)
    frozen = context.new_page()
    frozen.on("request", lambda request: asked.append(request.url))
    frozen.on("pageerror", lambda error: wrong.append(str(error)))
    frozen.on("console", lambda message: wrong.append(message.text))
    frozen.goto(file.as_uri())
    expect(frozen.locator(".banner")).to_contain_text("A snapshot")
    assert frozen.locator("[data-total]").inner_text() == total
    assert frozen.locator(".score").inner_text() == score
    expect(frozen.locator(".charts figure")).to_have_count(2)
    expect(frozen.locator(".transport")).to_be_hidden()
    frozen.locator('.neuron[data-neuron="1/3"]').click()
    expect(frozen.locator(".inspector h3")).to_have_text("Neuron 3 of layer 1")
    printed = explain.neuron(model.run([1, -1, -1, 1]), 0, 1, 3).printed()
    assert frozen.locator("[data-output]").inner_text() == printed.output.replace("-", "−")
    frozen.locator('[data-pixel="0"]').click()
    expect(frozen.locator(".notice")).to_contain_text("This is a snapshot")
    assert violations(frozen) == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert wrong == []
    context.close()


def test_names_in_a_snapshot_are_only_text(open_page, browser, tmp_path):
    page = open_page()
    evil = "</script><script>document.title='taken'</script>"
    table = tmp_path / "evil.csv"
    table.write_text(f'a,b\n1,"{evil}"\n2,good\n', encoding="utf-8")
    page.get_by_role("button", name="Open …").click()
    page.locator('input[data-for="Table or arrays …"]').set_input_files(table)
    page.wait_for_selector('[data-experiment="own evil.csv"]')
    share(page)
    file = download(page, "Whole page", tmp_path)
    frozen = browser.new_page()
    frozen.goto(file.as_uri())
    expect(frozen.locator(".network")).to_contain_text(evil)
    assert frozen.title() == "glassnet: a snapshot"
    frozen.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_dialogs(open_page, scheme):
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    share(page).wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share …")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Open your own")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_dialogs_fit_a_phone(open_page):
    page = open_page(width=360, height=740)
    for name in ("Open …", "Share …"):
        page.get_by_role("button", name=name).click()
        dialog = page.get_by_role("dialog")
        assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
