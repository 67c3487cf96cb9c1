"""Shocks and windows of a clock: from which instant on they hold, what they change, what they end."""

import math
import re

import pytest
from timed_crisis import ACCEPTS, CRISIS, DEMANDS, REFUSES, STANDARD_ERRORS, played, told

from negotiation.errors import GameError

SHOCK_AT_3 = "repeat:\n  rounds: 4\n  clock: {unit: days, between: {fixed: 1}, shocks: {news: {at: [2], change: {gain: 3 * gain}}}}\n"


def test_a_shock_changes_a_parameter_from_its_instant_on():
    """Rounds end at 0, 1, 2 and 3; at 2 the shock comes first."""
    record = played(SHOCK_AT_3, DEMANDS, ACCEPTS)
    assert record.payoffs[0].tolist() == [2 + 2 + 6 + 6, -(2 + 2 + 6 + 6)]


def test_a_shock_reaches_payoffs_through_definitions_and_local_variables():
    base = CRISIS.replace("game:", "definitions: {double: 2 * gain, quadruple: 2 * double}\ngame:").replace(
        "    ultimatum:\n", "    ultimatum:\n     with: {asked: quadruple + 1}\n     then:\n"
    )
    base = base.replace("challenger: gain, target: -gain", "challenger: asked - quadruple + gain, target: -double")
    record = played(SHOCK_AT_3, DEMANDS, ACCEPTS, base=base)
    assert record.payoffs[0].tolist() == [3 + 3 + 7 + 7, -(4 + 4 + 12 + 12)]


def test_players_decide_by_what_the_shock_has_changed():
    """To accept costs 2, and 0.2 once the demand has shrunk; to be acted against costs 1."""
    clock = SHOCK_AT_3.replace("3 * gain", "gain / 10")
    text = told(clock, "challenger: {strategy: always, action: [ultimatum, act]}", "target: equilibrium")
    assert re.findall(r"after (\d) days: target: (\w+)", text) == [("0", "refuse"), ("1", "refuse"), ("2", "accept"), ("3", "accept")]
    assert "after 2 days: shock: news; gain 0.2" in text


def test_a_decision_under_way_is_carried_out_and_paid_by_what_holds_then():
    clock = (
        "repeat:\n  rounds: 1\n  clock: {unit: days, moves: {accept: {fixed: 5}}, shocks: {news: {at: [2], change: {harm: 0, gain: 7}}}}\n"
    )
    record = played(clock, DEMANDS, ACCEPTS)
    assert record.ends == {"signed": 1}
    assert record.payoffs[0].tolist() == [7, -7]


def test_random_shocks_come_as_often_as_a_poisson_process():
    clock = (
        "repeat:\n  rounds: 1\n  state: {news: {start: 0}}\n"
        "  clock: {unit: days, moves: {wait: {fixed: 30}}, shocks: {report: {every: {exponential: 5}, "
        "change: {news: news + 1}}}}\n"
    )
    base = CRISIS.replace("quiet: {challenger: 0", "quiet: {challenger: news")
    record = played(clock, "challenger: {strategy: always, action: [wait, act]}", REFUSES, base=base, replications=1500)
    counts = record.payoffs[:, 0]
    assert abs(counts.mean() - 6) < STANDARD_ERRORS * math.sqrt(6 / 1500)
    assert abs(counts.var(ddof=1) - 6) < STANDARD_ERRORS * math.sqrt((6 + 2 * 36) / 1500)


def test_a_shock_that_comes_after_some_time_comes_once():
    clock = (
        "repeat:\n  rounds: 1\n  state: {news: {start: 0}}\n"
        "  clock: {unit: days, moves: {wait: {fixed: 300}}, shocks: {report: {after: {exponential: 5}, "
        "change: {news: news + 1}}}}\n"
    )
    base = CRISIS.replace("quiet: {challenger: 0", "quiet: {challenger: news")
    record = played(clock, "challenger: {strategy: always, action: [wait, act]}", REFUSES, base=base, replications=50)
    assert record.payoff_estimates["challenger"].mean == 1


def test_a_shock_can_end_everything_and_what_is_broken_off_pays_nothing():
    clock = (
        "repeat:\n  rounds: 9\n  over_when: [coup]\n"
        "  clock: {unit: days, moves: {accept: {fixed: 4}}, between: {fixed: 1}, shocks: {coup: {at: [8]}}}\n"
    )
    record = played(clock, DEMANDS, ACCEPTS)
    assert record.ends == {"coup": 1}
    assert record.timing.causes == {"a shock": 1}
    assert record.rounds.tolist() == [1]
    assert record.payoffs[0, 0] == 2
    assert record.timing.elapsed.tolist() == [8]


def test_a_match_can_be_over_before_its_first_round_is():
    clock = (
        "repeat:\n  rounds: 9\n  over_when: [coup]\n  clock: {unit: days, moves: {accept: {exponential: 4}}, shocks: {coup: {at: [0]}}}\n"
    )
    record = played(clock, DEMANDS, ACCEPTS, replications=3)
    assert record.rounds.tolist() == [0, 0, 0]
    assert record.ends == {"coup": 1}
    assert record.outcomes == record.last_outcomes == {}
    assert record.trajectory(1).tolist() == []


def test_a_shock_without_time_between_is_refused():
    clock = (
        "repeat:\n  rounds: 1\n  state: {n: {start: 0}}\n"
        "  clock: {unit: days, until: 9, moves: {wait: {fixed: 9}}, shocks: {flood: {every: {exponential: 1e-12}, "
        "change: {n: n}}}}\n"
    )
    with pytest.raises(GameError, match="time stands still"):
        played(clock, "challenger: {strategy: always, action: [wait, act]}", REFUSES)


WINDOW = (
    "repeat:\n  rounds: 1\n"
    "  clock: {{unit: days, moves: {{ultimatum: {{fixed: {}}}}}, windows: {{talks: {{from: 10, to: 30, "
    "closes: [ultimatum]}}}}}}\n"
)


@pytest.mark.parametrize(("fixed", "made"), [("9.9", "9.9"), ("10", "30"), ("29.5", "30"), ("30", "30"), ("31", "31")])
def test_what_a_window_closes_waits_until_it_is_over(fixed, made):
    assert f"after {made} days: challenger: ultimatum" in told(WINDOW.format(fixed), DEMANDS, ACCEPTS)


def test_silence_that_counts_as_a_closed_action_waits_too():
    clock = (
        "repeat:\n  rounds: 1\n  clock: {unit: days, moves: {accept: {fixed: 25}}, deadlines: {target: {after: 20, counts_as: refuse}}, "
        "windows: {talks: {from: 10, to: 30, closes: [refuse]}, truce: {from: 30, to: 31, closes: [refuse, act]}}}\n"
    )
    assert "after 31 days: target: refuse (by silence" in told(clock, DEMANDS, ACCEPTS)


def test_moves_decided_in_a_window_take_its_times():
    clock = (
        "repeat:\n  rounds: 3\n  clock: {unit: days, between: {fixed: 10}, moves: {accept: {fixed: 1}}, "
        "windows: {talks: {from: 11, to: 12, moves: {target: {fixed: 5}}}}}\n"
    )
    assert re.findall(r"after (\d+) days: target: accept", told(clock, DEMANDS, ACCEPTS)) == ["1", "16", "27"]
