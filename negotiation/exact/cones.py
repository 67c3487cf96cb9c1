"""Extreme rays of polyhedral cones in the positive orthant, exactly, by the double description method.

Every cone ``{x >= 0 : E x = 0, A x >= 0}`` is spanned by finitely many extreme rays. Conditions are added one at a time to the
orthant, whose rays are the unit vectors. Where a condition cuts, each pair of adjacent rays on either side leaves a new
ray on the cut; two rays are adjacent if no third satisfies with equality all the conditions that both do. Rays are
primitive integer vectors, so nothing is rounded.

A point inside a cone that is positive wherever the cone allows it is the sum of the rays: strict inequalities can be
satisfied together exactly if each of them is by some ray.

References
----------
Motzkin, Raiffa, Thompson and Thrall (1953), Contributions to the Theory of Games II, 51-73. Fukuda and Prodon (1996),
LNCS 1120, 91-111.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm
from operator import mul
from typing import TypeAlias

__all__ = ["Exact", "Ray", "extreme_rays"]

#: Whole numbers without a common divisor, one for each coordinate.
Ray: TypeAlias = tuple[int, ...]

#: A coefficient: whole numbers may be ints.
Exact: TypeAlias = Fraction | int

#: A ray, and the set of conditions that it satisfies with equality, as bits.
_Tight: TypeAlias = tuple[Ray, int]


def extreme_rays(size: int, equalities: Iterable[Sequence[Exact]], inequalities: Iterable[Sequence[Exact]]) -> list[Ray]:
    """Return the extreme rays of ``{x >= 0 : e . x = 0, a . x >= 0}``.

    Parameters
    ----------
    size : int
        The number of coordinates.
    equalities, inequalities : rows of ``size`` coefficients

    Returns
    -------
    list of tuples of int
        Empty if only the origin satisfies the conditions.
    """
    rays: list[_Tight] = []
    for place in range(size):
        unit = tuple(int(other == place) for other in range(size))
        rays.append((unit, (1 << size) - 1 ^ 1 << place))
    for row in equalities:
        above, level, below = _sides(rays, _whole(row))
        rays = [ray for _, ray in level] + _crossings(above, below, rays)
    for number, row in enumerate(inequalities, start=size):
        above, level, below = _sides(rays, _whole(row))
        bit = 1 << number
        new = [(ray, tight | bit) for ray, tight in _crossings(above, below, rays)]
        rays = [ray for _, ray in above] + [(ray, tight | bit) for _, (ray, tight) in level] + new
    return [ray for ray, _ in rays]


def _whole(row: Sequence[Exact]) -> list[int]:
    factor = lcm(*(entry.denominator for entry in row))
    return [entry.numerator * (factor // entry.denominator) for entry in row]


def _sides(rays: list[_Tight], row: list[int]) -> tuple[list[tuple[int, _Tight]], list[tuple[int, _Tight]], list[tuple[int, _Tight]]]:
    """Return the rays above, on and below a cut, each with its distance (positive, in the scale of the ray)."""
    above, level, below = [], [], []
    for ray in rays:
        value = sum(map(mul, row, ray[0]))
        if value > 0:
            above.append((value, ray))
        elif value == 0:
            level.append((0, ray))
        else:
            below.append((-value, ray))
    return above, level, below


def _crossings(above: list[tuple[int, _Tight]], below: list[tuple[int, _Tight]], rays: list[_Tight]) -> list[_Tight]:
    """Return the rays in which edges between the two sides meet the cut."""
    found = []
    for height, (upper, tight) in above:
        for depth, (lower, other_tight) in below:
            shared = tight & other_tight
            # Both ends have all that they share; a third that has it too shows that they span no edge.
            if sum(1 for _, held in rays if held & shared == shared) > 2:
                continue
            point = [depth * a + height * b for a, b in zip(upper, lower, strict=True)]
            divisor = gcd(*point)
            found.append((tuple(entry // divisor for entry in point), shared))
    return found
