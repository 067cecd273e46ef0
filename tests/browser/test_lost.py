"""The line to the program is lost, or the program itself: the page says so, keeps its state, and goes on."""

import re

from playwright.sync_api import expect

from acting import open_experiment, press, settled

KEEP_SOCKET = """
const Line = window.WebSocket;
window.WebSocket = class extends Line {
  constructor(...given) {
    super(...given);
    window.line = this;
  }
};
"""


def lose_the_line(page):
    """Close the line as something on the way would, not as a page that is left."""
    page.evaluate("window.line.close(4000)")


def test_after_a_lost_line_the_same_session_goes_on_with_all_that_it_learned(browser, address):
    page = browser.new_page()
    page.add_init_script(KEEP_SOCKET)
    page.goto(address)
    page.wait_for_selector(".picture .neuron")
    open_experiment(page, "from-scratch")
    page.get_by_label("Speed").select_option("")
    press(page, "Train")
    expect(page.locator("[data-right]")).to_have_text("8 of 8")
    press(page, "Pause")
    page.locator('.neuron[data-neuron="2/1"]').click()
    settled(page)
    before = [page.locator(part).inner_text() for part in (".score", ".scrubber .small", "[data-total]")]
    lose_the_line(page)
    expect(page.locator(".notice.error")).to_contain_text("does not answer")
    expect(page.locator(".notice.error")).to_have_count(0)
    settled(page)
    after = [page.locator(part).inner_text() for part in (".score", ".scrubber .small", "[data-total]")]
    assert after == before
    press(page, "Step")
    expect(page.locator(".scrubber .small")).not_to_have_text(before[1])
    page.close()


def test_a_program_that_was_started_again_at_its_port_is_found_with_all_that_was_learned(
    browser, start_server
):
    process, address = start_server()
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".picture .neuron")
    open_experiment(page, "from-scratch")
    page.get_by_label("Optimizer").select_option("momentum")
    page.get_by_label("Speed").select_option("")
    press(page, "Train")
    expect(page.locator("[data-right]")).to_have_text("8 of 8")
    press(page, "Pause")
    page.wait_for_url(re.compile("optimizer=momentum"))
    before = [page.locator(part).inner_text() for part in (".score", ".scrubber .small")]
    process.terminate()
    process.wait()
    expect(page.locator(".notice.error")).to_contain_text("does not answer")
    assert [page.locator(part).inner_text() for part in (".score", ".scrubber .small")] == before
    _, again = start_server(re.search(r":(\d+)/", address)[1])
    other = context.new_page()
    other.goto(again)  # as the program asks: it brings the cookie along
    other.wait_for_selector(".picture .neuron")
    expect(page.locator(".notice", has_text="The program was started anew")).to_be_visible()
    expect(page.locator(".notice.error")).to_have_count(0)
    settled(page)
    expect(page.locator(".glassnet")).to_have_attribute("data-experiment", "from-scratch")
    expect(page.get_by_label("Optimizer")).to_have_value("momentum")
    assert [page.locator(part).inner_text() for part in (".score", ".scrubber .small")] == before
    press(page, "Step")
    expect(page.locator(".scrubber .small")).not_to_have_text(before[1])
    context.close()
