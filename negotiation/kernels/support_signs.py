"""All equilibria of many bimatrix games of one form, each game decided beyond rounding or left undecided.

Of every pair of supports of equal size it is asked whether signs of minors agree (see ``minors``). Each minor comes with a
bound on how far rounding, and what the payoffs themselves may be off, can have moved it. So one knows of a pair that it is
an equilibrium, with strict inequalities, or that it is none; or one does not know, and then the game is *undecided*.

Why nothing is missing where a game is decided
----------------------------------------------
Let (x, y) be an extreme equilibrium with supports I and J, and J the larger one (the other case is the same). As y is a
vertex, at least as many rows as J has columns are best against it. Add some of them to I until it is as large. With
this pair of supports y is a solution of the row player's conditions and x one of the column player's, perhaps with zeros. So
neither has opposite signs, no strategy in the pair is dominated against the other support, and the pair is not out. In a
decided game it is in, then; so no weight is zero, and (x, y) is the one that belongs to the pair. The extreme equilibria of a
decided game are therefore exactly those that are found. All are regular, which makes them isolated and their number odd.

How it is computed
------------------
``LANES`` games at a time, each number of all of them side by side, so that one instruction of the processor works on
several games; a sign is a byte. Nothing branches on a number before equilibria are written down.

References
----------
Wilson (1971), SIAM Journal on Applied Mathematics 21, 80-87, and Shapley (1974), Mathematical Programming Study 1, 175-189,
for the odd number. Higham (2002), Accuracy and Stability of Numerical Algorithms, section 3.1, for the bounds on rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_in_place, compiled_without_counting
from negotiation.kernels.conditional_dominance import is_impossible
from negotiation.kernels.minors import MOST, ONE, Tables

__all__ = ["ACCURACY", "LANES", "LANE_BITS", "Room", "decide", "room_for"]

#: Games that are computed side by side, a power of 2.
LANE_BITS = 8
LANES = 2**LANE_BITS

#: Probabilities are at most so far off; where that cannot be said, supports are almost singular, and the game is undecided.
ACCURACY = 1e-11

#: The largest relative error of one operation on doubles.
UNIT = 2.0**-53

#: Covers what rounding does to the bounds themselves: some tens of units.
ROUNDED = 1.0 + 2.0**-40

#: The product of four numbers between these, of 24 and of ``UNIT``, is far from both ends of the range of doubles.
SMALLEST, LARGEST = 2.0**-200, 2.0**200

_Doubles = NDArray[np.float64]
_Bytes = NDArray[np.uint8]
_Numbers = NDArray[np.uint64]


class Room(NamedTuple):
    """Where ``LANES`` games are computed, one to a lane; all of it is modified in place.

    ``payoffs`` (cells of both, LANES), ``errors`` (lines, LANES): what payoffs may be off. ``sizes`` and ``bounds`` (bounds, LANES):
    how large a minor can be, and how far off. ``minors`` (minors, LANES). ``limits`` (limits, LANES): weights have to sum to at
    least this to be known to ``ACCURACY``. ``numbers``: the minors, then the limits, line by line. ``signs`` uint8 (2 minors, LANES):
    bit 0 if the minor is certainly positive, bit 1 if certainly negative, and in the line below the other way round.
    ``agreement`` uint8 (2, LANES): for each player, bits that are set in all signs of a pair of supports, and (moved by 2) in some.
    ``inside`` and ``doubtful`` uint8 (pairs of supports, LANES): whether it is an equilibrium, whether it may be one. ``counts`` uint8
    (LANES,): how many are. ``undecided`` uint8 (LANES,): whether some may be. ``totals`` (MOST,): sums of differences, for a while.
    """

    payoffs: _Doubles
    errors: _Doubles
    sizes: _Doubles
    bounds: _Doubles
    minors: _Doubles
    limits: _Doubles
    numbers: _Doubles
    signs: _Bytes
    agreement: _Bytes
    inside: _Bytes
    doubtful: _Bytes
    counts: _Bytes
    undecided: _Bytes
    totals: _Doubles


def room_for(tables: Tables) -> Room:
    """Return room for games of one form."""
    minors = ONE + 1 + len(tables.differences) + len(tables.expansions)
    bounds = len(tables.lines) + len(tables.products)
    pairs = tables.conditions.shape[0]
    numbers = np.zeros((minors + len(tables.limits), LANES))
    numbers[ONE] = 1.0
    signs = np.zeros((2 * minors, LANES), dtype=np.uint8)
    signs[2 * ONE], signs[2 * ONE + 1] = 1, 2
    return Room(
        payoffs=np.zeros((2 * tables.m * tables.n, LANES)),
        errors=np.zeros((len(tables.lines), LANES)),
        sizes=np.zeros((bounds, LANES)),
        bounds=np.zeros((bounds, LANES)),
        minors=numbers[:minors],
        limits=numbers[minors:],
        numbers=numbers.reshape(-1),
        signs=signs,
        agreement=np.zeros((2, LANES), dtype=np.uint8),
        inside=np.zeros((pairs, LANES), dtype=np.uint8),
        doubtful=np.zeros((pairs, LANES), dtype=np.uint8),
        counts=np.zeros(LANES, dtype=np.uint8),
        undecided=np.zeros(LANES, dtype=np.uint8),
        totals=np.zeros(MOST),
    )


@compiled_in_place
def decide(first: int, here: int, payoffs: tuple[_Doubles, _Doubles], errors: _Doubles, tables: Tables, room: Room) -> None:
    """Write which pairs of supports are equilibria of games, and which games are undecided, to ``room``.

    Parameters
    ----------
    first, here : int
        The first game, and how many, at most ``LANES``.
    payoffs : pair of arrays of shape (N, m n)
        Of the row player and of the column player, row by row.
    errors : array of shape (N, n + m) or (1, n + m)
        At most so much are payoffs off, in each game or in all: A's in each column, then B's in each row.
    tables : Tables
    room : Room
    """
    several = errors.shape[0] > 1
    _load(first, here, payoffs[0], 0, room.payoffs)
    _load(first, here, payoffs[1], payoffs[0].shape[1], room.payoffs)
    _load(first if several else 0, here if several else 1, errors, 0, room.errors)
    _bound(tables.lines, room.payoffs, room.errors, room.sizes, room.bounds)
    _multiply(tables.lines.shape[0], tables.products, room.sizes, room.bounds)
    _limit(tables.limits, room.bounds, room.limits)
    _subtract(tables.differences, room.payoffs, room.bounds, room.minors, room.signs)
    _expand(ONE + 1 + tables.differences.shape[0], tables.expansions, room.bounds, room.minors, room.signs)
    _compare(tables.conditions, room.signs, room.agreement, room.inside, room.doubtful, room.undecided, room.counts)
    _settle(here, tables, room)


@compiled_without_counting
def _load(first: int, here: int, rows: _Doubles, line: int, out: _Doubles) -> None:
    """Write rows (N, width) from ``first`` on as columns of ``out``, from a line on; lanes without a row get the last one."""
    for place in range(rows.shape[1]):
        for lane in range(here):
            out[line + place, lane] = rows[first + lane, place]
        for lane in range(here, LANES):
            out[line + place, lane] = rows[first + here - 1, place]


@compiled_without_counting
def _bound(lines: _Numbers, payoffs: _Doubles, errors: _Doubles, sizes: _Doubles, bounds: _Doubles) -> None:
    """Write how large differences of payoffs are, and how far off they can be: each payoff, and then the difference by rounding."""
    for line in range(lines.shape[0]):
        a, b, c, d, e = lines[line]
        for lane in range(LANES):
            lowest, highest = payoffs[a, lane], payoffs[a, lane]
            for_b, for_c, for_d, for_e = payoffs[b, lane], payoffs[c, lane], payoffs[d, lane], payoffs[e, lane]
            lowest = min(min(min(min(lowest, for_b), for_c), for_d), for_e)
            highest = max(max(max(max(highest, for_b), for_c), for_d), for_e)
            spread = highest - lowest
            error = ROUNDED * (2.0 * errors[line, lane] + UNIT * spread)
            in_range = (spread <= LARGEST) & ((spread >= SMALLEST) | (spread <= 0.0))
            bounds[line, lane] = error if in_range else np.inf
            sizes[line, lane] = spread + error


@compiled_without_counting
def _multiply(lines: int, products: _Numbers, sizes: _Doubles, bounds: _Doubles) -> None:
    """Write bounds of larger minors, behind those of the lines.

    A minor with t lines is a sum of t products of a difference (size h, off by e) and a minor with t - 1 lines (size s, off by
    f). So it is at most t h s, and off by at most t (h f + e s), and t + 1 roundings of products of size h s.
    """
    for place in range(products.shape[0]):
        count, last, others = products[place]
        number, terms = lines + place, np.float64(count)
        for lane in range(LANES):
            off = bounds[last, lane] + (terms + 1.0) * UNIT * sizes[last, lane]
            bounds[number, lane] = ROUNDED * terms * (sizes[last, lane] * bounds[others, lane] + off * sizes[others, lane])
        for lane in range(LANES):
            sizes[number, lane] = terms * sizes[last, lane] * sizes[others, lane]


@compiled_without_counting
def _limit(limited: _Numbers, bounds: _Doubles, limits: _Doubles) -> None:
    """Write the least sums of weights at which probabilities are known to ``ACCURACY``.

    Where k weights are off by f each and their sum is s, a probability is off by at most 2 k f / (s - k f).
    """
    for place in range(limited.shape[0]):
        weights, a, b, c, d, e = limited[place]
        factor = np.float64(weights) * (1.0 + 2.0 / ACCURACY)
        for lane in range(LANES):
            worst = max(max(max(max(bounds[a, lane], bounds[b, lane]), bounds[c, lane]), bounds[d, lane]), bounds[e, lane])
            limits[place, lane] = factor * worst


@compiled_in_place
def _sign(number: int, lane: int, bound: float, minors: _Doubles, signs: _Bytes) -> None:
    """Write what is certain of the sign of a minor."""
    positive, negative = np.uint8(minors[number, lane] > bound), np.uint8(minors[number, lane] < -bound)
    signs[2 * number, lane] = positive | negative << 1
    signs[2 * number + 1, lane] = negative | positive << 1


@compiled_without_counting
def _subtract(differences: _Numbers, payoffs: _Doubles, bounds: _Doubles, minors: _Doubles, signs: _Bytes) -> None:
    """Write the minors that are differences of payoffs, and their signs."""
    for place in range(differences.shape[0]):
        plus, minus, bound = differences[place]
        number = ONE + 1 + place
        for lane in range(LANES):
            minors[number, lane] = payoffs[plus, lane] - payoffs[minus, lane]
            _sign(number, lane, bounds[bound, lane], minors, signs)


@compiled_without_counting
def _expand(first: int, expansions: _Numbers, bounds: _Doubles, minors: _Doubles, signs: _Bytes) -> None:
    """Write the larger minors, from number ``first`` on, and their signs."""
    for place in range(expansions.shape[0]):
        terms, bound, a, b, c, d, e, f, g, h = expansions[place]
        number = first + place
        if terms == 2:
            for lane in range(LANES):
                minors[number, lane] = minors[b, lane] * minors[f, lane] - minors[a, lane] * minors[e, lane]
                _sign(number, lane, bounds[bound, lane], minors, signs)
        elif terms == 3:
            for lane in range(LANES):
                earlier = minors[a, lane] * minors[e, lane] - minors[b, lane] * minors[f, lane]
                minors[number, lane] = earlier + minors[c, lane] * minors[g, lane]
                _sign(number, lane, bounds[bound, lane], minors, signs)
        else:
            for lane in range(LANES):
                earlier = minors[b, lane] * minors[f, lane] - minors[a, lane] * minors[e, lane]
                minors[number, lane] = earlier + (minors[d, lane] * minors[h, lane] - minors[c, lane] * minors[g, lane])
                _sign(number, lane, bounds[bound, lane], minors, signs)


@compiled_without_counting
def _compare(
    conditions: _Numbers, signs: _Bytes, agreement: _Bytes, inside: _Bytes, doubtful: _Bytes, undecided: _Bytes, counts: _Bytes
) -> None:
    """Write which pairs of supports are equilibria, and which games have a pair that neither is one nor is none."""
    undecided[:], counts[:] = 0, 0
    for pair in range(conditions.shape[0]):
        for player in range(2):
            a, b, c, d, e = conditions[pair, player]
            for lane in range(LANES):
                s, t, u, v, w = signs[a, lane], signs[b, lane], signs[c, lane], signs[d, lane], signs[e, lane]
                agreement[player, lane] = (s & t & u & v & w) | (s | t | u | v | w) << 2
        for lane in range(LANES):
            first, second = agreement[0, lane], agreement[1, lane]
            is_in = (first | first >> 1) & (second | second >> 1) & 1
            is_out = (first >> 2 & first >> 3 | second >> 2 & second >> 3) & 1
            inside[pair, lane] = is_in
            counts[lane] += is_in
            is_doubtful = (is_in | is_out) ^ 1
            doubtful[pair, lane] = is_doubtful
            undecided[lane] |= is_doubtful


@compiled_in_place
def _settle(here: int, tables: Tables, room: Room) -> None:
    """Decide lanes whose doubtful pairs all turn out to be impossible; an even number of equilibria would contradict the bounds."""
    for lane in range(here):
        if room.undecided[lane] != 0:
            room.undecided[lane] = _may_have_more(lane, tables, room)
    for lane in range(LANES):
        room.undecided[lane] |= ~room.counts[lane] & 1


@compiled_without_counting
def _may_have_more(lane: int, tables: Tables, room: Room) -> bool:
    """Return whether a pair stays doubtful."""
    payoffs, bounds, sizes = room.payoffs[:, lane], room.bounds[:, lane], room.sizes[:, lane]
    for pair in range(room.doubtful.shape[0]):
        if room.doubtful[pair, lane] != 0 and not is_impossible(pair, tables, payoffs, bounds, sizes, room.totals):
            return True
    return False
