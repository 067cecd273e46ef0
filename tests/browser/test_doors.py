"""What a person has comes in: the webcam, a picture, a table, a folder, a model; or it is said why not."""

import base64
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from acting import settled
from glassnet.data import Camera
from glassnet.network import Network
from parcels import png

PLOTS = b"size,soil,kind\n10,clay,a\n-30,sand,b\n20.5,peat,a\n"
TABLE = b"length,width,kind\n1,2,a\n3,4,b\n5,1,a\n2,2,b\n"
FAKE = "--use-fake-device-for-media-stream"
HORIZONTAL = png([[255, 255], [0, 0]], scale=40)

GIVE = """([how, name, type, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  if (name) data.items.add(new File([bytes], name, { type }));
  else data.setData("text/plain", "words");
  const at = how === "paste" ? document.body : document.querySelector(".network");
  const event = how === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent(how, { dataTransfer: data, bubbles: true, cancelable: true });
  at.dispatchEvent(event);
}"""


def give(page, how, name, content, kind="image/png"):
    page.evaluate(GIVE, [how, name, kind, base64.b64encode(content).decode()])


def shown(page):
    """The brightness of the four pixels, as the page shows it."""
    texts = page.locator(".pixels button").all_inner_texts()
    return [float(text.replace("−", "-")) for text in texts]


def choose(page, label, files):
    page.get_by_role("button", name="Open …").click()
    page.locator(f'input[data-for="{label}"]').set_input_files(files)


def film(path, left, right):
    """A film of one picture, half and half, as Chromium takes it for a webcam."""
    light = np.full((240, 320), right, np.uint8)
    light[:, :160] = left
    colour = np.full((2, 120, 160), 128, np.uint8)
    frame = b"FRAME\n" + light.tobytes() + colour.tobytes()
    path.write_bytes(b"YUV4MPEG2 W320 H240 F10:1 Ip A1:1 C420jpeg\n" + 3 * frame)
    return path


def test_a_number_of_a_table_has_its_own_unit_and_a_text_a_menu(open_page):
    page = open_page()
    give(page, "drop", "plots.csv", PLOTS, "text/csv")
    page.wait_for_selector('[data-experiment="own plots.csv"]')
    settled(page)
    page.get_by_role("button", name="b, example 1").click()
    soil = page.get_by_label("soil", exact=True)
    expect(soil).to_have_value("sand")
    expect(page.locator(".sliders .own")).to_have_text("−30")
    soil.select_option("clay")
    page.get_by_role("slider", name="size").fill("1")
    settled(page)
    expect(page.locator(".sliders .own")).to_have_text("20.5")
    inputs = [page.locator(f'[data-neuron="0/{k}"] .value').text_content().strip() for k in range(4)]
    assert inputs == ["1", "1", "0", "0"]
    for name in page.locator(".thumbnail .name").all():
        assert name.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_the_webcam_is_seen_and_does_not_bleed(pages_with, tmp_path):
    file = film(tmp_path / "halves.y4m", 255, 0)
    arguments = ("--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={file}")
    with pages_with(FAKE, *arguments) as open_page:
        page = open_page()
        page.get_by_role("button", name="Webcam").click()
        expect(page.locator(".answer strong")).to_have_text("vertical")
        assert np.abs(np.array(shown(page)) - [1, -1, 1, -1]).max() < 0.03
        expect(page.get_by_role("button", name="Stop webcam")).to_have_attribute("aria-pressed", "true")
        page.locator('[data-pixel="0"]').click()  # a hand on the pixels stops it
        expect(page.locator("video")).to_have_count(0)
        expect(page.locator(".answer strong")).not_to_have_text("vertical")
        page.select_option(".open select", "digits")
        page.wait_for_selector('[data-experiment="digits"]')
        before = page.locator(".canvas img").get_attribute("src")
        page.get_by_role("button", name="Webcam").click()
        expect(page.locator(".canvas img")).not_to_have_attribute("src", before)
        page.get_by_role("button", name="Stop webcam").click()
        expect(page.locator("video")).to_have_count(0)


def test_a_refused_camera_is_said(pages_with):
    with pages_with(FAKE, "--deny-permission-prompts") as open_page:
        page = open_page()
        page.get_by_role("button", name="Webcam").click()
        expect(page.locator(".notice.error")).to_contain_text("The camera was refused")
        expect(page.get_by_role("button", name="Webcam")).to_have_attribute("aria-pressed", "false")


def test_a_missing_camera_is_said(open_page):
    page = open_page()
    page.get_by_role("button", name="Webcam").click()
    expect(page.locator(".notice.error")).to_contain_text("There is no camera")


def test_a_chosen_picture_has_the_numbers_of_the_camera(open_page):
    page = open_page()
    content = png(np.arange(35).reshape(5, 7) * 7)
    page.locator('input[data-for="Picture …"]').set_input_files(
        {"name": "grey.png", "mimeType": "image/png", "buffer": content}
    )
    seen = Camera(2, 2).picture(content)
    expect(page.locator('[data-pixel="3"]')).to_have_text(f"{seen[3]:.2g}".replace("-", "−"))
    assert shown(page) == pytest.approx(seen, abs=0.006)


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted(open_page, how):
    page = open_page()
    give(page, how, "lines.png", HORIZONTAL)
    expect(page.locator(".answer strong")).to_have_text("horizontal")
    give(page, how, "broken.png", b"no picture")
    expect(page.locator(".notice.error")).to_contain_text("broken.png: not a picture that can be read")
    expect(page.locator(".answer strong")).to_have_text("horizontal")


def test_what_is_being_dragged_is_welcomed_and_what_is_nothing_is_said(open_page):
    page = open_page()
    give(page, "dragover", "lines.png", HORIZONTAL)
    expect(page.locator(".dropping")).to_contain_text("Drop a picture")
    give(page, "drop", "notes.doc", b"x", "application/msword")
    expect(page.locator(".dropping")).to_have_count(0)
    expect(page.locator(".notice.error")).to_contain_text("notes.doc: not a picture, a table")
    give(page, "paste", "", b"")
    expect(page.locator(".notice.error").last).to_contain_text("no picture in the clipboard")


def test_a_table_is_opened_and_learned(open_page):
    page = open_page()
    give(page, "drop", "flowers.csv", TABLE, "text/csv")
    page.wait_for_selector('[data-experiment="own flowers.csv"]')
    expect(page.locator(".open select")).to_have_value("own flowers.csv")
    expect(page.locator(".camera")).to_contain_text("width")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("[data-right]")).to_have_text("4 of 4")
    give(page, "drop", "bad.csv", b"a,b\n1\n", "text/csv")
    expect(page.locator(".notice.error")).to_contain_text("bad.csv, line 2")
    give(page, "drop", "lines.png", HORIZONTAL)
    expect(page.locator(".notice.error").last).to_contain_text("does not look at pictures")


def test_a_folder_of_pictures_is_opened(open_page, tmp_path):
    for category, level in (("cats", 250), ("dogs", 10)):
        (tmp_path / "pets" / category).mkdir(parents=True)
        for k in range(3):
            (tmp_path / "pets" / category / f"{k}.png").write_bytes(png([[level, k], [k, level]]))
    (tmp_path / "pets" / "notes.txt").write_text("left out")
    page = open_page()
    choose(page, "Folder of pictures …", tmp_path / "pets")
    page.wait_for_selector('[data-experiment="own pets"]')
    expect(page.locator(".thumbnail")).to_have_count(6)
    expect(page.locator(".notice").last).to_contain_text("6 examples to learn from")


def test_a_dropped_folder_is_read_two_levels_deep_and_whole(open_page):
    page = open_page()
    read = """async () => {
      const file = (name) => ({ name, isFile: true, file: (done) => done(new File(["x"], name)) });
      const folder = (name, entries) => ({ name, isDirectory: true, createReader() {
        const rest = [...entries];
        return { readEntries: (done) => done(rest.splice(0, 2)) };
      }});
      const root = folder("pets", [file("notes.txt"), folder(".git", [file("config")]),
        folder("cats", [file("1.png"), file("2.png"), file("3.png"), file(".hidden"),
          folder("old", [file("4.png")])])]);
      const { inDroppedFolder } = await import("/parcels.js");
      return (await inDroppedFolder(root)).map(({ name }) => name);
    }"""
    assert page.evaluate(read) == ["cats/1.png", "cats/2.png", "cats/3.png"]


def test_a_folder_without_categories_is_said(open_page, tmp_path):
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "1.png").write_bytes(png([[1]]))
    page = open_page()
    choose(page, "Folder of pictures …", tmp_path / "flat")
    expect(page.locator(".notice.error")).to_contain_text("flat: no pictures in sub-folders")


def test_what_is_too_large_is_not_even_sent(open_page):
    page = open_page()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(65 << 20)], "big.csv"));
          const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector(".network").dispatchEvent(drop);
        }"""
    )
    expect(page.locator(".notice.error")).to_contain_text("big.csv: 65.0 MB, expected at most 64.0 MB")
    page.get_by_role("button", name=re.compile("^solid, example 0")).click()
    expect(page.locator(".answer strong")).to_have_text("solid")


def test_a_model_is_opened(open_page, tmp_path):
    network = Network.drawn_four_pixel()
    network.weights(1)[0, 0] = -7.5
    file = network.save(tmp_path / "mine.safetensors")
    page = open_page()
    choose(page, "Model …", file)
    page.wait_for_selector('[data-experiment="own mine.safetensors"]')
    page.locator('.neuron[data-neuron="1/0"]').click()
    expect(page.locator(".terms tbody")).to_contain_text("−7.5")
