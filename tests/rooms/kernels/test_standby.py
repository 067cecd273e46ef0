"""Helpers that look out for the next prediction: nothing hangs on them, and they leave nobody busy."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from glassnet import Network
from glassnet.kernels import standby
from glassnet.kernels.standby import CALLER, listen, ring, stay, with_helpers, with_staying_helpers
from glassnet.kernels.threads import claim, finish, offer, wait_for_parts
from glassnet.network import running
from thread_starts import NO_THREAD, alive, failing_with, none_left

N_PARTS = 40


HELPER = "glassnet-helper"
PATIENT = threading.Event()
"""While it is set helpers listen on, however long the next work takes to come."""


@pytest.fixture(autouse=True)
def alone_at_first():
    assert none_left(HELPER)
    standby._forget()
    yield
    assert none_left(HELPER)


@pytest.fixture
def patient(monkeypatch):
    """However busy the machine is, the next work comes soon, and finds all helpers."""
    monkeypatch.setattr(standby, "_SOON", 3600)
    PATIENT.set()
    yield
    PATIENT.clear()


def loop(taken, meeting, team, bell, heard):
    """A loop in Python; with a meeting, nobody goes on from his first part before all are there."""
    if heard == CALLER:
        ring(bell)
    while (part := claim(team)) < N_PARTS:
        first = threading.get_ident() not in {who for _, who in taken}
        taken.append((part, threading.get_ident()))
        if meeting is not None and first:
            meeting.wait(30)
        time.sleep(0)  # other threads of Python get their turn
        finish(team)
    wait_for_parts(team, N_PARTS)
    if heard == CALLER:
        return 7
    while (rung := listen(bell, heard)) < 0 and PATIENT.is_set():
        pass
    return rung


def work(n_threads, *, meet=False, worth_starting=True):
    """Have it done; return how many worked, when each part was done once."""
    taken, meeting = [], threading.Barrier(n_threads) if meet else None
    assert with_helpers(loop, (taken, meeting), n_threads, worth_starting=worth_starting) == 7
    assert sorted(part for part, _ in taken) == list(range(N_PARTS))
    return len({who for _, who in taken})


@pytest.mark.parametrize("n_threads", [1, 2, 3, 5])
@pytest.mark.usefixtures("patient")
def test_all_threads_take_part(n_threads):
    for _ in range(5):
        assert work(n_threads, meet=True) == n_threads


@pytest.mark.usefixtures("patient")
def test_who_calls_soon_finds_the_same_helpers():
    work(3)
    first = standby._standby.helpers
    work(3)
    assert standby._standby.helpers is first
    work(2)  # another number of them
    assert standby._standby.helpers is not first


def test_helpers_that_ended_are_started_anew():
    for _ in range(3):
        assert work(2, meet=True) == 2
        assert none_left(HELPER)


def test_short_work_gets_helpers_when_it_comes_often(monkeypatch):
    monkeypatch.setattr(standby, "_SOON", 3600)
    standby._standby.last = -7200.0
    for _ in range(standby._OFTEN):
        assert work(2, worth_starting=False) == 1
        assert not alive(HELPER)
    assert work(2, meet=True, worth_starting=False) == 2


def test_a_task_is_not_kept():
    work(2)
    assert standby._standby.helpers.task is None


def row_by_row(taken, _, __, team, bell, heard):
    """A loop whose helpers stay."""
    result = heard
    while result == heard:
        if heard == CALLER:
            offer(team)
        while (part := claim(team)) < N_PARTS:
            taken.append(part)
            time.sleep(0)
            finish(team)
        if heard == CALLER:
            wait_for_parts(team, N_PARTS)
            return 7
        result = stay(team, N_PARTS, bell, heard)
    return result


@pytest.mark.parametrize("n_threads", [1, 2, 3, 5])
def test_helpers_stay_from_call_to_call(monkeypatch, n_threads):
    monkeypatch.setattr(standby, "_OFTEN", 0)
    one, other = [], []
    for taken in [one] * 20 + [one, other] * 20:
        taken.clear()
        assert with_staying_helpers(row_by_row, (taken,), (None,), lambda: (None, n_threads)) == 7
        assert sorted(taken) == list(range(N_PARTS))
    assert not standby._standby.place.locked()
    assert none_left(HELPER)
    assert standby._standby.helpers is None or standby._standby.helpers.task is None


def test_two_callers_at_once():
    with ThreadPoolExecutor(4) as pool:
        assert all(n_workers in (1, 2) for n_workers in pool.map(work, [2] * 40))
    assert not standby._standby.place.locked()


def test_where_no_thread_is_left_the_caller_works_alone(monkeypatch):
    with failing_with(NO_THREAD, monkeypatch):
        assert work(2) == work(3) == 1


def test_an_interrupt_leaves_the_place_free(monkeypatch):
    with failing_with(KeyboardInterrupt(), monkeypatch), pytest.raises(KeyboardInterrupt):
        work(2)
    assert not standby._standby.place.locked()
    assert work(2, meet=True) == 2


def test_nobody_is_busy_while_nothing_is_asked():
    work(2)
    before = time.process_time()
    time.sleep(0.3)  # in which nothing is asked: helpers that went on looking would take all of it
    assert time.process_time() - before < 0.1


def test_predictions_at_once_give_the_same_bits(monkeypatch):
    monkeypatch.setattr(running, "processors", lambda: 2)
    network = Network([40, 300, 10], dtype="float32", seed=1)
    inputs = np.random.default_rng(0).normal(size=(1500, 40)).astype(np.float32)
    wanted = network.predict(inputs).tobytes()
    with ThreadPoolExecutor(3) as pool:
        assert {answer.tobytes() for answer in pool.map(network.predict, [inputs] * 60)} == {wanted}


PROCESS = """
import os, sys, threading
import numpy as np
from glassnet import Network
from glassnet.network import running

running.processors = lambda: 2
network = Network([40, 300, 10], dtype="float32", seed=1)
inputs = np.random.default_rng(0).normal(size=(1500, 40)).astype(np.float32)
wanted = network.predict(inputs).tobytes()
"""

FORK = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, of forks beside threads
codes = []
for _ in range(20):
    network.predict(inputs)  # its helper is awake
    child = os.fork()
    if child == 0:
        same = all(network.predict(inputs).tobytes() == wanted for _ in range(3))
        os._exit(0 if same else 1)
    same = network.predict(inputs).tobytes() == wanted
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) + (not same))
assert codes == [0] * 20, codes
"""

EXIT = """
running_on = threading.Thread(target=lambda: [network.predict(inputs) for _ in range(10**6)], daemon=True)
running_on.start()
network.predict(inputs)
"""


@pytest.mark.parametrize("then", ["", "network.predict(inputs)", EXIT, FORK])
def test_processes_end_and_fork(then):
    if then is FORK and not hasattr(__import__("os"), "fork"):
        return
    done = subprocess.run([sys.executable, "-c", PROCESS + then], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
