"""The kernel of rounds on tables written by hand, against the same in plain Python."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.kernels.philox import DELAYS, draw, key_of_seed
from negotiation.kernels.rounds import (
    DONE,
    NUMBER_BITS,
    OVER,
    UNKNOWN,
    WAITING,
    WORKING,
    Outcomes,
    Rules,
    Tables,
    draw_each,
    empty_cohort,
    play,
)

REPLICATIONS = 40


def tables(limit, onward):
    """One test, of draw 0: below the limit leaf 1 (end 0, pays 2), else leaf 2 (end 1, pays 5, the last). Leaf 0 is the beginning."""
    return Tables(
        np.array([limit << NUMBER_BITS], dtype=np.uint64),
        np.array([~1, ~2], dtype=np.int32),
        np.array([0, 0, 1], dtype=np.int32),
        np.array([0.0, 2.0, 5.0]),
        np.array([0, onward, OVER], dtype=np.int32),
    )


def rules(seed, rounds):
    key = np.array(key_of_seed(seed), dtype=np.uint64)
    return Rules(key, np.uint64(1), np.uint64(rounds), np.uint64(0), np.int32(~0), np.array([0.9]))


def outcomes():
    last, rounds = np.zeros(REPLICATIONS, dtype=np.int32), np.zeros(REPLICATIONS, dtype=np.int64)
    empty = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint64)
    return Outcomes(np.uint64(7), last, rounds, np.zeros(REPLICATIONS), np.zeros(2, dtype=np.int64), *empty)


def plainly(seed, limit, rounds, replication):
    """(last end, rounds, payoff) of a replication."""
    total, weight = 0.0, 1.0
    for t in range(rounds):
        end = int(draw(seed, replication, t) * 2**53 >= limit)
        total += weight * (2.0, 5.0)[end]
        weight *= 0.9
        if end or t + 1 == rounds:
            return end, t + 1, total
    raise AssertionError


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**128 - 1), st.integers(0, 2**53 - 1), st.integers(1, 30), st.sampled_from((1, 3, 64)), st.sampled_from((1, 10**6)))
def test_the_kernel_does_what_the_plain_loop_does(seed, limit, rounds, lanes, most):
    cohort, found = empty_cohort(lanes, 1), outcomes()
    while (status := play(tables(limit, 0), rules(seed, rounds), cohort, found, most)) == WORKING:
        pass
    assert status == DONE
    expected = [plainly(seed, limit, rounds, 7 + replication) for replication in range(REPLICATIONS)]
    assert list(zip(found.last.tolist(), found.rounds.tolist(), found.payoffs.tolist(), strict=True)) == expected
    assert found.counts.sum() == found.rounds.sum()


def test_it_waits_where_what_follows_is_unknown_and_goes_on_when_it_is_known():
    """Also where another thread has written what follows, in tables that this one has not seen."""
    whole, part = outcomes(), outcomes()
    play(tables(2**52, 0), rules(1, 5), empty_cohort(8, 1), whole, 10**6)
    for beyond in (UNKNOWN, 1, ~3):
        cohort, part = empty_cohort(8, 1), outcomes()
        assert play(tables(2**52, beyond), rules(1, 5), cohort, part, 10**6) == WAITING
        assert set(cohort.leaves[: int(cohort.place[1])].tolist()) == {1}
        assert play(tables(2**52, 0), rules(1, 5), cohort, part, 10**6) == DONE
        for name in ("last", "rounds", "payoffs", "counts"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name))


@given(st.integers(0, 2**128 - 1), st.lists(st.integers(0, 2**62), min_size=1, max_size=9), st.integers(0, 2**40))
def test_a_draw_of_each_replication(seed, replications, number):
    out = np.empty(len(replications))
    draw_each(np.array(key_of_seed(seed), dtype=np.uint64), np.array(replications, dtype=np.uint64), DELAYS, number, out)
    assert out.tolist() == [draw(seed, replication, number, family=DELAYS) for replication in replications]
