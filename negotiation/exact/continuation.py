"""Following a curve of solutions of ``F(x, parameter) = 0`` by predictor and corrector.

A step goes along the tangent and is corrected by Newton's method in the plane through the predicted point that is normal
to the tangent (pseudo-arclength), so that folds, where the parameter turns back, need no special treatment. The step
is halved when the corrector does not converge, moves far, or finds a tangent that has turned much: those are the signs
of having jumped to another curve.

References
----------
Allgower and Georg (1990), Numerical Continuation Methods, chapters 2 to 6.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget

__all__ = ["Curve", "Equations", "crossings", "newton", "trace"]

Vector: TypeAlias = NDArray[np.float64]

#: ``equations(x, parameter)`` returns the residual (n,), its derivative by x (n, n) and by the parameter (n,).
Equations: TypeAlias = Callable[[Vector, float], tuple[Vector, Vector, Vector]]

FIRST_STEP = 0.02
#: Below this the curve cannot be followed: twice the number of digits that a step needs to move a double at all.
SMALLEST_STEP = 1e-9
#: A step of this share of the distance from the origin: far out, curves of logit equations are straight lines.
LONGEST_STEP = 0.1
MAXIMUM_STEPS = 20_000
CORRECTIONS = 8
#: The corrector may move this share of a step; more suggests another curve.
LARGEST_CORRECTION = 0.3
#: The cosine of the largest turn of the tangent in one step, about 18 degrees.
SMALLEST_COSINE = 0.95
#: Newton stops when a correction is this small against the point: quadratic convergence has then used up the digits.
NEWTON_TOLERANCE = 1e-11
NEWTON_STEPS = 60
SMALLEST_DAMPING = 2.0**-12


@dataclass(frozen=True, eq=False)
class Curve:
    """Points along a curve.

    Parameters
    ----------
    points : ndarray, shape (steps, n)
    parameters : ndarray, shape (steps,)
    folds : tuple of int
        The steps after which the parameter turns round.
    branch_points : tuple of int
        The steps after which another curve is crossed (the orientation of the curve changes).
    ended : str
        Why it ends: ``"limit"``, ``"start"`` (the parameter fell below its lower limit), ``"lost"``, ``"closed"`` (the
        curve came back to where it started), ``"steps"`` or ``"time"``.
    """

    points: Vector
    parameters: Vector
    folds: tuple[int, ...]
    branch_points: tuple[int, ...]
    ended: str


@dataclass(frozen=True, eq=False)
class _Place:
    """A point (x, parameter) of the curve, the unit tangent there, and the sign of the bordered determinant."""

    point: Vector
    tangent: Vector
    orientation: float


def newton(equations: Equations, x: Vector, parameter: float) -> Vector | None:
    """Return a solution near ``x`` at a fixed parameter by damped Newton steps, None where it does not converge."""
    residual, by_x, _ = equations(x, parameter)
    size = np.abs(residual).max(initial=0.0)
    for _ in range(NEWTON_STEPS):
        step = _solved(by_x, -residual)
        if step is None:
            return None
        damping = 1.0
        while damping >= SMALLEST_DAMPING:
            trial = x + damping * step
            new_residual, new_by_x, _ = equations(trial, parameter)
            new_size = np.abs(new_residual).max(initial=0.0)
            if new_size < size or damping * np.abs(step).max(initial=0.0) <= NEWTON_TOLERANCE * (1 + np.abs(x).max(initial=0.0)):
                break
            damping /= 2
        else:
            return None
        x, residual, by_x, size = trial, new_residual, new_by_x, new_size
        if np.abs(step).max(initial=0.0) <= NEWTON_TOLERANCE * (1 + np.abs(x).max(initial=0.0)):
            return x
    return None


def trace(equations: Equations, start: tuple[Vector, float], direction: int, limit: float, *, budget: Budget = UNLIMITED) -> Curve:
    """Return the curve through a solution, in one direction, until the parameter leaves ``[0, limit]``.

    Parameters
    ----------
    equations : callable
    start : (ndarray of shape (n,), float)
        A solution.
    direction : 1 or -1
        Whether the parameter grows or falls at first.
    limit : float
    budget : Budget
    """
    point = np.append(*start)
    _, by_x, by_parameter = equations(point[:-1], float(point[-1]))
    tangent = _tangent(by_x, by_parameter, np.append(np.zeros(len(point) - 1), float(direction)))
    if tangent is None:
        return Curve(point[None, :-1], point[-1:], (), (), "lost")
    places = [_Place(point, tangent, _orientation(by_x, by_parameter, tangent))]
    step, ended = FIRST_STEP, "steps"
    while len(places) < MAXIMUM_STEPS:
        onward = _step(equations, places[-1], step)
        if onward is not None:
            places.append(onward)
            ended = _end(places, limit, budget, step) or "steps"
            step = min(1.5 * step, LONGEST_STEP * (1 + float(np.linalg.norm(onward.point))))
        else:
            step /= 2
            ended = "lost" if step < SMALLEST_STEP else "steps"
        if ended != "steps":
            break
    table = np.array([place.point for place in places])
    folds = tuple(number for number, (a, b) in enumerate(pairwise(places)) if a.tangent[-1] * b.tangent[-1] < 0)
    crossed = tuple(number for number, (a, b) in enumerate(pairwise(places)) if a.orientation * b.orientation < 0)
    return Curve(table[:, :-1], table[:, -1], folds, crossed, ended)


def crossings(equations: Equations, curve: Curve, parameter: float) -> list[Vector]:
    """Return the solutions at which a curve passes a value of the parameter, in the order of the curve."""
    found = []
    gaps = curve.parameters - parameter
    for step in range(len(gaps) - 1):
        # The point from which a curve was followed lies on the value itself.
        on_it, after_it = abs(gaps[step]) <= NEWTON_TOLERANCE, abs(gaps[step + 1]) <= NEWTON_TOLERANCE
        if on_it or (gaps[step] * gaps[step + 1] < 0 and not after_it):
            share = gaps[step] / (gaps[step] - gaps[step + 1])
            guess = (1 - share) * curve.points[step] + share * curve.points[step + 1]
            solution = newton(equations, guess, parameter)
            if solution is not None:
                found.append(solution)
    return found


def _end(places: list[_Place], limit: float, budget: Budget, step: float) -> str:
    here, start = places[-1].point, places[0].point
    if here[-1] > limit:
        return "limit"
    if here[-1] < 0:
        return "start"
    if budget.is_spent:
        return "time"
    # A closed curve comes back to its start; the first few steps are near it because they have just left.
    if len(places) > CORRECTIONS and np.linalg.norm(here - start) < step:
        return "closed"
    return ""


def _step(equations: Equations, here: _Place, step: float) -> _Place | None:
    """Return the next place, None where the step is too long."""
    tangent = here.tangent
    predicted = here.point + step * tangent
    point = predicted
    for _ in range(CORRECTIONS):
        residual, by_x, by_parameter = equations(point[:-1], float(point[-1]))
        bordered = _bordered(by_x, by_parameter, tangent)
        correction = _solved(bordered, -np.append(residual, tangent @ (point - predicted)))
        if correction is None:
            return None
        point = point + correction
        moved = point - predicted
        if moved @ moved > (LARGEST_CORRECTION * step) ** 2:
            return None
        if math.sqrt(correction @ correction) <= NEWTON_TOLERANCE * (1 + math.sqrt(point @ point)):
            break
    else:
        return None
    _, by_x, by_parameter = equations(point[:-1], float(point[-1]))
    onward = _tangent(by_x, by_parameter, tangent)
    if onward is None or onward @ tangent < SMALLEST_COSINE:
        return None
    return _Place(point, onward, _orientation(by_x, by_parameter, onward))


def _tangent(by_x: Vector, by_parameter: Vector, towards: Vector) -> Vector | None:
    """Return the unit tangent that goes the same way as ``towards``."""
    right = np.zeros(len(towards))
    right[-1] = 1.0
    solution = _solved(_bordered(by_x, by_parameter, towards), right)
    return None if solution is None else solution / math.sqrt(solution @ solution)


def _orientation(by_x: Vector, by_parameter: Vector, tangent: Vector) -> float:
    return float(np.linalg.slogdet(_bordered(by_x, by_parameter, tangent))[0])


def _bordered(by_x: Vector, by_parameter: Vector, row: Vector) -> Vector:
    matrix = np.empty((len(row), len(row)))
    matrix[:-1, :-1], matrix[:-1, -1], matrix[-1] = by_x, by_parameter, row
    return matrix


def _solved(matrix: Vector, right: Vector) -> Vector | None:
    try:
        solution = np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return solution if np.all(np.isfinite(solution)) else None
