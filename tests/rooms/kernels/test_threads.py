"""Threads of a team share out work, and all end with the same step when their time is over."""

import pytest

from glassnet.kernels.crew import together
from glassnet.kernels.threads import Team, at_end, claim, end_in_time, meet


def test_a_team_that_has_time_never_ends():
    for team in (Team.of(2), Team.of(2, patience=60.0)):
        for step in (1, 2, 3):
            end_in_time(team, 0, step)
            assert not at_end(team, step)


def test_the_first_thread_sees_for_all_that_time_is_over_and_once():
    team = Team.of(3, patience=-1.0)
    end_in_time(team, 1, 4)
    assert not at_end(team, 4)
    end_in_time(team, 0, 5)
    end_in_time(team, 0, 6)
    assert [at_end(team, step) for step in (4, 5, 6)] == [False, True, False]


@pytest.mark.parametrize("n_threads", [2, 5])
def test_whoever_takes_too_long_ends_with_the_same_step(n_threads):
    ends = []

    def loop(n_steps, team, me):
        for step in range(1, n_steps):
            end_in_time(team, me, step)
            meet(team, me)
            if at_end(team, step):
                ends.append(step)
                meet(team, me)
                return me
            meet(team, me)
        return -1

    assert together(loop, (10_000_000,), n_threads, 0.01) == 0
    assert len(ends) == n_threads
    assert len(set(ends)) == 1


def take_all(team, me, taken):
    while (part := claim(team)) < 1000:
        taken.append(part)
    meet(team, me)


@pytest.mark.parametrize("n_threads", [1, 2, 3, 5])
def test_no_part_is_claimed_twice_and_none_is_left_out(n_threads):
    taken = []
    together(lambda team, me: take_all(team, me, taken), (), n_threads)
    assert sorted(taken) == list(range(1000))
