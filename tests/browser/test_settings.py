"""What a person changes: schedule, clipping, connections, hidden neurons, how a table is read."""

import re

import pytest
from playwright.sync_api import expect

from acting import number, open_experiment, open_wire, press, settled
from axe_findings import violations
from glassnet.network import Network
from glassnet.web import BUNDLED


def choose(page, label, value):
    page.get_by_label(label).select_option(value)
    settled(page)


def test_a_schedule_takes_the_rate_down_and_stops_where_it_ends(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    choose(page, "Rate schedule", "cosine")
    end = page.get_by_label("until epoch")
    expect(end).to_have_value("2000")
    end.fill("40")
    end.press("Enter")
    settled(page)
    choose(page, "Clip gradient", "1")
    press(page, "Train")
    expect(page.locator(".notice", has_text="The schedule ends here, at epoch 40")).to_be_visible()
    expect(page.locator(".scrubber .small")).to_have_text("epoch 40")
    page.wait_for_url(re.compile("clip=1&schedule=cosine&epochs=40"))
    page.reload()
    settled(page)
    expect(page.get_by_label("until epoch")).to_have_value("40")
    expect(page.get_by_label("Clip gradient")).to_have_value("1")


def test_a_connection_is_cut_and_connected_again(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    wires = page.locator(".picture .wire")
    before = wires.count()
    open_wire(page, "1/0/3")
    press(page, "Cut this connection")
    expect(wires).to_have_count(before - 1)
    page.locator('.neuron[data-neuron="1/0"]').click()
    expect(page.locator(".terms")).to_contain_text("missing")
    page.wait_for_url(re.compile("cut=1%2F0%2F3"))
    page.reload()
    settled(page)
    expect(wires).to_have_count(before - 1)
    page.locator('.neuron[data-neuron="1/0"]').click()
    page.get_by_role("button", name="Connect bottom right").click()
    settled(page)
    expect(page.locator(".terms")).not_to_contain_text("missing")
    open_wire(page, "1/1/2")
    press(page, "Cut this connection")
    press(page, "Connect all again (1 cut)")
    expect(page.get_by_role("button", name=re.compile("^Connect all"))).to_have_count(0)


def test_hidden_neurons_are_counted_and_shown_by_number(open_page):
    page = open_page(reduced_motion="reduce")
    open_experiment(page, "digits")
    page.get_by_role("button", name="20 of layer 1 …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("32 neurons, of which 12 are shown and 20 are hidden")
    field = dialog.get_by_label("Numbers of the neurons to show")
    field.fill("3, seven")
    press(page, "Show these")
    expect(dialog.get_by_role("alert")).to_contain_text("Expected numbers and ranges")
    field.fill("40")
    press(page, "Show these")
    expect(dialog.get_by_role("alert")).to_contain_text("The layer has neurons 0 to 31")
    assert violations(page) == []
    field.fill("3, 7, 20-22")
    press(page, "Show these")
    expect(page.locator('.neuron[data-neuron^="1/"]')).to_have_count(5)
    press(page, "Those after")
    dialog.get_by_role("button", name="neuron 25").click()
    expect(page.locator(".inspector h3")).to_have_text("Neuron 25 of layer 1")
    experiment = BUNDLED.begin("digits")
    row = experiment.data.n_examples // 2
    output = experiment.network.run(experiment.data.read([row], float)).outputs(1)[0, 25]
    assert number(page.locator("[data-output]").inner_text()) == pytest.approx(output, abs=2e-3)
    page.get_by_role("button", name=re.compile("of layer 1 …")).click()
    press(page, "The strongest now")
    expect(page.locator('.neuron[data-neuron^="1/"]')).to_have_count(12)


def test_snapped_weights_stand_in_the_model_file(open_page, tmp_path):
    page = open_page(link="#open=story-trained")
    page.wait_for_selector('[data-experiment="story-trained"]')
    press(page, "Snap weights to −1, 0, 1")
    expect(page.locator(".notice")).to_contain_text("now: 8 of 8 right")
    page.get_by_role("button", name="Share …").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Model", exact=True).click()
    file = tmp_path / "snapped.safetensors"
    waiting.value.save_as(file)
    assert set(Network.load(file).parameters.tolist()) == {-1, 0, 1}


def test_numeric_and_direct_slope_of_a_weight_are_held_against_each_other(open_page):
    page = open_page()
    open_experiment(page, "from-scratch")
    open_wire(page, "1/2/3")
    expect(page.locator("[data-agreement]")).to_contain_text("The two agree")
    direct = number(page.locator("[data-slope]").inner_text())
    experiment = BUNDLED.begin("from-scratch")
    rows = slice(4, 5)
    _, gradient = experiment.network.gradient(experiment.data.inputs[rows], experiment.data.targets[rows])
    assert direct == pytest.approx(gradient[3 * 4 + 2], rel=1e-5)


def test_a_table_with_gaps_can_be_read_after_all_and_with_another_target(open_page, tmp_path):
    page = open_page(reduced_motion="reduce")
    table = tmp_path / "flowers.csv"
    table.write_text("length,width,kind\n1,2,a\n3,,b\n5,1,a\n2,2,b\n", encoding="utf-8")
    page.get_by_role("button", name="Open …").click()
    page.locator('input[data-for="Table or arrays …"]').set_input_files(table)
    dialog = page.get_by_role("dialog", name="How is flowers.csv to be read?")
    expect(dialog).to_contain_text("line 3")
    assert violations(page) == []
    dialog.get_by_label("Missing values").select_option("fill")
    press(page, "Read it so")
    page.wait_for_selector('[data-experiment="own flowers.csv"]')
    expect(page.locator(".picture .label .name").first).to_have_text(re.compile("^a"))
    page.get_by_label("To be learned").select_option("length")
    press(page, "Read it so")
    expect(page.locator(".picture .label .name")).to_have_text(["length"])
