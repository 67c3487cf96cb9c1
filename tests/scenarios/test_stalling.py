"""The staller's effect (a reply that is long in coming): thresholds of the closed form, and what a deadline does."""

import math

import pytest
from shipped import scenario

from negotiation.engines import events
from negotiation.play import match

SCENARIO = scenario("stalling")

#: R_X, o, chi, delta, and the longest time of the reply: log((o + z) / (R_X + z)) / log(delta) with z = chi / (1 - delta).
THRESHOLDS = [(3.4, 1, 0.1, 0.95, 11.459328), (2.2, 0, 0.1, 0.95, 14.464607), (2.2, 0, 0.5, 0.9, 3.460909)]


def worth(variant=None, **settings):
    """What the ultimatum comes to be worth to the challenger in a simulation."""
    return events.run(match(SCENARIO, variant, settings=settings, replications=1)).payoffs[0, 0]


@pytest.mark.parametrize(("R_X", "o", "chi", "delta", "longest"), THRESHOLDS)
def test_the_pretext_beats_the_alternative_exactly_until_the_threshold(R_X, o, chi, delta, longest):
    settings = {"R_X": R_X, "o": o, "chi": chi, "delta": delta}
    assert worth(**settings, reply=longest) == pytest.approx(o, abs=1e-6)
    assert worth(**settings, reply=longest - 1e-4) > o > worth(**settings, reply=longest + 1e-4)
    assert float(SCENARIO.definitions_at(SCENARIO.values(**settings))["longest"]) == pytest.approx(longest, abs=5e-7)


@pytest.mark.parametrize("weeks", [1, 2, 7])
def test_whole_weeks_cost_what_the_sum_says(weeks):
    """Week by week: chi at the beginning of each, discounted; then the payoff."""
    expected = 2.2 * 0.95**weeks - sum(0.1 * 0.95**week for week in range(weeks))
    assert worth(reply=weeks) == pytest.approx(expected, abs=1e-12)


def test_stalling_kills_the_pretext_and_a_deadline_saves_it():
    alternative = 0
    assert worth("answered at once") == 2.2
    assert worth("stalled") < alternative < worth("stalled against a deadline")
    assert worth("stalled against a deadline") == pytest.approx(worth(reply=7), abs=1e-12)
    record = events.run(match(SCENARIO, "stalled against a deadline", replications=3))
    assert record.ends == {"covered revision": 1}
    assert record.timing.causes == {"a deadline passed": 1}


def test_the_reading_says_whether_the_pretext_came_in_time():
    for variant, reading in (("stalled", "pretext too late"), ("stalled against a deadline", "pretext in time"), (None, "pretext in time")):
        assert set(events.run(match(SCENARIO, variant, replications=1)).readings) == {reading}


def test_as_a_game_it_is_the_pretext_whatever_the_time_of_the_reply():
    """Condition (P): granting costs more than being acted against, and acting beats the alternative."""
    from negotiation.concepts.subgame_perfect import solve

    (found,) = solve(SCENARIO.game("stalled")).equilibria
    assert found.path == ("ultimatum", "refuse", "act")
    assert math.isclose(found.payoffs[0], 2.2)
