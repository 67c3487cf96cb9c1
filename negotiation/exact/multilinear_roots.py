"""All solutions of the indifference equations of several mixing players, each proved.

Boxes that hold exactly one solution are found in floats (``multilinear_boxes``). Each solution is then approached in
rationals, proved by the theorem of Newton and Kantorovich, and replaced by the rational with a small denominator next to it
if that solves the equations exactly.

References
----------
Kantorovich (1948), Uspekhi Matematicheskikh Nauk 3(6), 89-185.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from negotiation.budget import UNLIMITED, Budget
from negotiation.exact.indifference import Indifference, Mixtures, curvature, jacobian, mixtures_at, values
from negotiation.exact.linear import inverse, solve_linear
from negotiation.exact.multilinear_boxes import isolated, linearised

__all__ = ["Root", "Solutions", "approached", "solutions"]

#: Binary digits to which a solution is approached, one after the other; the last leaves no doubt about signs. Each step of
#: Newton's method doubles the correct ones, so that these many suffice from any start that a box was proved around.
DIGITS, NEWTON_STEPS = (60, 120, 240, 480), 24

#: Where a solution cannot be proved to be alone it is approached by so many steps of Gauss and Newton (each halves the error
#: at worst), from so many starts; it counts if the equations, scaled to 1, hold to this.
STEPS, STARTS, RESIDUAL = 60, 16, 1e-13

#: Rationals that such a solution may be near are tried up to these denominators, within this distance.
DENOMINATORS, NEAR = (60, 1000, 10**6), 1e-6

#: The error that is said of such a solution that is no such rational: what it can gain anybody is far below a regret of 1e-9.
APPROACHED = Fraction(1, 10**12)

#: Rationals with larger denominators are not looked for among the digits of a solution.
LARGEST_DENOMINATOR = 10**40


@dataclass(frozen=True, slots=True)
class Root:
    """A solution: a mixture for each player, and a bound on its error (0 where it is exact)."""

    mixtures: Mixtures
    error: Fraction


@dataclass(frozen=True, slots=True)
class Solutions:
    """All solutions in the unit box if ``undecided`` is empty, else also places where there may be more; ``boxes`` looked at."""

    roots: tuple[Root, ...]
    undecided: tuple[tuple[float, ...], ...]
    boxes: int


def solutions(system: Indifference, *, budget: Budget = UNLIMITED) -> Solutions:
    """Return the solutions of indifference equations in which weights are between 0 and 1.

    Raises
    ------
    SolverError
        If the budget ran out.
    """
    found = isolated(system, budget)
    undecided = list(found.undecided)
    roots: list[Root] = []
    for start, reach in found.starts:
        root = _proved(system, start)
        if root is None or not _is_near(root, start, reach):
            undecided.append(tuple(start))
        elif all(_distance(root, other) > root.error + other.error for other in roots):
            roots.append(root)
    return Solutions(tuple(roots), tuple(undecided), found.boxes)


def approached(system: Indifference, starts: Sequence[Sequence[float]]) -> Iterator[Root]:
    """Yield solutions with positive weights that are found from some points; they need not be isolated."""
    for start in starts[:: max(1, len(starts) // STARTS)]:
        point = np.array(start)
        for _ in range(STEPS):
            residual, slope = linearised(system, point)
            step = np.linalg.lstsq(slope, residual)[0]
            point = point - step
            if np.abs(step).max() < RESIDUAL:
                break
        mixtures = [np.array([1 - point[part].sum(), *point[part]]) for part in system.unknowns]
        if np.abs(linearised(system, point)[0]).max() < RESIDUAL and min(mixture.min() for mixture in mixtures) > NEAR:
            yield _rational_near(system, point) or Root(mixtures_at(system, [Fraction(float(x)) for x in point]), APPROACHED)


def _rational_near(system: Indifference, point: NDArray[np.float64]) -> Root | None:
    """Return the exact solution with small denominators next to a point, None if there is none."""
    for denominator in DENOMINATORS:
        simple = [Fraction(float(coordinate)).limit_denominator(denominator) for coordinate in point]
        distance = max(abs(float(fraction) - coordinate) for fraction, coordinate in zip(simple, point, strict=True))
        if distance < NEAR and not any(values(system, simple)):
            return Root(mixtures_at(system, simple), Fraction(0))
    return None


def _proved(system: Indifference, start: Sequence[float]) -> Root | None:
    """Return the solution near a point with a proven bound on its error, None if the proof fails."""
    point = _polished(system, [Fraction(coordinate) for coordinate in start])
    if point is None:
        return None
    error = _kantorovich(system, point)
    if error is None:
        return None
    simple = [coordinate.limit_denominator(LARGEST_DENOMINATOR) for coordinate in point]
    if any(values(system, simple)):
        return Root(mixtures_at(system, point), error)
    return Root(mixtures_at(system, simple), Fraction(0))


def _polished(system: Indifference, point: list[Fraction]) -> list[Fraction] | None:
    """Return a point to which Newton's method leads, None where it does not settle."""
    level = 0
    for _ in range(NEWTON_STEPS):
        step = solve_linear(jacobian(system, point), values(system, point))
        if step is None:
            return None
        point = [_rounded(coordinate - change, DIGITS[level]) for coordinate, change in zip(point, step, strict=True)]
        if max(map(abs, step)) < Fraction(1, 2 ** (DIGITS[level] // 2)):
            if level == len(DIGITS) - 1:
                return point
            level += 1
    return None


def _kantorovich(system: Indifference, point: Sequence[Fraction]) -> Fraction | None:
    """Return within what distance of a point the theorem of Newton and Kantorovich proves a solution, None if it does not."""
    inverted = inverse(jacobian(system, point))
    if inverted is None:
        return None
    residual = values(system, point)
    first_step = max(abs(sum((a * b for a, b in zip(row, residual, strict=True)), Fraction(0))) for row in inverted)
    bend = max(sum(map(abs, row)) for row in inverted) * curvature(system)
    return 2 * first_step if first_step * bend <= Fraction(1, 2) else None


def _is_near(root: Root, start: Sequence[float], reach: Sequence[float]) -> bool:
    """Whether a solution is the one that was isolated."""
    point = [weight for mixture in root.mixtures for weight in mixture[1:]]
    return all(abs(float(weight) - middle) <= radius for weight, middle, radius in zip(point, start, reach, strict=True))


def _rounded(number: Fraction, digits: int) -> Fraction:
    return Fraction(round(number * 2**digits), 2**digits)


def _distance(one: Root, other: Root) -> Fraction:
    return max(abs(a - b) for row, others in zip(one.mixtures, other.mixtures, strict=True) for a, b in zip(row, others, strict=True))
