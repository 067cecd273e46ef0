"""Which number of threads is taken follows from how long steps took."""

import pytest

from glassnet.training.team_size import TeamSize


def trained(one, of_step, n_wanted=160, chunks=1):
    """Chunks of steps that take `of_step[n_threads]`; the numbers of threads that made them."""
    taken = []
    for _ in range(chunks):
        n_threads, n_steps = one.next(n_wanted)
        taken.append(n_threads)
        one.note(n_threads, n_steps, n_steps * of_step[n_threads])
    return taken


def test_all_threads_begin_and_stay_where_they_are_faster():
    one = TeamSize(2)
    taken = trained(one, {1: 2e-4, 2: 1e-4}, chunks=1000)
    assert taken[:3] == [2, 2, 1]
    assert taken.count(1) == 7  # after 0.5, 1, 2, 4, 4, 4 s: the chunks take 16 s
    assert one.n_threads == 2


def test_one_thread_is_found_to_be_faster_and_kept():
    one = TeamSize(2)
    assert trained(one, {1: 1e-4, 2: 2e-4}, chunks=6) == [2, 2, 1, 2, 1, 1]
    assert one.n_threads == 1


def test_the_first_chunk_which_touches_new_memory_says_nothing():
    one = TeamSize(2)
    trained(one, {2: 1e-2}, n_wanted=1)
    assert trained(one, {1: 2e-4, 2: 1e-4}, chunks=3) == [2, 1, 2]


def test_only_a_small_part_of_a_chunk_is_a_trial():
    one = TeamSize(4)
    trained(one, {1: 1e-4, 4: 1e-4}, chunks=2)
    assert one.next(160) == (1, 10)
    assert one.next(3) == (1, 1)


def test_trials_of_long_steps_take_little_of_the_time():
    of_step = {1: 0.055, 2: 0.027}
    taken = trained(TeamSize(2), of_step, n_wanted=1, chunks=1000)
    lost = taken.count(1) * (of_step[1] - of_step[2])
    assert taken.count(1) >= 3
    assert lost < 0.02 * len(taken) * of_step[2]


def test_steps_that_suddenly_take_longer_are_answered_at_once():
    one = TeamSize(2)
    trained(one, {1: 2e-4, 2: 1e-4}, chunks=100)
    assert trained(one, {1: 2e-4, 2: 1e-2}, n_wanted=16, chunks=5) == [2, 1, 2, 1, 1]


def test_what_passes_by_changes_nothing():
    one, calm, disturbed = TeamSize(2), {1: 1.3e-4, 2: 1e-4}, {1: 1.3e-4, 2: 4e-3}
    trained(one, calm, chunks=10)
    assert trained(one, disturbed, chunks=1) == [2]
    assert trained(one, calm, chunks=6) == [1, 2, 1, 2, 2, 2]
    assert one.n_threads == 2


def test_when_the_others_are_gone_all_threads_work_again():
    one = TeamSize(2)
    trained(one, {1: 1e-4, 2: 1e-2}, chunks=6)
    assert one.n_threads == 1
    taken = trained(one, {1: 1e-4, 2: 6e-5}, chunks=400)
    assert taken[-1] == 2


@pytest.mark.parametrize("most", [1, 3])
def test_a_fixed_number_is_never_left(most):
    assert set(trained(TeamSize(most, fixed=True), {1: 1.0, 3: 1.0}, chunks=50)) == {most}


def test_a_chunk_that_is_mostly_the_start_of_threads_says_nothing():
    one = TeamSize(2)
    assert trained(one, {1: 1e-6, 2: 1e-6}, chunks=50) == [2] * 50
