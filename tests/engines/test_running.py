"""Which engine a match is run by, and what is said of it."""

from dataclasses import replace

import numpy as np
import pytest
from shipped import scenario
from stages import dilemma, match_of

from negotiation.engines import events
from negotiation.errors import UnknownNameError
from negotiation.games.distribution import Distribution
from negotiation.games.seat import Seat
from negotiation.play import match as scenario_match
from negotiation.running import AUTO, run, simulate
from negotiation.strategies import random


def coin_flips(**options):
    stage = dilemma()
    return match_of(stage, *(random.strategy(Seat(stage, player)) for player in (0, 1)), **options)


def test_few_rounds_are_played_by_events_without_a_word():
    record = simulate(coin_flips(rounds=10, replications=9_999))
    assert (record.engine, record.notes) == ("events", ())


def test_many_rounds_are_played_by_batch_and_it_is_said():
    for match in (coin_flips(rounds=10, replications=10_000), coin_flips(rounds=None, continuation=0.9, replications=10_001)):
        record = simulate(match)
        assert record.engine == "batch"
        assert record.notes == ("played by the engine batch, which plays as events does, only faster",)


def test_what_batch_refuses_is_played_by_events_and_it_is_said_why():
    record = run(replace(scenario_match(scenario("two_documents")), replications=200_000), AUTO, progress=stop_early)
    assert record.engine == "events"
    assert record.notes[-1] == (
        "played by the engine events, because batch plays what happens one after another, "
        "and this match has several channels, which only events plays"
    )


def stop_early(done, _):
    if done >= 100:
        raise KeyboardInterrupt


def test_trajectories_are_kept_by_either():
    match = coin_flips(rounds=10, replications=10_000)
    np.testing.assert_array_equal(simulate(match, keep=True).trajectory(77), events.run(match, keep=True).trajectory(77))


def test_an_engine_can_be_named():
    match = coin_flips(rounds=3, replications=10)
    assert [run(match, name).engine for name in ("events", "batch", AUTO)] == ["events", "batch", "events"]
    assert isinstance(run(match, "exact"), Distribution)
    with pytest.raises(UnknownNameError, match="there is no engine 'event'; did you mean 'events'"):
        run(match, "event")
