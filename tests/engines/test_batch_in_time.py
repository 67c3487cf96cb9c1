"""The batch engine plays matches with a clock as the events engine does: moves, pauses, deadlines, windows, the end of time."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from random_clocks import with_clock
from random_matches import random_match
from shipped import scenario
from stages import chance_chain, match_of

from negotiation.clockwork import in_step, instants
from negotiation.engines import batch, events
from negotiation.errors import GameError, NotApplicableError
from negotiation.games import situations
from negotiation.games.clock import Clock, Shock
from negotiation.games.durations import Duration
from negotiation.games.extensive_form import Chance, Decision, End, ExtensiveFormGame, InformationSet
from negotiation.games.seat import Seat
from negotiation.games.timing import TIME_OUT
from negotiation.play import match as scenario_match
from negotiation.strategies import random

PER_UNIT = 3 * 10**9


def assert_same(one, other):
    for name in ("last", "rounds", "payoffs", "counts", "course"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
        assert getattr(one, name).dtype == getattr(other, name).dtype
    for name in ("elapsed", "stopped", "silent"):
        np.testing.assert_array_equal(getattr(one.timing, name), getattr(other.timing, name), err_msg=name)
        assert getattr(one.timing, name).dtype == getattr(other.timing, name).dtype
    assert one.timing.stoppers == other.timing.stoppers
    assert (one.notes, one.ends, one.timing.causes) == (other.notes, other.ends, other.timing.causes)


def timed_match(seed, until=None):
    match = with_clock(random_match(seed), seed)
    clock = replace(match.repetition.clock, until=None if until is None else int(until * PER_UNIT))
    return replace(match, repetition=replace(match.repetition, clock=clock))


UNTIL = st.sampled_from((None, Fraction(0), Fraction(1, 3), Fraction(2), Fraction(9)))


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), UNTIL, st.integers(1, 3), st.integers(1, 30))
@example(2, Fraction(1), 1, 25)
def test_every_trajectory_payoff_and_time_is_that_of_events(seed, until, threads, block):
    match = timed_match(seed, until)
    assert_same(batch.run(match, keep=True, threads=threads, block=block), events.run(match, keep=True))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), UNTIL)
def test_forgetting_situations_changes_nothing(seed, until):
    match = timed_match(seed, until)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(situations, "KEPT_ENTRIES", 1)
        record = batch.run(match, keep=True, threads=2, block=7)
    assert_same(record, events.run(match, keep=True))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**9))
def test_more_replications_than_are_played_in_step_change_nothing(seed):
    match = timed_match(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_step, "LANES", 4)
        record = batch.run(match, keep=True)
    assert_same(record, batch.run(match, keep=True))


def test_the_staller_is_played_alike():
    match = scenario_match(scenario("stalling"), replications=500, seed=3)
    assert_same(batch.run(match, keep=True), events.run(match, keep=True))


def simple(duration, *, rounds=5, pause=0, **options):
    """Chance lets one move after another take a time, until the rounds are over."""
    stage = chance_chain(("signed", "0"), payoffs={"signed": 0, "next": 1})
    laws = (Duration("fixed", (Fraction(0),)), duration)
    nodes = len(stage.nodes)
    moves = tuple((1,) * len(stage.actions_at(node)) for node in range(nodes))
    clock = Clock("days", 10**9, laws, moves, pause, (None,) * nodes, options.pop("until", None), (0.0,), (0.0,), **options)
    match = match_of(stage, random.strategy(Seat(stage, 0)), rounds=rounds, replications=20)
    return replace(match, repetition=replace(match.repetition, clock=clock))


def outcome(engine, match):
    """What an engine says of a match: its rounds, or why it cannot be played."""
    try:
        return engine.run(match).rounds.tolist()
    except GameError as error:
        return str(error)


def test_an_instant_may_have_as_many_turns_as_in_events(monkeypatch):
    """A round has two turns here, its beginning and the move; so 200 turns at one instant are 100 rounds."""
    for module in (instants, in_step):
        monkeypatch.setattr(module, "MOST_AT_ONCE", 200)
    for rounds in (99, 100, 101):
        match = simple(Duration("fixed", (Fraction(0),)), rounds=rounds)
        assert outcome(batch, match) == outcome(events, match)
    assert outcome(batch, match).startswith("time stands still: more than 200 turns at one instant")


def test_a_time_that_cannot_be_counted_is_the_same_error():
    match = simple(Duration("lognormal", (Fraction(10**9), Fraction(9))))
    assert outcome(batch, match) == outcome(events, match)
    assert outcome(batch, match).startswith("the clock has run out: a match lasts longer than its time can be counted")


def test_moves_on_the_last_instant_are_in_time():
    """Five moves of a day each, with two days: two rounds are over, and the third is broken off."""
    record = batch.run(simple(Duration("fixed", (Fraction(1),)), until=2 * 10**9), keep=True)
    assert record.rounds.tolist() == [2] * 20
    assert record.timing.elapsed.tolist() == [2.0] * 20
    assert record.ends == {TIME_OUT: 1.0}


def test_trajectories_are_kept_only_when_asked_for():
    match = timed_match(5)
    assert batch.run(match).course is None
    np.testing.assert_array_equal(batch.run(match).payoffs, batch.run(match, keep=True).payoffs)


def test_a_type_for_whom_there_is_no_move_ends_its_rounds_at_once():
    """Nature draws whether the target may move at all; if not, the round is over at its beginning."""
    sets = (InformationSet("able: start", 0, ("accept", "refuse"), "able"),)
    ends = tuple(End(name, (Fraction(value),)) for name, value in (("signed", 1), ("refused", 0), ("nothing", -1)))
    third = Fraction(1, 3)
    nodes = (Chance(("able", "unable"), (third, 1 - third), (1, 4)), Decision(0, (2, 3)), *ends)
    stage = ExtensiveFormGame(("target",), sets, nodes, type_moves=frozenset({0}))
    match = match_of(stage, {"able": random.strategy(Seat(stage, 0, "able"))}, rounds=3, replications=50)
    laws = (Duration("fixed", (Fraction(0),)), Duration("exponential", (Fraction(2),)))
    clock = Clock("days", 10**9, laws, ((0, 0), (1, 1), (), (), ()), 1, (None,) * 5, None, (0.1,), (0.2,))
    match = replace(match, repetition=replace(match.repetition, clock=clock))
    assert_same(batch.run(match, keep=True), events.run(match, keep=True))


@pytest.mark.parametrize("what", ["shocks", "several channels"])
def test_what_happens_side_by_side_is_refused(what):
    if what == "shocks":
        match = simple(Duration("fixed", (Fraction(1),)), shocks=(Shock("quake", times=(10**9,)),))
    else:
        match = scenario_match(scenario("two_documents"), replications=5)
    with pytest.raises(
        NotApplicableError, match=f"batch plays what happens one after another, and this match has {what}, which only events plays"
    ):
        batch.run(match)


def test_an_interrupted_run_keeps_what_is_done():
    match = replace(timed_match(1), replications=100)

    def stop(done, _):
        if done == 60:
            raise KeyboardInterrupt

    record = batch.run(match, progress=stop, keep=True, block=20)
    assert record.replications == 60
    assert_same(replace(record, notes=match.notes), events.run(replace(match, replications=60), keep=True))
