"""Helpers do chunk after chunk, end when none follows, and leave nothing behind."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from glassnet.kernels import crew
from glassnet.kernels.crew import together
from glassnet.kernels.threads import meet
from thread_starts import NO_THREAD, failing_with, none_left

HELPER = "glassnet-crew"


def work(n_threads):
    """The threads that did a chunk, each of which waited for all."""
    taken = {}

    def loop(team, me):
        taken[me] = threading.get_ident()
        return meet(team, me)

    assert together(loop, (), n_threads)
    return taken


@pytest.fixture(autouse=True)
def nobody_at_rest():
    assert none_left(HELPER)
    crew._at_rest.clear()
    yield
    assert none_left(HELPER)


@pytest.mark.parametrize("n_threads", [1, 2, 3, 5])
def test_each_number_is_taken_by_a_thread_of_its_own(n_threads):
    for _ in range(5):
        taken = work(n_threads)
        assert sorted(taken) == list(range(n_threads))
        assert len(set(taken.values())) == n_threads
        assert taken[0] == threading.get_ident()


def test_the_chunk_that_follows_finds_the_same_thread(monkeypatch):
    over = threading.Event()

    def listen(bell, heard):
        while bell[0] == heard and not over.is_set():
            time.sleep(0)  # other threads of Python get their turn

    monkeypatch.setattr(crew, "listen", listen)
    try:
        first = work(2)
        assert work(2) == first
        assert [work(3)[1], len(crew._at_rest)] == [first[1], 2]
    finally:
        over.set()


def test_helpers_that_ended_are_started_anew():
    for _ in range(3):
        work(3)
        assert none_left(HELPER)
    assert len(crew._at_rest) == 2


def test_chunk_after_chunk_none_is_lost():
    for k in range(300):
        assert len(work(2 + k % 3)) == 2 + k % 3
        if k % 7 == 0:
            time.sleep(0.0005)  # about when a helper ends


def test_callers_at_once_have_helpers_of_their_own():
    with ThreadPoolExecutor(4) as pool:
        for taken in pool.map(work, [2, 3] * 50):
            assert len(set(taken.values())) == len(taken)


def test_arrays_are_not_kept():
    work(2)
    assert none_left(HELPER)
    assert [helper._task for helper in crew._at_rest] == [None]


def test_where_no_thread_is_left_the_caller_works_alone(monkeypatch):
    with failing_with(NO_THREAD, monkeypatch):
        assert list(work(2)) == list(work(3)) == [0]
    assert len(work(3)) == 3


def test_where_only_some_can_be_had_they_are_sent_home(monkeypatch):
    with failing_with(NO_THREAD, monkeypatch, n_before=1):
        alone = []
        assert together(lambda team, me: meet(team, me) and not alone.append(team.n_threads), (), 3)
        assert alone == [1]
    assert none_left(HELPER)
    assert len(work(3)) == 3


def test_an_interrupt_leaves_nobody_waiting(monkeypatch):
    with failing_with(KeyboardInterrupt(), monkeypatch), pytest.raises(KeyboardInterrupt):
        work(2)
    assert len(work(2)) == 2


def test_an_interrupt_before_the_first_meeting_leaves_nobody_waiting():
    """As when Ctrl-C is pressed while the caller compiles the loop, for which the helper waits."""

    def loop(team, me):
        if me == 0:
            raise KeyboardInterrupt
        meet(team, me)

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            together(loop, (), 2)
        assert none_left(HELPER)
    assert len(work(2)) == 2


def test_an_error_in_the_loop_reaches_the_caller_and_the_helper_works_on():
    def loop(team, me):
        meet(team, me)
        if me == 0:
            raise ValueError("from the loop")

    for _ in range(3):
        with pytest.raises(ValueError, match="from the loop"):
            together(loop, (), 2)
    assert len(work(2)) == 2


FORK = """
import os, warnings
from glassnet.kernels import crew
from glassnet.kernels.threads import meet

warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, of forks beside threads
codes = []
for _ in range(20):
    assert crew.together(meet, (), 2)  # its helper is awake
    child = os.fork()
    if child == 0:
        fine = not crew._at_rest and crew.together(meet, (), 2)
        os._exit(0 if fine else 1)
    assert crew.together(meet, (), 2)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(codes == [0] * 20)
"""


def test_a_process_that_was_forked_off_has_helpers_of_its_own(run_python):
    if hasattr(os, "fork"):
        assert run_python(FORK).strip() == "True"
