import numpy as np

from glassnet.network import Network
from glassnet.web import preview
from glassnet.web.parcels import read_parcel
from live_session import Live
from parcels import packed


def test_every_frame_holds_the_mark_of_what_was_done():
    live = Live()
    live.session.take({"kind": "example", "example": 1})
    live.session.take({"kind": "mark", "mark": 4})
    live.session.take({"kind": "example", "example": 2})
    live.session.work()
    frame = live.last("frame")
    assert (frame["mark"], frame["example"]) == (4, 2)
    live.ready()
    assert live.say("mark", mark=5)["mark"] == 5


def test_hidden_neurons_are_shown_by_number_and_stay_until_others_are_asked_for():
    live = Live("digits")
    strongest = live.say("show", inside="values")["layers"][1]["neurons"]
    hidden = sorted(set(range(32)) - set(strongest))[:3]
    frame = live.say("reveal", layer=1, neurons=hidden)
    assert frame["layers"][1]["neurons"] == hidden
    trace = live.session.bench.scene().trace
    np.testing.assert_array_equal(frame["layers"][1]["outputs"], trace.outputs(1)[0, hidden])
    assert {wire[1] for wire in frame["layers"][1]["wires"]} <= set(hidden)
    assert {wire[0] for wire in frame["layers"][2]["wires"]} <= {*hidden, None}
    assert live.say("example", example=5)["layers"][1]["neurons"] == hidden
    assert len(live.say("reveal", layer=1, neurons=None)["layers"][1]["neurons"]) == 12


def test_neurons_that_are_not_there_are_refused_and_a_smaller_layer_forgets_them():
    live = Live("digits")
    before = live.say("show", inside="values")["layers"][1]["neurons"]
    for layer, neurons, message in [
        (1, [32], "layer 1 has neurons 0 to 31"),
        (9, [0], "the network has layers 0 to 3"),
        (1, list(range(25)), "at most 24 of a layer"),
    ]:
        frame = live.say("reveal", layer=layer, neurons=neurons)
        assert message in live.last("error")["text"]
        assert frame["layers"][1]["neurons"] == before
    live.say("reveal", layer=1, neurons=[31])
    narrow = [{"neurons": 8, "activation": "relu"}, {"neurons": 16, "activation": "relu"}]
    assert live.say("change", layers=narrow)["layers"][1]["neurons"] == list(range(8))


def test_a_cut_connection_stays_cut_while_training_and_stands_in_the_recipe():
    live = Live("from-scratch")
    live.say("cut", wires=[[1, 0, 3], [2, 1, 2]])
    network = live.session.teacher.network
    assert network.weights(1)[3, 0] == network.weights(2)[2, 1] == 0
    live.say("step")
    assert network.weights(1)[3, 0] == 0 != network.weights(1)[2, 0]
    structure = live.last("structure")
    assert structure["cut"] == [[1, 0, 3], [2, 1, 2]]
    assert structure["recipe"][1:] == [{"kind": "cut", "wires": [[1, 0, 3], [2, 1, 2]]}]
    kept = live.session.teacher.network.parameters.copy()
    live.say("cut", wires=[])
    assert live.last("structure")["cut"] == []
    np.testing.assert_array_equal(live.session.teacher.network.parameters, kept)
    live.say("cut", wires=[[1, 9, 0]])
    assert "neuron 9" in live.last("error")["text"]


def test_snapped_weights_are_plain_and_the_moment_before_is_one_back():
    live = Live("story-trained")
    before = live.session.teacher.network.parameters.copy()
    frame = live.say("snap")
    assert set(np.unique(live.session.teacher.network.parameters)) == {-1, 0, 1}
    assert "now: 8 of 8 right" in live.last("notice")["text"]
    live.say("scrub", moment=frame["training"]["moment"] - 1)
    np.testing.assert_array_equal(live.session.teacher.network.parameters, before)


def test_a_schedule_lowers_the_rate_and_ends_the_run_where_it_ends():
    live = Live("from-scratch")
    live.say("speed", steps=None)
    assert live.say("change", schedule="cosine", epochs=50)["training"]["rate"] == 0.01
    live.say("play")
    frame = live.train_until(lambda frame: not frame["training"]["playing"])
    assert frame["training"]["epoch"] == 50
    assert frame["training"]["rate"] < 1e-4
    assert "The schedule ends here, at epoch 50" in live.last("notice")["text"]
    live.say("change", schedule="constant")
    live.say("step")
    assert live.train_until(lambda frame: frame["training"]["epoch"] == 51)


def test_a_schedule_begins_with_an_end_not_far_away_and_clipping_of_0_is_none():
    live = Live("digits")
    live.say("change", schedule="cosine", clip=0.5, l1=0.001)
    settings = live.last("structure")["settings"]
    assert (settings["epochs"], settings["clip"], settings["l1"]) == (30, 0.5, 0.001)
    live.say("change", clip=0)
    assert live.session.teacher.training.settings.clip is None


def test_after_an_epoch_what_was_held_out_is_measured_then():
    live = Live("digits")
    live.say("epoch")
    frame = live.train_until(lambda frame: frame["training"]["epoch"] == 1)
    held_out = live.session.teacher.training.held_out.data
    now = live.session.teacher.network.evaluate(held_out)
    assert frame["training"]["held_out"]["epoch"] == 1
    assert frame["training"]["held_out"]["accuracy"] == now.accuracy


def test_plain_python_says_what_the_compiled_loops_say():
    network = Network([4, 5, 3], ["tanh", "softmax"], seed=2)
    inputs = np.array([[0.5, 0, 0.75, -0.75], [1, -1, 1, 1]])
    plain, compiled = preview.plain_trace(network, inputs), network.run(inputs)
    for layer in (1, 2):
        np.testing.assert_allclose(plain.weighted_sums(layer), compiled.weighted_sums(layer), atol=1e-15)
        np.testing.assert_allclose(plain.outputs(layer), compiled.outputs(layer), atol=1e-15)


def test_the_first_picture_needs_no_compiler(monkeypatch):
    monkeypatch.setattr("glassnet.web.session.worth_a_preview", lambda _network: True)
    live = Live()
    early = live.last("frame")
    assert (early["mark"], early["answer"], early["training"]["learned"]) == (-1, None, None)
    live.ready()
    live.session.work()
    assert early["layers"] == live.last("frame")["layers"]
    assert live.last("frame")["answer"]["category"] == "diagonal"


def test_a_table_is_read_with_another_target_or_with_what_is_missing_filled():
    live = Live()
    table = b"length,width,kind\n1,2,a\n3,,b\n5,1,a\n2,2,b\n"
    live.session.take(read_parcel(packed("table", "flowers.csv", table)))
    live.session.work()
    said = live.last("table")
    assert (said["columns"], "line 3" in said["failed"]) == (["length", "width", "kind"], True)
    live.say("reread", missing="fill")
    assert live.last("structure")["outputs"] == ["a", "b"]
    live.say("reread", target="length", missing="fill")
    assert live.last("structure")["categories"] is None
    assert live.last("table")["target"] == "length"
    live.say("reread", target="weight", missing="fill")
    assert "no column 'weight'" in live.last("error")["text"]
    assert live.last("structure")["categories"] is None
