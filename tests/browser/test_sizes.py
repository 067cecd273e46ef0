"""What a person can read: nothing is cut off on a phone, nothing is tiny on a wall of a screen."""

import pytest

from acting import arrived, open_experiment, press, settled, turn_to

N_CHAPTERS = 20

# Texts that are wider than where they stand, or reach out of the picture of the network.
CUT_OFF = """() => {
  const found = [];
  const pen = document.createElement("canvas").getContext("2d");
  const px = parseFloat;
  for (const one of document.querySelectorAll(".glassnet *")) {
    if (!one.checkVisibility() || one.closest("svg, .hidden, .notices")) continue;
    const style = getComputedStyle(one);
    if (one.matches("select")) {
      pen.font = style.font;
      const text = one.selectedOptions[0]?.text ?? "";
      const room = one.clientWidth - px(style.paddingLeft) - px(style.paddingRight) - 16; // its arrow
      if (pen.measureText(text).width > room + 1) found.push(`select: ${text}`);
    } else if (/hidden|clip/.test(style.overflowX) && style.textOverflow !== "ellipsis") {
      const isCut = one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1;
      if (isCut && one.innerText?.trim()) found.push(`${one.className}: ${one.innerText.slice(0, 40)}`);
    }
  }
  const box = (one) => one.getBoundingClientRect();
  const stage = box(document.querySelector(".stage"));
  for (const text of document.querySelectorAll(".picture text")) {
    const { left, right, top, bottom } = box(text);
    const isIn = left > stage.left - 1 && right < stage.right + 1;
    if (isIn && top > stage.top - 1 && bottom < stage.bottom + 1) continue;
    found.push(`in the network: ${text.textContent.trim()}`);
  }
  const headings = [...document.querySelectorAll(".picture .heading text:first-of-type")].map(box);
  if (headings.some(({ right }, k) => right > headings[k + 1]?.left)) found.push("names of layers overlap");
  return found;
}"""

# The smallest letters in the page, and in the picture of the network as it stands there [px].
SMALLEST = """() => {
  const sizes = { page: [], network: [] };
  const walker = document.createTreeWalker(document.querySelector(".glassnet"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !one.checkVisibility() || one.closest(".hidden")) continue;
    const size = parseFloat(getComputedStyle(one).fontSize) * (one.closest("svg") ? one.getScreenCTM().a : 1);
    sizes[one.closest(".picture") ? "network" : "page"].push(size);
  }
  return [Math.min(...sizes.page), Math.min(...sizes.network)];
}"""


def chapters(page):
    """Go through all chapters of the story."""
    press(page, "The story")
    arrived(page, 1)
    yield 1
    for number in range(2, N_CHAPTERS + 1):
        turn_to(page, number)
        yield number


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_cut_off_in_any_chapter(open_page, width):
    page = open_page(width=width, height=740, reduced_motion="reduce")
    cut = {"the page": page.evaluate(CUT_OFF)}
    for number in chapters(page):
        cut[number] = page.evaluate(CUT_OFF)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {where: what for where, what in cut.items() if what} == {}


def test_on_a_phone_the_four_pixels_can_be_read_and_a_chapter_begins_below_the_network(open_page):
    page = open_page(width=360, height=740, reduced_motion="reduce")
    text, network = page.evaluate(SMALLEST)
    assert text >= 10
    assert network >= 7.5
    for _ in chapters(page):
        network, head = (page.locator(part).bounding_box() for part in (".card.network", ".story-head"))
        assert head["y"] >= network["y"] + network["height"] - 1
        assert head["y"] + head["height"] <= 740


@pytest.mark.parametrize(("width", "height", "least"), [(1920, 1080, 8), (3840, 2160, 12)])
def test_letters_grow_with_the_screen_and_the_network_takes_its_room(open_page, width, height, least):
    page = open_page(width=width, height=height, reduced_motion="reduce")
    body = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.glassnet')).fontSize)")
    assert body == pytest.approx(15 if width == 1920 else 22.5, abs=0.5)
    for number in chapters(page):
        text, network = page.evaluate(SMALLEST)
        assert text >= least, f"chapter {number}"
        assert network >= least, f"chapter {number}"
        stage, first, last = (
            page.locator(part).bounding_box()
            for part in (".stage", ".picture .heading >> nth=0", ".picture .heading >> nth=-1")
        )
        assert last["x"] - first["x"] > 0.3 * stage["width"], f"chapter {number}"


def test_the_picture_grows_with_letters_that_a_reader_chose(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    _, before = page.evaluate(SMALLEST)
    page.evaluate("document.documentElement.style.fontSize = '24px'")
    page.set_viewport_size({"width": 1300, "height": 1000})
    settled(page)
    _, after = page.evaluate(SMALLEST)
    assert after > before
    assert page.evaluate("document.documentElement.scrollWidth") <= 1300


# Circles that touch, numbers wider than their circle, wires over the picture that goes in.
CROWDED = """() => {
  const found = [];
  const box = (one) => one.getBoundingClientRect();
  const bodies = [...document.querySelectorAll(".picture .body")].map(box);
  bodies.forEach((a, k) => bodies.slice(k + 1).forEach((b) => {
    const apart = Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
    if (apart < (a.width + b.width) / 2 + 1) found.push("neurons touch");
  }));
  for (const text of document.querySelectorAll(".picture .value")) {
    const body = box(text.closest(".neuron").querySelector(".body"));
    if (box(text).width > body.width - 2) found.push(`too wide: ${text.textContent}`);
  }
  const picture = document.querySelector(".picture > image");
  for (const wire of picture ? document.querySelectorAll(".picture .wire") : [])
    if (box(wire).left < box(picture).right - 1) found.push("a wire over the picture");
  return [...new Set(found)];
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_neurons_keep_apart_and_their_numbers_inside(open_page, width):
    page = open_page(width=width, height=844, reduced_motion="reduce")
    found = {"the page": page.evaluate(CROWDED)}
    for number in chapters(page):
        found[number] = page.evaluate(CROWDED)
        # An input that is always 1 is shown where a wire begins there, or a chapter tells of it.
        loose = (
            page.locator(".picture .bias").count() and not page.locator('.wire[data-wire$="/bias"]').count()
        )
        assert not loose or number == 17, f"chapter {number}"
    open_experiment(page, "digits")
    found["digits"] = page.evaluate(CROWDED)
    assert {where: what for where, what in found.items() if what} == {}


def test_on_a_phone_the_task_is_next_to_where_it_is_done(open_page):
    page = open_page(width=390, height=844, reduced_motion="reduce")

    def top(card):
        return page.locator(card).bounding_box()["y"]

    press(page, "The story")
    arrived(page, 1)
    assert top(".story") < top(".camera") < top(".training")
    turn_to(page, 4)
    assert top(".story") < top(".inspector") < top(".training") < top(".camera")
    page.get_by_role("button", name="Close").first.click()
    page.locator('.neuron[data-neuron="2/1"]').click()
    settled(page)
    network, inspector = (page.locator(one).bounding_box() for one in (".card.network", ".inspector"))
    assert network["y"] + network["height"] - 1 <= inspector["y"] <= 600
