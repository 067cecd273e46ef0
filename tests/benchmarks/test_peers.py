"""glassnet and NumPy measure the same thing, and the harness notices a peer that doesn't."""

import math

import numpy as np
import pytest
from benchmarks.cases import CASES, CHECK_EPOCHS, Case, find
from benchmarks.driving import Job, Peer, environment, measure
from benchmarks.memory import needed
from benchmarks.peers import glassnet_, numpy_

from benchmarks import driving, groups
from glassnet.kernels.products import PANEL_ROWS
from glassnet.kernels.registers import PANEL_BYTES


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("case", CASES[:4], ids=lambda case: case.name)
def test_the_losses_of_glassnet_are_those_of_numpy(case, optimizer):
    ours = glassnet_.epoch_losses(case, optimizer)
    theirs = numpy_.epoch_losses(case, optimizer, np.float64)
    assert ours == pytest.approx(theirs, rel=1e-4)
    assert len(ours) == CHECK_EPOCHS
    # The check is worth something only where training changes the loss by more than it tolerates.
    assert abs(ours[-1] - ours[0]) > 0.004 * ours[0]


@pytest.mark.parametrize("n_rows", [1, 1000])
def test_the_predictions_of_glassnet_are_those_of_numpy(n_rows):
    for case in CASES[:4]:
        ours, theirs = (peer.predictor(case, n_rows, 1).check() for peer in (glassnet_, numpy_))
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-6)


def test_a_run_that_breaks_off_is_no_measurement():
    case = find("4-4-4-8-4/16")
    data = glassnet_.dataset(*case.data(), 4)
    run = glassnet_.begin(glassnet_.build(case), data, 0, batch=16, optimizer="sgd", learning_rate=1e30)
    with pytest.raises(RuntimeError, match="the run ended"):
        glassnet_.advance(run, 1000)


def test_threads_are_pinned_only_where_a_function_takes_them():
    assert glassnet_.pinned(lambda threads: threads, 2) == {"threads": 2}
    assert glassnet_.pinned(lambda threads: threads, 0) == {}
    assert glassnet_.pinned(lambda *changes: changes, 2) == {}


def test_many_networks_each_begin_with_weights_of_their_own():
    case = find("4-4-4-8-4/8")
    first, second = glassnet_.build(case, 0), glassnet_.build(case, 1)
    assert not np.array_equal(first.parameters, second.parameters)
    np.testing.assert_array_equal(first.weights(2), case.weights(0)[1][0])


def test_a_step_has_the_operations_of_its_matrix_products():
    # 2x3 forward and for the gradient, 3x1 forward, gradient and back: (2 + 2 + ...) products of 5 rows.
    assert Case((2, 3, 1), 5, 10).step_flops == 2 * 5 * (2 * 6 + 3 * 3)


def test_memory_needed_is_counted_by_hand():
    # 6 + 3 weights and 3 + 1 biases: gradient and best network; 4 neurons and 1 output in 5 rows
    # of a batch, in the 20 that are measured, and in the 128 of a look, with another gradient; a copy of
    # 20 rows; places of a batch and of what is measured; a panel for training, measuring and looking.
    passes, data = 5 * (3 * 4 + 1 + 3) + 20 * (2 * 4 + 1 + 3), 20 * (2 + 1 + 1)
    looks = 128 * (2 + 1) + 13 + 128 * (4 * 4 + 1 + 3)
    rest = 8 * (5 + 20) + 3 * PANEL_ROWS * PANEL_BYTES
    assert needed(Case((2, 3, 1), 5, 10), "sgd") == 4 * (13 * 2 + passes + data + looks) + rest
    assert needed(Case((2, 3, 1), 5, 10), "adam") == 4 * (13 * 4 + passes + data + looks) + rest


def test_all_jobs_can_be_named_and_found():
    for group in groups.GROUPS:
        jobs = groups.jobs(group)
        assert len({job.name for job in jobs}) == len(jobs)
        assert groups.peers(group)[0].name == "glassnet"
        keys = [peer.key for peer in groups.peers(group)]
        assert len(set(keys)) == len(keys)
    assert [job.name for job in groups.jobs("training", ["64-32-10"])] == [
        "64-32-10/32 sgd",
        "64-32-10/32 adam",
    ]
    assert {peer.name for peer in groups.peers("training", ["JAX"])} == {"glassnet", "JAX"}


def test_measured_processes_know_no_settings_for_old_libraries(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert "OPENBLAS_CORETYPE" not in environment(2)
    assert environment(2)["OMP_NUM_THREADS"] == "2"
    assert "OMP_NUM_THREADS" not in environment()


def test_a_small_difference_passes_and_a_wrong_update_does_not():
    compared = driving._compared
    assert "error" not in compared([2.5, 0.1], [2.5, 0.1001])
    assert compared([2.5, 0.1], [2.5, 0.11])["error"].startswith("it computes something else")
    assert "error" in compared([2.5, math.nan], [2.5, 0.1])
    assert compared([], [2.5]) == {}


def test_peers_take_turns_and_who_computes_something_else_is_not_timed(tmp_path, monkeypatch):
    # A peer whose loss is another, put beside the real ones.
    (tmp_path / "wrong_peer.py").write_text(
        "from benchmarks.peers import Work\n"
        "def trainer(case, optimizer, threads):\n"
        "    return Work(lambda: None, 1, lambda: [1.0, 2.0, 3.0])\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    peers = [
        Peer("glassnet", "benchmarks.peers.glassnet_", 0),
        Peer("NumPy", "benchmarks.peers.numpy_", 1),
        Peer("wrong", "wrong_peer", 1),
        Peer("none", "none_such", 1),
    ]
    job = Job("4-4-4-8-4/16", "trainer", {"case": "4-4-4-8-4/16", "optimizer": "sgd"}, {"batch": 16})
    ((name, found),) = measure([job], peers, rounds=2, seconds=0.005)
    assert name == job.name
    assert found["batch"] == 16
    for key in ("glassnet@auto", "NumPy@1"):
        assert len(found["peers"][key]["rounds"]) == 2
        assert all(0 < seconds < 1 and math.isfinite(seconds) for seconds in found["peers"][key]["rounds"])
    assert "ModuleNotFoundError" in found["peers"]["none@1"]["error"]
    wrong = found["peers"]["wrong@1"]
    assert "something else" in wrong["error"]
    assert "rounds" not in wrong
