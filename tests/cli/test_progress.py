"""Progress: the rate and the time left are those of all work since it began."""

import time

import pytest

from negotiation.cli import terminal


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand, in seconds."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def set_to(seconds):
        now[0] = 1000.0 + seconds

    return set_to


def test_two_blocks_that_end_together_say_little_of_the_pace(clock):
    """After four seconds 512 of 10,240 points are done, the second half of them at once: 128 a second, 76 seconds left."""
    pace = terminal._Pace()
    assert pace.at("points", 0, 10_240) == (0.0, None)
    clock(4)
    pace.at("points", 256, 10_240)
    assert pace.at("points", 512, 10_240) == (128.0, 76.0)


def test_what_was_done_before_does_not_count(clock):
    pace = terminal._Pace()
    pace.at("points", 9_000, 10_000)
    clock(10)
    assert pace.at("points", 9_100, 10_000) == (10.0, 90.0)
    assert pace.at("stretches", 3, None) == (0.0, None)


def test_where_no_terminal_is_a_line_is_told_now_and_then(clock, capsys):
    with terminal.progress(logged=True) as tell:
        for seconds in range(100):
            clock(seconds)
            tell("points", 5 * seconds, 1000)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "points: 150 of 1,000, 5 a second, 170 seconds left",
        "points: 300 of 1,000, 5 a second, 140 seconds left",
        "points: 450 of 1,000, 5 a second, 110 seconds left",
    ]


def test_quiet_is_quiet(clock, capsys):
    with terminal.progress(quiet=True, logged=True) as tell:
        clock(1000)
        tell("points", 5, 10)
    assert capsys.readouterr().err == ""
