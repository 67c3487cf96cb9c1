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

from collections.abc import Callable
from dataclasses import dataclass
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
    here = np.append(*start)
    tangent = _tangent(equations, here, np.append(np.zeros(len(here) - 1), float(direction)))
    if tangent is None:
        return Curve(here[None, :-1], here[-1:], (), (), "lost")
    points, tangents, folds, branch_points = [here], [tangent], [], []
    step, ended = FIRST_STEP, "steps"
    while len(points) < MAXIMUM_STEPS:
        moved = _step(equations, points[-1], tangents[-1], step)
        if moved is None:
            step /= 2
            if step < SMALLEST_STEP:
                ended = "lost"
                break
            continue
        if moved[1][-1] * tangents[-1][-1] < 0:
            folds.append(len(points) - 1)
        if moved[2]:
            branch_points.append(len(points) - 1)
        points.append(moved[0])
        tangents.append(moved[1])
        if reason := _end(points, limit, budget, step):
            ended = reason
            break
        step = min(1.5 * step, LONGEST_STEP * (1 + float(np.linalg.norm(points[-1]))))
    table = np.array(points)
    return Curve(table[:, :-1], table[:, -1], tuple(folds), tuple(branch_points), ended)


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


def _end(points: list[Vector], limit: float, budget: Budget, step: float) -> str:
    here, start = points[-1], points[0]
    if here[-1] > limit:
        return "limit"
    if here[-1] < 0:
        return "start"
    if budget.is_spent:
        return "time"
    # A closed curve comes back to its start; the first few steps are near it because they have just left.
    if len(points) > CORRECTIONS and np.linalg.norm(here - start) < step:
        return "closed"
    return ""


def _step(equations: Equations, here: Vector, tangent: Vector, step: float) -> tuple[Vector, Vector, bool] | None:
    """Return the next point, its tangent and whether a branch point was passed; None where the step is too long."""
    predicted = here + step * tangent
    point = predicted
    for _ in range(CORRECTIONS):
        residual, by_x, by_parameter = equations(point[:-1], float(point[-1]))
        bordered = _bordered(by_x, by_parameter, tangent)
        correction = _solved(bordered, -np.append(residual, tangent @ (point - predicted)))
        if correction is None or np.linalg.norm(point + correction - predicted) > LARGEST_CORRECTION * step:
            return None
        point = point + correction
        if np.linalg.norm(correction) <= NEWTON_TOLERANCE * (1 + np.linalg.norm(point)):
            break
    else:
        return None
    onward = _tangent(equations, point, tangent)
    if onward is None or onward @ tangent < SMALLEST_COSINE:
        return None
    before = _orientation(equations, here, tangent)
    return point, onward, before * _orientation(equations, point, onward) < 0


def _tangent(equations: Equations, point: Vector, towards: Vector) -> Vector | None:
    """Return the unit tangent at a point that goes the same way as ``towards``."""
    _, by_x, by_parameter = equations(point[:-1], float(point[-1]))
    solution = _solved(_bordered(by_x, by_parameter, towards), np.append(np.zeros(len(point) - 1), 1.0))
    return None if solution is None else solution / np.linalg.norm(solution)


def _orientation(equations: Equations, point: Vector, tangent: Vector) -> float:
    _, by_x, by_parameter = equations(point[:-1], float(point[-1]))
    return float(np.linalg.slogdet(_bordered(by_x, by_parameter, tangent))[0])


def _bordered(by_x: Vector, by_parameter: Vector, row: Vector) -> Vector:
    return np.vstack([np.column_stack([by_x, by_parameter]), row])


def _solved(matrix: Vector, right: Vector) -> Vector | None:
    try:
        solution: Vector = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        return None
    return solution if np.all(np.isfinite(solution)) else None
