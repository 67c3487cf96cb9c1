"""Where a line from the disagreement point meets the Pareto frontier."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from negotiation.exact.feasible_set import FeasibleSet, Point

__all__ = ["crossing"]


def crossing(available: FeasibleSet, direction: Point) -> Point:
    """Return the point of the frontier whose gains are in the proportion of ``direction`` (at least 0, not both 0), exact.

    Where the frontier ends before the line reaches it, its nearer end is returned.
    """

    def excess(point: Point) -> Fraction:
        """Return how much the first player has above his share; it rises along the frontier."""
        gains = point[0] - available.disagreement[0], point[1] - available.disagreement[1]
        return gains[0] * direction[1] - gains[1] * direction[0]

    if excess(available.frontier[0]) >= 0:
        return available.frontier[0]
    for left, right in pairwise(available.frontier):
        before, after = excess(left), excess(right)
        if after >= 0:
            share = -before / (after - before)
            return left[0] + share * (right[0] - left[0]), left[1] + share * (right[1] - left[1])
    return available.frontier[-1]
