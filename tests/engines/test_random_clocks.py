"""Random matches with random clocks: against a plain loop, and against the same match without a clock."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_clocks import PER_UNIT, play_plainly, with_clock
from random_matches import random_match

from negotiation.engines import events

SEEDS = st.integers(0, 10**6)


@settings(max_examples=60, deadline=None)
@given(SEEDS, SEEDS)
def test_matches_with_clocks_are_those_of_a_plain_loop(seed, clock):
    match = with_clock(random_match(seed, replications=6), clock)
    record = events.run(match, keep=True)
    for replication in range(6):
        plain = play_plainly(match, replication)
        assert record.trajectory(replication).tolist() == plain.ends
        assert record.timing.elapsed[replication] == plain.elapsed / PER_UNIT
        np.testing.assert_allclose(record.payoffs[replication], plain.payoffs, rtol=1e-9, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(SEEDS, SEEDS)
def test_a_clock_without_deadlines_changes_nobody(seed, clock):
    match = random_match(seed, replications=6)
    plain, timed = events.run(match, keep=True), events.run(with_clock(match, clock, deadlines=False), keep=True)
    np.testing.assert_array_equal(plain.course, timed.course)
    np.testing.assert_array_equal(plain.rounds, timed.rounds)
    assert plain.ends == timed.ends
