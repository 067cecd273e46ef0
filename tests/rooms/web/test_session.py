import json
import threading
import time

import numpy as np
import pytest

from glassnet import data, explain
from glassnet.network import Network
from glassnet.training import Settings, Training
from glassnet.web import BUNDLED, Experiment, Laboratory, Session
from glassnet.web.experiments import live_settings
from live_session import Live


def outputs(frame, layer=-1):
    return frame["layers"][layer]["outputs"]


def test_a_page_is_told_what_there_is_and_then_what_it_looks_at():
    live = Live()
    live.session.work()
    kinds = [message["kind"] for message in live.shown]
    assert kinds == ["welcome", "structure", "frame"]
    structure, frame = live.last("structure"), live.last("frame")
    assert (structure["sizes"], structure["shape"]) == ([4, 4, 4, 8, 4], (2, 2))
    assert len(structure["examples"]) == len(frame["right"]) == 8
    assert all(frame["right"])
    json.dumps(live.shown, allow_nan=False)


def test_a_painted_picture_is_answered_with_the_engines_own_numbers():
    live = Live()
    frame = live.say("inputs", values=[0.5, 0, 0.75, -0.75])
    trace = Network.drawn_four_pixel().run([0.5, 0, 0.75, -0.75])
    for layer in range(5):
        np.testing.assert_array_equal(outputs(frame, layer), trace.outputs(layer)[0])
    assert frame["answer"]["category"] == "vertical"
    assert (frame["example"], frame["truth"]) == (None, None)


def test_a_picture_that_is_an_example_has_its_right_answer_and_another_one_can_be_said():
    live = Live()
    frame = live.say("inputs", values=[-1, -1, 1, 1])
    assert (frame["example"], frame["truth"]["targets"]) == (7, [0, 0, 0, 1])
    assert live.say("truth", category=0)["truth"]["targets"] == [1, 0, 0, 0]
    assert live.say("truth", category=None)["truth"] is None


def test_a_tie_is_shown_as_a_tie():
    answer = Live().say("inputs", values=[1, 1, 1, -1])["answer"]
    assert answer["category"] is None
    assert len(answer["ties"]) == 4


def test_a_selected_neuron_shows_what_explain_prints():
    live = Live()
    live.say("inputs", values=[0.5, 0, 0.75, -0.75])
    shown = live.say("select", what="neuron", layer=2, neuron=1)["inspection"]
    printed = explain.neuron(Network.drawn_four_pixel().run([0.5, 0, 0.75, -0.75]), 0, 2, 1).printed()
    assert [line["product"] for line in shown["lines"]] == [line.product for line in printed.lines]
    assert shown["printed"] == {"total": printed.total, "output": printed.output, "slope": printed.slope}
    assert sum(float(line["product"]) for line in shown["lines"]) == pytest.approx(
        float(printed.total), abs=1e-12
    )
    assert shown["field"]["picture"]["levels"] == [0, 255, 0, 255]


@pytest.mark.parametrize("whose", ["example", "data"])
def test_a_selected_weight_shows_curve_slope_and_chains(whose):
    live = Live("from-scratch")
    live.say("over", whose=whose)
    shown = live.say("select", what="weight", layer=1, neuron=2, source=3)["inspection"]
    network, patterns = live.session.teacher.network, data.four_pixel()
    rows = slice(None) if whose == "data" else slice(4, 5)
    curve = explain.slope(
        network, patterns.inputs[rows], patterns.targets[rows], 1, 2, 3, learning_rate=0.01, n_points=61
    )
    assert (shown["value"], shown["loss"], shown["slope"]) == (curve.value, curve.loss, curve.slope)
    np.testing.assert_array_equal(shown["losses"], curve.losses)
    chain = shown["chain"]
    assert sum(float(line["product"]) for line in chain["lines"]) == pytest.approx(
        float(chain["slope"]), abs=1e-12
    )
    assert float(chain["slope"]) == pytest.approx(curve.slope, rel=1e-2)
    assert shown["examples"] == ("all 8 examples" if whose == "data" else "this picture")


def test_a_selected_output_shows_how_wrong_it_is():
    live = Live("from-scratch")
    shown = live.say("select", what="output", layer=4, neuron=1)["inspection"]
    table = explain.error(live.session.bench.scene().trace, data.four_pixel().targets[4])
    assert shown["errors"]["total"] == table.printed().total
    assert live.say("truth", category=None)["inspection"]["errors"] is None


def test_a_weight_can_be_set_and_only_that_one_changes():
    live = Live()
    before = live.session.teacher.network.parameters.copy()
    live.say("set_weight", layer=1, neuron=0, source=2, value=-2.5)
    after = live.session.teacher.network.parameters
    assert live.session.teacher.network.weights(1)[2, 0] == -2.5
    assert np.count_nonzero(before != after) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("select", {"what": "neuron", "layer": 9, "neuron": 0}, "the network has layers 1 to 4"),
        (
            "select",
            {"what": "weight", "layer": 1, "neuron": 0, "source": "bias"},
            "neurons of this layer have none",
        ),
        ("inputs", {"values": [1, 1]}, "got 2, expected 4"),
        ("example", {"example": 8}, "the data have examples 0 to 7"),
        ("truth", {"category": 4}, "there is no category 4"),
        ("scrub", {"moment": 99}, "the run has moments 0 to 0"),
        ("open", {"experiment": "../secret"}, "there is no '../secret', known are drawn"),
        ("change", {"optimizer": "adm"}, "did you mean 'adam'"),
        (
            "change",
            {"layers": [{"neurons": 4, "activation": "softmax"}]},
            "softmax may stand only on the last layer",
        ),
        ("change", {"layers": [{"neurons": 4096, "activation": "relu"}] * 3}, "expected at most 20,000,000"),
        ("set_weight", {"layer": 0, "neuron": 0, "source": 0, "value": 1}, "set_weight, layer: got 0"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(kind, fields, message):
    live = Live()
    before = live.say("example", example=0)
    if kind == "set_weight":
        with pytest.raises(ValueError, match=message):
            live.say(kind, **fields)
        return
    live.say(kind, **fields)
    assert message in live.last("error")["text"]
    after = live.say("example", example=0)
    for part in ("layers", "answer", "selection", "training"):
        assert after[part] == before[part]


def test_frames_wait_for_the_page_and_the_newest_wins():
    live = Live()
    live.session.work()
    for value in (0.1, 0.2, 0.3):
        live.session.take({"kind": "inputs", "values": [value] * 4})
        live.session.work()
    assert len(live.all("frame")) == 1
    live.session.take({"kind": "shown", "frame": 1})
    live.session.work()
    assert [frame["inputs"][0] for frame in live.all("frame")] == [1.0, 0.3]


def test_an_old_acknowledgement_asks_for_no_frame():
    live = Live()
    live.session.work()
    live.session.take({"kind": "inputs", "values": [0] * 4})
    live.session.take({"kind": "shown", "frame": 7})
    live.session.work()
    assert len(live.all("frame")) == 1


def test_wide_layers_show_their_strongest_neurons_and_say_how_many_there_are():
    rng = np.random.default_rng(0)
    pictures = data.Dataset.from_arrays(rng.uniform(-1, 1, (20, 28, 28)), np.arange(20) % 10, name="large")
    network = Network([784, 128, 10], categories=pictures.categories, encoder=pictures.encoder)
    experiment = Experiment(pictures, None, network, live_settings(Settings()))
    live = Live(laboratory=Laboratory((("large", "Large", lambda: experiment),)))
    live.say("show", inside="fields")
    frame = live.say("example", example=3)
    first, hidden, last = frame["layers"]
    assert (first["neurons"], first["n_neurons"]) == ([], 784)
    assert (len(hidden["neurons"]), hidden["n_neurons"], len(last["neurons"])) == (12, 128, 10)
    strongest = np.sort(
        np.argsort(-np.abs(live.session.bench.scene().trace.outputs(1)[0]), kind="stable")[:12]
    )
    assert hidden["neurons"] == strongest.tolist()
    assert len(frame["fields"]) == 12
    assert len(json.dumps(frame)) < 60_000
    moved = live.say("inputs", values=[0.5] * 784)  # the neurons keep their places while the numbers move
    assert moved["layers"][1]["neurons"] == hidden["neurons"]


def test_the_gradient_check_is_explains():
    live = Live("from-scratch")
    live.say("check")
    checked = live.last("checked")
    assert checked["agrees"]
    assert (checked["n_checked"], checked["forward_passes"], checked["n_examples"]) == (116, 232, 8)


def test_a_closed_session_ends_its_thread_while_it_trains():
    shown = []
    session = Session(BUNDLED, shown.append)
    thread = threading.Thread(target=session.run)
    thread.start()
    session.take({"kind": "play"})
    deadline = time.monotonic() + 60
    while not any(message["kind"] == "frame" for message in shown) and time.monotonic() < deadline:
        time.sleep(0.01)
    session.close()
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_what_training_shows_is_what_training_does():
    live = Live("from-scratch")
    live.say("speed", steps=None)
    for _ in range(25):
        frame = live.say("step")
    experiment = BUNDLED.begin("from-scratch")
    training = Training(experiment.network, experiment.data, None, experiment.settings)
    while training.run.step < 25:
        training.run.advance(25 - training.run.step)
    assert frame["training"]["step"] == 25
    np.testing.assert_array_equal(live.session.teacher.network.parameters, experiment.network.parameters)
    assert frame["training"]["learned"]["loss"] == experiment.network.evaluate(experiment.data).loss
    assert frame["curves"]["learned"]["losses"] == training.run.history.losses


def test_a_mistake_of_ones_own_is_said_and_ends_the_session(monkeypatch):
    def fail(_session):
        raise RuntimeError

    shown = []
    session = Session(BUNDLED, shown.append)
    monkeypatch.setattr(Session, "_show_frame", fail)
    with pytest.raises(RuntimeError):
        session.run()
    assert "a mistake in glassnet itself" in shown[-1]["text"]


def test_starting_over_brings_back_the_weights_that_came_with_the_experiment():
    live = Live()
    drawn = live.session.teacher.network.parameters.copy()
    live.say("reset", seed=5)
    assert (live.session.teacher.network.parameters != drawn).any()
    live.say("open", experiment="drawn")
    np.testing.assert_array_equal(live.session.teacher.network.parameters, drawn)


def test_a_table_has_names_for_its_inputs_and_an_error_but_no_category():
    inputs = np.linspace(-1, 1, 40).reshape(20, 2)
    table = data.Dataset.from_arrays(inputs, inputs @ [0.5, -0.25], name="rows")
    experiment = Experiment(table, None, Network([2, 3, 1], "tanh"), live_settings(Settings()))
    live = Live(laboratory=Laboratory((("rows", "Rows", lambda: experiment),)))
    frame = live.say("example", example=3)
    assert (live.last("structure")["shape"], len(live.last("structure")["inputs"])) == (None, 2)
    assert (frame["answer"], frame["right"]) == (None, [None] * 20)
    assert frame["truth"]["total"] == explain.error(live.session.bench.scene().trace, table.targets[3]).total
    live.say("truth", category=0)
    assert "there is no category 0" in live.last("error")["text"]
    shown = live.say("select", what="weight", layer=1, neuron=2, source="bias")["inspection"]
    assert (shown["examples"], shown["source"]) == ("this row", "bias")
    assert live.say("show", inside="fields")["fields"] == []


def test_ten_pages_at_once_train_each_for_itself():
    reached = [0] * 10

    def live(number):
        def show(message):
            if message["kind"] == "frame":
                reached[number] = message["training"]["step"]
                session.take({"kind": "shown", "frame": message["frame"]})
                if reached[number] >= number + 3:
                    session.close()

        session = Session(BUNDLED, show)
        session.take({"kind": "open", "experiment": "from-scratch"})
        session.take({"kind": "reset", "seed": number})
        session.take({"kind": "play"})
        return threading.Thread(target=session.run)

    threads = [live(number) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert all(step >= number + 3 for number, step in enumerate(reached))
