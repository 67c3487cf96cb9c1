"""Equilibria of bimatrix games written down: probabilities from minors, then what players get and could gain, many side by side.

What players get, and their regret, is computed from payoffs and probabilities alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_in_place, compiled_without_counting
from negotiation.kernels.minors import Tables
from negotiation.kernels.support_signs import ACCURACY, LANE_BITS, LANES, Room

__all__ = ["Found", "Profiles", "profiles_for", "write_down"]

_Doubles = NDArray[np.float64]
_Bytes = NDArray[np.uint8]
_Numbers = NDArray[np.uint64]

_BITS, _LANE = np.uint64(LANE_BITS), np.uint64(LANES - 1)


class Found(NamedTuple):
    """What is found in games, a line for each equilibrium; modified in place.

    ``undecided`` bool (N,), a place for each game. ``game`` int64 (M,), ``weights`` (M, m + n): the probabilities of rows, then
    of columns, ``payoffs`` (M, 2), ``regret`` (M,).
    """

    undecided: NDArray[np.bool_]
    game: NDArray[np.int64]
    weights: _Doubles
    payoffs: _Doubles
    regret: _Doubles


class Profiles(NamedTuple):
    """Where equilibria are computed, ``LANES`` side by side; all of it is modified in place.

    ``listed`` uint64 (LANES pairs + 1,): the pairs of supports that are equilibria, lane of the game by lane; the lane in the lower
    ``LANE_BITS``, the pair above. ``starts`` uint64 (LANES,): where a lane's begin. ``sources`` uint64 (m + n + 2, pairs): where
    weights and limits begin in ``Room.numbers``. And of each profile: ``pairs``, ``lanes``, ``lines`` uint64 (LANES,): its pair of
    supports, the lane of its game, where it is written. ``weights`` (m + n + 2, LANES): what probabilities are proportional to, then
    probabilities; and the limits of their sums. ``payoffs`` (cells of both, LANES). ``earned`` (2, LANES), ``regret`` (LANES,).
    ``late`` uint8 (LANES,): whether a game turned out undecided when its equilibria were computed. For a while: ``sums`` (LANES,) of
    weights; ``moments`` (4, LANES): a player's lowest and highest payoff, what a strategy gets, and what the best one gets.
    """

    listed: _Numbers
    starts: _Numbers
    sources: _Numbers
    pairs: _Numbers
    lanes: _Numbers
    lines: _Numbers
    weights: _Doubles
    payoffs: _Doubles
    earned: _Doubles
    regret: _Doubles
    late: _Bytes
    sums: _Doubles
    moments: _Doubles


def profiles_for(tables: Tables) -> Profiles:
    """Return room for equilibria of games of one form."""
    width, pairs = tables.weights.shape
    return Profiles(
        np.zeros(LANES * pairs + 1, dtype=np.uint64),
        np.zeros(LANES, dtype=np.uint64),
        np.ascontiguousarray(tables.weights) * np.uint64(LANES),
        np.zeros(LANES, dtype=np.uint64),
        np.zeros(LANES, dtype=np.uint64),
        np.zeros(LANES, dtype=np.uint64),
        np.zeros((width, LANES)),
        np.zeros((2 * tables.m * tables.n, LANES)),
        np.zeros((2, LANES)),
        np.zeros(LANES),
        np.zeros(LANES, dtype=np.uint8),
        np.zeros(LANES),
        np.zeros((4, LANES)),
    )


@compiled_in_place
def write_down(first: int, here: int, tables: Tables, room: Room, profiles: Profiles, found: Found) -> int:
    """Write down the equilibria of the games in the first lanes of ``room``, and return how many there are.

    Returns -1 if there is no room for them in ``found``.

    Parameters
    ----------
    first, here : int
        The number of the game in lane 0; how many games there are.
    tables : Tables
    room : Room
        As ``decide`` leaves it.
    profiles : Profiles
    found : Found
        Its places for games are used from ``first`` on, its lines from 0 on.
    """
    total = _list(here, room.inside, room.undecided, profiles.listed, profiles.starts)
    if total >= found.game.shape[0]:
        return -1
    _write_firsts(first, here, tables, room, profiles, found)
    _write_others(first, total, tables, room, profiles, found)
    _sort(total, tables.m, first, room.undecided, found)
    total = _keep(total, first, room.undecided, found)
    for lane in range(here):
        found.undecided[first + lane] = room.undecided[lane] != 0
    return total


@compiled_without_counting
def _list(here: int, inside: _Bytes, undecided: _Bytes, listed: _Numbers, starts: _Numbers) -> int:
    """Write down which pairs are equilibria of decided games, and return how many there are.

    Each place is written until something stays there: a branch would cost more.
    """
    total = np.uint64(0)
    for lane in range(here):
        starts[lane] = total
        for pair in range(inside.shape[0]):
            listed[total] = pair << LANE_BITS | lane
            total += np.uint64(inside[pair, lane])
        total = total if undecided[lane] == 0 else starts[lane]
    return int(np.int64(total))


@compiled_in_place
def _write_firsts(first: int, here: int, tables: Tables, room: Room, profiles: Profiles, found: Found) -> None:
    """Write the first equilibrium of each game, whose payoffs are in place.

    What is written for a lane that has none is written over by the next lane that has one.
    """
    for lane in range(here):
        profiles.pairs[lane] = profiles.listed[profiles.starts[lane]] >> _BITS
        profiles.lanes[lane] = lane
        profiles.lines[lane] = profiles.starts[lane]
    _evaluate(here, tables.m, room.numbers, room.payoffs, profiles)
    _put(first, here, profiles, room.undecided, found)


@compiled_in_place
def _write_others(first: int, total: int, tables: Tables, room: Room, profiles: Profiles, found: Found) -> None:
    """Write the second, third, ... equilibrium of each game."""
    count, before = np.uint64(0), np.uint64(LANES)
    for place in range(total):
        profiles.pairs[count] = profiles.listed[place] >> _BITS
        lane = profiles.listed[place] & _LANE
        profiles.lanes[count], profiles.lines[count] = lane, place
        count += np.uint64(lane == before)
        before = lane
        if count == LANES or (place == total - 1 and count > 0):
            for cell in range(profiles.payoffs.shape[0]):
                for other in range(count):
                    profiles.payoffs[cell, other] = room.payoffs[cell, profiles.lanes[other]]
            _evaluate(int(np.int64(count)), tables.m, room.numbers, profiles.payoffs, profiles)
            _put(first, int(np.int64(count)), profiles, room.undecided, found)
            count = np.uint64(0)


@compiled_in_place
def _evaluate(count: int, m: int, numbers: _Doubles, payoffs: _Doubles, profiles: Profiles) -> None:
    """Write probabilities, payoffs and regrets of so many profiles, and whose probabilities are not known to ``ACCURACY``."""
    weights = profiles.weights
    n = weights.shape[0] - 2 - m
    for i in range(profiles.sources.shape[0]):
        for place in range(count):
            weights[i, place] = abs(numbers[profiles.sources[i, profiles.pairs[place]] + profiles.lanes[place]])
    profiles.late[:] = 0
    _normalise(0, m, count, weights, weights[m + n], profiles.sums, profiles.late)
    _normalise(m, m + n, count, weights, weights[m + n + 1], profiles.sums, profiles.late)
    profiles.regret[:] = 0.0
    # Where a player's own weights and his opponent's begin; the first cell, and steps to those of his and of his opponent's strategies.
    _earn(count, (0, m, m, n), (0, n, 1), payoffs, weights, profiles.earned[0], profiles.regret, profiles.moments)
    _earn(count, (m, n, 0, m), (m * n, 1, n), payoffs, weights, profiles.earned[1], profiles.regret, profiles.moments)


@compiled_without_counting
def _normalise(start: int, stop: int, count: int, weights: _Doubles, limit: _Doubles, sums: _Doubles, late: _Bytes) -> None:
    """Divide lines ``start`` to ``stop`` by their sum, and write where it is below its limit."""
    sums[:] = 0.0
    for i in range(start, stop):
        for place in range(count):
            sums[place] += weights[i, place]
    for place in range(count):
        late[place] |= np.uint8(not sums[place] >= limit[place])
    for place in range(count):
        # Python's own division would ask of each whether it is by zero, one by one.
        sums[place] = np.true_divide(1.0, sums[place])
    for i in range(start, stop):
        for place in range(count):
            weights[i, place] *= sums[place]


@compiled_without_counting
def _earn(
    count: int,
    places: tuple[int, int, int, int],
    steps: tuple[int, int, int],
    payoffs: _Doubles,
    weights: _Doubles,
    mean: _Doubles,
    regret: _Doubles,
    moments: _Doubles,
) -> None:
    """Write what a player gets (``mean``), and raise regrets to his.

    Payoffs count from the lowest, so that a large constant in all of them leaves regret as exact as it is.
    """
    own, strategies, other, opposed = places
    lowest, highest, value, best = moments[0], moments[1], moments[2], moments[3]
    _range(steps[0], strategies * opposed, count, payoffs, lowest, highest)
    best[:], mean[:] = 0.0, 0.0
    for i in range(strategies):
        cell = steps[0] + i * steps[1]
        for place in range(count):
            value[place] = weights[other, place] * (payoffs[cell, place] - lowest[place])
        for j in range(1, opposed):
            cell += steps[2]
            for place in range(count):
                value[place] += weights[other + j, place] * (payoffs[cell, place] - lowest[place])
        for place in range(count):
            best[place] = max(best[place], value[place])
            mean[place] += weights[own + i, place] * value[place]
    for place in range(count):
        span = highest[place] - lowest[place]
        # Where nothing is at stake nothing is gained, and nothing is divided.
        gain = max(best[place] - mean[place], 0.0) if span > 0.0 else 0.0
        regret[place] = max(regret[place], np.true_divide(gain, span if span > 0.0 else 1.0))
        mean[place] += lowest[place]


@compiled_without_counting
def _range(start: int, cells: int, count: int, payoffs: _Doubles, lowest: _Doubles, highest: _Doubles) -> None:
    """Write the lowest and the highest payoff of a player."""
    lowest[:], highest[:] = np.inf, -np.inf
    for cell in range(start, start + cells):
        for place in range(count):
            lowest[place] = min(lowest[place], payoffs[cell, place])
            highest[place] = max(highest[place], payoffs[cell, place])


@compiled_in_place
def _put(first: int, count: int, profiles: Profiles, undecided: _Bytes, found: Found) -> None:
    """Write profiles to their lines."""
    lines, weights, earned, regret = profiles.lines, profiles.weights, profiles.earned, profiles.regret
    for i in range(found.weights.shape[1]):
        for place in range(count):
            found.weights[lines[place], i] = weights[i, place]
    for place in range(count):
        found.game[lines[place]] = first + np.int64(profiles.lanes[place])
        found.payoffs[lines[place], 0] = earned[0, place]
        found.payoffs[lines[place], 1] = earned[1, place]
        found.regret[lines[place]] = regret[place]
    for place in range(count):
        if profiles.late[place] != 0:
            undecided[profiles.lanes[place]] |= 2


@compiled_without_counting
def _sort(total: int, m: int, first: int, undecided: _Bytes, found: Found) -> None:
    """Put the equilibria of each game in order, those with more weight on earlier rows first.

    Different equilibria of a decided game have different weights of rows. Where which is larger is not certain, the game is
    left undecided.
    """
    game, weights = found.game, found.weights
    for last in range(1, total):
        place = last
        while place > 0 and game[place - 1] == game[last]:
            order = _order(m, weights[place - 1], weights[place])
            if order == 0:
                undecided[game[last] - first] |= 2
            if order >= 0:
                break
            _exchange(place, found)
            place -= 1


@compiled_without_counting
def _order(m: int, one: _Doubles, other: _Doubles) -> int:
    """Return 1 if the first comes before the second, -1 if after it, 0 if that is not certain."""
    for i in range(m):
        difference = one[i] - other[i]
        if abs(difference) > 2.0 * ACCURACY:
            return 1 if difference > 0.0 else -1
        # Two rows that are not used are equal for certain, two that are used may not be.
        if one[i] + other[i] > 0.0:
            return 0
    return 0


@compiled_without_counting
def _exchange(place: int, found: Found) -> None:
    """Exchange a line with the one before, both of the same game."""
    for i in range(found.weights.shape[1]):
        found.weights[place - 1, i], found.weights[place, i] = found.weights[place, i], found.weights[place - 1, i]
    for player in range(2):
        found.payoffs[place - 1, player], found.payoffs[place, player] = found.payoffs[place, player], found.payoffs[place - 1, player]
    found.regret[place - 1], found.regret[place] = found.regret[place], found.regret[place - 1]


@compiled_without_counting
def _keep(total: int, first: int, undecided: _Bytes, found: Found) -> int:
    """Close up the lines of games that are decided after all, and return how many there are."""
    late = np.uint8(0)
    for lane in range(LANES):
        late |= undecided[lane]
    if late < 2:
        return total
    kept = 0
    for place in range(total):
        if undecided[found.game[place] - first] == 0:
            found.game[kept] = found.game[place]
            found.regret[kept] = found.regret[place]
            for player in range(2):
                found.payoffs[kept, player] = found.payoffs[place, player]
            for i in range(found.weights.shape[1]):
                found.weights[kept, i] = found.weights[place, i]
            kept += 1
    return kept
