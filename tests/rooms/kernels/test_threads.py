"""A team of threads that is called back ends with the step it is at, all of it at once."""

import time

import pytest

from glassnet.kernels import threads
from glassnet.kernels.threads import Team, at_end, call_back, claim, hear_call, together


def test_a_team_that_is_not_called_back_never_ends():
    team = Team.of(2)
    for step in (1, 2, 3):
        hear_call(team, 0, step)
        assert not at_end(team, step)


def test_the_first_thread_hears_the_call_for_all_and_once():
    team = Team.of(3)
    call_back(team)
    hear_call(team, 1, 4)
    assert not at_end(team, 4)
    hear_call(team, 0, 5)
    hear_call(team, 0, 6)
    assert [at_end(team, step) for step in (4, 5, 6)] == [False, True, False]


@pytest.mark.parametrize("n_threads", [2, 5])
def test_whoever_takes_too_long_is_called_back(n_threads):
    homes = []

    def loop(limit, team, me):
        began = time.perf_counter()
        while team.board[threads._CALLED_BACK] == 0 and time.perf_counter() - began < limit:
            time.sleep(0.001)
        homes.append(team.board[threads._CALLED_BACK] == 1)
        return me

    assert together(loop, (60,), n_threads, 0.01) == 0
    assert homes == [True] * n_threads


def test_a_watch_is_over_with_its_team():
    called = []

    def loop(team, me):
        called.append(team)

    together(loop, (), 2, 60.0)
    assert len(called) == 2
    assert all(team.board[threads._CALLED_BACK] == 0 for team in called)


def take_all(team, _, taken):
    while (part := claim(team)) < 1000:
        taken.append(part)


@pytest.mark.parametrize("n_threads", [1, 2, 3, 5])
def test_no_part_is_claimed_twice_and_none_is_left_out(n_threads):
    taken = []
    together(lambda team, me: take_all(team, me, taken), (), n_threads)
    assert sorted(taken) == list(range(1000))


def test_where_no_thread_is_left_the_caller_claims_all(monkeypatch):
    def no_thread(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threads.threading.Thread, "start", no_thread)
    taken = []
    together(lambda team, me: take_all(team, me, taken), (), 2)
    assert taken == list(range(1000))
