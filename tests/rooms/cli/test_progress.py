import io

import pytest
from rich.console import Console

from glassnet.cli import progress as room
from glassnet.training import ManyProgress, Moment, Progress


def at(start=1, epoch=3, n_starts=1, loss=0.25, **changes):
    values = {
        "start": start,
        "n_starts": n_starts,
        "epoch": epoch,
        "epochs": 20,
        "loss": loss,
        "moment": Moment(epoch, 0.5, 30, 0.75),
        "held_out": True,
        "n_succeeded": start - 1,
        "examples_per_second": 1234567.0,
        "seconds": 1.0,
        "seconds_left": 3723.0,
    }
    return Progress(**{**values, **changes})


@pytest.fixture
def terminal(monkeypatch):
    """Text that a terminal of 80 columns is sent."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=80, height=24, highlight=False)
    monkeypatch.setattr(room, "Console", lambda **_: console)
    monkeypatch.setenv("TERM", "xterm-256color")
    return text


def test_a_terminal_shows_bar_numbers_speed_and_time_left(terminal):
    with room.progress_shown() as show:
        show(at())
    text = terminal.getvalue()
    assert "\x1b[" in text
    for part in ("epoch 3 of 20", "━", "1:02:03 left", "loss 0.25, held-out loss 0.5, 75.00% right"):
        assert part in text
    assert "1,234,567 examples/s" in text


def test_a_terminal_shows_which_start(terminal):
    with room.progress_shown() as show:
        show(at(start=2, n_starts=3))
    assert "start 2 of 3 (1 succeeded), epoch 3 of 20" in terminal.getvalue()


@pytest.mark.parametrize("loss", [None, 0.123456])
def test_no_line_is_wider_than_the_terminal(loss):
    text = io.StringIO()
    console = Console(file=text, width=80, color_system=None)
    progress = at(start=12, n_starts=20, loss=loss, epoch=10)
    console.print(room._picture(progress))
    lines = text.getvalue().splitlines()
    assert len(lines) == 2
    assert max(map(len, lines)) <= 80


def test_elsewhere_it_is_a_line_for_each_tenth(capsys):
    with room.progress_shown() as show:
        for epoch in range(21):
            show(at(epoch=epoch))
            show(at(epoch=epoch))
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"epoch {epoch} of 20" for epoch in range(2, 21, 2)]
    assert "\x1b" not in captured.err


def test_numbers_have_no_share_of_right_answers(capsys):
    with room.progress_shown() as show:
        show(at(epoch=20, moment=Moment(20, 0.5, None, None)))
        show(at(epoch=20, moment=Moment(20, 0.5, None, None), held_out=False))
    assert capsys.readouterr().err == "epoch 20 of 20: loss 0.25, held-out loss 0.5\n"


def test_many_networks_are_counted(terminal):
    with room.progress_shown() as show:
        show(ManyProgress(n_trained=1234, n_networks=2400, share=0.5, seconds=2.0, seconds_left=3723.0))
    text = terminal.getvalue()
    for part in ("1,234 of 2,400 networks trained", "━", "1:02:03 left", "50% of the work, 617 networks/s"):
        assert part in text


def test_many_networks_in_plain_lines(capsys):
    with room.progress_shown() as show:
        for n in range(101):
            show(ManyProgress(n, 100, n / 100, 1.0, 1.0))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == room.PLAIN_LINES
    assert lines[0] == "10 of 100 networks trained: 10% of the work"
