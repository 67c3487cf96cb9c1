"""Rounds played as binary tests on random draws, many replications at a time.

What can happen in a round is laid out as *tests* and *leaves*. A cursor of at least 0 is the number of a test: the draw
with the test's number is compared with its limit, and the cursor moves on, one way if the draw is below and the other way
if not. A negative cursor is the complement of a leaf's number: there the round is over, and the leaf says at which end,
what it pays, and the cursor at which the next round starts.

Replications are played in *cohorts* that are all in the same round, one replication to a *lane*. So the passes over
the lanes have no dependence from one lane to the next, and a processor works on several at once. Which draw a test looks at
depends on nothing but its address, so neither cohorts nor the order of tests can change a result.

Arrays (``T`` tests, ``F`` leaves, ``E`` ends, ``P`` players, ``L`` lanes, ``R`` replications of the block) are in the
docstrings of the tuples below. Indices are unsigned throughout: signed ones are looked at twice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_without_counting
from negotiation.kernels.philox import MOVES, TYPES, UNIT_BITS, block

__all__ = [
    "ACTIVE",
    "DONE",
    "NEXT",
    "NUMBER_BITS",
    "OVER",
    "ROUND",
    "UNKNOWN",
    "WAITING",
    "WORKING",
    "Cohort",
    "Outcomes",
    "Rules",
    "Tables",
    "draw_each",
    "empty_cohort",
    "follow",
    "move",
    "play",
    "seat",
]

#: What ``play`` returns: all replications are done; the next round after some leaf is unknown; there is more to do.
DONE, WAITING, WORKING = 0, 1, 2

#: The cursor after a leaf that nobody has looked beyond, larger than any test's number; and after one that is the last.
UNKNOWN, OVER = np.iinfo(np.int32).max, np.iinfo(np.int32).min

#: A test holds its draw's number in the bits that its limit leaves free.
NUMBER_BITS = 64 - UNIT_BITS

_ZERO, _ONE, _TWO, _THREE, _FOUR = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
_UNIT, _NUMBER = np.uint64(64 - UNIT_BITS), np.uint64(2**NUMBER_BITS - 1)
_MOVES, _TYPES = np.uint64(MOVES), np.uint64(TYPES)

#: The places in ``Cohort.place``.
NEXT, ACTIVE, ROUND, RESUMED = 0, 1, 2, 3


class Tables(NamedTuple):
    """What can happen in rounds.

    ``tests`` uint64 (T,): a test is passed if the draw with its number (the lower ``NUMBER_BITS``) is not below its limit (the
    upper ``UNIT_BITS``, in units of 2**-53). ``jumps`` int32 (2T,): the cursor after a test that is failed, passed.
    ``ends`` int32 (F,), ``payoffs`` float64 (F P,), ``onward`` int32 (F,): the cursor of the next round, ``UNKNOWN``, or
    ``OVER``.
    """

    tests: NDArray[np.uint64]
    jumps: NDArray[np.int32]
    ends: NDArray[np.int32]
    payoffs: NDArray[np.float64]
    onward: NDArray[np.int32]


class Rules(NamedTuple):
    """What is the same in every round.

    ``key`` uint64 (2,), ``width``: draws of a round, ``rounds``: their largest number, ``continuation``: below it, in units
    of 2**-53, the first draw of a round lets another follow (0: there is no such draw), ``start``: the cursor of the tests
    that choose where rounds start, ``discounts`` float64 (P,).
    """

    key: NDArray[np.uint64]
    width: np.uint64
    rounds: np.uint64
    continuation: np.uint64
    start: np.int32
    discounts: NDArray[np.float64]


class Cohort(NamedTuple):
    """Replications that are in the same round; all of it is modified in place.

    ``place`` uint64 (4,): the next replication that has no lane yet, lanes in use, rounds played, whether play stopped
    between two rounds. ``replications`` uint64 (L,), counted from the block's first. ``cursors`` int32 (L,), ``leaves``
    uint64 (L,): where the latest round ended. ``held`` uint64 (L,): the last block of draws that was made, plus 1, and
    ``words`` uint64 (4L,) the block itself. ``follows`` bool (L,): whether chance lets another round follow.
    ``weights`` float64 (P,): what a payoff of this round counts. ``sums`` float64 (L P,): what has been paid, a lane's players
    side by side.
    """

    place: NDArray[np.uint64]
    replications: NDArray[np.uint64]
    cursors: NDArray[np.int32]
    leaves: NDArray[np.uint64]
    held: NDArray[np.uint64]
    words: NDArray[np.uint64]
    follows: NDArray[np.bool_]
    weights: NDArray[np.float64]
    sums: NDArray[np.float64]


class Outcomes(NamedTuple):
    """What a block of replications comes to; all arrays are modified in place.

    ``first``: the number of the block's first replication. ``last`` int32 (R,): the end of the last round, ``rounds`` int64
    (R,), ``payoffs`` float64 (R P,): discounted sums, ``counts`` int64 (E,): rounds that came to each end.
    ``course`` int32 (sum of rounds,) and ``offsets`` uint64 (R,): the end of each round, from the replication's offset on;
    nothing is written to an empty course.
    """

    first: np.uint64
    last: NDArray[np.int32]
    rounds: NDArray[np.int64]
    payoffs: NDArray[np.float64]
    counts: NDArray[np.int64]
    course: NDArray[np.int32]
    offsets: NDArray[np.uint64]


def empty_cohort(lanes: int, players: int) -> Cohort:
    """Return a cohort with so many lanes, none of which is in use."""
    return Cohort(
        np.zeros(4, dtype=np.uint64),
        np.zeros(lanes, dtype=np.uint64),
        np.zeros(lanes, dtype=np.int32),
        np.zeros(lanes, dtype=np.uint64),
        np.zeros(lanes, dtype=np.uint64),
        np.zeros(4 * lanes, dtype=np.uint64),
        np.zeros(lanes, dtype=np.bool_),
        np.zeros(players),
        np.zeros(players * lanes),
    )


@compiled_without_counting
def play(tables: Tables, rules: Rules, cohort: Cohort, outcomes: Outcomes, most: int) -> int:
    """Play a block of replications, at most about so many rounds at a time, and return ``DONE``, ``WAITING`` or ``WORKING``.

    After ``WAITING`` it is called again with tables that know what follows ``cohort.leaves``; after ``WORKING`` as it was.
    """
    place, played = cohort.place, np.uint64(0)
    limit = np.uint64(most)
    while True:
        if place[ACTIVE] == _ZERO:
            if place[NEXT] >= np.uint64(outcomes.last.shape[0]):
                return DONE
            seat(tables, rules, cohort, outcomes)
        elif place[RESUMED] != _ZERO and _advance(tables, cohort):
            return WAITING
        place[RESUMED] = _ZERO
        while place[ACTIVE] != _ZERO:
            played += place[ACTIVE]
            follow(rules, cohort, outcomes.first)
            move(tables, rules, cohort, outcomes.first)
            if _settle(tables, rules, cohort, outcomes):
                place[RESUMED] = _ONE
                break
            if played >= limit:
                place[RESUMED] = _ONE
                return WORKING


@compiled_without_counting
def seat(tables: Tables, rules: Rules, cohort: Cohort, outcomes: Outcomes) -> None:
    """Give the next replications of a block their lanes, and let chance choose where their rounds start."""
    place = cohort.place
    lanes = min(np.uint64(cohort.cursors.shape[0]), np.uint64(outcomes.last.shape[0]) - place[NEXT])
    for lane in range(lanes):
        replication = place[NEXT] + lane
        cursor = rules.start
        while cursor >= 0:
            test = np.uint64(cursor)
            number = tables.tests[test] & _NUMBER
            words = block(number >> _TWO, outcomes.first + replication, _TYPES, rules.key[0], rules.key[1])
            cursor = tables.jumps[(test << _ONE) + np.uint64(words[number & _THREE] | _NUMBER >= tables.tests[test])]
        cohort.replications[lane] = replication
        cohort.cursors[lane] = tables.onward[np.uint64(~cursor)]
        cohort.held[lane] = _ZERO
        cohort.follows[lane] = True
    place[NEXT] += lanes
    place[ACTIVE] = lanes
    place[ROUND] = _ZERO
    cohort.weights[:] = 1.0
    cohort.sums[:] = 0.0


@compiled_without_counting
def _advance(tables: Tables, cohort: Cohort) -> bool:
    """Put every lane at the start of its next round, and return whether some next round is unknown."""
    onward, cursors, leaves = tables.onward, cohort.cursors, cohort.leaves
    tests, known = tables.tests.shape[0], tables.ends.shape[0]
    unknown = False
    for lane in range(cohort.place[ACTIVE]):
        cursor = onward[leaves[lane]]
        unknown |= _is_beyond(cursor, tests, known)
        cursors[lane] = cursor
    return unknown


@compiled_without_counting
def _is_beyond(cursor: int, tests: int, leaves: int) -> bool:
    """Return whether a cursor is ``OVER`` or ``UNKNOWN``, or was written after the tables that are played from were passed."""
    return cursor >= tests or ~cursor >= leaves


@compiled_without_counting
def follow(rules: Rules, cohort: Cohort, first: np.uint64) -> None:
    """Let chance choose for every lane whether another round follows this one; ``first`` is the block's first replication."""
    if rules.continuation != _ZERO:
        number = cohort.place[ROUND] * rules.width
        _draw(rules, cohort, number >> _TWO, first, True)
        words, follows = cohort.words, cohort.follows
        for lane in range(cohort.place[ACTIVE]):
            follows[lane] = words[(lane << _TWO) + (number & _THREE)] >> _UNIT < rules.continuation


@compiled_without_counting
def move(tables: Tables, rules: Rules, cohort: Cohort, first: np.uint64) -> None:
    """Bring every lane that is at a test to a leaf, block of draws by block of draws."""
    number = cohort.place[ROUND] * rules.width
    behind = number + rules.width
    of_block = number >> _TWO
    going = _draw(rules, cohort, of_block, first, False)
    while going and _walk(tables, cohort, number, of_block) != _ZERO:
        of_block += _ONE
        going = of_block << _TWO < behind and _draw(rules, cohort, of_block, first, False)


@compiled_without_counting
def _draw(rules: Rules, cohort: Cohort, number: np.uint64, first: np.uint64, everywhere: bool) -> bool:
    """Make a block of draws for each lane that is at a test (or for all), and return whether there is one."""
    k0, k1 = rules.key[0], rules.key[1]
    words, held, cursors, replications = cohort.words, cohort.held, cohort.cursors, cohort.replications
    needed = False
    for lane in range(cohort.place[ACTIVE]):
        at_test = cursors[lane] >= 0
        needed |= at_test
        if (at_test or everywhere) and held[lane] <= number:
            held[lane] = number + _ONE
            w0, w1, w2, w3 = block(number, first + replications[lane], _MOVES, k0, k1)
            lowest = lane << _TWO
            words[lowest], words[lowest + _ONE], words[lowest + _TWO], words[lowest + _THREE] = w0, w1, w2, w3
    return needed


@compiled_without_counting
def _walk(tables: Tables, cohort: Cohort, number: np.uint64, of_block: np.uint64) -> np.uint64:
    """Move every lane on as far as a block of draws reaches, and return how many need another one."""
    tests, jumps, words, cursors = tables.tests, tables.jumps, cohort.words, cohort.cursors
    # Wraps around where the round started in an earlier block; the sum with a test's number is right again.
    start = number - (of_block << _TWO)
    waiting = np.uint64(0)
    for lane in range(cohort.place[ACTIVE]):
        cursor = cursors[lane]
        lowest = lane << _TWO
        while cursor >= 0:
            test = np.uint64(cursor)
            limit = tests[test]
            place = start + (limit & _NUMBER)
            if place >= _FOUR:
                waiting += _ONE
                break
            # The word's lower bits are set, so they decide nothing: the upper ones are compared with the limit.
            cursor = jumps[(test << _ONE) + np.uint64(words[lowest + place] | _NUMBER >= limit)]
        cursors[lane] = cursor
    return waiting


@compiled_without_counting
def draw_each(key: NDArray[np.uint64], replications: NDArray[np.uint64], family: int, number: int, out: NDArray[np.float64]) -> None:
    """Write the same draw of each replication, as a uniform number in [0, 1); all arrays of shape (n,) but the key."""
    for n in range(replications.shape[0]):
        words = block(np.uint64(number) >> _TWO, replications[n], np.uint64(family), key[0], key[1])
        out[n] = np.float64(words[np.uint64(number) & _THREE] >> _UNIT) * 2.0**-UNIT_BITS


@compiled_without_counting
def _settle(tables: Tables, rules: Rules, cohort: Cohort, outcomes: Outcomes) -> bool:
    """Enter the round into the outcomes, and return whether what comes next is unknown for some lane."""
    place, weights = cohort.place, cohort.weights
    if outcomes.course.shape[0] > 0:
        _keep(tables, cohort, outcomes)
    place[ROUND] += _ONE
    at_last = place[ROUND] == rules.rounds
    finished, unknown = _turn(tables, cohort, outcomes.counts)
    for player in range(np.uint64(weights.shape[0])):
        weights[player] *= rules.discounts[player]
    if at_last:
        cohort.follows[:] = False
    if at_last or finished:
        _leave(tables, cohort, outcomes)
    return unknown and not at_last


@compiled_without_counting
def _keep(tables: Tables, cohort: Cohort, outcomes: Outcomes) -> None:
    """Write down at which end each lane is."""
    course, offsets, replications, t = outcomes.course, outcomes.offsets, cohort.replications, cohort.place[ROUND]
    for lane in range(cohort.place[ACTIVE]):
        course[offsets[replications[lane]] + t] = tables.ends[np.uint64(~cohort.cursors[lane])]


@compiled_without_counting
def _turn(tables: Tables, cohort: Cohort, counts: NDArray[np.int64]) -> tuple[bool, bool]:
    """Count ends, add payoffs, and start the next round in each lane; return whether some are over, and whether some cannot yet."""
    ends, payoffs, onward = tables.ends, tables.payoffs, tables.onward
    leaves, cursors, follows, sums, weights = cohort.leaves, cohort.cursors, cohort.follows, cohort.sums, cohort.weights
    tests, known, players = tables.tests.shape[0], tables.ends.shape[0], np.uint64(weights.shape[0])
    finished, unknown = False, False
    for lane in range(cohort.place[ACTIVE]):
        leaf = np.uint64(~cursors[lane])
        leaves[lane] = leaf
        counts[np.uint64(ends[leaf])] += 1
        for player in range(players):
            sums[lane * players + player] += weights[player] * payoffs[leaf * players + player]
        cursor = onward[leaf]
        cursors[lane] = cursor
        if not follows[lane] or _is_beyond(cursor, tests, known):
            is_over = cursor == OVER or not follows[lane]
            follows[lane] = not is_over
            finished |= is_over
            unknown |= not is_over
    return finished, unknown


@compiled_without_counting
def _leave(tables: Tables, cohort: Cohort, outcomes: Outcomes) -> None:
    """Write down what finished replications came to, and close up the lanes of the others."""
    place, kept = cohort.place, np.uint64(0)
    players = np.uint64(cohort.weights.shape[0])
    for lane in range(place[ACTIVE]):
        replication = cohort.replications[lane]
        if not cohort.follows[lane]:
            outcomes.last[replication] = tables.ends[cohort.leaves[lane]]
            outcomes.rounds[replication] = place[ROUND]
            for player in range(players):
                outcomes.payoffs[replication * players + player] = cohort.sums[lane * players + player]
            continue
        cohort.replications[kept] = replication
        cohort.cursors[kept] = cohort.cursors[lane]
        cohort.leaves[kept] = cohort.leaves[lane]
        cohort.held[kept] = cohort.held[lane]
        cohort.follows[kept] = True
        for word in range(_FOUR):
            cohort.words[(kept << _TWO) + word] = cohort.words[(lane << _TWO) + word]
        for player in range(players):
            cohort.sums[kept * players + player] = cohort.sums[lane * players + player]
        kept += _ONE
    place[ACTIVE] = kept
