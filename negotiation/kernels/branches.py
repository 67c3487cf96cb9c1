"""The logit equilibria of many games at given precisions, and the limits of their principal branches.

What is looked for, and in which order, is as in ``exact.logit_branches``, so that a game has the same equilibria here and there.
A game is left open where rounding may decide what is found: where an equilibrium's derivative is nearly singular, where a start
took many steps to an equilibrium that no other way led to, where a curve is lost, where a probability is at the edge of what
a double can be, and where the indices of the equilibria do not sum to one. The logit response has a fixed-point index of one, so
some equilibrium would be missing.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_inside, compiled_without_counting
from negotiation.kernels.following import BRANCH_POINTS, CLOSED, LIMIT, LOST, POINT, POINTS, TRIAL, Room, X, cross, largest, newton, trace
from negotiation.kernels.linear import solve_in_place
from negotiation.kernels.logit import LOGS, PROBABILITIES, RESIDUAL, Form, evaluate, probabilities_of

__all__ = [
    "CROSSED",
    "FOUND",
    "MOST_SOLUTIONS",
    "OPEN",
    "Branches",
    "Games",
    "Questions",
    "Search",
    "Solutions",
    "empty_search",
    "follow_each",
    "solve_each",
]

#: The status of a game; a principal branch may also cross another one.
FOUND, OPEN, CROSSED = 0, 1, 2

#: More equilibria of one game than this are not kept: the game is left open.
MOST_SOLUTIONS = 64

#: Solutions nearer than this in every probability are one.
_SAME = 1e-7

#: Where the inverse derivative is larger, two equilibria may be so near that they are taken for one.
_LARGEST_INVERSE = 1e4

#: Errors of payoffs may move probabilities by no more than this.
_LARGEST_MOVE = 1e-10

#: Probabilities whose logarithm lies between these may be 0 or not, as rounding has it: exp(-745.13) is the smallest double.
_SURELY_ZERO, _SURELY_POSITIVE = -760.0, -700.0

#: In so many steps of Newton's method rounding does not grow to the size at which it decides where the method goes.
_SURE_STEPS = 20

#: Monotone replies in a 2x2 game are followed so often; where they have not met by then, they need not meet.
_REPLIES = 100
_MEETING = 1e-9

#: The places in ``Search.state``: how many equilibria there are so far, the sum of their indices, and how many there can be.
_COUNT, _INDICES, _MOST = 0, 1, 2

Doubles = NDArray[np.float64]


class Games(NamedTuple):
    """Games of one form: ``payoffs`` float64 (N, E, players) and ``log_chance`` float64 (N or 1, E)."""

    payoffs: Doubles
    log_chance: Doubles


class Questions(NamedTuple):
    """What is asked of N games.

    ``precision`` float64 (N,), one over payoff unit; ``noise`` float64 (N,): how far payoffs may be from the exact ones, as a share
    of the largest span; ``unique`` bool (N,): whether there is one equilibrium there for certain;
    ``starts`` float64 (S, n): the log odds from which others are looked for.
    """

    precision: Doubles
    noise: Doubles
    unique: NDArray[np.bool_]
    starts: Doubles


class Solutions(NamedTuple):
    """What is found: ``status`` int8 (N,), ``counts`` int32 (N,), and in the order of games one row for each equilibrium.

    ``probabilities`` float64 (rows, A); ``residual`` float64 (rows,): the largest difference between a probability and the logit
    response.
    """

    status: NDArray[np.int8]
    counts: NDArray[np.int32]
    probabilities: Doubles
    residual: Doubles


class Branches(NamedTuple):
    """The principal branches of N games: ``status`` int8 (N,), and of two points of each its precision and probabilities.

    The points are the one nearest to half the last precision, and the last. ``precision`` float64 (N, 2) is in one over the
    game's largest span, ``probabilities`` float64 (N, 2, A).
    """

    status: NDArray[np.int8]
    precision: Doubles
    probabilities: Doubles


class Search(NamedTuple):
    """Room for the search in one game: equilibria, an inverse, and their numbers.

    ``found`` float64 (MOST_SOLUTIONS, A), ``residual`` float64 (MOST_SOLUTIONS,), ``unit`` float64 (n, n), ``state`` int64 (3,),
    ``noise`` float64 (1,): that of the game's payoffs.
    """

    found: Doubles
    residual: Doubles
    unit: Doubles
    state: NDArray[np.int64]
    noise: Doubles


def empty_search(form: Form) -> Search:
    """Return room for searches in games of a form."""
    actions = len(form.owner)
    n = actions - len(form.rows) + 1
    return Search(np.zeros((MOST_SOLUTIONS, actions)), np.zeros(MOST_SOLUTIONS), np.zeros((n, n)), np.zeros(3, dtype=np.int64), np.zeros(1))


@compiled_without_counting
def solve_each(form: Form, room: Room, search: Search, games: Games, questions: Questions, solutions: Solutions, start: int) -> int:
    """Solve the games from ``start`` on while there is room for solutions, and return the first that is left."""
    used = 0
    for number in range(start, games.payoffs.shape[0]):
        if used + MOST_SOLUTIONS > solutions.probabilities.shape[0]:
            return number
        target = questions.precision[number] * _load(room, games, number)
        search.state[:] = 0
        search.noise[0] = questions.noise[number]
        search.state[_MOST] = 1 if questions.unique[number] else MOST_SOLUTIONS
        is_found = _solve(form, room, search, questions.starts, target)
        solutions.status[number] = FOUND if is_found else OPEN
        solutions.counts[number] = search.state[_COUNT] if is_found else 0
        for solution in range(solutions.counts[number]):
            for action in range(search.found.shape[1]):
                solutions.probabilities[used, action] = search.found[solution, action]
            solutions.residual[used] = search.residual[solution]
            used += 1
    return len(games.payoffs)


@compiled_without_counting
def follow_each(form: Form, room: Room, games: Games, limit: float, branches: Branches) -> None:
    """Follow the principal branch of each game to a precision, in one over the game's largest span."""
    for number in range(games.payoffs.shape[0]):
        _load(room, games, number)
        room.vectors[POINT, :] = 0.0
        branches.status[number] = OPEN
        if trace(form, room, 1.0, limit) == LIMIT:
            branches.status[number] = FOUND if room.told[BRANCH_POINTS] == 0 else CROSSED
            last = room.told[POINTS] - 1
            _tell(form, room, branches, number, 0, _half(room, last))
            _tell(form, room, branches, number, 1, last)


@compiled_inside
def _half(room: Room, last: int) -> int:
    """Return the point of the curve whose precision is nearest to half the last one."""
    n, curve, half = room.work.by_x.shape[0], room.curve, 0
    wanted = curve[last, n] / 2
    for point in range(last):
        if abs(curve[point, n] - wanted) < abs(curve[half, n] - wanted):
            half = point
    return half


@compiled_inside
def _tell(form: Form, room: Room, branches: Branches, number: int, place: int, point: int) -> None:
    """Enter a point of the curve into the branches."""
    n = room.work.by_x.shape[0]
    for unknown in range(n):
        room.vectors[X, unknown] = room.curve[point, unknown]
    probabilities_of(form, room.work, room.vectors[X])
    branches.precision[number, place] = room.curve[point, n]
    for action in range(branches.probabilities.shape[2]):
        branches.probabilities[number, place, action] = room.work.actions[PROBABILITIES, action]


@compiled_inside
def _load(room: Room, games: Games, number: int) -> float:
    """Put a game's numbers into ``room.game``, payoffs as shares of the largest span, and return that span.

    Ends that chance forbids do not count for the span.
    """
    payoffs, log_chance = room.game.payoffs, room.game.log_chance
    chances = number if games.log_chance.shape[0] > 1 else 0
    scale = 0.0
    for end in range(log_chance.shape[0]):
        log_chance[end] = games.log_chance[chances, end]
    for player in range(payoffs.shape[0]):
        lowest, highest = np.inf, -np.inf
        for end in range(log_chance.shape[0]):
            if log_chance[end] > -np.inf:
                lowest, highest = min(lowest, games.payoffs[number, end, player]), max(highest, games.payoffs[number, end, player])
        scale = max(scale, highest - lowest)
        for end in range(log_chance.shape[0]):
            payoffs[player, end] = games.payoffs[number, end, player] - lowest
    scale = scale if scale > 0.0 else 1.0
    for player in range(payoffs.shape[0]):
        for end in range(log_chance.shape[0]):
            payoffs[player, end] /= scale
    return scale


@compiled_inside
def _solve(form: Form, room: Room, search: Search, starts: Doubles, target: float) -> bool:
    """Find the equilibria of the game in ``room``; return whether nothing was in doubt."""
    state = search.state
    room.vectors[X, :] = 0.0
    if state[_MOST] > 1 and form.bimatrix and form.rows[1] == 2 and form.rows[2] == 4:
        state[_MOST] = _most_of_four_cells(room, target)
    if state[_MOST] == 1 and newton(form, room, target) > 0:
        return _add(form, room, search, target) and bool(state[_INDICES] == 1)
    room.vectors[POINT, :] = 0.0
    limit = target if state[_MOST] == 1 else max(10.0 * target, 100.0)
    if trace(form, room, 1.0, limit) != LIMIT or not _gather(form, room, search, target, False):
        return False
    if state[_MOST] > 1 and not _look_elsewhere(form, room, search, starts, target):
        return False
    return bool(state[_COUNT] > 0 and state[_INDICES] == 1)


@compiled_inside
def _most_of_four_cells(room: Room, target: float) -> int:
    """Return how many equilibria a 2x2 game has at most; where it is one, ``X`` is moved near to it.

    The reply to the reply is an increasing function with a negative Schwarzian derivative, so it has at most three fixed points;
    followed from both ends it comes to the outermost ones. Where it falls instead, the replies cross once.
    """
    row, column = room.game.payoffs[0], room.game.payoffs[1]
    row_gain, row_slope = row[2] - row[0], row[3] - row[1] - row[2] + row[0]
    column_gain, column_slope = column[1] - column[0], column[3] - column[2] - column[1] + column[0]
    low, high, x, y = 0.0, 1.0, 0.0, 0.0
    for _ in range(_REPLIES):
        for end in range(2):
            y = target * (column_gain + column_slope * (low if end == 0 else high))
            x = target * (row_gain + row_slope * _logistic(y))
            if end == 0:
                low = _logistic(x)
            else:
                high = _logistic(x)
        if abs(high - low) < _MEETING:
            room.vectors[X, 0], room.vectors[X, 1] = x, y
            return 1
    return 3


@compiled_inside
def _logistic(odds: float) -> float:
    """Return the probability of log odds."""
    if odds > 0.0:
        return 1.0 / (1.0 + exp(-odds))
    weight = exp(odds)
    return weight / (1.0 + weight)


@compiled_inside
def _look_elsewhere(form: Form, room: Room, search: Search, starts: Doubles, target: float) -> bool:
    """Add the equilibria on branches through those that Newton's method finds; return whether nothing was in doubt."""
    x, state = room.vectors[X], search.state
    for start in range(starts.shape[0]):
        if state[_COUNT] >= state[_MOST]:
            break
        for place in range(starts.shape[1]):
            x[place] = starts[start, place]
        evaluate(form, room.game, room.work, x, target)
        for place in range(starts.shape[1]):
            x[place] -= room.work.unknowns[RESIDUAL, place]
        steps = newton(form, room, target)
        if steps > 0 and _is_new(room, search) and (steps > _SURE_STEPS or not _both_ways(form, room, search, target)):
            return False
    return True


@compiled_inside
def _both_ways(form: Form, room: Room, search: Search, target: float) -> bool:
    """Add the equilibria on the branch through the one at ``X``; return whether nothing was in doubt."""
    n, before, limit = room.work.by_x.shape[0], search.state[_COUNT], max(10.0 * target, 100.0)
    for place in range(n):
        room.vectors[POINT, place] = room.vectors[X, place]
    room.vectors[POINT, n] = target
    back = trace(form, room, -1.0, limit)
    for place in range(n + 1):
        room.vectors[POINT, place] = room.curve[0, place]
    # The order is that of the joined curve, so the part that was followed backwards counts from its last point to its first.
    if back == LOST or not _gather(form, room, search, target, back != CLOSED):
        return False
    if back != CLOSED and (trace(form, room, 1.0, limit) == LOST or not _gather(form, room, search, target, False)):
        return False
    return bool(search.state[_COUNT] > before)


@compiled_inside
def _gather(form: Form, room: Room, search: Search, target: float, backwards: bool) -> bool:
    """Add the equilibria at which the latest curve passes the precision; return whether nothing was in doubt."""
    segments = room.told[POINTS] - 1
    for number in range(segments):
        first, second = (segments - number, segments - number - 1) if backwards else (number, number + 1)
        steps = cross(form, room, first, second, target)
        if steps == 0 or (steps > 0 and _is_new(room, search) and not _add(form, room, search, target)):
            return False
    return True


@compiled_inside
def _is_new(room: Room, search: Search) -> bool:
    """Return whether the latest equilibrium, whose probabilities are in ``room.work``, is not among those found."""
    probabilities, found = room.work.actions[PROBABILITIES], search.found
    for known in range(search.state[_COUNT]):
        distance = 0.0
        for action in range(probabilities.shape[0]):
            distance = max(distance, abs(probabilities[action] - found[known, action]))
        if distance <= _SAME:
            return False
    return True


@compiled_inside
def _add(form: Form, room: Room, search: Search, target: float) -> bool:
    """Add the latest equilibrium to those found, and return whether it is in no doubt."""
    state, work = search.state, room.work
    count = state[_COUNT]
    index = _index(room, search, target)
    if index == 0 or count == MOST_SOLUTIONS:
        return False
    for action in range(search.found.shape[1]):
        if _SURELY_ZERO < work.actions[LOGS, action] < _SURELY_POSITIVE:
            return False
        search.found[count, action] = work.actions[PROBABILITIES, action]
    search.residual[count] = _residual(form, room, search, count)
    state[_COUNT] += 1
    state[_INDICES] += index
    return True


@compiled_inside
def _residual(form: Form, room: Room, search: Search, count: int) -> float:
    """Return the largest difference between a probability of the latest equilibrium, at ``X``, and the logit response."""
    for place in range(room.work.by_x.shape[0]):
        room.vectors[TRIAL, place] = room.vectors[X, place] - room.work.unknowns[RESIDUAL, place]
    probabilities_of(form, room.work, room.vectors[TRIAL])
    distance = 0.0
    for action in range(search.found.shape[1]):
        distance = max(distance, abs(room.work.actions[PROBABILITIES, action] - search.found[count, action]))
    return distance


@compiled_inside
def _index(room: Room, search: Search, target: float) -> int:
    """Return the sign of the derivative's determinant at the latest equilibrium, 0 where the derivative is nearly singular."""
    n, unit, inverse, softest = room.work.by_x.shape[0], search.unit, 0.0, 0.0
    for row in range(n):
        for column in range(n):
            room.matrix[row, column] = room.work.by_x[row, column]
            unit[row, column] = 1.0 if row == column else 0.0
    sign = solve_in_place(room.matrix, unit, n)
    for column in range(n):
        # The largest entry of each column of the inverse, summed, bound the sum of any of its rows.
        inverse += largest(unit[column])
    for action in range(search.found.shape[1]):
        # Log odds that move by d move a probability p by about p (1 - p) d.
        softest = max(softest, room.work.actions[PROBABILITIES, action] * (1.0 - room.work.actions[PROBABILITIES, action]))
    is_sure = inverse < _LARGEST_INVERSE and softest * inverse * target * search.noise[0] < _LARGEST_MOVE
    return sign if is_sure else 0
