"""Matches in real time: closed forms, exact ties, the order within an instant, ends by cause."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import simpy.core
from scipy import stats
from stages import crisis, match_of
from timed_crisis import ACCEPTS, CRISIS, DEMANDS, REFUSES, close, played, share_close, told

from negotiation.clockwork.instants import DECIDE, MOVE, SETTLE, SHOCK, Turns
from negotiation.engines import events
from negotiation.errors import GameError, ParameterError, SolverError
from negotiation.games.clock import AT_ONCE, Clock
from negotiation.games.durations import Duration, quantiles
from negotiation.games.record import HORIZON
from negotiation.games.seat import Seat
from negotiation.games.timing import TIME_OUT
from negotiation.kernels.philox import DELAYS, draw
from negotiation.play import match
from negotiation.scenario.scenario import loads
from negotiation.strategies import random

STATE = "  state: {bill: {start: 1, after: {postponed: 1.3 * bill}}}\n"
BILLED = CRISIS.replace("challenger: -0.5", "challenger: -bill")


@pytest.mark.parametrize("horizon", ["rounds: 6", "rounds: 40\n  continue: 0.8"])
def test_a_clock_does_not_change_who_does_what(horizon):
    """Whatever the moves take: the same rounds, ends and payoffs, to the last bit."""
    plain = f"repeat:\n  {horizon}\n  over_when: [signed]\n  discount: {{challenger: 0.9, target: 0.8}}\n" + STATE
    still = plain + "  clock: {unit: days, between: {fixed: 1}}\n"
    moving = plain + "  clock: {unit: days, between: {exponential: 3}, moves: {challenger: {gamma: [2, 3]}, accept: {uniform: [1, 2]}}}\n"
    first, *others = (played(repeat, base=BILLED, replications=300, seed=8) for repeat in (plain, still, moving))
    for other in others:
        np.testing.assert_array_equal(first.course, other.course)
        np.testing.assert_array_equal(first.payoffs, other.payoffs)
        np.testing.assert_array_equal(first.rounds, other.rounds)
        assert first.ends == other.ends
    assert first.timing is None
    np.testing.assert_array_equal(others[0].timing.elapsed, others[0].rounds - 1)


def test_how_long_moves_take_are_the_documented_draws():
    """Move k of round t takes the quantile of draw (t - 1) * (1 + depth) + k of the family of delays; k = 0 is the pause."""
    clock = "  clock: {unit: days, between: {gamma: [2, 1]}, moves: {ultimatum: {exponential: 30}, refuse: {lognormal: [3, 1]}}}\n"
    record = played("repeat:\n  rounds: 3\n" + clock, DEMANDS, REFUSES, replications=5, seed=21)
    pause, first, second = (
        Duration("gamma", (Fraction(2), Fraction(1))),
        Duration("exponential", (Fraction(30),)),
        Duration("lognormal", (Fraction(3), Fraction(1))),
    )
    for replication in range(5):
        at = [[draw(21, replication, 4 * t + k, family=DELAYS) for k in range(4)] for t in range(3)]
        total = sum(quantiles(first, np.array([row[1]]))[0] + quantiles(second, np.array([row[2]]))[0] for row in at)
        total += sum(quantiles(pause, np.array([row[0]]))[0] for row in at[:2])
        assert record.timing.elapsed[replication] == pytest.approx(total, abs=1e-7)


def test_how_long_rounds_take_follows_the_law():
    record = played(
        "repeat:\n  rounds: 1\n  clock: {unit: days, moves: {target: {gamma: [2, 7]}}}\n", DEMANDS, ACCEPTS, replications=3000, seed=4
    )
    assert stats.kstest(record.timing.elapsed, stats.gamma(2, scale=7).cdf).pvalue > 0.01
    assert close(record.elapsed_estimate, 14)


def test_the_closest_description_of_a_move_counts():
    """Player and action, then action, then player; families by their name; the rest takes no time."""
    base = CRISIS.replace("    ultimatum:\n", "    ultimatum:\n     each: {size: {values: [1, 2]}}\n     then:\n")
    clock = (
        "repeat:\n  rounds: 1\n"
        "  clock: {unit: d, moves: {challenger: {fixed: 100}, act: {fixed: 5}, ultimatum: {fixed: 7}, "
        "target: {refuse: {fixed: 11}}, refuse: {fixed: 1000}}}\n"
    )
    text = told(clock, "challenger: {strategy: always, action: ['ultimatum[size=2]', act]}", REFUSES, base=base)
    assert "after 7 d: challenger: ultimatum[size=2]" in text
    assert "after 18 d: target: refuse" in text
    assert "after 23 d: challenger: act" in text
    assert "after 100 d: challenger: wait" in told(clock, "challenger: {strategy: always, action: [wait, act]}", REFUSES, base=base)


def test_an_answer_on_the_last_instant_is_in_time():
    clock = (
        "repeat:\n  rounds: 1\n"
        "  clock: {{unit: days, moves: {{accept: {{fixed: {}}}}}, deadlines: {{target: {{after: 0.3, "
        "counts_as: refuse}}}}}}\n"
    )
    assert played(clock.format("0.3"), DEMANDS, ACCEPTS).ends == {"signed": 1}
    late = played(clock.format("0.300000001"), DEMANDS, ACCEPTS)
    assert late.ends == {"acted": 1}
    assert late.timing.causes == {"a deadline passed": 1}
    assert late.timing.elapsed[0] == pytest.approx(0.3, abs=1e-12)


def test_silence_is_seen_as_the_action_that_it_counts_as():
    """The challenger escalates on the second refusal, and the target never says no."""
    clock = (
        "repeat:\n  rounds: 5\n  over_when: [acted]\n"
        "  clock: {unit: days, between: {fixed: 1}, moves: {accept: {fixed: 50}}, deadlines: {target: {after: 10, "
        "counts_as: refuse}}}\n"
    )
    text = told(clock, "challenger: {strategy: escalate_on_refusal, after: 2}", ACCEPTS)
    assert text.splitlines() == [
        "after 0 days: challenger: ultimatum",
        "after 10 days: target: refuse (by silence: the deadline has passed)",
        "after 10 days: challenger: postpone",
        "after 10 days: round 1 ends: postponed; challenger -0.5, target 0",
        "after 11 days: challenger: ultimatum",
        "after 21 days: target: refuse (by silence: the deadline has passed)",
        "after 21 days: challenger: act",
        "after 21 days: round 2 ends: acted; challenger 1, target -1",
        "all over after 21 days",
        "ended: acted",
    ]


@pytest.mark.parametrize("days", [1, 5])
def test_an_exponential_conceder_survives_as_the_war_of_attrition_says(days):
    """theory 6.6 with a constant cost: rate (chi - rho * c0) / (V + c0); who holds out until the deadline has survived."""
    rate = (0.2 - 0.05 * 1) / (3 + 1)
    clock = (
        f"repeat:\n  rounds: 1\n  clock: {{unit: years, moves: {{accept: {{exponential: {1 / rate!r}}}}}, "
        f"deadlines: {{target: {{after: {days}, counts_as: refuse}}}}}}\n"
    )
    record = played(clock, DEMANDS, ACCEPTS, replications=4000, seed=days)
    assert share_close(record.ends["acted"], math.exp(-rate * days), 4000)


ATTRITION = """
negotiation: 1
title: A war of attrition
players: {challenger: A, target: B}
parameters: {step: {value: 0.25, range: [0.001, 1], about: length of a round}}
game: {player: target, actions: {hold: waiting, accept: conceded}}
outcomes: {waiting: {challenger: -0.2 * step, target: 0}, conceded: {challenger: 3, target: 0}}
repeat:
  over_when: [conceded]
  clock: {unit: years, until: 6, between: {fixed: step}}
behaviour:
  challenger: random
  target: {strategy: power_law_conceder, prize: 3, first: 1, growth: 0.5, waiting: 0.2, step: step}
"""


def test_a_power_law_conceder_survives_as_the_formula_says():
    """theory 6.6 with growing costs: S(1) = 0.847982, S(5) = 0.506763; a concession in the round that starts at t is seen at t."""
    record = events.run(match(loads(ATTRITION), replications=4000))
    survived = [float(np.mean(record.timing.elapsed > years - 0.25 + 1e-9)) for years in (1, 5)]
    assert all(share_close(share, expected, 4000) for share, expected in zip(survived, (0.847982, 0.506763), strict=True))
    assert record.ends[TIME_OUT] == pytest.approx(1 - record.ends["conceded"])
    assert set(record.timing.causes) == {"the rounds came to their end", "time ran out"}


def test_payoffs_are_discounted_by_time_as_integrals_say():
    """A prize after an exponential time of mean m is worth 1 / (1 + r * m) of it; the wait costs c * m / (1 + r * m)."""
    mean, rate, cost = 5, 0.08, 0.3
    clock = (
        f"repeat:\n  rounds: 1\n  clock: {{unit: days, moves: {{accept: {{exponential: {mean}}}}}, discount_rate: {{challenger: {rate}}}, "
        f"waiting_cost: {{challenger: {cost}, target: {cost}}}}}\n"
    )
    record = played(clock, DEMANDS, ACCEPTS, replications=4000)
    factor = 1 / (1 + rate * mean)
    assert close(record.payoff_estimates["challenger"], 2 * factor - cost * mean * factor)
    assert close(record.payoff_estimates["target"], -2 - cost * mean)


def test_rounds_and_time_discount_together():
    """A payoff of -0.5 in each of three rounds, 10 days apart."""
    clock = (
        "repeat:\n  rounds: 3\n  discount: {challenger: 0.9, target: 1}\n"
        "  clock: {unit: days, between: {fixed: 10}, discount_rate: {challenger: 0.01}}\n"
    )
    record = played(clock, "challenger: {strategy: always, action: [ultimatum, postpone]}", REFUSES)
    expected = -0.5 * sum((0.9 * math.exp(-0.1)) ** k for k in range(3))
    assert record.payoffs[0, 0] == pytest.approx(expected, rel=1e-12)


def test_what_is_due_when_time_runs_out_is_done():
    """simpy itself leaves out what is due at the end of a run."""
    clock = "repeat:\n  rounds: 9\n  clock: {{unit: days, moves: {{accept: {{fixed: 0.1}}}}, until: {}}}\n"
    done = played(clock.format("0.3"), DEMANDS, ACCEPTS)
    assert done.rounds.tolist() == [3]
    assert done.ends == {TIME_OUT: 1}
    assert done.timing.elapsed.tolist() == [0.3]
    assert played(clock.format("0.299999999"), DEMANDS, ACCEPTS).rounds.tolist() == [2]


def test_time_alone_can_end_the_rounds():
    clock = "repeat:\n  clock: {unit: days, between: {exponential: 10}, until: 200}\n"
    record = played(clock, DEMANDS, ACCEPTS, replications=500)
    assert record.ends == {TIME_OUT: 1}
    assert close(record.round_estimate, 1 + 200 / 10)


def test_a_clock_by_which_time_stands_still_is_refused():
    with pytest.raises(GameError, match=r"time stands still: more than 100,000 turns at one instant; give moves, the pause"):
        played("repeat:\n  clock: {unit: days, until: 5}\n", DEMANDS, ACCEPTS)


def test_times_that_cannot_be_counted_are_refused():
    clock = "repeat:\n  rounds: 3\n  clock: {unit: days, moves: {accept: {exponential: 1e30}}}\n"
    with pytest.raises(GameError, match="the clock has run out"):
        played(clock, DEMANDS, ACCEPTS)


def test_a_replication_depends_on_the_seed_and_its_number_only():
    clock = (
        "repeat:\n  rounds: 20\n  over_when: [signed]\n  state: {news: {start: 0}}\n"
        "  clock: {unit: days, until: 300, between: {exponential: 9}, "
        "moves: {target: {lognormal: [3, 1]}}, deadlines: {target: {after: 6, counts_as: refuse}}, "
        "shocks: {report: {every: {gamma: [2, 9]}, change: {news: news + 1}}}}\n"
    )
    whole, again, part = (played(clock, replications=count, seed=3) for count in (40, 40, 17))
    for one, other in ((whole, again), (whole, part)):
        np.testing.assert_array_equal(one.payoffs[:17], other.payoffs[:17])
        np.testing.assert_array_equal(one.timing.elapsed[:17], other.timing.elapsed[:17])
        np.testing.assert_array_equal(one.timing.stopped[:17], other.timing.stopped[:17])
    assert not np.array_equal(whole.timing.elapsed, played(clock, replications=40, seed=4).timing.elapsed)


def test_the_order_in_which_things_are_written_does_not_matter():
    """Players, actions, shocks and windows the other way round; both players always do the same, and many times are equal."""
    talks, truce = "talks: {from: 7, to: 11, closes: [act]}", "truce: {from: 9, to: 12, closes: [act]}"
    add, double = "add: {at: [5, 10, 15], change: {news: news + 1}}", "double: {at: [5, 10, 15], change: {news: 2 * news}}"
    late = "late: {every: {exponential: 8}, change: {news: news - 1}}"
    clock = (
        "repeat:\n  rounds: 6\n  state: {news: {start: 1}}\n"
        "  clock: {unit: days, until: 60, between: {fixed: 5}, moves: {target: {uniform: [1, 2]}}, "
    )
    turned = clock + f"windows: {{{truce}, {talks}}}, shocks: {{{late}, {double}, {add}}}}}\n"
    clock += f"windows: {{{talks}, {truce}}}, shocks: {{{add}, {double}, {late}}}}}\n"
    base = CRISIS.replace("challenger: 1, target: -harm", "challenger: news, target: -harm")
    backwards = base.replace("{challenger: Moscow, target: NATO}", "{target: NATO, challenger: Moscow}").replace(
        "{act: acted, postpone: postponed}", "{postpone: postponed, act: acted}"
    )
    first = played(clock, DEMANDS, REFUSES, base=base, replications=30)
    second = played(turned, DEMANDS, REFUSES, base=backwards, replications=30)
    np.testing.assert_array_equal(first.payoffs, second.payoffs[:, ::-1])
    np.testing.assert_array_equal(first.timing.elapsed, second.timing.elapsed)
    assert len(set(first.payoffs[:, 0].tolist())) > 3


def test_turns_come_in_waves():
    """At an instant: shocks, moves, their effects, decisions; what follows from a decision at once is the next wave's."""
    turns = Turns()
    assert turns.number(0, 5, SHOCK, 0) < turns.number(0, 5, MOVE, 0) < turns.number(0, 5, MOVE, 1) < turns.number(0, 5, DECIDE, 0)
    decided = turns.number(0, 0, DECIDE, 1)
    turns.begin(0, decided)
    next_move = turns.number(0, 0, MOVE, 0)
    assert next_move > decided
    turns.begin(0, next_move)
    assert next_move < turns.number(0, 0, SETTLE, 0) < turns.number(0, 0, DECIDE, 0)
    assert turns.number(0, 1, MOVE, 0) < next_move


def test_the_chronicle_is_that_of_the_run():
    clock = (
        "repeat:\n  rounds: 9\n  over_when: [signed]\n  clock: {unit: days, between: {exponential: 3}, moves: {target: {gamma: [2, 2]}}}\n"
    )
    scenario = loads(CRISIS + clock)
    played_match = match(scenario, replications=20, behaviour={"challenger": "random", "target": "random"})
    record = events.run(played_match)
    for replication in (0, 7, 19):
        chronicle = events.trace(played_match, replication)
        assert chronicle.elapsed == record.timing.elapsed[replication]
        assert len([event for event in chronicle.happenings if hasattr(event, "outcome")]) == record.rounds[replication]
        assert chronicle.ends[0][1] in (HORIZON, "signed")


TYPED = CRISIS.replace("target: NATO", "target: {label: NATO, types: {firm: 0.25, soft: 0.75}}")


def test_types_are_drawn_once_as_without_a_clock():
    repeat = "repeat:\n  rounds: 3\n"
    behaviour = DEMANDS, "target: {firm: {strategy: always, action: refuse}, soft: {strategy: always, action: accept}}"
    plain = played(repeat, *behaviour, base=TYPED, replications=500)
    timed = played(repeat + "  clock: {unit: days, between: {exponential: 2}}\n", *behaviour, base=TYPED, replications=500)
    np.testing.assert_array_equal(plain.course, timed.course)
    assert share_close(timed.last_outcomes["acted"], 0.25, 500)
    assert "target is of type" in told(repeat + "  clock: {unit: days}\n", *behaviour, base=TYPED)


class Quitter:
    notes = ()

    def __init__(self, error):
        self.error = error

    def start(self):
        return 0

    def behaviour(self, state, place, carried):  # noqa: ARG002  # the protocol's signature
        raise self.error

    def update(self, state, seen):  # noqa: ARG002  # the protocol's signature
        return state


def timed_match(strategy):
    stage = crisis()
    moves = tuple((AT_ONCE,) * len(stage.actions_at(node)) for node in range(len(stage.nodes)))
    clock = Clock(
        "days", 10**9, (Duration("fixed", (Fraction(0),)),), moves, AT_ONCE, (None,) * len(stage.nodes), None, (0.0, 0.0), (0.0, 0.0)
    )
    found = match_of(stage, strategy, random.strategy(Seat(stage, 1)))
    return replace(found, repetition=replace(found.repetition, clock=clock))


def test_an_error_of_a_strategy_arrives_as_it_was_raised():
    error = ParameterError("no such thing")
    with pytest.raises(ParameterError) as caught:
        events.run(timed_match(Quitter(error)))
    assert caught.value is error


def test_a_strategy_that_stops_the_simulation_is_not_taken_for_an_end():
    with pytest.raises(SolverError, match="replication 0 stopped after 0 ticks of its clock, before the match was over"):
        events.run(timed_match(Quitter(simpy.core.StopSimulation(None))))
