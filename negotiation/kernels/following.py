"""Curves of logit equilibria over precision, followed by predictor and corrector, and the equilibria at which they pass a precision.

The algorithm and its constants are those of ``exact.continuation``, which gives the reasons and the source, so that a game has
the same curves here and there.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negotiation.kernels.compiled import compiled_inside, compiled_without_counting
from negotiation.kernels.linear import solve_in_place
from negotiation.kernels.logit import BY_PRECISION, RESIDUAL, Form, Game, Work, empty_game, empty_work, evaluate

__all__ = [
    "BRANCH_POINTS",
    "CLOSED",
    "LIMIT",
    "LOST",
    "POINT",
    "POINTS",
    "START",
    "TRIAL",
    "Room",
    "X",
    "cross",
    "empty_room",
    "largest",
    "newton",
    "trace",
]

#: How a curve ends: beyond the largest precision, below 0, where it began, or where it cannot be followed.
LIMIT, START, CLOSED, LOST = 1, 2, 3, 4
_GOING = 0

#: The places in ``Room.told``: how many points the latest curve has, and how often it crosses another one.
POINTS, BRANCH_POINTS = 0, 1

#: The rows of ``Room.vectors``.
X, TRIAL, POINT, BEFORE, TANGENT, PREDICTED, MOVED = 0, 1, 2, 3, 4, 5, 6

#: A curve of more points is lost; most have a hundred.
MOST_POINTS = 2000

_FIRST_STEP, _SMALLEST_STEP, _LONGEST_STEP = 0.02, 1e-9, 0.1
_CORRECTIONS, _LARGEST_CORRECTION, _SMALLEST_COSINE = 8, 0.3, 0.95
_TOLERANCE, _NEWTON_STEPS, _SMALLEST_DAMPING = 1e-11, 60, 2.0**-12

Doubles = NDArray[np.float64]


class Room(NamedTuple):
    """Room for following the curves of one game with n unknowns.

    ``vectors`` (7, n + 1): those of Newton's method, ``X`` and ``TRIAL``, whose last place stays 0, and points and directions of a
    curve, the precision last. ``matrix`` (n + 1, n + 1), ``step`` (1, n), ``turns`` (2, n + 1): of linear equations. ``curve``
    (points, n + 1): the latest curve, and ``told`` int64 (2,): what there is to say of it.
    """

    game: Game
    work: Work
    vectors: Doubles
    matrix: Doubles
    step: Doubles
    turns: Doubles
    curve: Doubles
    told: NDArray[np.int64]


def empty_room(form: Form, players: int) -> Room:
    """Return room for games of a form."""
    n = len(form.owner) - len(form.rows) + 1
    equations = np.zeros((n + 1, n + 1)), np.zeros((1, n)), np.zeros((2, n + 1))
    curve = np.zeros((MOST_POINTS, n + 1))
    game, work = empty_game(players, len(form.paths) - 1), empty_work(form)
    return Room(game, work, np.zeros((7, n + 1)), *equations, curve, np.zeros(2, dtype=np.int64))


@compiled_inside
def newton(form: Form, room: Room, precision: float) -> int:
    """Move ``X`` to a solution near it by damped Newton steps; return how many, 0 where they do not converge."""
    x, trial, step = room.vectors[X], room.vectors[TRIAL], room.step
    n = room.work.by_x.shape[0]
    size = evaluate(form, room.game, room.work, x, precision)
    for count in range(_NEWTON_STEPS):
        for row in range(n):
            step[0, row] = -room.work.unknowns[RESIDUAL, row]
            for column in range(n):
                room.matrix[row, column] = room.work.by_x[row, column]
        if solve_in_place(room.matrix, step, n) == 0:
            return 0
        longest, small, damping = largest(step[0]), _TOLERANCE * (1.0 + largest(x)), 1.0
        while True:
            for unknown in range(n):
                trial[unknown] = x[unknown] + damping * step[0, unknown]
            new_size = evaluate(form, room.game, room.work, trial, precision)
            if new_size < size or damping * longest <= small:
                break
            damping /= 2
            if damping < _SMALLEST_DAMPING:
                return 0
        size = new_size
        for unknown in range(n):
            x[unknown] = trial[unknown]
        if longest <= _TOLERANCE * (1.0 + largest(x)):
            return count + 1
    return 0


@compiled_without_counting
def trace(form: Form, room: Room, direction: float, limit: float) -> int:
    """Follow the curve through ``POINT`` into ``room.curve`` until the precision leaves [0, limit]; return how it ends."""
    n, told = room.work.by_x.shape[0], room.told
    for place in range(n):
        room.vectors[TANGENT, place] = 0.0
    room.vectors[TANGENT, n] = direction
    told[:] = 0
    _keep(room)
    _evaluate(form, room)
    orientation, step = _solve(room), _FIRST_STEP
    if orientation == 0:
        return LOST
    _turn(room)
    while told[POINTS] < room.curve.shape[0]:
        onward = _advance(form, room, step)
        if onward != 0:
            told[BRANCH_POINTS] += onward != orientation
            orientation = onward
            _keep(room)
            ended = _end(room, limit, step)
            if ended != _GOING:
                return ended
            step = min(1.5 * step, _LONGEST_STEP * (1.0 + sqrt(_product(room.vectors[POINT], room.vectors[POINT]))))
        else:
            step /= 2
            if step < _SMALLEST_STEP:
                return LOST
    return LOST


@compiled_inside
def cross(form: Form, room: Room, first: int, second: int, precision: float) -> int:
    """Put the solution at which the curve passes the precision between two of its points into ``X``.

    Return the steps of Newton's method, 0 where it does not converge, and -1 where the curve does not pass it there.
    """
    n, curve = room.work.by_x.shape[0], room.curve
    before, after = curve[first, n] - precision, curve[second, n] - precision
    on_it, after_it = abs(before) <= _TOLERANCE, abs(after) <= _TOLERANCE
    if not on_it and (before * after >= 0.0 or after_it):
        return -1
    share = before / (before - after) if abs(before - after) > 0.0 else 0.0
    for place in range(n):
        room.vectors[X, place] = (1.0 - share) * curve[first, place] + share * curve[second, place]
    return newton(form, room, precision)


@compiled_inside
def largest(vector: Doubles) -> float:
    """Return the largest absolute value."""
    found = 0.0
    for place in range(vector.shape[0]):
        found = max(found, abs(vector[place]))
    return found


@compiled_inside
def _product(first: Doubles, second: Doubles) -> float:
    total = 0.0
    for place in range(first.shape[0]):
        total += first[place] * second[place]
    return total


@compiled_inside
def _evaluate(form: Form, room: Room) -> None:
    """Evaluate the equations at ``POINT``."""
    n = room.work.by_x.shape[0]
    for place in range(n):
        room.vectors[TRIAL, place] = room.vectors[POINT, place]
    evaluate(form, room.game, room.work, room.vectors[TRIAL], float(room.vectors[POINT, n]))


@compiled_inside
def _solve(room: Room) -> int:
    """Put the correction and the direction of the curve into ``room.turns``; return the sign of the bordered determinant."""
    n, work, matrix, turns = room.work.by_x.shape[0], room.work, room.matrix, room.turns
    for row in range(n):
        for column in range(n):
            matrix[row, column] = work.by_x[row, column]
        matrix[row, n] = work.unknowns[BY_PRECISION, row]
        turns[0, row], turns[1, row] = -work.unknowns[RESIDUAL, row], 0.0
    for column in range(n + 1):
        matrix[n, column] = room.vectors[TANGENT, column]
    turns[0, n], turns[1, n] = -_product(room.vectors[TANGENT], room.vectors[MOVED]), 1.0
    return solve_in_place(matrix, turns, n + 1)


@compiled_inside
def _turn(room: Room) -> None:
    """Make the direction of the curve the unit tangent."""
    length = sqrt(_product(room.turns[1], room.turns[1]))
    for place in range(room.vectors[TANGENT].shape[0]):
        room.vectors[TANGENT, place] = room.turns[1, place] / length


@compiled_inside
def _advance(form: Form, room: Room, step: float) -> int:
    """Go one step along the curve from ``POINT``; return the orientation there, 0 and stay where the step is too long.

    The determinant of the equations bordered by the new tangent has the sign of that with the old one: their angle is acute.
    """
    point, tangent = room.vectors[POINT], room.vectors[TANGENT]
    for place in range(point.shape[0]):
        room.vectors[BEFORE, place] = point[place]
        point[place] += step * tangent[place]
        room.vectors[PREDICTED, place] = point[place]
        room.vectors[MOVED, place] = 0.0
    orientation = _correct(form, room, step)
    if orientation != 0:
        length = sqrt(_product(room.turns[1], room.turns[1]))
        if _product(room.turns[1], tangent) >= _SMALLEST_COSINE * length:
            _turn(room)
            return orientation
    for place in range(point.shape[0]):
        point[place] = room.vectors[BEFORE, place]
    return 0


@compiled_inside
def _correct(form: Form, room: Room, step: float) -> int:
    """Bring ``POINT`` back to the curve in the plane normal to the tangent; return the orientation there, 0 where that fails."""
    point, moved, turns = room.vectors[POINT], room.vectors[MOVED], room.turns
    for _ in range(_CORRECTIONS):
        _evaluate(form, room)
        orientation = _solve(room)
        if orientation == 0:
            return 0
        for place in range(point.shape[0]):
            point[place] += turns[0, place]
            moved[place] = point[place] - room.vectors[PREDICTED, place]
        if _product(moved, moved) > (_LARGEST_CORRECTION * step) ** 2:
            return 0
        # The derivatives are those before a correction that changes no digit of the tangent that matters.
        if sqrt(_product(turns[0], turns[0])) <= _TOLERANCE * (1.0 + sqrt(_product(point, point))):
            return orientation
    return 0


@compiled_inside
def _keep(room: Room) -> None:
    """Enter the point into the curve."""
    for place in range(room.vectors[POINT].shape[0]):
        room.curve[room.told[POINTS], place] = room.vectors[POINT, place]
    room.told[POINTS] += 1


@compiled_inside
def _end(room: Room, limit: float, step: float) -> int:
    """Return how the curve ends at its latest point, ``_GOING`` where it does not."""
    n, point = room.work.by_x.shape[0], room.vectors[POINT]
    if point[n] > limit:
        return LIMIT
    if point[n] < 0.0:
        return START
    total = 0.0
    for place in range(n + 1):
        total += (point[place] - room.curve[0, place]) ** 2
    return CLOSED if room.told[POINTS] > _CORRECTIONS and sqrt(total) < step else _GOING
