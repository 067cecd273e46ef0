import csv
import json

import numpy as np
import pytest

from command_line import contents
from glassnet import Network
from glassnet.errors import DataError, PathError
from glassnet.network.model_file import read_header
from glassnet.training import Plan, RunFolder, Settings, Training, carry_out

PLAN = Plan(source="four-pixel", held_out=0.5, layers=(5,), settings=Settings(epochs=20))


def trained(plan=PLAN, **settings):
    network, data, held_out = plan.prepare()
    training = Training(network, data, held_out, plan.settings)
    return training, carry_out(training, **settings)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "deep" / "run"


def test_a_finished_run_is_four_files(folder):
    training, history = trained()
    with RunFolder(folder) as run:
        run.begin(PLAN)
        assert not run.finished
        run.finish(training.network, PLAN, history)
        assert run.finished
    assert sorted(contents(folder)) == ["history.csv", "model.safetensors", "plan.json", "statistics.csv"]
    assert Plan.from_json(json.loads((folder / "plan.json").read_text())) == PLAN
    assert np.array_equal(Network.load(folder / "model.safetensors").parameters, training.network.parameters)
    rows = list(csv.DictReader((folder / "history.csv").read_text().splitlines()))
    assert [int(row["epoch"]) for row in rows] == list(range(21))
    assert [float(row["loss_on_the_way"]) for row in rows[1:]] == history.losses
    assert [float(row["held_out_loss"]) for row in rows] == [moment.loss for moment in history.moments]


def test_the_model_says_how_it_was_trained(folder):
    training, history = trained()
    with RunFolder(folder) as run:
        run.finish(training.network, PLAN, history)
    assert read_header(folder / "model.safetensors")["training"] == {
        "plan": PLAN.to_json(),
        "stopped": "finished",
        "epochs": 20,
        "kept_epoch": 20,
        "held_out": True,
        "loss": history.moments[-1].loss,
        "accuracy": history.moments[-1].accuracy,
        "n_starts": 1,
        "n_succeeded": history.n_succeeded,
        "not_finite": None,
    }


def test_a_stopped_run_keeps_its_state_and_the_end_removes_it(folder):
    plan = Plan(source="four-pixel", held_out=0, settings=Settings(epochs=200_000))
    with RunFolder(folder) as run:
        run.begin(plan)
        training, history = trained(plan, checkpoint=run.save_state, time_limit=1e-9)
        run.finish(training.network, plan, history)
        assert run.state.exists()
        assert not run.finished
        again = Training(*plan.prepare(), plan.settings)
        assert run.restore(again)
        assert again.run.step == training.run.step
        history.stopped = "finished"
        run.finish(training.network, plan, history)
        assert run.finished


def test_without_a_state_there_is_nothing_to_restore(folder):
    with RunFolder(folder) as run:
        run.begin(PLAN)
        assert not run.restore(Training(*PLAN.prepare(), PLAN.settings))


def test_a_used_folder_is_refused_and_replaced_on_request(folder):
    training, history = trained()
    with RunFolder(folder) as run:
        run.begin(PLAN)
        run.finish(training.network, PLAN, history)
        (folder / "notes.txt").write_text("mine")
        before = contents(folder)
        with pytest.raises(PathError) as caught:
            run.begin(PLAN)
        assert "already holds a run (model.safetensors, plan.json, history.csv, statistics.csv)" in str(
            caught.value
        )
        assert contents(folder) == before
        run.begin(PLAN, overwrite=True)
        assert sorted(contents(folder)) == ["notes.txt", "plan.json", "run.lock"]


def test_a_folder_without_a_run_cannot_be_gone_on_with(tmp_path):
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(PathError, match="there is no run to go on with"):
            RunFolder(path, new=False)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"source": "digits"}', "\ud800", "[" * 100_000])
def test_a_damaged_plan_is_named(tmp_path, text):
    (tmp_path / "plan.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with RunFolder(tmp_path, new=False) as run, pytest.raises(DataError) as caught:
        run.read_plan()
    assert str(caught.value).startswith(f"{tmp_path / 'plan.json'}: ")


def test_a_place_where_no_folder_can_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "run", "no\0name"):
        with pytest.raises(PathError, match="cannot be used as a run folder"):
            RunFolder(path)
